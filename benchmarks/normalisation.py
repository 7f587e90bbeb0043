"""How well text is put into words: our rules and, where they are installed, others.

    python benchmarks/normalisation.py DATA [--peers wetext,kitten,…] [--books ours,wetext] [--misses]

Others are wetext, kitten (kitten-text-processing), spokenform, damga, normt2s, num2words, inflect.
DATA holds `normalise-en.tsv` (kind, written, spoken), `normalise-en-several.jsonl` (written, and every
spoken form that counts as right) and EPUBs. Two texts are equal when their words are, whatever their
case and punctuation; "and" is no word. On the books: how many words change that are nothing but letters
(no digit, no sign, no stop after them, no Roman numeral), and how long a whole book takes. `plain` gives
the text back as it was: what a normaliser is worth is its distance from that.
"""

import argparse
import csv
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from narrate.readers import read_book
from narrate.speakers.adapt import adapt
from narrate.words import as_spoken

Normaliser = Callable[[str], str]
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")


def ours() -> Normaliser:
    return lambda text: as_spoken(text, "en")


def plain() -> Normaliser:
    return lambda text: text


def wetext() -> Normaliser:
    from wetext import Normalizer

    return Normalizer(lang="en", operator="tn").normalize


def kitten() -> Normaliser:
    from kitten_text_processing import normalize_text

    return normalize_text


def spokenform() -> Normaliser:
    from spokenform import prepare

    return lambda text: prepare(text, language="en", normalize_literals=True).spoken_text


def damga() -> Normaliser:
    from damga import Normalizer

    return Normalizer(mode="tn", lang="en").normalize


def normt2s() -> Normaliser:
    from normt2s import normalize

    return lambda text: normalize(text, lang="en")


def num2words() -> Normaliser:
    from num2words import num2words as words

    return lambda text: _NUMBER.sub(lambda m: words(m[0].replace(",", "")), text)


def inflect() -> Normaliser:
    from inflect import engine

    return lambda text: _NUMBER.sub(lambda m: engine().number_to_words(m[0].replace(",", "")), text)


ALL = {f.__name__: f for f in (ours, plain, wetext, kitten, spokenform, damga, normt2s, num2words, inflect)}


def folded(text: str) -> str:
    """What two texts are compared by."""
    return " ".join(word for word in re.sub(r"[^\w\s]|_", " ", text.casefold()).split() if word != "and")


def said(normalise: Normaliser, text: str) -> str:
    try:
        return normalise(text)
    except Exception as error:  # a peer may trip over anything; that is a miss
        return f"({type(error).__name__})"


def by_kind(data: Path, normalise: Normaliser, misses: bool) -> tuple[Counter[str], Counter[str]]:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    with (data / "normalise-en.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    for kind, written, spoken in rows:
        total[kind] += 1
        found = said(normalise, written)
        right[kind] += folded(found) == folded(spoken)
        if misses and folded(found) != folded(spoken):
            print(f"{kind}: {written!r} should be {spoken!r}, is {found!r}", file=sys.stderr)
    return right, total


def several(data: Path, normalise: Normaliser) -> tuple[int, int]:
    rows = [json.loads(row) for row in (data / "normalise-en-several.jsonl").read_text("utf-8").splitlines()]
    right = sum(folded(said(normalise, r["written"])) in {folded(form) for form in r["spoken"]} for r in rows)
    return right, len(rows)


_LETTERS = re.compile(r"[“”‘’\"'(\[—–…-]*([^\W\d_]+(?:[’'-][^\W\d_]+)*)[”’\"'),;:!?…\]—–-]*")


def plain_words_changed(written: str, spoken: str) -> list[str]:
    """Words of nothing but letters that are not among the spoken ones in their place."""
    before, after = written.split(), spoken.split()
    changed = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind in ("replace", "delete"):
            kept = {word.casefold() for token in after[k:m] for word in re.findall(r"[^\W\d_]+", token)}
            for token in before[i:j]:
                word = _LETTERS.fullmatch(token)
                if word and not re.fullmatch("[IVXLCDM]+", word[1]) and not kept >= set(
                    re.findall(r"[^\W\d_]+", word[1].casefold())
                ):  # fmt: skip
                    changed.append(token)
    return changed


def book_rows(data: Path, names: list[str]) -> list[str]:
    rows = []
    for path in sorted(data.glob("*.epub")):
        lines = [line.text for script in adapt(read_book(path)) for line in script.lines]
        words = sum(len(line.split()) for line in lines)
        for name in names:
            normalise = ALL[name]()
            normalise("Warm 1.")
            started = time.process_time()
            spoken = [said(normalise, line) for line in lines]
            seconds = time.process_time() - started
            broken = sum(line.startswith("(") and line.endswith("Error)") for line in spoken)
            changed = [word for line, out in zip(lines, spoken, strict=True) for word in plain_words_changed(line, out)]
            touched = sum(a != b for a, b in zip(lines, spoken, strict=True))
            shown = ", ".join(word for word, _ in Counter(changed).most_common(4))
            rows.append(
                f"| {path.stem} | {name} | {words:,} | {touched:,} of {len(lines):,} | "
                f"{len(changed)}{f' ({shown})' if shown else ''} | {broken} | {seconds:.1f} s |"
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", default="plain")
    parser.add_argument("--books", default="ours")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    names = ["ours", *(name for name in options.peers.split(",") if name)]
    tables = {name: by_kind(options.data, ALL[name](), options.misses and name == "ours") for name in names}
    total = tables["ours"][1]
    print(f"| kind | cases | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}")
    for kind in total:
        print(f"| {kind} | {total[kind]} | {' | '.join(str(tables[name][0][kind]) for name in names)} |")
    shares = (f"{tables[name][0].total()} ({tables[name][0].total() / total.total():.1%})" for name in names)
    print(f"| **all** | {total.total()} | {' | '.join(shares)} |")
    found = [several(options.data, ALL[name]()) for name in names]
    print(f"| several forms | {found[0][1]} | {' | '.join(str(right) for right, _ in found)} |")
    print("\n| book | rules | words | lines changed | plain words changed | errors | CPU time |")
    print(f"|{'---|' * 7}")
    for row in book_rows(options.data, options.books.split(",")):
        print(row)


if __name__ == "__main__":
    main()
