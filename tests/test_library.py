"""The Audiobookshelf folder, by the rules of its documentation: how it takes names apart, and its files."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import mutagen
import pytest
from hypothesis import example, given, strategies as st
from test_assembly_tags import TAGS, make

from narrate.chapters import Tags
from narrate.deliver.library import book_folder
from narrate.files import file_name

pytestmark = pytest.mark.slow

Parts = dict[str, str]


def read_folder(path: PurePosixPath) -> Parts:
    """What Audiobookshelf finds in a book's folder by itself: "Book Library Structure" in its documentation.

    The last folder is the title's, the one before the author's, and one between them the series'.
    In the title's: the narrator in braces at the end; a volume as a part of its own between ` - `;
    a year of four digits at the beginning; and, where the server is set so, a subtitle after ` - `.
    """
    *above, title = path.parts
    found = {"author": above[0] if above else "", "series": above[1] if len(above) > 1 else ""}
    if narrated := re.fullmatch(r"(.*) \{(.*)\}", title):
        title, found["narrator"] = narrated.groups()
    parts = title.split(" - ")
    for n, part in enumerate(parts if found["series"] else ()):
        volume = re.fullmatch(r"(vol\.? |volume |book )?(\d{0,3}(?:\.\d{1,2})?)(\.?)(?: (.+))?", part, re.IGNORECASE)
        if volume and (not volume[4] or volume[1] or volume[3]):
            found["volume"] = volume[2]
            parts[n : n + 1] = [volume[4]] if volume[4] else []
            break
    title = " - ".join(parts)
    if year := re.fullmatch(r" *\(?(\d{4})\)? * - *(.+)", title):
        found["year"], title = year.groups()
    found["title"], _, found["subtitle"] = title.partition(" - ")
    return found


@pytest.mark.parametrize(
    ("tags", "folder"),
    [
        (Tags("Dracula"), "Dracula"),
        (Tags("Dracula", author="Bram Stoker", narrator="george"), "Bram Stoker/Dracula {george}"),
        (Tags("T", author="A", series="S", series_index="2", narrator="N"), "A/S/Vol 2 - T {N}"),
        (Tags("T", author="A", series="S", series_index="2.5"), "A/S/Vol 2.5 - T"),
        (Tags("T", author="A", series="S", series_index="II"), "A/S/T"),
        (Tags("T", author="A", series="S"), "A/S/T"),
        (Tags("T", series="S", series_index="2"), "T"),
        (Tags("1984 - A Novel {x}", author="A", narrator="{N}"), "A/1984 – A Novel (x) {(N)}"),
        (Tags('a/b\\c:d*e?f"g<h>i|j', author="../.."), "untitled/a b c d e f g h i j"),
        (Tags("Con", author="nul.txt", narrator="aux"), "nul_.txt/Con_ {aux_}"),
        (Tags("吾輩は猫である", author="夏目漱石", narrator="あ"), "夏目漱石/吾輩は猫である {あ}"),
        (Tags("ألف ليلة", author="مجهول"), "مجهول/ألف ليلة"),
        (Tags("A\n=;#\0B.", author="C "), "C/A =;# B"),
    ],
)
def test_the_folder_of_a_book(tags: Tags, folder: str) -> None:
    assert book_folder(tags).as_posix() == folder


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)


@given(WORDS, WORDS, WORDS, WORDS, st.sampled_from(["", "1", "12", "3.5", "100", "1000", "II", "#", "1 2", "0"]))
@example("1984 - Year", "A", "S", "N", "2")
@example("101. Dalmatians", "A", "S", "", "")
@example("CD1", "A", "", "", "")
@example('0"-"0', "", "", "", "")
@example("Vol 7 - B", "A - B", "C - D", "E - F", "1")
def test_library_folders_are_safe_and_named_by_the_book(
    title: str, author: str, series: str, narrator: str, index: str
) -> None:
    tags = Tags(title, author=author, series=series, narrator=narrator, series_index=index)
    folder = book_folder(tags)
    for part in folder.parts:
        assert len(part.encode()) <= 255
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', part)
        assert part == part.strip(" .")
        assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part, re.I)
    found = read_folder(PurePosixPath(folder))
    assert not found["subtitle"] and "year" not in found  # noqa: PT018
    if narrator.strip():
        assert found["narrator"] == file_name(narrator.translate(str.maketrans("{}", "()")), longest=80)
    if author.strip() and series.strip() and re.fullmatch(r"\d{1,3}(\.\d{1,2})?", index):
        assert found["volume"] == index
    elif "volume" in found:  # the title's own words look like one, and metadata.json knows better
        assert re.search(r"\d|^\.|vol|book", title, re.I)
    assert (found["author"] == "") == (author.strip() == "")


def test_the_files_of_a_book(tmp_path: Path) -> None:
    found = make(tmp_path, ("m4b", "audiobookshelf"), TAGS, ("One", "Two"), drawn_cover=True)
    (root,) = (tmp_path / "out/audiobookshelf").iterdir()
    assert root.name == "Jane Austen"
    folder = tmp_path / "out/audiobookshelf" / book_folder(TAGS)
    there = {path.name: path for path in folder.iterdir()}
    assert set(there) <= {path.name for path in found.files}
    assert there["desc.txt"].read_text("utf-8").strip() == TAGS.description
    assert there["reader.txt"].read_text("utf-8").strip() == TAGS.narrator
    assert there["cover.png"].read_bytes().startswith(b"\x89PNG")
    (book,) = (path for name, path in there.items() if name.endswith(".m4b"))
    assert book.samefile(tmp_path / "out/book.m4b")
    metadata = json.loads(there["metadata.json"].read_text("utf-8"))
    marks = [{"id": n, "start": m.start_s, "end": m.start_s + m.duration_s, "title": m.title}
             for n, m in enumerate(found.marks)]  # fmt: skip
    assert metadata["chapters"] == [m | {k: pytest.approx(m[k], abs=1e-5) for k in ("start", "end")} for m in marks]
    assert metadata["series"] == ["The Series #2"]
    assert (metadata["authors"], metadata["narrators"]) == ([TAGS.author], [TAGS.narrator])
    kinds = {"tags": list, "chapters": list, "genres": list, "explicit": bool, "abridged": bool, "asin": type(None)}
    kinds |= dict.fromkeys(("authors", "narrators", "series"), list) | {"publishedDate": type(None)}
    kinds |= dict.fromkeys("title subtitle publishedYear publisher description isbn language".split(), str)
    assert {key: type(value) for key, value in metadata.items()} == kinds


def test_people_and_subjects_reach_the_library_one_by_one(tmp_path: Path) -> None:
    def metadata(tags: Tags) -> dict[str, list[str]]:
        make(tmp_path, ("audiobookshelf",), tags)
        (path,) = (tmp_path / "out/audiobookshelf").rglob("metadata.json")
        found: dict[str, list[str]] = json.loads(path.read_text("utf-8"))
        return found

    apart = ("Arthur Hale, Jr.", "Marie Roux & Sons", "García Márquez, Gabriel José")
    known = metadata(Tags("T", author=" & ".join(apart), authors=apart, genres=("Sea stories", "Detective, English")))
    assert known["authors"] == list(apart)
    assert known["genres"] == ["Sea stories", "Detective, English"]
    assert metadata(Tags("T", author="Hale, Ann; Ben Reed"))["authors"] == ["Ann Hale", "Ben Reed"]


def test_without_m4b_it_makes_its_own_and_another_title_moves_it(tmp_path: Path) -> None:
    first = make(tmp_path, ("audiobookshelf",), Tags("One", author="A"))
    (book,) = (path for path in first.files if path.suffix == ".m4b")
    assert mutagen.File(book).tags["\xa9nam"] == ["One"]
    assert not (tmp_path / "out/book.m4b").exists()
    make(tmp_path, ("audiobookshelf",), Tags("Two", author="B"))
    assert [path.name for path in (tmp_path / "out/audiobookshelf").iterdir()] == ["B"]
    assert [path.suffix for path in first.files if path.exists()] == []


def test_where_links_are_not_possible_it_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_links)
    found = make(tmp_path, ("m4b", "audiobookshelf"), Tags("T"))
    one, other = (path for path in found.files if path.suffix == ".m4b")
    assert one.read_bytes() == other.read_bytes()
    assert not one.samefile(other)
    again = make(tmp_path, ("m4b", "audiobookshelf"), replace(Tags("T"), year="1999"))
    assert {path.stat().st_nlink for path in again.files} == {1}
