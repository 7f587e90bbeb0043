"""Quotations: where they open and close in a paragraph, for the marks of every language.

    “ ” ‘ ’ „ “ ‚ ‘ « » » « ‹ › 「 」 『 』 ” ” " " ' ' and dialogue that a dash opens

Spans only: nothing is said of who speaks, and no character is changed. What a reader would
question is the apostrophe: ’ and ' close a quotation only when one is open and no better
candidate follows, and open one only where the book quotes with single marks (`Marks.single`)
or inside another quotation. A quotation that goes on into the next paragraph is left open in
the one and `continues` in the other; one that is merely never closed ends with its paragraph.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from narrate.book.incises import incises_in
from narrate.languages import find_language

DASHES = "—–―"

_CLOSERS = {
    "“": "”", "‘": "’", "„": "“”‟", "‚": "‘’", "«": "»", "»": "«", "‹": "›", "›": "‹",
    "「": "」", "『": "』", "”": "”", '"': '"', "'": "'", "‟": "”",
}  # fmt: skip
_SINGLE = "‘'"
_MARK = re.compile("[“”„‟\"‘’‚'«»‹›「」『』]")
_OUTER = re.compile('[“„"«»‹›「『”‚]')
_OPENS_AFTER = "([{-/" + DASHES + "…:" + "“„‘‚«‹\"'「『¿¡"
# Elisions that word processors give an opening mark: ‘tis, ‘em, 'twas.
_ELISION = re.compile(
    r"(?:tis|twas|twere|twill|twould|tisn|twasn|tain|em|er|im|is|ere|ow|ello|e|ave|ad|cause|bout|til|till|n|neath|gainst|"
    r"mongst|round|cept|nother|nuff|specially|spose|scuse|way|kay|\d\ds?)\b",
    re.IGNORECASE,
)
# Words that lose their end: goin’, the boys’ coats, o’, an’, th’.
_CLIPPED = re.compile(r"(?:\b(?:o|an|th|wi|ol|t|i|d|l|n|tha|mo|po|fo|yo|jus|don|las|mus)|\win|s)$", re.IGNORECASE)
_SURE_END = ".,!?…;:)-" + DASHES
_DEEPEST = 8  # quotations inside one another: more are marks that were never closed


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation of one paragraph: `text[start:end]`, its marks included.

    `depth` counts the quotations around it. `continues`: it goes on what the paragraph before
    left open. Not `closed`: its closing mark is missing, or comes in a later paragraph. It `resumes` after
    an incise, the narrator's words inside it.
    """

    start: int
    end: int
    mark: str
    depth: int = 0
    continues: bool = False
    closed: bool = True
    resumes: bool = False

    def inner(self, text: str) -> str:
        """The words between the marks."""
        end = self.end - 1 if self.closed and self.mark not in DASHES + "-" else self.end
        return text[self.start + (text[self.start] in _CLOSERS or text[self.start] in DASHES + "-") : end].strip()


@dataclass(frozen=True, slots=True)
class Marks:
    """The quotation marks of a book: `single` marks outside of others, `dashes` that open a paragraph's speech.

    `leaning`: a dash that leans on the word after it opens the narrator's words, be they «—dijo» or «—Marta abrió».
    """

    single: bool = False
    dashes: bool = False
    leaning: bool = False


