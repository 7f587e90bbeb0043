"""The table of shops: read, and refused where it says what cannot be. `shops.toml` beside this file is the one we ship.

A rule has bounds, or is a demand that is met or not; each names the source that it was found in.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from narrate.errors import ProjectError, nearest
from narrate.project import SHOPS, TARGETS
from narrate.toml import OneOf, Shape, TomlFile, read_toml, typed

TABLE = Path(__file__).with_name("shops.toml")
REFUSES, DISCLOSED, ASK = "refuses", "disclosed", "ask"
OWN, SECOND_HAND = "its own words", "second hand"
# The rules that there are, and those of them that have bounds: in what, and the least and the most that makes sense.
BOUNDED = {
    "rms_db": (-60, 0),
    "peak_db": (-60, 0),
    "floor_db": (-120, 0),
    "hz": (8000, 192_000),
    "kbps": (8, 320),
    "minutes": (1, 6000),
    "head_s": (0, 60),
    "tail_s": (0, 60),
    "file_mb": (1, 10_000),
    "total_mb": (1, 100_000),
    "book_minutes": (1, 60_000),
    "sample_s": (1, 3600),
    "cover_px": (100, 20_000),
    "cover_mb": (0.1, 100),
}
DEMANDS = ("alike", "opening", "closing", "square")
RULES = (*BOUNDED, *DEMANDS)
_EMPTY = ("named_by", "sample")  # what may say nothing
_DATE = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")
_FIELDS = re.compile(r"\{(?:id|number|n|count|title)\}")
Form = TypeVar("Form")


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was found: whose words, at which address, and when they were read.

    `own` are the shop's own words; of others only what somebody else says of them was found.
    """

    title: str
    address: Annotated[str, Shape(lambda text: text.startswith("https://"), "an address of https")]
    seen: Annotated[str, Shape(lambda text: bool(_DATE.fullmatch(text)), "a day or a month such as 2026-11")]
    own: bool

    @property
    def sure(self) -> str:
        """How sure one may be of it, in words."""
        return OWN if self.own else SECOND_HAND


@dataclass(frozen=True, slots=True)
class Rule:
    """A shop's rule: from `least` to `most` where it has bounds; of a bit rate also whether it is to be constant."""

    source: str
    least: float | None = None
    most: float | None = None
    constant: bool = False


@dataclass(frozen=True, slots=True)
class _Shop:
    """A shop, as the table has it beside its rules."""

    name: str
    ai: Annotated[str, OneOf((REFUSES, DISCLOSED, ASK))]
    says: str
    source: str
    target: Annotated[str, OneOf(tuple(TARGETS))]
    files: Annotated[str, OneOf(("chapters", "one"))]
    named: Annotated[str, Shape(lambda text: "{" not in _FIELDS.sub("", text), "a name with {id}, {number}, {title}")]
    named_by: str
    sample: str
    cover: str
    cover_px: int
    remains: tuple[str, ...]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop: what it thinks of a machine's reading, how its files are made and named, and its rules by name.

    `ai` is "refuses", "disclosed" (taken where it is said) or "ask"; `says` tells it in a sentence. `files` are a file
    a "chapter" or "one"; `named` is the pattern of their names, `sample` the name of the retail sample, "" where none
    is sent; names are of plain letters where `plain`. `remains` is what is left to do by hand.
    """

    key: str
    name: str
    ai: str
    says: str
    source: Source
    target: str
    files: str
    named: str
    named_by: Source | None
    sample: str
    cover: str
    cover_px: int
    remains: tuple[str, ...]
    plain: bool
    rules: Mapping[str, Rule]
    sources: Mapping[str, Source]
    dated: str

    @property
    def sentence(self) -> str:
        """What it thinks of a machine's reading, in one line with its source."""
        return f"{self.name}: {self.says} ({self.source.title}, {self.source.seen}; {self.source.sure})."

    def sure(self, rule: str) -> str:
        """How sure one may be of one of its rules, in words."""
        return self.sources[self.rules[rule].source].sure


def find_shop(key: str) -> Shop:
    """The shop called `key` in our table. Raises ProjectError for another."""
    if key not in SHOPS:
        raise ProjectError(f'there is no shop "{key}"', do=nearest(key, SHOPS) or f"one of {', '.join(SHOPS)}")
    return _shipped()[key]


@cache
def _shipped() -> Mapping[str, Shop]:
    return read_table(TABLE)


