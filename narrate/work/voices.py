"""Voices on their shelves: made, listed, heard, renamed and removed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from narrate.audio import Audio, write_audio
from narrate.cast import Part, set_voices
from narrate.engine import Wanted, absent, check_voices, engine_speaking, missing
from narrate.engine.qwen.checkpoint import Checkpoint, find_checkpoint
from narrate.engine.qwen.speakers import RELEASED, Speaker, speakers_of
from narrate.errors import ProjectError, VoiceError
from narrate.files import slug, write_text
from narrate.languages import language_name, passage
from narrate.voices import (
    REFERENCE,
    SIZES,
    TRANSCRIPT,
    Clone,
    Details,
    Shelved,
    SpeakerVoice,
    StoredVoice,
    find_shelved,
    installed_models,
    new_voice,
    own_shelves,
    own_voice,
    packaged_shelf,
    projects_under,
    read_shelves,
    remove_voice as remove_shelved,
    rename_voice as rename_shelved,
    save_clone,
    shelves_of,
    speakers_with,
    transcript,
    users,
)
from narrate.words import load_lexicon
from narrate.work.events import Notice, Telling
from narrate.work.say import spoken


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice on a shelf. `models`: what speaks it, model sizes or a kind of model; `damage`: why nothing does.

    `speaks` is the kind of model that is needed ("" for a damaged one); one's `own` may be renamed and removed.
    """

    name: str
    kind: str
    languages: tuple[str, ...]
    description: str
    models: str
    sizes: tuple[str, ...]
    reference_s: float | None
    used_by: tuple[str, ...]  # projects
    fingerprint: str | None
    path: str
    damage: str
    speaks: str
    own: bool


def shelves_with(home: Path, project: Path | None) -> tuple[Path, ...]:
    """The shelves of the project, if one was named, and of the home. Raises ProjectError for what is no project."""
    if project is not None and not (project / "project.toml").is_file():
        raise ProjectError("is not a project", where=project, do="make one with `narrate new BOOK`")
    return shelves_of(home, project)


def list_voices(home: Path, project: Path | None = None) -> list[VoiceRow]:
    """Every voice on the shelves by name, the damaged ones too."""
    projects = _projects(home, project)
    return [_row(voice, projects) for voice in read_shelves(shelves_with(home, project))]


def languages_without_gpu(home: Path, project: Path | None = None) -> dict[str, int]:
    """The languages that this machine speaks without a GPU, by name, and how many voices on the shelves speak each."""
    found: Counter[str] = Counter()
    for shelved in read_shelves(shelves_with(home, project)):
        if shelved.voice is None or (engine := engine_speaking(shelved.voice.model_kind)).needs_gpu or absent(engine):
            continue
        try:
            check_voices(engine, [shelved.voice])
        except VoiceError:
            continue  # its language has no phonemizer here
        found.update(map(language_name, shelved.voice.spoken))
    return dict(found.most_common())


def show_voice(name: str, home: Path, project: Path | None = None) -> dict[str, Any]:
    """All that is known of a voice: its details, its row, and what is said in its recording."""
    voice = find_shelved(name, shelves_with(home, project))
    row = _row(voice, _projects(home, project))
    text = transcript(voice.path) if voice.path.is_dir() and voice.reference_s is not None else ""
    return {"name": voice.name} | asdict(voice.details) | asdict(row) | {"transcript": text}


def _projects(home: Path, project: Path | None) -> dict[str, Path]:
    return projects_under(home) | ({project.name: project} if project else {})


def _row(voice: Shelved, projects: Mapping[str, Path]) -> VoiceRow:
    return VoiceRow(
        voice.name,
        voice.details.kind,
        voice.details.languages,
        voice.details.description,
        _models(voice),
        tuple(SIZES.get(width, str(width)) for width in voice.widths),
        None if voice.reference_s is None else round(voice.reference_s, 2),
        tuple(users(voice, projects)),
        voice.voice.fingerprint if voice.voice else None,
        str(voice.path),
        voice.damage,
        voice.voice.model_kind if voice.voice else "",
        voice.path.parent.resolve() != packaged_shelf().resolve() and voice.path not in installed_models().values(),
    )


def _models(voice: Shelved) -> str:
    if voice.voice is None:
        return ""
    if voice.voice.tensors is None:
        return engine_speaking(voice.voice.model_kind).kinds[voice.voice.model_kind]
    sizes = [SIZES.get(width, f"{width} wide") for width in voice.widths]
    return ", ".join([*sizes, "any"] if voice.reference_s is not None else sizes)


