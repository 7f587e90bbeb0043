"""Paragraphs gathered while a page is walked: each is kept until it is whole, with the speaker whose turn it is."""

import re
from dataclasses import dataclass, replace
from typing import Any

from narrate.book import Block, BlockKind
from narrate.readers.chapters import BLANK
from narrate.readers.characters import clean
from narrate.readers.epub.line_ends import LINE_END, settled
from narrate.readers.epub.paragraphs import Piece, paragraph
from narrate.readers.epub.standing import Standing
from narrate.readers.ornaments import is_scene_break
from narrate.script import speaker_name

_SOFT_HYPHEN = "\u00ad"
_LINE_END = re.compile(r"[ \t\r]*\n")
_CLOSING, _ENDING = frozenset(".,;:!?)…"), frozenset(".,;:!?…”»")
_AFTER_NAME = re.compile(r"^\s*(?:[.:](?!\s*[.:])|[—–-])\s*")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place of an `id` that the table of contents names."""

    anchor: str


@dataclass(frozen=True, slots=True)
class NoteRef:
    """After the paragraph that refers to a note: the note's file and id."""

    file: str
    anchor: str


Item = Block | Anchor | NoteRef


@dataclass(slots=True)
class _Turn:
    """Who speaks, until which element closes; where in the items it began, and whether anything was said."""

    name: str  # as the page has it
    until: Any
    began: int
    inline: bool  # the name stands in the paragraph of the speech, and marks follow it
    spoke: bool = False


def speaker_of(name: str) -> tuple[str, str]:
    """A speaker's name as a script can hold it, and how it is said: `LANE (aside).` → LANE, aside."""
    name, _, direction = name.rstrip(".:,;—–- ").replace("[", "(").partition("(")
    return speaker_name(name, "#*").rstrip(".:,;—–- "), " ".join(re.sub(r"[()\[\]]", " ", direction).split()).rstrip(
        "."
    )


