"""The inventory of a project: its lines, what speaks them, and which of their takes are there. Nothing is made."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrate.cast import Cast, Manner, language_for, respelt_words
from narrate.engine import Model, Wanted, choose_engine, find_models, kinds_needed
from narrate.project import NumberedScript, PlacedChapter, Project
from narrate.project.figures import lines_of
from narrate.script import NARRATOR
from narrate.takes import Request, TakeStore
from narrate.voices import Voice
from narrate.words import Vocabulary

MOST_NAMED = 5  # words of a note


@dataclass(frozen=True, slots=True)
class Setup:
    """The script, and what speaks it. `models` by kind of voice; `notes`: what was chosen, for the person."""

    scripts: list[NumberedScript]
    cast: Cast
    manner: Manner
    models: Mapping[str, Model]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What a book asks for: every request once, and those whose take is missing, in the book's order.

    `foreign`: the keys of lines in a language that their voice does not speak.
    """

    requests: tuple[Request, ...]
    missing: tuple[Request, ...]
    foreign: frozenset[str] = frozenset()

    @property
    def kept(self) -> int:
        return len(self.requests) - len(self.missing)

    @property
    def there(self) -> list[Request]:
        """Those whose take is there, in the book's order."""
        missing = {request.key for request in self.missing}
        return [request for request in self.requests if request.key not in missing]


@dataclass(frozen=True, slots=True)
class Inventory:
    """A project's lines and takes as they are. `models` by kind of voice; `notes`: what was chosen, for the person."""

    chapters: list[PlacedChapter]
    work: Work
    manner: Manner
    models: Mapping[str, Model]
    wanted: Wanted
    notes: tuple[str, ...] = ()


def set_up(project: Project, wanted: Wanted) -> Setup:
    """The script read, and the engine and models chosen that speak its voices."""
    cast = project.cast()
    scripts = list(project.numbered_scripts())
    used = {line.speaker for _, lines in scripts for _, line in lines if line.speakable}
    voices = {name: part.voice for name, part in cast.parts.items() if name in used}
    manner, models, note = manner_for(project, wanted, scripts, voices)
    notes = [note] if note else []
    narrator = cast.parts[NARRATOR].voice
    if uncast := [name for name, voice in voices.items() if name in cast.open and voice == narrator]:
        what = f"The narrator's voice also speaks for {len(uncast)} whom nobody has cast"
        notes.append(f"{what}; `narrate cast {project.folder} --auto` proposes voices.")
    return Setup(scripts, cast, manner, models, tuple(notes))


def manner_for(
    project: Project, wanted: Wanted, scripts: Sequence[NumberedScript], voices: Mapping[str, Voice]
) -> tuple[Manner, Mapping[str, Model], str]:
    """How a project's lines are asked for in these voices, by who has them; the models for that, by kind of voice; and
    a note on the engine for the person, or "". Raises EngineError, VoiceError."""
    choice = choose_engine(wanted.engine or project.settings.engine, voices.values(), wanted.place)
    exact = wanted.exact_upstream or project.settings.exact_upstream
    models = find_models(choice.name, kinds_needed(voices), wanted.models, project.settings.model, exact_upstream=exact)
    manner = Manner(
        project.settings.language,
        choice.name,
        {kind: model.name for kind, model in models.items()},
        {kind: model.sampling for kind, model in models.items()},
        lexicon=project.lexicon(),
        plain=wanted.plain or project.settings.plain,
        languages=choice.languages,
        phonetic=choice.engine.phonemes,
        paced=choice.engine.paced,
        vocabulary=Vocabulary(line.text for _, lines in scripts for _, line in lines),
    )
    return manner, models, choice.note


def take_inventory(project: Project, wanted: Wanted) -> Inventory:
    """The project's lines and takes as they are."""
    setup = set_up(project, wanted)
    chapters = project.chapters(setup.scripts, setup.manner, setup.cast)
    notes = (*setup.notes, *_unspoken_languages(chapters, setup.manner), *respelt_notes(chapters, setup.manner))
    if project.sample is not None:
        chapters = project.sample.cut(chapters)
    return Inventory(chapters, find_work(chapters, project.takes), setup.manner, setup.models, wanted, notes)


def find_work(chapters: Sequence[PlacedChapter], store: TakeStore) -> Work:
    """The book's requests against the store. Lines that ask for the same thing share one take."""
    requests = {line.request.key: line.request for c in chapters for line in c.lines if line.request is not None}
    there = store.keys()
    missing = [request for key, request in requests.items() if key not in there]
    foreign = (line.request.key for c in chapters for line in c.lines if line.request and line.foreign)
    return Work(tuple(requests.values()), tuple(missing), frozenset(foreign))


def respelt_notes(chapters: Iterable[PlacedChapter], manner: Manner) -> list[str]:
    """Which words have phonemes that the engine does not take, and how it is asked for them instead."""
    if manner.phonetic:
        return []
    lines = [placed.line for chapter in chapters for placed in chapter.lines if placed.request]
    said = dict(pair for line in lines for pair in respelt_words(line, manner))
    changed = [f"{written} as {spoken}" for written, spoken in said.items() if written != spoken]
    kept = [written for written, spoken in said.items() if written == spoken]
    what = f"The {manner.engine} engine takes no phonemes"
    do = 'say = "…" beside ipa in lexicon.toml spells it your way'
    return [
        *([f"{what}: it is asked for {_some(changed)} ({do})."] if changed else []),
        *([f"{what}, and there is no spelling of them in this language: {_some(kept)} as written."] if kept else []),
    ]


def _some(words: Sequence[str]) -> str:
    """The first few of them."""
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return f"{', '.join(words[:MOST_NAMED])}{more}"


def _unspoken_languages(chapters: Iterable[PlacedChapter], manner: Manner) -> list[str]:
    """Which lines are marked with a language that the engine does not speak, and how they are read."""
    lines = [placed.line for chapter in chapters for placed in chapter.lines if placed.line.language]
    unspoken = Counter(line.language for line in lines if language_for(line, manner) != line.language)
    return [
        f"{lines_of(count)} in {language}, which the {manner.engine} engine does not speak: read as {manner.language}."
        for language, count in unspoken.items()
    ]
