"""Which language a text is in, whether it can be the one somebody says, how long it takes to read."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from narrate.languages.language import LATIN
from narrate.languages.registry import find_language, language_tag, spoken_languages
from narrate.languages.tags import code_of, is_tag

CHARACTERS_A_SECOND = 14.0  # of read English; a Chinese or Japanese sign takes the time of three
_WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
_SURE = 0.9
_PIECE, _PIECES = 500, 24  # characters of a book's text that are looked at together, and how many of such at most
_LEAST = 20  # characters that are enough to tell by
_BRIEF = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")  # of these scripts fewer are
_SHORT = 4000  # characters of a text in which a quotation counts
_AROUND = 0.3  # of its letters
_QUOTED = re.compile(r"“[^“”]{0,500}”|«[^«»]{0,500}»|„[^„“”]{0,500}[“”]|\"[^\"]{0,500}\"")
_MOST = 2 / 3  # of the letters that are looked at


def reading_s(text: str) -> float:
    """Seconds that a reader takes for `text`, roughly."""
    wide = len(_WIDE.findall(text))
    digits = sum(map(str.isdigit, text))  # "1984" is read as words
    return (len(text) + 2 * wide + 4 * digits) / CHARACTERS_A_SECOND


def language_of(text: str) -> str:
    """The one of the languages that engines speak that `text` is in, or "" where that is not sure."""
    found, share = _ranked(text)[0]
    return found if share >= _SURE and _script_fits(text, found) else ""


def settled_language(texts: Iterable[str], said: str) -> tuple[str, str]:
    """The language of a book that has these `texts`, and what they are in where that is sure, else "".

    It is the one that the book says of itself (`said`, "" for none), unless the texts are surely in
    another; English where nobody knows.
    """
    tag = language_tag(said)
    tag = tag if is_tag(tag) else ""
    text = _told(" ".join(" ".join(texts).split()))
    found = _found(text, code_of(tag))
    return (tag if found in ("", code_of(tag)) else found) or _by_letters(text) or "en", found


def _told(text: str) -> str:
    """A short text without its quotations, which may be in another language than what is told around them.

    All of it where it is long enough that they do not count, or where little is told around them.
    """
    if len(text) > _SHORT:
        return text
    outside = _QUOTED.sub(" ", text)
    return outside if _letters(outside) >= max(_LEAST, _AROUND * _letters(text)) else text


def _letters(text: str) -> int:
    """How many letters a text has; a Chinese or Japanese sign says as much as three."""
    return sum(3 if c >= "\u2e80" else 1 for c in text if c.isalpha())


def _by_letters(text: str) -> str:
    """What a text too short to be sure of is most likely in, where its letters are no Latin ones; else ""."""
    ranked = _ranked(text[:_PIECE]) if _script(text[:_PIECE]) not in ("", *LATIN) else []
    return next((code for code, share in ranked if share >= _SURE and _script_fits(text, code)), "")


def _found(text: str, said: str) -> str:
    """The language of most of `text`, by pieces from all over it; "" where that is not sure.

    A close relation of the language `said`, such as a dialect, counts as that.
    """
    if len(text) < _LEAST and _script(text) not in _BRIEF:
        return ""  # a name or two
    step = max(_PIECE, len(text) // _PIECES)
    letters: Counter[str] = Counter()
    for start in range(0, len(text), step):
        piece = text[start : start + _PIECE]
        letters[_found_in(piece, said)] += sum(c.isalpha() for c in piece)
    found, count = letters.most_common(1)[0] if letters else ("", 0)
    return found if count > _MOST * letters.total() else ""


def _found_in(piece: str, said: str) -> str:
    everything = _ranked(piece, all_languages=True)
    (first, share), (ours, own_share) = everything[0], _ranked(piece)[0]
    if first not in spoken_languages() and share >= _SURE:
        # Of two languages that no model speaks, a book knows best.
        return said if said == ours or (said and said not in spoken_languages()) else first
    agreed = first == ours and share >= 0.5 and own_share >= _SURE
    return ours if agreed and _script_fits(piece, ours) else ""


def other_language(text: str, language: str) -> str:
    """What `text` is in when it is surely not in `language`: a language's or a script's name; else ""."""
    code, spoken = language.lower().partition("-")[0], spoken_languages()
    if code not in spoken:
        return ""
    if not _script_fits(text, code):
        return spoken.get(language_of(text), "") or f"{_script(text).lower()} letters"
    shares = dict(ranked := _ranked(text))
    found, share = ranked[0]
    return spoken[found] if share >= _SURE and shares[code] < 0.02 else ""


def _script(text: str) -> str:
    """The script of most letters: the first word of their names in Unicode, such as LATIN."""
    letters = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return letters.most_common(1)[0][0] if letters else ""


def _script_fits(text: str, language: str) -> bool:
    return _script(text) in find_language(language).scripts


def _ranked(text: str, *, all_languages: bool = False) -> list[tuple[str, float]]:
    """The languages that engines speak, or all that there are, by how likely `text` is in them; shares add up to 1."""
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    if all_languages:
        return ranked
    ours = [(code, share) for code, share in ranked if code in spoken_languages()]
    total = sum(share for _, share in ours) or 1.0
    return [(code, share / total) for code, share in ours]


@cache
def _identifier() -> Any:
    """Takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
