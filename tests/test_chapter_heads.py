"""A chapter's number and name are said once, whatever the page has them in."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book
from narrate.readers import is_chapter_number
from narrate.readers.epub import read_epub
from narrate.readers.markdown import read_markdown
from narrate.readers.text import read_text
from narrate.speakers.adapt import adapt

TEXT = "It was a morning in May. "
LONG = TEXT * 8


def said(book: Book) -> list[list[str]]:
    """What is spoken of each chapter, its running text left out."""
    return [
        [line.text for line in script.lines if line.speakable and line.text != TEXT.strip()] for script in adapt(book)
    ]


def epub_book(markup: str, title: str) -> Book:
    data = epub({"a.xhtml": page(markup), "b.xhtml": page(f"<p>{LONG}</p>")}, toc=nav(links((title, "a.xhtml"))))
    return read_epub(data, "x.epub", "x")


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        ("<p>CHAPTER I</p><h2>The Start</h2>", "Chapter I. The Start", ["CHAPTER I", "The Start"]),
        ("<p>CHAPTER I</p><h2>The Start</h2>", "The Start", ["CHAPTER I", "The Start"]),
        ("<p>I.</p><h2>The Start</h2>", "I. The Start", ["I.", "The Start"]),
        ("<p>1</p><h2>The Start</h2>", "Chapter 1: The Start", ["1", "The Start"]),
        ("<h2>The Start</h2><p>I</p>", "I. The Start", ["The Start", "I"]),
        ("<p>CHAPTER I</p><p>The Start</p>", "Chapter I. The Start", ["CHAPTER I", "The Start"]),
        ("<h2>Chapter I</h2><p>The Start</p>", "Chapter I. The Start", ["Chapter I", "The Start"]),
        ("<p>Chapter I. The Start</p>", "Chapter I. The Start", ["Chapter I. The Start"]),
        ("<h2>Chapter I</h2><p>I.</p>", "Chapter I", ["Chapter I"]),
        ("<h2>Chapter I</h2><p>I.</p>", "Chapter I. The Start", ["Chapter I. The Start"]),
        ("<h2>Chapter One</h2><p>1</p>", "Chapter One", ["Chapter One"]),
        ("<p>I.</p><h2>Chapter I</h2>", "Chapter I", ["Chapter I"]),
        ("<p>I.</p>", "Chapter I", ["Chapter I"]),
        ("<p>I.</p><h2>I. The Start</h2>", "I. The Start", ["I. The Start"]),
        ("<h2>Chapter I</h2><h3>Chapter I</h3>", "Chapter I", ["Chapter I"]),
        ("<p>Erstes Kapitel</p><h2>Der Anfang</h2>", "Erstes Kapitel. Der Anfang", ["Erstes Kapitel", "Der Anfang"]),
        ("<p>第一章</p><h2>始まり</h2>", "第一章 始まり", ["第一章", "始まり"]),
        ("<h2>Part I</h2><p>I.</p>", "Part I", ["Part I", "I."]),  # its first chapter
        ("<h2>Loomings</h2>", "1. Loomings", ["Loomings"]),
        ("<h2>Chapter One</h2>", "1. Loomings", ["Chapter One"]),
    ],
)
def test_number_and_name_are_said_once(head: str, title: str, expected: list[str]) -> None:
    assert said(epub_book(f"{head}<p>{LONG}</p>", title)) == [expected]


def test_numbers_that_count_sections_stay() -> None:
    markup = f"<h2>Chapter I</h2><p>I.</p><p>{LONG}</p><p>II.</p><p>{LONG}</p>"
    assert said(epub_book(markup, "Chapter I")) == [["Chapter I", "I.", "II."]]
    markup = f"<p>I.</p><p>{LONG}</p><p>II.</p><p>{LONG}</p>"
    assert said(epub_book(markup, "The Start")) == [["The Start", "I.", "II."]]


def test_a_word_cut_off_from_its_sentence_is_no_number() -> None:
    assert said(epub_book(f"<p>I</p><p>was there.</p><p>{LONG}</p>", "The Start")) == [["The Start", "I", "was there."]]


def test_a_number_before_the_place_that_the_contents_name_opens_that_chapter() -> None:
    markup = "".join(
        f'<p>CHAPTER {number}</p><h2 id="{number}">{name}</h2><p>{LONG}</p>'
        for number, name in (("I", "The Start"), ("II", "The End"))
    )
    toc = nav(links(("The Start", "a.xhtml#I"), ("The End", "a.xhtml#II")))
    book = read_epub(epub({"a.xhtml": page(markup)}, toc=toc), "x.epub", "x")
    assert said(book) == [["CHAPTER I", "The Start"], ["CHAPTER II", "The End"]]


def test_a_markdown_chapters_number_and_name_are_said_once() -> None:
    text = f"# A Book\n\nCHAPTER I\n\n## The Start\n\n{LONG}\n\nCHAPTER II\n\n## The End\n\n{LONG}\n"
    book = read_markdown(text.encode(), "x.md", "x")
    assert [chapter.title for chapter in book.chapters] == ["The Start", "The End"]
    assert said(book)[1] == ["CHAPTER II", "The End"]
    book = read_markdown(f"## Chapter I\n\nI.\n\n{LONG}\n\n## Chapter II\n\nII.\n\n{LONG}\n".encode(), "x.md", "x")
    assert said(book) == [["Chapter I"], ["Chapter II"]]


def test_a_text_chapters_number_is_said_once() -> None:
    text = f"CHAPTER I\n\nI.\n\n{LONG}\n\nCHAPTER II\n\nII.\n\n{LONG}\n"
    book = read_text(text.encode(), "x.txt", "x")
    assert [chapter.title for chapter in book.chapters] == ["CHAPTER I", "CHAPTER II"]
    assert said(book) == [["CHAPTER I"], ["CHAPTER II"]]


@pytest.mark.parametrize("text", ["Just a line.", "7", "Just a line.\n\nAnd one."])
@pytest.mark.parametrize("name", ["", "Just a line"])
def test_the_text_of_a_book_is_no_head(text: str, name: str) -> None:
    """Where no heading says it, a paragraph is read as one, though a title was made of it."""
    for read in (read_text, read_markdown):
        lines = [line.text for script in adapt(read(text.encode(), "x", name)) for line in script.lines[1:]]
        assert lines == text.split("\n\n")


def test_a_number_that_comes_twice_is_twice_in_the_text() -> None:
    assert said(epub_book(f"<p>1</p><p>1</p><p>{LONG}</p>", "The Start")) == [["1", "1"]]


def test_a_chapter_keeps_its_only_words() -> None:
    data = epub(
        {"a.xhtml": page("<p>The End</p>"), "b.xhtml": page(f"<p>{LONG}</p>")},
        toc=nav(links(("The End", "a.xhtml"), ("More", "b.xhtml"))),
    )
    assert [line.text for line in adapt(read_epub(data, "x.epub", "x"))[0].lines] == ["The End", "The End"]


def test_a_paragraph_that_is_the_book_s_title_is_said_once() -> None:
    assert said(read_text(f"The Weir\n\n{LONG}\n".encode(), "x.txt", "The Weir")) == [["The Weir"]]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CHAPTER XII.", True),
        ("— 7 —", True),
        ("Chapter the Last", True),
        ("Chapitre premier", True),
        ("Глава первая", True),
        ("第十二章", True),
        ("제3장", True),
        ("Part of it", False),
        ("Book him.", False),
        ("Li.", False),
        ("i", False),
        ("I was", False),
        ("1850", False),
        ("", False),
    ],
)
def test_a_chapter_s_number_is_told_from_other_headings(text: str, number: bool) -> None:
    assert is_chapter_number(text) is number
