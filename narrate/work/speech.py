"""A text said for a program that waits for it, by an engine that others may speak with as well."""

from collections import Counter, deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.audio import Audio, Sound, audio_of
from narrate.cast import Part
from narrate.engine import Engine, Wanted, deaf_to_direction
from narrate.engine.client import Client
from narrate.errors import EngineError, VoiceError, nearest
from narrate.languages import check_language
from narrate.takes import Request
from narrate.voices import EMBEDDED, find_shelved, installed_models, shelves_of, voice_path, voice_paths
from narrate.work.say import Asked, asked_of, lexicon_of, silence_after


@dataclass(frozen=True, slots=True)
class Speech:
    """A text to be said, and how: the name of a voice on a shelf, and a direction that the voice heeds.

    `language` has two letters; "" is the voice's first.
    """

    text: str
    voice: str = EMBEDDED
    direction: str = ""
    language: str = ""


def speech_asked(speech: Speech, home: Path, wanted: Wanted) -> Asked:
    """The engine, models and lines that it takes, sentence by sentence. Raises NarrateError; nothing is opened yet."""
    shelves = shelves_of(home)
    if voice_path(speech.voice, shelves) is None and speech.voice not in (EMBEDDED, *installed_models()):
        known = voice_paths(shelves)  # by name alone: a path is for who may read this machine's files
        do = nearest(speech.voice, known) or f"known: {', '.join(known)}"
        raise VoiceError(f'no voice called "{speech.voice[:60]}"', do=do)
    found = find_shelved(speech.voice, shelves)
    assert found.voice is not None
    if speech.language:
        check_language(speech.language)
    language = speech.language or next(iter(found.details.languages), "en")
    asked = asked_of(speech.text, Part(found.voice, speech.direction), language, wanted, lexicon_of(home))
    if speech.direction and (why := deaf_to_direction(found.voice, asked.models)):
        raise VoiceError(f'"{speech.voice}" takes no instructions: {why}', do="leave them out")
    return asked


def in_pieces(speaker: Client, requests: Sequence[Request], chunk_frames: int) -> Generator[Audio]:
    """The sound of `requests` and the pauses between, `chunk_frames` of 80 ms at a time as long as nobody else speaks.

    From then on it is `in_order`'s, and its samples are the same. Raises NarrateError.
    """
    for number, request in enumerate(requests):
        if not speaker.alone:
            yield from in_order(speaker, requests[number:])
            return
        for _, piece in speaker.stream([request], chunk_frames):
            yield piece
        if request is not requests[-1]:
            yield silence_after(request, speaker.sample_rate)


def in_order(speaker: Engine[Sound], requests: Sequence[Request]) -> Generator[Audio]:
    """The sound of `requests` and the pauses between, each as soon as all before it is there. Raises NarrateError."""
    waiting, wanted = deque(requests), Counter(request.key for request in requests)
    made: dict[str, Audio] = {}
    for request, sound in speaker.speak({request.key: request for request in requests}.values()):
        made[request.key] = audio_of(sound)
        while waiting and (audio := made.get(waiting[0].key)) is not None:
            said = waiting.popleft()
            wanted[said.key] -= 1
            if not wanted[said.key]:
                del made[said.key]
            yield audio
            if waiting:
                yield silence_after(said, audio.sample_rate)
    if waiting:
        raise EngineError("the engine gave no audio")
