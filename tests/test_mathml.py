"""Formulas in words, and those that have none."""

import pytest
from epubs import epub, page

from narrate.book import Book
from narrate.languages import languages
from narrate.languages.formulas import SIGNS, formulas
from narrate.readers.epub import read_epub
from narrate.words import as_spoken

HALF = "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
SQUARE = "<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>3</mn>"
SUM = (
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
    "<msub><mi>a</mi><mi>i</mi></msub>"
)
ROW = "<mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"


def read(markup: str, language: str = "en", attributes: str = "") -> Book:
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML" {attributes}>{markup}</math>'
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    return read_epub(epub({"a.xhtml": page(f"<p>Is {math}.</p>")}, metadata=metadata), "x.epub", "x")


def said(markup: str, language: str = "en", attributes: str = "") -> str:
    (block,) = (block for chapter in read(markup, language, attributes).chapters for block in chapter.blocks)
    return as_spoken(block.text, language).removeprefix("Is ").removesuffix(".")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (HALF, "one half"),
        ("<mfrac><mn>2</mn><mn>7</mn></mfrac>", "two sevenths"),
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", "a over b"),
        (f"<mn>2</mn>{HALF}", "two and one half"),
        (SQUARE, "x squared plus three"),
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>6</mn></mrow></msup>", "ten to the power of minus six"),
        ("<msqrt><mn>16</mn></msqrt>", "the square root of sixteen"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "the cube root of x"),
        ("<msub><mi>x</mi><mn>1</mn></msub>", "x sub one"),
        (SUM, "the sum from i equals one to n of a sub i"),
        ("<msubsup><mo>∫</mo><mn>0</mn><mi>∞</mi></msubsup><mi>x</mi>", "the integral from zero to infinity of x"),
        ("<munder><mi>lim</mi><mi>n</mi></munder><mi>x</mi>", "the limit as n of x"),
        ("<mo>|</mo><mi>x</mi><mo>|</mo>", "the absolute value of x"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "open parenthesis a, b close parenthesis"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x bar"),
        ("<mover><mi>v</mi><mo>→</mo></mover>", "vector v"),
        ("<msup><mn>90</mn><mo>∘</mo></msup>", "ninety degrees"),
        ("<mn>2</mn><mo>&#x2062;</mo><mi>𝜋</mi><mi>r</mi>", "two pi r"),
        (f"<mo>(</mo><mtable>{ROW}{ROW}</mtable><mo>)</mo>", "a table of two rows and two columns: one, two; one, two"),
        ("<semantics><mi>a</mi><annotation>no</annotation></semantics>", "a"),
        ("<mi>a</mi><mo>≤</mo><mi>b</mi><mtext> if even</mtext>", "a is at most b if even"),
    ],
)
def test_the_usual_constructions_have_words(markup: str, expected: str) -> None:
    assert said(markup) == expected


@pytest.mark.parametrize(
    ("language", "markup", "expected"),
    [
        ("de", SQUARE, "x hoch zwei plus drei"),
        ("fr", HALF, "un demi"),
        ("es", "<msqrt><mn>16</mn></msqrt>", "raíz cuadrada de dieciséis"),
        ("it", "<mfrac><mi>a</mi><mi>b</mi></mfrac>", "a fratto b"),
        ("pt", HALF, "um meio"),
        ("ru", SQUARE, "x в квадрате плюс 3"),
        ("ja", HALF, "二分の一"),
        ("ja", "<mfrac><mi>a</mi><mi>b</mi></mfrac>", "b分のa"),
        ("ko", HALF, "이분의 일"),
        ("zh", "<msqrt><mn>16</mn></msqrt>", "根号十六"),
    ],
)
def test_formulas_are_said_in_the_language_of_the_book(language: str, markup: str, expected: str) -> None:
    assert said(markup, language) == expected


def test_every_language_has_words_for_formulas() -> None:
    assert all(language.formulas is not None for language in languages().values())
    with pytest.raises(ValueError, match="2 words"):
        formulas("plus|minus", "1/2 one half")
    assert len(SIGNS) == len(set(SIGNS))


def test_what_the_author_gives_is_said_unless_it_is_a_typesetters_source() -> None:
    assert said(HALF, attributes='alttext="a half"') == "a half"
    assert said(HALF, attributes='aria-label="half of it"') == "half of it"
    assert said(HALF, attributes='alttext="\\frac{1}{2}"') == "one half"


@pytest.mark.parametrize(
    "markup",
    [
        "<menclose><mi>x</mi></menclose>",
        "<mi>x</mi><mo>⋉</mo><mi>y</mi>",
        "<apply><plus/><ci>x</ci></apply>",
        "<mfrac><mi>x</mi></mfrac>",
        "<mrow>" * 60 + "<mi>x</mi>" + "</mrow>" * 60,
        "",
    ],
)
def test_a_formula_without_words_is_left_out_and_told(markup: str) -> None:
    assert said(markup) == ""
    assert "1 formula" in [skipped.what for skipped in read(markup).skipped]
