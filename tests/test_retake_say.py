"""A new text for one line, whatever it looks like."""

from pathlib import Path

import pytest

from narrate.cli import run


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.txt").write_text("It rained. It stopped.\n", "utf-8")
    assert run(["new", "rain.txt"]) == 0
    (path,) = (tmp_path / "projects" / "rain" / "script").glob("*.txt")
    return path


def row(script: Path) -> int:
    return next(n for n, text in enumerate(script.read_text("utf-8").split("\n"), 1) if "It rained." in text)


@pytest.mark.parametrize("text", ["1984", "1:1", "1:1-2", "It poured."])
def test_a_text_that_looks_like_a_place_goes_behind_say(script: Path, text: str) -> None:
    assert run(["retake", "projects/rain", f"1:{row(script)}", "--say", text, "--check", "off"]) == 0
    assert f"narrator: {text}\n" in script.read_text("utf-8")


def test_a_text_may_follow_the_line_as_it_always_could(script: Path) -> None:
    assert run(["retake", "projects/rain", f"1:{row(script)}", "It poured.", "--check", "off"]) == 0
    assert "narrator: It poured.\n" in script.read_text("utf-8")


def test_the_way_is_told_where_a_text_was_taken_for_a_place(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = script.read_bytes()
    assert run(["retake", "projects/rain", f"1:{row(script)}", "1984"]) == 1
    assert '--say "1984"' in capsys.readouterr().err
    assert script.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1", "--say", "One text."], "a new text is for one line, and"),
        (["1:1", "--say", " "], "a new text has words"),
        (["1:1", ""], "a new text has words"),
        (["1:1", "It poured.", "--say", "It rained."], "is no line"),
        (["--say", "It rained."], "name lines"),
    ],
)
def test_one_text_is_for_one_line(
    script: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    before = script.read_bytes()
    assert run(["retake", "projects/rain", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert script.read_bytes() == before
