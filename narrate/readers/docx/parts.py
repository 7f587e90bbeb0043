"""The XML parts of a document, found by their relationships, and what is asked of their elements.

Elements and attributes are known by their names without namespaces: the transitional and the strict form of the
format have different ones.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from narrate.book import Skipped
from narrate.errors import SourceError
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.markup import name_of, parse, refused

_OFF = frozenset(("0", "false", "off", "none"))


@dataclass(slots=True)
class Parts:
    """The parts of a document; `skipped` tells what was damaged. Filled while parts are read."""

    archive: Archive
    main: str
    skipped: list[Skipped]
    _by_kind: dict[str, list[str]]

    def root(self, kind: str) -> Any:
        """The root of the part that the document calls `kind` ("styles"), or None."""
        return next(self.roots(kind), None)

    def roots(self, kind: str) -> Iterator[Any]:
        """The roots of all such parts ("header")."""
        return (root for name in self._by_kind.get(kind, ()) if (root := self._root(name)) is not None)

    @property
    def document(self) -> Any:
        """The root of the document itself, or None."""
        return self._root(self.main)

    def _root(self, name: str) -> Any:
        member = self.archive.read(name)
        markup = _parsed(self.archive, name, member.data)
        if problem := member.problem or markup.problem:
            self.skipped.append(Skipped(name, problem))
        return markup.root


def open_parts(archive: Archive) -> Parts:
    """The parts of the document in a zip. Raises SourceError where the zip holds none."""
    main = next((t for kind, t in _relationships(archive, "") if kind == "officedocument"), "") or "word/document.xml"
    found = archive.find(main)
    if found is None:
        raise SourceError("is a zip without a Word document in it", where=archive.where, do="get the file again")
    kinds: dict[str, list[str]] = {}
    for source in ("", found):
        for kind, target in _relationships(archive, source):
            if (name := archive.find(target)) is not None:
                kinds.setdefault(kind, []).append(name)
    return Parts(archive, found, [], kinds)


def _relationships(archive: Archive, part: str) -> Iterator[tuple[str, str]]:
    """What a part (or the package, "") is related to: each kind and the name of the other."""
    folder, own = posixpath.split(part)
    name = archive.find(posixpath.join(folder, "_rels", f"{own}.rels"))
    root = _parsed(archive, name, archive.read(name).data).root if name else None
    for element in root if root is not None else ():
        if name_of(element) == "relationship" and element.get("TargetMode") != "External":
            target = element.get("Target") or ""
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            yield (element.get("Type") or "").rpartition("/")[2].lower(), posixpath.normpath(joined)


def _parsed(archive: Archive, name: str, data: bytes) -> Any:
    with refused(archive.where, name):
        return parse(data)


def child(element: Any, name: str) -> Any:
    """The first child of that name, or None; of None, too."""
    return None if element is None else next((e for e in element if name_of(e) == name), None)


def value(element: Any, name: str = "val") -> str:
    """An attribute by its name without namespace, or ""; of None, too."""
    if element is None:
        return ""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2].rpartition(":")[2] == name), "")


def is_on(element: Any) -> bool | None:
    """Whether a property that is switched is on; None where nothing is said of it."""
    return None if element is None else value(element).casefold() not in _OFF
