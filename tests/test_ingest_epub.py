"""EPUBs read: chapters, text, metadata; the shared books exactly."""

import json
from html import escape

import pytest
from epubs import PNG, epub, links, nav, ncx, page, point
from goldens import OWN, ROOT, SHARED, needs_shared
from hypothesis import given, settings, strategies as st

from narrate.book import BlockKind, Book, Chapter
from narrate.readers import read_book
from narrate.readers.epub import read_epub
from narrate.readers.epub.metadata import isbn_of

BOOKS = ("pride-and-prejudice", "sherlock-holmes", "importance-of-being-earnest")
PARAGRAPH, HEADING, SCENE = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.SCENE_BREAK


def read(data: bytes) -> Book:
    return read_epub(data, "test.epub", "test")


def texts(chapter: Chapter) -> list[str]:
    return [block.text for block in chapter.blocks]


def body(markup: str) -> list[str]:
    """The blocks' texts of a book with one page."""
    return texts(read(epub({"a.xhtml": page(markup)})).chapters[0])


def words(book: Book) -> int:
    """Of the text, and of the names that open speeches."""
    blocks = [block for chapter in book.chapters for block in chapter.blocks]
    return sum(len(b.text.split()) + (0 if b.continues else len(b.speaker.split())) for b in blocks)


def why(book: Book, what: str) -> str:
    return next((s.why for s in book.skipped if what in s.what), "")


def test_a_book_is_read_to_the_word() -> None:
    """Its words were counted in its sources, without our reader."""
    name = "the-lighthouse-clock.epub"
    book, expected = read_book(ROOT / "examples" / name), json.loads((OWN / "expected.json").read_text("utf-8"))[name]
    assert [chapter.title for chapter in book.chapters] == expected["chapters"]
    assert words(book) == expected["words_body"]
    assert (book.title, book.author, book.language) == (expected["title"], expected["author"], "en-GB")
    assert [s.what.rpartition("/")[2].partition(".")[0] for s in book.skipped] == expected["left_out"]


