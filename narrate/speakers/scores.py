"""The evidence for who speaks a turn, as scores of its candidates (log odds).

Who is about, what the tags say, whom the quotations around speak to. The weights are a reader's common sense,
moved part of the way to where labelled quotations are likeliest; `chances` says what comes of them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import attrgetter

from narrate.speakers.about import About, add_speakers
from narrate.speakers.characters import Character
from narrate.speakers.descriptions import Descriptions
from narrate.speakers.mentions import CROWD, FIRST, NAME, NOUN, PRONOUN, UNKNOWN, Mention
from narrate.speakers.passages import BY_PRONOUN, DESCRIBED, EXPLICIT, IMPLICIT, Paragraph, Span
from narrate.speakers.tags import AFTER, BEAT_AFTER, BEAT_BEFORE, BEFORE, LEAD, TOLD, Tag
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Who
from narrate.speakers.words import FEMALE, GOES_ON, MALE, REPLIES

_FARTHEST = 40  # paragraphs in which a candidate is looked for
_MOST = 7  # candidates of one turn
_MOST_TAGS = 24  # of one turn, the strongest: more tell nothing new
_NEAREST = 64  # mentions before a pronoun among which its paragraph tells whom it means
_TAGGED = 7.0  # log odds of a sure tag
_PLAIN = 6.0  # and this for a plain one, which no turn-taking outweighs: he said, and said again
_NAMELESS = 0.58  # log odds less for "the man", where somebody with a name may speak
_INTRODUCED = 4.0  # log odds more for whoever says "I am Anna"
_ABOUT = 1.04  # for whoever is about, times the root of how much
_I = 0.3  # for the narrator who says "I"
_PLACES = {BEAT_AFTER: 0.9, BEAT_BEFORE: 1.0, LEAD: 1.15}  # what a beat or lead weighs
_TOLD = 1.5  # log odds less for whoever has answered already, with a nod
_HUSBAND = 3.0  # who says "my husband" is a woman
_NOBODY = -1.62
_ANTECEDENTS = (1.9, 0.7, 0.48)  # for whom a pronoun means most likely, and next
_HERE = 0.6  # more for the subject of its own paragraph
_SAME_GENDER, _NO_GENDER, _OTHER_GENDER = 2.28, -0.52, -8.0
_CALLED = -4.16
_SPOKEN_OF = -0.88
_SPOKEN_OF_NEAR = -0.36  # in the turns around
_ANSWERS_TO = (2.12, 1.5)  # whoever the turn before, the turn after calls
_SIR = (2.54, 0.78)
_GOES_ON = 0.36  # she added: who spoke last
_REPLIES = -0.18  # he replied: not who spoke last
_HOPELESS = 9.0  # log odds below the best from which on a candidate is left out


def score(
    spans: Sequence[Span],
    number: int,
    paragraphs: Sequence[Paragraph],
    about: About,
    first_person: bool,
    chances: Sequence[Mapping[Who, float]],
    descriptions: Descriptions,
) -> None:
    """Fill one turn's scores: who is present, what the tags say, who is spoken to."""
    span = spans[number]
    people = descriptions.characters.people
    span.why.clear()
    around = dict(about.around(span))
    if chances:
        add_speakers(around, spans, number, chances)
    scores: dict[Who, float] = {}
    for who, weight in around.items():
        scores[who] = _ABOUT * weight**0.5 - (0.0 if who < 0 or people[who].named else _NAMELESS)
    if first_person:
        scores.setdefault(NARRATOR_SPEAKS, _I)
    scores[SOMEBODY_ELSE] = _NOBODY
    tags = _strongest(span.tags)
    if span.lead and not any(t.where in (AFTER, BEFORE) for t in tags):
        tags.append(span.lead)
    sure = any(t.where in (AFTER, BEFORE) and t.mention.kind != PRONOUN for t in tags)
    for tag in tags:
        if sure and tag.where not in (AFTER, BEFORE):
            span.why.append(_shown(tag, people))
            continue
        _apply(tag, span, scores, paragraphs, descriptions)
    if number and chances and span.gap is not None:
        verbs = {tag.verb.split()[0] for tag in tags if tag.verb and tag.where in (AFTER, BEFORE)}
        again = _GOES_ON if verbs & GOES_ON else _REPLIES if verbs & REPLIES and span.gap < 2 else 0.0
        for who in scores:
            if again and who != SOMEBODY_ELSE:
                scores[who] += again * chances[number - 1].get(who, 0.0)
    for who in span.addressed.introduced:
        scores[who] = scores.get(who, 0.0) + _INTRODUCED
    _address(spans, number, scores, people)
    kept = sorted(scores, key=lambda who: -scores[who])[:_MOST]
    least = scores[kept[0]] - _HOPELESS
    span.scores = {who: scores[who] for who in kept if scores[who] > least} | {SOMEBODY_ELSE: scores[SOMEBODY_ELSE]}


