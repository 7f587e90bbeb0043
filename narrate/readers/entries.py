"""Entries of a block of metadata, in the subset of YAML that people write: `title: A: B` is no error here.

Nothing is built but texts, lists and tables of them; what is too deep is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from narrate.readers.characters import clean

Value = str | list["Value"] | dict[str, "Value"]

FIELD = re.compile(r"(?P<key>[A-Za-z][\w-]*)[ \t]*:(?:[ \t]*(?P<value>.*))?")
_ITEM = re.compile(r"-(?:[ \t]+(?P<rest>.*))?")
_INNER = re.compile(r"(?P<key>[A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*)|[ \t]*)")
_INNER_KEY = re.compile(r"\s*[\"']?([A-Za-z][\w-]*)[\"']?[ \t]*:(?=[\s\"'\[{]|\Z)\s*")
_FOLDED = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?")
_DEEPEST = 6  # tables and lists inside each other
_COMMENT = re.compile(r"[ \t]+#[ \t].*")
_SINGLE_QUOTED = re.compile(r"'((?:[^']|'')*)'(?:[ \t]+#.*)?")
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?:[ \t]+#.*)?')
_ESCAPES = {"n": "\n", "t": "\t"}

Row = tuple[int, str]  # how far a row is indented, and its text


def entries(block: str) -> dict[str, Value]:
    """A block's entries; rows of no entry are passed over."""
    rows = [(len(row) - len(row.lstrip()), row.strip()) for row in block.expandtabs(4).split("\n")]
    fields: dict[str, Value] = {}
    at = 0
    while at < len(rows):
        indent, row = rows[at]
        field = FIELD.fullmatch(row) if indent == 0 else None
        at += 1
        if field:
            inside = _inside(rows, at, 0)
            fields[field["key"].lower()] = _value(field["value"] or "", rows[at:inside], _DEEPEST)
            at = inside
    return fields


def _inside(rows: Sequence[Row], at: int, indent: int) -> int:
    """Where the rows end that belong to an entry at `indent`: deeper ones, blank ones, and items of its list."""
    while at < len(rows) and (
        not rows[at][1] or rows[at][0] > indent or (rows[at][0] == indent and _is_item(rows[at]))
    ):
        at += 1
    return at


def _is_item(row: Row) -> bool:
    return _ITEM.fullmatch(row[1]) is not None and not row[1].startswith("---")


def _value(text: str, rows: Sequence[Row], deeper: int) -> Value:
    """The value that `text` begins and the `rows` below it go on with."""
    text = text.strip()
    if _FOLDED.fullmatch(text):
        return _paragraphs(rows, text[0])
    filled = [row for row in rows if row[1] and not row[1].startswith("#")]
    if text[:1] in ("[", "{") and deeper:
        return _Flow(" ".join([text, *(row for _, row in filled)])).read(deeper)
    if text or not filled:
        return _plain(" ".join([text, *(row for _, row in filled)]))
    if not deeper:
        return ""
    if _is_item(filled[0]):
        return list(_items(filled, deeper - 1))
    if _INNER.fullmatch(filled[0][1]):
        return _table(filled, deeper - 1)
    return _plain(" ".join(row for _, row in filled))


def _items(rows: Sequence[Row], deeper: int) -> Iterator[Value]:
    """The items of a list whose rows these are."""
    indent = rows[0][0]
    at = 0
    while at < len(rows):
        item = _ITEM.fullmatch(rows[at][1])
        end = at + 1
        while end < len(rows) and rows[end][0] > indent:
            end += 1
        rest, below = (item["rest"] or "" if item else rows[at][1]), list(rows[at + 1 : end])
        if _INNER.fullmatch(rest) and deeper:
            first = indent + len(rows[at][1]) - len(rest)
            yield _table([(first, rest), *((max(row[0], first), row[1]) for row in below)], deeper - 1)
        else:
            yield _value(rest, below, deeper)
        at = end


def _table(rows: Sequence[Row], deeper: int) -> dict[str, Value]:
    """The entries of a table whose rows these are."""
    indent, at = rows[0][0], 0
    table: dict[str, Value] = {}
    while at < len(rows):
        entry = _INNER.fullmatch(rows[at][1])
        end = _inside(rows, at + 1, indent)
        if entry:
            table[entry["key"].lower()] = _value(entry["value"] or "", rows[at + 1 : end], deeper)
        at = end
    return table


def _paragraphs(rows: Sequence[Row], mark: str) -> str:
    """A block of text: `|` keeps its rows, `>` folds them; a blank row parts paragraphs."""
    parts = "\n".join(row for _, row in rows).strip("\n").split("\n\n")
    return "\n\n".join(part if mark == "|" else " ".join(part.split()) for part in parts)


def _plain(text: str) -> str:
    """A text without the quotation marks around it; a mark at one end alone, as in 'Tis, is its own."""
    text = clean(text)
    if single := _SINGLE_QUOTED.fullmatch(text):
        return single[1].replace("''", "'")
    if double := _DOUBLE_QUOTED.fullmatch(text):
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1] if m[1] in "\"'\\/" else m[0]), double[1])
    return _COMMENT.sub("", text) if not text.startswith("#") else text


class _Flow:
    """Reads `[a, "b, c", {name: d}]`; what is left open ends with the text."""

    _WORD = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\[\]{},]*)\s*""")

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def read(self, deeper: int) -> Value:
        """The value at this place, a list or table if a bracket opens here."""
        opener = self._text[self._at : self._at + 1]
        if opener not in ("[", "{") or not deeper:
            return _plain(self._word())
        self._at += 1
        closer = "]" if opener == "[" else "}"
        items: list[Value] = []
        table: dict[str, Value] = {}
        while self._at < len(self._text) and self._text[self._at] != closer:
            before = self._at
            self._space()
            key = _INNER_KEY.match(self._text, self._at) if opener == "{" else None
            if key:
                self._at = key.end()
            value = self.read(deeper - 1)
            if key:
                table[key[1].lower()] = value
            elif value:
                items.append(value)
            self._space()
            if self._text[self._at : self._at + 1] == "," or self._at == before:
                self._at += 1
        self._at += 1
        return table if opener == "{" else items

    def _word(self) -> str:
        found = self._WORD.match(self._text, self._at)
        assert found
        self._at = found.end()
        return found[1]

    def _space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1


def texts_of(value: Value | None) -> list[str]:
    """The texts of a value: of a list all, of a table what it is called."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)[:1]]
    return next((found for key in _CALLED if (found := texts_of(_named(value, key)))), [])[:1]


_CALLED = ("text", "name", "literal", "full", "given", "title", "value", "family")
_GIVEN, _FAMILY = (
    ("given", "given-name", "first", "firstname"),
    ("family", "family-name", "last", "lastname", "surname"),
)


def _named(table: Mapping[str, Value], key: str) -> Value | None:
    """An entry of a table; of a name in parts the whole: `given: Ann`, `family: Hale`."""
    if key == "given":
        parts = [next((t for name in names for t in texts_of(table.get(name))), "") for names in (_GIVEN, _FAMILY)]
        return " ".join(filter(None, parts))
    return table.get(key)
