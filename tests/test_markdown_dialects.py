"""Markdown as pandoc, Quarto, Obsidian, MkDocs and others write it: what is no CommonMark and no text either."""

import time

import pytest
from test_ingest_markdown import read, texts

from narrate.book import BlockKind
from narrate.readers.formulas import said_formula
from narrate.words import as_spoken


def test_attributes_of_headings_and_chapters() -> None:
    book = read('# One {-}\n\na\n\n# Two {#sec:two .x key="v w"}\n\nb [x]{.y}{#z} **d**{.lead}\n\n{.note}\nc\n{: .w}\n')
    assert [chapter.title for chapter in book.chapters] == ["One", "Two"]
    assert texts("![a](x.png){width=50%} b [c](d){target=_blank} e")[0] == "b c e"
    assert texts("The set {1, 2} of {x} and {.5} stays.") == ["The set {1, 2} of {x} and {.5} stays."]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("::: {.epigraph}\nNothing moves.\n:::\n\nend", ["Nothing moves.", "end"]),
        (":::: note\n::: Warning ::::::\nInner *x*.\n:::\n::::\nend", ["Inner x.", "end"]),
        (":::tip[My tip]\nText\n:::\n\n::: note A title\nMore\n:::", ["My tip", "Text", "A title", "More"]),
        ("a\n\n\\newpage\n\nb\n\n{{< pagebreak >}}\n\nc\n\n{% include x.html %}\n\nd", ["a", "b", "c", "d"]),
        ("\\begin{center}\nMiddle\n\\end{center}\n\n[TOC]\n\nend \\LaTeX", ["Middle", "end \\LaTeX"]),
        ("Some {{< var name >}}text, {{ name }} and ::: here", ["Some text, {{ name }} and ::: here"]),
        ("    ::: code\n\nend", ["::: code", "end"]),
        ("```{=latex}\n\\x\n```\n\n`<b>`{=html}end", ["end"]),
        ("> [!note] A note\n> Look at it.\n\n> [!TIP]\n> Or not.", ["A note", "Look at it.", "Or not."]),
        ("> [!warning]- Folded\n\nend [!x] stays", ["Folded", "end [!x] stays"]),
        ("!!! note\n    Text.\n\n!!! tip \"My tip\"\n    More.", ["Text.", "My tip", "More."]),
        ("- [ ] buy rope\n- [x] sell rope\n- [y] keep\n1. [ ] go", ["buy rope", "sell rope", "[y] keep", "1. go"]),
        ("Term\n:   What it means.\n:   And more.\n\nend", ["Term", "What it means.", "And more.", "end"]),
        ("[[Gulls]], [[a/Gulls#Wall|the gulls]] and [[Sea/The Wall]]", ["Gulls, the gulls and The Wall"]),
        ("See ![[wall.png]] and ![[Note]] now", ["See and now"]),
        ("[[1]](http://x) arr[[i]] [[2]]", ["[1] arr[[i]] [[2]]"]),
        ("==marked *words*== and a == b, `x==y==z`", ["marked words and a == b, x==y==z"]),
        ("{++new++} {--old--}{~~bad~>good~~} {==hi==}{>>why?<<} %%never%%.", ["new good hi ."]),
        ("~~gone~~ ~struck~ x~y 5^th^ M^me^ 2 ^ 3", ["gone struck x~y 5th Mme 2 ^ 3"]),
        ("H~2~O, CO~2~, 10^6^, x^2^, 10^-3^", ["H₂O, CO₂, 10⁶, x², 10⁻³"]),
        ("So it is [@reed2020, p. 4; see -@b]. Or [see @a].", ["So it is. Or."]),
        ("@reed2020 and @smith_jones1999 [p. 3] say", ["Reed (2020) and Smith Jones (1999) say"]),
        ("@alice wrote to bob@x.org [contact @ home]", ["@alice wrote to bob@x.org [contact @ home]"]),
        ("The wall ^north-wall-2\n\nTwo ^carets", ["The wall", "Two ^carets"]),
        ("The wall ^a1b2c3\n\n| a |\n|---|\n| b |\n\n: A table {#tbl-x}", ["The wall", "a", "b", "A table"]),
    ],
)  # fmt: skip
def test_marks_that_are_no_text(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("a game called <REBIRTH>. <<System>> said", ["a game called REBIRTH. System said"]),
        ("<You have gained 5 points>", ["You have gained 5 points"]),
        ("<Level Up!>\n\n<System>\n\n[<Iron Sword> x2]", ["Level Up!", "System", "[Iron Sword x2]"]),
        ("<Time> 10:00 and <Map> of it", ["Time 10:00 and Map of it"]),
        ("<b>Gull</b> <B>x</B> a<br>b <span class='x'>e</span> <Foo /> <foo bar='x'>y</foo>", ["Gull x a b e y"]),
        ("<system>text</system> and <https://x.org>", ["text and https://x.org"]),
        ("5 < 6 and 7 > 2, a<3, <3 you, x -> y, <- z", ["5 < 6 and 7 > 2, a<3, <3 you, x -> y, <- z"]),
        ("`<T>` stays", ["<T> stays"]),
    ],
)
def test_words_in_angle_brackets(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


def test_line_blocks_are_verse_and_tables_are_not() -> None:
    book = read("| A line\n| and one more\n|    that\n  goes on\n|\n| New *stanza*\n\n| a | b |\n|---|---|\n\n|x| is\n")
    blocks = [(block.kind, block.continues, block.text) for block in book.chapters[0].blocks]
    verse, paragraph = BlockKind.VERSE, BlockKind.PARAGRAPH
    assert blocks == [
        (verse, False, "A line"),
        (verse, True, "and one more"),
        (verse, True, "that goes on"),
        (verse, False, "New stanza"),
        (paragraph, False, "a, b"),
        (paragraph, False, "|x| is"),
    ]


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        ("E = mc^2", "E equals mc squared"),
        (r"\frac{1}{2} + \dfrac{3}{4}", "one half plus three quarters"),
        (r"x^{2} - y_1 \ge 10^{6}", "x squared - y one ≥ ten to the power of six"),
        (r"a \times b \div c", "a times b ÷ c"),
        (r"90^\circ", "ninety degrees"),
        (r"v_{max} = 3\,\text{km}", "v max equals three kilometers"),
    ],
)
def test_formulas_are_said(tex: str, said: str) -> None:
    found = said_formula(tex)
    assert found is not None
    assert as_spoken(found, "en") == said


