"""Books made in the background: taken on, done one after the other, stopped, and gone on with after a kill."""

import io
import json
import os
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from home_server import BOOK, KEY, Client, events, home_served, narrate_serve
from serving import form

from narrate.engine import Wanted
from narrate.takes import locked
from narrate.work import BusyError, Jobs

pytestmark = pytest.mark.slow
BOMB = 16 << 20  # bytes, of which a hundredth is sent: more than a reader takes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with what must not be found from within it beside it."""
    home = tmp_path_factory.mktemp("home")
    (home.parent / "outside.md").write_text(BOOK, "utf-8")
    (home / "link.md").symlink_to(home.parent / "outside.md")
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """Its server: an engine is started once for all tests that need no home of their own."""
    with home_served(home) as client:
        yield client


def lines_of(count: int) -> str:
    return "\n\n".join(f"This is the line of the number {number}." for number in range(count))


def test_a_book_that_is_sent_becomes_files(client: Client, home: Path) -> None:
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
    assert str(home) not in json.dumps(told), "whoever is elsewhere is told no path of this machine"
    left = [event["left_s"] for name, event in told if name == "progress" and event["done"] == 0]
    assert set(left) <= {None}, "there is nothing to reckon from before the first take"
    file = client.ask("GET", f"/api/books/{job}/files/rain-rain.m4b")
    assert (file.status, file.headers["content-type"]) == (200, "audio/mp4")
    assert file.body[4:8] == b"ftyp"
    part = client.ask("GET", f"/api/books/{job}/files/rain-rain.m4b", headers={"Range": "bytes=4-7"})
    assert (part.status, part.body) == (206, b"ftyp")
    project = home / "projects" / "rain-rain"
    assert 'title = "Rain, rain"' in (project / "project.toml").read_text("utf-8")
    assert [path.name for path in (home / "jobs" / job).iterdir()] == ["job.json"], "the project has the book"
    again = client.job(title="Rain, rain", until="script")
    assert client.wait(again)["state"] == "done", "the same book goes on with its project"
    assert [one["id"] for one in client.get("/api/books")][:2] == [again, job]
    assert client.ask("DELETE", f"/api/books/{job}").json["state"] == "done"
    assert client.ask("GET", f"/api/books/{job}").status == 404, "one that is over is forgotten"
    assert (project / "out" / "rain-rain.m4b").is_file()


def test_a_book_of_the_home_is_made_by_its_path(client: Client, home: Path) -> None:
    (home / "in").mkdir()
    (home / "in" / "wet.md").write_text(BOOK, "utf-8")
    answer = client.ask("POST", "/api/books", {"path": "in/wet.md", "until": "takes"})
    assert answer.status == 202
    found = client.wait(answer.json["id"])
    assert (found["state"], found["files"], found["book"]) == ("done", [], "in/wet.md")
    assert (home / "in" / "wet.md").is_file(), "it is not the job's own"
    assert len(list((home / "projects" / "wet" / "takes").rglob("*.flac"))) == 3


@pytest.mark.parametrize("path", ["../outside.md", "/etc/passwd", "in/../../outside.md", "link.md", "", "\0"])
def test_no_path_leads_out_of_the_home(client: Client, path: str) -> None:
    before = client.get("/api/books")
    answer = client.ask("POST", "/api/books", {"path": path})
    assert (answer.status, "in the home" in answer.json["error"]) == (404, True)
    assert client.get("/api/books") == before


def test_what_cannot_be_done_is_told_at_once_in_one_line(client: Client, home: Path) -> None:
    before = client.get("/api/books")
    for fields, why in (
        ({"voice": "nobody"}, 'no voice called "nobody"'),
        ({"voice": "../me.pt"}, "is a path, not a name for a voice"),
        ({"engine": "drft"}, 'unknown engine "drft" (did you mean "draft"?)'),
        ({"formats": "m4b,mp4"}, 'unknown format "mp4"'),
        ({"target": "acxx"}, 'unknown target "acxx"'),
        ({"until": "noon"}, "Invalid enum value"),
        ({"vioce": "narrator"}, 'unknown field "vioce" (did you mean "voice"?)'),
    ):
        answer = client.post_book(name="none.md", **fields)
        assert answer.status == 400, fields
        assert why in answer.json["error"]
        assert "\n" not in answer.json["error"]
    assert "no reader for .xyz" in client.post_book(name="rain.xyz").json["error"]
    assert client.ask("POST", "/api/books", b"{}", {"Content-Type": "text/plain"}).status == 415
    assert client.ask("POST", "/api/books", b"{", {"Content-Type": "application/json"}).status == 400
    assert client.get("/api/books") == before
    assert not list((home / "jobs").rglob("*.md"))
    assert not list((home / "jobs").glob(".upload*"))


