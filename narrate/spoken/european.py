"""German, French, Spanish, Italian, Portuguese and Russian as spoken: one set of rules over `european_tables`.

Numbers' words, genders and cases are CLDR's (unicode-rbnf). What a language does of its own
(German ordinals, French `XIXe`, Russian years) is in `inflected`.
"""

import re
from collections.abc import Callable
from functools import cache, partial

from narrate.spoken import inflected, roman, web
from narrate.spoken.european_tables import TABLES, Forms, Table
from narrate.spoken.numbers import MAX, by_rule, cardinal, digits
from narrate.spoken.scan import Rule, shared_stop

# Things that are counted in the feminine.
_FEMININE = ("ton", "livre", "libra", "sterlin", "peseta", "lira", "hectá", "тонн", "иен", "копе", "тысяч")


def number(written: str, table: Table) -> str:
    """A number as its language writes it: `1.234,5` in German."""
    plain = ungrouped(written, table)
    whole, _, decimals = plain.partition("." if "." in plain else table.decimal)
    said = _whole(whole, table, years=whole == written)
    return f"{said} {table.point} {digits(decimals, table.language)}" if decimals else said


def ungrouped(written: str, table: Table) -> str:
    """A number without the marks between its thousands."""
    return re.sub(rf"[{re.escape(table.group)}](?=(?:\d{{3}})(?!\d))", "", written) if len(written) > 4 else written


def _whole(plain: str, table: Table, *, years: bool = False) -> str:
    if (len(plain) > 1 and plain[0] == "0") or int(plain) >= MAX:
        return digits(plain, table.language)
    value = int(plain)
    if years and table.language == "de" and 1100 <= value < 2000:
        return by_rule(value, "de", "spellout-numbering-year")
    return inflected.trimmed(cardinal(value, table.language), table.language)


def counted(written: str, forms: Forms, table: Table) -> str:
    """A number before what it counts: 1 → ein, un, одна; and the thing in the form that it takes."""
    plain = ungrouped(written, table)
    if not plain.isdecimal() or int(plain) >= MAX:
        return f"{number(written, table)} {forms[1]}"
    value = int(plain)
    gender = "feminine" if forms[0].startswith(_FEMININE) else "masculine"
    if table.language == "de":
        said = ("eine" if forms[0] == "Tonne" else "ein") if value == 1 else _whole(plain, table)
    elif value == 1 or table.language in ("es", "ru", "pt"):
        said = inflected.trimmed(cardinal(value, table.language, gender), table.language)
    else:
        said = _whole(plain, table)
    return f"{said} {forms[inflected.plural(value, table.language, len(forms))]}"


def _money(match: re.Match[str], table: Table) -> str:
    return _sum(match, table) + shared_stop(match)


def _sum(match: re.Match[str], table: Table) -> str:
    sign = match["sign"] or match["code"]
    forms, part = table.money[sign]
    amount, magnitude = match["amount"] or match["amount2"], match["magnitude"] or match["magnitude2"]
    if magnitude:
        times = table.magnitudes[magnitude]
        whole = amount.partition(table.decimal)[2] == ""
        said = counted(amount, times, table) if whole else f"{number(amount, table)} {times[1]}"
        return f"{said} {forms[-1]}"
    whole, _, cents = amount.partition(table.decimal)
    if len(cents) not in (0, 2) or (cents and not part[0]):
        return f"{number(amount, table)} {forms[-1]}"
    said = counted(whole, forms, table)
    if not cents.strip("0"):
        return said
    small = counted(cents.lstrip("0"), part, table) if table.language == "ru" else _whole(cents.lstrip("0"), table)
    return " ".join(word for word in (said, table.hundredths, small) if word)


