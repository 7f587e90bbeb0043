"""The hint for a sound that is missing: the nearest one, without a walk over all that somebody has."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrate.errors import ProjectError
from narrate.script import Cue, CueKind, find_sound


def hint(folder: Path, name: str) -> str:
    with pytest.raises(ProjectError) as missing:
        find_sound(folder, Cue(CueKind.SFX, name), "play.script", 3)
    return missing.value.do


@pytest.mark.parametrize(
    ("there", "asked"),
    [("door.wav", "dor.wav"), ("sounds/door.wav", "door.wav"), ("a/b/c/door.wav", "a/b/c/doors.wav")],
)
def test_the_nearest_sound_is_named(tmp_path: Path, there: str, asked: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_bytes(b"")
    assert hint(tmp_path, asked) == f'did you mean "{there}"?'


def test_deep_folders_are_not_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "photos" / "2019" / "summer" / "all"
    deep.mkdir(parents=True)
    (deep / "door.wav").write_bytes(b"")
    opened: list[str] = []
    scandir = os.scandir

    def scanned(path: str = ".") -> Iterator[os.DirEntry[str]]:
        opened.append(str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scanned)
    assert hint(tmp_path, "door.wav") == f"put it into {tmp_path}"
    assert any("photos" in path for path in opened)
    assert not any("summer" in path for path in opened)


def test_no_more_files_are_looked_at_than_a_hint_is_worth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "door.wav").write_bytes(b"")
    assert hint(tmp_path, "dor.wav") == 'did you mean "door.wav"?'
    monkeypatch.setattr("narrate.script.cue.MOST_SEEN", 0)
    assert hint(tmp_path, "dor.wav") == f"put it into {tmp_path}"
