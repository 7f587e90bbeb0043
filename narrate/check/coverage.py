"""The coverage proof: every word of the script is said, once and in order.

First by the takes' own comments, which say what each was asked to say: a take under the wrong
name, or of other words than the script's, is found without listening. Then, with a recogniser, by
what is heard in the assembled chapter, aligned to all of its text: what assembly dropped, doubled
or put elsewhere is found too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from narrate.audio import Audio
from narrate.check.heard import Recogniser
from narrate.check.words import compare, words
from narrate.errors import StorageError
from narrate.project import PlacedChapter, PlacedLine
from narrate.take import TakeStore

GAP_LETTERS = 6  # a chapter's alignment tells of gaps and repeats of two words or so; single ones are for the takes


@dataclass(frozen=True, slots=True)
class Flaw:
    """Words that are `missing` or `added` at a place (`3:14`)."""

    place: str
    what: str
    words: str


def take_flaws(chapters: Sequence[PlacedChapter], store: TakeStore) -> list[Flaw]:
    """Lines that no take says, and takes that were asked to say other words than their line's."""
    flaws = []
    asked: dict[str, str | None] = {}
    for line in _spoken(chapters):
        assert line.request is not None
        key = line.request.key
        if key not in asked:
            try:
                asked[key] = str(store.asked(key)["text"]) if key in store else None
            except StorageError:
                asked[key] = None
        said = asked[key]
        if said is None:
            flaws.append(Flaw(line.place, "missing", line.line.text))
        elif words(said) != words(line.request.text):
            flaws.append(Flaw(line.place, "missing", line.line.text))
            flaws.append(Flaw(line.place, "added", said))
    return flaws


def chapter_flaws(chapter: PlacedChapter, audio: Audio, recogniser: Recogniser) -> list[Flaw]:
    """Gaps and repeats in an assembled chapter, as a recogniser hears it."""
    (transcript,) = recogniser.write([audio])
    return transcript_flaws(chapter, transcript)


def transcript_flaws(chapter: PlacedChapter, transcript: str) -> list[Flaw]:
    """What a transcript of the whole chapter lacks and has too much, by the lines where that is."""
    lines = [line for line in _spoken([chapter]) if line.request is not None]
    asked = [word for line in lines for word in words(line.request.text if line.request else "")]
    places = [line.place for line in lines for _ in words(line.request.text if line.request else "")]
    heard = words(transcript)
    flaws = []
    for kind, start, end, heard_start, heard_end in SequenceMatcher(None, asked, heard, autojunk=False).get_opcodes():
        if kind == "equal" or not asked:
            continue
        found = compare(" ".join(asked[start:end]), " ".join(heard[heard_start:heard_end]))
        place = places[min(start, len(places) - 1)]
        for what, parts in (("missing", found.missing), ("added", found.added)):
            flaws += [Flaw(place, what, gone) for gone, letters in parts if letters >= GAP_LETTERS]
    return flaws


def _spoken(chapters: Sequence[PlacedChapter]) -> list[PlacedLine]:
    return [line for chapter in chapters for line in chapter.lines if line.request is not None]
