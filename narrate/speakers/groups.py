"""Forms of one person put together, as a reader does it: "Mr. Darcy", "Darcy" and "Fitzwilliam Darcy"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from narrate.speakers.forms import NameForm, Told, evidence_of_forms
from narrate.speakers.traits import decide, evidence_of_pronouns, gender_of_given, gender_of_title
from narrate.speakers.words import FEMALE, GIVEN, MALE, MOSTLY_MALE, PET_NAMES

_NONE: Mapping[tuple[str, str, str], int] = MappingProxyType({})
_APART_FROM = {"mr": 2}  # paragraphs that tell of Mr. Pell and Tom Pell: two people


def grouped(
    forms: list[NameForm], others: list[NameForm], together: Mapping[tuple[str, str, str], int] = _NONE
) -> list[list[NameForm]]:
    """Forms of one person together: full names first, then titles with surnames, then single words.

    `others` may hold single words without evidence of their own, which belong to who bears them. `together` has
    Mr. and Mrs. with first names of others and how often they are told of in one paragraph, as `told_together` has it.
    """
    groups: list[list[NameForm]] = []
    told: list[Told] = []
    firsts: dict[str, dict[int, None]] = defaultdict(dict)  # first name → groups, in order
    lasts: dict[str, dict[int, None]] = defaultdict(dict)  # surname → groups

    def place(form: NameForm, group: int | None, first: str = "", last: str = "") -> None:
        if group is None:
            group = len(groups)
            groups.append([])
            told.append(Told())
        groups[group].append(form)
        told[group].add(form)
        if first:
            firsts[first].setdefault(group)
        if last:
            lasts[last].setdefault(group)

    ordered = sorted(forms, key=lambda f: -f.count)
    for form in ordered:  # Elizabeth Bennet, Miss Jemima Pinkerton
        words = form.key[1]
        if len(words) > 1:
            own, other, ending = firsts[words[0]], firsts[PET_NAMES.get(words[0], "")], lasts[words[-1]]
            shorter = ending if len(ending) < len(own) + len(other) else {**own, **other}
            same = [g for g in shorter if g in ending and (g in own or g in other)]
            place(form, _fitting(form, same, told, together), words[0], words[-1])
    for form in ordered:  # Mr. Darcy, Lady Catherine
        title, words = form.key
        if len(words) == 1 and title:
            first = title in _BEFORE_GIVEN and bool(firsts[words[0]] or _is_given(words[0]))
            by_first = firsts[words[0]] or firsts[PET_NAMES.get(words[0], "")]
            named = by_first if first and by_first else lasts[words[0]]
            place(form, _fitting(form, named, told, together), words[0] if first else "", "" if first else words[0])
    people = {form.key for form in forms}
    borne = {*firsts, *lasts}
    bare = [f for f in others if f.key not in people and f.place + f.article < f.count / 2 and borne & {*f.key[1]}]
    for form in sorted([*ordered, *bare], key=lambda f: -f.count):  # Darcy, Elizabeth, Lizzy
        title, words = form.key
        if len(words) == 1 and not title:
            word = words[0]
            known = [*firsts[word], *lasts[word]] or _by_pet_name(firsts[PET_NAMES.get(word, "")], groups)
            place(form, _most(form, known, groups), word)
    return groups


# Titles that a given name follows as often as a surname: Lady Catherine, Aunt Judy.
_BEFORE_GIVEN = frozenset(
    "miss lady sir aunt uncle brother sister cousin master lord don doña prince princess king queen saint "
    "father mother friar dame granny goody nurse".split()
)


def _is_given(word: str) -> bool:
    return word in GIVEN[MALE] or word in GIVEN[FEMALE]


def _most(form: NameForm, known: Sequence[int], groups: list[list[NameForm]]) -> int | None:
    """The one of several people with a name whom that word alone means.

    Of the gender that its pronouns tell, a man rather than a woman by her surname, the most mentioned.
    """
    word = form.key[1][0]
    told = decide(evidence_of_pronouns(form.pronouns), "gender")

    def rank(group: int) -> tuple[bool, bool, int]:
        forms = [f for f in groups[group] if word in f.key[1]]
        gender = decide(evidence_of_forms(groups[group]), "gender")
        surname = all(f.key[0] in ("mrs", "miss", "lady") for f in forms)
        return not (told and gender and told != gender), not surname, sum(f.count for f in forms)

    return max(known, key=rank, default=None)


def _by_pet_name(known: Iterable[int], groups: list[list[NameForm]]) -> list[int]:
    """Who may go by a pet name: Lizzy is the Elizabeth who is mostly called that, not Lady Elizabeth."""

    def plain(group: int) -> bool:
        bare = sum(form.count for form in groups[group] if not form.key[0] and len(form.key[1]) == 1)
        return bare * 2 > sum(form.count for form in groups[group])

    return [group for group in known if plain(group)]


_APART = {("mrs", "miss"), ("lady", "miss"), ("lady", "mrs")} | {(t, w) for t in MOSTLY_MALE for w in ("mrs", "miss")}


def _fitting(
    form: NameForm, known: Iterable[int], told: Sequence[Told], together: Mapping[tuple[str, str, str], int]
) -> int | None:
    """The only one of `known` whose titles and gender go with `form`; None when there is none or several."""
    title, words = form.key
    fitting, women = [], 0
    for group in dict.fromkeys(known):
        titles, firsts, gender = told[group].titles, told[group].firsts, told[group].genders
        own = gender_of_title(title) or (gender_of_given(words[0]) if len(words) > 1 else "")
        if own and gender and own not in gender:
            continue
        women += 1
        if any(together.get((title, words[-1], first), 0) >= _APART_FROM.get(title, 1) for first in firsts):
            continue
        if any((title, other) in _APART or (other, title) in _APART for other in titles):
            continue
        if len(words) > 1 and firsts and not {words[0], PET_NAMES.get(words[0])} & _with_pets(firsts):
            continue
        fitting.append(group)
    if title == "mrs" and women > 1:  # a mother bears her daughters' name
        return None
    return fitting[0] if len(fitting) == 1 else None


def _with_pets(firsts: set[str]) -> set[str | None]:
    return {*firsts, *(PET_NAMES[f] for f in firsts if f in PET_NAMES)}
