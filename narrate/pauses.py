"""How long the silence before a line is, by what it opens and what it follows."""

from dataclasses import dataclass

from narrate.script import Line, Opening


@dataclass(frozen=True, slots=True)
class Pauses:
    """Milliseconds of silence before a line, by what it opens, and at a chapter's ends."""

    sentence: int = 300
    clause: int = 120  # inside a sentence: where a quotation and its tag meet, or a long one is cut
    verse: int = 200
    paragraph: int = 650
    heading: int = 1200
    after_heading: int = 900
    scene: int = 1600
    chapter_start: int = 700
    chapter_end: int = 1800


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
