"""The proof page on disk: `out/index.html` and `out/proof/`, written by every assembly.

It opens without a server, where a page may neither fetch a file nor import a module. So its data
are scripts that call a function with one value, loaded as they are asked for: `data/book.js` for the
book, `data/chapter-0003.js` for a chapter that is opened, `peaks/KEY.js` for its waveform. The sound
is the chapter's own lossless file: browsers play FLAC, to the frame, and nothing is encoded twice.
What has not changed is not written again.
"""

import html
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from heapq import nlargest
from itertools import islice
from pathlib import Path
from typing import Any

from narrate.chapters import Chapter, ChapterPlan, Mastering, TimedChapter, assembled_chapters, each
from narrate.check import Trusted
from narrate.deliver import Deliverable
from narrate.files import digest, storage, write_bytes, write_text
from narrate.project import PlacedChapter, Settings
from narrate.report.lines import MISSING, QUARANTINED, UNCHECKED, ProofLine, proof_lines
from narrate.report.peaks import PER_S, peaks
from narrate.script import NARRATOR

ASSETS = Path(__file__).parent / "assets"
PAGE = "index.html"
FOLDER = "proof"
MOST_QUARANTINED = 500  # listed; when it is more, a voice or a rule is wrong, and no list helps
MOST_MISSING = 40  # listed; when it is more, the book is still being made
LEAST_SURE = 40  # good takes that came nearest to failing; in a short book a tenth of its lines


@dataclass(frozen=True, slots=True)
class ShownBook:
    """A book that the page shows: `about` it, the folder that its chapters and the page lie `out` in, and its takes.

    A chapter of which takes are missing has an empty plan. `figures` are those of its report; the
    page is given all that are no lists.
    """

    about: Settings
    out: Path
    takes: Trusted
    chapters: Sequence[PlacedChapter]
    plans: Sequence[ChapterPlan]
    sound: Mastering
    figures: Mapping[str, Any]


def write_page(
    book: ShownBook, pictures: Mapping[str, str] | None = None, deliverables: Sequence[Deliverable] = ()
) -> Path:
    """Write what has changed of the page of an assembled book, and remove what is no more in it. The page's path.

    `pictures` are the report's, SVG by name; `deliverables` as they stand to the book. Raises StorageError.
    """
    folder = book.out / FOLDER
    gathered = _Book()
    files = set(_assets(folder))
    missing: dict[Path, Chapter] = {}
    for shown in shown_chapters(book):
        gathered.add(shown)
        data = folder / "data" / chapter_file(shown.number)
        _write_changed(data, chapter_script(shown))
        files.add(data)
        if shown.chapter is not None:
            waveform = folder / "peaks" / f"{shown.chapter.key}.js"
            files.add(waveform)
            if not waveform.is_file():
                missing[waveform] = shown.chapter
    for _ in each([partial(_write_peaks, path, chapter) for path, chapter in missing.items()]):
        pass
    _write_changed(folder / "data" / "pictures.js", script("proofPictures", pictures or {}))
    files.add(folder / "data" / "pictures.js")
    _write_changed(folder / "data" / "book.js", _book_script(book, gathered, deliverables))
    files.add(folder / "data" / "book.js")
    _remove_others(folder, files)
    _write_changed(book.out / PAGE, page_text(book.about))
    return book.out / PAGE


@dataclass(frozen=True, slots=True)
class ShownChapter:
    """A chapter as the page shows it; `number` as in `3:14`. `chapter` and `timed` are None where there is no sound."""

    number: int
    title: str
    chapter: Chapter | None
    timed: TimedChapter | None
    lines: Sequence[ProofLine]


def shown_chapters(book: ShownBook) -> Iterator[ShownChapter]:
    """The chapters one after another, with their lines as the takes are now. Raises TakeError, StorageError."""
    number = 0
    for placed, found in zip(book.chapters, assembled_chapters(book.plans, book.sound, book.out), strict=True):
        chapter, timed = found or (None, None)
        number = placed.lines[0].chapter if placed.lines else number + 1
        lines = tuple(proof_lines(placed, timed, book.takes.takes, book.takes))
        yield ShownChapter(number, placed.title, chapter, timed, lines)


def book_script(book: ShownBook) -> str:
    """`data/book.js`."""
    gathered = _Book()
    for shown in shown_chapters(book):
        gathered.add(shown)
    return _book_script(book, gathered, ())


def _book_script(book: ShownBook, gathered: "_Book", deliverables: Iterable[Deliverable]) -> str:
    about = {
        "title": book.about.title,
        "author": book.about.author,
        "language": book.about.language,
        "takes": os.path.relpath(book.takes.takes.folder.resolve(), book.out.resolve()).replace(os.sep, "/"),
        "report": {name: value for name, value in book.figures.items() if isinstance(value, str | int | float | None)},
        "deliverables": [asdict(it) for it in deliverables],
    }
    shown = about | gathered.data
    return script("proofBook", shown | {"revision": digest(shown)[:12]})