@pytest.mark.parametrize(
    "tex", [r"\sum_{i=1}^n i", r"\frac{a+b}{c}", r"\foo{x}", "{" * 99 + "x" + "}" * 99, "x" * 999, "a}", "^2"]
)
def test_formulas_that_are_not_understood_are_left_out_and_counted(tex: str) -> None:
    assert said_formula(tex) is None


def test_dollars() -> None:
    assert texts("It is $x$, $2n$ and $E = mc^2$ here.") == ["It is x, 2n and E = mc² here."]
    kept = "cost $5, or $6; US$20 and CA$30, A$AP and Ke$ha, $5-$10, and a $ sign"
    assert texts(kept) == [kept]
    book = read("$$\nx = 2\n$$\n\nA $\\sum_{i} i$ sum.\n\n$$\n\\begin{matrix}a\\end{matrix}\n$$\n")
    assert [block.text for block in book.chapters[0].blocks] == ["x = 2", "A sum."]
    assert [part.what for part in book.skipped] == ["2 formulas"]


@pytest.mark.parametrize(
    "piece",
    "~|~a |^|$|$a |<|<a |[[|[[a/|{{<|{.a |==|==a |[@|@a|%%|{--|:::\n|\\begin{\n".split("|"),
)
def test_marks_that_are_never_closed_take_time_by_their_number(piece: str) -> None:
    start = time.process_time()
    read("word\n\n" + piece * (50_000 // len(piece)) + "\n\nend")
    assert time.process_time() - start < 30  # a quadratic reader would need hours
