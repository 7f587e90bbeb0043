"""What is known to be right: a little of our own in tests/data, and what lies beside a checkout."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
OWN = Path(__file__).parent / "data"
SHARED = ROOT.parent / "shared" / "data"
FOLDERS = [OWN, SHARED] if SHARED.is_dir() else [OWN]

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="larger collections are not in ../shared/data; the same is tested on tests/data"
)


def story() -> tuple[list[str], list[tuple[int, int, int, str]]]:
    """The paragraphs of the-weir.txt, and its quotations: paragraph, start, end, speaker."""
    paragraphs: list[str] = []
    quotations: list[tuple[int, int, int, str]] = []
    for row in filter(None, (OWN / "the-weir.txt").read_text("utf-8").splitlines()):
        text, speaker = "", ""
        for piece in re.split(r"(\[[^\]]+\]|“[^”]*”)", row):
            if piece.startswith("["):
                speaker = piece[1:-1]
            else:
                if piece.startswith("“") and speaker:
                    quotations.append((len(paragraphs), len(text), len(text) + len(piece), speaker))
                text += piece
        paragraphs.append(text)
    return paragraphs, quotations


def normalisations(folder: Path) -> list[list[str]]:
    """Kind, written, spoken."""
    with (folder / "normalise-en.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def sentences(folder: Path, language: str) -> list[dict[str, Any]]:
    """Each a text and its sentences."""
    return [json.loads(row) for row in (folder / f"sentences-{language}.jsonl").read_text("utf-8").splitlines()]


def novels(folder: Path) -> list[str]:
    """Paragraphs of stories."""
    if folder == OWN:
        return story()[0] + (ROOT / "examples" / "the-last-bus.txt").read_text("utf-8").splitlines()
    return [
        row
        for path in sorted((folder / "litbank").glob("*.txt"))
        for row in path.read_text("utf-8").splitlines()
        if row
    ]
