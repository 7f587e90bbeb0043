"""OpenDocument texts: what is written is read, what was deleted, hidden or said beside it is not."""

import io
import zipfile
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from narrate.book import Book, Reading
from narrate.errors import NarrateError, SourceError
from narrate.readers import read_book

SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing")),
        *(("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"), ("meta", "meta")),
    )
)
SPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
KIND = b"application/vnd.oasis.opendocument.text"
STYLES = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>'
    '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="T2" style:family="text">'
    '<style:text-properties fo:language="fr" fo:country="FR"/></style:style>'
    '<style:style style:name="T3" style:family="text" style:parent-style-name="T1"/>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    "</text:list-style>"
)
DEFAULTS = (
    '<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:language="en" '
    'fo:country="GB"/></style:default-style></office:styles>'
)
META = (
    "<office:meta><dc:title>The Harbour</dc:title><meta:initial-creator>Ann Hale</meta:initial-creator>"
    "<dc:creator>Somebody Else</dc:creator><dc:description>About gulls.</dc:description>"
    "<meta:keyword>sea</meta:keyword><meta:keyword>gulls</meta:keyword></office:meta>"
)


def content(body: str) -> str:
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    return f"<office:automatic-styles>{STYLES}</office:automatic-styles>{text}"


def odt(body: str, meta: str = META, manifest: bytes = b"") -> bytes:
    out = io.BytesIO()
    parts = {"content": content(body), "styles": DEFAULTS, "meta": meta}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), KIND)
        for name, inside in parts.items():
            archive.writestr(f"{name}.xml", f"<office:document-{name} {SPACES}>{inside}</office:document-{name}>")
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def read(data: bytes, reading: Reading | None = None, name: str = "harbour.odt") -> Book:
    return read_book(Path(name), data=data, reading=reading)


def texts(book: Book) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks if block.text]


def note(text: str) -> str:
    return (
        f'<text:note text:note-class="footnote"><text:note-citation>7</text:note-citation>'
        f"<text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
    )


BODY = (
    '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info/>'
    "<text:p>The ferry never left.</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    '<text:h text:outline-level="1">The Gulls</text:h>'
    f"<text:p>The gulls<text:s text:c='2'/>sat on the<text:tab/>wall.{note('Gulls do not speak.')} They waited."
    "<office:annotation><dc:creator>Tom</dc:creator><text:p>Is that so?</text:p></office:annotation></text:p>"
    '<text:p>It <text:span text:style-name="T1">never </text:span>rained '
    '<text:span text:style-name="T3">once </text:span><text:change text:change-id="c1"/>all day.</text:p>'
    '<text:p text:style-name="P1">Come at once.</text:p>'
    '<text:list text:style-name="L1"><text:list-item><text:p>Nine boats.</text:p></text:list-item>'
    "<text:list-item><text:p>One dog.</text:p></text:list-item></text:list>"
    '<text:h text:outline-level="1">The Ferry</text:h>'
    "<text:section text:display='none'><text:p>A draft.</text:p></text:section>"
    "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Boat</text:p></table:table-cell>"
    "</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>Lantern</text:p>"
    "</table:table-cell></table:table-row></table:table>"
    '<text:p>In the <text:bookmark-start text:name="x"/>spring<text:bookmark-end text:name="x"/> '
    "<draw:frame><draw:text-box><text:p>A box beside it.</text:p></draw:text-box></draw:frame>it came back"
    '<draw:frame><draw:image xlink:href="a.png"/><svg:title>A boat</svg:title></draw:frame>.</text:p>'
)


def test_what_is_written_is_read_and_nothing_beside_it() -> None:
    book = read(odt(BODY))
    assert [chapter.title for chapter in book.chapters] == ["The Gulls", "The Ferry"]
    said = texts(book)
    assert said[:5] == [
        *(
            "The Gulls",
            "The gulls sat on the wall. They waited.",
            "It rained all day.",
            "Come at once.",
            "1. Nine boats.",
        ),
    ]
    assert said[5:] == [
        "2. One dog.",
        "The Ferry",
        "Boat",
        "Lantern",
        "In the spring it came back.",
        "A box beside it.",
    ]
    told = " ".join(part.what for part in book.skipped)
    for what in ("1 comment", "3 hidden passages", "1 deleted passage", "1 picture", "1 note"):
        assert what in told, told


