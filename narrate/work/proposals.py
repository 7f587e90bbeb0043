"""`narrate cast --auto`: a voice proposed for everybody who has none, with the reasons, and written where wanted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.book import Reading
from narrate.cast import AGES, AUTO, RULE, Candidate, Cast, Proposal, propose, set_voices, traits_told
from narrate.cast.autocast import entry_name
from narrate.engine import EngineFacts, engine_speaking
from narrate.engine.qwen.speakers import RELEASED, speakers_of
from narrate.errors import NarrateError, VoiceError, nearest
from narrate.files import inside
from narrate.languages import code_of
from narrate.project import Project
from narrate.readers import read_book
from narrate.script import NARRATOR
from narrate.speakers import NumberedLines, meetings_of, persons_of, roles_of
from narrate.voices import SETTINGS, DesignVoice, EmbeddedVoice, SpeakerVoice, read_shelves
from narrate.work.cast import scripts_of


@dataclass(frozen=True, slots=True)
class ProposedVoice:
    """The voice that is proposed for a speaker, as cast.toml would have it, or None where none is left; and why."""

    speaker: str
    lines: int
    gender: str
    age: str
    voice: str | Mapping[str, str] | None
    why: str

    @property
    def name(self) -> str:
        """What the voice is called."""
        return entry_name(self.voice) if self.voice else "(none)"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed; `notes` are for the person."""

    voices: list[ProposedVoice]
    notes: tuple[str, ...]


def propose_voices(project: Project, models: Sequence[str], *, write: bool) -> Proposed:
    """Propose a voice for everybody whose entry is "auto" or missing; `models` are the checkpoints that there are.

    `write` puts them into cast.toml.
    """
    cast = project.cast()
    engine = engine_speaking(cast.parts[NARRATOR].voice.model_kind)
    voices = [
        ProposedVoice(p.role.speaker, p.role.lines, p.person.gender, p.person.age, p.entry, p.why)
        for p in proposals_for(project, scripts_of(project), cast, models_by_kind(engine, models))
    ]
    chosen = {each.speaker: each.voice for each in voices if each.voice is not None}
    if not voices:
        notes = [f"Everybody has a voice of yours. SPEAKER={AUTO} opens one again."]
    elif write:
        set_voices(project.cast_file, chosen)
        notes = [f"Wrote {len(chosen)} voices into {project.cast_file}."]
    else:
        notes = [f"{RULE}\nNothing is written yet: add --yes."]
    if lost := [each for each in voices if each.voice is None]:
        genders = " and ".join(sorted({each.gender for each in lost} - {""}))
        more = f"put more {genders + ' ' if genders else ''}voices on the shelf"
        notes.append(f"Without a voice: {', '.join(each.speaker for each in lost)}; {more}.")
    return Proposed(voices, tuple(notes))


def proposals_for(
    project: Project, scripts: Sequence[NumberedLines], cast: Cast, models: Mapping[str, str]
) -> list[Proposal]:
    """What is proposed for the speakers of `scripts`; `models` are checkpoints by kind."""
    roles = roles_of(scripts, cast.aliases)
    speakers = [role.speaker for role in roles]
    persons = persons_of(speakers, scripts, listed_roles(project), project.settings.language)
    fixed = {name: part.voice for name, part in cast.parts.items() if name not in cast.open}
    narrator = fixed[NARRATOR] = cast.parts[NARRATOR].voice
    met = meetings_of(scripts, cast.aliases)
    candidates = voices_at_hand(project, engine_speaking(narrator.model_kind), models)
    proposals = propose(roles, persons, met, candidates, fixed)
    if any(p.candidate is None for p in proposals) and DesignVoice.model_kind in models:
        # A designed voice is made when it is first heard, which takes a while: only for who else has none.
        proposals = propose(roles, persons, met, [*candidates, *_designed()], fixed)
    return proposals


def listed_roles(project: Project) -> list[str]:
    """The entries of the list of roles in the project's EPUB, which is not read aloud; none where there is none."""
    if Path(project.settings.source).suffix.lower() != ".epub":
        return []
    path = inside(project.folder, project.settings.source)
    kind = ("dramatis-personae",)
    try:
        without = read_book(path, reading=Reading(skip=kind))
        if all(part.why != "project.toml says skip" for part in without.skipped):
            return []
        book = read_book(path, reading=Reading(keep=kind))
    except NarrateError:
        return []  # the source may be gone; the script is what counts
    titles = {chapter.title for chapter in without.chapters}
    return [block.text for chapter in book.chapters if chapter.title not in titles for block in chapter.blocks]


def voices_at_hand(project: Project, engine: EngineFacts, models: Mapping[str, str]) -> list[Candidate]:
    """The voices that a project may cast as things are: those on its shelves, and the speakers of `models`, by kind."""
    return [*_shelved(project, engine), *_named(models)]


def _shelved(project: Project, engine: EngineFacts) -> Iterator[Candidate]:
    """The voices on the shelves that the engine speaks, but for the embedded ones of another language."""
    code = code_of(project.settings.language)
    for shelved in read_shelves(project.shelves):
        voice = shelved.voice
        if isinstance(voice, EmbeddedVoice) and code not in voice.spoken:
            continue
        if voice is not None and voice.model_kind in engine.kinds:
            details = shelved.details
            _check_traits(details.gender, details.age, shelved.path)
            gender, age = traits_told(details.description, details.gender, details.age)
            yield Candidate(shelved.name, voice, gender, age)


def _check_traits(gender: str, age: str, path: Path) -> None:
    for key, value, known in (("gender", gender, ("female", "male")), ("age", age, AGES)):
        if value and value not in known:
            do = nearest(value, known) or f"one of {', '.join(known)}"
            raise VoiceError(f'{key} = "{value}" is not known', where=path / SETTINGS, do=do)


def models_by_kind(engine: EngineFacts, models: Sequence[str]) -> dict[str, str]:
    """The engine's checkpoints among `models`, by kind. Nothing is fetched: a hub name's ending tells its kind."""
    found: dict[str, str] = {}
    if engine.find_model is None:
        return found
    for model in models:
        if Path(model).expanduser().is_dir():
            found.setdefault(engine.find_model(model).kind, model)
        for kind, name in engine.kinds.items():
            if model.endswith(f"-{name}"):
                found.setdefault(kind, model)
    return found


def _named(models: Mapping[str, str]) -> Iterator[Candidate]:
    """The speakers of the CustomVoice model, if there is one."""
    if model := models.get(SpeakerVoice.model_kind):
        for speaker in speakers_of(model) if Path(model).expanduser().is_dir() else RELEASED:
            gender, age = traits_told(speaker.description)
            yield Candidate({"speaker": speaker.name}, SpeakerVoice(speaker.name), gender, age)


def _designed() -> Iterator[Candidate]:
    """Voices in words, for a VoiceDesign model: a few of each gender and age."""
    for gender, nouns in (("female", ("girl", "young woman", "woman", "old woman")),
                          ("male", ("boy", "young man", "man", "old man"))):  # fmt: skip
        for age, noun in zip(AGES, nouns, strict=True):
            for manner in ("warm and clear", "dry and quick", "deep for the age, unhurried", "bright, a little hoarse"):
                prompt = f"{'an' if noun.startswith('o') else 'a'} {noun}, {manner}"
                yield Candidate({"design": prompt}, DesignVoice(prompt), gender, age)
