"""Front matter of a Markdown file: the block between `---` or `+++`, pandoc's `% Title`, MultiMarkdown's `Title:`."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from narrate.book import natural, shown
from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.described import plain_paragraphs
from narrate.readers.entries import FIELD, Value, entries, texts_of

_BLOCK = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.{0,20000}?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_PERCENT = re.compile(r"\A%.{0,500}(?:\n(?:%|[ \t]+\S).{0,500}){0,40}(?=\n[ \t]*(?:\n|\Z)|\Z)")
_HEADER = frozenset(
    "title subtitle author authors date language lang publisher copyright keywords description abstract series "
    "translator isbn".split()
)
_MAIN, _SUBTITLE = ("main", ""), ("subtitle",)
_WROTE, _TRANSLATED = ("author", "aut", "creator", "cre", ""), ("translator", "trl")
_DATES = ("year", "date", "published", "pubdate", "issued")
_AUTHORS = ("author", "authors", "creator", "creators", "by")
_MOST_GENRES = 20

Fields = Mapping[str, Value]


def is_front_matter(text: str) -> bool:
    """Whether a text opens with a block of front matter."""
    return _BLOCK.match(text) is not None or _toml(text) is not None


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The Book's fields that a text's front matter fills, those without a value left out; and the text after it."""
    fields, body = _found(text)
    return {name: value for name, value in _about(fields).items() if value}, body


def _found(text: str) -> tuple[Fields, str]:
    found = _BLOCK.match(text)
    if found and any(FIELD.match(row) for row in found[1].split("\n")):
        return entries(found[1]), text[found.end() :]
    return _toml(text) or _percent_rows(text) or _header_rows(text) or ({}, text)


def _toml(text: str) -> tuple[Fields, str] | None:
    """Hugo's block of TOML between `+++`; None where it is none."""
    found = _TOML.match(text) if text.startswith("+++") else None
    if not found:
        return None
    try:
        fields = tomllib.loads(found[1])
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {name.lower(): _value(value) for name, value in fields.items()}, text[found.end() :]


def _value(value: object) -> Value:
    """A value of TOML as one of YAML: text, a list or a table of such, not in each other."""
    if isinstance(value, list):
        return [str(item) for item in value if not isinstance(item, list | dict)]
    return "" if isinstance(value, dict) else str(value)


def _percent_rows(text: str) -> tuple[Fields, str] | None:
    """pandoc's title block: `% Title`, `% Author; Author`, `% Date`, each going on in indented rows."""
    found = _PERCENT.match(text) if text.startswith("%") else None
    if not found:
        return None
    title, authors, date, *more = [*re.split(r"(?m)^%", found[0])[1:], "", "", ""]
    people: list[Value] = [name for part in re.split(r"[;\n]", authors) if (name := clean(part))]
    fields: Fields = {"title": clean(title), "author": people, "date": clean(date)}
    return (fields, text[found.end() :]) if fields["title"] and not any(more) else None


def _header_rows(text: str) -> tuple[Fields, str] | None:
    """MultiMarkdown's `Key: value` rows up to the first blank one: each key is known, and a title is among them."""
    head, _, rest = text[:4000].partition("\n\n")
    found = [FIELD.fullmatch(row) for row in head.split("\n") if not row[:1].isspace()]
    keys = {match["key"].lower() for match in found if match and match["value"]} if all(found) else set()
    known = rest.strip() and "title" in keys and keys <= _HEADER and not head[:1].isspace()
    return (entries(head), text[len(head) :]) if known else None


def _about(fields: Fields) -> dict[str, Any]:
    listed = next((fields[key] for key in _AUTHORS if fields.get(key)), "")
    authors = list(dict.fromkeys(_people(fields, _AUTHORS, _WROTE)))
    if not isinstance(listed, str):  # what somebody typed as one line stays it
        authors = [natural(author) for author in authors]
    translators = shown(list(_people(fields, ("creator", "contributor"), _TRANSLATED)))
    return {
        "title": _titled(fields, _MAIN),
        "subtitle": _first(fields, "subtitle") or _titled(fields, _SUBTITLE),
        "author": shown(authors),
        "authors": () if isinstance(listed, str) else tuple(authors),
        "translator": _first(fields, "translator", "translators") or translators,
        "language_said": _first(fields, "language", "lang", "locale"),
        "series": _first(fields, "series", "belongs-to-collection", "collection"),
        "series_index": _series_index(fields),
        "year": next(filter(None, (year_in(_first(fields, key)) for key in _DATES)), ""),
        "publisher": _first(fields, "publisher"),
        "description": plain_paragraphs(_first(fields, "description", "abstract", "summary", rows=True)),
        "genres": _genres(fields),
        "isbn": _isbn(fields),
        "copyright": _first(fields, "copyright", "rights", "license"),
    }


def _first(fields: Fields, *keys: str, rows: bool = False) -> str:
    """The first text that one of the keys has, on one line unless its `rows` count."""
    found = next((text for key in keys for text in texts_of(fields.get(key))), "")
    return found if rows else clean(found)


def _items(fields: Fields, *keys: str) -> list[Value]:
    """What the first of the keys that is there lists; a value alone is a list of it."""
    value = next((fields[key] for key in keys if fields.get(key)), [])
    return value if isinstance(value, list) else [value]


def _kinds(item: Value, key: str) -> list[str]:
    """What a table says it is, by one of its entries; "" for what says nothing."""
    return [kind.casefold() for kind in texts_of(item.get(key))] or [""] if isinstance(item, dict) else [""]


def _titled(fields: Fields, kinds: tuple[str, ...]) -> str:
    """The title of the first of these kinds that there is: `title` may list a main one and a subtitle."""
    items = _items(fields, "title")
    found = (texts_of(item) for kind in kinds for item in items if kind in _kinds(item, "type"))
    return clean(next((text for texts in found for text in texts), ""))


def _people(fields: Fields, keys: tuple[str, ...], roles: tuple[str, ...]) -> Iterator[str]:
    """The people that the first of the keys lists and that have one of the `roles`."""
    for item in _items(fields, *keys):
        if set(_kinds(item, "role")) & set(roles):
            yield from map(clean, texts_of(item)[:1])


def _genres(fields: Fields) -> tuple[str, ...]:
    """Subjects, or else keywords: a list, or words with commas between them."""
    items = _items(fields, "genres", "genre", "subjects", "subject", "keywords", "tags", "categories")
    texts = [text for item in items for text in texts_of(item)]
    if len(texts) == 1:
        texts = re.split("[,;]", texts[0])
    return tuple(dict.fromkeys(filter(None, map(clean, texts))))[:_MOST_GENRES]


def _series_index(fields: Fields) -> str:
    given = _first(fields, "series_index", "series-index", "series_number", "series-number", "group-position")
    series = fields.get("series")
    inner = series if isinstance(series, dict) else {}
    return given or _first(inner, "index", "number", "position", "volume")


def _isbn(fields: Fields) -> str:
    identifiers = (item for item in _items(fields, "identifier") if _kinds(item, "scheme")[0].startswith("isbn"))
    listed = (re.sub("[- ]", "", text) for item in identifiers for text in texts_of(item))
    return _first(fields, "isbn") or next(listed, "")
