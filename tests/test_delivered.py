"""Deliverables that are older than their book: what they were made of is noted, and held against the book."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import MadeOnce
from proofing import made_book

from narrate.cli import run
from narrate.deliver.delivered import NOTE

pytestmark = pytest.mark.slow

Status = Callable[[], dict[str, str]]


@pytest.fixture
def project(made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made_once("rain", made_book) / "projects", tmp_path / "projects")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "projects" / "rain"


@pytest.fixture
def old(project: Path, capsys: pytest.CaptureFixture[str]) -> Status:
    """What `status` calls old, and why."""

    def look() -> dict[str, str]:
        capsys.readouterr()
        assert run(["status", "projects/rain", "--json"]) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)[0]["deliverables"]
        assert {it["state"] for it in found} <= {"old", "current"}
        return {it["form"]: it["why"] for it in found if it["state"] == "old"}

    return look


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_retake_makes_deliverables_old_and_assembling_makes_them_new(
    project: Path, old: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["assemble", "projects/rain", "--format", "m4b", "--format", "srt"]) == 0
    for path in project.rglob("*.*"):
        os.utime(path, (1, 1))  # times say nothing
    assert old() == {}
    assert run(["retake", "projects/rain", "1:3"]) == 0
    assert "Older than the book: m4b (1 of 2 chapters has changed); srt" in capsys.readouterr().err
    assert old() == {"m4b": "1 of 2 chapters has changed", "srt": "1 of 2 chapters has changed"}
    assert run(["status", "projects/rain"]) == 0
    told = capsys.readouterr().out
    assert "; older than the book: m4b (1 of 2 chapters has changed); srt" in told
    command = told[told.index("`") + 1 : told.rindex("`")].split()
    assert command == ["narrate", "assemble", "projects/rain", "--format", "m4b,srt"]
    assert run(command[1:]) == 0
    assert old() == {}


def test_the_take_of_before_makes_them_current_again(project: Path, old: Status) -> None:
    assert run(["retake", "projects/rain", "1:3"]) == 0
    assert list(old()) == ["m4b"]
    replaced(next((project / "script").glob("01-*")), "narrator [take 2]: It", "narrator: It")
    assert old() == {}


def test_lines_that_are_not_made_yet_make_them_old(
    project: Path, old: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    replaced(next((project / "script").glob("02-*")), "The sun came out.", "The moon came out.")
    assert old() == {"m4b": "1 of 2 chapters has changed"}
    assert run(["status", "projects/rain"]) == 0
    assert "`narrate render projects/rain --assemble --format m4b`" in capsys.readouterr().out


def test_another_author_makes_formats_that_show_it_old(project: Path, old: Status) -> None:
    assert run(["assemble", "projects/rain", "--format", "m4b", "--format", "srt", "--format", "stems"]) == 0
    settings = project / "project.toml"
    replaced(settings, 'author = ""', 'author = "Somebody"')
    assert old() == dict.fromkeys(["m4b", "srt"], "title, cover or settings have changed")
    replaced(settings, 'author = "Somebody"', 'author = ""')
    replaced(settings, "bitrate_kbps = 64", "bitrate_kbps = 96")
    assert old() == {"m4b": "title, cover or settings have changed"}
    replaced(settings, "loudness_lufs = -18.0", "loudness_lufs = -20.0")
    assert old() == dict.fromkeys(["m4b", "stems", "srt"], "2 of 2 chapters have changed")


def test_a_format_that_is_gone_is_none_and_half_a_format_is_old(project: Path, old: Status) -> None:
    assert run(["assemble", "projects/rain", "--format", "m4b", "--format", "mp3"]) == 0
    files = sorted((project / "out" / "mp3").iterdir())
    files[0].unlink()
    assert old() == {"mp3": "1 of its 2 files are gone"}
    files[1].unlink()
    assert old() == {}, "who removed them all does not want them"


@pytest.mark.parametrize("note", ["", "[]", '{"m4b": 3}', '{"m4b": {"chapters": 3}}', "[" * 100_000])
def test_what_is_not_noted_counts_as_old(project: Path, old: Status, note: str) -> None:
    (project / "out" / "chapters" / NOTE).write_text(note, "utf-8")
    assert old() == {"m4b": "what it was made of is not noted"}


def test_an_assembly_stopped_halfway_leaves_its_format_old(project: Path, old: Status) -> None:
    """Undoing the change that it was made for does not make it current."""
    settings, m4b = project / "project.toml", project / "out" / "rain.m4b"
    replaced(settings, 'author = ""', 'author = "Somebody"')
    m4b.rename(project / "away.m4b")
    (m4b / "in the way").mkdir(parents=True)
    assert run(["assemble", "projects/rain"]) == 1
    shutil.rmtree(m4b)
    (project / "away.m4b").rename(m4b)
    replaced(settings, 'author = "Somebody"', 'author = ""')
    assert old() == {"m4b": "what it was made of is not noted"}
