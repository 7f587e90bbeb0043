"""Short lines: how many a book has, how long a slow reader takes for them, and what their frame cap leaves.

    python benchmarks/short_lines.py BOOK... [--pace 0.7]

Every line of one to three words; each different one is read by the draft engine at `--pace`.
"""

import argparse
from pathlib import Path
from statistics import mean

from narrate.engine.draft import DraftEngine
from narrate.engine.qwen.config import FRAMES_A_SECOND
from narrate.engine.qwen.prompt import expected_frames, frame_cap
from narrate.readers import read_book
from narrate.script import Line, Opening
from narrate.speakers.adapt import adapt
from narrate.takes import Request
from narrate.voices import DraftVoice

WORDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", nargs="+", type=Path)
    parser.add_argument("--pace", type=float, default=0.7)
    options = parser.parse_args()
    texts: set[str] = set()
    print("| lines of one to three words | of all lines | of all characters | with a neighbour |\n|---|---|---|---|")
    for path in options.books:
        book = read_book(path)
        chapters = [[line for line in script.lines if line.speakable] for script in adapt(book)]
        lines = [line for chapter in chapters for line in chapter]
        short = [line for line in lines if is_short(line)]
        company = sum(has_company(chapter, at) for chapter in chapters for at in range(len(chapter)))
        share = sum(len(line.text) for line in short) / sum(len(line.text) for line in lines)
        texts |= {line.text for line in short}
        of_lines, of_short = len(short) / len(lines), company / len(short)
        print(f"| {book.title} | {of_lines:.1%} ({len(short)}) | {share:.1%} | {of_short:.0%} |")
    voice = DraftVoice("slow", pace=options.pace)
    with DraftEngine() as engine:
        read = {r.text: a.seconds * FRAMES_A_SECOND for r, a in engine.speak(Request(t, voice) for t in sorted(texts))}
    tightest = sorted(read, key=lambda text: frame_cap(text) - read[text])[:5]
    print("\n| | frames expected | read | cap |\n|---|---|---|---|")
    caps, expected = [frame_cap(text) for text in read], [expected_frames(text) for text in read]
    print(f"| all {len(read)}, mean | {mean(expected):.1f} | {mean(read.values()):.1f} | {mean(caps):.1f} |")
    for text in tightest:
        print(f"| {text} | {expected_frames(text):.1f} | {read[text]:.1f} | {frame_cap(text)} |")
    print(f"\nover 1.8 times the expected, at most: {max(read[t] - 1.8 * expected_frames(t) for t in read):.1f} frames")


def is_short(line: Line) -> bool:
    return len(line.text.split()) <= WORDS


def has_company(chapter: list[Line], at: int) -> bool:
    """Whether a short line has one of the same speaker beside it in its paragraph."""
    line = chapter[at]
    before = at > 0 and line.opens is Opening.SENTENCE and chapter[at - 1].speaker == line.speaker
    after = at + 1 < len(chapter) and chapter[at + 1].opens is Opening.SENTENCE
    return is_short(line) and (before or (after and chapter[at + 1].speaker == line.speaker))


if __name__ == "__main__":
    main()