def test_a_job_that_fails_says_why_and_ends_no_other(client: Client, home: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", b" " * BOMB)
    kind, body = form(bomb.getvalue(), "bomb.epub")
    bad = client.ask("POST", "/api/books", body, {"Content-Type": kind})
    good = client.job(name="good.md", until="takes")
    assert bad.status == 202
    found = client.wait(bad.json["id"])
    assert found["state"] == "failed"
    assert "bomb.epub" in found["error"]
    assert "\n" not in found["error"]
    assert str(home) not in found["error"]
    assert client.wait(good)["state"] == "done"
    assert not (home / "projects" / "bomb").exists()


def test_a_project_has_one_job_at_a_time(client: Client, home: Path) -> None:
    client.wait(client.job(name="one.md", until="script"))
    with locked(home / "projects" / "one" / "takes", lambda who: None, threading.Event()) as held:
        assert held  # as a process that renders it
        first = client.job(name="one.md", until="takes")
        second = client.post_book(name="one.md", until="takes")
        assert second.status == 409
        assert first in second.json["error"]
        other = client.job(name="sun.md", until="takes")
        assert client.wait(other)["state"] == "done", "it lets others go first"
        assert client.get(f"/api/books/{first}")["state"] == "waiting"
    assert client.wait(first)["state"] == "done"
    changed = client.post_book(BOOK + "More.\n", name="one.md")
    assert changed.status == 400
    assert "was made from another one.md (give this one a title of its own)" in changed.json["error"]


def test_a_job_is_stopped_and_its_takes_are_kept(client: Client, home: Path) -> None:
    job = client.job(f"# One\n\n{lines_of(400)}\n", name="long.md")
    waits = client.job(name="next.md")
    client.wait(job, lambda job: job["done"] > 2)
    assert client.ask("DELETE", f"/api/books/{waits}").json["state"] == "stopped"
    assert client.ask("DELETE", f"/api/books/{job}").status == 200
    assert client.wait(job)["state"] == "stopped"
    kept = len(list((home / "projects" / "long" / "takes").rglob("*.flac")))
    assert 2 < kept < 400
    assert client.get(f"/api/books/{waits}")["state"] == "stopped"


def test_jobs_outlast_a_signal_and_a_kill_and_leave_nothing_partial(tmp_path: Path) -> None:
    with narrate_serve(tmp_path) as (client, process):
        job = client.job(f"# One\n\n{lines_of(16)}\n", formats="m4b")
        client.wait(job, lambda job: job["done"] > 3)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal sends ^C
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert "Finishing what is in hand" in said
        assert "Traceback" not in said
    with narrate_serve(tmp_path) as (client, process):
        client.wait(job, lambda job: job["done"] > 6)
        with pytest.raises(BusyError, match="is served by another process"):
            Jobs(tmp_path, Wanted("draft")).claim()
        waits = client.job(name="sun.md", until="takes")
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
    assert len(before) > 6
    assert not list(tmp_path.rglob("half*"))
    with narrate_serve(tmp_path) as (client, _):  # a dead one holds nothing
        assert {one["id"] for one in client.get("/api/books")} == {job, waits}
        assert client.wait(job)["state"] == "done"
        assert client.wait(waits)["state"] == "done"
        (file,) = client.get(f"/api/books/{job}")["files"]
        assert client.ask("GET", f"/api/books/{job}/files/{file}").body[4:8] == b"ftyp"
    after = {path: path.stat().st_mtime_ns for path in takes.rglob("*.flac")}
    assert {path: after[path] for path in before} == before, "what was made is not made again"
    assert not list(tmp_path.rglob("*.part"))
    assert not list((tmp_path / "jobs").glob(".upload*"))


def test_a_home_is_served_by_one_process(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, Wanted("draft"))
    jobs.claim()
    with (
        pytest.raises(AssertionError, match=r"did not start: .* is served by another process"),
        narrate_serve(tmp_path),
    ):
        pass
