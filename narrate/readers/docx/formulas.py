"""Word's formulas (OMML) as MathML, which the pages' reader puts into words."""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from narrate.readers.docx.parts import child, is_on, value
from narrate.readers.epub.markup import name_of

_TOKEN = re.compile(r"(?P<mn>\d+(?:[.,]\d+)*)|(?P<mi>[^\W\d_])|(?P<mo>[^\w\s]|_)")
_APPLIED = "<mo>\u2061</mo>"  # between a function and what it is of
_DEEPEST = 60  # elements within each other: what is deeper is read as its text


def mathml(formula: Any) -> str:
    """A formula as MathML."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{_row(formula, 0)}</math>'


def _row(parent: Any, depth: int) -> str:
    """What stands in an element, in a row; nothing for None."""
    if parent is None:
        return ""
    if depth > _DEEPEST:
        return f"<mtext>{escape(''.join(t.text or '' for t in parent.iter('{*}t')))}</mtext>"
    return "".join(_made(element, depth + 1) for element in parent)


def _made(element: Any, depth: int) -> str:
    name = name_of(element)
    if name == "r":
        return _run(element)
    if name.endswith("pr"):  # properties
        return ""
    if name in _SCRIPTS:
        return f"<{_SCRIPTS[name][0]}>{_parts(element, _SCRIPTS[name][1], depth)}</{_SCRIPTS[name][0]}>"
    made = _FORMS.get(name)
    return made(element, depth) if made else _group(_row(element, depth))


def _run(run: Any) -> str:
    properties = child(run, "rpr")
    text = "".join(t.text or "" for t in run if name_of(t) == "t")
    if is_on(child(properties, "nor")):
        return f"<mtext>{escape(text)}</mtext>"
    if value(child(properties, "sty")) == "p" and text.isalpha():
        return f"<mi>{escape(text)}</mi>"
    return "".join(f"<{m.lastgroup}>{escape(m[0])}</{m.lastgroup}>" for m in _TOKEN.finditer(text))


def _group(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"


def _parts(element: Any, names: Iterable[str], depth: int) -> str:
    """The parts of those names, each in a row of its own."""
    return "".join(_group(_row(child(element, name), depth)) for name in names)


def _fraction(element: Any, depth: int) -> str:
    flat = value(child(child(element, "fpr"), "type")) == "noBar"
    thin = ' linethickness="0"' if flat else ""
    return f"<mfrac{thin}>{_parts(element, ('num', 'den'), depth)}</mfrac>"


def _root(element: Any, depth: int) -> str:
    degree = _row(child(element, "deg"), depth)
    if not degree:
        return f"<msqrt>{_parts(element, ('e',), depth)}</msqrt>"
    return f"<mroot>{_parts(element, ('e',), depth)}{_group(degree)}</mroot>"


def _brackets(element: Any, depth: int) -> str:
    properties = child(element, "dpr")
    opening, between, closing = (
        default if (said := child(properties, name)) is None else value(said)
        for name, default in (("begchr", "("), ("sepchr", "|"), ("endchr", ")"))
    )
    inside = f"<mo>{escape(between)}</mo>".join(_group(_row(e, depth)) for e in element if name_of(e) == "e")
    before, after = (f"<mo>{escape(sign)}</mo>" if sign else "" for sign in (opening, closing))
    return _group(f"{before}{inside}{after}")


def _sum(element: Any, depth: int) -> str:
    said = child(child(element, "narypr"), "chr")
    sign = "∫" if said is None else value(said)
    parts = [(name, row) for name in ("sub", "sup") if (row := _row(child(element, name), depth))]
    form = {"sub": "msub", "sup": "msup", "subsup": "msubsup"}.get("".join(name for name, _ in parts), "mrow")
    if sign != "∫":
        form = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}.get(form, form)
    limits = "".join(_group(row) for _, row in parts)
    return f"<{form}><mo>{escape(sign)}</mo>{limits}</{form}>{_parts(element, ('e',), depth)}"


def _function(element: Any, depth: int) -> str:
    return _row(child(element, "fname"), depth) + _APPLIED + _parts(element, ("e",), depth)


def _accent(element: Any, depth: int) -> str:
    said = child(child(element, "accpr"), "chr")
    sign = "\u0302" if said is None else value(said)
    return f"<mover>{_parts(element, ('e',), depth)}<mo>{escape(sign)}</mo></mover>"


def _bar(element: Any, depth: int) -> str:
    form = "mover" if value(child(child(element, "barpr"), "pos")) == "top" else "munder"
    return f"<{form}>{_parts(element, ('e',), depth)}<mo>¯</mo></{form}>"


def _rows(element: Any, depth: int) -> str:
    """A matrix, or equations below each other."""
    rows = [e if name_of(e) == "mr" else [e] for e in element if name_of(e) in ("mr", "e")]
    cells = ("".join(f"<mtd>{_row(cell, depth)}</mtd>" for cell in row) for row in rows)
    return f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"


_SCRIPTS = {
    "ssup": ("msup", ("e", "sup")),
    "ssub": ("msub", ("e", "sub")),
    "ssubsup": ("msubsup", ("e", "sub", "sup")),
    "limlow": ("munder", ("e", "lim")),
    "limupp": ("mover", ("e", "lim")),
}
_FORMS: dict[str, Callable[[Any, int], str]] = {
    "f": _fraction, "rad": _root, "d": _brackets, "nary": _sum, "func": _function, "acc": _accent, "bar": _bar,
    "m": _rows, "eqarr": _rows,
}  # fmt: skip
