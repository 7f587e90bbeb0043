"""Who says each quotation of a book: the steps put together.

quotations → tags → characters → pronouns → turn-taking → a confidence for each. Each step is a
module of its own; here their evidence becomes the scores of a turn's candidates. A turn is all
that one paragraph lets one person say, with the paragraphs that go on with it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from narrate.attribution.characters import Character, Characters, find_characters
from narrate.attribution.mentions import (
    CROWD,
    FIRST,
    NAME,
    NOUN,
    PRONOUN,
    Addressed,
    Mention,
    addressed_in,
    mentions_in,
)
from narrate.attribution.tags import AFTER, BEFORE, LEAD, Tag, lead_of, tags_in
from narrate.attribution.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Turn, Who, likeliest
from narrate.quotes import Marks, Quote, quotes_of

CONFIDENT = 0.9  # from here on a quotation gets its speaker with quotes = "confident"
EXPLICIT, BY_PRONOUN, IMPLICIT = "explicit", "pronoun", "implicit"


@dataclass(frozen=True, slots=True)
class Said:
    """One quotation and who says it: a character's index, NARRATOR_SPEAKS, or None when nobody is likely.

    `kind` is how the paragraph tells it: a name or noun ("explicit"), a pronoun, or not at all ("implicit").
    """

    paragraph: int
    quote: Quote
    who: Who | None
    confidence: float
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with what was found in it. `quotes` are speech only, outer ones."""

    text: str
    quotes: tuple[Quote, ...]
    mentions: tuple[Mention, ...]
    told: tuple[Mention, ...]  # those outside of every quotation
    tags: tuple[Tag, ...]


@dataclass(slots=True)
class _Span:
    """A turn while its evidence is gathered: which quotations of which paragraphs."""

    paragraph: int
    quotes: list[tuple[int, Quote]]
    tags: list[Tag]
    addressed: Addressed
    gap: int | None = 0
    opens: bool = False  # the first paragraph of a chapter or scene
    about: Counter[Who] | None = None
    scores: dict[Who, float] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    kind: str = IMPLICIT


def attribute(
    paragraphs: Sequence[str],
    language: str = "en",
    *,
    breaks: Iterable[int] = (),
    characters: Characters | None = None,
    marks: Marks | None = None,
) -> tuple[list[Said], Characters]:
    """Who says each quotation. `breaks` are paragraphs that open a chapter or a scene."""
    characters = characters or find_characters(paragraphs)
    recent: list[int] = []
    found = [
        read_paragraph(text, quotes, characters, recent)
        for text, quotes in zip(paragraphs, quotes_of(paragraphs, language, marks), strict=True)
    ]
    spans = _spans(found, frozenset(breaks))
    first_person = tells_in_first_person(found)
    chances: list[dict[Who, float]] = []
    for _ in range(_ROUNDS):
        for number in range(len(spans)):
            _score(spans, number, found, characters, first_person, chances)
        chances = likeliest([Turn(span.scores, span.gap) for span in spans])
    return [said for span, chance in zip(spans, chances, strict=True) for said in _said(span, chance)], characters


def read_paragraph(
    text: str, quotes: Iterable[Quote], characters: Characters, recent: list[int] | None = None
) -> Paragraph:
    """Everything that one paragraph tells by itself; `recent` are the named mentions before it, and grows."""
    speech = tuple(quote for quote in quotes if not quote.depth and is_speech(text, quote))
    mentions = tuple(_spouses(mentions_in(text, characters), characters, [] if recent is None else recent))
    told = tuple(m for m in mentions if not any(q.start <= m.start < q.end for q in speech))
    return Paragraph(text, speech, mentions, told, tuple(tags_in(text, speech, told)))


_RECENT = 12  # named mentions in which "his wife" finds the husband


def _spouses(mentions: Iterable[Mention], characters: Characters, recent: list[int]) -> Iterable[Mention]:
    """The mentions, with "his wife" meaning Mrs. X where Mr. X was mentioned last."""
    for mention in mentions:
        if mention.relation in ("wife", "husband", "lady") and mention.who is not None:
            gender = characters.people[mention.who].gender
            spouses = (characters.partners.get(who) for who in reversed(recent[-_RECENT:]))
            fitting = (s for s in spouses if s is not None and characters.people[s].gender == gender)
            spouse = next(fitting, None)
            if spouse is not None:
                mention = replace(mention, who=spouse, relation="")
        elif mention.kind == NAME and mention.who is not None:
            recent.append(mention.who)
        yield mention


