"""MathML in words: the usual constructions, as the language of the text calls them.

Presentation markup only, and of `semantics` its first child. What is built in another way is not guessed at: a
formula is said as a whole or, by `None`, not at all.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from narrate.languages import find_language
from narrate.languages.formulas import SIGNS, Formulas
from narrate.languages.spoken import Powers
from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of

_MOST = 1_500  # elements of a formula
_DEEPEST = 40  # elements of it inside one another
_SAME = {
    "-": "−", "–": "−", "‐": "−", "*": "×", "∗": "×", "·": "×", "⋅": "×", "∙": "×", "/": "÷", "∕": "÷", "≅": "≈",
    "≃": "≈", "∼": "≈", "~": "≈", "⟶": "→", "⟹": "⇒", "⟺": "⇔", "↔": "⇔", "⊆": "⊂", "≡": "=", "∶": "÷", "⩽": "≤",
    "⩾": "≥", "≦": "≤", "≧": "≥", "∮": "∫", "∬": "∫", "[": "(", "{": "(", "⟨": "(", "]": ")", "}": ")", "⟩": ")",
}  # fmt: skip
_UNSAID = frozenset("mspace mphantom maligngroup malignmark none annotation annotation-xml".split())
_SILENT = frozenset("\u2061\u2062\u2064\u200b ")  # what is applied, multiplied and added without a sign
_KEPT = frozenset((*",;:.…%⋯", "..."))
_FENCES = frozenset("|‖∣∥")
_ACCENTS = {"¯": "bar", "‾": "bar", "_": "bar", "―": "bar", "^": "hat", "ˆ": "hat", "→": "vector", "⃗": "vector"}
_PRIMES = frozenset("′'’ʹ")
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ELEMENT = re.compile("[A-Z][a-z]?")  # of chemistry
_NUMBER = re.compile(r"\d{1,9}")
_POWER = re.compile(r"[-−]?\d{1,3}")
_SOURCE = re.compile(r"[\\{}]|\^\(")  # of TeX: no words


def spoken_formula(math: Any, language: str) -> str | None:
    """A `math` element in words; None where it has no words for a part of it. `language` is that of its text.

    What the author gives to be said in its place is said, unless that is the source of a typesetter.
    """
    given = clean(math.get("alttext") or math.get("aria-label") or "")
    if given and not _SOURCE.search(given):
        return given
    known = find_language(language)
    if known.formulas is None or sum(1 for _ in math.iter()) > _MOST:
        return None
    powers = known.formulas.powers or (known.spoken.powers if known.spoken else None)
    try:
        said = clean(_Formula(known.formulas, powers).row(_inside(math), 0))
    except _UnknownError:
        return None
    return re.sub(r"\s+([,;:.%])", r"\1", said) or None


class _UnknownError(Exception):
    """A construction that we have no words for."""


class _Formula:
    """One formula's words, in one language."""

    def __init__(self, words: Formulas, powers: Powers | None) -> None:
        self._words, self._powers = words, powers
        self._signs = dict(zip(SIGNS, words.signs, strict=True))
        self._ways: Mapping[str, Callable[[Any, int], str]] = {
            "mfrac": self._fraction, "msqrt": self._root, "mroot": self._root, "msup": self._raised,
            "msub": self._lowered, "msubsup": self._both, "munder": self._around, "mover": self._around,
            "munderover": self._around, "mfenced": self._fenced, "mtable": self._table,
        }  # fmt: skip

    def row(self, elements: Sequence[Any], depth: int) -> str:
        """Elements one after another."""
        if depth > _DEEPEST:
            raise _UnknownError
        said: list[str] = []
        at = 0
        while at < len(elements):
            element = elements[at]
            text = _text(element)
            close = self._closing(elements, at) if name_of(element) == "mo" and text in _FENCES else 0
            if name_of(element) == "mo" and _frames_table(elements, at):
                pass  # the table says what it is
            elif close:
                said.append(self._words.absolute.format(a=self.row(elements[at + 1 : close], depth + 1)))
                at = close
            elif said and _is_number(elements[at - 1]) and _is_part(element):
                said.append(self._words.mixed.format(a=said.pop(), b=self.said(element, depth + 1)))
            else:
                said.append(self.said(element, depth + 1))
            at += 1
        return self._words.joint.join(filter(None, said))

    def _closing(self, elements: Sequence[Any], at: int) -> int:
        marks = (i for i in range(at + 1, len(elements)) if name_of(elements[i]) == "mo")
        return next((i for i in marks if _text(elements[i]) == _text(elements[at])), 0)

    def said(self, element: Any, depth: int) -> str:
        """One element."""
        name = name_of(element)
        if name in ("mrow", "mstyle", "mpadded", "mtd", "math"):
            return self.row(_inside(element), depth)
        if name == "semantics":
            return self.row(_inside(element)[:1], depth)
        if name in ("mtext", "ms"):
            return clean("".join(element.itertext()))
        if name in ("mn", "mi"):
            return self._name(_text(element))
        if name == "mo":
            return self._sign(_text(element))
        if name in _UNSAID:
            return ""
        if name not in self._ways:
            raise _UnknownError
        return self._ways[name](element, depth)

    def _name(self, text: str) -> str:
        """A number, a variable, a function; Greek letters by their names where words are written in Latin ones."""
        if (
            len(text) == 1
            and (named := unicodedata.name(text, "")).startswith("GREEK ")
            and self._words.prime.isascii()
        ):
            return named.rpartition(" ")[2].lower().replace("lamda", "lambda")
        return self._sign(text) if text in self._signs else text

    def _sign(self, text: str) -> str:
        if text in _SILENT or not text:
            return ""
        if text in _KEPT:
            return text
        if text in _PRIMES:
            return self._words.prime.format(a="").strip()
        sign = _SAME.get(text, text)
        if sign in self._signs:
            return self._signs[sign]
        if text.isalpha():
            return text  # lim, sin, mod
        raise _UnknownError

    def _parts(self, element: Any, count: int, depth: int) -> list[str]:
        inside = _inside(element)
        if len(inside) != count:
            raise _UnknownError
        return [self.said(e, depth) for e in inside]

    def _fraction(self, element: Any, depth: int) -> str:
        over, under = self._parts(element, 2, depth)
        pattern = (_is_part(element) and self._words.numbers) or self._words.over
        return self._words.parts.get(f"{over}/{under}") or pattern.format(a=over, b=under)

    def _root(self, element: Any, depth: int) -> str:
        if name_of(element) == "msqrt":
            return self._words.root.format(a=self.row(_inside(element), depth))
        of, order = self._parts(element, 2, depth)
        if order in ("2", "3"):
            return (self._words.root if order == "2" else self._words.cube_root).format(a=of)
        return self._words.nth_root.format(a=of, b=order)

    def _raised(self, element: Any, depth: int) -> str:
        base, exponent = _two(element)
        return self._power(self.said(base, depth), exponent, depth)

    def _power(self, base: str, exponent: Any, depth: int) -> str:
        mark = _text(exponent)
        if mark in ("∘", "°"):
            return f"{base}{self._words.joint}{self._signs['°']}"
        if mark and set(mark) <= _PRIMES:
            return self._words.prime.format(a=base)
        if self._powers is None or mark in ("*", "+", "−", "-", "†", "T", "c"):
            raise _UnknownError
        if _POWER.fullmatch(mark) and self._words.powers is None:
            return base + mark.translate(_RAISED)  # the rules of its language say it
        joint = self._words.joint
        named = {"2": self._powers.squared, "3": self._powers.cubed}.get(mark)
        return f"{base}{joint}{named or self._powers.power.format(self.said(exponent, depth))}"

    def _lowered(self, element: Any, depth: int) -> str:
        base, index = _two(element)
        if _text(base) in ("∑", "∏", "∫", "lim"):
            return self._limits(base, index, None, depth)
        if _ELEMENT.fullmatch(_text(base)) and _is_number(index):
            return _text(base) + _text(index).translate(_LOWERED)  # H₂O, which the rules of its language say
        return self._words.sub.format(a=self.said(base, depth), b=self.said(index, depth))

    def _both(self, element: Any, depth: int) -> str:
        inside = _inside(element)
        if len(inside) != 3:
            raise _UnknownError
        base, index, exponent = inside
        if _text(base) in ("∑", "∏", "∫"):
            return self._limits(base, index, exponent, depth)
        said = self._words.sub.format(a=self.said(base, depth), b=self.said(index, depth))
        return self._power(said, exponent, depth)

    def _around(self, element: Any, depth: int) -> str:
        """What stands above or beneath: limits, or an accent."""
        inside = _inside(element)
        if name_of(element) == "munderover":
            if len(inside) != 3:
                raise _UnknownError
            return self._limits(inside[0], inside[1], inside[2], depth)
        base, mark = _two(element)
        text = "".join(mark.itertext()).strip()
        if text in _ACCENTS and name_of(element) == "mover":
            pattern: str = getattr(self._words, _ACCENTS[text])
            return pattern.format(a=self.said(base, depth))
        if text in ("_", "¯", "‾", "⏞", "⏟") or name_of(element) == "mover":
            raise _UnknownError
        return self._limits(base, mark, None, depth)

    def _limits(self, base: Any, beneath: Any, above: Any, depth: int) -> str:
        sign, least = self.said(base, depth), self.said(beneath, depth)
        if sign.casefold() in ("lim", "limit"):
            return self._words.limit.format(b=least)
        if above is None:
            return self._words.beneath.format(a=sign, b=least)
        return self._words.limits.format(a=sign, b=least, c=self.said(above, depth))

    def _fenced(self, element: Any, depth: int) -> str:
        opening, closing = element.get("open", "("), element.get("close", ")")
        parts = [self.said(e, depth) for e in _inside(element)]
        inside = ", ".join(parts)
        if opening in _FENCES and closing == opening:
            return self._words.absolute.format(a=inside)
        return self._words.joint.join(filter(None, (self._sign(opening), inside, self._sign(closing))))

    def _table(self, element: Any, depth: int) -> str:
        rows = [[self.said(cell, depth) for cell in _inside(row)] for row in _inside(element)]
        if any(name_of(row) != "mtr" for row in _inside(element)) or not rows:
            raise _UnknownError
        before = element.getprevious()
        framed = before is not None and name_of(before) == "mo" and _text(before) in "([|‖"
        told = "; ".join((", " if framed else self._words.joint).join(filter(None, row)) for row in rows)
        return f"{self._words.table.format(a=len(rows), b=len(rows[0]))}: {told}" if framed else told


def _frames_table(elements: Sequence[Any], at: int) -> bool:
    """Whether a bracket opens or closes right beside a table."""
    text = _text(elements[at])
    beside = elements[at + 1 : at + 2] if text in "([{" else elements[max(0, at - 1) : at] if text in ")]}" else []
    return any(name_of(e) == "mtable" for e in beside)


def _inside(element: Any) -> list[Any]:
    return [e for e in element if isinstance(e.tag, str)]


def _two(element: Any) -> tuple[Any, Any]:
    inside = _inside(element)
    if len(inside) != 2:
        raise _UnknownError
    return inside[0], inside[1]


def _text(element: Any) -> str:
    """What it says, in plain letters: italics of mathematics are letters."""
    return unicodedata.normalize("NFKC", "".join("".join(element.itertext()).split())) if len(element) < 9 else ""


def _is_number(element: Any) -> bool:
    return name_of(element) == "mn" and _NUMBER.fullmatch(_text(element)) is not None


def _is_part(element: Any) -> bool:
    """Whether it is a fraction of two numbers."""
    return name_of(element) == "mfrac" and len(element) == 2 and all(map(_is_number, element))
