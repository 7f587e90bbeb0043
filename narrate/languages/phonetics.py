"""The International Phonetic Alphabet: which symbols it has, one spelling for each sound, and X-SAMPA in its place.

The symbols are those of the IPA's chart of 2020; `ᵻ` and `ᵿ` are what English dictionaries add. X-SAMPA is
J. C. Wells's table of 1995, by which every IPA symbol is written in ASCII.
"""

import re
import unicodedata

LONGEST_IPA = 200  # characters of one pronunciation: no word has more
CONSONANTS = frozenset("pbtdʈɖcɟkɡqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟʍwɥʜʢʡɕʑɺɧɫʘǀǃǂǁɓɗʄɠʛ")
VOWELS = frozenset("iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻᵿ")
STRESSES = frozenset("ˈˌ")
# Marks on a sound: length, secondary articulation, tone; and what stands above, below or through a letter.
MODIFIERS = frozenset("ːˑʰʷʲˠˤⁿˡʼ˞˥˦˧˨˩ꜛꜜ↗↘")
DIACRITICS = frozenset(
    "\u0325\u0330\u032c\u032a\u033a\u033b\u0339\u031c\u031f\u0320\u0308\u033d\u0329\u032f\u0334\u031d\u031e\u0318\u0319"
    "\u031a\u0303\u0324\u033c\u030a\u0306\u030b\u0301\u0304\u0300\u030f\u030c\u0302\u1dc4\u1dc5\u1dc8"
)
SYMBOLS = CONSONANTS | VOWELS | STRESSES | MODIFIERS | DIACRITICS

# Other spellings of a symbol: looks alike, is of the alphabet's past, or is a ligature of two.
_ALIKE = {
    "g": "ɡ", ":": "ː", "'": "ˈ", "’": "ˈ", "ʹ": "ˈ", "ε": "ɛ", "ә": "ə", "ӕ": "æ", "ɩ": "ɪ", "ɷ": "ʊ", "ǝ": "ə",
    "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts", "ʣ": "dz", "ʨ": "tɕ", "ʥ": "dʑ", "c\u0327": "ç",
}  # fmt: skip
_APART = re.compile(r"[\s|‖]+")  # between words
_UNHEARD = dict.fromkeys(map(ord, ".-‿\u0361\u035c"), "")  # bounds of syllables, and ties
_DELIMITED = re.compile(r"\s*(?:/(.*)/|\[(.*)\]|\\(.*)\\)\s*", re.DOTALL)
_ALIKE_PATTERN = re.compile("|".join(map(re.escape, sorted(_ALIKE, key=len, reverse=True))))


def canonical_ipa(text: str) -> str:
    """A pronunciation in IPA in its one spelling here: the same sounds are the same characters.

    Without slashes, bounds of syllables and ties, ligatures as two letters, a space between words.
    Raises ValueError for what is no symbol of the IPA, and where no sound is left.
    """
    if len(text) > LONGEST_IPA:
        raise ValueError(f"it is longer than {LONGEST_IPA} characters")
    if delimited := _DELIMITED.fullmatch(text):
        text = next(filter(None, delimited.groups()), "")
    plain = unicodedata.normalize("NFD", text).translate(_UNHEARD)
    ipa = " ".join(_APART.sub(" ", _ALIKE_PATTERN.sub(lambda found: _ALIKE[found[0]], plain)).split())
    for symbol in ipa:
        if symbol != " " and symbol not in SYMBOLS:
            raise ValueError(f'"{symbol}" (U+{ord(symbol):04X}) is no symbol of the IPA')
    if not any(symbol in VOWELS or symbol in CONSONANTS for symbol in ipa):
        raise ValueError("it holds no sound")
    return ipa


