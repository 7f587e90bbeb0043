"""Lines that an end-of-speech outside the top-k has ended: counted, and told with the run."""

import json
from pathlib import Path

import pytest
from holding import HeldEngine

from narrate.cli import run
from narrate.takes import Request, TakeStore
from narrate.work import run as work_run


class LateEngine(HeldEngine):
    """Ends the lines that rained late."""

    def notes(self, request: Request) -> dict[str, object]:
        return super().notes(request) | ({"ended_late": True} if "rained" in request.text else {})


def test_lines_that_ended_late_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go").touch()
    (tmp_path / "short.script").write_text("narrator: It rained.\nnarrator: It stopped.\nnarrator: It rained more.\n")
    monkeypatch.setattr(work_run, "open_lasting", lambda *_: LateEngine(tmp_path / "go"))
    assert run(["new", "short.script"]) == 0
    assert run(["render", "projects/short", "--check", "off"]) == 0
    assert "2 lines ended late" in capsys.readouterr().err
    folder = tmp_path / "projects" / "short"
    assert json.loads((folder / "out" / "run.json").read_text("utf-8"))["ended_late"] == 2
    assert "2 ended late" in (folder / "out" / "run.txt").read_text("utf-8")
    takes = TakeStore(folder / "takes")
    late = [asked["text"] for asked in map(takes.asked, takes) if asked.get("ended_late")]
    assert sorted(map(str, late)) == ["It rained more.", "It rained."]
    assert run(["render", "projects/short", "--check", "off"]) == 0
    assert "late" not in capsys.readouterr().err
