"""A cast by ear: the voices that a speaker may be given, and any of them saying a line of the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.audio import Audio, audio_of
from narrate.cast import AUTO, Candidate, Cast, load_cast, request_for, stand_in
from narrate.engine import (
    Wanted,
    check_spoken,
    deaf_to_direction,
    engine_speaking,
)
from narrate.errors import EngineError, NarrateError, nearest
from narrate.project import NumberedScript, Project, paces_of
from narrate.script import NARRATOR, Line
from narrate.speakers import persons_of, roles_of
from narrate.speakers.roles import SAMPLE_WORDS
from narrate.voices import EMBEDDED, find_voice
from narrate.work.cast import scripts_of
from narrate.work.inventory import manner_for
from narrate.work.proposals import models_by_kind, voices_at_hand
from narrate.work.refusals import UnknownError
from narrate.work.run import Run
from narrate.work.told import told_error

MOST_LINES = 6  # of a speaker, to be heard
LONGEST_WORDS = 40  # of such a line


@dataclass(frozen=True, slots=True)
class LineToHear:
    """A line of the book that lets one hear who says it."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class CastSpeaker:
    """Somebody who speaks in a book: what they are like as far as the book says, their voice, and some of their lines.

    `chosen` says whether a person has chosen the voice; `voice` is None for who has none. `unheard`: why that voice
    takes no direction, "" where it does.
    """

    speaker: str
    also: Sequence[str]
    gender: str
    age: str
    lines: int
    words: int
    share: float
    voice: str | None
    chosen: bool
    direction: str
    unheard: str
    hear: Sequence[LineToHear]


@dataclass(frozen=True, slots=True)
class CastVoice:
    """A voice that may be cast, by the `name` that `change_part` takes; `speaks` says for whom it is cast already."""

    name: str
    gender: str
    age: str
    description: str
    speaks: Sequence[str]


@dataclass(frozen=True, slots=True)
class CastByEar:
    """Who speaks in a book, the most words first, and which voices there are for them; `quotes` as in project.toml.

    `problems`: why some of them cannot be spoken as they are cast; these have no voice here.
    """

    quotes: str
    problems: Sequence[str]
    speakers: Sequence[CastSpeaker]
    voices: Sequence[CastVoice]


def cast_by_ear(project: Project, models: Sequence[str]) -> CastByEar:
    """Who speaks in a project and with which voice, and what else there is; `models` are checkpoints that there are."""
    problems: list[NarrateError] = []
    cast, scripts = cast_to_mend(project, problems), scripts_of(project)
    roles = roles_of(scripts, cast.aliases)
    persons = persons_of([role.speaker for role in roles], scripts, [], project.settings.language)
    lines = _lines_to_hear(scripts, cast)
    found = []
    for role in roles:
        person, part = persons.get(role.speaker), cast.parts.get(role.speaker)
        found.append(
            CastSpeaker(
                role.speaker,
                role.also,
                person.gender if person else "",
                person.age if person else "",
                role.lines,
                role.words,
                round(role.share, 4),
                part.voice.name if part else None,
                part is not None and role.speaker not in cast.open,
                part.direction if part else "",
                deaf_to_direction(part.voice, models) if part else "",
                lines.get(role.speaker, ()),
            )
        )
    speaking = {role.speaker for role in roles}
    voices = [_shown(each, cast, speaking) for each in _candidates(project, cast, models)]
    return CastByEar(
        project.settings.quotes, [told_error(problem, project.home) for problem in problems], found, voices
    )


def cast_to_mend(project: Project, problems: list[NarrateError]) -> Cast:
    """The cast as far as it can be read: what is wrong with it is to be mended here."""
    return load_cast(project.cast_file, project.shelves, project.series_cast, problems)


