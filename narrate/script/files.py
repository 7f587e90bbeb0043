"""The chapters' files of a project: listed, written, and written again without losing an edit.

`script/.made` holds a digest of every file as it was written and of the `[reading]` it was
written with. A file that still has its digest was not edited and may be made again; any other
is the person's: it stays, and its new text is put beside it as `….txt.new`, which is ours and goes
when the book has no other text for that file any more. Without `.made` every file counts as edited.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import SequenceMatcher
from pathlib import Path

from narrate.book import Reading
from narrate.files import digest, slug, storage, write_text
from narrate.script.model import Script, format_script

_MADE = ".made"
_READING = "reading"
_NUMBERED = re.compile(r"^(\d+)[-_ ]*")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What rewriting changed, by file name. `kept` were edited, `left` removed by the person: both stay so."""

    unchanged: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """One file to be: what it was called, what the book now says, whether a person edited it."""

    old: str = ""
    stem: str = ""  # without number and suffix
    text: str | None = None
    name: str = field(default="", compare=False)


def list_scripts(folder: Path) -> list[Path]:
    """The chapters' files in order of their leading numbers, then of their names."""

    def order(path: Path) -> tuple[int, str]:
        number = _NUMBERED.match(path.name)
        return (int(number[1]) if number else 1 << 30, path.name)

    return sorted((p for p in folder.glob("*.txt") if not p.name.startswith(".")), key=order)


def write_scripts(folder: Path, scripts: Sequence[Script], reading: Reading) -> None:
    """Write a new project's chapters."""
    places = [_Place(stem=slug(script.title, "chapter"), text=format_script(script)) for script in scripts]
    for place, name in zip(places, _names(places), strict=True):
        place.name = name
        write_text(folder / name, place.text or "")
    _remember(folder, {place.name: place.text or "" for place in places}, {}, reading)


def add_scripts(folder: Path, scripts: Sequence[Script]) -> list[str]:
    """Write further chapters after those that are there; the names of their files.

    They are not remembered: reading the book again, which does not have them, leaves them as they are.
    """
    last = max((_number(path.name) for path in list_scripts(folder) if _NUMBERED.match(path.name)), default=0)
    names = []
    for number, script in enumerate(scripts, start=last + 1):
        names.append(f"{number:02}-{slug(script.title, 'chapter')}.txt")
        write_text(folder / names[-1], format_script(script))
    return names


def remember_change(path: Path, before: str, after: str) -> None:
    """A chapter's file that a command of ours changed: it counts as edited only if it did before."""
    made = _made(path.parent)
    if made.get(path.name) == digest(before):
        _write_made(path.parent, made | {path.name: digest(after)})


def reading_changed(folder: Path, reading: Reading) -> bool:
    """Whether the chapters were written with another `reading`; False where nothing is remembered."""
    return _made(folder).get(_READING, _digest_of(reading)) != _digest_of(reading)


def rewrite_scripts(folder: Path, scripts: Sequence[Script], reading: Reading) -> Rewritten:
    """Write the chapters again, in the book's order, around what a person edited, added or removed.

    Chapters are matched by their files' names, numbers apart. Raises StorageError.
    """
    made = _made(folder)
    existing = {path.name: path.read_text("utf-8", "surrogateescape") for path in list_scripts(folder)}
    untouched = {name for name, text in existing.items() if made.get(name) == digest(text)}
    gone = Counter(_stem(name) for name in made if name not in existing and name != _READING)
    places = list(_matched(list(existing), untouched, scripts, gone))
    removed = [place.old for place in places if place.text is None and place.old in untouched]
    left: list[str] = []
    for place in [place for place in places if not place.old]:
        if gone[place.stem]:
            gone[place.stem] -= 1
            left.append(place.stem)
            places.remove(place)
    places = [place for place in places if not place.old or place.old not in removed]
    for place, name in zip(places, _names(places), strict=True):
        place.name = name
    with storage(folder):
        for name in removed:
            (folder / name).unlink()
    _rename(folder, places)
    told: dict[str, list[str]] = {"unchanged": [], "written": [], "added": [], "kept": []}
    for place in places:
        if place.text is None or place.text == existing.get(place.old):
            told["unchanged"].append(place.name)
        elif place.old and place.old not in untouched:
            told["kept"].append(place.name)
            write_text(folder / f"{place.name}.new", place.text)
        else:
            told["written" if place.old else "added"].append(place.name)
            write_text(folder / place.name, place.text)
    _remove_stale(folder, {f"{name}.new" for name in told["kept"]})
    edited = set(told["kept"])
    texts = {p.name: p.text for p in places if p.text is not None and p.name not in edited}
    kept = {p.name: made[p.old] for p in places if p.name in edited and p.old in made}
    # What the person removed stays remembered, so that it stays away.
    kept |= {name: value for name, value in made.items() if name not in existing and _stem(name) in left}
    _remember(folder, texts, kept, reading)
    return Rewritten(**{key: tuple(names) for key, names in told.items()}, removed=tuple(removed), left=tuple(left))


