"""Chapter marks of an MP3 that has more than one table of contents holds, found by readers that are not ours."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import ID3, CTOCFlags
from test_assembly_tags import TAGS, make, read_back

from narrate.deliver import media, native
from narrate.deliver.native import chapter_frames

pytestmark = pytest.mark.slow


def listed_marks(tags: Any, most: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Titles and times of the chapters that an MP3's tables of contents name, in their order."""
    marks = {mark.element_id: mark for mark in tags.getall("CHAP")}
    tables = {table.element_id: table for table in tags.getall("CTOC")}
    (top,) = (table for table in tables.values() if table.flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED)
    assert max(len(table.child_element_ids) for table in tables.values()) <= most
    listed = [entry for name in top.child_element_ids for entry in tables[name].child_element_ids]
    assert sorted(marks) == sorted(listed)
    times = [(marks[entry].start_time, marks[entry].end_time) for entry in listed]
    return [str(marks[entry].sub_frames["TIT2"]) for entry in listed], times


@pytest.mark.parametrize("count", [256, 510, 520])
def test_more_chapters_than_a_table_of_contents_holds(count: int) -> None:
    marks = [(f"{n}. “Wall” ⚓", n * 24_000, (n + 1) * 24_000) for n in range(count)]
    frames = chapter_frames(marks, 24_000)
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    tags = ID3(io.BytesIO(b"ID3\3\0\0" + size + frames))  # type: ignore[no-untyped-call]
    titles, times = listed_marks(tags, 255)
    assert titles == [title for title, _, _ in marks]
    assert times == [(n * 1000, (n + 1) * 1000) for n in range(count)]


def test_an_mp3_of_several_tables_of_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (media, native):
        monkeypatch.setattr(module, "MOST_LISTED", 3)
    titles = tuple(f"{n}. “Wall” ⚓" for n in range(1, 8))
    (book,) = make(tmp_path, ("mp3-single",), TAGS, titles, drawn_cover=True).files
    file = mutagen.File(book)
    found, times = listed_marks(file.tags, 3)
    assert found == list(titles)
    assert all(end == start for (_, end), (start, _) in pairwise(times))
    assert abs(times[-1][1] / 1000 - file.info.length) < 0.2
    assert (str(file.tags["TIT2"]), str(file.tags["TCON"])) == (TAGS.title, "Audiobook")
    _, read = read_back(book)
    assert read == list(titles), "ffmpeg reads them too"
