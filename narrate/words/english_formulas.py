"""English powers and formulas: 10⁶, x², CO₂. A raised number after a word is a note's, and is left alone."""

import re
from functools import cache

from narrate.words.english_numbers import count, plain_number, year
from narrate.words.scan import Rule, before

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_PLAIN = str.maketrans(f"{_RAISED}{_LOWERED}⁻−", "01234567890123456789--")
_OPERATOR_BEFORE = re.compile(r"[=+−×*/(]\s?$")
_OPERATOR_AFTER = re.compile(r"\s?[=+−×*/)]")


def gate() -> str:
    """A pattern that is found wherever one of these rules could agree."""
    return rf"[{_RAISED}{_LOWERED}]|[A-Za-z]\^\d"


def _power(exponent: str) -> str:
    """² → squared, ⁻⁶ → to the power of minus six."""
    number = int(exponent.translate(_PLAIN))
    if number in (2, 3):
        return "squared" if number == 2 else "cubed"
    return f"to the power of {'minus ' if number < 0 else ''}{count(str(abs(number)))}"


def _power_of_ten(match: re.Match[str]) -> str | None:
    """10⁶; but 10² may have a note, where nothing is calculated."""
    small = len(match[1]) == 1 and match[1] in "¹²"
    if small and not (_OPERATOR_BEFORE.search(before(match)) or _OPERATOR_AFTER.match(match.string, match.end())):
        return None
    return f"ten {_power(match[1])}"


def _raised(match: re.Match[str]) -> str:
    """2⁸ = 256; what is not calculated with is a number, or a year, with a note's mark."""
    written, exponent = match.groups()
    if _OPERATOR_BEFORE.search(before(match)) or _OPERATOR_AFTER.match(match.string, match.end()):
        return f"{count(written)} {_power(exponent)}"
    said = year(int(written)) if re.fullmatch(r"1[1-9]\d\d|20\d\d", written) else plain_number(written)
    return said + exponent


def _variable(match: re.Match[str]) -> str | None:
    """x² is squared; a capital may be a name with a note, unless something is calculated with it."""
    name, exponent = match.groups()
    sure = _OPERATOR_BEFORE.search(before(match)) or _OPERATOR_AFTER.match(match.string, match.end())
    if not sure and ((name.isupper() and name != "R") or exponent[0] in "⁰¹⁻"):
        return None
    return f"{name} {_power(exponent)}"


def _formula(match: re.Match[str]) -> str:
    """CO₂ → CO two, C₆H₁₂O₆ → C six H twelve O six."""
    said = re.sub(rf"[{_LOWERED}]+", lambda m: f" {count(m[0].translate(_PLAIN))} ", match[0])
    return " ".join(said.split())


@cache
def rules() -> tuple[Rule, ...]:
    """Before numbers and measures."""
    alone = r"(?![\w⁻⁺^])"
    forms = (
        (rf"10(⁻?[{_RAISED}]+){alone}", _power_of_ten),
        (rf"(\d+)(⁻?[{_RAISED}]+){alone}", _raised),
        (rf"(\d+|[A-Za-z])\^([-−]?\d+){alone}(?!\.\d)", lambda m: f"{_base(m[1])} {_power(m[2])}"),
        (rf"(?<![’'\w.])([A-HJ-Za-z]|mc)(⁻?[{_RAISED}]+){alone}", _variable),
        (rf"(?=\w*[{_LOWERED}])(?:[A-Z][a-z]?[{_LOWERED}]*)+{alone}|[a-z][{_LOWERED}]+{alone}", _formula),
    )
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)


def _base(written: str) -> str:
    return count(written) if written.isdecimal() else written
