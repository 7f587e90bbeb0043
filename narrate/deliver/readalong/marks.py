"""Ids for the lines of a page, put into its source so that no layout changes.

A line that is all of an element needs only that element's id. One that begins and ends at the
same depth is wrapped in one span; one that crosses an element's edge (or whose wrapping would
undo a `p > em` of the book's style) gets a span for each piece of text.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from narrate.deliver.readalong.page_text import BREAK, PAGE_BREAK, TAG, Page
from narrate.readers import BLOCKS

_RUBY = frozenset(("ruby", "rb", "rt", "rp", "rtc"))
_NO_SPAN = BLOCKS | {"td", "th", "hr", "table"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_QUALIFIED = re.compile(r"\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?")  # by attribute or state
_SELECTORS = re.compile(r"([^{}]+)\{")
_CHILD = re.compile(r"(?=(?<![^\s>+~,])([^\s>+~,]+)\s*>\s*([^\s>+~,]+))")
_OPENS = frozenset("“‘«‹„‚¿¡([{「『（〈《【〔［—–…'\"")


@dataclass(frozen=True, slots=True)
class Piece:
    """An id on a page, how many characters of its line it holds, and the frame of the chapter at which it is heard
    first, where that is known."""

    identity: str
    weight: int
    at: int | None = None


@dataclass(slots=True)
class Marks:
    """A page's marks. `prefix` opens every id that is made; `child_rules` are the style's `parent > child`."""

    page: Page
    prefix: str = "n"
    child_rules: Collection[tuple[str, str]] = ()
    _edits: list[tuple[int, str]] = field(default_factory=list)
    _named: dict[int, str] = field(default_factory=dict)  # element → the id it was given
    _reached: int = 0  # of the source
    _starts: dict[str, int] = field(default_factory=dict)  # where in the source what has an id of a line begins

    def mark(self, ranges: Iterable[tuple[int, int]], name: str) -> list[Piece]:
        """Mark a line that stands in these ranges of the page's text. Empty where it cannot be marked."""
        pieces: list[Piece] = []
        for start, end in ranges:
            for place in self._places(start, end):
                identity = f"{self.prefix}{name}" + (f"-{len(pieces) + 1}" if pieces else "")
                if given := self._put(place, identity):
                    pieces.append(Piece(given, max(1, end - start if place[2] is None else place[2])))
        return pieces

    def name(self, index: int) -> str:
        """The id of an element; it is given one where it has none."""
        element = self.page.elements[index]
        if not element.identity and index not in self._named:
            self._named[index] = f"{self.prefix}0-{index}"
            self._name(index, self._named[index])
        return element.identity or self._named[index]

    def start_of(self, identity: str) -> int:
        """Where in the source the piece of that id begins."""
        return self._starts[identity]

    def _places(self, start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
        """Where the marks of a range go: (element, -1, …), or the source's start and end; and their characters."""
        element, span = self._whole(start, end)
        if element >= 0:
            yield element, -1, None
        elif span:
            yield *span, None
        else:
            for first, last in _texts(self.page, start, end):
                element, span = self._whole(first, last)
                yield (element, -1, last - first) if element >= 0 else (*(span or (0, 0)), last - first)

    def _whole(self, start: int, end: int) -> tuple[int, tuple[int, int] | None]:
        """The element whose whole text the range is, or else where one span around it would stand."""
        page = self.page
        left, right = page.home[start], page.home[end - 1]
        over = set(page.above(left))
        common = next(i for i in page.above(right) if i in over)
        while page.elements[common].name in _RUBY:
            common = page.elements[common].parent
        holder = page.elements[common]
        around = page.text[holder.first : start] + page.text[end : holder.last]
        if not around.strip() and holder.name not in ("body", "html") and not self._opens_page(common, start):
            return common, None
        below_left = [i for i in page.above(left) if i > common]
        below_right = [i for i in page.above(right) if i > common]
        if any(page.text[page.elements[i].first : start].strip() for i in below_left):
            return -1, None
        if any(page.text[end : page.elements[i].last].strip() for i in below_right):
            return -1, None
        begin = page.elements[below_left[-1]].start if below_left else page.at[start]
        until = page.elements[below_right[-1]].end if below_right else page.to[end - 1]
        for index in page.inside(begin, until):
            inner = page.elements[index]
            if inner.name in _NO_SPAN or (inner.parent == common and self._styled(common, index)):
                return -1, None
        return -1, (begin, until)

    def _opens_page(self, index: int, start: int) -> bool:
        """Whether an element has a page's mark before its text: it is told of before the line, so it stays outside."""
        page = self.page
        inside = page.inside(page.elements[index].inner, page.at[start])
        return any(PAGE_BREAK in page.elements[inner].types for inner in inside)

    def _styled(self, parent: int, child: int) -> bool:
        """Whether the book's style speaks of this child of this parent."""
        names = [
            {"*", e.name, *(f".{word}" for word in e.classes.split())}
            for e in (self.page.elements[parent], self.page.elements[child])
        ]
        return any(over in names[0] and under in names[1] for over, under in self.child_rules)

    def _put(self, place: tuple[int, int, int | None], identity: str) -> str:
        """Note the edits; the id that the place has then, "" where it overlaps what is marked."""
        start, end, _ = place
        if end < 0:
            element = self.page.elements[start]
            if element.start < self._reached or start in self._named:
                return ""
            self._named[start] = element.identity or identity
            self._reached = element.end
            if not element.identity:
                self._name(start, identity)
            self._starts[self._named[start]] = element.start
            return self._named[start]
        if start < self._reached or start >= end:
            return ""
        self._edits += [(start, f'<span id="{identity}">'), (end, "</span>")]
        self._reached = end
        self._starts[identity] = start
        return identity

    def _name(self, index: int, identity: str) -> None:
        name = TAG.match(self.page.source, self.page.elements[index].start)
        assert name is not None
        self._edits.append((name.end("name"), f' id="{identity}"'))

    def result(self, style: str) -> str:
        """The source with its marks and a link to `style`."""
        edits = [*self._edits, (self.page.head, f'<link rel="stylesheet" type="text/css" href="{style}"/>')]
        pieces, at = [], 0
        for where, text in sorted(edits, key=lambda edit: edit[0]):  # stable: a span ends before the next begins
            pieces += [self.page.source[at:where], text]
            at = where
        return "".join([*pieces, self.page.source[at:]])


def _texts(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A range's parts that stand in one text of the source each, without white space at their edges."""
    first = start
    for at in range(start + 1, end + 1):
        if at == end or page.home[at] != page.home[first] or page.at[at] < 0 or _tagged(page, at):
            inner = page.text[first:at]
            if inner.strip() and page.home[first] >= 0:
                lead = len(inner) - len(inner.lstrip())
                yield first + lead, first + len(inner.rstrip())
            first = at


def _tagged(page: Page, at: int) -> bool:
    """Whether markup stands between a character and the one before it."""
    return "<" in page.source[page.to[at - 1] : page.at[at]]


def widened(page: Page, start: int, end: int, least: int) -> tuple[int, int]:
    """A range of words with the marks around them: quotes and brackets before, stops and quotes after.

    Not before `least`, where the line before it ends.
    """
    text = page.text
    while end < len(text) and not text[end].isspace() and text[end] != BREAK and not text[end].isalnum():
        if text[end] in _OPENS - frozenset("—–…'\"") and text[end - 1] not in "—–":
            break
        end += 1
    while start > least and text[start - 1] in _OPENS:
        start -= 1
    return start, end


def child_rules(style: str) -> set[tuple[str, str]]:
    """The `parent > child` pairs of a style sheet: each a name, `.class`, or `*` for what is known by neither."""
    pairs = {
        (_simple(over), _simple(under))
        for selectors in _SELECTORS.findall(_QUALIFIED.sub("*", _COMMENT.sub("", style)))
        for over, under in _CHILD.findall(selectors)
    }
    return pairs - {("*", "*")}


def _simple(selector: str) -> str:
    """`em` of `em.x`, `.x` of `.x.y`."""
    name, _, classes = selector.rpartition("|")[2].replace("*", "").partition(".")
    return name.lower() or (f".{classes.partition('.')[0]}" if classes else "*")
