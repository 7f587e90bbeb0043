"""Takes made bad in the ways that takes go bad: what the checks are measured with.

A fault is made of a good take's waveform, or by having the draft engine speak something else
than was asked. Every fault is drawn from a seed, so that a table can be made again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, Encoded, encoded
from narrate.check.measures import measure
from narrate.engine import Engine
from narrate.takes import Request
from narrate.voices import DraftVoice

Samples = NDArray[np.int16]
Draws = np.random.Generator

REFERENCE = "The train was late again, so we waited in the hall and shared an orange."
MIN_WORDS = 4  # a fault inside a line needs a line to be inside of


@dataclass(frozen=True, slots=True, eq=False)
class Spoilt:
    """What was asked, what came instead, and what is wrong with it."""

    request: Request
    audio: Audio
    kind: str


def cut_end(samples: Samples, draws: Draws) -> Samples:
    """Its last 15 to 45 % missing."""
    return samples[: int(len(samples) * draws.uniform(0.55, 0.85))]


def cut_start(samples: Samples, draws: Draws) -> Samples:
    """Its first 15 to 45 % missing."""
    return samples[int(len(samples) * draws.uniform(0.15, 0.45)) :]


def babble(samples: Samples, draws: Draws) -> Samples:
    """Twice as long: pieces of itself, of a syllable or two, in any order, after it."""
    piece = 6000
    starts = draws.integers(0, max(1, len(samples) - piece), size=-(-len(samples) // piece))
    return np.concatenate([samples, *(samples[at : at + piece] for at in starts)])


def repeat_phrase(samples: Samples, draws: Draws) -> Samples:
    """A piece of 0.5 to 1.5 s (a phrase) said twice, cut at its quietest points."""
    length = min(int(draws.uniform(0.5, 1.5) * 24000), len(samples) // 2)
    start = _quiet(samples, int(draws.uniform(0.1, 0.9) * (len(samples) - length)))
    end = _quiet(samples, start + length)
    return np.concatenate([samples[:end], samples[start:end], samples[end:]])


def hole(samples: Samples, draws: Draws) -> Samples:
    """Half a second of silence in the middle of what is said."""
    start = int(draws.uniform(0.15, 0.85) * (len(samples) - 12000))
    return np.concatenate([samples[:start], np.zeros(12000, np.int16), samples[start + 12000 :]])


def clip(samples: Samples, draws: Draws) -> Samples:
    """12 dB or more too loud for its 16 bits."""
    gain = 32767 / np.abs(samples.astype(np.int32)).max() * draws.uniform(4, 8)
    return _rounded(samples * gain)


def noise(samples: Samples, draws: Draws) -> Samples:
    """White noise 10 dB below the speech."""
    level = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) * 10 ** (-10 / 20)
    return _rounded(samples + draws.normal(0, level, len(samples)))


def silent(samples: Samples, draws: Draws) -> Samples:
    """Nothing, or a hiss that nobody hears."""
    return np.rint(draws.normal(0, draws.choice([0.0, 3.0]), len(samples))).astype(np.int16)


WAVEFORM: Mapping[str, Callable[[Samples, Draws], Samples]] = {
    "cut short at the end": cut_end,
    "cut short at the start": cut_start,
    "twice as long, babble": babble,
    "a phrase repeated": repeat_phrase,
    "a hole of 0.5 s": hole,
    "clipped": clip,
    "noise at 10 dB": noise,
    "silent": silent,
}
RESPOKEN = (
    "a word missing",
    "voice shifted",
    "another voice",
    "reference in front",
    "40 % faster",
    "a phrase said again",
)
KINDS = (*WAVEFORM, *RESPOKEN)


def spoil(
    engine: Engine[Audio],
    good: Sequence[tuple[Request, Audio]],
    others: Sequence[DraftVoice],
    count: int,
    seed: int = 7,
) -> Iterator[Spoilt]:
    """`count` takes of each kind, from good ones drawn anew for each; `others`: voices to be taken for."""
    draws = np.random.default_rng(seed)
    long = [(request, audio) for request, audio in good if len(request.text.split()) >= MIN_WORDS]
    for kind, change in WAVEFORM.items():
        for at in draws.permutation(len(long))[:count]:
            request, audio = long[at]
            yield Spoilt(request, Audio(change(audio.samples, draws), audio.sample_rate), kind)
    for kind in RESPOKEN:
        asked = [long[at] for at in draws.permutation(len(long))[:count]]
        instead = [_instead(request, kind, others, draws) for request, _ in asked]
        made = dict(engine.speak(list({r.key: r for r in instead}.values())))
        spoken = {request.key: audio for request, audio in made.items()}
        for (request, audio), other in zip(asked, instead, strict=True):
            found = spoken[other.key]
            if kind == "reference in front":
                pause = np.zeros(7200, np.int16)
                found = Audio(np.concatenate([found.samples, pause, audio.samples]), audio.sample_rate)
            yield Spoilt(request, found, kind)


class Recorded:
    """An engine that plays takes made before, by their text, and counts what it was asked in each call."""

    name, model, sample_rate, slots = "recorded", "", 24_000, 1

    def __init__(self, takes: Sequence[tuple[Request, Audio]]) -> None:
        self.takes: Mapping[str, Audio] = {request.text: audio for request, audio in takes}
        self.calls: list[int] = []

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        self.calls.append(0)
        for request in requests:
            self.calls[-1] += 1
            yield request, self.takes[request.text]

    def notes(self, request: Request) -> dict[str, object]:
        return {"revision": "1"}

    def close(self) -> None:
        pass


class Sounds:
    """Takes and what becomes of them when they are spoilt, measured once: `sounds(request, kind)`, "" for a good one.

    Their files hold no more than a click: who judges them looks at what was measured.
    """

    def __init__(self, takes: Sequence[tuple[Request, Audio]]) -> None:
        self._good = {request.text: audio for request, audio in takes}
        self._file = encoded(Audio(np.ones(100, np.int16), 24_000)).flac

    @cache  # noqa: B019  # for one test
    def __call__(self, text: str, kind: str) -> Encoded:
        audio = self._good[text]
        if kind:
            draws = np.random.default_rng(len(text))
            audio = Audio(WAVEFORM[kind](audio.samples, draws), audio.sample_rate)
        return Encoded(self._file, audio.seconds, measure(audio))


class Spoiling:
    """An engine that spoils a `share` of the takes it plays, drawn at random by `seed`; `sounds` plays them.

    `spoilt`: in what way, by the request's own draws. `calls`: how many takes each call asked for.
    """

    name, model, sample_rate, slots = "spoiling", "", 24_000, 1
    KINDS = ("cut short at the end", "twice as long, babble", "clipped", "noise at 10 dB", "silent")

    def __init__(
        self, takes: Sequence[tuple[Request, Audio]], share: float, seed: int = 0, sounds: Sounds | None = None
    ) -> None:
        self._takes, self._share, self._sounds = {request.text: audio for request, audio in takes}, share, sounds
        self._draws = np.random.default_rng(seed)
        self.spoilt: dict[int, str] = {}
        self.calls: list[int] = []

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio | Encoded]]:
        self.calls.append(0)
        for request in requests:
            self.calls[-1] += 1
            kind = str(self._draws.choice(self.KINDS)) if self._draws.random() < self._share else ""
            if kind:
                self.spoilt[request.seed] = kind
            if self._sounds is not None:
                yield request, self._sounds(request.text, kind)
                continue
            audio = self._takes[request.text]
            if kind:
                audio = Audio(WAVEFORM[kind](audio.samples, self._draws), audio.sample_rate)
            yield request, audio

    def notes(self, request: Request) -> dict[str, object]:
        return {"revision": "1"}

    def close(self) -> None:
        pass


def _instead(request: Request, kind: str, others: Sequence[DraftVoice], draws: Draws) -> Request:
    """What is spoken in place of `request`."""
    voice = request.voice
    assert isinstance(voice, DraftVoice)
    match kind:
        case "a word missing":
            words = request.text.split()
            places = [i for i, word in enumerate(words) if len(re.sub(r"\W", "", word)) >= 3]
            gone = int(draws.choice(places))
            return replace(request, text=" ".join(words[:gone] + words[gone + 1 :]))
        case "voice shifted":
            up = bool(draws.integers(2))
            pitch, formant = (4.0, 1.12) if up else (-4.0, 0.88)
            return replace(request, voice=replace(voice, pitch=voice.pitch + pitch, formant=voice.formant * formant))
        case "another voice":
            return replace(request, voice=others[int(draws.integers(len(others)))])
        case "reference in front":
            return replace(request, text=REFERENCE)
        case "a phrase said again":
            words = request.text.split()
            length = int(draws.integers(2, min(5, len(words))))
            at = int(draws.integers(len(words) - length + 1))
            return replace(request, text=" ".join(words[: at + length] + words[at:]))
        case _:
            return replace(request, voice=replace(voice, pace=voice.pace * 1.4))


def _rounded(samples: NDArray[np.float64]) -> Samples:
    whole: Samples = np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
    return whole


def _quiet(samples: Samples, near: int) -> int:
    """The quietest 10 ms within 150 ms of `near`."""
    low = max(0, near - 3600)
    part = np.abs(samples[low : near + 3600].astype(np.int32))
    blocks = part[: len(part) // 240 * 240].reshape(-1, 240).sum(axis=1)
    return low + int(blocks.argmin()) * 240 if len(blocks) else near
