"""FictionBook 2: sections to chapters, notes as notes, and no word lost."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from narrate.book import Book, Reading
from narrate.errors import NarrateError, SourceError
from narrate.readers import read_book

HEAD = '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink">'
ABOUT = (
    "<description><title-info><author><first-name>Ann</first-name><last-name>Hale</last-name></author>"
    "<author><nickname>Old Ben</nickname></author><book-title>The Harbour</book-title><lang>{lang}</lang>"
    "<annotation><p>One.</p><p>Two.</p></annotation><keywords>sea, gulls</keywords><date value='1904-05-01'>1904</date>"
    '<coverpage><image l:href="#c"/></coverpage><sequence name="Ports" number="2"/>'
    "<translator><first-name>Tom</first-name><last-name>Reed</last-name></translator></title-info>"
    "<publish-info><publisher>Quay</publisher><isbn>978-0-306-40615-7</isbn></publish-info></description>"
)
NOTES = (
    '<body name="notes"><title><p>Notes</p></title><section id="n1"><title><p>1</p></title>'
    "<p>Gulls do not speak.</p></section></body>"
)


def fb2(body: str, more: str = "", lang: str = "en", encoding: str = "utf-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{HEAD}{ABOUT.format(lang=lang)}<body>{body}</body>{more}'
    return f'{text}<binary id="c" content-type="image/png">iVBORw0KGgo=</binary></FictionBook>'.encode(encoding)


def read(data: bytes, reading: Reading | None = None, name: str = "harbour.fb2") -> Book:
    return read_book(Path(name), data=data, reading=reading)


def texts(book: Book) -> list[list[str]]:
    return [[block.text for block in chapter.blocks if block.text] for chapter in book.chapters]


BODY = (
    "<title><p>The Harbour</p></title><epigraph><p>Nothing moves here.</p>"
    "<text-author>A sailor</text-author></epigraph>"
    "<section><title><p>Part One</p></title><section><title><p>Chapter 1</p><p>The Gulls</p></title>"
    '<p>The gulls <emphasis>sat</emphasis> on the wall.<a l:href="#n1" type="note">[1]</a> They waited.</p>'
    "<subtitle>* * *</subtitle><p>It rained all day on the roofs and the wall and on all of us.</p>"
    "<poem><stanza><v>The lantern in the prow,</v><v>The oar upon the stone,</v></stanza></poem></section>"
    "<section><title><p>Chapter 2</p></title><p>The ferry left.</p><cite><p>Come at once.</p></cite>"
    "</section></section>"
    "<section><title><p>Part Two</p></title><section><title><p>Chapter 3</p></title><p>Nobody came.</p>"
    "</section></section>"
)  # fmt: skip


def test_sections_are_chapters_and_parts() -> None:
    book = read(fb2(BODY, NOTES))
    assert [(chapter.title, chapter.parts) for chapter in book.chapters] == [
        ("Chapter 1: The Gulls", ("Part One",)),
        ("Chapter 2", ("Part One",)),
        ("Chapter 3", ("Part Two",)),
    ]
    first, second, third = texts(book)
    assert first == [
        *("The Harbour", "Nothing moves here.", "A sailor", "Part One", "Chapter 1", "The Gulls"),
        *("The gulls sat on the wall. They waited.", "It rained all day on the roofs and the wall and on all of us."),
        *("The lantern in the prow,", "The oar upon the stone,"),
    ]
    assert second == ["Chapter 2", "The ferry left.", "Come at once."]
    assert third == ["Part Two", "Chapter 3", "Nobody came."]
    assert any("notes" in part.what for part in book.skipped)


def test_notes_come_where_they_are_asked_for() -> None:
    book = read(fb2(BODY, NOTES), Reading(notes="inline"))
    first = texts(book)[0]
    assert first.index("Gulls do not speak.") == first.index("The gulls sat on the wall. They waited.") + 1


def test_what_the_book_says_of_itself() -> None:
    book = read(fb2(BODY, lang="en-GB"))
    assert (book.title, book.authors, book.translator) == ("The Harbour", ("Ann Hale", "Old Ben"), "Tom Reed")
    assert (book.language_said, book.year, book.publisher, book.isbn) == ("en-GB", "1904", "Quay", "9780306406157")
    assert (book.series, book.series_index, book.genres) == ("Ports", "2", ("sea", "gulls"))
    assert book.description == "One.\n\nTwo."
    assert book.cover is not None
    assert (book.cover.data[:4], book.cover.suffix) == (b"\x89PNG", ".png")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_the_encoding_that_the_file_names_is_its(encoding: str) -> None:
    body = "<section><p>Паром ушёл в полдень, и никто не вернулся.</p></section>"
    assert texts(read(fb2(body, lang="ru", encoding=encoding))) == [["Паром ушёл в полдень, и никто не вернулся."]]


def zipped(*books: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in books:
            archive.writestr(name, data)
    return out.getvalue()


def test_one_book_in_a_zip_is_read_and_several_are_refused() -> None:
    data = fb2(BODY)
    for name in ("harbour.fb2.zip", "harbour.fbz", "harbour.fb2"):
        assert texts(read(zipped(("harbour.fb2", data)), name=name)) == texts(read(data))
    with pytest.raises(SourceError, match="holds 2 books"):
        read(zipped(("a.fb2", data), ("b.fb2", data)), name="two.fb2.zip")


@pytest.mark.parametrize(
    "data",
    [
        b"no markup",
        b"<html><body><p>A page.</p></body></html>",
        HEAD.encode() + b"</FictionBook>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><FictionBook>' + b"&a;" * 400_000,
        zipped(("a.txt", b"Text.")),
    ],
)
def test_a_bad_file_is_refused_in_a_line(data: bytes) -> None:
    with pytest.raises(NarrateError) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    data = fb2(BODY)
    book = read(data[: data.index(b"<cite>")])
    assert texts(book)[-1][-1] == "The ferry left."
    assert any("not well-formed" in part.why for part in book.skipped)


def test_sections_of_any_depth_are_read() -> None:
    deep = "<section>" * 1500 + "<p>At the bottom.</p>" + "</section>" * 1500
    assert texts(read(fb2(deep))) == [["At the bottom."]]


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8), min_size=1, max_size=8).map(" ".join)
FORMS = st.sampled_from(["{}", "<emphasis>{}</emphasis>", "<strong><style>{}</style></strong>"])
INSIDE = st.tuples(FORMS, WORDS).map(lambda drawn: drawn[0].format(drawn[1]))
BLOCKS = st.one_of(
    INSIDE.map(lambda text: f"<p>{text}.</p>"),
    st.lists(INSIDE, min_size=1, max_size=3).map(
        lambda rows: f"<poem><stanza>{''.join(f'<v>{row}</v>' for row in rows)}</stanza></poem>"
    ),
    INSIDE.map(lambda text: f"<cite><p>{text}.</p><text-author>{text}</text-author></cite>"),
    st.just("<empty-line/>"),
)
SECTIONS = st.recursive(
    st.lists(BLOCKS, min_size=1, max_size=3).map("".join),
    lambda inner: st.tuples(WORDS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda section: f"<section><title><p>{section[0]}</p></title>{''.join(section[1])}</section>"
    ),
    max_leaves=5,
)


@given(st.lists(SECTIONS, min_size=1, max_size=3).map("".join))
def test_no_word_is_lost(body: str) -> None:
    data = fb2(f"<section><p>begin here.</p>{body}</section>")
    wanted = body_words(data)
    assert "".join(text for chapter in texts(read(data)) for text in chapter).translate(ONLY_LETTERS) == wanted


ONLY_LETTERS = {code: None for code in range(0x10000) if not chr(code).isalpha()}


def body_words(data: bytes) -> str:
    """The letters of a body, by another parser."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(data)
    body = next(element for element in root if element.tag.endswith("body"))
    return "".join(body.itertext()).translate(ONLY_LETTERS)
