"""The zip around an EPUB, read within bounds.

Nothing that the zip says about its own sizes is believed: members are inflated piece by piece
and counted. A zip without its central directory (cut off on the way) is read by its local
headers. Nothing is ever extracted, so a member's name is only a key.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from narrate.errors import SourceError

MAX_MEMBER = 64 << 20  # bytes of one file, inflated: the largest novels have 5 MB in all
MAX_TOTAL = 256 << 20  # bytes of all files that are read, inflated
MAX_RATIO = 200  # inflated to stored, for files past RATIO_FROM; text packs 3 to 10 times
RATIO_FROM = 8 << 20
_CHUNK = 1 << 18
_STEP = 1 << 10  # stored bytes inflated at a time where damage is likely: what one step holds may be lost
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip: its bytes, and what is wrong with them ("" for nothing)."""

    data: bytes
    problem: str = ""


class Archive:
    """Members by name, and the count of what was read so far."""

    def __init__(self, data: bytes, where: Path | str) -> None:
        """Raises SourceError when `data` is no zip and holds nothing of one."""
        self.where = where
        self._read = 0
        self._zip: zipfile.ZipFile | None = None
        self._found: dict[str, tuple[int, int]] = {}  # name → offset in `data`, method
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            names = self._zip.namelist()
        except _BROKEN:
            self._found = dict(_local_headers(data))
            names = list(self._found)
        self.truncated = self._zip is None
        if not names:
            raise SourceError("is not an EPUB: it is not a zip file", where=where, do="get the file again")
        self.names = tuple(name for name in names if not name.endswith("/"))
        self._by_folded = {_fold(name): name for name in reversed(self.names)}

    def find(self, name: str) -> str | None:
        """The member that `name` means, forgiving its case and percent signs; None if there is none."""
        return self._by_folded.get(_fold(name)) or self._by_folded.get(_fold(unquote(name)))

    def read(self, name: str) -> Member:
        """The member `name` as far as it can be read. Raises SourceError for a bomb or a password."""
        found = self.find(name)
        if found is None:
            return Member(b"", "is not in the file")
        pieces: list[bytes] = []
        problem = ""
        try:
            if self._zip is None:
                self._inflate(*self._found[found], found, pieces)
            else:
                self._unzip(self._zip, found, pieces)
        except _BROKEN:
            problem = "is damaged" if pieces else "is damaged beyond reading"
        return Member(b"".join(pieces), problem)

    def _unzip(self, archive: zipfile.ZipFile, name: str, pieces: list[bytes]) -> None:
        """The member by the zip's directory; when its bytes are damaged, those before the damage."""
        info = archive.getinfo(name)
        if info.flag_bits & 1:
            raise SourceError("is locked with a password", where=self.where, do="unpack it, or get one without")
        try:
            with archive.open(info) as file:
                while piece := file.read(_CHUNK):
                    self._count(piece, pieces, name, info.compress_size)
        except _BROKEN:
            pieces.clear()
            name_size, extra_size = struct.unpack_from("<HH", self._data, info.header_offset + 26)
            start = info.header_offset + 30 + name_size + extra_size
            self._inflate(start, info.compress_type, name, pieces)
            raise

    def _inflate(self, at: int, method: int, name: str, pieces: list[bytes]) -> None:
        """The member whose bytes start `at`; how many they are, no header is asked."""
        if method == zipfile.ZIP_STORED:
            ends = [self._data.find(mark, at) for mark in (b"PK\x03\x04", b"PK\x01\x02")]
            end = min((e for e in ends if e >= 0), default=len(self._data))
            self._count(self._data[at:end], pieces, name, end - at)
            return
        if method != zipfile.ZIP_DEFLATED:
            raise zipfile.BadZipFile("unknown compression")
        inflater = zlib.decompressobj(-15)
        start, pending = at, b""
        while not inflater.eof:
            if not pending:
                pending = self._data[at : at + _STEP]
                at += len(pending)
                if not pending:
                    raise EOFError
            piece = inflater.decompress(pending, _CHUNK)
            pending = inflater.unconsumed_tail
            self._count(piece, pieces, name, at - start)

    def _count(self, piece: bytes, pieces: list[bytes], name: str, stored: int) -> None:
        pieces.append(piece)
        self._read += len(piece)
        size = sum(map(len, pieces))
        bomb = size > RATIO_FROM and size > MAX_RATIO * max(stored, 1)
        if bomb or size > MAX_MEMBER or self._read > MAX_TOTAL:
            raise SourceError(f"unpacks to far more than a book holds (at {name!r}): refused", where=self.where)


def _local_headers(data: bytes) -> list[tuple[str, tuple[int, int]]]:
    """Every local file header in `data`: name, where its bytes start, and how they are packed."""
    found: list[tuple[str, tuple[int, int]]] = []
    at = data.find(b"PK\x03\x04")
    while at >= 0:
        if at + 30 > len(data):
            break
        flags, method, name_size, extra_size = (
            *struct.unpack_from("<HH", data, at + 6),
            *struct.unpack_from("<HH", data, at + 26),
        )
        start = at + 30 + name_size + extra_size
        if start <= len(data) and not flags & 1 and name_size:
            raw = data[at + 30 : at + 30 + name_size]
            found.append((raw.decode("utf-8", "replace"), (start, method)))
        at = data.find(b"PK\x03\x04", at + 4)
    return found


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
