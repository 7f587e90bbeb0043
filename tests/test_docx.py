"""Word documents as books: what is shown is read, in its order, and nothing that only helps those who write."""

import io
import random
from pathlib import Path

import docx as python_docx
import pytest
from documents import STYLES, core, docx, p, part, t
from docx.enum.style import WD_STYLE_TYPE
from hypothesis import given, settings, strategies as st
from lxml import etree

from narrate.book import Block, BlockKind, Book, Reading
from narrate.errors import SourceError
from narrate.readers import read_book
from narrate.readers.docx import docx_page

ONE = p("The Gulls", "Heading1")
TWO = p("The Ferry", "Heading1")
SOME = p("The gulls sat on the wall and said nothing that anybody heard.")
MORE = p("The ferry left at noon, with nine men and a dog that nobody had asked.")


def read(data: bytes, reading: Reading | None = None, name: str = "harbour.docx") -> Book:
    return read_book(Path(name), data=data, reading=reading)


def blocks(book: Book) -> list[Block]:
    return [block for chapter in book.chapters for block in chapter.blocks]


def texts(book: Book) -> list[str]:
    return [block.text for block in blocks(book) if block.text]


def body(inner: str, **parts: str) -> list[str]:
    """The texts of a document of one chapter, without its heading."""
    return texts(read(docx(ONE + inner, parts)))[1:]


def book_or_line(data: bytes) -> bool:
    """Whether reading gives a book with chapters, or fails with one line."""
    try:
        return bool(read(data).chapters)
    except SourceError as error:
        return "\n" not in str(error)


def told(book: Book) -> list[str]:
    return [f"{part.what}: {part.why}" for part in book.skipped]


# --- made by python-docx --------------------------------------------------------------------------


def test_a_document_of_python_docx_is_read_whole() -> None:
    made = python_docx.Document()
    made.core_properties.author = "Hale, Ann; Ben Reed"
    made.core_properties.title = "The Harbour Year"
    made.core_properties.keywords = "Sea stories; Gulls"
    made.add_heading("The Harbour Year", 0)
    made.add_heading("The Gulls", 1)
    made.add_paragraph("Nobody ").add_run("very").italic = True
    for text in ("rope", "sail"):
        made.add_paragraph(text, style="List Number")
    made.add_heading("The Ferry", 1)
    table = made.add_table(rows=0, cols=2)
    for row in (("Boat", "Men"), ("Gull", "9")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.styles.add_style("Poem", WD_STYLE_TYPE.PARAGRAPH)
    lines = made.add_paragraph("The lantern in the prow,", style="Poem")
    lines.add_run().add_break()
    lines.add_run("The oar upon the stone.")
    out = io.BytesIO()
    made.save(out)
    book = read(out.getvalue())
    assert (book.title, book.authors, book.genres) == (
        "The Harbour Year",
        ("Ann Hale", "Ben Reed"),
        ("Sea stories", "Gulls"),
    )
    assert (book.language, book.description) == ("en", "")
    assert [(c.title, [b.text for b in c.blocks]) for c in book.chapters] == [
        ("The Gulls", ["The Gulls", "Nobody very", "1. rope", "2. sail"]),
        ("The Ferry", ["The Ferry", "Boat, Men", "Gull, 9", "The lantern in the prow,", "The oar upon the stone."]),
    ]
    assert told(book) == ["document.xhtml: the title page is not read aloud"]
    assert [b.kind for b in blocks(book)][-2:] == [BlockKind.VERSE, BlockKind.VERSE]


# --- paragraphs -----------------------------------------------------------------------------------


def test_headings_are_known_by_style_by_what_that_is_based_on_and_by_their_outline() -> None:
    own = p("The Wall", "", '<w:outlineLvl w:val="0"/>')
    book = read(docx(ONE + SOME + p("The Ferry", "MyChapter") + MORE + own + SOME))
    assert [chapter.title for chapter in book.chapters] == ["The Gulls", "The Ferry", "The Wall"]


NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="Chapter %1"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0">'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>'
    + "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(3)),
)


