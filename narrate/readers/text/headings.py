"""What is a heading of plain text, by its looks alone: `CHAPTER I`, `Chapitre premier`, `第一章 港口`, `# The Sea`.

A heading must look like one and stand alone. Where that is in doubt it stays a paragraph, because a false chapter is
worse than a missed one.
"""

import re
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from narrate.languages import languages
from narrate.readers.characters import clean
from narrate.readers.heads import any_of, number_pattern
from narrate.words import roman

MAX_TITLE = 80  # characters of a heading
_MAX_WIDE = 40  # signs of one in Chinese, Japanese or Korean
_MAX_UNPARTED = 15  # signs of a title there that nothing parts from its number
_SUBTITLE = 60  # characters of a title below its number
_ROMAN_ALONE = re.compile(rf"{roman.CHAPTERS}\.?")
_MARKED = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t]*#*")
_UNDERLINE = re.compile(r"[=~^*-]{3,}|[─━═]{3,}")
_DIGITS = "〇一二三四五六七八九"
_COUNTED = re.compile(r"\d{1,3}[.、]?|[一二三四五六七八九十]{1,3}[、]?")
_SENTENCE_END = re.compile(r"[.!?…。！？，,;:；：—-][\"”’'»」』]*$")
_WIDE_SIGN = "[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
_WIDE = re.compile(_WIDE_SIGN)


def marked(row: str) -> tuple[str, int] | None:
    """The heading that a row marks with `#`, and its level; None for any other row."""
    found = _MARKED.fullmatch(row.strip())
    return (
        (found[2], len(found[1])) if found and len(found[2]) <= MAX_TITLE and any(map(str.isalnum, found[2])) else None
    )


def headings(group: Sequence[str], joined: str) -> list[str]:
    """The headings that a paragraph is (a number, and its title on the next row); none for most."""
    if len(joined) > 2 * MAX_TITLE or len(group) > 4:
        return []
    rows = [row for row in map(clean, group) if row and not _UNDERLINE.fullmatch(row)]
    if not rows:
        return []
    if rows[1:] and wants_number(rows[0]) and is_number(rows[1]):
        rows[:2] = [f"{rows[0].rstrip('.:')} {rows[1]}"]
    if opens(rows[0]):
        rest = " ".join(rows[1:])
        found = [rows[0], rest] if rest else [rows[0]]
        return found if _is_title(rest) else []
    return rows if len(rows) == 1 and _is_shouted(rows[0]) else []


def opens(text: str) -> bool:
    """Whether a row opens a chapter: it says that it is one, or is a Roman numeral alone."""
    return is_named(text) or _ROMAN_ALONE.fullmatch(text) is not None


def is_bare(text: str) -> bool:
    """Whether a heading is nothing but a chapter's number, which a title may follow."""
    return _bare().fullmatch(text) is not None


def wants_number(row: str) -> bool:
    """Whether a row is a heading's word without its number, which is in the next one: `CHAPTER`."""
    word = row.rstrip(".:")
    return word.casefold() in _titled() and (word.isupper() or word.istitle())


@cache
def _titled() -> frozenset[str]:
    return frozenset().union(*(language.headings.titled for language in languages().values()))


def is_number(row: str) -> bool:
    """Whether a row is a chapter's number alone, in digits, Roman or words."""
    return len(row) <= _SUBTITLE and _number_alone().fullmatch(row) is not None


@cache
def _number_alone() -> re.Pattern[str]:
    return re.compile(rf"(?:no?\. ?|№ ?)?{number_pattern()}[.:]?", re.IGNORECASE)


def counted_chapters(texts: Sequence[str]) -> list[str]:
    """The paragraphs that are numbers alone, where they count a text's chapters: 1, 2, 3, each with text below it."""
    numbers = [(at, text) for at, text in enumerate(texts) if 0 < len(text) <= 3 and _COUNTED.fullmatch(text)]
    if len(numbers) < 2 or any(_value(text) != count for count, (_, text) in enumerate(numbers, start=1)):
        return []
    told = [at for at, text in enumerate(texts) if len(text) > 3]
    followed = all(bisect(told, at) < bisect(told, after) for (at, _), (after, _) in pairwise(numbers))
    return [text for _, text in numbers] if followed else []


def _value(text: str) -> int:
    number = text.rstrip(".、")
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return (
        10 * (_DIGITS.find(tens) if tens else 1) + max(0, _DIGITS.find(ones) if ones else 0)
        if ten
        else _DIGITS.find(ones)
    )


