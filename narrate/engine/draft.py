"""The draft engine: hibari-tts's embedded English voice, one process on each core (see draft_speech)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import Self

from narrate.audio import Audio
from narrate.engine.choice import check_spoken, check_voices, languages_of
from narrate.engine.devices import cores_here
from narrate.engine.draft_facts import DRAFT
from narrate.engine.draft_sound import REVISION
from narrate.engine.draft_speech import load_hibari, speak_line, speak_parts
from narrate.engine.draft_waves import SAMPLE_RATE
from narrate.engine.engine import Asked, Patient
from narrate.engine.pool import Pool, quoted
from narrate.engine.processes import Processes
from narrate.errors import EngineError
from narrate.languages import language_tag
from narrate.takes import Request

MODEL = DRAFT.model
START_S = 300.0  # for loading the model, before a worker counts as stuck
STUCK_S = 600.0  # the longest take needs a second; in Japanese up to a minute of a core that has nothing else to do


class DraftSpeaker:
    """hibari's voice "heart" in this process, on one core. Satisfies Patient and Streaming."""

    name, model, sample_rate, slots = DRAFT.name, MODEL, SAMPLE_RATE, 1

    def __init__(self, *, slots: int | None = None) -> None:
        self._hibari = load_hibari()

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, in order.

        Raises VoiceError for a voice that is not a draft voice; EngineError for a language other than English and
        for a text that hibari fails on.
        """
        for request in requests:
            if request is None:
                continue
            with _spoken(request):
                yield request, Audio(speak_line(self._hibari, request), SAMPLE_RATE)

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        """The same in pieces, each as soon as it is made: hibari makes a sentence at once, so `chunk_frames` has
        no say."""
        for request in requests:
            with _spoken(request):
                for samples in speak_parts(self._hibari, request):
                    yield request, Audio(samples, SAMPLE_RATE)

    def drop(self, requests: Sequence[Request]) -> None:
        """Nothing ends sooner: a sentence is made at once."""

    def notes(self, request: Request) -> dict[str, object]:
        """The release of hibari-tts, whose model is inside it, and ours of the waveform."""
        return {"revision": _release()}

    def close(self) -> None:
        """There is nothing to free."""


class DraftEngine(Pool[Audio]):
    """A DraftSpeaker on every core (or `workers` processes), 24 kHz. Satisfies Patient and Streaming.

    Processes start when there is work for them and stay until `close`.
    """

    name, model, sample_rate = DRAFT.name, MODEL, SAMPLE_RATE

    def __init__(self, workers: int | None = None, *, stuck_s: float = STUCK_S) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers counts from 1, not {workers}")
        self._count = workers or cores_here()
        machines = Processes([DraftSpeaker] * self._count)
        super().__init__(machines, start_s=START_S, stuck_s=stuck_s, on_demand=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def slots(self) -> int:
        """Lines that are spoken at a time: one a process."""
        return self._count


def open_draft(models: Sequence[str] = (), *, slots: int | None = None, **options: object) -> Patient[Audio]:
    """The engine on as many cores as there are `slots`: of one, in this process. It has its model in itself."""
    return DraftSpeaker() if slots == 1 else DraftEngine(slots)


@cache
def _release() -> str:
    return f"hibari-tts {version('hibari-tts')}, waveform {REVISION}"


@contextmanager
def _spoken(request: Request) -> Iterator[None]:
    """Refuses what hibari cannot speak before anything is made of it, and says of what it failed on."""
    check_voices(DRAFT, [request.voice])
    if language_tag(request.language) != "auto":
        check_spoken(DRAFT.name, language_tag(request.language), languages_of(DRAFT, [request.voice]))
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        what = f"the draft engine cannot speak {quoted(request.text)}: {type(error).__name__}: {error}"
        raise EngineError(what) from error
