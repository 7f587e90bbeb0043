"""The server of a home: who may ask, what is answered to whom, its bounds, its description, and how it starts."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from home_server import BEARER, KEY, Client, home_served, narrate_serve
from serving import Serving, serving

from narrate.engine import Wanted
from narrate.serve import Home
from narrate.serve.guard import Guard
from narrate.serve.hosts import is_local, named_here
from narrate.serve.openapi import api_routes, description, told_of
from narrate.serve.uploads import MOST_UPLOAD

FORM = "multipart/form-data; boundary=x"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    home = tmp_path_factory.mktemp("home")
    (home / "secret.txt").write_text("secret", "utf-8")
    with home_served(home) as client:
        yield client


# --- who may ask ----------------------------------------------------------------------------------


def test_the_key_opens_by_the_path_a_bearer_or_a_password(client: Client) -> None:
    ask = client.served.ask
    assert ask("GET", f"/{KEY}/api/books").status == 200
    assert ask("GET", "/api/books", headers=BEARER).status == 200
    for scheme in ("Basic", "basic"):
        password = base64.b64encode(f"anybody:{KEY}".encode()).decode()
        assert ask("GET", "/api/books", headers={"Authorization": f"{scheme} {password}"}).status == 200
    moved = ask("GET", f"/{KEY}")
    assert (moved.status, moved.headers["location"]) == (307, f"/{KEY}/")


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer wrong", f"Bearer {KEY}x", f"Token {KEY}", KEY, "Basic !", "Basic YTpi", "Bearer \xff"],
)
def test_no_other_key_opens(client: Client, sent: str) -> None:
    answer = client.served.ask("GET", "/api/books", headers={"Authorization": sent} if sent else {})
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json.keys() == {"error"}
    assert KEY not in answer.json["error"]
    speech = client.served.ask("GET", "/v1/models", headers={"Authorization": sent} if sent else {})
    assert speech.status == 401
    assert speech.json["error"].keys() == {"message", "type", "code"}
    assert client.served.ask("GET", "/opds", headers={}).headers["www-authenticate"] == 'Basic realm="narrate"'
    for page in ("/", "/wrong/", f"/{KEY[:-1]}/", "/assets/dom.js", "/projects/rain/proof/"):
        assert client.served.ask("GET", page, headers=BEARER).status == 404, "pages have the key in their address"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "192.168.0.1"},
    ],
)
def test_other_origins_and_rebound_names_are_refused_key_or_not(client: Client, headers: dict[str, str]) -> None:
    for key in (BEARER, {}):
        answer = client.served.ask("GET", "/api/books", headers={**key, **headers})
        assert (answer.status, answer.json) == (403, {"error": "this Host or Origin is not served"})
        assert client.served.ask("POST", f"/{KEY}/api/books", b"{}", {**key, **headers}).status == 403
        assert client.served.ask("GET", f"/{KEY}/", headers={**key, **headers}).status == 403
    port = client.served.port
    ours = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    assert client.ask("GET", "/api/books", headers=ours).status == 200


def test_a_host_that_others_reach_goes_by_numbers_and_its_own_names() -> None:
    everywhere = named_here("0.0.0.0")
    name = socket.gethostname().lower()
    for host in ("127.0.0.1:80", "192.168.1.7:8020", "[::1]:8020", "localhost", name, f"{name}:8020"):
        assert everywhere(host), host
    for host in ("evil.example", "evil.example:8020", "1.2.3.4.evil.example", "", "[::1", "127.0.0.1:x", "a b"):
        assert not everywhere(host), host
    assert named_here("books.example")("books.example:8020")
    assert not named_here("127.0.0.1")("192.168.1.7")
    assert is_local("127.0.0.1")
    assert is_local("::1")
    assert not is_local("0.0.0.0")
    assert not is_local("books.example")


# --- paths, bounds and forms ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "assets/../secret.txt",
        "assets/..%2fsecret.txt",
        "assets/%2e%2e/%2e%2e/secret.txt",
        "assets//etc/passwd",
        "assets/%00",
        "assets/.",
        "projects/../proof/",
        "projects/..%2f..%2fhome/proof/",
        "projects/%00/proof/",
        "projects/nobody/proof/",
        "projects/nobody/proof/api/state",
        "secret.txt",
        "api/books/..%2f..%2fsecret.txt",
        "api/books/x/files/..%2fsecret.txt",
        "opds/../secret.txt",
    ],
)
def test_no_path_leads_to_other_files(client: Client, path: str) -> None:
    answer = client.served.ask("GET", f"/{KEY}/{path}")
    assert answer.status == 404
    assert b"secret" not in answer.body.replace(b"secret.txt", b"")


def test_pages_have_the_assets_of_the_studio_and_of_the_proof_page(client: Client) -> None:
    answer = client.served.ask("GET", f"/{KEY}/assets/dom.js")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def raw(client: Client, head: list[str], body: bytes = b"", *, then: bytes = b"", times: int = 0) -> tuple[bytes, int]:
    """What is answered to bytes of our own, and how much of a body that is sent on and on was taken."""
    rows = [*head, "Host: 127.0.0.1", f"Authorization: Bearer {KEY}", "", ""]
    taken, answer = 0, b""
    with socket.create_connection(("127.0.0.1", client.served.port), timeout=60) as connection:
        connection.sendall("\r\n".join(rows).encode() + body)
        try:
            for _ in range(times):
                connection.sendall(then)
                taken += len(then)
        except OSError:
            pass
        try:
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            pass
    return answer, taken


def test_a_body_of_two_gigabytes_is_refused_and_not_read(client: Client) -> None:
    size = 2 << 30
    answer, _ = raw(client, ["POST /api/books HTTP/1.1", f"Content-Type: {FORM}", f"Content-Length: {size}"])
    assert answer.startswith(b"HTTP/1.1 413"), "before a byte of it was sent"
    assert b'{"error":"the upload is larger than 512 MB"}' in answer
    json = ["POST /api/books HTTP/1.1", "Content-Type: application/json", f"Content-Length: {size}"]
    assert raw(client, json)[0].startswith(b"HTTP/1.1 413")


@pytest.mark.slow
def test_a_chunked_body_of_two_gigabytes_is_read_to_its_bound_and_no_further(client: Client) -> None:
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.epub"\r\n\r\n'
    first = f"{len(head):x}\r\n".encode() + head + b"\r\n"
    for kind, most in ((FORM, MOST_UPLOAD), ("application/json", 64 << 10)):
        rows = ["POST /api/books HTTP/1.1", f"Content-Type: {kind}", "Transfer-Encoding: chunked"]
        answer, taken = raw(client, rows, first, then=chunk, times=2048)
        assert taken < most + (64 << 20), "what the sockets hold is more than the bound"
        assert not answer or answer.startswith(b"HTTP/1.1 413"), answer
    assert client.get("/api/books") == []


def test_failures_have_one_form(client: Client) -> None:
    for method, path, status in (
        ("GET", "/api/none", 404),
        ("GET", "/api/books/none", 404),
        ("PUT", "/api/books", 405),
        ("POST", "/api/books", 415),
    ):
        answer = client.ask(method, path)
        assert answer.status == status
        assert list(answer.json) == ["error"]
        assert answer.headers["content-type"] == "application/json"
    answer = client.ask("GET", "/v1/none")
    assert (answer.status, answer.json["error"]["code"]) == (404, 404)


# --- the description ------------------------------------------------------------------------------


def test_every_route_of_the_api_is_described(tmp_path: Path) -> None:
    routes = Home(tmp_path, Wanted("draft")).routes()
    for route in api_routes(routes):
        first, _ = told_of(route)
        assert first.endswith((".", ":")), f"{route.path} has no docstring"
    found = description(routes)
    told = {(path, method) for path, operations in found["paths"].items() for method in operations}
    assert told == {(r.path_format, m.lower()) for r in api_routes(routes) for m in (r.methods or set()) - {"HEAD"}}
    assert ("/api/books/{id}/files/{name}", "get") in told
    ids = [operation["operationId"] for operations in found["paths"].values() for operation in operations.values()]
    assert len(ids) == len(set(ids))


def test_the_description_hangs_together(client: Client) -> None:
    found = client.get("/api/openapi.json")
    assert found["openapi"] == "3.1.0"
    names: set[str] = set(re.findall(r'"#/components/schemas/(\w+)"', str(found).replace("'", '"')))
    assert names <= found["components"]["schemas"].keys()
    assert {"Job", "Added", "BookAtPath", "Choices", "Failure"} <= names
    for path, operations in found["paths"].items():
        for operation in operations.values():
            given = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert given == set(re.findall(r"{(\w+)}", path))
    job: dict[str, Any] = found["components"]["schemas"]["Job"]
    assert job["properties"]["state"]["enum"] == ["done", "failed", "stopped", "waiting", "working"]
    assert found["components"]["schemas"]["BookAtPath"]["required"] == ["path"]


# --- the proof page of a project ------------------------------------------------------------------


@pytest.mark.slow
def test_a_projects_proof_page_is_there_under_its_name(tmp_path: Path) -> None:
    with home_served(tmp_path) as client:
        client.wait(client.job(until="takes"))
        root = f"/{KEY}/projects/rain/proof/"
        page = client.served.ask("GET", root)
        assert page.status == 200
        assert b"<html" in page.body
        moved = client.served.ask("GET", root[:-1])
        assert (moved.status, moved.headers["location"]) == (307, "proof/")
        state = client.served.ask("GET", f"{root}api/state").json
        assert (state["title"], state["can_retake"]) == ("One", True)
        done = client.served.ask("POST", f"{root}api/retake", {"place": "1:3"})
        assert (done.status, done.json["place"]) == (200, "1:3")
        assert client.served.ask("POST", f"{root}api/retake", {"place": "9:9"}).status == 404
        assert client.served.ask("GET", f"{root}../../../secret").status == 404


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--host", "0.0.0.0"], 2, "--host needs --key (or NARRATE_KEY)"),
        (["--host", "0.0.0.0", "--key", "short"], 2, "takes 16 letters, digits, hyphens and underscores or more"),
        (["--key", "with/a/slash/in/the/key"], 2, "takes 16 letters"),
        (["nowhere"], 1, "narrate: nowhere: no such folder (make it, or give another HOME)"),
        (["--engine", "drft"], 2, 'unknown engine "drft"'),
        (["--host", "no.such.host.invalid", "--key", "x" * 16], 1, "no.such.host.invalid is no address"),
    ],
)
def test_what_it_will_not_start_with(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NARRATE_KEY"}
    for command in ("serve", "studio"):
        done = subprocess.run(
            [sys.executable, "-m", "narrate", command, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_an_ending_server_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path, Wanted("draft"))
    with serving(Guard(home.app(), KEY, programs=True)) as served:
        assert served.ask("GET", "/api/books", headers=BEARER).status == 200
        home.end()
        answer = served.ask("GET", "/api/books", headers=BEARER)
        assert (answer.status, answer.json) == (503, {"error": "the server is ending"})
        assert served.ask("GET", "/v1/models", headers=BEARER).json["error"]["code"] == 503


def test_it_says_who_can_reach_it_and_ends_by_a_signal(tmp_path: Path) -> None:
    with narrate_serve(tmp_path) as (client, process):
        assert client.get("/api/books") == []
        with socket.create_connection(("127.0.0.1", client.served.port)) as listening:
            rows = ["GET /api/events HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {KEY}", "", ""]
            listening.sendall("\r\n".join(rows).encode())
            assert listening.recv(1000).startswith(b"HTTP/1.1 200")
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert said == f"Serving {tmp_path.resolve()}; ^C ends it.\n"


def test_where_others_reach_it_that_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "narrate", "serve", str(tmp_path), "--host", "0.0.0.0", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"NARRATE_KEY": KEY}
    ) as process:
        assert process.stdout is not None
        found = re.fullmatch(rf"http://127\.0\.0\.1:(\d+)/{KEY}/\n", process.stdout.readline())
        assert found
        assert Client(Serving(int(found[1]))).get("/api/books") == []
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert "Whoever reaches 0.0.0.0 and has the key may listen, and may change what is there.\n" in said
