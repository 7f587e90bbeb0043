"""Small EPUBs for tests, made in memory: any file can be replaced, left out or broken."""

import io
import zipfile
from collections.abc import Mapping, Sequence

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def page(body: str, *, attributes: str = "", title: str = "A page") -> str:
    """An XHTML page with `body` inside its body element."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head>'
        f"<body {attributes}>{body}</body></html>"
    )


def nav(entries: str, landmarks: str = "") -> str:
    """A nav document with `entries` (list items) in its contents."""
    return page(
        f'<nav epub:type="toc"><h1>Contents</h1><ol>{entries}</ol></nav>'
        f'<nav epub:type="landmarks"><ol>{landmarks}</ol></nav>'
    )


def ncx(points: str) -> str:
    return f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap>{points}</navMap></ncx>'


def point(title: str, src: str, inner: str = "") -> str:
    return f'<navPoint id="x"><navLabel><text>{title}</text></navLabel><content src="{src}"/>{inner}</navPoint>'


def links(*pairs: tuple[str, str]) -> str:
    """Contents entries, one level deep."""
    return "".join(f'<li><a href="{href}">{title}</a></li>' for title, href in pairs)


def epub(
    pages: Mapping[str, str | bytes],
    *,
    toc: str | None = None,
    toc_ncx: str | None = None,
    metadata: str = "<dc:title>Test</dc:title><dc:language>en</dc:language>",
    spine: Sequence[str] | None = None,
    items: str = "",
    guide: str = "",
    extra: Mapping[str, str | bytes] | None = None,
    leave_out: Sequence[str] = (),
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """An EPUB's bytes. `pages` are files under OEBPS, read in their order or in that of `spine`."""
    files: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    manifest = "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in pages)
    if toc is not None:
        files["OEBPS/nav.xhtml"] = toc
        manifest += '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    if toc_ncx is not None:
        files["OEBPS/toc.ncx"] = toc_ncx
        manifest += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    refs = "".join(f'<itemref idref="{n}"/>' for n in (pages if spine is None else spine))
    files["OEBPS/book.opf"] = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{manifest}{items}</manifest>"
        f'<spine toc="ncx">{refs}</spine><guide>{guide}</guide></package>'
    )
    files |= {f"OEBPS/{name}": text for name, text in pages.items()}
    files |= extra or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in files.items():
            if name not in leave_out:
                archive.writestr(name, text)
    return out.getvalue()
