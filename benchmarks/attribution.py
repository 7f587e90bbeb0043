"""Who speaks: quotation spans and speakers against LitBank's, by confidence and by kind.

    python benchmarks/attribution.py ../shared/data [--work PREFIX] [--show]

A speaker is right when the name that the script would show is one of the annotators' speaker's
names: the canonical one, a word of it that no other speaker of the work bears, or one of
ALIASES below (read from the texts, for speakers whose canonical form is a description). "one
voice" is stricter: of several of our speakers that match one of theirs only the most frequent
counts. The works are halved by the SHA-256 of their files' names: even ones are tuned on and shown
with --show, odd ones only measured, with --test.
"""

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import process_time

from narrate.speakers.speakers import CONFIDENT, attribute
from narrate.speakers.turns import NARRATOR_SPEAKS

NARRATOR = "narrator"
ALIASES = {
    "1206 the_Old_Man-2": "old man",
    "1206 Mr__Rapponi-6": "miguel|mr mig-u-ell rapponi|miguel rapponi|native son|stranger",
    "1245 Katherine-1": "katharine|katharine hilbery|miss hilbery|her daughter",
    "1245 Mrs__Hilbery-2": "her mother",
    "1245 a_thin___elderly_gentleman-22": "elderly gentleman|gentleman",
    "1245 Denham-7": "mr denham|ralph denham",
    "1245 her_father-25": "mr hilbery",
    "12677 his_mother-24": "emma mcchesney|mrs mcchesney|emma|his mother|jock’s mother",
    "12677 Jock_McChesney-22": "jock|her son",
    "1342 Mr_Bennet-6": "her husband|mr bennet|her father",
    "1342 Mrs_Bennet-7": "his wife|his lady|her mother|mrs bennet",
    "1342 Elizabeth-26": "lizzy",
    "15265 a_girl-13": "girl|elf-girl",
    "15265 The_boy-1": "boy",
    "1661 Watson-3": NARRATOR,
    "171 MR__Temple-28": "temple|mr temple",
    "171 Blakeney_officer-38": "blakeney|young officer|officer|my friend blakeney",
    "171 Captain_Eldridge-41": "old man|eldridge|captain",
    "18581 Uncle-1": "uncle john|mr linden|john linden|her uncle|his uncle",
    "18581 Curtis_Waring-9": "her cousin|nephew",
    "18581 Florence-2": "his cousin|his niece|florence linden|miss linden",
    "2084 Mr__Pontifex-1": "old pontifex|old man",
    "2084 Edward_Overton-0": NARRATOR,
    "209 Douglas-8": "our friend",
    "209 I-2": NARRATOR,
    "209 the_women-19": "one of the women",
    "2807 Ralph_Percy-0": NARRATOR,
    "2807 John_Rolfe-30": "master rolfe|master john rolfe|my friend",
    "2807 Smith-16": "my captain|captain|my ancient captain",
    "32 our_last_guide-61": "guide|our guide",
    "32 narrator-0": NARRATOR,
    "434 narrator-0": NARRATOR,
    "434 Thomas_Johnson-84": "old man|butler",
    "44 Dr__Howard_Archie-0": "dr archie|doctor archie|doctor",
    "44 Mr__Kronborg-24": "peter kronborg|his visitor|visitor|her father",
    "521 my_father-4": "my father",
    "5230 THE_STRANGE_MAN-0": "stranger|visitor|her guest|guest|her visitor|man",
    "5230 Mrs__Hall-6": "landlady|his wife",
    "5348 a_rough_voice-2": "voice|man|porter",
    "5348 Mr__Greyson-18": "gentleman",
    "541 Christine_Nilsson-0": "prima donna|madame nilsson",
    "541 a_young_admirer-79": "admirer|young admirer",
    "599 Jemima_Pinkerton-15": "miss jemima|her sister",
    "599 Barbara_Pinkerton-1": "miss pinkerton|barbara",
    "60 Sergeant_Bibot-40": "citoyen bibot",
    "60 his_trusted_corporal-85": "his corporal|corporal",
    "73 a_certain_tall_soldier-11": "tall soldier|jim conklin|jim|soldier",
    "73 another_private-25": "private",
    "73 Henry_Fleming-37": "youth|boy|young private",
    "73 his_mother-50": "his mother|mother",
    "9830 Anthony__Father-9": "anthony’s father|his father|father|adam patch",
}


def is_tuned_on(work: str) -> bool:
    """Whether a work is of the half that rules and chances are tuned on."""
    return int(hashlib.sha256(f"{work}.txt".encode()).hexdigest(), 16) % 2 == 0


@dataclass(frozen=True)
class Row:
    """One gold quotation and what was said of it."""

    work: str
    speaker: str
    found: bool
    name: str
    right: bool
    confidence: float
    kind: str
    reason: str
    quote: str


def plain(name: str) -> str:
    """A name without its determiner and dots, in lower case."""
    words = re.sub(r"[.,]", " ", name.replace("'", "’").casefold()).split()
    return " ".join(words[1:] if words[0] in ("the", "a", "an", "my") and len(words) > 1 else words)


def names_of(work: str, gold: list[dict[str, str]]) -> dict[str, set[str]]:
    """All names that mean each of a work's speakers."""
    canonical = {row["speaker_id"]: row["speaker"] for row in gold}
    words = Counter(word for name in canonical.values() for word in set(plain(name).split()))
    result = {}
    for speaker, name in canonical.items():
        proper = {plain(w) for w in name.split() if w[0].isupper() and words[plain(w)] == 1 and len(w) > 2}
        extra = ALIASES.get(f"{work.split('_')[0]} {speaker}", "").split("|")
        result[speaker] = {plain(name), *proper - {"mrs", "mr", "the"}, *filter(None, extra)}
    return result


