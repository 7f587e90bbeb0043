"""`narrate lexicon`: names and rare words of a project that are worth a listen."""

from collections import Counter
from dataclasses import dataclass

from narrate.engine.draft_words import guessed_words
from narrate.languages import code_of
from narrate.project import Project
from narrate.script import NARRATOR
from narrate.speakers import NAME, RARE, propose
from narrate.speakers.rare_words import Proposal
from narrate.voices import DraftVoice, voice_path


@dataclass(frozen=True, slots=True)
class Words:
    """The words to listen to, what `narrate say` is given to say them as the narrator does, and how many were left.

    `most_of_a_kind`: how many of one kind there are at most.
    """

    words: list[Proposal]
    voice: list[str]
    more: int
    most_of_a_kind: int


def worth_hearing(project: Project, top: int) -> Words:
    """The `top` most frequent words of each kind that the lexicon does not have and an engine may say wrong."""
    language = project.settings.language
    lines = [
        (f"{number}:{row}", line.text)
        for number, (_, numbered) in enumerate(project.numbered_scripts(), start=1)
        for row, line in numbered
        if line.speakable and not line.language
    ]
    every = propose(
        lines, project.lexicon(), language, guessed_words if code_of(language) in DraftVoice.languages else None
    )
    words = [found for kind in (NAME, RARE) for found in [each for each in every if each.kind == kind][:top]]
    counts = Counter(found.kind for found in every)
    return Words(words, _narrator(project), len(every) - len(words), max(counts.values(), default=0))


def _narrator(project: Project) -> list[str]:
    """What `narrate say` needs to speak as the project's narrator does."""
    voice = project.cast().parts[NARRATOR].voice
    place = voice.tensors or voice_path(voice.name, [project.folder / "voices"])
    option = str(place) if place is not None and place.is_relative_to(project.folder) else voice.name
    language = project.settings.language
    return ["--voice", option, *([] if code_of(language) == "en" else ["--language", language])]
