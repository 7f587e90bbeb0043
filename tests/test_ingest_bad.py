"""Bad input: one clear line, or a book that says what it lacks. Never a traceback, never a word lost in silence."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book
from narrate.errors import SourceError
from narrate.readers import read_book
from narrate.readers.epub import archive as archive_module, read_epub

PAGES = {f"{n}.xhtml": page(f"<h1>{n}</h1><p>Text of {n}.</p>") for n in ("one", "two", "three")}
TOC = nav(links(*((name, name) for name in PAGES)))


def read(data: bytes) -> Book:
    return read_epub(data, "test.epub", "test")


def said(book: Book) -> str:
    return " ".join(block.text for chapter in book.chapters for block in chapter.blocks)


def refusal(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("test.epub: ")
    return str(caught.value)


def book_or_line(data: bytes) -> bool:
    """Whether reading gives a book with chapters, or fails with one line."""
    try:
        return bool(read(data).chapters)
    except SourceError as error:
        return "\n" not in str(error)


def why(book: Book, what: str) -> str:
    return next((s.why for s in book.skipped if what in s.what), "")


def test_files_that_are_no_books(tmp_path: Path) -> None:
    def message(name: str, content: bytes | None = None) -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SourceError) as caught:
            read_book(path)
        return str(caught.value)

    assert "is empty" in message("empty.epub", b"")
    assert "is empty" in message("blank.txt", b" \n\n")
    assert "not a zip" in message("text.epub", b"Once upon a time")
    assert "no such file" in message("novel.txt")
    assert 'did you mean "text.epub"?' in message("txt.epub")
    assert 'did you mean ".epub"?' in message("book.epbu", b"x")
    assert ".epub, " in message("book.xyz", b"x")
    assert "is a PDF" in message("book.txt", b"%PDF-1.7 ...")
    assert "is a zip" in message("book.md", epub(PAGES))
    assert "not text" in message("picture.txt", bytes(range(1, 32)) * 100)
    assert "holds no readable text" in message("dots.txt", b"... --- ...")
    (tmp_path / "folder.epub").mkdir()
    assert "is a folder" in message("folder.epub")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert "cannot be read" in message("loop.txt")


def test_a_zip_that_is_no_epub() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "not an EPUB" in refusal(out.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_truncated_epub_is_read_as_far_as_it_goes(method: int) -> None:
    noise = random.Random(1)
    long = " ".join(f"w{noise.randrange(10**9)}" for _ in range(5000))
    data = epub(PAGES | {"four.xhtml": page(f"<p>{long}</p>")}, toc=TOC, method=method)
    cut = data.index(b"OEBPS/four.xhtml", data.index(b"OEBPS/three.xhtml")) + 20_000
    book = read(data[:cut])
    assert "Text of one." in said(book)
    assert "Text of three." in said(book)
    assert long[:500] in said(book)
    assert "cut off" in why(book, "end of the file")
    assert "not a zip" in refusal(data[:20])


def test_every_cut_of_an_epub_is_a_book_or_a_line() -> None:
    data = epub(PAGES, toc=TOC)
    for size in range(1, len(data), 37):
        assert book_or_line(data[:size])


def test_damaged_bytes_are_a_book_or_a_line() -> None:
    data = epub(PAGES, toc=TOC)
    noise = random.Random(2)
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(noise.randrange(1, 6)):
            broken[noise.randrange(len(data))] = noise.randrange(256)
        assert book_or_line(bytes(broken))


def test_a_damaged_page_is_read_up_to_the_damage() -> None:
    noise = random.Random(4)
    long = " ".join(f"w{noise.randrange(10**9)}" for _ in range(5000))
    data = bytearray(epub(PAGES | {"two.xhtml": page(f"<p>{long}</p>")}, toc=TOC))
    at = data.index(b"OEBPS/two.xhtml") + 20_000
    data[at : at + 20] = bytes(20)
    book = read(bytes(data))
    assert long[:5000] in said(book)
    assert "Text of three." in said(book)
    assert "damaged" in why(book, "two.xhtml")


def encrypted(algorithm: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        f'<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{algorithm}"/>'
        '<CipherData><CipherReference URI="OEBPS/one.xhtml"/></CipherData></EncryptedData></encryption>'
    }


def test_drm_is_named_and_font_obfuscation_is_not_drm() -> None:
    assert "DRM" in refusal(epub(PAGES, extra=encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc")))
    assert "DRM" in refusal(epub(PAGES, extra={"META-INF/rights.xml": "<rights/>"}))
    assert "DRM" in refusal(epub(PAGES, extra={"META-INF/sinf.xml": "<sinf/>"}))
    assert read(epub(PAGES, extra=encrypted("http://www.idpf.org/2008/embedding"))).chapters


def test_an_epub_without_text_is_refused() -> None:
    assert "no readable text" in refusal(epub({"a.xhtml": page("<img src='a.jpg' alt=''/>")}))
    assert "no readable text" in refusal(epub(PAGES, leave_out=[f"OEBPS/{name}" for name in PAGES]))


def test_spine_items_that_are_missing_outside_or_nowhere() -> None:
    items = '<item id="out" href="../../../etc/passwd" media-type="application/xhtml+xml"/>'
    data = epub(PAGES, toc=TOC, items=items, spine=[*PAGES, "out", "ghost"], leave_out=["OEBPS/two.xhtml"])
    book = read(data)
    assert [c.title for c in book.chapters] == ["one.xhtml", "three.xhtml"]
    assert "not in the file" in why(book, "two.xhtml")
    assert "outside" in why(book, "etc/passwd")
    assert why(book, "ghost")


@pytest.mark.parametrize(
    ("bad", "kept"),
    [
        ("<html><body><p>One & two <b>three</p><p>four<br>five", ["One & two three", "four five"]),
        ("<p>No body, <i>no</i> end", ["No body, no end"]),
        ("<html><head><title/><script/></head><body><p>a<p>b</body></html>", ["a", "b"]),
        ("<html><body><p>a < b</p><p>c</p></body></html>", ["a < b", "c"]),
        ("<html><body><p>&nbsp;a&mdash;b&eacute; &unknown;</p></body></html>", ["a—bé &unknown;"]),
        ("just words", ["just words"]),
    ],
)
def test_pages_that_are_not_xml(bad: str, kept: list[str]) -> None:
    book = read(epub({"a.xhtml": bad, "b.xhtml": page("<p>End.</p>")}, toc=nav(links(("A", "a.xhtml")))))
    assert [b.text for b in book.chapters[0].blocks] == [*kept, "End."]


@pytest.mark.parametrize("broken", ["<package", "", "<package xmlns='x'><manifest/></package>", "\0\1\2", "<a/>"])
def test_a_broken_package_leaves_the_pages(broken: str) -> None:
    book = read(epub(PAGES, extra={"OEBPS/book.opf": broken}))
    assert all(f"Text of {n}." in said(book) for n in ("one", "two", "three"))
    assert "order of their names" in why(book, "package")


def test_attributes_that_damage_has_made_unnameable() -> None:
    metadata = "<dc:title>T</dc:title><meta name='a' \u00c9<b='c' 'd/><meta <meta x='&#1;'/>"
    assert said(read(epub(PAGES, metadata=metadata))).count("Text of") == 3


def test_a_package_cut_short_still_gives_what_it_has() -> None:
    opf = zipfile.ZipFile(io.BytesIO(epub(PAGES, toc=TOC))).read("OEBPS/book.opf")
    book = read(
        epub(PAGES, extra={"OEBPS/book.opf": opf[: opf.index(b"<spine")] + b"<spine><itemref idref='two.xhtml'/"})
    )
    assert "Text of two." in said(book)


@pytest.mark.parametrize("toc", ["", "<nav", page("<nav><ol><li><a>x</a></li></ol></nav>"), page("")])
def test_a_broken_table_of_contents(toc: str) -> None:
    assert [c.title for c in read(epub(PAGES, toc=toc)).chapters] == ["one", "two", "three"]


def test_contents_that_lead_nowhere() -> None:
    toc = nav(
        links(("One", "one.xhtml#gone"), ("Ghost", "ghost.xhtml"), ("Web", "https://example.org/"), ("", "two.xhtml"))
    )
    book = read(epub(PAGES, toc=toc))
    assert [c.title for c in book.chapters] == ["One", "two"]
    assert why(book, "Ghost")


def test_zip_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "refused" in refusal(epub({"a.xhtml": page("<p>" + "a " * 10_000_000 + "</p>")}))
    noise = random.Random(3)
    text = " ".join(f"w{noise.randrange(10**6)}" for _ in range(20_000))
    pages = {f"{i}.xhtml": page(f"<p>{text}</p>") for i in range(4)}
    assert read(epub(pages)).chapters
    monkeypatch.setattr(archive_module, "MAX_TOTAL", 3 * len(text))
    assert "refused" in refusal(epub(pages))
    monkeypatch.setattr(archive_module, "MAX_MEMBER", len(text) // 2)
    assert "refused" in refusal(epub({"a.xhtml": pages["0.xhtml"]}))


LAUGHS = "".join(f"<!ENTITY l{i} '{f'&l{i - 1};' * 10}'>" for i in range(1, 10))


@pytest.mark.parametrize("where", ["OEBPS/one.xhtml", "OEBPS/book.opf", "OEBPS/nav.xhtml", "META-INF/container.xml"])
def test_entity_bombs_are_refused(where: str) -> None:
    bomb = f"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY l0 'ha'>{LAUGHS}]><html><body><p>&l9;</p></body></html>"
    assert "refused" in refusal(epub(PAGES, toc=TOC, extra={where: bomb}))


def test_entities_of_a_file_and_from_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    text = (
        f"<!DOCTYPE html [<!ENTITY me 'Ann &#38; co'><!ENTITY x SYSTEM '{secret.as_uri()}'>"
        "<!ENTITY % y SYSTEM 'http://127.0.0.1:9/x.dtd'>]>"
        + page("<p>By &me;&x;.&nbsp;Yes&hellip;</p>").partition("\n")[2]
    )
    book = read(epub({"a.xhtml": text}))
    assert said(book) == "By Ann & co. Yes…"
    assert "left out" in why(book, "a.xhtml")


def test_doctypes_are_cut_off_whole() -> None:
    public = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    text = '<?xml version="1.0"?>\n' + public + page("<p>caf&eacute; &amp; &#233;</p>").partition("\n")[2]
    book = read(epub({"a.xhtml": text}))
    assert said(book) == "café & é"
    assert not why(book, "a.xhtml")


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "i", "section"])
def test_markup_nested_ten_thousand_levels_deep_is_read(tag: str) -> None:
    deep = f"<{tag}>" * 10_000 + "word" + f"</{tag}>" * 10_000
    assert said(read(epub({"a.xhtml": page(f"<p>before</p>{deep}<p>after</p>")}))) == "before word after"


def test_a_deeply_nested_table_of_contents_loses_no_text() -> None:
    entry = '<li><a href="one.xhtml">x</a><ol>' * 3000 + '<li><a href="two.xhtml">End</a></li>' + "</ol></li>" * 3000
    assert "Text of two." in said(read(epub(PAGES, toc=nav(entry))))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_pages_in_other_encodings(encoding: str) -> None:
    text = page("<p>Caf\u00e9 na\u00efve</p>").replace("utf-8", encoding.removesuffix("-sig").removesuffix("-le"))
    assert said(read(epub({"a.xhtml": text.encode(encoding)}))) == "Café naïve"


def test_an_epub_behind_a_password_is_refused() -> None:
    data = bytearray(epub(PAGES))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    assert "password" in refusal(bytes(data))


def test_names_in_another_case_or_with_percent_signs() -> None:
    book = read(epub({"My Page.XHTML": page("<p>Here.</p>")}, toc=nav(links(("One", "my%20page.xhtml")))))
    assert [c.title for c in book.chapters] == ["One"]


@pytest.mark.parametrize(
    ("name", "what", "do"),
    [
        ("my book.djvu", "is a DjVu file", "`ebook-convert 'my book.djvu' 'my book.epub'`"),
        ("book.MOBI", "is a Kindle book", "`ebook-convert book.MOBI book.epub`"),
        ("book.azw3", "is a Kindle book", "`ebook-convert book.azw3 book.epub`"),
        ("book.rtf", "is a rich text file", "`pandoc book.rtf -o book.epub`"),
        ("book.mht", "is a web page of one file", "save it as .html"),
        ("book.doc", "is an old Word document", "export it as EPUB"),
        ("book.rar", "is an archive", "give the book inside"),
    ],
)
def test_a_form_that_is_not_read_is_named_with_the_way_to_one_that_is(
    tmp_path: Path, name: str, what: str, do: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(SourceError) as caught:
        read_book(tmp_path / name)
    said = str(caught.value)
    assert f"{name}: {what}, which narrate does not read (" in said
    assert do in said
    assert "did you mean" not in said
