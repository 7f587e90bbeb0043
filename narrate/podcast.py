"""What project.toml may say of a podcast's feed."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from narrate.toml import Shape


def is_address(text: str) -> bool:
    """Whether `text` is an http or https address, free of white space and of a query."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query + parts.fragment


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Podcast:
    """The feed of the `podcast` format.

    `url` is where its folder will lie on the web; `guid` is one that the show has already;
    `published` the first episode's day (2026-05-03). `category` is Apple's, one below another.
    """

    url: Annotated[str, Shape(is_address, 'an address such as "https://example.org/shows/dracula/"')] = ""
    email: str = ""
    category: str = "Arts > Books"
    explicit: bool = False
    published: Annotated[str, Shape(partial(_parses, date.fromisoformat), "a day such as 2026-05-03")] = ""
    guid: Annotated[str, Shape(partial(_parses, uuid.UUID), "a UUID")] = ""
