"""What bears out that a part of a page is what its title says: other books, praise, a newsletter."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

from narrate.languages import languages
from narrate.readers.epub.units import Unit
from narrate.readers.heads import plain
from narrate.readers.matter import EVIDENT, part_of_title
from narrate.readers.text.brackets import typed_words
from narrate.readers.titled import Titled, folded, titled

_ADDRESS = re.compile(
    r"\bhttps?://|\bwww\.|\b[\w-]{2,40}\.(?:com|org|net|co|io|de|fr|es|it|pt|ru|jp|kr|cn|br|uk)\b|\w@\w", re.IGNORECASE
)
_SAID_BY = re.compile(r"(?:\A|[.!?…”“\"»«’‘』」)]\s*)[—–―-]{1,2}\s*\S.{1,80}\Z")
_SENTENCE = re.compile(r"[.!?…。！？][\"”’»」』)]*\Z")
_TITLE_WORDS = 15  # of a book in a list
_NEWSLETTER_WORDS = 400
_ENTRY = re.compile(r"[^\W\d_].*?\W\d{1,4}(?:[\s,;–-]|\d|n\b|ff?\.?|\Z){0,60}\Z")
_LEAST_ENTRIES = 2
_MOST_OF_ENTRIES = 0.7  # of an index; others say `see Ferry`
_TITLE_PAGE_UNITS = 4
_LONGEST_BYLINE = 60  # letters of `by Ann Hale`


@dataclass(frozen=True, slots=True)
class About:
    """What a book says of itself, to know by it what is said about it. Names are plain.

    `names` are those of its chapters, `titles` what the contents call this page, `stops` the ids in it where
    chapters start. `frame` are the parts of Project Gutenberg's frame so far; `begun`: there was text before.
    `unnamed`: the contents name one place or none.
    """

    title: str = ""
    authors: str = ""
    names: Collection[str] = ()
    titles: str = ""
    stops: Collection[str] = ()
    frame: Collection[str] = ()
    begun: bool = False
    unnamed: bool = False

    def windowed(self, title: str) -> Self:
        """What is said of a page whose window has a title, which names it where no contents do."""
        counts = self.unnamed and not self.titles and titled(title, EVIDENT) is not None
        return replace(self, titles=title) if counts else self


def bears_out(found: Titled, units: Sequence[Unit], about: About) -> bool:
    """Whether `units` under a title are what it says."""
    if found.kind == "newsletter":
        addresses = any(_ADDRESS.search(unit.text) or (unit.links and not unit.inner_links) for unit in units)
        return addresses and sum(unit.words for unit in units) <= _NEWSLETTER_WORDS
    if found.kind == "praise":
        praised = _names(found.name, about.authors) or plain(found.name) == plain(about.title) != ""
        return praised or _said_by_others(units)
    if found.kind == "also-by" and found.name:
        return _names(found.name, about.authors) or (not about.authors and _are_titles(units))
    if found.kind == "also-by" and not _are_titles(units):
        return bool(units) and _names(units[0].text, about.authors)
    return bool(units)


def is_newsletter(units: Sequence[Unit]) -> bool:
    """Whether a page without a heading is a publisher's: it names a newsletter and where to sign up for it."""
    if not units or any(unit.level for unit in units) or sum(unit.words for unit in units) > _NEWSLETTER_WORDS // 2:
        return False
    text = folded(" ".join(unit.text for unit in units))
    named = any(word in text for word in _newsletters())
    return named and bears_out(Titled("newsletter"), units, About())


def is_index(units: Sequence[Unit]) -> bool:
    """Whether a page's heading says that it is an index, and what stands under it are words with numbers of pages."""
    if len(units) < _LEAST_ENTRIES + 1 or not units[0].level or part_of_title(units[0].text) != "index":
        return False
    entries = [unit for unit in units[1:] if not unit.level and unit.letters > 1]  # not the letters over them
    numbered = sum(_ENTRY.search(unit.text) is not None for unit in entries)
    return numbered >= _LEAST_ENTRIES and numbered >= _MOST_OF_ENTRIES * len(entries)


def is_title_page(units: Sequence[Unit], about: About) -> bool:
    """Whether a page says who wrote the book and what it is called, and nothing else."""
    title, author = plain(about.title), plain(about.authors)
    if about.begun or not title or not 1 < len(units) <= _TITLE_PAGE_UNITS:
        return False
    told = [plain(unit.text) for unit in units]
    if title not in told or sum(map(len, told)) > len(title) + _LONGEST_BYLINE:
        return False
    told.remove(title)
    words = {plain(word) for word in typed_words(lambda typed: typed.author)}
    if author:
        return author in "".join(told) and "".join(told).replace(author, "", 1) in {"", *words}
    # no author is known: a name stands after the word
    named = [unit.text.split() for unit in units if plain(unit.text) != title]
    return len(named) == 1 and plain(named[0][0]) in words and all(word[0].isupper() for word in named[0][1:])


@cache
def _newsletters() -> tuple[str, ...]:
    """What newsletters are called, the first of their titles: not `sign up`, which may be said of anything."""
    named = (language.unread.get("newsletter", "") for language in languages().values())
    return tuple({folded(titles.split("|")[0]) for titles in named if titles})


def _names(said: str, authors: str) -> bool:
    """Whether a name in a title is an author's: one of its words is, and is no small one."""
    known = {word for word in folded(authors).replace(",", " ").split() if len(word.strip(".")) > 1}
    own = plain(said)
    return any(word in known for word in re.split(r"[\s,]+", folded(said))) or (len(own) > 1 and own in plain(authors))


def _said_by_others(units: Sequence[Unit]) -> bool:
    """Whether it is quotations with those who said them: at least two, and a third of all."""
    said = sum(_SAID_BY.search(unit.text) is not None for unit in units)
    return said > 1 and 3 * said >= len(units)


def _are_titles(units: Sequence[Unit]) -> bool:
    """Whether it is a list of books: short lines that are no sentences."""
    short = [unit for unit in units if unit.words <= _TITLE_WORDS and not _SENTENCE.search(unit.text)]
    return len(short) > 0 and 5 * len(short) >= 4 * len(units)