def _strongest(tags: Sequence[Tag]) -> list[Tag]:
    """The strongest tags; one that stands after a quotation and before the next counts once."""
    found: dict[int, Tag] = {}
    for tag in sorted(tags, key=lambda t: -t.strength):
        found.setdefault(tag.mention.start, tag)
    return list(found.values())[:_MOST_TAGS]


def _apply(
    tag: Tag,
    span: Span,
    scores: dict[Who, float],
    paragraphs: Sequence[Paragraph],
    descriptions: Descriptions,
) -> None:
    """Add what one tag says to the scores."""
    people, mention = descriptions.characters.people, tag.mention
    kind, certain = mention.kind, tag.where in (AFTER, BEFORE)
    weight = _TAGGED * tag.strength**2 * _PLACES.get(tag.where, 1.0)
    weight += _PLAIN if certain and tag.strength > 0.8 else 0.0
    if tag.where == TOLD:
        if mention.who is not None and mention.who in scores:
            scores[mention.who] -= _TOLD
        elif kind == FIRST and NARRATOR_SPEAKS in scores:
            scores[NARRATOR_SPEAKS] -= _TOLD
        span.why.append(_shown(tag, people))
        return
    if kind in (NAME, NOUN) and mention.who is not None and people[mention.who].named:
        scores[mention.who] = scores.get(mention.who, 0.0) + weight
        span.kind = EXPLICIT if certain else span.kind
    elif kind == NOUN and mention.who is not None:
        owner = _owner(mention, span, paragraphs, descriptions)
        for who, cost in descriptions.costs(mention.who, span.scene, list(scores)).items():
            if who != owner:
                scores[who] = scores.get(who, 0.0) + weight - min(cost, weight)
        span.kind = DESCRIBED if certain else span.kind
    elif kind == FIRST:
        scores[NARRATOR_SPEAKS] = scores.get(NARRATOR_SPEAKS, 0.0) + weight
        span.kind = EXPLICIT if certain else span.kind
    elif kind in (CROWD, UNKNOWN):
        scores[SOMEBODY_ELSE] = scores.get(SOMEBODY_ELSE, 0.0) + weight
        span.kind = EXPLICIT if certain else span.kind
    elif kind == PRONOUN:
        for who in scores:
            scores[who] += _fits(who, mention.gender, people) * tag.strength
        for rank, (who, here) in enumerate(_antecedents(mention, tag, span, paragraphs, descriptions).items()):
            odds = _ANTECEDENTS[min(rank, 2)] + (_HERE if here and not rank else 0.0)
            scores[who] = scores.get(who, 0.0) + odds * tag.strength
        if certain and span.kind == IMPLICIT:
            span.kind = BY_PRONOUN
    span.why.append(_shown(tag, people))


