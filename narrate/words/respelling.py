"""Pronunciations for engines that read text: the nearest English spelling of what IPA says.

    ʃɪˈvɔːn  →  shih-vawn        ˈlɛstə  →  less-tuh

A respelling is a guess at how an engine reads letters, so `say` beside `ipa` in lexicon.toml comes before it. Of a
language other than English none is made: its letters would be read by other rules.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from narrate.languages import code_of
from narrate.languages.english_sounds import english_sounds
from narrate.words.scan import Change

# By misaki's symbols: in a syllable that a consonant closes, and in one that none does.
_VOWELS = {
    "i": ("ee", "ee"), "ɪ": ("i", "ih"), "ᵻ": ("i", "ih"), "A": ("ay", "ay"), "ɛ": ("e", "eh"), "æ": ("a", "ah"),
    "ɑ": ("ah", "ah"), "ɔ": ("aw", "aw"), "O": ("oh", "oh"), "ʊ": ("oo", "oo"), "u": ("oo", "oo"), "ʌ": ("u", "uh"),
    "ə": ("u", "uh"), "ᵊ": ("u", "uh"), "ɜ": ("u", "uh"), "I": ("igh", "igh"), "W": ("ow", "ow"), "Y": ("oy", "oy"),
}  # fmt: skip
_CONSONANTS = {
    "ʧ": "ch", "ʤ": "j", "ʃ": "sh", "ʒ": "zh", "θ": "th", "ð": "th", "ŋ": "ng", "ɹ": "r", "j": "y", "ɡ": "g",
}  # fmt: skip
_CLOSED_BY_S = re.compile(r"(?<=[aeiou])s$")
_ONSETS = re.compile(r"(?:s?[pbtdkɡfθʃ][ɹlwj]|s[ptkfmnlwj]|[^aeiou])$")


def settled(text: str, changes: Iterable[Change], language: str, *, phonetic: bool) -> Iterator[Change]:
    """What is said for the `changes` that have phonemes: the word itself with them where the engine is `phonetic`, else
    their own words or a respelling. All others come as they are."""
    for change in changes:
        written = text[change.start : change.end]
        if not change.ipa:
            yield change
        elif phonetic:
            yield replace(change, spoken=written)
        else:
            yield Change(change.start, change.end, change.spoken or respelt(change.ipa, language, written) or written)


def respelt(ipa: str, language: str, written: str = "") -> str:
    """Canonical IPA in the letters of English, with a capital where `written` has one; "" in other languages."""
    if code_of(language) != "en":
        return ""
    words = ["-".join(map(_spelt, _syllables(word))) for word in english_sounds(ipa).split()]
    said = " ".join(filter(None, words))
    return said[:1].upper() + said[1:] if written[:1].isupper() else said


def _syllables(sounds: str) -> list[str]:
    """A word's syllables: as many consonants as may open an English one go to the vowel after them."""
    plain = re.sub("[ˈˌː]", "", sounds)
    syllables, coda = [""], ""
    for sound in plain:
        if sound not in _VOWELS:
            coda += sound
            continue
        if not any(s in _VOWELS for s in syllables[-1]):  # the word's first vowel
            syllables[-1] = coda + sound
        else:
            onset = match[0] if (match := _ONSETS.search(coda)) else ""
            syllables[-1] += coda.removesuffix(onset) if onset else coda
            syllables.append(onset + sound)
        coda = ""
    syllables[-1] += coda
    return syllables


def _spelt(syllable: str) -> str:
    letters = ""
    for place, sound in enumerate(syllable):
        if sound in _VOWELS:
            closed, open_ = _VOWELS[sound]
            letters += closed if place + 1 < len(syllable) else open_
        else:
            letters += _CONSONANTS.get(sound, sound)
    return _CLOSED_BY_S.sub("ss", letters)
