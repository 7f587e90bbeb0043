"""English powers and formulas: 10⁶, x², CO₂. A raised number after a word is a note's, and is left alone."""

import re
import unicodedata
from functools import cache

from narrate.words.english_numbers import count, plain_number, year
from narrate.words.scan import Rule, before

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_PLAIN = str.maketrans(f"{_RAISED}{_LOWERED}⁻−⁺", "01234567890123456789--+")
_LETTERS = {"ⁿ": "n", "ˣ": "x", "ᵏ": "k"}
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta", "λ": "lambda", "μ": "mu",
    "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "φ": "phi", "ω": "omega", "Δ": "delta",
}  # fmt: skip
_GROUP = re.compile(r"[(\[](?:[^()\[\]\w]|\d|(?<![^\W\d_])[^\W\d_]{1,2}(?![^\W\d_])){1,30}[)\]]$")
_OPERATOR_BEFORE = re.compile(r"[=+−×*/(]\s?$")
_OPERATOR_AFTER = re.compile(r"\s?[=+−×*/)]")


def gate() -> str:
    """A pattern that is found wherever one of these rules could agree."""
    return rf"[{_RAISED}{_LOWERED}{''.join(_LETTERS)}ₙᵢⱼₖₘₓₜ]|[A-Za-z]\^\d"


def _power(exponent: str) -> str:
    """² → squared, ⁻⁶ → to the power of minus six."""
    if exponent[0] in _LETTERS:
        rest = exponent[1:].translate(_PLAIN)
        sign = {"+": " plus ", "-": " minus "}.get(rest[:1], "")
        return f"to the {_LETTERS[exponent[0]]}{sign}{count(rest[1:]) if sign else ''}"
    number = int(exponent.translate(_PLAIN))
    if number in (2, 3):
        return "squared" if number == 2 else "cubed"
    return f"to the power of {'minus ' if number < 0 else ''}{count(str(abs(number)))}"


def _calculated(match: re.Match[str]) -> bool:
    """Whether something is calculated with a match."""
    return bool(_OPERATOR_BEFORE.search(before(match)) or _OPERATOR_AFTER.match(match.string, match.end()))


def _power_of_ten(match: re.Match[str]) -> str | None:
    """10⁶; but 10¹ has a note, where nothing is calculated."""
    if match[1] == "¹" and not _calculated(match):
        return None
    return f"ten {_power(match[1])}"


def _raised(match: re.Match[str]) -> str:
    """2⁸ = 256, 5²; a year has a note's mark, and so has what nobody calculates with."""
    written, exponent = match.groups()
    small = len(written) < 4 and exponent not in "⁰¹"
    if small or _calculated(match):
        return f"{count(written)} {_power(exponent)}"
    said = year(int(written)) if re.fullmatch(r"1[1-9]\d\d|20\d\d", written) else plain_number(written)
    return said + exponent


def _variable(match: re.Match[str]) -> str | None:
    """x² is squared; a capital may be a name with a note, unless something is calculated with it."""
    factor, greek, name, exponent = match.groups()
    said = " ".join(part for part in (count(factor) if factor else "", *map(_letter, greek), _letter(name)) if part)
    sure = greek or factor or exponent[0] == "⁻" or _calculated(match)
    if not sure and ((name.isupper() and name != "R") or exponent[0] in "⁰¹"):
        return None
    return f"{said} {_power(exponent)}"


def _letter(name: str) -> str:
    """A Greek letter by its name, which nobody need guess; any other as it is written."""
    return _GREEK.get(name, name)


def _of_group(match: re.Match[str]) -> str | None:
    """(a + b)²; words in brackets have a note."""
    return f" {_power(match[0])}" if _GROUP.search(before(match)) else None


def _formula(match: re.Match[str]) -> str:
    """CO₂ → CO two, C₆H₁₂O₆ → C six H twelve O six."""
    said = re.sub(rf"[{_LOWERED}]+", lambda m: f" {count(m[0].translate(_PLAIN))} ", match[0])
    return " ".join(said.split())


@cache
def rules() -> tuple[Rule, ...]:
    """Before numbers and measures."""
    alone, greek = r"(?![\w⁻⁺^])", "".join(_GREEK)
    forms = (
        (rf"10([⁻⁺]?[{_RAISED}]+){alone}", _power_of_ten),
        (rf"(\d+)(⁻?[{_RAISED}]+|[ⁿˣᵏ](?:[⁻⁺][{_RAISED}]+)?){alone}", _raised),
        (rf"(\d+|[A-Za-z])\^([-−]?\d+){alone}(?!\.\d)", lambda m: f"{_base(m[1])} {_power(m[2])}"),
        (
            rf"(?<![’'\w.])(\d{{0,3}})([{greek}]*)([A-HJ-Za-z{greek}]|mc)(⁻?[{_RAISED}]+|[ⁿˣᵏ](?:[⁻⁺][{_RAISED}]+)?){alone}",
            _variable,
        ),
        (rf"(sin|cos|tan|cot|log|ln|lg)(⁻?[{_RAISED}]+){alone}", lambda m: f"{m[1]} {_power(m[2])}"),
        (rf"(?<=[)\]])⁻?[{_RAISED}]+{alone}", _of_group),
        (rf"(?<=[)\]])[{_LOWERED}]+{alone}", lambda m: f" {count(m[0].translate(_PLAIN))}"),
        (rf"(?=\w*[{_LOWERED}])(?:[A-Z][a-z]?[{_LOWERED}]*)+{alone}|(?:[a-z]|log)[{_LOWERED}]+{alone}", _formula),
        (rf"([A-Za-z{greek}])([ₙᵢⱼₖₘₓₜ]){alone}", lambda m: f"{_letter(m[1])} {unicodedata.normalize('NFKC', m[2])}"),
    )
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)


def _base(written: str) -> str:
    return count(written) if written.isdecimal() else written
