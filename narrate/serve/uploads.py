"""A file that a page or a program sends, kept within bounds, and saved whole or not at all."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from narrate.files import MAX_NAME_BYTES, atomic, file_name

MOST_UPLOAD = 512 << 20  # bytes, all parts together
MOST_FIELD = 64 << 10  # bytes of a text beside the file
LONGEST_SUFFIX = 12  # characters
STALLED_S = 30.0  # without a byte
_CLOSE = {"Connection": "close"}  # what was not read is not waited for


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived: its `name` without folders, safe on any disk, and the texts that were sent with it."""

    name: str
    fields: Mapping[str, str]
    _file: UploadFile

    async def save(self, path: Path) -> None:
        """Write it to `path`. Raises StorageError."""
        await run_in_threadpool(self._copy, path)

    def _copy(self, path: Path) -> None:
        with atomic(path) as out:
            self._file.file.seek(0)
            shutil.copyfileobj(self._file.file, out, 1 << 20)


@asynccontextmanager
async def uploaded(request: Request, most: int = MOST_UPLOAD) -> AsyncIterator[Upload]:
    """The one `file` of a multipart form, in a file without a name that goes with the block, as with the process.

    Raises HTTPException, its detail one line: for a body that is no such form, breaks off, or is larger than `most`.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise HTTPException(415, "an upload is a multipart form with one file in it", headers=_CLOSE)
    if int(request.headers.get("content-length", 0)) > most:  # the server has seen that it is a number
        raise _too_large(most)
    body = _bounded(request, most, b"--" + options.get(b"boundary", b"") + b"--")
    parser = MultiPartParser(request.headers, body, max_files=1, max_fields=20, max_part_size=MOST_FIELD)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400, f"that is no whole upload: {error.message}", headers=_CLOSE) from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(400, "there is no file in the upload (send it as the field file)")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        yield Upload(_safe(file.filename or ""), fields, file)
    finally:
        await form.close()


async def _bounded(request: Request, most: int, end: bytes) -> AsyncGenerator[bytes, None]:
    """The body as it comes, as long as it comes and is not too long. Raises where it does not `end` as it has to."""
    size, pieces, last = 0, request.stream(), b""
    try:
        while True:
            async with asyncio.timeout(STALLED_S):
                piece = await anext(pieces, None)
            if piece is None:
                break
            size += len(piece)
            if size > most:
                raise _too_large(most)
            last = (last + piece)[-len(end) - 2 :]
            yield piece
        if not last.rstrip(b"\r\n").endswith(end):  # the parser would not mind
            raise MultiPartException("It breaks off.")
    except TimeoutError:
        raise HTTPException(408, f"nothing more of the upload came for {STALLED_S:.0f} s", headers=_CLOSE) from None
    except ClientDisconnect:
        raise HTTPException(400, "the upload broke off", headers=_CLOSE) from None


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"the upload is larger than {most >> 20} MB", headers=_CLOSE)


def _safe(name: str) -> str:
    """The last part of a path of any system, as a file may be called here."""
    last = file_name(PurePosixPath(name.replace("\\", "/")).name, "upload", longest=len(name) * 4)
    whole = PurePosixPath(last.lstrip(".") or "upload")
    suffix = whole.suffix if len(whole.suffix) <= LONGEST_SUFFIX else ""  # which says what is in it, so it stays
    return file_name(whole.name.removesuffix(suffix), longest=MAX_NAME_BYTES - len(suffix.encode())) + suffix
