"""Where the pages of the print book begin among the lines that are heard.

The pages' words are aligned with the script's, as the read-along's are: a script that was edited, and what is not
read, do no harm, and neither script nor project holds a page number.
"""

from collections.abc import Mapping, Sequence

from narrate.book import PrintedPage
from narrate.chapters import TimedChapter
from narrate.deliver.readalong.align import align, seen, words

Starts = Mapping[tuple[int, int], Sequence[str]]  # the labels of pages by the chapter and line that they begin in


def page_starts(pages: Sequence[PrintedPage], chapters: Sequence[TimedChapter]) -> Starts:
    """The labels of the pages that begin in a line, or with it: in the first that has a word of the page.

    A page of which no word is read begins nowhere.
    """
    if not pages:
        return {}
    theirs = [(word, number) for number, page in enumerate(pages) for word, _, _ in words(seen(page.text))]
    ours = [
        (word, (chapter, line))
        for chapter, timed in enumerate(chapters)
        for line, spoken in enumerate(timed.lines)
        for word, _, _ in words(seen(spoken.said.line.text))
    ]
    found = align([word for word, _ in ours], [word for word, _ in theirs])
    first: dict[int, tuple[int, int]] = {}  # of each page the line
    for (_, line), at in zip(ours, found, strict=True):
        if at >= 0:
            first.setdefault(theirs[at][1], line)
    starts: dict[tuple[int, int], list[str]] = {}
    for number, line in sorted(first.items()):
        if pages[number].label:
            starts.setdefault(line, []).append(pages[number].label)
    return starts
