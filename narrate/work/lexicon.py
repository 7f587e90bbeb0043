"""`narrate lexicon`: names and rare words of a project whose pronunciation should be checked."""

import shlex
from dataclasses import dataclass

from narrate.engine.draft_words import guessed_words
from narrate.languages import code_of
from narrate.project import Project
from narrate.script import NARRATOR
from narrate.speakers import NAME, RARE, propose
from narrate.voices import DraftVoice, voice_path


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its kind (a name or a rare word), how often it comes, the first line that has it, and how to hear it."""

    word: str
    kind: str
    count: int
    line: str
    text: str
    hear: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words to listen to. `more`: how many were left out; `most_of_a_kind`: how many there are of one kind at most."""

    words: list[Word]
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
    kinds = [[found for found in every if found.kind == kind] for kind in (NAME, RARE)]
    voice = _narrator(project)
    words = [
        Word(w.word, w.kind, w.count, w.place, w.text, shlex.join(["narrate", "say", w.word, *voice]))
        for kind in kinds
        for w in kind[:top]
    ]
    return Words(words, len(every) - len(words), max(map(len, kinds)))


def _narrator(project: Project) -> list[str]:
    """What `narrate say` needs to speak as the project's narrator does."""
    voice = project.cast().parts[NARRATOR].voice
    place = voice.tensors or voice_path(voice.name, [project.folder / "voices"])
    option = str(place) if place is not None and place.is_relative_to(project.folder) else voice.name
    language = project.settings.language
    return ["--voice", option, *([] if code_of(language) == "en" else ["--language", language])]
