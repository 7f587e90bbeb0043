"""A line as it is spoken: numbers, dates, money, abbreviations and signs in words."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from narrate.languages import code_of, find_language
from narrate.languages.spoken import EastAsian, English, European, Russian
from narrate.words.capitals import INITIALS, NO_WORDS, Vocabulary, small_letters
from narrate.words.numbers import digits
from narrate.words.scan import STARTS, Change, Rule, apply, scan

_ENDLESS = re.compile(r"\d(?:[,.'\s]?\d){39,}")


def as_spoken(
    text: str,
    language: str = "en",
    *,
    heading: bool = False,
    fixed: Iterable[Change] = (),
    vocabulary: Vocabulary = NO_WORDS,
    opening: bool = False,
) -> str:
    """`text` as an engine is asked to say it. `language` is a BCP 47 tag; of one without rules nothing changes.

    `heading`: a Roman numeral that opens it is a number, and capitals throughout are no initials.
    `fixed`: what a lexicon has decided for parts of the text; rules leave these alone.
    `vocabulary`: the words of its book, which tell words in capitals from initials; `opening`: it opens a paragraph.
    """
    found = changes(text, language, heading=heading, fixed=fixed, vocabulary=vocabulary, opening=opening)
    return apply(text, found)


def changes(
    text: str,
    language: str = "en",
    *,
    heading: bool = False,
    fixed: Iterable[Change] = (),
    vocabulary: Vocabulary = NO_WORDS,
    opening: bool = False,
) -> Iterator[Change]:
    """What `as_spoken` changes, in order."""
    decided, code = list(fixed), code_of(language)
    if heading and text.isupper():
        return _capital_heading(text, language, decided, vocabulary)
    known = find_language(language).spoken is not None
    lowered = small_letters(text, language, vocabulary, opening=opening, heading=heading) if known else []
    plain = apply(text, lowered)
    found = _by_rules(
        plain, language, [*decided, *_numbers(plain, code, decided, heading=heading)] if known else decided
    )
    return _beside(found, lowered) if lowered else found


def _capital_heading(text: str, language: str, decided: list[Change], vocabulary: Vocabulary) -> Iterator[Change]:
    from narrate.words.headings import lower_capitals

    code, known = code_of(language), find_language(language)
    spoken = known.spoken
    found = _by_rules(text, language, [*decided, *_numbers(text, code, decided, heading=True)] if spoken else decided)
    kept = INITIALS | vocabulary.initials | (spoken.initials if spoken else frozenset())
    return lower_capitals(text, found, kept, known.sentences.starters)


def _numbers(text: str, code: str, decided: list[Change], *, heading: bool) -> list[Change]:
    """The Roman numeral that opens a heading, or those of parts, where nothing is decided for them."""
    from narrate.words.enumerations import part_numbers
    from narrate.words.headings import numeral_of

    numeral = numeral_of(text, code) if heading else None
    numbers = [numeral] if numeral else [] if heading else part_numbers(text, code)
    return [one for one in numbers if all(one.end <= c.start or c.end <= one.start for c in decided)]


def _by_rules(text: str, language: str, decided: list[Change]) -> Iterator[Change]:
    rules = rules_of(language) if gate_of(language).search(text) else ()
    if rules:
        # Nobody counts so far, and Python refuses to: digit by digit, before any rule takes them for a number.
        for run in _ENDLESS.finditer(text):
            if all(change.end <= run.start() or run.end() <= change.start for change in decided):
                decided.append(Change(run.start(), run.end(), digits(run[0], code_of(language))))
    return scan(text, rules, starts_of(language), decided)


def _beside(changes: Iterable[Change], others: Iterable[Change]) -> Iterator[Change]:
    """`changes`, and of `others` those that no change overlaps; all in order."""
    made = list(changes)
    free = (one for one in others if all(one.end <= c.start or c.end <= one.start for c in made))
    return iter(sorted([*made, *free], key=lambda change: change.start))


@cache
def rules_of(tag: str) -> tuple[Rule, ...]:
    """The rules of a language, in order; none where it has no words for them."""
    from narrate.words import east_asian, english, european, russian

    match find_language(tag).spoken:
        case English():
            return english.rules(tag)
        case Russian():
            return russian.rules()
        case EastAsian():
            return east_asian.rules(code_of(tag))
        case European() as table:
            return european.rules(table)
    return ()


@cache
def gate_of(tag: str) -> re.Pattern[str]:
    """What a line must hold for any rule to agree; tests compare with scanning every line."""
    from narrate.words import east_asian, english, european, russian

    match find_language(tag).spoken:
        case English():
            return english.GATE
        case Russian():
            return russian.gate()
        case EastAsian():
            return east_asian.GATE
        case European() as table:
            return european.gate(table)
    return re.compile("(?!)")


def starts_of(tag: str) -> re.Pattern[str]:
    """Where a rule may begin: at a word's start, and without spaces between words at any digit."""
    from narrate.words import east_asian

    return east_asian.STARTS if isinstance(find_language(tag).spoken, EastAsian) else STARTS


def letters_apart(word: str) -> str:
    """`FBI` and `F.B.I.` → F B I: read by their letters."""
    return " ".join(c for c in word if c.isalnum())


def roman_spoken(written: str, language: str) -> str:
    """What a book marks as a Roman numeral, with the words before it: `Henry I` → Henry the First.

    Empty for what is none, and for a single letter alone: `I` is marked on one page and a pronoun on all others.
    """
    from narrate.words import english, roman
    from narrate.words.numbers import cardinal

    *words, numeral = written.split()
    number = roman.value(numeral.rstrip("."))
    if not number or (not words and len(numeral.rstrip(".")) == 1):
        return ""
    table = find_language(language).spoken
    if isinstance(table, English) and words and english.is_ruler(words[-1]):
        return f"{' '.join(words)} {english.ranked(number)}"
    if words and table and table.declines:
        return ""  # the case is each sentence's own, and rules know what tells it
    if words and not isinstance(table, English) and (ranked := as_spoken(written, language)) != written:
        return ranked
    said = cardinal(number, language) if table else ""
    return " ".join([*words, said]) if said else ""
