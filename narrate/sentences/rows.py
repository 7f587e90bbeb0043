"""Rows: a text cut at blank lines, lists and meaningful line ends, before sentences are looked for.

A line end inside a paragraph is mostly a hard wrap and counts as a space; between two
characters of a script without spaces it counts as nothing.
"""

import re
from collections.abc import Iterator

from narrate.sentences.cjk import ends_sentence, is_cjk

# A bullet, a number or a small letter with its mark, or both: `•`, `1.`, `1.)`, `b)`, `⁃9.`, `(1)`, `①`, `※1`
_BULLET = r"[•⁃‣◦▪●・*–-]"
_MARK = re.compile(rf"(?P<bullet>{_BULLET}\s?)?(?P<label>\d{{1,3}}|[a-z])(?P<shape>\.[)）]|[.)）])(?=\s)")
_ROW_MARK = re.compile(rf"{_BULLET}\s|[({_BULLET[1:-1]}]?\d{{1,3}}\s?[.)）]|[①-⓿]|※")


def rows(text: str) -> Iterator[str]:
    """The pieces of `text` that no sentence runs across, each on one line, white space squeezed."""
    row = ""
    blank = True
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if row and (not line or (not blank and (_ROW_MARK.match(line) or ends_sentence(row)))):
            yield from _items(row)
            row = ""
        glue = "" if not row or (is_cjk(row[-1]) and is_cjk(line[:1])) else " "
        row += glue + line
        blank = not line
    if row:
        yield from _items(row)


def _items(row: str) -> Iterator[str]:
    """A row that is a list (`1. The first 2. The second`) item by item; any other row as it is."""
    mark = _MARK.match(row)
    start = 0
    while mark:
        following = _next_mark(mark).search(row, mark.end())
        if following is None:
            break
        yield row[start : following.start()].rstrip()
        start = following.start()
        mark = _MARK.match(row, start)
    yield row[start:]


def _next_mark(mark: re.Match[str]) -> re.Pattern[str]:
    """The mark that counts on: `2.)` after `1.)`, before a word that is no date's."""
    label = mark["label"]
    on = str(int(label) + 1) if label.isdigit() else chr(ord(label) + 1)
    bullet = re.escape(mark["bullet"] or "")
    return re.compile(rf"(?<=\s){bullet}{re.escape(on)}{re.escape(mark['shape'])}(?=\s)")
