"""Where European languages go their own ways: ordinals, dates, times, rulers and years, and their endings.

What stands around a number tells its gender and case, or the number stays as it is written.
"""

import re
from collections.abc import Callable, Iterator

from narrate.spoken import roman
from narrate.spoken.european_tables import Table
from narrate.spoken.numbers import cardinal, ordinal
from narrate.spoken.scan import before, shared_stop

Say = Callable[[re.Match[str]], str | None]
Number = Callable[[str, Table], str]
_ENDS = r"(?![^\W_])"

# A Russian sum or measure is in the nominative, or in an accusative like it, only here.
_PLAIN_CASE = re.compile(r"(?:^|[.!?…:—(«]|\b(?:через|стоит|стоил[аои]?|весит|весил[аои]?))\s*$", re.I)
_PREPOSITION = re.compile(r"\b(?:в|во|на|о|об|при|по|к|ко|с|со|от|до|из|у|за|под|над|для|без|около)\s$", re.I)
_QUEENS = frozenset(
    "Elisabeth Katharina Élisabeth Catherine Isabel Catalina Elisabetta Caterina Catarina Maria Екатерина "
    "Елизавета".split()
)


def plural(value: int, language: str, forms: int) -> int:
    """Which form of a counted thing: 0 for one, 1 for several; Russian has 1 for two to four and 2 for more."""
    if language == "ru" and forms > 2:
        last, teens = value % 10, value % 100
        if 10 < teens < 20:
            return 2
        return 0 if last == 1 else 1 if 1 < last < 5 else 2
    if language in ("fr", "pt") and value == 0:
        return 0
    return 0 if value == 1 else 1


def case_is_plain(match: re.Match[str], language: str) -> bool:
    """Whether a sum or a measure is in the nominative; outside Russian its case is not heard."""
    return language != "ru" or _PLAIN_CASE.search(before(match)) is not None


def after_preposition(match: re.Match[str]) -> bool:
    """Whether a Russian preposition governs what is matched."""
    return _PREPOSITION.search(before(match)) is not None


def forms(table: Table, number: Number) -> Iterator[tuple[str, Say]]:
    """The language's own patterns, most particular first."""
    yield from _OWN[table.language](table, number)
    names = "|".join(sorted(table.rulers, key=len, reverse=True))
    last = r"\.?" if table.language == "de" else ""
    yield rf"({names})\s({roman.ROMAN}){last}{_ENDS}", lambda m: _ruler(m, table.language)


def _ruler(match: re.Match[str], language: str) -> str | None:
    """`Ludwig XIV.` → Ludwig der Vierzehnte; in French and beyond ten in Spanish and Portuguese a plain number."""
    value, name = roman.value(match[2]), match[1]
    if not value:
        return None
    gender = "feminine" if name in _QUEENS else "masculine"
    if language == "de":
        found = _german_article(before(match), gender)
        return found and f"{name} {found[0]} {ordinal(value, 'de', found[1]).capitalize()}{shared_stop(match)}"
    if language == "fr":
        said = ordinal(1, "fr", gender) if value == 1 else cardinal(value, "fr")
    elif language == "ru":
        said = _russian_rank(value, gender).capitalize()
    else:
        said = ordinal(value, language, gender) if value <= 10 or language == "it" else cardinal(value, language)
    return f"{name} {said}"


def _day_and_month(match: re.Match[str], table: Table) -> tuple[int, str] | None:
    """The day and the month's name of a date, of which the first two groups are the numbers or the name."""
    day, month = int(match[1]), match[2]
    if not 1 <= day <= 31:
        return None
    if month in table.months:
        return day, month
    return (day, table.months[int(month) - 1]) if 1 <= int(month) <= 12 else None


def _clock(match: re.Match[str]) -> tuple[int, int] | None:
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


