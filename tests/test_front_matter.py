"""Front matter as pandoc, Quarto, MultiMarkdown and people write it; and a screenplay's title page."""

from pathlib import Path

import pytest

from narrate.book import Book
from narrate.readers import read_book, read_show

ANN_AND_BEN = {
    "a list": "author:\n  - Ann Hale\n  - Ben Reed\n",
    "a list that is not indented": "author:\n- Ann Hale\n- Ben Reed\n",
    "a flow": 'author: [Ann Hale, "Ben Reed"]\n',
    "a flow of two rows": "author: [Ann Hale,\n  Ben Reed]\n",
    "tables": "author:\n  - name: Ann Hale\n    affiliation: Harbour: North\n    orcid: 0000\n  - name: Ben Reed\n",
    "flow tables": "author:\n  - {name: Ann Hale, url: 'https://example.org'}\n  - name: Ben Reed\n",
    "names in parts": "author:\n  - name:\n      given: Ann\n      family: Hale\n  - given: Ben\n    family: Reed\n",
    "filed names": "author:\n  - Hale, Ann\n  - Reed, Ben\n",
    "roles": (
        "creator:\n- role: author\n  text: Ann Hale\n- role: editor\n  text: Ed Roe\n"
        "- role: author\n  text: Ben Reed\n- role: trl\n  text: Ada Turner\n"
    ),
    "many keys": "authors:\n  - Ann Hale\n\n  - Ben Reed   # who drew, too\n",
}


def read(text: str) -> Book:
    return read_book(Path("a.md"), data=text.encode())


def front(block: str) -> Book:
    return read(f"---\n{block}---\n\n# One\n\nNobody came.\n")


@pytest.mark.parametrize("block", ANN_AND_BEN.values(), ids=ANN_AND_BEN)
@pytest.mark.parametrize("around", ["{}", "title: T\n{}lang: en-GB\n", "# a remark\n{}title: T # one\n"])
def test_authors_are_two_however_they_are_listed(block: str, around: str) -> None:
    book = front(around.format(block))
    assert (book.author, book.authors) == ("Ann Hale, Ben Reed", ("Ann Hale", "Ben Reed"))
    assert book.language_said == ("en-GB" if "lang" in around else "")
    assert book.title == ("T" if "title" in around else "One")
    assert book.translator == ("Ada Turner" if "trl" in block else "")


@pytest.mark.parametrize(
    "author", ["Hale, Ann", "Arthur Hale, Jr.", "Ann Hale, Ben Reed", "Ann Hale & Ben Reed", "'Ann'"]
)
def test_an_author_of_one_line_stays_that_line(author: str) -> None:
    assert (front(f"author: {author}\n").author, front(f"author: {author}\n").authors) == (author.strip("'"), ())


def test_an_author_with_a_comma_in_a_list_is_one() -> None:
    book = front("author:\n- Arthur Hale, Jr.\n- Marie Roux\n")
    assert (book.author, book.authors) == ("Arthur Hale, Jr. & Marie Roux", ("Arthur Hale, Jr.", "Marie Roux"))


@pytest.mark.parametrize(
    ("top", "title", "author", "year"),
    [
        ("% The Harbour\n% Ann Hale; Ben Reed\n% 3 May 2024\n\n", "The Harbour", "Ann Hale, Ben Reed", "2024"),
        ("% The Harbour\n  Year\n% Ann Hale\n  Ben Reed\n\n", "The Harbour Year", "Ann Hale, Ben Reed", ""),
        ("% The Harbour\n%\n% 2024\n\n", "The Harbour", "", "2024"),
        ("Title: The Harbour\nAuthor: Ann Hale\nDate: 2024-05-03\n\n", "The Harbour", "Ann Hale", "2024"),
        ("Title:  The Harbour\n    Year\nAuthor: Ann Hale\n\n", "The Harbour Year", "Ann Hale", ""),
    ],
)
def test_title_rows_without_a_block_are_read_as_such_and_not_aloud(
    top: str, title: str, author: str, year: str
) -> None:
    book = read(f"{top}# One\n\nNobody came.\n\n# Two\n\nIt rained.\n")
    assert (book.title, book.author, book.year) == (title, author, year)
    assert [[b.text for b in c.blocks] for c in book.chapters] == [["One", "Nobody came."], ["Two", "It rained."]]


@pytest.mark.parametrize(
    "text",
    [
        "% of all boats: half.\n% No more.\n% None.\n% Four.",
        "Title: it was.\nHeard: nothing.\n\nMore.",
        "Author: it rained.\n\nMore.",
        "---\n\nIt rained: so.\n\n---\n\nMore.",
        "Title: all that there is.",
    ],
)
def test_what_only_looks_like_it_is_read(text: str) -> None:
    said = " ".join(block.text for chapter in read(text).chapters for block in chapter.blocks)
    words = "".join(c for c in text if c.isalpha())
    assert "".join(c for c in said if c.isalpha()) == words


