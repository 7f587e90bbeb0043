"""The description of the API (OpenAPI 3.1), made from the routes themselves: what is not there is not described."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.convertors import FloatConvertor, IntegerConvertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from narrate import __version__
from narrate.serve.described import Described
from narrate.serve.guard import PROGRAMS

_REFERENCE = "#/components/schemas/{name}"
_WHY = {
    400: "What was asked for cannot be done.",
    401: "The key is missing or wrong.",
    403: "The request names another host or origin than this server's.",
    404: "There is nothing of that name.",
    408: "The body did not arrive in time.",
    409: "Not now: another job or process is at work on it.",
    413: "The body is too large.",
    415: "The body is of another kind than is read here.",
    429: "As much waits as may wait; `Retry-After` says when to ask again.",
    500: "The server's disk cannot be read or written, or narrate has a defect.",
    503: "The engine cannot speak here or not now, or the server is ending.",
    507: "The server's disk is full.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure, in one line as the command line would say it."""

    error: str


@dataclass(frozen=True, slots=True)
class Why:
    """A failure as OpenAI's clients read it."""

    message: str
    type: str
    code: int | str | None


@dataclass(frozen=True, slots=True)
class SpeechFailure:
    """A failure under /v1/."""

    error: Why


def description_route(routes: Iterable[BaseRoute]) -> Route:
    """The route of the description of `routes` and itself."""

    def described(request: Request) -> Response:
        """This description."""
        return JSONResponse(found)

    own = Described("/api/openapi.json", described, gives=dict[str, Any])
    found = description([*routes, own])
    return own


def api_routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Those of the routes that programs may ask for."""
    for route in routes:
        if isinstance(route, Route) and route.path.split("/")[1] in PROGRAMS:
            yield route


def description(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """What the routes take and give, as OpenAPI has it."""
    found = [*api_routes(routes)]
    described = {kind for route in found if isinstance(route, Described) for kind in _types(route)}
    types = sorted(described | {Failure, SpeechFailure}, key=str)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in found:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(route.path_format, {})[method.lower()] = _operation(route, method.lower(), schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "narrate",
            "version": __version__,
            "description": "Audiobooks made by a server of one's own: speech, books in the background, and the studio.",
        },
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The server's key."},
                "basic": {"type": "http", "scheme": "basic", "description": "Any name, and the key as password."},
            },
        },
    }


def told_of(route: Route) -> tuple[str, str]:
    """What a route does, in a line, and more of it: the docstring of its endpoint."""
    first, _, rest = (inspect.getdoc(route.endpoint) or "").partition("\n\n")
    return " ".join(first.split()), rest


def _types(route: Described) -> Iterator[Any]:
    yield from (kind for kind in (route.takes, route.uploads) if kind is not None)
    if route.gives is not None and not isinstance(route.gives, str):
        yield route.gives


def _operation(route: Route, method: str, schema_of: Mapping[Any, Any]) -> dict[str, Any]:
    summary, more = told_of(route)
    operation: dict[str, Any] = {
        "summary": summary,
        "operationId": re.sub(r"\W+", "_", f"{method} {route.path_format}"),
    }
    if more:
        operation["description"] = more
    if parameters := [_parameter(name, convertor) for name, convertor in route.param_convertors.items()]:
        operation["parameters"] = parameters
    status, fails, content = 200, [401, 403], {}
    if isinstance(route, Described):
        status, fails = route.status, sorted({401, 403, 503, *route.fails})
        content = _content(route.gives, schema_of)
        if body := _body(route, schema_of):
            operation["requestBody"] = {"required": True, "content": body}
    form = SpeechFailure if route.path.startswith("/v1/") else Failure
    failure = {"application/json": {"schema": schema_of[form]}}
    operation["responses"] = {
        str(status): {"description": "As asked."} | ({"content": content} if content else {}),
        **{str(code): {"description": _WHY[code], "content": failure} for code in fails},
    }
    return operation


def _content(gives: Any, schema_of: Mapping[Any, Any]) -> dict[str, Any]:
    if gives is None:
        return {}
    return {gives: {}} if isinstance(gives, str) else {"application/json": {"schema": schema_of[gives]}}


def _body(route: Described, schema_of: Mapping[Any, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if route.takes is not None:
        body["application/json"] = {"schema": schema_of[route.takes]}
    if route.uploads is not None:
        file = {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        }
        body["multipart/form-data"] = {"schema": {"allOf": [schema_of[route.uploads], file]}}
    return body


def _parameter(name: str, convertor: object) -> dict[str, Any]:
    kind = {IntegerConvertor: "integer", FloatConvertor: "number"}.get(type(convertor), "string")
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
