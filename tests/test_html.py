"""HTML as books: one page, a zip of pages, a folder of them; read as an EPUB's pages are, without the site around."""

import contextlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from epubs import epub, page as xhtml
from hypothesis import given, settings, strategies as st
from lxml import etree

from narrate.book import BlockKind, Book, Reading
from narrate.errors import SourceError
from narrate.readers import printed_pages, read_book
from narrate.readers.html.folder import packed
from narrate.readers.html.tidy import tidied
from narrate.work.opening import is_project, open_project
from narrate.work.source import load, read_source

CHAPTERS = (
    "<h1>The Gulls</h1><p>The gulls sat on the wall and said nothing that anybody heard.</p>"
    "<h1>The Ferry</h1><p>The ferry left at noon, with nine men and a dog that nobody had asked.</p>"
)


def html(body: str, head: str = "<title>The Harbour Year</title>", attributes: str = "lang=en") -> bytes:
    return (
        f"<!DOCTYPE html><html {attributes}><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()
    )


def read(data: bytes, name: str = "harbour.html", reading: Reading | None = None) -> Book:
    return read_book(Path(name), data=data, reading=reading)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def texts(book: Book) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks if block.text]


def told(book: Book) -> list[str]:
    return [f"{part.what}: {part.why}" for part in book.skipped]


# --- one page -------------------------------------------------------------------------------------


def test_headings_of_a_page_are_its_chapters() -> None:
    book = read(html(CHAPTERS))
    assert [chapter.title for chapter in book.chapters] == ["The Gulls", "The Ferry"]
    assert (book.title, book.language, told(book)) == ("The Harbour Year", "en", [])
    assert book.chapters[0].blocks[0].kind is BlockKind.HEADING


def test_tag_soup_is_no_damage_and_keeps_its_words() -> None:
    soup = (
        "<h1>One<p>a<br>b<p>tea & toast &copy; <b>bold<i>both</b></i><ul><li>x<li>y</ul><table><tr><td>1<td>2</table>"
    )
    book = read(html(soup))
    assert texts(book) == ["One", "a b", "tea & toast © boldboth", "x", "y", "1, 2"]
    assert told(book) == []


def test_notes_of_a_page_are_left_out_or_read_where_they_are_referred_to() -> None:
    body = (
        '<h1>One</h1><p>The treaty was signed<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref">'
        "<sup>1</sup></a> in June.</p><p>Nobody kept it.</p>"
        '<section id="footnotes" class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>See the town records.'
        '<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>'
    )
    assert texts(read(html(body))) == ["One", "The treaty was signed in June.", "Nobody kept it."]
    inline = read(html(body), reading=Reading(notes="inline"))
    assert texts(inline) == ["One", "The treaty was signed in June.", "See the town records.", "Nobody kept it."]


def test_what_a_site_puts_around_the_text_is_left_out_and_told() -> None:
    around = (
        '<header><a href="/">Example</a></header><nav><a href="/a">Home</a> <a href="/b">Shop</a></nav>'
        f"<div><div><main>{CHAPTERS}<p class='noprint'>Print this page</p></main><aside>Buy the mug</aside></div></div>"
        "<footer>© Example 2026</footer><script>var text = 'sold <p> out';</script>"
    )
    book = read(html(around))
    assert texts(book) == texts(read(html(CHAPTERS)))
    assert told(book) == ["5 parts of the site around the text: menus, heads and feet are not the text"]


def test_without_a_main_part_only_what_calls_itself_the_sites_is_left_out() -> None:
    site = "<div role=banner>Example</div><div title=footer><p>1</p></div>"
    body = f"{site}<header>From the author</header>{CHAPTERS}<footer>The end.</footer>"
    assert texts(read(html(body))) == ["From the author", *texts(read(html(CHAPTERS))), "The end."]
    little = f"<main>Loading</main>{CHAPTERS}"
    assert texts(read(html(little)))[1:] == texts(read(html(CHAPTERS)))


def test_a_table_of_contents_and_the_signs_beside_headings_are_none_of_the_text() -> None:
    body = '<nav id="TOC"><ul><li><a href="#a">The Gulls</a></li><li><a href="#b">The Ferry</a></li></ul></nav>' + (
        CHAPTERS.replace("</h1>", '<a class="headerlink" href="#a">¶</a></h1>')
    )
    book = read(html(body))
    assert texts(book) == texts(read(html(CHAPTERS)))
    assert told(book) == ["harbour.html: the table of contents is not read aloud"]


def test_hidden_words_are_not_read_and_descriptions_where_they_are_wanted() -> None:
    body = (
        "<style>.gone {display: none}</style><h1>One</h1><p hidden>A</p><p class=gone>B</p>"
        "<p style='display:none'>C</p><p>Seen.</p><p><img src=a.png alt='A wall with gulls'></p>"
    )
    book = read(html(body))
    assert texts(book) == ["One", "Seen."]
    assert any(line.startswith("3 hidden passages") for line in told(book))
    assert texts(read(html(body), reading=Reading(figures="alt"))) == ["One", "Seen.", "A wall with gulls"]


