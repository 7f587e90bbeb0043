"""What a render says it has done: each line once, however often it was asked for."""

from pathlib import Path
from typing import Any, cast

import pytest

from narrate.project import Project, Settings, create, read_report
from narrate.script import Line, Script
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.work import Made, Progress, Run
from narrate.work.stop import Stop
from narrate.work.tally import Tally


def test_repeated_attempts_count_once_as_audio_made(tmp_path: Path) -> None:
    create(tmp_path / "p", Settings("A Book"), [Script((Line("One."),))], ("a.txt", b"One."), narrator="draft")
    requests = [Request(f"Line number {n}.", DraftVoice("narrator")) for n in range(10)]
    made = [Made(request, 2.0) for request in requests] + [Made(requests[0], 3.0, again=True)] * 2
    tally = Tally(Project(tmp_path / "p", tmp_path), Run(Stop()), [], lines=10, kept=0, characters=140)
    engine = cast(Any, None)
    told = [event for event in tally.watch(made, engine) if isinstance(event, Progress)]
    assert [(event.done, event.audio_s) for event in told] == [(n, 2.0 * n) for n in range(11)]
    assert (tally.audio_s, tally.spoken_s, len(tally.keys)) == (20.0, 26.0, 10)
    tally.ended()
    tally.save("done", "", engine)
    report = read_report(tmp_path / "p/out/run.json")
    assert report is not None
    assert report["audio_s"] == 20.0
    assert report["made"] == 10
    assert tally.rtf == pytest.approx(20.0 / tally.wall_s)
