"""Tags: the narrator's own word for who speaks ("said Elizabeth", "he cried, turning").

A quotation's tag stands after it, before it or in its middle; inverted or not. Where there is
none, the subject of the sentence beside the quotation in its paragraph (a beat: Mr. Pell
studied the ceiling. “A man might be passing.”) is the second best.
"""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

from narrate.book import Quote
from narrate.languages import find_language
from narrate.speakers.mentions import CROWD, FIRST, NAME, PRONOUN, UNKNOWN, Mention
from narrate.speakers.words import SAY, SAY_MAYBE, determiners_of

AFTER, BEFORE, BEAT_AFTER, BEAT_BEFORE = "after", "before", "beat after", "beat before"
LEAD, TOLD = "lead", "told"  # by the paragraph before: who is to speak, who has answered without words


@dataclass(frozen=True, slots=True)
class Tag:
    """Who is said to say quotation number `quote` of a paragraph: the mention, where it stands, how sure (0 to 1)."""

    quote: int
    mention: Mention
    where: str
    strength: float
    verb: str = ""


_SAYS = "|".join(sorted(SAY))
_SPEAKS = "|".join(sorted(SAY | SAY_MAYBE))
_INVERTED = re.compile(
    rf"\s*[,—–-]*\s*(?:and\s+|then\s+)?(?:so\s+|thus\s+)?(?:s[’'])?((?:{_SPEAKS})(?:\s+(?:on|out|back|in|again))?)"
    r"(?:\s+|-t-|-)"
)
_RARE = re.compile(r"\s*([a-z]{3,}(?:ed|t|d|ew|ang|oke|ung))\s+(?:out\s+|forth\s+|up\s+)?")
_AND = re.compile(r"\s+and\s+(?:[A-Z][\w.]*|his|her|the)\b(?!\s+[a-z]+ed\b)")
_HEARD = re.compile(r"\s+(?:\w+ly\s+)?(?:heard|hear|could hear|overheard|saw|remember)\s+")
_ADVERBS = (  # each is taken as a whole: "only only only" is read in one way alone
    r"(?:\s+(?>\w+ly\b|had|would|then|only|again|at\s+last|at\s+once|merely|simply|once\s+more|also|could\s+only|did|has|"
    r"was|always|never|still|even|both|all))*"
)
_VERB_AFTER = re.compile(rf"(?:,[^,.;!?“”\"]{{1,60}},)?{_ADVERBS}\s+({_SPEAKS})\b")
_ANY_VERB = re.compile(rf"{_ADVERBS}\s+([a-z]{{3,}})\b")
_SURE_VERB = re.compile(rf"\b(?:{_SAYS})\b")
_SPEAKING_VERB = re.compile(rf"\b(?:{_SPEAKS}|saying|crying|words|voice)\b")
_REPORTED = re.compile(
    r"\b(?:asked|inquired|enquired|told|begged|invited|wondered|said|answered|replied|assured|owned|acknowledged|"
    r"assented|protested|confessed|explained|informed|thanked|declared|agreed|promised)\b.{8,}"
)
_SILENT = re.compile(
    r"\b(?:(?:made no|gave no|without an?(?:other)?|no) (?:answer|reply|response)|"
    r"(?:did not|didn’t|didn't|could not) (?:answer|reply|speak|respond)|said (?:nothing|no more)|"
    r"(?:was|were|remained|kept) silent|nodded|bowed|shook (?:his|her) head|shrugged)\b"
)
_OBJECT = re.compile(
    r"\s+(?:nothing|no|not|him|her|them|me|us|it|that|if|whether|the|a|an|his|my|their|our|its|this|all|to|for|of)\b"
)
_ASIDE = re.compile(r"\b(?:while|when|as|whom|which|that)\s+$")
_NO_VERB = re.compile(r"\b(?:a|the|that|this|of|his|her|my|old)\s+$")  # a saying, the cry
_SIGHT = 12  # characters before a place in which a word that ends there is looked for
_SENTENCE = re.compile(r"(?<=[.!?…])[”\"’)]?\s+(?=[A-Z“\"‘(])")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Rev|Capt|Col|Gen|Lieut|[A-Z])\.$")


