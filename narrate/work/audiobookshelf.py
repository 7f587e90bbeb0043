"""A server of Audiobookshelf, by its public API (api.audiobookshelf.org): its libraries, a search, an upload.

The key goes to the address that was given alone: no redirect is followed. TLS is verified by what the system trusts.
Why http.client: an upload is sent in pieces, whose progress is told, and what a server answers before it has all of
them is read.
"""

import secrets
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from narrate.errors import NarrateError
from narrate.files import parse_json, storage

URL, KEY = "NARRATE_AUDIOBOOKSHELF_URL", "NARRATE_AUDIOBOOKSHELF_KEY"
TIMEOUT_S = 30.0  # for an answer, and for each piece to be taken
STORING_S = 600.0  # for a server that has all of an upload to put it where it belongs
PIECE = 1 << 18  # bytes
MOST = 64 << 20  # bytes of an answer
FOUND = 200  # books that a search gives at most


class LibraryError(NarrateError):
    """A library's server that cannot be reached, that refuses, or that has no place for the book."""


class AlreadyThereError(LibraryError):
    """The folder that the book would be put in is there."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library of books: where uploads go is its first folder. `scans`: whether it notices them by itself."""

    key: str
    name: str
    folder: str
    scans: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A book that a library has, by what it says of it."""

    title: str
    authors: frozenset[str]
    narrators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Upload:
    """A book for a library: the names of the folders in which it comes to lie, and its files."""

    title: str
    author: str
    series: str
    files: Sequence[Path]


@dataclass(frozen=True, slots=True)
class Server:
    """An Audiobookshelf at `url`, spoken to with a user's `key`."""

    url: str
    key: str

    def __post_init__(self) -> None:
        """Raises LibraryError for what is no address, or no key."""
        try:
            parts = urlsplit(self.url)
            is_address = parts.scheme in ("http", "https") and bool((parts.hostname or "").encode("idna"))
            is_address &= parts.port != 0 and not parts.query and not parts.fragment and "@" not in parts.netloc
        except ValueError:
            is_address = False
        if not is_address:
            raise LibraryError(f'"{self.url}" is no address', where=URL, do="write it as https://books.example.org")
        if not self.key.isascii() or not self.key.isprintable() or " " in self.key:
            raise LibraryError("holds characters that no key has", where=KEY, do="copy the key again, without spaces")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Server":
        """The server that the environment names. Raises LibraryError where it names none."""
        given = {name: environment.get(name, "").strip() for name in (URL, KEY)}
        for name, what in ((URL, "the address of your Audiobookshelf"), (KEY, "an API key of one of its users")):
            if not given[name]:
                raise LibraryError(f"{name} is not set", do=f"set it to {what}")
        return cls(given[URL].rstrip("/"), given[KEY])

    def library(self, name: str = "") -> Library:
        """The library of books of that name, or the only one. Raises LibraryError."""
        found = self._get("/api/libraries")
        listed = found.get("libraries") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise self._wrong("answers, but not as Audiobookshelf does", f"check {URL}")
        books = [one for one in map(_library, listed) if one is not None]
        names = ", ".join(one.name for one in books)
        if not books:
            raise self._wrong("has no library of books that this key may see", "make one in Audiobookshelf")
        if not name and len(books) > 1:
            raise self._wrong(f"has {len(books)} libraries of books", f"name one with --library: {names}")
        chosen = next((one for one in books if not name or _same(one.name, name)), None)
        if chosen is None:
            raise self._wrong(f'has no library of books called "{name}"', f"it has {names}")
        if not chosen.folder:
            raise self._wrong(f'its library "{chosen.name}" has no folder', "give it one in Audiobookshelf")
        return chosen

    def search(self, library: Library, title: str) -> list[Held]:
        """The books of a library with these words in their titles. Raises LibraryError."""
        query = urlencode({"q": title, "limit": FOUND})
        found = self._get(f"/api/libraries/{quote(library.key, safe='')}/search?{query}")
        listed = found.get("book") if isinstance(found, dict) else None
        return [held for one in (listed if isinstance(listed, list) else []) if (held := _held(one)) is not None]

    def upload(self, library: Library, book: Upload) -> Iterator[int]:
        """Send a book, telling how many bytes have gone after each piece. Raises LibraryError.

        It is in the library whole or not at all: the server moves files there when it has all of them.
        """
        fields = {"title": book.title, "author": book.author, "series": book.series}
        fields |= {"library": library.key, "folder": library.folder}
        form = Form({name: value for name, value in fields.items() if value}, book.files)
        with closing(self._connected()) as connection:
            try:
                connection.putrequest("POST", self._path("/api/upload"))
                for header, value in (*self._headers.items(), *form.headers.items()):
                    connection.putheader(header, value)
                connection.endheaders()
                yield from self._sent(connection, form)
                self._answered(connection.getresponse())
            except (OSError, HTTPException) as error:
                raise self._unreachable(error) from error

    def _sent(self, connection: HTTPConnection, form: "Form") -> Iterator[int]:
        """Send a form. A server that wants no more of it answers and hangs up: what it said is raised."""
        sent = 0
        try:
            for piece in form.pieces():
                connection.send(piece)
                sent += len(piece)
                yield sent
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError) as error:
            with suppress(OSError, HTTPException):
                self._answered(connection.getresponse())
            what = f"hung up after {sent:,} of {form.size:,} bytes"
            raise self._wrong(what, "try again; a proxy before it may have a limit") from error
        assert connection.sock is not None
        connection.sock.settimeout(STORING_S)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Accept": "application/json", "User-Agent": "narrate"}

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)

    def _path(self, path: str) -> str:
        return quote(self._parts.path.rstrip("/"), safe="/%") + path

    def _connected(self) -> HTTPConnection:
        parts = self._parts
        assert parts.hostname is not None
        if parts.scheme == "https":
            trusted = ssl.create_default_context()
            return HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT_S, context=trusted)
        return HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)

    def _get(self, path: str) -> Any:
        """The JSON that the server has at `path`. Raises LibraryError."""
        with closing(self._connected()) as connection:
            try:
                connection.request("GET", self._path(path), headers=self._headers)
                data = self._answered(connection.getresponse())
            except (OSError, HTTPException) as error:
                raise self._unreachable(error) from error
        try:
            return parse_json(data)
        except ValueError as error:
            raise self._wrong("answers, but not as Audiobookshelf does", f"check {URL}") from error

    def _answered(self, answer: HTTPResponse) -> bytes:
        """The body of an answer. Raises LibraryError for one that says no."""
        data = answer.read(MOST)
        said = " ".join(data[:300].decode("utf-8", "replace").split())
        match answer.status:
            case 200:
                return data
            case 401:
                raise self._wrong("refuses the key", f"put a valid API key into {KEY}")
            case 403:
                raise self._wrong("says that the key's user may not do that", "allow them to upload, in Audiobookshelf")
            case 413:
                raise self._wrong("takes no file that large", "raise the limit of the proxy before it")
            case status if 300 <= status < 400:
                raise self._wrong(f"leads on to {answer.headers.get('Location', '')}", f"write that address into {URL}")
            case 404:
                raise self._wrong("has no Audiobookshelf there", f"check {URL}")
            case 500 if "already exists" in said:  # as releases before 2.7 said of a folder
                raise AlreadyThereError(f"has the book already: {said}", where=self.url)
            case status:
                raise self._wrong(f"answers with error {status}" + (f": {said}" if said[:1] not in ("", "<") else ""))

    def _unreachable(self, error: OSError | HTTPException) -> LibraryError:
        match error:
            case ssl.SSLCertVerificationError():
                do = "have your system trust it, or name its authority's file in SSL_CERT_FILE"
                return self._wrong(f"its certificate is not trusted: {error.verify_message}", do)
            case ssl.SSLError():
                return self._wrong(f"does not speak TLS as it should ({error.reason})", f"check {URL}")
            case TimeoutError():
                return self._wrong("does not answer in time", "see whether it runs")
            case _:
                why = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
                return self._wrong(f"cannot be reached: {why}", f"check {URL}, and whether it runs")

    def _wrong(self, what: str, do: str = "") -> LibraryError:
        return LibraryError(what, where=self.url, do=do)