@needs_shared
@pytest.mark.parametrize("name", BOOKS)
def test_shared_books_are_read_to_the_word(name: str) -> None:
    book = read_book(SHARED / f"{name}.epub")
    expected = json.loads((SHARED / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert [chapter.title for chapter in book.chapters] == expected["chapters"]
    # A stage direction that stands against a word (`Heaven—<i>Jack puts`) is counted there as one word with it.
    # Two speeches there are of two people together (`Jack and Algernon`), which the first one says.
    differs = 1 - 2 * len("and Algernon".split()) if name == "importance-of-being-earnest" else 0
    assert words(book) == expected["words_body"] + differs
    assert book.language == "en-GB"
    assert {"titlepage", "imprint", "colophon"} <= {s.what.rpartition("/")[2].partition(".")[0] for s in book.skipped}


@needs_shared
def test_shared_books_say_who_made_them() -> None:
    holmes = read_book(SHARED / "sherlock-holmes.epub")
    assert (holmes.title, holmes.author) == ("The Adventures of Sherlock Holmes", "Arthur Conan Doyle")
    assert (holmes.series, holmes.series_index, holmes.publisher) == ("Sherlock Holmes", "3", "Standard Ebooks")
    assert holmes.cover is not None
    assert holmes.cover.media_type == "image/jpeg"
    assert texts(holmes.chapters[0])[:2] == ["A Scandal in Bohemia", "I"]


def test_one_file_is_cut_at_the_fragments_of_the_contents() -> None:
    text = "<p>Before, and only a little.</p><section id='one'><h2>One</h2><p>First.</p></section>"
    text += "<h2><a id='two'></a>Two</h2><p>Second.</p>"
    book = read(epub({"a.xhtml": page(text)}, toc=nav(links(("I", "a.xhtml#one"), ("II", "a.xhtml#two")))))
    assert [c.title for c in book.chapters] == ["I", "II"]
    assert [texts(c) for c in book.chapters] == [["Before, and only a little.", "One", "First."], ["Two", "Second."]]


def test_a_heading_before_its_fragment_goes_with_it() -> None:
    text = "<h2 id='a1'>One</h2><p>First.</p><h2>Two</h2><p id='a2'>Second.</p>"
    book = read(epub({"a.xhtml": page(text)}, toc=nav(links(("I", "a.xhtml#a1"), ("II", "a.xhtml#a2")))))
    assert [texts(c) for c in book.chapters] == [["One", "First."], ["Two", "Second."]]


def test_files_that_no_entry_names_go_on_with_the_chapter_before() -> None:
    pages = {f"{n}.xhtml": page(f"<p>Text {n}.</p>") for n in "abcd"}
    book = read(epub(pages, toc=nav(links(("One", "a.xhtml"), ("Two", "c.xhtml")))))
    assert [texts(c) for c in book.chapters] == [["Text a.", "Text b."], ["Text c.", "Text d."]]


def test_text_of_a_parent_entry_is_kept() -> None:
    long = " ".join(["word"] * 40)
    entries = (
        '<li><a href="p.xhtml">Part One</a><ol><li><a href="a.xhtml">1</a></li></ol></li>'
        '<li><span>Part Two</span><ol><li><a href="b.xhtml">2</a></li></ol></li>'
        '<li><a href="q.xhtml">Part Three</a><ol><li><a href="c.xhtml">3</a></li></ol></li>'
    )
    pages = {
        "p.xhtml": page("<h1>Part One</h1>"),
        "a.xhtml": page("<p>A.</p>"),
        "b.xhtml": page("<p>B.</p>"),
        "q.xhtml": page(f"<h1>Part Three</h1><p>{long}</p>"),
        "c.xhtml": page("<p>C.</p>"),
    }
    book = read(epub(pages, toc=nav(entries)))
    assert [c.title for c in book.chapters] == ["1", "2", "Part Three", "3"]
    assert texts(book.chapters[0]) == ["Part One", "A."]
    assert texts(book.chapters[2]) == ["Part Three", long]


def test_text_before_the_first_entry_is_a_chapter_when_it_is_long() -> None:
    long = " ".join(["word"] * 40)
    pages = {"f.xhtml": page(f"<h1>Foreword</h1><p>{long}</p>"), "a.xhtml": page("<p>A.</p>")}
    book = read(epub(pages, toc=nav(links(("One", "a.xhtml")))))
    assert [c.title for c in book.chapters] == ["Foreword", "One"]


def test_epub_2_contents_metadata_and_guide() -> None:
    book = read(
        epub(
            {
                "cover.xhtml": page("<p><img src='c.png' alt='x'/></p>"),
                "copy.xhtml": page("<p>All rights reserved.</p>"),
                "a.xhtml": page("<p>A.</p>"),
                "b.xhtml": page("<p>B.</p>"),
            },
            toc_ncx=ncx(point("Part", "a.xhtml", point("One &amp; only", "a.xhtml")) + point("Two", "b.xhtml")),
            metadata="<dc:title>T</dc:title><dc:creator opf:role='aut'>Ann</dc:creator>"
            "<dc:creator opf:role='aut'>Ben</dc:creator><dc:creator opf:role='ill'>Cy</dc:creator>"
            "<dc:date opf:event='modification'>2020</dc:date><dc:date opf:event='publication'>1897-05-26</dc:date>"
            "<dc:language>en_GB</dc:language><dc:publisher>P</dc:publisher>"
            "<dc:identifier>urn:isbn:978-0-14-143966-2</dc:identifier><dc:rights>© Ann\n  1897</dc:rights>"
            "<dc:description>&lt;p&gt;Good &lt;b&gt;book&lt;/b&gt;&lt;/p&gt;</dc:description>"
            "<meta name='calibre:series' content='S'/><meta name='calibre:series_index' content='2.0'/>"
            "<meta name='cover' content='pic'/>",
            items='<item id="pic" href="c.png" media-type="image/png"/>',
            guide='<reference type="copyright-page" href="copy.xhtml"/>',
            extra={"OEBPS/c.png": PNG},
        )
    )
    assert [c.title for c in book.chapters] == ["One & only", "Two"]
    assert (book.author, book.year, book.language, book.publisher) == ("Ann, Ben", "1897", "en-GB", "P")
    assert (book.series, book.series_index, book.description) == ("S", "2", "Good book")
    assert (book.isbn, book.copyright, book.subtitle) == ("9780141439662", "© Ann 1897", "")
    assert book.cover is not None
    assert book.cover.data == PNG
    assert why(book, "copy.xhtml") == "the copyright page is not read aloud"


def test_epub_3_series_and_main_title() -> None:
    metadata = (
        "<dc:title id='s'>Sub</dc:title><dc:title id='t'>Main</dc:title>"
        "<meta property='title-type' refines='#t'>main</meta>"
        "<meta property='title-type' refines='#s'>subtitle</meta>"
        "<meta property='belongs-to-collection' id='x'>Set</meta>"
        "<meta property='collection-type' refines='#x'>set</meta>"
        "<meta property='belongs-to-collection' id='y'>Saga</meta>"
        "<meta property='collection-type' refines='#y'>series</meta>"
        "<meta property='group-position' refines='#y'>4</meta>"
    )
    book = read(epub({"a.xhtml": page("<p>A.</p>")}, metadata=metadata))
    assert (book.title, book.series, book.series_index) == ("Main", "Saga", "4")
    assert book.subtitle == "Sub"


@needs_shared
def test_a_shared_book_says_more_of_itself() -> None:
    play = read_book(SHARED / "importance-of-being-earnest.epub")
    assert (play.title, play.subtitle) == ("The Importance of Being Earnest", "A Trivial Comedy for Serious People")
    assert play.copyright.startswith("The source text and artwork in this ebook are believed to be")
    assert [skipped.what for skipped in play.skipped if "cover" in skipped.what] == ["the cover epub/images/cover.svg"]


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("urn:isbn:9780141439662", "9780141439662"),
        ("ISBN 0-14-143966-1", "0141439661"),
        ("080442957x", "080442957X"),
        ("978-0-14-143966-3", ""),
        ("urn:uuid:9780141439662", ""),
        ("9770141439662", ""),
        ("12345", ""),
    ],
)
def test_an_isbn_counts_when_its_check_digit_is_right(text: str, isbn: str) -> None:
    assert isbn_of(text) == isbn


