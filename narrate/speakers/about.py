"""Who is about: the people narrated near a turn, and those who speak nearby."""

from collections.abc import Mapping, Sequence

from narrate.speakers.descriptions import Descriptions
from narrate.speakers.mentions import FIRST, NOUN
from narrate.speakers.passages import IMPLICIT, Paragraph, Span
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Who

_FARTHEST = 40  # paragraphs in which somebody is looked for
_MOST = 9  # people who are about
_I_ABOUT = 0.7  # of what a name would be about, where the narrator says "I"
_NEAR = 2.22  # how much whoever speaks nearby is about
_GUESSED = 0.94  # of what a turn with a tag tells of who is about, one without
_NEIGHBOURS = 5  # turns either way whose speakers are about


class About:
    """Who is about in the paragraphs of a book, as far as its descriptions are known; what was asked for is kept."""

    def __init__(self, paragraphs: Sequence[Paragraph], first_person: bool, descriptions: Descriptions) -> None:
        self._paragraphs = paragraphs
        self._first_person = first_person
        self._descriptions = descriptions
        self._told: dict[tuple[int, int], dict[Who, float]] = {}
        self._around: dict[int, dict[Who, float]] = {}

    def around(self, span: Span) -> dict[Who, float]:
        """Those narrated near a turn, nearer ones and subjects weighing more.

        A long dialogue is no distance: only paragraphs that mention somebody count. Who is only
        spoken of in quotations is not about, unless called by name.
        """
        found = self._around.get(span.paragraph)  # the same for all turns of a paragraph
        if found is None:
            found = self._around[span.paragraph] = self._weights(span)
        return found

    def _weights(self, span: Span) -> dict[Who, float]:
        weights: dict[Who, float] = {}
        for step, start, least in ((-1, span.paragraph, 0.1), (1, span.paragraph + 1, 0.6)):
            near, index = 1.0, start
            while 0 <= index < len(self._paragraphs) and near > least and abs(index - start) < _FARTHEST:
                mentioned = False
                for who, weight in self._of(index, span.scene).items():
                    weights[who] = weights.get(who, 0.0) + near * weight
                    mentioned = mentioned or who != NARRATOR_SPEAKS
                near *= 0.8 if mentioned else 0.97
                index += step
        most = sorted(weights, key=lambda who: -weights[who])[:_MOST]
        return {who: min(weights[who], 4.0) for who in most}

    def _of(self, index: int, scene: int) -> dict[Who, float]:
        """Those whom one paragraph tells of, read as in a scene."""
        found = self._told.get((index, scene))
        if found is None:
            found = self._told[index, scene] = {}
            for mention in self._paragraphs[index].told:
                who: Who | None = mention.who
                if self._first_person and mention.kind == FIRST:
                    who = NARRATOR_SPEAKS
                elif mention.kind == NOUN and who is not None:
                    who = self._descriptions.meant(who, scene)
                if who is not None:
                    share = _I_ABOUT if who == NARRATOR_SPEAKS else 1.0
                    found[who] = found.get(who, 0.0) + share * (1.0 if mention.subject else 0.5)
        return found


def add_speakers(
    about: dict[Who, float], spans: Sequence[Span], number: int, chances: Sequence[Mapping[Who, float]]
) -> None:
    """Add whoever spoke nearby in the round before, up to where a scene ends."""
    for step in (-1, 1):
        near = _NEAR
        for other in range(number + step, number + step * (_NEIGHBOURS + 1), step):
            if not 0 <= other < len(spans):
                break
            later = max(other, other - step)
            if spans[later].gap is None:  # a scene has ended before it
                break
            near *= 0.8
            told = near * (_GUESSED if spans[other].kind == IMPLICIT else 1.0)
            for who, chance in chances[other].items():
                if who != SOMEBODY_ELSE and chance > 0.1:
                    about[who] = about.get(who, 0.0) + told * chance
