"""English dates, decades and times of day."""

import re
from functools import cache

from narrate.languages.english_spoken import SPOKEN as EN
from narrate.words.english_numbers import count, plural, rank, two_digits, year
from narrate.words.numbers import cardinal
from narrate.words.scan import Rule, before, shared_stop

SHORT_MONTHS = "|".join(sorted(EN.short_months, key=len, reverse=True))
_MONTH = rf"(?P<month>(?i:{'|'.join(EN.months)}|(?:{SHORT_MONTHS})\b\.?))"
_DAY = r"(?P<day>\d{1,2})(?P<suffix>st|nd|rd|th|ST|ND|RD|TH)?"
_YEAR = r"(?P<joint>,?\s+)(?:(?P<year>1\d{3}|20\d\d)(?![\d]|[,.]\d)|[’'](?P<short>\d\d)(?!\d))(?!\w)"
SHORT_DAYS = "|".join(EN.weekdays)
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirty|fifteen"
_WORDS = frozenset(("may", "march", "mar", "dec", "sep", "jan", "jun"))  # in small letters these mean other things


def _month(match: re.Match[str]) -> str:
    """The month's whole name, written out as the text has it when it is whole there."""
    written = match["month"]
    index = EN.short_months.get(written.lower().rstrip("."))
    return written if index is None else EN.months[index]


def _unsure(match: re.Match[str], known: bool) -> bool:
    """`may 5` in small letters is no date, unless a suffix or a year says so."""
    return match["month"] in _WORDS and not known


def _years(match: re.Match[str]) -> str:
    if match["year"]:
        return match["joint"] + year(int(match["year"]))
    return match["joint"] + two_digits(match["short"]) if match["short"] else ""


