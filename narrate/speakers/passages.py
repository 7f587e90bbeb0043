"""A paragraph with all that it tells by itself, and the turns that its quotations are.

A quotation is speech, or a title or a word in quotation marks, which nobody speaks. A turn is
all that one paragraph lets one person say, with the paragraphs that go on with it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from narrate.book import Quote, before_space
from narrate.speakers.characters import Characters
from narrate.speakers.mentions import (
    CROWD,
    FIRST,
    NAME,
    NOUN,
    PRONOUN,
    UNKNOWN,
    Addressed,
    Mention,
    addressed_in,
    mentions_in,
)
from narrate.speakers.names import Seen
from narrate.speakers.tags import AFTER, BEFORE, LEAD, Tag, lead_of, tags_in, tags_inside
from narrate.speakers.turns import Who
from narrate.speakers.words import REPLIES, SAY

EXPLICIT, DESCRIBED, BY_PRONOUN, IMPLICIT = "explicit", "described", "pronoun", "implicit"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with what was found in it. `quotes` are speech only, outer ones."""

    text: str
    quotes: tuple[Quote, ...]
    mentions: tuple[Mention, ...]
    told: tuple[Mention, ...]  # those outside of every quotation
    tags: tuple[Tag, ...]


@dataclass(slots=True)
class Span:
    """A turn while its evidence is gathered: which quotations of which paragraphs."""

    paragraph: int
    quotes: list[tuple[int, Quote]]
    tags: list[Tag]
    addressed: Addressed
    gap: int | None = 0
    scene: int = 0
    lead: Tag | None = None  # what the paragraph before says of who speaks now
    opens: bool = False  # the first paragraph of a chapter or scene
    scores: dict[Who, float] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    kind: str = IMPLICIT


def read_paragraph(
    text: str,
    quotes: Iterable[Quote],
    characters: Characters,
    recent: list[int] | None = None,
    seen: Seen | None = None,
) -> Paragraph:
    """Everything that one paragraph tells by itself; `recent` are the named mentions before it, and grows."""
    speech = tuple(quote for quote in quotes if not quote.depth and is_speech(text, quote))
    found = mentions_in(text, characters, seen)
    mentions = tuple(_spouses(found, characters, [] if recent is None else recent, speech))
    told = tuple(_outside(mentions, speech))
    language = characters.vocabulary.language
    tags = tags_in(text, speech, told, language) + tags_inside(text, speech, mentions, language)
    return Paragraph(text, speech, mentions, told, tuple(tags))


def _outside(mentions: Iterable[Mention], quotes: Sequence[Quote]) -> Iterable[Mention]:
    """The mentions that start in none of the quotations; both are in order, and no quotation is inside another."""
    number = 0
    for mention in mentions:
        while number < len(quotes) and quotes[number].end <= mention.start:
            number += 1
        if number == len(quotes) or mention.start < quotes[number].start:
            yield mention


_RECENT = 12  # named mentions in which "his wife" finds the husband


def _spouses(
    mentions: Sequence[Mention], characters: Characters, recent: list[int], quotes: Sequence[Quote]
) -> Iterable[Mention]:
    """The mentions, with "his wife" meaning Mrs. X where Mr. X was mentioned last; who is only spoken of is not."""
    told = {mention.start for mention in _outside(mentions, quotes)} if quotes else None
    here: dict[str, int] = {}  # of each gender, who is married to whom the paragraph has named last
    for mention in mentions:
        if mention.relation in ("wife", "husband", "lady") and mention.who is not None:
            gender = characters.people[mention.who].gender
            spouses = (characters.partners.get(who) for who in reversed(recent[-_RECENT:]))
            fitting = (s for s in spouses if s is not None and characters.people[s].gender == gender)
            spouse = next(fitting, here.get(gender))
            if spouse is not None:
                mention = replace(mention, who=spouse, relation="")
        elif mention.kind == NAME and mention.who is not None:
            if told is None or mention.start in told:
                recent.append(mention.who)
            spouse = characters.partners.get(mention.who)
            if spouse is not None:
                here[characters.people[spouse].gender] = spouse
        yield mention


_OPENS_SPEECH = re.compile(
    r"(?:[,:;.!?…—–”\"’»)-]|\b(?:said|says|asked|cried|replied|answered|with|exclaimed|and|but|thought|out|"
    r"whispered|shouted|murmured|added|repeated|continued|observed|remarked|muttered))$"
)


_TAG_FOLLOWS = re.compile(rf"[,\s—–]*(?:{'|'.join(sorted(SAY))})\b")
_LONGEST_OPENER = 12  # characters of the words above
_SEEN = re.compile(r"\S")
_DIALOGUE_DASHES = "—–―-"


