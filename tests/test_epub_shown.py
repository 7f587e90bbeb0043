"""What a page shows and does not hold as text, and what it holds and does not show."""

import pytest
from epubs import epub, page

from narrate.book import Reading
from narrate.readers.epub import read_epub

SVG = 'xmlns="http://www.w3.org/2000/svg"'
OPS = 'xmlns:epub="http://www.idpf.org/2007/ops"'


def texts(markup: str, language: str = "en", reading: Reading | None = None) -> list[str]:
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    book = read_epub(epub({"a.xhtml": page(markup)}, metadata=metadata), "x.epub", "x", reading)
    return [block.text for chapter in book.chapters for block in chapter.blocks]


def left_out(markup: str) -> list[str]:
    return [s.what for s in read_epub(epub({"a.xhtml": page(markup)}), "x.epub", "x").skipped]


@pytest.mark.parametrize(
    ("language", "markup", "expected"),
    [
        ("en", "<p><q>Come, <q>my dear</q>,</q> he said.</p>", "“Come, ‘my dear’,” he said."),
        ("fr", "<p><q>Venez,</q> dit-il.</p>", "« Venez, » dit-il."),
        ("de", '<p><q>Komm,</q> sagte er. <q lang="en">Go</q></p>', "„Komm,“ sagte er. “Go”"),
        ("ja", "<p><q><q>行く</q>と言った</q></p>", "「『行く』と言った」"),
        ("en", "<p><q><em>Come</em></q></p>", "“Come”"),
        ("en", "<p>“<q>Come,</q>” <q>“Go,”</q> <q>‘Now’</q></p>", "“Come,” “Go,” ‘Now’"),  # they are written
        ("fr", "<p>Il dit : <q>«Oui»</q></p>", "Il dit : «Oui»"),
        ("en", "<p>a<q/> b</p>", "a b"),
        ("en", "<p>“He said <q>yes</q> to me,” she said. <q>No.</q></p>", "“He said ‘yes’ to me,” she said. “No.”"),
    ],
)
def test_a_quotation_has_the_marks_of_its_language_once(language: str, markup: str, expected: str) -> None:
    assert texts(markup, language) == [expected]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<p><span class="sr-only">Once</span><span aria-hidden="true"><b>O</b>nce</span> upon</p>', ["Once upon"]),
        ('<p><i>Then</i><span aria-hidden="true"><b>T</b>HEN</span> it rang</p>', ["Then it rang"]),
        ('<p><span aria-hidden="true">½</span><span class="visually-hidden">one half</span> cup</p>', ["one half cup"]),
        ('<p><i aria-hidden="true">★★★</i> <i class="visuallyhidden">three stars</i></p>', ["three stars"]),
        (
            '<h1><b class="sr-only">Chapter One</b><i aria-hidden="true">C</i><i aria-hidden="true">hapter One</i></h1>'
            "<p>a</p>",
            ["Chapter One", "a"],
        ),
        ('<div class="screen-reader-text">It rang.</div><div aria-hidden="true"><p>IT RANG.</p></div>', ["It rang."]),
        (
            '<p><b class="sr-only">Once</b><i aria-hidden="true"><img alt="O" src="o.png"/>nce</i> upon</p>',
            ["Once upon"],
        ),
        (
            '<p>So <span class="k"><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></span>'
            '<span aria-hidden="true"><b>x</b><b>2</b></span> is.</p>',
            ["So x is."],
        ),
        ('<p><img alt="O" src="o.png" aria-hidden="true"/><b class="sr-only">O</b>nce upon</p>', ["Once upon"]),
        # Alone it is text, and a label is none.
        ('<p>The bell<span aria-hidden="true">, the old bell,</span> rang.</p>', ["The bell, the old bell, rang."]),
        ('<p aria-hidden="true">All of it.</p><p>More.</p>', ["All of it.", "More."]),
        ('<p aria-label="A letter">Dear Sir.</p>', ["Dear Sir."]),
        (
            '<p><b class="sr-only">Page 2</b> <span aria-hidden="true">A much longer text of the page.</span></p>',
            ["Page 2 A much longer text of the page."],
        ),
    ],
)
def test_what_is_there_for_screen_readers_as_well_is_said_once(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


MATH = 'required-namespace="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (f"<epub:case {MATH}><p>sum</p></epub:case><epub:default><p>words</p></epub:default>", "words"),
        ('<epub:case required-namespace="x"><p>C</p></epub:case><epub:default><p>words</p></epub:default>', "words"),
        (f'<epub:case {MATH}><p>sum</p></epub:case><epub:default><img src="a.png"/></epub:default>', "sum"),
        ("<epub:default><p>words</p></epub:default>", "words"),
    ],
)
def test_a_switch_shows_one_of_its_branches(branches: str, expected: str) -> None:
    assert texts(f"<p>a</p><epub:switch {OPS}>{branches}</epub:switch><p>b</p>") == ["a", expected, "b"]


