"""Chinese, Japanese and Korean as spoken: numbers in the language's own words, joined to their counters.

There are no spaces to go by in Chinese and Japanese, so a rule may begin at any digit or sign
that does not stand inside a Latin word.
"""

import re
from collections.abc import Callable
from functools import cache, partial

from narrate.languages import find_language
from narrate.languages.spoken import EastAsian
from narrate.words import powers, vulgar, web
from narrate.words.numbers import by_rule, cardinal, decimal, digits, mixed
from narrate.words.scan import Rule, before

STARTS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9０-９]|[$€£¥￥₩%％&＆@＠=＝+＋#＃№°℃~～〜<.-]|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")


# What Chinese counts with 两, and Korean with its own numbers (up to ninety-nine).
_LIANG = (
    "个個只隻本张張条條位件天匹辆輛座间間家种種块塊把头頭棵杯双雙岁歲点點"
    "里米斤元倍台部支瓶根步层層篇句封口艘架幅盒袋碗片颗顆束群"
)
_ER = "月日号號楼樓路班线線世院叔战戰十百千万萬亿億比点點/"  # what 2 is 二 before; before all else it is left
_NATIVE = "시간|시|살|명|개|마리|사람|잔|그루|송이|켤레|군데|가지"
# After a Korean counter come its endings; 개월, 시즌 and 살인 are other words. These counters have two readings.
_ENDING = "(?=[^가-힣]|$|[이가은는을를의에와과도만로씩쯤까부처보경전])"
_TWO_WAYS = "번(?!지|째)|대|장|권|달(?!러)|동|병|채|배|분(?![ ]?(?:뒤|후|전|간|동안))"
_KOREAN_MONTHS = {6: "유", 10: "시"}
# A time with a colon stands alone or after a part of the day; elsewhere 3:16 may be a verse or a score.
_DAYPART = re.compile(
    r"(?:^|[、，,。（(「“]|[上下中]午|早上|晚上|凌晨|午[前後]|夜|朝|晩|오[전후]|새벽|아침|저녁|밤|낮)\s?$"
)
_NARROW = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_SIGNS = str.maketrans("＆＠＝％＃", "&@=%#")

Say = Callable[[re.Match[str]], str | None]


def _table(language: str) -> EastAsian:
    table = find_language(language).spoken
    assert isinstance(table, EastAsian)
    return table


def number(written: str, language: str) -> str:
    """A number as written, with commas between thousands and a decimal point."""
    return decimal(written.translate(_NARROW).replace(",", ""), language, _table(language).point)


def _years(plain: str, language: str) -> str:
    """1888年: by its digits in Chinese, as a number in Japanese and Korean."""
    return digits(plain, "zh").replace("零", "〇") if language == "zh" else cardinal(int(plain), language)


def _year(match: re.Match[str], language: str) -> str:
    plain = match[1].translate(_NARROW)
    while_ = plain.endswith("00") and match.string[match.end() :].startswith(tuple("前来來间間多以之历的"))
    if language == "zh" and (while_ or not "1000" < plain < "2100"):
        return match[0]  # 2000年 is a year; 2000年前 and 3000年 are as likely a while
    return _years(plain, language) + match[2]


def _span(match: re.Match[str], language: str) -> str:
    return f"{_years(match[1], language)}{_table(language).to}{_years(match[2], language)}{match[3]}"


def _range(match: re.Match[str], language: str) -> str:
    first, last = match[1], match[2]
    if float(first.translate(_NARROW).replace(",", "")) >= float(last.translate(_NARROW).replace(",", "")):
        return match[0]
    return number(first, language) + _table(language).to + number(last, language)


def _counted(match: re.Match[str], language: str) -> str:
    """A number before its counter: 2个 → 两个, 3명 → 세 명."""
    value, counter = int(match[1].translate(_NARROW)), match[3]
    if language == "zh":
        said = "两" if value == 2 else by_rule(value, "zh", "spellout-cardinal-alternate2")
        return said + match[2] + counter
    if counter == "번째":
        return by_rule(value, "ko", "spellout-ordinal-native-count")
    if counter == "시" and value > 12:
        return f"{cardinal(value, 'ko')} 시"
    return f"{by_rule(value, 'ko', 'spellout-cardinal-native-attributive')} {counter}"


def _time(match: re.Match[str], language: str) -> str | None:
    hour, minute = int(match[1].translate(_NARROW)), int(match[2].translate(_NARROW))
    if hour > 24 or minute > 59 or not _DAYPART.search(before(match)):
        return None
    native = language == "ko" and 1 <= hour <= 12
    hours = by_rule(hour, "ko", "spellout-cardinal-native-attributive") if native else cardinal(hour, language)
    hours = "两" if language == "zh" and hour == 2 else hours
    if not minute:
        return _table(language).time.partition("{1}")[0].format(hours).rstrip() + ("整" if language == "zh" else "")
    zero = "零" if language == "zh" and minute < 10 else ""
    return _table(language).time.format(hours, zero + cardinal(minute, language))


def _date(match: re.Match[str], language: str) -> str | None:
    year, month, day = match[1], int(match[3]), int(match[4])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    months = _KOREAN_MONTHS.get(month) if language == "ko" else None
    return _table(language).date.format(
        _years(year, language), months or cardinal(month, language), cardinal(day, language)
    )


def _as_written(match: re.Match[str]) -> str:
    return match[0]


@cache
def rules(language: str) -> tuple[Rule, ...]:
    table = _table(language)
    amount = r"(?>[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?![0-9])|[0-9０-９]+)(?:[.．][0-9０-９]+)?"
    ends = r"(?![A-Za-z0-9])"

    def say(text: str) -> str:
        return number(text, language)

    signs = "".join(map(re.escape, table.currencies))
    units = "|".join(map(re.escape, table.units))
    words = "美元|美金|元|円|圓|원|달러|유로|엔"
    # A hyphen is a range's only before what is counted: 3-1 is a score, 5-3 a house.
    to = "[~～〜–]" if language != "zh" else "[~～〜–]|-(?=[\\d０-９]+[天个年月日周岁人分小米公名元次级倍])"
    forms: list[tuple[str, Say]] = [
        (r"</?[A-Za-z][^<>]{0,80}>", _as_written),
        (rf"(?:\+?\d{{2,4}}[- ]\d{{3,4}}[- ]\d{{4}}|0\d{{1,3}}-\d{{6,8}}){ends}",
         lambda m: " ".join(digits(run, language).replace("영", "공") for run in re.findall(r"\d+", m[0]))),
        (rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){ends}", partial(_date, language=language)),
        (r"(\d{4})[-~～〜–](\d{4})(\s?[年년])", partial(_span, language=language)),
        (r"([0-9０-９]{4})(\s?[年년])", partial(_year, language=language)),
        (r"([0-9０-９]{1,2})[:：]([0-9０-９]{2})(?![:0-9])", partial(_time, language=language)),
        (rf"([{signs}])\s?({amount})\s?([万億亿千만억천]*)",
         lambda m: table.currencies[m[1]].format(say(m[2]) + m[3])),
        (rf"({amount})\s?[%％]\s?[-~～〜–]\s?({amount})\s?[%％]",
         lambda m: table.percent.format(say(m[1])) + table.to + table.percent.format(say(m[2]))),
        (rf"({amount})\s?[%％]", lambda m: table.percent.format(say(m[1]))),
        (rf"(?:(?<![\w)）])[-−])?({amount})\s?({units}){ends}",
         lambda m: (table.minus if m[0][0] in "-−" else "") + say(m[1]) + table.space + table.units[m[2]]),
        (rf"(\d{{1,3}})[/／](\d{{1,3}})(?![/／\d]){ends}", lambda m: table.over.format(say(m[1]), say(m[2]))),
        *(powers.forms(language, table.powers) if table.powers else ()),
        *(vulgar.forms(language, table.small_parts) if table.small_parts else ()),
        *_own(language),
        (rf"({amount})(?:{to})({amount})(?![-~～〜–:+=]){ends}", partial(_range, language=language)),
        (rf"(?<![\w)）])[-−]({amount}){ends}", lambda m: table.minus + say(m[1])),
        (rf"({amount})\s?({words})", lambda m: say(m[1]) + table.space + m[2]),
        (rf"{amount}(?!\s?[-~～〜–:：/+=×]\s?[\d０-９]){ends}", lambda m: say(m[0])),
        (r"(?>[0-9０-９]+(?:\s?[-~～〜–:：/+=×.,]\s?[0-9０-９]+)+)", _as_written),
        (r"(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{2,40}", lambda m: mixed(m[0], language, table.space)),
        (r"[&%@=#°№]|＆|＠|＝|％|＃", lambda m: table.signs[m[0].translate(_SIGNS)]),
    ]  # fmt: skip
    return (*web.rules(language), *(Rule(re.compile(pattern), found) for pattern, found in forms))


def _own(language: str) -> list[tuple[str, Say]]:
    if language == "zh":
        return [
            (rf"(?<!第)([0-9０-９]{{1,7}})(\s?)(公里|小时|分钟|次(?!方)|年(?=前|后|後|以|之|来|多|半)|[{_LIANG}])",
             partial(_counted, language="zh")),
            (rf"(?<!第)[2２](?=[\u4e00-\u9fff])(?![{_ER}])", _as_written),
        ]  # fmt: skip
    if language == "ko":
        return [
            (r"(\d+)분의\s?(\d+)", lambda m: _table("ko").over.format(*(number(m[n], "ko") for n in (2, 1)))),
            (r"(6|10)월", lambda m: _KOREAN_MONTHS[int(m[1])] + "월"),
            (rf"(?<!제)([0-9]{{1,2}})(\s?)(번째|(?:{_NATIVE}){_ENDING})", partial(_counted, language="ko")),
            (
                rf"(?<!제)[0-9]{{1,2}}(?:[~-][0-9]{{1,2}})?\s?(?:{_TWO_WAYS}|살|명|마리|잔|개(?!월|국)|시(?!간|즌|대))",
                _korean_unsure,
            ),
        ]
    return []


def _korean_unsure(match: re.Match[str]) -> str | None:
    """`3번` is three times or number three; ten minutes and more are no guests."""
    minutes = match[0][-1] == "분" and (re.match(r"[1-6]\d", match[0]) or before(match).endswith("시 "))
    return None if minutes else match[0]


GATE = re.compile(r"[0-9０-９%％&＆@＠=＝#＃№°" + vulgar.SIGNS + r"]|\.[a-z]|" + powers.GATE)
