"""Lists that nobody reads aloud: the contents of a text file, its pictures, and the notes of who typed it.

A list of contents is one whose entries come again as headings, or that names their pages. Anything else under such a
title is the book's own, and is read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from narrate.book import Reading, Skipped
from narrate.readers.characters import clean
from narrate.readers.heads import is_chapter_number, number_pattern, plain
from narrate.readers.matter import LISTS, kept, skipped_part
from narrate.readers.ornaments import is_scene_break
from narrate.readers.text.brackets import transcribers_title
from narrate.readers.titled import titled

_LONGEST = 120  # characters of an entry
_MOST_LISTS = 12
_MOST_ENTRIES = 600
_PAGE = re.compile(r"(?:[\s.·…_]{2,}|\s)(?:\d{1,4}|[ivxlc]{1,7}|[Ff]rontispiece)\.?$|[.·…]{3,}.{0,8}$")
_FULL = 60  # characters of a paragraph whose rows go on with a sentence
_ROWS_OF_HEADING = 3
_SENTENCE = 12  # words of a paragraph that is no heading
_WIDE_GAP = 3  # blank rows that end a note at a file's top
_TRANSCRIBERS = 60  # paragraphs of it at most


@dataclass(frozen=True, slots=True)
class _Group:
    """A paragraph's rows, clean; none for a blank row."""

    rows: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.rows)


