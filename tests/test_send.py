"""`narrate send`: a finished book in a library's server, and every way in which that can be refused."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import mutagen
import pytest
from bookshelf import BOOKS, KEY, PODCASTS, READER, Bookshelf, bookshelf
from conftest import MadeOnce
from proofing import BOOK

from narrate.cli import run
from narrate.toml import edited
from narrate.work.audiobookshelf import Form, LibraryError

ABOUT = {
    "title": "The Rain: a Tale",
    "author": ["Ann Hale", "Ben Reed"],
    "series": "Weather",
    "series_index": "2",
    "description": "It rains.",
}
Said = pytest.CaptureFixture[str]


def make_shown(home: Path) -> None:
    """A finished book of a series, by two authors."""
    (home / "rain.md").write_text(BOOK, "utf-8")
    assert run(["--home", str(home), "new", str(home / "rain.md")]) == 0
    with edited(home / "projects" / "rain" / "project.toml") as settings:
        settings.update(ABOUT)
    assert run(["--home", str(home), "render", str(home / "projects" / "rain"), "--assemble"]) == 0


@pytest.fixture
def home(made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a home with a finished book."""
    copy = tmp_path / "home"
    shutil.copytree(made_once("shown", make_shown), copy)
    monkeypatch.chdir(copy)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    return copy


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bookshelf]:
    with bookshelf(tmp_path / "library") as running:
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_URL", running.url)
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", KEY)
        yield running


def send(*options: str) -> int:
    return run(["send", "projects/rain", "--to", "audiobookshelf", *options])


pytestmark = pytest.mark.slow