def test_languages_of_passages_stand_beside_the_text() -> None:
    body = (
        "<h1>The Gulls</h1><p>The harbour was very quiet that morning, and nobody in the town said anything at all.</p>"
        "<p lang=fr>Le port était calme ce matin-là, et personne dans la ville ne disait rien du tout.</p>"
    )
    book = read(html(body))
    assert [(s.language, b.text[:7]) for c in book.chapters for b in c.blocks for s in b.spans] == [("fr", "Le port")]


@pytest.mark.parametrize(
    ("head", "attribute", "value"),
    [
        ("<title>The Gulls | A site</title>", "title", "The Gulls"),
        ("<title>x</title><meta name=DC.title content='Nine Boats'>", "title", "Nine Boats"),
        ("<title>The Project Gutenberg eBook of Nine Boats, by Ann Hale</title>", "author", "Ann Hale"),
        ("<meta name=author content='Ann Hale and Ben Reed'>", "authors", ("Ann Hale", "Ben Reed")),
        ("<meta name=citation_author content='Hale, Ann'><meta name=citation_author content='Reed, Ben'>", "authors",
         ("Ann Hale", "Ben Reed")),
        ("<meta property='article:author' content='https://example.org/ann'>", "author", ""),
        ("<meta name=dcterms.date content='2019-05-03'>", "year", "2019"),
        ("<meta name=keywords content='Sea stories, Gulls'>", "genres", ("Sea stories", "Gulls")),
        ("<meta name=description content='A year in a town.'>", "description", "A year in a town."),
    ],
)  # fmt: skip
def test_what_a_page_says_of_the_book(head: str, attribute: str, value: object) -> None:
    assert getattr(read(html(CHAPTERS, head)), attribute) == value


def test_a_page_without_a_title_has_its_files_name() -> None:
    assert read(html("<p>Nothing moves here at all.</p>", ""), "nine-boats.htm").title == "nine-boats"


def test_a_page_from_a_pipe_is_known_by_its_bytes() -> None:
    assert [c.title for c in read_book(None, data=html(CHAPTERS)).chapters] == ["The Gulls", "The Ferry"]
    assert [c.title for c in read_book(None, data=xhtml(CHAPTERS).encode()).chapters] == ["The Gulls", "The Ferry"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html><body></body></html>", "holds no readable text"),
        (b"<!DOCTYPE html [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><html><body><p>&b;</p></body></html>", "refused"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>", "is a drawing"),
    ],
)
def test_what_is_no_page_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


NAMES = st.sampled_from(["p", "div", "b", "o:p", "x-y", "main", "nav", "h1", "table", "td", "svg", "br", "li", "é"])
ATTRIBUTES = st.sampled_from(["", " @click=x", ' xml:lang="de"', " class='a", ' "', " data-x=\x01", " epub:type=toc"])
WORDS = st.text("ab \x01\x0c&<>é\ufffe'\"", max_size=8)
PIECES = st.one_of(WORDS, st.builds("<{}{}>".format, NAMES, ATTRIBUTES), NAMES.map("</{}>".format))


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_whatever_html_there_is_the_page_made_of_it_is_xml(pieces: list[str]) -> None:
    data = tidied(html("".join(pieces))).data
    assert etree.fromstring(data, etree.XMLParser(resolve_entities=False)) is not None


# --- many pages -----------------------------------------------------------------------------------


def plain(title: str, text: str) -> str:
    return html(f"<h1>{title}</h1><p>{text}</p>", f"<title>{title}</title>").decode()


PAGES = {
    "c1.html": plain("The Gulls", "The gulls sat on the wall and said nothing."),
    "c2.html": plain("The Ferry", "The ferry left at noon, with nine men and a dog."),
    "c10.html": plain("The Wall", "Nobody came that day, nor on the next."),
}


def titles(book: Book) -> list[str]:
    return [chapter.title for chapter in book.chapters]


def test_pages_of_a_zip_stand_in_the_order_of_their_names() -> None:
    junk = {"__MACOSX/._c1.html": "x", ".hidden.html": plain("No", "No."), "read.txt": "x"}
    book = read(zipped({**dict(reversed(PAGES.items())), **junk}), "harbour.zip")
    assert titles(book) == ["The Gulls", "The Ferry", "The Wall"]


def test_the_first_page_says_what_the_book_is_and_leads_to_its_pages() -> None:
    index = html(
        "<h1>The Harbour Year</h1><ol><li><a href='c10.html'>First: The Wall</a><li><a href='c1.html'>Second: The Gulls"
        "</a></ol>",
        "<title>The Harbour Year</title><meta name=author content='Ann Hale'>",
    )
    book = read(zipped({"book/index.html": index, **{f"book/{n}": text for n, text in PAGES.items()}}), "x.zip")
    assert (book.title, book.author, titles(book)) == (
        "The Harbour Year",
        "Ann Hale",
        ["First: The Wall", "Second: The Gulls"],
    )
    assert "book/c2.html: is not part of the reading order" in told(book)


