"""English money and measures: $20.50, £88 10s., 7s. 6d., 12 kg, 2°C, 5 %."""

import re
from collections.abc import Iterable
from functools import cache

from narrate.languages.english_spoken import SPOKEN as EN
from narrate.words.english_numbers import NUMBER, VULGAR, count, fraction, vulgar
from narrate.words.scan import Rule, Say, before, shared_stop

# Capitals as people write them; the second ones only where they touch their number: "a 1960 MG".
_CAPITALS = {"KG": "kg", "Kg": "kg", "KM": "km", "Km": "km", "CM": "cm", "LB": "lb", "LBS": "lbs", "Lbs": "lbs",
             "OZ": "oz", "MPH": "mph", "KPH": "kph"}  # fmt: skip
_GLUED_CAPITALS = {"MM": "mm", "ML": "ml", "MG": "mg", "FT": "ft", "KW": "kW"}
_POWERS = {"2": "square", "²": "square", "3": "cubic", "³": "cubic"}
_LENGTHS = ("km", "m", "cm", "mm", "mi", "ft", "in", "yd")
# Alone after a number these are words or nothing certain: "5 in", "7 m", "the 2 V".
_ONLY_GLUED = frozenset("m g l L W V s".split())
_DOTTED = frozenset("in ft yd yds mi lb lbs oz cwt gal pt qt hp hr hrs min mins sec secs mos yr yrs".split())
_ONLY_DOTTED = frozenset(("in", "min", "pt", "gal", "sec"))


def _sum(amount: str, money: tuple[str, str, str, str], magnitude: str) -> str:
    """An amount in units and hundredths: 20.50 → twenty dollars and fifty cents."""
    one, several, cent, cents = money
    if magnitude:
        return f"{count(amount)} {magnitude} {several}"
    whole, _, decimals = amount.replace(",", "").partition(".")
    decimals = decimals[:2] + decimals[2:].rstrip("0")  # what nobody says: $20.010
    if not decimals or not decimals.strip("0"):
        return f"{count(whole)} {one if whole == '1' else several}"
    if len(decimals) > 2 or not cent:
        return f"{count(f'{whole}.{decimals}')} {several}"
    small = int(decimals.ljust(2, "0"))
    parts = f"{count(str(small))} {cent if small == 1 else cents}"
    return parts if whole in ("", "0") else f"{count(whole)} {one if whole == '1' else several} and {parts}"


# What says that a number with a mark was a length.
_EXTENTS = "tall|high|long|wide|deep|thick|square|in height|in length|in width|in depth|in diameter|across"

_BEFORE_NOUN = re.compile(r"(?i:\b(?:a|an|one|two|three|four|five|ten|twenty|fifty|hundred|every|each))\s$")
_NOUN = re.compile(r"[\s-](?!(?:a|an|and|or|per|in|to|for|of|from|at|on|by|is|was|each|apiece|more|less|worth)\b)[a-z]")


# A 35mm film, but 35mm of film and 35mm long.
_METRIC = frozenset("mm cm m km g kg l ml".split())
_MEASURED = re.compile(
    r"\s(?!(?:a|an|and|or|at|in|on|of|to|for|from|by|per|with|is|was|are|were|than|as|each|long|high|wide|deep|tall|thick|"
    r"away|apart|ahead|behind|below|above|across|down|up|out|off|over|under|before|after|further|more|less)\b)[a-z]{3,}"
)


def _money(match: re.Match[str]) -> str | None:
    sign, amount, part, magnitude = match["sign"], match["amount"], match["part"], match["magnitude"]
    money = EN.currencies[sign]
    country = EN.countries[match["country"]] + " " if match["country"] else ""
    money = (country + money[0], country + money[1], *money[2:])
    magnitude = EN.magnitudes[magnitude.lower()] if magnitude else ""
    per = f" per {EN.per[match['per']]}" if match["per"] else ""
    sign_word = "minus " if match["minus"] else ""
    if part:
        money_words = f"{count(amount)} and {vulgar(part)} {money[1]}".replace(" and one half", " and a half")
    else:
        money_words = _sum(amount, money, magnitude)
    text = match.string
    attributive = not per and "." not in amount and _BEFORE_NOUN.search(text, 0, match.start())
    if attributive and _NOUN.match(text, match.end()):  # a £5 note, fifty £1,000 notes
        money_words = money_words.removesuffix(money[1]) + money[0] if money_words.endswith(money[1]) else money_words
    return f"{sign_word}{money_words}{per}"


