"""What stands around a book whose pages have no headings, or whose frame stands in one block with its text."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book
from narrate.readers.epub import read_epub
from narrate.readers.text import read_text

GULLS = "<p>The gulls sat on the wall and waited for somebody.</p>"


def read(*pages: tuple[str, str], author: str = "", language: str = "en", named: int = 0) -> Book:
    """A book of pages with titles for a browser's window; the contents name one alone."""
    files = {f"p{n}.xhtml": page(body, title=title) for n, (title, body) in enumerate(pages)}
    creator = f"<dc:creator>{author}</dc:creator>" if author else ""
    metadata = f"<dc:title>The Harbour</dc:title>{creator}<dc:language>{language}</dc:language>"
    return read_epub(epub(files, toc=nav(links(("Start", f"p{named}.xhtml"))), metadata=metadata), "x.epub", "x")


def texts(book: Book) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks if block.text]


def told(book: Book) -> list[str]:
    return [part.back.removeprefix('keep = ["').removesuffix('"]') for part in book.skipped]


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ("<p>THE HARBOUR</p><p>by Ann Hale</p>", ""),
        ("<h1>The Harbour</h1><p>by</p><p>ANN HALE</p>", "Ann Hale"),
        ("<div>Ann Hale</div><div>The Harbour</div>", "Ann Hale"),
        ("<p>The Harbour</p><p>von Ann Hale</p>", "Ann Hale"),
    ],
)
def test_a_page_of_title_and_author_is_a_title_page(body: str, author: str) -> None:
    book = read(("Title", body), ("1. The Gulls", GULLS), author=author)
    assert texts(book) == ["The gulls sat on the wall and waited for somebody."]
    assert told(book) == ["titlepage"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>The Harbour</p>",
        "<p>The Harbour</p><p>By noon it was full.</p>",
        "<p>The Harbour</p><p>by Ann Hale</p><p>For my mother</p>",
    ],
)
def test_a_page_that_says_more_is_read(body: str) -> None:
    assert "titlepage" not in told(read(("Title", body), ("1. The Gulls", GULLS), author="Ann Hale"))


def test_praise_is_known_by_its_window_title() -> None:
    praise = ("Praise for The Harbour", "<p>“Fine.” — The Times</p><p>“Better.” — The Post</p>")
    book = read(("1. The Gulls", GULLS), ("2. The Ferry", "<p>It came back.</p>"), praise)
    assert [chapter.title for chapter in book.chapters] == ["1. The Gulls", "2. The Ferry"]
    assert told(book) == ["praise"]


def test_a_chapter_called_praise_is_read() -> None:
    book = read(("1. The Gulls", GULLS), ("Praise", "<p>Nobody praised the mayor, and he knew why.</p>"))
    assert [chapter.title for chapter in book.chapters] == ["1. The Gulls", "Praise"]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("es", "<p>Título original: The Harbour</p><p>Traducción: Ana Ruiz</p><p>Editor digital: x</p>"),
        ("de", "<p>Originaltitel: The Harbour</p><p>Übersetzt von Eva Rot</p><p>Umschlaggestaltung: Jan Bär</p>"),
        ("ja", "<p>原題 The Harbour</p><p>発行者 山田</p><p>印刷所 海印刷</p>"),
        ("zh", "<p>书名：港</p><p>作者：安</p><p>译者：王</p><p>责任编辑 李</p>"),
        ("ru", "<p>Перевод с английского</p><p>Издательство «Порт»</p><p>Тираж 3000</p>"),
    ],
)
def test_an_imprint_without_a_claim_of_rights_is_known(language: str, body: str) -> None:
    book = read(("", body), ("1. The Gulls", GULLS), language=language, named=1)
    assert told(book) == ["copyright-page"]


def test_prose_about_books_is_no_imprint() -> None:
    prose = "<p>It was first published by a small press, edited by her brother, and printed in Hull.</p>"
    told_of = "<p>She had written it in a week, on the kitchen table, and nobody ever asked her why she did.</p>"
    assert not told(read(("", prose + told_of * 2), ("1. The Gulls", GULLS), named=1))


@pytest.mark.parametrize(
    "opening",
    [
        "<pre>*** START OF THIS PROJECT GUTENBERG EBOOK THE HARBOUR ***\n\nProduced by A. Helper</pre>",
        "<pre>*** START OF THIS PROJECT GUTENBERG EBOOK THE HARBOUR ***</pre><p>Transcribed by A. Helper</p>",
        "<p>*** START OF THE PROJECT GUTENBERG EBOOK X ***</p><p>E-text prepared by A. and B. Helper</p>",
    ],
)
def test_who_prepared_the_file_is_a_part_of_its_frame(opening: str) -> None:
    book = read(("", opening), ("", GULLS))
    assert texts(book) == ["The gulls sat on the wall and waited for somebody."]
    assert told(book) == ["pg-header"]


