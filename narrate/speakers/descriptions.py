"""Descriptions and the people they mean: who "the housekeeper", "her mother" and "the other" are.

A description is a person of its own as long as the book does not say who it is. It may: beside a name
("the housekeeper, Mrs. Reynolds", "Mr. Wilson was a pawnbroker"), by a title ("the colonel"), by a family's name,
and by who takes part in the scenes in which it speaks: that is learnt from round to round, a scene or chapter at a
time, and for relations over the whole book.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from narrate.speakers.characters import Characters
from narrate.speakers.mentions import NAME, NOUN, Mention
from narrate.speakers.passages import Paragraph, Span
from narrate.speakers.turns import SOMEBODY_ELSE, Who
from narrate.speakers.words import CHILD, FAMILY, TITLES

_ELDERS = frozenset(
    "father mother uncle aunt husband wife grandfather grandmother papa mamma mama mum dad daddy mother-in-law "
    "father-in-law stepmother stepfather".split()
)
_BESIDE_KIN = {"uncle": "aunt", "aunt": "uncle", "father": "mother", "mother": "father"}
_COUPLE = frozenset("husband wife".split())
_TURNS = frozenset("other latter former speaker interlocutor questioner".split())  # whose turn it is, no more
_ROLES = frozenset(  # somebody who is about, as a rule
    "client visitor companion friend guest host hostess colleague partner prisoner assailant patient newcomer".split()
)
_STYLES = {  # a title, and the titles of those whom it means
    "doctor": {"dr", "doctor"},
    "ladyship": {"lady"},
    "lordship": {"lord", "sir"},
    "majesty": {"king", "queen", "emperor", "empress"},
    "highness": {"prince", "princess"},
    "excellency": {"count", "governor", "general"},
}
_MARRIED = frozenset("mrs mr lady sir madame lord".split())
_BESIDE = frozenset((", ", " (", " was ", " is ", ", who was ", ", who is ", " had been "))
_PARTS = ",.;:)—–!?"
# What it costs (log odds) to take a description for itself, and for somebody with a name who is about.
_ITSELF = {"relation": 1.2, "role": 1.0, "title": 0.5, "": 0.0}
_NAMED = {"relation": 1.0, "role": 2.2, "title": 3.5, "": 4.5, "turn": 0.6}
_NOBODY = 1.0  # to take "the other" for nobody
_SAID_SO = 3.0  # less where the book says so, and a little less each time again
_TITLE = 3.0  # less for the colonel who is a Colonel
_FAMILY_NAME = 1.0
_UNLIKELY = 3.0
_SIBLING = 1.2  # more for a brother, sister, cousin: any of those about may be one
_LEARNT = 1.5
_KIN = 0.4  # of what is learnt of "her mother", for "their mother"


@dataclass(slots=True)
class Descriptions:
    """What is known of a book's descriptions by now."""

    characters: Characters
    heads: Mapping[int, str]  # of each description the noun: "mother"
    said: Counter[tuple[int, int]]  # how often the book says that a description is somebody
    own_words: dict[tuple[int, int], int] = field(default_factory=dict)  # who one says oneself to be, by scene
    by_scene: dict[tuple[int, int], Counter[Who]] = field(default_factory=dict)
    by_book: dict[int, Counter[Who]] = field(default_factory=dict)
    _pooled: dict[int, Counter[Who]] = field(default_factory=dict)  # what was asked for since the last round
    _names: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def costs(self, description: int, scene: int, about: Sequence[Who]) -> dict[Who, float]:
        """For each that a description may mean, of those who are about and those who are known to go by it, how
        much less likely (log odds) than sure."""
        people, head = self.characters.people, self.heads.get(description, "")
        kind = _kind(head)
        costs: dict[Who, float] = {SOMEBODY_ELSE: _NOBODY} if kind == "turn" else {description: _ITSELF[kind]}
        book, here = self._book(description), self.by_scene.get((scene, description), Counter())
        known = [who for who, mass in book.items() if who >= 0 and (kind == "relation" or mass > 0.5) and mass > 0.3]
        if (own := self.own_words.get((scene, description))) is not None:
            known.append(own)
        for who in dict.fromkeys([*about, *known]):
            if who < 0 or who == description or not people[who].named or not self._fits(description, who):
                continue
            unlikely = self._unlikely(kind, head, who, about)
            said = self.said[description, who]
            if self.own_words.get((scene, description)) == who:
                costs[who] = -_SAID_SO
            elif said or unlikely < 0 or kind in ("relation", "role", "turn"):  # else the book does not say so
                costs[who] = _NAMED[kind] + unlikely - (_SAID_SO + 0.5 * log(said) if said else 0.0)
        weights = {who: here[who] + (0.5 * book[who] if kind in ("relation", "role") else 0.0) for who in costs}
        most = max(weights.values(), default=0.0)
        return {who: cost + _LEARNT * log((most + 0.3) / (weights[who] + 0.3)) for who, cost in costs.items()}

    def _book(self, description: int) -> Counter[Who]:
        """Who a description means over the book; "their mother" is mostly who "her mother" is."""
        if (known := self._pooled.get(description)) is not None:
            return known
        found = self._pooled[description] = self.by_book.get(description, Counter())
        head = self.heads.get(description, "")
        if _kind(head) != "relation":
            return found
        pooled = self._pooled[description] = Counter(found)
        for other, masses in self.by_book.items():
            if other != description and self.heads.get(other) == head:
                for who, mass in masses.items():
                    if who != other:
                        pooled[who] += _KIN * mass  # type: ignore[assignment]
        return pooled

    def _fits(self, description: int, who: int) -> bool:
        """Whether a description can mean a person: by gender, and no child is a Mr. or Mrs."""
        one, other = self.characters.people[description], self.characters.people[who]
        if one.gender and other.gender and one.gender != other.gender:
            return False
        return not (one.age == CHILD and self._titles(who) & (_MARRIED | {"dr"}))

    def _titles(self, who: int) -> set[str]:
        return {alias.split()[0].rstrip(".").casefold() for alias in self.characters.people[who].aliases}

    def _unlikely(self, kind: str, head: str, who: int, about: Sequence[Who]) -> float:
        titles = self._titles(who) & TITLES.keys()
        if kind == "title":
            return -_TITLE if titles & _STYLES.get(head, {head}) else 1.0 if titles else 0.0
        if kind != "relation" or head == "lady":
            return 0.0
        if head not in _ELDERS:
            return _UNLIKELY if "mrs" in titles else _SIBLING
        if not titles & _MARRIED or "miss" in titles:
            return _UNLIKELY
        partner = self.characters.partners.get(who)
        if partner is not None and (beside := _BESIDE_KIN.get(head)):  # her uncle is her aunt's husband
            for other, mass in self.by_book.items():
                if self.heads.get(other) == beside and mass.most_common(1)[0][0] == partner:
                    return -_FAMILY_NAME
        kin = (other for other in about if other >= 0 and other not in (who, partner))
        return (
            -_FAMILY_NAME if head not in _COUPLE and any(self._last(other) & self._last(who) for other in kin) else 0.0
        )

    def _last(self, who: int) -> set[str]:
        """The last names that a person goes by."""
        return {alias.split()[-1].casefold() for alias in self.characters.people[who].aliases if " " in alias}

    def learn(self, spans: Sequence[Span], chances: Sequence[Mapping[Who, float]]) -> None:
        """Take what a round of attribution says of every description that a tag names."""
        self.by_scene, self.by_book = defaultdict(Counter), defaultdict(Counter)
        self._pooled, self._names = {}, {}
        for span, chance in zip(spans, chances, strict=True):
            for who in span.addressed.introduced:
                self._introduced(span, who)
            for description in {t.mention.who for t in span.tags if t.mention.kind == NOUN and t.strength > 0.8}:
                if description is None or self.characters.people[description].named:
                    continue
                self.by_scene[span.scene, description].update(chance)
                self.by_book[description].update(chance)

    def any_named(self) -> bool:
        """Whether any description is somebody with a name."""
        return any(self.name(description, scene) is not None for scene, description in self.by_scene)

    def _introduced(self, span: Span, who: int) -> None:
        """Somebody without a name says a name: “I am John Openshaw,” said the young man."""
        people = self.characters.people
        strangers = [one for one in span.scores if one >= 0 and not people[one].named and self._fits(one, who)]
        if strangers:
            stranger = max(strangers, key=lambda one: span.scores[one])
            others = [score for one, score in span.scores.items() if one not in (stranger, who, SOMEBODY_ELSE)]
            if span.scores[stranger] > max(others, default=0.0) and people[who].named:
                self.own_words[span.scene, stranger] = who

    def meant(self, who: int, scene: int) -> int:
        """Who somebody is: the one whom a description surely means in a scene, or just the same."""
        named = None if self.characters.people[who].named else self.name(who, scene)
        return who if named is None else named

    def name(self, description: int, scene: int) -> int | None:
        """Who a description surely means in a scene."""
        key = scene, description
        if key not in self._names:
            self._names[key] = self._name(description, scene)
        return self._names[key]

    def _name(self, description: int, scene: int) -> int | None:
        found = self.by_scene.get((scene, description))
        if (own := self.own_words.get((scene, description))) is not None:
            return own
        if not found and _kind(self.heads.get(description, "")) == "relation":
            found = self._book(description)
        if not found or (mass := found.total()) < 0.9:
            return None
        who, most = found.most_common(1)[0]
        return who if who >= 0 and who != description and most > 0.75 * mass else None


