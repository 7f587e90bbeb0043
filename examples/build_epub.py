"""Build the-lighthouse-clock.epub from the pages in lighthouse-clock/: `python examples/build_epub.py`.

The pages are bare bodies; this adds what EPUB 3.3 asks for: package, contents, title page, cover.
The same sources give the same file: every date in it is fixed.
"""

import re
import zipfile
from pathlib import Path

from cover import draw, png

HERE = Path(__file__).parent
SOURCES = HERE / "lighthouse-clock"
TITLE, AUTHOR, MODIFIED = "The Lighthouse Clock", "The narrate authors", "2026-11-24T00:00:00Z"
DESCRIPTION = "A clockmaker is sent to remove a clock that has been eleven minutes slow for sixty years."
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
COVER_BODY = f'<p><img src="cover.png" alt="A lighthouse at night, with a clock in its tower. {TITLE}"/></p>'
TITLE_BODY = f"<h1>{TITLE}</h1>\n<p>{AUTHOR}</p>"


def page(title: str, types: str, body: str, section: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body epub:type="{types}">
<section epub:type="{section}">
{body.strip()}
</section>
</body>
</html>
"""


def contents(chapters: dict[str, str]) -> str:
    items = {"title.xhtml": "Title page", **chapters, "notes.xhtml": "Notes"}
    rows = "\n".join(f'<li><a href="{name}">{title}</a></li>' for name, title in items.items())
    first = next(iter(chapters))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">
<head><title>Contents</title><link rel="stylesheet" href="style.css"/></head>
<body>
<nav epub:type="toc" id="toc"><h2>Contents</h2><ol>
{rows}
</ol></nav>
<nav epub:type="landmarks" id="landmarks" hidden=""><h2>Landmarks</h2><ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>
<li><a epub:type="toc" href="contents.xhtml">Contents</a></li>
<li><a epub:type="bodymatter" href="{first}">Start</a></li>
</ol></nav>
</body>
</html>
"""


def package(names: list[str]) -> str:
    pages = "\n".join(f'<item id="{_id(n)}" href="{n}" media-type="application/xhtml+xml"/>' for n in names)
    spine = "\n".join(f'<itemref idref="{_id(n)}"/>' for n in names if n != "cover.xhtml")
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" xml:lang="en-GB">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="uid">urn:uuid:5b0a3f0e-6a2e-4f57-9d0b-2f4f6c1d8e11</dc:identifier>
<dc:title>{TITLE}</dc:title>
<dc:language>en-GB</dc:language>
<dc:creator id="author">{AUTHOR}</dc:creator>
<meta refines="#author" property="role" scheme="marc:relators">aut</meta>
<dc:publisher>narrate</dc:publisher>
<dc:date>2026-11-24</dc:date>
<dc:description>{DESCRIPTION}</dc:description>
<meta property="belongs-to-collection" id="series">Skerry Point</meta>
<meta refines="#series" property="collection-type">series</meta>
<meta refines="#series" property="group-position">1</meta>
<meta property="dcterms:modified">{MODIFIED}</meta>
</metadata>
<manifest>
<item id="contents" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>
<item id="style" href="style.css" media-type="text/css"/>
{pages}
</manifest>
<spine>
<itemref idref="cover" linear="no"/>
<itemref idref="contents" linear="no"/>
{spine}
</spine>
</package>
"""


def _id(name: str) -> str:
    return "p" + name.removesuffix(".xhtml") if name[0].isdigit() else name.removesuffix(".xhtml")


def build(path: Path) -> None:
    """Write the EPUB: `mimetype` first and stored, as readers expect."""
    chapters: dict[str, str] = {}
    files: dict[str, str | bytes] = {
        "cover.xhtml": page("Cover", "frontmatter", COVER_BODY, "cover"),
        "title.xhtml": page(TITLE, "frontmatter", TITLE_BODY, "titlepage"),
    }
    for source in sorted(SOURCES.glob("[0-9]-*.xhtml")):
        body = source.read_text(encoding="utf-8")
        heading = re.search(r"<h2>(.*?)</h2>", body)
        assert heading, source
        chapters[source.name] = heading[1]
        files[source.name] = page(heading[1], "bodymatter", body, "chapter")
    notes = (SOURCES / "notes.xhtml").read_text(encoding="utf-8")
    files["notes.xhtml"] = page("Notes", "backmatter", notes, "footnotes")
    opf = package(list(files))
    files |= {
        "package.opf": opf,
        "contents.xhtml": contents(chapters),
        "style.css": (SOURCES / "style.css").read_text(encoding="utf-8"),
        "cover.png": png(draw()),
    }
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        _add(archive, "META-INF/container.xml", CONTAINER, zipfile.ZIP_DEFLATED)
        for name, data in files.items():
            _add(archive, f"EPUB/{name}", data, zipfile.ZIP_DEFLATED)


def _add(archive: zipfile.ZipFile, name: str, data: str | bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, (2026, 11, 24, 0, 0, 0))
    info.compress_type, info.external_attr = method, 0o644 << 16
    archive.writestr(info, data)


if __name__ == "__main__":
    build(HERE / "the-lighthouse-clock.epub")