def tags_in(text: str, quotes: Sequence[Quote], told: Sequence[Mention], language: str = "en") -> list[Tag]:
    """The tags and beats of one paragraph's quotations; `told` are the mentions outside of them."""
    found: list[Tag] = []
    after: _Found = None
    for number, quote in enumerate(quotes):
        end = quotes[number + 1].start if number + 1 < len(quotes) else len(text)
        start = quotes[number - 1].end if number else 0
        if after and after[1] == AFTER and _last_sentence(text, start, quote.start) == start:
            before: _Found = (after[0], BEFORE, 0.95, after[3])  # said Jane, when he had read it aloud, “…”
        else:
            before = _before(text, start, quote.start, told, language)
        after = _after(text, quote, end, told, language)
        for place in (after, before):
            if place:
                mention, where, strength, verb = place
                found.append(Tag(number, mention, where, strength, verb))
    return found


@cache
def _inside(language: str) -> re.Pattern[str]:
    found = find_language(language)
    verbs = "|".join(sorted(found.people.says | found.incises.verbs))
    before = rf"(?:(?:{found.incises.before})\s?)?" if found.incises.before else ""
    return re.compile(rf"[,!?….]\s{before}({verbs})(?:-t-|-|\s)")


def tags_inside(text: str, quotes: Sequence[Quote], mentions: Sequence[Mention], language: str) -> list[Tag]:
    """Tags inside the marks, as French has them, which part a quotation in two: « Bonjour, dit-il, comment ça va ? »"""
    if not find_language(language).incises.verbs:
        return list(_asides_inside(text, quotes, language))
    found = []
    for number, quote in enumerate(quotes):
        end = quotes[number + 1].start if number + 1 < len(quotes) else len(text)
        for verb in _inside(language).finditer(text, quote.start, end):
            mention = _named(text, verb.end(), mentions, language)
            if mention is None and (verb[1] in find_language(language).people.says or verb.end() > quote.end):
                mention = _unknown(text, verb.end(), language)
            if mention:
                found.append(Tag(number, mention, AFTER, 0.93, verb[1]))
    return found


_ASIDE_INSIDE = re.compile(r"[\w,!?….]\s[—–]\s([^\W\d_]{3,})\s([^\W\d_]+)")


def _asides_inside(text: str, quotes: Sequence[Quote], language: str) -> Iterator[Tag]:
    """Tags by nouns between dashes of a speech that was not cut there: — Nie — odparł młynarz."""
    found = find_language(language)
    if found.spoken is not None or not found.dashes:
        return
    for number, quote in enumerate(quotes):
        aside = _ASIDE_INSIDE.search(text, quote.start, quote.end) if text[quote.start] in "—–" else None
        if aside and aside[1].islower() and aside[2].islower():
            yield Tag(number, Mention(aside.start(2), aside.end(2), UNKNOWN), AFTER, 0.9, aside[1])


_Found = tuple[Mention, str, float, str] | None


def _after(text: str, quote: Quote, end: int, told: Sequence[Mention], language: str) -> _Found:
    """The tag or beat in the narration that follows a quotation."""
    narration = text[quote.end : end]
    if not narration.strip():
        return None
    goes_on = _goes_on(text, quote, narration)
    if inverted := _verb_first(text, quote.end, end, told, language, goes_on):
        return inverted
    at = quote.end + len(narration) - len(narration.lstrip(" ,—–-"))
    if mention := _named(text, at, told, language):
        heard = _HEARD.match(text, mention.end, end)  # I heard one small urchin grumbling
        if heard and (other := _at(heard.end(), told)):
            return other, AFTER, 0.9, "heard"
        said = _VERB_AFTER.match(text, mention.end, end)
        if said and not mention.possessive:
            sure = said[1] in SAY and (goes_on or _closes(text, said.end(), end))
            return (
                mention,
                AFTER if goes_on or sure else BEAT_AFTER,
                0.97 if goes_on else 0.85 if sure else 0.6,
                said[1],
            )
        if goes_on and not mention.possessive and _ANY_VERB.match(text, mention.end, end):
            return mention, AFTER, 0.9, ""
    rare = _RARE.match(text, quote.end, end) if goes_on else None  # “Aw,” fleered Happy Jack
    if rare and (mention := _at(rare.end(), told)) and mention.kind in (NAME, PRONOUN, FIRST):
        return mention, AFTER, 0.9, rare[1]
    if goes_on and (verb := _SURE_VERB.search(text, quote.end, min(end, quote.end + 60))):  # “…,” at last said he
        if mention := _at(verb.end() + 1, told):
            return mention, AFTER, 0.9, verb[0]
        if subject := _subject(text, quote.end, verb.start(), told):
            return subject, AFTER, 0.85, verb[0]
    if goes_on and (somebody := _unknown_says(language).match(text, at, end)):  # “…,” a tall grey bird said
        return Mention(at, somebody.end(1), UNKNOWN), AFTER, 0.95, somebody[2]
    if goes_on and language != "en" and (foreign := _any_verb_first(text, quote, end, told, language)):
        return foreign
    first = _sentence_end(text, quote.end, end)
    beat = _subject(text, quote.end, first, told, first_only=True)
    return (beat, BEAT_AFTER, 0.55, "") if beat else None