def is_speech(text: str, quote: Quote) -> bool:
    """Whether a quotation is spoken, rather than a title or a word in quotation marks."""
    inner = quote.inner(text)
    if not any(c.isalpha() for c in inner):
        return False
    before, after = before_space(text, quote.start), _SEEN.search(text, quote.end)
    if (
        quote.continues
        or quote.resumes
        or not quote.closed
        or (not before and not after)
        or quote.mark in _DIALOGUE_DASHES
    ):
        return True
    if after and _TAG_FOLLOWS.match(text, quote.end):  # «Qui» disse Maria
        return True
    ends = inner[-1] in ".,!?…—–-;:”’'\"" or (after is not None and after[0] == ",")  # „Gut“, sagte sie
    if not before:
        return ends or len(inner.split()) > 3
    if not _OPENS_SPEECH.search(text, max(0, before - _LONGEST_OPENER), before):
        return False
    first = next(c for c in inner if c.isalpha())
    last = text[before - 1]
    return ends and (first.isupper() or last in ',:;—–-)”"' or last.isalpha())


def tells_in_first_person(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the narrator says "I" outside of quotations, more than a passing author does."""
    words = first = 0
    for paragraph in paragraphs:
        quoted = sum(quote.end - quote.start for quote in paragraph.quotes)
        words += (len(paragraph.text) - quoted) // 6
        first += sum(m.kind == FIRST for m in paragraph.told)
    return first > max(3, words // 250)


def spans_of(paragraphs: Sequence[Paragraph], breaks: frozenset[int]) -> list[Span]:
    spans: list[Span] = []
    gap: int | None = None
    scene = 0
    for index, paragraph in enumerate(paragraphs):
        if index in breaks:
            gap = None
            scene += 1
        if not paragraph.quotes:
            gap = None if gap is None else gap + 1
            continue
        own = _turns_of(index, paragraph)
        if own[0].quotes[0][1].continues and spans and gap == 0:  # the same person goes on
            spans[-1].quotes += own[0].quotes
            spans[-1].tags += own[0].tags
            own = own[1:]
        if own and index and index not in breaks and own[0].quotes[0][1].start <= 2:
            own[0].lead = _lead(paragraphs[index - 1])
        for span in own:
            span.gap = gap
            span.scene = scene
            span.opens = index in breaks
            gap = 0
            spans.append(span)
        gap = 0
    return spans


def _lead(before: Paragraph) -> Tag | None:
    lead = lead_of(before.text, before.mentions, before.quotes)
    return lead if lead and (not before.quotes or (lead.strength > 0.5 and lead.where == LEAD)) else None


def _turns_of(index: int, paragraph: Paragraph) -> list[Span]:
    """A paragraph's turns: one, unless a later quotation has a tag with another subject."""
    turns: list[Span] = []
    addressed: list[list[Addressed]] = []
    holder: Mention | None = None
    tags_of: dict[int, list[Tag]] = {}
    for tag in paragraph.tags:
        tags_of.setdefault(tag.quote, []).append(tag)
    for number, quote in enumerate(paragraph.quotes):
        tags = tags_of.get(number, [])
        sure = max((t for t in tags if t.where in (AFTER, BEFORE)), key=lambda t: t.strength, default=None)
        between = paragraph.text[paragraph.quotes[number - 1].end : quote.start] if number else ""
        other = sure is not None and holder is not None and (_differs(holder, sure) or _is_apart(between))
        if not turns or other:
            turns.append(Span(index, [], [], Addressed()))
            addressed.append([])
        holder = sure.mention if sure and (holder is None or other) else holder
        turns[-1].quotes.append((index, quote))
        turns[-1].tags += tags
        addressed[-1].append(addressed_in(paragraph.text, quote, paragraph.mentions))
    for turn, own in zip(turns, addressed, strict=True):
        turn.addressed = _joined(own)
    return turns


def _is_apart(between: str) -> bool:
    """Whether so much is told between two quotations of a paragraph that they need not be one turn."""
    return len(between) > 200 and bool(re.search(r"[.!?]\s", between))


def _differs(holder: Mention, tag: Tag) -> bool:
    """Whether a tag's subject is surely another person than the paragraph's speaker so far."""
    mention = tag.mention
    if mention.kind in (NAME, NOUN) and holder.kind in (NAME, NOUN):
        return mention.who != holder.who and (mention.kind == holder.kind or tag.verb in REPLIES)
    if mention.kind == PRONOUN and holder.kind == PRONOUN:
        return mention.gender != holder.gender
    if FIRST in (mention.kind, holder.kind) or {CROWD, UNKNOWN} & {mention.kind, holder.kind}:
        return mention.kind != holder.kind
    return tag.verb in REPLIES and tag.where == AFTER


def _joined(own: Sequence[Addressed]) -> Addressed:
    """Whom all quotations of a turn speak to; a gender that the next one contradicts is none."""
    gender = ""
    for one in own:
        if one.gender and one.gender != gender:
            gender = "" if gender else one.gender
    return Addressed(
        frozenset[int]().union(*(one.called for one in own)),
        gender,
        frozenset[str]().union(*(one.relations for one in own)),
        frozenset[int]().union(*(one.spoken_of for one in own)),
        next((one.own_gender for one in own if one.own_gender), ""),
        frozenset[int]().union(*(one.introduced for one in own)),
    )
