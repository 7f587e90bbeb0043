"""A text said at once, in one voice."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from narrate.audio import Audio, silence, write_audio
from narrate.cast import Manner, Part, request_for
from narrate.engine import (
    Ahead,
    EngineFacts,
    Wanted,
    choose_engine,
    find_models,
    kinds_needed,
    open_engine,
    open_few,
    open_streaming,
)
from narrate.errors import EngineError, ProjectError
from narrate.files import slug
from narrate.script import Line, Script, after
from narrate.speakers import split_lines
from narrate.takes import Request
from narrate.voices import EMBEDDED, find_voice, shelves_of
from narrate.words import Lexicon, load_lexicon

PAUSE_MS = 300
MOST_SLOTS = 16  # sentences at a time: few, so that the engine opens at once


def say_text(
    text: str,
    home: Path,
    wanted: Wanted,
    *,
    voice: str | None = None,
    direction: str = "",
    language: str = "en",
    output: Path | None = None,
    ahead: Ahead | None = None,
) -> Path:
    """A file in which a voice, else the embedded one, says `text`.

    It is `output`, or one in the current folder that is named after the text. An engine that takes long to import
    speaks in the process that is there, or is started, `ahead`; without that, in this one. Raises NarrateError.
    """
    path = output or Path(slug(" ".join(text.split()[:6]), "line") + ".wav")
    with spoken(text, _part(home, voice, direction), language, wanted, lexicon_of(home), ahead) as audio:
        write_audio(path, audio)
    return path


def stream_text(
    text: str,
    home: Path,
    wanted: Wanted,
    *,
    voice: str | None = None,
    direction: str = "",
    language: str = "en",
    chunk_frames: int,
) -> Generator[Audio]:
    """The sound of `say_text` in pieces, each as soon as it is made: one sentence after the other.

    An engine that makes frames of 80 ms hands out `chunk_frames` at once. Raises NarrateError with the first piece.
    """
    asked = asked_of(text, _part(home, voice, direction), language, wanted, lexicon_of(home))
    with closing(open_streaming(asked.engine.name, asked.models, **wanted.options)) as speaker:
        for number, request in enumerate(asked.requests):
            if number:
                yield silence_after(asked.requests[number - 1], speaker.sample_rate)
            for _, piece in speaker.stream([request], chunk_frames):
                yield piece


def sentences_of(text: str, language: str) -> tuple[Line, ...]:
    """The lines of a text that is said at once: its sentences, by the rules of `language`."""
    return split_lines(Script((Line(" ".join(text.split())),)), language).lines


@contextmanager
def spoken(
    text: str, part: Part, language: str, wanted: Wanted, lexicon: Lexicon, ahead: Ahead | None = None
) -> Iterator[Audio]:
    """`text` as `part` says it, its sentences one after another; the engine is closed when the sound was used, since
    that takes a while. Raises NarrateError."""
    asked = asked_of(text, part, language, wanted, lexicon, ahead)
    requests = asked.requests
    slots = min(len(requests), MOST_SLOTS) if asked.engine.needs_gpu else None
    if slots and ahead:
        speaker = open_few(asked.engine.name, asked.models, slots, wanted, ahead)
    else:
        speaker = open_engine(asked.engine.name, asked.models, slots=slots, **wanted.options)
    with closing(speaker):
        sounds = {request.key: audio for request, audio in speaker.speak(requests)}
        if len(sounds) < len({request.key for request in requests}):
            raise EngineError("the engine gave no audio")
        rate = speaker.sample_rate
        pieces = [piece for request in requests for piece in (sounds[request.key], silence_after(request, rate))]
        yield Audio(np.concatenate([piece.samples for piece in pieces[:-1]]), rate)


def silence_after(request: Request, sample_rate: int) -> Audio:
    """The pause between a sentence and the next."""
    return Audio(silence(after(request.text, PAUSE_MS), sample_rate), sample_rate)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of which engine, with which models."""

    engine: EngineFacts
    models: list[str]
    requests: list[Request]


def asked_of(
    text: str, part: Part, language: str, wanted: Wanted, lexicon: Lexicon, ahead: Ahead | None = None
) -> Asked:
    """What is asked so that `part` says `text`. Raises NarrateError."""
    if not any(c.isalnum() for c in text):
        raise ProjectError("there is nothing to say", do="give a text with words in it")
    choice = choose_engine(wanted.engine or "auto", [part.voice], wanted.device, language)
    if ahead:
        ahead.start(wanted, choice.name)
    needed = kinds_needed({part.voice.name: part.voice})
    models = find_models(choice.name, needed, wanted.models, exact_upstream=wanted.exact_upstream)
    names = {kind: model.name for kind, model in models.items()}
    sampling = {kind: model.sampling for kind, model in models.items()}
    facts = choice.engine
    manner = Manner(
        language, choice.name, names, sampling, lexicon, wanted.plain, choice.languages, phonetic=facts.phonemes
    )
    requests = [request_for(line, part, manner) for line in sentences_of(text, language)]
    return Asked(choice.engine, [model.path for model in models.values()], requests)


def _part(home: Path, voice: str | None, direction: str) -> Part:
    return Part(find_voice(voice or EMBEDDED, shelves_of(home)), direction)


def lexicon_of(home: Path) -> Lexicon:
    """The words that a home says its own way."""
    return load_lexicon([home / "lexicon.toml"])