def _candidates(project: Project, cast: Cast, models: Sequence[str]) -> list[Candidate]:
    """The voices that the narrator's engine speaks; where the narrator has none, the embedded one's."""
    part = cast.parts.get(NARRATOR)
    engine = engine_speaking((part.voice if part else find_voice(EMBEDDED, project.shelves)).model_kind)
    return voices_at_hand(project, engine, models_by_kind(engine, models))


def _shown(candidate: Candidate, cast: Cast, speaking: set[str]) -> CastVoice:
    same = candidate.voice.fingerprint
    speaks = [name for name, part in cast.parts.items() if part.voice.fingerprint == same and name in speaking]
    words = getattr(candidate.voice, "description", "")
    return CastVoice(candidate.name, candidate.gender, candidate.age, words, [s for s in speaks if s not in cast.open])


def _lines_to_hear(scripts: Sequence[Sequence[tuple[int, Line]]], cast: Cast) -> Mapping[str, list[LineToHear]]:
    """Some lines of everybody, in the book's order: of those that are long enough to judge a voice by, the first."""
    good: dict[str, list[LineToHear]] = {}
    other: dict[str, list[LineToHear]] = {}
    for chapter, numbered in enumerate(scripts, start=1):
        for number, line in numbered:
            if not line.speakable or line.cue:
                continue
            speaker = cast.aliases.get(line.speaker, line.speaker)
            fits = SAMPLE_WORDS <= len(line.text.split()) <= LONGEST_WORDS and not line.level
            lines = (good if fits else other).setdefault(speaker, [])
            if len(lines) < MOST_LINES:
                lines.append(LineToHear(f"{chapter}:{number}", line.text))
    return {speaker: [*good.get(speaker, ()), *other.get(speaker, ())][:MOST_LINES] for speaker in good | other}


def candidate_called(project: Project, cast: Cast, voice: str, models: Sequence[str]) -> Candidate:
    """The voice of `cast_by_ear` with that name. Raises UnknownError."""
    candidates = {each.name: each for each in _candidates(project, cast, models)}
    if voice not in candidates:
        hint = nearest(voice, candidates) or "take one of those on the page"
        raise UnknownError(f'there is no voice "{voice[:60]}" for this book', do=hint)
    return candidates[voice]


def hear_line(project: Project, wanted: Wanted, run: Run, place: str, voice: str = "") -> Audio:
    """The line at a place such as 3:14 as a voice of `cast_by_ear` says it, or as it is cast where none is named.

    A take that is there is not made again. Raises UnknownError, and NarrateError where it cannot be spoken.
    """
    cast, scripts = project.cast(), [*project.numbered_scripts()]
    path, number, line = _line_at(scripts, place)
    part = cast.part(line, path, number)
    if voice == AUTO:
        part = replace(part, voice=stand_in(line.speaker, cast.parts[NARRATOR].voice))
    elif voice:
        part = replace(
            part, voice=candidate_called(project, cast, voice, wanted.models or project.settings.model).voice
        )
    manner, models, _ = manner_for(project, wanted, scripts, {line.speaker: part.voice})
    paces = paces_of(dict(scripts)[path])
    request = request_for(line, part, manner, paces.get(number, 1.0))
    if request.key in project.takes:
        return project.takes.get(request.key)
    check_spoken(manner.engine, request.language, manner.languages)
    speaker = run.engine(manner.engine, [*models.values()], wanted)
    for _, sound in speaker.speak([request]):
        return audio_of(sound)
    raise EngineError("the engine gave no audio")


def _line_at(scripts: Sequence[NumberedScript], place: str) -> tuple[Path, int, Line]:
    chapter, _, row = place.partition(":")
    if chapter.isdecimal() and row.isdecimal() and 1 <= int(chapter) <= len(scripts):
        path, lines = scripts[int(chapter) - 1]
        for number, line in lines:
            if number == int(row) and line.speakable:
                return path, number, line
    raise UnknownError(f'nothing is spoken at "{place[:20]}"', do="give a chapter and a row of its file, such as 3:14")
