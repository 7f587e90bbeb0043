"""`narrate cast --review`: the quotations whose speaker is least sure, one after another, decided by a person."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from narrate.project import Labels, Project, has_quotations
from narrate.script import NARRATOR, Line
from narrate.speakers import Quotation
from narrate.work.refusals import BusyError, UnknownError

CONTEXT = 3  # rows shown before and after the quotation
NEAR = 12  # quotations either way whose speakers are offered
MOST_CHOICES = 9


@dataclass(frozen=True, slots=True)
class Question:
    """A quotation whose speaker is asked for: the rows around it, and who it may be, the likeliest first."""

    narrator: ClassVar[str] = NARRATOR
    number: int
    of: int
    index: int
    entry: Quotation
    rows: tuple[str, ...]
    choices: tuple[str, ...]


class Review:
    """The open questions of a project's quotations; `decided` counts those that were answered."""

    def __init__(self, project: Project) -> None:
        """Raises ProjectError where the project has no quotations."""
        self._labels = Labels(project)
        self._queue = sorted((entry.review, index) for index, entry in enumerate(self._labels.entries) if entry.review)
        self.decided = 0

    def __len__(self) -> int:
        return len(self._queue)

    def questions(self) -> Iterator[Question]:
        """The questions that are still open when their turn comes, the least sure first."""
        for number, (_, index) in enumerate(self._queue, start=1):
            entry = self._labels.entries[index]
            if index not in self._labels.untouched(entry.chapter):
                continue  # the person has decided already
            rows = self._labels.rows(entry.chapter)[max(0, entry.line - 1 - CONTEXT) : entry.line + CONTEXT]
            shown = tuple(row.strip() for row in rows if row.strip())
            yield Question(number, len(self), index, entry, shown, self._choices(index))

    def question(self, index: int, text: str) -> Question:
        """The open question of the quotation number `index`, which reads `text`. Raises UnknownError, BusyError."""
        if not 0 <= index < len(self._labels.entries):
            raise UnknownError(f"there is no quotation {index}")
        for question in self.questions():
            if question.index == index and question.entry.text == text:
                return question
        raise BusyError("that quotation was decided or changed meanwhile: load the page again")

    def decide(self, question: Question, speaker: str) -> None:
        """Write at once who speaks."""
        if self._labels.decide(question.index, speaker):
            self._labels.save()
            self.decided += 1

    def _choices(self, index: int) -> tuple[str, ...]:
        """Speakers on offer: the likeliest first, then who speaks nearby, the most frequent first."""
        entry = self._labels.entries[index]
        near = Counter(
            other.who
            for other in self._labels.entries[max(0, index - NEAR) : index + NEAR]
            if other.chapter == entry.chapter and other.who and other.who != NARRATOR
        )
        likeliest = [entry.who] if entry.who and entry.who != NARRATOR else []
        return tuple(dict.fromkeys([*likeliest, *(name for name, _ in near.most_common())]))[:MOST_CHOICES]


def open_questions(project: Project) -> list[Question]:
    """The open questions of a project, the least sure first; none where its book has no quotations."""
    return [*Review(project).questions()] if has_quotations(project) else []


def is_speaker(name: str) -> bool:
    """Whether a script can name a speaker so."""
    try:
        Line("x", name)
    except ValueError:
        return False
    return True
