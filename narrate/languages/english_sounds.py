"""The sounds of English nearest to a pronunciation in IPA, as misaki writes them and hibari's voices read them.

An English voice knows no other sounds. Misaki (https://github.com/hexgrad/misaki, EN_PHONES.md) writes a diphthong as
one letter (A I O W Y: day, my, go, now, boy), ʧ and ʤ as one, and a stress before its vowel, not before its syllable.
"""

import re
from functools import cache

from narrate.languages.phonetics import CONSONANTS, DIACRITICS, MODIFIERS, STRESSES, VOWELS

_NASAL, _SYLLABIC, _RHOTIC, _LONG = "\u0303", "\u0329", "˞", "ː"
# Sounds of several letters. Other languages' diphthongs are often written with their full vowels.
_SEVERAL = {
    "tʃ": "ʧ", "tʂ": "ʧ", "tɕ": "ʧ", "dʒ": "ʤ", "dʐ": "ʤ", "dʑ": "ʤ",
    "aɪ": "I", "ɑɪ": "I", "ʌɪ": "I", "aʊ": "W", "ɑʊ": "W", "æʊ": "W", "eɪ": "A", "ɛɪ": "A", "oʊ": "O", "əʊ": "O",
    "ɔɪ": "Y", "ɔʏ": "Y", "ɒɪ": "Y", "ai": "I", "au": "W", "ei": "A", "ou": "O", "ɔi": "Y", "oi": "Y",
}  # fmt: skip
# Diphthongs where no vowel follows, before which the glide would be a consonant.
_GLIDED = {"aj": "I", "ɑj": "I", "aw": "W", "ɑw": "W", "ej": "A", "ɛj": "A", "ow": "O", "ɔj": "Y", "oj": "Y"}
_SINGLE = {
    "a": "ɑ", "ɶ": "ɑ", "ɒ": "ɑ", "ɐ": "ə", "e": "ɛ", "o": "O", "ɞ": "ʌ", "ɤ": "ʌ", "ɘ": "ə", "ɵ": "ə",
    "y": "u", "ʉ": "u", "ɯ": "u", "ʏ": "ʊ", "ᵿ": "ʊ", "ɨ": "ɪ", "ø": "ɜ", "œ": "ɜ",
    "ɜ": "ɜɹ", "ɝ": "ɜɹ", "ɚ": "əɹ",
    "ʈ": "t", "ɖ": "d", "c": "k", "ɟ": "ɡ", "q": "k", "ɢ": "ɡ", "ʔ": "", "ʡ": "", "ʕ": "", "ʢ": "",
    "ɱ": "m", "ɳ": "n", "ɲ": "nj", "ɴ": "ŋ", "ʙ": "b", "r": "ɹ", "ʀ": "ɹ", "ʁ": "ɹ", "ɽ": "ɹ", "ɻ": "ɹ", "ɾ": "ɹ",
    "ⱱ": "v", "ɸ": "f", "β": "v", "ʋ": "v", "ʂ": "ʃ", "ɕ": "ʃ", "ɧ": "ʃ", "ç": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ", "ʝ": "j",
    "x": "k", "χ": "k", "ɣ": "ɡ", "ħ": "h", "ʜ": "h", "ɦ": "h", "ɬ": "l", "ɮ": "l", "ɭ": "l", "ʟ": "l", "ɫ": "l",
    "ʎ": "lj", "ɺ": "l", "ʍ": "w", "ɥ": "w", "ɰ": "w", "ʘ": "p", "ǀ": "t", "ǃ": "t", "ǂ": "t", "ǁ": "t",
    "ɓ": "b", "ɗ": "d", "ʄ": "ʤ", "ɠ": "ɡ", "ʛ": "ɡ",
}  # fmt: skip
# What the British voices have of their own.
_BRITISH = {"əʊ": "Q", "oʊ": "Q", "ɒ": "ɒ", "o": "Q", "ɜ": "ɜː", "ɝ": "ɜː", "ɛə": "ɛː", "eə": "ɛː"}
_BRITISH_LONG = frozenset("iuɑɔ")
_MARKS = "".join(DIACRITICS | MODIFIERS)
_SOUND = re.compile(rf"(?P<sound>{{}})(?P<marks>[{re.escape(_MARKS)}]*)")
_UNSYLLABIC = "\u032f"


def english_sounds(ipa: str, *, british: bool = False) -> str:
    """Canonical IPA (see `canonical_ipa`) in misaki's symbols, American or British; what English has no like of is
    left out, as are tones and glottal stops."""
    return " ".join(filter(None, (_word(word, british) for word in ipa.replace(_UNSYLLABIC, "").split())))


def _word(ipa: str, british: bool) -> str:
    spelling = _BRITISH if british else {}
    found, stress, at = [], "", 0
    while at < len(ipa):
        if ipa[at] in STRESSES:
            stress, at = "ˈ" if ipa[at] == "ˈ" else "ˌ", at + 1
            continue
        match = _sounds(british).match(ipa, at)
        if match is None:  # a mark on nothing
            at += 1
            continue
        sound, marks, at = match["sound"], match["marks"], match.end()
        vowel = sound[0] in VOWELS
        said = spelling.get(sound) or _said(sound, marks, ipa[: match.start()], ipa[at:])
        if british and _LONG in marks and said in _BRITISH_LONG:
            said += _LONG
        if _SYLLABIC in marks and not vowel:
            said = f"ᵊ{said}"
        if vowel and stress:
            said, stress = stress + said, ""
        found.append(said)
    word = "".join(found)
    # A word of one syllable is heard as a little one, such as "of", unless it has its stress.
    vowels = [i for i, part in enumerate(found) if part and part[0] in _HEARD_VOWELS]
    if len(vowels) == 1 and not any(mark in word for mark in STRESSES):
        found[vowels[0]] = f"ˈ{found[vowels[0]]}"
    return "".join(found)


_HEARD_VOWELS = frozenset("AIOQWYiuæɑɒɔəɛɜɪʊʌᵻ")


def _said(sound: str, marks: str, before: str, after: str) -> str:
    """One sound in hibari's American symbols."""
    if len(sound) > 1:
        return _SEVERAL.get(sound) or _GLIDED[sound]
    if sound == "e" and (_LONG in marks or not after):
        return "A"  # English has no such sound at a word's end but in "day"
    if sound == "ɾ" and before[-1:] in VOWELS and after[:1] in VOWELS:
        return "T"  # the one in "water"
    if sound in "ɜ" and after[:1] in ("ɹ", "r"):
        return "ɜ"
    said = _SINGLE.get(sound, sound)
    if _RHOTIC in marks and not said.endswith("ɹ"):
        said += "ɹ"
    return said + "n" if _NASAL in marks and sound in VOWELS else said


@cache
def _sounds(british: bool) -> re.Pattern[str]:
    vowels = "".join(VOWELS)
    several = [*_SEVERAL, *(key for key in _BRITISH if british and len(key) > 1)]
    glided = [f"{key}(?![{vowels}])" for key in _GLIDED]
    sounds = [*sorted(several, key=len, reverse=True), *glided, f"[{vowels}{''.join(CONSONANTS)}]"]
    return re.compile(_SOUND.pattern.format("|".join(sounds)))