def _money_range(match: re.Match[str]) -> str:
    sign, first, last, magnitude = match.groups()
    word = EN.magnitudes[magnitude.lower()] if magnitude else ""
    if match[0].count(sign) > 1 and not word:
        return f"{_sum(first, EN.currencies[sign], '')} to {_sum(last, EN.currencies[sign], '')}"
    return f"{count(first)} to {_sum(last, EN.currencies[sign], word)}"


def _money_after(match: re.Match[str]) -> str:
    amount, magnitude, code = match.groups()
    word = EN.magnitudes[magnitude.lower()] if magnitude else ""
    return _sum(amount, EN.currencies[EN.codes.get(code, code)], word)


def _old_money(match: re.Match[str]) -> str | None:
    """Pounds, shillings and pence, any of them missing: £88 10s., 7s. 6d., 8½d."""
    pounds, shillings, pence = match["pounds"], match["shillings"], match["pence"]
    half = match["half"] or match["lone_half"]
    if not shillings and not pence and not half:
        return None
    said = []
    if shillings and not pence and not pounds:
        # "his 20s." is a decade; "26s" without a dot is nobody's money
        decade = re.search(r"(?i:\b(?:his|her|their|my|our|your|the|early|late|mid|mid-))\s?$", before(match))
        if decade or not match[0].endswith("."):
            return None
    if pence and not shillings and not pounds and not match[0].endswith("."):
        return None
    if pounds:
        shillings, pence = (part and part.strip("0") and part for part in (shillings, pence))  # £5 0s. 0d.
        said.append(f"{count(pounds)} {'pound' if pounds == '1' else 'pounds'}")
    if shillings:
        said.append(f"{count(shillings)} {'shilling' if shillings == '1' else 'shillings'}")
    if pence or half:
        number = " and ".join(part for part in (count(pence) if pence else "", vulgar(half) if half else "") if part)
        number = number.replace("and one", "and a")
        said.append(f"{number} {'penny' if pence == '1' and not half else 'pence'}")
    return " ".join(said[:-1] + (["and"] if pence and len(said) > 1 else []) + said[-1:]) + shared_stop(match)


def _livres(match: re.Match[str]) -> str:
    return f"{count(match[1])} {'pound' if match[1] == '1' else 'pounds'}"


def _measure(match: re.Match[str]) -> str | None:
    first, amount, power = match["first"], match["amount"], match["power"]
    glued = not match["gap"]
    dotted = match["dot"]
    symbol = _symbol(match)
    if not symbol:
        return None
    if power and symbol not in _LENGTHS:
        return None
    one, several = EN.units[symbol]
    if power:
        one, several = f"{_POWERS[power]} {one}", f"{_POWERS[power]} {several}"
    # Beside a hyphen it is an adjective: a 12-kg dog.
    adjective = match["gap"] == "-"
    per = f" per {EN.per[match['per']]}" if match["per"] else ""
    words = _with_part(amount, match["part"])
    adjective = adjective or (glued and symbol in _METRIC and bool(_MEASURED.match(match.string, match.end())))
    unit = one if adjective or (amount in ("1", "-1", "−1") and not first and not match["part"]) else several
    if first:
        joint = "by" if match["join"] and match["join"].strip() in ("x", "×") else "to"
        words = f"{_with_part(first, '')} {joint} {words}"
    stop = "" if not dotted else shared_stop(match) if symbol in _DOTTED else "."
    return f"{words} {unit}{per}{stop}"


def _symbol(match: re.Match[str]) -> str:
    """The unit of a measure; empty where it may be a word or a name."""
    written, glued = match["unit"], not match["gap"]
    symbol = _CAPITALS.get(written) or (_GLUED_CAPITALS.get(written) if glued else "") or written
    if symbol not in EN.units or (symbol in _ONLY_GLUED and not glued and not match["power"]):
        return ""
    return "" if symbol in _ONLY_DOTTED and not match["dot"] and not (glued and symbol == "min") else symbol


