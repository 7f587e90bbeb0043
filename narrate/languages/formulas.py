"""What a language calls the parts of a formula: fractions, roots, signs, in patterns of what they stand around."""

from collections.abc import Mapping
from dataclasses import dataclass

from narrate.languages.spoken import Powers

SIGNS = "+−×÷=≠<>≤≥≈±∈∉⊂∪∩→⇒⇔∞∑∏∫∂∀∃∝!°()"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Formulas:
    """How formulas are said: patterns with `{a}`, `{b}` and, where there are three parts, `{c}`.

    `signs` has a word for each sign of SIGNS. `parts` are fractions of two numbers that have a name ("1/2"), `over`
    is any other, `mixed` a whole number and such a part. `limits` is said of a sum from `{b}` to `{c}`, where `{a}` is
    the sign's word, `limit` of one as `{b}`; `beneath` where it has only what stands beneath it. `table` has `{a}`
    rows and `{b}` columns. `powers` are those of a language whose other rules have none.
    """

    signs: tuple[str, ...]
    parts: Mapping[str, str]
    over: str
    mixed: str
    sub: str
    root: str
    cube_root: str
    nth_root: str
    limits: str
    beneath: str
    limit: str
    absolute: str
    bar: str
    hat: str
    vector: str
    prime: str
    table: str
    numbers: str = ""  # a fraction of numbers, where another rule says it
    joint: str = " "  # between words
    powers: Powers | None = None


def formulas(signs: str, parts: str, *, powers: Powers | None = None, **patterns: str) -> Formulas:
    """A table whose signs' words are parted by bars, as are fractions and their names: `1/2 one half|1/3 one third`."""
    named = dict(part.split(" ", 1) for part in parts.split("|"))
    said = tuple(signs.split("|"))
    if len(said) != len(SIGNS):
        raise ValueError(f"{len(said)} words for {len(SIGNS)} signs")
    return Formulas(signs=said, parts=named, powers=powers, **patterns)
