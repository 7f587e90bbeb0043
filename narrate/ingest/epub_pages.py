"""One page of an EPUB as blocks, with marks where its chapters start.

The page is walked, not transformed: text gathers until a block element opens or closes.
So inline markup never cuts a word nor joins two, whatever it is called, and text that
stands in no paragraph at all is still read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from narrate.book import Block, BlockKind
from narrate.ingest.chapters import is_scene_break
from narrate.ingest.characters import clean
from narrate.ingest.epub_markup import name_of, parse, text_of, types_of, walk


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of an `id` that the table of contents names."""

    anchor: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one file of the spine holds: `items` in order, what it says of itself, what was left out."""

    items: tuple[Block | Mark, ...]
    types: frozenset[str]  # epub:type and roles of the body and of what alone fills it
    title: str
    notes: int
    pictures: int
    problem: str

    @property
    def words(self) -> int:
        return sum(len(item.text.split()) for item in self.items if isinstance(item, Block))


_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup html li main menu ol option p pre section summary table tbody tfoot "
    "thead tr ul".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup"))
_UNREAD = frozenset("head script style svg template nav rt rp audio video iframe canvas".split())
_NOTES = frozenset("footnote footnotes endnote endnotes rearnote rearnotes".split())
_UNREAD_TYPES = frozenset("noteref pagebreak backlink page-list".split())
_BREAK_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tb|thought-?break|asterism|ornament|(?:scene|section|space|text|context)-?_?break)s?(?:$|[\s_-])",
    re.IGNORECASE,
)


def read_page(data: bytes, wanted: Collection[str] = ()) -> Page:
    """The page in `data`; `wanted` are the ids that become marks. Raises HostileMarkupError."""
    markup = parse(data)
    if markup.root is None:
        return Page((), frozenset(), "", 0, 0, markup.problem)
    title = next((clean(text_of(e)) for e in markup.root.iter() if name_of(e) == "title"), "")
    body = next((e for e in markup.root.iter() if name_of(e) == "body"), markup.root)
    reader = _PageReader(frozenset(wanted))
    reader.read(body)
    return Page(tuple(reader.items), _page_types(body), title, reader.notes, reader.pictures, markup.problem)


def _page_types(body: Any) -> frozenset[str]:
    types = types_of(body)
    inner = [e for e in body if isinstance(e.tag, str)]
    while len(inner) == 1 and name_of(inner[0]) in ("section", "article", "div", "main", "nav", "aside"):
        types |= types_of(inner[0])
        inner = [e for e in inner[0] if isinstance(e.tag, str)]
    return types


class _PageReader:
    """The walk's state: the text gathered so far, and what it stands in."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.items: list[Block | Mark] = []
        self.notes = 0
        self.pictures = 0
        self._wanted = wanted
        self._gathered: list[str] = []
        self._headings = 0  # how many heading elements are open
        self._preformatted = 0
        self._cell = ""  # the last cell that opened: td, th or persona
        self._line_broken = False  # nothing but white space since the last <br>

    def read(self, body: Any) -> None:
        walker = walk(body)
        unread: Any = None  # the element whose inside is not read
        for event, element in walker:
            if event == "start":
                if unread is None:
                    if self._is_unread(element):
                        unread = element
                    else:
                        self._open(element)
                continue
            if unread is element:
                unread = None
                self._mark(element)
            elif unread is not None:
                continue
            else:
                self._close(element)
            if element is not body:
                self._text(element.tail)
        self._flush()

    def _is_unread(self, element: Any) -> bool:
        name, types = name_of(element), types_of(element)
        if types & _NOTES and name not in ("body", "a"):
            self._flush()
            self.notes += 1
            return True
        style = (element.get("style") or "").replace(" ", "").lower()
        return (
            name in _UNREAD
            or bool(types & _UNREAD_TYPES)
            or element.get("hidden") is not None
            or "display:none" in style
        )

    def _open(self, element: Any) -> None:
        name = name_of(element)
        if name in _BLOCKS:
            self._flush()
        self._headings += name in _HEADINGS
        self._preformatted += name == "pre"
        self._mark(element)
        if name == "br":
            self._line_break()
        elif name == "hr":
            self._flush()
            if element.get("class") != "flattened":
                self._scene_break()
        elif name in ("img", "image"):
            self.pictures += 1
        elif name in ("td", "th"):
            self._next_cell(", " if self._cell != "persona" else ": ")
            self._cell = "persona" if "persona" in types_of(element) else name
        self._text(element.text)

    def _close(self, element: Any) -> None:
        name = name_of(element)
        if name in _BLOCKS:
            if not clean("".join(self._gathered)) and _BREAK_CLASS.search(element.get("class") or ""):
                empty = name not in ("body", "html") and not clean(text_of(element))
                if empty:
                    self._scene_break()
            self._flush()
        self._headings -= name in _HEADINGS
        self._preformatted -= name == "pre"

    def _text(self, text: str | None) -> None:
        if not text:
            return
        pieces = re.split(r"\n[ \t\r]*\n", text) if self._preformatted else [text]
        for number, piece in enumerate(pieces):
            if number:
                self._flush()
            self._gathered.append(piece)
        self._line_broken = self._line_broken and text.isspace()

    def _line_break(self) -> None:
        if self._line_broken and not self._headings:
            self._flush()  # two in a row are how old files end a paragraph
        else:
            self._gathered.append(" ")
            self._line_broken = True

    def _next_cell(self, separator: str) -> None:
        """Cells of a row are one block, told apart by a comma; who speaks in a play, by a colon."""
        said = "".join(self._gathered).rstrip()
        self._gathered = [said + (separator if said[-1].isalnum() else " ")] if said else []

    def _mark(self, element: Any) -> None:
        for key in ("id", "name", "{http://www.w3.org/XML/1998/namespace}id"):
            anchor = element.get(key)
            if anchor in self._wanted:
                self._flush()
                self.items.append(Mark(anchor))
                return

    def _scene_break(self) -> None:
        self.items.append(Block("", BlockKind.SCENE_BREAK))

    def _flush(self) -> None:
        text = clean("".join(self._gathered))
        self._gathered.clear()
        self._line_broken = False
        if not text:
            return
        if is_scene_break(text):
            self._scene_break()
        else:
            self.items.append(Block(text, BlockKind.HEADING if self._headings else BlockKind.PARAGRAPH))
