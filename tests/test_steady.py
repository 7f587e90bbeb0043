"""Whether a line is the same in any batch: said by the engine, carried through its process, told and kept."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from faulty import FaultyEngine, requests

from narrate.audio import Audio, Encoded, encoded
from narrate.cli.show import show
from narrate.cli.signals import running
from narrate.engine import Wanted
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.worker import steady_of, steady_still
from narrate.project import NOT_THE_SAME, Project, Settings, create, read_report
from narrate.script import Line, Script
from narrate.work import render_project


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ((), None),
        ((None,), None),
        ((None, True, True), True),
        ((True, None), True),
        ((True, False, True), False),
        ((False, None), False),
    ],
)
def test_one_unsteady_answer_makes_a_run_unsteady(said: Sequence[bool | None], comes_to: bool | None) -> None:
    found: bool | None = None
    for now in said:
        found = steady_still(found, now)
    assert found is comes_to


def test_an_engine_that_does_not_check_steadiness_says_so() -> None:
    assert steady_of(SimpleNamespace()) is None


@pytest.mark.slow
@pytest.mark.parametrize(("said", "first", "last"), [((True,), True, True), ((None, None, True), None, True)])
def test_a_child_process_says_whether_its_engine_is_steady(
    said: Sequence[bool | None], first: bool | None, last: bool | None, tmp_path: Path
) -> None:
    """With its being ready; and with a take where the engine knows it only by then."""
    engine = Pool[Audio](Processes([partial(FaultyEngine, tmp_path, steady=said)]))
    assert engine.steady is first
    assert len(list(engine.speak(requests(4)))) == 4
    engine.close()
    assert engine.steady is last, "also once it is closed"


class Few(FaultyEngine):
    """One that speaks three lines at a time, unless it is told otherwise."""

    def __init__(self, folder: Path, *, slots: int | None = None) -> None:
        super().__init__(folder, "memory", 2, slots=slots or 3)


@pytest.mark.slow
def test_a_child_that_found_no_memory_is_not_given_one_line_at_a_time(tmp_path: Path) -> None:
    """A line by itself is added up in another order: its bits would not be those it had before."""
    engine = Pool[Audio](Processes([partial(Few, tmp_path)]))
    assert len(list(engine.speak(requests(6)))) == 6
    assert engine.slots == 2
    engine.close()


@pytest.mark.slow
def test_a_worker_that_finishes_its_takes_says_it(tmp_path: Path) -> None:
    engine = Pool[Encoded](Processes([partial(FaultyEngine, tmp_path, steady=(None, False))], encoded, 1))
    assert engine.steady is None
    assert [sound.seconds > 0 for _, sound in engine.speak(requests(1))] == [True]
    assert engine.steady is False
    engine.close()


@pytest.mark.parametrize("steady", [True, False, None])
def test_a_run_says_which_guarantee_held(
    steady: bool | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create(
        tmp_path / "p", Settings("A Book"), [Script((Line("One."), Line("Two.")))], ("a.txt", b"-"), narrator="narrator"
    )
    with running() as run:
        run.engine = lambda *which: FaultyEngine(tmp_path, steady=(steady,))  # type: ignore[method-assign]
        project = Project(tmp_path / "p", tmp_path)
        assert show(render_project(project, Wanted(engine="draft", check="off"), run)).made == 2
    report = read_report(tmp_path / "p/out/run.json")
    assert report is not None
    assert report["same_in_any_batch"] is steady
    assert (NOT_THE_SAME in (tmp_path / "p/out/run.txt").read_text("utf-8")) is (steady is False)
    assert capsys.readouterr().err.count(NOT_THE_SAME) == (steady is False)
