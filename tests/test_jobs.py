"""Books made in the background: taken on, done one after the other, stopped, and gone on with after a kill."""

import os
import signal
import socket
import threading
import time
import zipfile
from pathlib import Path

import pytest
from home_server import BOOK, KEY, Client, events, home_served, narrate_serve
from serving import form

from narrate.engine import Wanted
from narrate.errors import VoiceError
from narrate.takes import locked
from narrate.work import BusyError, Choices, Jobs, UnknownError, jobs as jobs_module

pytestmark = pytest.mark.slow


def test_a_book_that_is_sent_becomes_files(tmp_path: Path) -> None:
    with home_served(tmp_path) as client:
        answer = client.post_book(title="Rain, rain", formats="m4b,srt", voice="narrator")
        assert answer.status == 202
        assert answer.json.keys() == {"id", "project"}
        assert answer.json["project"] == "rain-rain"
        job = answer.json["id"]
        told = events(client.ask("GET", f"/api/books/{job}/events").body)  # which ends with the job
        found = client.get(f"/api/books/{job}")
        assert (found["state"], found["error"], found["quarantined"]) == ("done", "", 0)
        assert set(found["files"]) >= {"rain-rain.m4b", "rain-rain.srt"}
        assert {"job", "notice", "progress", "stage"} >= {name for name, _ in told} >= {"job", "progress"}
        assert told[-1] == ("job", found)
        file = client.ask("GET", f"/api/books/{job}/files/rain-rain.m4b")
        assert (file.status, file.headers["content-type"]) == (200, "audio/mp4")
        assert file.body[4:8] == b"ftyp"
        part = client.ask("GET", f"/api/books/{job}/files/rain-rain.m4b", headers={"Range": "bytes=4-7"})
        assert (part.status, part.body) == (206, b"ftyp")
        project = tmp_path / "projects" / "rain-rain"
        assert 'title = "Rain, rain"' in (project / "project.toml").read_text("utf-8")
        assert [path.name for path in (tmp_path / "jobs" / job).iterdir()] == ["job.json"], "the project has the book"
        again = client.job(title="Rain, rain", until="script")
        assert client.wait(again)["state"] == "done", "the same book goes on with its project"
        assert [one["id"] for one in client.get("/api/books")] == [again, job]
        assert client.ask("DELETE", f"/api/books/{job}").json["state"] == "done"
        assert client.ask("GET", f"/api/books/{job}").status == 404, "one that is over is forgotten"
        assert (project / "out" / "rain-rain.m4b").is_file()


def test_a_book_of_the_home_is_made_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rain.md").write_text(BOOK, "utf-8")
    with home_served(tmp_path) as client:
        answer = client.ask("POST", "/api/books", {"path": "in/rain.md", "until": "takes"})
        assert answer.status == 202
        found = client.wait(answer.json["id"])
        assert (found["state"], found["files"], found["book"]) == ("done", [], "in/rain.md")
        assert (tmp_path / "in" / "rain.md").is_file(), "it is not the job's own"
        assert len(list((tmp_path / "projects" / "rain" / "takes").rglob("*.flac"))) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [("../rain.md", 404), ("/etc/passwd", 404), ("in/../../rain.md", 404), ("link.md", 404), ("", 404), ("\0", 404)],
)
def test_no_path_leads_out_of_the_home(tmp_path: Path, path: str, status: int) -> None:
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "link.md").symlink_to(tmp_path / "rain.md")
    with home_served(home) as client:
        answer = client.ask("POST", "/api/books", {"path": path})
        assert (answer.status, "in the home" in answer.json["error"]) == (status, True)
        assert client.get("/api/books") == []


def test_what_cannot_be_done_is_told_at_once_in_one_line(tmp_path: Path) -> None:
    with home_served(tmp_path) as client:
        for fields, why in (
            ({"voice": "nobody"}, 'no voice called "nobody"'),
            ({"voice": "../me.pt"}, "is a path, not a name for a voice"),
            ({"engine": "drft"}, 'unknown engine "drft" (did you mean "draft"?)'),
            ({"formats": "m4b,mp4"}, 'unknown format "mp4"'),
            ({"target": "acxx"}, 'unknown target "acxx"'),
            ({"until": "noon"}, "Invalid enum value"),
            ({"vioce": "narrator"}, 'unknown field "vioce" (did you mean "voice"?)'),
        ):
            answer = client.post_book(**fields)
            assert answer.status == 400, fields
            assert why in answer.json["error"]
            assert "\n" not in answer.json["error"]
        assert "no reader for .xyz" in client.post_book(name="rain.xyz").json["error"]
        assert client.ask("POST", "/api/books", b"{}", {"Content-Type": "text/plain"}).status == 415
        assert client.ask("POST", "/api/books", b"{", {"Content-Type": "application/json"}).status == 400
        assert client.get("/api/books") == []
    assert not list((tmp_path / "jobs").rglob("*.md"))
    assert not list((tmp_path / "jobs").glob(".upload*"))


def test_a_job_that_fails_says_why_and_ends_no_other(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.epub"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", b" " * (16 << 20))
    with home_served(tmp_path) as client:
        kind, body = form(bomb.read_bytes(), "bomb.epub")
        bad = client.ask("POST", "/api/books", body, {"Content-Type": kind})
        good = client.job(until="takes")
        assert bad.status == 202
        found = client.wait(bad.json["id"])
        assert found["state"] == "failed"
        assert "bomb.epub" in found["error"]
        assert "\n" not in found["error"]
        assert client.wait(good)["state"] == "done"
    assert not (tmp_path / "projects" / "bomb").exists()


