"""The meaning of a page's elements: by epub:type and ARIA roles first, by the usual class names last.

A class is believed only where it is a whole word of the attribute and one that converters and
publishers really use; a guess that leaves text out must be a safe one.
"""

import re
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any

from narrate.book import Reading
from narrate.readers.characters import clean
from narrate.readers.epub.around import text_before
from narrate.readers.epub.marks import is_raised
from narrate.readers.epub.markup import name_of, text_of, types_of
from narrate.readers.figures import NOTE_WORD
from narrate.readers.heads import any_of
from narrate.readers.ornaments import is_ornament, names_blank, names_break_before, names_scene_break

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup html li main menu ol option p pre section summary table tbody "
    "tfoot thead tr ul".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup"))


class Meaning(Enum):
    """The meaning of an element for reading it aloud."""

    NOTEREF = auto()
    BACKLINK = auto()
    NOTE = auto()
    NOTES = auto()  # a section of them
    SIDE_NOTE = auto()  # in the margin
    REMARK = auto()  # an editor's
    NUMBER = auto()  # of a line or verse
    VERSE_NUMBER = auto()  # or of a chapter, where it is one
    PAGE = auto()  # of a printed book, where it is one's number
    PAGE_BREAK = auto()
    RUNNING_HEAD = auto()
    VERSE = auto()
    VERSE_LINE = auto()
    LINES = auto()  # a group of them
    DIRECTION = auto()
    PERSONA = auto()
    CAPTION = auto()
    SIDEBAR = auto()
    CODE = auto()
    DROP_CAP = auto()
    HEADING = auto()
    SCENE_BREAK = auto()
    OPENS_SCENE = auto()
    ROWS = auto()  # set in rows: an address, an inscription
    ROMAN = auto()
    INITIALISM = auto()
    ACRONYM = auto()


_TYPES = {
    Meaning.NOTEREF: "noteref glossref",
    Meaning.BACKLINK: "backlink referrer",
    Meaning.NOTE: "footnote endnote rearnote",
    Meaning.NOTES: "footnotes endnotes rearnotes",
    Meaning.SIDE_NOTE: "marginalia",
    Meaning.REMARK: "annotation annotations note",
    Meaning.PAGE_BREAK: "pagebreak page-list",
    Meaning.RUNNING_HEAD: "pageheader pagefooter",
    Meaning.VERSE: "verse poem hymn song lyrics",
    Meaning.VERSE_LINE: "line",
    Meaning.DIRECTION: "stage-direction",
    Meaning.PERSONA: "persona",
    Meaning.SIDEBAR: "sidebar",
    Meaning.HEADING: "title subtitle fulltitle covertitle heading",
    Meaning.ROMAN: "roman",
    Meaning.INITIALISM: "initialism",
    Meaning.ACRONYM: "acronym",
    Meaning.SCENE_BREAK: "separator",
}
# Class names without hyphens, underscores and the number that converters add.
_CLASSES = {
    Meaning.NOTEREF: "noteref footnoteref footnotereference endnoteref endnotereference fnref fnanchor "
    "noteanchor footnoteanchor footnotelink footnotecall notecall footnotenumber sidenotenumber "
    "sidenoteref marginnoteref",
    Meaning.BACKLINK: "backlink footnotebackref footnoteback noteback reversefootnote returnlink",
    Meaning.SIDE_NOTE: "sidenote sidenotes sidenoteright sidenoteleft marginnote marginalia "
    "randnote randbemerkung marginalie marginalien marginalnote marginpar leftnote rightnote snote mnote notemarginale",
    Meaning.REMARK: "annotation editornote editorsnote ednote editorialnote anmerkungdesherausgebers",
    Meaning.NUMBER: "linenum linenumber lineno linenr ln lnum lno versenum versenumber verseno versenr vnum vn vno "
    "verslabel verselabel versnum zeilennummer zeilenzahl poemnum poemlinenum numline numvers calverse",
    Meaning.PAGE_BREAK: "pagebreak pagenum pageno pagenumber pagenumb pgnum pgno seitenzahl xebookmakerpageno",
    Meaning.RUNNING_HEAD: "runninghead runningheader runningtitle runningfoot runningfooter pageheader pagefooter",
    Meaning.VERSE: "verse poem poetry stanza linegroup lg versegroup strophe stanze estrofa strofa",
    Meaning.VERSE_LINE: "line verseline poemline poetryline l vline versline",
    Meaning.DIRECTION: "stagedirection stagedir stagedirections",
    Meaning.PERSONA: "persona speaker charactername",
    Meaning.CAPTION: "caption figcaption figurecaption figcap imagecaption imgcaption picturecaption",
    Meaning.SIDEBAR: "sidebar",
    Meaning.CODE: "code programlisting sourcecode codeblock codelisting listing highlight",
    Meaning.DROP_CAP: "dropcap dropcaps firstletter initialcap dropinitial",
    Meaning.ROWS: "address inscription epitaph tombstone headstone gravestone plaque sign placard notice poster "
    "telegram letterhead letterdate dateline salutation valediction signature signed center centre centered centred",
    Meaning.HEADING: "chaptertitle chapterheading chapterhead chapternumber chapnum chaptitle parttitle partnumber "
    "chaptername chapterno heading headingnumber headingtitle msotitle msoheading",
}
_NOTE_CLASSES = frozenset("footnote endnote rearnote footnotetext endnotetext fntext footnotepara footnotebody".split())
_NOTES_CLASSES = frozenset("footnotes endnotes rearnotes".split())
# What numbers of verses and chapters, and of pages, are called, where nothing but a number is so called.
_VERSE_NUMBERS = frozenset(
    "v vs verse vers verset num chapternum chapternumber chapternumb chapnum chapno chapterno cnum cn chapter chapitre "
    "kapitel".split()
)
_PAGES = frozenset("page pg pb folio pagina seite".split())
_GROUPS = frozenset("linegroup lg stanza versegroup strophe estrofa strofa".split())
_BY_TYPE = {word: meaning for meaning, words in _TYPES.items() for word in words.split()}
_BY_CLASS = {word: meaning for meaning, words in _CLASSES.items() for word in words.split()}
_NOTE_MARK = re.compile(
    rf"[\s\[({{［（〔【]*(?:(?:{NOTE_WORD})\.?\s?)?"
    r"(?:[*※]?\d{1,4}|[*⁎∗†‡§¶‖※#]{1,4}|[a-z]|[ivxl]{1,5}|[①-⑳㉑-㊿⁰¹²³⁴-⁹]+)[\s\])}］）〕】.:]*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[\[［〔](?:\d{1,3}|[*†‡§]{1,3})[\]］〕]\s*")