_OPENS_SPEECH = re.compile(
    r"(?:[,:;.!?…—–”\"’»)-]|\b(?:said|says|asked|cried|replied|answered|with|exclaimed|and|but|sang|thought|out|"
    r"whispered|shouted|murmured|added|repeated|continued|observed|remarked|muttered))$"
)


def is_speech(text: str, quote: Quote) -> bool:
    """Whether a quotation is spoken, rather than a title or a word in quotation marks."""
    inner = quote.inner(text)
    if not any(c.isalpha() for c in inner):
        return False
    before, after = text[: quote.start].rstrip(), text[quote.end :].lstrip()
    if quote.continues or not quote.closed or (not before and not after):
        return True
    ends = inner[-1] in ".,!?…—–-;:”’'\""
    if not before:
        return ends or len(inner.split()) > 3
    if not _OPENS_SPEECH.search(before):
        return False
    first = next(c for c in inner if c.isalpha())
    return ends and (first.isupper() or before[-1] in ',:;—–-)”"' or before[-1].isalpha())


def tells_in_first_person(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the narrator says "I" outside of quotations, more than a passing author does."""
    words = first = 0
    for paragraph in paragraphs:
        words += len(paragraph.text.split())
        first += sum(m.kind == FIRST for m in paragraph.told)
    return first > max(3, words // 250)


# --- turns ------------------------------------------------------------------------------------------


def _spans(paragraphs: Sequence[Paragraph], breaks: frozenset[int]) -> list[_Span]:
    spans: list[_Span] = []
    gap: int | None = None
    for index, paragraph in enumerate(paragraphs):
        if index in breaks:
            gap = None
        if not paragraph.quotes:
            gap = None if gap is None else gap + 1
            continue
        own = _turns_of(index, paragraph)
        if own[0].quotes[0][1].continues and spans and gap == 0:  # the same person goes on
            spans[-1].quotes += own[0].quotes
            spans[-1].tags += own[0].tags
            own = own[1:]
        for span in own:
            span.gap = gap
            span.opens = index in breaks
            gap = 0
            spans.append(span)
        gap = 0
    return spans


_ANSWERS = frozenset("replied answered returned rejoined retorted responded".split())


def _turns_of(index: int, paragraph: Paragraph) -> list[_Span]:
    """A paragraph's turns: one, unless a later quotation has a tag with another subject."""
    turns: list[_Span] = []
    holder: Mention | None = None
    for number, quote in enumerate(paragraph.quotes):
        tags = [tag for tag in paragraph.tags if tag.quote == number]
        tag = max((t for t in tags if t.where in (AFTER, BEFORE)), key=lambda t: t.strength, default=None)
        between = paragraph.text[paragraph.quotes[number - 1].end : quote.start] if number else ""
        other = tag is not None and holder is not None and (_differs(holder, tag) or _is_apart(between))
        if not turns or other:
            turns.append(_Span(index, [], [], Addressed()))
        holder = tag.mention if tag and (holder is None or other) else holder
        turns[-1].quotes.append((index, quote))
        turns[-1].tags += tags
        turns[-1].addressed = _joined(turns[-1].addressed, addressed_in(paragraph.text, quote, paragraph.mentions))
    return turns


def _is_apart(between: str) -> bool:
    """Whether so much is told between two quotations of a paragraph that they need not be one turn."""
    return len(between) > 200 and bool(re.search(r"[.!?]\s", between))


def _differs(holder: Mention, tag: Tag) -> bool:
    """Whether a tag's subject is surely another person than the paragraph's speaker so far."""
    mention = tag.mention
    if mention.kind in (NAME, NOUN) and holder.kind in (NAME, NOUN):
        return mention.who != holder.who and (mention.kind == holder.kind or tag.verb in _ANSWERS)
    if mention.kind == PRONOUN and holder.kind == PRONOUN:
        return mention.gender != holder.gender
    if FIRST in (mention.kind, holder.kind):
        return mention.kind != holder.kind
    return tag.verb in _ANSWERS and tag.where == AFTER


def _joined(one: Addressed, two: Addressed) -> Addressed:
    gender = one.gender if one.gender == two.gender or not two.gender else two.gender if not one.gender else ""
    return Addressed(one.called | two.called, gender, one.relations | two.relations, one.spoken_of | two.spoken_of)


# --- scores -----------------------------------------------------------------------------------------

_ROUNDS = 3  # from the second on, whoever spoke nearby in the one before is about
_FARTHEST = 40  # paragraphs in which a candidate is looked for
_MOST = 7  # candidates of one turn
_TAGGED = 7.0
_HOPELESS = 9.0  # log odds below the best from which on a candidate is left out


def _score(
    spans: Sequence[_Span],
    number: int,
    paragraphs: Sequence[Paragraph],
    characters: Characters,
    first_person: bool,
    chances: Sequence[Mapping[Who, float]],
) -> None:
    """Fill one turn's scores: who is about, what the tags say, who is spoken to."""
    span = spans[number]
    people = characters.people
    span.why.clear()
    if span.about is None:
        span.about = _about(span, paragraphs)
    about = Counter(span.about)
    if chances:
        _add_speakers(about, spans, number, chances)
    scores: dict[Who, float] = {who: 0.8 * weight**0.5 for who, weight in about.items()}
    if first_person:
        scores[NARRATOR_SPEAKS] = 0.3
    scores[SOMEBODY_ELSE] = -0.3
    tags = sorted(span.tags, key=lambda t: -t.strength)
    lead = _lead(span, paragraphs)
    if lead and not any(t.where in (AFTER, BEFORE) for t in tags):
        tags.append(lead)
    for tag in tags:
        _apply(tag, span, scores, paragraphs, characters)
    _address(spans, number, scores, people)
    kept = sorted(scores, key=lambda who: -scores[who])[:_MOST]
    least = scores[kept[0]] - _HOPELESS
    span.scores = {who: scores[who] for who in kept if scores[who] > least} | {SOMEBODY_ELSE: scores[SOMEBODY_ELSE]}


def _lead(span: _Span, paragraphs: Sequence[Paragraph]) -> Tag | None:
    """What the paragraph before a turn says of who speaks now."""
    if span.opens or not span.paragraph or span.quotes[0][1].start > 2:
        return None
    before = paragraphs[span.paragraph - 1]
    lead = lead_of(before.text, before.mentions, before.quotes)
    return lead if lead and (not before.quotes or lead.strength > 0.5) else None


def _about(span: _Span, paragraphs: Sequence[Paragraph]) -> Counter[Who]:
    """Who is about: the characters narrated near a turn, nearer ones and subjects weighing more.

    A long dialogue is no distance: only paragraphs that mention somebody count. Who is only
    spoken of in quotations is not about, unless called by name.
    """
    weights: Counter[Who] = Counter()
    for step, start in ((-1, span.paragraph), (1, span.paragraph + 1)):
        near, index = 1.0, start
        while 0 <= index < len(paragraphs) and near > (0.1 if step < 0 else 0.6) and abs(index - start) < _FARTHEST:
            mentioned = False
            for mention in paragraphs[index].told:
                if mention.who is not None:
                    weights[mention.who] += near * (1.0 if mention.subject else 0.5)  # type: ignore[assignment]
                    mentioned = True
            near *= 0.8 if mentioned else 0.97
            index += step
    return Counter({who: min(weight, 4.0) for who, weight in weights.most_common(_MOST + 2)})


_NEIGHBOURS = 5  # turns either way whose speakers are about


def _add_speakers(
    about: Counter[Who], spans: Sequence[_Span], number: int, chances: Sequence[Mapping[Who, float]]
) -> None:
    """Add whoever spoke nearby in the round before, up to where a scene ends."""
    for step in (-1, 1):
        other, near = number, 1.5
        for _ in range(_NEIGHBOURS):
            if spans[max(other, other + step)].gap is None if 0 <= other + step < len(spans) else True:
                break
            other += step
            near *= 0.8
            for who, chance in chances[other].items():
                if who >= 0 and chance > 0.1:
                    about[who] += near * chance  # type: ignore[assignment]


def _apply(
    tag: Tag,
    span: _Span,
    scores: dict[Who, float],
    paragraphs: Sequence[Paragraph],
    characters: Characters,
) -> None:
    """Add what one tag says to the scores."""
    people = characters.people
    mention, weight = tag.mention, _TAGGED * tag.strength**2
    kind, certain = mention.kind, tag.where in (AFTER, BEFORE)
    shown = f"{tag.where}: {tag.verb} {kind}".replace("  ", " ")
    if kind in (NAME, NOUN) and mention.who is not None:
        scores[mention.who] = scores.get(mention.who, 0.0) + weight
        if mention.relation:
            _relate(mention, weight, scores, people)
        span.kind = EXPLICIT if certain else span.kind
    elif kind == FIRST:
        scores[NARRATOR_SPEAKS] = scores.get(NARRATOR_SPEAKS, 0.0) + weight
        span.kind = EXPLICIT if certain else span.kind
    elif kind == CROWD:
        scores[SOMEBODY_ELSE] = scores.get(SOMEBODY_ELSE, 0.0) + weight
        span.kind = EXPLICIT if certain else span.kind
    elif kind == PRONOUN:
        for who in scores:
            scores[who] += _fits(who, mention.gender, people) * tag.strength
        for rank, who in enumerate(_antecedents(mention, tag, span, paragraphs, people)):
            scores[who] = scores.get(who, 0.0) + (1.6, 0.7, 0.3)[min(rank, 2)] * tag.strength
        if certain and span.kind == IMPLICIT:
            span.kind = BY_PRONOUN
    span.why.append(shown)


def _relate(mention: Mention, weight: float, scores: dict[Who, float], people: Sequence[Character]) -> None:
    """ "Her mother" is somebody with a name, if one who can be a mother is about."""
    gender = people[mention.who].gender if mention.who is not None else ""
    for who in list(scores):
        if who < 0 or not people[who].named or people[who].gender != gender:
            continue
        titles = {alias.split()[0].rstrip(".").casefold() for alias in people[who].aliases}
        married = bool(titles & {"mrs", "mr", "lady", "sir", "madame", "lord"}) and "miss" not in titles
        if mention.relation in _ELDERS:
            scores[who] += weight + (0.3 if married else -3.0)
        elif mention.relation != "lady":
            scores[who] += weight - (3.0 if "mrs" in titles else 1.0)


_ELDERS = frozenset("father mother uncle aunt husband wife grandfather grandmother papa mamma mama".split())


def _fits(who: Who, gender: str, people: Sequence[Character]) -> float:
    """How well a pronoun goes with a candidate."""
    if who == NARRATOR_SPEAKS:
        return -6.0
    if who == SOMEBODY_ELSE:
        return 0.0
    own = people[who].gender
    return 0.2 if not own else 1.2 if own == gender else -5.0


def _antecedents(
    mention: Mention, tag: Tag, span: _Span, paragraphs: Sequence[Paragraph], people: Sequence[Character]
) -> list[Who]:
    """Whom a pronoun may mean: of its gender, narrated last before it first."""
    found: dict[Who, None] = {}
    for index in range(span.paragraph, max(-1, span.paragraph - _FARTHEST), -1):
        if len(found) > 2:
            break
        paragraph = paragraphs[index]
        here = index == span.paragraph and tag.where != LEAD
        before = [
            m for m in paragraph.told if m.who is not None and not m.possessive and (not here or m.end <= mention.start)
        ]
        for other in sorted(before, key=lambda m: (not m.subject, -m.start)):
            if other.who is not None and people[other.who].gender in ("", mention.gender):
                found.setdefault(other.who)
    return list(found)


def _address(spans: Sequence[_Span], number: int, scores: dict[Who, float], people: Sequence[Character]) -> None:
    """Who is spoken to does not speak; whoever the neighbours speak to may."""
    span = spans[number]
    for who in span.addressed.called:
        scores[who] = scores.get(who, 0.0) - 5.0
    for who in span.addressed.spoken_of:
        if who in scores:
            scores[who] -= 1.0
    for other, weight in ((number - 1, 2.3), (number + 1, 1.2)):
        if not 0 <= other < len(spans):
            continue
        gap = spans[max(other, number)].gap
        if gap is None or gap > 1:
            continue
        beside = spans[other].addressed
        for who in beside.called:
            scores[who] = scores.get(who, 0.0) + (weight if gap == 0 else weight / 2)
        if beside.gender:
            for who in scores:
                if who >= 0 and people[who].gender and people[who].gender != beside.gender:
                    scores[who] -= weight


def _said(span: _Span, chances: Mapping[Who, float]) -> Iterable[Said]:
    who = max(chances, key=lambda w: chances[w], default=SOMEBODY_ELSE)
    chance = chances.get(who, 0.0)
    for index, quote in span.quotes:
        nobody = who == SOMEBODY_ELSE
        yield Said(index, quote, None if nobody else who, 0.0 if nobody else chance, span.kind, "; ".join(span.why))
