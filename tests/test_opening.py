"""A book's own file in its project: kept under what it is, whatever way it came."""

import io
import sys
from pathlib import Path

import pytest
from epubs import epub, page

from narrate.cli import run
from narrate.work import open_project

EPUB = epub(
    {
        "title.xhtml": page("<h1>The Tide</h1><p>By Nobody.</p>", attributes='epub:type="titlepage"'),
        "one.xhtml": page("<h1>One</h1><p>It rained all day.</p>"),
    }
)
MARKDOWN = b"# One\n\nIt *rained* all day.\n\n# Two\n\nThe sun came out.\n"
DIALOGUE = b"ANNA: Will it stop?\n\nBEN: No.\n\nANNA: Are you sure?\n\nBEN: Quite sure, I am afraid.\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    return tmp_path


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return run([*arguments])


def source(project: str) -> tuple[str, bytes]:
    opened = open_project(Path(project), Path())
    found = opened.source_file()
    assert found is not None
    assert sorted(p.name for p in found.parent.iterdir()) == [found.name], "no other copy beside it"
    return opened.settings.source, found.read_bytes()


@pytest.mark.parametrize(
    ("data", "name"),
    [(EPUB, "source/stdin.epub"), (MARKDOWN, "source/stdin.md"), (b"It rained.\n", "source/stdin.txt")],
    ids=["epub", "markdown", "text"],
)
def test_a_book_that_was_piped_in_can_be_read_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, name: str
) -> None:
    assert piped(monkeypatch, data, "new", "-") == 0
    project = capsys.readouterr().out.strip()
    assert source(project) == (name, data)
    there = {p.name: p.read_bytes() for p in (Path(project) / "script").glob("*.txt")}
    assert run(["script", project, "--stats"]) == 0
    assert run(["plan", project, "--engine", "draft"]) == 0
    assert piped(monkeypatch, data, "new", "-", "--again") == 0
    assert source(project) == (name, data)
    assert {p.name: p.read_bytes() for p in (Path(project) / "script").glob("*.txt")} == there


def test_usage_names_the_help_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rain.md", "--until", "25:00"]) == 2
    said = capsys.readouterr().err
    assert "Usage: narrate BOOK [OPTIONS]\n" in said
    assert "Try 'narrate BOOK --help'" in said
    assert run(["BOOK", "--help"]) == 0
    assert "--until" in capsys.readouterr().out
    assert run(["BOOK"]) == 1
    assert capsys.readouterr().err == "narrate: BOOK: no such file (check the path)\n"


def test_a_cue_is_no_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "show.script").write_text("# One\n\nMaya: Hello.\n[pause 2s]\nTom: Good evening.\n", "utf-8")
    assert run(["new", "show.script"]) == 0
    assert "1 chapter, 3 lines." in capsys.readouterr().err


def test_a_book_that_is_piped_in_is_read_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert piped(monkeypatch, DIALOGUE, "new", "-") == 0
    told = capsys.readouterr()
    assert told.err.count("Most of it is dialogue by name") == 1
    assert source(told.out.strip()) == ("source/stdin.txt", DIALOGUE)


def test_an_edition_of_another_form_takes_the_place_of_the_first(home: Path) -> None:
    (home / "tide.txt").write_bytes(b"It rained.\n")
    assert run(["new", "tide.txt", "--project", "p"]) == 0
    (home / "new.epub").write_bytes(EPUB)
    assert run(["new", "new.epub", "--project", "p", "--again"]) == 0
    assert source("p") == ("source/tide.epub", EPUB)
    assert run(["script", "p", "--stats"]) == 0


def test_a_file_that_was_kept_under_a_wrong_name_is_put_right(home: Path) -> None:
    (home / "tide.epub").write_bytes(EPUB)
    assert run(["new", "tide.epub", "--project", "p"]) == 0
    (home / "p/source/tide.epub").rename(home / "p/source/stdin.txt")
    settings = home / "p/project.toml"
    settings.write_text(settings.read_text("utf-8").replace("tide.epub", "stdin.txt"), "utf-8")
    assert run(["new", "tide.epub", "--project", "p", "--again"]) == 0
    assert source("p") == ("source/stdin.epub", EPUB)


def test_the_plan_tells_what_is_left_out_by_the_projects_own_reading(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "tide.epub").write_bytes(EPUB)
    assert run(["new", "tide.epub", "--project", "p"]) == 0
    capsys.readouterr()
    assert run(["plan", "p", "--engine", "draft"]) == 0
    assert "title.xhtml" in capsys.readouterr().out
    settings = home / "p/project.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("keep = []", 'keep = ["titlepage"]'), "utf-8")
    assert settings.read_text("utf-8") != text
    assert run(["plan", "p", "--engine", "draft"]) == 0
    assert "title.xhtml" not in capsys.readouterr().out
