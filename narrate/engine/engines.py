"""What engines there are, which one speaks a cast, and how it is opened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from narrate.audio import Audio, Encoded, Finish, encoded
from narrate.engine.devices import VISIBLE, card_number, gpus, missing_card, see_only
from narrate.errors import EngineError, VoiceError
from narrate.install import install_command
from narrate.languages import LANGUAGES, SPOKEN_BY, code_of, language_name
from narrate.takes import Request, Sampling
from narrate.voices import MODEL_KINDS, DesignVoice, DraftVoice, Voice

CLUSTER = "cluster"  # a device that is somewhere else


def qwen_advice() -> str:
    return f"install it with `{install_command('qwen')}` on a machine with an NVIDIA GPU"


class LastingEngine(Protocol):
    """Something that speaks for a whole night, perhaps on many devices. Close it to free what it holds."""

    name: str
    model: str
    sample_rate: int

    @property
    def slots(self) -> int:
        """How many lines it speaks at a time."""
        ...

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio | Encoded]]:
        """Every request once, with its sound, as it finishes; encoded where that was done on another machine.

        Raises EngineError when the engine itself fails, VoiceError for a voice it cannot speak.
        Closing the iterator early drops what is in flight and leaves the engine usable.
        """
        ...

    def notes(self, request: Request) -> dict[str, object]:
        """What the take's comment keeps of how it was made: `revision` of the model's files, `capped` for a
        line that was stopped at its frame cap, `ended_late` for one that would have gone on by upstream's rule.
        Asked once its sound is there.
        """
        ...

    def close(self) -> None:
        """Free processes, memory and devices. Harmless when called twice."""
        ...


class Engine(LastingEngine, Protocol):
    """Something that speaks here: its sound is samples."""

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for on the command line. None: what the project says.

    `models` may be several, one for each kind of voice; for the kinds that they do not speak,
    the project's are looked at. `device`, `eager` and `memory` are the qwen engine's: "cuda", "cuda:1"
    or "cpu"; plain PyTorch; bytes of the card's that it may have; and so is `exact_upstream`, see `Sampling`.
    `plain`: text as it is written, see `narrate.words`. `check`, `attempts` and `asr_model` are [check]'s in
    project.toml. `gpus` ("all" or a number; "" for the one of `device`) and `ray`, a cluster's address, spread
    the work over many engines.
    """

    engine: str | None = None
    models: tuple[str, ...] = ()
    device: str = "cuda"
    eager: bool = False
    plain: bool = False
    exact_upstream: bool = False
    check: str | None = None
    attempts: int | None = None
    asr_model: str | None = None
    gpus: str = ""
    ray: str = ""
    memory: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The qwen engine's own, as `open_engine` takes them."""
        return {"device": self.device, "eager": self.eager, "memory": self.memory}

    @property
    def place(self) -> str:
        """The device, or CLUSTER when it is not for this machine to have one."""
        return CLUSTER if self.ray else self.device


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint: its `name` in takes' keys, the folder or hub name to open it by, and how it wants to be drawn."""

    name: str
    path: str
    follows_direction: bool = False
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that will speak, and what a person should be told of it (or nothing)."""

    name: str
    note: str = ""


def choose_engine(asked: str, voices: Iterable[Voice], device: str = "cuda", language: str = "") -> Choice:
    """The engine for `voices`: the one `asked` for, or for "auto" the one that speaks them all.

    Never another voice in place of the one asked for, nor one that does not speak the book's `language`
    (unless that is ""): raises VoiceError or EngineError instead.
    """
    choice = _engine_for(asked, list(voices), device)
    if language:
        check_spoken(choice.name, language)
    return choice


def check_spoken(engine: str, language: str) -> None:
    """Raise EngineError for a language that the engine does not speak."""
    if code_of(language) in SPOKEN_BY[engine]:
        return
    name = language_name(language)
    if engine == "qwen" or code_of(language) not in LANGUAGES:
        do = f"they speak {', '.join(LANGUAGES)}: set language in project.toml"
        raise EngineError(f"no engine speaks the language {name}", do=do)
    do = f"it takes a Qwen3-TTS voice, by --voice or in cast.toml: {qwen_advice()}"
    raise EngineError(f"the draft engine speaks English only, and this is {name}", do=do)


def _engine_for(asked: str, cast: Sequence[Voice], device: str) -> Choice:
    stored = [voice for voice in cast if not isinstance(voice, DraftVoice)]
    drafts = [voice for voice in cast if isinstance(voice, DraftVoice)]
    if asked == "draft" or (asked == "auto" and not stored):
        if stored:
            raise VoiceError(
                f'the draft engine cannot speak "{stored[0].name}"', do=f"it is a Qwen3-TTS voice: {qwen_advice()}"
            )
        if asked == "auto":
            return Choice("draft", "Reading with the draft engine: every voice in the cast is the embedded one.")
        return Choice("draft")
    if reason := qwen_missing(device):
        name = stored[0].name if stored else drafts[0].name
        advice = qwen_advice() if _absent() or not gpus() else "name one of those with --device"
        raise EngineError(f'"{name}" needs the qwen engine, and {reason}', do=advice)
    if drafts:
        raise VoiceError(
            f'the qwen engine cannot speak the draft voice "{drafts[0].name}"',
            do="give that speaker a Qwen3-TTS voice in cast.toml",
        )
    return Choice("qwen")


def draws(engine: str) -> bool:
    """Whether another attempt at a line sounds any different. The draft voice only breathes otherwise."""
    return engine != "draft"


def qwen_missing(device: str = "cuda") -> str:
    """Why the qwen engine cannot run on `device` here, or an empty string. Imports nothing heavy.

    Raises EngineError for what is no device.
    """
    if absent := _absent():
        return f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed"
    return "" if device == CLUSTER else missing_card(device)


def _absent() -> list[str]:
    """The packages of the qwen engine that are not installed."""
    return [name for name in ("torch", "transformers", "qwen_tts") if find_spec(name) is None]


def kinds_needed(voices: Mapping[str, Voice]) -> dict[str, str]:
    """The kinds of checkpoint that speak these voices, each with who needs it first: `"Mina" (ryan)`."""
    needed: dict[str, str] = {}
    for speaker, voice in voices.items():
        who = f'"{speaker}"' if voice.name == speaker else f'"{speaker}" ({voice.name})'
        needed.setdefault(voice.model_kind, who)
    return needed


def find_models(
    engine: str,
    needed: Mapping[str, str],
    asked: Sequence[str],
    settled: Sequence[str] = (),
    *,
    exact_upstream: bool = False,
) -> dict[str, Model]:
    """The checkpoint for each of the `needed` kinds, see `kinds_needed`. Nothing heavy is imported.

    A checkpoint says of itself what kind it is. Those `asked` for come first; of the project's
    own, the `settled` ones, only kinds that are still missing are taken. Raises EngineError
    for a kind that nobody gave, saying who needs it, and for two of one kind.
    """
    if engine == "draft":
        from narrate.engine.draft import DraftEngine

        return dict.fromkeys(needed, Model(DraftEngine.model, ""))
    from narrate.engine.qwen.checkpoint import find_checkpoint

    found: dict[str, Model] = {}
    given: list[str] = []

    def look_at(models: Iterable[str]) -> None:
        mine: dict[str, str] = {}
        for model in models:
            checkpoint = find_checkpoint(model)
            kind = checkpoint.kind
            given.append(f"{model} is {MODEL_KINDS[kind]}")
            if mine.setdefault(kind, model) != model:
                raise EngineError(f"two {MODEL_KINDS[kind]} models, {mine[kind]} and {model}", do="give one of a kind")
            sampling = replace(checkpoint.sampling, exact_upstream=exact_upstream)
            found.setdefault(kind, Model(checkpoint.name, model, checkpoint.follows_direction, sampling))

    look_at(asked)
    if not needed.keys() <= found.keys():
        look_at(settled)
    for kind, who in needed.items():
        if kind not in found:
            wanted = MODEL_KINDS[kind]
            what = f"{who} needs a {wanted} model, and " + (", ".join(given) or "no model was given")
            raise EngineError(what, do=f"add one with --model, or to model in project.toml: Qwen/…-{wanted}")
    return {kind: found[kind] for kind in needed}


def deaf_to_direction(voice: Voice, models: Iterable[str] = ()) -> str:
    """Why a direction will not be heard in `voice`, or an empty string. No model is fetched to find out.

    Only two kinds of checkpoint were trained with instructions: the 1.7B CustomVoice and VoiceDesign.
    """
    if voice.model_kind == "draft":
        return "a draft voice takes none"
    if voice.model_kind == "base":
        return "a cloned voice takes none"
    if isinstance(voice, DesignVoice) and not voice.folder:
        return "a designed voice becomes a clone, which takes none"
    if voice.model_kind == "custom_voice":
        from narrate.engine.qwen.checkpoint import find_checkpoint

        for model in models:
            if not Path(model).expanduser().is_dir():
                small = "0.6b-customvoice" in model.lower()
            else:
                checkpoint = find_checkpoint(model)
                small = checkpoint.kind == voice.model_kind and not checkpoint.follows_direction
            if small:
                return "the 0.6B model takes none"
    return ""


def open_engine(name: str, models: Sequence[str] = (), *, slots: int | None = None, **options: Any) -> Engine:
    """The engine called `name`, ready to speak. Imports its heavy parts only now.

    `models` are folders or hub names. One is loaded at once; of several, each when its turn comes.
    slots: lines at a time, for draft its processes; what fits, unless given. options: QwenEngine's, see
    `Wanted.options`; draft has none.
    """
    if name == "draft":
        from narrate.engine.draft import DraftEngine

        return DraftEngine(slots)
    from narrate.engine.qwen import QwenEngine, SeveralEngines

    if len(models) > 1:
        return SeveralEngines(models, slots=slots, **options)
    return QwenEngine(models[0] if models else "", slots=slots, **options)


def open_on_one_card(
    name: str, models: Sequence[str], *, device: str, slots: int | None = None, **options: Any
) -> Engine:
    """`open_engine` in a process of the engine's own, which from now on sees no card but `device`."""
    return open_engine(name, models, device=see_only(device), slots=slots, **options)


