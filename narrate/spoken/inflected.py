"""Where European languages go their own ways: ordinals, dates, times, rulers and years, and their endings."""

import re
from collections.abc import Callable, Iterator

from narrate.spoken import roman
from narrate.spoken.european_tables import Table
from narrate.spoken.numbers import cardinal, ordinal
from narrate.spoken.scan import before, shared_stop

Say = Callable[[re.Match[str]], str | None]
_ENDS = r"(?![^\W_])"


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


def trimmed(said: str, language: str) -> str:
    """Russians say `тысяча` for 1000, not CLDR's `одна тысяча`."""
    return said.removeprefix("одна ") if language == "ru" and said.startswith("одна тысяча") else said


def forms(table: Table, number: Callable[[str, Table], str]) -> Iterator[tuple[str, Say]]:
    """The language's own patterns, most particular first."""
    yield from _OWN[table.language](table, number)
    if table.rulers:
        names = "|".join(sorted(table.rulers, key=len, reverse=True))
        last = r"\.?" if table.language == "de" else ""
        yield rf"({names})\s({roman.ROMAN}){last}{_ENDS}", lambda m: _ruler(m, table.language)


def _ruler(match: re.Match[str], language: str) -> str | None:
    """`Ludwig XIV.` → Ludwig der Vierzehnte; in French and beyond ten in Spanish and Portuguese a plain number."""
    value = roman.value(match[2])
    name = match[1]
    feminine = name[-1] in "aа" and name not in ("Luca",)
    gender = "feminine" if feminine or name in ("Isabel", "Élisabeth", "Catherine") else "masculine"
    if not value:
        return None
    if language == "de":
        article = "die" if name in ("Elisabeth", "Katharina") else "der"
        return f"{name} {article} {ordinal(value, 'de').capitalize()}{shared_stop(match)}"
    if language == "fr":
        said = ordinal(1, "fr", gender) if value == 1 else cardinal(value, "fr")
    elif language == "ru":
        said = ordinal(value, "ru", gender).capitalize()
    elif language == "it":
        said = ordinal(value, "it", gender)
    else:
        said = ordinal(value, language, gender) if value <= 10 else cardinal(value, language)
    return f"{name} {said}"


def _clock(match: re.Match[str], language: str, joint: str) -> str | None:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return None
    return f"{cardinal(hour, language)} {joint} {cardinal(minute, language)}".replace("  ", " ")


# --- German ---------------------------------------------------------------------------------------

# After these an ordinal ends in -n; after "der", "die", "das" and alone in -e and -r.
_WEAK = "am|im|vom|zum|beim|dem|den|des|zur|seit dem|bis zum|ihren|seinen|meinen|jeden|diesem|letzten|nächsten"


# Headings: 1. Kapitel → erstes Kapitel.
_PARTS = {"Kapitel": "s", "Buch": "s", "Teil": "r", "Akt": "r", "Abschnitt": "r", "Szene": "", "Strophe": ""}


def _german_ending(text: str) -> str:
    before = re.search(r"(\w+)\s$", text)
    word = before[1].casefold() if before else ""
    if word in _WEAK.split("|"):
        return "n"
    if word in ("ab", "seit", "nach", "vor", "von"):
        return "m"
    return "" if word in ("der", "die", "das", "jede", "diese", "dieser", "dieses") else "r"


def _german(table: Table, number: Callable[[str, Table], str]) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def date(match: re.Match[str]) -> str | None:
        day, month, year = match.groups()
        if not 1 <= int(day) <= 31 or not (month in table.months or 1 <= int(month.strip(". ")) <= 12):
            return None
        ending = _german_ending(before(match))
        name = month if month in table.months else table.months[int(month.strip(". ")) - 1]
        said = f"{ordinal(int(day), 'de', ending)} {name}"
        return f"{said} {number(year, table)}" if year else said

    def part(match: re.Match[str]) -> str:
        ending = _german_ending(before(match)) if before(match).strip() else _PARTS[match[2]]
        return f"{ordinal(int(match[1]), 'de', ending)} {match[2]}"

    def ranked(match: re.Match[str]) -> str | None:
        if not any(c.isalnum() for c in before(match)):
            return None  # a list's number
        ending = _german_ending(before(match))
        return ordinal(int(match[1]), "de", ending)

    def time(match: re.Match[str]) -> str | None:
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour > 24 or minute > 59:
            return None
        hours = "ein" if hour == 1 else cardinal(hour, "de")
        return f"{hours} Uhr {cardinal(minute, 'de')}" if minute else f"{hours} Uhr"

    yield rf"(\d{{1,2}})\.\s?({months})(?:\s(\d{{4}}))?{_ENDS}", date
    yield rf"(\d{{1,2}})\.\s?(\d{{1,2}}\.)\s?(\d{{4}}|\d\d)?{_ENDS}", date
    yield rf"(\d{{1,2}})\.\s({'|'.join(_PARTS)}){_ENDS}", part
    yield rf"(\d{{1,2}})(?:[:.](\d\d))?\sUhr{_ENDS}", time
    yield rf"(\d{{1,2}}):(\d\d){_ENDS}", time
    yield r"(\d{1,2})\.(?=\s[A-ZÄÖÜ][a-zäöü])", ranked
    yield rf"(\d{{2}}|\d{{4}})er{_ENDS}", lambda m: number(m[1], table) + "er"


