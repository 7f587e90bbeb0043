"""Languages of texts: which one it is, whether it can be the one somebody says, how long it takes to read."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from narrate.errors import VoiceError

LANGUAGES = {
    "zh": "Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "de": "German",
    "fr": "French",
    "ru": "Russian",
    "pt": "Portuguese",
    "es": "Spanish",
    "it": "Italian",
}
"""Those that Qwen3-TTS speaks."""
SPOKEN_BY = {"qwen": frozenset(LANGUAGES), "draft": frozenset(("en",))}
"""Each engine's languages."""

CHARACTERS_A_SECOND = 14.0  # of read English; a Chinese or Japanese sign takes the time of three
_SCRIPTS = {"zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"}, "ko": {"HANGUL", "CJK"}, "ru": {"CYRILLIC"}}
_SURE = 0.9
# ISO 639-2's codes, which many files have in place of the two letters.
_LONG_CODES = {
    "eng": "en", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "deu": "de", "ger": "de", "fra": "fr",
    "fre": "fr", "rus": "ru", "por": "pt", "spa": "es", "ita": "it",
}  # fmt: skip
_NO_LANGUAGE = ("und", "mul", "mis", "zxx")  # codes that name none
_PIECE, _PIECES = 500, 24  # characters of a book's text that are looked at together, and how many of such at most
_LEAST = 20  # characters that are enough to tell by
_MOST = 2 / 3  # of the letters that are looked at


def is_tag(text: str) -> bool:
    """Whether `text` has the form of a language's tag (BCP 47): "en", "pt-BR"."""
    return re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", text) is not None


def code_of(tag: str) -> str:
    """The language of a tag without its country or script: "pt-BR" → "pt"."""
    return re.split("[-_]", tag.strip().lower())[0]


def language_tag(said: str) -> str:
    """A language as somebody says it, "eng", "en_GB" or "English", as a tag; "" where it names none.

    What has no form of a tag stays as it is.
    """
    first, dash, rest = said.strip().replace("_", "-").partition("-")
    names = {name.lower(): code for code, name in LANGUAGES.items()}
    first = (_LONG_CODES | names).get(first.lower(), first)
    return "" if first.lower() in _NO_LANGUAGE else first + dash + rest


def language_name(tag: str) -> str:
    """`German (de)`, `English (en-GB)`; of a language that no model speaks the tag alone."""
    name = LANGUAGES.get(code_of(tag))
    return f"{name} ({tag})" if name else tag


def check_language(given: str) -> str:
    """`given`, a code such as "en" or "en-GB", or "" for none. Raises VoiceError for one that no model speaks."""
    code = given.lower().partition("-")[0]
    if code and code not in LANGUAGES:
        names = {name.lower(): key for key, name in LANGUAGES.items()}
        do = f'say "{names[code]}"' if code in names else f"one of {', '.join(LANGUAGES)}"
        raise VoiceError(f'no model speaks the language "{given}"', do=do)
    return given


def reading_s(text: str) -> float:
    """Seconds that a reader takes for `text`, roughly."""
    wide = sum(1 for c in text if "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af")
    digits = sum(c.isdigit() for c in text)  # "1984" is read as words
    return (len(text) + 2 * wide + 4 * digits) / CHARACTERS_A_SECOND


def language_of(text: str) -> str:
    """The one of LANGUAGES that `text` is in, or "" where that is not sure."""
    found, share = _ranked(text)[0]
    return found if share >= _SURE and _script_fits(text, found) else ""


def settled_language(texts: Iterable[str], said: str) -> tuple[str, str]:
    """The language of a book that has these `texts`, and what they are in where that is sure, else "".

    It is the one that the book says of itself (`said`, "" for none), unless the texts are surely in
    another; English where nobody knows.
    """
    tag = language_tag(said)
    tag = tag if is_tag(tag) else ""
    found = _found(" ".join(" ".join(texts).split()), code_of(tag))
    return (tag if found in ("", code_of(tag)) else found) or "en", found


def _found(text: str, said: str) -> str:
    """The language of most of `text`, by pieces from all over it; "" where that is not sure.

    A close relation of the language `said`, such as a dialect, counts as that.
    """
    if len(text) < _LEAST and _script(text) not in _SCRIPTS["ja"] | _SCRIPTS["ko"]:
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
    if first not in LANGUAGES and share >= _SURE:
        # Of two languages that no model speaks, a book knows best.
        return said if said == ours or (said and said not in LANGUAGES) else first
    agreed = first == ours and share >= 0.5 and own_share >= _SURE
    return ours if agreed and _script_fits(piece, ours) else ""


def other_language(text: str, language: str) -> str:
    """What `text` is in when it is surely not in `language`: a language's or a script's name; else ""."""
    code = language.lower().partition("-")[0]
    if code not in LANGUAGES:
        return ""
    if not _script_fits(text, code):
        return LANGUAGES.get(language_of(text), "") or f"{_script(text).lower()} letters"
    shares = dict(ranked := _ranked(text))
    found, share = ranked[0]
    return LANGUAGES[found] if share >= _SURE and shares[code] < 0.02 else ""


def _script(text: str) -> str:
    """The script of most letters: the first word of their names in Unicode, such as LATIN."""
    letters = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return letters.most_common(1)[0][0] if letters else ""


def _script_fits(text: str, language: str) -> bool:
    return _script(text) in _SCRIPTS.get(language, {"LATIN", "FULLWIDTH"})


def _ranked(text: str, *, all_languages: bool = False) -> list[tuple[str, float]]:
    """LANGUAGES, or all that are known, by how likely `text` is in them; the shares add up to 1."""
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    if all_languages:
        return ranked
    ours = [(code, share) for code, share in ranked if code in LANGUAGES]
    total = sum(share for _, share in ours) or 1.0
    return [(code, share / total) for code, share in ours]


@cache
def _identifier() -> Any:
    """Takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