def _part_of(match: re.Match[str]) -> str | None:
    """½ lb → half a pound, 3/4 in. → three quarters of an inch."""
    symbol = _symbol(match)
    if not symbol or symbol in ("°", "º", "%", "‰", "°C", "°F"):
        return None
    unit = EN.units[symbol][0]
    article = "an" if unit[0] in "aeio" or unit == "hour" else "a"
    part = _fraction(match["part"]).removeprefix("one ")
    if part != "half":
        part = f"{'a ' if part == 'quarter' or not part.endswith('s') else ''}{part} of"
    return f"{part} {article} {unit}{shared_stop(match) if match['dot'] else ''}"


def _large(match: re.Match[str]) -> str | None:
    """100 million kg."""
    symbol, power = _symbol(match), match["power"]
    if not symbol or (power and symbol not in _LENGTHS):
        return None
    unit = f"{_POWERS[power]} {EN.units[symbol][1]}" if power else EN.units[symbol][1]
    return f"{count(match['amount'])} {match['magnitude']} {unit}{shared_stop(match) if match['dot'] else ''}"


def _fraction(written: str) -> str:
    """½ and 1/2 in words."""
    if written in VULGAR:
        return vulgar(written)
    over, under = (int(part) for part in re.split("[/⁄]", written))
    return fraction(over, under)


def _with_part(amount: str, part: str | None) -> str:
    minus = amount[0] in "-−"
    words = count(amount.lstrip("-−"))
    if part:
        words += f" and {_fraction(part.strip(' -'))}".replace("and one", "and a")
    return f"minus {words}" if minus else words


def _feet(match: re.Match[str]) -> str | None:
    """5'10": feet and inches. A lone 12" is inches where it cannot be the end of a quotation."""
    feet, inches = match["feet"], match["inches"]
    if feet:
        tail = f" {_with_part(inches, match['part'])}" if inches else ""
        return f"{count(feet)} {'foot' if feet == '1' or tail else 'feet'}{tail}"
    return f"{count(inches)} {'inch' if inches == '1' else 'inches'}" if match.string.count('"') % 2 else None


def _feet_by_feet(match: re.Match[str]) -> str:
    """A room of 10' x 12'."""
    return " by ".join(f"{count(part)} {'foot' if part == '1' else 'feet'}" for part in match.groups())


def _feet_written(match: re.Match[str]) -> str:
    """6 ft 2 in."""
    feet, inches = match["feet"], match["inches"]
    small = f"{_with_part(inches, match['part'])} {'inch' if inches == '1' and not match['part'] else 'inches'}"
    return f"{count(feet)} {'foot' if feet == '1' else 'feet'} {small}{shared_stop(match)}"


def _stones(match: re.Match[str]) -> str:
    """A person's weight in Britain: 12st 4lb."""
    return f"{count(match[1])} stone {count(match[2])}" + (" pounds" if match[2] != "1" else " pound")


def _per_unit(match: re.Match[str]) -> str:
    return f"{count(match[1])} per {EN.units[match[2]][0]}"


@cache
def rules() -> tuple[Rule, ...]:
    """Money before measures: both before bare numbers."""
    return tuple(Rule(re.compile(pattern), say) for pattern, say in (*_money_forms(), *_measure_forms()))


