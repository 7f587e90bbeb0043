"""Marks of an M4B as readers want them that take each chunk of the text track for one title (npm music-metadata 11)."""

import struct
import subprocess
from pathlib import Path

import mutagen
import pytest
from test_assembly_tags import TAGS, make, read_back

from narrate.chapters import find_ffmpeg
from narrate.deliver.mp4 import box, fill_index
from narrate.deliver.native import fill_room, native_tags, room_for
from narrate.deliver.tags import metadata

pytestmark = pytest.mark.slow


def inside(data: bytes, *path: bytes) -> list[bytes]:
    """The bodies of all boxes of an MP4 file at the end of `path`."""
    for name in path:
        found, at = [], 0
        while at + 8 <= len(data):
            size = struct.unpack_from(">I", data, at)[0]
            found += [data[at + 8 : at + size]] if data[at + 4 : at + 8] == name else []
            at += max(8, size)
        if name != path[-1]:
            data = b"".join(found)
    return found


def titles_by_chunk(path: Path) -> list[str]:
    """The marks' titles as that reader finds them: one where each chunk of the text track begins, in their order."""
    data = path.read_bytes()
    (index,) = inside(data, b"moov")
    assert data.index(b"moov") < data.index(b"mdat"), "it reads on, and never back"
    (track,) = (one for one in inside(index, b"trak") if inside(one, b"mdia", b"hdlr")[0][8:12] == b"text")
    (sizes,), (runs,), (chunks,) = (
        inside(track, b"mdia", b"minf", b"stbl", name) for name in (b"stsz", b"stsc", b"stco")
    )
    alike, count = struct.unpack_from(">2I", sizes, 4)
    lengths = [alike] * count if alike else struct.unpack_from(f">{count}I", sizes, 12)
    places = struct.unpack_from(f">{struct.unpack_from('>I', chunks, 4)[0]}I", chunks, 8)
    assert runs == struct.pack(">5I", 0, 1, 1, 1, 1), "one sample a chunk, from the first on"
    assert sorted(places) == list(places)
    read = [data[at : at + length] for at, length in zip(places, lengths, strict=True)]
    return [one[2 : 2 + struct.unpack_from(">H", one)[0]].decode() for one in read]


@pytest.mark.parametrize("titles", [("One",), ("One", "Two", "Six"), ("One", "Chapter Two", "Ⅲ “Wall” ⚓", "4" * 240)])
def test_every_title_is_a_chunk_of_its_own(tmp_path: Path, titles: tuple[str, ...]) -> None:
    (book,) = make(tmp_path, ("m4b",), TAGS, titles, drawn_cover=len(titles) > 3).files
    assert titles_by_chunk(book) == list(titles)
    assert read_back(book)[1] == list(titles), "ffmpeg reads them as before"
    file = mutagen.File(book)
    assert [mark.title for mark in file.chapters] == list(titles)
    assert file.tags["\xa9nrt"] == [TAGS.narrator]
    assert len(file.tags.get("covr", ())) == (len(titles) > 3)


def test_titles_that_ffmpeg_puts_into_several_chunks(tmp_path: Path) -> None:
    """More than a megabyte of them: what the index then does not need goes to the empty box behind it."""
    marks = [(f"{n}{' long' * 45}", n * 240, n * 240 + 240) for n in range(4700)]
    extra, path = native_tags(TAGS, "m4b"), tmp_path / "book.m4b"
    told = metadata({"title": "Long"} | room_for(extra, "m4b", len(marks)), marks, 24_000)
    sound = ["-f", "lavfi", "-i", "anullsrc=r=24000:cl=mono:d=47", "-f", "ffmetadata", "-i", "-", "-map", "0:a"]
    sink = ["-map_metadata", "1", "-map_chapters", "1", "-c:a", "aac", "-movflags", "+faststart", "-f", "ipod"]
    subprocess.run([find_ffmpeg().path, "-v", "error", *sound, *sink, path], input=told.encode(), check=True)
    before = path.stat().st_size
    fill_room(path, "m4b", extra)
    assert path.stat().st_size == before
    assert titles_by_chunk(path) == read_back(path)[1] == [title for title, _, _ in marks]
    assert mutagen.File(path).info.length == pytest.approx(47, abs=0.2)


@pytest.mark.parametrize("data", [b"", box(b"moov", b""), box(b"moov", box(b"udta", b"")), b"\0\0\0\x02moov" * 3])
def test_a_file_without_the_room_stays_as_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.m4b"
    path.write_bytes(data)
    with path.open("r+b") as file:
        assert not fill_index(file, b"\xa9lyr", b"...", b"x" * 20)
    assert path.read_bytes() == data
