"""Files of the reading order that are no pages, and what stands in for them."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book
from narrate.readers.epub import read_epub
from narrate.readers.epub.fallbacks import is_page

PAGES = {"a.xhtml": page("<h1>One</h1><p>First.</p>"), "z.xhtml": page("<h1>Two</h1><p>Last.</p>")}
F = page("<p>In words.</p>")


def item(name: str, kind: str, fallback: str = "") -> str:
    return f'<item id="{name}" href="{name}" media-type="{kind}"' + (f' fallback="{fallback}"/>' if fallback else "/>")


def read(items: str, name: str, extra: dict[str, str | bytes], toc: str | None = None) -> Book:
    spine = ["a.xhtml", name, "z.xhtml"]
    return read_epub(epub(PAGES, items=items, spine=spine, extra=extra, toc=toc), "x.epub", "x")


def texts(book: Book) -> list[str]:
    return [b.text for c in book.chapters for b in c.blocks if b.level == 0]


PAGE_F = item("f.xhtml", "application/xhtml+xml")


@pytest.mark.parametrize(
    ("items", "name"),
    [
        (item("d.json", "application/json", "f.xhtml") + PAGE_F, "d.json"),
        (item("d.png", "image/png", "f.xhtml") + PAGE_F, "d.png"),
        (item("d.json", "application/json", "e.png") + item("e.png", "image/png", "f.xhtml") + PAGE_F, "d.json"),
        (item("d.svg", "image/svg+xml", "f.xhtml") + PAGE_F, "d.svg"),
    ],
)
def test_a_part_that_is_no_page_gives_way_to_its_fallback(items: str, name: str) -> None:
    extra: dict[str, str | bytes] = {
        "OEBPS/d.json": '{"do": "not read"}', "OEBPS/d.png": b"x", "OEBPS/e.png": b"x", "OEBPS/f.xhtml": F,
        "OEBPS/d.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>',
    }  # fmt: skip
    assert texts(read(items, name, extra)) == ["First.", "In words.", "Last."]


def test_contents_that_name_the_part_name_its_fallback() -> None:
    toc = nav(links(("One", "a.xhtml"), ("Data", "d.json"), ("Two", "z.xhtml")))
    extra: dict[str, str | bytes] = {"OEBPS/d.json": "{}", "OEBPS/f.xhtml": F}
    book = read(item("d.json", "application/json", "f.xhtml") + PAGE_F, "d.json", extra, toc)
    assert [chapter.title for chapter in book.chapters] == ["One", "Data", "Two"]


@pytest.mark.parametrize("fallback", ["", "d.json", "nowhere", "e.png"])
def test_a_part_without_a_page_to_stand_in_is_left_out_and_told(fallback: str) -> None:
    items = item("d.json", "application/json", fallback) + item("e.png", "image/png", "d.json")
    book = read(items, "d.json", {"OEBPS/d.json": '{"do": "not read"}', "OEBPS/e.png": b"x"})
    assert texts(book) == ["First.", "Last."]
    assert "OEBPS/d.json" in [skipped.what for skipped in book.skipped]


def test_a_drawing_with_words_is_read_itself_and_a_fallback_of_two_once() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text>Drawn words</text></svg>'
    extra: dict[str, str | bytes] = {"OEBPS/d.svg": drawing, "OEBPS/f.xhtml": F}
    assert texts(read(item("d.svg", "image/svg+xml", "f.xhtml") + PAGE_F, "d.svg", extra))[1] == "Drawn words"
    twice = item("d.json", "application/json", "a.xhtml")
    assert texts(read(twice, "d.json", {"OEBPS/d.json": "{}"})) == ["First.", "Last."]


@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        ("a.xhtml", "application/xhtml+xml", True), ("a.html", "", True), ("a", "application/octet-stream", True),
        ("a.xhtml", "text/x-whatever", True), ("a.json", "", False), ("a.jpg", "image/jpeg", False),
        ("a.xhtml", "application/xhtml+xml; charset=utf-8", True), ("a.css", "text/css", False),
    ],
)  # fmt: skip
def test_what_is_a_page(file: str, kind: str, expected: bool) -> None:
    assert is_page(file, kind) == expected
