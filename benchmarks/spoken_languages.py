"""Numbers in languages other than English: everyday phrases read right, left alone, or wrong.

    python benchmarks/spoken_languages.py [--show wrong] [LANGUAGE…]

The phrases and their readings are `tests/spoken/*.txt`. A phrase left alone has some of its digits
still as written, for the model to read, and nothing wrong. `--show` prints the phrases with a verdict.
"""

import argparse
import sys
from pathlib import Path

from narrate.words import as_spoken

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from spoken_phrases import LANGUAGES, counted, phrases


def main() -> None:
    parser = argparse.ArgumentParser(description="Spoken numbers of nine languages, measured.")
    parser.add_argument("languages", nargs="*", default=list(LANGUAGES))
    parser.add_argument("--show", choices=("right", "left alone", "wrong"))
    args = parser.parse_args()
    rows, shown = [], []
    for language in args.languages:
        said = [(phrase, as_spoken(phrase.written, language)) for phrase in phrases(language)]
        verdicts = [phrase.verdict(spoken) for phrase, spoken in said]
        cells = [language, *(str(count) for count in counted(verdicts).values())]
        rows.append(f"| {' | '.join(cells)} |")
        shown += [
            f"{language}: {phrase.marked} → {spoken}"
            for (phrase, spoken), verdict in zip(said, verdicts, strict=True)
            if verdict == args.show
        ]
    print("\n".join(["| language | phrases | right | left alone | wrong |", "|---|---|---|---|---|", *rows, *shown]))


if __name__ == "__main__":
    main()
