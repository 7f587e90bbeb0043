"""`narrate proof`: what the page may ask for, what is refused to everybody else, and how it ends."""

import asyncio
import hmac
import http.client
import json
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from conftest import MadeOnce
from proofing import JSON, Rendering, Served, made_book, proof
from starlette.responses import PlainTextResponse

from narrate.chapters import Tags
from narrate.check import Verdict
from narrate.check.findings import Finding
from narrate.cli import run
from narrate.deliver import assemble
from narrate.engine import Wanted
from narrate.project import Project, RunReport, write_run
from narrate.serve import bodies, new_token
from narrate.serve.bodies import MAX_BODY
from narrate.serve.feed import Feed
from narrate.serve.guard import Guard
from narrate.serve.site import Site
from narrate.takes import TakeStore, locked
from narrate.work import plans_of, take_inventory

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def rendered(made_once: MadeOnce) -> Path:
    """A home with a finished project; tests that change it work on copies."""
    return made_once("rain", made_book)


@pytest.fixture(scope="module")
def made(rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `served`."""
    return Path(shutil.copytree(rendered, tmp_path_factory.mktemp("served"), dirs_exist_ok=True))


@pytest.fixture(scope="module")
def served(made: Path) -> Iterator[Served]:
    """A server that nothing changes anything of."""
    (made / "secret.txt").write_text("a secret", "utf-8")
    out = made / "projects" / "rain" / "out"
    (out / "away.txt").symlink_to(made / "secret.txt")
    (out / "up").symlink_to(made)
    (out / ".half.part").write_text("half", "utf-8")
    (out / "numbers.txt").write_text("0123456789" * 100, "utf-8")
    with proof(made, "projects/rain", "--no-open") as running:
        yield running


@pytest.fixture
def home(rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(rendered / "projects", tmp_path / "projects")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def project(home: Path) -> Path:
    return home / "projects" / "rain"


def next_of(events: "Queue[tuple[str, Any]]", name: str, seconds: float = 30.0) -> Any:
    """The data of the next event of that name."""
    deadline = time.monotonic() + seconds
    while (left_s := deadline - time.monotonic()) > 0:
        try:
            found, data = events.get(timeout=left_s)
        except Empty:
            break
        if found == name:
            return data
    pytest.fail(f"no event {name!r} in {seconds:.0f} s")


def raw(served: Served, request: bytes, *, wait_s: float = 10.0) -> bytes:
    """All that is answered to bytes of our own, until the server closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=wait_s) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def get_raw(served: Served, target: str, *headers: str) -> bytes:
    rows = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{served.port}", "Connection: close", *headers]
    return raw(served, "\r\n".join([*rows, "", ""]).encode("latin-1"))


# --- who may ask ----------------------------------------------------------------------------------


