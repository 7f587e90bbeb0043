"""Russian as spoken: ranks whose case an ending, a preposition or the thing itself tells; all else stays as written.

A Russian number has six cases and three genders, also before units and currencies (`до 5 км`: до пяти
километров), and is left to the model, which reads the digits in their sentence.
"""

import re
from functools import cache, partial

from narrate.languages import find_language
from narrate.languages.spoken import Russian
from narrate.words import powers, roman, vulgar, web
from narrate.words.inflected import Say, any_of, day_and_month, stopped
from narrate.words.numbers import cardinal, ordinal
from narrate.words.scan import Rule, before, shared_stop

# 5-го, 2-я; what -й, -е, -м, -х and -ю are, `_ranked` asks what stands around them.
_ENDINGS = {
    "ый": "masculine", "я": "feminine", "ая": "feminine", "ое": "neuter", "го": "masculine-genitive",
    "ого": "masculine-genitive", "му": "masculine-dative", "ому": "masculine-dative", "ом": "masculine-locative",
    "ую": "feminine-accusative", "ых": "plural-genitive", "ые": "plural",
}  # fmt: skip
# век, века, веку…; the same of год, but for году after в.
_CASES = {"": "masculine", "а": "masculine-genitive", "у": "masculine-dative", "ом": "masculine-ablative",
          "е": "masculine-locative", "ах": "masculine-locative", "ов": "masculine-genitive"}  # fmt: skip
# The case of a date by what stands before it; without any of these it stays.
_DATE_CASES = (
    (r"\b(?:со?|до|от|после|накануне|около|утром|вечером|ночью|днём|родил[а-я]{2,3}|умер(?:ла)?|погиб(?:ла)?"
     r"|(?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье),)\s$", "neuter-genitive"),
    (r"\b(?:по|на|сегодня|завтра)\s$", "neuter"),
    (r"\bк\s$", "neuter-dative"),
)  # fmt: skip
_SHORT_YEARS = {"в": "у", "с": "а", "до": "а", "от": "а", "после": "а", "по": "", "к": "у"}  # г. after these
_PREPOSITION = re.compile(r"\b(?:во?|на|об?|при|по|ко?|со?|от|до|из|у|за|под|над|для|без|около)\s$", re.I)

# CLDR has no ranks of whole hundreds from 200 on, and two spellings of the eightieth.
_HUNDREDTHS = ("двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти")


@cache
def _table() -> Russian:
    table = find_language("ru").spoken
    assert isinstance(table, Russian)
    return table


def _rank(value: int, form: str) -> str:
    hundreds = value % 1000 // 100
    if value % 100 == 0 and hundreds >= 2:
        thousands = f"{cardinal(value - hundreds * 100, 'ru')} " if value > 1000 else ""
        return thousands + _HUNDREDTHS[hundreds - 2] + ordinal(100, "ru", form)
    said = ordinal(value, "ru", form).replace("восемьдесято", "восьмидесято").replace("восемьдесяты", "восьмидесяты")
    return said.removeprefix("одна ") if said.startswith("одна тысяча") else said


def _value(written: str) -> int:
    return int(written) if written.isdecimal() else roman.value(written)


def _date(match: re.Match[str]) -> str:
    found, text = day_and_month(match, _table().months), before(match)
    cases = (form for pattern, form in _DATE_CASES if re.search(pattern, text, re.I))
    opens = not text.strip() and not re.match(r"\s*(?:[—–-]|$|[.!?])", match.string[match.end() :])
    form = next(cases, "neuter-genitive" if opens else "")
    if not found or not form:
        return match[0]
    said = f"{_rank(found[0], form)} {found[1]}"
    return f"{said} {_rank(int(match[3]), 'masculine-genitive')} года{shared_stop(match)}" if match[3] else said


def _year(match: re.Match[str]) -> str:
    value, ending, text = int(match[1]), match[2], before(match)
    if ending is None:  # г.
        after = re.search(rf"\b({'|'.join(_SHORT_YEARS)})\s$", text, re.I)
        if not after:
            return match[0]
        ending = _SHORT_YEARS[after[1].casefold()]
    if value < 1000 and ((ending == "" and value % 10 == 1) or (ending == "а" and value % 10 in (2, 3, 4))):
        return match[0]  # `21 год` and `2 года` are counted
    in_it = ending == "у" and not re.search(r"\bк\s$", text, re.I)
    return f"{_rank(value, 'masculine-locative' if in_it else _CASES[ending])} год{ending}{shared_stop(match)}"


def _from(match: re.Match[str]) -> str:
    """The first of two years or centuries: с 1812 по 1815 год."""
    forms = {"с": "masculine-genitive", "между": "masculine-ablative"}
    after, value = re.search(r"\b(с|между)\s$", before(match), re.I), _value(match[1])
    return _rank(value, forms[after[1].casefold()]) if after and value else match[0]


