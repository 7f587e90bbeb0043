"""A text said at once, in one voice."""

from pathlib import Path

import numpy as np

from narrate.audio import Audio, silence, write_audio
from narrate.cast import Manner, Part, request_for
from narrate.engine import Wanted, choose_engine, find_models, kinds_needed, open_engine
from narrate.errors import EngineError, ProjectError
from narrate.files import slug
from narrate.script import Line, Script, after
from narrate.speakers import split_lines
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
) -> Path:
    """A file in which a voice, else the embedded one, says `text`.

    It is `output`, or one in the current folder that is named after the text. Raises NarrateError.
    """
    part = Part(find_voice(voice or EMBEDDED, shelves_of(home)), direction)
    audio = spoken(text, part, language, wanted, load_lexicon([home / "lexicon.toml"]))
    path = output or Path(slug(" ".join(text.split()[:6]), "line") + ".wav")
    write_audio(path, audio)
    return path


def sentences_of(text: str, language: str) -> tuple[Line, ...]:
    """The lines of a text that is said at once: its sentences, by the rules of `language`."""
    return split_lines(Script((Line(" ".join(text.split())),)), language).lines


def spoken(text: str, part: Part, language: str, wanted: Wanted, lexicon: Lexicon) -> Audio:
    """`text` as `part` says it, its sentences one after another. Raises NarrateError."""
    if not any(c.isalnum() for c in text):
        raise ProjectError("there is nothing to say", do="give a text with words in it")
    choice = choose_engine(wanted.engine or "auto", [part.voice], wanted.device, language)
    needed = kinds_needed({part.voice.name: part.voice})
    models = find_models(choice.name, needed, wanted.models, exact_upstream=wanted.exact_upstream)
    names = {kind: model.name for kind, model in models.items()}
    sampling = {kind: model.sampling for kind, model in models.items()}
    spoken_by = choice.engine.languages
    manner = Manner(language, choice.name, names, sampling, lexicon, wanted.plain, spoken_by)
    requests = [request_for(line, part, manner) for line in sentences_of(text, language)]
    paths = [model.path for model in models.values()]
    slots = min(len(requests), MOST_SLOTS) if choice.engine.needs_gpu else None
    speaker = open_engine(choice.name, paths, slots=slots, **wanted.options)
    try:
        sounds = {request.key: audio for request, audio in speaker.speak(requests)}
    finally:
        speaker.close()
    if len(sounds) < len({request.key for request in requests}):
        raise EngineError("the engine gave no audio")
    rate = speaker.sample_rate
    pieces = [
        piece
        for request in requests
        for piece in (sounds[request.key].samples, silence(after(request.text, PAUSE_MS), rate))
    ]
    return Audio(np.concatenate(pieces[:-1]), rate)