def test_every_answer_is_for_our_page_alone(served: Served) -> None:
    for path in (served.root + "numbers.txt", served.root + "api/state", served.root + "none", "/", "/wrong/api/state"):
        _, headers, _ = served.ask("GET", path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert not [name for name in headers if name.startswith("access-control") or name == "server"]


def test_without_the_token_there_is_nothing(served: Served) -> None:
    answers = set()
    tokens = ["", "x", served.token[:-1], served.token + "x", served.token.swapcase(), "é", "%00", served.token[::-1]]
    for token in tokens:
        for name in ("", "numbers.txt", "api/state", "api/none"):
            answers.add(get_raw(served, f"/{token}/{name}".replace("é", "%C3%A9")).split(b"\r\n\r\n")[1])
        status, _, body = served.ask("POST", f"/{token.replace('é', '%C3%A9')}/api/retake", b"{}", JSON)
        assert status == 404
        answers.add(body)
    assert answers == {b"Not Found"}
    status, headers, _ = served.ask("GET", f"/{served.token}")
    assert (status, headers["location"]) == (307, served.root)


def test_the_token_is_compared_in_constant_time_and_new_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever token comes, the standard library's comparison is asked, and believed."""
    compared: list[tuple[bytes, bytes]] = []
    answers: list[int] = []
    same = False

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return same

    monkeypatch.setattr(hmac, "compare_digest", compare)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answers.extend([message["status"]] if message["type"] == "http.response.start" else [])

    for same in (False, True):
        for token in ("right", "wrong", "r", "rightly", ""):
            scope = {"type": "http", "method": "GET", "path": f"/{token}/page", "headers": [(b"host", b"localhost")]}
            asyncio.run(Guard(PlainTextResponse("ours"), "right")(scope | {"query_string": b""}, receive, send))
            assert answers.pop() == (200 if same else 404)
            assert compared == [(token.encode(), b"right")]
            compared.clear()
    assert len({new_token() for _ in range(100)}) == 100
    assert min(len(new_token()) for _ in range(100)) == 32


@pytest.mark.parametrize(
    "name",
    [
        "../project.toml", "%2e%2e/project.toml", "..%2fproject.toml", "%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.txt",
        "numbers.txt/../../project.toml", "logs/../../project.toml", "..%5cproject.toml",
        "/etc/passwd", "%2fetc%2fpasswd",
        "away.txt", "up/secret.txt", "up/projects/rain/project.toml", "numbers.txt%00", "%00", "numbers.txt%00.js",
        ".half.part", "%2ehalf.part", "chapters", "chapters/", "%ff%fe", "a" * 5000,
        "%252e%252e/project.toml", "con.\xff",
    ],
)  # fmt: skip
def test_paths_outside_of_the_project_are_not_served(served: Served, name: str) -> None:
    answer = get_raw(served, served.root + name)
    assert re.match(rb"HTTP/1.1 (404|400|414) ", answer), answer[:200]
    assert b"secret" not in answer
    assert b"title" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "127.0.0.1@evil.example", "0.0.0.0:{port}",
     "localhost.evil.example", "[::1]:{port}", ""],
)  # fmt: skip
def test_another_host_is_refused(served: Served, host: str) -> None:
    """A name of theirs that is bound to 127.0.0.1, with the token even."""
    for path in (served.root, "/"):
        status, _, body = served.ask("GET", path, headers={"Host": host.format(port=served.port)})
        assert (status, body) == (403, b"Forbidden")


def test_our_own_names_are_served_through_a_forwarded_port_too(served: Served) -> None:
    for host in (f"127.0.0.1:{served.port}", f"localhost:{served.port}", "LOCALHOST:9000", "127.0.0.1"):
        headers = {"Host": host, "Origin": f"http://{host}"}
        assert served.ask("GET", served.root + "api/state", headers=headers)[0] == 200
    twice = f"GET {served.root} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert re.match(rb"HTTP/1.1 (400|403) ", raw(served, twice.encode()))
    named = f"GET http://evil.example{served.root} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert re.match(rb"HTTP/1.1 (403|404) ", raw(served, named.encode()))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1",
                                    "http://localhost:{port}", "http://127.0.0.1:{port}.evil.example", ""])  # fmt: skip
def test_another_origin_is_refused(served: Served, origin: str) -> None:
    headers = {"Origin": origin.format(port=served.port)}
    assert served.ask("GET", served.root + "api/state", headers=headers)[0] == 403
    body = json.dumps({"place": "1:3"}).encode()
    assert served.ask("POST", served.root + "api/retake", body, JSON | headers)[0] == 403
    assert served.ask("OPTIONS", served.root + "api/retake", headers=headers)[0] == 403


def test_the_server_listens_on_this_machine_alone(served: Served) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", served.port), timeout=5).close()
    with pytest.raises(OSError, match=r"refused|not supported|Cannot assign|unreachable"):
        socket.create_connection(("::1", served.port), timeout=5).close()


# --- what it makes of requests --------------------------------------------------------------------


def test_byte_ranges_of_a_file_are_served(served: Served) -> None:
    name = served.root + "numbers.txt"
    status, headers, body = served.ask("GET", name)
    assert (status, headers["accept-ranges"], len(body)) == (200, "bytes", 1000)
    status, headers, body = served.ask("GET", name, headers={"Range": "bytes=15-24"})
    assert (status, headers["content-range"], body) == (206, "bytes 15-24/1000", b"5678901234")
    assert served.ask("GET", name, headers={"Range": "bytes=-3"})[2] == b"789"
    assert served.ask("GET", name, headers={"Range": "bytes=990-"})[2] == b"0123456789"
    status, headers, _ = served.ask("GET", name, headers={"Range": "bytes=1000-"})
    assert (status, headers["content-range"]) == (416, "bytes */1000")
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(900))
    assert served.ask("GET", name, headers={"Range": many})[0] in (200, 400, 416)
    status, headers, body = served.ask("HEAD", name)
    assert (status, headers["content-length"], body) == (200, "1000", b"")


