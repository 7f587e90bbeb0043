"""Paragraphs, lists and tables as XHTML, and the parts of the book that Word makes itself, called what they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from narrate.files import slug
from narrate.readers.docx.numbers import Numbered, Numbers
from narrate.readers.docx.parts import child, is_on, value
from narrate.readers.docx.runs import Piece, Runs, marked_up
from narrate.readers.docx.styles import Style, Styles, outline_level
from narrate.readers.epub.markup import name_of
from narrate.readers.matter import LISTS
from narrate.readers.titled import titled

_DEEPEST = 40  # tables in tables: what is deeper is read as paragraphs alone
_INSIDE = frozenset("ins moveto smarttag customxml sdtcontent txbxcontent".split())
_GALLERIES = {"table of contents": "toc", "cover pages": "titlepage", "bibliographies": "bibliography"}
_PART_OF_STYLE = (
    (re.compile(r"toc ?\d|toc heading|contents (?:\d|heading)"), "toc"),
    (re.compile(r"index (?:\d|heading)"), "index"),
    (re.compile(r"table of figures|(?:illustration|figure) index.*"), "loi"),
    (re.compile(r"table of authorities"), "bibliography"),
)
_TITLE_PAGE = frozenset(("title", "subtitle", "author", "date"))  # pandoc's and Word's, before all text
_QUOTES = frozenset(("quote", "intense quote", "block text", "quotations"))
_CODE = frozenset(("source code", "code", "code block", "html preformatted", "listing"))
_NO_BORDER = frozenset(("", "nil", "none"))
_PARAGRAPH = re.compile(r"<p[^<>]*>(.*)</p>", re.DOTALL)
_CELLS = ("</td>", "</th>")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class Blocks:
    """The XHTML of a document's blocks in `out`. Filled while they are read.

    `title` is the first paragraph that is styled as the document's title.
    """

    styles: Styles
    numbers: Numbers
    runs: Runs
    out: list[str] = field(default_factory=list)
    title: str = ""
    _within: str = ""  # the part of the book that what is read belongs to, whatever its paragraphs are
    _part: str = ""  # the section that is open
    _lists: list[tuple[str, int, str]] = field(default_factory=list)  # that are open: id, level, element
    _held: list[Piece] = field(default_factory=list)  # of a paragraph that goes on in the next
    _heading: tuple[int, str] = (-1, "")  # the last one: where it stands in `out`, its text
    _begun: bool = False

    def read(self, container: Any, depth: int = 0) -> None:
        """The blocks of a body, a cell, a note or a text box."""
        elements: Iterable[Any] = container if depth < _DEEPEST else container.iter("{*}p")
        for element in elements:
            name = name_of(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element, depth)
            elif name == "sdt":
                self._control(element, depth)
            elif name in _INSIDE:
                self.read(element, depth + 1)
            elif name == "alternatecontent":
                self.read(element[0] if len(element) else (), depth + 1)
            elif name in ("altchunk", "subdoc"):
                self.runs.left["documents"] += 1

    def close(self) -> None:
        """Close what is open at the end of a body, a cell or a note."""
        if self._held:
            self._write(f"<p>{marked_up(self._take(), self._default)}</p>")
        self._close_lists(0)
        self._enter("")

    def aside(self, element: Any, opening: str, closing: str, depth: int = 0) -> None:
        """What stands in `element` between two tags; a paragraph that is alone in a cell is the cell's text."""
        self._close_lists(0)
        self._write(opening)
        start = len(self.out)
        self.read(element, depth + 1)
        if self._held:
            self._write(f"<p>{marked_up(self._take(), self._default)}</p>")
        self._close_lists(0)
        if len(self.out) == start + 1 and (alone := _PARAGRAPH.fullmatch(self.out[-1])) and closing in _CELLS:
            self.out[-1] = alone[1]
        self._write(closing)

    @property
    def _default(self) -> str:
        return self.styles.default.languages[0]

    def _take(self) -> list[Piece]:
        held, self._held = self._held, []
        return held

    def _write(self, text: str) -> None:
        self.out.append(text)

    # --- paragraphs -------------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> None:
        properties = child(element, "ppr")
        style_id = value(child(properties, "pstyle"))
        style = self.styles.of(style_id)
        self.runs.said.clear()
        pieces = self.runs.inside(element, style)
        boxes, self.runs.boxes = self.runs.boxes, []
        mark = child(properties, "rpr")
        frame = child(properties, "framepr")
        if any(child(mark, gone) is not None for gone in ("del", "movefrom")) or value(frame, "dropCap") in _DROP_CAPS:
            self._held += pieces  # its end is deleted, or it is the letter with which the next one begins
        else:
            text = marked_up([*self._take(), *pieces], self._default)
            self._enter(self._part_of(style, text))
            self._block(text, properties, style, style_id)
        for box in boxes:
            self.aside(box, "<div>", "</div>")

    def _part_of(self, style: Style, text: str) -> str:
        """The part of the book's frame that a paragraph belongs to, "" for its text."""
        if self._within:
            return self._within
        said = self.runs.said
        if made := next((part for part in said if part), ""):
            return made if not said[""] else ""
        named = next((part for names, part in _PART_OF_STYLE if names.fullmatch(style.name)), "")
        empty = not any(map(str.isalnum, _TAG.sub("", text)))
        if named or (empty and self._part):
            return named or self._part
        opens = style.name == "title" or self._part == "titlepage"
        return "titlepage" if opens and not self._begun and style.name in _TITLE_PAGE else ""

    def _enter(self, part: str) -> None:
        """Close the section that is open and open the one of `part`, with the heading that names it."""
        if part == self._part:
            return
        self._close_lists(0)
        if self._part:
            self._write("</section>")
        if part:
            at, text = self._heading
            named = 0 <= at >= len(self.out) - 1 and titled(text, LISTS) is not None
            self.out.insert(at if named else len(self.out), f'<section epub:type="{part}">')
        self._part = part

    def _block(self, text: str, properties: Any, style: Style, style_id: str) -> None:
        """A paragraph as the block that it is: a heading, an item, a quotation."""
        plain = " ".join(_TAG.sub(" ", text).split())
        said = outline_level(properties)
        level = 1 if style.name == "title" else style.level if said is None else said
        place = self._place(properties, style, style_id)
        if place and place.label and (level or place.has_words):
            text = f"{escape(place.label)} {text}"
        if style.name == "title" and not self.title:
            self.title = plain
        self._begun |= plain != "" and not self._part
        if level and plain:
            self._close_lists(0)
            self._heading = len(self.out), plain
            self._write(f"<h{min(level, 6)}>{text}</h{min(level, 6)}>")
        elif place and plain and not place.has_words and not level:
            self._item(place, text)
        else:
            self._close_lists(0)
            self._write(_shaped(text, properties, style, plain))

    def _place(self, properties: Any, style: Style, style_id: str) -> Numbered | None:
        """A paragraph's place in a list: by its own properties, else by its style's."""
        own = child(properties, "numpr")
        list_id, level = value(child(own, "numid")), value(child(own, "ilvl"))
        return self.numbers.next(list_id or style.list_id, level or style.list_level, style_id)

    def _item(self, place: Numbered, text: str) -> None:
        element = "ol" if place.form else "ul"
        while self._lists and (
            self._lists[-1][1] > place.level
            or (self._lists[-1][1] == place.level and self._lists[-1] != (place.list_id, place.level, element))
        ):
            self._close_lists(len(self._lists) - 1)
        numbered = f' value="{place.number}"' if place.form else ""
        if self._lists and self._lists[-1][1] == place.level:
            self._write(f"</li><li{numbered}>{text}")
            return
        self._lists.append((place.list_id, place.level, element))
        form = f' type="{place.form}"' if place.form else ""
        self._write(f"<{element}{form}><li{numbered}>{text}")

    def _close_lists(self, down_to: int) -> None:
        while len(self._lists) > down_to:
            self._write(f"</li></{self._lists.pop()[2]}>")

    # --- tables and controls ----------------------------------------------------------------------

    def _table(self, table: Any, depth: int) -> None:
        self._enter(self._within)
        self._close_lists(0)
        self._write("<table>")
        for row in _inner(table, "tr"):
            properties = child(row, "trpr")
            if child(properties, "del") is not None:
                self.runs.left["deletions"] += 1
                continue
            cell_name = "th" if is_on(child(properties, "tblheader")) else "td"
            self._write("<tr>")
            for cell in _inner(row, "tc"):
                span = value(child(child(cell, "tcpr"), "gridspan"))
                wide = f' colspan="{span}"' if span.isdecimal() and span != "1" else ""
                self.aside(cell, f"<{cell_name}{wide}>", f"</{cell_name}>", depth + 1)
            self._write("</tr>")
        self._write("</table>")

    def _control(self, control: Any, depth: int) -> None:
        """A content control: one that holds nothing but what asks for text is not read."""
        properties = child(control, "sdtpr")
        if child(properties, "showingplchdr") is not None:
            return
        gallery = value(child(child(properties, "docpartobj"), "docpartgallery")).casefold()
        part = "bibliography" if child(properties, "bibliography") is not None else _GALLERIES.get(gallery, "")
        before, self._within = self._within, self._within or part
        for content in _inner(control, "sdtcontent"):
            self.read(content, depth + 1)
        self._within = before


_DROP_CAPS = frozenset(("drop", "margin"))


def _inner(parent: Any, name: str) -> Sequence[Any]:
    """The children of that name, those in wrappers (controls, insertions) among them."""
    found: list[Any] = []
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        own = name_of(element)
        if own == name:
            found.append(element)
        elif own in _INSIDE or own == "sdt":
            waiting += reversed(element)
    return found


def _shaped(text: str, properties: Any, style: Style, plain: str) -> str:
    """A paragraph that is no heading and no item."""
    borders = child(properties, "pbdr")
    edges = [value(child(borders, edge)) for edge in ("bottom", "top")]
    if not plain and text.strip() == "" and any(edge not in _NO_BORDER for edge in edges):
        return "<hr/>"
    if style.name in _CODE:
        return f"<pre><code>{text}</code></pre>"
    centred = value(child(properties, "jc")) == "center"
    called = " ".join(filter(None, (slug(style.name, "") if style.name else "", "center" if centred else "")))
    paragraph = f'<p class="{called}">{text}</p>' if called else f"<p>{text}</p>"
    return f"<blockquote>{paragraph}</blockquote>" if style.name in _QUOTES else paragraph
