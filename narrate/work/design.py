"""Voices designed in words: candidates read by a VoiceDesign model, and one of them baked into a clone.

A VoiceDesign model makes up a person anew for every line. So it reads one passage, and that
reading becomes the reference of a clone, which a Base model speaks: the same person in every
line. The two models are never loaded together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.audio import Audio, Sound, audio_of
from narrate.engine import Engine, Model, Wanted, choose_engine, engine_speaking, find_models, open_engine
from narrate.errors import EngineError, VoiceError
from narrate.languages import check_language, passage
from narrate.project import Project
from narrate.project.figures import counted
from narrate.takes import Request
from narrate.toml import read_toml
from narrate.voices import (
    SUFFIX,
    Design,
    DesignVoice,
    Details,
    StoredVoice,
    check_free,
    check_name,
    check_prompt,
    read_audition,
    reading,
    save_audition,
)
from narrate.voices.clip import RATE
from narrate.work.events import Notice, Telling
from narrate.work.run import Opens
from narrate.work.voices import base_model, make_voice

ENGINE = engine_speaking(DesignVoice.model_kind).name
MOST_SLOTS = 24  # readings at a time
BAKE_TAKES = 3  # readings of a cast's design: the first that is whole and ends by itself is taken
LEAST_S, MOST_S = 3.0, 59.0  # of a reading that can be cloned; the passages are twelve seconds long, about


@dataclass(frozen=True, slots=True)
class Draw:
    """A design read aloud once. `capped`: it had to be stopped."""

    voice: DesignVoice
    number: int
    audio: Audio
    seed: int
    revision: str
    capped: bool


def audition(
    shelf: Path, name: str, words: str, language: str, takes: int, wanted: Wanted, opens: Opens | None = None
) -> Path:
    """Have a VoiceDesign model read `takes` candidates for the voice `name`; the page to hear them.

    Its engine is opened by `opens` where that is given, else for this alone.
    """
    check_free(shelf, name)
    folder, language = _audition_folder(shelf, name), check_language(language)
    voice = DesignVoice(check_prompt(words))
    needed = {DesignVoice.model_kind: f'designing "{name}"'}
    model = find_models(ENGINE, needed, wanted.models, exact_upstream=wanted.exact_upstream)[DesignVoice.model_kind]
    draws = _candidates([voice], range(1, takes + 1), language, model, wanted, opens)
    made = sorted(draws, key=lambda take: take.number)
    design = _design_of(made, language, model)
    return save_audition(folder, name, design, {take.number: take.audio for take in made})


def pick(
    shelf: Path,
    name: str,
    number: int,
    wanted: Wanted | None,
    words: str = "",
    language: str = "en",
    takes: int = 1,
    description: str = "",
) -> Telling[Path]:
    """Make the voice `name` from a candidate of its audition, which is held first where there are `words`; its folder.

    Its embedding is made by the Base model in `wanted`, else by the one that first speaks it.
    """
    check_free(shelf, name)
    if words and wanted is not None:
        audition(shelf, name, words, language, max(takes, number), wanted)
    folder = _audition_folder(shelf, name)
    design, audio = read_audition(folder, number)
    made = yield from _bake(shelf, name, design, number, audio, wanted, description)
    yield Notice(f"The other candidates stay in {folder}.")
    return made


def design_live(shelf: Path, name: str, words: str, language: str, description: str = "") -> Telling[Path]:
    """Make the voice `name` of the words alone, which a VoiceDesign model reads anew in each line; its folder."""
    details = Details("design", (check_language(language),), description, "design", prompt=check_prompt(words))
    made = yield from make_voice(shelf, name, details)
    yield Notice(f"{name}: the words alone, so it may sound like another person in every line.")
    return made


def bake_cast(project: Project, wanted: Wanted) -> Telling[None]:
    """Bake the designs that cast.toml gives to speakers of the book, each once, into the project's voices/."""
    parts = project.cast().parts
    used = {line.speaker for _, lines in project.numbered_scripts() for _, line in lines if line.speakable}
    voices = {speaker: part.voice for speaker, part in parts.items() if speaker in used}
    designs: dict[DesignVoice, str] = {}
    for speaker, voice in voices.items():
        if isinstance(voice, DesignVoice) and voice.baked_name:
            designs.setdefault(voice, f'"{speaker}"')
    if not designs:
        return
    # A cast that no engine speaks as a whole is told before anything is made.
    choose_engine(wanted.engine or project.settings.engine, voices.values(), wanted.device)
    needed = dict.fromkeys((DesignVoice.model_kind, StoredVoice.model_kind), next(iter(designs.values())))
    exact = wanted.exact_upstream or project.settings.exact_upstream
    found = find_models(ENGINE, needed, wanted.models, project.settings.model, exact_upstream=exact)
    model = found[DesignVoice.model_kind]
    language = project.settings.language
    yield Notice(f"Baking {counted('designed voice')(len(designs))} of {project.cast_file}, each once.")
    made: dict[DesignVoice, list[Draw]] = {}
    for take in _candidates(list(designs), range(1, BAKE_TAKES + 1), language, model, wanted):
        made.setdefault(take.voice, []).append(take)
    for voice, takes in made.items():
        best = min(takes, key=lambda take: (not _whole(take), take.capped, take.number))
        if not _whole(best):
            what = f"{len(takes)} readings of the design are none of them between {LEAST_S:.0f} and {MOST_S:.0f} s long"
            raise VoiceError(what, where=f"{project.cast_file}, {designs[voice]}", do="say it in other words")
        design = _design_of([best], language, model)
        name, shelf = voice.baked_name, _shelf(project, voice.prompt)
        folder = yield from _bake(shelf, name, design, best.number, best.audio, None)
        yield Notice(f"{designs[voice]}: {folder}")


