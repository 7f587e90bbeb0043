"""An optional language model that labels numbered quotations, behind any OpenAI-compatible address.

It is asked only when a person names an address. It sees passages with numbers before their
quotations and a list of names, and answers with a name for each number: it can change no text,
and a name that is not on the list is refused. A server that is dead, slow or talks nonsense
leaves the rules' answers as they are, and that is said.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from narrate.errors import ProjectError
from narrate.files import parse_json
from narrate.script import NARRATOR
from narrate.speakers.voicing import BlockPlace, Guess

MODEL = "model"
_QUOTATIONS = 24  # in one question
_CONTEXT = 3  # paragraphs before the first of them
_ANSWER_BYTES = 1 << 20
_PATIENCE = 2  # answers in a row that are no JSON, before nothing more is asked
_AGREED = 0.97  # how sure a quotation's speaker is where the model names the one that the rules have
_TAKEN = 0.9  # and where it names another one
_OVERRULED = 0.97  # rules that are surer than this stay, whatever it says

_TASK = (
    "You are told who the characters of a book are and read a passage. Some quotations have a number in "
    "double brackets before them. Say who speaks each numbered quotation. Answer with one JSON object and nothing "
    'else: the keys are the numbers as strings, the values are names from the list, copied exactly, or "unknown". '
    'Example: {"1": "Name", "2": "unknown"}'
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model answers: the address up to `/v1`, its name, and how long one answer may take."""

    url: str
    model: str
    timeout_s: float = 60.0

    def __post_init__(self) -> None:
        """Raises ProjectError for what is no address of a server."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ProjectError(f'"{self.url}" is no address', do="write it as http://127.0.0.1:8080/v1")


@dataclass(frozen=True, slots=True)
class Labelled:
    """The guesses after the model was asked, and what a person should hear about it, a sentence each."""

    guesses: tuple[Guess, ...]
    told: tuple[str, ...]


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an error like any other: the key and the book's text go to the address that was given alone."""

    def redirect_request(self, *_: object) -> None:
        return None


class _NoAnswerError(Exception):
    """The server gave no usable answer. `final`: it is no use to ask again."""

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.final = final


def label(server: Server, guesses: Sequence[Guess], texts: Mapping[BlockPlace, str]) -> Labelled:
    """Ask the model about every quotation. `texts` has the paragraphs of the book in order."""
    names = _names(guesses)
    known = {name.casefold(): name for name in names}
    labelled = list(guesses)
    answered = refused = failures = 0
    told: list[str] = []
    for numbers, passage in _questions(guesses, texts):
        try:
            answers = _ask(server, names, passage)
            failures = 0
        except _NoAnswerError as problem:
            failures += 1
            if problem.final or failures >= _PATIENCE:
                told.append(f"{server.url} {problem}: the rules say who speaks the other quotations.")
                break
            continue
        for number in numbers:
            answer = answers.get(str(number), "")
            name = known.get(" ".join(str(answer).split()).casefold(), "")
            if name:
                answered += 1
                labelled[number - 1] = _taken(guesses[number - 1], name, server.model)
            elif answer and str(answer).casefold() != "unknown":
                refused += 1
    if refused:
        told.append(f"{refused} answers of {server.model} were no names of the book and were refused.")
    told.append(f"{server.model} labelled {answered} of {len(guesses)} quotations.")
    return Labelled(tuple(labelled), tuple(told))


def _names(guesses: Iterable[Guess]) -> list[str]:
    counts: dict[str, float] = {}
    for guess in guesses:
        if guess.who:
            counts[guess.who] = counts.get(guess.who, 0.0) + guess.confidence
    return sorted(counts, key=lambda name: (-counts[name], name))[:80]


def _taken(guess: Guess, name: str, model: str) -> Guess:
    """A guess after the model named a speaker: it confirms, decides what was open, or is overruled."""
    if name == guess.who:
        return replace(guess, confidence=max(guess.confidence, _AGREED), reason=f"{guess.reason}; {model} agrees")
    if guess.confidence >= _OVERRULED and guess.kind == "explicit":
        return replace(guess, reason=f"{guess.reason}; {model} says {name}")
    reason = f"{model} says {name}; rules: {guess.who or 'nobody'} {guess.confidence:.2f}"
    return replace(guess, who=name, confidence=_TAKEN, kind=MODEL, reason=reason)


def _questions(guesses: Sequence[Guess], texts: Mapping[BlockPlace, str]) -> Iterator[tuple[list[int], str]]:
    """Passages with their numbered quotations: numbers (from 1, over the whole book) and text."""
    places = list(texts)
    index_of = {place: index for index, place in enumerate(places)}
    for begin in range(0, len(guesses), _QUOTATIONS):
        chunk = range(begin, min(begin + _QUOTATIONS, len(guesses)))
        first, last = index_of[guesses[chunk[0]].place], index_of[guesses[chunk[-1]].place]
        marks: dict[BlockPlace, list[tuple[int, int]]] = {}
        for number in chunk:
            marks.setdefault(guesses[number].place, []).append((guesses[number].start, number + 1))
        rows = []
        for place in places[max(0, first - _CONTEXT) : last + 2]:
            text = texts[place]
            for start, number in sorted(marks.get(place, ()), reverse=True):
                text = f"{text[:start]}[[{number}]] {text[start:]}"
            rows.append(text)
        yield [number + 1 for number in chunk], "\n\n".join(rows)


def _ask(server: Server, names: Sequence[str], passage: str) -> dict[str, object]:
    """One question, one JSON object. Raises _NoAnswerError."""
    listed = "\n".join(f"- {name}" + (" (who tells the story)" if name == NARRATOR else "") for name in names)
    question = {
        "model": server.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": _TASK},
            {"role": "user", "content": f"Names:\n{listed}\n\nPassage:\n\n{passage}"},
        ],
    }
    content = _content(_post(server, json.dumps(question).encode("utf-8")))
    found = re.search(r"\{.*\}", content, re.DOTALL)
    try:
        answers = parse_json(found[0]) if found else None
    except ValueError:
        answers = None
    if not isinstance(answers, dict):
        raise _NoAnswerError("did not answer in JSON", final=False)
    return answers


def _content(data: bytes) -> str:
    """What the model said, out of a chat completion."""
    try:
        reply: Any = parse_json(data)
        return str(reply["choices"][0]["message"]["content"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _NoAnswerError("did not answer as a chat completion", final=False) from error


def _post(server: Server, data: bytes) -> bytes:
    """The reply to `data`, within the server's time and a sane size."""
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("NARRATE_LLM_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    address = server.url.rstrip("/") + "/chat/completions"
    until = monotonic() + server.timeout_s
    try:
        with build_opener(_NoRedirect).open(Request(address, data, headers), timeout=server.timeout_s) as reply:
            answer = bytearray()
            while block := reply.read1(1 << 16):
                answer += block
                if monotonic() > until:
                    raise TimeoutError
                if len(answer) > _ANSWER_BYTES:
                    raise _NoAnswerError("answered far too much", final=True)
            return bytes(answer)
    except HTTPError as error:
        what = "a redirect, which is not followed" if 300 <= error.code < 400 else f"error {error.code}"
        raise _NoAnswerError(f"answered with {what}", final=True) from error
    except TimeoutError as error:
        raise _NoAnswerError(f"took longer than {server.timeout_s:g} s", final=True) from error
    except (URLError, HTTPException, OSError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise _NoAnswerError(f"took longer than {server.timeout_s:g} s", final=True) from error
        raise _NoAnswerError("cannot be reached", final=True) from error