def item(text: str, list_id: int, level: int = 0, style: str = "") -> str:
    return p(text, style, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_lists_are_counted_as_the_page_shows_them() -> None:
    inner = item("rope", 1) + item("old", 1, 1) + item("new", 1, 1) + item("sail", 1) + SOME + item("oar", 1)
    inner += item("tar", 3)
    some = "The gulls sat on the wall and said nothing that anybody heard."
    assert body(inner, numbering=NUMBERING) == ["3. rope", "a. old", "b. new", "4. sail", some, "5. oar", "tar"]


def test_a_heading_that_word_numbers_has_its_number() -> None:
    first, second = item("The Gulls", 2, 0, "Heading1"), item("The Ferry", 2, 0, "Heading1")
    book = read(docx(first + SOME + second + MORE, {"numbering": NUMBERING}))
    assert [c.title for c in book.chapters] == ["Chapter I The Gulls", "Chapter II The Ferry"]


def test_what_tells_scenes_verse_quotations_and_code_apart() -> None:
    border = p("", "", '<w:pBdr><w:bottom w:val="single"/></w:pBdr>')
    inner = (
        SOME + border + p("Said", "Quote") + p("* * *") + p("<w:r><w:t>One,</w:t><w:br/><w:t>two.</w:t></w:r>", "Poem")
    )
    book = read(docx(ONE + inner + p("print(1)", "SourceCode")))
    kinds = [block.kind for block in blocks(book)][2:]
    assert kinds == [
        BlockKind.SCENE_BREAK,
        BlockKind.PARAGRAPH,
        BlockKind.SCENE_BREAK,
        BlockKind.VERSE,
        BlockKind.VERSE,
    ]
    assert told(book) == ["1 piece of code: code is not read aloud"]


def test_a_drop_cap_and_a_paragraph_whose_end_is_deleted_go_on_in_the_next() -> None:
    inner = p("O", "", '<w:framePr w:dropCap="drop"/>') + p("nce upon a time.")
    inner += p("She said ", "", "<w:rPr><w:del w:id='1'/></w:rPr>") + p("nothing.")
    assert body(inner) == ["Once upon a time.", "She said nothing."]


# --- runs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (t("co") + t("ope", "<w:b/>") + t("rate", "<w:i/>"), "cooperate"),
        ("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r>", "one two"),
        ("<w:r><w:t>re</w:t><w:noBreakHyphen/><w:t>do</w:t><w:softHyphen/><w:t>ne</w:t></w:r>", "re\u2011done"),
        ("<w:r><w:t>over</w:t><w:br w:type='page'/><w:t>leaf</w:t></w:r>", "overleaf"),
        (f"<w:ins>{t('Put in')}</w:ins><w:del><w:r><w:delText>taken out</w:delText></w:r></w:del>", "Put in"),
        (f"<w:moveTo>{t('Here')}</w:moveTo><w:moveFrom>{t('there')}</w:moveFrom>", "Here"),
        (t("Seen") + t(" unseen", "<w:vanish/>") + t(" again", '<w:vanish w:val="0"/>'), "Seen again"),
        (f"<w:smartTag>{t('Kew')}</w:smartTag><w:bdo>{t(' east')}</w:bdo><w:customXml>{t(' side')}</w:customXml>",
         "Kew east side"),
        (f"<w:fldSimple w:instr=' REF a '>{t('chapter')}</w:fldSimple>{t(' two')}", "chapter two"),
        (f"{t('at')}<w:fldSimple w:instr='PAGE'>{t('17')}</w:fldSimple>{t(' sea')}", "at sea"),
        (f"<w:hyperlink r:id='x'>{t('a link')}</w:hyperlink>", "a link"),
        (f"<w:sdt><w:sdtContent>{t('typed')}</w:sdtContent></w:sdt>", "typed"),
        (f"{t('A')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{t('B')}</w:sdtContent></w:sdt>", "A"),
        (t("4 km") + t("2", '<w:vertAlign w:val="superscript"/>'), "4 km²"),
        ("<w:r><w:sym w:font='Arial' w:char='00E9'/></w:r>" + t("t"), "ét"),
        (f"<w:commentRangeStart w:id='0'/>{t('Said')}<w:r><w:commentReference w:id='0'/></w:r>", "Said"),
    ],
)  # fmt: skip
def test_what_is_shown_in_a_paragraph_is_read(runs: str, text: str) -> None:
    assert body(p(runs)) == [text]


