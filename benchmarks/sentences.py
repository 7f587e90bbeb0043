"""Sentence splitting: right cases a language, and what it makes of whole books.

    python benchmarks/sentences.py DATA

DATA holds `sentences-<language>.jsonl` (rows of `text` and its `sentences`) and EPUBs. A case is
right when all its segments are, lines over the engine's limit cut included. Of each EPUB: its
characters a second of processor time (what the book teaches is learned in it), the longest line,
lines whose first letter is a small one although they follow a cut (between sentences, and inside
sentences that had to be cut at a clause), and words in and out.
"""

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path

from narrate.readers import read_book
from narrate.sentences import Splitter, split_sentences


def main() -> None:
    parser = argparse.ArgumentParser(description="Sentence splitting, measured.")
    parser.add_argument("data", type=Path)
    data: Path = parser.parse_args().data
    print("| language | cases | right | share |\n|---|---|---|---|")
    for path in sorted(data.glob("sentences-*.jsonl")):
        cases(path)
    print(
        "\n| book | characters | characters a second | sentences | lines | longest | lower-case starts | words lost |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for path in sorted(data.glob("*.epub")):
        book(path)


def cases(path: Path) -> None:
    language = path.stem.removeprefix("sentences-")
    rows = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    expected = [[" ".join(sentence.split()) for sentence in row["sentences"]] for row in rows]
    right = sum(split_sentences(row["text"], language) == want for row, want in zip(rows, expected, strict=True))
    print(f"| {language} | {len(rows)} | {right} | {right / len(rows):.0%} |")


def book(path: Path) -> None:
    read = read_book(path)
    texts = [block.text for chapter in read.chapters for block in chapter.blocks]
    split_sentences("Imports are not measured.", read.language)
    started = time.process_time()
    splitter = Splitter(read.language, texts)
    lines = [splitter.split(text) for text in texts]
    seconds = time.process_time() - started
    sentences = [splitter.sentences(text) for text in texts]
    characters = sum(map(len, texts))
    longest = max(len(line) for paragraph in lines for line in paragraph)
    after_sentence = lower_case_starts(sentences)
    after_clause = lower_case_starts(lines) - after_sentence
    counts = [sum(map(len, found)) for found in (sentences, lines)]
    lost = sum(" ".join(found).split() != text.split() for found, text in zip(lines, texts, strict=True))
    print(
        f"| {path.stem} | {characters:,} | {characters / seconds:,.0f} | {counts[0]:,} | {counts[1]:,} | {longest} "
        f"| {after_sentence} ({after_clause} at clauses) | {lost} |"
    )


def lower_case_starts(paragraphs: Iterable[list[str]]) -> int:
    """How many lines that are not their paragraph's first start with a small letter."""
    firsts = (next((c for c in line if c.isalnum()), "") for paragraph in paragraphs for line in paragraph[1:])
    return sum(first.islower() for first in firsts)


if __name__ == "__main__":
    main()
