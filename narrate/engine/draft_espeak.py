"""English phonemes as hibari writes them, in espeak-ng's alphabet, which Piper's voices were taught."""

import re

_SEVERAL = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "ᵊ": "ə", "ʤ": "dʒ", "ʧ": "tʃ", "T": "ɾ",
    "—": ",", "…": ".", "“": "", "”": "", '"': "", "(": ",", ")": ",",
}  # fmt: skip
_VOWEL = "[aeiouæɑɐɒɔəɚɛɜɪʊʌᵻ]"
_NURSE = re.compile(rf"ɜɹ(?=[ˈˌ]?{_VOWEL})")
_LETTER = re.compile(rf"(?<![ˈˌ])əɹ(?![ˈˌ])(?P<more>(?={_VOWEL}))?")
_WORD = re.compile(r"[^\s,.;:!?]+")
# A vowel at the end of a word of several syllables, or before another vowel, is short: happy, happier, cities.
_HAPPY = re.compile(rf"(?<=[^\WˈˌE])i(?=z?$|[ˈˌ]?{_VOWEL})")
_LONG = re.compile(r"(?:i|u|ɑ|ɔ(?!ɪ))(?!ː)")


def espeak_english(phonemes: str, *, british: bool = False) -> str:
    """What espeak-ng would have written for hibari's `phonemes`, as near as a Piper voice needs it.

    hibari's American alphabet has no lengths: espeak-ng writes iː, uː, ɑː, ɔː and ɜː, and ɚ for an unstressed er.
    """
    for letter, sounds in _SEVERAL.items():
        phonemes = phonemes.replace(letter, sounds)
    if british:
        return phonemes
    phonemes = _NURSE.sub("ɜːɹ", phonemes).replace("ɜɹ", "ɜː")
    return _WORD.sub(lambda word: _lengthened(_LETTER.sub(_schwar, word.group())), phonemes)


def _schwar(letter: re.Match[str]) -> str:
    return "ɚ" if letter["more"] is None else "ɚɹ"


def _lengthened(word: str) -> str:
    syllables = len(re.findall(_VOWEL, word))
    kept = {match.start() for match in _HAPPY.finditer(word)} if syllables > 1 else set()
    return _LONG.sub(lambda vowel: vowel.group() + ("" if vowel.start() in kept else "ː"), word)
