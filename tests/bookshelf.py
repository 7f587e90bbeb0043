"""A stand-in for Audiobookshelf, written from its API's documentation (api.audiobookshelf.org) for the tests of `send`.

It knows Get All Libraries, Search a Library and Upload Files: the statuses are those of the documentation's tables,
and uploaded files come to lie in `<folderDir>/<author>/<series>/<title>`. A book is found by a search when its folder
was scanned, which `scan` does.
"""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "exJhbGciOiJI6IkpXVCJ9.eyJ1c2Vyi5NDEyODc4fQ.ZraBFohS4Tg39NszY"
READER = "a-key-of-a-user-who-may-not-upload"
BOOKS = {
    "id": "lib_5yvub9dqvctlcrza6h",
    "name": "Main",
    "folders": [{"id": "audiobooks", "fullPath": "/audiobooks", "libraryId": "main"}],
    "displayOrder": 1,
    "icon": "audiobookshelf",
    "mediaType": "book",
    "provider": "audible",
    "settings": {"coverAspectRatio": 1, "disableWatcher": False},
}
PODCASTS = {
    "id": "lib_c1u6t4p45c35rf0nzd",
    "name": "Podcasts",
    "folders": [{"id": "fol_bev1zuxhb0j0s1wehr", "fullPath": "/podcasts", "libraryId": "lib_c1u6t4p45c35rf0nzd"}],
    "displayOrder": 4,
    "icon": "database",
    "mediaType": "podcast",
    "provider": "itunes",
    "settings": {"coverAspectRatio": 1, "disableWatcher": False},
}


class Bookshelf:
    """A running stand-in. `root` stands for the server's disk, `requests` are the paths it was asked for."""

    def __init__(self, root: Path, server: ThreadingHTTPServer, scheme: str) -> None:
        self.root, self.base = root, ""
        self.url = f"{scheme}://localhost:{server.server_address[1]}"
        self.libraries: list[dict[str, Any]] = [BOOKS, PODCASTS]
        self.items: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.received: list[bytes] = []  # bodies of uploads
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}  # in place of its own, by path
        self.refuses_folders = False  # as releases did that answered 500 to a folder that is there
        self.hangs_up_after: int | None = None  # bytes of an upload's body

    def scan(self) -> None:
        """Take in what was uploaded, as a library's watcher does; metadata.json counts most."""
        self.items = []
        for file in sorted(self.root.rglob("metadata.json")):
            about = json.loads(file.read_bytes())
            metadata = {
                **{name: about[name] for name in ("title", "subtitle", "narrators", "genres")},
                "authors": [{"id": f"aut_{n}", "name": name} for n, name in enumerate(about["authors"])],
            }
            self.items.append({"libraryItem": {"id": "li_1", "mediaType": "book", "media": {"metadata": metadata}}})

    def answer(self, method: str, path: str, key: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        parts = urlsplit(path)
        self.requests.append(f"{method} {parts.path}")
        if found := self.answers.get(parts.path):
            return found
        if key not in (f"Bearer {KEY}", f"Bearer {READER}"):
            return 401, {}, b"Unauthorized"
        where = parts.path.removeprefix(self.base).split("/")
        match method, where:
            case "GET", ["", "api", "libraries"]:
                return _json({"libraries": self.libraries})
            case "GET", ["", "api", "libraries", library, "search"]:
                query = parse_qs(parts.query)
                if "q" not in query:
                    return 400, {}, b"No query string"
                if library not in {one["id"] for one in self.libraries}:
                    return 404, {}, b"Not Found"
                words = query["q"][0].casefold()
                found_items = [one for one in self.items if words in _title(one).casefold()]
                limit = int(query.get("limit", ["12"])[0])
                return _json({"book": found_items[:limit], "tags": [], "authors": [], "series": []})
            case "POST", ["", "api", "upload"]:
                if key == f"Bearer {READER}":
                    return 403, {}, b"Forbidden"
                return self._upload(headers["Content-Type"], body)
        return 404, {}, b"Not Found"

    def _upload(self, kind: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.received.append(body)
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        fields: dict[str, str] = {}
        files: dict[str, bytes] = {}
        for part in message.iter_parts():
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            if name := part.get_filename():
                files[name] = data
            else:
                fields[str(part.get_param("name", header="content-disposition"))] = data.decode()
        if not files:
            return 400, {}, b"No files"
        library = next((one for one in self.libraries if one["id"] == fields.get("library")), None)
        if library is None:
            return 404, {}, b"Library not found"
        if fields.get("folder") not in {one["id"] for one in library["folders"]}:
            return 404, {}, b"Folder not found"
        inside = [fields.get(name, "") for name in ("author", "series", "title")]
        folder = self.root.joinpath(*filter(None, inside))
        if self.refuses_folders and folder.exists():
            return 500, {}, f'Directory "{folder}" already exists'.encode()
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            assert "/" not in name
            (folder / name).write_bytes(data)
        return 200, {}, b"OK"


def _title(item: dict[str, Any]) -> str:
    return str(item["libraryItem"]["media"]["metadata"]["title"])


def _json(value: object) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode()


@contextmanager
def bookshelf(root: Path, certificate: Path | None = None) -> Iterator[Bookshelf]:
    """A stand-in that listens until the block ends, over TLS with a `certificate` (with its key in one PEM file)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            if shelf.hangs_up_after is not None:
                self.rfile.read(shelf.hangs_up_after)
                self.close_connection = True
                return
            self._answer(self.rfile.read(length))

        def _answer(self, body: bytes) -> None:
            key = self.headers.get("Authorization", "")
            status, headers, data = shelf.answer(self.command, self.path, key, self.headers, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    shelf = Bookshelf(root, server, "https" if certificate else "http")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