def test_files_have_their_types(served: Served, made: Path) -> None:
    flac = next((made / "projects" / "rain" / "out" / "chapters").glob("*.flac"))
    status, headers, body = served.ask("GET", f"{served.root}chapters/{flac.name}")
    assert (status, headers["content-type"], body) == (200, "audio/flac", flac.read_bytes())
    assert served.ask("GET", served.root + "rain.m4b")[1]["content-type"] == "audio/mp4"
    assert served.ask("GET", served.root + "report.json")[1]["content-type"] == "application/json"


def test_a_hundred_megabytes_are_refused_unread(served: Served) -> None:
    head = [f"POST {served.root}api/edit HTTP/1.1", f"Host: 127.0.0.1:{served.port}", "Content-Type: application/json"]
    told = raw(served, "\r\n".join([*head, "Content-Length: 104857600", "", ""]).encode())
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in told.lower()
    waits = raw(served, "\r\n".join([*head, "Content-Length: 104857600", "Expect: 100-continue", "", ""]).encode())
    assert waits.startswith(b"HTTP/1.1 413 "), "it is not asked for, either"
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*head, "Transfer-Encoding: chunked", "", ""]).encode())
        sent = 0
        with pytest.raises(ConnectionError):
            while sent < 100 << 20:
                connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
                sent += 65536
        assert sent < 20 << 20, "a body of no known length is cut off, too"
    assert served.ask("GET", served.root + "api/state")[0] == 200


@pytest.mark.parametrize(
    ("method", "name", "status"),
    [
        ("POST", "api/state", 405), ("GET", "api/retake", 404), ("PUT", "api/edit", 405),
        ("DELETE", "numbers.txt", 405),
        ("POST", "numbers.txt", 405), ("OPTIONS", "api/edit", 405), ("PATCH", "", 405), ("TRACE", "api/state", 405),
        ("GET", "api/nothing", 404), ("POST", "api/nothing", 405), ("GET", "api/line/1:999", 404),
        ("GET", "api/line/x", 404),
        ("GET", "api/take/" + "0" * 40, 404), ("GET", "api/take/..%2f..%2fproject", 404), ("GET", "api/line/1:2", 404),
    ],
)  # fmt: skip
def test_unknown_methods_and_paths_are_refused(served: Served, method: str, name: str, status: int) -> None:
    assert served.ask(method, served.root + name)[0] == status


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"place": "1:3"}', "text/plain", 415), (b"place=1:3", "application/x-www-form-urlencoded", 415),
        (b'{"place": "1:3"}', "", 415), (b"", "application/json", 400), (b"{", "application/json", 400),
        (b"[" * 60_000, "application/json", 400), (b"[]", "application/json", 400),
        (b'"1:3"', "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400), (b"{}", "application/json", 400),
        (b'{"place": 3}', "application/json", 400),
        (b'{"place": "../1"}', "application/json", 404), (b'{"place": "1:2"}', "application/json", 404),
        (b'{"place": "99:1"}', "application/json", 404), (b'{"place": "1:3", "key": "x"}', "application/json", 404),
        (b'{"place": "1:3", "take": "' + b"0" * 40 + b'"}', "application/json", 409),
    ],
)  # fmt: skip
def test_a_malformed_order_is_refused_and_changes_nothing(
    served: Served, made: Path, body: bytes, kind: str, status: int
) -> None:
    before = {path: path.read_bytes() for path in (made / "projects" / "rain" / "script").iterdir()}
    for action in ("retake", "edit", "choose"):
        headers = {"Content-Type": kind} if kind else {}
        found, _, told = served.ask("POST", f"{served.root}api/{action}", body, headers)
        assert found == status, told
        if status in (400, 404, 409):
            assert json.loads(told)["error"]
    assert {path: path.read_bytes() for path in (made / "projects" / "rain" / "script").iterdir()} == before