def _german(table: Table, number: Number) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def date(match: re.Match[str]) -> str:
        found = _day_and_month(match, table)
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

    def time(match: re.Match[str]) -> str | None:
        if not (found := _clock(match)):
            return None
        hours = "ein" if found[0] == 1 else cardinal(found[0], "de")
        return f"{hours} Uhr {cardinal(found[1], 'de')}" if found[1] else f"{hours} Uhr"

    yield rf"(\d{{1,2}})\.\s?({months})(?:\s(\d{{4}}))?{_ENDS}", date
    yield rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}|\d\d){_ENDS}", date
    yield rf"(\d{{1,2}})\.\s({'|'.join(_PARTS)}){_ENDS}", part
    yield rf"(\d{{1,2}})(?:[:.](\d\d))?\sUhr{_ENDS}", time
    yield rf"(?i:(?<=\bum\s)|(?<=\bgegen\s)|(?<=\bab\s)|(?<=\bbis\s))(\d{{1,2}}):(\d\d)(?!:){_ENDS}", time
    yield r"(\d{1,3})\.(?=(\s?(?:(?:und|oder|bis|sowie)\s|[,–-]\s?)(?:zum\s)?\d{1,3}\.|\s\w+|$))", ranked
    yield rf"(\d0|1\d\d0)er{_ENDS}", lambda m: number(m[1], table) + "er"


# --- French ---------------------------------------------------------------------------------------


def _french(table: Table, number: Number) -> Iterator[tuple[str, Say]]:
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
        if not (found := _clock(match)):
            return None
        said = f"{cardinal(found[0], 'fr', 'feminine')} heure{'s' if found[0] > 1 else ''}"
        return f"{said} {cardinal(found[1], 'fr')}" if found[1] else said

    def date(match: re.Match[str]) -> str | None:
        if not (found := _day_and_month(match, table)):
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

_HOURS = {"es": r"\blas?\s$", "pt": r"(?:\b[dn]?as|\bàs?)\s$", "it": r"(?:\b(?:alle|dalle|le|delle|ore)\s|\ball[’'])$"}
_ARTICLES = re.compile(r"(?:\b(?:el|la|il|lo|al|del|nel|della|nella|alla)\s|l[’'])$", re.I)


def _romance(table: Table, number: Number) -> Iterator[tuple[str, Say]]:
    language = table.language
    joint = {"es": "y", "pt": "e", "it": "e"}[language]
    months, of = "|".join(table.months), "" if language == "it" else " de"

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
        if not (found := _day_and_month(match, table)):
            return None
        elided = match.string[: match.start()].endswith(("’", "'"))
        first = language == "it" and found[0] == 1 and not elided
        day = "uno" if elided and found[0] == 1 else ordinal(1, "it") if first else cardinal(found[0], language)
        return f"{day}{of} {found[1]}" + (f"{of} {number(match[3], table)}" if match[3] else "")

    def clock(match: re.Match[str]) -> str | None:
        hours = match[0].rstrip(" h").endswith(match[1])
        if not (found := _clock(match)) or not ("h" in match[0] or re.search(_HOURS[language], before(match), re.I)):
            return None
        hour = cardinal(found[0], language, "feminine" if language != "it" or found[0] == 1 else "")
        if "h" in match[0] and language == "pt":
            hour += " hora" if found[0] == 1 else " horas"
        return f"{hour} {joint} {cardinal(found[1], language)}" if found[1] and not hours else hour

    def century(match: re.Match[str]) -> str | None:
        value = roman.value(match[1])
        return (value and ordinal(value, "it")) or None

    if language == "es":
        yield rf"([13])\.?er{_ENDS}", lambda m: "primer" if m[1] == "1" else "tercer"
    yield rf"(\d{{1,3}})\.?([ºª°])(?!\s?C){_ENDS}", ranked
    yield rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_ENDS}", date
    yield rf"(\d{{1,2}}){of}\s({months})(?:{of}\s(\d{{4}}))?{_ENDS}", date
    if language == "it":
        yield rf"({roman.ROMAN})(?=\s(?:e\s(?:il|l[’'])\s?{roman.ROMAN}\s)?secolo{_ENDS})", century
    yield rf"(\d{{1,2}})[:.h](\d\d)(?:\s?h)?(?![:.]\d){_ENDS}", clock
    if language == "pt":
        yield rf"(\d{{1,2}})()\s?h{_ENDS}", clock
    yield rf"(?<!\w)[’'](\d0|[4-9]\d){_ENDS}", lambda m: cardinal(int(m[1]), language)


