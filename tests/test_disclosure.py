"""That no person reads: spoken as a credit in the book's language, and shown with the book."""

from pathlib import Path

import pytest

from narrate.chapters import Tags
from narrate.cli import run
from narrate.deliver.tags import comment, notice
from narrate.languages import find_language
from narrate.project import Project
from narrate.project.credits import spoken_credits
from narrate.project.settings import Credits, Settings
from narrate.sentences import split_sentences
from narrate.toml import edited

TOLD = {
    "en": "synthetic",
    "de": "synthetischen",
    "fr": "synthèse",
    "es": "sintética",
    "it": "sintetica",
    "pt": "sintética",
    "nl": "synthetische",
    "pl": "syntetyczny",
    "ja": "合成",
    "zh": "合成",
    "ko": "합성",
    "ru": "синтезированный",
}


@pytest.mark.parametrize("code", TOLD)
def test_a_language_says_it_in_one_sentence_and_in_one_line(code: str) -> None:
    found = find_language(code).disclosure
    assert found is not None
    for text in (found.spoken, found.shown):
        assert TOLD[code] in text
        assert split_sentences(text, code) == [text], "it is one line of the script"
    assert notice(f"{code}-XX") == found.shown, "a region is no other language"


def test_what_is_shown_is_in_the_books_language_else_in_english() -> None:
    assert comment(Tags("X", language="de", description="Es regnet.")) == (
        "Es regnet.\n\nGelesen von einer synthetischen Stimme."
    )
    assert comment(Tags("X", language="fi")) == "Read by a synthetic voice."
    assert comment(Tags("X")) == "Read by a synthetic voice."


def settings(language: str = "en", **credits_: str) -> Settings:
    return Settings("A Book", language=language, credits=Credits(**credits_))


def test_where_it_is_said(tmp_path: Path) -> None:
    file, said = tmp_path / "project.toml", "This audiobook is read by a synthetic voice."
    both = {"opening": "A Book, by Nobody.", "closing": "The end."}
    assert spoken_credits(settings(**both), file) == (("A Book, by Nobody.",), ("The end.",))
    assert spoken_credits(settings(**both, disclosure="opening"), file)[0] == ("A Book, by Nobody.", said)
    assert spoken_credits(settings(**both, disclosure="closing"), file)[1] == (said, "The end.")
    assert spoken_credits(settings(disclosure="opening"), file) == ((said,), ())
    own = settings("fi", disclosure="closing", disclosure_text="Tämän lukee kone.")
    assert spoken_credits(own, file) == ((), ("Tämän lukee kone.",))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "small.md").write_text("# One\n\nThe lamp burned low.\n", "utf-8")
    assert run(["--home", str(tmp_path), "new", str(tmp_path / "small.md")]) == 0
    return tmp_path / "projects" / "small"


def test_a_credit_is_a_chapter_of_the_books(project: Path) -> None:
    from narrate.engine import Wanted
    from narrate.work import take_inventory

    text = (project / "project.toml").read_text("utf-8")
    assert 'disclosure = "none"' in text
    assert "synthetic" in text, "the comment tells what it is for"
    with edited(project / "project.toml") as table:
        table["credits"].update({"opening": "Small, by nobody", "disclosure": "opening"})
    chapters = take_inventory(Project(project, project.parent.parent), Wanted(engine="draft")).chapters
    assert [chapter.title for chapter in chapters] == ["Opening Credits", "One"]
    said = [line.line.text for line in chapters[0].lines]
    assert said == ["Small, by nobody", "This audiobook is read by a synthetic voice."]


def test_a_language_that_is_lacking_is_one_line_with_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "project.toml"
    with edited(file) as table:
        table["language"] = "fi"
        table["credits"]["disclosure"] = "closing"
    row = file.read_text("utf-8").splitlines().index('disclosure = "closing"') + 1
    capsys.readouterr()
    assert run(["status", str(project)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"project.toml:{row}" in said
    assert 'disclosure_text = "…" under [credits]' in said
    with edited(file) as table:
        table["credits"]["disclosure"] = "xx"
    assert run(["status", str(project)]) == 1
    assert "one of none, opening, closing" in capsys.readouterr().err