def test_words_for_other_readers_and_to_be_pressed_are_left_out_and_told() -> None:
    markup = (
        '<p>a</p><object data="a.swf"><p>Nothing to show.</p></object><noscript><p>No scripts.</p></noscript>'
        "<p>b <button>Check</button></p><select><option>One</option></select><object><p>c</p></object>"
    )
    assert texts(markup) == ["a", "b", "c"]
    told = left_out(markup)
    assert "2 texts for readers that lack something" in told
    assert "2 buttons and menus" in told


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        (f"<svg {SVG}><title>A sign</title><desc>no</desc><text>KEEP OUT</text></svg>", "KEEP OUT"),
        (
            f"<svg {SVG}><defs><text>no</text></defs><g><text>Keep <tspan>out</tspan> now</text></g></svg>",
            "Keep out now",
        ),
        (f'<svg {SVG}><text display="none">no</text><a><text>The way</text></a></svg>', "The way"),
        (f"<svg {SVG}><foreignObject><p>Inside.</p></foreignObject></svg>", "Inside."),
        (f'<svg {SVG}><defs><text id="a">Used words</text></defs><use href="#a"/></svg>', "Used words"),
        (f'<svg {SVG}><text><tspan x="1">The</tspan><tspan x="9">fox</tspan></text></svg>', "The fox"),
        (f'<svg {SVG}><text><tspan x="1">T</tspan><tspan x="2">o</tspan></text></svg>', "To"),
        (f"<svg {SVG}><text>10</text><text>20</text></svg>", ""),  # a scale
        (f"<svg {SVG}><title>no</title><path/></svg>", ""),
    ],
)
def test_words_that_are_drawn_are_read(drawing: str, expected: str) -> None:
    assert texts(f"<p>a</p><div>{drawing}</div><p>b</p>") == ["a", *filter(None, [expected]), "b"]
    assert texts(f"<p>a</p><div>{drawing}</div><p>b</p>", reading=Reading(figures="skip")) == ["a", "b"]


def test_a_drawn_letter_opens_its_word() -> None:
    assert texts(f"<p><svg {SVG}><text>O</text></svg>nce upon</p>") == ["Once upon"]


def test_a_page_that_is_a_drawing_is_read() -> None:
    drawing = f"<svg {SVG}><title>Two</title><text y='1'>The fox went out</text><text y='2'>on a night.</text></svg>"
    data = epub({"a.xhtml": page("<p>a</p>"), "b.svg": drawing})
    told = " ".join(block.text for chapter in read_epub(data, "x.epub", "x").chapters for block in chapter.blocks)
    assert told == "a The fox went out on a night."


@pytest.mark.parametrize(
    ("ruby", "expected"),
    [
        ("<ruby>絶<rt>・</rt>対<rt>・</rt></ruby>", "絶対"),
        ("<ruby>二度<rp>（</rp><rt>﹅﹅</rt><rp>）</rp></ruby>", "二度"),
        ("<ruby><rb>絶</rb><rt>●</rt></ruby>", "絶"),
        ("<ruby>港<rt>みなと</rt></ruby>", "みなと"),
    ],
)
def test_dots_above_letters_are_no_reading(ruby: str, expected: str) -> None:
    assert texts(f"<p>{ruby}だ</p>", "ja") == [f"{expected}だ"]


@pytest.mark.parametrize("ditto", ['"', "”", "″", "〃", "do.", "-„-", "—〃—", "''", "ditto", "—»—", "-//-"])
def test_a_ditto_mark_says_what_the_cell_above_says(ditto: str) -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>"
    table = f"<table>{row.format('Pell', 'Harrow')}{row.format('Reed', ditto)}{row.format('Hale', ditto)}</table>"
    assert texts(table) == ["Pell, Harrow", "Reed, Harrow", "Hale, Harrow"]


def test_quotations_in_a_table_are_no_ditto_marks() -> None:
    assert texts('<table><tr><td>“Yes”</td><td>"</td></tr><tr><td>"No"</td><td>x</td></tr></table>') == [
        "“Yes”",
        '"No" x',
    ]


def test_a_ditto_mark_counts_columns_and_may_stand_for_a_word() -> None:
    first = '<tr><td rowspan="2">A</td><td>one</td><td>Harrow Street</td></tr>'
    table = f'<table>{first}<tr><td>two</td><td>"</td></tr><tr><td colspan="2">B</td><td>" Lane</td></tr></table>'
    assert texts(table) == ["A, one, Harrow Street", "two, Harrow Street", "B, Harrow Lane"]


def test_what_opens_only_when_it_is_asked_for_is_left_out() -> None:
    assert texts('<p>a</p><dialog>no</dialog><dialog open="open">b</dialog><p>c <meter>no</meter></p>') == [
        "a",
        "b",
        "c",
    ]
