"""A project that the release of 25 November made: all of its takes are kept, whatever has been rebuilt since."""

import shutil
from pathlib import Path

import pytest

from narrate.cli import run

MADE = Path(__file__).parent / "data" / "november"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MADE, tmp_path / "home"))


def takes(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in home.rglob("*.flac")}


def test_all_takes_of_an_earlier_release_are_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plain line, numbers, an entry of the lexicon, a line in another language, a retaken one."""
    before = takes(home)
    assert run(["--home", str(home), "render", str(home / "projects" / "ferry")]) == 0
    assert "All 7 lines are there; nothing to make." in capsys.readouterr().out
    assert takes(home) == before


def test_takes_of_an_earlier_release_pass_the_checks(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = takes(home)
    assert run(["--home", str(home), "check", str(home / "projects" / "ferry")]) == 0
    assert "0 lines to redo" in capsys.readouterr().out
    assert takes(home).keys() == before.keys()


def test_an_audiobook_is_assembled_from_takes_of_an_earlier_release(home: Path) -> None:
    project = home / "projects" / "ferry"
    assert run(["--home", str(home), "assemble", str(project)]) == 0
    assert (project / "out" / "the-ferry.m4b").stat().st_size > 100_000
    assert takes(home).keys() >= takes(MADE).keys()
