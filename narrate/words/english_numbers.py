"""English numbers: counts, years, house numbers, digits; and the rules for what holds nothing but digits.

Counts have their "and" (one hundred and forty), which British ears miss and American ones accept. Years, house
numbers and long numbers without commas are read as people read them: in pairs, or digit by digit.
"""

import re
from functools import cache

from narrate.words.numbers import MAX, by_rule, cardinal, digits, ordinal
from narrate.words.scan import Rule, before

# A number as written: with commas between thousands, or without; then a decimal part.
INTEGER = r"(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)"
NUMBER = rf"(?>{INTEGER}(?:\.\d+)?|\.\d+)"  # atomic: never a part of a longer one
# Small, so that "1/2" and its kin are read alike wherever they stand.
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_HALVES = "".join(VULGAR)
# A word in s after a four-digit number counts something (1453 men, 1150 sheep), unless it is one of these.
_NOT_COUNTED = frozenset(
    "always across afterwards as besides comes does goes has his hers is its less makes ours perhaps plus sees seems "
    "sometimes takes these this those thus towards unless us versus was whereas yes yours begins brings saw".split()
)
_COUNTED = frozenset("men women people children feet sheep oxen horse foot fish deer or more".split()) - {"or", "more"}


def count(text: str) -> str:
    """A quantity: `1,234.5` → one thousand two hundred and thirty-four point five."""
    whole, point, decimals = text.replace(",", "").partition(".")
    words = _whole(whole) if whole else ""
    return " ".join(part for part in (words, f"point {digits(decimals, 'en')}" if point else "") if part)


def _whole(plain: str) -> str:
    if (len(plain) > 1 and plain[0] == "0") or int(plain) >= MAX:
        return digits(plain, "en")
    return by_rule(int(plain), "en", "spellout-cardinal-verbose")


def plain_number(text: str) -> str:
    """A number of which nothing more is known: five digits or more without commas are a code, round ones a count."""
    if "," not in text and "." not in text and len(text) > 4 and not text.endswith("00"):
        return digits(text, "en")
    return count(text)


def year(number: int) -> str:
    """1888 → eighteen eighty-eight; 2005 → two thousand five."""
    return by_rule(number, "en", "spellout-numbering-year")


def rank(number: int) -> str:
    return ordinal(number, "en")


def pairs(plain: str) -> str:
    """A house number: 226 → two twenty-six, 2788 → twenty-seven eighty-eight."""
    number = int(plain)
    if plain[0] == "0" or len(plain) > 4:
        return digits(plain, "en")
    if number < 100 or number % 100 == 0:
        return year(number) if number % 1000 else count(plain)
    return f"{cardinal(number // 100, 'en')} {two_digits(plain[-2:])}"


def two_digits(plain: str) -> str:
    """The end of a year or a time: 05 → oh five."""
    return f"oh {cardinal(int(plain), 'en')}" if plain[0] == "0" else cardinal(int(plain), "en")


def code(text: str) -> str:
    """Letters and digits mixed: B2 → B two, 221B → two two one B."""
    runs = re.findall(r"\d+|[^\d]+", text)
    return " ".join(
        (digits(run, "en") if len(run) > 2 or (run[0] == "0" and len(run) > 1) else cardinal(int(run), "en"))
        if run.isdecimal()
        else run
        for run in runs
    )


def fraction(over: int, under: int) -> str:
    """3/4 → three quarters."""
    if under == 2:
        part = "half" if over == 1 else "halves"
    else:
        part = ("quarter" if under == 4 else rank(under)) + ("" if over == 1 else "s")
    return f"{count(str(over))} {part}"


def plural(word: str) -> str:
    """eighty → eighties, hundred → hundreds."""
    return word[:-1] + "ies" if word.endswith("y") else word + "s"


def vulgar(sign: str) -> str:
    return fraction(*VULGAR[sign])


def counted(text: str, at: int) -> bool:
    """Whether what follows at `at` is a noun that the number before it counts."""
    found = re.match(r"\s+([a-z]+)\b", text[at : at + 24])
    if not found:
        return False
    word = found[1]
    return word in _COUNTED or (len(word) > 3 and word.endswith("s") and word not in _NOT_COUNTED)


_PAGES = re.compile(r"(?i:\b(?:pp?\.|pages?|ll?\.|lines|vv\.|verses|nos\.)\s?)$")


# --- rules ----------------------------------------------------------------------------------------


def _mixed(match: re.Match[str]) -> str:
    whole, sign = match.groups()
    part = vulgar(sign)
    return f"{count(whole)} and {_a_part(part)}" if whole else part


def _a_part(part: str) -> str:
    """One half after a whole number: a half, an eighth."""
    if not part.startswith("one "):
        return part
    return f"an {part[4:]}" if part[4] == "e" else f"a {part[4:]}"


def _slashed(match: re.Match[str]) -> str | None:
    whole, over, under = match.groups()
    if not whole and re.fullmatch(r"1[1-9]\d\d|20\d\d", over) and f"{(int(over) + 1) % 100:02}" == under:
        return f"{year(int(over))} to {two_digits(under)}"  # the winter of 1850/51
    if int(under) == 0:
        return None
    part = fraction(int(over), int(under))
    return f"{count(whole)} and {part}" if whole else part


