"""Answers that all rooms of the server give alike: files of a folder, and failures, each in one line of JSON."""

import mimetypes
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from narrate.errors import EngineError, NarrateError, StorageError, WrongEngineError
from narrate.files import inside, is_full
from narrate.work import BusyError, FullError, UnknownError, told_error

_TYPES = {
    ".js": "text/javascript",
    ".flac": "audio/flac",
    ".m4b": "audio/mp4",
    ".m4a": "audio/mp4",
    ".epub": "application/epub+zip",
}
AGAIN_S = 60  # before somebody who was one too many asks again
# 400 for all else: something is wrong with what was asked.
_STATUS: dict[type[Exception], int] = {
    UnknownError: 404,
    BusyError: 409,
    FullError: 429,
    WrongEngineError: 400,
    EngineError: 503,
    StorageError: 500,
}
_PLAIN = {
    404: "there is nothing of that name",
    405: "not by that method",
    408: "the body did not arrive in time",
    413: "the body is too large",
    415: "the body is of another kind than is read here",
}


def kind_of(name: str) -> str:
    """The media type of a file by its name."""
    suffix = Path(name).suffix.lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def find_file(folder: Path, name: str) -> Path | None:
    """The file of that name in `folder`; None for one that is not there, hidden or half written, or anywhere else."""
    with suppress(StorageError, OSError, ValueError):  # ValueError: a NUL
        path = inside(folder, name)
        if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            return path
    return None


def file_in(folder: Path, name: str) -> Response:
    """The file of that name in `folder`, any part of it. Raises HTTPException where there is none such."""
    path = find_file(folder, name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type=kind_of(path.name))


def failure(path: str, status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A failure in one line of JSON; under /v1/ in the form that OpenAI's clients read."""
    if path.startswith("/v1/"):
        kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
        return JSONResponse({"error": {"message": text, "type": kind, "code": status}}, status, headers)
    return JSONResponse({"error": text}, status, headers)


def told(request: Request, error: Exception, home: Path) -> Response:
    """An expected failure in a home, in the words of the command line."""
    assert isinstance(error, NarrateError)
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    if isinstance(error, StorageError) and is_full(error):
        status = 507
    headers = {"Retry-After": str(AGAIN_S)} if status == 429 else None
    return failure(request.url.path, status, told_error(error, home), headers)


def _told_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    plain = error.detail == HTTPStatus(error.status_code).phrase
    text = _PLAIN.get(error.status_code, error.detail) if plain else error.detail
    return failure(request.url.path, error.status_code, text, error.headers)


def _defect(request: Request, error: Exception) -> Response:
    return failure(request.url.path, 500, "a defect of narrate; its traceback is on the server's standard error")


def failures(home: Path) -> Mapping[Any, Any]:
    """How each failure of what is asked for in a home is answered."""
    return {NarrateError: partial(told, home=home), HTTPException: _told_http, Exception: _defect}