_PARTS = "".join(VULGAR)
_MAGNITUDE = r"(?:\s?(thousand|million|billion|trillion|bn|mn|tn|[kKmMbB])(?!\w))"


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of them, longer ones first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _money_forms() -> tuple[tuple[str, Say], ...]:
    signs, country, per = "".join(EN.currencies), _any_of(EN.countries), _any_of(EN.per)
    named = _MAGNITUDE.replace("(thousand", "(?P<magnitude>thousand")
    return (
        (
            rf"(?:£(?P<pounds>\d[\d,]*)[\s.]\s?)?(?:(?P<shillings>\d{{1,3}})s(?:\.|(?=\s\d)))?"
            rf"(?:\s?(?:(?P<pence>\d{{1,2}})(?P<half>[{_PARTS}])?|(?<!\d)(?P<lone_half>[{_PARTS}]))d(?:\.|(?!\w)))?(?!\w)",
            _old_money,
        ),
        # 25l. 10s., as pounds were written
        (r"(\d[\d,]*)l\.(?=\s(?:\d{1,2}s|an?\s(?:year|month|week)|per\s(?:annum|year)|each|sterling)\b)", _livres),
        (rf"([{signs}])({NUMBER})\s?[-–]\s?[{signs}]?({NUMBER}){_MAGNITUDE}?(?!\w|-\d)", _money_range),
        (
            rf"(?P<minus>(?<![\w”’%°])[-−])?(?:(?P<country>{country}))?(?P<sign>[{signs}])(?P<amount>{NUMBER})(?P<part>[{_PARTS}])?"
            rf"{named}?(?:/(?P<per>{per})(?!\w))?(?!\w|/\w)",
            _money,
        ),
        (rf"({NUMBER}){_MAGNITUDE}?\s?([{signs}]|{'|'.join(EN.codes)})(?!\w)", _money_after),
        (rf"({NUMBER})¢", lambda m: f"{count(m[1])} {'cent' if m[1] == '1' else 'cents'}"),
    )  # fmt: skip


def _measure_forms() -> tuple[tuple[str, Say], ...]:
    plain_names, per = _any_of(EN.units), _any_of(EN.per)
    unit = rf"(?P<unit>{_any_of([*EN.units, *_CAPITALS, *_GLUED_CAPITALS])})(?:\^?(?P<power>[23²³]))?"
    return (
        (r"(\d{1,3})['′’]\s?[x×]\s?(\d{1,3})['′’](?!\w)", _feet_by_feet),
        (rf"(?P<feet>\d{{1,2}})['′’]\s?(?P<inches>\d{{1,2}})(?P<part>[{_PARTS}])?(?:[\"″”]|'')(?!\w)", _feet),
        (rf"(?P<feet>\d{{1,2}})['’](?P<inches>)(?P<part>)(?=\s(?:{_EXTENTS})\b)", _feet),
        (r"(?P<feet>\d{1,6})′(?P<inches>)(?P<part>)(?!\w)", _feet),
        (r"(?P<feet>)(?P<inches>\d{1,3})(?P<part>)\"(?!\w)", _feet),
        (
            rf"(?P<feet>\d{{1,2}})\s?(?:ft\.?|feet|foot)\s?(?P<inches>\d{{1,2}})(?P<part>[{_PARTS}])?\s?"
            rf"(?:ins?\.|inch(?:es)?(?!\w)|in(?=$|[.,;:!?)—–’”\"]|\s(?:{_EXTENTS}|and|or|by|x)\b))",
            _feet_written,
        ),
        (r"(\d{1,2})\s?st\.?\s(\d{1,2})\s?lbs?\.?(?!\w)", _stones),
        (rf"({NUMBER})/({plain_names})(?!\w)", _per_unit),
        (rf"(?<=per )({'|'.join(_LENGTHS)})([²³])(?!\w)", lambda m: f"{_POWERS[m[2]]} {EN.units[m[1]][0]}"),
        (rf"(?<![\d/.])(?P<part>[{_PARTS}]|[1-7][/⁄][2-8])(?P<gap>\s?){unit}(?P<dot>\.)?(?!\w)", _part_of),
        (
            rf"(?P<amount>{NUMBER})\s(?P<magnitude>thousand|million|billion|trillion)(?P<gap>\s){unit}(?P<dot>\.)?(?!\w)",
            _large,
        ),
        (
            rf"(?:(?P<first>(?<![\w-])[-−]?{NUMBER})(?P<join>\s?[-–x×]\s?|\sx\s))?"
            rf"(?P<amount>(?:(?<![\w”’%°.-])[-−])?{NUMBER})(?P<part>[{_PARTS}]|[\s-][1-7][/⁄][2-9])?"
            rf"(?P<gap>[\s -]?){unit}(?:/(?P<per>{per}))?(?P<dot>\.)?(?!\w)",
            _measure,
        ),
        (rf"({NUMBER})-(million|billion|thousand|hundred)\b", lambda m: f"{count(m[1])} {m[2]}"),
        (rf"({NUMBER})\s(hundred|thousand|million|billion|trillion)\b", lambda m: f"{count(m[1])} {m[2]}"),
    )  # fmt: skip
