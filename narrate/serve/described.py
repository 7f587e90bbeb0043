"""A route with what it takes and gives, which is what `/api/openapi.json` says of it."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route


class Described(Route):
    """A route of the API. The first line of its endpoint's docstring is what it does; the rest says more.

    `takes`: a dataclass for a body of JSON. `uploads`: one for the fields that may go with a file in a multipart form.
    `gives`: what JSON holds, a type or a list of one, or the media type of what is no JSON. `fails`: the statuses of
    failures besides 401 and 403.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        method: str = "GET",
        *,
        takes: type | None = None,
        uploads: type | None = None,
        gives: Any = None,
        status: int = 200,
        fails: tuple[int, ...] = (),
    ) -> None:
        super().__init__(path, endpoint, methods=[method], name=f"{method} {path}")
        self.method, self.takes, self.uploads = method, takes, uploads
        self.gives, self.status, self.fails = gives, status, fails
