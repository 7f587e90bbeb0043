"""The bench's table and its JSON, from what a build's process says."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rows import BenchReport, Build, PeerRow, figures, markdown, save_report

MACHINE = {
    "gpu": "NVIDIA H200",
    "driver": "580.1",
    "model": "m@1",
    "size": "0.6B",
    "torch": "2.11.0",
    "triton": "3.6.0",
}


def end_to_end(wall_s: float, **changes: Any) -> dict[str, Any]:
    row = {"lines": 20, "audio_s": 200.0, "wall_s": wall_s, "slots": 768, "gpu_gib": 70.0, "where": {"decode": 1.0}}
    return row | {"voice": "clone", "run": 1} | changes


def build(name: str, wall_s: float, step_ms: float) -> Build:
    made = Build(name, f"{name}-commit")
    step = {"batch": 64, "context": 160, "ms_per_step": step_ms, "rtf": 1000.0, "gb_per_s": 900.0, "share_of_peak": 0.2}
    for message in (
        {"piece": "machine", "row": MACHINE},
        {"piece": "start", "row": {"cache": "warm", "ready_s": 4.0, "first_take_s": 5.0, "slots": 768}},
        {"piece": "speech", "row": end_to_end(wall_s)},
        {"piece": "decode", "row": step},
        {"piece": "codec", "error": "OutOfMemoryError: 2 GiB"},
    ):
        made.take(message)
    return made


def report() -> BenchReport:
    peer = PeerRow("qwen-tts", "0.1.1", 32, 32, 192.0, 16.0, 12.0, 480.0)
    builds = [build("before", 4.0, 12.0), build("now", 2.5, 8.0)]
    return BenchReport("python benchmarks/engine.py", 20, True, "2026-11-30T08:00:00+00:00", builds, [peer])


def test_a_table_sets_two_builds_side_by_side() -> None:
    table = markdown(report())
    assert "|  | before (before-commit) | now (now-commit) | times better |" in table
    assert "| **end to end, clone, run 1, x** | **50** | **80** | 1.60 |" in table, "more is better"
    assert "| step, 64 slots, 160 positions, ms | 12.00" in table
    assert [line.rsplit("|", 2)[1] for line in table.splitlines() if line.startswith("| step")] == [" 1.50 "]
    assert "| clone, run 1: slots | 768 | 768 |  |" in table, "neither better nor worse"
    assert "before without codec: OutOfMemoryError: 2 GiB" in table
    assert "| qwen-tts 0.1.1 | 32 | 12.00 | 480.0 | 40.0 |" in table


def test_what_one_build_alone_has_is_shown_without_a_ratio() -> None:
    made = report()
    made.builds[1].take({"piece": "speech", "row": end_to_end(2.0, voice="x-vector")})
    assert "| **end to end, x-vector, run 1, x** | - | **100** |  |" in markdown(made)


def test_a_build_alone_has_no_ratios() -> None:
    made = report()
    del made.builds[0]
    assert "|  | now (now-commit) |\n|---|---|\n" in markdown(made)


def test_rows_of_a_build_that_measures_more_are_read() -> None:
    made = Build("now", "")
    made.take({"piece": "speech", "row": end_to_end(4.0, watts=700)})
    assert made.end_to_end[0].rtf == 50
    assert figures(made)[0].value == 50


def test_a_piece_that_nobody_knows_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="weight"):
        Build("now", "").take({"piece": "weight", "row": {}})


def test_results_are_kept_by_size_card_and_day(tmp_path: Path) -> None:
    paths = [save_report(report(), tmp_path) for _ in range(3)]
    stems = ["engine-h200-0.6B-2026-11-30", "engine-h200-0.6B-2026-11-30-2", "engine-h200-0.6B-2026-11-30-3"]
    assert [path.stem for path in paths] == stems
    read = json.loads(paths[0].read_text("utf-8"))
    assert [(made["commit"], made["end_to_end"][0]["rtf"]) for made in read["builds"]] == [
        ("before-commit", 50.0),
        ("now-commit", 80.0),
    ]
    assert read["builds"][1]["machine"] == MACHINE
    assert read["builds"][0]["left_out"] == {"codec": "OutOfMemoryError: 2 GiB"}