def read(folder: Path, work: str) -> tuple[list[str], list[int]]:
    """A work's paragraphs and where each starts."""
    text = (folder / "litbank" / f"{work}.txt").read_bytes().decode("utf-8")
    paragraphs, starts, at = [], [], 0
    for row in text.split("\n"):
        if row.strip():
            paragraphs.append(row)
            starts.append(at)
        at += len(row) + 1
    return paragraphs, starts


def measure(folder: Path, work: str, gold: list[dict[str, str]]) -> tuple[list[Row], int]:
    """The work's gold quotations as rows, and how many spans were found in all."""
    paragraphs, starts = read(folder, work)
    said, characters = attribute(paragraphs)
    found = {(starts[s.paragraph] + s.quote.start, starts[s.paragraph] + s.quote.end): s for s in said}
    names = names_of(work, gold)
    rows = []
    for row in gold:
        hit = found.get((int(row["start"]), int(row["end"])))
        name = "" if hit is None or hit.who is None else NARRATOR
        if hit is not None and hit.who is not None and hit.who != NARRATOR_SPEAKS:
            name = characters.people[hit.who].name
        right = bool(name) and plain(name) in names[row["speaker_id"]]
        told = (hit.confidence, hit.kind, hit.reason) if hit else (0.0, "no span", "")
        rows.append(Row(work, row["speaker_id"], hit is not None, name, right, *told, row["quote"]))
    return rows, len(found)


def one_voice(rows: list[Row]) -> int:
    """How many are right when each gold speaker may be only one of ours."""
    matched: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.right:
            matched[row.work, row.speaker][row.name] += 1
    return sum(counter.most_common(1)[0][1] for counter in matched.values())


def line(label: str, rows: list[Row], threshold: float) -> str:
    """One line of the table: confident and all, over the gold quotations in `rows`."""
    named = [row for row in rows if row.name and row.confidence >= threshold]
    right = sum(row.right for row in named)
    every = sum(row.right for row in rows)
    total = len(rows) or 1
    return (
        f"| {label} | {len(rows)} | {right / (len(named) or 1):.1%} | {len(named) / total:.1%} | "
        f"{every / total:.1%} | {one_voice(rows) / total:.1%} |"
    )


STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)


def show(rows: list[Row]) -> None:
    """Every quotation of the tuning half, with what was said of it."""
    for r in rows:
        mark = " " if r.right else "x" if r.name else "-"
        print(
            f"{mark} {r.work[:5]} {r.speaker[:18]:18} {r.name[:18]:18} {r.confidence:.2f} {r.kind[:12]:12} "
            f"{r.reason[:44]:44} {r.quote[:60]}"
        )


def reliability(rows: list[Row]) -> None:
    """How often a chance is right, by kind of evidence."""
    print("\n| kind | " + " | ".join(f"{a}–{min(b, 1.0)}" for a, b in pairwise(STEPS)) + " |")
    print("|---|" + "---|" * (len(STEPS) - 1))
    kinds = sorted({row.kind for row in rows if row.name})
    for kind in (*kinds, "all"):
        cells = []
        for low, high in pairwise(STEPS):
            part = [r for r in rows if r.name and low <= r.confidence < high and kind in (r.kind, "all")]
            cells.append(f"{sum(r.right for r in part)} of {len(part)}" if part else "")
        print(f"| {kind} | " + " | ".join(cells) + " |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", default="", help="only works whose name starts so")
    parser.add_argument("--show", action="store_true", help="print every quotation of the tuning half")
    parser.add_argument("--test", action="store_true", help="measure the other half instead")
    parser.add_argument("--threshold", type=float, default=CONFIDENT)
    asked = parser.parse_args()
    gold: dict[str, list[dict[str, str]]] = defaultdict(list)
    for text in (asked.folder / "litbank-quotes.jsonl").read_text("utf-8").splitlines():
        row = json.loads(text)
        if is_tuned_on(row["work"]) != asked.test and row["work"].startswith(asked.work):
            gold[row["work"]].append(row)
    rows: list[Row] = []
    spans, started = 0, process_time()
    for work in sorted(gold):
        own, found = measure(asked.folder, work, gold[work])
        spans += found
        rows += own
    seconds = process_time() - started
    if asked.show and not asked.test:
        show(rows)
    hits = sum(r.found for r in rows)
    precision, recall = hits / (spans or 1), hits / (len(rows) or 1)
    print("| gold quotations | spans: precision | recall | F1 |\n|---|---|---|---|")
    print(f"| {len(rows)} | {precision:.1%} | {recall:.1%} | {2 * precision * recall / (precision + recall):.3f} |")
    print(f"\n| quotations | gold | confident (≥ {asked.threshold}): right | of all | all: right | one voice |")
    print("|---|---|---|---|---|---|")
    print(line("test half" if asked.test else "tuning half", rows, asked.threshold))
    for kind in sorted({row.kind for row in rows}):
        print(line(f"— {kind}", [r for r in rows if r.kind == kind], asked.threshold))
    reliability(rows)
    print(f"\n{len(gold)} works in {seconds:.2f} s")


if __name__ == "__main__":
    main()
