"""Rules in which European languages differ: ordinals, dates, times, rulers and years, and their endings.

What stands around a number tells its gender and case, or the number stays as it is written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from narrate.languages.spoken import European
from narrate.words import roman
from narrate.words.numbers import cardinal, ordinal
from narrate.words.scan import before, shared_stop

Say = Callable[[re.Match[str]], str | None]
Number = Callable[[str, European], str]
_ENDS = r"(?![^\W_])"


def any_of(words: object) -> str:
    """A pattern for any of these words, longer ones first; a space may be missing or not break."""
    patterns = (re.escape(word).replace(r"\ ", r"\s?") for word in words)  # type: ignore[attr-defined]
    return "|".join(sorted(patterns, key=len, reverse=True))


def stopped(words: Mapping[str, str], match: re.Match[str]) -> str:
    """What an abbreviation stands for; the stop that it shares with its sentence stays at the line's end."""
    written = re.sub(r"\s", "", match[1])
    return next(said for word, said in words.items() if word.replace(" ", "") == written) + shared_stop(match)


def forms(table: European, number: Number) -> Iterator[tuple[str, Say]]:
    """The language's own patterns, most particular first."""
    if table.inflection:
        yield from _OWN[table.inflection](table, number)
    if table.rulers:
        names = "|".join(sorted(table.rulers, key=len, reverse=True))
        last = r"\.?" if table.ranks_by_stop else ""
        yield rf"({names})\s({roman.ROMAN}){last}{_ENDS}", lambda m: _ruler(m, table)


def _ruler(match: re.Match[str], table: European) -> str | None:
    """`Ludwig XIV.` → Ludwig der Vierzehnte; beyond the first in French and the tenth in Spanish a plain number."""
    value, name = roman.value(match[2]), match[1]
    if not value:
        return None
    gender = "feminine" if name in table.queens else "masculine"
    if table.inflection == "german":
        found = _german_article(before(match), gender)
        return found and f"{name} {found[0]} {ordinal(value, 'de', found[1]).capitalize()}{shared_stop(match)}"
    if value <= table.ranked_rulers:
        return f"{name} {ordinal(value, table.language, gender)}"
    return f"{name} {cardinal(value, table.language)}"


def day_and_month(match: re.Match[str], months: Sequence[str]) -> tuple[int, str] | None:
    """The day and the month's name of a date, of which the first two groups are the numbers or the name."""
    day, month = int(match[1]), match[2]
    if not 1 <= day <= 31:
        return None
    if month in months:
        return day, month
    return (day, months[int(month) - 1]) if 1 <= int(month) <= 12 else None


def hour_and_minute(match: re.Match[str]) -> tuple[int, int] | None:
    """Hour and minute of a time, the first two groups."""
    hour, minute = int(match[1]), int(match[2] or 0)
    return (hour, minute) if hour <= 24 and minute <= 59 else None


# --- German ---------------------------------------------------------------------------------------

_MASCULINE = "Tag|Morgen|Abend|Monat|Weltkrieg|Akt|Teil|Band|Satz|Stock|Platz|Geburtstag|Advent|Feiertag|Januar"
# Headings: 1. Kapitel → erstes Kapitel.
_PARTS = {"Kapitel": "s", "Buch": "s", "Teil": "r", "Akt": "r", "Aufzug": "r", "Abschnitt": "r", "Szene": "",
          "Strophe": ""}  # fmt: skip
# Before these words a rank ends in -n, in -e, and ranks that one determiner shares.
_WEAK = re.compile(
    r"\b(?:am|im|vom|zum|zur|beim|dem|den|des|(?:ein|kein|mein|dein|sein|unser|eur|ihr)e[nmrs]|diesem|jene[mn]|jede[mn]"
    r"|(?:in|an|auf|aus|bei|mit|nach|seit|von|vor|zu|unter|über|hinter|neben|zwischen|während|wegen|trotz) der)\s$",
    re.I,
)
_MILD = re.compile(r"\b(?:das|ins|ans|aufs|fürs|durchs|eine|keine|meine|deine|seine|ihre|unsere)\s$", re.I)
_CHAIN = re.compile(r"\d{1,3}\.\s?(?:(?:und|oder|bis|sowie)\s|[,–-]\s?)(?:zum\s)?$")


