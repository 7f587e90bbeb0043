"""Labels: what stands before a colon at a row's start, and which of them name somebody who speaks.

What counts as a name is settled once for the whole file. Names come back, stand in capitals or in bold;
`Remember: …` does neither. Who speaks only once is named as the others are: in the same letters, at the
start of a paragraph where theirs are, with whole sentences after it. What a language calls an aside
(Note, Warning) is nobody.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache

from narrate.languages import languages

_BOLD = r"(?:\*\*|__)"
_WORD = r"[\w.’'&#-]+"
LABEL = re.compile(
    rf"(?:[-*] )?(?P<bold>{_BOLD})?(?P<name>[^\W\d_][\w.’'&#-]*(?: {_WORD}){{0,3}}) ?{_BOLD}?"
    rf" ?(?:[(\[](?P<aside>[^()\[\]]{{1,80}})[)\]])?{_BOLD}? ?(?::{_BOLD}?(?:\s+|$)|：{_BOLD}?\s*)(?P<text>.*)"
)
PART = re.compile(
    r"(?:act|scene|part|chapter|episode|segment)\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six)\b.*", re.I
)
_QUOTED = "\"“„«»「『‘'"
_SENTENCE_END = re.compile(r"[.!?…。！？؟।:—–-][\"”’»)\]*_」』]*$")
_USUAL = 0.9  # of those who come back: what they all do, who speaks once does too


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file by its `number`; `name`: who begins to speak in it, where the file's form says so."""

    number: int
    text: str
    name: str = ""
    aside: str = ""  # how it is said


@dataclass(frozen=True, slots=True)
class _Label:
    """A label as it stands once: its letters, whether it opens a paragraph, whether speech follows it."""

    name: str
    kind: str  # bold, capitals or plain
    opens: bool
    capital: bool
    ends: bool
    quoted: bool

    @property
    def habits(self) -> tuple[bool, bool, bool]:
        return self.opens, self.capital, self.ends


def names_of(rows: Sequence[Row], least: int = 2) -> frozenset[str]:
    """The names in a file: those that its form gives, and what stands before colons and is plainly somebody's.

    Where `least` people are plainly named, others may be who speak only once.
    """
    given = frozenset(row.name for row in rows if row.name)
    labels = list(_labels(rows))
    counts = Counter(label.name for label in labels)
    again = {name for name, count in counts.items() if count > 1 and _is_name(name)}
    again -= _quoting(labels)
    known = [
        label
        for label in labels
        if label.name in given or label.name in again or (label.kind != "plain" and not _is_aside(label.name))
    ]
    if not known:
        return given if least else given | {label.name for label in labels if _may_speak_once(label, _usual_of(()))}
    usual = Counter(label.kind for label in known).most_common(1)[0][0]
    # Where names stand in bold or capitals, what is in neither is a name if it is one of them: Ben for BEN.
    alike = [label for label in known if label.kind == usual]
    folded = {label.name.casefold() for label in alike}
    names = {
        label.name
        for label in known
        if label.kind == usual or label.name in given or label.name in again or label.name.casefold() in folded
    }
    often = len({label.name for label in alike}) >= least
    habits = _usual_of(alike)
    once = {label.name for label in labels if often and label.kind == usual and _may_speak_once(label, habits)}
    return given | names | once


def named(row: str, names: Set[str]) -> re.Match[str] | None:
    """A row that begins with one of the `names`."""
    found = LABEL.fullmatch(row)
    return found if found and found["name"] in names else None


def _labels(rows: Sequence[Row]) -> Iterable[_Label]:
    blank = True
    for index, row in enumerate(rows):
        text = row.text.strip()
        found = None if row.name or not text else LABEL.fullmatch(text)
        if found and not PART.fullmatch(text):
            name, said = found["name"], found["text"].strip()
            capitals = name == name.upper() and sum(c.isupper() for c in name) > 1
            first = next((c for c in said if c.isalnum()), "")
            yield _Label(
                name,
                "bold" if found["bold"] else "capitals" if capitals else "plain",
                blank,
                not first.islower() and not first.isdigit(),
                not said or _SENTENCE_END.search(_last_row(rows, index)) is not None,
                said[:1] in _QUOTED and said != "",
            )
        blank = not text or text[0] == "#"


def _last_row(rows: Sequence[Row], index: int) -> str:
    """The last row of the paragraph that row `index` opens, up to the next label."""
    text = rows[index].text.strip()
    for row in rows[index + 1 : index + 60]:
        if row.name or not row.text.strip() or LABEL.fullmatch(row.text.strip()):
            break
        text = row.text.strip()
    return text


def _is_name(name: str) -> bool:
    """Whether a label that comes back is somebody's: each word with a capital, or in letters that have none."""
    if _is_aside(name):
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or word[0] == "#" or _is_east_asian(word) for word in name.split()
    )


def _is_east_asian(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u30ff" or "\u4e00" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7a3"


def _quoting(labels: Sequence[_Label]) -> set[str]:
    """Labels in letters without capitals that open quotations, as `他说：“…”` does: they tell who speaks."""
    return {label.name for label in labels if label.quoted and _is_east_asian(label.name)}


def _usual_of(labels: Sequence[_Label]) -> tuple[bool, ...]:
    """Which habits nearly all labels have; every one where there are no labels."""
    habits = zip(*(label.habits for label in labels), strict=True)
    return tuple(sum(column) >= _USUAL * len(column) for column in habits) or (True, True, True)


def _may_speak_once(label: _Label, usual: tuple[bool, ...]) -> bool:
    """Whether a label that stands once is named as the others are, which have the `usual` habits."""
    if _is_aside(label.name) or label.quoted or not all(word[0].isupper() for word in label.name.split()):
        return False
    return all(own or not wanted for own, wanted in zip(label.habits, usual, strict=True))


def _is_aside(name: str) -> bool:
    """Whether a label is a language's word for what is nobody's: Note, Warning, First."""
    whole = name.casefold().rstrip(".")
    first, _, rest = whole.partition(" ")
    if whole in _words_of("asides") or whole in _words_of("counting"):
        return True
    if rest and first in _words_of("greetings"):  # Dear Sir
        return True
    # Fun fact, Note 2, but Guard two
    return whole.rpartition(" ")[2] in _words_of("asides") or (first in _words_of("asides") and not rest[:1].isalpha())


@cache
def _words_of(field: str) -> frozenset[str]:
    return frozenset(word for language in languages().values() for word in getattr(language.shows, field))