def test_pages_that_lead_from_one_to_the_next_are_all_read() -> None:
    chain = {"c1.html": "c2.html", "c2.html": "c10.html", "c10.html": "c1.html"}
    pages = {
        n: text.replace("</body>", f"<nav><a href='{chain[n]}'>Next</a></nav></body>") for n, text in PAGES.items()
    }
    index = html("<p>A book about a harbour. <a href='c1.html'>Begin</a></p>")
    book = read(zipped({"index.html": index, **pages}), "harbour.zip")
    assert titles(book)[-3:] == ["The Gulls", "The Ferry", "The Wall"]


def test_notes_on_another_page_and_style_sheets_of_a_zip_count() -> None:
    pages: dict[str, str | bytes] = {
        "a.html": html(
            "<link rel=stylesheet href=s.css><h1>One</h1><p>Signed<a href='n.html#n1'><sup>1</sup></a> in June.</p>"
            "<p class=gone>No.</p>"
        ),
        "n.html": html("<h1>Notes</h1><p id=n1><a href='a.html#r'>1</a>. See the records.</p>"),
        "s.css": ".gone { display: none }",
    }
    assert texts(read(zipped(pages), "harbour.zip")) == ["One", "Signed in June."]


def test_a_zip_that_is_an_epub_is_read_as_one_and_one_without_pages_is_refused() -> None:
    data = epub({"one.xhtml": xhtml(CHAPTERS)}, metadata="<dc:title>Nine Boats</dc:title>")
    assert read(data, "boats.zip").title == "Nine Boats"
    with pytest.raises(SourceError, match="is a zip without pages"):
        read(zipped({"a.txt": "Hello."}), "boats.zip")
    with pytest.raises(SourceError, match="is not a zip"):
        read(b"Hello.", "boats.zip")
    with pytest.raises(SourceError, match="unpacks to far more"):
        read(zipped({"a.html": b"<p>" + b" " * (9 << 20)}), "boats.zip")


def test_a_folder_is_a_book_that_a_project_keeps_as_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "Nine Boats"
    (folder / "more").mkdir(parents=True)
    for name, text in PAGES.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "more" / "z.html").write_text(plain("The End", "That was all of it."), "utf-8")
    (tmp_path / "secret.html").write_text(plain("Secret", "Nobody may read this."), "utf-8")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    source = read_source(folder)
    assert source.kept_as == "nine-boats.zip"
    assert titles(load(source).book) == ["The Gulls", "The Ferry", "The Wall", "The End"]
    assert packed(folder) == source.data


def test_a_folder_without_pages_and_a_project_are_no_books(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Hello.")
    with pytest.raises(SourceError, match="is a folder, not a book"):
        read_source(tmp_path)
    (tmp_path / "index.html").write_bytes(html(CHAPTERS))
    assert read_source(tmp_path).path.name == f"{tmp_path.name}.zip"
    (tmp_path / "project.toml").write_text("")
    with pytest.raises(SourceError, match="is a folder, not a book"):
        read_source(tmp_path)


def test_a_folder_of_pages_is_a_book_and_does_not_stand_in_its_projects_way(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_bytes(html(CHAPTERS))
    assert not is_project(tmp_path / "site", tmp_path)
    project, home = tmp_path / "site", tmp_path / "home"
    (home / "projects" / "site").mkdir(parents=True)
    (home / "projects" / "site" / "project.toml").write_text('title = "Site"\n')
    (home / "projects" / "site" / "cast.toml").write_text("")
    with contextlib.chdir(tmp_path):
        assert open_project(Path("site"), home).folder == home / "projects" / "site"
        (project / "project.toml").write_text('title = "Another"\n')
        assert open_project(Path("site"), home).folder == Path("site")
        assert is_project(Path("site"), home)


def test_an_unpacked_epub_is_read_by_its_package(tmp_path: Path) -> None:
    with zipfile.ZipFile(
        io.BytesIO(epub({"one.xhtml": xhtml(CHAPTERS)}, metadata="<dc:title>Nine Boats</dc:title>"))
    ) as z:
        z.extractall(tmp_path)
    assert load(read_source(tmp_path)).book.title == "Nine Boats"


def test_pages_of_the_print_book_are_where_marks_say(tmp_path: Path) -> None:
    body = '<h1>One</h1><p>The gulls <span role="doc-pagebreak" aria-label="xiv"></span>sat.</p>'
    (tmp_path / "a.html").write_bytes(html(body))
    (tmp_path / "a.zip").write_bytes(zipped({"1.html": html(body), "2.html": html("<h1>Two</h1><p>They left.</p>")}))
    (tmp_path / "b.zip").write_bytes(epub({"1.xhtml": xhtml(body.replace('role="doc-', 'id="p" role="doc-'))}))
    for name, words in (("a.html", ["sat."]), ("a.zip", ["sat.", "Two", "They", "left."]), ("b.zip", ["sat."])):
        first, second = printed_pages(tmp_path / name)
        assert (first.label, first.text.split()[-2:], second.label) == ("", ["The", "gulls"], "xiv")
        assert second.text.split() == words
