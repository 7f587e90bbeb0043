"""The outline that headings give, where the contents name one place, only parts, or nothing.

A chapter starts at a heading that says so ("Chapter 3"); where none does, at those of the highest level that
has several. Where there are no headings, pages are called what a browser's window would be called.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from narrate.book import Block, BlockKind
from narrate.readers.chapters import BLANK
from narrate.readers.divisions import opens_chapter, opens_part, worth
from narrate.readers.epub.sections import OWN_CHAPTER_WORDS, Section
from narrate.readers.epub.window_titles import by_window_titles
from narrate.readers.heads import is_chapter_number, plain

_SEVERAL = 2
_LONGEST_NUMBER = 75  # characters of a paragraph that opens a chapter
_NO_LEVEL = 2  # of a heading that is none of h1 to h6


@dataclass(slots=True)
class _Head:
    """Headings that stand together, from item `at` of a section on; and how many words follow them."""

    at: int
    blocks: list[Block] = field(default_factory=list)
    words: int = 0

    @property
    def levels(self) -> list[int]:
        """Of its headings; that of a part above a chapter's is none of them."""
        own = [block for block in self.blocks if not opens_part(block.text)] or self.blocks
        return [block.level or _NO_LEVEL for block in own]

    @property
    def level(self) -> int:
        return min(self.levels)

    @property
    def chapter(self) -> int:
        """Which of its headings opens a chapter by its words; -1 for none."""
        return next((n for n, block in enumerate(self.blocks) if opens_chapter(block.text)), -1)

    @property
    def number(self) -> bool:
        """Whether one of its headings is a chapter's number."""
        return any(map(_counts, self.blocks))

    @property
    def above(self) -> str:
        """The part that it opens, "" for none."""
        return next((block.text for block in self.blocks if opens_part(block.text)), "")

    @property
    def part(self) -> bool:
        return len(self.blocks) == 1 and self.above != ""


def outlined(sections: Sequence[Section], title: str) -> list[Section]:
    """`sections`, those cut at their headings that hold several chapters. `title` is the book's."""
    named = [section for section in sections if section.leaf and section.has_text]
    if len(named) < _SEVERAL:
        return _told_apart(_by_headings(sections, title))
    return _told_apart([piece for section in sections for piece in _chapters_within(section)])


# --- one place, or none ---------------------------------------------------------------------------


def _by_headings(sections: Sequence[Section], title: str) -> list[Section]:
    """Sections cut at the headings that are chapters' in the whole book; else at pages, by their titles."""
    heads = [list(_heads(section, title)) for section in sections]
    level, chosen = _chosen([head for found in heads for head in found])
    if len(chosen) < _SEVERAL:
        paged = [piece for section in sections for piece in by_window_titles(section, title)]
        if len({plain(piece.title) for piece in paged if piece.leaf and piece.has_text}) >= _SEVERAL:
            return paged
        names = [b.text for found in heads for head in found for b in head.blocks] + [
            s.title for s in sections if s.leaf
        ]
        numbers = _numbers(sections, alone=all(plain(name) == plain(title) for name in names))
        if sum(map(len, numbers)) >= _SEVERAL:
            heads, level, chosen = numbers, 1, [head for found in numbers for head in found]
        elif not any(section.leaf for section in sections):
            level, chosen = 1, [head for found in heads for head in found]
    if not chosen:
        return list(sections)
    ids = {id(head) for head in chosen}
    return [
        piece
        for section, found in zip(sections, heads, strict=True)
        for piece in _cut_at(section, [head for head in found if id(head) in ids], level)
    ]


def _chosen(heads: Sequence[_Head]) -> tuple[int, list[_Head]]:
    """The heads that start chapters or stand above them; and the level of a chapter's."""
    chapters = [head for head in heads if head.chapter >= 0]
    if len(chapters) < _SEVERAL:
        chapters = [head for head in heads if head.words and head.number]
        top = min((head.levels[-1] for head in chapters), default=0)
        above = [head for head in heads if not head.part and head.level < top]
        firsts = Counter(plain(head.blocks[-1].text) for head in chapters)
        if len(above) >= _SEVERAL or max(firsts.values(), default=0) >= _SEVERAL:
            chapters = []  # they count the sections of what stands above them
    if len(chapters) >= _SEVERAL:
        levels = Counter(block.level or _NO_LEVEL for head in chapters for block in head.blocks if _counts(block))
        usual = levels.most_common(1)[0][0]
        return usual, [h for h in heads if h in chapters or h.level < usual or (h.level == usual and not h.number)]
    for some in ([head for head in heads if not head.part], list(heads)):
        for level in sorted({level for head in some for level in head.levels}):
            here = [head for head in some if head.level <= level]
            if sum(head.words > 0 and level in head.levels for head in here) >= _SEVERAL:
                return level, [head for head in heads if head in here or head.part]
    told_levels = sorted({level for head in heads if head.words for level in head.levels})
    told = [head for head in heads if len(told_levels) > 1 and head.level <= told_levels[1]]
    return (told_levels[1], told) if sum(head.words > 0 for head in told) >= _SEVERAL else (0, [])


def _counts(block: Block) -> bool:
    return opens_chapter(block.text) or (is_chapter_number(block.text) and not opens_part(block.text))


