"""A person's TOML files: read, held against the form they should have, edited; and where in them a key stands.

Every reader of such a file says the same: what is wrong, on which line, and the nearest that it could mean.
"""

import re
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from narrate.errors import ProjectError, nearest
from narrate.files import storage, write_text

Form = TypeVar("Form")
_EDITING = threading.RLock()

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_PATH = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
# Strings and comments, which may hold what looks like a key; but a string in a header or before = or a point is a key.
_STRINGS = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|#[^\n]*|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[ \t]*([^\s\"'#=\[\]{}.,]+)[ \t]*=")
_IS_KEY = re.compile(r"[ \t]*[=.]")
_OPENS_HEADER = re.compile(r"[ \t]*\[")
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_PATH})[ \t]*\]\]?[ \t]*")
_KEY = re.compile(rf"(^[ \t]*|[{{,][ \t]*)({_PATH})[ \t]*=")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file: its `text`, and the `entries` that are in it."""

    path: Path
    text: str
    entries: Mapping[str, Any]

    def line(self, *keys: str) -> int | None:
        """The line on which the file sets a key, given with the tables that it is in."""
        return key_line(self.text, *keys)


def parse_toml(text: str) -> dict[str, Any]:
    """The entries of a TOML text. Raises ValueError for whatever is wrong with it."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("tables or lists inside each other a hundred times") from error


def read_toml(path: Path) -> TomlFile:
    """The file at `path`. Raises StorageError, and ProjectError with the line when it is no TOML."""
    text = _text(path)
    try:
        return TomlFile(path, text, parse_toml(text))
    except ValueError as error:
        place = re.search(r"\(at line (\d+), ", str(error))
        row = int(place[1]) if place else None
        bare = _BARE.match(text.split("\n")[row - 1]) if row else None
        name = bare[1] if bare and not bare[1].isascii() else ""
        do = f'a key with other letters than a to z stands in quotation marks: "{name}" = …' if name else ""
        raise ProjectError(f"is not valid TOML: {error}", where=path, line=row, do=do) from error


@contextmanager
def edited(path: Path, new: str = "") -> Iterator[Any]:
    """The file at `path` as a tomlkit document to change in the block; all that stands there else stays, to the byte.

    It is written at the end, where it has changed. `new` is the text of a file that is not there yet. Threads edit one
    after the other: of two that edit one file at a time, a change would be lost.
    Raises StorageError, and ProjectError when it is no TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with _EDITING:
        text = _text(path) if path.exists() or not new else new
        try:
            document = tomlkit.parse(text)
            yield document
            changed = tomlkit.dumps(document)
        except TOMLKitError as error:
            raise ProjectError(f"is not valid TOML: {error}", where=path) from error
        if changed != text:
            write_text(path, changed)


def _text(path: Path) -> str:
    with storage(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProjectError("is not UTF-8", where=path, line=line, do="save it as UTF-8") from error


def key_line(text: str, *keys: str) -> int | None:
    """The line on which a TOML text sets a key, given with its tables, or opens a table; None where it does not.

    A table that is never opened has the line of its first key.
    """
    inside = None
    for number, path in _statements(text):
        if path == keys:
            return number
        if inside is None and path[: len(keys)] == keys:
            inside = number
    return inside


def _statements(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every line that opens a table or sets a key, and the key with the tables that it is in."""

    def blank(found: re.Match[str]) -> str:
        if found[0].startswith("#"):
            return ""
        start = found.start()
        in_header = _OPENS_HEADER.match(text, text.rfind("\n", max(0, start - 200), start) + 1, start)
        if "\n" not in found[0] and (in_header or _IS_KEY.match(text, found.end())):
            return found[0]
        return "\n" * found[0].count("\n") or '""'

    table: tuple[str, ...] = ()
    for number, row in enumerate(_STRINGS.sub(blank, text).split("\n"), start=1):
        row = row.rstrip("\r")
        if header := _HEADER.fullmatch(row):
            table = _path(header[1])
            yield number, table
            continue
        owner = table
        for key in _KEY.finditer(row):
            opens = not key[1].strip()
            path = (table if opens else owner) + _path(key[2])
            owner = path if opens else owner
            yield number, path


def _path(written: str) -> tuple[str, ...]:
    """A dotted key's parts, without their quotes."""
    try:
        entries: Any = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(entries, dict):
        ((part, entries),) = entries.items()
        parts.append(part)
    return tuple(parts)


# --- forms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """For Annotated[str, …]: a text that `fits`, as an empty one does; else the person is told what is `wanted`.

    `advice` of a text that does not fit is what else to do, or "".
    """

    fits: Callable[[str], bool]
    wanted: str
    advice: Callable[[str], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """For Annotated[str, …]: one of the words `names`; the `note` is told with them."""

    names: Sequence[str]
    note: str = ""


def typed(file: TomlFile, form: type[Form], entries: Mapping[str, Any], *tables: str) -> Form:
    """The `entries` of a file's table as the dataclass `form`, whose fields' types say what they may be.

    Raises ProjectError with the line, for a key that the form does not have with the nearest one.
    """
    hints = get_type_hints(form, include_extras=True)
    values: dict[str, Any] = {}
    for key, value in entries.items():

        def wrong(what: str, do: str, key: str = key) -> ProjectError:
            return ProjectError(what, where=file.path, line=file.line(*tables, key), do=do)

        if key not in hints:
            what = f"unknown table [{key}]" if isinstance(value, dict) else f'unknown key "{key}"'
            raise wrong(what, nearest(key, hints) or f"known: {', '.join(hints)}")
        if is_dataclass(hints[key]):
            if not isinstance(value, dict):
                raise wrong(f"{key} is not a table", f"write it as [{key}]")
            values[key] = typed(file, hints[key], value, *tables, key)
            continue
        try:
            values[key] = convert(key, value, hints[key])
        except ProjectError as error:
            raise wrong(error.what, error.do) from error
    return form(**values)


def convert(key: str, value: object, hint: Any, *, strict: bool = True) -> Any:
    """A key's value as the type `hint`, in its range; not `strict` takes a text for a number. Raises ProjectError."""
    import msgspec

    base, marks = _parts(hint)
    if get_origin(base) is tuple and isinstance(value, list):
        item = get_args(base)[0]
        value = [convert(key.removesuffix("s"), part, item) if isinstance(part, str) else part for part in value]
    try:
        found = msgspec.convert(value, hint, strict=strict)
    except msgspec.ValidationError:
        raise ProjectError(f"{key} = {value!r} is not {_wanted(hint)}") from None
    for mark in marks:
        if isinstance(mark, OneOf) and found not in mark.names:
            choice = f"one of {', '.join(mark.names)}"
            do = f"{choice}; {mark.note}" if mark.note else nearest(found, mark.names) or choice
            raise ProjectError(f'unknown {key} "{found}"', do=do)
        if isinstance(mark, Shape) and found and not mark.fits(found):
            raise ProjectError(f"{key} = {found!r} is not {mark.wanted}", do=mark.advice(found))
    return found


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type, and what it is annotated with."""
    return (hint.__origin__, hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())


def _wanted(hint: Any) -> str:
    """A type in words."""
    base, marks = _parts(hint)
    if base in (int, float):
        limits = next((mark for mark in marks if hasattr(mark, "ge")), None)
        reach = f" from {limits.ge:g} to {limits.le:g}" if limits else ""
        return f"a {'whole ' if base is int else ''}number{reach}"
    return {bool: "true or false", str: "a text in quotes"}.get(base, "a list of names")