_XSAMPA = {
    "p": "p", "b": "b", "t": "t", "d": "d", "t`": "ʈ", "d`": "ɖ", "c": "c", "J\\": "ɟ", "k": "k", "g": "ɡ", "q": "q",
    "G\\": "ɢ", "?": "ʔ", "m": "m", "F": "ɱ", "n": "n", "n`": "ɳ", "J": "ɲ", "N": "ŋ", "N\\": "ɴ", "B\\": "ʙ", "r": "r",
    "R\\": "ʀ", "4": "ɾ", "r`": "ɽ", "p\\": "ɸ", "B": "β", "f": "f", "v": "v", "T": "θ", "D": "ð", "s": "s", "z": "z",
    "S": "ʃ", "Z": "ʒ", "s`": "ʂ", "z`": "ʐ", "C": "ç", "j\\": "ʝ", "x": "x", "G": "ɣ", "X": "χ", "R": "ʁ", "X\\": "ħ",
    "?\\": "ʕ", "h": "h", "h\\": "ɦ", "K": "ɬ", "K\\": "ɮ", "P": "ʋ", "v\\": "ʋ", "r\\": "ɹ", "r\\`": "ɻ", "j": "j",
    "M\\": "ɰ", "l": "l", "l`": "ɭ", "L": "ʎ", "L\\": "ʟ", "W": "ʍ", "w": "w", "H": "ɥ", "H\\": "ʜ", "<\\": "ʢ",
    ">\\": "ʡ", "s\\": "ɕ", "z\\": "ʑ", "l\\": "ɺ", "x\\": "ɧ", "5": "ɫ", "O\\": "ʘ", "|\\": "ǀ", "!\\": "ǃ",
    "=\\": "ǂ", "|\\|\\": "ǁ", "b_<": "ɓ", "d_<": "ɗ", "J\\_<": "ʄ", "g_<": "ɠ", "G\\_<": "ʛ",
    "i": "i", "y": "y", "1": "ɨ", "}": "ʉ", "M": "ɯ", "u": "u", "I": "ɪ", "Y": "ʏ", "I\\": "ᵻ", "U\\": "ᵿ", "U": "ʊ",
    "e": "e", "2": "ø", "@\\": "ɘ", "8": "ɵ", "7": "ɤ", "o": "o", "@": "ə", "E": "ɛ", "9": "œ", "3": "ɜ", "3\\": "ɞ",
    "V": "ʌ", "O": "ɔ", "{": "æ", "6": "ɐ", "a": "a", "&": "ɶ", "A": "ɑ", "Q": "ɒ", "@`": "ɚ", "3`": "ɝ", "`": "˞",
    '"': "ˈ", "%": "ˌ", ":": "ː", ":\\": "ˑ", ".": "", "-": "", "-\\": "", "_": "", "|": " ", "||": " ", " ": " ",
    "_h": "ʰ", "_w": "ʷ", "'": "ʲ", "_j": "ʲ", "_G": "ˠ", "_?\\": "ˤ", "_n": "ⁿ", "_l": "ˡ", "_>": "ʼ",
    "~": "\u0303", "_~": "\u0303", "=": "\u0329", "_=": "\u0329", "_^": "\u032f", "_0": "\u0325", "_v": "\u032c",
    "_k": "\u0330", "_t": "\u0324", "_d": "\u032a", "_a": "\u033a", "_m": "\u033b", "_O": "\u0339", "_c": "\u031c",
    "_+": "\u031f", "_-": "\u0320", '_"': "\u0308", "_x": "\u033d", "_e": "\u0334", "_r": "\u031d", "_o": "\u031e",
    "_A": "\u0318", "_q": "\u0319", "_}": "\u031a", "_N": "\u033c", "_X": "\u0306", "_T": "\u030b", "_H": "\u0301",
    "_M": "\u0304", "_L": "\u0300", "_B": "\u030f", "_R": "\u030c", "_F": "\u0302",
}  # fmt: skip
_XSAMPA_PATTERN = re.compile("|".join(map(re.escape, sorted(_XSAMPA, key=len, reverse=True))))


def ipa_of_xsampa(text: str) -> str:
    """A pronunciation in X-SAMPA as `canonical_ipa` has it. Raises ValueError for what is no symbol of it."""
    if len(text) > LONGEST_IPA:
        raise ValueError(f"it is longer than {LONGEST_IPA} characters")
    squeezed, at, found = " ".join(text.split()), 0, []
    while at < len(squeezed):
        symbol = _XSAMPA_PATTERN.match(squeezed, at)
        if symbol is None:
            raise ValueError(f'"{squeezed[at]}" is no symbol of X-SAMPA')
        found.append(_XSAMPA[symbol[0]])
        at = symbol.end()
    return canonical_ipa("".join(found))