def test_slow_clients_keep_no_other_request_waiting(served: Served) -> None:
    slow = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(40)]
    try:
        for number, connection in enumerate(slow):
            head = f"POST {served.root}api/edit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            connection.sendall(head.encode() + (b"Content-Length: 100\r\n\r\n{" if number % 2 else b"X-Slow: "))
        assert served.ask("GET", served.root + "api/state")[0] == 200
        assert served.ask("GET", served.root + "numbers.txt")[0] == 200
        assert select.select(slow, [], [], 0)[0] == [], "they wait still: nobody was let go to answer the others"
    finally:
        for connection in slow:
            connection.close()


def test_a_body_that_does_not_come_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from narrate.cli.signals import running
    from narrate.engine import Wanted
    from narrate.work import Proof, open_project

    monkeypatch.setattr(bodies, "BODY_S", 0.05)
    sent: list[Any] = []

    async def ask(site: Site) -> None:
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"9")]
        scope = {"type": "http", "method": "POST", "path": "/api/edit", "headers": headers, "query_string": b""}

        async def receive() -> Any:
            return await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            sent.append(message)

        await site.app()(scope, receive, send)

    opened = open_project(home / "projects" / "rain", home)
    with running() as own:
        asyncio.run(ask(Site(Proof(opened, Wanted(), own), opened.out)))
    assert sent[0]["status"] == 408


def test_a_listener_who_never_reads_is_let_go() -> None:
    async def told() -> list[bytes]:
        feed = Feed()
        listening = feed.listen()
        heard = [await anext(listening)]
        for number in range(1000):
            feed.tell("progress", {"done": number})
        async for event in listening:
            heard.append(event)
        feed.close()
        assert [event async for event in feed.listen()] == [], "nor does one come who is too late"
        return heard

    heard = asyncio.run(told())
    assert len(heard) < 300
    assert heard[1] == b'event: progress\ndata: {"done": 0}\n\n'


# --- what it does ---------------------------------------------------------------------------------


def test_a_retake_from_the_page_and_back_to_the_first_reading(home: Path, project: Path) -> None:
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        first = served.get("api/line/1:3")
        assert (first["text"], first["verdict"], len(first["takes"])) == ("It rained all day.", "good", 1)
        status, line = served.post("retake", place="1:3", take=first["take"])
        assert status == 200
        assert [take["kept"] for take in line["takes"]] == [False, True]
        assert line["take"] != first["take"]
        assert "narrator [take 2]: It rained all day.\n" in script(project, 1)
        assert next_of(events, "line") == line
        speaking = served.workers()
        assert len(speaking) == 1
        assert served.post("retake", place="1:3")[0] == 200
        assert served.workers() == speaking, "the engine is open"
        kind = served.ask("GET", f"{served.root}api/take/{line['take']}", headers={"Range": "bytes=0-3"})
        assert (kind[0], kind[1]["content-type"], kind[2]) == (206, "audio/flac", b"fLaC")
        status, line = served.post("choose", place="1:3", key=first["take"])
        assert (status, line["take"]) == (200, first["take"])
        assert "narrator: It rained all day.\n" in script(project, 1)
        status, told = served.post("choose", place="1:3", key=served.get("api/line/2:3")["take"])
        assert (status, told["error"]) == (404, "1:3 has no such take")
        status, told = served.post("retake", place="1:3", take=line["takes"][1]["key"])
        assert status == 409
        assert "load the page again" in told["error"]
        assert served.post("assemble") == (200, {})
        assert served.get("api/state")["stale"] == [], "what was changed is heard, by itself or now"
        code, said = served.end()
    assert code == 0
    assert "3 lines were changed: `narrate assemble projects/rain`" in said


def script(project: Path, chapter: int) -> str:
    return next((project / "script").glob(f"0{chapter}-*.txt")).read_bytes().decode("utf-8")


