"""The evidence for who speaks a turn, as scores of its candidates (log odds).

Who is about, what the tags say, whom the quotations around speak to. The weights are a reader's
common sense, not learnt; the benchmark shows how well the chances that come of them are met.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter

from narrate.speakers.characters import Character, Characters
from narrate.speakers.mentions import CROWD, FIRST, NAME, NOUN, PRONOUN, Mention
from narrate.speakers.passages import BY_PRONOUN, EXPLICIT, IMPLICIT, Paragraph, Span
from narrate.speakers.tags import AFTER, BEFORE, LEAD, Tag, lead_of
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Who
from narrate.speakers.words import FEMALE, MALE

_FARTHEST = 40  # paragraphs in which a candidate is looked for
_MOST = 7  # candidates of one turn
_MOST_TAGS = 24  # of one turn, the strongest: more tell nothing new
_NEAREST = 64  # mentions before a pronoun among which its paragraph tells whom it means
_TAGGED = 7.0  # log odds of a sure tag
_PLAIN = 6.0  # and this for a plain one, which no turn-taking outweighs: he said, and said again
_NAMELESS = 0.4  # log odds less for "the man", where somebody with a name may speak
_HOPELESS = 9.0  # log odds below the best from which on a candidate is left out


def score(
    spans: Sequence[Span],
    number: int,
    paragraphs: Sequence[Paragraph],
    characters: Characters,
    first_person: bool,
    chances: Sequence[Mapping[Who, float]],
) -> None:
    """Fill one turn's scores: who is present, what the tags say, who is spoken to."""
    span = spans[number]
    people = characters.people
    span.why.clear()
    if span.about is None:  # the same for all turns of a paragraph
        before = spans[number - 1] if number else span
        same = before is not span and before.paragraph == span.paragraph
        span.about = before.about if same and before.about else _about(span, paragraphs, first_person)
    about = Counter(span.about)
    if chances:
        _add_speakers(about, spans, number, chances)
    scores: dict[Who, float] = {}
    for who, weight in about.items():
        scores[who] = 0.8 * weight**0.5 - (0.0 if who < 0 or people[who].named else _NAMELESS)
    if first_person:
        scores.setdefault(NARRATOR_SPEAKS, 0.3)
    scores[SOMEBODY_ELSE] = -0.3
    tags = sorted(span.tags, key=lambda t: -t.strength)[:_MOST_TAGS]
    lead = _lead(span, paragraphs)
    if lead and not any(t.where in (AFTER, BEFORE) for t in tags):
        tags.append(lead)
    for tag in tags:
        _apply(tag, span, scores, paragraphs, characters)
    _address(spans, number, scores, people)
    kept = sorted(scores, key=lambda who: -scores[who])[:_MOST]
    least = scores[kept[0]] - _HOPELESS
    span.scores = {who: scores[who] for who in kept if scores[who] > least} | {SOMEBODY_ELSE: scores[SOMEBODY_ELSE]}


def _lead(span: Span, paragraphs: Sequence[Paragraph]) -> Tag | None:
    """What the paragraph before a turn says of who speaks now."""
    if span.opens or not span.paragraph or span.quotes[0][1].start > 2:
        return None
    before = paragraphs[span.paragraph - 1]
    lead = lead_of(before.text, before.mentions, before.quotes)
    return lead if lead and (not before.quotes or lead.strength > 0.5) else None


def _about(span: Span, paragraphs: Sequence[Paragraph], first_person: bool) -> Counter[Who]:
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
                who = NARRATOR_SPEAKS if first_person and mention.kind == FIRST else mention.who
                if who is not None:
                    weights[who] += near * (1.0 if mention.subject else 0.5)  # type: ignore[assignment]
                    mentioned = mentioned or who != NARRATOR_SPEAKS
            near *= 0.8 if mentioned else 0.97
            index += step
    return Counter({who: min(weight, 4.0) for who, weight in weights.most_common(_MOST + 2)})


_NEIGHBOURS = 5  # turns either way whose speakers are about


def _add_speakers(
    about: Counter[Who], spans: Sequence[Span], number: int, chances: Sequence[Mapping[Who, float]]
) -> None:
    """Add whoever spoke nearby in the round before, up to where a scene ends."""
    for step in (-1, 1):
        near = 1.5
        for other in range(number + step, number + step * (_NEIGHBOURS + 1), step):
            if not 0 <= other < len(spans):
                break
            later = max(other, other - step)
            if spans[later].gap is None:  # a scene has ended before it
                break
            near *= 0.8
            for who, chance in chances[other].items():
                if who != SOMEBODY_ELSE and chance > 0.1:
                    about[who] += near * chance  # type: ignore[assignment]


def _apply(
    tag: Tag,
    span: Span,
    scores: dict[Who, float],
    paragraphs: Sequence[Paragraph],
    characters: Characters,
) -> None:
    """Add what one tag says to the scores."""
    people, mention = characters.people, tag.mention
    kind, certain = mention.kind, tag.where in (AFTER, BEFORE)
    weight = _TAGGED * tag.strength**2 + (_PLAIN if certain and tag.strength > 0.8 else 0.0)
    subject = {MALE: "he", FEMALE: "she"}.get(mention.gender, {FIRST: "I"}.get(kind, kind))
    subject = subject if mention.who is None else people[mention.who].name
    shown = f"{tag.where}: {tag.verb} {subject}".replace("  ", " ")
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
        if who < 0 or not people[who].named or (gender and people[who].gender != gender):
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
    mention: Mention, tag: Tag, span: Span, paragraphs: Sequence[Paragraph], people: Sequence[Character]
) -> list[Who]:
    """Whom a pronoun may mean: of its gender, narrated last before it first."""
    found: dict[Who, None] = {}
    for index in range(span.paragraph, max(-1, span.paragraph - _FARTHEST), -1):
        if len(found) > 2:
            break
        paragraph = paragraphs[index]
        here = index == span.paragraph and tag.where != LEAD
        end = bisect_left(paragraph.told, mention.start, key=attrgetter("start")) if here else len(paragraph.told)
        near = paragraph.told[max(0, end - _NEAREST) : end]
        before = [m for m in near if m.who is not None and not m.possessive and (not here or m.end <= mention.start)]
        for other in sorted(before, key=lambda m: (not m.subject, -m.start)):
            if other.who is not None and people[other.who].gender in ("", mention.gender):
                found.setdefault(other.who)
    return list(found)


def _address(spans: Sequence[Span], number: int, scores: dict[Who, float], people: Sequence[Character]) -> None:
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
