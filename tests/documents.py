"""Word documents for tests, made in memory: the body's XML is given, any part can be added or replaced."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/>{inner}</w:style>'
    for name, inner in (
        ("heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        ("heading 2", ""),
        ("my chapter", '<w:basedOn w:val="Heading1"/>'),
        ("title", ""),
        ("subtitle", ""),
        ("toc 1", ""),
        ("quote", ""),
        ("poem", ""),
        ("caption", ""),
        ("source code", ""),
        ("secret", "<w:rPr><w:vanish/></w:rPr>"),
    )
)


def t(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inside: str, style: str = "", properties: str = "") -> str:
    """A paragraph: of a text, or of runs where it opens with a tag."""
    runs = inside if inside.startswith("<") or not inside else t(inside)
    named = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"


def part(name: str, inside: str) -> str:
    """A part whose root is `w:name`."""
    return f"<w:{name} {_SPACES}>{inside}</w:{name}>"


def core(**said: str) -> str:
    """Core properties: `title`, `creator`, `keywords`."""
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp="urn:cp"'
    return (
        f"<cp:coreProperties {spaces}>{''.join(f'<dc:{k}>{v}</dc:{k}>' for k, v in said.items())}</cp:coreProperties>"
    )


def docx(body: str, parts: Mapping[str, str | bytes] | None = None, *, main: str = "word/document.xml") -> bytes:
    """A document's bytes. `parts` are other parts by their names under word/ (`footnotes`), or whole file names."""
    files: dict[str, str | bytes] = {
        main: part("document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": part("styles", STYLES),
    }
    kinds = {"styles.xml": "styles"}
    for name, content in (parts or {}).items():
        if "." not in name:
            kinds[f"{name}.xml"] = name.rstrip("0123456789")
        files[f"word/{name}.xml" if "." not in name else name] = content
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{k}" Target="{f}"/>' for n, (f, k) in enumerate(kinds.items())
    )
    top = f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="{main}"/>'
    top += f'<Relationship Id="b" Type="{_CORE}" Target="docProps/core.xml"/>' if "docProps/core.xml" in files else ""
    folder, _, own = main.rpartition("/")
    files.setdefault("_rels/.rels", f"<Relationships>{top}</Relationships>")
    files.setdefault(f"{folder}/_rels/{own}.rels", f"<Relationships>{rows}</Relationships>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
