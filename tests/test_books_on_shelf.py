"""What the studio's screens show of a home, and what they change of it: the shelf, a book, its cast, its files."""

import io
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from proofing import made_book

from narrate.cast import set_voices
from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import set_setting
from narrate.serve.zips import zipped
from narrate.toml import read_toml
from narrate.work import (
    BusyError,
    PartChange,
    Review,
    Run,
    Stop,
    UnknownError,
    begin_book,
    books_on_shelf,
    cast_by_ear,
    change_part,
    hear_line,
    lines_of_chapter,
    made_file,
    open_questions,
    overview_of,
    project_named,
    readiness,
)

EXAMPLES = Path(__file__).parents[1] / "examples"
CLOCK = EXAMPLES / "the-lighthouse-clock.epub"
DRAFT = Wanted("draft")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a book that was only begun."""
    home = tmp_path_factory.mktemp("home")
    assert begin_book(CLOCK, home, DRAFT).fresh
    return home


def test_a_book_is_begun_once_and_another_of_its_name_has_a_number(tmp_path: Path) -> None:
    file = tmp_path / "given" / "rain.txt"
    file.parent.mkdir()
    file.write_text("It rained all day.\n", "utf-8")
    first = begin_book(file, tmp_path, DRAFT)
    assert (first.name, first.fresh) == ("rain", True)
    assert any(note.startswith("Made ") for note in first.notes)
    again = begin_book(file, tmp_path, DRAFT)
    assert (again.name, again.fresh) == ("rain", False)
    file.write_text("It rained all night.\n", "utf-8")
    assert begin_book(file, tmp_path, DRAFT).name == "rain-2"
    assert begin_book(file, tmp_path, DRAFT).name == "rain-2"
    file.write_bytes(b"")
    with pytest.raises(NarrateError):
        begin_book(file, tmp_path, DRAFT)
    assert [book.name for book in books_on_shelf(tmp_path)] == ["rain-2", "rain"], "what changed last comes first"


def test_the_shelf_shows_what_cannot_be_opened_too(tmp_path: Path) -> None:
    made_book(tmp_path)
    broken = tmp_path / "projects" / "broken"
    broken.mkdir()
    (broken / "project.toml").write_text("title = 3\n", "utf-8")
    shelf = {book.name: book for book in books_on_shelf(tmp_path)}
    assert "title" in shelf["broken"].problem
    rain = shelf["rain"]
    assert (rain.state, rain.made, rain.files, rain.working) == ("finished", rain.lines, 1, False)
    assert (rain.audio_s or 0) > 3
    with pytest.raises(UnknownError):
        project_named("../rain", tmp_path)


def test_a_book_is_seen_as_it_was_read(home: Path) -> None:
    project = project_named(CLOCK.stem, home)
    seen = overview_of(project, DRAFT)
    first = seen.chapters[0]
    assert (first.title, first.lines, first.made) == ("The Appointment", 23, 0)
    assert (seen.speakers, seen.words, seen.unsure, seen.files) == (4, 942, 3, [])
    lines = lines_of_chapter(project, 1)
    assert [(line.place, line.speaker, line.text) for line in lines][2] == ("1:5", "Ada", "“Remove it,”")
    for number in (0, 5):
        with pytest.raises(UnknownError):
            lines_of_chapter(project, number)


def test_credits_are_chapters_that_no_script_holds(tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text("It rained.\n", "utf-8")
    project = project_named(begin_book(tmp_path / "rain.txt", tmp_path, DRAFT).name, tmp_path)
    file = project.folder / "project.toml"
    file.write_text(
        file.read_text("utf-8")
        .replace('opening = ""', 'opening = "Rain."')
        .replace('closing = ""', 'closing = "The end."'),
        "utf-8",
    )
    seen = overview_of(project_named("rain", tmp_path), DRAFT)
    assert [chapter.number for chapter in seen.chapters] == [0, 1, 0]


@pytest.mark.slow
def test_a_voice_is_heard_and_given(home: Path) -> None:
    project = project_named(CLOCK.stem, home)
    heard = cast_by_ear(project, ())
    ada = next(one for one in heard.speakers if one.speaker == "Ada")
    assert (ada.gender, ada.chosen, ada.lines) == ("female", False, 26)
    assert {voice.name for voice in heard.voices} > {"clara", "narrator"}
    place = ada.hear[0].place
    with closing(Run(Stop())) as run:
        sounds = {voice: hear_line(project, DRAFT, run, place, voice) for voice in ("", "auto", "clara")}
        assert sounds[""].samples.tobytes() == sounds["auto"].samples.tobytes(), "nobody has chosen yet"
        assert sounds[""].samples.tobytes() != sounds["clara"].samples.tobytes()
        change_part(project, "Ada", PartChange("clara"), ())
        cast = hear_line(project, DRAFT, run, place)
        assert cast.samples.tobytes() == sounds["clara"].samples.tobytes()
        for place_, voice in (("9:9", ""), ("x", ""), (place, "nobody"), ("1:2", "")):
            with pytest.raises(UnknownError):
                hear_line(project, DRAFT, run, place_, voice)
    assert read_toml(project.cast_file).entries["Ada"] == "clara"
    after = cast_by_ear(project, ())
    assert next(voice.speaks for voice in after.voices if voice.name == "clara") == ["Ada"]
    for speaker, voice in (("Nobody", "clara"), ("Ada", "no voice")):
        with pytest.raises(UnknownError):
            change_part(project, speaker, PartChange(voice), ())
    with pytest.raises(NarrateError, match="the narrator needs a voice"):
        change_part(project, "narrator", PartChange("auto"), ())
    change_part(project, "Ada", PartChange("auto"), ())
    assert read_toml(project.cast_file).entries["Ada"] == "auto"


def test_a_cast_that_cannot_be_spoken_is_shown_and_mended(tmp_path: Path) -> None:
    (tmp_path / "rain.script").write_text(
        "narrator: It rained.\nAnna: “Will it stop?” asked Anna of us all.\n", "utf-8"
    )
    begin_book(tmp_path / "rain.script", tmp_path, DRAFT)
    project = project_named("rain", tmp_path)
    set_voices(project.cast_file, {"Anna": "gone", "narrator": "gone too"})
    found = cast_by_ear(project, ())
    assert [one.voice for one in found.speakers] == [None, None]
    assert len(found.problems) == 2
    assert all("gone" in problem for problem in found.problems)
    change_part(project, "Anna", PartChange("clara"), ())
    change_part(project, "narrator", PartChange("narrator"), ())
    assert cast_by_ear(project, ()).problems == []


def test_a_question_is_found_by_its_number_and_words(home: Path, tmp_path: Path) -> None:
    project = project_named(CLOCK.stem, home)
    first, *others = open_questions(project)
    assert len(others) == 2
    review = Review(project)
    for index, text in ((first.index, "other words"), (0, first.entry.text)):
        with pytest.raises(BusyError):
            review.question(index, text)
    with pytest.raises(UnknownError):
        review.question(999, first.entry.text)
    review.decide(review.question(first.index, first.entry.text), "Ada")
    assert [one.index for one in open_questions(project)] == [one.index for one in others]
    (tmp_path / "rain.script").write_text("narrator: It rained.\n", "utf-8")
    begin_book(tmp_path / "rain.script", tmp_path, DRAFT)
    assert open_questions(project_named("rain", tmp_path)) == []


@pytest.mark.slow
def test_a_made_book_is_checked_and_its_files_are_handed_out(tmp_path: Path) -> None:
    made_book(tmp_path)
    project = project_named("rain", tmp_path)
    (file,) = overview_of(project, DRAFT).files
    assert (file.form, file.name) == ("m4b", "rain.m4b")
    assert made_file(project, "rain.m4b") == project.out / "rain.m4b"
    for name in ("report.json", "../project.toml", "chapters/deliverables.json", ""):
        assert made_file(project, name) is None
    found = readiness(project, DRAFT)
    assert (found.flaws, found.quarantined, found.rules) == ([], [], ())
    assert found.no_rules == "the book is made for others"
    set_setting(project.folder / "project.toml", "output.target", "acx")
    assert readiness(project_named("rain", tmp_path), DRAFT).no_rules == "there are no MP3 files to check"


def test_a_zip_is_made_while_it_is_sent(tmp_path: Path) -> None:
    contents = {"a/one.mp3": b"1" * 3_000_000, "a/två.mp3": b"", "three": bytes(range(256)) * 999}
    for name, data in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    pieces = list(zipped((name, tmp_path / name) for name in contents))
    assert len(pieces) > 4, "nothing is held back"
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents
