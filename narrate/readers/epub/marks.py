"""Marks without links in a page: raised figures, and figures and signs in brackets or at a word's end.

They are gathered in order first, because what one is shows in the others: marks count on. What a mark is said as
instead (10⁶ for 10 and a raised 6, nothing for a note's mark) is known only when the page's notes are found.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from narrate.readers import figures
from narrate.readers.epub.around import ENDS, RAISED as RAISED_BEFORE, text_after, text_before
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.figures import RAISED, Sense, Told
from narrate.words import roman

_LONGEST_ALONE = 4  # characters of a figure that stands alone in an element
_REACH = 400  # characters in which a bracket is closed
_LONGEST = 16  # characters of a raised figure
_RAISED_CLASSES = frozenset("super sup superscript supscript superscripts exposant hochgestellt superior fnsup".split())
_LOWERED_CLASSES = frozenset("sub subscript subscripts indice tiefgestellt inferior".split())
_STYLED = re.compile(r"vertical-align\s*:\s*(super|sub)\b")
_NO_MARKS = frozenset("script style math svg code pre kbd samp tt rt rp".split())
_INLINE = frozenset("a span small font i em b strong big".split())
_PLAIN = re.compile(
    r"(?P<bracketed>\[(?:\d{1,3}|[A-Za-z]|[*†‡§]{1,3})\]|［[0-9０-９]{1,3}］|〔[0-9０-９]{1,3}〕)"
    r"|(?P<parted>\((?:\d{1,3}|[*†‡]{1,3})\)|（[0-9０-９]{1,3}）)"
    r"|(?P<braced>\{\d{1,3}\}|※\d{1,3})"
    rf"|(?P<raised>[{RAISED}]{{1,3}})(?![\w⁺⁻⁄/])"
    r"|(?P<sign>(?<![*†‡§¶‖])[*†‡§¶‖]{1,3}\)?)(?![\w*†‡§¶‖])"
    r"|(?P<circled>[①-⑳㉑-㊿])"
    r"|(?P<half>(?<=[^\W\d_])\d{1,3}\)|(?<=[^\s\d(][.,;:!?”’])\d{1,3}\))(?!\w)"
    r"|(?P<figure>(?<=[^\W\d_])\d{1,3}|(?<=[^\s\d(][.,;:!?”’)])\d{1,3})(?![\w.,/:%°–-]*\w)"
)
_GATE = re.compile(rf"[\[(［〔（{{*†‡§¶‖※{RAISED}①-⑳㉑-㊿]|[^\W\d_]\d|[.,;:!?”’)]\d")
_STOPS = '.,;:!?…”’"»)。、，！？」』）'
_LETTERED = re.compile(r"[\[(]?([a-z]|[ivxl]{2,6})[\])]?")
_AFTER_WORD = re.compile(rf"[^\W\d_]{{3}}$|[{re.escape(_STOPS)}]$")


@dataclass(slots=True, eq=False)
class Mark:
    """A figure that may be a mark. `where` and `span` say which characters of the element's text or tail it is.

    `order` counts the page's elements; `note` is the id of the note that was found for it.
    """

    value: str
    element: Any
    order: int
    told: Told
    written: str = ""
    word: str = ""  # that it stands at
    where: str = ""
    span: tuple[int, int] = (0, 0)
    linked: bool = False
    opens: bool = False  # nothing stands before it in its block
    note: str = ""

    @property
    def values(self) -> list[str]:
        """The marks in it: 14,15 are two."""
        return re.findall(r"[^\W_]+|[*†‡§¶‖※]+", self.value)

    @property
    def number(self) -> int | None:
        found = re.match(r"\d{1,4}", self.value)
        return int(found[0]) if found else None


@lru_cache(maxsize=1024)
def _shifted(name: str, classes: str, style: str) -> int:
    """1 for a raised element, -1 for a lowered one, 0 for any other."""
    if name in ("sup", "sub"):
        return 1 if name == "sup" else -1
    words = {word.replace("-", "").replace("_", "").rstrip("0123456789") for word in classes.casefold().split()}
    if words & _RAISED_CLASSES or words & _LOWERED_CLASSES:
        return 1 if words & _RAISED_CLASSES else -1
    found = _STYLED.search(style.casefold())
    return 0 if found is None else 1 if found[1] == "super" else -1


def shift(element: Any) -> int:
    """Whether an element is raised (1) or lowered (-1): by its name, a class that is called so, or its own style."""
    name = name_of(element)
    if name not in ("sup", "sub") and name not in _INLINE:
        return 0
    return _shifted(name, element.get("class") or "", element.get("style") or "")


def is_raised(element: Any) -> bool:
    return shift(element) > 0


def marks_of(body: Any) -> list[Mark]:
    """The page's marks in their order, those with links too; what is in doubt is settled by its neighbours."""
    found: list[Mark] = []
    inside: Any = None  # an element whose inside was looked at, or is not to be
    for order, element in enumerate(body.iter()):
        if not isinstance(element.tag, str):
            continue
        if inside is not None and any(e is inside for e in element.iterancestors()):
            continue
        inside = None
        if shift(element) > 0 and (mark := _raised(element, order)):
            found.append(mark)
            inside = element
        elif name_of(element) in _NO_MARKS:
            inside = element
        else:
            found += _plain(element, "text", order)
        found += _plain(element, "tail", order)
    return found


