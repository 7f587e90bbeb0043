"""Wishes: the takes that somebody waits for, asked of the process that renders, which speaks them before all others.

A wish is a small file in `takes/wanted/`. The render looks for wishes whenever its engine asks for a line; it takes
the file away and builds the request from the script as it is now, and its own voices and settings. Whoever asked
waits for the take, which exists exactly when its file does, or for an answer: one line that says why not.

Nothing is lost with a render that ends: which render takes wishes is in `.session`, believed only while the one that
wrote it holds the project's lock, so who asked sees that it is over, and makes the take. What nobody waits for any
more is swept when the next render begins.
"""

import json
import math
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from narrate.cast import Cast, Manner, request_for
from narrate.errors import NarrateError, ProjectError, StorageError
from narrate.files import parse_json, storage, write_text
from narrate.project.folder import Project
from narrate.project.paces import paces_of
from narrate.project.placed import PlacedLine
from narrate.script import Line, line_at, numbered_lines
from narrate.takes import Holder, Request, TakeStore, holder, is_locked

FOLDER = "wanted"
POLL_S = 0.2
_SESSION = ".session"
_MOST_BYTES = 1 << 16  # of a wish


@dataclass(frozen=True, slots=True)
class Wish:
    """Take number `take` of the line in row `number` of a chapter, from 1, whose text is `text`: the take at `key`."""

    chapter: int
    number: int
    text: str
    take: int
    key: str

    @classmethod
    def of(cls, placed: PlacedLine, line: Line) -> "Wish":
        """The wish for the take that `line`, which stands or will stand at the place of a spoken one, asks for."""
        assert placed.request is not None
        key = replace(placed.request, take=line.take).key
        return cls(placed.chapter, placed.number, line.text, line.take, key)


# --- asking -------------------------------------------------------------------------------------


def session(takes: Path) -> str:
    """The identifier of the render that takes wishes just now; empty where none does."""
    try:
        told = (takes / FOLDER / _SESSION).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    who = holder(takes)
    return told if who is not None and told.startswith(_name(who)) and is_locked(takes) else ""


def _name(who: Holder) -> str:
    return f"{who.pid} {who.host} {who.since} "


def ask(
    takes: TakeStore, wishes: Sequence[Wish], stop: threading.Event, most_s: float = math.inf
) -> Iterator[tuple[Wish, str]]:
    """Ask the running render for takes: each wish once its take is there, or with the reason of its refusal.

    It ends with the last of them, when no render takes wishes (any more), after `most_s` or when `stop` is set; what
    has not come by then is not asked for any more.
    """
    left = {f"{n:06}.{secrets.token_hex(6)}": wish for n, wish in enumerate(wishes)}  # in their order
    folder, asked_in, ends = takes.folder / FOLDER, "", time.monotonic() + most_s
    try:
        while True:
            now = session(takes.folder)  # before the takes are looked at: they are there when it ends
            for name, wish in list(left.items()):
                there = wish.key in takes
                if (why := "" if there else _answer(folder, name)) or there:
                    del left[name]
                    _withdraw(folder, name)
                    yield wish, why
            if not left or not now or stop.is_set() or time.monotonic() >= ends:
                return
            if now != asked_in:
                with suppress(StorageError):  # no room, or swept just now: it is asked again
                    for name, wish in left.items():
                        write_text(folder / f"{name}.json", json.dumps(asdict(wish), ensure_ascii=False) + "\n")
                    asked_in = now
            stop.wait(POLL_S)
    finally:
        for name in left:
            _withdraw(folder, name)


def _answer(folder: Path, name: str) -> str:
    """The reason why a wish is refused; empty where nothing was answered."""
    with suppress(OSError, UnicodeDecodeError):
        return (folder / f"{name}.no").read_text("utf-8").strip()
    return ""


def _withdraw(folder: Path, name: str) -> None:
    for suffix in (".json", ".no"):
        with suppress(OSError):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)


