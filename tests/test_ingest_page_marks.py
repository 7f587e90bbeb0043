"""Marks of notes in braces and of rarer signs, numbers of pages in blocks, ornaments and links that are no text."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Block
from narrate.readers.epub import read_epub


def read(body: str, language: str = "en") -> list[str]:
    metadata = f"<dc:title>T</dc:title><dc:language>{language}</dc:language>"
    book = read_epub(epub({"a.xhtml": page(body)}, toc=nav(links(("T", "a.xhtml"))), metadata=metadata), "x.epub", "x")
    blocks: list[Block] = [block for chapter in book.chapters for block in chapter.blocks]
    return [block.text or "***" for block in blocks]


@pytest.mark.parametrize(
    "body",
    [
        "<p>It was so† and no more.§ Then it ended.</p><p>† In May.</p><p>§ In July.</p>",
        "<p>It was so‖ and no more.¶ Then it ended.</p><p>‖ In May.</p><p>¶ In July.</p>",
        "<p>It was so{1} and no more.{2} Then it ended.</p><h3>FOOTNOTES</h3><p>{1} In May.</p><p>{2} In July.</p>",
        "<p>It was so<span class='c2'>1</span> and no more.<span class='c2'>2</span> Then it ended.</p>"
        "<div class='_idFootnotes'><p class='Footnote'><span>1</span> In May.</p><p class='Footnote'>2 Late.</p></div>",
        "<p>It was so※1 and no more. Then it ended.</p><p>※1 In May.</p>",
        "<p>It was so{1} and no more. Then it ended.</p><h3>Anmerkungen</h3><p>{1} Im Mai.</p>",
    ],
)
def test_marks_lead_to_the_notes_that_open_with_them(body: str) -> None:
    assert read(body) == ["It was so and no more. Then it ended."]


@pytest.mark.parametrize(
    "text",
    [
        "He broke § 3 of the law, and Art. 5§2 too.",
        "It was so.§ Nobody knew why.",
        "It was Route<span class='c2'>1</span> and Route<span class='c2'>2</span> that she took.",
        "The set {1} has one element, and the set {2} too, but {1} comes first.",
    ],
)
def test_signs_and_braces_without_notes_are_text(text: str) -> None:
    assert read(f"<p>{text}</p>") == [text.replace("<span class='c2'>", "").replace("</span>", "")]


@pytest.mark.parametrize(
    "number",
    [
        "<div class='page'>[Pg 12]</div>",
        "<p class='pb'>{12}</p>",
        "<div class='folio'><span>[12]</span></div>",
        "<div class='seite'>[S. 12]</div>",
    ],
)
def test_a_pages_number_in_a_block_of_its_own_tears_no_paragraph(number: str) -> None:
    body = f"<p>The captain said that the boat would never</p>{number}<p>come back, and he was right.</p>"
    assert read(body) == ["The captain said that the boat would never come back, and he was right."]


def test_a_block_called_a_page_is_read() -> None:
    assert read("<div class='page'>12 boats came.</div><div class='page'>12</div>") == ["12 boats came.", "12"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>It sank. <span aria-hidden='true'>☙</span> So they say.</p>", ["It sank. So they say."]),
        ("<p>It sank.</p><p><span aria-hidden='true'>☙</span></p><p>So.</p>", ["It sank.", "***", "So."]),
        ("<p>It sank <span aria-hidden='true'>–</span> so they say.</p>", ["It sank – so they say."]),
        ("<p><a class='skip-link' href='#x'>Skip to content</a></p><p id='x'>It sank.</p>", ["It sank."]),
        ("<p><a class='skip' href='#x'>Zum Inhalt</a></p><p id='x'>Es sank.</p>", ["Es sank."]),
        ("<p><a class='skipper' href='#x'>Captain Reed</a> sank.</p><p id='x'>So.</p>", ["Captain Reed sank.", "So."]),
    ],
)
def test_what_is_there_for_the_eye_or_to_be_pressed_is_no_text(body: str, said: list[str]) -> None:
    assert [text.replace("  ", " ") for text in read(body)] == said


@pytest.mark.parametrize(
    ("body", "said", "language"),
    [
        (
            "Ein Absatz, der hier ab-<br/>bricht und weiter-<br/>geht.",
            "Ein Absatz, der hier abbricht und weitergeht.",
            "de",
        ),
        ("Sie ging durch Vor-<br/>und Hauptraum davon.", "Sie ging durch Vor- und Hauptraum davon.", "de"),
        ("It was a light-<br/> <i>house</i> that he saw.", "It was a lighthouse that he saw.", "en"),
        ("It was well-known. A well-<br/>known thing is that.", "It was well-known. A well-known thing is that.", "en"),
        ("It was a <i>light-</i><br/>house that he saw.", "It was a lighthouse that he saw.", "en"),
    ],
)
def test_a_word_that_a_line_break_cuts_is_one_word(body: str, said: str, language: str) -> None:
    assert read(f"<p>{body}</p>", language) == [said]
