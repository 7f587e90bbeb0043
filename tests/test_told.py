"""What is told over HTTP: in one line, without this machine's paths, with a status that says whose fault it is."""

import errno
import threading
from pathlib import Path

import pytest
from serving import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from narrate.engine import Wanted
from narrate.errors import (
    EngineError,
    NarrateError,
    ProjectError,
    StorageError,
    VoiceError,
    WrongEngineError,
)
from narrate.files import storage
from narrate.serve.answers import failures
from narrate.work import BusyError, UnknownError, begin_book, books_on_shelf, told_error, told_text


def stored(path: Path, number: int) -> NarrateError:
    try:
        with storage(path):
            raise OSError(number, "It is so")
    except StorageError as error:
        return error


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{home}/projects/x/cast.toml:3: is no TOML", "projects/x/cast.toml:3: is no TOML"),
        ("Made {home}/projects/x: 3 chapters.", "Made projects/x: 3 chapters."),
        ("Looked in {home}.", "Looked in the home."),
        ("{home}: Read-only", "the home: Read-only"),
        ("{home}2/x", "{home}2/x"),
        ("/a{home}/x", "/a{home}/x"),
        ("nothing", "nothing"),
    ],
)
def test_paths_are_as_they_are_in_the_home(tmp_path: Path, text: str, told: str) -> None:
    assert told_text(text.format(home=tmp_path), tmp_path) == told.format(home=tmp_path)


def test_an_error_keeps_its_words_and_loses_its_folders(tmp_path: Path) -> None:
    for where, told in (
        (tmp_path / "projects" / "x", "projects/x: is so (do that)"),
        ("/models/big/config.json", "config.json: is so (do that)"),
        ("here.toml", "here.toml: is so (do that)"),
        (None, "is so (do that)"),
    ):
        assert told_error(ProjectError("is so", where=where, do="do that"), tmp_path) == told
    full = stored(tmp_path / "jobs" / "x", errno.ENOSPC)
    assert "run the same command" in str(full)
    assert "command" not in told_error(full, tmp_path)
    assert told_error(full, tmp_path, do="wait") == "jobs/x: It is so (wait)"
    assert "--home" not in told_error(stored(tmp_path, errno.EROFS), tmp_path)
    link = tmp_path / "link"
    (tmp_path / "real").mkdir()
    link.symlink_to(tmp_path / "real")
    assert told_error(VoiceError("is so", where=tmp_path / "real" / "a.pt"), link) == "a.pt: is so"


def test_the_status_says_whose_fault_it_is(tmp_path: Path) -> None:
    errors = {
        ProjectError("x"): 400,
        UnknownError("x"): 404,
        BusyError("x"): 409,
        EngineError("x"): 503,
        WrongEngineError("x"): 400,
        stored(tmp_path, errno.EACCES): 500,
        stored(tmp_path, errno.ENOSPC): 507,
    }
    waiting = list(errors)

    def fail(request: Request) -> Response:
        raise waiting[int(request.path_params["number"])]

    app = Starlette(routes=[Route("/{number}", fail)], exception_handlers=failures(tmp_path))
    with serving(app) as site:
        for number, error in enumerate(waiting):
            answer = site.get(f"/{number}")
            assert answer.status == errors[error], error
            assert str(tmp_path) not in answer.json["error"]


# --- books that are put on the shelf at the same time -------------------------------------------------


@pytest.mark.slow
def test_books_of_one_name_that_come_at_once_each_get_their_project(tmp_path: Path) -> None:
    found: list[tuple[int, str]] = []

    def put(number: int) -> None:
        file = tmp_path / f"in-{number}" / "rain.md"
        file.parent.mkdir()
        file.write_text(f"# Rain\n\nIt rained {number % 3} days.\n", "utf-8")
        found.append((number % 3, begin_book(file, tmp_path, Wanted("draft")).name))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 3, "the same book is there once"
    assert {name for _, name in found} == {"rain", "rain-2", "rain-3"}
    for days, name in found:
        (script,) = (tmp_path / "projects" / name / "script").glob("*.txt")
        assert f"It rained {days} days." in script.read_text("utf-8")
    assert {book.name for book in books_on_shelf(tmp_path)} == {"rain", "rain-2", "rain-3"}
    assert not [path for path in (tmp_path / "projects").iterdir() if path.name.startswith(".")]
