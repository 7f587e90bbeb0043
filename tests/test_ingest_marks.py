"""Figures in an EPUB's text: marks of notes, powers, fractions, numbers of lines, verses and pages; and the like."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Block, BlockKind, Book, Reading
from narrate.readers.epub import read_epub

VERSE, NOTE = BlockKind.VERSE, BlockKind.NOTE


def book(pages: str | dict[str, str], language: str = "en", notes: str = "skip") -> Book:
    files = {"a.xhtml": pages} if isinstance(pages, str) else pages
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    toc = nav(links(*((name[0].upper(), name) for name in files)))
    data = epub({name: page(body) for name, body in files.items()}, metadata=metadata, toc=toc)
    return read_epub(data, "test.epub", "test", Reading(notes=notes))


def blocks(pages: str | dict[str, str], language: str = "en", notes: str = "skip") -> list[Block]:
    return [block for chapter in book(pages, language, notes).chapters for block in chapter.blocks]


def texts(pages: str | dict[str, str], language: str = "en", notes: str = "skip") -> list[str]:
    return [block.text for block in blocks(pages, language, notes)]


# --- raised and lowered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("About 10<sup>6</sup> cells, 10<sup>–3</sup> of them", "About 10⁶ cells, 10⁻³ of them"),
        ("10<span class='super'>6</span>, r<span style='vertical-align: super'>2</span>", "10⁶, r²"),
        ("2π<i>r</i><sup>2</sup> or 40 m<sup>2</sup>, 9 m s<sup>−1</sup>", "2πr² or 40 m², 9 m s⁻¹"),
        ("(a + b)<sup>2</sup> = 2<sup>n−1</sup> + e<sup>x</sup>", "(a + b)² = 2ⁿ⁻¹ + eˣ"),
        ("C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>, x<sub>1</sub> to x<sub>n</sub>", "C₆H₁₂O₆, x₁ to xₙ"),
        ("SO<sub>4</sub><sup>2−</sup> and Na<sup>+</sup>", "SO₄²⁻ and Na⁺"),
        ("1<sup>1</sup>/<sub>2</sub>, 2<sup>3</sup>⁄<sub>4</sub>, <sup>1</sup>/3", "1½, 2¾, ⅓"),
        ("3<span class='frac'><sup>1</sup><span>/</span><sub>8</sub></span>, 2<span class='frac'>5/8</span>", "3⅛, 2⅝"),
        ("5<sup>7</sup>/<sub>16</sub> inches", "5 7/16 inches"),
        ("They measured <sup>14</sup>C and <sup>238</sup>U.", "They measured 14C and 238U."),
        ("anno 17<sup>03</sup> at 9<sup>30</sup>, for $9<sup>99</sup>", "anno 1703 at 930, for $9.99"),
        ("vitamin B<sup>12</sup> and C<sup>*</sup>", "vitamin B12 and C*"),
        ("Sept<sup>r</sup> 4, Mess<sup>s</sup> Reed", "Septr 4, Messs Reed"),
        ("M<sup>rs</sup> Pell, the 22<sup>nd</sup>, 1<sup>er</sup>, 2<sup>e</sup>", "Mrs Pell, the 22nd, 1er, 2e"),
        ("wrote <sub>softly</sub> and <sup>loudly</sup>, Acme<sup>TM</sup>", "wrote softly and loudly, AcmeTM"),
    ],
)
def test_raised_and_lowered_figures_are_powers_fractions_and_formulas(markup: str, text: str) -> None:
    assert texts(f"<p>{markup}</p>") == [text]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Signed in June.<sup>12</sup> Nobody kept it,<sup>13</sup> all knew.<sup>14,15</sup>", None),
        ("Signed in June.¹² Nobody kept it,¹³ all knew.<sup>14</sup>,<sup>15</sup>", None),
        ("Signed in June<sup>[1]</sup>. Nobody kept it,<sup>*</sup> all knew.<sup>†</sup>", None),
        ("Signed in June<sup>a</sup>. Nobody kept it,<sup>b</sup> all knew.<sup>c</sup>", None),
        ("Signed in June<sup>i</sup>. Nobody kept it,<sup>ii</sup> all knew.<sup>iii</sup>", None),
        ("Signed in June<sup>注</sup>. Nobody kept it,<sup>(注)</sup> all knew.", None),
        ("Signed in June.[1] Nobody kept it,[2] all knew.[3]", None),
        ("Signed in June <sup>1</sup>. Nobody kept it <sup>2</sup>, all knew.<sup>3</sup>", None),
        ("In 1703<sup>1</sup> and 30<sup>2</sup> years on,<sup>3</sup>", "In 1703 and 30 years on,"),
        ("5 km<sup>2</sup> and 10<sup>6</sup> cells<sup>3</sup> of it<sup>4</sup>", "5 km² and 10⁶ cells of it"),
        ("x<sup>2</sup>, they say<sup>1</sup> of plan B<sup>2</sup> here<sup>3</sup>", "x², they say of plan B here"),
    ],
)
def test_marks_of_notes_are_told_from_powers_by_what_they_stand_at_and_by_their_order(
    markup: str, text: str | None
) -> None:
    assert texts(f"<p>{markup}</p>") == [text or "Signed in June. Nobody kept it, all knew."]


@pytest.mark.parametrize(
    "text",
    [
        "The mp3 player, B2 bombers and sector7.",
        "There are (1) gulls and (2) boats.",
        "Use row[0], row[1] and row[2].",
        "He said *never*, and f***.",
        "In that year,* he left.",
        "His sister[2] wrote.",
        "The[n]ce he came, an[d] they wro[te].",
        "Born 1703, †1750.",
    ],
)
def test_figures_that_nothing_shows_to_be_marks_are_read(text: str) -> None:
    assert texts(f"<p>{text}</p><p>Text.</p>") == [text, "Text."]


def test_a_style_sheet_raises_and_lowers_too() -> None:
    sheet = ".c5 {font-size: 70%; vertical-align: super} span.c6 {vertical-align: sub} a.c7 {vertical-align: super}"
    markup = (
        "<p>About 10<span class='c5'>6</span> cells<span class='c5'>1</span> of H<span class='c6'>2</span>O, "
        "he said<a class='c7' href='n.xhtml#n'>2</a> so.</p>"
    )
    linked = page(markup).replace("<title>", "<link rel='stylesheet' type='text/css' href='a.css'/><title>")
    item = '<item id="css" href="a.css" media-type="text/css"/>'
    read = read_epub(epub({"a.xhtml": linked}, items=item, extra={"OEBPS/a.css": sheet}), "test.epub", "test")
    assert [block.text for block in read.chapters[0].blocks] == ["About 10⁶ cells of H₂O, he said so."]


# --- notes without links --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "notes"),
    [
        (("<sup>1</sup>", "<sup>2</sup>"), "<hr/><p>1. In May.</p><p>2. All of it.</p>"),
        (("<sup>12</sup>", "<sup>13</sup>"), "<p><sup>12</sup> In May.</p><p><sup>13</sup>All of it.</p>"),
        (("[1]", "[2]"), "<h3>Notes</h3><p>[1] In May.</p><p>Of that year.</p><p>[2] All of it.</p>"),
        (("(1)", " (2)"), "<p>(1) In May.</p><p>(2) All of it.</p>"),
        (("1", "2"), "<p>1 In May.</p><p>2 All of it.</p>"),
        (("*", "†"), "<p>* In May.</p><p>† All of it.</p>"),
        (("*", "†"), "<p>* In May. † All of it.</p>"),
        (("*)", "**)"), "<p>*) In May.</p><p>**) All of it.</p>"),
        (("[A]", "[B]"), "<p>[Footnote A: In May.]</p><p>[Footnote B: All of it.]</p>"),
        (("<sup>1</sup>", "²"), "<p class='x'><b>NOTES.</b></p><ol><li>In May.</li><li><p>All of it.</p></li></ol>"),
        (("<sup>1</sup>", ""), "<h4>Footnotes</h4><p>1. In May.</p>"),
    ],
)
def test_notes_are_known_by_the_marks_before_them(marks: tuple[str, str], notes: str) -> None:
    text = f"<p>The wall{marks[0]} was mended{marks[1]}.</p><p>More.</p>"
    assert texts(text + notes) == ["The wall was mended.", "More."]
    read = blocks(text + notes, notes="inline")
    assert [b.text for b in read if b.kind is not NOTE] == ["The wall was mended.", "More."]
    assert read[1].kind is NOTE
    assert read[1].text.startswith("In May.")


@pytest.mark.parametrize(
    ("language", "marks", "heading", "notes"),
    [
        ("de", ("<sup>1</sup>", "<sup>2</sup>"), "Anmerkungen", ("1. Mai.", "2. Juni.")),
        ("de", ("1)", "2)"), "Fußnoten", ("1) Mai.", "2) Juni.")),
        ("fr", ("<sup>1</sup>", " (2)"), "Notes", ("1. Mai.", "(2) Juin.")),
        ("es", ("[1]", "[2]"), "NOTAS", ("[1] Mayo.", "[2] Junio.")),
        ("ru", ("<sup>1</sup>", "<sup>2</sup>"), "Примечания", ("1. Май.", "2. Июнь.")),
        ("ja", ("<sup>（注1）</sup>", "<sup>※2</sup>"), "注釈", ("（注1）五月。", "※2 六月。")),
        ("ja", ("①", "②"), "注", ("①五月。", "②六月。")),
        ("zh", ("[1]", "〔2〕"), "注释", ("[1] 五月。", "〔2〕六月。")),
        ("ko", ("1)", "2)"), "각주", ("1) 오월.", "2) 유월.")),
    ],
)
def test_notes_under_a_heading_that_names_them_are_notes_in_every_language(
    language: str, marks: tuple[str, str], heading: str, notes: tuple[str, str]
) -> None:
    text = f"<p>Wort{marks[0]} Wort{marks[1]}.</p><h3>{heading}</h3>" + "".join(f"<p>{note}</p>" for note in notes)
    assert texts(text, language) == ["Wort Wort."]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Text.</p><h3>Notes</h3><p>He wrote three of them.</p>",
        "<p>Text.</p><h3>Notes</h3><ol><li>Use butter.</li><li>Stir.</li></ol>",
        "<p>Text a[1].</p><p>1. Row.</p><p>2. Sail.</p>",
        "<h1>Notes</h1><p>1. I was born.</p>",
        "<h2>Notes from the Ferry</h2><p>Text.<sup>1</sup></p><p>1,000 boats.</p>",
        "<p>Tea 2*, coffee 3*.</p><ul><li>cake</li></ul>",
    ],
)
def test_numbered_text_that_no_mark_leads_to_is_read(markup: str) -> None:
    assert not [skipped for skipped in book(markup).skipped if skipped.what.endswith(("note", "notes"))]


# --- notes with links -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("<a href='#x1'>1</a>", "<p id='x1'>1. In May.</p>"),
        (
            "<a class='l' id='r1' href='#x1'><span class='super'>1</span></a>",
            "<p id='x1'><a href='#r1'>1</a>. In May.</p>",
        ),
        ("<span class='sup'><a id='r1' href='#x1'>1</a></span>", "<p><a id='x1' href='#r1'>1</a> In May.</p>"),
        ("<a href='#filepos9'>[2]</a>", "<p id='filepos9'>[2] In May.</p>"),
        ("<a href='#x1'>a</a>", "<p><a id='x1'/>a. In May.</p>"),
        ("<a id='r1' href='#x1'>①</a>", "<p id='x1'><a href='#r1'>①</a>In May.</p>"),
        ("<a href='#x1'>[1]</a>", "<div class='section' id='x1'><h3>1</h3><p>In May.</p></div>"),
        (
            "<a href='#linknote-1' id='linknoteref-1'><small>1</small></a>",
            "<p><a id='linknote-1'></a></p><p>1 (<a href='#linknoteref-1'>return</a>) In May.</p>",
        ),
        (
            "<sup id='cite_ref-1'><a href='#cite_note-1'>[1]</a></sup>",
            "<ol><li id='cite_note-1'><span><a href='#cite_ref-1'>↑</a></span> In May.</li></ol>",
        ),
        ("<a epub:type='noteref' href='#x1'>1</a>", "<dl><dt id='x1'>1</dt><dd>In May.</dd></dl>"),
        ("<a id='r1' href='#x1'>1</a>", "<p id='x1'>1 In May. [<a href='#r1'>Zurück</a>]</p>"),
    ],
)
def test_links_that_lead_to_notes_are_marks_however_they_look(mark: str, note: str) -> None:
    markup = f"<p>The wall{mark} stood.</p><p>More.</p>{note}"
    assert texts(markup) == ["The wall stood.", "More."]
    assert [b.text for b in blocks(markup, notes="inline")] == ["The wall stood.", "In May.", "More."]


def test_a_page_of_notes_is_known_by_its_links_before_the_text_that_it_is_for() -> None:
    pages = {
        "a.xhtml": "<h1>A</h1><p>He slept<a id='r1' href='n.xhtml#n1'>1</a>.</p>",
        "n.xhtml": "<h1>Belege</h1><h2>A</h2><p id='n1'><a href='a.xhtml#r1'>1</a> May.</p><p>And June.</p><h2>B</h2>"
        "<p id='n2'>2 July. <a href='b.xhtml#r2'>back</a></p>",
        "b.xhtml": "<h1>B</h1><p>She left<a id='r2' href='n.xhtml#n2'>2</a>.</p>",
    }
    assert texts(pages) == ["A", "He slept.", "B", "She left."]
    assert texts(pages, notes="inline") == ["A", "He slept.", "May.", "And June.", "B", "She left.", "July."]


def test_words_that_lead_back_are_no_part_of_a_note() -> None:
    mark = "<p id='p1'>He slept<a epub:type='noteref' href='#n1'>1</a>.</p>"
    for back in ("[<a href='#p1'>Back to text</a>]", "<a href='#top'>Zurück</a>", "(<a href='x.xhtml#y'>retour</a>)"):
        note = f"<aside epub:type='footnote' id='n1'><p>1. See <a href='#c2'>the way back</a> too. {back}</p></aside>"
        assert texts(mark + note, notes="inline") == ["He slept.", "See the way back too."]


def test_the_heading_over_notes_goes_with_them_and_what_goes_on_with_a_note_too() -> None:
    mark = "<h2>One</h2><p>He slept<a id='r' href='#n'><sup>1</sup></a>.</p><h3>Notes to Chapter One</h3>"
    note = "<p id='n'><a href='#r'>1</a>. In May.</p><p>And in June.</p><h2>Two</h2><p>More.</p>"
    assert texts(mark + note) == ["One", "He slept.", "Two", "More."]


def test_notes_under_the_headings_of_their_chapters_are_one_section() -> None:
    text = "<h2>One</h2><p>Text.<sup>1</sup></p><h2>Two</h2><p>More.<sup>1</sup></p>"
    notes = "<h2>Notes</h2><h3>One</h3><p>1. In May.</p><h3>Two</h3><p>1. In June.</p><h2>Three</h2><p>End.</p>"
    assert texts(text + notes) == ["One", "Text.", "Two", "More.", "Three", "End."]


@pytest.mark.parametrize("name", ["section epub:type='footnotes'", "section", "div", "div class='x'"])
def test_each_note_of_a_division_is_one(name: str) -> None:
    text = (
        "<p>The gulls<a id='r1' epub:type='noteref' href='#n1'>1</a> sat.</p>"
        "<p>He waited<a id='r2' epub:type='noteref' href='#n2'>2</a>.</p>"
    )
    first = "<p id='n1'><a href='#r1'>1.</a> All. <a href='#r1'>[Return]</a></p>"
    notes = f"{first}<p id='n2'>2. Long. <a href='#r2'>Back</a></p>"
    read = texts(f"{text}<{name}>{notes}</{name.split()[0]}>", notes="inline")
    assert read == ["The gulls sat.", "All.", "He waited.", "Long."]


def test_notes_that_a_list_numbers_are_known_by_their_way_back() -> None:
    pages = {
        "a.xhtml": "<h1>A</h1><p>He slept<a id='r1' href='n.xhtml#n1'>1</a>.</p>",
        "n.xhtml": "<h1>Quellen</h1><ol><li id='n1'>May. <a href='a.xhtml#r1'>↩</a></li>"
        "<li id='n2'><p>June. <a href='b.xhtml#r2'>^</a></p></li></ol>",
        "b.xhtml": "<h1>B</h1><p>She left<a id='r2' href='n.xhtml#n2'>2</a>.</p>",
    }
    assert texts(pages) == ["A", "He slept.", "B", "She left."]


def test_notes_on_another_page_bear_out_marks_without_links() -> None:
    pages = {
        "a.xhtml": "<h1>A</h1><p>To his sister[2] he wrote (3) in 1705 [4].</p>",
        "b.xhtml": "<h1>B</h1><p>She left.</p>",
        "notes.xhtml": "<h1>Notes</h1><p>[2] A letter.</p><p>(3) Lost.</p>",
    }
    files = {name: page(body) for name, body in pages.items()}
    toc = nav(links(("A", "a.xhtml"), ("B", "b.xhtml"), ("Notes", "notes.xhtml")))
    read = read_epub(epub(files, toc=toc), "test.epub", "test")
    assert [b.text for b in read.chapters[0].blocks] == ["A", "To his sister he wrote (3) in 1705 [4]."]
    pages = {
        "a.xhtml": "<h1>A</h1><p>He slept.<sup>1</sup></p>",
        "n.xhtml": "<h2>Notes</h2><p>1. In May.</p><p>June.</p>",
    }
    assert texts(pages) == ["A", "He slept."]


def test_links_to_chapters_years_and_numbered_text_stay() -> None:
    markup = "<p>See chapter <a href='#c3'>3</a>, note <a href='#x1'>1</a>, <a href='#y'>1703</a>.</p>"
    rest = "<h2 id='c3'>3</h2><p>Text.</p><p id='x1'>1. The diary.</p>"
    assert texts(markup + rest) == ["See chapter 3, note 1, 1703.", "3", "Text.", "1. The diary."]


def test_remarks_of_an_editor_are_notes_where_a_word_leads_to_them() -> None:
    markup = (
        "<p>The <a href='#a1'>wall</a> stood.</p><aside epub:type='annotation' id='a1'><p>Of stone.</p></aside>"
        "<aside epub:type='annotation'><p>A box.</p></aside>"
    )
    assert texts(markup) == ["The wall stood.", "A box."]
    assert texts(markup, notes="inline") == ["The wall stood.", "Of stone.", "A box."]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>The men <span class='sidenote'>1703.</span>left.</p>", ["The men left.", "1703."]),
        ("<p><span class='marginalia'>1703.</span>The men left.</p>", ["The men left.", "1703."]),
        ("<div>The men <aside class='margin-note'>1703.</aside>left.</div>", ["The men left.", "1703."]),
        ("<div class='sidenote'>1703.</div><p>The men left.</p>", ["1703.", "The men left."]),
    ],
)
def test_notes_in_the_margin_are_read_after_the_paragraph(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


# --- numbers for the eye --------------------------------------------------------------------------

POEM = (
    "We rowed at ten,|The lantern in the prow,|And nobody|As we are now.|The water took|And would not|A gull, a rope,|"
    "A name of 15|And all the rest|And you may keep"
).split("|")


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("{0} <span class='linenum'>{1}</span>", "<div class='poem'><p>{}</p></div>"),
        ("{0}<span style='float:right'>{1}</span>", "<div class='poem'><p>{}</p></div>"),
        ("<span>{1}</span>{0}", "<div class='poem'><p>{}</p></div>"),
        ("{0} &#160; {1}", "<div class='poem'><p>{}</p></div>"),
        ("{1} {0}", "<div class='verse'><p>{}</p></div>"),
    ],
)
def test_numbers_beside_a_poems_lines_are_not_read(line: str, lines: str) -> None:
    rows = [line.format(text, n) if n % 5 == 0 else text for n, text in enumerate(POEM, start=1)]
    read = blocks(lines.format("<br/>".join(rows)))
    assert [block.text for block in read] == POEM
    assert [block.continues for block in read] == [False] + 9 * [True]


def test_numbers_in_a_poem_that_count_no_lines_are_read() -> None:
    lines = ["The year was 1905", "She was just 15", "and I was 20"]
    assert texts(f"<div class='poem'><p>{'<br/>'.join(lines)}</p></div>") == lines
    assert texts("<div class='poem'><p>and I was <i>20</i></p></div>") == ["and I was 20"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='linegroup'><div>We rowed</div><div>The lantern</div></div>",
        "<div class='strophe'><p>We rowed</p><p>The lantern</p></div>",
        "<lg><l>We rowed</l><l>The lantern</l></lg>",
        "<div class='lg'><span class='l'>We rowed</span><br/><span class='l'>The lantern</span></div>",
    ],
)
def test_a_group_of_lines_is_verse(markup: str) -> None:
    assert blocks(markup) == [Block("We rowed", VERSE), Block("The lantern", VERSE, continues=True)]


@pytest.mark.parametrize(
    "markup",
    [
        "<p><span class='chapter-num'>1</span><sup class='versenum'>1</sup>The tide. <sup>2</sup>And he.</p>",
        "<p><span class='v'>1</span> The tide. <span class='v'>2</span>And <span class='verse'>3</span>he.</p>",
        "<p><sup>1</sup>The tide.<sup>[a]</sup> <sup>2</sup>And he.</p><h4>Footnotes</h4><p>[a] Or, water.</p>",
        "<p><sup>1</sup> The tide.<sup>a</sup> <sup>2</sup> And he.</p><p><sup>a</sup> Or, water.</p>",
    ],
)
def test_numbers_of_verses_are_not_read(markup: str) -> None:
    assert texts(markup) == ["The tide. And he."]


def test_chapter_and_verse_before_each_verse_are_not_read() -> None:
    verses = "".join(f"<p>{chapter}:{verse} Text.</p>" for chapter, verse in ((1, 30), (1, 31), (2, 1), (2, 2)))
    assert texts(verses) == 4 * ["Text."]
    times = ["1:30 The bus left.", "2:15 It came back.", "2:16 It left."]
    assert texts("".join(f"<p>{time}</p>" for time in times[:2])) == times[:2]


@pytest.mark.parametrize(
    "number",
    [
        "<span class='page'>[16]</span>",
        "<a id='Page_16'>16</a>",
        "<span id='p16'>[16]</span>",
        "<span class='pb'>16</span>",
        "<span class='folio'>{16}</span>",
        "<i class='pagenumber'>p. 16</i>",
        "<span class='seitenzahl'>[S. 16]</span>",
    ],
)
def test_numbers_of_pages_are_not_read_inside_words_either(number: str) -> None:
    assert texts(f"<p>It was a conver{number}sation.</p>") == ["It was a conversation."]


def test_numbers_of_pages_in_plain_text_count_on() -> None:
    assert texts("<p>A conver[Pg 13]sation [p. 14], and {15}more.</p>") == ["A conversation, and more."]
    assert texts("<p>Use {5} of them, he wrote [p. 12].</p>") == ["Use {5} of them, he wrote [p. 12]."]


def test_numbers_that_only_look_like_pages_are_read() -> None:
    markup = "<p>See page <span class='page'>17</span>; <span id='s5'>5</span> men, <a href='#p9' id='p9'>9</a>.</p>"
    assert texts(markup) == ["See page 17; 5 men, 9."]