def model_speakers(models: tuple[str, ...]) -> list[Speaker]:
    """The speakers of the first CustomVoice model of `models`; those of the released ones where there is none."""
    named = [model for model in models if find_checkpoint(model).kind == SpeakerVoice.model_kind] or models
    return speakers_of(named[0]) if named else list(RELEASED)


def hear_voice(
    name: str,
    home: Path,
    project: Path | None,
    wanted: Wanted,
    *,
    text: str = "",
    direction: str = "",
    language: str = "",
    output: Path | None = None,
) -> Path:
    """A file in which a voice says `text`, or a passage in its first language."""
    voice = find_shelved(name, shelves_with(home, project))
    assert voice.voice is not None
    language = language or next(iter(voice.details.languages), "en")
    path = output or Path(f"{slug(voice.name, 'voice')}.wav")
    part, lexicon = Part(voice.voice, direction), load_lexicon([home / "lexicon.toml"])
    with spoken(text or passage(language), part, language, wanted, lexicon) as audio:
        write_audio(path, audio)
    return path


def recording_of(name: str, home: Path, project: Path | None = None) -> Path:
    """The recording that a voice was made from. Raises VoiceError where there is none."""
    voice = find_shelved(name, shelves_with(home, project))
    if voice.reference_s is None:
        raise VoiceError(f'"{voice.name}" has no recording', where=voice.path, do="leave --recording out")
    return voice.path / REFERENCE


def rename_voice(name: str, new_name: str, home: Path, project: Path | None = None) -> Telling[Path]:
    """Give a voice another name, also in the casts that name it; where it lies now. No take is made again."""
    voice = _own(name, home, project)
    projects = _projects(home, project).values()
    casts = {folder: found for folder in projects if (found := speakers_with(voice, folder))}
    place = rename_shelved(voice, new_name)
    for folder, speakers in casts.items():
        set_voices(folder / "cast.toml", dict.fromkeys(speakers, new_name))
        yield Notice(f"{folder / 'cast.toml'} now says {new_name}.")
    return place


def remove_voice(name: str, home: Path, project: Path | None = None, *, force: bool = False) -> Path:
    """Remove a voice that no project casts, or any by `force`; where it lay. Raises VoiceError."""
    voice = _own(name, home, project)
    casting = users(voice, _projects(home, project))
    if casting and not force:
        do = "cast another voice there first, or say --force"
        raise VoiceError(f'"{voice.name}" speaks in {", ".join(casting)}', where=voice.path, do=do)
    remove_shelved(voice)
    return voice.path


def _own(name: str, home: Path, project: Path | None) -> Shelved:
    shelves_with(home, project)
    return own_voice(name, own_shelves(home, project))


def make_voice(
    shelf: Path,
    name: str,
    details: Details,
    reference: Audio | None = None,
    text: str = "",
    *,
    clone: Clone | None = None,
    base: Checkpoint | None = None,
    device: str = "",
) -> Telling[Path]:
    """Put the voice `name` on the shelf, whole or not at all; its folder.

    It is made of a `reference` and what is said in it, or of a `clone`'s tensors, or of its details alone. With a
    `base` model on a `device`, its tensors are made from the reference. Raises VoiceError for a name that is taken.
    """
    with new_voice(shelf, name, details) as folder:
        if reference is not None:
            write_audio(folder / REFERENCE, reference)
        if text:
            write_text(folder / TRANSCRIPT, f"{text}\n")
        if clone is not None:
            save_clone(clone, folder)
        if base is not None:
            from narrate.engine.qwen.cloning import make_tensors  # torch

            yield Notice(f"{name}: making its embedding with {base.name}.")
            make_tensors(folder, details.kind, str(base.folder), device)
    return shelf / name


def base_model(wanted: Wanted) -> tuple[Checkpoint | None, str]:
    """The Base checkpoint that was given; or None, and why a clone's embedding has to wait.

    Raises EngineError for a model that is not there.
    """
    bases = base_models(wanted)
    lacking = missing(engine_speaking(StoredVoice.model_kind).name, wanted.device)
    if bases and not lacking:
        return bases[0], ""
    why = f"{lacking} (--device cpu works too, slowly)" if bases else "no Base model was given with --model"
    return None, f"{why}, so its embedding is made when a Base model first speaks it."


def base_models(wanted: Wanted) -> list[Checkpoint]:
    """The Base checkpoints among those that were given. Raises EngineError for a model that is not there."""
    return [found for model in wanted.models if (found := find_checkpoint(model)).kind == StoredVoice.model_kind]
