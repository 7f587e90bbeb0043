"""Nothing lost, nothing extra: the words of a book's body against the words of its script.

    python benchmarks/words.py DATA [--runs N]

DATA is a folder of EPUBs, each with an `X.expected.json` that names the chapters and the files of
the body. `narrate new` makes the project in a process of its own, whose wall time, processor time
and largest memory are measured (`getrusage` of the finished process; the best of N runs). Then
the words of its `script/` are compared, one by one and in order, with those of the body files,
which are read here a second time and another way: with the standard library's XML parser and a
dozen lines. In a play each word is compared together with who says it.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from xml.etree import ElementTree

from narrate.script import NARRATOR, list_scripts
from narrate.script.model import parse_script

TYPE = "{http://www.idpf.org/2007/ops}type"
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
BLOCKS = set(
    "p div section article header footer blockquote h1 h2 h3 h4 h5 h6 hgroup table tbody tr td ul ol li dl dt dd br "
    "figure figcaption hr body".split()
)
Word = tuple[str, str]  # who says it, and the word


@dataclass(frozen=True)
class Made:
    """One run of `narrate new`."""

    wall_s: float
    user_s: float
    memory_mb: float


def body_words(data: bytes, noterefs: list[str]) -> Iterator[Word]:
    """The words of a page's body with who says them; the marks of notes go to `noterefs`."""
    root = ElementTree.fromstring(data)
    pieces: list[tuple[str, str]] = []

    def walk(element: ElementTree.Element, speaker: str) -> None:
        name, types = element.tag.rpartition("}")[2], (element.get(TYPE) or "").split()
        block = name in BLOCKS
        if name == "tr":
            cells = [cell for cell in element if "z3998:persona" in (cell.get(TYPE) or "").split()]
            # two who speak together have the first one's voice
            speaker = "".join(cells[0].itertext()).strip().partition(" and ")[0] if cells else speaker
        direction = "z3998:stage-direction" in types
        if direction:
            speaker, block = NARRATOR, True
        if "noteref" in types:
            noterefs.append("".join(element.itertext()))
        elif not (name == "svg" or (name == "td" and "z3998:persona" in types)):
            pieces.append((speaker, (" " if block else "") + (element.text or "")))
            for child in element:
                walk(child, speaker)
                pieces.append((speaker, child.tail or ""))
            if block:
                pieces.append((speaker, " "))

    walk(next(e for e in root.iter() if e.tag.endswith("}body")), NARRATOR)
    last, text = NARRATOR, ""
    for speaker, piece in [*pieces, ("", "")]:
        if speaker != last:
            yield from ((last, word) for word in text.translate(UNSEEN).split())
            last, text = speaker, ""
        text += piece


def script_words(folder: Path) -> Iterator[Word]:
    """The words that the project's script has, with who says them."""
    for path in list_scripts(folder):
        for line in parse_script(path.read_text("utf-8"), path).lines:
            if not line.silent:
                yield from ((line.speaker, word) for word in line.text.split())


def make(book: Path, home: Path) -> Made:
    """Run `narrate new` and measure the process. Fails when it does."""
    command = [sys.executable, "-m", "narrate", "--home", str(home), "new", str(book)]
    with (home.parent / "said.txt").open("w") as said:
        started = time.perf_counter()
        process = os.posix_spawn(
            sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), n) for n in (1, 2)]
        )
        _, status, usage = os.wait4(process, 0)
        wall_s = time.perf_counter() - started
    if status:
        sys.exit((home.parent / "said.txt").read_text())
    return Made(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def different(before: list[Word], after: list[Word]) -> tuple[list[Word], list[Word]]:
    """The words that only one of the two has; empty for both where they are equal, word by word."""
    if before == after:
        return [], []
    lost, extra = [], []
    for kind, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind != "equal":
            lost += before[a:b]
            extra += after[c:d]
    return lost, extra


def compare(book: Path, home: Path, runs: int) -> list[str]:
    """A row of the table."""
    expected = json.loads(book.with_name(f"{book.stem}.expected.json").read_text("utf-8"))
    best: Made | None = None
    for _ in range(runs):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        run = make(book, home)
        best = run if best is None or run.wall_s < best.wall_s else best
    assert best is not None
    noterefs: list[str] = []
    words: list[Word] = []
    speeches: list[str] = []
    with zipfile.ZipFile(book) as archive:
        for end in expected["body_files"]:
            name = next(n for n in archive.namelist() if n.endswith(end))
            words += body_words(archive.read(name), noterefs)
    said = list(script_words(next((home / "projects").iterdir()) / "script"))
    play = "speeches" in expected
    if not play:
        words, said = [("", word) for _, word in words], [("", word) for _, word in said]
    lost, extra = different(words, said)
    for word in [*lost[:5], *extra[:5]]:
        print(f"{book.stem}: {'lost' if word in lost else 'extra'}: {word}", file=sys.stderr)
    speeches = (
        [f"{len(expected['speeches'])} speakers, {sum(expected['speeches'].values())} speeches"] if play else ["–"]
    )
    return [
        book.stem,
        f"{len(words):,}",
        f"{len(said):,}",
        f"{len(lost)}",
        f"{len(extra)}",
        f"{len(noterefs)}",
        *speeches,
        f"{sum(who == NARRATOR for who, _ in said):,}" if play else "–",
        f"{best.wall_s:.1f}",
        f"{best.user_s:.1f}",
        f"{best.memory_mb:.0f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    head = "book|words in|words out|lost|extra|note marks in|play|by the narrator|wall s|processor s|memory MB"
    print(f"| {head.replace('|', ' | ')} |")
    print("|" + "---|" * (head.count("|") + 1))
    with tempfile.TemporaryDirectory() as folder:
        for book in sorted(options.data.glob("*.epub")):
            if book.with_name(f"{book.stem}.expected.json").exists():
                print(f"| {' | '.join(compare(book, Path(folder) / 'home', options.runs))} |")


if __name__ == "__main__":
    main()
