"""The draft engine: hibari-tts's embedded English voice, one process on each core.

`DraftEngine` deals requests out to worker processes; `speak_line` is what a worker does.

Why pipes of our own and not a pool: a ProcessPoolExecutor breaks as a whole when one
worker is killed, a multiprocessing.Pool waits for ever, and the workers of both outlive
a parent that is killed. Here a worker reads from a pipe that closes with its parent, and
what a dead worker had in hand goes to a new one.

How a voice is shifted: hibari's network gives the pitch and the spectral envelopes of
every 12.5 ms frame, and a waveform is only then made of them. So pitch is multiplied,
pace reads the frames faster or slower, and formants stretch the envelopes, all before
there is a waveform to blur. The network has a speed of its own, which we leave at 1: it
rounds each phoneme to whole steps, so that 1.3 gives 1.17 and 1.4 gives 1.49.
"""

import os
import signal
import threading
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, from_float, silence
from narrate.errors import EngineError, VoiceError
from narrate.take import Request
from narrate.voice import DraftVoice

MODEL = "hibari-heart"
SAMPLE_RATE = 24_000
IN_FLIGHT = 2  # requests a worker: one in hand, one waiting, so that it never idles while a take is written
MAX_DEATHS = 3  # workers that one request may take down
MAX_PHONEMES = 400  # a longer chunk costs the network memory by its square; hibari's own limit yields to long clauses
VOICED_HZ = 40.0  # hibari takes a lower pitch for none
EDGE_MS = 30.0  # what a take keeps before its first sound and after its last; assembly makes the pauses
EDGE_DB = -55.0  # a sound is above this, relative to the take's peak; hibari's silence lies under -120
SENTENCE_MS, CLAUSE_MS = 300.0, 120.0  # between the sentences of one request, and between parts of a very long one
NOTHING_MS = 200.0  # what is heard of a text that has no sound


@dataclass(slots=True, eq=False)
class _Job:
    request: Request
    deaths: int = 0


@dataclass(slots=True, eq=False)
class _Worker:
    """A process and what it was given, oldest first; None for what nobody waits for any more."""

    process: SpawnProcess
    pipe: Connection
    jobs: deque[_Job | None] = field(default_factory=deque)


class DraftEngine:
    """hibari's voice "heart" on every core (or `workers` processes), 24 kHz. Satisfies Engine.

    Processes start when there is work for them and stay until `close`.
    """

    name = "draft"
    model = MODEL
    sample_rate = SAMPLE_RATE

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers counts from 1, not {workers}")
        self._limit = workers or _cores()
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()  # what dead workers had in hand
        self._speaking = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes; IN_FLIGHT requests a worker are pulled ahead.

        Raises VoiceError for a voice that is not a draft voice and EngineError for a language other
        than English, both when the request is pulled, before it is given to a worker; EngineError
        for a text that hibari fails on or that brings down MAX_DEATHS workers. One `speak` at a time.
        """
        if self._speaking:
            raise RuntimeError("this engine is speaking already; finish or close the other iterator first")
        self._speaking = True
        source = iter(requests)
        try:
            while True:
                self._deal(source)
                if not any(job for worker in self._workers for job in worker.jobs):
                    return
                for request, samples in self._collect():
                    yield request, Audio(samples, SAMPLE_RATE)
        finally:
            for worker in self._workers:
                worker.jobs = deque([None] * len(worker.jobs))
            self._waiting.clear()
            self._speaking = False

    def notes(self, request: Request) -> dict[str, object]:
        """The release of hibari-tts: the model is inside it."""
        return {"revision": _release()}

    def close(self) -> None:
        """End the worker processes. Harmless when called twice."""
        while self._workers:
            worker = self._workers.pop()
            worker.pipe.close()
            _end(worker.process)

    def _deal(self, source: Iterator[Request]) -> None:
        """Give out requests until every worker has IN_FLIGHT of them or there are no more."""
        while len(self._workers) < self._limit or any(len(worker.jobs) < IN_FLIGHT for worker in self._workers):
            if self._waiting:
                job = self._waiting.popleft()
            elif (request := next(source, None)) is not None:
                _check(request)
                job = _Job(request)
            else:
                return
            idlest = min(self._workers, key=lambda worker: len(worker.jobs), default=None)
            if idlest is None or (idlest.jobs and len(self._workers) < self._limit):
                idlest = _start()
                self._workers.append(idlest)
            idlest.jobs.append(job)
            with suppress(OSError):  # it has just died: `_collect` finds its pipe closed and the job is dealt again
                idlest.pipe.send(job.request)

    def _collect(self) -> Iterator[tuple[Request, NDArray[np.int16]]]:
        """What has been made by now, after waiting for one answer."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            job = worker.jobs.popleft()
            if job is None:
                continue  # asked for by an iterator that was closed early
            if isinstance(answer, EngineError):
                raise answer
            yield job.request, answer

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker's requests back. Raises EngineError when the first has had MAX_DEATHS."""
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(1)
        code = worker.process.exitcode
        _end(worker.process)
        if worker.jobs and (first := worker.jobs[0]):
            first.deaths += 1
            if first.deaths >= MAX_DEATHS:
                raise EngineError(
                    f"{MAX_DEATHS} draft workers died (exit code {code}) on {_shown(first.request)}",
                    do="change the line, or free some memory, and run the same command again",
                )
        self._waiting.extend(job for job in worker.jobs if job)