def test_a_line_is_changed_and_the_rest_stays_to_the_byte(home: Path, project: Path) -> None:
    path = next((project / "script").glob("01-*.txt"))
    odd = "\ufeff#   One\r\n\r\n\r\nnarrator:    It rained   all day.\r\n"
    odd += "narrator: “Will it stop?” asked Anna.\n[pause 2s]\n"
    path.write_bytes(odd.encode())
    cast = project / "cast.toml"
    cast.write_text(cast.read_text("utf-8") + '# mine\nAnna = { voice = "narrator" }\n', "utf-8")
    takes = TakeStore(project / "takes")
    before = takes.keys()
    with proof(home, "projects/rain", "--no-open") as served:
        shown = served.get("api/state")["speakers"]
        assert shown == ["narrator", "Anna"]
        status, line = served.edit("1:5", text="  Will it\n ever stop? ", speaker="Anna", direction="sadly")
        assert status == 200
        assert (line["text"], line["speaker"], line["direction"]) == ("Will it ever stop?", "Anna", "sadly")
        assert line["verdict"] == "good"
        changed = odd.replace("narrator: “Will it stop?” asked Anna.", "Anna (sadly): Will it ever stop?")
        assert path.read_bytes().decode() == changed
        assert len(takes.keys() - before) == 1
        assert served.edit("1:5", direction="")[1]["direction"] == ""
        now = path.read_bytes()
        for place, asked, said in (
            ("1:5", {"speaker": "Ana"}, 'did you mean "Anna"?'),
            ("1:5", {"speaker": "An:na"}, "not a speaker's name"),
            ("1:5", {"text": " "}, "not one line"),
            ("1:5", {"direction": "(loud)"}, "not a direction"),
            ("1:1", {"speaker": "Anna"}, "headings are the narrator's"),
            ("1:6", {"text": "Silence."}, "1:6 is a cue"),
            ("1:6", {}, "1:6 is a cue"),
        ):
            status, told = served.edit(place, **asked)
            assert status == 400
            assert said in told["error"]
        assert served.ask("POST", served.root + "api/edit", b" " * (MAX_BODY + 1), JSON)[0] == 413
        assert path.read_bytes() == now
        assert served.edit("1:5", text="Will it ever stop?")[0] == 200
        assert path.read_bytes() == now, "what is as it was is not written"
        status, line = served.edit("1:5", text="…")
        assert (status, line["verdict"]) == (200, "silent")
        assert served.post("retake", place="1:5")[1] == {"error": "nothing is spoken in 1:5"}


def test_a_credit_is_not_for_the_page(home: Path, project: Path) -> None:
    settings = project / "project.toml"
    settings.write_text(settings.read_text("utf-8").replace('opening = ""', 'opening = "This is Rain."'), "utf-8")
    with proof(home, "projects/rain", "--no-open") as served:
        before = script(project, 1), script(project, 2)
        assert served.get("api/line/0:1")["text"] == "This is Rain."
        for action, asked in (("retake", {}), ("edit", {"text": "Nothing.", "shown_text": "This is Rain."})):
            status, told = served.post(action, place="0:1", **asked)
            assert status == 400
            assert "0:1 is a credit, which no script holds" in told["error"]
        assert (script(project, 1), script(project, 2)) == before


def test_a_quarantined_line_is_accepted(home: Path, project: Path) -> None:
    takes = TakeStore(project / "takes")
    key = next(key for key in takes if str(takes.asked(key)["text"]).startswith("The sun"))
    takes.annotate(key, {"verdict": Verdict(2.0, (Finding("hole", 2.0, "a hole of 0.8 s"),)).noted()})
    with proof(home, "projects/rain", "--no-open") as served:
        line = served.get("api/line/2:3")
        assert (line["verdict"], line["why"]) == ("quarantined", ["a hole of 0.8 s"])
        status, line = served.post("accept", place="2:3", take=key)
        assert (status, line["verdict"]) == (200, "accepted")
        assert served.post("accept", place="2:3")[1]["verdict"] == "accepted"
    assert (project / "accepted.txt").read_text("utf-8").count(key) == 1


def test_a_retake_that_the_engine_cannot_speak_loses_nothing(home: Path, project: Path) -> None:
    """The draft engine speaks English only."""
    settings = project / "project.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "en"', 'language = "de"'), "utf-8")
    with proof(home, "projects/rain", "--no-open") as served:
        before = script(project, 1)
        status, told = served.post("retake", place="1:3")
        assert status == 400
        assert "speaks English only" in told["error"]
        assert script(project, 1) == before, "no other take is asked for"
        status, line = served.edit("1:3", text="Es regnete.")
        assert (status, line["text"], line["verdict"]) == (200, "Es regnete.", "missing")
        assert line["error"].startswith("saved, but not spoken: ")
        assert "narrator: Es regnete.\n" in script(project, 1)


def test_two_at_once_come_one_after_the_other(home: Path, project: Path) -> None:
    with proof(home, "projects/rain", "--no-open") as served, ThreadPoolExecutor(8) as pool:
        asked = [("retake", "1:3"), ("retake", "1:3"), ("retake", "2:3"), ("retake", "1:4")]
        done = list(pool.map(lambda one: served.post(one[0], place=one[1]), asked))
        assert [status for status, _ in done] == [200] * 4
        assert len({line["take"] for _, line in done}) == 4
        assert "narrator [take 3]: It rained" in script(project, 1)
        shown = served.get("api/line/1:3")
        same = list(pool.map(lambda _: served.post("retake", place="1:3", take=shown["take"])[0], range(2)))
        assert sorted(same) == [200, 409], "the second one was asked of a take that is no more kept"