def field(instruction: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{mark('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{mark('separate')}{result}{mark('end')}"


def test_a_fields_result_is_read_and_its_instruction_is_not() -> None:
    inner = field(" IF " + " = 1 ", t("Yes")) + field("XE gulls", "") + field("PAGE", t("17")) + t(", she said.")
    nested = field('HYPERLINK "x"', field("REF a", t("the wall")))
    assert body(p(inner) + p(nested)) == ["Yes, she said.", "the wall"]


def m(name: str, inner: str) -> str:
    return f"<m:{name}>{inner}</m:{name}>"


def math(text: str, properties: str = "") -> str:
    return m("r", (m("rPr", properties) if properties else "") + m("t", text))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (m("sSup", m("e", math("x")) + m("sup", math("2"))) + math("+1"), "x squared plus 1"),
        (m("f", m("num", math("1")) + m("den", math("2"))), "one half"),
        (m("rad", m("radPr", '<m:degHide m:val="1"/>') + m("deg", "") + m("e", math("16"))), "the square root of 16"),
        (math("a=") + m("d", m("e", math("b+c"))), "a equals open parenthesis b plus c close parenthesis"),
        (m("oMath", math("x=3")), "x equals 3"),
    ],
)
def test_formulas_are_put_into_words(formula: str, text: str) -> None:
    assert body(p(t("So ") + m("oMath", formula) + t(" is said."))) == [f"So {text} is said."]


def test_ruby_keeps_its_base_and_tells_how_it_sounds() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{t('みなと')}</w:rt><w:rubyBase>{t('港')}</w:rubyBase></w:ruby></w:r>"
    made = docx(p(ruby + t("は静かでした。誰もいない朝の海を、かもめだけが見ていました。"), "", ""))
    assert texts(read(made, Reading(ruby="base"))) == ["港は静かでした。誰もいない朝の海を、かもめだけが見ていました。"]
    assert [(s.written, s.spoken) for s in read(made, Reading(ruby="base")).pronunciations] == [("港", "みなと")]


def test_passages_in_other_languages_are_marked_and_a_templates_stamps_are_not() -> None:
    german = '<w:lang w:val="de-DE"/>'
    stamp = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US"/></w:rPr></w:rPrDefault></w:docDefaults>'
    inner = p(t("Der Hafen war an diesem Morgen ganz still, und niemand in der Stadt sagte auch nur ein Wort.", german))
    french = p(t("Le port était calme ce matin-là, et personne ne disait rien.", '<w:lang w:val="fr-FR"/>'))
    book = read(docx(inner * 3 + french, {"styles": part("styles", stamp)}))
    assert (book.language, book.language_said) == ("de-DE", "de-DE")
    assert [(s.language, b.text[:7]) for b in blocks(book) for s in b.spans] == [("fr-FR", "Le port")]


WRAPPERS = ("{}", "<w:ins>{}</w:ins>", "<w:hyperlink>{}</w:hyperlink>", "<w:smartTag>{}</w:smartTag>",
            "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:fldSimple w:instr='REF a'>{}</w:fldSimple>",
            "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>{}", "<w:bookmarkStart w:name='a'/>{}")  # fmt: skip
LOOKS = ("", "<w:i/>", "<w:b/>", '<w:lang w:val="de-DE"/>', "<w:caps/>", '<w:vanish w:val="false"/>')
PIECES = st.tuples(st.text("abcd ", min_size=1, max_size=6), st.sampled_from(LOOKS), st.sampled_from(WRAPPERS))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=6), min_size=1, max_size=5))
def test_words_in_are_words_out_however_runs_are_cut(paragraphs: list[list[tuple[str, str, str]]]) -> None:
    made = "".join(p("".join(wrap.format(t(text, look)) for text, look, wrap in pieces)) for pieces in paragraphs)
    page = docx_page(docx(made), "x", "x").files.read("document.xhtml").data
    shown = [" ".join("".join(map(str, e.itertext())).split()) for e in etree.fromstring(page).iter("{*}p")]
    assert shown == [" ".join("".join(text for text, _, _ in pieces).split()) for pieces in paragraphs]


# --- notes, comments, pictures, boxes -------------------------------------------------------------