def test_notes_and_pictures_come_where_they_are_asked_for() -> None:
    said = texts(read(odt(BODY), Reading(notes="inline", figures="alt")))
    assert said.index("Gulls do not speak.") == said.index("The gulls sat on the wall. They waited.") + 1
    assert any("A boat" in text for text in said)


def test_what_the_file_says_of_the_book() -> None:
    book = read(odt(BODY))
    assert (book.title, book.author, book.language_said, book.genres) == (
        *("The Harbour", "Ann Hale", "en-GB", ("sea", "gulls")),
    )
    assert book.description == "About gulls."
    named = read(odt('<text:p text:style-name="Title">The Wall</text:p><text:p>It was high.</text:p>', meta=""))
    assert named.title == "The Wall"


def test_a_passage_in_another_language_is_marked() -> None:
    french = "Le bateau est parti ce matin et il ne reviendra jamais dans notre petit port."
    english = "The gulls sat on the wall as if they were waiting for somebody to speak. " * 3
    body = f'<text:p>{english}</text:p><text:p><text:span text:style-name="T2">{french}</text:span></text:p>'
    book = read(odt(body))
    assert [(span.language, span.end) for block in book.chapters[0].blocks for span in block.spans] == [
        ("fr-FR", len(french))
    ]


def test_a_flat_file_is_read_as_a_zipped_one() -> None:
    flat = f"<office:document {SPACES}>{META}{DEFAULTS}{content(BODY)}</office:document>".encode()
    assert texts(read(flat, name="harbour.fodt")) == texts(read(odt(BODY)))
    assert read(flat, name="harbour.fodt").title == "The Harbour"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no zip", "no text"),
        (odt("<text:p>A.</text:p>", manifest=b"<m><encryption-data/></m>"), "password"),
        (odt("<text:p>A.</text:p>").replace(b"content.xml", b"contend.xml"), "no text"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><office:document>' + b"&a;" * 400_000, "refused|no text"),
        (odt("<text:p/>"), "no readable text"),
    ],
)
def test_a_bad_file_is_refused_in_a_line(data: bytes, why: str) -> None:
    with pytest.raises(NarrateError, match=why) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_a_sheet_is_no_text() -> None:
    sheet = f"<office:document {SPACES}><office:body><office:spreadsheet/></office:body></office:document>"
    with pytest.raises(SourceError, match="is an OpenDocument spreadsheet"):
        read(sheet.encode(), name="a.fodt")


def test_a_zip_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    data = odt(BODY)
    book = read(data[: data.index(b"PK\x01\x02")])
    assert texts(book) == texts(read(data))
    assert any("cut off" in part.why for part in book.skipped)


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8), min_size=1, max_size=8).map(" ".join)
FORMS = st.sampled_from(["{}", "<text:span>{}</text:span>", '<text:a xlink:href="http://a.example">{}</text:a>'])
PARAGRAPHS = st.lists(st.tuples(FORMS, WORDS), min_size=1, max_size=3).map(
    lambda parts: f"<text:p>{' '.join(form.format(escape(words)) for form, words in parts)}.</text:p>"
)
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda blocks: st.sampled_from(
            [
                f"<text:list>{''.join(f'<text:list-item>{block}</text:list-item>' for block in blocks)}</text:list>",
                f"<text:section>{''.join(blocks)}</text:section>",
                f"<table:table><table:table-row><table:table-cell>{''.join(blocks)}</table:table-cell></table:table-row></table:table>",
                f"<text:p>abc <draw:frame><draw:text-box>{''.join(blocks)}</draw:text-box></draw:frame></text:p>",
            ]
        )
    ),
    max_leaves=5,
)


@given(st.lists(BLOCKS, min_size=1, max_size=3).map("".join))
def test_no_word_is_lost(body: str) -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(f"<body {SPACES}>{body}</body>")
    wanted = sorted(word for text in root.itertext() for word in text.replace(".", " ").split())
    said = " ".join(texts(read(odt(f"<text:h>begin</text:h>{body}"), Reading(tables="read"))))
    assert sorted(said.replace(".", " ").replace(",", " ").split()) == sorted(["begin", *wanted])
