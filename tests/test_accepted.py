"""accepted.txt: a listener's word holds for the sound that was heard, and for no other."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrate.audio import Audio, sound_md5
from narrate.check import Verdict, accept, read_accepted, read_trusted
from narrate.check.findings import Finding
from narrate.check.quarantine import Accepted
from narrate.cli import run
from narrate.engine import Wanted
from narrate.errors import StorageError
from narrate.project import PlacedLine, Project
from narrate.report import proof_line
from narrate.report.lines import ACCEPTED, QUARANTINED
from narrate.work import open_project, quarantined_lines, take_inventory

WANTED = Wanted("draft", check="light")
BAD = {"verdict": Verdict(2.0, (Finding("hole", 2.0, "a hole of 0.8 s"),)).noted()}
HEARD = np.arange(-3000, 3000, dtype=np.int16)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.txt").write_text("It rained.\n", "utf-8")
    assert run(["new", "rain.txt"]) == 0
    return open_project(Path("projects/rain"), Path())


def spoken(project: Project) -> PlacedLine:
    (chapter,) = take_inventory(project, WANTED).chapters
    return chapter.lines[-1]


def make(project: Project, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> str:
    request = spoken(project).request
    assert request is not None
    project.takes.put(replace(request, attempt=2), Audio(samples, 24_000), made=BAD | {"attempt": 2})
    return request.key


def verdicts(project: Project) -> tuple[int, str]:
    """Lines in quarantine, and what the page says of the line."""
    state = take_inventory(project, WANTED)
    shown = proof_line(state.chapters[0].lines[-1], project.takes, read_trusted(project.folder, project.takes)).verdict
    return len(quarantined_lines(project, state.chapters)), shown


def test_an_accepted_take_is_trusted_while_it_is_the_one_that_was_heard(project: Project) -> None:
    key = make(project, HEARD)
    assert verdicts(project) == (1, QUARANTINED)
    assert (
        accept(project.folder, project.takes, quarantined_lines(project, take_inventory(project, WANTED).chapters)) == 1
    )
    assert read_accepted(project.folder) == {key: Accepted(2, sound_md5(project.takes.path(key)))}
    assert verdicts(project) == (0, ACCEPTED)
    project.takes.annotate(key, {"heard": "it rained"})
    assert verdicts(project) == (0, ACCEPTED), "its comment is not its sound"
    project.takes.discard(key)
    make(project, HEARD)
    assert verdicts(project) == (0, ACCEPTED), "made again, and the same"
    other = HEARD.copy()
    other[17] += 1
    make(project, other)
    assert verdicts(project) == (1, QUARANTINED), "nobody has heard this one"
    assert (
        accept(project.folder, project.takes, quarantined_lines(project, take_inventory(project, WANTED).chapters)) == 1
    )
    assert verdicts(project) == (0, ACCEPTED)
    assert read_accepted(project.folder) == {key: Accepted(2, sound_md5(project.takes.path(key)))}


@pytest.mark.parametrize("rest", ["1:3 It rained.", "1:3", "", "0123456789abcdef it is no sum"])
def test_a_line_of_an_older_file_is_trusted_by_its_key(project: Project, rest: str) -> None:
    key = make(project, HEARD)
    (project.folder / "accepted.txt").write_text(f"# mine\n{key} 2 {rest}\n", "utf-8")
    assert read_accepted(project.folder) == {key: Accepted(2)}
    assert verdicts(project) == (0, ACCEPTED)
    make(project, HEARD[::-1].copy())
    assert verdicts(project) == (0, ACCEPTED)


def test_the_sum_is_of_the_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, HEARD, 24_000, subtype="PCM_16")
    expected = hashlib.md5(HEARD.astype("<i2").tobytes()).hexdigest()
    assert sound_md5(path) == expected
    data = bytearray(path.read_bytes())
    data[26:42] = bytes(16)  # as an encoder leaves it that makes no sum
    path.write_bytes(data)
    assert sound_md5(path) == expected


@pytest.mark.parametrize("data", [None, b"", b"fLaC", b"RIFF" + bytes(60), b"fLaC\x04" + bytes(60)])
def test_what_is_no_flac_has_no_sum(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / "a.flac").write_bytes(data)
    with pytest.raises(StorageError, match=r"a\.flac"):
        sound_md5(tmp_path / "a.flac")