def test_the_chapter_is_assembled_anew(home: Path, project: Path) -> None:
    def data(served: Served) -> Any:
        text = served.ask("GET", served.root + "proof/data/chapter-0001.js")[2].decode()
        return json.loads(text.removeprefix("proofChapter(").removesuffix(");\n"))

    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        assert b"<title>" in served.ask("GET", served.root)[2]
        m4b = (project / "out" / "rain.m4b").read_bytes()
        before = data(served)
        assert served.edit("1:3", text="It rained all day and all night, and on the next day, too.")[0] == 200
        assert served.get("api/state")["stale"] == [1]
        assert served.post("assemble") == (200, {})
        assert next_of(events, "assembled")["revision"] == served.get("api/state")["revision"]
        assert served.get("api/state")["stale"] == []
        after = data(served)
        assert after["duration_s"] > before["duration_s"] + 1
        assert after["lines"][1]["end_s"] > before["lines"][1]["end_s"] + 1
        assert served.ask("GET", served.root + after["audio"])[0] == 200
        assert served.ask("GET", served.root + before["audio"])[0] == 404
        assert (project / "out" / "rain.m4b").read_bytes() == m4b, "the deliverables are for `narrate assemble`"
        assert served.post("retake", place="1:3")[0] == 200
        assert next_of(events, "assembled", 30), "by itself, when nothing has been asked for a while"


def test_a_book_of_which_takes_are_missing_has_a_page_too(home: Path, project: Path) -> None:
    takes = TakeStore(project / "takes")
    takes.discard(next(key for key in takes if str(takes.asked(key)["text"]).startswith("The sun")))
    with proof(home, "projects/rain", "--no-open") as served:
        assert b"proofChapter" in served.ask("GET", served.root + "proof/data/chapter-0002.js")[2]
        assert served.get("api/line/2:3")["verdict"] == "missing"
        status, line = served.post("retake", place="2:3", take="")
        assert (status, line["verdict"]) == (200, "good")
        assert "[take" not in script(project, 2), "the reading that the script asks for is made first"


# --- beside other processes -----------------------------------------------------------------------


def test_a_render_of_another_process_is_shown_and_retakes_are_refused(home: Path, project: Path) -> None:
    row = RunReport("running", "", 1, "here", "2026-01-01T00:00", "2026-01-01T00:00", 6, 2, 3, 61.5, 5.0, 12.3, 1.0, 0)
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        assert served.get("api/state")["rendering"] is None
        write_run(project / "out", row)
        assert served.get("api/state")["rendering"] is None, "nobody holds the lock: it is an old one"
        with locked(project / "takes", lambda who: None, threading.Event()) as held:
            assert held
            before = script(project, 1)
            progress = {"done": 5, "total": 6, "audio_s": 61.5, "rtf": 12.3}
            assert next_of(events, "progress") == progress
            state = served.get("api/state")
            assert (state["rendering"], state["can_retake"]) == (progress, False)
            for action, asked in (
                ("retake", {}),
                ("edit", {"text": "It snowed.", "shown_text": "It rained all day."}),
                ("assemble", {}),
            ):
                status, told = served.post(action, place="1:3", **asked)
                assert status == 409
                assert "is being worked on by process" in told["error"]
            assert script(project, 1) == before
            assert served.post("accept", place="1:3")[0] == 200
        assert next_of(events, "progress") is None
        assert served.edit("1:3", text="It snowed.")[0] == 200


def test_a_render_beside_it_is_watched_live(home: Path, project: Path) -> None:
    shutil.rmtree(project / "takes")
    with proof(home, "projects/rain", "--no-open") as served, served.events() as events:
        assert served.get("api/line/1:3")["verdict"] == "missing"
        command = [sys.executable, "-m", "narrate", "render", "projects/rain"]
        with subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as other:
            assert next_of(events, "progress")["total"] == 7
            assert other.wait(60) == 0
        while next_of(events, "progress") is not None:
            pass
        assert served.get("api/line/1:3")["verdict"] == "good"


