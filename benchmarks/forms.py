"""Nothing lost: the words of Word documents and HTML pages, read by another parser, against those of the book.

    python benchmarks/forms.py FILE...

Each .docx or .html is read with all that is usually left out kept, and its words are counted against those that the
standard library's parsers find in it. Lost and extra are the words that only one of the two has. Times and memory are
of this process, so give one file for a file's own.
"""

import re
import resource
import sys
import time
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from narrate.book import Reading
from narrate.readers import read_book
from narrate.readers.matter import UNREAD

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
INLINE = frozenset("a abbr b cite code dfn em i mark q s small span strong sub sup time u var wbr".split())
READING = Reading(keep=tuple(UNREAD), figures="captions", code="read")


def words_of_document(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    signs = {f"{W}tab": " ", f"{W}br": " ", f"{W}p": " "}
    return "".join(signs.get(e.tag, (e.text or "") if e.tag == f"{W}t" else "") for e in root.iter()).split()


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._shut: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("head", "script", "style"):
            self._shut.append(tag)
        self.pieces.append("" if tag in INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        if self._shut and self._shut[-1] == tag:
            self._shut.pop()
        self.pieces.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        self.pieces.append("" if self._shut else data)


def words_of_page(path: Path) -> list[str]:
    shown = _Shown()
    shown.feed(path.read_text("utf-8"))
    return "".join(shown.pieces).split()


def main() -> None:
    print("| file | words in | words out | lost | extra | chapters | processor s | memory MB |")
    print("|---|---|---|---|---|---|---|---|")
    for path in map(Path, sys.argv[1:]):
        words = words_of_document(path) if path.suffix == ".docx" else words_of_page(path)
        started = time.process_time()
        book = read_book(path, reading=READING)
        spent_s = time.process_time() - started
        said = [word for chapter in book.chapters for block in chapter.blocks for word in block.text.split()]
        plain = (Counter(re.sub(r"\s", "", word.translate(UNSEEN)) for word in some) for some in (words, said))
        before, after = (Counter({word: n for word, n in some.items() if word}) for some in plain)
        lost, extra = before - after, after - before
        memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = (before.total(), after.total(), lost.total(), extra.total(), len(book.chapters))
        print(f"| {path.name} | {' | '.join(f'{n:,}' for n in figures)} | {spent_s:.1f} | {memory_mb:.0f} |")
        for what, some in (("lost", lost), ("extra", extra)):
            if some:
                print(f"{path.name}: {what}: {', '.join(some.elements())[:200]}", file=sys.stderr)


if __name__ == "__main__":
    main()
