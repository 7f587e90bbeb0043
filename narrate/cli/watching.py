"""The checks that a person wants of a project, ready to judge."""

from collections.abc import Iterable

from narrate.check.ears import Ears
from narrate.check.heard import Recogniser
from narrate.check.quarantine import read_accepted
from narrate.check.speaker import SpeakerEncoder
from narrate.check.watch import Watch
from narrate.cli.progress import say
from narrate.engine import Wanted, draws
from narrate.errors import EngineError
from narrate.project import Project
from narrate.take import Request


def check_level(project: Project, wanted: Wanted) -> str:
    """light, full or off."""
    return wanted.check or project.settings.check.level


def watch_for(project: Project, wanted: Wanted, engine: str, there: Iterable[Request]) -> Watch | None:
    """The checks, knowing the takes that are `there`; None when they are off.

    Raises EngineError when the full ones cannot run here.
    """
    level = check_level(project, wanted)
    if level == "off":
        return None
    attempts = (wanted.attempts or project.settings.check.attempts) if draws(engine) else 1
    ears = Ears(recogniser_for(project, wanted), _speaker_encoder()) if level == "full" else None
    watch = Watch(project.takes, attempts=attempts, accepted=read_accepted(project.folder), ears=ears)
    watch.recall(there)
    return watch


def recogniser_for(project: Project, wanted: Wanted) -> Recogniser:
    """The recogniser that is asked for. Raises EngineError when it cannot listen here."""
    return Recogniser(wanted.asr_model or project.settings.check.asr_model, project.settings.language)


def _speaker_encoder() -> SpeakerEncoder | None:
    """The speaker encoder where there is one; a person is told where there is none."""
    try:
        return SpeakerEncoder()
    except EngineError as error:
        say(f"Only what was said is checked, not who said it: {error}")
        return None
