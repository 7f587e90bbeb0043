"""Formulas in TeX, as Markdown has them between dollars, to text that is read like any other: `E = mc^2` → E = mc².

The commonest constructions are known, and a formula with any other is left out rather than read wrong.
"""

import re
import unicodedata

from narrate.readers.figures import fraction, lowered, raised

_LONGEST = 300  # characters of a formula
_DEEPEST = 12  # groups in groups
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_SIGNS = {
    "times": " × ", "cdot": " · ", "div": " ÷ ", "pm": " ± ", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ",
    "ne": " ≠ ", "neq": " ≠ ", "approx": " ≈ ", "equiv": " ≡ ", "to": " → ", "rightarrow": " → ", "infty": "∞",
    "ldots": "…", "dots": "…", "cdots": "…", "circ": "°", "degree": "°", "prime": "′", "quad": " ", "qquad": " ",
    "left": "", "right": "", "displaystyle": "", "textstyle": "", ",": " ", ";": " ", ":": " ", "!": "", " ": " ",
    "%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "ell": "l", "hbar": "ħ", "lt": " < ", "gt": " > ",
}  # fmt: skip
_AS_TEXT = frozenset("text textrm textit textbf mathrm mathit mathbf mathsf mathbb mathcal operatorname mbox".split())
_FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
_FUNCTIONS = frozenset("sin cos tan log ln exp min max det gcd".split())
_SPACED = frozenset("=+<>")
_ATOM = re.compile(r"[\w.,°′∞√²³¹⁰⁴-⁹]+")
_TEX = re.compile(r"[\\^_{}=]")


class _UnknownError(Exception):
    """A construction that is not known."""


def said_formula(tex: str) -> str | None:
    """A formula as text, or None for one that is not understood."""
    if len(tex) > _LONGEST:
        return None
    tokens = [token for token in _TOKEN.findall(tex.strip()) if token != "~"]
    try:
        text, at = _sequence(tokens, 0, 0)
    except _UnknownError:
        return None
    return " ".join(text.split()) if at == len(tokens) else None


def is_formula(tex: str) -> bool:
    """Whether what stands between two dollars is TeX and not words between two prices: `x`, `E = mc^2`, `2n`."""
    return (
        len(tex) == 1
        or _TEX.search(tex) is not None
        or re.fullmatch(r"[\d\s.,+*/()<>-]*[A-Za-z]?[\d\s.,+*/()<>-]*", tex) is not None
    )


def _sequence(tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    """The text of tokens up to a closing brace, and where that is."""
    if depth > _DEEPEST:
        raise _UnknownError
    parts: list[str] = []
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at] in "^_":
            said, after = _argument(tokens, at + 1, depth)
            parts.append(_shifted("".join(parts), said, up=tokens[at] == "^"))
            at = after
        elif tokens[at] in _SPACED or (tokens[at] == "-" and "".join(parts).strip()):
            parts.append(f" {tokens[at]} ")
            at += 1
        elif tokens[at] == "'":
            parts.append("′")
            at += 1
        else:
            said, at = _argument(tokens, at, depth)
            parts.append(said)
    return "".join(parts), at


def _argument(tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    """The text of one token or group."""
    while at < len(tokens) and tokens[at].isspace():
        if not tokens[at + 1 :]:
            return "", at + 1
        return (" ", at + 1) if tokens[at + 1] not in "^_" else ("", at + 1)
    if at >= len(tokens):
        raise _UnknownError
    token = tokens[at]
    if token == "{":
        said, end = _sequence(tokens, at + 1, depth + 1)
        if end >= len(tokens):
            raise _UnknownError
        return said, end + 1
    if token in "}&^_#%":
        raise _UnknownError
    return _command(token[1:], tokens, at + 1, depth) if token[0] == "\\" else (token, at + 1)


def _command(name: str, tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    if name in _SIGNS:
        return _SIGNS[name], at
    if name in _FUNCTIONS:
        return f"{name} ", at
    if name in _AS_TEXT:
        return _argument(tokens, at, depth)
    if name == "sqrt" and tokens[at : at + 1] != ["["]:
        said, at = _argument(tokens, at, depth)
        return f"√{_atom(said)}", at
    if name in _FRACTIONS:
        over, at = _argument(tokens, at, depth)
        under, at = _argument(tokens, at, depth)
        over, under = _atom(over), _atom(under)
        return fraction("", over, under) if (over + under).isdecimal() else f"{over}/{under}", at
    case = "SMALL" if name.islower() else "CAPITAL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper().removeprefix('VAR')}"), at
    except KeyError:
        raise _UnknownError from None


def _atom(said: str) -> str:
    """A text that stays one thing when it is divided: a number, a letter. Of others nobody hears where they end."""
    if not _ATOM.fullmatch(said.strip()):
        raise _UnknownError
    return said.strip()


def _shifted(before: str, said: str, *, up: bool) -> str:
    """A raised or lowered text."""
    if not before.strip():
        raise _UnknownError
    if said in ("°", "′"):
        return said
    word = len(said.strip()) > 1 and said.strip().isalpha()
    found = None if word else (raised if up else lowered)(said.replace(" ", ""))
    if found is None and (up or not said.strip().isalpha()):
        raise _UnknownError
    return found if found is not None else f" {said.strip()}"
