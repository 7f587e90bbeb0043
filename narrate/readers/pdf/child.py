"""The process that reads a PDF's pages: a file that hangs, crashes or fills the memory of its parser ends it alone.

It gets the file on standard input and the first page that is wanted as its argument, and writes a line of JSON for
what the file says of itself and for each page. Nothing that comes back is more than numbers and text.
"""

import json
import sys
from contextlib import closing, suppress
from dataclasses import astuple
from typing import Any

from narrate.errors import SourceError
from narrate.readers.pdf.pdfium import Document, Sheet

_MEMORY = 3 << 30  # bytes of address space beside the file


def main() -> None:
    """Read the file; see above."""
    data = sys.stdin.buffer.read()
    _limit(_MEMORY + 2 * len(data))
    try:
        with closing(Document(data, "")) as document:
            about = document.about()
            _write({"about": astuple(about), "count": document.count})
            for sheet in document.sheets(int(sys.argv[-1])):
                _write({"sheet": _plain(sheet) if sheet else None})
    except SourceError as error:
        _write({"refused": [error.what, error.do]})


def _plain(sheet: Sheet) -> list[Any]:
    """A page as `printed` takes it: its fields in their order."""
    words = [(w.text, w.x0, w.x1, w.y, w.top, w.size, w.bold) for w in sheet.words]
    drawn = (list(sheet.rules), sheet.pictured, sheet.unknown, sheet.turned)
    return [sheet.number, sheet.label, sheet.width, sheet.height, words, *drawn]


def _limit(size: int) -> None:
    """Have the system refuse more memory than `size`, where it can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _write(told: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.flush()
