"""A row of a script is replaced only while it holds the line that is meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from narrate.cli import run
from narrate.cli.signals import running
from narrate.engine import Wanted
from narrate.errors import ProjectError
from narrate.project import Labels, PlacedLine, Project, rewrite
from narrate.serve.orders import carry_out
from narrate.work import BusyError, Proof, RefusedError, open_project, take_inventory

TEXT = "It rained. The tide came in.\n\nThe bell rang.\n"
WANTED = Wanted("draft", check="off")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.txt").write_text(TEXT, "utf-8")
    assert run(["new", "rain.txt"]) == 0
    return open_project(Path("projects/rain"), Path())


def script(project: Project) -> Path:
    (path,) = project.script_files()
    return path


def lines_of(project: Project) -> dict[str, PlacedLine]:
    (chapter,) = take_inventory(project, WANTED).chapters
    return {line.line.text: line for line in chapter.lines}


def insert(project: Project, row: str) -> bytes:
    """A row above all others, as a person's editor writes it; the file as it is now."""
    path = script(project)
    path.write_text(f"{row}\n{path.read_text('utf-8')}", "utf-8")
    return path.read_bytes()


def test_an_edit_of_a_line_without_a_take_does_not_touch_the_line_that_stands_there_now(project: Project) -> None:
    shown = lines_of(project)["The tide came in."]
    asked = {
        "place": shown.place,
        "take": "",
        "text": "The tide went out.",
        "shown_text": shown.line.text,
        "shown_speaker": "narrator",
        "shown_direction": "",
    }
    there = insert(project, "narrator: A new line of mine.")
    with running() as own:
        proof = Proof(project, WANTED, own)
        for _ in range(2):
            with pytest.raises(BusyError, match="is another line now"):
                carry_out(proof, "edit", asked)
        assert script(project).read_bytes() == there
        with pytest.raises(RefusedError, match="the text that was shown is missing"):
            carry_out(proof, "edit", {"place": shown.place, "text": "The tide went out."})
        assert script(project).read_bytes() == there


@pytest.mark.parametrize("name", ["shown_text", "shown_speaker", "shown_direction"])
@pytest.mark.parametrize("action", ["edit", "retake", "choose", "accept"])
def test_every_change_is_of_the_line_that_was_shown(project: Project, action: str, name: str) -> None:
    shown, there = lines_of(project)["It rained."], script(project).read_bytes()
    asked = {"place": shown.place, "shown_text": "It rained.", "shown_speaker": "narrator", "shown_direction": ""}
    with running() as own, pytest.raises(BusyError, match="is another line now"):
        carry_out(Proof(project, WANTED, own), action, asked | {"text": "It poured.", "key": "0" * 40, name: "other"})
    assert script(project).read_bytes() == there


def test_a_row_that_was_edited_meanwhile_is_not_replaced(project: Project) -> None:
    placed = lines_of(project)
    there = insert(project, "narrator: A new line of mine.")
    for text in ("It rained.", "The tide came in.", "The bell rang."):
        with pytest.raises(ProjectError, match="holds another line by now"):
            rewrite(project, [(placed[text], replace(placed[text].line, text="Other words."))])
    assert script(project).read_bytes() == there


def test_nothing_is_written_where_one_of_the_rows_is_another(project: Project) -> None:
    placed = lines_of(project)
    path = script(project)
    path.write_text(path.read_text("utf-8").replace("The bell rang.", "The bell fell."), "utf-8")
    there = path.read_bytes()
    with pytest.raises(ProjectError, match="holds another line by now"):
        rewrite(project, [(one, replace(one.line, take=2)) for one in placed.values() if one.line.level == 0])
    assert path.read_bytes() == there


def test_rows_of_every_form_are_known_again(project: Project) -> None:
    path = script(project)
    text = (
        "\ufeff# [silent] [take 2] A head\r\n\r\n| narrator: A verse.\r\n| narrator:  Another   one.\r\n***\r\n"
        "narrator (softly) [de] [take 3]: Es regnete.\r\n[pause 2s]\r\n"
    )
    path.write_bytes(text.encode())
    (chapter,) = take_inventory(project, Wanted("draft", plain=True)).chapters
    rewrite(project, [(placed, placed.line) for placed in chapter.lines])
    assert [line.line for line in chapter.lines] == [
        line.line for line in take_inventory(project, WANTED).chapters[0].lines
    ]


def test_quotations_are_not_decided_over_an_edit_made_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.txt").write_text("“Will it stop?” asked Anna.\n\n“No,” said Ben.\n", "utf-8")
    assert run(["new", "talk.txt"]) == 0
    project = open_project(Path("projects/talk"), Path())
    labels = Labels(project)
    assert labels.decide(0, "Ben")
    there = insert(project, "narrator: A new line of mine.")
    with pytest.raises(ProjectError, match="was edited meanwhile"):
        labels.save()
    assert script(project).read_bytes() == there
    labels = Labels(project)
    assert labels.decide(0, "Ben")
    labels.save()
    assert "A new line of mine." in script(project).read_text("utf-8")
