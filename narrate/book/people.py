"""People as books name them: who of a line is one person, and a name as it is said.

A comma parts names as often as it is inside one ("Hale, Ann", "King, Jr."), so where a file keeps its people apart
they stay apart, and only a line that somebody typed is taken to pieces.
"""

import re
from collections.abc import Iterator, Sequence

# What follows a name behind a comma and is no given name.
_AFTER = frozenset(
    "jr sr jnr snr ii iii iv v phd md ma ba mba dds esq jd rn obe cbe mbe kbe dbe om ch frs frcs qc kc sj op osb "
    "dd lld père fils hijo filho the of from prof dr".split()
)
# Little words before a surname: "Le Roux, Marie" and "van der Berg, Jan" are one person each.
_BEFORE = frozenset(
    "le la les de du des del della di da do dos das d van von vom zu zum zur der den ten ter te op af av el al bin ibn "
    "ben st saint san mac mc o ó ní".split()
)
_YEARS = re.compile(r",? \(?(?:b\. |c\. )?\d{3,4}\??[-–]?(?:\d{3,4})?\??\)?\Z")  # as libraries tell people apart
_AND = re.compile(r",? (?:and|und|et) ")  # before the last of several; "y" is inside Spanish names
_COMMA = re.compile(r"\s*,\s*")


def natural(name: str, filed: str = "") -> str:
    """A person's name as it is said: "Hale, Ann" → "Ann Hale". `filed` is how catalogues file it, where they say.

    What may be another thing than a surname and given names stays as it is: "Hale, Jr.", "Plato, of Athens".
    """
    parts = _COMMA.split(_YEARS.sub("", name))
    after = f", {parts.pop()}" if len(parts) == 3 and _follows(parts[2]) else ""
    if len(parts) != 2 or not all(parts):
        return name
    last, first = parts
    words = first.split()
    while len(words) > 1 and words[-1].casefold() in _BEFORE:
        words.pop()  # "Gogh, Vincent van"
    given = all(word[0].isupper() for word in words) and not _follows(first) and len(words) <= 4
    short = len(words) == 1 or any(len(_bare(word)) == 1 for word in words)  # no surname is among them
    surname = all(_bare(word) in _BEFORE for word in last.split()[:-1]) or (short and _bare(name) == _bare(filed))
    return f"{first} {last}{after}" if given and surname else name


def people_of(line: str, filed: str = "", *, typed: bool = True) -> tuple[str, ...]:
    """The people of a line: parted by `&` and `;`, and in one that a person `typed` by commas that are inside no name.

    Elsewhere a comma is inside a name, which catalogues have as `filed`.
    """
    found: list[str] = []
    for part in _parts(" ".join(line.split())):
        pieces: list[str] = []
        for piece in filter(_bare, _COMMA.split(part)):
            if pieces and _follows(piece):
                pieces[-1] += f", {piece}"
            else:
                pieces.append(piece)
        joined = ", ".join(pieces)
        if not typed and not (len(pieces) > 2 and all(" " in piece and _is_named(piece) for piece in pieces)):
            pieces = [joined]  # three with two names each are people wherever they stand
        one = len(pieces) == 2 and (natural(joined) != joined or " " not in pieces[1])  # nobody has but one name
        found += [natural(joined, filed)] if one or len(pieces) == 1 else pieces
    return tuple(dict.fromkeys(found))


def _parts(line: str) -> Iterator[str]:
    """A line cut at `;`, and at `&` where people with two names each stand there: not in "Hale & Sons"."""
    for part in re.split(r"\s*;\s*", line):
        sides = re.split(r"\s*&\s*", part)
        for side in sides if all(len(side.split()) > 1 or not _bare(side) for side in sides) else [part]:
            yield from _without_and(side)


def _without_and(side: str) -> list[str]:
    """People before and after a word for "and", where all have two names at least: not "Simon and Schuster"."""
    *before, last = _AND.split(side)
    if len(before) != 1:
        return [side]
    if natural(before[0]) != before[0] and natural(last) != last:  # "Hale, Ann and Reed, Ben"
        return [before[0], last]
    people = [*_COMMA.split(before[0]), last]
    whole = "," not in last and all(1 < len(one.split()) < 5 and _is_named(one) for one in people)
    return people if whole else [side]


def _is_named(text: str) -> bool:
    """Whether each word has a capital, as a person's name has: not "Ministry of Arts and Letters"."""
    return all(word[0].isupper() or word.casefold() in _BEFORE for word in text.split())


def _follows(piece: str) -> bool:
    """Whether a piece behind a comma is the end of a name: "Jr.", "the Elder"."""
    return _bare(piece.split()[0]) in _AFTER


def shown(people: Sequence[str]) -> str:
    """People on one line, so that `people_of` finds them again in nearly all."""
    return (" & " if any(re.search("[,;&]", one) for one in people) else ", ").join(people)


def _bare(word: str) -> str:
    """A word in small letters without full stops: "Ph.D." → "phd", "d’" → "d"."""
    return "".join(c for c in word.casefold() if c.isalnum())
