"""The examples read as they should, and the EPUB is what its sources build."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from narrate.cli import run
from narrate.project.settings import read_settings
from narrate.readers import read_book, read_show, sounds_of
from narrate.readers.readers import SUFFIXES

EXAMPLES = Path(__file__).parents[1] / "examples"
EPUB = EXAMPLES / "the-lighthouse-clock.epub"
AUTHORS = "The narrate authors"
NOTHING = {"series": "", "series_index": "", "year": "", "publisher": "", "description": "", "subtitle": "", "isbn": ""}
SAID_OF = {  # what a book says of itself, and so its project.toml
    "night-ferry.fountain": {
        "title": "The Night Ferry",
        "author": AUTHORS,
        "language": "en-GB",
        "year": "2026",
        "description": "A play for two voices in two scenes, with sounds.",
    },
    "the-last-bus.txt": {"title": "The Last Bus to Arden Cross", "author": AUTHORS, "language": "en"},
    "the-lighthouse-clock.epub": {
        "title": "The Lighthouse Clock",
        "author": AUTHORS,
        "language": "en-GB",
        "series": "Skerry Point",
        "series_index": "1",
        "year": "2026",
        "publisher": "narrate",
        "description": "A clockmaker is sent to remove a clock that has been eleven minutes slow for sixty years.",
    },
    "the-orchard-wall.md": {"title": "The Orchard Wall", "author": AUTHORS, "language": "en-GB"},
    "two-voices.script": {"title": "Small Repairs, Episode One: The Kettle", "author": "", "language": "en"},
}


def test_the_epub_example() -> None:
    book = read_book(EPUB)
    assert [c.title for c in book.chapters] == [
        "The Appointment",
        "Eleven Minutes",
        "What the Keepers Knew",
        "The Report",
    ]
    assert (book.title, book.author, book.language) == ("The Lighthouse Clock", "The narrate authors", "en-GB")
    assert book.cover is not None
    said = [block.text for chapter in book.chapters for block in chapter.blocks]
    assert 900 <= sum(len(text.split()) for text in said) <= 1200
    assert not any("invented" in text for text in said)  # only the notes say so
    assert any("The escapement is as clean" in text for text in said)


def test_the_markdown_and_text_examples() -> None:
    wall, bus = read_book(EXAMPLES / "the-orchard-wall.md"), read_book(EXAMPLES / "the-last-bus.txt")
    assert [c.title for c in wall.chapters] == ["The Gap", "The Builder", "The Through-Stone"]
    assert (wall.title, wall.author, wall.language) == ("The Orchard Wall", "The narrate authors", "en-GB")
    assert (bus.title, bus.author) == ("The Last Bus to Arden Cross", "The narrate authors")
    assert [c.title for c in bus.chapters] == [
        "CHAPTER ONE: The Passenger",
        "CHAPTER TWO: The Inspector",
        "CHAPTER THREE: The Stop",
    ]


def test_the_epub_is_what_its_sources_build(tmp_path: Path) -> None:
    script = "import pathlib, sys, build_epub; build_epub.build(pathlib.Path(sys.argv[1]))"
    built = tmp_path / "built.epub"
    subprocess.run([sys.executable, "-B", "-c", script, built], cwd=EXAMPLES, check=True)
    with zipfile.ZipFile(built) as new, zipfile.ZipFile(EPUB) as kept:
        assert new.namelist() == kept.namelist()
        assert new.namelist()[0] == "mimetype"
        assert new.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        for name in new.namelist():
            # Another machine's sine may differ in the last bit: of the picture only the header is compared.
            end = 33 if name.endswith(".png") else None
            assert new.read(name)[:end] == kept.read(name)[:end]


def test_the_play_example() -> None:
    path = EXAMPLES / "night-ferry.fountain"
    show = read_show(path, path.read_bytes())
    assert (show.title, show.author, show.language) == ("The Night Ferry", "The narrate authors", "en-GB")
    assert [script.title for script in show.scripts] == ["On the Quay", "At the Rail"]
    assert show.speakers == ("ANNA", "TICKET MAN")
    assert [name for name, _ in sounds_of(show, path)] == ["sounds/sea.mp3", "sounds/bell.wav"]
    assert not any("rehearsal" in line.text or "alone" in line.text for script in show.scripts for line in script.lines)


def test_every_example_is_told_of() -> None:
    books = {path.name for path in EXAMPLES.iterdir() if path.suffix in SUFFIXES}
    assert books - {"README.md"} == set(SAID_OF)


@pytest.mark.parametrize("name", sorted(SAID_OF))
def test_the_project_of_an_example_has_what_the_book_says_of_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", str(EXAMPLES / name), "--project", "p"]) == 0
    settings = read_settings(tmp_path / "p" / "project.toml")
    wanted = NOTHING | SAID_OF[name]
    assert {key: getattr(settings, key) for key in wanted} == wanted
    assert settings.source == f"source/{name}"
