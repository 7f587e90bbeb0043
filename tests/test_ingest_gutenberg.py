"""Project Gutenberg's frame in EPUBs of every age is left out and told; the book between is whole."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book, Reading
from narrate.readers.epub import read_epub

USE = "This eBook is for the use of anyone anywhere in most parts of the world with almost no restrictions."
FIELDS = "Title: Nine Boats\n\nAuthor: Ann Hale\n\nRelease Date: May 1, 2008 [EBook #25000]\n\nLanguage: English"
START = "*** START OF THIS PROJECT GUTENBERG EBOOK NINE BOATS ***"
END = "*** END OF THIS PROJECT GUTENBERG EBOOK NINE BOATS ***"
PREPARED = "Produced by B. Reed and the Online Distributed Proofreading Team at https://www.pgdp.net"
LICENCE = "Updated editions will replace the old one. Section 1. General Terms of Use of Project Gutenberg"
HEAD, NEXT = "<h1>Nine Boats</h1><h2 id='c1'>Chapter I</h2>", "<h2 id='c2'>Chapter II</h2>"
BOOK = f"{HEAD}<p>The boats lay still.</p>{NEXT}<p>It froze.</p>"
SAID = ["Nine Boats", "Chapter I", "The boats lay still.", "Chapter II", "It froze."]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


FRAMES = {
    "preformatted": (
        f"<pre>\nThe Project Gutenberg EBook of Nine Boats, by Ann Hale\n\n{USE}\n\n{FIELDS}\n\n{START}\n\n"
        f"{PREPARED}\n</pre>",
        f"<pre>\nEnd of the Project Gutenberg EBook of Nine Boats, by Ann Hale\n\n{END}\n\n{LICENCE}\n</pre>",
    ),
    "paragraphs": (
        paragraphs("The Project Gutenberg EBook of Nine Boats", USE, *FIELDS.split("\n\n"), START, PREPARED),
        paragraphs("End of Project Gutenberg’s Nine Boats, by Ann Hale", END, LICENCE),
    ),
    "rows": (
        f"<div>The Project Gutenberg EBook of Nine Boats<br/>{USE}<br/>*** START OF THE PROJECT GUTENBERG EBOOK<br/>"
        "NINE BOATS ***</div>",
        f"<div>*** END OF THE PROJECT GUTENBERG EBOOK<br/>NINE BOATS ***<br/>{LICENCE}</div>",
    ),
    "sections": (
        "<section class='pg-boilerplate pgheader' id='pg-header'><h2 id='pg-header-heading'>The Project Gutenberg "
        f"eBook of <span>Nine Boats</span></h2><div>{USE}</div><div id='pg-machine-header'><p>{FIELDS}</p></div>"
        f"<div id='pg-start-separator'><span>{START}</span></div></section>",
        f"<section class='pg-boilerplate pgheader' id='pg-footer'><div id='pg-end-separator'><span>{END}</span></div>"
        f"<div>{LICENCE}</div><h2 id='pg-footer-heading'>THE FULL PROJECT GUTENBERG LICENSE</h2></section>",
    ),
    "elements of other names": (
        f"<div class='pgheader'><pre>{USE}\n{START}</pre></div><p>{PREPARED}</p>",
        f"<div class='pgfooter'><p>{END}</p><p>{LICENCE}</p></div>",
    ),
    "small print": (
        paragraphs(
            "Project Gutenberg Etext of Nine Boats, by Ann Hale", "Please take a look at this important information.",
            "***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***", "Why is this Small Print statement here?",
            "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*",
        ),
        paragraphs("End of Project Gutenberg Etext Nine Boats"),
    ),
    "without a line of stars": (
        paragraphs("The Project Gutenberg eBook, Nine Boats, by Ann Hale", USE, *FIELDS.split("\n\n")),
        paragraphs("THE FULL PROJECT GUTENBERG LICENSE", LICENCE),
    ),
}  # fmt: skip


def read(pages: dict[str, str], *entries: tuple[str, str], **reading: object) -> Book:
    metadata = "<dc:title>Nine Boats</dc:title><dc:creator>Ann Hale</dc:creator><dc:language>en</dc:language>"
    data = epub({name: page(body) for name, body in pages.items()}, toc=nav(links(*entries)), metadata=metadata)
    return read_epub(data, "x.epub", "x", Reading(**reading))  # type: ignore[arg-type]


def said(book: Book) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks if block.text]


@pytest.mark.parametrize("form", FRAMES)
@pytest.mark.parametrize("files", [1, 3])
@pytest.mark.parametrize("contents", ["none", "chapters", "frame"])
def test_the_frame_is_left_out_and_told(form: str, files: int, contents: str) -> None:
    header, footer = FRAMES[form]
    pages = (
        {"a.xhtml": header + BOOK + footer} if files == 1 else {"h.xhtml": header, "a.xhtml": BOOK, "z.xhtml": footer}
    )
    entries = [("Chapter I", "a.xhtml#c1"), ("Chapter II", "a.xhtml#c2")]
    if contents == "frame":
        entries.insert(0, ("The Project Gutenberg eBook of Nine Boats", f"{next(iter(pages))}#pg-header-heading"))
        entries.append(("THE FULL PROJECT GUTENBERG LICENSE", f"{list(pages)[-1]}#pg-footer-heading"))
    book = read(pages, *([] if contents == "none" else entries))
    assert said(book) == SAID
    assert [chapter.title for chapter in book.chapters] == ["Chapter I", "Chapter II"]
    whats = [part.what for part in book.skipped if "Gutenberg" in part.what]
    assert whats == ["the Project Gutenberg header", "the Project Gutenberg licence"]
    kept = " ".join(said(read(pages, *entries, keep=("pg-header", "pg-footer"))))
    assert "GUTENBERG" in kept.upper()


def test_a_frame_in_the_blocks_of_the_book_is_cut_out_of_them() -> None:
    text = f"The Project Gutenberg EBook\n\n{USE}\n\n{START}\n\nThe boats lay still.\n\nIt froze.\n\n{END}\n\n{LICENCE}"
    assert said(read({"a.xhtml": f"<pre>{text}</pre>"})) == ["The boats lay still.", "It froze."]


@pytest.mark.parametrize(
    "text",
    [
        "He had found it at Project Gutenberg, which lends its books to anyone anywhere.",
        "Produced by hand, from the wool of his own sheep.",
        "Title: a word that he never used. Author: another.",
        "The end of Project Gutenberg was near, they said.",
        "*** It was the start of the project. ***",
    ],
)
def test_a_story_of_it_is_read(text: str) -> None:
    book = read(
        {"a.xhtml": f"<h2>One</h2><p>{text}</p>", "b.xhtml": f"<h2>Two</h2><p>{text}</p>"},
        ("One", "a.xhtml"),
        ("Two", "b.xhtml"),
    )
    assert said(book) == ["One", text, "Two", text]
    assert not book.skipped
