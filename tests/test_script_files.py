"""Chapters' files written again: the person's edits stay, the rest follows the book."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from narrate.book import Reading
from narrate.script import (
    Line,
    Opening,
    Script,
    format_script,
    list_scripts,
    reading_changed,
    rewrite_scripts,
    write_scripts,
)


def script(title: str, *said: str) -> Script:
    lines = (Line(text, opens=Opening.PARAGRAPH) for text in said or (f"Text of {title}.",))
    return Script((Line(title, opens=Opening.HEADING, level=1), *lines))


def names(folder: Path) -> list[str]:
    return [path.name for path in list_scripts(folder)]


BOOK = [script("One"), script("Two"), script("Three")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_scripts(tmp_path, BOOK, Reading())
    return tmp_path


def test_nothing_changes_when_nothing_changed(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in list_scripts(folder)}
    done = rewrite_scripts(folder, BOOK, Reading())
    assert done.unchanged == ("01-one.txt", "02-two.txt", "03-three.txt")
    assert {path.name: path.stat().st_mtime_ns for path in list_scripts(folder)} == before


def test_a_chapter_comes_in_between_and_goes_again(folder: Path) -> None:
    (folder / "02-two.txt").write_text("# Two\n\nnarrator: Mine.\n")
    more = [script("Imprint"), BOOK[0], BOOK[1], script("Colophon"), BOOK[2]]
    done = rewrite_scripts(folder, more, Reading(keep=("colophon",)))
    assert names(folder) == ["01-imprint.txt", "02-one.txt", "03-two.txt", "04-colophon.txt", "05-three.txt"]
    assert done.added == ("01-imprint.txt", "04-colophon.txt")
    assert done.kept == ("03-two.txt",)
    assert (folder / "03-two.txt").read_text() == "# Two\n\nnarrator: Mine.\n"
    assert (folder / "03-two.txt.new").read_text() == format_script(BOOK[1])
    done = rewrite_scripts(folder, BOOK, Reading())
    assert done.removed == ("01-imprint.txt", "04-colophon.txt")
    assert names(folder) == ["01-one.txt", "02-two.txt", "03-three.txt"]
    assert (folder / "02-two.txt").read_text() == "# Two\n\nnarrator: Mine.\n"


def test_untouched_chapters_are_rewritten_and_edited_ones_are_not(folder: Path) -> None:
    (folder / "01-one.txt").write_text("# One\n\nnarrator: Mine.\n")
    done = rewrite_scripts(folder, [script("One", "New."), script("Two", "New."), BOOK[2]], Reading(notes="end"))
    assert (done.written, done.kept) == (("02-two.txt",), ("01-one.txt",))
    assert "New." in (folder / "02-two.txt").read_text()
    assert "Mine." in (folder / "01-one.txt").read_text()
    assert "New." in (folder / "01-one.txt.new").read_text()


def test_what_the_person_added_stays_and_what_they_removed_stays_away(folder: Path) -> None:
    (folder / "02-two.txt").unlink()
    (folder / "02-mine.txt").write_text("# Mine\n\nnarrator: Mine.\n")
    for _ in range(2):
        done = rewrite_scripts(folder, BOOK, Reading())
        assert done.left == ("two",)
        assert names(folder) == ["01-one.txt", "02-mine.txt", "03-three.txt"]


def test_without_the_record_every_file_counts_as_edited(folder: Path) -> None:
    (folder / ".made").unlink()
    done = rewrite_scripts(folder, [script("One", "New."), *BOOK[1:]], Reading())
    assert done.kept == ("01-one.txt",)
    assert done.removed == ()


def test_a_changed_reading_is_noticed(folder: Path) -> None:
    assert not reading_changed(folder, Reading())
    assert reading_changed(folder, Reading(notes="inline"))
    (folder / ".made").unlink()
    assert not reading_changed(folder, Reading(notes="inline"))


chapters = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("xy")), max_size=6).map(
    lambda pairs: [script(title, text) for title, text in pairs]
)


@settings(max_examples=60)
@given(chapters, chapters, st.sets(st.integers(0, 5)))
def test_no_edit_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, before: list[Script], after: list[Script], edits: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("script")
    write_scripts(folder, before, Reading())
    mine = []
    for number, path in enumerate(list_scripts(folder)):
        if number in edits:
            mine.append(f"# Mine {number}\n\nnarrator: Edited {number}.\n")
            path.write_text(mine[-1])
    rewrite_scripts(folder, after, Reading())
    found = [path.read_text() for path in list_scripts(folder)]
    assert [text for text in found if text.startswith("# Mine")] == mine
    expected = [format_script(chapter) for chapter in after]
    if not edits:
        assert found == expected
    beside = [path.read_text() for path in folder.glob("*.new")]
    assert all(text in found + beside for text in expected)


def test_a_stale_new_file_beside_an_edited_one_is_removed(folder: Path) -> None:
    (folder / "02-two.txt").write_text("# Two\n\nnarrator: Mine.\n")

    def beside() -> list[str]:
        return sorted(path.name for path in folder.glob("*.txt.new"))

    rewrite_scripts(folder, BOOK, Reading())
    assert beside() == ["02-two.txt.new"]
    rewrite_scripts(folder, [script("Zero"), *BOOK], Reading())
    assert beside() == ["03-two.txt.new"]
    rewrite_scripts(folder, BOOK, Reading())
    assert beside() == ["02-two.txt.new"]
    (folder / "02-two.txt").write_text(format_script(BOOK[1]))
    rewrite_scripts(folder, BOOK, Reading())
    assert beside() == [], "the person has taken in what the book says"
    assert (folder / "02-two.txt").read_text() == format_script(BOOK[1])