def may_be_title(text: str) -> bool:
    """Whether a paragraph is no longer than a title, and no sentence."""
    return len(text) <= MAX_TITLE and not _SENTENCE_END.search(text)


def is_subtitle(text: str) -> bool:
    """Whether a row alone after `CHAPTER I` is its title: `Down the Rabbit-Hole`, `Le port endormi`, `港口`."""
    if _WIDE.search(text):
        return len(text) <= _MAX_UNPARTED and text[-1].isalnum() and not re.search("[。，、！？「『“]", text)
    return len(text) <= _SUBTITLE and (text[0].isupper() or text[0].isdigit()) and text[-1].isalnum()


@cache
def _named_heading() -> re.Pattern[str]:
    """A heading that says what it is, and its title in the same row."""
    numbered, unnumbered = any_of(lambda words: words.plain), any_of(lambda words: words.unnumbered)
    counted = "|".join(language.headings.counted for language in languages().values() if language.headings.counted)
    number = rf"(?:n[o°º]?\. ?|№ ?|the )?{number_pattern()}"
    return re.compile(
        rf"(?:(?:{numbered}) {number}|{number_pattern()} (?:{numbered})|{unnumbered}|(?P<counted>{counted}))"
        rf"(?:(?P<mark>\s*[.:：、．·・—–-]+\s*|\s+(?=[^\W\d_]|[“\"'‘«「『《〈(（]))(?P<title>.*)|[.:：]?|(?P<unparted>(?<={_WIDE_SIGN})\w.*))",
        re.IGNORECASE,
    )


@cache
def _bare() -> re.Pattern[str]:
    """A heading with nothing but a number."""
    titled = any_of(lambda words: words.titled)
    counted = "|".join(language.headings.counted for language in languages().values() if language.headings.counted)
    return re.compile(
        rf"(?:(?:{titled}) )?{number_pattern()}[.:]?|{number_pattern()} (?:{titled})[.:]?|(?:{counted})", re.IGNORECASE
    )


def is_named(row: str) -> bool:
    """Whether it reads `Chapter 3`, `PART ONE: The Sea`, `Epilogue`, `第三話`; not `Part one of the plan failed.`"""
    match = _named_heading().fullmatch(row)
    if match is None or row[:1].islower() or len(row) > MAX_TITLE:
        return False
    title = match["title"] or ""
    if match["counted"] or _WIDE.match(row):
        return _is_wide_title(title, match["unparted"] or "", row)
    if match["unparted"]:
        return False
    if title and not match["mark"].strip():
        # No mark between: only `CHAPTER I THE SEA` or `Chapter 1 The Sea`, with a title's capitals.
        return _is_title(title) and (_has_title_case(title) or (title[0].isupper() and not _SENTENCE_END.search(title)))
    return _is_title(title)


def _is_wide_title(title: str, unparted: str, row: str) -> bool:
    """Whether what follows 第一章 is its title: short, and no sentence."""
    said = title or unparted
    if len(row) > _MAX_WIDE or len(unparted) > _MAX_UNPARTED:
        return False
    return not re.search("[。，；]|[.!?！？：:]$", said) and not (
        unparted and re.search("[！？」』”]|[はがをにのも]|[가-힣]", unparted)
    )


def _is_title(text: str) -> bool:
    """Whether it may be a title: short, and not a sentence that goes on."""
    return len(text) <= MAX_TITLE and not text.endswith((",", ";", "-", "—")) and not text[:1].islower()


def _has_title_case(text: str) -> bool:
    words = [w for w in re.findall(r"\w[\w'’]*", text) if len(w) > 3]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def _is_shouted(text: str) -> bool:
    """A short line in capitals, as old files set titles: `THE SEA`, but not `NO!` or `A. B. C.`"""
    letters = [c for c in text if c.isalpha()]
    return (
        len(text) <= _SUBTITLE
        and len(letters) >= 4
        and all(c.isupper() for c in letters)
        and not text.endswith(("!", ",", ";", ":", "-", "—", "”", '"', "."))
        and text[0] not in "“\"'‘([{"
    )


def is_said(text: str, found: list[str]) -> bool:
    """Whether a number alone is the one that the heading before it ends with: `CHAPTER I`, `I.`"""
    number = text.rstrip(".")
    return bool(found) and _ROMAN_ALONE.fullmatch(text) is not None and _is_chapter(found[-1], number)


def _is_chapter(heading: str, number: str) -> bool:
    chapter = any_of(lambda words: words.titled & words.chapters)
    return re.fullmatch(rf"(?:{chapter}) {number}[.:]?", heading, re.IGNORECASE) is not None
