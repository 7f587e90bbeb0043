"""What an EPUB's markup means: notes, plays, verse, languages, lists, figures, parts; and what is skipped, and why."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Block, BlockKind, Book, Pronunciation, Reading, Span
from narrate.readers.epub import read_epub
from narrate.script import format_script
from narrate.speakers.adapt import adapt

PARAGRAPH, VERSE, DIRECTION, NOTE = BlockKind.PARAGRAPH, BlockKind.VERSE, BlockKind.DIRECTION, BlockKind.NOTE


def read(data: bytes, **reading: object) -> Book:
    return read_epub(data, "test.epub", "test", Reading(**reading))  # type: ignore[arg-type]


def book(markup: str, language: str = "en", **reading: object) -> Book:
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    return read(epub({"a.xhtml": page(markup + "<p>End.</p>")}, metadata=metadata), **reading)


def blocks(markup: str, language: str = "en", **reading: object) -> list[Block]:
    """The blocks that `markup` gives, in a page that ends with one more."""
    found = [block for chapter in book(markup, language, **reading).chapters for block in chapter.blocks]
    assert found[-1].text == "End."
    return found[:-1]


def texts(markup: str, language: str = "en", **reading: object) -> list[str]:
    return [block.text for block in blocks(markup, language, **reading)]


def sounds(markup: str) -> tuple[Pronunciation, ...]:
    return book(markup).pronunciations


def back(book: Book, what: str) -> str:
    return next((s.back for s in book.skipped if what in s.what), "")


# --- notes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ref",
    [
        "<a epub:type='noteref' href='#n'>1</a>",
        "<sup><a role='doc-noteref' href='#n'>[1]</a></sup>",
        "<a href='#n'><sup>1</sup></a>",
        "<sup><a href='notes.xhtml#x'>12</a></sup>",
        "<a class='noteref' href='#n'>*</a>",
        "<a class='fnanchor' href='#n'>[12]</a>",
        "<span class='footnote-ref'><a href='#n'>†</a></span>",
        "<a href='notes.html#fn3'>3</a>",
    ],
)
def test_note_marks_are_dropped_from_the_sentence(ref: str) -> None:
    assert texts(f"<p>He said so{ref}, and left.{ref}</p>") == ["He said so, and left."]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>See <a href='#c2'>chapter 2</a>.</p>", "See chapter 2."),
        ("<p>The year <a href='#y'>1984</a> came.</p>", "The year 1984 came."),
        ("<p>E = mc<sup>2</sup></p>", "E = mc²"),
        ("<p>The 5<sup>th</sup> of May</p>", "The 5th of May"),
        ("<p class='footnotes-matter'>A word of the text.</p>", "A word of the text."),
        ("<p>Note <a href='https://example.org/#a'>a</a> well.</p>", "Note a well."),
        ("<p>See figure <a href='#weekend3'>3</a>.</p>", "See figure 3."),
        ("<p class='pagebreak'>IV</p>", "IV"),
    ],
)
def test_links_that_only_look_like_notes_stay(markup: str, text: str) -> None:
    assert texts(markup) == [text]


NOTED = (
    "<p>One.<a epub:type='noteref' href='#n1'>1</a> Two.<a epub:type='noteref' href='b.xhtml#n2'>2</a></p><p>Three.</p>"
    "<aside epub:type='footnote' id='n1'><p><a href='#r1'>1</a>. First <b>note</b>.</p><p>Goes on. "
    "<a role='doc-backlink' href='#r1'>↩</a></p></aside>"
)
NOTES = (
    "<section epub:type='endnotes'><h2>Notes</h2><ol><li id='n2' epub:type='endnote'><p>Second note. "
    "<a href='a.xhtml#r2'>↩︎</a></p></li><li id='n3' epub:type='endnote'><p>Idle.</p></li></ol></section>"
)


def noted(notes: str) -> Book:
    pages = {"a.xhtml": page(NOTED), "b.xhtml": page(NOTES), "c.xhtml": page("<p>Last.</p>")}
    return read(epub(pages, toc=nav(links(("A", "a.xhtml"), ("C", "c.xhtml")))), notes=notes)


def test_notes_are_skipped_read_in_place_or_at_the_chapters_end() -> None:
    said = {notes: [[b.text for b in c.blocks] for c in noted(notes).chapters] for notes in ("skip", "inline", "end")}
    notes = ["First note.", "Goes on.", "Second note."]
    assert said["skip"] == [["One. Two.", "Three."], ["Last."]]
    assert said["inline"] == [["One. Two.", *notes, "Three."], ["Last."]]
    assert said["end"] == [["One. Two.", "Three.", *notes], ["Last."]]
    assert all(b.kind is NOTE for b in noted("end").chapters[0].blocks[2:])
    assert back(noted("skip"), "1 note") == 'notes = "inline" or "end"'
    assert any(s.what == "1 note" and "no text refers" in s.why for s in noted("inline").skipped)


def test_notes_known_by_their_build() -> None:
    markup = (
        "<p>Text.<a id='r1' href='#n1'><sup>1</sup></a></p><p id='n1'><a href='#r1'>1</a> A note.</p>"
        "<p>Verse.<a id='s1' href='#m1'><sup>*</sup></a></p><div><p><sup><a id='m1' href='#s1'>*</a></sup> "
        "Another.</p></div>"
        "<p><a href='x.xhtml#y'>3</a> men came.</p>"
    )
    assert texts(markup) == ["Text.", "Verse.", "3 men came."]
    assert [t for t in texts(markup, notes="inline") if "note" in t or "Another" in t] == ["A note.", "Another."]


# --- pages, pictures, tables, code ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Novem<span role='doc-pagebreak' title='12'/>ber</p>", ["November"]),
        ("<p>a <span class='pagenum'>[Pg 12]</span>b</p>", ["a b"]),
        (
            "<p>a<a class='page-number'>xii</a></p><p class='pagebreak'>A chapter's opening</p>",
            ["a", "A chapter's opening"],
        ),
        ("<p class='running-head'>THE BOOK</p><p>a</p>", ["a"]),
        ("<div><img src='a.png' alt='A map'/></div><p>a</p>", ["a"]),
        ("<p><img class='dropcap' src='t.png' alt='T'/>he end</p>", ["The end"]),
        ("<p><span class='dropcap'>T</span><span class='small-caps'>HE</span> end</p>", ["THE end"]),
        ("<p class='dropcap'>T</p><p>he end</p>", ["The end"]),
        ("<p><span class='drop-cap'>A</span> man</p>", ["A man"]),
        ("<p>so\u00adft hy\u00adphens</p>", ["soft hyphens"]),
        ("<figure><img src='a.png' alt='A map'/><figcaption>The island.</figcaption></figure>", ["The island."]),
        ("<aside><p>By the way.</p></aside>", ["By the way."]),
        ("<p>Say <code>x = 1</code> now.</p>", ["Say x = 1 now."]),
        (
            "<p>When <math alttext='x squared'><msup><mi>x</mi><mn>2</mn></msup></math> is 4.</p>",
            ["When x squared is 4."],
        ),
        ("<p><math><mi>x</mi><annotation>no</annotation></math></p>", ["x"]),
        ("<p>a</p><nav epub:type='page-list'><ol><li>1</li></ol></nav>", ["a"]),
    ],
)
def test_drop_caps_captions_and_math_of_a_page_are_read(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


TABLE = "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>1805</td><td>33</td></tr></table>"


@pytest.mark.parametrize(
    ("reading", "markup", "expected", "what"),
    [
        ({"tables": "read"}, TABLE, ["Year, Ships", "1805, 33"], ""),
        ({"tables": "skip"}, TABLE, [], "1 table"),
        ({"tables": "skip"}, "<table><tr><td>Layout</td></tr></table>", ["Layout"], ""),
        ({"code": "skip"}, "<pre><code>x = 1</code></pre>", [], "1 piece of code"),
        ({"code": "read"}, "<pre><code>x = 1</code></pre>", ["x = 1"], ""),
        ({"figures": "skip"}, "<p class='caption'>The island.</p>", [], "1 caption"),
        (
            {"figures": "alt"},
            "<figure><img alt='A map'/><figcaption>Isle.</figcaption></figure>",
            ["A map", "Isle."],
            "",
        ),
        ({"sidebars": "skip"}, "<aside epub:type='sidebar'><p>By the way.</p></aside>", [], "1 sidebar"),
        ({"directions": "skip"}, "<p epub:type='z3998:stage-direction'>Exit.</p>", [], "1 stage direction"),
        ({"directions": "skip"}, "<p>No (<i class='stage-direction'>bows</i>). Sir.</p>", ["No", "Sir."], "1 stage"),
        ({"skip": ("foreword",)}, "<section epub:type='foreword'><p>Before.</p></section>", [], ""),
    ],
)
def test_reading_settings_leave_parts_of_a_page_out_or_in(
    reading: dict[str, object], markup: str, expected: list[str], what: str
) -> None:
    assert texts(markup, "en", **reading) == expected
    assert not what or back(book(markup, "en", **reading), what)


# --- plays ---------------------------------------------------------------------------------------

SPEECH = "<table><tr><td epub:type='z3998:persona'>Lane</td><td>{}</td></tr></table>"


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ("Yes, sir.", [Block("Yes, sir.", speaker="Lane")]),
        (
            "Yes. <i epub:type='z3998:stage-direction'><b epub:type='z3998:persona'>Lane</b> goes out.</i>",
            [Block("Yes.", speaker="Lane"), Block("Lane goes out.", DIRECTION, speaker="Lane", continues=True)],
        ),
        (
            "<i epub:type='z3998:stage-direction'>Sadly.</i> No (<i class='stage-direction'>bowing</i>). Sir.",
            [
                Block("Sadly.", DIRECTION, speaker="Lane"),
                Block("No", speaker="Lane", continues=True),
                Block("(bowing).", DIRECTION, speaker="Lane", continues=True),
                Block("Sir.", speaker="Lane", continues=True),
            ],
        ),
        (
            "<i epub:type='z3998:stage-direction'>Reads.</i> “<abbr>Mr.</abbr> Worthing.” "
            "<i class='stage-direction'>Bows</i>.",
            [
                Block("Reads.", DIRECTION, speaker="Lane"),
                Block("“Mr. Worthing.”", speaker="Lane", continues=True),
                Block("Bows.", DIRECTION, speaker="Lane", continues=True),
            ],
        ),
        (
            "<i epub:type='z3998:stage-direction'>Exit.</i>",
            [Block("Lane"), Block("Exit.", DIRECTION, speaker="Lane")],
        ),
        ("<p>One.</p><p>Two.</p>", [Block("One.", speaker="Lane"), Block("Two.", speaker="Lane")]),
    ],
)
def test_speeches_of_a_play_in_epub_have_their_speakers(speech: str, expected: list[Block]) -> None:
    assert blocks(SPEECH.format(speech)) == expected


@pytest.mark.parametrize(
    ("markup", "speaker", "text"),
    [
        ("<p><b epub:type='z3998:persona'>LANE.</b> Yes.</p>", "LANE", "Yes."),
        ("<p><span class='speaker'>Lane</span>: Yes.</p>", "Lane", "Yes."),
        ("<div class='sp'><p class='speaker'>Lane.</p><p>Yes.</p></div>", "Lane", "Yes."),
        ("<dl><dt epub:type='z3998:persona'>Lane</dt><dd>Yes.</dd></dl>", "Lane", "Yes."),
        (
            "<table><tr><td><b epub:type='z3998:persona'>Jack</b> and <b epub:type='z3998:persona'>Cecily</b></td>"
            "<td>Yes.</td></tr></table>",
            "Jack",  # who speak together speak with the first one's voice
            "Yes.",
        ),
    ],
)
def test_speakers_named_in_other_ways(markup: str, speaker: str, text: str) -> None:
    assert blocks(markup) == [Block(text, speaker=speaker)]


def test_directions_left_out_leave_no_name_alone() -> None:
    assert texts(SPEECH.format("<i epub:type='z3998:stage-direction'>Exit.</i>"), directions="skip") == []


def test_a_name_in_a_sentence_is_no_speaker_and_a_direction_by_the_name_is_kept() -> None:
    assert blocks("<p><b epub:type='z3998:persona'>Lane</b> is seen.</p>") == [Block("Lane is seen.")]
    assert texts("<p class='speaker'>I thank you all</p><p>Then he sat.</p>") == ["I thank you all", "Then he sat."]
    assert blocks("<p><b epub:type='z3998:persona'>LANE (aside).</b> Yes.</p>") == [
        Block("Yes.", speaker="LANE", direction="aside")
    ]


def test_a_play_as_a_script() -> None:
    markup = "<h2>Act I</h2>" + SPEECH.format("Yes. <i epub:type='z3998:stage-direction'>Bows.</i> Sir.")
    (script,) = adapt(book(markup))
    assert format_script(script) == "# Act I\n\nLane: Yes.\nnarrator: Bows.\nLane: Sir.\n\nnarrator: End.\n"


# --- verse, lists, ruby, languages, sounds ---------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        "<blockquote epub:type='z3998:verse'><p><span>Tyger,</span><br/><span>burning</span></p>"
        "<p>In the</p></blockquote>",
        "<div class='poem'><p>Tyger,<br/>burning</p><p>In the</p></div>",
        "<div class='poem'><div class='stanza'><div class='line'>Tyger,</div><div class='line'>burning</div></div>"
        "<div class='stanza'><p class='line'>In the</p></div></div>",
    ],
)
def test_verse_is_kept_in_lines_and_stanzas(markup: str) -> None:
    expected = [Block("Tyger,", VERSE), Block("burning", VERSE, continues=True), Block("In the", VERSE)]
    assert blocks(markup) == expected
    (script,) = adapt(book(markup))
    assert "narrator: Tyger,\n| narrator: burning\n\nnarrator: In the\n" in format_script(script)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ol><li>a</li><li><p>b</p><p>c</p></li></ol>", ["1. a", "2. b", "c"]),
        ("<ol start='3' type='a'><li>x</li></ol>", ["c. x"]),
        ("<ol type='I'><li value='9'>x</li><li>y</li></ol>", ["IX. x", "X. y"]),
        ("<ol reversed=''><li>x</li><li>y</li></ol>", ["2. x", "1. y"]),
        (
            "<ol><li>1. x</li></ol><ol style='list-style-type: none'><li>y</li></ol><ul><li>z</li></ul>",
            ["1. x", "y", "z"],
        ),
        ("<ol><li>a<ol><li>b</li></ol></li><li>c</li></ol>", ["1. a", "1. b", "2. c"]),
    ],
)
def test_lists_have_their_numbers(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


RUBY = (
    "<p><ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>と"
    "<ruby>食<rt>た</rt>べ<rt></rt>物<rt>もの</rt></ruby></p>"
)


@pytest.mark.parametrize(
    ("language", "policy", "expected"),
    [
        ("ja", "auto", "とうきょうとたべもの"),
        ("ja", "base", "東京と食べ物"),
        ("zh", "auto", "東京と食べ物"),
        ("zh", "reading", "とうきょうとたべもの"),
    ],
)
def test_ruby_is_read_as_the_setting_and_the_language_say(language: str, policy: str, expected: str) -> None:
    assert texts(RUBY, language, ruby=policy) == [expected]


def test_languages_of_spans_and_of_lines() -> None:
    markup = "<p>He said <i xml:lang='fr'>Voilà <b>tout</b>!</i> and <i xml:lang='en-US'>left</i>.</p>"
    assert blocks(markup) == [Block("He said Voilà tout! and left.", spans=(Span(8, 19, "fr"),))]
    whole = "<p>It is late. <i xml:lang='fr'>Il est tard.</i> Yes.</p>"
    (script,) = adapt(book(whole))
    assert [(line.text, line.language) for line in script.lines[1:4]] == [
        ("It is late.", ""),
        ("Il est tard.", "fr"),
        ("Yes.", ""),
    ]


def test_sounds_stand_beside_the_text() -> None:
    markup = (
        "<p>Mr. <abbr title='Doctor'>Dr.</abbr> ate a <span xmlns:ssml='http://www.w3.org/2001/10/synthesis' "
        "ssml:ph='təˈmɑːtəʊ'>tomato</span> of Henry <span epub:type='z3998:roman'>I</span> and the "
        "<abbr epub:type='z3998:initialism'>F.B.I.</abbr></p>"
    )
    assert sounds(markup) == (
        Pronunciation("Dr.", "Doctor", "abbr"),
        Pronunciation("tomato", "təˈmɑːtəʊ", "ipa"),
        Pronunciation("Henry I", "", "roman"),
        Pronunciation("F.B.I.", "", "initialism"),
    )
    mark = "<p xmlns:ssml='http://www.w3.org/2001/10/synthesis'>A <b ssml:ph='%s'>lead</b>.</p>"
    ways = mark % "lɛd" + mark % "liːd"
    assert sounds(ways) == ()
    (skipped,) = [skipped for skipped in book(ways).skipped if "phonemes" in skipped.what]
    assert (skipped.what, skipped.why[:37]) == ("the phonemes of 1 word", "“lead” is said in more than one way; ")
    assert sounds("<p><abbr title='Saint'>St.</abbr> x <abbr title='Street'>St.</abbr></p>") == ()


def test_a_pls_lexicon_is_read() -> None:
    lexicon = (
        '<lexicon version="1.0" alphabet="x-sampa" xml:lang="en" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon">'
        "<lexeme><grapheme>Cholmondeley</grapheme><grapheme>Chumley</grapheme><alias>chumly</alias></lexeme>"
        '<lexeme><grapheme>Eyre</grapheme><phoneme alphabet="ipa">ɛə</phoneme><phoneme>E@</phoneme></lexeme></lexicon>'
    )
    item = '<item id="pls" href="en.pls" media-type="application/pls+xml"/>'
    data = epub({"a.xhtml": page("<p>A.</p>")}, items=item, extra={"OEBPS/en.pls": lexicon})
    assert read(data).pronunciations == (
        Pronunciation("Cholmondeley", "chumly", "alias"),
        Pronunciation("Chumley", "chumly", "alias"),
        Pronunciation("Eyre", "ɛə", "ipa"),
    )


# --- front and back matter, parts ----------------------------------------------------------------

PAGES = {
    "cover.xhtml": page("<p>Cover</p>"),
    "copy.xhtml": page("<p>Rights.</p>", attributes="epub:type='copyright-page'"),
    "fore.xhtml": page("<p>Foreword text.</p>", attributes="epub:type='foreword'"),
    "ded.xhtml": page("<p>To Ann.</p>"),
    "one.xhtml": page("<section><p>One.</p></section><section epub:type='colophon'><p>Set in</p></section>"),
    "epi.xhtml": page("<p>After.</p>", attributes="epub:type='epilogue'"),
    "index.xhtml": page("<p>Ann, 1</p>"),
    "works.xhtml": page("<p>Books.</p>", attributes="role='doc-bibliography'"),
}
TITLES = ("Cover", "Rights", "Copyright", "Dedication", "One", "Epilogue", "Index", "Works")


def matter(**reading: object) -> tuple[list[str], Book]:
    toc = nav(links(*zip(TITLES, PAGES, strict=True)))
    found = read(epub(PAGES, toc=toc), **reading)
    return [block.text for chapter in found.chapters for block in chapter.blocks], found


def test_front_and_back_matter_by_marks_first_titles_last() -> None:
    said, found = matter()
    assert said == ["Foreword text.", "To Ann.", "One.", "After."]
    backs = {s.what.rpartition("/")[2]: s.back for s in found.skipped}
    assert backs == {
        "cover.xhtml": 'keep = ["cover"]',
        "copy.xhtml": 'keep = ["copyright-page"]',
        "one.xhtml": 'keep = ["colophon"]',
        "index.xhtml": 'keep = ["index"]',
        "works.xhtml": 'keep = ["bibliography"]',
    }


@pytest.mark.parametrize(
    ("keep", "text"),
    [
        ("cover", "Cover"),
        ("copyright-page", "Rights."),
        ("colophon", "Set in"),
        ("index", "Ann, 1"),
        ("works", "Books."),
    ],
)
def test_one_line_brings_each_back(keep: str, text: str) -> None:
    assert text in matter(keep=(keep,))[0]


def test_contents_that_stand_in_the_spine_can_be_read() -> None:
    contents = page("<nav epub:type='toc'><h1>Contents</h1><ol><li><a href='a.xhtml'>One</a></li></ol></nav>")
    pages = {"toc.xhtml": contents, "a.xhtml": page("<p>A.</p>")}
    assert back(read(epub(pages)), "toc.xhtml") == 'keep = ["toc"]'
    said = read(epub(pages), keep=("toc",)).chapters[0].blocks
    assert [block.text for block in said] == ["Contents", "1. One", "A."]


def test_one_line_leaves_a_part_out() -> None:
    assert matter(skip=("foreword", "Dedication"))[0] == ["One.", "After."]


def test_a_chapter_called_index_is_read_and_notes_at_the_end_are_not() -> None:
    titles = {"A": "a.xhtml", "Index": "b.xhtml", "C": "c.xhtml", "D": "d.xhtml", "Notes": "e.xhtml"}
    pages = {file: page(f"<p>Text of {title}.</p>") for title, file in titles.items()}
    found = read(epub(pages, toc=nav(links(*titles.items()))))
    assert [c.title for c in found.chapters] == ["A", "Index", "C", "D"]
    assert back(found, "e.xhtml") == 'notes = "inline" or "end", or keep = ["endnotes"]'


def test_parts_of_one_file_are_skipped_by_their_titles() -> None:
    titles = ("Copyright", "One", "Index", "Two", "Three", "Bibliography")
    text = "".join(f"<h2 id='s{i}'>{t}</h2><p>Text of {t}.</p>" for i, t in enumerate(titles))
    toc = nav(links(*((t, f"a.xhtml#s{i}") for i, t in enumerate(titles))))
    found = read(epub({"a.xhtml": page(text)}, toc=toc))
    assert [c.title for c in found.chapters] == ["One", "Index", "Two", "Three"]
    assert back(found, "Copyright") == 'keep = ["copyright-page"]'
    kept = read(epub({"a.xhtml": page(text)}, toc=toc), keep=("copyright-page", "bibliography"))
    assert [c.title for c in kept.chapters] == list(titles)


def test_prose_that_is_called_verse_is_cut_into_sentences() -> None:
    long = "In the beginning was the word. " * 8
    assert blocks(f"<p class='verse'>{long}</p>") == [Block(long.strip())]


def test_parts_nest_in_the_marks() -> None:
    entries = (
        '<li><a href="p.xhtml">Book One</a><ol><li><a href="a.xhtml">Chapter 1</a></li></ol></li>'
        '<li><span>Book Two</span><ol><li><a href="b.xhtml">Book Two, Chapter 1</a></li></ol></li>'
        '<li><a href="c.xhtml">Epilogue</a></li>'
    )
    pages = {f"{n}.xhtml": page(f"<p>Text {n}.</p>") for n in "abc"} | {"p.xhtml": page("<h1>Book One</h1>")}
    found = read(epub(pages, toc=nav(entries), spine=["p.xhtml", "a.xhtml", "b.xhtml", "c.xhtml"]))
    assert [c.mark for c in found.chapters] == ["Book One: Chapter 1", "Book Two, Chapter 1", "Epilogue"]
    assert [script.title for script in adapt(found)] == ["Book One: Chapter 1", "Book Two, Chapter 1", "Epilogue"]


def test_a_part_that_holds_all_is_the_book() -> None:
    inside = links(("I", "a.xhtml#x"), ("II", "b.xhtml"))
    entries = f'<li><a href="a.xhtml">The Book</a><ol>{inside}</ol></li>'
    pages = {"a.xhtml": page("<p id='x'>A.</p>"), "b.xhtml": page("<p>B.</p>")}
    assert [c.mark for c in read(epub(pages, toc=nav(entries))).chapters] == ["I", "II"]