def _shown(tag: Tag, people: Sequence[Character]) -> str:
    """A tag as the table tells it: after: said Elizabeth."""
    mention = tag.mention
    subject = {MALE: "he", FEMALE: "she"}.get(mention.gender, {FIRST: "I"}.get(mention.kind, mention.kind))
    subject = subject if mention.who is None else people[mention.who].name
    return f"{tag.where}: {tag.verb} {subject}".replace("  ", " ")


def _owner(mention: Mention, span: Span, paragraphs: Sequence[Paragraph], descriptions: Descriptions) -> Who | None:
    """Whose mother "her mother" is: the one of that gender who was the subject last; not the mother herself."""
    if not mention.relation:
        return None
    determiner = paragraphs[span.quotes[-1][0]].text[mention.start :][:4].casefold()
    gender = MALE if determiner.startswith("his ") else FEMALE if determiner.startswith("her ") else ""
    if determiner.startswith(("my ", "our")):
        return NARRATOR_SPEAKS
    people = descriptions.characters.people
    for index in range(span.paragraph, max(-1, span.paragraph - 3), -1):
        told = paragraphs[index].told
        before = bisect_left(told, mention.start, key=attrgetter("start")) if index == span.paragraph else len(told)
        for other in (told[at] for at in range(before - 1, -1, -1)):
            if other.who is not None and other.kind == NAME and other.subject and people[other.who].gender == gender:
                return other.who
    return None


def _fits(who: Who, gender: str, people: Sequence[Character]) -> float:
    """How well a pronoun goes with a candidate."""
    if who == NARRATOR_SPEAKS:
        return -6.0
    if who == SOMEBODY_ELSE:
        return 0.0
    own = people[who].gender
    return _NO_GENDER if not own else _SAME_GENDER if own == gender else _OTHER_GENDER


def _antecedents(
    mention: Mention, tag: Tag, span: Span, paragraphs: Sequence[Paragraph], descriptions: Descriptions
) -> dict[Who, bool]:
    """Whom a pronoun may mean, of its gender, narrated last before it first; true for a subject of its paragraph."""
    people = descriptions.characters.people
    found: dict[Who, bool] = {}
    for index in range(span.paragraph, max(-1, span.paragraph - _FARTHEST), -1):
        if len(found) > 2:
            break
        paragraph = paragraphs[index]
        here = index == span.paragraph and tag.where != LEAD
        end = bisect_left(paragraph.told, mention.start, key=attrgetter("start")) if here else len(paragraph.told)
        near = paragraph.told[max(0, end - _NEAREST) : end]
        before = [m for m in near if m.who is not None and not m.possessive and (not here or m.end <= mention.start)]
        for other in sorted(before, key=lambda m: (not m.subject, -m.start)):
            who = other.who
            if other.kind == NOUN and who is not None:
                who = descriptions.meant(who, span.scene)
            if who is not None and people[who].gender in ("", mention.gender):
                found.setdefault(who, here and other.subject)
    return found


def _address(spans: Sequence[Span], number: int, scores: dict[Who, float], people: Sequence[Character]) -> None:
    """Who is spoken to does not speak; whoever the neighbours speak to may."""
    span = spans[number]
    for who in span.addressed.called:
        scores[who] = scores.get(who, 0.0) + _CALLED
    for who in span.addressed.spoken_of:
        if who in scores:
            scores[who] += _SPOKEN_OF
    if span.addressed.own_gender:
        for who in scores:
            if who >= 0 and people[who].gender and people[who].gender != span.addressed.own_gender:
                scores[who] -= _HUSBAND
    for other in (number - 2, number - 1, number + 1, number + 2):
        if 0 <= other < len(spans) and spans[other].scene == span.scene:
            for who in spans[other].addressed.spoken_of:
                if who in scores:
                    scores[who] += _SPOKEN_OF_NEAR
    for other, weight, sir in ((number - 1, _ANSWERS_TO[0], _SIR[0]), (number + 1, _ANSWERS_TO[1], _SIR[1])):
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
                    scores[who] -= sir