# --- Russian --------------------------------------------------------------------------------------

_ENDINGS = {
    "ый": "masculine", "я": "feminine", "ая": "feminine", "ое": "neuter", "го": "masculine-genitive",
    "ого": "masculine-genitive", "му": "masculine-dative", "ому": "masculine-dative", "ом": "masculine-locative",
    "ую": "feminine-accusative", "ю": "feminine-accusative", "х": "plural-genitive", "ых": "plural-genitive",
    "ми": "plural-ablative", "ые": "plural",
}  # fmt: skip
_CASES = {"": "masculine", "а": "masculine-genitive", "у": "masculine-dative", "ом": "masculine-ablative",
          "е": "masculine-locative", "ах": "masculine-locative", "ов": "masculine-genitive"}  # fmt: skip
# The case of a date by what stands before it; without any of these it stays.
_DATE_CASES = (
    (r"\b(?:со?|до|от|после|накануне|около|утром|вечером|ночью|днём|родил[а-я]{2,3}|умер(?:ла)?|погиб(?:ла)?"
     r"|(?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье),)\s$", "neuter-genitive"),
    (r"\b(?:по|на)\s$", "neuter"),
    (r"\bк\s$", "neuter-dative"),
    (r"\b(?:сегодня|завтра)\s$", "neuter"),
)  # fmt: skip

# CLDR has no ranks of whole hundreds from 200 on, and two spellings of the eightieth.
_HUNDREDTHS = ("двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти")


def _russian_rank(value: int, form: str) -> str:
    hundreds = value % 1000 // 100
    if value % 100 == 0 and hundreds >= 2:
        thousands = f"{cardinal(value - hundreds * 100, 'ru')} " if value > 1000 else ""
        return thousands + _HUNDREDTHS[hundreds - 2] + ordinal(100, "ru", form)
    said = ordinal(value, "ru", form)
    said = said.removeprefix("одна ") if said.startswith("одна тысяча") else said
    return said.replace("восемьдесято", "восьмидесято").replace("восемьдесяты", "восьмидесяты")