def test_a_book_that_is_being_made_for_the_first_time_has_its_page(tmp_path: Path) -> None:
    render = Rendering(tmp_path)
    out = render.project.out
    with render.going_on(), proof(tmp_path, "projects/rain", "--no-open") as served, served.events() as events:

        def value(name: str) -> Any:
            status, headers, body = served.ask("GET", served.root + f"proof/data/{name}.js")
            assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
            return json.loads(body[body.index(b"(") + 1 : -3])

        page = served.ask("GET", served.root)[2].decode()
        for name in re.findall(r'(?:src|href)="(proof/[^"]+)"', page):
            assert served.ask("GET", served.root + name)[0] == 200, name
        book = value("book")
        assert [(c["lines"], c["missing"], c["duration_s"]) for c in book["chapters"]] == [(4, 4, 0), (3, 3, 0)]
        assert book["report"]["engine"] == "draft"
        before = value("chapter-0002")
        assert [line["verdict"] for line in before["lines"]] == ["missing", "missing", "missing"]
        render.make(6)
        assert next_of(events, "progress") == {"done": 6, "total": 7, "audio_s": 6, "rtf": 12.3}
        lines = value("chapter-0002")["lines"]
        assert [line["verdict"] for line in lines] == ["unchecked", "unchecked", "missing"]
        assert served.ask("GET", f"{served.root}api/take/{lines[0]['take']}")[0] == 200
        for name in (
            "data/chapter-0009.js",
            "data/chapter-1.js",
            f"peaks/{'0' * 40}.js",
            "index.html",
            "../project.toml",
        ):
            assert served.ask("GET", f"{served.root}proof/{name}")[0] == 404, name
        assert not (out / "index.html").exists(), "out/ is the other process's"
        assert served.get("api/state")["can_retake"] is False
        render.make(1)
        list(assemble_beside(render.project))
        heard = value("chapter-0002")
        assert served.ask("GET", served.root + heard["audio"])[0] == 200
        assert b"proofPeaks" in served.ask("GET", f"{served.root}proof/peaks/{heard['peaks']}.js")[2]
        assert not (out / "proof").exists()
    with proof(tmp_path, "projects/rain", "--no-open") as served:
        assert (out / "index.html").is_file(), "nobody else is at work: the page on disk is brought up to date"


def assemble_beside(project: Project) -> Iterator[object]:
    """The chapters, assembled by the process that renders."""
    rendered = take_inventory(project, Wanted("draft"))
    plans, sound = plans_of(project, rendered.chapters)
    yield from assemble(plans, Tags("Rain"), (), project.out, "rain", sound)


# --- how it ends ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_at_once_with_clients_connected(home: Path, number: int) -> None:
    with proof(home, "projects/rain", "--no-open") as served:
        with (home / "projects" / "rain" / "out" / "long.bin").open("wb") as long:
            long.truncate(64 << 20)
        with served.events(), socket.create_connection(("127.0.0.1", served.port), timeout=10) as half:
            half.sendall(f"GET {served.root}long.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert half.recv(100)
            code, said = served.end(number)
    assert (code, said) == (0, "Serving the proof page; ^C ends it.\n")


def test_a_signal_lets_the_server_finish_the_take_in_hand(home: Path, project: Path) -> None:
    with proof(home, "projects/rain", "--no-open") as served, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.post, "retake", place="1:3")
        wait_for_speaking(served)
        code, said = served.end()
        assert asked.result()[0] == 200
    assert code == 0
    assert "Finishing what is in hand" in said
    assert "Traceback" not in said
    assert "narrator [take 2]: It rained" in script(project, 1)


def test_a_second_signal_ends_the_server_during_a_take(home: Path, project: Path) -> None:
    with proof(home, "projects/rain", "--no-open") as served, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.post, "retake", place="1:3")
        wait_for_speaking(served)
        served.process.send_signal(signal.SIGINT)
        assert served.process.stderr is not None
        while "Finishing what is in hand" not in served.process.stderr.readline():
            pass
        code, said = served.end()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            asked.result()
    assert code == 130
    assert "Traceback" not in said
    assert "[take 2]" not in script(project, 1)
    assert run(["render", "projects/rain"]) == 0, "the lock is free, and nothing is missing"


def wait_for_speaking(served: Served) -> None:
    deadline = time.monotonic() + 30
    while served.get("api/state")["rendering"] != {"done": 0, "total": 1, "audio_s": 0.0, "rtf": None}:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_port_that_is_taken_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run(["proof", "projects/rain", "--no-open", "--port", str(port)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"narrate: port {port} cannot be had" in told.err
    assert run(["proof", "projects/none"]) == 1
    assert "is not a project" in capsys.readouterr().err