def test_text_after_the_frame_in_one_block_is_read_and_the_frame_told() -> None:
    block = "*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\nProduced by A. Helper\n\n"
    block += "The ferry sank.\n\nIt was late.\n\n"
    book = read(("", f"<pre>{block}End of the Project Gutenberg EBook of X\n\n*** END OF THIS PROJECT GUTENBERG</pre>"))
    assert "Helper" not in " ".join(texts(book))
    assert " ".join(texts(book)) == "The ferry sank. It was late."
    assert set(told(book)) == {"pg-header", "pg-footer"}


def test_what_is_left_out_of_a_text_is_counted_in_english() -> None:
    pages = "The harbour was quiet that morning, and nobody\n\n    14\n\nTHE HARBOUR YEAR    15\n\nspoke about it.\n\n"
    pages += "THE HARBOUR YEAR    16\n\nIn 1891\n\nthey left.\n\n17    THE HARBOUR YEAR\n\nAll of them were glad.\n"
    book = read_text(f"CHAPTER 1.\n\n{pages}".encode(), "x.txt", "x")
    assert [part.what for part in book.skipped] == ["4 page numbers or running heads"]


@pytest.mark.parametrize(
    ("top", "read"),
    [
        ("    THE WHITE YEAR\n\n    by\n\n    ANN HALE", ["THE WHITE YEAR", "by ANN HALE"]),
        ("DAS WEISSE JAHR\n\nvon\n\nAnna Hale", ["DAS WEISSE JAHR", "von Anna Hale"]),
        ("THE WHITE YEAR\n\nby the sea\n\nIt was late.", ["THE WHITE YEAR", "by the sea", "It was late."]),
    ],
)
def test_the_author_of_a_title_page_stands_on_one_line(top: str, read: list[str]) -> None:
    book = read_text(f"{top}\n\n\nCHAPTER I\n\nThe ice came early that year.\n".encode(), "x.txt", "x")
    assert texts(book) == [*read, "CHAPTER I", "The ice came early that year."]


def test_a_row_of_stars_apart_parts_scenes_where_notes_stood_before_it() -> None:
    row = "It was cold in the harbour, and the gray sea was up that morning.[A]"
    stars = "       *       *       *       *       *"
    book = read_text(f"CHAPTER I.\n\n{row}\n\n[Footnote A: Very.]\n\n{stars}\n\nIt went on.\n".encode(), "x.txt", "x")
    assert texts(book) == ["CHAPTER I.", row.removesuffix("[A]"), "It went on."]
    assert "SCENE_BREAK" in [block.kind.name for block in book.chapters[0].blocks]


def test_a_note_between_two_paragraphs_joins_them_not() -> None:
    rows = ["It was cold in the harbour, and the gray sea was up that morning.[A]", "The ferry had left at noon."]
    book = read_text(f"CHAPTER I.\n\n{rows[0]}\n\n[Footnote A: Very.]\n\n{rows[1]}\n".encode(), "x.txt", "x")
    assert texts(book) == ["CHAPTER I.", rows[0].removesuffix("[A]"), rows[1]]


def test_the_author_of_an_old_file_is_named_by_its_header() -> None:
    head = "Title: The Harbour\n\nAuthor: Ann Hale\n\n*** START OF THIS PROJECT GUTENBERG EBOOK THE HARBOUR ***"
    top = "Produced by A. Helper\n\n\n\nTHE HARBOUR\n\nBY\n\nANN HALE"
    book = read_text(f"{head}\n\n\n\n{top}\n\nCHAPTER I.\n\nIt was cold.\n".encode(), "x.txt", "x")
    assert texts(book) == ["THE HARBOUR", "BY ANN HALE", "CHAPTER I.", "It was cold."]


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Index</h2><p>Ferry, 12, 14–16</p><p>Gulls, 3 n., 7</p><p>Harbour: see Ferry</p><p>Wall 9</p>",
        "<h1>REGISTER</h1><p>F</p><p>Fähre 12 f.</p><p>M</p><p>Möwen 3, 7 ff.</p>",
    ],
)
def test_an_index_that_no_contents_name_is_known(body: str) -> None:
    book = read(("", GULLS), ("", "<p>The ferry came back.</p>"), ("", body))
    assert told(book) == ["index"]


def test_a_chapter_called_index_is_read() -> None:
    book = read(("", GULLS), ("", "<h2>Index</h2><p>He kept one of every gull.</p><p>It was 1891.</p>"))
    assert "He kept one of every gull." in texts(book)
