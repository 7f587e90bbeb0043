"""Languages of texts: which one it is, whether it can be the one somebody says, how long it takes to read."""

import re
import unicodedata
from collections import Counter
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


def is_tag(text: str) -> bool:
    """Whether `text` has the form of a language's tag (BCP 47): "en", "pt-BR"."""
    return re.fullmatch(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*", text) is not None


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


def _ranked(text: str) -> list[tuple[str, float]]:
    """LANGUAGES by how likely `text` is in them; the shares add up to 1."""
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    return ranked


@cache
def _identifier() -> Any:
    """Takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
