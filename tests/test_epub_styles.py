"""What style sheets hide, and the rows that they make."""

import pytest
from epubs import epub, page

from narrate.readers.epub import read_epub
from narrate.readers.epub.sheets import applies


def texts(markup: str, css: str = "", *, head: str = "", extra: dict[str, str | bytes] | None = None) -> list[str]:
    head = head or f"<style>{css}</style>"
    source = page(f"<p>begin</p>{markup}").replace("</head>", f"{head}</head>")
    book = read_epub(epub({"a.xhtml": source}, extra=extra), "x.epub", "x")
    return [f"+{block.text}" if block.continues else block.text for c in book.chapters for block in c.blocks][1:]


@pytest.mark.parametrize(
    ("css", "markup", "expected"),
    [
        (".no{display:none}", '<p>a <i class="no">no</i>b</p><p class="no">no</p>', ["a b"]),
        ("p.no { Display : None }", '<p class="no">no</p><div class="no">b</div>', ["b"]),
        (".a{visibility:hidden}", '<p class="a">no</p><p>b</p>', ["b"]),
        ("#a, #b{display:none}", '<p id="a">no</p><p id="b">no</p><p>c</p>', ["c"]),
        ("div > p.a{display:none}", '<div><p class="a">no</p></div><section><p class="a">b</p></section>', ["b"]),
        ("div p{display:none} div p.b{display:block}", '<div><p>no</p><p class="b">b</p></div>', ["b"]),
        ("p.b{display:block} .b{display:none}", '<p class="b">b</p>', ["b"]),
        (".b{display:none} .b{display:block}", '<p class="b">b</p>', ["b"]),
        (".a{display:none!important} p.a{display:block}", '<p class="a">no</p><p>b</p>', ["b"]),
        (".b{display:none}", '<p class="b" style="display: block">b</p>', ["b"]),
        ('[class~="a"]{display:none}', '<p class="x a">no</p><p>b</p>', ["b"]),
        ("@media screen{.a{display:none}}", '<p class="a">no</p><p>b</p>', ["b"]),
        ("@media print{.b{display:none}}", '<p class="b">b</p>', ["b"]),
        (".a{display:none} @media print{.a{display:block}}", '<p class="a">no</p><p>b</p>', ["b"]),
        ("@media aural{.a{display:none}}", '<p class="a">no</p><p>b</p>', ["b"]),
        ("@media amzn-kf8{.b{display:none}}", '<p class="b">b</p>', ["b"]),
        (".a{speak:none}", '<p class="a">no</p><p>b</p>', ["b"]),
        (".b{opacity:0;font-size:0}", '<p class="b">b</p>', ["b"]),
        (".b:hover, .b::before, .b:what{display:none}", '<p class="b">b</p>', ["b"]),
        ("body{display:none}", "<p>b</p>", ["b"]),  # a script would show it
        ("/* .b{display:none} */ .b{color:red", '<p class="b">b</p>', ["b"]),
        (".b{visibility:hidden} .b i{visibility:visible}", '<p class="b"><i>b</i></p>', ["b"]),
    ],
)
def test_what_a_style_sheet_hides_is_not_read(css: str, markup: str, expected: list[str]) -> None:
    assert texts(markup, css) == expected


def test_a_style_in_the_body_counts() -> None:
    assert texts('<style>.no{display:none}</style><p class="no">no</p><p>b</p>', head="<meta/>") == ["b"]


def test_what_is_hidden_is_told() -> None:
    source = page('<p>a</p><p class="no">no</p>').replace("</head>", "<style>.no{display:none}</style></head>")
    assert [s.what for s in read_epub(epub({"a.xhtml": source}), "x.epub", "x").skipped][-1] == "1 hidden passage"


def test_linked_and_imported_sheets_count_and_alternate_ones_do_not() -> None:
    links = (
        '<link rel="stylesheet" href="css/a.css"/><link rel="alternate stylesheet" href="c.css"/>'
        '<link rel="stylesheet" media="print" href="c.css"/><link rel="stylesheet" href="../../../etc/passwd"/>'
    )
    extra: dict[str, str | bytes] = {
        "OEBPS/css/a.css": "@import url('b.css'); @import 'a.css'; .a{display:none}",
        "OEBPS/css/b.css": ".b{display:none}",
        "OEBPS/c.css": ".c{display:none}",
    }
    assert texts('<p class="a">no</p><p class="b">no</p><p class="c">c</p>', head=links, extra=extra) == ["c"]


def test_a_note_that_is_hidden_until_its_mark_is_touched_is_a_note_still() -> None:
    markup = '<p>a<a epub:type="noteref" href="#n">1</a></p><aside epub:type="footnote" id="n"><p>Note.</p></aside>'
    source = page(markup).replace("</head>", "<style>aside{display:none}</style></head>")
    assert "1 note" in [s.what for s in read_epub(epub({"a.xhtml": source}), "x.epub", "x").skipped]


@pytest.mark.parametrize(
    ("css", "markup", "expected"),
    [
        (".s span{display:block}", '<p class="s"><span>The moon</span><span>and stone</span></p>',
         ["The moon", "+and stone"]),
        ("h1 span{display:block}", "<h1><span>One</span><span>The Start</span></h1><p>b</p>", ["One The Start", "b"]),
        (".d{display:block;float:left}", '<p><span class="d">O</span>nce upon.</p>', ["Once upon."]),
        (".v{white-space:pre-line}", '<p class="v">\n The moon\n  And stone\n</p>', ["The moon", "+And stone"]),
        (".v{white-space:normal}", "<p class='v'>The moon\nAnd stone</p>", ["The moon And stone"]),
    ],
)  # fmt: skip
def test_rows_that_a_style_sheet_makes_are_rows(css: str, markup: str, expected: list[str]) -> None:
    assert texts(markup, css) == expected


@pytest.mark.parametrize(
    ("media", "holds"),
    [
        ("", True), ("all", True), ("screen, print", True), ("print", False), ("not print", True),
        ("only screen", True),
        ("(min-width: 30em)", True), ("screen and (max-width: 400px)", False), ("(orientation: landscape)", False),
        ("not all and (monochrome)", True), ("tv", False), ("(min-color: 8)", False), ("((((", False),
    ],
)  # fmt: skip
def test_media_are_those_of_a_page_that_is_looked_at_or_read_aloud(media: str, holds: bool) -> None:
    assert applies(media) == holds


def test_a_page_that_is_too_deep_for_selectors_is_read_without_them() -> None:
    deep = "<div>" * 300 + '<p class="a">a</p>' + "</div>" * 300
    assert texts(deep, "div .a{display:none}") == ["a"]


def test_a_selector_that_looks_at_too_much_is_left_out_alone() -> None:
    css = "* " * 9 + "p{display:none} .no{display:none}"
    assert texts("<div>" * 20 + '<p>a</p><p class="no">b</p>' + "</div>" * 20, css) == ["a"]
