"""What it costs to speak a book's beginning first: the order of its lines against the longest first.

    python benchmarks/order.py BOOK.epub [--slots 4,64,256,768] [--results FILE.json]

The schedule is the real one (narrate/engine/qwen/slots.py), the device counts frames: as many for a line as its
text takes to read. "decode" is the steps' time by a measured run's times for each batch size. The first chapter is
the opening that narrate/work/order.py speaks first; it and half of the chapters are there after so much of the steps.
"told" is the time left that the progress bars tell at half of the steps, against what was left then.
"""

import argparse
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_sim import CHARACTERS_PER_FRAME, MEASURED, Times, read_build, times_of

from narrate.engine.qwen.slots import Schedule, group_of
from narrate.readers import read_book
from narrate.sentences import Splitter
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.work import in_turn
from narrate.work.order import _opening

AHEAD = 64  # as the engine has it


@dataclass(frozen=True)
class Spoken:
    """When each line was finished, in steps; the steps and seconds of all; the time left as told at half of them."""

    finished: dict[str, int]
    steps: int
    decode_s: float
    told: float


def read_chapters(path: Path) -> list[list[Request]]:
    """A book's lines by chapter, each once, as requests."""
    book = read_book(path)
    splitter = Splitter(book.language, [block.text for chapter in book.chapters for block in chapter.blocks])
    voice, seen = DraftVoice("narrator"), set[str]()
    chapters = []
    for chapter in book.chapters:
        texts = [text for block in chapter.blocks for text in splitter.split(block.text)]
        chapters.append([Request(text, voice) for text in dict.fromkeys(texts) if text not in seen])
        seen.update(texts)
    return chapters


def frames_of(request: Request) -> int:
    return max(4, round(len(request.text) / CHARACTERS_PER_FRAME))


def speak(lines: Iterator[Request], slots: int, times: Times) -> Spoken:
    """The lines through the schedule; what is done is seen one step late."""
    schedule = Schedule(lines, slots, group=group_of(slots), ahead=AHEAD)
    left: dict[int, int] = {}
    seen: deque[tuple[int, list[int]]] = deque()
    finished: dict[str, int] = {}
    made: list[tuple[float, int]] = []  # decode seconds and characters so far, after each step
    decode_s, characters = 0.0, 0
    while schedule.busy:
        left |= {row: frames_of(line) for row, line in schedule.admit()}
        decode_s += times.step(schedule.rows)
        left = {row: frames - 1 for row, frames in left.items()}
        seen.append((schedule.stepped(), [row for row, frames in left.items() if frames <= 0]))
        schedule.look_ahead()
        while len(seen) > 1:
            for row, line in schedule.finish(*seen.popleft()):
                finished[line.key] = schedule.steps
                characters += len(line.text)
                left.pop(row, None)
        for source, target in schedule.moves():
            left[target] = left.pop(source)
        made.append((decode_s, characters))
    half_s, half = made[len(made) // 2]
    return Spoken(finished, schedule.steps, decode_s, half_s * (characters / half - 1) / (decode_s - half_s))


def row(name: str, chapters: Sequence[Sequence[Request]], spoken: Spoken, usual: Spoken) -> str:
    """A row of the table: `usual` is what it is measured against."""
    opening = [request for chapter in chapters for request in chapter][: _opening(chapters)]
    heard = max(spoken.finished[request.key] for request in opening)
    ends = sorted(max(spoken.finished[request.key] for request in chapter) for chapter in chapters if chapter)
    return (
        f"| {name} | {spoken.steps:,} | {spoken.steps / usual.steps - 1:+.1%} | {spoken.decode_s:.1f} s "
        f"| {spoken.decode_s / usual.decode_s - 1:+.1%} | {heard / spoken.steps:.0%} "
        f"| {ends[len(ends) // 2] / spoken.steps:.0%} | {spoken.told:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("--slots", default="4,64,256,768")
    parser.add_argument("--results", type=Path, default=MEASURED, help="what benchmarks/engine.py wrote")
    options = parser.parse_args()
    chapters, times = read_chapters(options.book), times_of(read_build(options.results))
    lines = [request for chapter in chapters for request in chapter]
    lengths = Counter(len(request.text) // 100 for request in lines)
    print(f"{options.book.name}: {len(chapters)} chapters, {len(lines):,} lines, by hundreds of characters:")
    print(", ".join(f"{hundreds}: {count:,}" for hundreds, count in sorted(lengths.items())))
    print("\n| slots, order | steps | | decode | | first chapter | half the chapters | told |")
    print("|---|---|---|---|---|---|---|---|")
    for slots in (int(count) for count in options.slots.split(",")):
        usual = speak(iter(sorted(lines, key=lambda request: -len(request.text))), slots, times)
        print(row(f"{slots}, longest first", chapters, usual, usual))
        print(row(f"{slots}, the book's", chapters, speak(iter(lines), slots, times), usual))
        turns = in_turn(chapters, lambda slots=slots: slots)  # type: ignore[misc]
        print(row(f"{slots}, as spoken", chapters, speak(turns, slots, times), usual), flush=True)


if __name__ == "__main__":
    main()