def marks_of(paragraphs: Iterable[str], language: str = "en") -> Marks:
    """The marks that the whole of a book uses, by how its paragraphs open."""
    single = double = dashes = total = 0
    for text in paragraphs:
        total += 1
        head = text[:1]
        if head and head in _SINGLE and not _ELISION.match(text, 1):
            single += 1
        elif head in DASHES or text[:2] == "- ":
            dashes += 1
        elif _OUTER.match(text):
            double += 1
    found = find_language(language)
    dashed = dashes > (0 if found.dashes else max(double + single, 20, total // 50))
    return Marks(single > double, dashed, dashed and found.leaning_dashes)


def quotes_of(paragraphs: Sequence[str], language: str = "en", marks: Marks | None = None) -> Iterator[list[Quote]]:
    """The quotations of each paragraph, in order of their starts, outer ones before those inside them.

    A quotation of several paragraphs (each reopens it; only the last closes it) `continues`.
    """
    marks = marks or marks_of(paragraphs, language)
    carried = ""
    for number, text in enumerate(paragraphs):
        found = quotes_in(text, marks, carried)
        last = max((q for q in found if not q.depth), key=lambda q: q.end, default=None)
        open_end = last is not None and not last.closed and last.mark not in DASHES + "-"
        carried = last.mark if open_end and last else ""
        if open_end and last and not _goes_on(paragraphs, number + 1, last.mark):
            carried = ""
        yield [part for quote in found for part in _without_incises(text, quote, language)]


def _without_incises(text: str, quote: Quote, language: str) -> Iterator[Quote]:
    """A quotation in the parts that its incises leave; one inside another stays whole."""
    start = quote.start
    if not quote.depth:
        for begin, end in incises_in(text, quote.start, quote.end, language):
            if any(c.isalnum() for c in text[start:begin]):
                yield replace(quote, start=start, end=begin, closed=False, resumes=start > quote.start)
            start = end
    if start == quote.start or any(c.isalnum() for c in text[start : quote.end]):
        yield replace(quote, start=start, resumes=quote.resumes or start > quote.start)


def _goes_on(paragraphs: Sequence[str], number: int, mark: str) -> bool:
    """Whether the next paragraph reopens a quotation left open by `mark`, or closes it."""
    if number >= len(paragraphs):
        return False
    text = paragraphs[number]
    if text[:1] == mark or (mark == "«" and text[:1] == "»"):
        return True
    first = next(_MARK.finditer(text), None)
    return first is not None and first[0] in _CLOSERS[mark] and first[0] != "’" and not _may_open(text, first.start())


def quotes_in(text: str, marks: Marks | None = None, carried: str = "") -> list[Quote]:
    """The quotations of one paragraph. Without `marks` they are guessed from its first character.

    `carried` is the mark of a quotation that the paragraph before left open.
    """
    if marks is None:
        marks = Marks(single=text[:1] in ("‘", "'") and not _ELISION.match(text, 1))
    if marks.dashes and (text[:1] in DASHES or text[:2] == "- ") and text:
        return _dash_quotes(text, marks)
    if not _MARK.search(text):
        return []
    return sorted(_scan(text, marks, carried), key=lambda q: (q.start, q.depth))


class _Places:
    """Where patterns stand in one text. Each is looked for once, however often it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, array[int]] = {}

    def _starts(self, pattern: str) -> "array[int]":
        if pattern not in self._found:
            self._found[pattern] = array("q", (match.start() for match in re.finditer(pattern, self._text)))
        return self._found[pattern]

    def first(self, pattern: str, start: int) -> int:
        """Where the first match from `start` on begins; past the text where there is none."""
        starts = self._starts(pattern)
        number = bisect_left(starts, start)
        return starts[number] if number < len(starts) else len(self._text) + 1

    def count(self, pattern: str, start: int) -> int:
        """How many matches begin from `start` on."""
        starts = self._starts(pattern)
        return len(starts) - bisect_left(starts, start)


def _scan(text: str, marks: Marks, carried: str) -> Iterator[Quote]:
    places = _Places(text)
    stack: list[tuple[int, str]] = []
    at = 0
    begun = False  # whether anything has been opened or closed yet
    for match in _MARK.finditer(text):
        at, mark = match.start(), match[0]
        level = _closed_by(text, at, stack, places)
        if level is not None:
            start, opener = stack[level]
            del stack[level:]
            yield Quote(start, at + 1, opener, level, continues=bool(carried) and start == 0)
        elif not begun and carried and mark in _CLOSERS[carried] and not (mark == carried and _may_open(text, at)):
            yield Quote(0, at + 1, carried, 0, continues=True)  # went on without being reopened
        elif opener := _opened_by(text, at, stack, marks, carried):
            outer = next((i for i, (_, other) in enumerate(stack) if other == opener), None)
            # The one before was never closed, if this one does not stand inside it.
            if outer is not None and (len(stack) >= _DEEPEST or not _nests(text, at, opener, places)):
                if outer == 0:
                    end = before_space(text, at)
                    yield Quote(stack[0][0], end, opener, 0, bool(carried) and not stack[0][0], False)
                del stack[outer:]
            stack.append((at, opener))
        else:
            continue
        begun = True
    if stack and (stack[0][1] not in _SINGLE or marks.single):
        yield Quote(stack[0][0], len(text), stack[0][1], 0, bool(carried) and stack[0][0] == 0, False)


def before_space(text: str, at: int) -> int:
    """Where the white space before `at` begins; `at` where there is none."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def _nests(text: str, at: int, opener: str, places: _Places) -> bool:
    """Whether a mark inside its own kind is a quoted word of the sentence, “the “Spectator,” when …”."""
    closer, end = _CLOSERS[opener][0], before_space(text, at)
    if closer == opener or not text[max(0, end - 1) : end].isalnum():
        return False
    return places.count(closer, at) > places.count(opener, at)


def _may_open(text: str, at: int) -> bool:
    """Whether a mark stands where one opens: after a space or a dash, before a word."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(after) and not after.isspace() and (not before or before.isspace() or before in _OPENS_AFTER)


def _closed_by(text: str, at: int, stack: list[tuple[int, str]], places: _Places) -> int | None:
    """The level of the quotation that the mark at `at` closes, if it does."""
    mark = text[at]
    for level in range(len(stack) - 1, -1, -1):
        start, opener = stack[level]
        if mark not in _CLOSERS[opener] or start == at - 1:
            continue
        if opener in "‘'‚" and mark in "’'":
            return level if level == len(stack) - 1 and _closes_single(text, at, mark, opener, places) else None
        if mark == opener == '"' and _opens_plainly(text, at):
            return None
        return level
    return None


def _opens_plainly(text: str, at: int) -> bool:
    """Whether a straight mark can only be an opening one: a space before it, a word after it."""
    return (at == 0 or text[at - 1].isspace()) and text[at + 1 : at + 2].isalnum()


def _closes_single(text: str, at: int, mark: str, opener: str, places: _Places) -> bool:
    """Whether ’ or ' closes the quotation that is open, rather than standing for letters."""
    after = text[at + 1 : at + 2]
    if after.isalnum():
        return False
    if text[at - 1] in _SURE_END or not text[at - 1].isalnum():
        return not (opener == "'" and _opens_plainly(text, at))
    # A later mark after punctuation is the better one, if no quotation opens or closes before it.
    border = places.first(rf"[\s(—–-]{opener}(?=\w)|[“”„\"]", at + 1)
    if after == opener and text[at + 2 : at + 3].isalnum():
        border = at + 1
    if places.first(rf"[{re.escape(_SURE_END)}]{mark}(?!\w)", at + 1) + 2 <= border:
        return False
    clipped = _CLIPPED.search(text, max(0, at - 6), at)
    return not (clipped and places.first(rf"\w{mark}(?!\w)", at + 1) + 2 <= border)


def _opened_by(text: str, at: int, stack: list[tuple[int, str]], marks: Marks, carried: str) -> str:
    """The mark that opens a quotation at `at`, or nothing when it opens none."""
    mark = text[at]
    if mark in "“„「『":
        return mark
    if mark in "‘'":
        allowed = mark == "‘" or marks.single or bool(stack)
        return mark if allowed and _may_open(text, at) and not _ELISION.match(text, at + 1) else ""
    if mark == "«" or (mark in '»‹›‚"‟' and _may_open(text, at)):
        return carried if mark == "»" and carried == "«" else mark
    return mark if mark == "”" and not stack and _may_open(text, at) else ""


# --- dialogue that a dash opens -------------------------------------------------------------------

# Where the narrator comes in: «—Hola —dijo Juan», «— Привет, — сказал он», «— Olá — disse João».
_NARRATOR_IN = re.compile(
    rf"\s[{DASHES}](?=[^\W\d_])|(?<=[,.!?…»”])\s[{DASHES}]\s(?=[^\W\d_])|"
    rf"\s[{DASHES}]\s(?=(?:disse|perguntou|respondeu|gritou|exclamou|murmurou|falou|continuou|pediu)\b)"
)
# Where the speech goes on: «… Juan—. ¿Qué», «… он. — Как», «… João. — Tudo».
_SPEECH_IN = re.compile(rf"(?<=\S)[{DASHES}][.,;:]?\s|(?<=[.,;:!?…])\s[{DASHES}]\s|\s[{DASHES}]\s(?=[^\W\d_])")


def _dash_quotes(text: str, marks: Marks) -> list[Quote]:
    """The speech of a paragraph that a dash opens, the narrator's words inside it left out."""
    quotes: list[Quote] = []
    start = 0
    while start < len(text):
        comes_in = _narrator_in(text, start + 1, leaning=marks.leaning and text[1:2].strip() != "")
        end = comes_in if comes_in is not None else len(text)
        if any(c.isalnum() for c in text[start:end]):
            quotes.append(Quote(start, end, text[start] if not quotes else "—", continues=False))
        if comes_in is None:
            break
        back = _SPEECH_IN.search(text, comes_in + 2)
        if back is None:
            break
        start = back.end()
    return quotes


def _narrator_in(text: str, start: int, *, leaning: bool) -> int | None:
    """Where the narrator's words come in: a lower-case word after the dash, as «—dijo», «— сказал» have."""
    for match in _NARRATOR_IN.finditer(text, start):
        if text[match.end()].islower() or (leaning and match[0][-1] in DASHES):
            return match.start()
    return None
