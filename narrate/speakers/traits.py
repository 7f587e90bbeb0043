"""Evidence of a person's gender and age: titles, given names, nouns and the pronouns nearby."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from narrate.speakers.words import (
    ADJECTIVE_AGES,
    CHILD,
    FEMALE,
    GIVEN,
    MALE,
    MOSTLY_MALE,
    NOUNS,
    OLD,
    TITLES,
    YOUNG,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a trait: `trait` ("gender", "age"), the value it speaks for, why, and its weight."""

    trait: str
    value: str
    why: str
    weight: float


def decide(evidence: Iterable[Evidence], trait: str) -> str:
    """The value of a trait by its evidence: the heavier one, or "" where two are nearly as heavy."""
    weights: Counter[str] = Counter()
    for item in evidence:
        if item.trait == trait:
            weights[item.value] += item.weight  # type: ignore[assignment]
    ranked = weights.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] * 0.6):
        return ""
    return ranked[0][0]


def gender_of_title(title: str) -> str:
    return TITLES.get(title, "")


def gender_of_given(word: str) -> str:
    male, female = word in GIVEN[MALE], word in GIVEN[FEMALE]
    return MALE if male and not female else FEMALE if female and not male else ""


def evidence_of_title(title: str, count: int = 1) -> list[Evidence]:
    """Evidence of gender and age in a title."""
    found = []
    if gender := gender_of_title(title):
        found.append(Evidence("gender", gender, f"title {title.title()}, {count} times", 4.0 + count))
    elif title in MOSTLY_MALE:
        found.append(Evidence("gender", MALE, f"title {title.title()} was mostly a man's", 0.5))
    age = {"master": CHILD, "miss": YOUNG, "granny": OLD}.get(title)
    if age:
        found.append(Evidence("age", age, f"title {title.title()}", 0.6))
    return found


def evidence_of_pronouns(pronouns: Counter[str]) -> list[Evidence]:
    if not pronouns:
        return []
    male, female = pronouns[MALE], pronouns[FEMALE]
    why = f"pronouns near: he {male}, she {female}"
    return [Evidence("gender", g, why, 0.6 * n) for g, n in ((MALE, male), (FEMALE, female)) if n]


def evidence_of_noun(adjective: str, head: str, count: int = 1) -> list[Evidence]:
    """Evidence of gender and age in a noun for a person: "the old woman" is female and old."""
    gender, age = NOUNS.get(head, ("", ""))
    found = []
    if gender:
        found.append(Evidence("gender", gender, f"is a {head}", 4.0 + count))
    if said := ADJECTIVE_AGES.get(adjective, ""):
        found.append(Evidence("age", said, f"{adjective} {head}", 2.0))
    elif age:
        found.append(Evidence("age", age, f"is a {head}", 1.0))
    return found


def traits_of_name(name: str) -> list[Evidence]:
    """Evidence of gender and age in a speaker's name alone: "LADY BRACKNELL", "Old Woman", "Algernon"."""
    words = [word.rstrip(".").casefold() for word in name.split()]
    found: list[Evidence] = []
    adjective = ""
    for number, word in enumerate(words):
        if word in ADJECTIVE_AGES:
            adjective = word
        elif word in TITLES and number + 1 < len(words):
            found += evidence_of_title(word)
        elif word in NOUNS:
            found += evidence_of_noun(adjective, word)
        elif gender := gender_of_given(word):
            if number == 0 or words[number - 1] not in ("mr", "mrs"):
                found.append(Evidence("gender", gender, f"given name {word.title()}", 3.0))
            if adjective:
                found.append(Evidence("age", ADJECTIVE_AGES[adjective], f"called {adjective}", 0.5))
    return found
