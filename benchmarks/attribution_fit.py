"""How chances are told: a logistic regression for each kind of evidence, fitted on labelled quotations.

    python benchmarks/attribution_fit.py ../shared/data

Prints how often a chance is right where the works or chapters of a tenth were left out of the fit, the share that is
right at several thresholds, and the weights that stand in narrate/speakers/chances.py. The labels are the tuning half
of LitBank's excerpts (benchmarks/attribution.py says which) and attribution-labels.tsv: half of one novel's chapters
and five chapters of another, labelled by hand while reading, with all names that mean the speaker.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from attribution import STEPS, is_tuned_on, names_of, plain, read

from narrate.readers import read_book
from narrate.speakers.chances import Grounds
from narrate.speakers.speakers import attribute
from narrate.speakers.turns import NARRATOR_SPEAKS
from narrate.speakers.voicing import paragraphs_of_book

LABELS = Path(__file__).with_name("attribution-labels.tsv")
KINDS = ("explicit", "described", "pronoun", "implicit")
# The last one is common sense rather than learnt, for want of labels: "the fox" who speaks all through a tale is a fox.
PRIOR = np.array([0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.4])
STRENGTH = 3.0 * np.array([0.02, 2.0, 2.0, 2.0, 1.0, 1.0, 10.0])
FOLDS = 10
LAPSES = 0.015  # of the right answers are held for wrong in the fit: another book has traps that these have not


@dataclass(frozen=True)
class Label:
    """A labelled quotation: its source, what is left out with it, the grounds of the answer, and if it is right."""

    source: str
    group: str
    grounds: Grounds
    right: bool


def of_litbank(folder: Path) -> Iterator[Label]:
    """The tuning half's quotations."""
    gold: dict[str, list[dict[str, str]]] = defaultdict(list)
    for text in (folder / "litbank-quotes.jsonl").read_text("utf-8").splitlines():
        row = json.loads(text)
        if is_tuned_on(row["work"]):
            gold[row["work"]].append(row)
    for work, rows in gold.items():
        paragraphs, starts = read(folder, work)
        names = names_of(work, rows)
        found = {}
        for paragraph, start, _, name, grounds in answers(paragraphs, "en", ()):
            found[starts[paragraph] + start] = name, grounds
        for row in rows:
            if int(row["start"]) in found:
                name, grounds = found[int(row["start"])]
                yield Label("litbank", work, grounds, plain(name) in names[row["speaker_id"]])


def of_books(folder: Path) -> Iterator[Label]:
    """The quotations of attribution-labels.tsv."""
    labels: dict[str, dict[tuple[int, str], list[set[str]]]] = defaultdict(lambda: defaultdict(list))
    for line in LABELS.read_text("utf-8").splitlines():
        book, chapter, opening, names = line.split("\t")
        labels[book][int(chapter), opening].append({plain(name) for name in names.split("|")})
    for title, wanted in labels.items():
        book = read_book(folder / f"{title}.epub")
        texts, opening_places = paragraphs_of_book(book)
        places = list(texts)
        breaks = [index for index, place in enumerate(places) if place in opening_places]
        for paragraph, start, end, name, grounds in answers(list(texts.values()), book.language, breaks):
            chapter = places[paragraph][0] + 1
            opening = " ".join(texts[places[paragraph]][start:end].split())[:20].strip()
            if wanted.get((chapter, opening)):
                yield Label(title, f"{title} {chapter}", grounds, plain(name) in wanted[chapter, opening].pop(0))


def answers(
    paragraphs: Sequence[str], language: str, breaks: Sequence[int]
) -> Iterator[tuple[int, int, int, str, Grounds]]:
    """Of every quotation with an answer: its paragraph, start and end, the name, and the grounds."""
    said, characters = attribute(paragraphs, language, breaks=breaks)
    for one in said:
        if one.who is not None:
            name = "narrator" if one.who == NARRATOR_SPEAKS else characters.people[one.who].name
            yield one.paragraph, one.quote.start, one.quote.end, name, one.grounds


def fit(labels: Sequence[Label]) -> dict[str, np.ndarray]:
    """The weights for each kind, drawn to PRIOR where labels are few."""
    found = {}
    for kind in KINDS:
        own = [label for label in labels if label.grounds.kind == kind]
        features = np.array([label.grounds.features() for label in own])
        right = np.array([label.right for label in own], float) * (1 - LAPSES)
        weights = PRIOR.copy()
        for _ in range(60):
            chances = 1 / (1 + np.exp(-features @ weights))
            slope = features.T @ (chances - right) + STRENGTH * (weights - PRIOR)
            curve = (features * (chances * (1 - chances))[:, None]).T @ features + np.diag(STRENGTH)
            weights -= np.clip(np.linalg.solve(curve, slope), -1, 1)
        found[kind] = weights
    return found


def left_out(labels: Sequence[Label]) -> list[tuple[Label, float]]:
    """Every label with its chance by a fit on other works and chapters."""
    groups = sorted({label.group for label in labels})
    told = []
    for fold in range(FOLDS):
        without = set(groups[fold::FOLDS])
        weights = fit([label for label in labels if label.group not in without])
        for label in labels:
            if label.group in without:
                score = float(np.dot(weights[label.grounds.kind], label.grounds.features()))
                told.append((label, 1 / (1 + float(np.exp(-score)))))
    return told


def main() -> None:
    """Print the tables and the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    labels = [*of_litbank(asked.folder), *of_books(asked.folder)]
    told = left_out(labels)
    print("| kind | " + " | ".join(f"{low}–{min(high, 1.0)}" for low, high in pairwise(STEPS)) + " |")
    print("|---|" + "---|" * (len(STEPS) - 1))
    for kind in (*KINDS, "all"):
        cells = []
        for low, high in pairwise(STEPS):
            part = [label for label, chance in told if low <= chance < high and kind in (label.grounds.kind, "all")]
            cells.append(f"{sum(label.right for label in part)} of {len(part)}" if part else "")
        print(f"| {kind} | " + " | ".join(cells) + " |")
    print(
        "\n| source | answers | " + " | ".join(f"≥ {t}: right, of these" for t in (0.75, 0.8, 0.83, 0.85, 0.9)) + " |"
    )
    for source, count in Counter(label.source for label in labels).items():
        cells = []
        for threshold in (0.75, 0.8, 0.83, 0.85, 0.9):
            part = [label for label, chance in told if label.source == source and chance >= threshold]
            cells.append(f"{sum(label.right for label in part) / (len(part) or 1):.1%}, {len(part) / count:.1%}")
        print(f"| {source} | {count} | " + " | ".join(cells) + " |")
    print()
    for kind, weights in fit(labels).items():
        print(f'    "{kind}": ({", ".join(f"{weight:.2f}" for weight in weights)}),')


if __name__ == "__main__":
    main()
