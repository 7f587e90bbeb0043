"""The checks of a project: how takes are judged, and which of them are trusted."""

import logging
from collections.abc import Sequence

from narrate.check import (
    Ears,
    Encoder,
    Quarantined,
    Recogniser,
    SpeakerEncoder,
    Trusted,
    Watch,
    quarantined,
    read_trusted,
)
from narrate.engine import ENGINES, Model, Wanted
from narrate.errors import EngineError
from narrate.project import PlacedChapter, Project
from narrate.voices import StoredVoice
from narrate.work.inventory import Inventory

log = logging.getLogger(__name__)


def check_level(project: Project, wanted: Wanted) -> str:
    """light, full or off."""
    return wanted.check or project.settings.check.level


def watch_for(project: Project, book: Inventory) -> Watch | None:
    """The checks of a book, knowing its takes that are there; None when they are off.

    Raises EngineError when the full ones cannot run here.
    """
    wanted = book.wanted
    level = check_level(project, wanted)
    if level == "off":
        return None
    attempts = (wanted.attempts or project.settings.check.attempts) if ENGINES[book.manner.engine].draws else 1
    base = book.models.get(StoredVoice.model_kind)
    ears = None
    if level == "full":
        ears = Ears(recogniser_for(project, wanted), _encoder(base, wanted.device), book.work.foreign)
    order = [request.key for request in book.work.requests]
    watch = Watch(project.takes, attempts=attempts, accepted=trusted_takes(project), ears=ears, order=order)
    watch.recall(book.work.there)
    return watch


def trusted_takes(project: Project) -> Trusted:
    """The takes of a project that a listener trusts. Raises ProjectError with the line of accepted.txt."""
    return read_trusted(project.folder, project.takes)


def quarantined_lines(project: Project, chapters: Sequence[PlacedChapter]) -> list[Quarantined]:
    """The lines of a project whose takes failed their checks and are not accepted, in order."""
    return quarantined(chapters, trusted_takes(project))


def recogniser_for(project: Project, wanted: Wanted) -> Recogniser:
    """The recogniser that is asked for. Raises EngineError when it cannot listen here."""
    return Recogniser(wanted.asr_model or project.settings.check.asr_model, project.settings.language)


def _encoder(base: Model | None, device: str) -> Encoder | None:
    """The Base model's own speaker encoder, else Resemblyzer's; a person is told where there is none."""
    if base is not None:
        from narrate.engine.qwen.speaker import ModelSpeakerEncoder

        return ModelSpeakerEncoder(base.path, device)
    try:
        return SpeakerEncoder()
    except EngineError as error:
        log.warning("Only what was said is checked, not who said it: %s", error)
        return None