def open_lasting(name: str, models: Sequence[str], wanted: Wanted, finish: Finish = encoded) -> LastingEngine:
    """The engine called `name` for a long run: started anew when it is lost or stuck.

    The draft engine looks after its own processes; qwen gets one to itself. With `gpus` or `ray` there is
    one on every GPU, for draft on every core; there `finish` is called where the takes are made.
    """
    if wanted.gpus or wanted.ray:
        return _open_cluster(name, models, wanted, finish)
    if name == "draft":
        return open_engine(name)
    from narrate.engine.child import START_S, STUCK_CPU_S, STUCK_S, ChildEngine

    opening = partial(open_on_one_card, name, models, **wanted.options)
    stuck_s = (
        STUCK_CPU_S if wanted.device == "cpu" else START_S if len(models) > 1 else STUCK_S
    )  # the next one is loaded
    return ChildEngine(opening, stuck_s=stuck_s)


def _open_cluster(name: str, models: Sequence[str], wanted: Wanted, finish: Finish) -> LastingEngine:
    from narrate.engine.cluster import ClusterEngine

    count = None if wanted.gpus in ("", "all") else int(wanted.gpus)
    if name == "draft":
        if wanted.gpus:
            raise EngineError("the draft engine has no use for GPUs", do="leave --gpus out; --ray uses every core")
        return ClusterEngine(_open_draft_of_one, address=wanted.ray, gpu=False, finish=finish)
    if card_number(wanted.device):
        what = f"--device {wanted.device} is one card, and {'--ray' if wanted.ray else '--gpus'} takes what is free"
        raise EngineError(what, do=f"leave --device out, or name the cards that may be taken in {VISIBLE}")
    opening = partial(open_engine, name, models, **wanted.options)
    return ClusterEngine(opening, workers=count, address=wanted.ray, gpu=wanted.device != "cpu", finish=finish)


def _open_draft_of_one(*, slots: int | None) -> Engine:
    """One process a worker: the workers are the parallelism."""
    return open_engine("draft", slots=slots or 1)
