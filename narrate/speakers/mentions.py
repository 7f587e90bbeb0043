"""Mentions of people in a paragraph: where each stands, which is the subject, and who is spoken to.

Everything after this works on mentions alone: positions and indices of characters.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

from narrate.book import Quote
from narrate.speakers.characters import Characters
from narrate.speakers.names import Noun, Seen, seen_in
from narrate.speakers.words import FAMILY, FEMALE, MALE, NOUNS, VOCATIVES, pronouns_of

NAME, NOUN, PRONOUN, FIRST, CROWD, UNKNOWN = "name", "noun", "pronoun", "first person", "several", "somebody"


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: `text[start:end]`, what it is, whom it means (an index of Characters.people) when that is known.

    `gender` is that of a pronoun, `relation` the noun of "her mother". `subject`: it stands where
    a sentence or clause has its subject.
    """

    start: int
    end: int
    kind: str
    who: int | None = None
    gender: str = ""
    subject: bool = False
    possessive: bool = False
    relation: str = ""


@cache
def _pronouns(language: str) -> re.Pattern[str]:
    """The pronouns that are subjects: he, she, I, and what stands for several."""
    own = pronouns_of(language)
    ends = r"(?![’'])" if own.contracts else ""
    return re.compile(rf"\b(?:({own.he})|({own.she})|({own.i})|({own.several}))\b{ends}")


_CLAUSE = frozenset(
    "and but then when while as that because for so if though although until before after since where or yet nor what "
    "how why which now here there thus again at-last did does should would nor".split()
)
_CLAUSE_MARKS = frozenset('.!?;:,—–-”"’»)…“‘(')


def mentions_in(text: str, characters: Characters, seen: Seen | None = None) -> list[Mention]:
    """All mentions of one paragraph, in order, narration and quotations alike; `seen` where it is known already."""
    seen = seen or seen_in(text, characters.vocabulary)
    found: list[Mention] = []
    for name in seen.names:
        who = characters.of_name(name)
        if who is not None:
            subject = not name.possessive and _opens_clause(text, name.start)
            found.append(Mention(name.start, name.end, NAME, who, "", subject, name.possessive))
    taken = {m.end for m in found}  # "Mother" is no noun where it ends a name
    for noun in (*seen.nouns, *seen.alone):
        if noun.end not in taken:
            who = characters.of_noun(noun)
            if who is not None:
                subject = not noun.possessive and _opens_clause(text, noun.start)
                relation = noun.head if _relates(noun) else ""
                found.append(Mention(noun.start, noun.end, NOUN, who, "", subject, noun.possessive, relation))
    for match in _pronouns(characters.vocabulary.language).finditer(text):
        kind = PRONOUN if match[1] or match[2] else FIRST if match[3] else CROWD
        gender = MALE if match[1] else FEMALE if match[2] else ""
        found.append(Mention(match.start(), match.end(), kind, None, gender, _opens_clause(text, match.start())))
    return sorted(found, key=lambda m: (m.start, -m.end))


_ROLES = frozenset("client visitor companion friend guest host hostess colleague partner assailant prisoner".split())


def _relates(noun: Noun) -> bool:
    """Whether a noun means somebody by what they are to another: "her mother", "our visitor"."""
    owner = noun.determiner.casefold()
    owned = owner in ("his", "her", "their") or owner.endswith(("’s", "'s"))
    return (owned and noun.head in (*FAMILY, "lady")) or ((owned or owner in ("my", "our")) and noun.head in _ROLES)


def _opens_clause(text: str, at: int) -> bool:
    before = text[max(0, at - 24) : at].rstrip()
    return not before or before[-1] in _CLAUSE_MARKS or before.split()[-1].casefold() in _CLAUSE


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a quotation speaks to: characters called by name, the gender of a "sir", and who is only spoken of."""

    called: frozenset[int] = frozenset()
    gender: str = ""
    relations: frozenset[str] = frozenset()  # "mother", "uncle"
    spoken_of: frozenset[int] = frozenset()
    own_gender: str = ""  # of who says "my husband"
    introduced: frozenset[int] = frozenset()  # whose name the speaker says is the speaker's own

    def renamed(self, old: int, new: int) -> "Addressed":
        """The same with one person for another."""
        swap = {old: new}
        called, spoken_of = (frozenset(swap.get(w, w) for w in who) for who in (self.called, self.spoken_of))
        return replace(self, called=called, spoken_of=spoken_of)


_SIGHT = 24  # characters before a name that tell how it is meant
_INTRODUCED = re.compile(r"\b(?:I am|I’m|I'm|name is|name’s|name's|called|this is|This is)\s+$")
_INTRODUCES = re.compile(r"\b(?:I am|I’m|I'm|[Mm]y name is|[Mm]y name’s|[Mm]y name's|[Cc]all me)\s+$")
_SPOUSE = re.compile(r"\b[Mm]y (?:(?:dear|poor|late|own) )?(?:(husband)|wife)\b")
_MY_NAME = re.compile(r"\b[Mm]y name,?[”\"’»]")
_BEFORE_CALL = re.compile(
    r"(?:[,!?;.:—“‘\"'-]\s*|\b(?:dear|dearest|O|Oh|oh|my|old|ah|Ah|well|Well|yes|no|good|poor)\s+)$"
)
_AFTER_CALL = re.compile(r"\s*(?:$|[,!?.;:—”’\"']|--)")
_SIR = re.compile(
    rf"(?:^|[,!?;.:—“‘\"'-]\s*|\b(?:my|dear|dearest|my dear|yes|no|oh|good|old)\s+)"
    rf"({'|'.join(sorted({*VOCATIVES, *FAMILY, 'boy', 'girl', 'child', 'lad', 'lady', 'fellow', 'aunty', 'doctor'}))})"
    rf"(?=\s*(?:$|[,!?.;:—”’\"']|--))",
    re.IGNORECASE,
)


def addressed_in(text: str, quote: Quote, mentions: Sequence[Mention]) -> Addressed:
    """Whom the words of a quotation call by name or by "sir", "mother", and of whom they speak."""
    called, spoken_of, introduced = set(), set(), set()
    begin = quote.start + 1
    first, last = (bisect_left(mentions, at, key=attrgetter("start")) for at in (begin, quote.end))
    for mention in mentions[first:last]:
        if mention.kind != NAME or mention.end > quote.end:
            continue
        before = text[max(begin, mention.start - _SIGHT) : mention.start]
        opens = not before or _BEFORE_CALL.search(before)
        if not mention.possessive and opens and _AFTER_CALL.match(text, mention.end, quote.end):
            called.add(mention.who)
        elif not _INTRODUCED.search(before):
            spoken_of.add(mention.who)
        if _INTRODUCES.search(before) or (before.strip("“\"‘'« ") == "is" and _MY_NAME.search(text, 0, quote.start)):
            introduced.add(mention.who)
    words = {match[1].casefold() for match in _SIR.finditer(text, quote.start + 1, quote.end)}
    genders = {VOCATIVES.get(word) or NOUNS.get(word, ("", ""))[0] for word in words} - {""}
    return Addressed(
        frozenset(w for w in called if w is not None),
        genders.pop() if len(genders) == 1 else "",
        frozenset(words & FAMILY),
        frozenset(w for w in spoken_of - called - introduced if w is not None),
        FEMALE if (spouse := _SPOUSE.search(text, quote.start, quote.end)) and spouse[1] else MALE if spouse else "",
        frozenset(w for w in introduced if w is not None),
    )
