"""Powers and lowered figures as every language but English says them: 10⁶, πr², x₁, CO₂.

A raised figure after a word or a year is a note's mark, and is left as it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from narrate.languages.spoken import Forms, Powers
from narrate.words.numbers import cardinal, ordinal
from narrate.words.scan import before

RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
GATE = f"[{RAISED}{LOWERED}ⁿ]"
_PLAIN = str.maketrans(f"{RAISED}{LOWERED}⁻−⁺ⁿ", "01234567890123456789--+n")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_CALCULATED_BEFORE = re.compile(r"[=+−×·*/]\s?$")
_CALCULATED_AFTER = re.compile(r"\s?[=+−×·*/]")

Say = Callable[[re.Match[str]], str | None]


def forms(
    language: str, powers: Powers, units: Mapping[str, Forms] = MappingProxyType({})
) -> Iterator[tuple[str, Say]]:
    """Patterns and what is said for them, for the rules of a language; before its numbers and measures.

    `units` that end in a raised figure are no powers: `pro m²`.
    """
    letter = "A-Za-zÀ-ÿα-ωа-яё"  # not \w: Chinese has no space after a power
    end = rf"(?![{letter}\d{RAISED}{LOWERED}⁻⁺^])"
    exponent = rf"(?P<power>[⁻⁺]?[{RAISED}]+|ⁿ){end}"
    say = partial(_power, language=language, powers=powers)
    kept = "|".join(re.escape(unit) for unit in units if unit[-1] in RAISED)
    if kept:
        yield rf"(?:{kept}){end}", lambda match: units[match[0]][0]
    yield rf"(?<![\d.,])(?P<number>\d{{1,15}}){exponent}", say
    yield rf"(?<![’'{letter}\d.])(?P<factor>\d{{0,3}})(?P<letters>[α-ωΔ]{{0,2}}[A-Za-zα-ω]|mc){exponent}", say
    yield rf"(?<=[)\]])(?P<group>){exponent}", say
    formula = rf"(?=\w*[{LOWERED}])(?:[A-Z][a-z]?[{LOWERED}]*)+{end}|(?:[a-z]|log)[{LOWERED}]+{end}"
    yield formula, partial(_formula, language=language, powers=powers)
    yield rf"(?<=[)\]])[{LOWERED}]+{end}", partial(_formula, language=language, powers=powers)


def _power(match: re.Match[str], language: str, powers: Powers) -> str | None:
    said = match.groupdict()
    number, letters, power = said.get("number"), said.get("letters") or "", match["power"]
    calculated = bool(_CALCULATED_BEFORE.search(before(match)) or _CALCULATED_AFTER.match(match.string, match.end()))
    if number and not calculated and (_YEAR.fullmatch(number) or power in "⁰¹"):
        return match[0]
    if letters and not calculated and not said["factor"] and ((letters.isupper() and letters != "R") or power in "⁰¹"):
        return match[0]
    if "group" in said and not re.search(r"[(\[][^()\[\]]{1,30}[-+−×/·][^()\[\]]{1,30}[)\]]$", before(match)):
        return None
    base = [cardinal(int(plain), language) for plain in (number, said.get("factor")) if plain]
    if letters:
        base.append(letters)
    return powers.joint.join(base) + powers.joint + _raised(power, language, powers)


def _raised(power: str, language: str, powers: Powers) -> str:
    if power in ("²", "³"):
        return powers.squared if power == "²" else powers.cubed
    if power == "ⁿ":
        return powers.power.format("n")
    plain = power.translate(_PLAIN).lstrip("+")
    number = int(plain.lstrip("-"))
    if plain[0] == "-":
        return powers.power_below.format(f"{powers.minus}{powers.joint}{cardinal(number, language)}")
    return powers.power.format(ordinal(number, language, powers.rank) if powers.rank else cardinal(number, language))


def _formula(match: re.Match[str], language: str, powers: Powers) -> str:
    """CO₂: its letters as they are, and its figures in words where the language has its own for them there."""

    def figure(found: re.Match[str]) -> str:
        plain = found[0].translate(_PLAIN)
        return f"{powers.joint}{cardinal(int(plain), language)}{powers.joint}" if powers.formulas else plain

    return re.sub(rf"[{LOWERED}]+", figure, match[0]).rstrip()
