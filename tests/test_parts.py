"""What a person says in the studio of a speaker's part and of a book, put into the files that they edit themselves."""

import re
from pathlib import Path

import pytest

from narrate.cast import set_voices
from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import Project
from narrate.toml import read_toml
from narrate.work import (
    PartChange,
    RefusedError,
    SaidOfBook,
    about_book,
    begin_book,
    cast_by_ear,
    change_part,
    give_cover,
    project_named,
    say_of_book,
    take_cover,
)

DRAFT = Wanted("draft")
CAST = """\
# Who speaks.
narrator = "narrator"  # reads
Anna = "auto"  # nobody yet
"The Count" = { voice = "clara", direction = "slow" }  # old

[Mina]
voice = "auto"  # later
"""
SPOKEN = "narrator: It rained.\nAnna: Will it stop?\nThe Count: No.\nMina: Never.\n"


@pytest.fixture
def rain(tmp_path: Path) -> Project:
    (tmp_path / "rain.script").write_text(SPOKEN, "utf-8")
    begin_book(tmp_path / "rain.script", tmp_path, DRAFT)
    project = project_named("rain", tmp_path)
    project.cast_file.write_text(CAST, "utf-8")
    return project


def test_a_part_is_changed_and_comments_stay(rain: Project) -> None:
    def change(speaker: str, **said: str) -> str:
        change_part(rain, speaker, PartChange(**said), ())
        return rain.cast_file.read_text("utf-8")

    assert change("Anna", direction="") == CAST.replace('"auto"  # nobody', '{voice = "auto"}  # nobody')
    rain.cast_file.write_text(CAST, "utf-8")
    assert 'Anna = {voice = "auto", direction = "dry, quick"}  # nobody yet' in change(
        "Anna", direction=" dry,  quick "
    )
    assert '{ voice = "clara", direction = "loud" }  # old' in change("The Count", direction="loud")
    assert '"The Count" = { voice = "clara"  }  # old' in change("The Count", direction="")
    assert 'voice = "auto"  # later\ndirection = "low"' in change("Mina", direction="low")
    assert 'voice = "clara"  # later\ndirection = "low"' in change("Mina", voice="clara"), "directions are kept"
    text = change("Anna", same_as="Mina")
    assert 'alias = "Mina"' in text
    assert "dry, quick" in text
    assert {"# Who speaks.", "# reads", "# nobody yet", "# old", "# later"} <= {
        row[row.index("#") :] for row in text.splitlines() if "#" in row
    }
    seen = {one.speaker: one for one in cast_by_ear(rain, ()).speakers}
    assert list(seen["Mina"].also) == ["Anna"]
    assert "takes none" in seen["Mina"].unheard
    change("The Count", same_as="Anna")
    assert read_toml(rain.cast_file).entries["The Count"] == {"alias": "Mina"}, "of the one who has the part"
    change("Anna", voice="auto", direction="")
    assert read_toml(rain.cast_file).entries["Anna"] == {"voice": "auto"}
    assert cast_by_ear(rain, ()).problems == []


@pytest.mark.parametrize(
    ("speaker", "change", "why"),
    [
        ("Dracula", PartChange("clara"), 'nobody called "Dracula"'),
        ("Anna", PartChange(same_as="Ana"), 'did you mean "Anna"'),
        ("Anna", PartChange(same_as="Anna"), "Anna is nobody else"),
        ("Mina", PartChange(same_as="Anna"), "Anna is another name of Mina already"),
        ("Anna", PartChange("clara", "Mina"), "not both"),
        ("narrator", PartChange("auto"), "the narrator needs a voice"),
        ("Lucy", PartChange(direction="low"), "has no part of Lucy's own"),
        ("Anna", PartChange(same_as="Lucy"), "Lucy has no part in the cast yet"),
    ],
)
def test_what_no_part_can_be_leaves_the_cast_as_it_is(
    rain: Project, speaker: str, change: PartChange, why: str
) -> None:
    script = next((rain.folder / "script").glob("*.txt"))
    script.write_text(script.read_text("utf-8") + "Lucy: Ever.\n", "utf-8")
    rain.cast_file.write_text(CAST.replace('"auto"  # nobody', '{ alias = "Mina" }  # nobody'), "utf-8")
    before = rain.cast_file.read_bytes()
    with pytest.raises(NarrateError, match=re.escape(why)):
        change_part(rain, speaker, change, ())
    assert rain.cast_file.read_bytes() == before


def test_a_voice_that_is_called_like_a_speaker_is_cast_as_a_voice(rain: Project) -> None:
    script = next((rain.folder / "script").glob("*.txt"))
    script.write_text(script.read_text("utf-8") + "clara: Ever.\n", "utf-8")
    set_voices(rain.cast_file, {"clara": "auto"})
    change_part(rain, "Anna", PartChange("clara"), ())
    assert read_toml(rain.cast_file).entries["Anna"] == {"voice": "clara"}
    assert cast_by_ear(rain, ()).problems == []


def test_what_is_said_of_a_book_is_written_beside_what_stands_there(rain: Project) -> None:
    file = rain.folder / "project.toml"
    file.write_text(file.read_text("utf-8").replace('opening = ""', 'opening = ""  # mine'), "utf-8")
    assert about_book(rain).own_cover is False
    say_of_book(rain, SaidOfBook(title=" Rain,  rain ", opening="Rain.", podcast_url="https://a.example/rain/"))
    say_of_book(project_named("rain", rain.home), SaidOfBook(description="One.\nTwo. ", author=""))
    assert 'opening = "Rain."  # mine' in file.read_text("utf-8")
    found = about_book(project_named("rain", rain.home))
    assert (found.title, found.opening, found.podcast_url) == ("Rain, rain", "Rain.", "https://a.example/rain/")
    assert found.description == "One.\nTwo."
    before = file.read_bytes()
    for said, why in (
        (SaidOfBook(closing="x", title=" "), "a book needs a title"),
        (SaidOfBook(closing="x", podcast_url="example"), "is not an address"),
        (SaidOfBook(closing="x", podcast_category="Dramas"), 'did you mean "Fiction > Drama"'),
    ):
        with pytest.raises(NarrateError, match=why):
            say_of_book(project_named("rain", rain.home), said)
    say_of_book(project_named("rain", rain.home), SaidOfBook(title="Rain, rain"))
    assert file.read_bytes() == before


def test_a_picture_becomes_the_cover_and_is_taken_away(rain: Project, tmp_path: Path) -> None:
    from PIL import Image

    for suffix, kept in ((".png", "cover.png"), (".bmp", "cover.jpg")):
        Image.new("RGB", (60, 80), "red").save(tmp_path / f"red{suffix}")
        give_cover(rain, tmp_path / f"red{suffix}")
        project = project_named("rain", tmp_path)
        assert project.cover_file() == project.folder / kept
        assert about_book(project).own_cover
    (tmp_path / "no.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for name in ("no.png", "rain.script"):
        with pytest.raises(RefusedError, match="the picture cannot be a cover: it is "):
            give_cover(rain, tmp_path / name)
    take_cover(rain)
    assert not about_book(project_named("rain", tmp_path)).own_cover
