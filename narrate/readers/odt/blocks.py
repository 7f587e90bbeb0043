"""The text of an OpenDocument as XHTML: headings, paragraphs, lists, tables, notes; what is no text is counted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of, walk
from narrate.readers.odt.styles import Style, Styles, attribute
from narrate.readers.xhtml import PageWriter

NOTES = "notes.xhtml"
# What nothing is read of, with what it is told as ("" for not at all).
_PASSED = {
    "annotation": "comments", "annotation-end": "", "tracked-changes": "", "note-citation": "",
    "page-number": "numbers", "page-count": "numbers", "sequence-decls": "", "variable-decls": "",
    "user-field-decls": "", "forms": "",
    "event-listeners": "", "script": "", "scripts": "", "dde-connection-decls": "", "object-ole": "", "plugin": "",
    "glue-point": "", "hidden-paragraph": "hidden", "hidden-text": "hidden", "index-title-template": "",
    "table-of-content-source": "", "illustration-index-source": "", "table-index-source": "",
    "alphabetical-index-source": "", "bibliography-source": "", "user-index-source": "", "object-index-source": "",
}  # fmt: skip
_PARTS = {
    "table-of-content": "toc", "illustration-index": "loi", "table-index": "lot", "object-index": "loi",
    "alphabetical-index": "index", "user-index": "index", "bibliography": "bibliography",
}  # fmt: skip
_SAME = {
    "list-item": "li", "list-header": "li", "table": "table", "table-row": "tr", "table-cell": "td", "ruby": "ruby",
    "ruby-text": "rt", "section": "div",
}  # fmt: skip
_BOXES = frozenset(("text-box", "custom-shape", "rect", "caption"))
_QUOTES = frozenset(("quotations", "quote", "quotation", "block text", "zitat", "citation"))
_RULES = frozenset(("horizontal line", "horizontal rule"))
_MOST_SPACES = 100


@dataclass(slots=True)
class Blocks:
    """Writes a document's text into `out`, and its notes into `notes`. Filled while it is read.

    `left` counts what is no text, `letters` what is written in each language.
    """

    styles: Styles
    out: PageWriter = field(default_factory=PageWriter)
    notes: PageWriter = field(default_factory=PageWriter)
    left: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    title: str = ""
    _numbers: dict[Any, int] = field(default_factory=dict)  # of the notes
    _waiting: list[Any] = field(default_factory=list)  # text boxes, read after their paragraph
    _paragraphs: int = 0  # that are open
    _lists: list[str] = field(default_factory=list)  # the styles of those that are open

    def read(self, body: Any) -> None:
        """All of a document's text, and its notes."""
        self._numbers = {note: number for number, note in enumerate(body.iter("{*}note"), 1)}
        self._write(body, self.out)
        for note, number in self._numbers.items():
            inside = next((e for e in note if name_of(e) == "note-body"), None)
            self.notes.start("aside", id=f"n{number}", epub_type="footnote")
            if inside is not None:
                self._write(inside, self.notes)
            self.notes.end("aside")

    def _write(self, root: Any, out: PageWriter) -> None:
        """What stands inside `root`, without its own tag."""
        opened: list[list[str]] = []
        passed: Any = None
        for event, element in walk(root):
            if passed is not None:
                if event == "end" and element is passed:
                    passed = None
                    self._text(element.tail, element.getparent(), out)
            elif event == "start" and element is not root and self._is_passed(element, out):
                passed = element
            elif event == "start":
                opened.append([] if element is root else self._start(element, out))
                self._text(element.text, element, out)
            else:
                for tag in opened.pop():
                    out.end(tag)
                if element is not root:
                    self._leave(element, out)
                    self._text(element.tail, element.getparent(), out)

    def _text(self, text: str | None, inside: Any, out: PageWriter) -> None:
        """Text of a paragraph; what stands between blocks is white space."""
        if text and self._paragraphs:
            out.text(text)
            said = self._style_of(inside).language or self.styles.language
            self.letters[said] += sum(map(str.isalpha, text))
        elif text and text.strip():
            out.text(text)

    def _is_passed(self, element: Any, out: PageWriter) -> bool:
        name = name_of(element)
        if name == "note":
            number = str(self._numbers[element])
            out.start("a", href=f"{NOTES}#n{number}", epub_type="noteref")
            out.text(number)
            out.end("a")
            return True
        if name in _BOXES and self._paragraphs:
            self._waiting.append(element)
            return True
        if name == "image" or name == "object":
            return self._picture(element, out)
        if name in ("title", "desc") and name_of(element.getparent()) == "frame":
            return True  # of a picture, whose words they are
        hidden = self._is_hidden(element, name)
        if hidden and clean(text_of(element)):
            self.left["hidden"] += 1
        elif (told := _PASSED.get(name)) and clean(text_of(element)):
            self.left[told] += 1
        return hidden or (name in _PASSED and attribute(element, "is-hidden") != "false")

    def _is_hidden(self, element: Any, name: str) -> bool:
        if name in ("p", "h", "span"):
            return self._style_of(element).hidden
        return name == "section" and attribute(element, "display") == "none"

    def _picture(self, element: Any, out: PageWriter) -> bool:
        frame = element.getparent()
        told = [clean(text_of(e)) for e in frame if name_of(e) in ("title", "desc")]
        if name_of(element) == "object":
            self.left["objects"] += 1
        elif element is next(e for e in frame if name_of(e) in ("image", "object")):
            out.alone("img", alt=max(told, key=len, default=""), src="picture")
        return True

    def _style_of(self, element: Any) -> Style:
        family = {"p": "paragraph", "h": "paragraph", "span": "text"}.get(name_of(element), "")
        return self.styles.of(family, attribute(element, "style-name")) if family else Style()

    def _start(self, element: Any, out: PageWriter) -> list[str]:
        """Open what stands for an element; the tags to close it by, the innermost first."""
        name = name_of(element)
        if name in ("p", "h"):
            return self._paragraph(element, name, out)
        if name == "span":
            language = self._style_of(element).language
            return _opened(out, "span", xml_lang=language if language != self.styles.language else "")
        if name in ("s", "tab", "line-break"):
            count = attribute(element, "c")
            spaces = min(int(count), _MOST_SPACES) if count.isdecimal() else 1
            out.alone("br") if name == "line-break" else out.text(" " * spaces)
            return []
        if name == "list":
            self._lists.append(attribute(element, "style-name") or (self._lists[-1] if self._lists else ""))
            form = self.styles.numbered.get(self._lists[-1], "")
            return _opened(out, "ol" if form else "ul", type=form)
        if name == "a":
            href = attribute(element, "href")
            return _opened(out, "a", href=href) if href.startswith("#") else []
        if name in ("bookmark", "bookmark-start", "reference-mark", "reference-mark-start"):
            return _opened(out, "span", id=attribute(element, "name").replace(" ", "_"))
        if part := _PARTS.get(name):
            return _opened(out, "section", epub_type=part)
        tag = _SAME.get(name)
        return _opened(out, tag) if tag else []

    def _paragraph(self, element: Any, name: str, out: PageWriter) -> list[str]:
        self._paragraphs += 1
        style = self._style_of(element)
        language = style.language if style.language != self.styles.language else ""
        if name == "h":
            level = attribute(element, "outline-level")
            return _opened(out, f"h{min(max(int(level), 1), 6) if level.isdecimal() else 1}", xml_lang=language)
        if "title" in style.names and not self.title and out is self.out:
            self.title = clean(text_of(element))
            return _opened(out, "h1", xml_lang=language)
        if _RULES & set(style.names) and not clean(text_of(element)):
            return _opened(out, "hr")
        if _QUOTES & set(style.names):
            return [*_opened(out, "blockquote", xml_lang=language), *_opened(out, "p")][::-1]
        return _opened(out, "p", xml_lang=language)

    def _leave(self, element: Any, out: PageWriter) -> None:
        name = name_of(element)
        if name == "list":
            self._lists.pop()
        if name not in ("p", "h"):
            return
        self._paragraphs -= 1
        waiting, self._waiting = self._waiting, []
        for box in waiting:
            out.start("div")
            self._write(box, out)
            out.end("div")


def _opened(out: PageWriter, tag: str, **attributes: str) -> list[str]:
    out.start(tag, **attributes)
    return [tag]
