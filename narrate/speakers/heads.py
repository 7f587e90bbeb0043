"""Chapter heads: the title in the contents and the headings on the page, each spoken once."""

import re
from collections.abc import Sequence

from narrate.book import Block
from narrate.languages import languages
from narrate.readers import is_chapter_number, plain
from narrate.words import as_spoken, roman

_WORD = re.compile(r"[^\W_]+")


def said_once(head: Sequence[Block], text: Sequence[Block], language: str) -> list[Block]:
    """A chapter's headings without those that say again what another of them says: `Chapter I`, `I.`

    A number alone stays where the chapter goes on with the next one: it counts sections.
    """
    kept: list[Block] = []
    for index, block in enumerate(head):
        others = [*kept, *head[index + 1 :]]
        again = any(plain(block.text) == plain(other.text) for other in kept)
        named = any(names_number(other.text, block.text, language) for other in others)
        if not again and (not named or counts_sections(block, [*head, *text])):
            kept.append(block)
    return kept


def title_says(title: str, head: Sequence[Block], language: str) -> bool:
    """Whether a chapter's headings are only the number that its title opens with: then the title says it all."""
    if len(head) != 1:
        return False
    (block,) = head
    words, said = _words(title, language), _words(block.text, language)
    opens = is_chapter_number(block.text) and words[: len(said)] == said
    return opens or names_number(title, block.text, language)


def counts_sections(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether a block is a number alone, and a later one the next number."""
    number = _number(block.text)
    return number > 0 and any(_number(other.text) == number + 1 for other in blocks)


def names_number(text: str, number: str, language: str) -> bool:
    """Whether a heading opens with a `number` that stands alone elsewhere: `Chapter I`, `1. The Start`."""
    if not _number(number):
        return False
    said, words, written = _words(number, language), _words(text, language), _WORD.findall(text)
    if not written or text == number:
        return False
    if _number(written[0]) and words[: len(said)] == said:
        return len(written) > 1
    # Below a part or a book, a number alone is its first chapter's.
    return _counts_chapters(written[0].casefold()) and words[1 : 1 + len(said)] == said


def _counts_chapters(word: str) -> bool:
    return any(word in spoken.headings.chapters for spoken in languages().values())


def _number(text: str) -> int:
    """What a text of nothing but a numeral is worth; 0 for any other."""
    if len(text) > 20 or len(words := _WORD.findall(text)) != 1:
        return 0
    (word,) = words
    return int(word) if word.isdecimal() else roman.value(word) if word.isupper() else 0


def _words(text: str, language: str) -> list[str]:
    """A heading's words as they are spoken, in small letters."""
    return _WORD.findall(as_spoken(text, language, heading=True).casefold())