def _german_ending(text: str, noun: str, months: str) -> str | None:
    """How a rank ends after `text` and before `noun`, as CLDR names it; None where nothing tells."""
    alone = text
    while shared := _CHAIN.search(text):
        text = text[: shared.start()]
    if _WEAK.search(text):
        return "n"
    if text != alone:
        return None
    if _MILD.search(text) or (re.search(r"\bdie\s$", text, re.I) and re.fullmatch(r"[A-ZÄÖÜ]\w*[^ns\W]", noun)):
        return ""
    if re.search(r"\b(?:der|jeder|dieser)\s$", text, re.I) and re.fullmatch(f"{months}|{_MASCULINE}", noun):
        return ""
    if noun and re.fullmatch(months, noun):
        if not text.strip():
            return "r"
        if re.search(r"\b(?:ab|seit)\s$", text, re.I):
            return "m"
        if re.search(r"\bbis\s$", text, re.I):
            return "n"
    return None


def _german_article(text: str, gender: str) -> tuple[str, str] | None:
    """The article and ending of a ruler's rank: by the preposition; at a line's beginning the nominative."""
    text = re.sub(r"(?:König(?:in)?|Kaiser(?:in)?|Papst|Zar(?:in)?)\s$", "", text)
    feminine = gender == "feminine"
    if not text.strip():
        return ("die" if feminine else "der"), ""
    if re.search(r"\b(?:unter|mit|von|bei|zu|nach|seit|vor|neben|gegenüber)\s$", text, re.I):
        return ("der" if feminine else "dem"), "n"
    if re.search(r"\b(?:für|gegen|durch|um|ohne)\s$", text, re.I):
        return ("die", "") if feminine else ("den", "n")
    return None


def _german(table: European, number: Number) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def date(match: re.Match[str]) -> str:
        found = day_and_month(match, table.months)
        ending = _german_ending(before(match), found[1], months) if found else None
        if found is None or ending is None:
            return match[0]
        said = f"{ordinal(found[0], 'de', ending)} {found[1]}"
        return f"{said} {number(match[3], table)}" if match[3] else said

    def part(match: re.Match[str]) -> str | None:
        return None if before(match).strip() else f"{ordinal(int(match[1]), 'de', _PARTS[match[2]])} {match[2]}"

    def ranked(match: re.Match[str]) -> str | None:
        shared = re.match(r"\s?(?:(?:und|oder|bis|sowie)\s|[,–-]\s?)(?:zum\s)?\d{1,3}\.", match[2])
        ending = _german_ending(before(match), match[2].strip(), months)
        if ending is None or (not match[2] and not re.search(r"\b(?:am|vom|zum)\s$", before(match), re.I)):
            return None
        if shared and ending != "n":
            return None
        return ordinal(int(match[1]), "de", ending) + ("" if match[2] else ".")

    def first_of(match: re.Match[str]) -> str | None:
        """The first of `vom 1.-3. Mai`, with the dash."""
        if _german_ending(before(match), "", months) != "n":
            return None
        return f"{ordinal(int(match[1]), 'de', 'n')} bis "

    def time(match: re.Match[str]) -> str | None:
        if not (found := hour_and_minute(match)):
            return None
        hours = "ein" if found[0] == 1 else cardinal(found[0], "de")
        return f"{hours} Uhr {cardinal(found[1], 'de')}" if found[1] else f"{hours} Uhr"

    yield rf"(\d{{1,2}})\.\s?({months})(?:\s(\d{{4}}))?{_ENDS}", date
    yield rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}|\d\d){_ENDS}", date
    yield r"(\d{1,3})\.\s?[–-]\s?(?=\d{1,3}\.)", first_of
    yield rf"(\d{{1,2}})\.\s({'|'.join(_PARTS)}){_ENDS}", part
    yield rf"(\d{{1,2}})(?:[:.](\d\d))?\sUhr{_ENDS}", time
    yield rf"(?i:(?<=\bum\s)|(?<=\bgegen\s)|(?<=\bab\s)|(?<=\bbis\s))(\d{{1,2}}):(\d\d)(?!:){_ENDS}", time
    yield r"(\d{1,3})\.(?=(\s?(?:(?:und|oder|bis|sowie)\s|[,–-]\s?)(?:zum\s)?\d{1,3}\.|\s\w+|$))", ranked
    yield rf"(\d0|1\d\d0)er{_ENDS}", lambda m: number(m[1], table) + "er"


# --- French ---------------------------------------------------------------------------------------


