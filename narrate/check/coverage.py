"""The coverage proof: every word of the script is said, once and in order.

First by the takes' own comments, which say what each was asked to say: a take under the wrong
name, or of other words than the script's, is found without listening. Then, with a recogniser, by
what is heard in the assembled chapter, aligned to all of its text: what assembly dropped, doubled
or put elsewhere is found too.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from narrate.audio import Audio
from narrate.check.heard import Recogniser, language_code
from narrate.check.words import compare, words
from narrate.errors import StorageError
from narrate.project import PlacedChapter, PlacedLine
from narrate.takes import TakeStore

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
    return transcript_flaws(chapter, transcript, recogniser.language)


def other_languages(chapters: Sequence[PlacedChapter], language: str) -> list[PlacedLine]:
    """The lines that one who listens in `language` does not understand."""
    return [line for line in _spoken(chapters) if line.foreign or _language(line) != language]


def transcript_flaws(chapter: PlacedChapter, transcript: str, language: str = "en") -> list[Flaw]:
    """What a transcript of the whole chapter lacks and has too much, by the lines where that is.

    Nothing is said of lines in another language than the transcript's, nor of what was heard there.
    """
    by_place = {line.place: words(line.request.text) for line in _spoken([chapter]) if line.request}
    asked = [word for line in by_place.values() for word in line]
    places = [place for place, line in by_place.items() for _ in line]
    unknown = {line.place for line in other_languages([chapter], language)}
    heard = words(transcript)
    flaws = []
    for kind, start, end, heard_start, heard_end in SequenceMatcher(None, asked, heard, autojunk=False).get_opcodes():
        if kind == "equal" or not asked:
            continue
        if not unknown.isdisjoint(places[max(0, start - 1) : end + 1]):
            # What was heard there may be the other language: only a line of which nothing was heard is missing.
            inside = Counter(places[start:end])
            gone = [place for place, count in inside.items() if place not in unknown and count == places.count(place)]
            flaws += [Flaw(place, "missing", " ".join(by_place[place])) for place in gone]
            continue
        found = compare(" ".join(asked[start:end]), " ".join(heard[heard_start:heard_end]))
        place = places[min(start, len(places) - 1)]
        for what, parts in (("missing", found.missing), ("added", found.added)):
            flaws += [Flaw(place, what, gap) for gap, letters in parts if letters >= GAP_LETTERS]
    return flaws


def _language(line: PlacedLine) -> str:
    return language_code(line.request.language) if line.request else ""


def _spoken(chapters: Sequence[PlacedChapter]) -> list[PlacedLine]:
    return [line for chapter in chapters for line in chapter.lines if line.request is not None]
