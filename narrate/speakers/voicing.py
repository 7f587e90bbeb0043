"""A book's quotations with their likely speakers, and which of them get a voice of their own.

Blocks that carry a speaker already (a play's persona) are left as they are. A book whose main
speakers are not sure is read by the narrator alone with "confident" (see `policy`): a voice for a
side character and none for the heroine is worse than one voice for all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrate.book import BlockKind, Book
from narrate.languages import find_language
from narrate.script import NARRATOR
from narrate.speakers.characters import Characters
from narrate.speakers.policy import ALL, OFF
from narrate.speakers.speakers import CONFIDENT, Said, attribute
from narrate.speakers.turns import NARRATOR_SPEAKS

# Sure quotations that make a speaker worth a voice: in the book, and for a nameless one in the chapter.
_LEAST, _LEAST_NAMELESS = 3, 5
_MAIN = 0.1  # of the quotations: who says as many is a main speaker
_SURELY = 0.5  # of a main speaker's quotations are to be in the speaker's own voice
_SURELY_IN_ALL = 0.4  # and of all that others than the narrator say

BlockPlace = tuple[int, int]  # the chapter's index in the book, the block's in the chapter


@dataclass(frozen=True, slots=True)
class Likely:
    """A quotation's likeliest speaker ("" for nobody), how likely, and the chapter it stands in."""

    who: str
    confidence: float
    chapter: int


@dataclass(frozen=True, slots=True)
class Guess:
    """A quotation and its likeliest speaker, "" when nobody is likely.

    `start` and `end` are where its words begin and end in the block's text: at white space, so
    that cutting there parts no word.
    """

    place: BlockPlace
    start: int
    end: int
    text: str
    who: str
    confidence: float
    kind: str
    reason: str

    @property
    def likely(self) -> Likely:
        return Likely(self.who, self.confidence, self.place[0])


@dataclass(frozen=True, slots=True)
class Unsure:
    """A main speaker ("" for all together), how many quotations are likely theirs and how many surely."""

    who: str
    said: int
    surely: int


def paragraphs_of_book(book: Book) -> tuple[dict[BlockPlace, str], set[BlockPlace]]:
    """The paragraphs in which somebody may speak, by place in order, and those that open a chapter or scene."""
    texts: dict[BlockPlace, str] = {}
    opening: set[BlockPlace] = set()
    for chapter_index, chapter in enumerate(book.chapters):
        opens = True
        for index, block in enumerate(chapter.blocks):
            if block.kind in (BlockKind.SCENE_BREAK, BlockKind.HEADING):
                opens = True
            elif block.kind is BlockKind.PARAGRAPH and not block.speaker:
                place = (chapter_index, index)
                texts[place] = block.text
                if opens:
                    opening.add(place)
                opens = False
    return texts, opening


def guess_speakers(book: Book) -> list[Guess]:
    """Every quotation of the book's paragraphs with its likeliest speaker, in order."""
    texts, opening = paragraphs_of_book(book)
    places = list(texts)
    breaks = {index for index, place in enumerate(places) if place in opening}
    said, characters = attribute(list(texts.values()), book.language, breaks=breaks)
    spaced = find_language(book.language).spaced
    guesses = (_guess(one, places[one.paragraph], texts[places[one.paragraph]], characters, spaced) for one in said)
    apart: list[Guess] = []
    for guess in filter(None, guesses):  # “Yes”“No” in one word is one quotation
        if not apart or apart[-1].place != guess.place or apart[-1].end <= guess.start:
            apart.append(guess)
    return apart


def _guess(said: Said, place: BlockPlace, text: str, characters: Characters, spaced: bool) -> Guess | None:
    """A quotation as a guess; None when it cannot be cut out without parting a word."""
    edges = _edges(text, said.quote.start, said.quote.end) if spaced else (said.quote.start, said.quote.end)
    if edges is None:
        return None
    start, end = edges
    who = "" if said.who is None else NARRATOR
    if said.who is not None and said.who != NARRATOR_SPEAKS:
        who = characters.people[said.who].name
    return Guess(place, start, end, text[start:end], who, said.confidence, said.kind, said.reason)


def _edges(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A quotation's edges moved outwards to white space, `(“No”),` is one word; None where a letter is in between."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
        if text[start].isalnum():
            return None
    while end < len(text) and not text[end].isspace():
        if text[end].isalnum():
            return None
        end += 1
    return start, end


def voices(quotations: Sequence[Likely], quotes: str) -> list[str]:
    """The speaker of each quotation by project.toml's `quotes`: a name, or the narrator."""
    if quotes == OFF:
        return [NARRATOR] * len(quotations)
    if quotes == ALL:
        return [one.who or NARRATOR for one in quotations]
    return [NARRATOR] * len(quotations) if unsure_speaker(quotations) else _sure_speakers(quotations)


def unsure_speaker(quotations: Sequence[Likely]) -> Unsure | None:
    """The reason why "confident" casts nobody: the first main speaker who is not sure; None where all of them are.

    Main is who says a tenth of what the narrator does not say, be it only twice where the most talkative
    says little more. Of all such quotations together a share is to be sure as well.
    """
    others = Counter(one.who for one in quotations if one.who != NARRATOR)
    voiced = Counter(_sure_speakers(quotations))
    named = [(who, said) for who, said in others.most_common() if who]
    most = named[0][1] if named else 0
    least = max(_MAIN * others.total(), min(_LEAST, most / 2))
    for who, said in named:
        if said >= least and voiced[who] < _SURELY * said:
            return Unsure(who, said, _surely_of(quotations, who))
    surely = voiced.total() - voiced[NARRATOR]
    return Unsure("", others.total(), surely) if surely < _SURELY_IN_ALL * others.total() else None


def _surely_of(quotations: Sequence[Likely], who: str) -> int:
    return sum(one.who == who and one.confidence >= CONFIDENT for one in quotations)


def _sure_speakers(quotations: Sequence[Likely]) -> list[str]:
    """Who surely speaks each quotation, and often enough for a voice; else the narrator."""
    enough = _frequent(quotations)
    return [one.who if one.confidence >= CONFIDENT and _counted(one) in enough else NARRATOR for one in quotations]


def _counted(one: Likely) -> str | tuple[str, int]:
    """What a speaker's quotations are counted by: a name over the book, a noun ("the landlord") over its chapter."""
    return (one.who, one.chapter) if one.who[:1].islower() else one.who


def _frequent(quotations: Sequence[Likely]) -> set[str | tuple[str, int]]:
    """Who surely speaks often enough for a voice."""
    counts = Counter(_counted(one) for one in quotations if one.who and one.confidence >= CONFIDENT)
    least = max(_LEAST, len(quotations) // 250)
    return {who for who, count in counts.items() if count >= (least if isinstance(who, str) else _LEAST_NAMELESS)}


def parts_of(guesses: Sequence[Guess], speakers: Sequence[str]) -> Mapping[BlockPlace, list[tuple[int, int, str]]]:
    """The quotations that somebody but the narrator speaks, by block: start, end, speaker, in order."""
    parts: dict[BlockPlace, list[tuple[int, int, str]]] = {}
    for guess, speaker in zip(guesses, speakers, strict=True):
        if speaker != NARRATOR:
            parts.setdefault(guess.place, []).append((guess.start, guess.end, speaker))
    return parts
