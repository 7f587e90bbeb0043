"""What is in the wheel: a shelf of voices too, since most people have no checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from narrate.cli import run
from narrate.voices import packaged_shelf, voice_paths

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what pip would install, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder / "dist"), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_every_voice_of_the_shelf(installed: Path) -> None:
    here = {path.parent.name for path in (ROOT / "voices").glob("*/voice.toml")}
    assert len(here) == 19
    assert {path.parent.name for path in installed.glob("narrate/shelf_voices/*/voice.toml")} == here


def test_an_empty_folder_has_the_shelf(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed), "NARRATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "narrate", "voices", "show", "george"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert str(installed / "narrate" / "shelf_voices" / "george") in done.stdout


def test_a_voice_that_came_with_narrate_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["remove", "george"], ["rename", "george", "old-george"]):
        assert run(["--home", str(tmp_path), "voices", *arguments]) == 1
        assert "came with narrate" in capsys.readouterr().err
    assert "george" in voice_paths([packaged_shelf()])


def test_a_voice_of_ones_own_stands_before_one_that_came_with_narrate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "voices" / "george"
    own.mkdir(parents=True)
    (own / "voice.toml").write_text('kind = "draft"\npitch = 1.5\n')
    assert run(["--home", str(tmp_path), "voices", "show", "george"]) == 0
    assert str(own) in capsys.readouterr().out
    assert run(["--home", str(tmp_path), "voices", "remove", "george"]) == 0
    assert not own.exists()
