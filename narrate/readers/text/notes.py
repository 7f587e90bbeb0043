"""Notes of a text file: their marks taken out of the text, and they themselves left out or put where they are wanted.

    the gulls.[1]  …  [Footnote 1: Not at night.]        so it was,* he said  …  * As he told me himself.

What stands in brackets is a mark only where there is a note for it, or where such numbers count on through the book.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from narrate.book import Block, BlockKind, Chapter, Skipped
from narrate.readers.characters import clean
from narrate.readers.ornaments import is_scene_break
from narrate.readers.text.brackets import without_marks
from narrate.readers.text.hyphens import Joiner

_MARK = re.compile(r"(?P<space> ?)\[(?P<label>\d{1,4}|[A-Za-z]{1,2}|[*†‡§]{1,3})\]")
_SIGN = re.compile(r"(?<=[\w.,;:!?”’\"')»])(?:\*{1,3}|[†‡]{1,3}|(?<!\d)[¹²³⁴-⁹⁰]{1,3})(?![\w*])")
_SIGNS = frozenset("*†‡¹²³⁴⁵⁶⁷⁸⁹⁰")
_NOTE = re.compile(
    r"(?:\[(?P<label>\d{1,4}|[A-Za-z]{1,2}|[*†‡§]{1,3})\]|(?P<sign>\*{1,3}|[†‡]{1,3}|[¹²³⁴-⁹⁰]{1,3}))"
    r"[ .]?\s*(?P<text>\S.*)"
)
_NEAR = 12  # paragraphs after its mark, at most, that a note of a star stands in


class Notes:
    """A book's notes, by their marks: those that say so, `bracketed`, and others. `policy` is what becomes of them."""

    def __init__(self, bracketed: Iterable[tuple[str, str]], policy: str, joiner: Joiner) -> None:
        self._policy = policy
        self._notes: defaultdict[str, deque[list[str]]] = defaultdict(deque)
        self._count = 0
        self._counted = False
        self._belong: dict[int, list[list[str]]] = {}
        for label, inside in bracketed:
            rows = re.split(r"\n[ \t]*\n", without_marks(inside))
            self._add(label, [clean(joiner.joined(part.split("\n"))) for part in rows])

    def _add(self, label: str, texts: Sequence[str]) -> None:
        self._count += 1
        self._notes[label].append([text for text in texts if text])

    def parted(self, texts: Sequence[str]) -> list[str]:
        """Paragraphs, those that are notes empty: they open with a mark that an earlier one has at a word."""
        marks: dict[str, int] = {}
        kept: list[str] = []
        for at, text in enumerate(texts):
            found = _NOTE.fullmatch(text) if text[:1] in "[*†‡¹²³" and text else None
            label = (found["label"] or found["sign"]) if found else ""
            if found and label in marks and not is_scene_break(text) and (found["label"] or at - marks[label] <= _NEAR):
                self._add(label, [found["text"]])
                kept.append("")
                continue
            kept.append(text)
            if "[" in text:
                marks.update({mark["label"]: at for mark in _MARK.finditer(text) if not mark["space"] and mark.start()})
            if not _SIGNS.isdisjoint(text):
                marks.update({mark[0]: at for mark in _SIGN.finditer(text)})
        self._counted = _count_on(kept)
        return kept

    def unmarked(self, block: Block) -> Block:
        """A block without the marks of notes, which from now on belong to it."""
        refs: list[list[str]] = []

        def mark(found: re.Match[str]) -> str:
            label = found.groupdict().get("label") or found[0]
            known = label in self._notes
            if known:
                refs.extend([self._notes[label].popleft()] if self._notes[label] else [])
            elif not (
                found.groupdict().get("label")
                and label.isdigit()
                and (self._counted or self._count)
                and not found["space"]
            ):
                return found[0]
            return ""

        text = _MARK.sub(mark, block.text) if "[" in block.text else block.text
        text = _SIGN.sub(mark, text) if self._notes else text
        if text == block.text:
            return block
        block = replace(block, text=clean(text))
        self._belong[id(block)] = refs
        return block

    def placed(self, chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
        """Chapters with each note after the paragraph that refers to it, or at their ends; without any, as a rule."""
        return tuple(self._placed(chapter) for chapter in chapters) if self._policy != "skip" else tuple(chapters)

    def _placed(self, chapter: Chapter) -> Chapter:
        blocks: list[Block] = []
        ending: list[Block] = []
        for block in chapter.blocks:
            blocks.append(block)
            refs = self._belong.get(id(block), [])
            (blocks if self._policy == "inline" else ending).extend(
                Block(text, BlockKind.NOTE) for texts in refs for text in texts
            )
        return replace(chapter, blocks=(*blocks, *ending))

    @property
    def skipped(self) -> list[Skipped]:
        """What is told of the notes that are not read."""
        loose = sum(map(len, self._notes.values()))
        if self._policy == "skip" and self._count:
            return [Skipped(_many(self._count), "notes are not read aloud", 'notes = "inline" or "end"')]
        return [Skipped(_many(loose), "no text refers to them")] if loose else []


def _many(count: int) -> str:
    return f"{count} note{'s' * (count > 1)}"


def _count_on(texts: Iterable[str]) -> bool:
    """Whether numbers in brackets at words count on through a text, so that they are marks even without their notes."""
    numbers = [
        int(mark["label"])
        for text in texts
        if "[" in text
        for mark in _MARK.finditer(text)
        if mark["label"].isdigit() and not mark["space"] and mark.start()
    ]
    rising = sum(after in (before + 1, 1) for before, after in pairwise(numbers))
    return len(numbers) > 1 and rising >= 0.8 * (len(numbers) - 1)