_NOTE_TARGET = re.compile(r"#(?:.*[-_.])?(?:ftn|fn|(?:foot|end|rear|link)?note)[-_.]?\d+", re.IGNORECASE)
_SHOWN = frozenset("img image svg object video audio canvas math hr".split())
_LEVEL = re.compile(r"heading[-_]?([1-6])\b", re.IGNORECASE)
RETURN_MARKS = frozenset("↩↵⏎↑⤴^")


def meanings(element: Any, types: frozenset[str]) -> frozenset[Meaning]:
    """What `element`, of these `types`, means; of an element without any mark nothing."""
    classes = element.get("class") or ""
    if not types and not classes:
        return frozenset()
    return _meanings(name_of(element), types, classes)


@lru_cache(maxsize=4096)
def _meanings(name: str, types: frozenset[str], classes: str) -> frozenset[Meaning]:
    block = name in BLOCKS
    found = {_BY_TYPE[word] for word in types & _BY_TYPE.keys()}
    for word in classes.casefold().split():
        plain = word.replace("-", "").replace("_", "").rstrip("0123456789")
        if plain in _BY_CLASS:
            found.add(_BY_CLASS[plain])
        if plain in _GROUPS:
            found.add(Meaning.LINES)
        if not block and plain in _VERSE_NUMBERS:
            found.add(Meaning.VERSE_NUMBER)
        elif plain in _PAGES:
            found.add(Meaning.PAGE)
        elif plain in _NOTE_CLASSES:
            found.add(Meaning.NOTE if block else Meaning.NOTEREF)
        elif plain in _NOTES_CLASSES and block:
            found.add(Meaning.NOTES)
    if names_scene_break(classes):
        found.add(Meaning.SCENE_BREAK)
    if name == "p" and names_break_before(classes):
        found.add(Meaning.OPENS_SCENE)
    # What is said of a section or of the whole page is not meant of the text inside.
    if name not in ("p", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "b"):
        found.discard(Meaning.HEADING)
    if name in ("body", "html"):
        found -= {Meaning.NOTE, Meaning.NOTES, Meaning.SIDEBAR, Meaning.CODE, Meaning.DIRECTION, Meaning.SIDE_NOTE}
    if block and not types & {"pagebreak", "page-list"} and "pagenum" not in classes and "pageno" not in classes:
        found.discard(Meaning.PAGE_BREAK)  # a block that opens a new page, with text of its own
    if name in ("p", "span", "td", "tr", "code") or not block:
        found.discard(Meaning.CODE)  # code inside a sentence belongs to it
    if name not in ("p", "div", "span", "li", "tr", "td", "dd"):
        found.discard(Meaning.VERSE_LINE)
    return frozenset(found)


