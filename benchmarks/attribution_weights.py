"""The weights of the scores, moved one by one to where labelled quotations are likeliest.

    python benchmarks/attribution_weights.py ../shared/data [--minutes 5]

Prints the loss (mean log of the chance of the labelled speaker, with its sign turned) and the weights that it ends at.
What stands in narrate/speakers was drawn back two fifths of the way to where it had begun, for labels are few; after a
change benchmarks/attribution_fit.py fits the chances anew. Labels are those of attribution_fit.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from types import ModuleType

from attribution import is_tuned_on, names_of, plain, read
from attribution_fit import LABELS

import narrate.speakers.speakers as whole
from narrate.readers import read_book
from narrate.speakers import about, scores, turns
from narrate.speakers.voicing import paragraphs_of_book

Gold = dict[tuple[int, str], set[str]]  # paragraph and opening of a quotation → the speaker's names
FLOOR = 0.03  # of a chance: one label may not outweigh all others
STEPS: tuple[tuple[ModuleType, str, float], ...] = (
    (scores, "_ABOUT", 0.15), (scores, "_I", 0.4), (scores, "_NOBODY", 0.5), (scores, "_NAMELESS", 0.3),
    (scores, "_ANTECEDENTS", 0.4), (scores, "_CALLED", 0.8), (scores, "_SPOKEN_OF", 0.3),
    (scores, "_SPOKEN_OF_NEAR", 0.2), (scores, "_ANSWERS_TO", 0.4), (scores, "_SIR", 0.4), (scores, "_GOES_ON", 0.5),
    (scores, "_REPLIES", 0.5), (scores, "_TOLD", 0.4), (scores, "_HERE", 0.4), (scores, "_SAME_GENDER", 0.4),
    (scores, "_NO_GENDER", 0.4), (about, "_NEAR", 0.4), (about, "_GUESSED", 0.2), (about, "_I_ABOUT", 0.2),
    (turns, "_SAME", 0.4), (turns, "_BACK", 0.3),
)  # fmt: skip


def labelled(folder: Path) -> list[tuple[list[str], str, list[int], Gold]]:
    """Texts with their labels: paragraphs, language, breaks, gold."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in (folder / "litbank-quotes.jsonl").read_text("utf-8").splitlines():
        if is_tuned_on((row := json.loads(line))["work"]):
            rows[row["work"]].append(row)
    found = []
    for work, own in rows.items():
        paragraphs, starts = read(folder, work)
        names = names_of(work, own)
        gold: Gold = {}
        for row in own:
            index = max(n for n, start in enumerate(starts) if start <= int(row["start"]))
            gold[index, " ".join(row["quote"].split())[:20]] = names[row["speaker_id"]]
        found.append((paragraphs, "en", list[int](), gold))
    for title in dict.fromkeys(line.split("\t")[0] for line in LABELS.read_text("utf-8").splitlines()):
        book = read_book(folder / f"{title}.epub")
        texts, opening = paragraphs_of_book(book)
        places = list(texts)
        wanted = defaultdict(list)
        for line in LABELS.read_text("utf-8").splitlines():
            source, chapter, start, who = line.split("\t")
            if source == title:
                wanted[int(chapter), start].append({plain(name) for name in who.split("|")})
        gold = {}
        for index, place in enumerate(places):
            for (chapter, start), names_left in wanted.items():
                if chapter == place[0] + 1 and names_left and start in " ".join(texts[place].split()):
                    gold[index, start] = names_left.pop(0)
        found.append((list(texts.values()), book.language, [n for n, p in enumerate(places) if p in opening], gold))
    return found


def loss(books: Sequence[tuple[list[str], str, list[int], Gold]]) -> float:
    """Of all labels, how unlikely the labelled speaker is held to be."""
    total, count = 0.0, 0
    for paragraphs, language, breaks, gold in books:
        said, characters = whole.attribute(paragraphs, language, breaks=breaks)
        for one in said:
            names = gold.get(
                (one.paragraph, " ".join(paragraphs[one.paragraph][one.quote.start : one.quote.end].split())[:20])
            )
            if names is None:
                continue
            name = "" if one.who is None else "narrator" if one.who < 0 else plain(characters.people[one.who].name)
            chance = one.grounds.chance if name in names else (1 - one.grounds.chance) / 2
            total -= math.log(max(FLOOR, chance))
            count += 1
    return total / count


def main() -> None:
    """Walk downhill along each weight in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    books = labelled(asked.folder)
    best = loss(books)
    print(f"{best:.4f} at the start")
    until = monotonic() + 60 * asked.minutes
    for module, name, step in STEPS:
        value = getattr(module, name)
        for place in range(len(value)) if isinstance(value, tuple) else [None]:
            for move in (step, -step):
                if monotonic() > until:
                    break
                before = getattr(module, name)
                setattr(module, name, _moved(before, place, move))
                now = loss(books)
                if now < best:
                    best = now
                    break
                setattr(module, name, before)
        print(f"{best:.4f} {name} = {getattr(module, name)}")


def _moved(value: float | tuple[float, ...], place: int | None, move: float) -> float | tuple[float, ...]:
    if isinstance(value, tuple):
        return tuple(round(one + move, 3) if n == place else one for n, one in enumerate(value))
    return round(value + move, 3)


if __name__ == "__main__":
    main()