def page_text(about: Settings) -> str:
    """`index.html`."""
    page = (ASSETS / PAGE).read_text("utf-8")
    title, language = html.escape(about.title), html.escape(about.language)
    return page.replace("{{title}}", title).replace("{{language}}", language)


def chapter_file(number: int) -> str:
    """The file of a chapter's data; `number` as in `3:14`."""
    return f"chapter-{number:04d}.js"


def script(function: str, value: object) -> str:
    """A script that calls `function` with a value that JSON can hold; nothing in it ends a script or a line."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return f"{function}({data});\n"


class _Book:
    """What `book.js` says of the chapters, gathered one after another."""

    def __init__(self) -> None:
        self._chapters: list[dict[str, Any]] = []
        self._spoken: Counter[str] = Counter()
        self._voices: dict[str, str] = {}
        self._verdicts: Counter[str] = Counter()
        self._quarantined: list[dict[str, Any]] = []
        self._missing: list[dict[str, Any]] = []
        self._least_sure: list[tuple[float, int, dict[str, Any]]] = []
        self._start_s = 0.0

    def add(self, shown: ShownChapter) -> None:
        """Another chapter."""
        timed = shown.timed
        length_s = round(timed.frames / timed.sample_rate, 3) if timed else 0.0
        spoken = [line for line in shown.lines if line.voice]
        verdicts = Counter(line.verdict for line in spoken)
        self._chapters.append(
            {
                "number": shown.number,
                "title": shown.title,
                "start_s": round(self._start_s, 3),
                "duration_s": length_s,
                "lines": len(spoken),
                "quarantined": verdicts[QUARANTINED],
                "missing": verdicts[MISSING],
            }
        )
        self._start_s += length_s
        self._verdicts += verdicts
        self._spoken.update(line.speaker for line in spoken)
        for line in spoken:
            self._voices.setdefault(line.speaker, line.voice)
        for verdict, listed, most in (
            (QUARANTINED, self._quarantined, MOST_QUARANTINED),
            (MISSING, self._missing, MOST_MISSING + 1),
        ):
            found = (line for line in spoken if line.verdict == verdict)
            listed += [_entry(line) for line in islice(found, most - len(listed))]
        sure = ((line.score, -len(self._chapters), _entry(line)) for line in spoken if line.score and not line.why)
        self._least_sure = nlargest(LEAST_SURE, [*self._least_sure, *sure], key=lambda row: row[:2])

    @property
    def data(self) -> dict[str, Any]:
        doubted = max(5, self._spoken.total() // 10)
        speakers = sorted(self._spoken.items(), key=lambda item: (item[0] != NARRATOR, -item[1], item[0]))
        return {
            "chapters": self._chapters,
            "speakers": [{"name": s, "voice": self._voices[s], "lines": count} for s, count in speakers],
            "review": {
                "quarantined": self._quarantined + (self._missing if len(self._missing) <= MOST_MISSING else []),
                "more": self._verdicts[QUARANTINED] - len(self._quarantined),
                "missing": self._verdicts[MISSING],
                "least_sure": [entry for _, _, entry in self._least_sure[:doubted]],
                "unchecked": self._verdicts[UNCHECKED],
            },
        }


def _entry(line: ProofLine) -> dict[str, Any]:
    """A line in the list of those to listen to."""
    return {
        "place": line.place,
        "speaker": line.speaker,
        "text": line.text,
        "verdict": line.verdict,
        "score": line.score,
        "why": line.why,
    }


def chapter_script(shown: ShownChapter) -> str:
    """`data/chapter-0003.js`."""
    chapter = shown.chapter
    found = {"audio": f"chapters/{chapter.flac.name}", "peaks": chapter.key, "peaks_per_s": PER_S} if chapter else {}
    duration_s = chapter.frames / chapter.sample_rate if chapter else 0.0
    about = {"number": shown.number, "title": shown.title, "duration_s": duration_s}
    return script("proofChapter", about | found | {"lines": [line.data for line in shown.lines]})


def peaks_script(chapter: Chapter) -> str:
    """`peaks/KEY.js`."""
    return script("proofPeaks", {"key": chapter.key, "peaks": peaks(chapter.flac)})


def _write_peaks(path: Path, chapter: Chapter) -> None:
    write_text(path, peaks_script(chapter))


def _write_changed(path: Path, text: str) -> None:
    """Write `text` unless it is there already."""
    data = text.encode("utf-8")
    with storage(path):
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    write_bytes(path, data)


def _assets(folder: Path) -> Iterator[Path]:
    """Our own files, put into `folder`."""
    for asset in sorted(ASSETS.iterdir()):
        if asset.name != PAGE:
            _write_changed(folder / asset.name, asset.read_text("utf-8"))
            yield folder / asset.name


def _remove_others(folder: Path, files: set[Path]) -> None:
    """Remove what we wrote for chapters that are no more in the book."""
    with storage(folder):
        for pattern in ("data/*.js", "peaks/*.js"):
            for path in folder.glob(pattern):
                if path not in files:
                    path.unlink(missing_ok=True)
