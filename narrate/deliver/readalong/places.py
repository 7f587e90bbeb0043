"""Where the script's lines stand in the book's pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from narrate.chapters import Spoken, TimedChapter
from narrate.deliver.readalong.align import align, seen, words
from narrate.deliver.readalong.marks import widened
from narrate.deliver.readalong.page_text import BREAK, Page

SHARE = 0.5  # of a line's words that a page must hold
SLACK = 2  # words of a page between two of a line, beyond those that the line has there too
ALONE = 3  # words that stand together if they are further from the line's others


@dataclass(frozen=True, slots=True)
class Found:
    """A line (chapter and index in it) and the parts of a page's text that it is.

    `words` are its timed words that stand there, by their number in the line, each with its part.
    """

    chapter: int
    line: int
    page: int
    ranges: tuple[tuple[int, int], ...]
    words: tuple[tuple[int, tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """All words of the pages: what, on which page, from where to where in its text."""

    texts: list[str]
    pages: list[int]
    starts: list[int]
    ends: list[int]


def find_lines(chapters: Sequence[TimedChapter], pages: Mapping[int, Page]) -> Iterator[Found]:
    """The lines that the pages hold, in order. `pages` are in reading order, by any ascending number."""
    theirs = _Words([], [], [], [])
    for number, page in pages.items():
        for text, start, end in words(page.text):
            theirs.texts.append(text)
            theirs.pages.append(number)
            theirs.starts.append(start)
            theirs.ends.append(end)
    ours: list[str] = []
    owners: list[tuple[int, int, int, int]] = []  # chapter, line, its first word, after its last
    for number, chapter in enumerate(chapters):
        for index, spoken in enumerate(chapter.lines):
            before = len(ours)
            ours += (text for text, _, _ in words(seen(spoken.said.line.text)))
            owners.append((number, index, before, len(ours)))
    found = align(ours, theirs.texts)
    reached, page_reached, where = -1, 0, -1  # the last word taken, and where its line ends on which page
    for number, index, first, last in owners:
        groups = list(_groups(found, first, last, reached, theirs, pages))
        if not groups:
            continue
        on = theirs.pages[groups[0][0]]
        if on != where:
            page_reached, where = 0, on
        ranges = []
        for start, end in groups:
            ranges.append(widened(pages[on], theirs.starts[start], theirs.ends[end], page_reached))
            page_reached = ranges[-1][1]
        reached = groups[-1][1]
        spoken = chapters[number].lines[index]
        taken = [j if any(start <= j <= end for start, end in groups) else -1 for j in found[first:last]]
        yield Found(number, index, on, tuple(ranges), tuple(_words(spoken, taken, theirs, pages[on], ranges[0][0])))


def _words(
    spoken: Spoken, found: Sequence[int], theirs: _Words, page: Page, least: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Where a line's timed words stand on `page`, not before `least`; `found` are the page's words for the line's."""
    if not spoken.said.words:
        return
    text = spoken.said.line.text
    kept = [index for index, character in enumerate(text) if seen(character)]
    places = [(kept[start], kept[end - 1] + 1) for _, start, end in words(seen(text))]
    for number, timed in enumerate(spoken.said.words):
        own = [j for j, (start, end) in zip(found, places, strict=True) if timed.start < end and start < timed.end]
        if not (own := [j for j in own if j >= 0]):
            continue
        start, end = widened(page, theirs.starts[own[0]], theirs.ends[own[-1]], least)
        if start >= least:
            yield number, (start, end)
            least = end


def _groups(
    found: Sequence[int], first: int, last: int, reached: int, theirs: _Words, pages: Mapping[int, Page]
) -> Iterator[tuple[int, int]]:
    """A line's words in the pages as runs (first word, last word), all on one page; none where too few are there."""
    groups: list[list[tuple[int, int]]] = []  # pairs of our word and theirs
    for i in range(first, last):
        if (j := found[i]) <= reached:
            continue
        near = groups and j - groups[-1][-1][1] <= i - groups[-1][-1][0] + SLACK
        if near and theirs.pages[j] == theirs.pages[groups[-1][-1][1]]:
            groups[-1].append((i, j))
        else:
            groups.append([(i, j)])
    largest = max(groups, key=len, default=[])
    kept = [g for g in groups if g is largest or len(g) >= ALONE]
    kept = [g for g in kept if theirs.pages[g[0][1]] == theirs.pages[largest[0][1]]]
    if not kept or sum(map(len, kept)) < SHARE * (last - first):
        return
    # What was changed at a line's edges is the line's as well, as far as its own paragraph goes.
    whole = kept[-1][-1][0] == last - 1
    after = 0 if whole else next((found[i] for i in range(last, len(found)) if found[i] >= 0), len(theirs.texts))
    for position, group in enumerate(kept):
        start, end = group[0][1], group[-1][1]
        if position == 0:
            for _ in range(group[0][0] - first):
                if start - 1 > reached and _together(theirs, start - 1, pages):
                    start -= 1
        if position == len(kept) - 1:
            for _ in range(last - 1 - group[-1][0]):
                if end + 1 < after and _together(theirs, end, pages):
                    end += 1
        yield start, end


def _together(theirs: _Words, index: int, pages: Mapping[int, Page]) -> bool:
    """Whether a word and the one after it stand in one block."""
    page = theirs.pages[index]
    return (
        page == theirs.pages[index + 1] and BREAK not in pages[page].text[theirs.ends[index] : theirs.starts[index + 1]]
    )