def _verb_first(text: str, at: int, end: int, told: Sequence[Mention], language: str, goes_on: bool) -> _Found:
    """The tag that opens with its verb: said Jane, said a stranger."""
    inverted = _INVERTED.match(text, at, end)
    if inverted is None:
        return None
    sure = inverted[1].split()[0] in SAY
    if mention := _named(text, inverted.end(), told, language):
        if _AND.match(text, mention.end):  # said Catherine and Lydia
            mention = replace(mention, kind=CROWD, who=None)
        return mention, AFTER, 0.98 if sure else 0.95, inverted[1]
    unknown = _unknown(text, inverted.end(), language) if goes_on or sure else None
    return (unknown, AFTER, 0.97, inverted[1]) if unknown else None


def _any_verb_first(text: str, quote: Quote, end: int, told: Sequence[Mention], language: str) -> _Found:
    """The tag of a quotation that opens a sentence, by a verb in no list: — odparł Jan, — prychnął lis."""
    before = text[: quote.start].rstrip(" —–-")[-1:]
    verb = _UNLISTED.match(text, quote.end, end)
    if verb is None or not verb[1][0].islower() or (before and before not in ".!?…»”“"):
        return None
    if _at(verb.start(1), told) or _noun_here(language).match(text, verb.start(1)):
        return None
    mention = _named(text, verb.end(), told, language)
    if mention is None and (somebody := _CAPITALISED.match(text, verb.end(), end)):
        mention = Mention(verb.end(), somebody.end(), UNKNOWN)
    return (mention, AFTER, 0.9, verb[1]) if mention and not mention.possessive else None


@cache
def _leading(language: str) -> re.Pattern[str]:
    """What may stand before a name that is said to speak: the Heron, poor old Tom."""
    epithets = "|".join(sorted(find_language(language).people.epithets)) or "(?!)"
    return re.compile(rf"(?:{determiners_of(language)})?(?:(?:{epithets})\s+){{0,2}}")


def _named(text: str, at: int, told: Sequence[Mention], language: str) -> Mention | None:
    """The mention at `at`, or the name there that has an article or an epithet before it: the Heron, poor old Tom."""
    found = _at(at, told)
    if found and found.possessive:  # the keeper’s dog
        return None
    leading = None if found else _leading(language).match(text, at)
    if leading is None or leading.end() == at or leading[0].split()[0] in find_language(language).people.indefinite:
        return found
    mention = _at(leading.end(), told)
    return mention if mention and mention.kind == NAME else None


_NOBODY = r"(?:nobody|someone|somebody|everyone|everybody|no\s+one|one|two|both|several|they|voices)\b"


@cache
def _noun_here(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{determiners_of(language)}){_ADVERB_OR}[^\W\d_]|{_NOBODY}")


_ADVERB_OR = r"(?!\w+ly\s|same\b|other\s+day)"


def _unknown(text: str, at: int, language: str) -> Mention | None:
    """Somebody who is said to speak and is none of the people: a noun with its article, a name that is nobody's."""
    found = _noun_here(language).match(text, at)
    if found is None and text[at : at + 1].isupper():
        found = _CAPITALISED.match(text, at)
    return Mention(at, found.end(), UNKNOWN) if found else None


_UNLISTED = re.compile(r"[\s,—–-]{0,4}([^\W\d_]{3,})\s+")
_CAPITALISED = re.compile(r"(?!I\b)[^\W\d_]+")


@cache
def _unknown_says(language: str) -> re.Pattern[str]:
    """A noun with its article that speaks: a tall grey bird said."""
    return re.compile(
        rf"((?:{determiners_of(language)})(?:[^\W\d_][\w’'-]*\s+){{1,4}}?)(?:\w+ly\s+|had\s+)?({_SAYS})\b",
        re.IGNORECASE,
    )


def _goes_on(text: str, quote: Quote, narration: str) -> bool:
    """Whether the sentence of the quotation goes on in the narration: a comma before the mark, a small letter after."""
    inner = text[quote.start : quote.end].rstrip("”\"’'»")
    head = narration.lstrip(" —–-")
    return inner.endswith(",") or head[:1].islower() or narration.startswith(",")


