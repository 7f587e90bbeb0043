"""The zip around an EPUB, read within bounds.

Nothing that the zip says about its own sizes is believed: members are inflated piece by piece
and counted. A zip without its central directory (cut off on the way) is read by its local
headers. Nothing is ever extracted, so a member's name is only a key. Every reader of an archive
is this one: what may go wrong in a zip is a member's problem or a SourceError, and nothing else.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from narrate.errors import SourceError
from narrate.readers.epub.files import Files, Member

MAX_MEMBER = 64 << 20  # bytes of one file, inflated: the largest novels have 5 MB in all
MAX_TOTAL = 256 << 20  # bytes of all files that are read, inflated
MAX_RATIO = 200  # inflated to stored, for files past RATIO_FROM; text packs 3 to 10 times
RATIO_FROM = 8 << 20
MAX_SPREAD = 20  # all files that are copied to the whole zip, where that is more than MAX_TOTAL
_CHUNK = 1 << 18
_STEP = 1 << 10  # stored bytes inflated at a time where damage is likely: what one step holds may be lost
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that EPUB allows
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")  # names that lead out of a folder
_PACKED = "is packed in a way that EPUB does not allow"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error, ValueError)


class Archive(Files):
    """The files of a zip, and the count of what was read so far."""

    def __init__(self, data: bytes, where: Path | str) -> None:
        """Raises SourceError when `data` is no zip and holds nothing of one."""
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
        super().__init__(where, (name for name in names if not name.endswith("/")))

    def read(self, name: str, most: int = 0) -> Member:
        """The member `name` as far as it can be read; one of more than `most` bytes (0: any) is left out.

        Raises SourceError for a bomb or a password.
        """
        found = self.find(name)
        if found is None:
            return Member(b"", "is not in the file")
        more = Member(b"", f"has more than {most >> 20} MB")
        if most and self._zip and self._zip.getinfo(found).file_size > most:
            return more
        if self._method(found) not in _METHODS:
            return Member(b"", _PACKED)
        pieces: list[bytes] = []
        problem = ""
        try:
            self._gather(self._unzipped(found) if self._zip else self._inflated(found), found, pieces, most)
        except _BROKEN:
            if self._zip:
                with suppress(*_BROKEN):
                    pieces.clear()
                    self._gather(self._inflated(found), found, pieces, most)
            problem = "is damaged" if pieces else "is damaged beyond reading"
        data = b"".join(pieces)
        return more if most and len(data) > most else Member(data, problem)

    def check(self) -> None:
        """Read every member once, whatever its size.

        Raises SourceError for the first that `copied` would not give whole, for a bomb of many, and for a
        name that would lie outside the folder that the book is unpacked to.
        """
        total = 0
        for name in self.names:
            if _OUTSIDE.search(name):
                raise SourceError(f"holds a file, {name!r}, that would lie outside it", where=self.where)
            for piece in self.copied(name):
                total += len(piece)
                if total > max(MAX_TOTAL, MAX_SPREAD * len(self._data)):
                    raise self._refused(name)

    def copied(self, name: str) -> Iterator[bytes]:
        """The member of exactly this name piece by piece, however large, held against its checksum.

        Raises SourceError for damage, a password, a bomb, and for what is packed as no EPUB may be.
        """
        if self._method(name) not in _METHODS:
            raise SourceError(f"holds a file, {name!r}, that {_PACKED}", where=self.where)
        size = 0
        try:
            for piece, stored in self._unzipped(name) if self._zip else self._inflated(name):
                size += len(piece)
                if _is_bomb(size, stored):
                    raise self._refused(name)
                yield piece
        except _BROKEN as error:
            raise SourceError(f"holds a damaged file, {name!r}", where=self.where) from error

    def date_of(self, name: str) -> tuple[int, int, int, int, int, int]:
        """When the member of exactly this name was packed: year to second."""
        return self._zip.getinfo(name).date_time if self._zip else (1980, 1, 1, 0, 0, 0)

    def size_of(self, name: str) -> int:
        """Bytes of the member of exactly this name as the zip has it (which may not be true), or 0."""
        return self._zip.getinfo(name).file_size if self._zip else 0

    def _method(self, name: str) -> int:
        return self._zip.getinfo(name).compress_type if self._zip else self._found[name][1]

    def _gather(self, given: Iterable[tuple[bytes, int]], name: str, pieces: list[bytes], most: int) -> None:
        """All of a member into `pieces`, counted; no further than `most`."""
        size = 0
        for piece, stored in given:
            pieces.append(piece)
            size += len(piece)
            self._read += len(piece)
            enough = 0 < most < size
            if self._read > MAX_TOTAL or (not enough and (size > MAX_MEMBER or _is_bomb(size, stored))):
                raise self._refused(name)
            if enough:
                return

    def _refused(self, name: str) -> SourceError:
        return SourceError(f"unpacks to far more than a book holds (at {name!r}): refused", where=self.where)

    def _unzipped(self, name: str) -> Iterator[tuple[bytes, int]]:
        """The member by the zip's directory, piece by piece, with how many bytes are stored of it."""
        assert self._zip is not None
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise SourceError("is locked with a password", where=self.where, do="unpack it, or get one without")
        with self._zip.open(info) as file:
            while piece := file.read(_CHUNK):
                yield piece, info.compress_size

    def _inflated(self, name: str) -> Iterator[tuple[bytes, int]]:
        """The same by its local header alone; how many bytes it has, no header is asked."""
        at, method = self._found[name] if self._zip is None else self._local(name)
        if method == zipfile.ZIP_STORED:
            end = len(self._data)
            for mark in (b"PK\x03\x04", b"PK\x01\x02"):  # each no further than the one before it was found
                found = self._data.find(mark, at, end)
                end = found if found >= 0 else end
            yield self._data[at:end], end - at
            return
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
            yield piece, at - start

    def _local(self, name: str) -> tuple[int, int]:
        """Where the bytes of a member that the directory lists start, and how they are packed."""
        assert self._zip is not None
        info = self._zip.getinfo(name)
        name_size, extra_size = struct.unpack_from("<HH", self._data, info.header_offset + 26)
        return info.header_offset + 30 + name_size + extra_size, info.compress_type


def _is_bomb(size: int, stored: int) -> bool:
    return size > RATIO_FROM and size > MAX_RATIO * max(stored, 1)


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
