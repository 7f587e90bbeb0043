"""Attribution: the speaker of each quotation of a book, by all steps together.

quotations → tags → characters → pronouns → turn-taking → a confidence for each. Each step is a
module of its own; here their evidence becomes the scores of a turn's candidates.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrate.book import Marks, Quote, quotes_of
from narrate.speakers.about import About
from narrate.speakers.answers import joined_names
from narrate.speakers.chances import Grounds, chance_of, grounds_of
from narrate.speakers.characters import Characters, characters_of
from narrate.speakers.descriptions import descriptions_of
from narrate.speakers.mentions import NAME
from narrate.speakers.names import Seen, seen_in, vocabulary_of
from narrate.speakers.passages import IMPLICIT, Paragraph, Span, read_paragraph, spans_of, tells_in_first_person
from narrate.speakers.scores import score
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Turn, Who, likeliest

CONFIDENT = 0.82  # from here on a quotation gets its speaker with quotes = "confident"
_LONGEST_SOURCE = 80  # characters
_SOURCE = re.compile(r"\s*(?:[—–―]|--)\s*[^\W\d_a-zа-яёàáâäçèéêëíîïñóôöúûü].*[^.!?…,;:\s]\s*")
_ROUNDS = 3  # from the second on, whoever spoke nearby in the one before is about


@dataclass(frozen=True, slots=True)
class Said:
    """One quotation and who says it: a character's index, NARRATOR_SPEAKS, or None when nobody is likely.

    `kind` is how the paragraph tells it: a name ("explicit"), a description ("described"), a pronoun, or not at all
    ("implicit"). `confidence` is what the `grounds` are worth.
    """

    paragraph: int
    quote: Quote
    who: Who | None
    confidence: float
    kind: str
    reason: str
    grounds: Grounds


def attribute(
    paragraphs: Sequence[str],
    language: str = "en",
    *,
    breaks: Iterable[int] = (),
    marks: Marks | None = None,
) -> tuple[list[Said], Characters]:
    """Who says each quotation. `breaks` are paragraphs that open a chapter or a scene."""
    vocabulary = vocabulary_of(paragraphs, language)
    seen = [seen_in(text, vocabulary) for text in paragraphs]
    characters = characters_of(paragraphs, seen, vocabulary)
    quotes, scenes = list(quotes_of(paragraphs, language, marks)), frozenset(breaks)
    found = _read(paragraphs, quotes, characters, seen)
    spans = spans_of(found, scenes)
    if (joined := joined_names(spans, characters)) is not characters:
        characters = joined
        found = _read(paragraphs, quotes, characters, seen)
        spans = spans_of(found, scenes)
    first_person = tells_in_first_person(found)
    if first_person and (own := own_name(spans, found, characters)) is not None:
        for span in spans:
            span.addressed = span.addressed.renamed(own, NARRATOR_SPEAKS)
    chances = _weighed(spans, found, characters, first_person)
    grounds = grounds_of(spans, chances, characters.people)
    told = zip(spans, chances, grounds, strict=True)
    return [said for span, chance, own in told for said in _said(span, chance, own, paragraphs)], characters


def _read(
    paragraphs: Sequence[str], quotes: Sequence[Sequence[Quote]], characters: Characters, seen: Sequence[Seen]
) -> list[Paragraph]:
    recent: list[int] = []
    return [
        read_paragraph(text, spoken, characters, recent, own)
        for text, spoken, own in zip(paragraphs, quotes, seen, strict=True)
    ]


def _weighed(
    spans: Sequence[Span], paragraphs: Sequence[Paragraph], characters: Characters, first_person: bool
) -> list[dict[Who, float]]:
    """The chance of each candidate of each turn; every round knows what the one before has found."""
    chances: list[dict[Who, float]] = []
    descriptions = descriptions_of(paragraphs, characters)
    about = About(paragraphs, first_person, descriptions)
    for round_ in range(_ROUNDS):
        for number in range(len(spans)):
            score(spans, number, paragraphs, about, first_person, chances, descriptions)
        chances = likeliest([Turn(span.scores, span.gap) for span in spans])
        descriptions.learn(spans, chances)
        if not round_ and descriptions.any_named():
            about = About(paragraphs, first_person, descriptions)
    return chances


def _is_cited(span: Span, paragraphs: Sequence[str]) -> bool:
    """Whether a quotation is a paragraph with its source after it, which nobody in the story says: — The Times."""
    if len(span.quotes) != 1:
        return False
    index, quote = span.quotes[0]
    before, after = paragraphs[index][: quote.start], paragraphs[index][quote.end :]
    if not after.strip() and index + 1 < len(paragraphs):
        after = paragraphs[index + 1]  # a row of its own
        if any(word[0].islower() for word in after.strip(" —–―-").split()):
            return False
    return not before.strip() and len(after) <= _LONGEST_SOURCE and _SOURCE.fullmatch(after) is not None


def own_name(spans: Sequence[Span], paragraphs: Sequence[Paragraph], characters: Characters) -> Who | None:
    """The name by which others call the "I" who tells the story: one often called, and hardly ever told of."""
    called = Counter(who for span in spans for who in span.addressed.called)
    told = Counter(m.who for paragraph in paragraphs for m in paragraph.told if m.kind == NAME)
    names = (who for who, count in called.most_common() if count > 1 and told[who] * 5 <= count)
    return next((who for who in names if characters.people[who].named), None)


def _said(span: Span, chances: Mapping[Who, float], grounds: Grounds, paragraphs: Sequence[str]) -> Iterable[Said]:
    who = max(chances, key=lambda w: chances[w], default=SOMEBODY_ELSE)
    nobody = who == SOMEBODY_ELSE or (span.kind == IMPLICIT and _is_cited(span, paragraphs))
    chance = 0.0 if nobody else chance_of(grounds)
    reason = "; ".join(span.why) or "whose turn it is"
    for index, quote in span.quotes:
        yield Said(index, quote, None if nobody else who, chance, span.kind, reason, grounds)