def _french(table: European, number: Number) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def ranked(match: re.Match[str]) -> str | None:
        rank, suffix = (part for part in match.groups() if part)
        value = int(rank) if rank.isdecimal() else roman.value(rank)
        if not value:
            return None
        if suffix.startswith("n"):
            return "second" + suffix[2:]
        gender = "feminine" if suffix[0] in "rè" or suffix.startswith("ere") else "masculine"
        return ordinal(value, "fr", gender) + ("s" if suffix.endswith("s") else "")

    def hours(match: re.Match[str]) -> str | None:
        if not (found := hour_and_minute(match)):
            return None
        said = f"{cardinal(found[0], 'fr', 'feminine')} heure{'s' if found[0] > 1 else ''}"
        return f"{said} {cardinal(found[1], 'fr')}" if found[1] else said

    def date(match: re.Match[str]) -> str | None:
        if not (found := day_and_month(match, table.months)):
            return None
        day = ordinal(1, "fr", "masculine") if found[0] == 1 else cardinal(found[0], "fr")
        return f"{day} {found[1]} {number(match[3], table)}" if match[3] else f"{day} {found[1]}"

    # Two letters or I, V, X: "Le", "Des" and "Mes" are words, and so are "Vers" and "Inde".
    yield rf"(1)(ers?|res?|ères?|eres?)(?!-\d){_ENDS}|(I)(ers?{_ENDS}|(?:re|ère)(?=\s[A-Z]))", ranked
    yield rf"(2|II)(nde?s?){_ENDS}", ranked
    yield rf"(\d+|[VX]|[IVXLCDM]{{2,}})(es?|èmes?){_ENDS}", ranked
    yield rf"(\d{{1,2}})\s({months})(?:\s(\d{{4}}))?{_ENDS}", date
    yield rf"(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}}){_ENDS}", date
    yield rf"(\d{{1,2}})\s?[hH]\s?(\d\d)?{_ENDS}", hours
    yield rf"(?i:(?<=\bà\s)|(?<=\bvers\s)|(?<=\bdès\s))(\d{{1,2}}):(\d\d)(?!:){_ENDS}", hours


# --- Spanish, Portuguese, Italian -------------------------------------------------------------------

_ARTICLES = re.compile(r"(?:\b(?:el|la|il|lo|al|del|nel|della|nella|alla)\s|l[’'])$", re.I)


def _romance(table: European, number: Number) -> Iterator[tuple[str, Say]]:
    """Three languages with the same patterns; where one has a form of its own, its grammar is asked for by its code."""
    language = table.language
    joint, of, months = table.joint, table.date_of, "|".join(table.months)

    def ranked(match: re.Match[str]) -> str | None:
        article = _ARTICLES.search(before(match)) and re.match(r"\s[^\W\d]", match.string[match.end() :])
        if match[2] == "°" and not article:
            return None if int(match[1]) > 10 else match[0]  # degrees, or a mistyped º
        if (
            language == "es"
            and match[1] in "13"
            and match[2] != "ª"
            and re.match(r"\s(?!de\b|y\b|del\b)[a-z]", match.string[match.end() :])
        ):
            return match[0]  # the first floor is the `primer`
        return ordinal(int(match[1]), language, "feminine" if match[2] == "ª" else "masculine")

    def date(match: re.Match[str]) -> str | None:
        if not (found := day_and_month(match, table.months)):
            return None
        elided = match.string[: match.start()].endswith(("’", "'"))
        first = language == "it" and found[0] == 1 and not elided
        day = "uno" if elided and found[0] == 1 else ordinal(1, "it") if first else cardinal(found[0], language)
        return f"{day}{of} {found[1]}" + (f"{of} {number(match[3], table)}" if match[3] else "")

    def clock(match: re.Match[str]) -> str | None:
        hours = match[0].rstrip(" h").endswith(match[1])
        if not (found := hour_and_minute(match)) or not (
            "h" in match[0] or re.search(table.hours, before(match), re.I)
        ):
            return None
        hour = cardinal(found[0], language, "feminine" if language != "it" or found[0] == 1 else "")
        if "h" in match[0] and language == "pt":
            hour += " hora" if found[0] == 1 else " horas"
        return f"{hour} {joint} {cardinal(found[1], language)}" if found[1] and not hours else hour

    if language == "es":
        yield rf"([13])\.?er{_ENDS}", lambda m: "primer" if m[1] == "1" else "tercer"
    yield rf"(\d{{1,3}})\.?([ºª°])(?!\s?C){_ENDS}", ranked
    yield rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_ENDS}", date
    yield rf"(\d{{1,2}}){of}\s({months})(?:{of}\s(\d{{4}}))?{_ENDS}", date
    if language == "it":
        yield rf"({roman.ROMAN})(?=\s(?:e\s(?:il|l[’'])\s?{roman.ROMAN}\s)?secolo{_ENDS})", _secolo
    yield rf"(\d{{1,2}})[:.h](\d\d)(?:\s?h)?(?![:.]\d){_ENDS}", clock
    if language == "pt":
        yield rf"(\d{{1,2}})()\s?h{_ENDS}", clock
    yield rf"(?<!\w)[’'](\d0|[4-9]\d){_ENDS}", lambda m: cardinal(int(m[1]), language)


def _secolo(match: re.Match[str]) -> str | None:
    value = roman.value(match[1])
    return (value and ordinal(value, "it")) or None


_OWN = {"german": _german, "french": _french, "romance": _romance}
