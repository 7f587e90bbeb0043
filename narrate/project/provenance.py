"""Settings of provenance: the `[provenance]` table of project.toml, and the name by which marks and manifests know a
project.
"""

from dataclasses import dataclass
from typing import Annotated

from narrate.files import digest
from narrate.toml import OneOf, Shape

SIGN = ("auto", "always", "never")


def is_identity(text: str) -> bool:
    """Whether `text` can be a project's identity: up to 64 letters, digits, points and hyphens."""
    return len(text) <= 64 and text.isascii() and all(c.isalnum() or c in ".-" for c in text)


def is_timestamper(text: str) -> bool:
    """Whether `text` is the address of a timestamp server."""
    return text.startswith(("http://", "https://")) and text.isascii() and text.isprintable()


@dataclass(frozen=True, slots=True)
class Provenance:
    """How deliverables say who made them.

    sign: "auto" signs where the extra is installed and says so where it is not; "always" makes that an error
    watermark: whether chapters carry the mark that is heard
    id: what manifests and marks call the project; empty for a digest of title and author, so that the same book
        made again is the same sound
    certificate, key: PEM files of one's own, outside the project; empty for the identity of `narrate keys`
    timestamp: the address of an RFC 3161 server; nothing is asked for where it is empty
    """

    sign: Annotated[str, OneOf(SIGN)] = "auto"
    watermark: bool = True
    id: Annotated[str, Shape(is_identity, "letters, digits, points and hyphens, 64 at most")] = ""
    certificate: str = ""
    key: str = ""
    timestamp: Annotated[str, Shape(is_timestamper, "an http address")] = ""


def identity_of(provenance: Provenance, title: str, author: str) -> str:
    """What marks and manifests call the project: its `id`, else a digest of title and author."""
    return provenance.id or digest("project", title, author)[:16]
