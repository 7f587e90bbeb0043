"""The jobs of a home without its server: what is kept of them, what they meet and go on from."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from home_server import BOOK, home_served
from starlette.requests import Request

from narrate.chapters import find_ffmpeg
from narrate.engine import Wanted
from narrate.errors import NarrateError, VoiceError
from narrate.serve.answers import failures
from narrate.takes import locked
from narrate.work import BusyError, Choices, Event, FullError, Job, Jobs, UnknownError, jobs as jobs_module

pytestmark = pytest.mark.slow


@contextmanager
def at_work(home: Path, heard: Callable[[Job, Event], None] = lambda job, event: None) -> Iterator[Jobs]:
    """The jobs of a home, and nothing else of its server."""
    jobs = Jobs(home, Wanted("draft"), heard=heard)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.close()


def ended(jobs: Jobs, job: Job, until: Callable[[Job], bool] = lambda job: job.is_over) -> Job:
    """The job once it is over, or as it is waited for."""
    for _ in range(1200):
        if until(found := jobs.find(job.id)):
            return found
        time.sleep(0.05)
    raise AssertionError(f"it never came to that: {found}")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_signal_to_ffmpeg_too_does_not_fail_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow-ffmpeg"
    mark = tmp_path / "pid"
    real = find_ffmpeg().path
    slow.write_text(
        f'#!/bin/sh\ncase "$*" in *m4b*|*aac*) echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 9;; esac\n'
        f'exec {real} "$@"\n'
    )
    slow.chmod(0o755)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    with monkeypatch.context() as patched:
        patched.setenv("NARRATE_FFMPEG", str(slow))
        with at_work(tmp_path) as jobs:
            job = jobs.add(book=tmp_path / "rain.md", asked=Choices(formats=("m4b",)))
            ended(jobs, job, lambda job: mark.exists() or job.is_over)
            os.kill(int(mark.read_text()), signal.SIGINT)
            time.sleep(0.2)  # until the server has noticed
            jobs.end()
            jobs.close()
            assert jobs.find(job.id).error == ""
    with at_work(tmp_path) as jobs:
        assert ended(jobs, job).state == "done"


def test_a_job_without_room_goes_on_when_there_is_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "LATER_S", 0.5)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    with at_work(tmp_path) as jobs:
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
            job = jobs.add(book=tmp_path / "rain.md", asked=Choices(until="takes"))
            waits = ended(jobs, job, lambda job: job.error != "")
            assert waits.state == "waiting"
            assert waits.error.startswith("projects/rain/takes: the takes need about 0 MB, and 0 MB are free (free")
            assert "run the same command" not in waits.error
        assert ended(jobs, job).state == "done"
        assert jobs.find(job.id).error == ""


def test_a_project_that_is_renamed_while_it_is_rendered_ends_the_job(tmp_path: Path) -> None:
    lines = "\n\n".join(f"This is the line of the number {number}." for number in range(60))
    (tmp_path / "rain.md").write_text(f"# One\n\n{lines}\n", "utf-8")
    projects = tmp_path / "projects"
    with at_work(tmp_path) as jobs:
        job = jobs.add(book=tmp_path / "rain.md", asked=Choices(until="takes"))
        ended(jobs, job, lambda job: job.done > 1 or job.is_over)
        (projects / "rain").rename(projects / "wet")
        found = ended(jobs, job)
        said = "projects/rain: was moved or removed while it was at work (ask for it again by the name that it has now)"
        assert (found.state, found.error) == ("failed", said)
    assert [path.name for path in projects.iterdir()] == ["wet"]
    assert len(list((projects / "wet" / "takes").rglob("*.flac"))) > 1


def test_a_record_that_cannot_be_written_ends_nothing_and_is_written_later(tmp_path: Path) -> None:
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    with at_work(tmp_path) as jobs:
        with locked(tmp_path / "projects" / "rain" / "takes", lambda who: None, threading.Event()):
            job = jobs.add(book=tmp_path / "rain.md")
            folder = tmp_path / "jobs" / job.id
            folder.rename(tmp_path / "aside")
            folder.write_bytes(b"")  # nothing can be written there
            jobs.stop(job.id)
            assert jobs.find(job.id).state == "stopped"
        folder.unlink()
        (tmp_path / "aside").rename(folder)
        other = jobs.add(book=tmp_path / "rain.md", asked=Choices(until="script", title="Other"))
        assert ended(jobs, other).state == "done"
        for _ in range(100):
            if '"stopped"' in (folder / "job.json").read_text("utf-8"):
                break
            time.sleep(0.05)
        else:
            raise AssertionError("it was not written")


def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "jobs" / ".upload-1" / "x").mkdir(parents=True)
    (tmp_path / "jobs" / "20260101-000000-000000-abcdef").mkdir()
    (tmp_path / "jobs" / "bad").mkdir()
    (tmp_path / "jobs" / "bad" / "job.json").write_text("{", "utf-8")
    jobs = Jobs(tmp_path, Wanted("draft"))
    jobs.start()
    jobs.close()
    left = [path.name for path in (tmp_path / "jobs").iterdir() if path.name != ".lock"]
    assert left == ["bad"], "what is not ours to judge stays"
    assert jobs.all() == []


def test_a_book_that_was_being_read_is_read_again(tmp_path: Path) -> None:
    """What a process leaves that is killed while it makes a project: the job, its book, and half of a folder."""
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    killed = Jobs(tmp_path, Wanted("draft"))  # which is never started
    job = killed.add(book=tmp_path / "rain.md", own=True, asked=Choices(until="script", title="Wet"))
    assert not (tmp_path / "rain.md").exists()
    (tmp_path / "projects" / ".wet.0123456789ab.part" / "script").mkdir(parents=True)
    with home_served(tmp_path) as client:
        assert client.wait(job.id)["state"] == "done"
    assert [path.name for path in (tmp_path / "projects").iterdir()] == ["wet"]


def test_old_jobs_that_are_over_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "KEPT", 2)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    jobs = Jobs(tmp_path, Wanted("draft"))
    made = []
    for _ in range(4):
        made.append(jobs.add(book=tmp_path / "rain.md").id)
        jobs.stop(made[-1])
    jobs.add(book=tmp_path / "rain.md")
    assert [job.id for job in jobs.all()][1:] == made[:1:-1]
    assert len(list((tmp_path / "jobs").glob("2*"))) == 3


def test_no_more_wait_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MOST", 1)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    jobs = Jobs(tmp_path, Wanted("draft"))  # which is never started
    jobs.add(book=tmp_path / "rain.md")
    (tmp_path / "sun.md").write_text(BOOK, "utf-8")
    with pytest.raises(FullError, match="1 jobs are waiting") as full:
        jobs.add(book=tmp_path / "sun.md")
    told = failures(tmp_path)[NarrateError](Request({"type": "http", "path": "/", "headers": []}), full.value)
    assert (told.status_code, told.headers["retry-after"]) == (429, "60")


def test_errors_of_the_library(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, Wanted("draft"))
    with pytest.raises(UnknownError, match='there is no project "rain"'):
        jobs.add("rain")
    with pytest.raises(UnknownError, match="there is no project"):
        jobs.add("../rain")
    with pytest.raises(VoiceError):
        jobs.add("rain", Choices(voice="nobody"))
    with pytest.raises(UnknownError, match="there is no job"):
        jobs.find("../../x")
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    job = jobs.add(book=tmp_path / "rain.md")
    with pytest.raises(BusyError):
        jobs.add(book=tmp_path / "rain.md")
    assert jobs.of("rain") == job