# --- French ---------------------------------------------------------------------------------------


def _french(table: Table, number: Callable[[str, Table], str]) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def ranked(match: re.Match[str]) -> str | None:
        rank, suffix = (part for part in match.groups() if part)
        value = int(rank) if rank.isdecimal() else roman.value(rank)
        if not value:
            return None
        gender = "feminine" if suffix in ("re", "ère", "ere") else "masculine"
        return ordinal(value, "fr", gender) + ("s" if suffix.endswith("s") else "")

    def hours(match: re.Match[str]) -> str | None:
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour > 24 or minute > 59:
            return None
        said = f"{cardinal(hour, 'fr', 'feminine')} heure{'s' if hour > 1 else ''}"
        return f"{said} {cardinal(minute, 'fr')}" if minute else said

    def date(match: re.Match[str]) -> str:
        day = ordinal(1, "fr", "masculine") if match[1] == "1" else cardinal(int(match[1]), "fr")
        return f"{day} {match[2]} {number(match[3], table)}"

    def numeric(match: re.Match[str]) -> str | None:
        day, month = int(match[1]), int(match[2])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        said = ordinal(1, "fr", "masculine") if day == 1 else cardinal(day, "fr")
        return f"{said} {table.months[month - 1]} {number(match[3], table)}"

    # Two letters or I, V, X: "Le", "Des" and "Mes" are words, and so are "Vers" and "Inde".
    yield rf"(1)(ers?|re|ère|ere){_ENDS}|(I)(ers?{_ENDS}|(?:re|ère)(?=\s[A-Z]))", ranked
    yield rf"(2|II)(nde?){_ENDS}", ranked
    yield rf"(\d+|[VX]|[IVXLCDM]{{2,}})(es?|èmes?){_ENDS}", ranked
    yield rf"(\d{{1,2}})\s({months})\s(\d{{4}}){_ENDS}", date
    yield rf"(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}}){_ENDS}", numeric
    yield rf"(\d{{1,2}})\s?[hH]\s?(\d\d)?{_ENDS}", hours
    yield rf"(\d{{1,2}}):(\d\d){_ENDS}", hours


# --- Spanish, Portuguese, Italian -------------------------------------------------------------------


def _romance(table: Table, number: Callable[[str, Table], str]) -> Iterator[tuple[str, Say]]:
    language = table.language
    joint = {"es": "y", "pt": "e", "it": "e"}[language]
    months = "|".join(table.months)

    def ranked(match: re.Match[str]) -> str | None:
        if match[2] == "°" and int(match[1]) > 10:
            return None  # degrees; up to ten it is as often a mistyped º
        return ordinal(int(match[1]), language, "feminine" if match[2] == "ª" else "masculine")

    def numeric(match: re.Match[str]) -> str | None:
        day, month = int(match[1]), int(match[2])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        of = "" if language == "it" else " de"
        return f"{cardinal(day, language)}{of} {table.months[month - 1]}{of} {number(match[3], table)}"

    def century(match: re.Match[str]) -> str | None:
        value = roman.value(match[1])
        return f"{ordinal(value, 'it')} secolo" if value else None

    def first(match: re.Match[str]) -> str:
        return f"{ordinal(1, language)} {match[1]}"

    yield rf"(\d{{1,4}})\.?([ºª°])(?!C){_ENDS}", ranked
    yield rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_ENDS}", numeric
    if language == "it":
        yield rf"({roman.ROMAN})\ssecolo{_ENDS}", century
        yield rf"1\s({months}){_ENDS}", first
    yield rf"(\d{{1,2}})[:h](\d\d)(?:\s?h)?{_ENDS}", lambda m: _clock(m, language, joint)
    yield rf"[’'](\d0){_ENDS}", lambda m: cardinal(int(m[1]), language)


# --- Russian --------------------------------------------------------------------------------------