class Gathering:
    """The paragraph so far, and all items before it."""

    def __init__(self, items: list[Item], *, directions: bool, language: str = "en") -> None:
        """Add to `items` text in the book's `language`; `directions`: whether stage directions are read."""
        self.items = items
        self._language = language
        self._directions = directions
        self._pieces: list[Piece] = []
        self._refs: list[NoteRef] = []
        self._marks: list[tuple[Anchor, int]] = []  # places inside the paragraph, and the pieces before each
        self._beside: list[Item] = []  # what stands in the margin of the paragraph
        self._turn: _Turn | None = None
        self._line_broken = False  # nothing but white space since the last <br>
        self._new_line = False  # the next text opens a line of verse
        self._held = ""  # a drop cap that stood in a block of its own
        self._lead = ""  # the number of a list's item that has said nothing yet

    @property
    def started(self) -> bool:
        """Whether the paragraph has any text yet."""
        return any(piece.text.strip() for piece in self._pieces)

    def before(self) -> str:
        """The last few words of the paragraph so far."""
        return "".join(piece.text for piece in self._pieces[-4:])[-60:]

    def add(self, text: str | None, standing: Standing) -> None:
        if not text:
            return
        for number, part in enumerate(_LINE_END.split(text) if standing.preformatted else (text,)):
            if number:
                self.line_break(standing)
            blank = not part.strip()
            line = self._new_line and not blank
            self._pieces.append(Piece(part, standing.language, standing.direction, line))
            self._new_line = self._new_line and blank
            self._line_broken = self._line_broken and blank

    def lead(self, number: str) -> None:
        """What stands before the next text: a list's number, or nothing any more."""
        self._lead = number

    def refer(self, file: str, anchor: str) -> None:
        """A note's mark stood here."""
        self._refs.append(NoteRef(file, anchor))

    def close_up(self, after: str) -> None:
        """Something was left out before the text `after`: no space stays before a stop, and one after a sentence."""
        last = self._pieces[-1] if self._pieces else None
        if last is None or not last.text:
            return
        if last.text[-1].isspace() and after[:1] in _CLOSING and after:
            self._pieces[-1] = replace(last, text=last.text.rstrip())
        elif last.text[-1] in _ENDING and after[:1].isalpha() and after[0].isascii():
            self._pieces.append(Piece(" ", last.language, last.direction))

    def beside(self, items: list[Item]) -> None:
        """What stands in the margin is read after the paragraph."""
        self._beside += items

    def line_break(self, standing: Standing) -> None:
        if self._line_broken and not standing.heading:
            self.flush(standing)  # two in a row are how old files end a paragraph
            return
        self._pieces.append(Piece(LINE_END, standing.language, standing.direction))
        self._line_broken = True
        self.verse_line(standing)

    def row(self, standing: Standing) -> None:
        """What comes stands on a row of its own."""
        if self.started:
            self._pieces.append(Piece(" ", standing.language, standing.direction))
            self._new_line = not standing.heading

    def verse_line(self, standing: Standing) -> None:
        """What comes is a line of verse, if it is verse at all."""
        self._new_line = self.started and (standing.verse or self._new_line)

    def next_cell(self) -> None:
        """Cells of a row are one block, told apart by a comma."""
        last = next((piece.text.rstrip() for piece in reversed(self._pieces) if piece.text.strip()), "")
        if last:
            self._pieces.append(Piece(", " if last[-1].isalnum() else " "))

    def mark(self, anchor: str, standing: Standing) -> None:
        """The place of an id. Inside a paragraph it is that paragraph's, or the next one's where no text follows it."""
        if self.started and (standing.heading or not self._line_broken):
            self._marks.append((Anchor(anchor), len(self._pieces)))
            return
        self.flush(standing)
        self.items.append(Anchor(anchor))

    def scene_break(self) -> None:
        self.items.append(Block("", BlockKind.SCENE_BREAK))

    def blank(self) -> None:
        """A paragraph without text stood here."""
        self.items.append(BLANK)

    def hold_drop_cap(self) -> bool:
        """Keep a lone letter for the paragraph that follows; whether there was one."""
        said = clean("".join(piece.text for piece in self._pieces))
        if len(said) != 1 or not said.isalpha():
            return False
        self._held, self._pieces = said, []
        return True

    def take_turn(self, name: str, until: Any, standing: Standing, *, inline: bool) -> None:
        """`name` says what comes, until the element `until` closes."""
        self.flush(standing)
        self.leave_turn()
        self._turn = _Turn(name, until, len(self.items), inline)

    def end_turn(self, element: Any) -> None:
        """`element` closes: whoever spoke until here has done."""
        if self._turn is not None and self._turn.until is element:
            self.leave_turn()

    def leave_turn(self) -> None:
        """Whoever spoke until here has done."""
        if self._turn is not None and not self._turn.spoke:
            # A name without a speech is text like any other: nothing is lost.
            self.items.insert(self._turn.began, Block(self._turn.name))
        self._turn = None

    def close(self, standing: Standing) -> None:
        """The page ends: nothing is kept back."""
        self.flush(standing)
        if self._held:
            self.items.append(Block(self._held))
        self.leave_turn()

    def flush(self, standing: Standing) -> None:
        """The paragraph ends."""
        pieces, self._pieces = self._pieces, []
        refs, self._refs = self._refs, []
        marks, self._marks = self._marks, []
        beside, self._beside = self._beside, []
        self._line_broken = self._new_line = False
        after = [mark for mark, at in marks if not any(piece.text.strip() for piece in pieces[at:])]
        self.items += [mark for mark, _ in marks if mark not in after]
        if any(piece.text.strip() for piece in pieces):
            self._end_paragraph(pieces, standing)
        self.items += [*refs, *after, *beside]

    def _end_paragraph(self, pieces: list[Piece], standing: Standing) -> None:
        first = next(i for i, piece in enumerate(pieces) if piece.text.strip())
        last = next(i for i in range(len(pieces) - 1, -1, -1) if pieces[i].text.strip())
        if (ended := pieces[last].text.rstrip()).endswith(_SOFT_HYPHEN):
            pieces[last] = replace(pieces[last], text=ended[:-1] + "-")  # it shows where a page ends
        if self._lead:
            pieces.insert(first, Piece(self._lead))
            self._lead, first = "", first + 1
        if self._held:
            text = pieces[first].text.lstrip()
            # "I was" and "It was" look alike in a letter alone; such letters are taken for words.
            space = " " if self._held in "IAO" and text[:1].islower() else ""
            pieces[first] = replace(pieces[first], text=self._held + space + text)
            self._held = ""
        turn = self._turn
        if turn and turn.inline:
            pieces[first] = replace(pieces[first], text=_AFTER_NAME.sub("", pieces[first].text, count=1))
            turn.inline = False
        kind = BlockKind.HEADING if standing.heading else BlockKind.VERSE if standing.verse else BlockKind.PARAGRAPH
        speaker, direction = speaker_of(turn.name) if turn and not standing.heading else ("", "")
        if kind is BlockKind.PARAGRAPH:
            pieces = settled(pieces, standing.language or self._language, set_in_rows=standing.rows)
        blocks = list(paragraph(pieces, kind, standing.heading, speaker, direction, directions=self._directions))
        if standing.listed and not speaker:
            blocks = [replace(block, listed=True) for block in blocks]
        blocks = [Block("", BlockKind.SCENE_BREAK) if is_scene_break(block.text) else block for block in blocks]
        if len(blocks) == 1 and blocks[0].kind is BlockKind.SCENE_BREAK:
            self.scene_break()
            return
        if turn and (not self._directions or any(block.kind is not BlockKind.DIRECTION for block in blocks)):
            turn.spoke = True
        self.items += blocks