def test_without_contents_headings_name_the_chapters() -> None:
    pages = {"a.xhtml": page("<h1>One</h1><p>A.</p>"), "b.xhtml": page("<p>B.</p>")}
    book = read(epub(pages | {"c.xhtml": page("<h1>Two</h1><p>C.</p>"), "d.xhtml": page("<h1>The End</h1>")}))
    assert [c.title for c in book.chapters] == ["One", "Two"]
    assert [texts(c) for c in book.chapters] == [["One", "A.", "B."], ["Two", "C.", "The End"]]
    assert "headings name the chapters" in why(book, "table of contents")


def test_two_chapters_may_share_a_title_and_titles_may_be_anything() -> None:
    titles = ["Again", "Again", "../../etc", "a/b", "😀", "x" * 300]
    pages = {f"{i}.xhtml": page(f"<p>Text {i}.</p>") for i in range(len(titles))}
    book = read(epub(pages, toc=nav(links(*((t, f"{i}.xhtml") for i, t in enumerate(titles))))))
    assert [c.title for c in book.chapters] == titles


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p><b>W</b>ord <i>o</i><span>n</span>e.</p>", ["Word one."]),
        ("<p>one<br/>two</p>", ["one two"]),
        ("<p>one<br/> <br/>two</p>", ["one", "two"]),
        ("<div>bare <p>in</p> tail</div>", ["bare", "in", "tail"]),
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", ["a", "b", "c"]),
        ("<p>ex\u00adam\u200bple\u2060s&#160;here</p>", ["examples here"]),
        ("<p>漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby></p>", ["漢字"]),
        ("<script>no</script><p>yes<style>no</style><svg><title>no</title><path/></svg></p><nav>no</nav>", ["yes"]),
        ("<p>a</p><p hidden=''>no</p><p style='display: none'>no</p>", ["a"]),
        ("<table><tr><td>a</td><td></td><td>b.</td><td>c</td></tr><tr><td>d</td></tr></table>", ["a, b. c", "d"]),
        ("<p>a</p><hr/><p>b</p><p>* * *</p><p>c</p><p class='scene-break'>&#160;</p><p>d</p>", list("abcd")),
        ("<pre>one\ntwo\n\nthree</pre>", ["one two", "three"]),
        ("<dl><dt>term</dt><dd>meaning</dd></dl>", ["term", "meaning"]),
        ("<p>No<span epub:type='pagebreak'>12</span>vember</p>", ["November"]),
        ("<p>fish &amp; chips &lt; 3</p>", ["fish & chips < 3"]),
    ],
)
def test_epub_markup_becomes_plain_text(markup: str, expected: list[str]) -> None:
    assert [text for text in body(markup) if text] == expected


