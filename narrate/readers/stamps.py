"""Stamps of a language: what a template or word processor writes on every paragraph, whatever it is in.

Word marks paragraphs with the language of its keyboard, and converters keep that. A mark is only of use where the
text may be in that language, so marks are held against the text that they are on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from narrate.book import Block, Chapter, Skipped
from narrate.languages import code_of, language_name, language_of, settled_language

_ALL = 0.8  # of a book's letters: a language that they all claim, and that it is not in, is a template's
_ENOUGH = 60  # characters by which a single passage is told
_WHOLE = 0.9  # of a paragraph's characters
_MOST = 20  # languages of one book that are looked at


@dataclass(slots=True)
class _Marked:
    """The passages that are marked as one language, and whether a whole paragraph is among them."""

    texts: list[str] = field(default_factory=list)
    characters: int = 0
    whole: bool = False


def without_stamps(chapters: tuple[Chapter, ...], language: str) -> tuple[tuple[Chapter, ...], tuple[Skipped, ...]]:
    """The chapters of a book in `language` without marks that their own text contradicts, and which these are."""
    blocks = [block for chapter in chapters for block in chapter.blocks]
    marked = _marked(blocks)
    if not marked:
        return chapters, ()
    letters = sum(len(block.text) for block in blocks)
    largest = sorted(marked, key=lambda tag: -marked[tag].characters)[:_MOST]
    left = {tag: 0 for tag in largest if _is_stamp(tag, marked[tag], language, letters)}
    kept = tuple(replace(c, blocks=tuple(_unstamped(block, left) for block in c.blocks)) for c in chapters)
    why = f"a template's, as what they stand on is {language_name(language)}"
    return kept, tuple(Skipped(f'{n} mark{"s" * (n > 1)} of the language "{tag}"', why) for tag, n in left.items() if n)


def _marked(blocks: Iterable[Block]) -> dict[str, _Marked]:
    """What is marked as each language that whole paragraphs are said to be in."""
    found: dict[str, _Marked] = {}
    for block in blocks:
        for span in block.spans:
            one = found.setdefault(span.language, _Marked())
            one.texts.append(block.text[span.start : span.end])
            one.characters += span.end - span.start
            one.whole = one.whole or span.end - span.start >= _WHOLE * len(block.text)
    return {tag: one for tag, one in found.items() if one.whole}


def _is_stamp(tag: str, marked: _Marked, language: str, letters: int) -> bool:
    """Whether what is marked as `tag` is as a whole in the book's `language`, or all of the book and not in that."""
    found = settled_language(marked.texts, tag)[1]
    if found == code_of(tag):
        return False
    sure = found == code_of(language) and marked.characters >= _ENOUGH
    return sure or marked.characters >= _ALL * letters


def _unstamped(block: Block, left: dict[str, int]) -> Block:
    """A block without stamps, which are counted in `left`; a passage that surely is what it is stamped as keeps it."""
    if not any(span.language in left for span in block.spans):
        return block
    kept = []
    for span in block.spans:
        text = block.text[span.start : span.end]
        if span.language not in left or (len(text) >= _ENOUGH and language_of(text) == code_of(span.language)):
            kept.append(span)
        else:
            left[span.language] += 1
    return replace(block, spans=tuple(kept))
