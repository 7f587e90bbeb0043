"""What a text file has in brackets and between marks in place of print: pictures, notes, pages, italics.

    [Illustration: The wall]   [Footnote 1: See there.]   [Transcriber's Note: …]   [Pg 13]   {13}   _very_   =late=

Pictures and the transcriber's own notes are left out and counted, notes are kept apart, marks of italics and bold go.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from narrate.languages import languages
from narrate.languages.language import Typed
from narrate.readers.heads import any_of
from narrate.readers.text.rows import CUT
from narrate.readers.titled import titles_of

_TRANSCRIBERS = frozenset(("transcriber-note",))
_LONGEST = 20_000  # characters of what is in a pair of brackets
_MOST_UNCLOSED = 200  # brackets, after which none is looked for
_BRACKETS = re.compile(r"[\[\]［］【】]")
_ROMAN = "[ivxlcdm]{1,7}"
_BOX = re.compile(r"^[ \t]*\+[-=]{3,}\+[ \t]*\n((?:[ \t]*\|.*\n){1,200})[ \t]*\+[-=]{3,}\+[ \t]*$", re.MULTILINE)
_LETTER_OF_INITIAL = re.compile(r"[\W_]*([^\W\d_])[\W_]*")
_LIGATURE = re.compile(r"\[(?:[=:'`~^]([A-Za-z])|([AOao][Ee]))\](?=[^\W\d_])")
_TAG = re.compile(r"</?(?:i|b|em|strong|u|sc|small|big|tt)>", re.IGNORECASE)
_RAISED = re.compile(r"(?<=\w)\^\{([\w.]{1,12})\}")
_MARKS = "_=*+~"
_WITHIN = re.compile(r"(?<!\w)_([^\W_]{1,30})_(?=[^\W_])|(?<=[^\W_])_([^\W_]{1,30})_(?!\w)")
_ALONE = re.compile(r"(?<![\w_])_(?=[^\W_])|(?<=[^\W_])_(?!\w)|(?<=[.,;:!?”’)])_(?!\w)")


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A text without its brackets: the notes by their labels, in order, and how much of what else was left out."""

    text: str
    notes: tuple[tuple[str, str], ...] = ()
    left: Counter[str] = field(default_factory=Counter)


def without_brackets(text: str, *, captions: bool = False) -> Bracketed:
    """`text` without pictures, notes, transcriber's notes and pages in brackets; a CUT stands in the place of each.

    `captions`: what a picture shows is read where it stands.
    """
    notes: list[tuple[str, str]] = []
    left: Counter[str] = Counter()
    parts: list[str] = []
    reached = unclosed = 0
    for opening in _opening().finditer(text):
        if opening.start() < reached or unclosed > _MOST_UNCLOSED:
            continue
        if not (end := _end(text, opening.start())):
            unclosed += 1
            continue
        inside, kind = text[opening.end() : end - 1], opening.lastgroup or ""
        parts.append(text[reached : opening.start()])
        reached = end
        if kind == "aside":
            parts.append(_read(text, opening.start(), end, inside.strip()))
        elif kind == "note":
            notes.append((opening["label"] or opening["number"] or "", inside))
            parts.append(CUT)
        elif kind == "picture" and (letter := _LETTER_OF_INITIAL.fullmatch(inside)) and text[end : end + 1].isalpha():
            parts.append(letter[1])  # a picture of a chapter's first letter
        elif kind == "picture" and captions and inside.strip():
            parts.append(f"\n\n{inside.strip()}\n\n")
        else:
            left["picture" if kind == "picture" else "transcriber's note"] += 1
            parts.append(CUT)
    text = _BOX.sub(_counted(left, "transcriber's note", _of_transcriber), "".join([*parts, text[reached:]]))
    text = _page().sub(_counted(left, "page number"), text)
    return Bracketed(text, tuple(notes), left)


def _read(text: str, start: int, end: int, inside: str) -> str:
    """What stands for brackets whose text is read: a paragraph, and no title, where they are alone in their rows."""
    before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    if text[before:start].strip() or text[end : after if after >= 0 else None].strip():
        return inside
    return f"\n\n{inside}{'.' if inside[-1:].isalnum() else ''}\n\n"


