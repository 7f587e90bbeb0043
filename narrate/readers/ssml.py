"""SSML, the markup of speech (https://www.w3.org/TR/speech-synthesis11/), to a show.

Its words are read in order, all of them. `voice` says who speaks, `p` and `s` where paragraphs and sentences begin,
`break` is a pause, `lang` a line's language. `sub`, `say-as` and `phoneme` say words otherwise than they are written,
which the script marks (`{W3C|World Wide Web Consortium}`). `emphasis` and `prosody` are directions: of a sentence, or
of some of its words. A recording is left out and told, and the text in its place is read.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from narrate.book import squeeze
from narrate.errors import SourceError
from narrate.files import titled
from narrate.languages import code_of
from narrate.readers.characters import clean
from narrate.readers.epub.markup import HostileMarkupError, language_of, name_of, parse, text_of, walk
from narrate.readers.show import Show, Stage, direction_of, speaker_of
from narrate.readers.ssml_words import STYLES, break_ms, manner, phonemes, said_as
from narrate.script import NARRATOR, Cue, CueKind, Line, Saying
from narrate.sentences import Splitter

_HEAD = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?speak[\s>/]")
_BEFORE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_BYTE_ORDER = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_ROOT = "speak"
_PARAGRAPHS, _SENTENCES = ("p", "paragraph"), ("s", "sentence")
_MARKS = ("mark", "bookmark")
_UNSPOKEN = ("metadata", "meta", "desc", "lexicon", *_MARKS)
_KNOWN = frozenset((
    _ROOT, *_PARAGRAPHS, *_SENTENCES, "w", "token", "lang", "lookup", "audio", "break", "sub", "say-as", "phoneme",
    "emphasis", "prosody", "voice", *STYLES,
))  # fmt: skip
_NO_WORDS = ("contour", "range", "duration")  # of a prosody
_FEW = 3  # words that are named in a sentence's direction; more have lines of their own
_NAMED = 8  # of what is left out


def is_ssml(data: bytes) -> bool:
    """Whether a file's first element is `speak`."""
    head = _BEFORE.sub(b"", data[:4096].replace(b"\0", b""))  # of UTF-16 too
    first = re.search(rb"<(?!!DOCTYPE)", head)
    before = head[: first.start()].lstrip(_BYTE_ORDER) if first else b""
    return first is not None and _HEAD.match(head, first.start()) is not None and before[:9] in (b"", b"<!DOCTYPE")


def read_ssml(data: bytes, path: Path) -> Show:
    """The show in an SSML file. Raises SourceError for another form of XML, and where nothing is spoken."""
    try:
        markup = parse(data)
    except HostileMarkupError as error:
        raise SourceError(f"is not read: it {error}", where=path) from error
    root = markup.root
    if root is None or name_of(root) != _ROOT:
        do = "SSML's first element is <speak>; of other XML, give the book as EPUB"
        raise SourceError("is XML, but not SSML", where=path, do=do)
    stage = Stage(path.name)
    if markup.problem:
        stage.notes.append(f"The file {markup.problem}.")
    reader = _Reading(stage, language_of(root), _rows_before(data) - int(root.sourceline or 0))
    reader.read(root)
    return stage.show(titled(path.stem, "Speech"), language=language_of(root))


def _rows_before(data: bytes) -> int:
    """The row of a file in which its first element's tag ends."""
    root = _HEAD.search(data.replace(b"\0", b""))
    return 1 + root.string.count(b"\n", 0, root.string.find(b">", root.start())) if root else 1


@dataclass(frozen=True, slots=True)
class _Manner:
    """Who says something, how, and in which language."""

    speaker: str = NARRATOR
    directions: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some text of a line; `spoken` or `ipa` where it is said otherwise."""

    text: str
    manner: _Manner
    spoken: str = ""
    ipa: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """Where in a line's text a manner holds."""

    start: int
    end: int
    manner: _Manner

    def within(self, start: int, end: int) -> "_Span":
        """The part of it from `start` to `end`; empty where it has none."""
        first = min(max(self.start, start), end)
        return replace(self, start=first, end=max(first, min(self.end, end)))


