"""Where the sound lies in an MP4 file: the chunks of its audio track (ISO/IEC 14496-12, sample tables)."""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from narrate.chapters.frames import boxes

if TYPE_CHECKING:
    import numpy as np

MOST_SAMPLES = 1 << 24  # 200 hours of AAC
MOST_BYTES = 256 << 20  # of a movie box: one of 40 hours has 15 MB


def audio_chunks(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """First byte and length of every chunk of the first audio track, neighbours as one. Raises ValueError."""
    movie = _movie(file)
    for _, track in _boxes(movie, b"trak"):
        media = _inside(track, b"mdia")
        if bytes(_inside(media, b"hdlr")[8:12]) == b"soun":
            yield from _merged(_inside(media, b"minf", b"stbl"))
            return
    raise ValueError("no audio track")


def _movie(file: BinaryIO) -> memoryview:
    found = ((at, length) for name, at, length in boxes(file, 0, file.seek(0, 2)) if name == b"moov")
    at, length = next(found, (0, 0))
    if not 0 < length <= MOST_BYTES:
        raise ValueError("no movie box")
    file.seek(at)
    return memoryview(file.read(length))[8:]


def _boxes(inside: memoryview, wanted: bytes) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(inside):
        length, name = struct.unpack_from(">I4s", inside, at)
        if length < 8:
            return
        if name == wanted:
            yield name, inside[at + 8 : at + length]
        at += length


def _inside(box: memoryview, *names: bytes) -> memoryview:
    for name in names:
        found = next(_boxes(box, name), None)
        if found is None:
            raise ValueError(f"no {name!r}")
        box = found[1]
    return box


def _merged(table: memoryview) -> Iterator[tuple[int, int]]:
    """The chunks' ranges; those that lie behind one another as one."""
    import numpy as np

    sizes = _inside(table, b"stsz")
    one, count = struct.unpack_from(">II", sizes, 4)
    if count > MOST_SAMPLES:
        raise ValueError("more samples than any book has")
    each = np.full(count, one, np.int64) if one else np.frombuffer(sizes, ">u4", count, 12).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(each)])
    offsets = _offsets(table)
    runs = _inside(table, b"stsc")
    entries = np.frombuffer(runs, ">u4", 3 * struct.unpack_from(">I", runs, 4)[0], 8).reshape(-1, 3).astype(np.int64)
    if len(entries) and entries[:, 0].max() > len(offsets):
        raise ValueError("runs of chunks that are not there")
    chunks = np.diff(np.append(entries[:, 0] - 1, len(offsets)))
    ends = np.minimum(np.cumsum(np.repeat(entries[:, 1], chunks)), count)
    lengths = before[ends] - before[np.concatenate([[0], ends[:-1]])]
    at, length = -1, 0
    for offset, size in zip(offsets.tolist(), lengths.tolist(), strict=True):
        if offset == at + length:
            length += size
            continue
        if length:
            yield at, length
        at, length = offset, size
    if length:
        yield at, length


def _offsets(table: memoryview) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Where the chunks lie in the file."""
    import numpy as np

    for name, kind in ((b"stco", ">u4"), (b"co64", ">u8")):
        if found := next(_boxes(table, name), None):
            return np.frombuffer(found[1], kind, struct.unpack_from(">I", found[1], 4)[0], 8).astype(np.int64)
    raise ValueError("no offsets of chunks")
