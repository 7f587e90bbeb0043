"""A queue whose books fail in ways that nobody expected, or whose file is rewritten while it is worked through."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrate.cli import run
from narrate.cli.make import work_through
from narrate.cli.options import Overnight
from narrate.engine import Wanted
from narrate.errors import StorageError
from narrate.project import Project
from narrate.work import Opening, Telling, night, open_project, queued, render_project
from narrate.work.stop import Limits


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    for name in ("first", "second"):
        (tmp_path / f"{name}.txt").write_text("It rained.\n", "utf-8")
        assert run(["new", f"{name}.txt"]) == 0
    return tmp_path


def notifying() -> str:
    return f"{sys.executable} -c \"import os, json; json.dump(dict(os.environ), open('told.json', 'w'))\""


def test_a_book_that_ends_by_a_defect_does_not_end_the_queue(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(project: Project, *rest: object, **named: object) -> object:
        if project.folder.name == "first":
            raise RuntimeError("a defect\nof two lines")
        return render_project(project, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(night, "render_project", faulty)
    (home / "queue.txt").write_text("projects/first\nprojects/second\n", "utf-8")
    assert run(["render", "--check", "off", "--queue", "queue.txt", "--notify", notifying()]) == 1
    out, err = capfd.readouterr()
    assert "projects/first: failed; RuntimeError: a defect of two lines" in out
    assert "projects/second: done" in out
    (log,) = (home / "projects" / "first" / "out" / "logs").glob("*.log")
    assert "Traceback (most recent call last)" in log.read_text("utf-8")
    assert [row for row in err.splitlines() if "RuntimeError" in row] == [
        "narrate: projects/first: RuntimeError: a defect of two lines "
        f"(a defect of narrate; its traceback is in {log.relative_to(home)})"
    ]
    assert "Traceback" not in err
    told = json.loads((home / "told.json").read_text("utf-8"))
    assert (told["NARRATE_RESULT"], told["NARRATE_MADE"]) == ("failed", "2")


def test_a_defect_before_there_is_a_log_is_shown_and_the_next_book_is_made(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def books() -> Iterator[tuple[str, Opening]]:
        def never() -> Telling[Project]:
            raise ZeroDivisionError("while it was opened")
            yield

        def second() -> Telling[Project]:
            yield from ()
            return open_project(Path("projects/second"), Path())

        yield "broken", never
        yield "second", second

    wanted = Wanted(check="off")
    assert work_through(books(), wanted, Overnight(Limits(), notifying()), assemble=False) == 1
    out, err = capfd.readouterr()
    assert "Traceback (most recent call last)" in err
    assert "broken: failed; ZeroDivisionError: while it was opened" in out
    assert "second: done; 2 lines made" in out
    assert json.loads((home / "told.json").read_text("utf-8"))["NARRATE_MADE"] == "2"


def test_a_queue_that_cannot_be_read_any_more_is_told_and_counts(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "QUEUE_LOOK_S", 0.0)
    (home / "queue.txt").write_text("projects/first\n", "utf-8")

    def names() -> Iterator[str]:
        rows = queued(home / "queue.txt")
        yield next(rows)
        (home / "queue.txt").unlink()
        yield from rows

    books = night.to_open(names(), Path(), Wanted(check="off"))
    assert work_through(books, Wanted(check="off"), Overnight(Limits(), notifying()), assemble=False) == 1
    out, err = capfd.readouterr()
    assert "queue.txt: the queue cannot be read" in err
    assert "projects/first: done; 2 lines made" in out
    told = json.loads((home / "told.json").read_text("utf-8"))
    assert (told["NARRATE_EXIT_CODE"], told["NARRATE_MADE"]) == ("1", "2")
    assert "the queue cannot be read" in told["NARRATE_WHY"]


@pytest.mark.parametrize("halfway", [None, b"", b"on", b"one\n\xc3"])
def test_a_queue_that_is_being_rewritten_is_read_again(tmp_path: Path, halfway: bytes | None) -> None:
    queue = tmp_path / "queue.txt"
    queue.write_text("one\n", "utf-8")
    rows = queued(queue)
    assert next(rows) == "one"
    if halfway is None:
        queue.unlink()
    else:
        queue.write_bytes(halfway)
    (tmp_path / "new").write_text("one\ntwo\n", "utf-8")
    rewriting = threading.Timer(0.3, os.replace, (tmp_path / "new", queue))
    rewriting.start()
    assert list(rows) == ["two"]
    rewriting.join()


def test_a_line_taken_out_of_the_queue_does_not_keep_it_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "QUEUE_LOOK_S", 0.0)
    queue = tmp_path / "queue.txt"
    queue.write_text("one\ntwo\n", "utf-8")
    rows = queued(queue)
    assert next(rows) == "one"
    queue.write_text("two\nthree\n", "utf-8")
    assert list(rows) == ["two", "three"]


def test_a_queue_that_was_never_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the queue cannot be read"):
        next(queued(tmp_path / "queue.txt"))
