"""The full checks of a take together: what was said, and the print of who said it."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.check.findings import Finding
from narrate.check.heard import Hearing, Recogniser, listen
from narrate.check.voiceprint import Print, pitch
from narrate.errors import VoiceError
from narrate.takes import Request
from narrate.voices import transcript


class Encoder(Protocol):
    """An encoder that tells voices apart: check.speaker.SpeakerEncoder, or the model's own."""

    def embed(self, takes: Sequence[Audio]) -> list[NDArray[np.float32]]:
        """An embedding of length 1 for each take; zeros for one without a sound."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The result of listening to a take, and the take's voice; None without a speaker encoder.

    `words`: whether the words were listened to; not where the recogniser does not know their language.
    """

    findings: tuple[Finding, ...]
    voice: Print | None
    words: bool = True


class Ears:
    """A recogniser and, where there is one, a speaker encoder. May be called from several threads.

    `foreign`: the keys of lines that a voice reads which does not speak their language.
    """

    def __init__(self, recogniser: Recogniser, encoder: Encoder | None, foreign: Iterable[str] = ()) -> None:
        self._recogniser, self._encoder = recogniser, encoder
        self.foreign = set(foreign)
        self._lock = threading.Lock()
        self._references: dict[str, str] = {}

    def hear(self, takes: Sequence[tuple[Request, Audio, bool]]) -> list[Heard]:
        """Listen to requests' takes; True with one that has failed already."""
        understood = [self.understands(request) for request, _, _ in takes]
        with self._lock:
            known = [take for take, words in zip(takes, understood, strict=True) if words]
            listened = iter(
                listen(
                    self._recogniser,
                    [Hearing(r.text, audio, self._reference(r), spoilt, r.language) for r, audio, spoilt in known],
                )
            )
            found = [tuple(next(listened)) if words else () for words in understood]
            if self._encoder is None:
                return [Heard(findings, None, words) for findings, words in zip(found, understood, strict=True)]
            vectors = self._encoder.embed([audio for _, audio, _ in takes])
        return [
            Heard(findings, Print(vector, pitch(audio), audio.seconds), words)
            for findings, vector, words, (_, audio, _) in zip(found, vectors, understood, takes, strict=True)
        ]

    def understands(self, request: Request) -> bool:
        """Whether what is said in a request's take can be held against its words."""
        return request.key not in self.foreign and self._recogniser.knows(request.language)

    def _reference(self, request: Request) -> str:
        """What is said in the reference of the request's voice; empty where there is none."""
        voice = request.voice
        if voice.tensors is None or not voice.tensors.is_dir():
            return ""
        if voice.fingerprint not in self._references:
            try:
                self._references[voice.fingerprint] = transcript(voice.tensors)
            except VoiceError:
                self._references[voice.fingerprint] = ""
        return self._references[voice.fingerprint]


class Listener:
    """Listens on a thread of its own, so that no engine waits for it: `add`, `finish`, `close`.

    `read` gives a request's take and whether it has failed, or None; `tell` gets what was heard.
    """

    BATCH = 8

    def __init__(
        self,
        ears: Ears,
        read: Callable[[Request], tuple[Request, Audio, bool] | None],
        tell: Callable[[Request, Heard], None],
    ) -> None:
        self._ears, self._read, self._tell = ears, read, tell
        self._waiting: list[Request] = []
        self._busy = 0
        self._closed = False
        self._trouble: BaseException | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def add(self, request: Request) -> None:
        """A take to listen to, some time."""
        with self._changed:
            self._waiting.append(request)
            self._changed.notify_all()

    @property
    def left(self) -> int:
        """The number of takes that have not been listened to."""
        with self._changed:
            return len(self._waiting) + self._busy

    def finish(self, stop: threading.Event) -> None:
        """Wait until everything has been listened to, or `stop`. Raises what went wrong on the thread."""
        with self._changed:
            while (self._waiting or self._busy) and self._trouble is None and not stop.is_set():
                self._changed.wait(0.5)
        if self._trouble is not None:
            raise self._trouble

    def close(self, wait_s: float | None = None) -> None:
        """Stop after what is in hand, which is left after `wait_s`. Harmless when called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(wait_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = 0
                self._changed.notify_all()
                while not (self._waiting or self._closed):
                    self._changed.wait()
                if self._closed:
                    return
                batch, self._waiting = self._waiting[: self.BATCH], self._waiting[self.BATCH :]
                self._busy = len(batch)
            try:
                takes = [take for request in batch if (take := self._read(request)) is not None]
                for (request, _, _), heard in zip(takes, self._ears.hear(takes), strict=True):
                    self._tell(request, heard)
            except BaseException as trouble:  # told by `finish`, on the thread that can do something about it
                with self._changed:
                    self._trouble, self._waiting, self._busy = trouble, [], 0
                    self._changed.notify_all()
                return
