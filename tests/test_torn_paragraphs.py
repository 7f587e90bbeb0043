"""Paragraphs that a page's or a file's end has torn, and those that only look so."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Block, Book, Span
from narrate.readers.epub import read_epub


def read(markup: str, language: str = "en") -> Book:
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    return read_epub(epub({"a.xhtml": page(markup)}, metadata=metadata), "x.epub", "x")


def blocks(book: Book) -> list[Block]:
    return [block for chapter in book.chapters for block in chapter.blocks]


def texts(book: Book) -> list[str]:
    return [block.text or "***" for block in blocks(book)]


@pytest.mark.parametrize(
    ("language", "parts", "expected"),
    [
        ("en", ["He said that the boat would never come", "back to the harbour."],
         "He said that the boat would never come back to the harbour."),
        ("en", ["He spoke of the weath-", "er, too."], "He spoke of the weather, too."),
        ("en", ["He spoke of the weath&#173;", "er, too."], "He spoke of the weather, too."),
        ("en", ["The boat that he saw was", "an old one and it had", "no sail at all."],
         "The boat that he saw was an old one and it had no sail at all."),
        ("en", ["“Come in,”", "said Martha."], "“Come in,” said Martha."),
        ("en", ["He saw the mother-in-", "law."], "He saw the mother-in-law."),
        ("de", ["Sie sah die alte Brücke und den Kirch-", "turm."], "Sie sah die alte Brücke und den Kirchturm."),
        ("ru", ["Он пошёл домой и увидел", "лодку."], "Он пошёл домой и увидел лодку."),
        ("ja", ["彼は昨日の朝早くに港へ", "行った。"], "彼は昨日の朝早くに港へ行った。"),
        ("fr", ["Il disait que le bateau était", "à quai."], "Il disait que le bateau était à quai."),
    ],
)  # fmt: skip
def test_a_torn_paragraph_is_whole(language: str, parts: list[str], expected: str) -> None:
    assert texts(read("".join(f"<p>{part}</p>" for part in parts), language)) == [expected]
    assert texts(read('<p class="pagenum">12</p>'.join(f"<p>{part}</p>" for part in parts), language)) == [expected]
    assert texts(read("<p>&#160;</p>".join(f"<p>{part}</p>" for part in parts), language)) == [expected]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>He wrote three words</p><p>The ferry is lost</p><p>and then he slept.</p>",
        "<p>He wrote a great many words</p><p>The ferry is lost.</p>",
        "<p>He was late, and it was over.</p><p>and then he slept.</p>",
        "<p>He wanted three things of us:</p><p>bread and butter.</p>",
        "<p>apples and pears and plums</p><p>bread and butter and cheese</p><p>wine and water</p>",
        "<p>He bought some things there and</p><ul><li>apples.</li></ul>",
        "<ul><li>apples and pears and plums</li><li>bread.</li></ul>",
        "<p>Dear Mum,</p><p>i am well.</p>",
        "<p>He was here and then</p><hr/><p>and there.</p>",
        "<h2>A chapter of the sea and</h2><p>the land.</p>",
        '<div class="poem"><p>The moon is on the water</p><p>and the stone.</p></div>',
        "<p>14 Quay Street<br/>Whitby in the far north</p><p>near the sea.</p>",
    ],
)
def test_what_only_looks_torn_stays_apart(markup: str) -> None:
    told = texts(read(markup))
    assert len(told) >= markup.count("<p>") + markup.count("<li>")


def test_a_book_that_opens_paragraphs_in_small_letters_keeps_them() -> None:
    told = ["the moon rose.", "the sea fell.", "it was late", "in the day.", "so."]
    assert texts(read("".join(f"<p>{text}</p>" for text in told))) == told


def test_a_word_cut_by_a_rule_at_a_pages_end_is_one() -> None:
    assert texts(read("<p>He was at the sta-</p><hr/><p>tion.</p>")) == ["He was at the station."]


def test_a_paragraph_goes_on_in_the_next_file_of_its_chapter_alone() -> None:
    pages = {"a.xhtml": page("<p>He said that it was</p>"), "b.xhtml": page("<p>late. He left.</p>")}
    one = read_epub(epub(pages, toc=nav(links(("One", "a.xhtml")))), "x.epub", "x")
    assert texts(one) == ["He said that it was late. He left."]
    two = read_epub(epub(pages, toc=nav(links(("One", "a.xhtml"), ("Two", "b.xhtml")))), "x.epub", "x")
    assert texts(two) == ["He said that it was", "late. He left."]


def test_other_languages_keep_their_places() -> None:
    book = read('<p>He was <i lang="fr">très</i> glad of weath-</p><p>er and of <i lang="fr">le chat</i> there.</p>')
    (block,) = blocks(book)
    assert block.text == "He was très glad of weather and of le chat there."
    assert [block.text[span.start : span.end] for span in block.spans] == ["très", "le chat"]
    assert all(isinstance(span, Span) for span in block.spans)