@cache
def _release() -> str:
    return f"hibari-tts {version('hibari-tts')}"


def _check(request: Request) -> None:
    """Refuse what hibari cannot speak before anything is made of it."""
    if not isinstance(request.voice, DraftVoice):
        raise VoiceError(
            f'the draft engine speaks draft voices only, and "{request.voice.name}" is a Qwen3-TTS voice',
            do='pip install "narrate[qwen]" and use a GPU, or choose a draft voice',
        )
    if request.language.lower().replace("_", "-").split("-")[0] not in ("en", "eng", "english", "auto"):
        raise EngineError(
            f'the draft engine speaks English only, not "{request.language}"',
            do='pip install "narrate[qwen]" and use a GPU for other languages',
        )


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start() -> _Worker:
    """A worker process that ^C does not reach: the parent alone decides what an interrupt means.

    spawn, not fork: the same on every system, and a fork would copy the parent's threads' locks.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), name="narrate-draft", daemon=True)
    masked = hasattr(signal, "pthread_sigmask")
    # The child inherits the mask, so an interrupt in its first moments prints no traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if masked else set()
    try:
        process.start()
    finally:
        if masked:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()  # the worker alone holds its end, so its death closes the pipe
    return _Worker(process, ours)


def _end(process: SpawnProcess) -> None:
    process.join(2)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


def _shown(request: Request) -> str:
    text = request.text if len(request.text) <= 60 else request.text[:59] + "…"
    return f'"{text}"'


# In a worker process


def _work(pipe: Connection) -> None:
    """Answer each request with samples [N] int16, or with an EngineError, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, requests), daemon=True).start()
    hibari = None
    while True:
        request = requests.get()
        answer: NDArray[np.int16] | EngineError
        try:
            hibari = hibari or _load()
            answer = speak_line(hibari, request)
        except EngineError as error:
            answer = error
        except Exception as error:
            answer = EngineError(f"the draft engine cannot speak {_shown(request)}: {type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except OSError:
            os._exit(0)


def _listen(pipe: Connection, requests: "SimpleQueue[Request]") -> None:
    """Queue what arrives; when the parent is gone, however it went, go too, in mid-word if need be."""
    try:
        while True:
            requests.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)


def _load() -> Any:
    """hibari's model, on one thread: the workers are the parallelism."""
    try:
        from hibari import Hibari

        return Hibari(threads=1)
    except Exception as error:
        raise EngineError(
            f"the draft voice cannot be loaded: {error}", do='pip install --force-reinstall "hibari-tts>=0.2.1,<0.3"'
        ) from error


def speak_line(hibari: Any, request: Request) -> NDArray[np.int16]:
    """Samples [N] int16 at SAMPLE_RATE for a request with a DraftVoice, trimmed to EDGE_MS at both ends.

    The same request gives the same samples in any process and order: the noise part is
    drawn from its own seed. A text without a sound ("日本語", "***") gives NOTHING_MS of
    silence: a listener expects the book to go on, and an error would stop a whole render
    for one ornament.
    """
    voice = request.voice
    assert isinstance(voice, DraftVoice)
    draws = np.random.default_rng(request.seed)
    parts: list[NDArray[np.int16]] = []
    gap_ms = 0.0
    for phonemes in _chunks(hibari, request.text):
        samples = _trim(_synthesize(hibari, phonemes, voice, draws))
        if not len(samples):
            continue
        if parts:
            parts.append(silence(max(0.0, gap_ms - 2 * EDGE_MS), SAMPLE_RATE))
        parts.append(from_float(samples, SAMPLE_RATE).samples)
        gap_ms = SENTENCE_MS if phonemes.rstrip('"”’)')[-1:] in tuple(".!?…") else CLAUSE_MS
    return np.concatenate(parts) if parts else silence(NOTHING_MS, SAMPLE_RATE)