FOOTNOTES = part(
    "footnotes",
    f'<w:footnote w:id="-1" w:type="separator">{p("-----")}</w:footnote>'
    f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + t(" See the town records."))}</w:footnote>'
    f'<w:footnote w:id="3">{p("Or so he says.")}</w:footnote>',
)
RAISED = '<w:vertAlign w:val="superscript"/>'


def ref(number: int, custom: str = "") -> str:
    mark = f'w:customMarkFollows="1"/><w:t>{custom}</w:t>' if custom else "/>"
    return f'<w:r><w:rPr>{RAISED}</w:rPr><w:footnoteReference w:id="{number}" {mark}</w:r>'


def test_notes_are_left_out_or_read_and_their_marks_never_are() -> None:
    made = docx(
        ONE + p(t("Signed") + ref(2) + t(" in June,") + ref(3, "*") + t(" he said.")) + SOME, {"footnotes": FOOTNOTES}
    )
    some = "The gulls sat on the wall and said nothing that anybody heard."
    book = read(made)
    assert texts(book) == ["The Gulls", "Signed in June, he said.", some]
    assert told(book) == ["2 notes: notes are not read aloud"]
    notes = ["See the town records.", "Or so he says."]
    assert texts(read(made, Reading(notes="inline"))) == ["The Gulls", "Signed in June, he said.", *notes, some]
    assert texts(read(made, Reading(notes="end"))) == ["The Gulls", "Signed in June, he said.", some, *notes]


def test_endnotes_are_notes_too() -> None:
    endnotes = part("endnotes", f'<w:endnote w:id="1">{p("At last.")}</w:endnote>')
    made = docx(ONE + p(t("Signed.") + '<w:r><w:endnoteReference w:id="1"/></w:r>'), {"endnotes": endnotes})
    assert texts(read(made)) == ["The Gulls", "Signed."]
    assert texts(read(made, Reading(notes="end"))) == ["The Gulls", "Signed.", "At last."]


def picture(described: str, inside: str = "<pic:blipFill><a:blip/></pic:blipFill>") -> str:
    return (
        f'<w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{described}"/>{inside}</wp:inline></w:drawing>'
    )


def test_pictures_are_said_as_they_are_described_where_that_is_wanted() -> None:
    made = docx(ONE + SOME + p(f"<w:r>{picture('A wall with gulls. Description automatically generated')}</w:r>"))
    assert told(read(made)) == ["1 picture: pictures are not read aloud"]
    assert texts(read(made, Reading(figures="alt")))[2:] == ["A wall with gulls."]


def test_a_text_box_is_read_once_after_the_paragraph_that_it_hangs_on() -> None:
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert body(p(f"{t('Before')}<w:r>{both}</w:r>{t(' and after.')}")) == ["Before and after.", "In the box."]


def test_what_is_no_text_is_told() -> None:
    comments = part("comments", f"<w:comment w:id='0'>{p('Is this right?')}</w:comment>")
    header = part("hdr", p("The Harbour Year"))
    gone = f"<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>{t('Stays.')}"
    book = read(docx(ONE + p(gone) + '<w:altChunk r:id="x"/>', {"comments": comments, "header1": header}))
    assert texts(book)[1:] == ["Stays."]
    assert told(book) == [
        "1 deleted passage: a tracked change; what was put in its place is read",
        "1 document inside it: only the document itself is read",
        "1 comment: of those who worked on it, not of the text",
        "the heads and feet of the pages: they are repeated on every one",
    ]


def test_tables_keep_their_words_those_of_tables_inside_among_them() -> None:
    def cell(inner: str) -> str:
        return f"<w:tc>{inner}</w:tc>"

    inside = f"<w:tbl><w:tr>{cell(p('c'))}{cell(p('d'))}</w:tr></w:tbl>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell(p('old'))}</w:tr>"
    held = f"<w:sdt><w:sdtContent><w:tr>{cell(p('e'))}{cell(p('f') + p('g'))}</w:tr></w:sdtContent></w:sdt>"
    table = f"<w:tbl><w:tr>{cell(p('a'))}{cell(p('b') + inside)}</w:tr>{gone}{held}</w:tbl>"
    assert " ".join(body(table)).replace(",", "") == "a b c d e f g"


# --- what Word makes itself -----------------------------------------------------------------------


