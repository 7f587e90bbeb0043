"""How words inside a line are said, where that is not as they are written: `{W3C|World Wide Web Consortium}`.

    narrator: {Siobhán|/ʃɪˈvɔːn/} read the {lead|/lɛd/} story of the {W3C|World Wide Web Consortium}.

Before `|` stand the words that are written, after it those that are said, or between slashes their phonemes in IPA.
It holds for that place alone; `lexicon.toml` is for every one. What a book has in this very form, and is none, has a
`\\` before it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from narrate.languages.phonetics import canonical_ipa

_MARK = re.compile(r"(?P<shield>\\*)\{(?P<written>[^{}|]+)\|(?P<said>[^{}|]+)\}")


@dataclass(frozen=True, slots=True)
class Saying:
    """A text's characters `start` to `end` are said as `spoken`, or as the phonemes `ipa` (one of them is empty).

    Raises ValueError for what is neither words nor canonical IPA.
    """

    start: int
    end: int
    spoken: str = ""
    ipa: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or (self.spoken == "") == (self.ipa == ""):
            raise ValueError("words are said by others, or by phonemes")
        if self.ipa and self.ipa != canonical_ipa(self.ipa):
            raise ValueError(f"not canonical IPA: {self.ipa}")
        if self.spoken and not _is_said(self.spoken):
            raise ValueError(f"not words to say: {self.spoken!r}")

    @property
    def said(self) -> str:
        """What stands after `|`."""
        return self.spoken or f"/{self.ipa}/"


def _is_said(spoken: str) -> bool:
    """Whether `spoken` has a letter to say, and can stand in a mark and be told from phonemes."""
    plain = spoken == " ".join(spoken.split()) and not set(spoken) & set("{}|") and not _slashed(spoken)
    return plain and any(map(str.isalnum, spoken))


def _slashed(said: str) -> bool:
    return said.startswith("/") and said.endswith("/") and len(said) > 1


def check_sayings(text: str, sayings: Iterable[Saying]) -> None:
    """Raise ValueError where `sayings` are not in order, or what they stand for can be no mark's."""
    reached = 0
    for saying in sayings:
        written = text[saying.start : saying.end]
        if saying.start < reached or saying.end > len(text):
            raise ValueError("words that are said otherwise come in order, inside their line")
        if written != written.strip() or set(written) & set("{}|") or not any(map(str.isalnum, written)):
            raise ValueError(f"not words to be said otherwise: {written!r}")
        if text[reached : saying.start].endswith("\\"):
            raise ValueError("a mark after a backslash is none")
        reached = saying.end


def marked(text: str, sayings: Iterable[Saying]) -> str:
    """`text` as a script's file has it, with the marks of its `sayings`."""
    parts, at = [], 0
    for saying in sayings:
        parts += [_shielded(text[at : saying.start]), f"{{{text[saying.start : saying.end]}|{saying.said}}}"]
        at = saying.end
    return "".join([*parts, _shielded(text[at:])])


def _shielded(text: str) -> str:
    return _MARK.sub(lambda mark: f"\\{mark[0]}", text)


def unmarked(text: str) -> tuple[str, tuple[Saying, ...]]:
    """The text of a script's file without marks, and what they say. Raises ValueError for IPA that is none."""
    plain, at, sayings = "", 0, []
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        at = mark.end()
        if mark["shield"]:
            plain += mark[0][1:]
            continue
        written, said = mark["written"].strip(), mark["said"].strip()
        start = len(plain)
        plain += written
        spoken, ipa = ("", canonical_ipa(said)) if _slashed(said) else (said, "")
        sayings.append(Saying(start, len(plain), spoken, ipa))
    return plain + text[at:], tuple(sayings)


def part_of(sayings: Iterable[Saying], start: int, end: int) -> tuple[Saying, ...]:
    """The `sayings` of a text's part from `start` to `end`, by their places in it."""
    inside = (saying for saying in sayings if start <= saying.start and saying.end <= end)
    return tuple(Saying(s.start - start, s.end - start, s.spoken, s.ipa) for s in inside)


def carried_over(text: str, sayings: Iterable[Saying], other: str) -> tuple[Saying, ...]:
    """The `sayings` of `text` whose words stand in the `other` text too, in the same order."""
    kept, reached = [], 0
    for saying in sayings:
        written = text[saying.start : saying.end]
        found = re.compile(rf"(?<![\w\\]){re.escape(written)}(?!\w)").search(other, reached)
        if found:
            reached = found.end()
            kept.append(Saying(found.start(), found.end(), saying.spoken, saying.ipa))
    return tuple(kept)