def _kind(head: str) -> str:
    if head in _TURNS:
        return "turn"
    if head in FAMILY:
        return "relation"
    if head in _STYLES:
        return "title"
    if head in _ROLES:
        return "role"
    return "title" if head in TITLES else ""


def descriptions_of(paragraphs: Sequence[Paragraph], characters: Characters) -> Descriptions:
    """The descriptions of a book, with what it says itself of whom they mean."""
    said: Counter[tuple[int, int]] = Counter()
    for paragraph in paragraphs:
        said.update(_said_so(paragraph.text, paragraph.mentions))
    return Descriptions(characters, {index: key[2] for key, index in characters.by_noun.items()}, said)


def _said_so(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Descriptions with the names beside them: the housekeeper, Mrs. Reynolds, / Mr. Wilson was a pawnbroker."""
    for one, other in pairwise(mentions):
        kinds, between = (one.kind, other.kind), text[one.end : other.start]
        if one.who is None or other.who is None or one.possessive or len(between) > 12:
            continue
        ends = text[other.end : other.end + 1] or "."
        if kinds == (NAME, NOUN) and between in _BESIDE and (between != ", " or ends in _PARTS):
            yield other.who, one.who
        elif kinds == (NOUN, NAME) and ((between == ", " and ends in _PARTS) or between == " "):
            yield one.who, other.who