def _measure(match: re.Match[str], table: Table) -> str:
    minus = f"{table.minus} " if match["minus"] else ""
    forms = table.percent if match["unit"] == "%" else table.units[match["unit"]]
    if match["part"]:
        if table.language in ("de", "ru"):
            return f"{minus}{_mixed(match['amount'], match['part'], table)} {forms[1]}"
        return f"{minus}{counted(match['amount'], forms, table)} {table.parts[match['part']][1]}"
    if match["first"]:
        return f"{number(match['first'], table)} {table.to} {counted(match['amount'], forms, table)}"
    return minus + counted(match["amount"], forms, table)


def _mixed(whole: str | None, sign: str, table: Table) -> str:
    alone, after = table.parts[sign]
    if not whole:
        return alone
    return number(whole, table) + ("" if after == "einhalb" else " ") + after


def _slashed(match: re.Match[str], table: Table) -> str:
    known = {"1/2": "½", "1/4": "¼", "3/4": "¾", "1/3": "⅓", "2/3": "⅔"}.get(match[0])
    if known:
        return table.parts[known][0]
    return f"{number(match[1], table)} {table.over} {number(match[2], table)}"


def _range(match: re.Match[str], table: Table) -> str | None:
    first, last = (int(re.sub(r"\D", "", part)) for part in match.groups())
    return f"{number(match[1], table)} {table.to} {number(match[2], table)}" if first < last else None


def _outline(match: re.Match[str], table: Table) -> str:
    """A section's number: 3.2.1."""
    return " ".join(number(part, table) for part in match[0].split("."))


def _bare(match: re.Match[str], table: Table) -> str:
    """A number of which nothing more is known; before a word that it counts, 1 is `ein`, `un`, and 21 `veintiún`."""
    value = int(match[0]) if match[0].isdecimal() and len(match[0]) < 10 else 0
    before_word = re.match(r"\s[a-zà-ÿA-ZÄÖÜ][a-zà-ÿ]{2,}", match.string[match.end() : match.end() + 8])
    shortened = value % 10 == 1 and value % 100 != 11 if table.language == "es" else value == 1
    if shortened and before_word and table.language in ("de", "es", "it"):
        return cardinal(value, table.language, "masculine")
    return number(match[0], table)


def _code(match: re.Match[str], table: Table) -> str:
    runs = re.findall(r"\d+|[^\d]+", match[0])
    said = (
        (digits(run, table.language) if len(run) > 2 else cardinal(int(run), table.language))
        if run.isdecimal()
        else run
        for run in runs
    )
    return " ".join(said)


def _stopped(words: dict[str, str], match: re.Match[str]) -> str:
    """What an abbreviation stands for; the stop that it shares with its sentence stays at the line's end."""
    return words[re.sub(r"\s+", "", match[1])] + shared_stop(match)


def _phone(match: re.Match[str], table: Table) -> str:
    plus = f"{table.signs['+']} " if match[0].startswith("+") else ""
    return plus + ", ".join(digits(group, table.language) for group in re.findall(r"\d+", match[0]))


def _sign(match: re.Match[str], table: Table) -> str:
    text, start, end = match.string, match.start(), match.end()
    before = " " if start and text[start - 1].isalnum() else ""
    after = " " if end < len(text) and text[end].isalnum() else ""
    return before + table.signs[match[0]].strip() + after


def _division(match: re.Match[str], table: Table) -> str | None:
    value = roman.value(match[2])
    return f"{match[1]} {cardinal(value, table.language)}" if value else None


