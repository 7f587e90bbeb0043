"""Roman numerals: what is one, and what it is worth. Whether one is meant is the language's business."""

import re

_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# The one way to write each number up to 3999; the look-ahead wants at least one letter.
ROMAN = r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
CHAPTERS = r"(?=[IVXLC])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"  # up to 399: CD and MIX are words as well
_WHOLE = re.compile(ROMAN)
_PARTS = tuple(zip((100, 90, 50, 40, 10, 9, 5, 4, 1), "C XC L XL X IX V IV I".split(), strict=True))


def value(numeral: str) -> int:
    """What a numeral in capitals or small letters is worth; 0 for what is none."""
    letters = numeral.upper()
    if not _WHOLE.fullmatch(letters):
        return 0
    worths = [_DIGITS[letter] for letter in letters]
    return sum(-a if a < b else a for a, b in zip(worths, [*worths[1:], 0], strict=True))


def numeral(number: int) -> str:
    """A number from 1 to 399 in capitals."""
    letters = ""
    for worth, part in _PARTS:
        count, number = divmod(number, worth)
        letters += count * part
    return letters
