"""One page of an EPUB as blocks, with marks where its chapters start.

What the page shows (see `shown`) is walked: text gathers until a block element opens or closes.
So inline markup never cuts a word nor joins two, whatever it is called, and text that
stands in no paragraph at all is still read.
"""

from dataclasses import replace
from typing import Any

from narrate.book import Skipped
from narrate.languages import code_of
from narrate.readers.characters import clean
from narrate.readers.epub.apparatus import Apparatus, apparatus_of
from narrate.readers.epub.epigraphs import only_epigraphs
from narrate.readers.epub.files import resolve
from narrate.readers.epub.for_the_eye import is_number_of_line, is_number_of_page, without_numbers, without_verses
from narrate.readers.epub.gathering import Gathering, speaker_of
from narrate.readers.epub.links import ids_before, leads_to_note
from narrate.readers.epub.lists import Lists
from narrate.readers.epub.markup import name_of, page_types, parse, text_of, types_of, walk
from narrate.readers.epub.mathml import spoken_formula
from narrate.readers.epub.meaning import (
    BLOCKS,
    HEADINGS,
    Meaning,
    announces,
    is_backlink,
    is_blank,
    is_hidden,
    is_line,
    is_note_mark,
    is_noteref,
    is_ornament_picture,
    is_page_number,
    is_persona_cell,
    left_out,
    meanings,
    stands_between_blocks,
)
from narrate.readers.epub.notes import add_note, is_note, is_return, note_blocks, own_mark, without_heads_of_notes
from narrate.readers.epub.page import Context, Page
from narrate.readers.epub.parts import take_apart
from narrate.readers.epub.plays import mark_plays
from narrate.readers.epub.shown import make_shown
from narrate.readers.epub.spoken import ruby, sounds
from narrate.readers.epub.standing import Standing, standing_in
from narrate.readers.epub.styled import styled
from narrate.readers.matter import NOTES_PAGES, UNREAD, kept, unread

UNREAD_ELEMENTS = frozenset(
    "head script style svg template nav rt rp rtc audio video iframe canvas annotation object "
    "noscript button select datalist textarea".split()
)
_PARTS = frozenset(("section", "div", "article", "aside", "header", "footer"))
MAX_NAME = 80  # characters: a longer one is a sentence that was marked as a name


def read_page(data: bytes, context: Context) -> Page:
    """The page in `data`. Raises HostileMarkupError."""
    markup = parse(data)
    if markup.root is None:
        return Page(problem=markup.problem)
    body = next((e for e in markup.root.iter() if name_of(e) == "body"), markup.root)
    shown = make_shown(markup.root, context.language, context.reading)
    mark_plays(body)
    types = page_types(body)
    look = styled(markup.root, context.file, context.sheets)
    title = _title(markup.root)
    about = context.about.windowed(title)
    apart = only_epigraphs(body) if context.epigraphs else take_apart(body, context.file, about, context.reading)
    page = Page(types=types, problem=markup.problem, title=title, left=shown.left, apart=apart)
    page.look = look
    apparatus = apparatus_of(body, context.file, context.places, context.marks, look.shifted)
    page.left.update(apparatus.left)
    _PageReader(page, context, apparatus).read(body)
    items = without_verses(without_numbers(page.items, page.left), page.left)
    page.items[:] = without_heads_of_notes(items, notes=page.left["notes"])
    return page


def _title(root: Any) -> str:
    head = next((e for e in root if isinstance(e.tag, str) and name_of(e) == "head"), ())
    return next((clean(text_of(e)) for e in head if isinstance(e.tag, str) and name_of(e) == "title"), "")


