"""The inside of a paragraph as XHTML: text and its look, notes' marks, pictures, fields' results, what was changed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any

from narrate.readers.docx.formulas import mathml
from narrate.readers.docx.parts import child, value
from narrate.readers.docx.styles import Look, Style, Styles, look_of
from narrate.readers.epub.markup import name_of

_GONE = frozenset(("del", "movefrom"))
_INSIDE = frozenset(
    "ins moveto hyperlink smarttag customxml bdo dir sdtcontent fldsimple choice fallback txbxcontent".split()
)
_SIGNS = {"nobreakhyphen": "\u2011", "softhyphen": "\u00ad", "tab": " ", "ptab": " ", "cr": "<br/>"}
_PAGES = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
_PARTS = {"TOC": "toc", "INDEX": "index", "BIBLIOGRAPHY": "bibliography"}
_DEEPEST = 60  # elements within each other: what is deeper is read as its text alone
_PRIVATE = range(0xE000, 0xF900)  # signs of a font of ornaments
_ORNAMENT = "❖"
_DESCRIBED = re.compile(
    r"\s*(?:Description automatically generated(?: with \w+ confidence)?|AI-generated content may be incorrect)\.?\s*$",
    re.IGNORECASE,
)
Piece = tuple[tuple[object, ...], str]  # a look, and XHTML that has it


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, whether its result has begun, what part of the book the result is."""

    instruction: str = ""
    result: bool = False

    @property
    def kind(self) -> str:
        return (self.instruction.split() or [""])[0].upper()

    @property
    def part(self) -> str:
        """The part of the book that it makes ("toc"), or ""."""
        if self.kind == "TOC" and re.search(r"\\[cC]\b", self.instruction):
            return "loi"
        bibliography = self.kind == "ADDIN" and "BIBL" in self.instruction.upper()
        return "bibliography" if bibliography else _PARTS.get(self.kind, "")


