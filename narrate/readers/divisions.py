"""The divisions of a book by their headings' words: what opens a chapter by number, and what a part of chapters."""

import re
from functools import cache

from narrate.languages import languages
from narrate.readers.heads import any_of, number_pattern
from narrate.words import roman

_LONGEST = 120  # characters of a heading with a number and a name
_LONGEST_ALONE = 16  # characters of a number without a name
_PARTS_COUNTED = "部巻卷册冊부"  # of 第一部 and the like; the others count chapters


@cache
def _opening(chapters: bool) -> re.Pattern[str]:
    """`Chapter 3`, `CHAPTER III. The Ferry`, `Drittes Kapitel`, `第三章 渡船`; or the same of parts."""
    if chapters:
        any_number = any_of(lambda words: words.chapters)
        any_word = any_of(lambda words: words.chapters & words.divisions)
    else:
        any_number = any_of(lambda words: (words.numbered | words.divisions) - words.chapters)
        any_word = any_of(lambda words: words.divisions - words.chapters)
    counted = "|".join(language.headings.counted for language in languages().values() if language.headings.counted)
    sign = rf"(?<{'!' if chapters else '='}[{_PARTS_COUNTED}])"
    ends = r"(?=[\W_]*\Z|\s*[.:,;—–-]|\s*\()"
    return re.compile(
        rf"[\W_]*(?:(?:{any_number})[ .]{{1,2}}{number_pattern()}(?!\w)|(?:{any_word}) [^\W\d_]+{ends}|"
        rf"(?:\d{{1,3}}\.?|[^\W\d_]+) (?:{any_word}){ends}|(?:{counted}){sign})",
        re.IGNORECASE,
    )


def opens_chapter(text: str) -> bool:
    """Whether a heading says that it is a chapter's, with its number: `Chapter 3: The Ferry`, `Drittes Kapitel`."""
    return len(text) <= _LONGEST and _opening(chapters=True).match(text) is not None


def opens_part(text: str) -> bool:
    """Whether a heading is that of a part, which holds chapters: `Part Two`, `Zweites Buch`, `第二部`."""
    return len(text) <= _LONGEST and _opening(chapters=False).match(text) is not None


def worth(text: str) -> int:
    """What a number alone is worth, in digits or Roman capitals, whatever is around it: `— IV. —`; 0 for any other."""
    found = re.fullmatch(r"\W*(?:(\d{1,3})|([IVXLC]{1,9}))\W*", text[:_LONGEST_ALONE])
    if not found or len(text) > _LONGEST_ALONE:
        return 0
    return int(found[1]) if found[1] else roman.value(found[2])