def test_kinds_of_blocks() -> None:
    markup = "<hgroup><h2>One</h2><p>Sub</p></hgroup><p>a</p><p>⁂</p><hr/><p>b</p><hr/>"
    blocks = read(epub({"a.xhtml": page(markup)})).chapters[0].blocks
    assert [b.kind for b in blocks] == [HEADING, HEADING, PARAGRAPH, SCENE, PARAGRAPH]


def test_notes_are_left_out_and_listed() -> None:
    markup = (
        "<p>Text<a epub:type='noteref' href='#n'>1</a> goes<sup><a role='doc-noteref' href='#m'>2</a></sup> on.</p>"
        "<aside epub:type='footnote' id='n'><p>Note.</p></aside><div role='doc-endnotes'><p>Note.</p></div><p>End.</p>"
    )
    book = read(epub({"a.xhtml": page(markup)}))
    assert texts(book.chapters[0]) == ["Text goes on.", "End."]
    assert "notes" in why(book, "2 notes")


# Made-up pages: words as they are written, and the same words as they must be read. A hyphen at a word's end is none
# of these words: at a paragraph's end it says that the word goes on.
WORDS = st.lists(st.text("abcdeé’-&<*", max_size=6).map(lambda word: f"w{word}".rstrip("-")), min_size=1, max_size=5)
INLINE = st.sampled_from(["{}", "<i>{}</i>", "<span class='x'>{}</span>", "<a href='#y'><b>{}</b></a>", "\n {} "])
BLOCK = st.sampled_from(
    [
        "<p>{}</p>",
        "<h2>{}</h2>",
        "<div>{}</div>",
        "<blockquote><p>{}</p></blockquote>",
        "<ul><li>{}</li></ul>",
        "{}<br/>",
    ]
)


@st.composite
def fragments(draw: st.DrawFn) -> tuple[str, list[str]]:
    said = draw(WORDS)
    markup = " ".join(draw(INLINE).format(escape(word)) for word in said)
    return draw(BLOCK).format(markup), said


@settings(max_examples=60)
@given(st.lists(st.lists(fragments(), min_size=1, max_size=5), min_size=1, max_size=4), st.booleans())
def test_no_word_is_lost_or_added(pages: list[list[tuple[str, list[str]]]], contents: bool) -> None:
    files = {f"{i}.xhtml": page("\n".join(markup for markup, _ in p)) for i, p in enumerate(pages)}
    toc = nav(links(*((f"Chapter {i}", name) for i, name in enumerate(files) if i % 2))) if contents else None
    book = read(epub(files, toc=toc))
    found = [word for chapter in book.chapters for text in texts(chapter) for word in text.split()]
    assert found == [word for p in pages for _, said in p for word in said]