def is_line(element: Any) -> bool:
    """Whether what stands in a group of lines is one of them: a block without blocks or breaks inside."""
    return name_of(element) in ("p", "div", "li") and not any(
        name_of(e) in BLOCKS or name_of(e) == "br" for e in element.iter("*") if e is not element
    )


def is_hidden(element: Any) -> bool:
    """Whether no reader is shown it."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and "display:none" in style.replace(" ", "").lower())


def is_ornament_picture(element: Any) -> bool:
    """Whether a picture is an ornament that stands alone, in a block of its own or between two."""
    block = next((e for e in element.iterancestors() if name_of(e) in BLOCKS), None)
    if block is None:
        return False
    called = [element]
    if not clean(text_of(block)):
        called.append(block)
    else:
        after = element.getnext()
        between = element.getparent() is block and not (element.tail or "").strip()
        if not between or (after is not None and name_of(after) not in BLOCKS):
            return False
    file = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] in ("src", "href")), "")
    names = (e.get(key) or "" for e in called for key in ("class", "id", "role"))
    return is_ornament(file, clean(element.get("alt") or ""), *names)


def stands_between_blocks(element: Any) -> bool:
    """Whether a line break stands alone between two blocks, where readers see it as a blank line."""
    before, after = element.getprevious(), element.getnext()
    around = (element.tail or "") + ((before.tail if before is not None else element.getparent().text) or "")
    return not around.strip() and all(e is not None and name_of(e) in BLOCKS | {"br"} for e in (before, after))


def is_blank(element: Any) -> bool:
    """Whether a paragraph without any text is one that readers see as a blank line, and no place to link to."""
    inside = list(element.iter())
    if any(name_of(e) in BLOCKS | _SHOWN for e in inside if e is not element):
        return False
    if "\xa0" in text_of(element) or any(name_of(e) == "br" for e in inside):
        return True
    if names_blank(element.get("class") or ""):
        return True
    return name_of(element) == "p" and not any(e.get("id") or e.get("name") for e in inside)


@cache
def _page_number() -> re.Pattern[str]:
    pages = any_of(lambda words: words.pages)
    return re.compile(rf"[\s\[({{|]*(?:(?:{pages})\b\.?\s*)?[\divxlcdm]{{0,8}}[\s\])}}|.]*", re.IGNORECASE)


def is_page_number(element: Any, types: frozenset[str], meant: frozenset[Meaning]) -> bool:
    """Whether it is the number of a printed page, and no text that a class name calls so."""
    if Meaning.PAGE_BREAK not in meant:
        return False
    return "page-list" in types or _page_number().fullmatch(text_of(element)[:100]) is not None


def is_noteref(element: Any, meant: frozenset[Meaning], types: frozenset[str]) -> bool:
    """Whether it is a mark that leads to a note: so called, or a raised link of a number or a star."""
    if Meaning.NOTEREF in meant:
        return "noteref" in types or _NOTE_MARK.fullmatch(text_of(element)) is not None
    if not is_note_mark(element):
        return False
    parent = element.getparent()
    raised = is_raised(element) or any(is_raised(e) for e in element) or (parent is not None and is_raised(parent))
    href = element.get("href") or ""
    if _BRACKETED.fullmatch(text_of(element)) and text_before(element, 1)[-1:].strip():
        return True  # in brackets at a word's end
    return raised or (_NOTE_TARGET.search(href) is not None and not text_of(element).strip().isalpha())


def is_mark(element: Any) -> bool:
    """Whether all that an element holds is a note's number, letter or sign."""
    return len(text := text_of(element)) <= 8 and _NOTE_MARK.fullmatch(text) is not None


