"""German, French, Spanish, Italian and Portuguese as spoken: one set of rules over what their files say.

Numbers' words, genders and cases are CLDR's (unicode-rbnf). What a language does of its own
(German ordinals, French `XIXe`) is in `inflected`. A rule that does not know the
gender or case that a number takes leaves it as written: the models read digits in their context.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from narrate.languages import languages
from narrate.languages.spoken import European, Forms
from narrate.words import inflected, powers, roman, vulgar, web
from narrate.words.numbers import MAX, by_rule, cardinal, certain, decimal, digits, mixed
from narrate.words.scan import Rule, before, shared_stop

_PARTS = "½¼¾⅓⅔"

# A word that may be counted, and no `de` before it.
_COUNTS = re.compile(r"\s(?!(?:de|di|do|da|dos|das|d[eai]l)\b|d[’'])[^\W\d_]", re.I)
_PLURAL = re.compile(r"\s[^\W\d_]+[sx]\b")


def number(written: str, table: European) -> str:
    """A number as its language writes it, `1.234,5` in German, as it is said of nothing or after what it numbers."""
    plain = ungrouped(written, table).replace(table.decimal, ".")
    if table.hundreds and written.isdecimal() and len(written) == 4 and "1100" <= written < "2000":
        return by_rule(int(written), table.language, "spellout-numbering-year")
    return decimal(plain, table.language, f" {table.point} ")


def ungrouped(written: str, table: European) -> str:
    """A number without the marks between its thousands."""
    return re.sub(rf"[{re.escape(table.group)}](?=(?:\d{{3}})(?!\d))", "", written) if len(written) > 4 else written


def _sure(written: str, table: European) -> bool:
    """Whether `number` is right whatever is counted; with decimals it nearly always is."""
    plain = ungrouped(written, table)
    return certain(int(plain), table.agreement) if plain.isdecimal() else True


def counted(written: str, forms: Forms, table: European) -> str | None:
    """A number before what it counts: 1 → un, una; and the thing in its form. None where German wants a case."""
    plain = ungrouped(written, table)
    if not plain.isdecimal() or int(plain) >= MAX:
        one = table.one_below_two and plain[:2] in ("0,", "1,")
        return f"{number(written, table)} {forms[0 if one else 1]}"
    value = int(plain)
    if table.declines:
        return f"{number(written, table)} {forms[1]}" if _sure(plain, table) else None
    gender = "feminine" if forms[0].startswith(table.feminine) else "masculine"
    agrees = table.genders == "all" or (table.genders == "one" and value == 1)
    said = cardinal(value, table.language, gender) if agrees else number(written, table)
    thing = forms[0 if value == 1 or (value == 0 and table.one_for_none) else 1]
    return f"{said} {_of(thing, table) if table.of and _is_millions(value) and forms != table.percent else thing}"


def _is_millions(value: int) -> bool:
    """Whether a number ends in millions, which are a noun: deux millions d’euros, but deux millions cent euros."""
    return value > 0 and value % 10**6 == 0


def _of(thing: str, table: European) -> str:
    """d’euros, de dólares, di euro."""
    elided = table.elided and thing[0] in table.elided
    return f"{table.of[:-1]}’{thing}" if elided else f"{table.of} {thing}"


def _money(match: re.Match[str], table: European) -> str:
    said = _sum(match, table)
    return match[0] if said is None else said + shared_stop(match)


def _sum(match: re.Match[str], table: European) -> str | None:
    forms, part = table.money[match["sign"] or match["code"]]
    amount, magnitude = match["amount"] or match["amount2"], match["magnitude"] or match["magnitude2"]
    if magnitude:
        millions = counted(amount, table.magnitudes[magnitude], table)
        return millions and f"{millions} {_of(forms[-1], table) if table.elided else forms[-1]}"
    whole, _, cents = ungrouped(amount, table).replace(table.decimal, ".").partition(".")
    if len(cents) not in (0, 2) or (cents and not part[0]):
        return f"{number(amount, table)} {forms[-1]}"
    said = counted(whole, forms, table) if int(whole) or not cents else None
    if said is None or not cents.strip("0"):
        return said
    return " ".join(filter(None, (said, table.hundredths, number(cents.lstrip("0"), table))))


def _measure(match: re.Match[str], table: European) -> str:
    minus = f"{table.minus} " if match["minus"] else ""
    forms = table.percent if match["unit"] == "%" else table.units[match["unit"]]
    said: str | None
    if match["part"]:
        if table.half_inside:
            said = f"{_mixed(match['amount'], match['part'], table)} {forms[1]}"
        else:
            half = table.parts.get(match["part"]) if not forms[0].startswith(table.feminine) else None
            said = counted(match["amount"], forms, table)
            said = f"{said} {half}" if said and half else None
    else:
        said = counted(match["amount"], forms, table)
        if match["first"]:
            sure = _sure(match["first"], table) and _sure(match["amount"], table)
            said = f"{number(match['first'], table)} {table.to} {said}" if said and sure else None
    return match[0] if said is None else minus + said


def _mixed(whole: str, sign: str, table: European) -> str:
    """German alone says the half before the thing: 2½ → zweieinhalb."""
    return ("ein" if whole == "1" else number(whole, table)) + table.parts[sign]


def _fraction(match: re.Match[str], table: European) -> str:
    sign = {"1/4": "¼", "3/4": "¾", "1/3": "⅓", "2/3": "⅔"}.get(match[0], match[0])
    return table.fractions.get(sign, match[0])


def _million(match: re.Match[str], table: European) -> str:
    forms = tuple(re.sub(" d[ei]$", "", form) for form in table.magnitudes[match[2]])
    return counted(match[1], forms, table) or match[0]


@cache
def _counters(table: European) -> re.Pattern[str]:
    return re.compile(rf"(?:{inflected.any_of(table.counters)})\s?$")


def _range(match: re.Match[str], table: European) -> str:
    """`10–12 Tage`, `1914–18`; with a hyphen only years, pages and what words follow: `3-1` is a score."""
    first, last = (int(re.sub(r"\D", "", part)) for part in match.group(1, 3))
    years = all(len(part) == 4 and part < "2100" for part in match.group(1, 3))
    short = len(match[3]) == 2 and "1000" <= match[1] < "2100" and len(match[1]) == 4 and first % 100 < last
    years, first = years or short, 0 if short else first
    told = (
        years
        or _counters(table).search(before(match))
        or match[2] == "–"
        or re.match(r"\s\w{2}" if table.capital_nouns else r"\s[a-zà-ÿ]{2}", match.string[match.end() :])
    )
    if first >= last or not told or not (years or (_sure(match[1], table) and _sure(match[3], table))):
        return match[0]
    return f"{number(match[1], table)} {table.to} {number(match[3], table)}"


def _bare(match: re.Match[str], table: European) -> str:
    """A number of which nothing more is known."""
    written, rest = match[0], match.string[match.end() :]
    if written.isdecimal() and written[0] != "0" and len(written) > 4 and not written.endswith("000"):
        return written  # a post code is not read as a quantity is
    if table.ranks_by_stop and re.match(r"\.\s*\w", rest):
        return written  # a rank whose case nothing tells
    plain = ungrouped(written, table)
    if table.of and plain.isdecimal() and _is_millions(int(plain)) and _COUNTS.match(rest):
        return written  # the million wants its `de` before what is counted
    if re.fullmatch("0[0-9]+", written) or _sure(written, table) or _is_year(match, table):
        return number(written, table)
    return written


def _is_year(match: re.Match[str], table: European) -> bool:
    if not ("1000" <= match[0] < "2100" and len(match[0]) == 4):
        return False
    rest = match.string[match.end() :]
    if table.capital_nouns:
        return not re.match(r"\s[A-ZÄÖÜ]", rest)
    return bool(_before_years().search(before(match))) and not _PLURAL.match(rest)


@cache
def _before_years() -> re.Pattern[str]:
    """What a year follows, in any of the languages: a book in one names years in another."""
    tables = (language.spoken for language in languages().values())
    words = {word for table in tables if isinstance(table, European) for word in table.before_years.split()}
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})\s$", re.I)


def _numbered(match: re.Match[str], table: European) -> str:
    """`n.º 21` → número veintiuno: what stands after the thing it numbers has no gender and no case."""
    return f"{table.counters[match[1]]} {number(match[2], table)}"


def _numbered_in_roman(match: re.Match[str], table: European) -> str | None:
    """`vol. IV` → volume quatre; C, D, L and M alone are letters, and an I may be a word unless a mark follows."""
    numeral, value = match[2], roman.value(match[2])
    rest = match.string[match.end() : match.end() + 4]
    ended, initial = re.match(r"\s*(?:$|[.,:;!?)\]–—])", rest), re.match(r"\.\s?[^\W\d_]", rest)
    if (
        not value
        or numeral in ("C", "D", "L", "M")
        or (len(numeral) == 1 and initial)
        or (numeral == "I" and not ended)
    ):
        return None
    return f"{table.counters[match[1]]} {cardinal(value, table.language)}"


def _phone(match: re.Match[str], table: European, amount: re.Pattern[str]) -> str | None:
    """Digit by digit where it begins with 0 or +; other numbers side by side are left, thousands go on."""
    if amount.fullmatch(match[0]):
        return None
    if match[0][0] not in "+0":
        return match[0]
    plus = f"{table.signs['+']} " if match[0][0] == "+" else ""
    return plus + ", ".join(digits(group, table.language) for group in re.findall(r"\d+", match[0]))


def _sign(match: re.Match[str], table: European) -> str:
    text, start, end = match.string, match.start(), match.end()
    before = " " if start and text[start - 1].isalnum() else ""
    after = " " if end < len(text) and text[end].isalnum() else ""
    return before + table.signs[match[0]].strip() + after


def _division(match: re.Match[str], table: European) -> str | None:
    value = roman.value(match[2])
    return f"{match[1]} {cardinal(value, table.language)}" if value else None


def _as_written(match: re.Match[str]) -> str:
    return match[0]


def _small_figures(table: European) -> Iterator[tuple[str, Callable[[re.Match[str]], str | None]]]:
    if table.powers:
        yield from powers.forms(table.language, table.powers, table.units)
    if table.small_parts:
        yield from vulgar.forms(table.language, table.small_parts)


@cache
def rules(table: European) -> tuple[Rule, ...]:
    """From what holds numbers as a part of something else to bare numbers and signs."""
    group, point = f"[{re.escape(table.group)}]", re.escape(table.decimal)
    integer = rf"(?>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)"
    amount = rf"(?>{integer}(?:{point}\d+|\.\d+(?!\.?\d))?)"  # a point too, where it parts no thousands
    ends = r"(?![^\W_])"
    alone = rf"(?![:/.,'’–-]?\d|[.,][-–—]|[.)][^\W\d]|\s?[°%]|\s\d+/\d){ends}"
    magnitude = inflected.any_of(table.magnitudes)
    signs = [sign for sign in table.money if not sign[-1].isalnum() and not sign.endswith(".")]
    forms: list[tuple[str, Callable[[re.Match[str]], str | None]]] = [
        (r"</?[A-Za-z][^<>]{0,80}>", _as_written),
        (rf"({inflected.any_of(table.words)})(?<=[.\w]){ends}", partial(inflected.stopped, table.words)),
        (rf"({inflected.any_of(table.titles)})(?=\s[A-ZÀ-ÖØ-Þ][^\W\d_])", partial(inflected.stopped, table.titles)),
        (rf"({inflected.any_of(table.counters)})\s?([1-9]\d*){alone}(?!\s\d)", partial(_numbered, table=table)),
        (rf"({inflected.any_of(table.counters)})(?=\s?\d)", lambda m: table.counters[m[1]]),
        (rf"({inflected.any_of(table.counters)})\s?({roman.ROMAN}){ends}", partial(_numbered_in_roman, table=table)),
        *_small_figures(table),
        *inflected.forms(table, number),
        (
            r"(?>[+]\d+(?:[\s./()-]{1,2}\d+)+|0\d+(?:[\s./-]\d+)+|\d+(?:[   ]\d{2,})+(?:[:/.,–-]\d+)*)" + ends,
            partial(_phone, table=table, amount=re.compile(amount)),
        ),
        (rf"(?i:({inflected.any_of(table.divisions)})) ({roman.ROMAN}){ends}", partial(_division, table=table)),
        (
            rf"(?:(?P<sign>{inflected.any_of(signs)})\s?(?P<amount>{amount})(?:\s?(?P<magnitude>{magnitude}))?"
            rf"|(?P<amount2>{amount})(?:,[-–—])?\s?(?:(?P<magnitude2>{magnitude})\s?)?(?P<code>{inflected.any_of(table.money)})){ends}",
            partial(_money, table=table),
        ),
        (
            rf"(?P<minus>(?<![\w%°])[-−–])?(?:(?P<first>{amount})\s?[-–]\s?)?(?P<amount>{amount})(?P<part>[{_PARTS}])?\s?"
            rf"(?P<unit>%|{inflected.any_of(table.units)}){ends}",
            partial(_measure, table=table),
        ),
        (rf"({amount})\s({magnitude}){ends}", partial(_million, table=table)),
        (
            rf"(\d+)([{_PARTS}]){ends}",
            lambda m: _mixed(m[1], m[2], table) if table.half_inside else m[0],
        ),
        (r"\d+\s\d+/\d+", _as_written),
        (rf"[{_PARTS}]|[123]/[34](?![/\d]|\spartes){ends}", partial(_fraction, table=table)),
        (rf"(?<![-–])({integer})([-–])({integer}){alone}", partial(_range, table=table)),
        (
            rf"(?<![\w)”’»])(?<![\d.]\s)[-−]({amount}){alone}",
            lambda m: f"{table.minus} {number(m[1], table)}" if _sure(m[1], table) else m[0],
        ),
        (rf"{amount}{alone}", partial(_bare, table=table)),
        (r"(?:[A-Z]{1,3}\d{1,4}|\d{1,4}[A-Fa-f])(?![\w:/–-])", lambda m: mixed(m[0], table.language, " ")),
        (r"(?>\w*\d[\w:/.,'’–-]*\w|\d)", _as_written),
        (rf"[{re.escape(''.join(table.signs).replace('$', '').replace('€', ''))}]", partial(_sign, table=table)),
    ]
    return (*web.rules(table.language), *(Rule(re.compile(pattern), say) for pattern, say in forms))


@cache
def gate(table: European) -> re.Pattern[str]:
    """What a line must hold for any rule to agree."""
    words = inflected.any_of([*table.words, *table.titles, *table.counters])
    signs = f"[\\d&%@=§°№#€$£¥<+×{_PARTS}{vulgar.SIGNS}]|{powers.GATE}"
    numerals = r"(?<!\w)(?:[IVX][IVXLCDM]*|[LCDM][IVXLCDM]+)(?:ers?|re|ère|nde?|es?|èmes?)?(?!\w)"
    return re.compile(rf"{signs}|{numerals}|\.[A-Za-z]|(?<!\w)(?:{words})")