def _chunks(hibari: Any, text: str) -> Iterator[str]:
    """The text as strings of at most MAX_PHONEMES phonemes, cut at sentences, then clauses, then words."""
    try:
        found = hibari.phonemize(text)
    except (ValueError, LookupError):
        # hibari 0.2 trips over numerals such as ❶ or 10⁻⁶ and numbers of 40 digits: read those digit by digit
        found = hibari.phonemize("".join(map(_spaced_digit, text)))
    for phonemes in found:
        while len(phonemes) > MAX_PHONEMES:
            cut = phonemes.rfind(" ", 0, MAX_PHONEMES) + 1 or MAX_PHONEMES
            yield phonemes[:cut]
            phonemes = phonemes[cut:]
        yield phonemes


def _spaced_digit(character: str) -> str:
    digit = unicodedata.digit(character, -1)
    return character if digit < 0 else f" {digit} "


def _synthesize(hibari: Any, phonemes: str, voice: DraftVoice, draws: np.random.Generator) -> NDArray[np.float32]:
    """Samples [N] float32 of one chunk; with pitch 0, pace 1 and formant 1 exactly what hibari gives."""
    from hibari import dsp

    ids = hibari.ids(phonemes)
    if len(ids) < 3 or not any(map(str.isalpha, phonemes)):  # nothing but pads and points: hibari would breathe
        return np.zeros(0, np.float32)
    feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
    # Harmonics' level and phase, noise's level, the free branch's level and phase: [601, F]. Pitch in Hz: [F].
    outputs = (output[0] for output in hibari.sess.run(["lh", "theta", "ln", "lr", "phi", "f0"], feed))
    harmonic, theta, noise, free, phi, f0 = outputs
    plain: NDArray[np.float32] = dsp.synth(harmonic, theta, noise, free, phi, f0, draws)
    if (voice.pitch, voice.pace, voice.formant) == (0.0, 1.0, 1.0):
        return plain
    if voice.pitch:  # a voiced frame stays voiced, however deep
        f0 = np.where(f0 > VOICED_HZ, np.maximum(f0 * 2.0 ** (voice.pitch / 12.0), VOICED_HZ + 1.0), f0)
    if voice.formant != 1.0:
        bins = np.minimum(np.arange(len(phi)) / voice.formant, len(phi) - 1.0)
        harmonic, noise, free = (_between(part.T, bins).T for part in (harmonic, noise, free))
        theta = theta[np.rint(bins).astype(np.intp)]
    if voice.pace != 1.0:
        count = max(1, round(len(f0) / voice.pace))
        frames = np.clip((np.arange(count) + 0.5) * (len(f0) / count) - 0.5, 0.0, len(f0) - 1.0)
        nearest = np.rint(frames).astype(np.intp)  # phases have no middle
        harmonic, noise, free, f0 = (_between(part, frames) for part in (harmonic, noise, free, f0))
        theta, phi = theta[:, nearest], phi[:, nearest]
    shifted: NDArray[np.float32] = dsp.synth(harmonic, theta, noise, free, phi, f0.astype(np.float32), draws)
    # Harmonics that move under the envelope grow and shrink by up to 6 dB: every voice is to be as loud as the
    # plain one. No sum over the envelopes foretells it within 4 dB, so the plain one is made and measured.
    shifted *= np.sqrt(np.mean(plain * plain) / max(float(np.mean(shifted * shifted)), 1e-12))
    return shifted


def _between(values: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """`values` [..., F] at the fractional places `at` [M] along the last axis, linearly: [..., M] float32."""
    low = at.astype(np.intp)
    weight = (at - low).astype(np.float32)
    below = values[..., low]
    return below + weight * (values[..., np.minimum(low + 1, values.shape[-1] - 1)] - below)


def _trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """`samples` from EDGE_MS before the first sound to EDGE_MS after the last; empty when there is none.

    hibari leaves about 280 ms before and 400 ms after, differing from line to line.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 1e-4:
        return samples[:0]
    step = SAMPLE_RATE // 200  # 5 ms
    blocks = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    level = np.sqrt(np.mean(blocks * blocks, axis=1))
    (loud,) = np.nonzero(level > peak * 10.0 ** (EDGE_DB / 20.0))
    if not len(loud):
        return samples[:0]
    edge = round(EDGE_MS * SAMPLE_RATE / 1000)
    return samples[max(0, loud[0] * step - edge) : (loud[-1] + 1) * step + edge]