def _raised(element: Any, order: int) -> Mark | None:
    text = text_of(element).strip()
    if not 0 < len(text) <= _LONGEST:
        return None
    value, linked, before = figures.value_of(text), _is_linked(element), text_before(element)
    if not figures.is_figure(text):
        if not (lettered := _LETTERED.fullmatch(text)):
            return None
        sure = text != lettered[1] or linked
        told = Told(Sense.MARK) if sure else Told(Sense.TEXT, 3 if _AFTER_WORD.search(before) else 0)
    else:
        told = Told(Sense.MARK) if linked else figures.told(before, text, text_after(element))
    if told.neighbours and told.sense is Sense.POWER and name_of(element.getparent())[:1] == "h":
        told = Told(Sense.MARK)  # no heading calculates: Chapter 3 has a note
    return Mark(value, element, order, told, text, linked=linked, opens=not before.strip())


def _is_linked(element: Any) -> bool:
    """Whether a link to a place in a page is in the element or around it."""
    inside = [e for e in element.iter() if isinstance(e.tag, str) and name_of(e) == "a"]
    around = [e for e in (element.getparent(),) if e is not None and name_of(e) == "a"]
    return any("#" in (e.get("href") or "") for e in (*inside, *around))


def _plain(element: Any, where: str, order: int) -> Iterator[Mark]:
    """Marks in an element's own text, or in what follows it, that nothing but their place tells."""
    text = element.text if where == "text" else element.tail
    if text and where == "text" and len(text) <= _LONGEST_ALONE and text.strip().isdecimal():
        yield from _alone(element, text, order)
        return
    if not text or _GATE.search(text) is None:
        return
    if where == "text" and name_of(element) == "a" and element.get("href"):
        return
    for match in _PLAIN.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if not before:
            before = _before(element, where)
        told = _told(match, before, text[match.end() : match.end() + 12])
        closes = match[0][-1] == ")" and match[0][0] != "(" and _is_open(text, match.end())
        if told is not None and not (closes and match["half"]):
            span = (match.start() - (before[-1:] == " "), match.end() - closes)
            yield Mark(figures.value_of(match[0]), element, order, told, match[0], _word(before), where, span)


def _alone(element: Any, text: str, order: int) -> Iterator[Mark]:
    """A figure that an element without a meaning holds alone at a word's end: a mark if a note stands there."""
    before, after = text_before(element), text_after(element)
    at_end = re.search(r"[^\W\d_]{2}$", before) is not None or before[-1:] in tuple(_STOPS)
    if at_end and name_of(element) in _INLINE and not len(element) and not after[:1].isalnum():
        yield Mark(text.strip(), element, order, Told(Sense.TEXT, 3), text, _word(before), "text", (0, len(text)))


def _is_open(text: str, end: int) -> bool:
    """Whether the bracket that ends there was opened in the text before it."""
    start = max(0, end - _REACH)
    return text.count("(", start, end) >= text.count(")", start, end)


