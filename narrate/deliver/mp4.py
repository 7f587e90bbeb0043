"""What ffmpeg cannot write into an MP4 file, or writes as not all readers want it, put right in the file that it wrote.

Only what lies between the marks' track and the end of the index is written anew, in as many bytes as before: the sound
stays where it is, and a file of a gigabyte is not written twice. Boxes are those of ISO/IEC 14496-12.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import BinaryIO

from narrate.chapters.frames import boxes

PLACE_BYTES = 4  # what a chunk takes in a track's list of chunks
_TABLES = (b"mdia", b"minf", b"stbl")


def box(name: bytes, body: bytes) -> bytes:
    """A box of less than 4 GiB."""
    return struct.pack(">I", 8 + len(body)) + name + body


def fill_index(file: BinaryIO, name: bytes, room: bytes, extra: bytes) -> bool:
    """Put `extra` in place of the tag `name` that holds `room`, and every mark's title into a chunk of its own.

    ffmpeg puts all titles into one chunk. music-metadata, by which Node's players read, takes every chunk for a title:
    it refuses the file, or reads one chapter. What the tag is longer than `extra` is for the list of chunks.
    False where there is no such tag, or it is too short.
    """
    end = file.seek(0, 2)
    start, length = next(((at, n) for found, at, n in boxes(file, 0, end) if found == b"moov"), (0, 0))
    inside = [(found, at) for found, at, _ in boxes(file, start + 8, start + length)]
    at = max((at for found, at in inside if found == b"trak"), default=start + length)
    file.seek(at)
    before = file.read(start + length - at)
    parts = [_parted(part) for part in _children(before, 0)]
    told = [
        _replaced(part, (b"udta", b"meta", b"ilst", name), lambda tag: extra if room in tag else tag) for part in parts
    ]
    after = b"".join(told)
    if told == parts or len(after) > len(before):
        return False
    file.seek(at)
    file.write(after)
    return _fill_up(file, start, length, len(before) - len(after))


def _fill_up(file: BinaryIO, start: int, length: int, left: int) -> bool:
    """Give the last `left` bytes of the index to the empty box that ffmpeg has after it."""
    if not left:
        return True
    file.seek(start + length)
    size, name = struct.unpack(">I4s", file.read(8))
    if name != b"free":
        return False
    file.seek(start + length - left)
    file.write(box(b"free", bytes(left + size - 8)))
    file.seek(start)
    file.write(struct.pack(">I", length - left))
    return True


def _parted(track: bytes) -> bytes:
    """The marks' track with a chunk a title; any other box as it is."""
    if track[4:8] != b"trak" or _found(track, (b"mdia", b"hdlr"))[16:20] != b"text":
        return track
    sizes, runs, chunks = (_found(track, (*_TABLES, name)) for name in (b"stsz", b"stsc", b"stco"))
    places = _sample_places(sizes, runs, chunks)
    one_each = box(b"stsc", struct.pack(">5I", 0, 1, 1, 1, 1))
    parted = _replaced(track, (b"trak", *_TABLES, b"stsc"), lambda _: one_each)
    listed = box(b"stco", struct.pack(f">{2 + len(places)}I", 0, len(places), *places))
    return _replaced(parted, (b"trak", *_TABLES, b"stco"), lambda _: listed)


def _sample_places(sizes: bytes, runs: bytes, chunks: bytes) -> list[int]:
    """Where in the file every sample of a track lies, by its boxes stsz, stsc and stco."""
    alike, count = struct.unpack_from(">2I", sizes, 12)
    lengths = [alike] * count if alike else list(struct.unpack_from(f">{count}I", sizes, 20))
    starts = struct.unpack_from(f">{_count(chunks)}I", chunks, 16)
    firsts = [struct.unpack_from(">2I", runs, 16 + 12 * n) for n in range(_count(runs))]
    places: list[int] = []
    for (first, each), (next_first, _) in pairwise([*firsts, (len(starts) + 1, 0)]):
        for start in starts[first - 1 : next_first - 1]:
            own = lengths[len(places) : len(places) + each - 1]
            places += accumulate(own, initial=start)
    return places


def _count(table: bytes) -> int:
    (count,) = struct.unpack_from(">I", table, 12)
    return int(count)


def _found(data: bytes, path: Sequence[bytes]) -> bytes:
    """The box at the end of `path` inside the box `data`; none is empty."""
    for name in path:
        data = next((child for child in _children(data, _head(data)) if child[4:8] == name), b"")
    return data


def _replaced(data: bytes, path: Sequence[bytes], made: Callable[[bytes], bytes]) -> bytes:
    """The box `data` with what `made` makes of the boxes at the end of `path`, which begins with its own name."""
    if data[4:8] != path[0]:
        return data
    if len(path) == 1:
        return made(data)
    head = _head(data)
    return box(path[0], data[8:head] + b"".join(_replaced(child, path[1:], made) for child in _children(data, head)))


def _head(data: bytes) -> int:
    """Bytes before the first box inside a box."""
    return 12 if data[4:8] == b"meta" else 8


def _children(data: bytes, at: int) -> Iterator[bytes]:
    """The boxes that lie one after another in `data` from `at` on."""
    while at + 8 <= len(data):
        length = max(8, struct.unpack_from(">I", data, at)[0])
        yield data[at : at + length]
        at += length