def _remove_stale(folder: Path, fresh: Collection[str]) -> None:
    """Remove what was put beside files that have another number now, or that say what the book says again."""
    with storage(folder):
        for path in folder.glob("*.txt.new"):
            if path.name not in fresh:
                path.unlink()


def _matched(
    existing: list[str], untouched: set[str], scripts: Sequence[Script], gone: Counter[str]
) -> Iterator[_Place]:
    """Files and chapters in one order: the book's, with files that it has not after the ones they follow."""
    new = [_Place(stem=slug(script.title, "chapter"), text=format_script(script)) for script in scripts]
    old = [_Place(name, _stem(name)) for name in existing]
    matcher = SequenceMatcher(a=[p.stem for p in old], b=[p.stem for p in new], autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            for one, other in zip(old[old_start:old_end], new[new_start:new_end], strict=True):
                yield replace(other, old=one.old)
        else:
            yield from old[old_start:old_end]
            yield from new[new_start:new_end]


def _rename(folder: Path, places: Sequence[_Place]) -> None:
    """Give files their new numbers. Up from the end, down from the start: as their order stays, none is overwritten."""
    moves = [(p.old, p.name) for p in places if p.old and p.old != p.name]
    ups = [move for move in moves if _number(move[1]) >= _number(move[0])]
    downs = [move for move in moves if _number(move[1]) < _number(move[0])]
    with storage(folder):
        for old, new in [*reversed(ups), *downs]:
            (folder / old).rename(folder / new)


def _names(places: Sequence[_Place]) -> list[str]:
    width = max(2, len(str(len(places))))
    return [f"{number:0{width}}-{place.stem}.txt" for number, place in enumerate(places, start=1)]


def _stem(name: str) -> str:
    return _NUMBERED.sub("", name.removesuffix(".txt"), count=1) or "chapter"


def _number(name: str) -> int:
    number = _NUMBERED.match(name)
    return int(number[1]) if number else 1 << 30


def _digest_of(reading: Reading) -> str:
    return digest([[f.name, getattr(reading, f.name)] for f in fields(reading)])


def _made(folder: Path) -> dict[str, str]:
    """File name → digest, and the reading's; what cannot be read is forgotten."""
    try:
        rows = (folder / _MADE).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    pairs = (row.partition("  ") for row in rows if not row.startswith("#"))
    return {name: value for value, _, name in pairs if name}


def _remember(folder: Path, texts: Mapping[str, str], kept: Mapping[str, str], reading: Reading) -> None:
    made = {name: digest(text) for name, text in texts.items()} | dict(kept) | {_READING: _digest_of(reading)}
    _write_made(folder, made)


def _write_made(folder: Path, made: Mapping[str, str]) -> None:
    rows = [f"{value}  {name}" for name, value in made.items()]
    head = "# The chapters as narrate wrote them: by this it knows which of them you edited."
    write_text(folder / _MADE, "\n".join([head, *rows]) + "\n")
