"""The phonemes that a Piper voice was taught, of a text in its language, without espeak-ng.

English has hibari's phonemizer, and Spanish, Portuguese and Swedish piper-plus-g2p's rules (MIT). Its French reads
"est" as in "reste" and its Chinese writes tones in symbols of its own, so neither is taken. A voice that was taught
letters (`"phoneme_type": "text"`) needs no phonemizer, in any language.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from narrate.errors import VoiceError
from narrate.install import install_command
from narrate.languages import code_of, language_name
from narrate.takes import Request
from narrate.voices import HIBARI_VOICES, EmbeddedVoice, read_config

ENGLISH = "en"
ESPEAK, LETTERS = "espeak", "text"
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+")
# What a language needs: the package, as it is imported, and the extra that installs it.
PACKAGES: Mapping[str, tuple[str, str]] = {
    "en": ("hibari", ""),
    "es": ("piper_plus_g2p", "voices"),
    "pt": ("piper_plus_g2p", "voices"),
    "sv": ("piper_plus_g2p", "voices"),
}


def check_phonemizer(voice: EmbeddedVoice) -> None:
    """Raise VoiceError where nothing here turns the voice's language into phonemes."""
    if voice.model.name in HIBARI_VOICES:
        return
    kind = read_config(voice.model).kind
    if kind == LETTERS:
        return
    code = code_of(voice.language)
    if kind != ESPEAK or code not in PACKAGES:
        written = "" if kind == ESPEAK else f' written as "{kind}"'
        what = f'"{voice.name}" speaks {language_name(code)}{written}, which nothing here turns into phonemes'
        known = ", ".join(language_name(each) for each in PACKAGES)
        raise VoiceError(what, where=voice.model, do=f"cast another voice; there are phonemizers for {known}")
    package, extra = PACKAGES[code]
    if find_spec(package) is None:
        what = f'"{voice.name}" speaks {language_name(code)}, whose phonemizer is not installed'
        raise VoiceError(what, do=f"`{install_command(extra)}`")


def languages_here() -> list[str]:
    """The languages whose text can be turned into phonemes here, two-letter codes."""
    return [code for code, (package, _) in PACKAGES.items() if find_spec(package) is not None]


def phonemes_of(request: Request, kind: str) -> Iterator[str]:
    """A request's sentences in the symbols of a Piper voice that was taught this `kind`; English has a way of its own.

    What the request has in phonemes stands in its place, in IPA.
    """
    code = code_of(request.language)
    turned = _letters if kind == LETTERS else _phonemizer(code)
    parts: list[str] = []
    at = 0
    for span in (*request.phonemes, None):
        *whole, last = SENTENCE.split(request.text[at : span.start if span else None])
        for sentence in whole:
            yield "".join([*parts, turned(sentence)])
            parts = []
        parts.append(turned(last))
        if span:
            # A voice of letters knows no phonemes.
            parts.append(f" {turned(request.text[span.start : span.end]) if kind == LETTERS else span.ipa} ")
            at = span.end
    yield "".join(parts)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text.casefold())


@cache
def _phonemizer(code: str) -> Callable[[str], str]:
    # As it is imported it tells, with a traceback, which other languages' packages are not there.
    logging.getLogger("piper_plus_g2p").setLevel(logging.CRITICAL)
    module, name = _RULES[code]
    rules = getattr(import_module(f"piper_plus_g2p.{module}"), name)()
    return lambda text: "".join(_ESPEAKS.get(sound, sound) for sound in rules.phonemize(text))


_ESPEAKS = {"rr": "r"}  # where espeak-ng writes it otherwise
_RULES = {
    "es": ("spanish", "SpanishPhonemizer"),
    "pt": ("portuguese", "PortuguesePhonemizer"),
    "sv": ("swedish", "SwedishPhonemizer"),
}