class Form:
    """A form with fields and files (RFC 7578), made piece by piece."""

    def __init__(self, fields: Mapping[str, str], files: Sequence[Path]) -> None:
        self._mark = f"narrate-{secrets.token_hex(16)}"
        self._fields = "".join(
            f'--{self._mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ).encode()
        self._files = []
        for number, path in enumerate(files):
            name = path.name.replace('"', "%22")  # as browsers write it
            about = f'Content-Disposition: form-data; name="{number}"; filename="{name}"'
            head = f"--{self._mark}\r\n{about}\r\nContent-Type: application/octet-stream\r\n\r\n"
            with storage(path):
                self._files.append((head.encode(), path, path.stat().st_size))
        self._end = f"--{self._mark}--\r\n".encode()
        self.size = len(self._fields) + sum(len(head) + size + 2 for head, _, size in self._files) + len(self._end)

    @property
    def headers(self) -> dict[str, str]:
        kind = f"multipart/form-data; boundary={self._mark}"
        return {"Content-Type": kind, "Content-Length": str(self.size)}

    def pieces(self) -> Iterator[bytes]:
        """The form's bytes, `size` in all. Raises LibraryError where a file has become shorter."""
        yield self._fields
        for head, path, size in self._files:
            yield head
            with storage(path), path.open("rb") as file:
                yield from _exactly(file, path, size)
            yield b"\r\n"
        yield self._end


def _exactly(file: BinaryIO, path: Path, size: int) -> Iterator[bytes]:
    while size and (piece := file.read(min(PIECE, size))):
        size -= len(piece)
        yield piece
    if size:
        raise LibraryError("has become shorter while it was sent", where=path, do="send the book again")


# --- what the server says, of which nothing is taken for granted ---------------------------------


def _library(said: Any) -> Library | None:
    """A library of books, out of JSON; None for any other."""
    if not isinstance(said, dict) or said.get("mediaType") != "book":
        return None
    folders = said.get("folders")
    first = folders[0] if isinstance(folders, list) and folders and isinstance(folders[0], dict) else {}
    settings = said.get("settings")
    scans = not (isinstance(settings, dict) and settings.get("disableWatcher"))
    return Library(str(said.get("id", "")), str(said.get("name", "")), str(first.get("id", "")), scans)


def _held(said: Any) -> Held | None:
    try:
        about = said["libraryItem"]["media"]["metadata"]
        authors = [one["name"] for one in about["authors"]]
        return Held(folded(about["title"] or ""), _people(authors), _people(about.get("narrators") or []))
    except (KeyError, TypeError, AttributeError):
        return None


def _people(names: Sequence[str]) -> frozenset[str]:
    return frozenset(folded(name) for name in names)


def folded(text: str) -> str:
    """A text as it is compared: case and white space say nothing."""
    return " ".join(text.casefold().split())


def _same(one: str, other: str) -> bool:
    return folded(one) == folded(other)