class _Reading:
    """Takes an SSML file's elements in order, and gives a stage its lines."""

    def __init__(self, stage: Stage, language: str, rows_before: int) -> None:
        """`rows_before`: those of the file that its parsed elements do not count."""
        self._stage, self._language, self._rows_before = stage, language, rows_before
        self._pieces: list[_Piece] = []
        self._told: Counter[str] = Counter()

    def read(self, root: Any) -> None:
        """All of it."""
        manners = [_Manner()]
        silent: Any = None  # an element whose own text is not read, as none is or another is said
        for event, element in walk(root):
            if silent is not None and (event == "start" or element is not silent):
                continue
            name = name_of(element)
            if event == "start":
                manners.append(self._within(name, element, manners[-1]))
                self._bound(name, element)
                if self._opened(name, element, manners[-1]):
                    silent = element
                else:
                    self._put(_Piece(element.text or "", manners[-1]))
                continue
            silent = None
            manners.pop()
            self._bound(name, element)
            if element is not root:
                self._put(_Piece(element.tail or "", manners[-1]))
        self._flush()
        self._tell()

    def _bound(self, name: str, element: Any) -> None:
        """Ends a line where an element begins or ends one: a paragraph, a sentence, many words said in a manner."""
        if name in _PARAGRAPHS or name in _SENTENCES:
            self._flush()
            if name in _PARAGRAPHS:
                self._stage.paragraph()
        elif _direction(name, element) and len(text_of(element).split()) > _FEW:
            self._flush()

    def _within(self, name: str, element: Any, outer: _Manner) -> _Manner:
        """The manner inside an element."""
        found = outer
        if language := language_of(element):
            same = code_of(language) == code_of(self._language)
            found = replace(found, language="" if same else language)
        if name == "voice":
            found = replace(found, speaker=_speaker(element.attrib) or outer.speaker)
        if how := _direction(name, element):
            found = replace(found, directions=(*found.directions, how))
        return found

    def _opened(self, name: str, element: Any, found: _Manner) -> bool:
        """What an element itself says; whether its inner text is not to be read."""
        if name in _UNSPOKEN:
            if name == "lexicon" or (name not in _MARKS and squeeze(text_of(element))):
                self._told[f"<{name}>{_of(element, 'uri')}"] += 1
            return True
        if name == "break":
            self._pause(element)
        elif name == "audio":
            self._told[f"the recording{_of(element, 'src')}"] += 1
        elif name in ("sub", "say-as", "phoneme"):
            return self._said(name, element, found)
        elif name not in _KNOWN:
            self._told[f"what <{name[:30]}> asks for"] += 1
        if name == "prosody":
            self._told.update(f"the {kind} of <prosody>" for kind in _NO_WORDS if element.get(kind))
        return False

    def _said(self, name: str, element: Any, found: _Manner) -> bool:
        """Puts the text of an element that is said otherwise; whether it is."""
        text = _spaced(text_of(element))
        written = text.strip()
        spoken = ipa = ""
        try:
            if name == "phoneme":
                ipa = phonemes(element.attrib)
            elif name == "sub":
                spoken = _plain(element.get("alias") or "")
            else:
                language = found.language or self._language or "en"
                spoken = _plain(said_as(written, element.attrib, language))
        except ValueError as error:
            row = int(element.sourceline or 0) + self._rows_before
            self._told[f"<{name}> of “{written[:40]}” in row {row} ({error})"] += 1
        if not any(map(str.isalnum, spoken or ipa)):
            return False
        if not any(map(str.isalnum, written)) or set(written) & set("{}|"):
            # There are no words for a mark: what is said stands in their place.
            text, spoken = f" {spoken or ipa} ", ""
        self._put(_Piece(text, found, spoken, ipa))
        return True

    def _pause(self, element: Any) -> None:
        try:
            pause_ms = break_ms(element.attrib)
        except ValueError as error:
            self._told[str(error)] += 1
            return
        if pause_ms:
            self._flush()
            self._stage.add(Line.of(Cue(CueKind.PAUSE, pause_ms=pause_ms)))

    def _put(self, piece: _Piece) -> None:
        if piece.text.strip() and any(one.manner.speaker != piece.manner.speaker for one in self._pieces):
            self._flush()
        if piece.text:
            self._pieces.append(piece)

    def _flush(self) -> None:
        """The lines of the text that has come since the last."""
        pieces, self._pieces = self._pieces, []
        text, sayings, spans = _joined(pieces)
        if not text:
            return
        line = Line(text, spans[0].manner.speaker, sayings=sayings)
        parts, at = [line], 0
        if len({span.manner for span in spans}) > 1:
            parts = list(line.parts(Splitter(self._language or "en").split(text)))
        for part in parts:
            start = text.index(part.text, at)
            at = start + len(part.text)
            self._stage.add(self._directed(part, start, [span.within(start, at) for span in spans]))

    def _directed(self, line: Line, start: int, spans: list[_Span]) -> Line:
        """A line whose text begins at `start`, as the manners of its parts have it said."""
        parts = [(line.text[span.start - start : span.end - start], span.manner) for span in spans]
        parts = [(text, found) for text, found in parts if any(map(str.isalnum, text))]
        if not parts:
            return line
        languages = {found.language for _, found in parts}
        if len(languages) > 1:
            self._told["other languages inside a sentence"] += 1
        shared = [how for how in parts[0][1].directions if all(how in found.directions for _, found in parts)]
        own = [f"“{text.strip()}” {how}" for text, found in parts for how in found.directions if how not in shared]
        language = languages.pop() if len(languages) == 1 else ""
        return replace(line, direction=direction_of(", ".join([*shared, *own])), language=language)

    def _tell(self) -> None:
        if self._told:
            named = [f"{what}{f' ({n} times)' * (n > 1)}" for what, n in self._told.most_common(_NAMED)]
            more = f" and {len(self._told) - _NAMED} more" if len(self._told) > _NAMED else ""
            self._stage.notes.append(f"Left out of the speech: {', '.join(named)}{more}.")


