"""What stands around a book in its file: Project Gutenberg's header, credits and licence, and fields: `Title: …`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

from narrate.book import Skipped
from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.heads import plain
from narrate.readers.text.brackets import typed_words

_FIRST = 200_000  # characters in which a header ends
_START = re.compile(
    r"^(?:\*{3} ?START OF TH(?:E|IS) PROJECT GUTENBERG.*|\*{1,3} ?END ?\*? ?(?:OF )?THE SMALL PRINT!?.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(r"^[ \t]*(?:\*{3} ?)?END OF (?:TH(?:E|IS) )?PROJECT GUTENBERG.*$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^(Title|Author|Language|Release date): *(\S.*(?:\n {2,}\S.*)*)$", re.IGNORECASE | re.MULTILINE)
_OWN_FIELD = re.compile(r"[ \t\u3000]*(?P<name>[^\W\d_][\w ]{0,20}?)[ \t]*[:：][ \t\u3000]*(?P<value>\S.{0,200})")
_LANGUAGE_FIELDS = frozenset(("language", "lang"))
_YEAR_FIELDS = frozenset(("year", "date", "published", "release date"))
_BESIDE = frozenset(("subtitle", "translator", "publisher", "series", "copyright"))
_CREDIT = re.compile(
    r"\W*(?:(?:this )?(?:e-?text|e-?book|file|html version|text)?(?: file)? ?(?:was |is |has been )?"
    r"(?:produced|prepared|transcribed|scanned|digiti[sz]ed|typed|proofread)\b.{0,40}?\b(?:by|from|for)\b|"
    r"(?:created|credits|updated|character set encoding|posting date):|"
    r"this (?:e-?text|e-?book) is for the use of anyone|"
    r"(?:the )?project gutenberg(?:['’]s)? e-?(?:text|book))",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"https?:|www\.|\.(?:net|org|com)\b|@|proofread|project gutenberg|internet archive|google books|hathitrust|e-?text",
    re.IGNORECASE,
)
_LONGEST = 500  # characters of a row that are looked at
_TITLE_PAGE = 8  # paragraphs in which a title page names the author
_FIRST_PARAGRAPHS = 40  # in which a file says who made it


@dataclass(frozen=True, slots=True)
class Framed:
    """A book's own text, the fields that its file gives by name in small letters, and what was left out of it."""

    text: str
    fields: Mapping[str, str]
    skipped: tuple[Skipped, ...] = ()
    gutenberg: bool = False


def without_frame(text: str) -> Framed:
    """A file's text without what is around the book."""
    fields: dict[str, str] = {}
    skipped: list[Skipped] = []
    starts = list(_START.finditer(text, 0, _FIRST))
    start = starts[-1] if starts else None
    end = _END.search(text, start.end() if start else 0)
    if start:
        header = text[: start.start()]
        fields = {m[1].casefold(): clean(m[2]) for m in _FIELD.finditer(header)}
        if header.strip():
            skipped.append(Skipped("the Project Gutenberg header", "it is not the book's own text"))
    if end:
        skipped.append(Skipped("the Project Gutenberg licence", "it is not the book's own text"))
    text = text[start.end() if start else 0 : end.start() if end else None]
    if not fields:
        text, fields = _own_fields(text)
    return Framed(text, fields, tuple(skipped), start is not None)


@cache
def _names() -> Mapping[str, str]:
    """What each field is, by every name that it has."""
    titles = dict.fromkeys(typed_words(lambda typed: typed.title), "title")
    return {
        **titles,
        **dict.fromkeys(typed_words(lambda typed: typed.author), "author"),
        **dict.fromkeys(_LANGUAGE_FIELDS, "language"),
        **dict.fromkeys(_YEAR_FIELDS, "release date"),
        **{name: name for name in _BESIDE},
    }


def _own_fields(text: str) -> tuple[str, dict[str, str]]:
    """The rows of fields at the top of a text, and the text below them. A title is one of them, or there are none."""
    rows = text.lstrip("\n").split("\n", 12)
    fields: dict[str, str] = {}
    count = 0
    for row in rows:
        found = _OWN_FIELD.fullmatch(row.rstrip())
        name = _names().get(found["name"].casefold(), "") if found else ""
        value = clean(found["value"]) if found else ""
        if not name or (name in fields and name != "author") or (name == "release date" and not year_in(value)):
            break
        fields[name] = f"{fields[name]} & {value}" if name in fields else value
        count += 1
    return ("\n".join(rows[count:]), fields) if "title" in fields else (text, {})


@cache
def _byline() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(typed_words(lambda typed: typed.author))))
    return re.compile(rf"\s*(\S.{{0,79}})\n\s*(?i:{words})\s+([^\W\d_a-z][^\n]{{1,60}}?)[ \t]*(?:\n|$)")


def byline(text: str) -> tuple[str, str]:
    """The title and the author that the first rows of a text name: `The Salt Road`, `by Ann Example`; "" for none."""
    found = _byline().match(text.lstrip("\n")[:400])
    return (clean(found[1]), clean(found[2])) if found and not found[2][0].islower() else ("", "")


def with_byline_joined(groups: Sequence[list[str]], author: str) -> list[list[str]]:
    """Paragraphs; a word that stands alone above the `author` of a title page, `by`, is put before the name."""
    words = typed_words(lambda typed: typed.author)
    filled = islice((at for at, group in enumerate(groups) if any(map(str.strip, group))), _TITLE_PAGE)
    for at, following in pairwise(filled):
        said, named = (clean(" ".join(groups[n])) for n in (at, following))
        if author and plain(named) == plain(author) and said.casefold().rstrip(":") in words:
            return [*groups[:at], [f"{said} {named}"], *groups[following + 1 :]]
    return list(groups)


def without_credits(groups: Sequence[list[str]], *, gutenberg: bool) -> tuple[list[list[str]], int]:
    """Paragraphs without those near the top that say who made the file, and how many there were.

    Where the file is not `gutenberg`'s, they must say so by an address or the like.
    """
    count, told, inside = 0, 0, False
    kept: list[list[str]] = []
    for group in groups:
        text = clean(" ".join(row[:_LONGEST] for row in group[:9]))
        told += text != ""
        if told > _FIRST_PARAGRAPHS or not text:
            kept.append(group)
            continue
        follows = inside and text[0] == "(" and _CREDITED.search(text) is not None
        inside = follows or (_CREDIT.match(text) is not None and (gutenberg or _CREDITED.search(text) is not None))
        if inside:
            count += 1
        else:
            kept.append(group)
    return kept, count
