"""Pauses: the silence before a line, by what the line opens and what it follows.

A reader breathes longer after a long sentence than after a short one, and leaves a question in the air. So the
silence between sentences is the setting for a line of MIDDLE_S, and more or less than it for others: by a third
less to a third more. What divides a book (headings, scenes, a chapter's ends) and the measure of verse stay as set.
"""

import math
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from narrate.languages import reading_s
from narrate.script.model import Line, Opening

MIDDLE_S = 4.5  # of reading, about seventy letters: between a play's lines and a novel's sentences
SHORTEST, LONGEST = 0.7, 1.35  # of the setting
_BY_LENGTH = 0.25  # a line of twice the length is followed by 2 ** 0.25 the silence
_ENDINGS = {"?": 1.15, "？": 1.15, "؟": 1.15, "…": 1.2}  # what is left in the air
_CLOSERS = "\"'”’»›“‘)]）」』 "
Milliseconds = Annotated[int, Meta(ge=0, le=60_000)]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Milliseconds of silence before a line, by what it opens, and at a chapter's ends.

    Those before sentences, clauses and paragraphs are middles, see `after`.
    """

    sentence: Milliseconds = 300
    clause: Milliseconds = 120  # inside a sentence: where a quotation and its tag meet, or a long one is cut
    verse: Milliseconds = 200
    paragraph: Milliseconds = 650
    heading: Milliseconds = 1200
    after_heading: Milliseconds = 900
    scene: Milliseconds = 1600
    chapter_start: Milliseconds = 700
    chapter_end: Milliseconds = 1800


def pause_before(line: Line, previous: Line | None, pauses: Pauses) -> int:
    """Milliseconds of silence before `line`; the longer one where a heading meets a scene break."""
    if previous is None:
        return pauses.chapter_start
    own = {
        Opening.SENTENCE: pauses.clause if _goes_on(line, previous) else pauses.sentence,
        Opening.VERSE: pauses.verse,
        Opening.PARAGRAPH: pauses.paragraph,
        Opening.HEADING: pauses.heading,
        Opening.SCENE: pauses.scene,
    }[line.opens]
    if previous.level:
        return max(own, pauses.after_heading)
    varies = line.opens in (Opening.SENTENCE, Opening.PARAGRAPH) and previous.speakable
    return after(previous.text, own) if varies else own


def after(text: str, middle_ms: float) -> int:
    """Milliseconds of silence after `text`, where one of middling length has `middle_ms`."""
    by_length = math.pow(reading_s(text) / MIDDLE_S, _BY_LENGTH)
    by_ending = _ENDINGS.get(text.rstrip(_CLOSERS)[-1:], 1.0)
    return round(middle_ms * min(LONGEST, max(SHORTEST, by_length * by_ending)))


def _goes_on(line: Line, previous: Line) -> bool:
    """Whether a line goes on a sentence: “Well,” | said Ann, | “come in.”; a long one's next clause."""
    comma = previous.text.rstrip("”’»\"'")[-1:] in (",", ";")
    return comma or line.text.lstrip("“‘«\"'—–… ")[:1].islower()