def read_table(path: Path) -> dict[str, Shop]:
    """The shops of a table by their keys. Raises ProjectError with the line of whatever cannot be so."""
    file = read_toml(path)
    top = dict(file.entries)
    if top.pop("version", None) != 1:
        raise ProjectError("is no table of shops of version 1", where=path, line=file.line("version"))
    dated, given, shops = (top.pop(name, None) for name in ("dated", "sources", "shops"))
    if not isinstance(dated, str) or not _DATE.fullmatch(dated):
        raise ProjectError("needs dated = a day such as 2026-11-30", where=path, line=file.line("dated"))
    if top or not isinstance(given, dict) or not isinstance(shops, dict):
        raise ProjectError("holds [sources] and [shops], and nothing else", where=path)
    sources = {key: _typed(file, Source, entries, "sources", key) for key, entries in given.items()}
    found = {key: _shop(file, sources, dated, key, entries) for key, entries in shops.items()}
    if missing := [key for key in SHOPS if key not in found]:
        raise ProjectError(f"has no shop {missing[0]}", where=path)
    return found


def _shop(file: TomlFile, sources: Mapping[str, Source], dated: str, key: str, entries: Any) -> Shop:
    def wrong(what: str, *keys: str) -> ProjectError:
        return ProjectError(what, where=file.path, line=file.line("shops", key, *keys))

    def source(name: str, *keys: str) -> Source:
        if name not in sources:
            raise wrong(f'there is no source "{name}"', *keys)
        return sources[name]

    if key not in SHOPS:
        raise wrong(f'unknown shop "{key}"')
    given = dict(entries) if isinstance(entries, dict) else {}
    rules = given.pop("rules", None)
    found = _typed(file, _Shop, given, "shops", key)
    if found.files == "chapters" and not re.search(r"\{(?:number|n)\}", found.named):
        raise wrong("named has no {number}, so files of chapters would have one name", "named")
    if not isinstance(rules, dict):
        raise wrong("has no rules")
    typed_rules = {name: _rule(file, key, name, rule) for name, rule in rules.items()}
    for name, rule in typed_rules.items():
        source(rule.source, "rules", name)
    if (px := typed_rules.get("cover_px")) and not _within(found.cover_px, px):
        raise wrong("cover_px is not within its own rule", "cover_px")
    values = {part.name: getattr(found, part.name) for part in fields(_Shop)}
    values["source"] = source(found.source, "source")
    values["named_by"] = source(found.named_by, "named_by") if found.named_by else None
    return Shop(key=key, rules=typed_rules, sources=sources, dated=dated, **values)


def _rule(file: TomlFile, shop: str, name: str, entries: Any) -> Rule:
    def wrong(what: str, do: str = "") -> ProjectError:
        return ProjectError(what, where=file.path, line=file.line("shops", shop, "rules", name), do=do)

    if name not in RULES:
        raise wrong(f'unknown rule "{name}"', nearest(name, RULES) or f"known: {', '.join(RULES)}")
    rule = _typed(file, Rule, entries, "shops", shop, "rules", name)
    bounds = [bound for bound in (rule.least, rule.most) if bound is not None]
    if name in DEMANDS and (bounds or rule.constant):
        raise wrong(f"{name} is met or not: it has no bounds")
    if name in BOUNDED:
        low, high = BOUNDED[name]
        if not bounds and not rule.constant:
            raise wrong(f"{name} needs least or most")
        if any(not low <= bound <= high for bound in bounds) or bounds != sorted(bounds):
            raise wrong(f"{name} is from {low:g} to {high:g}, and least no more than most")
        if rule.constant and name != "kbps":
            raise wrong("only a bit rate is constant")
    return rule


def _within(value: float, rule: Rule) -> bool:
    return (rule.least is None or value >= rule.least) and (rule.most is None or value <= rule.most)


def _typed(file: TomlFile, form: type[Form], entries: Any, *tables: str) -> Form:
    """`typed`, and all that the form needs is there."""
    if not isinstance(entries, dict):
        raise ProjectError("is no table", where=file.path, line=file.line(*tables))
    needed = [part.name for part in fields(form) if part.default is MISSING]  # type: ignore[arg-type]
    if missing := [name for name in needed if entries.get(name, "") == "" and not (name in _EMPTY and name in entries)]:
        what = f"{'.'.join(tables)} lacks {', '.join(missing)}"
        raise ProjectError(what, where=file.path, line=file.line(*tables))
    return typed(file, form, entries, *tables)