_ENDINGS = {
    "й": "masculine", "ый": "masculine", "ой": "masculine", "я": "feminine", "ая": "feminine", "е": "neuter",
    "ое": "neuter", "го": "masculine-genitive", "ого": "masculine-genitive", "му": "masculine-dative",
    "м": "masculine-locative", "ом": "masculine-locative", "ую": "feminine-accusative", "ю": "feminine-accusative",
    "х": "plural-genitive", "ых": "plural-genitive", "ми": "plural-ablative",
}  # fmt: skip
_YEARS = {"год": "masculine", "года": "masculine-genitive", "году": "masculine-locative", "годом": "masculine-ablative",
          "годе": "masculine-locative"}  # fmt: skip
_CENTURIES = {"век": "masculine", "века": "masculine-genitive", "веке": "masculine-locative",
              "веку": "masculine-dative", "веком": "masculine-ablative"}  # fmt: skip


# CLDR has no ranks of whole hundreds from 200 on, and two spellings of the eightieth.
_HUNDREDTHS = ("двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти")


def _russian_rank(value: int, form: str) -> str:
    hundreds = value % 1000 // 100
    if value % 100 == 0 and hundreds >= 2:
        thousands = f"{cardinal(value - hundreds * 100, 'ru')} " if value > 1000 else ""
        return trimmed(thousands + _HUNDREDTHS[hundreds - 2] + ordinal(100, "ru", form), "ru")
    return (
        trimmed(ordinal(value, "ru", form), "ru")
        .replace("восемьдесято", "восьмидесято")
        .replace("восемьдесяты", "восьмидесяты")
    )


def _russian(table: Table, number: Callable[[str, Table], str]) -> Iterator[tuple[str, Say]]:
    months = "|".join(table.months)

    def date(match: re.Match[str]) -> str | None:
        day, month, year, mark = match.groups()
        if not 1 <= int(day) <= 31:
            return None
        said = f"{_russian_rank(int(day), 'neuter-genitive')} {month}"
        if not year:
            return said
        said += f" {_russian_rank(int(year), 'masculine-genitive')}"
        return f"{said} года{shared_stop(match)}" if mark else said

    def numeric(match: re.Match[str]) -> str | None:
        day, month, year_of = int(match[1]), int(match[2]), int(match[3])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        said = f"{_russian_rank(day, 'neuter-genitive')} {table.months[month - 1]}"
        return f"{said} {_russian_rank(year_of, 'masculine-genitive')} года"

    def year(match: re.Match[str]) -> str | None:
        value, word = int(match[1]), match[2]
        text = before(match).casefold()
        if word == "г.":
            after = re.search(r"\b(?:(в)|с|до|от)\s$", text)
            word = "год" if not after else "году" if after[1] else "года"
        form = "masculine-dative" if word == "году" and re.search(r"\bк\s$", text) else _YEARS[word]
        return f"{_russian_rank(value, form)} {word}{shared_stop(match)}"

    def ranked(match: re.Match[str]) -> str:
        value, ending = int(match[1]), match[2]
        decade = ending == "е" and value % 10 == 0 and value >= 20
        return _russian_rank(value, "plural" if decade else _ENDINGS[ending])

    def century(match: re.Match[str]) -> str | None:
        value = roman.value(match[1])
        return f"{_russian_rank(value, _CENTURIES[match[2]])} {match[2]}" if value else None

    def chapter(match: re.Match[str]) -> str | None:
        value = int(match[2]) if match[2].isdecimal() else roman.value(match[2])
        feminine = match[1].casefold() in ("глава", "часть", "книга", "сцена")
        return f"{match[1]} {_russian_rank(value, 'feminine' if feminine else 'masculine')}" if value else None

    yield rf"(\d{{1,2}})\s({months})(?:\s(\d{{4}})(?:\s(года|г\.))?)?{_ENDS}", date
    yield rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}|\d\d)(?:\s?г\.)?{_ENDS}", numeric
    yield rf"(\d{{3,4}})\s?(год|года|году|годом|годе|г\.){_ENDS}", year
    yield rf"(\d+)-({'|'.join(sorted(_ENDINGS, key=len, reverse=True))}){_ENDS}", ranked
    yield rf"({roman.ROMAN})\s({'|'.join(_CENTURIES)}){_ENDS}", century
    yield rf"(?i:(глава|часть|книга|сцена|том|акт))\s({roman.ROMAN}|\d{{1,3}})(?!\d){_ENDS}", chapter
    yield rf"(\d{{1,2}}):(\d\d){_ENDS}", lambda m: _clock(m, "ru", "")


_OWN = {"de": _german, "fr": _french, "es": _romance, "pt": _romance, "it": _romance, "ru": _russian}
