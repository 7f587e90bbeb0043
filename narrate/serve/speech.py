"""The routes of speech, as OpenAI's clients call it: a text in, sound out while it is made.

Every request is a client of the hot engine, which speaks with all of them at once; who goes away takes its lines along.
What blocks is done on threads of this room's own, or a few long texts would keep all other pages waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

import anyio
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from narrate.audio import Audio
from narrate.chapters import FORMS, PLAIN, Ffmpeg, encoded_live, find_ffmpeg
from narrate.engine import ENGINES, Wanted, missing
from narrate.engine.client import Client
from narrate.engine.hot import Hot
from narrate.serve.bodies import as_form, read_value
from narrate.serve.described import Described
from narrate.voices import EMBEDDED
from narrate.work import RefusedError, Speech, UnknownError, in_order, in_pieces, list_voices, speech_asked
from narrate.work.say import Asked

MOST_CHARACTERS = 20_000  # of a text
MOST_BODY = 256 * 1024  # bytes: a text of another script, escaped
MOST_FRAMES = 250  # of 80 ms, in a piece
MOST_WAITING = 256  # lines beyond those that are being spoken
RETRY_S = 5
THREADS = 256  # requests that are spoken at once
ANY = "narrate"  # the model: whatever speaks the voice
ALIASES = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")  # many programs send one of these and cannot be told otherwise
TYPES = {
    "wav": "audio/wav",
    "pcm": "audio/pcm",  # 16 bits, little-endian, 24 kHz, one channel
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "aac": "audio/aac",
}


@dataclass(frozen=True, slots=True)
class SpeechAsked:
    """What is to be said. `instructions` are a direction, for a voice that heeds one; `language` has two letters,
    "" for the voice's first; `speed` is 1. The sound comes line by line, or `chunk_frames` of 80 ms at a time, where
    the engine makes frames and nobody else speaks."""

    input: str
    voice: str = EMBEDDED
    model: str = ANY
    response_format: str = "mp3"
    instructions: str = ""
    language: str = ""
    speed: float = 1.0
    stream_format: str = "audio"
    chunk_frames: int = 0


@dataclass(frozen=True, slots=True)
class VoiceShown:
    """A voice that may be asked for by its `id`. `kind`: what speaks it; `languages`: two letters each."""

    id: str
    name: str
    kind: str
    languages: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class VoicesShown:
    """The voices on the shelves."""

    voices: list[VoiceShown]


@dataclass(frozen=True, slots=True)
class ModelShown:
    """A model that may be asked for by its `id`."""

    id: str
    object: str = "model"
    created: int = 0
    owned_by: str = "narrate"


@dataclass(frozen=True, slots=True)
class ModelsShown:
    """The models that may be asked for."""

    data: list[ModelShown]
    object: str = "list"


def routes(home: Path, wanted: Wanted, hot: Hot) -> list[BaseRoute]:
    """The routes of speech in a home."""
    spoken = _Speech(home, wanted, hot)
    return [
        Described(
            "/v1/audio/speech",
            spoken.speech,
            "POST",
            takes=SpeechAsked,
            gives="audio/*",
            fails=(400, 404, 413, 415, 429),
        ),
        Described("/v1/audio/voices", spoken.voices, gives=VoicesShown),
        Described("/v1/models", spoken.models, gives=ModelsShown),
    ]


class _Saying:
    """A speech while it is said; ended by `close`, on any thread."""

    def __init__(self, hot: Hot, asked: Asked, wanted: Wanted, ffmpeg: Ffmpeg | None, order: SpeechAsked) -> None:
        self._hot, self._asked, self._wanted, self._ffmpeg = hot, asked, wanted, ffmpeg
        self.form, self._chunk_frames = order.response_format, order.chunk_frames
        self._lock = Lock()
        self._client: Client | None = None
        self._closed = False
        self.blocks = self._blocks()

    def _blocks(self) -> Iterator[bytes]:
        """The bytes of the sound, as there are some."""
        client = self._hot.client(self._asked.engine.name, self._asked.models, self._wanted, urgent=True)
        with self._lock:
            self._client = client
        with closing(client):
            if not self._closed:
                yield from encoded_live(self._ffmpeg, self._pieces(client), self.form)

    def _pieces(self, client: Client) -> Iterator[Audio]:
        if self._chunk_frames:
            return in_pieces(client, self._asked.requests, self._chunk_frames)
        return in_order(client, self._asked.requests)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            client = self._client
        if client is not None:
            client.close()

    def forget(self) -> None:
        """End what is left of it, where no thread is about to."""
        self.close()
        with suppress(ValueError):  # a thread is in it, and ends it
            self.blocks.close()  # type: ignore[attr-defined]


class _Sound(StreamingResponse):
    """The answer with a speech, whose first bytes are there; `end` is called once nobody listens."""

    def __init__(self, first: bytes, rest: AsyncIterator[bytes], media_type: str, end: Callable[[], None]) -> None:
        async def blocks() -> AsyncIterator[bytes]:
            yield first
            async for block in rest:
                yield block

        super().__init__(blocks(), media_type=media_type)
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._end()


class _Speech:
    """The answers."""

    def __init__(self, home: Path, wanted: Wanted, hot: Hot) -> None:
        self._home, self._wanted, self._hot = home, wanted, hot
        self._lines = 0  # of all requests that are not through

    @cached_property
    def _ffmpeg(self) -> Ffmpeg:
        return find_ffmpeg()

    @cached_property
    def _threads(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(THREADS)

    async def speech(self, request: Request) -> Response:
        """Say a text in a voice; the sound comes while it is made."""
        order = _checked(await read_value(request, MOST_BODY))
        wanted = self._engine_of(order.model)
        speech = Speech(order.input, order.voice, order.instructions, order.language)
        asked = await run_sync(speech_asked, speech, self._home, wanted, limiter=self._threads)
        plain = order.response_format in PLAIN
        ffmpeg = None if plain else await run_sync(lambda: self._ffmpeg, limiter=self._threads)
        if self._lines >= MOST_WAITING + self._hot.slots:
            what = f"{self._lines} lines wait to be spoken already; ask again in {RETRY_S} s"
            raise HTTPException(429, what, {"Retry-After": str(RETRY_S)})
        return await self._said(request, _Saying(self._hot, asked, wanted, ffmpeg, order), asked)

    async def _said(self, request: Request, saying: _Saying, asked: Asked) -> Response:
        """The answer, once there is a sound: what fails before is answered in so many words."""
        self._lines += len(asked.requests)

        def end() -> None:
            self._lines -= len(asked.requests)
            asyncio.get_running_loop().run_in_executor(None, saying.forget)

        async def rest() -> AsyncIterator[bytes]:
            while block := await self._next(saying):
                yield block

        watching = asyncio.create_task(_when_gone(request, saying))
        try:
            first = await self._next(saying)
        except BaseException:
            end()
            raise
        finally:
            watching.cancel()
        return _Sound(first, rest(), TYPES[saying.form], end)

    async def _next(self, saying: _Saying) -> bytes:
        """The next bytes; none at the end."""
        return await run_sync(next, saying.blocks, b"", abandon_on_cancel=True, limiter=self._threads)

    def _engine_of(self, model: str) -> Wanted:
        """What is wanted by the name of a model. Raises UnknownError."""
        if model in (ANY, *ALIASES):
            return self._wanted
        if model in self._engines():
            return replace(self._wanted, engine=model)
        raise UnknownError(f'no model is called "{model[:60]}"', do=f"one of {', '.join((ANY, *self._engines()))}")

    def _engines(self) -> list[str]:
        return [name for name in ENGINES if not missing(name, self._wanted.place)]

    def voices(self, request: Request) -> Response:
        """The voices on the shelves that can be asked for."""
        rows = [row for row in list_voices(self._home) if not row.damage]
        shown = [VoiceShown(row.name, row.name, row.kind, row.languages, row.description) for row in rows]
        return JSONResponse(asdict(VoicesShown(shown)))

    def models(self, request: Request) -> Response:
        """The models that can be asked for: `narrate` for whatever speaks the voice, or one engine."""
        names = (ANY, *self._engines(), *ALIASES)
        return JSONResponse(asdict(ModelsShown([ModelShown(name) for name in names])))


def _checked(body: object) -> SpeechAsked:
    """What is asked. Raises RefusedError in one line for what cannot be done."""
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if value is not None}
        if isinstance(body.get("voice"), dict):  # as newer clients have it
            body["voice"] = body["voice"].get("id")
    order = as_form(body, SpeechAsked)
    if len(order.input) > MOST_CHARACTERS:
        what = f"the text has {len(order.input):,} characters, and {MOST_CHARACTERS:,} are read at once"
        raise HTTPException(413, what)
    if order.speed != 1:
        raise RefusedError(f'"speed" is 1 here, not {str(order.speed)[:20]}', do="players can change it")
    if order.response_format not in FORMS:
        raise RefusedError(f'no format is called "{order.response_format[:40]}"', do=f"one of {', '.join(FORMS)}")
    if not 0 <= order.chunk_frames <= MOST_FRAMES:
        what = f'"chunk_frames" is 1 to {MOST_FRAMES} here, frames of 80 ms, not {str(order.chunk_frames)[:20]}'
        raise RefusedError(what, do="leave it out: sound then comes line by line")
    if order.stream_format != "audio":
        raise RefusedError('"stream_format" is "audio" here', do="leave it out: sound comes as it is made")
    return order


async def _when_gone(request: Request, saying: _Saying) -> None:
    """End a speech when its client goes away before there is a sound."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    await run_sync(saying.close)
