"""Which line breaks in prose end a row, as in a letter's head, and which merely break a sentence.

Rows are short and open with capitals, digits or marks; a sentence goes on in small letters, after an article or a
preposition, or at the full width of a page that was broken by hand.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from narrate.languages import find_language
from narrate.languages.language import Sentences
from narrate.readers.characters import clean
from narrate.readers.epub.paragraphs import Piece
from narrate.readers.ornaments import is_scene_break
from narrate.readers.text.hyphens import Joiner

_CUT = re.compile(r"[^\W\d_]{2}[-‐]$")  # a word goes on in the next row, or has a hyphen there
LINE_END = "\u2028"  # the piece that stands for a line break
_STOPS = frozenset(".!?…:;。！？．؟।")
_CLOSERS = "\"'”’»›“‘)]）」』 "
_OPENERS = "\"'“‘„‚«‹([（「『¿¡—–-… "
_QUOTED = "」』”’"
_GREETING = 6  # words of a letter's greeting
_WIDE = 45  # characters from which on a row may be one of a page that was broken by hand
_WIDE_UNSPACED = 15  # the same without spaces between words
_FILLED = 0.6  # of the widest row: how wide all but the last are on such a page
_LONGEST = 60  # characters of a row that ends without a mark
_SHORT = 50  # characters of rows that may go on in small letters
_WORDS = 20  # characters of rows that are things in a list, in small letters too


def settled(pieces: list[Piece], language: str, *, set_in_rows: bool = False) -> list[Piece]:
    """A paragraph's pieces with each line break settled: what comes after it is a line, or goes on after a space.

    `set_in_rows`: it is said to be an address, an inscription or the like.
    """
    if all(piece.text != LINE_END for piece in pieces):
        return pieces
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.text == LINE_END:
            rows.append([])
        else:
            rows[-1].append(piece)
    told = [(row, text) for row in rows if (text := clean("".join(piece.text for piece in row)))]
    ends = [False, *row_ends([text for _, text in told], language, set_in_rows=set_in_rows)]
    found: list[Piece] = []
    before = ""
    for (row, text), ended in zip(told, ends, strict=False):
        if before and not ended and _CUT.search(before) and text[0].islower():
            cut, space = Joiner(" ".join(t for _, t in told), lambda _: language).seam(before, text)
            if cut != before:
                _drop_hyphen(found)
            found.append(Piece(space))
            row = _without_indent(row)
        elif before:
            unspaced = _is_unspaced(before[-1]) and _is_unspaced(text[0])
            found.append(Piece("" if unspaced and not ended else " "))
        opens = True
        for piece in row:
            line = piece.line or (ended and opens and piece.text.strip() != "")
            opens = opens and not piece.text.strip()
            found.append(replace(piece, line=line) if line else piece)
        before = text
    return found


def _without_indent(row: list[Piece]) -> list[Piece]:
    """A row without the white space that it opens with."""
    first = next(n for n, piece in enumerate(row) if piece.text.strip())
    return [replace(row[first], text=row[first].text.lstrip()), *row[first + 1 :]]


def _drop_hyphen(pieces: list[Piece]) -> None:
    """Take the hyphen off the end of the text so far."""
    last = next(n for n in range(len(pieces) - 1, -1, -1) if pieces[n].text.strip())
    pieces[last] = replace(pieces[last], text=pieces[last].text.rstrip()[:-1])
    del pieces[last + 1 :]


def row_ends(rows: Sequence[str], language: str, *, set_in_rows: bool = False) -> list[bool]:
    """For each of the breaks between `rows` whether a row ends there."""
    known = find_language(language)
    going_on = [_goes_on(before, after, known.sentences, spaced=known.spaced) for before, after in pairwise(rows)]
    widest = max(map(len, rows), default=0)
    wide = _WIDE if known.spaced else _WIDE_UNSPACED
    by_hand = widest >= wide and len(rows) > 2 and all(len(row) >= _FILLED * widest for row in rows[:-1])
    if by_hand and known.spaced and not any(going_on):
        by_hand = False  # rows that all open as sentences do are verses, however wide
    open_ = [_is_open(row, known.sentences.open_ends, spaced=known.spaced) for row in rows[:-1]]
    sure = sum(not on and not wants for on, wants in zip(going_on, open_, strict=True))
    short = set_in_rows or (len(rows) > 2 and widest <= _SHORT and sum(going_on) <= sure)
    short |= len(rows) > 2 and widest <= _WORDS and not any(open_) and not any(row[-1] in ",.!?" for row in rows)
    ends: list[bool] = []
    for (before, after), goes_on, wants in zip(pairwise(rows), going_on, open_, strict=True):
        said = any(c.isalnum() for c in before) and any(c.isalnum() for c in after)
        stopped = before.rstrip(_CLOSERS)[-1:] in _STOPS
        if is_scene_break(before) or is_scene_break(after):
            ends.append(True)
        elif not said or wants or (goes_on and not short) or (by_hand and not stopped):
            ends.append(False)
        else:
            ends.append(stopped or before.rstrip(_CLOSERS)[-1:] in ",，、" or len(before) <= _LONGEST)
    return ends


def _goes_on(before: str, after: str, known: Sentences, *, spaced: bool) -> bool:
    """Whether a row goes on what the one before left without a stop: in small letters, but for a letter's greeting."""
    if not spaced:
        return before[-1:] in _QUOTED and after.startswith(known.after_quote)
    if before[-1:] in ",:!" and len(words := before.split()) <= _GREETING and words[0].casefold() in known.greetings:
        return False
    return after.lstrip(_OPENERS)[:1].islower() and before[-1:] not in _STOPS


def _is_open(row: str, open_ends: frozenset[str], *, spaced: bool) -> bool:
    """Whether a row's last word wants another: `the`, `of`."""
    if row[-1:] in "-–—":
        return False
    if spaced:
        return row.split()[-1].strip(_OPENERS).casefold() in open_ends
    return any(row.endswith(end) for end in open_ends)


def _is_unspaced(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or "\uff00" <= character <= "\uffef"