@cache
def _opening() -> re.Pattern[str]:
    pictures, footnotes, notes = (_words(kind) for kind in ("pictures", "footnotes", "notes"))
    label = r"(?:\d{1,4}|[A-Za-z]{1,2}|[*†‡§]{1,3})"
    return re.compile(
        rf"[\[［【][ \t]?(?:"
        rf"(?P<picture>(?:{pictures})(?:[ \t]+(?:\d{{1,4}}|{_ROMAN}))?[ \t]*(?:[.:：—]|--|(?=[\]］】])))"
        rf"|(?P<note>(?:(?:{footnotes})[ \t]?(?P<label>{label})?|(?:{notes})[ \t]?(?P<number>{label}))[ \t]*[:：])"
        rf"|(?P<aside>(?:{_words('asides')})[ \t]?[:：])"
        rf"|(?P<transcriber>(?:{_transcribers()})|blank page\b|tn:))",
        re.IGNORECASE,
    )


def _words(kind: str) -> str:
    found: set[str] = set().union(*(getattr(language.typed, kind) for language in languages().values()))
    return "|".join(map(re.escape, sorted(found, key=lambda word: (-len(word), word))))


@cache
def _transcribers() -> str:
    titles = sorted({title for title, _ in titles_of(_TRANSCRIBERS)}, key=lambda title: (-len(title), title))
    return "|".join(re.escape(title).replace("'", "['’]") for title in titles)


@cache
def transcribers_title() -> re.Pattern[str]:
    """What a note of those who typed the text opens with."""
    return re.compile(rf"[\W_]*(?:{_transcribers()})[\s.:]*", re.IGNORECASE)


def typed_words(field_of: Callable[[Typed], frozenset[str]]) -> frozenset[str]:
    """The words of one kind that plain text has, of all languages."""
    return frozenset().union(*(field_of(language.typed) for language in languages().values()))


def _end(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed; 0 where it is not, or a huge way off."""
    depth = 0
    for bracket in _BRACKETS.finditer(text, start, start + _LONGEST):
        depth += 1 if bracket[0] in "[［【" else -1
        if depth == 0:
            return bracket.end()
    return 0


def _counted(left: Counter[str], what: str, holds: Callable[[str], bool] = bool) -> Callable[[re.Match[str]], str]:
    """What puts a CUT, or nothing inside a row, in the place of what it counts."""

    def cut(found: re.Match[str]) -> str:
        if not holds(found[0]):
            return found[0]
        left[what] += 1
        return CUT

    return cut


def _of_transcriber(box: str) -> bool:
    return re.search(_transcribers(), box[:400], re.IGNORECASE) is not None


@cache
def _page() -> re.Pattern[str]:
    """A page's number in brackets: [Pg 13], [p. xii], {13}."""
    pages = any_of(lambda words: words.pages)
    number = rf"(?:{pages})(?:\.?[ \t]?\d{{1,4}}|(?:\.[ \t]?|[ \t]){_ROMAN})"
    bracketed = rf"(?:\[{number}\]|\{{(?:{number}|\d{{1,4}}|[ivxlc]{{2,7}})\}})"
    return re.compile(rf"[ \t]{bracketed}(?=[ \t])|{bracketed}", re.IGNORECASE)


@cache
def _marked(mark: str) -> re.Pattern[str]:
    """Words between two marks: no letter beside them outside, no space inside, and no blank row between them."""
    m, before = re.escape(mark), "-" if mark in "_=" else ""  # anti-_climax_
    inside = rf"[^{m}\n]{{0,300}}(?:\n(?![ \t]*\n)[^{m}\n]{{0,300}}){{0,60}}"
    return re.compile(rf"(?<![^\s\"“‘'«„(\[{{—–/{before}]){m}(?=[^\W_]|[\"“‘'«(¿¡—\[])({inside})(?<=\S){m}(?![\w{m}])")


def without_marks(text: str) -> str:
    """`text` without the marks of italics, bold and raised letters; signs that mark nothing stay."""
    for mark in _MARKS:
        if mark not in text:
            continue
        text, found = _marked(mark).subn(r"\1", text)
        if found and mark == "_":  # a book that marks words so marks parts of words and whole letters, too
            text = _ALONE.sub("", _WITHIN.sub(lambda part: part[1] or part[2], text))
    if "[" in text:
        text = _LIGATURE.sub(lambda sign: sign[1] or sign[2], text)
    if "</" in text:
        text = _TAG.sub("", text)
    return _RAISED.sub(r"\1", text) if "^{" in text else text