def test_a_project_has_one_job_at_a_time(tmp_path: Path) -> None:
    with home_served(tmp_path) as client:
        with locked(_made(client, tmp_path) / "takes", lambda who: None, threading.Event()) as held:
            assert held  # as a process that renders it
            first = client.job(until="takes")
            second = client.post_book(until="takes")
            assert second.status == 409
            assert first in second.json["error"]
            other = client.job(name="sun.md", until="takes")
            assert client.wait(other)["state"] == "done", "it lets others go first"
            assert client.get(f"/api/books/{first}")["state"] == "waiting"
        assert client.wait(first)["state"] == "done"
        changed = client.post_book(BOOK + "More.\n")
        assert changed.status == 400
        assert "was made from another rain.md (give this one a title of its own)" in changed.json["error"]


def _made(client: Client, home: Path) -> Path:
    client.wait(client.job(until="script"))
    return home / "projects" / "rain"


def test_a_job_is_stopped_and_its_takes_are_kept(tmp_path: Path) -> None:
    lines = "\n\n".join(f"This is the line of the number {number}." for number in range(400))
    with home_served(tmp_path) as client:
        job = client.job(f"# One\n\n{lines}\n")
        waits = client.job(name="sun.md")
        client.wait(job, lambda job: job["done"] > 2)
        assert client.ask("DELETE", f"/api/books/{waits}").json["state"] == "stopped"
        assert client.ask("DELETE", f"/api/books/{job}").status == 200
        assert client.wait(job)["state"] == "stopped"
        kept = len(list((tmp_path / "projects" / "rain" / "takes").rglob("*.flac")))
        assert 2 < kept < 400
        assert client.get(f"/api/books/{waits}")["state"] == "stopped"


def test_no_more_wait_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MOST", 1)
    with home_served(tmp_path) as client:
        (tmp_path / "projects").mkdir()
        first = client.job("\n\n".join(f"Line {number}." for number in range(400)))
        answer = client.post_book(name="sun.md")
        assert (answer.status, answer.headers["retry-after"]) == (429, "60")
        assert "1 jobs are waiting" in answer.json["error"]
        client.ask("DELETE", f"/api/books/{first}")


def test_a_killed_server_leaves_nothing_partial_and_its_jobs_go_on(tmp_path: Path) -> None:
    lines = "\n\n".join(f"This is the line of the number {number}." for number in range(40))
    with narrate_serve(tmp_path) as (client, process):
        job = client.job(f"# One\n\n{lines}\n", formats="m4b")
        client.wait(job, lambda job: job["done"] > 5)
        waits = client.job(name="sun.md", formats="m4b")
        with socket.create_connection(("127.0.0.1", client.served.port)) as upload:
            kind, body = form(bytes(4 << 20), "half.epub")
            rows = ["POST /api/books HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {KEY}"]
            rows += [f"Content-Type: {kind}", f"Content-Length: {len(body)}", "", ""]
            upload.sendall("\r\n".join(rows).encode() + body[: 2 << 20])
            time.sleep(0.5)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    takes = tmp_path / "projects" / "rain" / "takes"
    before = {path: path.stat().st_mtime_ns for path in takes.rglob("*.flac")}
    assert len(before) > 5
    assert not list(tmp_path.rglob("half*"))
    with narrate_serve(tmp_path) as (client, _):
        assert {one["id"] for one in client.get("/api/books")} == {job, waits}
        assert client.wait(job)["state"] == "done"
        assert client.wait(waits)["state"] == "done"
        (file,) = client.get(f"/api/books/{job}")["files"]
        assert client.ask("GET", f"/api/books/{job}/files/{file}").body[4:8] == b"ftyp"
    after = {path: path.stat().st_mtime_ns for path in takes.rglob("*.flac")}
    assert {path: after[path] for path in before} == before, "what was made is not made again"
    assert not list(tmp_path.rglob("*.part"))
    assert not list((tmp_path / "jobs").glob(".upload*"))


def test_an_ending_server_finishes_what_is_in_hand_and_goes_on_later(tmp_path: Path) -> None:
    lines = "\n\n".join(f"This is the line of the number {number}." for number in range(40))
    with narrate_serve(tmp_path) as (client, process):
        job = client.job(f"# One\n\n{lines}\n", until="takes")
        client.wait(job, lambda job: job["done"] > 3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert "Finishing what is in hand" in said
        assert "Traceback" not in said
    with narrate_serve(tmp_path) as (client, _):
        assert client.wait(job)["state"] == "done"


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


def test_a_home_is_served_by_one_process(tmp_path: Path) -> None:
    with narrate_serve(tmp_path) as (client, process):
        with pytest.raises(BusyError, match="is served by another process"):
            Jobs(tmp_path, Wanted("draft")).claim()
        with pytest.raises(AssertionError, match="it did not start"), narrate_serve(tmp_path):
            pass
        assert client.get("/api/books") == []
        process.kill()
        process.wait()
    with narrate_serve(tmp_path):
        pass  # a dead one holds nothing


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