@dataclass(slots=True)
class Unlisted:
    """Paragraphs without lists and the transcriber's notes; what is told of the lists, and how many notes there were.

    `named` has the letters and digits of what the contents name, with its number and without.
    """

    groups: list[list[str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: int = 0
    named: set[str] = field(default_factory=set)


def without_lists(groups: Sequence[list[str]], reading: Reading, is_heading: Callable[[str], bool]) -> Unlisted:
    """Paragraphs without lists of contents and of pictures and without the transcriber's notes."""
    clean_groups = [_Group(tuple(cleaned for row in group if (cleaned := _head_of(row)))) for group in groups]
    told = Unlisted()
    keys: list[frozenset[str]] = []
    at = tried = 0
    while at < len(groups):
        group = clean_groups[at]
        end = 0
        if group.rows and len(title := group.rows[0]) <= _LONGEST:
            kind = found.kind if (found := titled(title, LISTS)) else ""
            if kind and tried < _MOST_LISTS and not kept(reading, (kind,), "", title):
                tried += 1
                keys = keys or [_keys(other) for other in clean_groups]
                end = _end_of_list(clean_groups, keys, at, pictures=kind != "toc")
                told.skipped += [skipped_part(title, kind)] if end else []
                if kind == "toc":
                    told.named.update(*(_row_keys(row) for other in clean_groups[at + 1 : end] for row in other.rows))
                    told.named.update(*(_row_keys(row) for row in group.rows[1:] if end))
            elif transcribers_title().match(title) and not kept(reading, ("transcriber-note",), "", title):
                end = _end_of_note(clean_groups, at, is_heading)
                told.notes += end > 0
        if end:
            at = end
        else:
            told.groups.append(groups[at])
            at += 1
    return told


_NUMBER = re.compile(rf"\A[\W_]*(?:[^\W\d_]{{3,9}}\.? )?{number_pattern()}(?![^\W_])[\s.:)—–-]*", re.IGNORECASE)
_ENTRY = re.compile(
    rf"[\W_]*(?:[^\W\d_]{{3,9}}\.? {number_pattern()}(?![^\W_])|{number_pattern()}[.:)—–])", re.IGNORECASE
)


def _head_of(row: str) -> str:
    """A row without what no page shows; of a long one, which is no list's, its first part and its last sign."""
    return clean(row) if len(row) <= 4 * _LONGEST else f"{clean(row[: 2 * _LONGEST])}{row.rstrip()[-1:]}"


def _keys(group: _Group) -> frozenset[str]:
    """The letters and digits of a short paragraph's rows, each without its page, with its number and without."""
    if len(group.rows) > _ROWS_OF_HEADING or len(group.text) > 2 * _LONGEST:
        return frozenset()
    return frozenset(key for row in (*group.rows, group.text) for key in _row_keys(row))


def _row_keys(row: str) -> set[str]:
    entry = _PAGE.sub("", row)
    return {plain(entry), plain(_NUMBER.sub("", entry, count=1))} - {""}


def _end_of_list(groups: Sequence[_Group], keys: Sequence[frozenset[str]], start: int, *, pictures: bool) -> int:
    """Where a list that is headed at `start` ends: before what it names first; 0 where it is no list.

    One of `pictures` ends before what the contents above it name.
    """
    above = frozenset().union(*keys[:start])
    below = _Group(groups[start].rows[1:])  # its first rows, right below its title
    listed = [_row_keys(row) for row in below.rows]
    seen: set[str] = set().union(*listed)
    pages = sum(_PAGE.search(row) is not None for row in below.rows)
    at = start + 1
    while at < len(groups) and len(listed) < _MOST_ENTRIES and not _is_prose(groups[at]):
        found = [_row_keys(row) for row in groups[at].rows]
        paged = sum(_PAGE.search(row) is not None for row in groups[at].rows)
        if groups[at].rows and titled(groups[at].rows[0], LISTS):
            break
        named = len(found) == 1 and not paged and bool(found[0] & above)
        if named and (pictures or _opens_text(groups, at, title=True)):
            break
        if pictures and not paged and is_chapter_number(groups[at].text):
            break
        if paged < len(found) and seen.intersection(*[set().union(*found)]) and _opens_text(groups, at):
            break
        seen.update(*found)
        listed += found
        pages += paged
        at += 1
    end = _before_head(groups, keys, start, at)
    listed = listed[: len(below.rows) + sum(len(group.rows) for group in groups[start + 1 : end])]
    elsewhere = frozenset().union(*keys[:start], *keys[end:])
    again = sum(bool(key & elsewhere) for key in listed)
    return end if listed and 2 * max(again, pages) >= len(listed) else 0


def _is_prose(group: _Group) -> bool:
    """Whether a paragraph is none of a list: rows that are full, and a sentence's end."""
    if not group.rows or _ENTRY.match(group.rows[0]) or _PAGE.search(group.rows[-1]):
        return False
    wrapped = any(row[0].islower() for row in group.rows[1:])
    return len(group.text) > (_FULL if wrapped else _LONGEST) and group.text[-1] in '.!?”"’。」'


def _opens_text(groups: Sequence[_Group], at: int, *, title: bool = False) -> bool:
    """Whether a heading that a list names is the one over the text: a number alone comes again in the list, too.

    `title`: it is the book's own title, below which a chapter's may stand before the text.
    """
    if title:
        told = [group for group in groups[at + 1 : at + 12] if group.rows][:3]
        return any(_is_prose(group) for group in told)
    if not is_chapter_number(groups[at].text):
        return True
    told = [group for group in groups[at + 1 : at + 8] if group.rows][:2]
    if told and is_chapter_number(told[0].text):
        return False
    return any(_is_prose(group) or len(group.text.split()) > _SENTENCE for group in told)


def _before_head(groups: Sequence[_Group], keys: Sequence[frozenset[str]], start: int, at: int) -> int:
    """Where a list ends whose next heading is at `at`: before those above that are its own: `PART ONE`."""
    end = at
    numbered = at < len(groups) and is_chapter_number(groups[at].text)
    forms = {_form(groups[at])} if numbered else set()
    below = frozenset().union(*keys[at:])
    while end > start + 1:
        group = groups[end - 1]
        listed = keys[end - 1] & frozenset().union(
            *keys[start : end - 1]
        )  # it is there twice: in the list and below it
        named = is_chapter_number(group.text) and _form(group) not in forms and (not numbered or listed)
        own = at - end <= 1 and len(group.rows) == 1 and not _PAGE.search(group.text) and not keys[end - 1] & below
        if group.rows and not named and (numbered or not own):
            end -= at < len(groups) and _is_word_of(group, groups[at])
            break
        forms |= {_form(group)} if group.rows else set()
        end -= 1
    while end < at and not groups[end].rows:
        end += 1
    return end


def _is_word_of(group: _Group, number: _Group) -> bool:
    """Whether a paragraph is a heading's word alone, whose number is in the next one: `Chapter`, `One`."""
    word = group.text
    return len(word.split()) == 1 and not is_chapter_number(word) and is_chapter_number(f"{word} {number.text}")


def _form(group: _Group) -> str:
    """What a heading says beside its number: `PART ONE` and `Part II` are of one form."""
    return "".join(c for c in group.text.split()[0].casefold() if c.isalpha()) if len(group.text.split()) > 1 else ""


def _end_of_note(groups: Sequence[_Group], start: int, is_heading: Callable[[str], bool]) -> int:
    """Where a transcriber's note ends: before a heading, an ornament or a wide gap, or with its own paragraph."""
    title = transcribers_title().match(groups[start].rows[0])
    if title and title.end() < len(groups[start].rows[0].strip()):
        return start + 1
    told = 0
    blank = 0
    for at in range(start + 1, len(groups)):
        group = groups[at]
        if not group.rows:
            blank += 1
            continue
        ends = is_heading(group.text) or is_scene_break(group.text) or (told and blank > _WIDE_GAP)
        if ends or told > _TRANSCRIBERS:
            return at
        told, blank = told + 1, 0
    return len(groups)
