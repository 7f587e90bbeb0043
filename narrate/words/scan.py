"""Applying rules to a text: from left to right, at the starts of words only, the first that agrees.

A rule never begins inside a word, and its pattern says where it ends, so no rule can touch a
word inside another. What a rule looks at around its match is the text as written, never what
another rule made of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What matches, and what is said for it; `say` gives None where the context speaks against it.

    A `say` that gives the match back leaves it as it is and keeps the rules after it away.
    """

    pattern: re.Pattern[str]
    say: Say


@dataclass(frozen=True, slots=True)
class Change:
    """`spoken` is said for the text's characters `start` to `end`: as it is read, or as the phonemes `ipa` have it.

    Until it is settled for an engine (see words/respelling.py), what has phonemes may have no `spoken`.
    """

    start: int
    end: int
    spoken: str
    ipa: str = ""  # canonical, see languages/phonetics.py


# Where a rule may begin: the first character of a word or number, or a sign. (CJK writes no spaces: see there.)
STARTS = re.compile(r"(?<![^\W_])[^\W_]|[^\w\s,;:!?…“”\"»«)\]—]")


_LETTER = re.compile(r"[^\W_]")


def scan(
    text: str, rules: Sequence[Rule], starts: re.Pattern[str] = STARTS, fixed: Iterable[Change] = ()
) -> Iterator[Change]:
    """What `rules`, first ones first, change in `text`, in order and without overlap.

    `fixed` changes are decided already: they come through, and no rule reaches into them.
    """
    at = 0
    bounds = sorted(fixed, key=lambda change: change.start)
    for stop in [*bounds, Change(len(text), len(text), "")]:
        for start in starts.finditer(text, at, stop.start):
            if start.start() < at:
                continue
            if found := _first(text, start.start(), stop.start, rules):
                at = found.end
                if found.spoken != text[found.start : found.end]:
                    yield found
        if stop.end > stop.start:
            yield stop
        at = stop.end


def _first(text: str, at: int, limit: int, rules: Sequence[Rule]) -> Change | None:
    for rule in rules:
        match = rule.pattern.match(text, at)
        if match and at < match.end() <= limit and (said := rule.say(match)) is not None:
            return Change(at, match.end(), said)
    return None


def before(match: re.Match[str], reach: int = 40) -> str:
    """The text in front of a match, as far as a rule looks back."""
    return match.string[max(0, match.start() - reach) : match.start()]


def shared_stop(match: re.Match[str]) -> str:
    """The stop of an abbreviation where it also ends its line, and so its sentence; else nothing."""
    return "." if match[0].endswith(".") and not _LETTER.search(match.string, match.end()) else ""


def apply(text: str, changes: Iterable[Change]) -> str:
    """`text` with every change made."""
    parts, at = [], 0
    for change in changes:
        parts += [text[at : change.start], change.spoken]
        at = change.end
    return "".join([*parts, text[at:]])