# --- following ----------------------------------------------------------------------------------


class Wishes:
    """The wishes that come in while a project is rendered, as requests. Used on one thread.

    `own`: the keys that the render makes in any case. `keys` has those of all others that it made for somebody.
    """

    def __init__(self, project: Project, cast: Cast, manner: Manner, own: Collection[str]) -> None:
        self.keys: set[str] = set()
        self._project, self._cast, self._manner, self._own = project, cast, manner, own
        self._folder = project.takes.folder / FOLDER
        self._seen: set[str] = set()
        self.attempts: Mapping[str, int] = {}  # at which to begin, by key
        self.foreign: Callable[[str], None] = lambda key: None  # hears of lines that their voice reads as its own

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A block in which wishes are taken; older ones are removed. The caller holds the project's lock."""
        for left in (*self._folder.glob("*.json"), *self._folder.glob("*.no")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        path = self._folder / _SESSION
        if who := holder(self._project.takes.folder):
            with suppress(StorageError):  # a full disk: nobody can ask then
                write_text(path, f"{_name(who)}{secrets.token_hex(6)}\n")
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @property
    def waiting(self) -> bool:
        """Whether somebody has asked for something."""
        return any(path.name not in self._seen for path in self._folder.glob("*.json"))

    def come(self) -> Iterator[Request]:
        """Requests wished for since the last call, without their takes. Never raises: a bad wish is answered."""
        for path in sorted(self._folder.glob("*.json")):
            if path.name in self._seen:
                continue  # the folder cannot be written
            self._seen.add(path.name)
            try:
                wish = _read(path)
                request = None if wish is None or wish.key in self._project.takes else self._request(wish)
            except (NarrateError, ValueError) as error:
                request = None
                with suppress(StorageError):
                    write_text(path.with_suffix(".no"), " ".join(str(error).split()) + "\n")
            with suppress(OSError):
                path.unlink(missing_ok=True)
            if request is not None:
                if request.key not in self._own:
                    self.keys.add(request.key)
                yield request

    def _request(self, wish: Wish) -> Request:
        """What is asked of the engine, by the script as it is now. Raises NarrateError where that is not the wish."""
        files = self._project.script_files()
        if not 1 <= wish.chapter <= len(files):
            raise ProjectError("there is no such chapter", do="load it again")
        path = files[wish.chapter - 1]
        with storage(path):
            text = path.read_bytes().decode("utf-8")
        line = line_at(text, wish.number)
        if line is None or not line.speakable or line.text != wish.text:
            raise ProjectError("holds another line by now", where=path, line=wish.number, do="load it again")
        line = replace(line, take=wish.take)
        part = self._cast.part(line, path, wish.number)
        if part.voice.model_kind not in self._manner.models:
            what = f'the render that goes on has no model for the voice "{part.voice.name}"'
            raise ProjectError(what, do="ask again when it has ended")
        paces = paces_of([*numbered_lines(text, path)]) if self._manner.paced else {}
        request = request_for(line, part, self._manner, paces.get(wish.number, 1.0))
        if request.key != wish.key:
            what = "the render that goes on began with other voices, models or settings"
            raise ProjectError(what, do="ask again when it has ended")
        if PlacedLine(wish.chapter, wish.number, line, request).foreign:
            self.foreign(request.key)
        return replace(request, attempt=self.attempts.get(request.key, 1))


def _read(path: Path) -> Wish | None:
    """The wish in a file; None for what is none, or was withdrawn."""
    try:
        found = parse_json(path.read_bytes()) if path.stat().st_size <= _MOST_BYTES else None
    except (OSError, ValueError):
        return None
    kinds = {field.name: field.type for field in fields(Wish)}
    if not isinstance(found, dict) or found.keys() != kinds.keys():
        return None
    whole = all(type(found[name]) is kind for name, kind in kinds.items())
    return Wish(**found) if whole and found["number"] >= 1 and found["take"] >= 1 else None