def _russian(table: Table, number: Number) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def date(match: re.Match[str]) -> str:
        found = _day_and_month(match, table)
        text = before(match)
        cases = (form for pattern, form in _DATE_CASES if re.search(pattern, text, re.I))
        opens = not text.strip() and not re.match(r"\s*(?:[—–-]|$|[.!?])", match.string[match.end() :])
        form = next(cases, "neuter-genitive" if opens else "")
        if not found or not form:
            return match[0]
        said = f"{_russian_rank(found[0], form)} {found[1]}"
        if not match[3]:
            return said
        year = _russian_rank(int(match[3]), "masculine-genitive")
        return f"{said} {year} года" + (shared_stop(match) if match[4] or "." in match[0] else "")

    def first_day(match: re.Match[str]) -> str:
        return _russian_rank(int(match[1]), "neuter-genitive")

    def year(match: re.Match[str]) -> str:
        value, text = int(match[1]), before(match)
        ending = match[2]
        if ending is None:  # г.
            known = {"в": "у", "с": "а", "до": "а", "от": "а", "после": "а", "по": "", "к": "у"}
            after = re.search(r"\b(в|с|до|от|после|по|к)\s$", text, re.I)
            if not after:
                return match[0]
            ending = known[after[1].casefold()]
        # `2 года` and `21 год` are counted.
        counts = value % 10 in (1,) if ending == "" else value % 10 in (2, 3, 4)
        if ending in ("", "а") and value < 1000 and counts:
            return match[0]
        dative = ending == "у" and re.search(r"\bк\s$", text, re.I)
        form = "masculine-locative" if ending == "у" and not dative else _CASES[ending]
        return f"{_russian_rank(value, form)} год{ending}{shared_stop(match)}"

    def first(match: re.Match[str]) -> str:
        form = {"с": "masculine-genitive", "до": "masculine-genitive", "между": "masculine-ablative"}
        after = re.search(r"\b(с|между)\s$", before(match), re.I)
        value = int(match[1]) if match[1].isdecimal() else roman.value(match[1])
        return _russian_rank(value, form[after[1].casefold()]) if after and value else match[0]

    def ranked(match: re.Match[str]) -> str:
        value, ending = int(match[1]), match[2]
        after = (re.match(r"\s([а-яё]+)", match.string[match.end() :]) or ["", ""])[1]
        if ending in ("й", "ой"):
            form = "masculine" if re.search("[бвгджзйклмнпрстфхцчшщь]$", after) else ""
        elif ending == "е":
            decades = value % 10 == 0 and value >= 20
            neuter = after in table.months or after.endswith(("о", "ие"))
            form = "neuter" if neuter else "plural" if decades else ""
        elif ending == "м":
            form = "masculine-locative" if re.search(r"\b(?:в|во|на|о|об|при)\s$", before(match), re.I) else ""
        else:
            form = _ENDINGS[ending]
        return _russian_rank(value, form) if form else match[0]

    def century(match: re.Match[str]) -> str | None:
        value = int(match[1]) if match[1].isdecimal() else roman.value(match[1])
        counts = match[1].isdecimal() and (match[2] == "" or value % 10 in (2, 3, 4))
        return _russian_rank(value, _CASES[match[2]]) if value and not counts else None

    def chapter(match: re.Match[str]) -> str | None:
        value = int(match[2]) if match[2].isdecimal() else roman.value(match[2])
        feminine = match[1].casefold() in ("глава", "часть", "книга", "сцена")
        return f"{match[1]} {_russian_rank(value, 'feminine' if feminine else 'masculine')}" if value else None

    def clock(match: re.Match[str]) -> str | None:
        found = _clock(match)
        if not found or not re.search(r"(?:^|\bв\s)$", before(match), re.I):
            return None
        minute = f"ноль {cardinal(found[1], 'ru')}" if 0 < found[1] < 10 else cardinal(found[1], "ru")
        return f"{cardinal(found[0], 'ru')} {minute if found[1] else 'ноль-ноль'}"

    def later(match: re.Match[str]) -> str | None:
        value = int(match[1])
        last = value % 10 if value % 100 not in range(11, 15) else 0
        return cardinal(value, "ru") if last not in (1, 2) and re.search(r"\bчерез\s$", before(match), re.I) else None

    numeral = rf"({roman.ROMAN}|\d{{1,2}})"
    yield rf"(\d{{1,2}})\s({months})(?:\s(\d{{4}})\s(года|г\.))?(?!\s\d){_ENDS}", date
    yield rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}})(\s?г\.)?{_ENDS}", date
    yield rf"(?<=\b[сС]\s)(\d{{1,2}})(?=\sпо\s\d{{1,2}}\s(?:{months}))", first_day
    yield rf"(\d{{2,4}})\s?(?:год(|а|у|ом|е)|г\.){_ENDS}", year
    yield r"(\d{4})(?=\s(?:по|и)\s\d{4}\s?(?:год|г\.))", first
    yield rf"(\d+)-({'|'.join(sorted([*_ENDINGS, 'й', 'ой', 'е', 'м'], key=len, reverse=True))}){_ENDS}", ranked
    yield rf"{numeral}(?=\sпо\s{roman.ROMAN}\sвек)", first
    yield rf"(?<![-–]){numeral}(?=\s(?:(?:и|или)\s{roman.ROMAN}\s)?век(|а|у|ом|е|ах|ов){_ENDS})", century
    yield r"(\d{1,2})(?=\s(?:этаже|курсе)\b)", lambda m: _russian_rank(int(m[1]), "masculine-locative")
    yield rf"(?i:(глава|часть|книга|сцена|том|акт))\s({roman.ROMAN}|\d{{1,3}})(?!\d|\s[а-яё]){_ENDS}", chapter
    yield rf"(\d{{1,2}}):(\d\d){_ENDS}", clock
    yield r"(\d{1,3})(?=\s[а-яё])", later


_OWN = {"de": _german, "fr": _french, "es": _romance, "pt": _romance, "it": _romance, "ru": _russian}
