"""Titles of what stands around a text: `Contents`, `Also by Ann Hale`, `Anmerkungen zur Transkription`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from narrate.languages import languages

LONGEST_TITLE = 90  # characters
_FIRST = 2  # letters of a title by which it is looked up
_ANY = "…"  # stands for a name in a title: `also by …`


@dataclass(frozen=True, slots=True)
class Titled:
    """What a title says: the kind of part, and the name in it, if its form has one: `Also by …`."""

    kind: str
    name: str = ""


def folded(title: str) -> str:
    """A title in small letters, without what printers put around it: `[CONTENTS.]` → contents."""
    return " ".join(title.casefold().replace("’", "'").split()).strip(" .:;,*—–-_~•·[](){}<>«»【】『』《》")


def titles_of(kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The titles of parts of these `kinds` in any language, folded, each with its kind."""
    for language in languages().values():
        for kind, titles in language.unread.items():
            if kind in kinds:
                yield from ((folded(title), kind) for title in titles.split("|"))


@cache
def _whole(kinds: frozenset[str]) -> Mapping[str, str]:
    return {title: kind for title, kind in titles_of(kinds) if _ANY not in title}


@cache
def _with_name(kinds: frozenset[str]) -> Mapping[str, Sequence[tuple[str, str, str]]]:
    """Titles with a name in them, by their first letters: what stands before the name, after it, and the kind."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for title, kind in titles_of(kinds):
        before, name, after = title.partition(_ANY)
        if name:
            found.setdefault(before[:_FIRST], []).append((before, after, kind))
    return found


def titled(text: str, kinds: frozenset[str]) -> Titled | None:
    """What part a title names, of these `kinds`; None for any other text."""
    if not text or len(text) > LONGEST_TITLE:
        return None
    title = folded(text)
    if kind := _whole(kinds).get(title):
        return Titled(kind)
    forms = _with_name(kinds)
    for before, after, kind in (*(forms.get(title[:_FIRST], ())), *forms.get("", ())):
        if title.startswith(before) and title.endswith(after) and len(title) > len(before) + len(after):
            return Titled(kind, title[len(before) : len(title) - len(after)])
    return None


def opens_with(text: str, kinds: frozenset[str]) -> str:
    """The kind of part whose title opens a paragraph, with a mark after it: `Transcriber’s Note: …`; "" for none."""
    found = re.match(rf"([^:.—–\n]{{3,{LONGEST_TITLE}}}?)\s*[:.—–]", text)
    return _whole(kinds).get(folded(found[1]), "") if found else ""


def names_part(title: str) -> bool:
    """Whether a title in the contents is that of something around a text, which is not read."""
    return titled(title, _every_kind()) is not None


@cache
def _every_kind() -> frozenset[str]:
    return frozenset(kind for language in languages().values() for kind in language.unread)
