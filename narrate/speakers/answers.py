"""Two names of one person, told by who answers: "Henry, are you there?" "I am," said Mr. Wilcox.

A surname that several bear does not say which of them Mr. Wilcox is. The talk may: whoever is called by a first name
and answers under the surname, time and again, and never speaks with the other, is the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from narrate.speakers.characters import Character, Characters
from narrate.speakers.mentions import NAME
from narrate.speakers.passages import Span
from narrate.speakers.tags import AFTER, BEFORE
from narrate.speakers.words import TITLES

_ENOUGH = 2  # answers that join two names of one family
_ENOUGH_ALONE = 4  # the same where the first name has no surname in the book


def joined_names(spans: Sequence[Span], characters: Characters) -> Characters:
    """The characters, with those joined that the talk shows to be one."""
    answers: Counter[tuple[int, int]] = Counter()
    apart: set[frozenset[int]] = set()
    for one, other in pairwise(spans):
        if other.gap != 0:
            continue
        speakers = _speaker(one), _speaker(other)
        if None not in speakers:
            apart.add(frozenset(who for who in speakers if who is not None))
        for called, speaker in ((one.addressed.called, speakers[1]), (other.addressed.called, speakers[0])):
            answers.update((who, speaker) for who in called if speaker is not None and who != speaker)
    for span in spans:
        if (speaker := _speaker(span)) is not None:
            apart.update(frozenset((speaker, who)) for who in span.addressed.called)
    return _joined(characters, answers, apart)


def _speaker(span: Span) -> int | None:
    """Who a tag with a name says to speak a turn."""
    sure = {t.mention.who for t in span.tags if t.where in (AFTER, BEFORE) and t.mention.kind == NAME}
    return sure.pop() if len(sure) == 1 else None


def _joined(characters: Characters, answers: Counter[tuple[int, int]], apart: set[frozenset[int]]) -> Characters:
    people = list(characters.people)
    taken: dict[int, int] = {}
    for (first, titled), count in answers.most_common():
        if count < _ENOUGH or first in taken or titled in taken.values() or frozenset((first, titled)) in apart:
            continue
        rivals = max((n for (a, b), n in answers.items() if (a == first) != (b == titled) and count >= n), default=0)
        family = _surnames(people[first]) & _surnames(people[titled])
        alone = not _surnames(people[first]) and count >= _ENOUGH_ALONE
        if (family or alone) and count > 2 * rivals and _are_one(people[first], people[titled]):
            taken[first] = titled
    if not taken:
        return characters
    for first, titled in taken.items():
        people[titled] = _both(people[titled], people[first])
    by_name = {key: taken.get(who, who) for key, who in characters.by_name.items()}
    return replace(characters, people=tuple(people), by_name=by_name)


def _are_one(first: Character, titled: Character) -> bool:
    """Whether a first name and a title with a surname may be one person's."""
    if not (first.named and titled.named) or (first.gender and titled.gender and first.gender != titled.gender):
        return False
    titles = {alias.split()[0].rstrip(".").casefold() for alias in titled.aliases} & TITLES.keys()
    bare = any(" " not in alias for alias in first.aliases)
    return bool(titles) and bare and not any(len(_plain(alias)) > 1 for alias in titled.aliases)


def _plain(alias: str) -> list[str]:
    """The words of a name without its title."""
    return [word for word in alias.split() if word.rstrip(".").casefold() not in TITLES]


def _surnames(person: Character) -> set[str]:
    """The surnames that a person's names end in."""
    return {alias.split()[-1].casefold() for alias in person.aliases if " " in alias}


def _both(one: Character, other: Character) -> Character:
    """One person of two."""
    aliases = tuple(dict.fromkeys((*one.aliases, *other.aliases)))
    return replace(
        one,
        aliases=aliases,
        gender=one.gender or other.gender,
        age=one.age or other.age,
        evidence=(*one.evidence, *other.evidence),
        mentions=one.mentions + other.mentions,
    )
