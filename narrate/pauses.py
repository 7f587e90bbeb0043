"""How long the silence before a line is, by what it opens and what it follows."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from narrate.script import Line, Opening

Milliseconds = Annotated[int, Meta(ge=0, le=60_000)]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Milliseconds of silence before a line, by what it opens, and at a chapter's ends."""

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
    return max(own, pauses.after_heading) if previous.level else own


def _goes_on(line: Line, previous: Line) -> bool:
    """Whether a line goes on a sentence: “Well,” | said Ann, | “come in.”; a long one's next clause."""
    comma = previous.text.rstrip("”’»\"'")[-1:] in (",", ";")
    return comma or line.text.lstrip("“‘«\"'—–… ")[:1].islower()
