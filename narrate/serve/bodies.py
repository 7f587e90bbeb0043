"""Bodies of JSON: read within bounds, and checked against the dataclass that describes them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from narrate.errors import nearest
from narrate.files import parse_json
from narrate.work import RefusedError

MAX_BODY = 64 * 1024  # bytes
BODY_S = 10.0  # for a body to arrive

Form = TypeVar("Form")


async def read_json(request: Request, form: type[Form]) -> Form:
    """The body of a POST as the dataclass `form`. It is not read when it is too long or of another kind.

    Raises HTTPException, RefusedError.
    """
    return as_form(await read_value(request), form)


def as_form(value: object, form: type[Form]) -> Form:
    """What JSON or the fields of a form say, as the dataclass `form`. Raises RefusedError."""
    if not isinstance(value, Mapping):
        raise RefusedError("an object is expected")
    names = [field.name for field in fields(form)]  # type: ignore[arg-type]
    if strange := [str(name)[:60] for name in value if name not in names]:
        raise RefusedError(
            f'unknown field "{strange[0]}"', do=nearest(strange[0], names) or f"one of {', '.join(names)}"
        )
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        raise RefusedError(str(error).replace("`", '"').replace("$.", "").replace(" - at", ":")) from None


async def read_value(request: Request, most: int = MAX_BODY) -> Any:
    """What the JSON in a body of `most` bytes at most says. Raises HTTPException, RefusedError."""
    close = {"Connection": "close"}  # what was not read is not waited for
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, headers=close)
    if int(request.headers.get("content-length", 0)) > most:  # the parser has seen that it is a number
        raise HTTPException(413, headers=close)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise HTTPException(413, headers=close)
    except TimeoutError:
        raise HTTPException(408, headers=close) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        value = parse_json(body)
    except (ValueError, RecursionError):
        raise RefusedError("that is not JSON") from None
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RefusedError("half a character (a surrogate alone) is no text", do="send whole ones") from None
    return value