def _closes(text: str, at: int, end: int) -> bool:
    """Whether a verb of speech after a finished quotation is its tag: She cried. / I asked, not He asked her in."""
    return not _OBJECT.match(text, at, end)


def _before(text: str, start: int, end: int, told: Sequence[Mention], language: str) -> _Found:
    """The tag or beat in the narration that comes before a quotation."""
    narration = text[start:end].rstrip()
    if not narration.strip(" —–-"):
        return None
    begin = _last_sentence(text, start, start + len(narration))
    leads = narration[-1] in ",:—–-" or narration[-1].isalnum()
    verb = _last(_SPEAKING_VERB.finditer(text, begin, end))
    if leads and verb and not _NO_VERB.search(text, max(begin, verb.start() - _SIGHT), verb.start()):
        subject = _subject(text, begin, verb.start(), told) or _at(verb.end() + 1, told)
        if subject:
            return subject, BEFORE, 0.93 if narration[-1] in ",:" else 0.75, verb[0]
        if narration[-1] in ",:" and (somebody := _unknown_says(language).match(text, begin, end)):
            return Mention(begin, somebody.end(1), UNKNOWN), BEFORE, 0.9, somebody[2]
    subject = _subject(text, begin, end, told, first_only=True)
    if subject and narration[-1] == ":":
        return subject, BEFORE, 0.85, ""
    return (subject, BEAT_BEFORE, 0.7 if leads else 0.6, "") if subject else None


def _last(found: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next(iter(deque(found, maxlen=1)), None)


def lead_of(text: str, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> Tag | None:
    """Who a paragraph says will speak in the next one: it ends with a colon or in a verb of speech."""
    if not text or (quotes and quotes[-1].end >= len(text) - 1):
        return None
    start = quotes[-1].end if quotes else 0
    told = mentions[bisect_left(mentions, start, key=_start) :]
    begin = _last_sentence(text, start, len(text))
    verb = _last(_SPEAKING_VERB.finditer(text, begin))
    if text[-1] in ":,—" and verb:
        subject = _subject(text, begin, verb.start(), told)
        if subject is None:
            return None
        aside = _ASIDE.search(
            text, max(begin, subject.start - _SIGHT), subject.start
        )  # … called out, while her daughter read,
        return Tag(0, subject, LEAD, 0.4 if aside else 0.9, verb[0])
    subject = _subject(text, begin, len(text), told, first_only=True)
    if subject is None:
        return None
    if text[-1] != ":" and (_REPORTED.search(text, begin) or _SILENT.search(text, begin)):
        return Tag(0, subject, TOLD, 1.0, "")  # she asked if …, he made no answer: the other answers
    strength = 0.85 if text[-1] == ":" else 0.4 if verb and verb.end() > len(text) - 12 else 0.25
    return Tag(0, subject, LEAD, strength, "")


_start = attrgetter("start")


def _at(at: int, told: Sequence[Mention]) -> Mention | None:
    """The mention that starts at `at`; of several, the longest."""
    number = bisect_left(told, at, key=_start)
    return told[number] if number < len(told) and told[number].start == at else None


def _subject(text: str, start: int, end: int, told: Sequence[Mention], *, first_only: bool = False) -> Mention | None:
    """The subject of `text[start:end]`: the last mention that opens a clause (the first with `first_only`)."""
    first, last = bisect_left(told, start, key=_start), bisect_left(told, end, key=_start)
    numbers = range(first, last) if first_only else range(last - 1, first - 1, -1)
    inside = (m for number in numbers if (m := told[number]).subject and not m.possessive and m.kind != CROWD)
    return next(inside, None)


def _last_sentence(text: str, start: int, end: int) -> int:
    """Where the last sentence of `text[start:end]` begins."""
    begin = start
    for match in _SENTENCE.finditer(text, start, end):
        if not _is_abbreviated(text, start, match.start()):
            begin = match.end()
    return begin


def _sentence_end(text: str, start: int, end: int) -> int:
    """Where the first sentence of `text[start:end]` ends."""
    for match in _SENTENCE.finditer(text, start + 1, end):
        if not _is_abbreviated(text, start, match.start()):
            return match.start()
    return end


def _is_abbreviated(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` ends in an abbreviation that no sentence ends with."""
    return _ABBREVIATED.search(text, max(start, end - _SIGHT), end) is not None
