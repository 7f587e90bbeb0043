"""The command that installs more of narrate works from where it was installed."""

import importlib
import json
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from narrate.cli import app
from narrate.install import DISTRIBUTION, install_command

ROOT = Path(__file__).parents[1]


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str | None) -> None:
    """Put the metadata of an installed narrate before what is really installed."""
    info = folder / f"{DISTRIBUTION.replace('-', '_')}-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: 0.1.0\n")
    if url:
        (info / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {}}))
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    importlib.invalidate_caches()


def test_the_distribution_is_called_as_the_advice_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == DISTRIBUTION != "narrate"
    assert {"qwen", "cluster", "asr"} <= set(project["optional-dependencies"])


@pytest.mark.parametrize(
    ("url", "requirement"),
    [
        (None, "narrate-audiobook[qwen]"),
        ("https://host.invalid/narrate.whl", "narrate-audiobook[qwen]"),
        ("file:///home/ann/narrate", "/home/ann/narrate[qwen]"),
        ("file:///home/ann/my%20books/narrate", "/home/ann/my books/narrate[qwen]"),
        (
            "file:///tmp/narrate_audiobook-0.1.0-py3-none-any.whl",
            "narrate-audiobook[qwen] @ file:///tmp/narrate_audiobook-0.1.0-py3-none-any.whl",
        ),
    ],
)
def test_extras_are_installed_from_where_narrate_came(
    url: str | None, requirement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, tmp_path, url)
    assert shlex.split(install_command("qwen")) == ["pip", "install", requirement]


def test_nobody_is_sent_to_the_other_program() -> None:
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("narrate/**/*.py"), ROOT / "Makefile"]
    other = re.compile(r"pip install (?:-\S+ )*[\"']?narrate(?![\w-])")
    told = [path.name for path in texts if other.search(path.read_text("utf-8"))]
    assert not told


def test_the_doctor_says_how_to_get_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("narrate.engine.choice.find_spec", lambda name: None if name == "torch" else True)
    monkeypatch.setattr("narrate.work.doctor.find_spec", lambda name: None)
    found = CliRunner().invoke(app, ["--home", str(tmp_path), "doctor"]).output
    assert f"torch is not installed: {install_command('qwen')}" in found
    assert f"faster-whisper is not installed: {install_command('asr')}" in found