def test_pandoc_s_metadata_for_epubs() -> None:
    book = front(
        "title:\n- type: main\n  text: 'The Harbour: a Year'\n- type: subtitle\n  text: An investigation\n"
        "identifier:\n- scheme: DOI\n  text: doi:1\n- scheme: ISBN-13\n  text: 978-0-14-143966-2\n"
        "publisher:  Hale & Sons\nrights: © 2024 Ann Hale\nsubject:\n- text: Sea stories\n- Ferries\n"
        "belongs-to-collection: Harbour Books\ngroup-position: 2\ndate: 2024-05-03\n"
        "description: |\n  Tom &amp; I.\n  A year.\n\n  Second.\nibooks:\n  version: 1.3.4\n"
    )
    assert (book.title, book.subtitle) == ("The Harbour: a Year", "An investigation")
    assert (book.series, book.series_index, book.year) == ("Harbour Books", "2", "2024")
    assert (book.publisher, book.copyright, book.isbn) == ("Hale & Sons", "© 2024 Ann Hale", "9780141439662")
    assert book.genres == ("Sea stories", "Ferries")
    assert book.description == "Tom & I. A year.\n\nSecond."


@pytest.mark.parametrize(
    ("block", "genres"),
    [
        ("keywords: [sea, ferry boats]\n", ("sea", "ferry boats")),
        ("keywords: sea, ferry boats\n", ("sea", "ferry boats")),
        ("genre: Fiction\ntags:\n- draft\n", ("Fiction",)),
        ("subjects:\n- Detective stories, English\n- Sea\n", ("Detective stories, English", "Sea")),
        ("tags:\n", ()),
    ],
)
def test_subjects_or_keywords_are_genres(block: str, genres: tuple[str, ...]) -> None:
    assert front(block).genres == genres


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("title: >\n  The\n  Harbour\n", "The Harbour"),
        ('title: "The \\"Harbour\\" # 5"  # a remark\n', 'The "Harbour" # 5'),
        ("title: C# and F#\n", "C# and F#"),
        ("title: 1984\n", "1984"),
        ("title: No\n", "No"),
        ("title: The\n  Harbour: Year\n", "The Harbour: Year"),
        ("Title: The Harbour\n", "The Harbour"),
        ("title: [The Harbour]\n", "The Harbour"),
    ],
)
def test_a_title_is_the_words_that_are_meant(block: str, title: str) -> None:
    assert front(block).title == title


@pytest.mark.parametrize(
    "block", ["a: [" * 4000, "- " * 8000, "k: " + "'" * 15_000, 'k: "' + "\\a" * 9000, "k:\n" + "  - x: [{\n" * 1500]
)
def test_hostile_front_matter_is_only_odd(block: str) -> None:
    assert [chapter.title for chapter in front(f"title: T\n{block}\n").chapters] == ["One"]


def test_a_transcript_has_front_matter_too() -> None:
    speech = "Anna: One.\n\nBen: Two.\n\n" * 3
    show = read_show(
        Path("a.md"), f"---\ntitle: T\nauthor:\n- Ann Hale\n- Ben Reed\nlang: en-GB\n---\n\n{speech}".encode()
    )
    assert (show.title, show.author, show.language) == ("T", "Ann Hale, Ben Reed", "en-GB")
    assert show.speakers == ("Anna", "Ben")


@pytest.mark.parametrize(
    ("page", "author"),
    [
        ("Author: Ann Hale", "Ann Hale"),
        ("Authors: Ann Hale and Ben Reed", "Ann Hale and Ben Reed"),
        ("Authors:\n    Ann Hale\n    Ben Reed", "Ann Hale & Ben Reed"),
        ("Author:\n    Ann Hale\n    & Ben Reed", "Ann Hale & Ben Reed"),
        ("Author:\n    Ann Hale and\n    Ben Reed", "Ann Hale and Ben Reed"),
        ("Author: Hale, Ann", "Hale, Ann"),
        ("Source: A novel by Cy Roe\nAuthor: Ann Hale", "Ann Hale"),
        ("Source: A novel by Cy Roe", ""),
    ],
)
def test_a_screenplay_s_title_page_names_its_authors(page: str, author: str) -> None:
    show = read_show(
        Path("a.fountain"), f"Title: T\n{page}\nLanguage: British English\n\nINT. HALL\n\nANNA\nNo.\n".encode()
    )
    assert (show.title, show.author, show.language, show.language_said) == ("T", author, "en", "British English")


@pytest.mark.parametrize("author", ["Ann Hale", "King, Martin Luther, Jr.", "Ann Hale & Ben Reed"])
def test_fields_at_the_top_of_a_text_file_are_not_read(author: str) -> None:
    fields = f"Title: The Year\nSubtitle: A tale\nAuthor: {author}\nTranslator: Ada Turner\nYear: 2020\nLanguage: en"
    book = read_book(Path("a.txt"), data=f"{fields}\n\nChapter 1\n\nNobody came. It rained.\n".encode())
    assert (book.title, book.subtitle, book.author, book.translator) == ("The Year", "A tale", author, "Ada Turner")
    assert (book.year, book.language_said) == ("2020", "en")
    assert [block.text for block in book.chapters[0].blocks] == ["Chapter 1", "Nobody came. It rained."]


def test_two_rows_of_authors_are_two_and_a_day_without_a_year_is_read() -> None:
    text = "Title: The Year\nAuthor: Ann Hale\nAuthor: Ben Reed\nDate: a day in May.\n\nNobody came. It rained.\n"
    book = read_book(Path("a.txt"), data=text.encode())
    assert book.author == "Ann Hale & Ben Reed"
    assert next(block.text for block in book.chapters[0].blocks if block.text) == "Date: a day in May."
