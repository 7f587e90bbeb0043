"""The files of a book by their names, and where links between them lead.

A name is only a key: nothing is opened on any disk. `Archive` has the files of a zip, `MadeFiles` those that a reader
has made of another form.
"""

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip: its bytes, and what is wrong with them ("" for nothing)."""

    data: bytes
    problem: str = ""


class Files(ABC):
    """Files by their names; `where` is what errors name."""

    def __init__(self, where: Path | str, names: Iterable[str]) -> None:
        self.where = where
        self.names = tuple(dict.fromkeys(names))
        self._by_folded = {_fold(name): name for name in reversed(self.names)}

    def find(self, name: str) -> str | None:
        """The member that `name` means, forgiving its case and percent signs; None if there is none."""
        return self._by_folded.get(_fold(name)) or self._by_folded.get(_fold(unquote(name)))

    def place(self, base: str, href: str) -> tuple[str, str] | None:
        """Where `href` in the file `base` leads: a member, or the name of one that is not there, and a fragment.

        None when it leads outside.
        """
        place = resolve(base, href)
        return (self.find(place[0]) or place[0], place[1]) if place else None

    @abstractmethod
    def read(self, name: str, most: int = 0) -> Member:
        """The file `name` as far as it can be read; one of more than `most` bytes (0: any) is left out."""


class MadeFiles(Files):
    """Files that are held in memory, bounded by whoever made them."""

    def __init__(self, where: Path | str, files: Mapping[str, bytes]) -> None:
        super().__init__(where, files)
        self._files = files

    def read(self, name: str, most: int = 0) -> Member:
        found = self.find(name)
        if found is None:
            return Member(b"", "is not in the file")
        data = self._files[found]
        return Member(b"", f"has more than {most >> 20} MB") if 0 < most < len(data) else Member(data)


def _fold(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).casefold()


def resolve(base: str, href: str) -> tuple[str, str] | None:
    """`href`, as the file `base` has it, as (member name, fragment); None when it leads outside.

    A link to another site, an absolute path or more `..` than folders lead outside.
    """
    target, _, fragment = href.strip().partition("#")
    if ":" in target.partition("/")[0] or target.startswith(("/", "\\")):
        return None
    if not target:
        return base, unquote(fragment)
    name = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(target).replace("\\", "/")))
    return None if name.startswith(("../", "/")) or name in ("..", ".") else (name, unquote(fragment))