class _PageReader:
    """The walk's state: what the text stands in, element by element, and the text gathered so far."""

    def __init__(self, page: Page, context: Context, apparatus: Apparatus, *, note: Any = None) -> None:
        self._page = page
        self._context = context
        self._apparatus = apparatus
        self._reading = context.reading
        self._book_language = code_of(context.language)
        self._standing = [Standing()]  # of every open element
        self._text = Gathering(page.items, directions=context.reading.directions == "read", language=context.language)
        self._lists = Lists()
        self._in_note = note is not None
        self._note_element = note

    @property
    def _here(self) -> Standing:
        return self._standing[-1]

    def read(self, body: Any) -> None:
        unread: Any = None  # the element whose inside is not read
        for event, element in walk(body):
            if event == "start":
                if unread is None:
                    types = types_of(element)
                    meant = meanings(element, types)
                    if element is not body and self._is_unread(element, name_of(element), types, meant):
                        unread = element
                    else:
                        self._open(element, types, meant, inner=element is not body)
                continue
            if unread is element:
                unread = None
                self._mark(element)
            elif unread is not None:
                continue
            else:
                self._close(element)
            if element is not body:
                self._text.add(element.tail, self._here)
        self._text.close(self._here)

    # --- what is not walked -------------------------------------------------------------------

    def _is_unread(self, element: Any, name: str, types: frozenset[str], meant: frozenset[Meaning]) -> bool:
        """Whether what is inside is not walked; what takes its place is done here."""
        if name in UNREAD_ELEMENTS and not (name == "nav" and kept(self._reading, types, self._context.file, "")):
            return True
        if is_hidden(element) or element in self._page.look.hidden:
            self._left("hidden", element, only_text=True)
            return True
        if self._is_apparatus(element, name, types, meant):
            return True
        if left := left_out(element, meant, self._reading):
            self._left(left, element)
            return True
        if Meaning.SIDE_NOTE in meant and (name not in BLOCKS or self._text.started):
            beside = replace(self._page, items=[], matter=[])
            _PageReader(beside, self._context, self._apparatus).read(element)
            self._text.beside(beside.items)
            return True
        if name in _PARTS and types and (part := self._skipped_part(element, types)):
            self._text.flush(self._here)
            self._page.matter.append(part)
            return True
        return self._is_replaced(element, name, meant)

    def _skipped_part(self, element: Any, types: frozenset[str]) -> Skipped | None:
        """Why a part of the page is front or back matter that is not read, or None."""
        file, reading = self._context.file, self._reading
        if not (types & UNREAD.keys() or reading.skip):
            return None
        heading = next((clean(text_of(e)) for e in element.iter() if name_of(e) in HEADINGS), "")
        return unread(file, types - NOTES_PAGES, frozenset(), [heading], 0, late=False, linear=True, reading=reading)

    def _left(self, what: str, element: Any, *, only_text: bool = False) -> None:
        if name_of(element) in BLOCKS:
            self._text.flush(self._here)
        if not only_text or any(c.isalnum() for c in text_of(element)):
            self._page.left[what] += 1

    def _is_apparatus(self, element: Any, name: str, types: frozenset[str], meant: frozenset[Meaning]) -> bool:
        """Notes, the marks that lead to and from them, page numbers, running heads."""
        known, context = self._apparatus, self._context
        if self._in_note and not self._text.started and is_note_mark(element):
            return True  # the note's own number, which leads back
        if element in known.heads:
            return True
        if note := known.refs.get(element):
            self._refer((context.file, note), text_of(element), element)
        if (said := known.said.get(element)) is not None:
            self._text.add(said, self._here)
            if not said:
                self._text.close_up(element.tail or "")
            return True
        if is_noteref(element, meant, types) or (
            is_note_mark(element) and leads_to_note(element, context.file, context.places)
        ):
            link = next((e.get("href") for e in element.iter() if isinstance(e.tag, str) and e.get("href")), "")
            if link and (place := resolve(context.file, link)):
                self._refer(place, text_of(element), element)
            self._text.close_up(element.tail or "")
            return True
        if is_number_of_page(element, meant) or is_page_number(element, types, meant):
            return True
        if Meaning.RUNNING_HEAD in meant or is_backlink(element, meant):
            return True
        if is_number_of_line(element, meant, verse=self._here.verse) and not self._here.heading:
            self._page.left["numbers"] += 1
            return True
        if self._in_note and is_return(element, self._note_element, context):
            return True
        if self._in_note or not self._is_note(element, meant):
            return self._here.notes and not self._in_note and name in HEADINGS
        self._text.flush(self._here)
        self._note(element)
        return True

    def _refer(self, place: tuple[str, str], mark: str, element: Any) -> None:
        """A mark stands here that leads to the note at a place."""
        self._context.refs.setdefault(place[0], set()).add(place[1])
        self._context.marks.add(place, mark, self._context.file, element)
        self._text.refer(*place)

    def _is_note(self, element: Any, meant: frozenset[Meaning]) -> bool:
        known = self._apparatus
        if element in known.notes or (Meaning.REMARK in meant and element.get("id") in known.remarks):
            return True
        return is_note(element, meant, self._context, in_notes=self._here.notes)

    def _note(self, element: Any) -> None:
        """Read a note into the page's notes, under every id in it."""
        anchor = self._apparatus.notes.get(element, "")
        self._page.left["notes"] += not anchor or anchor not in self._page.notes
        anchors = [anchor, *(e.get("id") for e in element.iter("*")), *ids_before(element)]
        if self._reading.notes == "skip":
            add_note(self._page.notes, anchors, ())
            return
        inner = Page(sounds=self._page.sounds, look=self._page.look)
        _PageReader(inner, self._context, self._apparatus, note=element).read(element)
        mark = next((m for a in anchors if a and (m := self._context.marks.of((self._context.file, a)))), "")
        if note := note_blocks(inner.items, mark or own_mark(element)):
            add_note(self._page.notes, anchors, note)

    def _is_replaced(self, element: Any, name: str, meant: frozenset[Meaning]) -> bool:
        """Whether something else is said in the element's place: a reading, a formula, a speaker's turn."""
        if name == "ruby":
            language = self._here.language or self._context.language
            self._text.add(ruby(element, language, self._reading, self._page.sounds), self._here)
            return True
        if name == "math":
            if words := spoken_formula(element, self._here.language or self._context.language):
                before, after = self._text.before()[-1:].isalnum(), (element.tail or "")[:1].isalnum()
                self._text.add(" " * before + words + " " * after, self._here)
            else:
                self._page.left["formulas"] += 1
            return True
        if self._here.direction or self._here.heading:
            return False
        if name in ("td", "th"):
            if not is_persona_cell(element, types_of(element)):
                return False
            until, inline = element.getparent(), False
        elif Meaning.PERSONA in meant and announces(element, types_of(element), opens=not self._text.started):
            parent = element.getparent()
            inline = name not in BLOCKS
            until = next((e for e in element.iterancestors() if name_of(e) in BLOCKS), parent) if inline else parent
        else:
            return False
        speaker = clean(text_of(element))
        if not any(c.isalnum() for c in speaker_of(speaker)[0]) or len(speaker) > MAX_NAME:
            return False
        self._text.take_turn(speaker, until, self._here, inline=inline)
        return True

    # --- what is walked -----------------------------------------------------------------------

    def _open(self, element: Any, types: frozenset[str], meant: frozenset[Meaning], *, inner: bool) -> None:
        name = name_of(element)
        verse_line = self._here.verse and (Meaning.VERSE_LINE in meant or (self._here.lines and is_line(element)))
        if name in BLOCKS and not verse_line:
            self._text.flush(self._here)
        if name in HEADINGS:
            self._text.leave_turn()
        self._mark(element)
        self._page.sounds.update(
            dict.fromkeys(sounds(element, meant, self._here.language, self._text.before())) if inner else ()
        )
        within = standing_in(self._here, element, meant, self._page.look, self._book_language if inner else None)
        self._page.left["directions"] += Meaning.DIRECTION in meant and self._reading.directions == "skip"
        self._standing.append(within if within.line == verse_line else replace(within, line=verse_line))
        if verse_line:
            self._text.verse_line(self._here)
        elif element in self._page.look.rows:
            self._text.row(self._here)
        if Meaning.OPENS_SCENE in meant:
            self._text.scene_break()
        if name == "br" and not self._text.started and stands_between_blocks(element):
            self._text.blank()
        elif name == "br":
            self._text.line_break(self._here)
        elif name == "hr":
            self._text.flush(self._here)
            if element.get("class") != "flattened":
                self._text.scene_break()
        elif name in ("img", "image"):
            self._picture(element, meant)
        elif name in ("td", "th"):
            self._text.next_cell()
        elif name in ("ol", "ul"):
            self._lists.open(element)
        elif name == "li" and not self._in_note:
            self._text.lead(self._lists.item(element))
        self._text.add(element.text, self._here)

    def _close(self, element: Any) -> None:
        name = name_of(element)
        if name in BLOCKS or name == "span":
            meant = meanings(element, types_of(element))
            if self._here.line:
                self._text.verse_line(self._here)
            elif name in BLOCKS:
                self._end_block(element, name, meant)
        if element in self._page.look.rows:
            self._text.row(self._here)
        self._standing.pop()
        self._text.end_turn(element)
        if name in ("ol", "ul"):
            self._lists.close()
        elif name == "li":
            self._text.lead("")

    def _end_block(self, element: Any, name: str, meant: frozenset[Meaning]) -> None:
        if name not in ("body", "html") and not self._text.started and not clean(text_of(element)):
            if Meaning.SCENE_BREAK in meant:
                self._text.scene_break()
            elif name in ("p", "div") and is_blank(element):
                self._text.blank()
        if not (Meaning.DROP_CAP in meant and self._text.hold_drop_cap()):
            self._text.flush(self._here)

    def _picture(self, element: Any, meant: frozenset[Meaning]) -> None:
        if not self._text.started and not self._here.heading and is_ornament_picture(element):
            self._text.scene_break()
            return
        alternative = clean(element.get("alt") or "")
        initial = Meaning.DROP_CAP in meant or (element.tail or "")[:1].isalpha()
        if initial and len(alternative) == 1 and alternative.isalpha():
            self._text.add(alternative, self._here)  # it is drawn
        elif self._reading.figures == "alt" and any(c.isalnum() for c in alternative):
            alone = not self._text.started
            self._text.add(f" {alternative} ", self._here)
            if alone:
                self._text.flush(self._here)
        else:
            self._page.left["pictures"] += 1

    def _mark(self, element: Any) -> None:
        for key in ("id", "name", "{http://www.w3.org/XML/1998/namespace}id"):
            anchor = element.get(key)
            if anchor in self._context.wanted:
                self._text.mark(anchor, self._here)
                return
