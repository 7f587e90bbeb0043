"""A chapter's head: its number and its name, also where a page has one of them in a mere paragraph.

`<p>CHAPTER I</p><h2>The Start</h2>` is one head of two lines. What stands in it twice is settled
where it is read; here it is only known for what it is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from narrate.book import Block, BlockKind
from narrate.languages import languages
from narrate.languages.language import Headings
from narrate.words import roman

_LONGEST = 40  # characters of a number alone
_SENTENCE = re.compile(r"[.!?…。！？][\W_]*\Z")
_MOST = 4  # blocks of a head


@cache
def number_pattern() -> str:
    """A chapter's number, in digits or in words."""
    in_words = "|".join(language.headings.number for language in languages().values() if language.headings.number)
    return rf"(?:\d{{1,4}}|{roman.CHAPTERS}|{in_words})"


def any_of(words: Callable[[Headings], frozenset[str]]) -> str:
    """A pattern for the words that headings have in any language."""
    return "|".join(sorted({re.escape(word) for language in languages().values() for word in words(language.headings)}))


@cache
def _alone() -> re.Pattern[str]:
    """The number of a chapter alone: `CHAPTER XII.`, `12`, `Erstes Kapitel`, `第十二章`, `제3장`."""
    numbered, divisions = any_of(lambda words: words.numbered), any_of(lambda words: words.divisions)
    counted = "|".join(language.headings.counted for language in languages().values() if language.headings.counted)
    return re.compile(
        rf"[\W_]*(?:(?:{numbered}) {number_pattern()}|(?:\d{{1,3}}|(?-i:{roman.CHAPTERS}))|"
        rf"(?:{divisions}) \w+(?:[- ]\w+)?|\w+ (?:{divisions})|{counted})[\W_]*",
        re.IGNORECASE,
    )


def is_chapter_number(text: str) -> bool:
    """Whether a paragraph is nothing but a chapter's number: `CHAPTER I`, `I.`, `Erstes Kapitel`."""
    first = next((c for c in text if c.isalnum()), "")
    return 0 < len(text) <= _LONGEST and not first.islower() and _alone().fullmatch(text) is not None


def head_at_end(blocks: list[Block]) -> list[Block]:
    """Take the paragraph that is the next chapter's number off the end of a chapter's blocks, if one is there."""
    start = len(blocks)
    while start > 1 and (not blocks[start - 1].text or is_number(blocks[start - 1])):
        start -= 1
    taken = [block for block in blocks[start:] if block.text]
    if taken:
        del blocks[start:]
    return taken


def is_number(block: Block) -> bool:
    """Whether a block is a paragraph with nothing but a chapter's number."""
    return block.kind is BlockKind.PARAGRAPH and not block.speaker and is_chapter_number(block.text)


def with_head(blocks: Sequence[Block], title: str, *, named: bool = True) -> list[Block]:
    """A chapter's blocks with those as headings that are its head, whatever the page has them in.

    They are a number before the text or beside a heading, and paragraphs that together are the `title`. Where
    nothing `named` the chapter, its title is the book's, which may be made of a sentence: that stays text.
    Nothing is a head that no text follows.
    """
    told = [block for block in blocks[: 2 * _MOST] if block.kind is not BlockKind.SCENE_BREAK]
    titled = _titled(told, plain(title))
    if titled and not named and _SENTENCE.search(told[titled - 1].text):
        titled = 0
    count = max(titled, _numbered(told))
    ids = {id(block) for block in told[:count] if block.kind is BlockKind.PARAGRAPH}
    if not ids or not any(_has_text(block) for block in blocks if id(block) not in ids):
        return list(blocks)
    level = next((block.level for block in told[:count] if block.level), 0)
    kept = list(blocks)
    for index, block in enumerate(kept[: 2 * _MOST]):
        if id(block) in ids:
            kept[index] = replace(block, kind=BlockKind.HEADING, level=level)
    return kept


def _titled(blocks: Sequence[Block], title: str) -> int:
    """How many blocks together have the title's very words; 0 for none."""
    words = ""
    for count, block in enumerate(blocks[:_MOST], start=1):
        words += plain(block.text)
        if not _may_head(block) or not title.startswith(words):
            return 0
        if words == title and words:
            return count
    return 0


def _numbered(blocks: Sequence[Block]) -> int:
    """How many blocks are headings or a chapter's number alone, from the first on."""
    count = 0
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if not _may_head(block):
            break
        if block.kind is BlockKind.PARAGRAPH:
            # "I" before small letters is the word, cut off from its sentence
            goes_on = len(block.text) == 1 and after is not None and after.text[:1].islower()
            again = any(plain(block.text) == plain(other.text) for other in blocks[:count] if other.kind is block.kind)
            if not is_chapter_number(block.text) or goes_on or again:
                break
        count += 1
    return count


def _may_head(block: Block) -> bool:
    return not block.speaker and block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)


def _has_text(block: Block) -> bool:
    """Whether a block is no heading and has something to say."""
    return block.kind is not BlockKind.HEADING and plain(block.text) != ""


def plain(text: str) -> str:
    """Letters and digits alone: "I." and "i" are the same heading."""
    return "".join(c for c in text.casefold() if c.isalnum())
