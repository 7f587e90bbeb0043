"""Uploads: what arrives whole is saved, and all else leaves nothing and one clear line."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Serving, form, serving
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from narrate.serve.uploads import uploaded

MOST = 3 << 20


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Serving]:
    async def take(request: Request) -> Response:
        async with uploaded(request, MOST) as upload:
            await upload.save(tmp_path / "kept" / upload.name)
            return JSONResponse({"name": upload.name, "fields": dict(upload.fields)})

    def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)

    routes = [Route("/", take, methods=["POST"])]
    with serving(Starlette(routes=routes, exception_handlers={HTTPException: told})) as running:
        yield running


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "kept").glob("*")) if (folder / "kept").exists() else []


def test_a_file_and_its_texts_arrive(site: Serving, tmp_path: Path) -> None:
    data = bytes(range(256)) * 8000
    answer = site.send("/", data, "Clip eins ü.wav", text="What I said.", more="1")
    assert (answer.status, answer.json) == (
        200,
        {"name": "Clip eins ü.wav", "fields": {"text": "What I said.", "more": "1"}},
    )
    assert (tmp_path / "kept" / "Clip eins ü.wav").read_bytes() == data


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        (r"C:\Users\me\clip.wav", "clip.wav"),
        ("..", "upload"),
        ("", "upload"),
        (".hidden.wav", "hidden.wav"),
        ("a\x00b\x07.wav", "a b.wav"),
        ("con.wav", "con_.wav"),
        ("x" * 400 + ".wav", "x" * 116 + ".wav"),
        ("本" * 80 + ".epub", "本" * 38 + ".epub"),
        ("a." + "x" * 400, "a." + "x" * 118),
    ],
)
def test_a_name_is_never_a_path(name: str, kept_as: str, site: Serving, tmp_path: Path) -> None:
    assert site.send("/", b"sound", name).status == 200
    assert kept(tmp_path) == [kept_as]


def test_what_is_too_large_is_refused_before_it_is_read_and_while_it_is(site: Serving, tmp_path: Path) -> None:
    kind, body = form(b"", "clip.wav")
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as ours:
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {2 << 30}\r\n\r\n"
        ours.sendall(head.encode())  # and not a byte of 2 GB
        assert ours.recv(4096).startswith(b"HTTP/1.1 413 ")

    def endless() -> Iterator[bytes]:
        yield body[: body.index(b"\r\n\r\n") + 4]
        for _ in range(MOST >> 16):
            yield bytes(1 << 16)
        yield bytes(1 << 16)

    try:
        answer = site.ask("POST", "/", endless(), {"Content-Type": kind})
        assert (answer.status, answer.json) == (413, {"error": "the upload is larger than 3 MB"})
    except (BrokenPipeError, ConnectionResetError):  # refused while we were still sending
        pass
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("", b"", 415),
        ("multipart/form-data", b"--x\r\n", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nA\r\n--x--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nA\r\n--x--\r\n',
            400,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nA\r\n--x--\r\n", 400),
        (  # cut short
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nhalf a fi',
            400,
        ),
    ],
)
def test_what_is_no_upload_is_one_line(kind: str, body: bytes, status: int, site: Serving, tmp_path: Path) -> None:
    answer = site.ask("POST", "/", body, {"Content-Type": kind})
    assert answer.status == status
    assert len(answer.json["error"].splitlines()) == 1
    assert kept(tmp_path) == []


def test_texts_and_files_are_bounded_in_number_and_size(site: Serving, tmp_path: Path) -> None:
    assert site.send("/", b"x", text="a" * (65 << 10)).status == 400
    assert site.send("/", b"x", **{f"f{number}": "a" for number in range(30)}).status == 400
    kind, body = form(b"x", "a.wav")
    mark = kind.rpartition("=")[2].encode()
    twice = body.removesuffix(b"--" + mark + b"--\r\n") + body
    assert site.ask("POST", "/", twice, {"Content-Type": kind}).status == 400
    assert kept(tmp_path) == []


def test_who_goes_away_leaves_nothing(site: Serving, tmp_path: Path) -> None:
    kind, body = form(bytes(100_000), "clip.wav")
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as ours:
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        ours.sendall(head.encode() + body[:50_000])
    assert site.send("/", b"sound", "next.wav").status == 200
    assert kept(tmp_path) == ["next.wav"]