def _ordinal(match: re.Match[str]) -> str | None:
    plain = match[1].replace(",", "")
    number, suffix = int(plain), match[2].lower()
    right = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return rank(number) if suffix == right and (plain[0] != "0" or plain == "0") else None


def _signed(match: re.Match[str]) -> str:
    return f"minus {count(match[1])}"


def _single_year(match: re.Match[str]) -> str | None:
    number = int(match[0])
    if number % 100 and counted(match.string, match.end()):
        return None
    return year(number)


def _old_year(match: re.Match[str]) -> str:
    return f"{match[1]} {year(int(match[2]))}"


def _year_range(match: re.Match[str]) -> str | None:
    first, last = match.groups()
    if len(last) == 1:
        return f"{year(int(first))} to {two_digits(first[2] + last)}" if last > first[3] else None
    if len(last) == 2:
        return f"{year(int(first))} to {two_digits(last)}" if int(last) > int(first) % 100 else None
    return f"{year(int(first))} to {year(int(last))}"


def _range(match: re.Match[str]) -> str | None:
    first, last = (part.replace(",", "") for part in match.groups())
    if len(last) < len(first) and _PAGES.search(before(match)):
        last = first[: -len(last)] + last  # pp. 121–3
    if (len(first) > 1 and first[0] == "0") or float(first) >= float(last):
        return None
    return f"{plain_number(match[1])} to {plain_number(last if len(last) > len(match[2]) else match[2])}"


def _to(match: re.Match[str]) -> str | None:
    """Between two quantities with their units: 5 pm-7 pm, 2%-10%, 1960s–1980s, 3:16-18."""
    unit = re.search(r"\d\s?(?::\d\d|[aApP]\.?[mM]\.?|s|[a-z]{1,2}|[%°]|°[CF])$", before(match))
    return " to " if unit else None


def _operation(match: re.Match[str]) -> str:
    signs = {"+": "plus", "×": "times", "*": "times", "÷": "divided by", "x": "by"}
    return f"{plain_number(match[1])} {signs[match[2]]} {plain_number(match[3])}"


_SIGNS = {"=": "equals", "+": "plus", "-": "minus", "−": "minus", "×": "times", "*": "times", "÷": "divided by",
          "/": "over"}  # fmt: skip


def _equation(match: re.Match[str]) -> str | None:
    if "=" not in match[0]:
        return None
    parts = re.findall(rf"{NUMBER}|[A-Za-z]|[-=+−×*÷/]", match[0])
    return " ".join(_SIGNS.get(part) or (part if part.isalpha() else plain_number(part)) for part in parts)


@cache
def rules() -> tuple[Rule, ...]:
    """From the most to the least that is written; a bare number comes last."""
    ends = r"(?![\w])"
    alone = rf"(?![\d]|[.,:/]\d){ends}"  # no part of a longer number
    operand = rf"(?:{NUMBER}|[A-Za-z])"
    forms = (
        (rf"(?<![-=+]){operand}(?:\s?[-=+−×*÷/]\s?{operand}){{1,8}}{ends}(?!-)", _equation),
        (rf"({INTEGER})?[\s ⁄]?([{_HALVES}])(?!\w)", _mixed),
        (r"(?:(\d+)[\s-])?(?<![\d/.-])(\d{1,4})[/⁄](\d{1,4})(?:ths?|TH|rds?|nds?)?(?![\d/]|[.]\d)(?!\w)", _slashed),
        (rf"({INTEGER})(st|nd|rd|th|ST|ND|RD|TH){ends}", _ordinal),
        (rf"(?<![\w)”’\"'%°.])[-−]({NUMBER})(?![\d-])(?!\w)", _signed),
        (rf"(1\d{{3}}|20\d\d)[-–](\d{{4}}|\d\d?){ends}(?![-–])", _year_range),
        (rf"(?<![-–/.])({INTEGER})[-–]({INTEGER}){ends}(?![-–/]|\.\d)", _range),
        (rf"({INTEGER})\s?([×÷])\s?({INTEGER}){ends}", _operation),
        (rf"({INTEGER})([+*x])({INTEGER}){ends}", _operation),
        (rf"(?i:(in|since|of|year|year of|after|before|by|until|ad|c\.|circa|anno)) (10\d\d){alone}", _old_year),
        (rf"(?:1[1-9]\d\d|20\d\d){alone}", _single_year),
        (r"\d+(?:\.\d+){2,}(?!\w)", lambda m: " point ".join(count(part) for part in m[0].split("."))),
        (rf"(?<![\w.]){NUMBER}{ends}", lambda m: plain_number(m[0])),
        (r"[-–](?=[$£€]?\d)", _to),
        (r"(\d+\.\d+)([a-zA-Z]{1,3})(?!\w)", lambda m: f"{count(m[1])} {m[2]}"),
        # Letters and digits in one word: read as a code, unless it is 200 characters of something else.
        (r"(?=\w{0,40}\d)(?=\w{0,40}[^\W\d_])[^\W_]{2,40}(?!\w)", lambda m: code(m[0])),
    )  # fmt: skip
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)