def _ranked(match: re.Match[str]) -> str:
    value, ending = int(match[1]), match[2]
    noun = re.match(r"\s([а-яё]+)", match.string[match.end() :])
    after = noun[1] if noun else ""
    if ending in ("й", "ой"):  # первый день, but первой главы
        form = "masculine" if re.search("[бвгджзйклмнпрстфхцчшщь]$", after) else ""
    elif ending == "е":
        decades = "plural" if value % 10 == 0 and value >= 20 else ""
        form = "neuter" if after in _table().months or after.endswith(("о", "ие")) else decades
    elif ending == "м":
        form = "masculine-locative" if re.search(r"\b(?:во?|на|об?|при)\s$", before(match), re.I) else ""
    elif ending == "х":  # 80-х, but 3-х is three
        form = "" if value % 10 in (2, 3, 4) else "plural-genitive"
    elif ending == "ю":  # 1-ю главу, but 5-ю рублями
        form = "feminine-accusative" if re.search("[уюь]$", after) else ""
    else:
        form = _ENDINGS[ending]
    return _rank(value, form) if form else match[0]


def _century(match: re.Match[str]) -> str | None:
    value, ending = _value(match[1]), match[2]
    counts = match[1].isdecimal() and (ending == "" or value % 10 in (2, 3, 4))
    return _rank(value, _CASES[ending]) if value and not counts else None


def _short_century(match: re.Match[str]) -> str | None:
    """`в XIX в.`, `с XVI в.`, `в начале XX в.`: the preposition, or what there is of the century, tells the case."""
    value, text = _value(match[1]), before(match)
    if not value:
        return None
    if re.search(r"\bво?\s$", text, re.I):
        return f"{_rank(value, 'masculine-locative')} веке{shared_stop(match)}"
    if re.search(r"\b(?:со?|до|от|из|после|начал\w|кон(?:ец|ц\w)|середин\w|половин\w)\s$", text, re.I):
        return f"{_rank(value, 'masculine-genitive')} века{shared_stop(match)}"
    return None


def _chapter(match: re.Match[str]) -> str | None:
    value, feminine = _value(match[2]), match[1].casefold() in ("глава", "часть", "книга", "сцена")
    return f"{match[1]} {_rank(value, 'feminine' if feminine else 'masculine')}" if value else None


def _ruler(match: re.Match[str]) -> str | None:
    """Пётр I: the name is in the nominative, and so is its rank."""
    value, gender = roman.value(match[2]), "feminine" if match[1].endswith("а") else "masculine"
    return f"{match[1]} {_rank(value, gender).capitalize()}" if value else None


@cache
def rules() -> tuple[Rule, ...]:
    """From what holds numbers as a part of something else to signs."""
    words, rulers = _table().words, "|".join(_table().rulers)
    ends, numeral = r"(?![^\W_])", rf"({roman.ROMAN}|\d{{1,2}})"
    months, endings = (
        "|".join(_table().months),
        "|".join(sorted([*_ENDINGS, "й", "ой", "е", "м", "х", "ю"], key=len, reverse=True)),
    )
    forms: tuple[tuple[str, Say], ...] = (
        (r"</?[A-Za-z][^<>]{0,80}>", lambda m: m[0]),
        (rf"({any_of(words)})(?<=[.\w]){ends}", partial(stopped, words)),
        (
            rf"№\s?(\d+){ends}",
            lambda m: None if _PREPOSITION.search(before(m)) else f"номер {cardinal(int(m[1]), 'ru')}",
        ),
        (rf"(\d{{1,2}})\s({months})(?:\s(\d{{4}})\s(?:года|г\.))?(?!\s\d){ends}", _date),
        (rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}})(?:\s?г\.)?{ends}", _date),
        (rf"(\d{{2,4}})\s?(?:год(|а|у|ом|е)|г\.){ends}", _year),
        (rf"(\d{{4}}|{roman.ROMAN})(?=\s(?:по|и)\s(?:\d{{4}}\s?(?:год|г\.)|{roman.ROMAN}\sвек(?:|ом){ends}))", _from),
        (rf"(\d{{1,4}})-({endings}){ends}", _ranked),
        (rf"(?<![-–]){numeral}(?=\s(?:(?:и|или)\s{roman.ROMAN}\s)?век(|а|у|ом|е|ах|ов){ends})", _century),
        (rf"(?<![-–]){numeral}\sв\.", _short_century),
        (r"(\d{1,2})(?=\s(?:этаже|курсе)\b)", lambda m: _rank(int(m[1]), "masculine-locative")),
        (rf"(?i:(глава|часть|книга|сцена|том|акт))\s({roman.ROMAN}|\d{{1,3}})(?!\d|\s[а-яё]){ends}", _chapter),
        (rf"({rulers})\s({roman.ROMAN}){ends}", _ruler),
    )
    table = _table()
    if table.powers and table.small_parts:
        forms = (*powers.forms("ru", table.powers), *vulgar.forms("ru", table.small_parts), *forms)
    return (*web.rules("ru"), *(Rule(re.compile(pattern), say) for pattern, say in forms))


@cache
def gate() -> re.Pattern[str]:
    """What a line must hold for any rule to agree."""
    return re.compile(
        rf"[\d№@<{vulgar.SIGNS}]|{powers.GATE}|\.[A-Za-z]|(?<!\w)[IVXLCDM]+(?!\w)|(?<!\w)(?:{any_of(_table().words)})"
    )
