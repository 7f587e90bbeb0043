"""Pronunciations in an EPUB: ruby, ssml:ph, abbr, PLS lexicons.

Only ruby, by policy, puts other characters in the text's place; all else is kept
beside the text as pronunciations.
"""

import re
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from narrate.book import Pronunciation, Reading, Skipped
from narrate.languages import code_of, find_language
from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.epub.meaning import Meaning

_SSML = "{http://www.w3.org/2001/10/synthesis}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ALPHABETS = {"ipa": "ipa", "x-sampa": "x-sampa", "xsampa": "x-sampa"}  # no other is read
_ROMAN = re.compile(r"[IVXLCDM]+|[ivxlcdm]+")
_WORD_BEFORE = re.compile(r"(\w[\w.’'-]*)\s*$")
_STROKES = "ヽヾ丶ゝ"  # letters that are set as dots above others
MAX_ENTRIES = 20_000  # of a lexicon: more is no book's


def ruby(element: Any, language: str, reading: Reading, sounds: MutableMapping[Pronunciation, None]) -> str:
    """A ruby element's text: the base, or its reading where the policy says so."""
    wanted = reading.ruby == "reading" or (reading.ruby == "auto" and find_language(language).reads_ruby)
    text = ""
    pairs: list[tuple[str, str]] = []
    base = element.text or ""
    for child in element:
        name = name_of(child) if isinstance(child.tag, str) else "rp"
        if name in ("rt", "rtc"):
            pairs.append((base, clean(text_of(child))))
            base = ""
        elif name != "rp":
            base += text_of(child)
        base += child.tail or ""
    for written, said in pairs:
        if not _is_reading(said):
            text += written  # dots that stress it
            continue
        text += said if wanted and said else written
        if said and not wanted and (written := clean(written)):
            sounds[Pronunciation(written, said, "ruby", language)] = None
    return text + base


def _is_reading(said: str) -> bool:
    """Whether what stands above letters says something, and is not a row of dots or strokes."""
    return any(c.isalnum() for c in said if c not in _STROKES)


def sounds(element: Any, meant: frozenset[Meaning], language: str, before: str) -> Iterator[Pronunciation]:
    """What an element says of how its text sounds; `before` is the text in front of it."""
    phonemes = element.get(f"{_SSML}ph") or element.get("ssml:ph")
    abbreviation = name_of(element) == "abbr"
    marked = meant & {Meaning.ROMAN, Meaning.INITIALISM, Meaning.ACRONYM}
    if not (phonemes or abbreviation or marked):
        return
    written = clean(text_of(element))
    if not written or len(written) > 100:
        return
    if phonemes:
        if alphabet := _alphabet(element):
            yield Pronunciation(written, clean(phonemes), alphabet, language)
    elif Meaning.ROMAN in meant and _ROMAN.fullmatch(written.rstrip(".")):
        word = _WORD_BEFORE.search(before)
        if word or len(written) > 1:
            yield Pronunciation(f"{word[1]} {written}" if word else written, "", "roman", language)
    elif abbreviation and (title := clean(element.get("title") or "")) and title != written:
        yield Pronunciation(written, title, "abbr", language)
    elif Meaning.INITIALISM in meant or Meaning.ACRONYM in meant:
        yield Pronunciation(written, "", "initialism" if Meaning.INITIALISM in meant else "acronym", language)


def _alphabet(element: Any) -> str:
    """The alphabet of an ssml:ph, from the nearest element that names one; IPA otherwise."""
    for e in (element, *element.iterancestors()):
        if named := e.get(f"{_SSML}alphabet") or e.get("ssml:alphabet"):
            return _ALPHABETS.get(named.lower(), "")
    return "ipa"


def lexicon(root: Any, book_language: str) -> Iterator[Pronunciation]:
    """A PLS lexicon's entries: every grapheme with the lexeme's first alias or else its first phoneme."""
    alphabet = (root.get("alphabet") or "ipa").lower()
    language = root.get(_XML_LANG) or ""
    language = "" if code_of(language) == code_of(book_language) else language
    count = 0
    for lexeme in (e for e in root.iter() if name_of(e) == "lexeme"):
        parts = [(name_of(e), clean(text_of(e)), e.get("alphabet")) for e in lexeme if isinstance(e.tag, str)]
        said = next(((text, "alias") for name, text, _ in parts if name == "alias" and text), None)
        phonemes = ((t, _ALPHABETS.get((a or alphabet).lower(), "")) for n, t, a in parts if n == "phoneme" and t)
        found = said or next((known for known in phonemes if known[1]), None)
        for written in (text for name, text, _ in parts if name == "grapheme" and text):
            count += 1
            if found and count <= MAX_ENTRIES:
                yield Pronunciation(written, *found, language)


def agreed(sounds: Iterable[Pronunciation]) -> tuple[Pronunciation, ...]:
    """The pronunciations that the book agrees on: what it says in two ways holds only where it was said."""
    ways: dict[tuple[str, str], dict[Pronunciation, None]] = {}
    for sound in sounds:
        ways.setdefault((sound.written, sound.language), {})[sound] = None
    return tuple(next(iter(found)) for found in ways.values() if len({(s.spoken, s.kind) for s in found}) == 1)


def disagreed(sounds: Iterable[Pronunciation], kept: Iterable[Pronunciation]) -> Iterator[Skipped]:
    """The words whose phonemes are not among those `kept`, for a book's list of what is left out."""
    phonetic = frozenset(_ALPHABETS.values())
    said = {(sound.written, sound.language) for sound in kept}
    words = dict.fromkeys(s.written for s in sounds if s.kind in phonetic and (s.written, s.language) not in said)
    if words:
        first = next(iter(words))
        yield Skipped(
            f"the phonemes of {len(words)} word{'s' * (len(words) > 1)}",
            f"“{first[:40]}” is said in more than one way; a mark in the script such as {{{first[:40]}|/ipa/}} tells",
        )
