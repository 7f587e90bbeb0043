"""What stands in the reading order in place of a file that is no page: its fallback in the book's list of files."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

_PAGES = frozenset(
    "application/xhtml+xml text/html application/xml text/xml application/html application/xhtml text/x-oeb1-document "
    "application/x-dtbook+xml text/plain".split()
)
_SVG = "image/svg+xml"
_NO_PAGES = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "text/csv", "application/json")
_NO_PAGE_SUFFIXES = frozenset(
    ".json .js .css .png .jpg .jpeg .gif .webp .bmp .tif .tiff .psd .mp3 .m4a .mp4 .ogg .wav .pdf .ttf .otf .woff "
    ".woff2 .bin .dat .csv".split()
)
_LONGEST = 20  # files that stand in for each other


def page_for(
    item: str, files: Mapping[str, tuple[str, str]], fallbacks: Mapping[str, str], read: Callable[[str], bytes]
) -> str:
    """The id of the page that is read for the `item` of the list of files: itself, or what it falls back to.

    `files` has each id's file and media type, `fallbacks` the id that stands in for another, `read` gives a file's
    bytes. "" where no page stands in for it.
    """
    drawing = ""
    for _ in range(_LONGEST):
        if item not in files:
            break
        file, kind = files[item]
        if _is_drawing(file, kind):
            drawing = drawing or item
            if b"text" in read(file):  # it shows words
                return item
        elif is_page(file, kind):
            return item
        item = fallbacks.get(item, "")
    return drawing


def is_page(file: str, kind: str) -> bool:
    """Whether a file of this media type may hold text: by its type, or by its name where that says nothing."""
    kind = kind.partition(";")[0].strip().lower()
    if kind in _PAGES:
        return True
    return not kind.startswith(_NO_PAGES) and PurePosixPath(file).suffix.lower() not in _NO_PAGE_SUFFIXES


def _is_drawing(file: str, kind: str) -> bool:
    return kind.partition(";")[0].strip().lower() == _SVG or (not kind and PurePosixPath(file).suffix.lower() == ".svg")