def _candidates(
    designs: Sequence[DesignVoice],
    numbers: Sequence[int],
    language: str,
    model: Model,
    wanted: Wanted,
    opens: Opens | None = None,
) -> Iterator[Draw]:
    """Every design's reading of the language's passage, once a number, as they are finished.

    `model` is a VoiceDesign one. Raises EngineError, VoiceError.
    """
    by = choose_engine("auto", designs, wanted.device).name  # say no before anything is loaded
    text = passage(language)
    requests = [
        Request(text, voice, language, take=number, engine=by, model=model.name, sampling=model.sampling)
        for voice in designs
        for number in numbers
    ]
    engine = _open(by, model, len(requests), wanted) if opens is None else opens(by, [model.path], wanted)
    try:
        if engine.sample_rate != RATE:
            raise EngineError(f"the model speaks at {engine.sample_rate} Hz, not {RATE}", where=model.path)
        for request, sound in engine.speak(requests):
            assert isinstance(request.voice, DesignVoice)
            notes = engine.notes(request)
            revision, capped = str(notes.get("revision", "")), bool(notes.get("capped"))
            yield Draw(request.voice, request.take, audio_of(sound), request.seed, revision, capped)
    finally:
        engine.close()
        del engine
        if opens is None:
            from narrate.engine.qwen import release_memory

            release_memory()  # a Base model is next, perhaps in another process


def _open(by: str, model: Model, most: int, wanted: Wanted) -> Engine[Sound]:
    slots = min(most, MOST_SLOTS)  # few, so that it opens at once
    return open_engine(by, [model.path], slots=slots, **wanted.options)


def _design_of(made: Sequence[Draw], language: str, model: Model) -> Design:
    """What an audition's candidates were made by."""
    seeds, capped = {take.number: take.seed for take in made}, [take.number for take in made if take.capped]
    return Design(made[0].voice.prompt, language, passage(language), model.name, made[0].revision, seeds, capped)


def _bake(
    shelf: Path, name: str, design: Design, number: int, audio: Audio, wanted: Wanted | None, description: str = ""
) -> Telling[Path]:
    """The candidate `number` of a design as the clone `name`; its folder. Without `wanted` it has no embedding yet."""
    base, why = (None, "") if wanted is None else base_model(wanted)
    details = Details(
        "clone",
        languages=(design.language,),
        description=description or design.prompt,
        origin="design",
        prompt=design.prompt,
        model=design.model,
        revision=design.revision,
        seed=design.seeds[number],
    )
    try:
        read = reading(audio)
    except VoiceError as error:
        raise VoiceError(f"candidate {number} {error.what}", do="pick another, or design it again") from error
    if number in design.capped:
        yield Notice(f"{name}: the model read on after the passage and was stopped; hear it before you use it.")
    device = "" if wanted is None else wanted.device
    made = yield from make_voice(shelf, name, details, read, design.passage, base=base, device=device)
    if why:
        yield Notice(f"{name}: {why}")
    return made


def _audition_folder(shelf: Path, name: str) -> Path:
    return shelf / f"{check_name(name)}{SUFFIX}"


def _whole(take: Draw) -> bool:
    """Whether a reading of the passage, about twelve seconds, is of a length that can be cloned."""
    return LEAST_S <= take.audio.seconds <= MOST_S


def _shelf(project: Project, prompt: str) -> Path:
    """The project's own shelf; that of its series for a design that the series' cast gives."""
    series = project.series_cast
    if series is not None:
        entries = read_toml(series).entries.values()
        if prompt in [" ".join(str(entry.get("design", "")).split()) for entry in entries if isinstance(entry, dict)]:
            return series.parent / "voices"
    return project.folder / "voices"
