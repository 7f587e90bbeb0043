"""Forms that narrate does not read: what each is, and the way from it to one that it reads."""

import shlex
from pathlib import Path

from narrate.errors import SourceError

_CALIBRE = "calibre makes an EPUB of it: `ebook-convert {0} {1}`"
_PANDOC = "pandoc makes an EPUB of it: `pandoc {0} -o {1}`"
_OFFICE = "open it in LibreOffice and export it as EPUB"
_PAGES = f"it holds pages and no paragraphs; get the book as EPUB, or {_CALIBRE} and look that over"
_FORMS = {
    "a DjVu file": (_PAGES, ".djvu"),
    "a Kindle book": (_CALIBRE, ".mobi .azw .azw3 .azw4 .kfx .prc"),
    "an e-book of another form": (_CALIBRE, ".lit .lrf .pdb .rb .tcr .snb .htmlz .txtz"),
    "a comic": ("it holds pictures and no text", ".cbz .cbr .cb7"),
    "an old Word document": (_OFFICE, ".doc .dot"),
    "a rich text file": (_PANDOC, ".rtf"),
    "a document of a word processor": (_OFFICE, ".pages .wpd .wps .sxw .scriv .fdx"),
    "a web page of one file": ("open it in a browser and save it as .html", ".mht .mhtml"),
    "a text with other marks": (_PANDOC, ".tex .rst .org .adoc .textile .docbook"),
    "an archive": ("unpack it and give the book inside", ".rar .7z .tar .gz"),
}
_SUFFIXES = {suffix: (what, do) for what, (do, suffixes) in _FORMS.items() for suffix in suffixes.split()}
_MAGIC_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a newer document inside an old form of file
_MAGIC = ((b"{\\rtf", ".rtf"), (_MAGIC_OLE, ".doc"), (b"AT&TFORM", ".djvu"))


def refuse_foreign(suffix: str, data: bytes | None, where: Path | str) -> None:
    """Raise SourceError for a form that we know and do not read, by its first bytes, or by the suffix without them."""
    if data is not None:
        if data.startswith(_MAGIC_OLE) and _ENCRYPTED in data:
            raise SourceError("is locked with a password", where=where, do="save it without one")
        suffix = next((form for magic, form in _MAGIC if data.startswith(magic)), "")
        suffix = ".mobi" if data[60:68] in (b"BOOKMOBI", b"TEXtREAd") else suffix
    if suffix in _SUFFIXES:
        what, do = _SUFFIXES[suffix]
        path = Path(where)
        name = path.name if path.suffix.casefold() == suffix else f"book{suffix}"
        made = Path(name).with_suffix(".epub").name
        raise SourceError(
            f"is {what}, which narrate does not read", where=where, do=do.format(shlex.quote(name), shlex.quote(made))
        )
