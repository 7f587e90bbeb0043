"""Incises: the narrator's own words inside a speech, where no mark parts them from it.

    — Entrez, dit Marthe. L’eau est chaude.     « Le bateau, fit-elle en riant, est perdu. »

A verb of speech stands before its subject, after a comma or the end of a sentence. The incise goes on to the end
of its own sentence, or to a comma after which the speech goes on.
"""

import re
from collections.abc import Iterator
from functools import cache

from narrate.languages import find_language

_NAME = r"(?P<name>[^\W\d_](?:[\w’'-]|\.(?=\w))*)"
_END = re.compile(r"[,;:]\s|[.!?…]+[\"”’)]*(?:\s|$)")
_ABBREVIATED = re.compile(r"\b(?:\w|MM|Mme|Mlle|Mgr|Dr|Dra|Sr|Sra|Sig|St|Sta|Don)\.\s$")  # M. Hale
_BACK = re.compile(r"\s*[—–]\s")  # the speech goes on
_LONGEST = 200  # characters of an incise


def incises_in(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Where the incises of the speech in `text[start:end]` stand, from the gap before them to where it goes on."""
    opens = _opening(language)
    if opens is None:
        return
    at = start
    while found := opens.search(text, at, end):
        if (found["name"] and not found["name"][0].isupper()) or not found["verb"][0].islower():
            at = found.start() + 1
            continue
        at = _end_of(text, found.end(), end, language)
        if dash := _BACK.match(text, at, end):
            at = dash.end()
        yield found.start(), at


def _end_of(text: str, at: int, end: int, language: str) -> int:
    """Where an incise whose subject ends at `at` ends, before the white space or mark that closes the speech."""
    goes_on = _going_on(language)
    for mark in _END.finditer(text, at, min(end, at + _LONGEST)):
        short = mark[0][0] == "." and text[mark.end() : mark.end() + 1].isalpha() and _is_short(text, mark)
        if not short and not (mark[0][0] == "," and goes_on.match(text, mark.end(), end)):
            return mark.end()
    return end if end - at <= _LONGEST else at


def _is_short(text: str, mark: re.Match[str]) -> bool:
    return _ABBREVIATED.search(text, max(0, mark.start() - 5), mark.end()) is not None


@cache
def _opening(language: str) -> re.Pattern[str] | None:
    """What opens an incise in a language, up to its subject; None where incises have marks of their own."""
    found = find_language(language)
    incises = found.incises
    if not incises.verbs:
        # Of a language whose verbs are not known, a dash and a small letter before a name must do.
        known = found.spoken is not None or not found.dashes
        return None if known else re.compile(rf"(?<=[\w\"”»])\s[—–]\s(?P<verb>[^\W\d_]{{3,}})(?:\s\w{{2,4}})?\s{_NAME}")
    verbs = "|".join(sorted(map(re.escape, incises.verbs)))
    before = rf"(?:(?:{incises.before})\s?)?" if incises.before else ""
    subjects = rf"{incises.subjects}|" if incises.subjects else ""
    gap = r"(?:(?<=[,!?…»”.])(?<!\w\.)\s+|(?<=[\w\"”»])\s[—–]\s)"
    return re.compile(rf"{gap}{before}(?P<verb>{verbs})(?:{subjects}\s{_NAME})")


@cache
def _going_on(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{find_language(language).incises.goes_on or '(?!)'})")
