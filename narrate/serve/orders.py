"""Orders that the page may send: read from a request's body, checked, and handed to `narrate.work`."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request

from narrate.serve.bodies import read_value
from narrate.work import Proof, RefusedError, SeenLine, UnknownError

ACTIONS = ("retake", "accept", "choose", "edit", "assemble", "say", "make", "stop")

_PLACE = re.compile(r"\d{1,6}:\d{1,7}")
_KEY = re.compile(r"[0-9a-f]{40}")


async def read_order(request: Request) -> dict[str, str]:
    """The body of a POST: an object of texts. It is not read when it is too long or of another kind."""
    found = await read_value(request)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise RefusedError("an object of texts is expected")
    for name, check in (("place", check_place), ("key", check_key)):
        if name in found:
            check(found[name])
    return found


def check_place(text: str) -> str:
    """The text, when it is a line's place such as 3:14. Raises UnknownError."""
    return _match(_PLACE, "place", text)


def check_key(text: str) -> str:
    """The text, when it is a take's key. Raises UnknownError."""
    return _match(_KEY, "take", text)


def _match(form: re.Pattern[str], name: str, text: str) -> str:
    if not form.fullmatch(text):
        raise UnknownError(f"{text[:60]!r} is no {name}")
    return text


def carry_out(proof: Proof, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Do one of ACTIONS but "stop", or "speak" after "say"; what is answered.

    Raises NarrateError, and then nothing was changed.
    """
    match action:
        case "assemble":
            proof.renew()
            return {}
        case "make":
            return {"said": proof.make()}
        case "speak":
            return {"said": proof.speak()}
        case "say":
            return asdict(proof.say(*(_tidy(asked.get(name, "")) for name in ("written", "spoken"))))
    if "place" not in asked:
        raise RefusedError("the line's place is missing")
    text, speaker, direction = (asked.get(f"shown_{name}") for name in ("text", "speaker", "direction"))
    seen = SeenLine(asked["place"], text, speaker, direction, asked.get("take"))
    match action:
        case "accept":
            changed = proof.lines.accept(seen)
        case "choose":
            changed = proof.lines.choose(seen, asked.get("key", ""))
        case "retake":
            changed = proof.lines.retake(seen)
        case _:
            words = {name: _tidy(asked[name]) for name in ("text", "speaker", "direction") if name in asked}
            changed = proof.lines.edit(seen, words)
    return {**changed.shown} | ({"error": changed.unspoken} if changed.unspoken else {})


def _tidy(text: str) -> str:
    return " ".join(text.split())