def _month_day(match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31 or _unsure(match, bool(match["suffix"] or match["year"])):
        return None
    return f"{_month(match)} {match['article'] or ''}{rank(day)}{_years(match)}"


def _day_month(match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31 or _unsure(match, bool(match["suffix"] or match["year"])):
        return None
    article = "" if match["of"] or before(match).rstrip().lower().endswith("the") else "the "
    return f"{article}{rank(day)} of {_month(match)}{_years(match)}{shared_stop(match)}"


def _month_year(match: re.Match[str]) -> str | None:
    return None if _unsure(match, bool(match["year"])) else f"{_month(match)}{_years(match)}"


def _month_alone(match: re.Match[str]) -> str | None:
    prepositions = r"\b(?:in|of|last|next|since|until|till|by|early|late|mid|to|from|and|this|–|-)[\s-]$"
    if not re.search(prepositions, before(match).lower()):
        return None
    return EN.months[EN.short_months[match[1].lower()]] + shared_stop(match)


def _numeric(year_text: str, month: int, day: int, *, day_first: bool) -> str | None:
    """A date in figures, in the order that its country says it."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = two_digits(year_text) if len(year_text) == 2 else year(int(year_text))
    if day_first:
        return f"the {rank(day)} of {EN.months[month - 1]} {said}"
    return f"{EN.months[month - 1]} {rank(day)} {said}"


def _year_first(match: re.Match[str]) -> str | None:
    return _numeric(match[1], int(match[3]), int(match[4]), day_first=False)


def _decade(match: re.Match[str]) -> str | None:
    mark, digits = match.groups()
    if digits[-1] != "0" and not mark:
        return None
    if len(digits) == 2 and not mark and int(digits) < 20:
        return None
    words = year(int(digits)) if len(digits) == 4 else cardinal(int(digits), "en")
    return plural(words) if digits[-1] == "0" else f"{words}s"


def _short_year(match: re.Match[str]) -> str | None:
    mark, digits = match.groups()
    if mark == "'" and "'" in match.string[match.end() :] and not re.search(
        r"(?i:\b(?:in|of|since|until|summer|winter|spring|autumn|fall|year|years|and|to|january|class)),?\s$",
        before(match),
    ):  # fmt: skip
        return None  # a quotation in straight marks that opens with a number
    return two_digits(digits)


def _time(match: re.Match[str]) -> str | None:
    hour, minute, half = int(match["hour"]), match["minute"], match["half"]
    if hour > 24 or (minute and int(minute) > 59):
        return None
    zone = f" {match['zone'].upper().replace('.', '')}" if match["zone"] else ""
    said = cardinal(hour, "en")
    if half:
        if not 1 <= hour <= 12 and minute is None:
            return None
        tail = "" if minute in (None, "00") else f" {two_digits(minute)}"
        return f"{said}{tail} {half[0].upper()}M{zone}" + shared_stop(match)
    if minute == "00":
        full = "o'clock" if 1 <= hour <= 12 else "hundred"
        return f"{said} {full}{zone}"
    return f"{said} {two_digits(minute)}{zone}"


def _dotted_time(match: re.Match[str]) -> str | None:
    """`at 8.30`, as Britain writes it."""
    return f"{cardinal(int(match[1]), 'en')} {two_digits(match[2])}" if 1 <= int(match[1]) <= 24 else None


def _ratio(match: re.Match[str]) -> str:
    """2:1 is two to one; after a name it is a verse: Titus 3:5."""
    verse = re.search(r"[A-Z][a-z]+\.?\s$", before(match))
    return f"{count(match[1])} {'' if verse else 'to '}{count(match[2])}"


def _verses(match: re.Match[str]) -> str | None:
    """James 1:1-3 and Genesis 1:1-2:3, after a name."""
    chapter, first, other, last = match.groups()
    if not re.search(r"[A-Z][a-z]+\.?\s$", before(match)) or (not other and int(last) <= int(first)):
        return None
    end = f"{count(other)} {count(last)}" if other else count(last)
    return f"{count(chapter)} {count(first)} to {end}"


def _half_written(match: re.Match[str]) -> str:
    """`eleven a.m.`: the words are there, the letters want no stops."""
    return f"{match[1]} {match[2].upper()}M" + shared_stop(match)


def _time_range(match: re.Match[str]) -> str | None:
    first, last, half = match.groups()
    if int(first) > 12 or int(last) > 12:
        return None
    return f"{cardinal(int(first), 'en')} to {cardinal(int(last), 'en')} {half[0].upper()}M"


def _lapse(match: re.Match[str]) -> str:
    """14:10:30, a length of time or a time to the second."""
    hours, minutes, seconds = (int(part) for part in match.groups()[:3])
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    words = [f"{count(str(n))} {name}{'' if n == 1 else 's'}" for n, name in parts]
    said = f"{words[0]} {words[1]} and {words[2]}"
    half, zone = match["half"], match["zone"]
    return said + (f" {half[0].upper()}M" if half else "") + (f" {zone.upper().replace('.', '')}" if zone else "")


@cache
def rules(day_first: bool) -> tuple[Rule, ...]:
    """`day_first`: whether 3/4/1998 is the third of April (everywhere but in the United States)."""

    def in_figures(match: re.Match[str]) -> str | None:
        first, last, year_text = int(match[1]), int(match[3]), match[4]
        if first > 12 or (day_first and last <= 12):
            return _numeric(year_text, last, first, day_first=True)
        return _numeric(year_text, first, last, day_first=False)

    # "Hi at 5 am" is a time, "5 am I" hardly; PM alone is letters
    half = r"(?P<half>[aApP]\.\s?[mM]\.|[aApP]\.?[mM](?!\w)|[aApP]\.[mM])"
    zone = r"(?:\s?(?P<zone>GMT|UTC|BST|CET|[ECMP][SD]T|[ecmp]\.?[sd]\.?t|g\.?m\.?t)(?!\w))"
    forms = (
        (rf"(\d{{1,2}}):(\d\d):(\d\d)(?:\s?{half})?{zone}?(?![\w:])", _lapse),
        (rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?{half}{zone}?(?!\w)", _time),
        (r"(\d{1,2})\s?[-–]\s?(\d{1,2})\s?([aApP]\.?[mM]\.?)(?!\w)", _time_range),
        (r"([1-9]\d{0,2}):([1-9]\d{0,2})[-–](?:(\d{1,3}):)?([1-9]\d{0,2})(?![\d:])(?!\w)", _verses),
        (rf"(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?![\d:])(?P<half>(?!))?{zone}?(?!\w)", _time),
        (r"(\d{1,2}):(\d{1,2})(?![\d:])(?!\w)", _ratio),
        (r"(?<=\b[aA]t )(\d{1,2})\.([0-5]\d)(?![\d%.]|\s?(?:%|per|[mb]illion))(?!\w)", _dotted_time),
        (rf"({'|'.join(EN.weekdays)})\.(?=,?\s(?:\d|[A-Z][a-z]{{2}}))", lambda m: EN.weekdays[m[1]]),
        (r"(Tues|Wed|Thurs?|Fri)\.", lambda m: EN.weekdays[m[1]] + shared_stop(m)),
        (rf"(?i:({_HOURS})) ([ap])\.\s?m\.", _half_written),
        (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-])(?!\w)", _year_first),
        (r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\d/-])(?!\w)", in_figures),
        (rf"{_DAY}(?P<of>\s+of)?[\s-]+{_MONTH}(?:{_YEAR})?(?![\w])", _day_month),
        (rf"{_MONTH}[\s-]+(?P<article>the\s+)?{_DAY}(?![\d]|[.,:/-]\d)(?!\w)(?:{_YEAR})?", _month_day),
        (rf"{_MONTH}{_YEAR}", _month_year),
        (rf"({SHORT_MONTHS.title()})\.", _month_alone),
        (r"(?<!\w)([’'‘])?(\d\d|1\d{3}|20\d\d)[’']?s(?![\w])(?!\.\s\d)", _decade),
        (r"(?<!\w)([’'])(\d\d)(?![\d\w’'\"”])", _short_year),
    )  # fmt: skip
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)