def is_note_mark(element: Any) -> bool:
    """Whether it is a link of a number, a letter or a star to a place in some page."""
    if name_of(element) != "a" or "#" not in (element.get("href") or ""):
        return False
    return is_mark(element)


def is_backlink(element: Any, meant: frozenset[Meaning]) -> bool:
    """Whether it only leads from a note to its place in the text."""
    if Meaning.BACKLINK in meant:
        return True
    text = text_of(element).replace("\ufe0e", "").strip() if name_of(element) == "a" else ""
    return 0 < len(text) <= 3 and set(text) <= RETURN_MARKS


def opens_with_link_back(element: Any, referred: AbstractSet[str]) -> bool:
    """Whether it is a note by its build: text has `referred` to an id at its start, and a mark there leads back."""
    if not referred:
        return False
    ids: set[str | None] = {element.get("id")}
    inner = element
    for _ in range(4):  # `<p><sup><a id="n1" href="#r1">1</a></sup> …`
        if (inner.text or "").strip() or not len(inner) or not isinstance(inner[0].tag, str):
            return False
        inner = inner[0]
        ids |= {inner.get("id"), inner.get("name")}
        if is_note_mark(inner):
            return bool(ids & referred)
    return False


def is_data_table(element: Any) -> bool:
    """Whether a table holds rows of cells, and is neither a play's speeches nor a page's layout."""
    if element.get("role") in ("presentation", "none"):
        return False
    cells = [e for e in element.iter() if isinstance(e.tag, str) and name_of(e) in ("td", "th")]
    if any("persona" in types_of(e) for e in cells):
        return False
    return any(name_of(e) == "th" for e in cells) or any(e.getnext() is not None for e in cells)


def is_persona_cell(element: Any, types: frozenset[str]) -> bool:
    """Whether a table's cell says who speaks: it is called so, or holds only names that are."""
    if "persona" in types:
        return True
    if element.getnext() is None:
        return False
    pieces, named = [element.text or ""], False
    for inner in element:
        persona = isinstance(inner.tag, str) and "persona" in types_of(inner)
        named |= persona
        pieces += ["" if persona else text_of(inner), inner.tail or ""]
    words = re.findall(r"\w+", " ".join(pieces).casefold())
    return named and set(words) <= {"and", "und", "et", "y", "e"}


def announces(element: Any, types: frozenset[str], *, opens: bool) -> bool:
    """Whether a name that is a persona's says who speaks next.

    A block of its own does, if it is called so by its type or looks like a name ("LANE", "Lane.");
    inside a paragraph only at its start (`opens`), with a mark after it.
    """
    text = text_of(element).strip()
    ends = text.endswith((".", ":", "—"))
    if name_of(element) in BLOCKS:
        named = "persona" in types or (len(text.split()) <= 5 and (ends or text.isupper()))
        return named and element.getnext() is not None
    return opens and (ends or re.match(r"\s*[.:—–(]", element.tail or "") is not None)


def level_inside(element: Any) -> int:
    """The level of the first heading inside an hgroup or header; or as its class says, `MsoTitle`, `heading1`; or 2."""
    classes = element.get("class") or ""
    said = _LEVEL.search(classes)
    default = min(6, int(said[1]) + 1) if said else 1 if "msotitle" in classes.casefold() else 2
    return next((int(n[1]) for e in element if (n := name_of(e)) in HEADINGS and n[1:].isdigit()), default)


def left_out(element: Any, meant: AbstractSet[Meaning], reading: Reading) -> str:
    """What of the `reading` leaves an element out: `code`, `tables`, `captions`, `sidebars`; "" where it is read."""
    name = name_of(element)
    if reading.code == "skip" and (
        Meaning.CODE in meant or (name == "pre" and any(name_of(e) == "code" for e in element))
    ):
        return "code"
    if reading.tables == "skip" and name == "table" and is_data_table(element):
        return "tables"
    if reading.figures == "skip" and (name == "figcaption" or (Meaning.CAPTION in meant and name != "caption")):
        return "captions"
    if reading.sidebars == "skip" and (
        meant & {Meaning.SIDEBAR, Meaning.SIDE_NOTE} or (name == "aside" and Meaning.NOTES not in meant)
    ):
        return "sidebars"
    return ""
