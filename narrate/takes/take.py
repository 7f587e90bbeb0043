"""Takes: a request to an engine, the take's key, and the store of the audio that came back.

A take exists exactly when its file does: written to a temporary file, fsynced, renamed.
Its key is a digest of what was asked and of nothing else (not chapter, position, names of
speakers or voices, batch size or device), so an edit remakes the lines it touches and no
others. There is no index to fall out of step with the files. What is found of a take once it is
there goes into `verdicts.jsonl` beside them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from narrate.audio import Audio, Encoded, Sound, commented, encoded, flac_comment, read_flac
from narrate.errors import StorageError
from narrate.files import digest, is_full, parse_json, storage, sweep_parts, write_bytes
from narrate.takes.verdicts import Verdicts
from narrate.voices import Voice


@dataclass(frozen=True, slots=True)
class Sampling:
    """The settings by which codes are drawn; an engine that draws nothing ignores it. Defaults are Qwen3-TTS's own."""

    temperature: float = 0.9
    top_k: int = 50
    top_p: float = 1.0
    repetition_penalty: float = 1.05
    # the code predictor's own settings ("subtalker" in the checkpoint's generation_config.json)
    predictor_temperature: float = 0.9
    predictor_top_k: int = 50
    predictor_top_p: float = 1.0
    greedy: bool = False
    # Upstream's rule to the letter: end-of-speech outside top-k is never drawn, however late the line (docs/engine.md).
    exact_upstream: bool = False


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A request's characters `start` to `end` are said as `ipa` has it (canonical: see languages/phonetics.py)."""

    start: int
    end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Request:
    """One line as it is asked of an engine. `text` is as spoken; `language` a two-letter code or "auto".

    `phonemes` are in order and never overlap; only an engine that takes them is given any (`EngineFacts.phonemes`).
    `pace` is how many times as fast as the voice's own; only an engine that takes one is asked for another than 1.
    `take` is the reading that a person asks for. `attempt` counts our own tries at it: other draws
    for the same key, because which of them is kept is nothing that was asked.
    """

    text: str
    voice: Voice
    language: str = "en"
    direction: str = ""
    take: int = 1
    engine: str = ""
    model: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    attempt: int = 1
    phonemes: tuple[Phonemes, ...] = ()
    pace: float = 1.0
    _key: str = field(default="", init=False, repr=False, compare=False)  # once it was asked for

    @property
    def asked(self) -> dict[str, object]:
        """The fields that decide the sound, in a form that JSON can hold."""
        settings = {name: getattr(self.sampling, name) for name in Sampling.__slots__}
        exact = {"exact_upstream": True} if settings.pop("exact_upstream") else {}  # without it, keys of old stay
        sounds = {"phonemes": [[p.start, p.end, p.ipa] for p in self.phonemes]} if self.phonemes else {}
        return {
            "text": self.text,
            "language": self.language,
            "voice": self.voice.fingerprint,
            "direction": self.direction,
            "take": self.take,
            "engine": self.engine,
            "model": self.model,
            "sampling": list(settings.values()),
            **exact,
            **sounds,
            **({"pace": self.pace} if self.pace != 1.0 else {}),
        }

    @property
    def key(self) -> str:
        """40 hexadecimal digits: the take's name in the store."""
        if not self._key:
            object.__setattr__(self, "_key", digest(self.asked))
        return self._key

    @property
    def seed(self) -> int:
        """The seed of this request's draws, from its key: the same attempt at a line sounds the same anywhere."""
        drawn = self.key if self.attempt == 1 else digest(self.key, self.attempt)
        return int(drawn[:15], 16)


READINGS = 20


class TakeStore:
    """The folder of takes: `9f/9f3c….flac`, each with what was asked in its own comment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Asked when the disk is full: True to try again, after a while. It may be called on several threads.
        self.full: Callable[[StorageError], bool] = lambda error: False
        self._verdicts = Verdicts(folder)

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.flac"

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.path(key).is_file()

    def keys(self) -> set[str]:
        """The keys of all takes, from one walk over the folder (a stat a line is slow for a book)."""
        return {path.stem for path in self.folder.glob("??/*.flac")}

    def put(self, request: Request, audio: Sound, *, made: dict[str, object] | None = None) -> None:
        """Keep `audio` as the take of `request`; `made` goes into its comment (revision, verdict)."""
        found = request.asked | {"voice_name": request.voice.name} | (made or {})
        sound = audio if isinstance(audio, Encoded) else encoded(audio)
        flac = _told(sound.flac, found)
        self._when_not_full(lambda: write_bytes(self.path(request.key), flac))

    def annotate(self, key: str, found: dict[str, object]) -> None:
        """Keep what was found of a take beside what is known of it; its file stays. Raises StorageError."""
        self._when_not_full(lambda: self._verdicts.add(key, self.path(key), found))

    def _when_not_full(self, write: Callable[[], None]) -> None:
        """Write, again and again while the disk is full and `full` says to. Raises StorageError."""
        while True:
            try:
                return write()
            except StorageError as error:
                if not (is_full(error) and self.full(error)):
                    raise

    def get(self, key: str) -> Audio:
        """The take's audio. Raises StorageError when it is missing or damaged."""
        return read_flac(self.path(key))

    def seconds(self, key: str) -> float:
        """A take's length, without decoding it. Raises StorageError when it cannot be read."""
        _, frames, sample_rate = flac_comment(self.path(key))
        return frames / sample_rate

    def asked(self, key: str) -> dict[str, object]:
        """The take's comment: its request, and what was found of it. Raises StorageError."""
        return self.told(key)[0]

    def told(self, key: str) -> tuple[dict[str, object], float]:
        """A take's comment and its length, from one read of the file. Raises StorageError."""
        comment, frames, sample_rate = flac_comment(self.path(key))
        try:
            found = parse_json(comment)
        except ValueError as error:
            raise StorageError("has no readable comment", where=self.path(key)) from error
        if not isinstance(found, dict):
            raise StorageError("has no readable comment", where=self.path(key))
        return found | self._verdicts.of(key, self.path(key)), frames / sample_rate

    def readings(self, request: Request) -> Iterator[Request]:
        """The request itself and the other takes of it that are there, by number.

        Numbers are given one after another: the first beyond the request's that is not there is the end, and
        before it the last READINGS are looked for, as a script may ask for any number.
        """
        for number in count(max(1, request.take - READINGS)):
            reading = request if number == request.take else replace(request, take=number)
            if number == request.take or reading.key in self:
                yield reading
            elif number > request.take:
                return

    def discard(self, key: str) -> None:
        """Remove a take, if it is there. Raises StorageError where it cannot be removed, as where it is a folder."""
        with storage(self.path(key)):
            self.path(key).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a killed process left half written, and verdicts that no longer count."""
        sweep_parts(self.folder)
        self._verdicts.tidy()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.keys()))


def _told(flac: bytes, found: dict[str, object]) -> bytes:
    """A take's file with `found` in its comment."""
    return commented(flac, title=str(found.get("text", ""))[:200], comment=json.dumps(found, ensure_ascii=False))
