"""Tags that ffmpeg cannot write, put into files that it wrote: MP4's free ones, ID3's comment and movement.

ffmpeg is made to leave room: a tag of exactly as many bytes as ours take, which they then
replace. So nothing in the file moves, and one of a gigabyte is not written twice.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from narrate.chapters import Tags
from narrate.chapters.frames import id3_bytes
from narrate.deliver.mp4 import PLACE_BYTES, box, fill_index
from narrate.deliver.tags import comment, free_tags, one_line, plain, track_language
from narrate.errors import AssemblyError
from narrate.files import storage

# The names under which ffmpeg writes the room, as what it does, and the bytes it spends on it beside the text.
_ROOM = {"m4b": ("lyrics", b"\xa9lyr", 24), "mp3": ("room", b"TXXX", 17)}
_TEXT, _INTEGER = 1, 21  # kinds of MP4 data (QuickTime File Format, well-known types)
_LATIN_1, _UTF_16 = b"\x00", b"\x01"
MOST_LISTED = 255  # entries of a table of contents in ID3 (ID3v2 Chapter Frame Addendum 1.0)
_NO_OFFSET = 0xFFFFFFFF  # of bytes: the times count
_ORDERED, _TOP = 1, 2


def native_tags(tags: Tags, form: str) -> bytes:
    """What goes into the room of an M4B (atoms) or MP3 (ID3v2.3 frames); nothing for other forms."""
    part = tags.series_index if tags.series else ""
    whole = part if re.fullmatch(r"\d{1,4}", part) else ""
    if form == "m4b":
        atoms = [_free_atom(key.upper(), plain(value)) for key, value in free_tags(tags).items()]
        named = [(b"\xa9nrt", tags.narrator), (b"\xa9pub", tags.publisher), (b"\xa9mvn", tags.series)]
        atoms += [box(name, _data(plain(text).encode())) for name, text in named if text.strip()]
        if whole:
            atoms.append(box(b"\xa9mvi", _data(struct.pack(">H", int(whole)), _INTEGER)))
        if tags.series:
            atoms.append(box(b"shwm", _data(b"\x01", _INTEGER)))  # show work and movement
        return b"".join(atoms)
    if form == "mp3":
        frames = [_comment_frame(comment(tags), track_language(tags) or "und")]
        named = [(b"MVNM", tags.series), (b"MVIN", whole)]
        frames += [_text_frame(name, plain(text)) for name, text in named if text.strip()]
        return b"".join(frames)
    return b""


def room_for(extra: bytes, form: str, marks: int = 1) -> dict[str, str]:
    """The tag by which ffmpeg leaves room for `extra`, and in an M4B for a chunk of each of its `marks`."""
    if not extra:
        return {}
    name, _, around = _ROOM[form]
    return {name: "." * (len(extra) - around + PLACE_BYTES * (marks - 1))}


def fill_room(path: Path, form: str, extra: bytes) -> None:
    """Put `extra` into the room that `room_for` had ffmpeg leave in `path`. Raises AssemblyError when there is none."""
    _, name, around = _ROOM[form]
    room = b"." * (len(extra) - around)
    with storage(path), path.open("r+b") as file:
        if fill_index(file, name, room, extra) if form == "m4b" else _fill_tag(file, name, room, extra):
            return
    raise AssemblyError("this ffmpeg left no room for tags", do="`narrate doctor` shows which ffmpeg it is")


def _fill_tag(file: BinaryIO, name: bytes, room: bytes, extra: bytes) -> bool:
    for found, at, length in _frames(file):
        if (found, length) == (name, len(extra)):
            file.seek(at)
            if room in file.read(length):
                file.seek(at)
                file.write(extra)
                return True
    return False


def _data(value: bytes, kind: int = _TEXT) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0) + value)


def _free_atom(name: str, text: str) -> bytes:
    """A free tag as iTunes and all after it write them."""
    mean, named = box(b"mean", bytes(4) + b"com.apple.iTunes"), box(b"name", bytes(4) + name.encode())
    return box(b"----", mean + named + _data(text.encode()))


def _frame(name: bytes, body: bytes) -> bytes:
    return struct.pack(">4sIH", name, len(body), 0) + body


def _text(text: str) -> tuple[bytes, bytes, bytes]:
    """Encoding, what opens a string and its bytes, as ID3v2.3 wants them."""
    if text.isascii():
        return _LATIN_1, b"", text.encode()
    return _UTF_16, b"\xff\xfe", text.encode("utf-16-le")


def _text_frame(name: bytes, text: str) -> bytes:
    encoding, mark, data = _text(text)
    return _frame(name, encoding + mark + data)


def _comment_frame(text: str, language: str) -> bytes:
    encoding, mark, data = _text(text)
    end = b"\x00\x00" if mark else b"\x00"
    return _frame(b"COMM", encoding + language.encode() + mark + end + mark + data)


def chapter_frames(marks: Sequence[tuple[str, int, int]], rate: int) -> bytes:
    """The CHAP frames of `marks` (title, first sample, sample after the last), and the CTOC frames that list them.

    A table of contents has MOST_LISTED entries at most; the one at the top lists as many as it takes.
    """
    names = [f"ch{number}" for number in range(len(marks))]
    chapters = []
    for name, (title, start, end) in zip(names, marks, strict=True):
        times = (round(frame * 1000 / rate) for frame in (start, end))
        body = name.encode() + b"\x00" + struct.pack(">4I", *times, _NO_OFFSET, _NO_OFFSET)
        chapters.append(_frame(b"CHAP", body + _text_frame(b"TIT2", one_line(title))))
    parts = [names[at : at + MOST_LISTED] for at in range(0, len(names), MOST_LISTED)]
    tables = [_contents_frame(f"toc{number}", part, _ORDERED) for number, part in enumerate(parts, start=1)]
    top = _contents_frame("toc", [f"toc{number}" for number in range(1, len(parts) + 1)], _TOP | _ORDERED)
    return b"".join([top, *tables, *chapters])


def _contents_frame(name: str, entries: Sequence[str], flags: int) -> bytes:
    listed = b"".join(entry.encode() + b"\x00" for entry in entries)
    return _frame(b"CTOC", name.encode() + b"\x00" + bytes((flags, len(entries))) + listed)


def _frames(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of every frame of an ID3v2.3 tag."""
    file.seek(6)
    end = 10 + id3_bytes(file.read(4))
    at = 10
    while at + 10 <= end:
        file.seek(at)
        name, length = struct.unpack(">4sI", file.read(8))
        if not name.strip(b"\x00"):
            return
        yield name, at, 10 + length
        at += 10 + length


__all__ = ["MOST_LISTED", "chapter_frames", "fill_room", "native_tags", "room_for"]
