"""A book's quotations with their likely speakers, and which of them get a voice of their own.

Blocks that carry a speaker already (a play's persona) are left as they are. `quotes` is one word
of project.toml: "off" leaves everything to the narrator, "confident" gives a voice to whoever
surely speaks often enough, "all" to the likeliest speaker of every quotation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrate.attribution.characters import Characters
from narrate.attribution.speakers import CONFIDENT, Said, attribute
from narrate.attribution.turns import NARRATOR_SPEAKS
from narrate.book import BlockKind, Book
from narrate.script import NARRATOR

OFF, CONFIDENTLY, ALL = "off", "confident", "all"
QUOTES = (OFF, CONFIDENTLY, ALL)

BlockPlace = tuple[int, int]  # the chapter's index in the book, the block's in the chapter


@dataclass(frozen=True, slots=True)
class Guess:
    """A quotation and its likeliest speaker, "" when nobody is likely.

    `start` and `end` are where its words begin and end in the block's text: at white space, so
    that cutting there parts no word. `named`: the speaker goes by a name, not only by a noun.
    """

    place: BlockPlace
    start: int
    end: int
    text: str
    who: str
    confidence: float
    kind: str
    reason: str
    named: bool = True


def paragraphs_of(book: Book) -> tuple[dict[BlockPlace, str], set[BlockPlace]]:
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
    texts, opening = paragraphs_of(book)
    places = list(texts)
    breaks = {index for index, place in enumerate(places) if place in opening}
    said, characters = attribute(list(texts.values()), book.language, breaks=breaks)
    guesses = (_guess(one, places[one.paragraph], texts[places[one.paragraph]], characters) for one in said)
    return [guess for guess in guesses if guess]


def _guess(said: Said, place: BlockPlace, text: str, characters: Characters) -> Guess | None:
    """A quotation as a guess; None when it cannot be cut out without parting a word."""
    start, end = _edges(text, said.quote.start, said.quote.end)
    if any(c.isalnum() for c in text[start : said.quote.start] + text[said.quote.end : end]):
        return None
    named = True
    who = "" if said.who is None else NARRATOR
    if said.who is not None and said.who != NARRATOR_SPEAKS:
        person = characters.people[said.who]
        who, named = person.name, person.named
    return Guess(place, start, end, text[start:end], who, said.confidence, said.kind, said.reason, named)


def _edges(text: str, start: int, end: int) -> tuple[int, int]:
    """A quotation's edges moved outwards to white space: `(“No”),` is one word."""
    if _UNSPACED.search(text[start:end]):
        return start, end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")  # Japanese and Chinese part words nowhere


def voices(guesses: Sequence[Guess], quotes: str) -> list[str]:
    """Who speaks each quotation by project.toml's `quotes`: a name, or the narrator."""
    if quotes == OFF:
        return [NARRATOR] * len(guesses)
    if quotes == ALL:
        return [guess.who or NARRATOR for guess in guesses]
    sure = [guess for guess in guesses if guess.who and guess.confidence >= CONFIDENT]
    enough = frequent(((guess.who, guess.named, guess.place[0]) for guess in sure), len(guesses))
    return [
        guess.who
        if guess.confidence >= CONFIDENT and (guess.who if guess.named else (guess.who, guess.place[0])) in enough
        else NARRATOR
        for guess in guesses
    ]


def frequent(speakers: Iterable[tuple[str, bool, int]], total: int) -> set[str | tuple[str, int]]:
    """Who speaks often enough for a voice: names in the whole book, nouns ("the landlord") in one chapter.

    `speakers` are (name, named, chapter) of every sure quotation, `total` all quotations.
    """
    least = max(3, total // 250)
    counts: Counter[str | tuple[str, int]] = Counter(
        who if named else (who, chapter) for who, named, chapter in speakers
    )
    return {who for who, count in counts.items() if count >= (least if isinstance(who, str) else 3)}


def parts_of(guesses: Sequence[Guess], speakers: Sequence[str]) -> Mapping[BlockPlace, list[tuple[int, int, str]]]:
    """The quotations that somebody but the narrator speaks, by block: start, end, speaker, in order."""
    parts: dict[BlockPlace, list[tuple[int, int, str]]] = {}
    for guess, speaker in zip(guesses, speakers, strict=True):
        if speaker != NARRATOR:
            parts.setdefault(guess.place, []).append((guess.start, guess.end, speaker))
    return parts