def test_contents_that_word_makes_are_left_out_and_what_follows_them_is_not() -> None:
    rows = [p(t("The Gulls") + t("1"), "Toc1"), p(t("The Ferry") + t("2"))]
    start = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
    made = p("Contents", "Heading1") + p(f'{start}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{t("The Gulls 1")}')
    made += "".join(rows) + p(f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{t("To my mother.")}')
    book = read(docx(made + ONE + SOME + TWO + MORE))
    assert texts(book)[:2] == ["To my mother.", "The Gulls"]
    assert "document.xhtml: the table of contents is not read aloud" in told(book)
    kept = texts(read(docx(made + ONE + SOME), Reading(keep=("toc",))))
    assert kept[:4] == ["Contents", "The Gulls 1", "The Gulls1", "The Ferry2"]


def test_title_authors_and_stamps() -> None:
    page = p("Nine Boats", "Title") + p("A year in a town", "Subtitle") + ONE + SOME + TWO + MORE
    stamps = core(title="Document1", creator="Microsoft Office User", description="generated by python-docx")
    book = read(docx(page, {"docProps/core.xml": stamps}))
    assert (book.title, book.author, book.description) == ("Nine Boats", "", "")
    said = read(docx(page, {"docProps/core.xml": core(title="Ten Boats", creator="Ann Hale")}))
    assert (said.title, said.author) == ("Ten Boats", "Ann Hale")
    assert read(docx(ONE + SOME), name="nine-boats.docx").title == "nine-boats"


# --- bad files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Hello.", "is not a Word document"),
        (docx(""), "holds no readable text"),
        (docx(SOME, {"word/document.xml": ""}), "holds no readable text"),
        (docx(SOME, {"word/document.xml": "<!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><a>&b;</a>"}), "refused"),
        (docx(SOME, {"word/document.xml": b"<a>" + b" " * (9 << 20)}), "unpacks to far more"),
        (docx(SOME, {"_rels/.rels": "<Relationships/>"}, main="word/other.xml"), "without a Word document"),
        (b"\xd0\xcf\x11\xe0" + bytes(60) + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
        (b"\xd0\xcf\x11\xe0" + bytes(60), "is an old Word document"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damage_is_told_and_the_rest_is_read() -> None:
    broken = part("document", f"<w:body>{ONE}{SOME}<w:p><w:r><w:t>Cut off in the")
    book = read(docx(SOME, {"word/document.xml": broken[: -len("</w:document>")]}))
    assert texts(book)[-1] == "Cut off in the"
    assert told(book) == ["word/document.xml: is not well-formed; read as far as it could be recovered"]


def test_damaged_documents_are_a_book_or_a_line() -> None:
    rng = random.Random(22)
    inner = (
        ONE
        + p(t("Signed") + ref(2) + field("TOC", t("x")))
        + item("rope", 1)
        + f"<w:tbl><w:tr><w:tc>{SOME}</w:tc></w:tr></w:tbl>"
    )
    whole = part("document", f"<w:body>{inner}{SOME}</w:body>")
    for _ in range(40):
        parts = {
            "word/document.xml": whole,
            "numbering": NUMBERING,
            "footnotes": FOOTNOTES,
            "word/styles.xml": part("styles", STYLES),
        }
        name = rng.choice(list(parts))
        start = rng.randrange(len(parts[name]))
        end = start + rng.choice((1, 5, 40, 400))
        parts[name] = parts[name][:start] + rng.choice(("", "<", "&", parts[name][start:end] * 2)) + parts[name][end:]
        assert book_or_line(docx(inner, parts))


def test_what_is_nested_without_end_keeps_its_words() -> None:
    deep = SOME
    for _ in range(300):
        deep = f"<w:sdt><w:sdtContent>{deep}</w:sdtContent></w:sdt>"
    runs = t("very deep")
    for _ in range(300):
        runs = f"<w:ins>{runs}</w:ins>"
    assert body(deep + p(runs)) == ["The gulls sat on the wall and said nothing that anybody heard.", "very deep"]


def test_a_document_of_another_name_and_one_from_a_pipe_are_found() -> None:
    made = docx(ONE + SOME + TWO + MORE, main="word/document2.xml")
    assert [c.title for c in read_book(None, data=made).chapters] == ["The Gulls", "The Ferry"]
