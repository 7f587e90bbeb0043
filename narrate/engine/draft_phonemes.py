"""The phonemes that a Piper voice was taught, of a text in its language, without espeak-ng.

English has hibari's phonemizer, and Spanish, Portuguese and Swedish piper-plus-g2p's rules (MIT). Not taken of it are:
French, which reads "est" as in "reste", and "et" and "avez" with a schwa at their ends; Chinese and Japanese, which
write tones ("tone2") and accents in symbols of their own, that no voice of espeak-ng's phonemes was taught; and Korean,
whose g2pk2 runs pip and fetches a dictionary as it is loaded. A voice that was taught letters
(`"phoneme_type": "text"`) needs no phonemizer, in any language. Kokoro's Japanese is in draft_kokoro.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from narrate.errors import VoiceError
from narrate.install import install_command
from narrate.languages import code_of, language_name
from narrate.takes import Phonemes, Request
from narrate.voices import HIBARI_VOICES, KOKORO_EXTRA, KOKORO_PACKAGE, EmbeddedVoice, is_style, read_config

ENGLISH = "en"
ESPEAK, LETTERS = "espeak", "text"
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+")
KOKORO_PARTS = tuple(f"{KOKORO_PACKAGE}_model_{number}" for number in range(1, 5))
KOKORO_NEEDS = (KOKORO_PACKAGE, *KOKORO_PARTS, "pyopenjtalk", "jaconv")
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
    if is_style(voice.model):
        if absent := [package for package in KOKORO_NEEDS if find_spec(package) is None]:
            what = f'"{voice.name}" speaks Japanese, and {" and ".join(absent)} not installed'
            raise VoiceError(what, do=f"`{install_command(KOKORO_EXTRA)}`")
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


def phonemes_of(request: Request, kind: str) -> Iterator[str]:
    """A request's sentences in the symbols of a Piper voice that was taught this `kind`; English has a way of its own.

    What the request has in phonemes stands in its place, in IPA.
    """
    code = code_of(request.language)
    turned = _letters if kind == LETTERS else _phonemizer(code)
    # A voice of letters knows no phonemes.
    given = (lambda span: turned(request.text[span.start : span.end])) if kind == LETTERS else (lambda span: span.ipa)
    yield from in_sentences(request, SENTENCE.split, turned, given)


def in_sentences(
    request: Request,
    cut: Callable[[str], Sequence[str]],
    turned: Callable[[str], str],
    given: Callable[[Phonemes], str],
) -> Iterator[str]:
    """A request's sentences, as `cut`, in the symbols that they are `turned` into.

    What the request has in phonemes is `given` in its place.
    """
    parts: list[str] = []
    at = 0
    for span in (*request.phonemes, None):
        *whole, last = cut(request.text[at : span.start if span else None]) or [""]
        for sentence in whole:
            yield "".join([*parts, turned(sentence)])
            parts = []
        parts.append(turned(last))
        if span:
            parts.append(f" {given(span)} ")
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