def test_a_book_is_sent_with_cover_and_metadata(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    assert send() == 0
    out, err = capsys.readouterr()
    lies = "Ann Hale, Ben Reed/Weather/Vol 2 - The Rain a Tale {Synthetic voice}"
    assert out.startswith(f'Sent "The Rain: a Tale" to Main: {lies} (5 files, ')
    folder = shelf.root / lies
    made = home / "projects" / "rain" / "out" / "audiobookshelf" / lies
    assert {path.name for path in folder.iterdir()} == {path.name for path in made.iterdir()}
    for path in made.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes(), path.name
    assert str(mutagen.File(next(folder.glob("*.m4b")))["©alb"][0]) == "The Rain: a Tale"
    assert json.loads((folder / "metadata.json").read_bytes())["series"] == ["Weather #2"]
    assert next(folder.glob("cover.*")).stat().st_size > 1000
    assert "Traceback" not in err


def test_what_was_made_before_stays_current(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    assert send() == 0
    capsys.readouterr()
    assert run(["status", "projects/rain", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)[0]
    assert {it["form"]: it["state"] for it in told["deliverables"]} == {"m4b": "current", "audiobookshelf": "current"}
    assert "out/the-rain-a-tale.m4b" in told["files"]


def test_a_book_that_is_there_is_said_and_not_doubled(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    assert send() == 0
    shelf.scan()
    capsys.readouterr()
    assert send() == 0
    assert capsys.readouterr().out == '"The Rain: a Tale" is in Main already: nothing was sent.\n'
    assert len(shelf.received) == 1


def test_another_narrators_recording_is_another_book(home: Path, shelf: Bookshelf) -> None:
    about = {
        "title": "The Rain: A Tale",
        "authors": [{"name": "Ben Reed"}, {"name": "Ann Hale"}],
        "narrators": ["Jane Doe"],
    }
    shelf.items = [{"libraryItem": {"media": {"metadata": about}}}]
    assert send() == 0
    assert len(shelf.received) == 1
    about["narrators"] = []  # whoever it is
    assert send() == 0
    assert len(shelf.received) == 1


def test_a_folder_that_an_older_server_has_is_said(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    shelf.refuses_folders = True
    assert (send(), send()) == (0, 0)  # the second before the server has scanned the first
    assert "is in Main already" in capsys.readouterr().out


def test_the_server_may_lie_below_a_path(
    home: Path, shelf: Bookshelf, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    shelf.base = "/audiobookshelf"
    monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_URL", f"{shelf.url}/audiobookshelf/")
    assert send() == 0
    assert "POST /audiobookshelf/api/upload" in shelf.requests


# --- libraries ------------------------------------------------------------------------------------


def test_the_library_is_the_named_one_or_the_only_one(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    other = BOOKS | {"id": "lib_2", "name": "Made here", "folders": [{"id": "fol_2", "fullPath": "/made"}]}
    shelf.libraries = [BOOKS, PODCASTS, other | {"settings": {"disableWatcher": True}}]
    assert send() == 1
    assert "has 2 libraries of books (name one with --library: Main, Made here)" in capsys.readouterr().err
    assert send("--library", "nowhere") == 1
    assert 'has no library of books called "nowhere" (it has Main, Made here)' in capsys.readouterr().err
    assert send("--library", "made HERE") == 0
    out, err = capsys.readouterr()
    assert "to Made here: " in out
    assert "Made here does not look for new books by itself" in err
    assert b'name="library"\r\n\r\nlib_2\r\n' in shelf.received[0]


@pytest.mark.parametrize(
    ("libraries", "said"),
    [([PODCASTS], "has no library of books"), ([BOOKS | {"folders": []}], 'its library "Main" has no folder')],
)
def test_no_place_for_books_is_one_line(
    home: Path, shelf: Bookshelf, libraries: list[dict[str, object]], said: str, capsys: Said
) -> None:
    shelf.libraries = libraries
    assert send() == 1
    assert one_line(capsys).count(said) == 1
    assert not shelf.received


# --- refusals -------------------------------------------------------------------------------------


def one_line(capsys: Said) -> str:
    """What was said at last, on a line of its own."""
    said = capsys.readouterr().err
    assert "Traceback" not in said
    last = said.strip().splitlines()[-1]
    assert last.startswith("narrate: ")
    assert KEY not in said
    return last


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("", KEY, "NARRATE_AUDIOBOOKSHELF_URL is not set"),
        ("http://localhost:1", "", "NARRATE_AUDIOBOOKSHELF_KEY is not set"),
        ("books.example.org", KEY, '"books.example.org" is no address'),
        ("http://a..b", KEY, '"http://a..b" is no address'),
        ("http://[::1", KEY, "is no address"),
        ("ftp://localhost", KEY, "is no address"),
        ("http://localhost:99999", KEY, "is no address"),
        ("http://localhost:1", KEY, "cannot be reached: Connection refused"),
        ("http://no-such-host.invalid", KEY, "cannot be reached"),
        ("http://localhost:1", "two words", "holds characters that no key has"),
        ("http://localhost:1", "a\nb", "holds characters that no key has"),
    ],
)
def test_no_server_is_one_line(
    home: Path, url: str, key: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_URL", url)
    monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", key)
    assert send() == 1
    assert said in one_line(capsys)


@pytest.mark.parametrize(
    ("path", "status", "headers", "said"),
    [
        ("/api/libraries", 401, {}, "refuses the key"),
        ("/api/libraries", 404, {}, "has no Audiobookshelf there"),
        ("/api/libraries", 302, {"Location": "https://other/"}, "leads on to https://other/ (write that address into"),
        ("/api/libraries", 200, {}, "answers, but not as Audiobookshelf does"),
        ("/api/libraries", 502, {}, "answers with error 502"),
        ("/api/upload", 403, {}, "the key's user may not do that"),
        ("/api/upload", 413, {}, "takes no file that large"),
        ("/api/upload", 500, {}, "answers with error 500"),
    ],
)
def test_a_refusal_is_one_line(
    home: Path, shelf: Bookshelf, path: str, status: int, headers: dict[str, str], said: str, capsys: Said
) -> None:
    shelf.answers[path] = status, headers, b"<html>what a proxy says</html>"
    assert send() == 1
    last = one_line(capsys)
    assert last.startswith(f"narrate: {shelf.url}: ")
    assert said in last
    assert "<html>" not in last


def test_a_key_that_is_refused_sends_nothing(
    home: Path, shelf: Bookshelf, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", "another")
    assert send() == 1
    assert "refuses the key" in one_line(capsys)
    monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", READER)
    assert send() == 1
    assert "may not do that (allow them to upload" in one_line(capsys)
    assert not shelf.received


def test_a_server_that_hangs_up_is_one_line(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    shelf.hangs_up_after = 1000
    m4b = next((home / "projects" / "rain" / "out").glob("*.m4b"))
    assert m4b.stat().st_size > 1000
    assert send() == 1
    assert shelf.url in one_line(capsys)
    assert not shelf.root.exists()


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        {},
        {"libraryItem": {"media": {"metadata": {"title": None, "authors": []}}}},
        {"libraryItem": {"media": {"metadata": {"title": "The Rain: a Tale", "authors": ["Ann Hale"]}}}},
        {"libraryItem": {"media": {"metadata": {"title": "The Rain: a Tale", "authors": [{"name": None}]}}}},
    ],
)
def test_items_that_say_nothing_are_no_book(home: Path, shelf: Bookshelf, item: object) -> None:
    shelf.answers["/api/libraries/lib_5yvub9dqvctlcrza6h/search"] = 200, {}, json.dumps({"book": [item]}).encode()
    assert send() == 0
    assert len(shelf.received) == 1


def test_a_book_without_its_takes_is_refused(home: Path, shelf: Bookshelf, capsys: Said) -> None:
    shutil.rmtree(home / "projects" / "rain" / "takes")
    shutil.rmtree(home / "projects" / "rain" / "out")
    assert send() == 1
    assert "have no take" in one_line(capsys)
    assert not shelf.received


def test_where_to_is_asked_for(home: Path, capsys: Said) -> None:
    assert run(["send", "projects/rain"]) == 2
    assert "--to" in capsys.readouterr().err


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of localhost that nobody has signed, with its key."""
    path = tmp_path / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(tmp_path / "cert.pem")]
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    subprocess.run(command, check=True, capture_output=True)
    with path.open("ab") as file:
        file.write((tmp_path / "cert.pem").read_bytes())
    return path


def test_a_certificate_is_verified(
    home: Path, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    with bookshelf(tmp_path / "library", certificate) as shelf:
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_URL", shelf.url)
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", KEY)
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        assert send() == 1
        assert "its certificate is not trusted: self-signed certificate" in one_line(capsys)
        assert not shelf.requests
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert send() == 0
        assert (shelf.root / "Ann Hale, Ben Reed").is_dir()


# --- the form -------------------------------------------------------------------------------------


def test_a_form_is_as_long_as_it_says(tmp_path: Path) -> None:
    files = [tmp_path / "a.m4b", tmp_path / 'Größe "1".txt']
    files[0].write_bytes(bytes(range(256)) * 3000)
    files[1].write_bytes(b"")
    form = Form({"title": "Größe"}, files)
    data = b"".join(form.pieces())
    assert len(data) == form.size == int(form.headers["Content-Length"])
    assert 'filename="Größe %221%22.txt"'.encode() in data


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.m4b"
    path.write_bytes(bytes(1000))
    form = Form({}, [path])
    path.write_bytes(bytes(10))
    with pytest.raises(LibraryError, match="has become shorter"):
        list(form.pieces())
