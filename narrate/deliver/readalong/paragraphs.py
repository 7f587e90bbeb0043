"""The script's lines as paragraphs, for the forms that have a page made of them: EPUB, DAISY."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from narrate.chapters import Spoken
from narrate.script import Opening


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that stand together: a heading alone, else a paragraph or a stanza.

    `kind`: "heading", "verse", "speech" or "" for prose; `speaker` is whom a page names before it, "" for nobody;
    `after_break`: a scene break stands before it.
    """

    lines: tuple[Spoken, ...]
    kind: str = ""
    speaker: str = ""
    after_break: bool = False


def paragraphs(lines: Sequence[Spoken], *, speakers: bool) -> Iterator[Paragraph]:
    """The paragraphs, in order. `speakers`: a speech says whose it is, where another one speaks than before."""
    together: list[Spoken] = []
    speaker = ""
    for spoken, after in zip_longest(lines, lines[1:]):
        if spoken.said.line.level:
            yield Paragraph((spoken,), "heading")
            continue
        together.append(spoken)
        if after is not None and not _parts(spoken, after, speakers=speakers):
            continue
        first = together[0].said.line
        named = first.speaker if speakers and first.speaker != speaker else ""
        kind = "verse" if any(one.said.line.opens is Opening.VERSE for one in together[1:2]) else ""
        yield Paragraph(tuple(together), kind or ("speech" if named else ""), named, first.opens is Opening.SCENE)
        speaker, together = first.speaker, []


def _parts(one: Spoken, other: Spoken, *, speakers: bool) -> bool:
    """Whether a paragraph ends between two lines."""
    before, after = one.said.line, other.said.line
    return after.opens not in (Opening.SENTENCE, Opening.VERSE) or (speakers and after.speaker != before.speaker)