@dataclass(slots=True)
class Runs:
    """The insides of paragraphs, one after the other. `boxes` are text boxes that wait to be read after theirs.

    `left` counts what was left out, `letters` those of each language, `notes` are the notes referred to in their
    order. `said` counts the letters of the paragraph that a field makes part of the book's frame, and the others.
    """

    styles: Styles
    linked: frozenset[str]  # the bookmarks that links lead to
    left: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    boxes: list[Any] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    _fields: list[_Field] = field(default_factory=list)

    @property
    def part(self) -> str:
        """The part of the book that the fields that are open make ("toc"), or ""."""
        return next((f.part for f in self._fields if f.result and f.part), "")

    def inside(self, paragraph: Any, style: Style) -> list[Piece]:
        """The pieces of a paragraph, whose style is `style`."""
        return list(self._walk(paragraph, style.look, 0))

    # --- what stands in a paragraph ---------------------------------------------------------------

    def _walk(self, parent: Any, look: Look, depth: int) -> Iterator[Piece]:
        if depth > _DEEPEST:
            for element in parent.iter("{*}t"):
                yield from self._text(element.text or "", look)
            return
        for element in parent:
            name = name_of(element)
            if name == "r":
                yield from self._run(element, look, depth + 1)
            elif name in _GONE:
                self.left["deletions"] += any(c.isalnum() for e in element.iter() for c in e.text or "")
            elif name == "sdt":
                if child(child(element, "sdtpr"), "showingplchdr") is None:
                    yield from self._walk(element, look, depth + 1)
            elif name == "bookmarkstart" and value(element, "name") in self.linked:
                yield (), f'<a id="{escape(value(element, "name"))}"></a>'
            elif name == "hyperlink" and (anchor := value(element, "anchor")) in self.linked:
                yield (), f'<a href="#{escape(anchor)}">'
                yield from self._walk(element, look, depth + 1)
                yield (), "</a>"
            elif (
                name == "fldsimple"
                and value(element, "instr").split()[:1]
                and (value(element, "instr").split()[0].upper() in _PAGES)
            ):
                continue
            elif name in _INSIDE:
                yield from self._walk(element, look, depth + 1)
            elif name in ("omath", "omathpara"):
                yield (), mathml(element)
            elif name == "alternatecontent":
                yield from self._alternative(element, look, depth + 1)

    def _run(self, run: Any, under: Look, depth: int) -> Iterator[Piece]:
        properties = child(run, "rpr")
        named = value(child(properties, "rstyle"))
        look = look_of(properties).over(self.styles.by_id[named].look if named in self.styles.by_id else Look())
        look = look.over(under)
        marks = ""  # a note whose mark the run's own text is
        for element in run:
            name = name_of(element)
            if name == "fldchar":
                self._field_character(element)
            elif name == "instrtext":
                if self._fields:
                    self._fields[-1].instruction += element.text or ""
            elif self._is_shut:
                continue
            elif name in ("footnotereference", "endnotereference"):
                marks = self._note(element, name)
                if is_on_attribute(element, "customMarkFollows"):
                    continue
                yield (), f"{marks}</a>"
                marks = ""
            elif name == "t":
                if marks:
                    yield (), f"{marks.rpartition('>')[0]}>{escape(element.text or '')}</a>"
                    marks = ""
                else:
                    yield from self._text(element.text or "", look)
            else:
                yield from self._other(element, name, look, depth)
        if marks:
            yield (), f"{marks}</a>"

    def _other(self, element: Any, name: str, look: Look, depth: int) -> Iterator[Piece]:
        """What a run may hold that is no text."""
        if name in _SIGNS:
            yield _key(look, ""), _SIGNS[name]
        elif name == "br":
            if value(element, "type") not in ("page", "column"):
                yield _key(look, ""), "<br/>"
        elif name == "sym":
            yield from self._sign(value(element, "char"), look)
        elif name == "ruby":
            yield from self._ruby(element, look, depth)
        elif name in ("drawing", "pict", "object"):
            yield from self._drawing(element)
        elif name == "alternatecontent":
            yield from self._alternative(element, look, depth)
        elif name == "contentpart":
            self.left["ink"] += 1

    def _text(self, text: str, look: Look) -> Iterator[Piece]:
        if self._is_shut or not text:
            return
        language = _language(text, look)
        count = sum(map(str.isalpha, text))
        self.letters[language] += count
        self.said[self.part] += sum(map(str.isalnum, text))
        yield _key(look, language), escape(text)

    def _note(self, element: Any, name: str) -> str:
        """A link to a note, which is open."""
        kind = name.removesuffix("reference")
        key = kind, value(element, "id")
        number = self.notes.setdefault(key, len([k for k in self.notes if k[0] == kind]) + 1)
        return f'<a epub:type="noteref" href="#{kind}-{escape(key[1])}">{number}'

    def _sign(self, char: str, look: Look) -> Iterator[Piece]:
        """A sign by its number in a font; one of a font of signs is an ornament where it stands alone."""
        code = int(char, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", char) else 0
        if code and code not in _PRIVATE and code < 0x110000 and chr(code).isprintable():
            yield from self._text(chr(code), look)
        elif code:
            yield _key(look, ""), _ORNAMENT

    def _ruby(self, element: Any, look: Look, depth: int) -> Iterator[Piece]:
        base = marked_up(self._walk(child(element, "rubybase"), look, depth + 1))
        reading = child(element, "rt")
        said = "" if reading is None else "".join(t.text or "" for t in reading.iter("{*}t"))
        yield _key(look, ""), f"<ruby>{base}<rt>{escape(said)}</rt></ruby>"

    # --- pictures and boxes -----------------------------------------------------------------------

    def _alternative(self, element: Any, look: Look, depth: int) -> Iterator[Piece]:
        """One of several ways to the same thing: the first, as those that know it read it."""
        branch = next((e for e in (child(element, "choice"), child(element, "fallback")) if e is not None), None)
        if branch is None:
            return
        if any(name_of(e) in ("r", "ins", "hyperlink") for e in branch):
            yield from self._walk(branch, look, depth)
        for inner in branch:
            if name_of(inner) not in ("r", "ins", "hyperlink"):
                yield from self._other(inner, name_of(inner), look, depth)

    def _drawing(self, element: Any) -> Iterator[Piece]:
        """A picture, by its description; the text boxes in a drawing are kept for later."""
        boxes = list(_boxes(element))
        self.boxes += boxes
        about = next((e for e in element.iter("{*}docPr")), None)
        if about is not None and is_on_attribute(about, "hidden"):
            return
        shapes = [e for e in element.iter() if name_of(e) in ("shape", "imagedata", "rect")]
        if any(value(e, "hr") in ("t", "1", "true") for e in shapes):
            yield (), "<hr/>"
            return
        said = [value(about, "descr"), value(about, "title"), *(value(e, "alt") or value(e, "title") for e in shapes)]
        described = _DESCRIBED.sub("", next(filter(None, said), ""))
        pictured = any(name_of(e) in ("blip", "imagedata", "chart", "relids", "oleobject") for e in element.iter())
        if (pictured or described) and not boxes:
            yield (), f'<img alt="{escape(described)}" src="picture.png"/>'

    # --- fields -----------------------------------------------------------------------------------

    @property
    def _is_shut(self) -> bool:
        """Whether a field's instruction, or a result that is not read, is open."""
        return any(not f.result or f.kind in _PAGES for f in self._fields)

    def _field_character(self, element: Any) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].result = True
        elif kind == "end" and self._fields:
            self._fields.pop()


def is_on_attribute(element: Any, name: str) -> bool:
    """Whether an attribute that is switched is on."""
    return value(element, name).casefold() in ("1", "true", "on")


def _boxes(drawing: Any) -> Iterator[Any]:
    """The text boxes of a drawing, none inside another, of what is there in two ways the first."""
    waiting = [drawing]
    while waiting:
        element = waiting.pop()
        name = name_of(element)
        if name == "txbxcontent":
            yield element
        else:
            waiting += reversed(element[:1] if name == "alternatecontent" else element)


def _key(look: Look, language: str) -> tuple[object, ...]:
    return (bool(look.hidden), language, look.vertical, bool(look.italic), bool(look.bold))


def _language(text: str, look: Look) -> str:
    """The language that a text's letters are said to be in."""
    latin, eastern, right_to_left = look.languages
    if any(c >= "\u2e80" for c in text):
        return eastern
    return right_to_left if any("\u0590" <= c <= "\u08ff" for c in text) else latin


def marked_up(pieces: Iterable[Piece], default: str = "") -> str:
    """The pieces' XHTML; what is in another language than the `default` is marked so."""
    return "".join(_wrapped(key, "".join(text for _, text in run), default) for key, run in groupby(pieces, _look))


def _look(piece: Piece) -> tuple[object, ...]:
    return piece[0]


def _wrapped(key: tuple[object, ...], text: str, default: str) -> str:
    if not key:
        return text
    hidden, language, vertical, italic, bold = key
    for name, on in (("b", bold), ("i", italic), ("sup", vertical == "superscript"), ("sub", vertical == "subscript")):
        text = f"<{name}>{text}</{name}>" if on else text
    if language and language != default:
        text = f'<span xml:lang="{escape(str(language))}">{text}</span>'
    return f'<span hidden="hidden">{text}</span>' if hidden else text
