"""docs/library.md does what it says: its code is run, block after block, on the draft engine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import narrate

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


def test_examples_of_the_api_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    said = []
    for number, block in enumerate(BLOCKS, 1):
        exec(compile(block, f"library.md, block {number}", "exec"), names)
        said.append(capsys.readouterr())
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["rain.wav", "sun.flac", "tide", "tide.md"]
    assert "narrator" in said[1].out.split()
    assert re.fullmatch(r"4 takes, \d+\.\d s, tide/out/tide\.m4b\n", said[2].out), "headings are spoken too"
    assert len(said[3].out.splitlines()) == 4
    assert "The tide came in." in said[3].out
    assert said[4].out.splitlines()[-1] == "1 made"
    assert "is not a project nowhere" in said[5].out
    assert "".join(text.err for text in said) == "", "a library prints nothing"


def test_a_render_that_is_to_stop_makes_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tide.txt").write_text("The tide came in.\n", "utf-8")
    heard: list[narrate.Event] = []
    project = narrate.Project.create("tide.txt", voice="narrator", on_event=heard.append)
    assert (project.folder, project.title) == (Path("projects/tide"), "tide")
    assert any(isinstance(event, narrate.Notice) and "Made projects/tide" in event.text for event in heard)
    stop = narrate.Stop()
    stop.set("no time")
    assert project.render(stop=stop).stopped
    assert [line.take for line in project.lines] == [None] * len(project.lines)
    with pytest.raises(narrate.NarrateError, match="have no take"):
        project.assemble()
    stop.over()


def test_an_error_of_the_caller_ends_a_render_and_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tide.txt").write_text("The tide came in.\n\nIt went out.\n", "utf-8")
    project = narrate.Project.create("tide.txt", "p")

    def fail(event: narrate.Event) -> None:
        if isinstance(event, narrate.Progress) and event.done:
            raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        project.render(on_event=fail)
    assert any(line.take for line in project.lines)
    assert not project.render().stopped, "the lock is free again"


def test_a_wrong_argument_is_told_and_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tide.txt").write_text("The tide came in.\n", "utf-8")
    with pytest.raises(narrate.NarrateError, match=r'no engine "drft" \(one of draft, qwen\)'):
        narrate.Project.create("tide.txt", "p", engine="drft")
    with pytest.raises(narrate.NarrateError, match=r'no engine "drft"'):
        narrate.Voice().say("Hello.", engine="drft")
    with pytest.raises(narrate.NarrateError, match=r'unknown quotes "some" \(one of off, confident, all\)'):
        narrate.Project.create("tide.txt", "p", quotes="some")
    with pytest.raises(narrate.NarrateError, match=r"tide\.txt: is there already"):
        narrate.Project.create("tide.txt", "tide.txt")
    with pytest.raises(narrate.NarrateError, match="nobody"):
        narrate.Voice("nobody", "a-home").say("Hello.")
    assert [path.name for path in tmp_path.iterdir()] == ["tide.txt"]


def test_import_loads_nothing_heavy() -> None:
    code = "import sys; before = set(sys.modules); import narrate; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.startswith("narrate")] == ["narrate"]
    assert len(loaded) < 60, loaded


def test_what_is_exported_is_there() -> None:
    assert {"Project", "Voice", "say"} <= set(dir(narrate))
    for name in dir(narrate):
        assert getattr(narrate, name) is not None