def _word(before: str) -> str:
    found = re.search(r"\w+$", before)
    return found[0] if found else ""


def _before(element: Any, where: str) -> str:
    """What stands before an element's text, or before its tail."""
    if where == "text":
        return text_before(element)
    if name_of(element) in ENDS:
        return ""
    return RAISED_BEFORE if is_raised(element) else text_of(element)[-40:] or text_before(element)


def _told(match: re.Match[str], before: str, after: str) -> Told | None:
    """What a plain figure is: a sure mark, or one (`neighbours` 1) if others count on or a note stands there."""
    base = before[-1:]
    if base == " " and (match["bracketed"] or match["parted"]) and re.match(r"[.,;:!?)。、，]|$", after):
        return Told(Sense.TEXT, 3)  # apart from its word, and nothing goes on after it
    if not base or base.isspace() or base in "([（［「『“‘«„¿¡-–—":
        return None
    after_stop, worded = base in _STOPS, re.search(r"[^\W\d_]{2}$", before) is not None
    if match["raised"]:
        told = figures.told(before, match[0].translate(str.maketrans(RAISED, "0123456789")), after)
        return told if told.sense is Sense.MARK else None
    if match["bracketed"] and match[0][1:2].isalpha() and after[:1].isalpha():
        return None  # a letter that an editor has put in: the[n]ce
    if match["bracketed"]:
        return Told(Sense.TEXT, 1) if worded or after_stop else None
    if match["parted"]:
        return Told(Sense.TEXT, 1 if after_stop else 3) if after_stop or worded else None
    return Told(Sense.TEXT, 3) if worded or after_stop else None


def settle(marks: Sequence[Mark]) -> None:
    """Settle what is in doubt: a figure that goes on counting from its neighbours is what they are."""
    _settle_letters(marks)
    words = Counter(mark.word for mark in marks if mark.where and mark.told.neighbours == 1)
    for mark in marks:
        if words[mark.word] > 1 and mark.word and mark.where and mark.told.sense is Sense.TEXT:
            mark.told = Told(Sense.TEXT, 3)  # `row[1]` and `row[2]` are no notes of one word
    for sense in (Sense.MARK, Sense.NUMBER):
        _settle(marks, sense)


def _settle(marks: Sequence[Mark], sense: Sense) -> None:
    after: list[int | None] = []
    following: int | None = None
    for mark in reversed(marks):
        after.append(following)
        if mark.told.sense is sense and mark.number is not None:
            following = mark.number
        elif mark.where and mark.told.neighbours == 1 and mark.number is not None:
            following = mark.number  # plain ones in brackets bear each other out
    before: int | None = None
    for mark, later in zip(marks, reversed(after), strict=True):
        told, number = mark.told, mark.number
        if told.sense is sense:
            before = _last(mark.value) or before
            continue
        if not told.neighbours or told.otherwise is not sense:
            continue
        fitting = (mark.note != "") * 3
        if number is not None:
            fitting += (before == number - 1) + (later == number + 1)
        if fitting >= told.neighbours:
            mark.told = Told(sense)
            before = number or before


def _last(value: str) -> int | None:
    found = re.search(r"\d{1,4}$", value)
    return int(found[0]) if found else None


def _settle_letters(marks: Sequence[Mark]) -> None:
    """Raised letters are marks where they go through the alphabet, or count as i, ii, iii."""
    lettered = [m for m in marks if not m.where and m.told.neighbours and _LETTERED.fullmatch(m.value)]
    for rank in (_place_in_alphabet, roman.value):
        chain: list[Mark] = []
        for mark in [*lettered, None]:
            if mark is not None and chain and rank(mark.value) == rank(chain[-1].value) + 1 > 1:
                chain.append(mark)
                continue
            if len(chain) > 2 or (len(chain) == 2 and rank(chain[0].value) == 1):
                for found in chain:
                    found.told = Told(Sense.MARK)
            chain = [] if mark is None else [mark]


def _place_in_alphabet(letter: str) -> int:
    return ord(letter) - ord("a") + 1 if len(letter) == 1 else -1