def _joined(pieces: list[_Piece]) -> tuple[str, tuple[Saying, ...], list[_Span]]:
    """The pieces' text on one line, what of it is said otherwise, and where each piece stands in it."""
    text, sayings, spans = "", [], []
    for piece in pieces:
        raw = _spaced(piece.text)
        if raw[:1] == " " and text and text[-1] != " ":
            text += " "
        words = raw.strip()
        if words and (piece.spoken or piece.ipa) and text.endswith("\\"):
            text += " "  # or the mark would be none
        start = len(text)
        text += words
        if words:
            spans.append(_Span(start, len(text), piece.manner))
        if words and (piece.spoken or piece.ipa):
            sayings.append(Saying(start, len(text), piece.spoken, piece.ipa))
        if words and raw[-1] == " ":
            text += " "
    return text.rstrip(), tuple(sayings), spans


def _direction(name: str, element: Any) -> str:
    return direction_of(manner(name, element.attrib))


def _speaker(attributes: Mapping[str, str]) -> str:
    """Whose voice it is: by its first name, or else by its gender and age; "" where it says neither."""
    if names := attributes.get("name", "").split():
        return speaker_of(names[0])
    traits = [attributes.get("gender", ""), attributes.get("age", "")]
    return speaker_of(" ".join(["voice", *filter(None, traits)])) if any(traits) else ""


def _spaced(text: str) -> str:
    """As `clean`, with a space where the text begins or ends with white space."""
    cleaned = clean(text)
    if not cleaned:
        return " " if text[:1].isspace() else ""
    return f"{' ' * text[:1].isspace()}{cleaned}{' ' * text[-1:].isspace()}"


def _plain(text: str) -> str:
    """Words that can stand in a mark."""
    return squeeze(re.sub(r"[{}|]+|^\s*/|/\s*$", " ", clean(text)))


def _of(element: Any, attribute: str) -> str:
    value = squeeze(element.get(attribute) or "")
    return f" {value[:60]}" if value else ""