def any_of(words: object) -> str:
    """A pattern for any of these words, longer ones first; a space may be missing or not break."""
    patterns = (re.escape(word).replace(r"\ ", r"\s?") for word in words)  # type: ignore[attr-defined]
    return "|".join(sorted(patterns, key=len, reverse=True))


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """From what holds numbers as a part of something else to bare numbers and signs."""
    table = TABLES[language]
    group, decimal = f"[{re.escape(table.group)}]", re.escape(table.decimal)
    integer = rf"(?>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)"
    amount = rf"(?>{integer}(?:{decimal}\d+|\.\d+(?![\d.]))?)"  # a point too, where it parts no thousands
    ends = r"(?![^\W_])"
    parts = "".join(table.parts)
    magnitude = any_of(table.magnitudes)
    signs = [sign for sign in table.money if not sign[-1].isalnum() and not sign.endswith(".")]
    spoken = {word.replace(" ", ""): said for word, said in table.words.items()}
    forms: list[tuple[str, Callable[[re.Match[str]], str | None]]] = [
        (r"</?[A-Za-z][^<>]{0,80}>", lambda m: m[0]),
        (rf"({any_of(table.words)})(?<=[.\w]){ends}", partial(_stopped, spoken)),
        (rf"({any_of(table.titles)})(?=\s[A-ZÀ-ÖØ-ÞА-ЯЁ][^\W\d_])", partial(_stopped, table.titles)),
        (rf"({any_of(table.counters)})(?=\s?\d)", lambda m: table.counters[m[1]] + _gap(m)),
        (r"\+\d{1,3}[\s.-]?\(?\d{2,4}\)?(?:[\s.-]\d{2,4}){1,5}(?![\w-])", partial(_phone, table=table)),
        *inflected.forms(table, number),
        (rf"(?i:({any_of(table.divisions)})) ({roman.ROMAN}){ends}", partial(_division, table=table)),
        (
            rf"(?:(?P<sign>{any_of(signs)})\s?(?P<amount>{amount})(?:\s?(?P<magnitude>{magnitude}))?"
            rf"|(?P<amount2>{amount})\s?(?:(?P<magnitude2>{magnitude})\s)?(?P<code>{any_of(table.money)})){ends}",
            partial(_money, table=table),
        ),
        (
            rf"(?P<minus>(?<![\w%°])[-−–])?(?:(?P<first>{amount})\s?[-–]\s?)?(?P<amount>{amount})(?P<part>[{parts}])?\s?"
            rf"(?P<unit>%|{any_of(table.units)}){ends}",
            partial(_measure, table=table),
        ),
        (
            rf"({amount})\s({magnitude}){ends}",
            lambda m: counted(m[1], tuple(form.removesuffix(" de") for form in table.magnitudes[m[2]]), table),
        ),
        (rf"(?:({integer})\s?)?([{parts}]){ends}", lambda m: _mixed(m[1], m[2], table)),
        (rf"(\d{{1,3}})[/⁄](\d{{1,3}})(?![\d/]){ends}", partial(_slashed, table=table)),
        (rf"(?<![-–])({integer})[-–]({integer})(?![-–]){ends}", partial(_range, table=table)),
        (rf"(?<![\w)”’»])[-−]({amount}){ends}", lambda m: f"{table.minus} {number(m[1], table)}"),
        (
            rf"(?!{integer}(?![\w.]))\d+(?:\.\d+){{2,}}(?!\w)",
            lambda m: " ".join(number(part, table) for part in m[0].split(".")),
        ),
        (rf"{amount}{ends}", partial(_bare, table=table)),
        (r"(?=\w{0,40}\d)(?=\w{0,40}[^\W\d_])[^\W_]{2,40}(?!\w)", partial(_code, table=table)),
        (rf"[{re.escape(''.join(table.signs).replace('$', '').replace('€', ''))}]", partial(_sign, table=table)),
    ]
    return (*web.rules(language), *(Rule(re.compile(pattern), say) for pattern, say in forms))


def _gap(match: re.Match[str]) -> str:
    """The space that `№5` does without."""
    return "" if match.string[match.end() : match.end() + 1].isspace() else " "


@cache
def gate(language: str) -> re.Pattern[str]:
    """What a line must hold for any rule to agree."""
    table = TABLES[language]
    words = any_of([*table.words, *table.titles, *table.counters])
    signs = f"[\\d&%@=§°№#€$£¥₽<+×{''.join(table.parts)}]"
    numerals = r"(?<!\w)(?:[IVX][IVXLCDM]*|[LCDM][IVXLCDM]+)(?:ers?|re|ère|nde?|es?|èmes?)?(?!\w)"
    return re.compile(rf"{signs}|{numerals}|\.[A-Za-z]|(?<!\w)(?:{words})")