# --- only parts -----------------------------------------------------------------------------------


def _chapters_within(section: Section) -> list[Section]:
    """One place of the contents, cut where its text has the headings of several chapters."""
    if not section.leaf or any(block.speaker for block in section.blocks):
        return [section]  # a play's scenes are no chapters
    heads = list(_heads(section, ""))
    inner = [head for head in heads if head.chapter >= 0]
    called = plain(section.title)
    if len(inner) < _SEVERAL or all(plain(head.blocks[head.chapter].text) in called for head in inner):
        inner = _inside_part(heads) if opens_part(section.title) and not opens_chapter(section.title) else []
    if len(inner) < _SEVERAL:
        return [section]
    return list(_cut_at(section, inner, max(head.levels[-1] for head in inner)))


def _inside_part(heads: Sequence[_Head]) -> list[_Head]:
    """The heads of the chapters in a part: numbers, or else names of one level below the part's own."""
    numbers = [head for head in heads if head.number]
    if len(numbers) >= _SEVERAL:
        return numbers
    named = [head for head in heads if head.words >= OWN_CHAPTER_WORDS and not head.part]
    level = min((head.levels[-1] for head in named), default=0)
    return [head for head in named if head.levels[-1] == level]


# --- cutting --------------------------------------------------------------------------------------


def _heads(section: Section, title: str) -> Iterator[_Head]:
    """A section's heads, each with the words that follow it. The book's `title` over each is none."""
    head: _Head | None = None
    together = False  # whether the next heading goes on with the head
    for at, item in enumerate(section.items):
        if not isinstance(item, Block) or item == BLANK or item.kind is BlockKind.SCENE_BREAK:
            continue
        if item.kind is not BlockKind.HEADING:
            together = False
            if head:
                head.words += len(item.text.split())
            continue
        if head is None or not together:
            if head:
                yield _named(head, title)
            head = _Head(at)
        head.blocks.append(item)
        together = True
    if head:
        yield _named(head, title)


def _named(head: _Head, title: str) -> _Head:
    """A head without the book's title, where that stands above others."""
    own = [block for block in head.blocks if plain(block.text) != plain(title)]
    head.blocks = own or [replace(head.blocks[0], level=1)]
    return head


def _numbers(sections: Sequence[Section], *, alone: bool) -> list[list[_Head]]:
    """Paragraphs that only say which chapter starts, where a book has no headings: with that word, or 1, 2, 3.

    `alone`: nothing but the book itself has a name, or those count the sections of what has.
    """
    found: list[list[_Head]] = [[] for _ in sections]
    counted: list[list[_Head]] = [[] for _ in sections]
    last = 0
    for number, section in enumerate(sections):
        for at, item in enumerate(section.items):
            if not isinstance(item, Block) or item.kind is not BlockKind.PARAGRAPH or item.speaker:
                continue
            if len(item.text) <= _LONGEST_NUMBER and opens_chapter(item.text) and _is_alone(item.text):
                found[number].append(_Head(at, [item]))
            elif worth(item.text) == last + 1:
                last += 1
                counted[number].append(_Head(at, [item]))
    return counted if alone and sum(map(len, found)) < _SEVERAL else found


def _is_alone(text: str) -> bool:
    return is_chapter_number(text) or not text.endswith((".", ",", ";", "!", "?", "…"))


def _cut_at(section: Section, heads: Sequence[_Head], level: int) -> Iterator[Section]:
    """A section's pieces: what stands before the first of `heads`, and one from each on.

    What stands before keeps the section's title; where it is short it opens the first chapter.
    """
    if not heads:
        yield section
        return
    before = replace(section, items=section.items[: heads[0].at])
    before.leaf = section.leaf and before.words >= OWN_CHAPTER_WORDS
    yield before
    above = section.title
    for head, after in pairwise([*heads, _Head(len(section.items))]):
        above = head.above or above
        leaf = not head.part and (level in head.levels or head.chapter >= 0)
        piece = Section(_name(head, level), leaf, section.file, section.parts, section.items[head.at : after.at], above)
        piece.leaf = leaf or piece.words >= OWN_CHAPTER_WORDS
        yield piece


def _name(head: _Head, level: int) -> str:
    """What a head calls its chapter: a number with the name beside it, without what stands above."""
    texts = [block.text for block in head.blocks]
    if head.chapter >= 0:
        texts = texts[head.chapter :]
    else:
        texts = [block.text for block in head.blocks if (block.level or _NO_LEVEL) >= level] or texts
    if len(texts) > 1 and is_chapter_number(texts[0]):
        return f"{texts[0]}{'' if texts[0][-1] in '.:' else '.'} {texts[1]}"
    return texts[0]


def _told_apart(sections: Iterable[Section]) -> list[Section]:
    """Sections that headings have made stand under their part only where two would have one name."""
    found = list(sections)
    names = Counter(plain(section.title) for section in found if section.leaf)
    return [
        replace(section, parts=(*section.parts, section.above)) if _needs_part(section, names) else section
        for section in found
    ]


def _needs_part(section: Section, names: Counter[str]) -> bool:
    return section.above != "" and names[plain(section.title)] > 1
