"""Raised and lowered figures: a power, a note's mark or a number for the eye, told by what stands around them.

Who reads a page gives the text before, the figure itself and the text after; whether the marks of a page count
on, and whether notes stand there, settles what is in doubt.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from narrate.languages import languages

RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_UP = str.maketrans("0123456789+-−–=()nixyk", f"{RAISED}⁺⁻⁻⁻⁼⁽⁾ⁿⁱˣʸᵏ")
_DOWN = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", f"{LOWERED}₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SIGNS_ALIKE = str.maketrans("⁎∗＊", "***")
_AROUND = re.compile(r"^[^\w*†‡§¶‖※]+|[^\w*†‡§¶‖※]+$")
_VULGAR = {
    (1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾", (1, 5): "⅕", (2, 5): "⅖", (3, 5): "⅗",
    (4, 5): "⅘", (1, 6): "⅙", (5, 6): "⅚", (1, 8): "⅛", (3, 8): "⅜", (5, 8): "⅝", (7, 8): "⅞",
}  # fmt: skip


class Sense(Enum):
    """What a raised figure is."""

    MARK = auto()  # of a note
    POWER = auto()
    NUMBER = auto()  # of a verse, before its first word
    TEXT = auto()  # letters and figures like any others
    CENTS = auto()  # $9 and a raised 99


@dataclass(frozen=True, slots=True)
class Told:
    """The sense of a raised figure; and of how many neighbours it must be the next to be `otherwise`."""

    sense: Sense
    neighbours: int = 0  # 0: it is sure
    otherwise: Sense = Sense.MARK


NOTE_WORD = "|".join(
    sorted({word for language in languages().values() for word in language.note_words}, key=len, reverse=True)
)
_LISTED = re.compile(
    rf"[\[(（［〔【]?\s*(?:(?:{NOTE_WORD})\.?\s?|[*※])?"
    r"\d{1,4}(?:\s?[,;–-]\s?\d{1,4})*\s*[\])）］〕】]?[.,]?",
    re.IGNORECASE,
)
_WORD = re.compile(rf"[\[(（［〔【]?\s*(?:{NOTE_WORD})\.?\s*[\])］）〕】]?", re.IGNORECASE)
_SIGNS = re.compile(r"[\[(（［〔]?\s*(?:[*⁎∗†‡§¶‖※]\s?){1,4}[\])）］〕]?")
_FIGURES = re.compile(r"\d{1,4}")
_SIGNED = re.compile(r"[-−–+]\s?\d{1,3}|\d{1,2}[+−–-]|[+−–]")
_LETTERS = re.compile(r"n|x|k|(?:\d{1,2})?[nxk](?:\s?[-+−–]\s?\d{1,2})?")
_BASE_NUMBER = re.compile(r"(?<![\d.,])(\d[\d.,]*)$")
_BASE_WORD = re.compile(rf"([^\W\d_{RAISED}]+)[{LOWERED}]*$")
_CALCULATED_BEFORE = re.compile(r"[=+−×*/·<>≤≥≈^]\s?[\d.,]*[^\W\d_]{0,3}$")
_CALCULATED_AFTER = re.compile(r"\s?[=+−×/·<>≤≥≈]")
_GREEK = re.compile(r"[α-ωΑ-ΩϕϑΔ∆]")
_GROUP = re.compile(r"[(\[]([^()\[\]]{1,30})[)\]]$")
_MONEY = re.compile(r"[$£€¥]\s?$")
_QUARTERS = ("15", "30", "45")
_STOPS = ".,;:!?)…。、"
_YEAR = re.compile(r"1[0-9]\d\d|20\d\d")
# What is measured in squares, cubes and per second; those that are words too only after a number.
_MEASURES = frozenset("km hm dm cm mm µm μm nm ft yd км см мм дм".split())
_MEASURES_OR_WORDS = frozenset("in mi sec min kg".split())
_FUNCTIONS = frozenset("sin cos tan cot csc sinh cosh tanh log ln lg tg ctg exp mc".split())
_ELEMENTS = re.compile(
    "(?:H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Sc|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Y|Zr|"
    "Nb|Mo|Tc|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Nd|Sm|Eu|Gd|Tb|W|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|Po|At|Rn|Fr|Ra|"
    "Ac|Th|Pa|U|Np|Pu|Am|Cm)(?![^\\W\\d_])"
)


def raised(text: str) -> str | None:
    """`text` in raised characters of its own: 10 and 6 are 10⁶. None where Unicode has none for it."""
    made = "".join(text.split()).translate(_UP)
    return None if any(c.isascii() or c in "−–" for c in made) else made


def lowered(text: str) -> str | None:
    """`text` in lowered characters of its own, or None."""
    made = "".join(text.split()).translate(_DOWN)
    return None if any(c.isascii() or c in "−–" for c in made) else made


def fraction(before: str, over: str, under: str) -> str:
    """A fraction after the text `before`: ½ where there is a sign for it, else 5/16, apart from a whole number."""
    sign = _VULGAR.get((int(over), int(under)))
    apart = " " if before[-1:].isdecimal() and not sign else ""
    return sign or f"{apart}{over}/{under}"


def is_figure(text: str) -> bool:
    """Whether raised `text` is made of figures, signs of notes or what may be calculated with: not words."""
    return any(pattern.fullmatch(text) for pattern in (_LISTED, _SIGNS, _SIGNED, _LETTERS, _WORD))


_BEFORE_FIGURE = re.compile(rf"^(?:(?:{NOTE_WORD})\.?|[*※])(?=\d)")


def value_of(text: str) -> str:
    """A mark as it is compared: `[12].` → 12, `(*)` → *."""
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS_ALIKE)).casefold()
    return _BEFORE_FIGURE.sub("", _AROUND.sub("", "".join(plain.split())))


def told(before: str, text: str, after: str) -> Told:
    """What a raised `text` is, as far as the text around it tells."""
    base = before[-1:]
    if _SIGNS.fullmatch(text):
        alone = re.search(r"(?<![^\W_])[A-Z]$", before) is not None
        return Told(Sense.TEXT, 1) if alone else Told(Sense.MARK)  # the algebra C*
    if _LETTERS.fullmatch(text):
        return Told(Sense.POWER if _takes_letters(before) else Sense.TEXT)
    if _SIGNED.fullmatch(text):
        return Told(Sense.POWER if base.isalnum() or base in ")]" else Sense.TEXT)
    if not _FIGURES.fullmatch(text):
        return Told(Sense.MARK)
    if base and not after[:1].isalnum() and base.isspace() and after[:1] in _STOPS and after:
        return Told(Sense.MARK)
    if not base or base.isspace():
        return Told(Sense.TEXT, 1, Sense.NUMBER) if _ELEMENTS.match(after) else Told(Sense.NUMBER)
    calculated = bool(_CALCULATED_BEFORE.search(before) or _CALCULATED_AFTER.match(after))
    if base.isdecimal():
        return _after_number(before, text, calculated=calculated)
    if base.isalpha() or base in LOWERED:
        return _after_word(before, text, calculated=calculated)
    if base in ")]" and (group := _GROUP.search(before)):
        return Told(Sense.POWER if _is_term(group[1]) and text not in "01" else Sense.MARK)
    return Told(Sense.MARK)


def _takes_letters(before: str) -> bool:
    """Whether a letter raised after it is a power: 2ⁿ, eˣ."""
    return re.search(r"(?<![^\W_])(?:\d{1,3}|[a-z])$", before) is not None


def _is_term(text: str) -> bool:
    """Whether what stands in brackets is calculated with: a + b, 1/2, x; a word or a year is not."""
    short = all(len(word) <= 2 for word in re.findall(r"[^\W\d_]+", text))
    return short and not text.isdecimal() and re.fullmatch(r"\S+|.*[-+−×*/=·].*", text) is not None


def _after_number(before: str, text: str, *, calculated: bool) -> Told:
    number = _BASE_NUMBER.search(before)
    written = number[1] if number else before[-1]
    if number and len(text) == 2 and _MONEY.search(before[: number.start()]):
        return Told(Sense.CENTS)
    if len(text) == 2 and (text[0] == "0" or (text in _QUARTERS and written not in ("2", "10") and not calculated)):
        return Told(Sense.TEXT, 2)  # 17⁰³ and half past nine
    if calculated and text != "0":
        return Told(Sense.POWER, 2)
    if int(text) < 2 or _YEAR.fullmatch(written):
        return Told(Sense.MARK)
    return Told(Sense.POWER, 2 if written == "10" else 1)


def _after_word(before: str, text: str, *, calculated: bool) -> Told:
    word = _BASE_WORD.search(before)
    if word is None:
        return Told(Sense.MARK)
    written, front = word[1], before[: word.start()]
    counted = re.search(r"\d\s?$", front) is not None
    small = 2 <= int(text) <= 3
    if written in _MEASURES or (written in _MEASURES_OR_WORDS and counted):
        return Told(Sense.POWER) if small else Told(Sense.MARK)
    if written in _FUNCTIONS:
        return Told(Sense.POWER)
    product = len(written) <= 3 and (
        _GREEK.search(written) is not None or (len(written) > 1 and calculated and counted)
    )
    if not product and (len(written) > 1 or front[-1:] in ("’", "'", ".")):
        return Told(Sense.MARK)
    if calculated or _GREEK.search(written) or front[-1:].isdecimal():
        return Told(Sense.POWER, 2)
    if int(text) < 2:
        return Told(Sense.MARK)
    if written.isupper():  # vitamin B¹² is no power, R² is one, and Plan B² has a note
        one = written == "I" or not small
        return Told(Sense.MARK if written == "I" else Sense.TEXT if one else Sense.POWER, 1)
    return Told(Sense.POWER, 2 if written not in "aeiouyàéèóвикосуя" else 1)
