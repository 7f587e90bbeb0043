"""Where the chapters of an EPUB start, with contents that tell it, tell it badly, or not at all."""

import pytest
from epubs import epub, links, nav, page

from narrate.book import Book
from narrate.readers.divisions import opens_chapter, opens_part
from narrate.readers.epub import read_epub
from narrate.readers.epub.window_titles import window_title

LONG = "<p>It was a morning in May, and nobody had come to the harbour to see what the boats had brought. </p>" * 3


def read(*bodies: str, contents: str = "", titles: tuple[str, ...] = (), book: str = "Test") -> Book:
    pages = {f"{n}.xhtml": page(body, title=titles[n] if titles else "A page") for n, body in enumerate(bodies)}
    metadata = f"<dc:title>{book}</dc:title><dc:language>en</dc:language>"
    return read_epub(epub(pages, toc=nav(contents), metadata=metadata), "x.epub", "x")


def titles(found: Book) -> list[str]:
    return [chapter.mark for chapter in found.chapters]


def words(found: Book) -> str:
    return " ".join(block.text for chapter in found.chapters for block in chapter.blocks if block.text)


# --- contents that name one place, or none --------------------------------------------------------


def heads(*rows: str) -> str:
    """Each heading with text after it: `1 Chapter One` is an h1."""
    return "".join(f"<h{row[0]}>{row[2:]}</h{row[0]}>{LONG}" for row in rows)


@pytest.mark.parametrize("contents", ["", links(("A Small Book", "0.xhtml"))])
@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([heads("1 The Gulls", "1 The Ferry")], ["The Gulls", "The Ferry"]),
        ([heads("1 The Gulls"), heads("1 The Ferry")], ["The Gulls", "The Ferry"]),
        (["<h1>A Small Book</h1>" + heads("2 The Gulls", "3 A rest", "2 The Ferry")], ["The Gulls", "The Ferry"]),
        (["<h1>A Small Book</h1><p>by Ann</p>" + heads("2 I", "2 II", "2 III")], ["I", "II", "III"]),
        (
            [heads("2 Chapitre premier", "2 Chapitre deuxième", "3 Plus tard")],
            ["Chapitre premier", "Chapitre deuxième"],
        ),
        ([heads("2 第一章", "2 第二章 渡船")], ["第一章", "第二章 渡船"]),
        ([heads("1 Prologue", "1 Chapter 1", "2 1", "2 2", "1 Chapter 2")], ["Prologue", "Chapter 1", "Chapter 2"]),
        (["<h2>Chapter 1</h2>" + heads("3 The Gulls", "2 Chapter 2", "3 x")], ["Chapter 1. The Gulls", "Chapter 2"]),
        ([heads("1 A Story", "2 I", "2 II", "1 Another", "2 I", "2 II")], ["A Story", "Another"]),
        (
            ["<h1>A Small Book</h1>" + heads("2 The Gulls"), "<h1>A Small Book</h1>" + heads("2 The Ferry")],
            ["The Gulls", "The Ferry"],
        ),
        (
            ["<h1>Part One</h1>" + heads("2 Chapter 1", "2 Chapter 2"), "<h1>Part Two</h1>" + heads("2 Chapter 3")],
            ["Chapter 1", "Chapter 2", "Chapter 3"],
        ),
        (
            ["<h1>Part One</h1>" + heads("2 Chapter 1"), "<h1>Part Two</h1>" + heads("2 Chapter 1")],
            ["Part One: Chapter 1", "Part Two: Chapter 1"],
        ),
        (["<h1>Part One</h1>" + heads("2 Gulls", "2 Boats"), heads("1 Part Two")], ["Gulls", "Boats", "Part Two"]),
        ([f"<p class='MsoTitle'>Boats</p>{LONG}<p class='MsoHeading1'>Ice</p>{LONG}"], ["Boats", "Ice"]),
        (
            [f"<p class='heading1'>Ice</p>{LONG}<p class='heading2'>x</p>{LONG}<p class='heading1'>y</p>{LONG}"],
            ["Ice", "y"],
        ),
        (
            ["<h1>A Small Book</h1>" + "".join(f"<p>{n}</p>{LONG}" for n in ("I.", "II.", "III."))],
            ["I.", "II.", "III."],
        ),
        (["<p>CHAPTER I</p>" + LONG, "<p><b>CHAPTER II</b></p>" + LONG], ["CHAPTER I", "CHAPTER II"]),
        (["<p>Chapter one of my life is over.</p>" + LONG, "<p>Chapter two was longer.</p>" + LONG], ["A Small Book"]),
        ([LONG, LONG], ["A Small Book"]),
    ],
)
def test_headings_make_the_chapters(contents: str, bodies: list[str], expected: list[str]) -> None:
    found = read(*bodies, contents=contents, book="A Small Book")
    assert titles(found) == expected
    text = "".join(bodies).replace("<", " <").replace(">", "> ")
    assert sorted(words(found).split()) == sorted(w for w in text.split() if "<" not in w and ">" not in w)


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        (("Chapter 1. Gulls", "Chapter 2. Ferry"), ["Chapter 1. Gulls", "Chapter 2. Ferry"]),
        (("Gulls", "Gulls", "Ferry"), ["Gulls", "Ferry"]),
        (("My Book - Gulls", "My Book - Ferry"), ["Gulls", "Ferry"]),
        (("Gulls | My Book", "Ferry | My Book"), ["Gulls", "Ferry"]),
        (("My Book", "Gulls", "Ferry"), ["My Book", "Gulls", "Ferry"]),
        (("Unknown", "Unknown"), ["My Book"]),
        (("a.xhtml", "b.xhtml"), ["My Book"]),
        (("Page 1", "Page 2"), ["My Book"]),
        (("index_split_000", "index_split_001"), ["My Book"]),
    ],
)
def test_pages_are_called_by_their_titles_where_nothing_else_does(called: tuple[str, ...], expected: list[str]) -> None:
    assert titles(read(*[LONG] * len(called), titles=called, book="My Book")) == expected


def test_titles_of_pages_yield_to_headings_and_to_contents() -> None:
    assert titles(read(heads("1 A"), heads("1 B"), titles=("x", "y"))) == ["A", "B"]
    assert titles(read(LONG, LONG, titles=("x", "y"), contents=links(("A", "0.xhtml"), ("B", "1.xhtml")))) == ["A", "B"]


def test_a_page_s_title_is_not_half_of_another() -> None:
    assert window_title("My Book-keeping", "My Book") == "My Book-keeping"


# --- contents that name only parts ----------------------------------------------------------------

PARTS = links(("Part One", "0.xhtml"), ("Part Two", "1.xhtml"), ("Afterword", "2.xhtml"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2 Chapter 1|2 Chapter 2", "2 Chapter 3|2 Chapter 4", ["Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"]),
        ("2 I|2 II", "2 III|2 IV", ["I", "II", "III", "IV"]),
        ("2 The Gulls|3 A rest|2 The Ferry", "2 Ice|2 Thaw", ["The Gulls", "The Ferry", "Ice", "Thaw"]),
        ("2 1|2 2", "2 1|2 2", ["Part One: 1", "Part One: 2", "Part Two: 1", "Part Two: 2"]),
        ("2 Chapter 1|2 Chapter 2", "", ["Chapter 1", "Chapter 2", "Part Two"]),
    ],
)
def test_parts_are_cut_at_their_chapters(first: str, second: str, expected: list[str]) -> None:
    bodies = ["<h1>Part One</h1>" + heads(*first.split("|"))]
    bodies.append("<h1>Part Two</h1>" + (heads(*second.split("|")) if second else LONG))
    assert titles(read(*bodies, LONG, contents=PARTS)) == [*expected, "Afterword"]


def test_what_stands_under_a_chapter_cuts_none() -> None:
    stories = links(("A Story", "0.xhtml"), ("Another", "1.xhtml"))
    found = read(
        "<h1>A Story</h1>" + heads("2 I", "2 II"), "<h1>Another</h1>" + heads("2 Dawn", "2 Dusk"), contents=stories
    )
    assert titles(found) == ["A Story", "Another"]


def test_contents_that_stop_early_are_gone_on_with() -> None:
    contents = links(("Chapter 1", "0.xhtml"), ("Chapter 2", "1.xhtml"))
    found = read(
        heads("1 Chapter 1"), heads("1 Chapter 2"), heads("1 Chapter 3"), heads("1 Chapter 4"), contents=contents
    )
    assert titles(found) == ["Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"]


def test_a_heading_that_is_a_picture_is_what_the_picture_says_where_no_contents_name_it() -> None:
    pictures = [
        f"<h1><img src='{n}.png' alt='{said}'/></h1>{LONG}" for n, said in enumerate(("The Gulls", "The Ferry"))
    ]
    assert titles(read(*pictures)) == ["The Gulls", "The Ferry"]
    named = read(*pictures, contents=links(("I", "0.xhtml"), ("II", "1.xhtml")))
    assert (titles(named), words(named).count("The Gulls")) == (["I", "II"], 0)


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<h2>Chapter <a id='b'>2</a></h2><p>Two.</p>", ["Chapter 2", "Two."]),
        ("<h2><span>Chapter<br/><a name='b'/>2</span></h2><p>Two.</p>", ["Chapter 2", "Two."]),
        ("<p>It <i id='b'>rang</i> and went.</p>", ["It rang and went."]),
        ("<p>Before.<a id='b'></a></p><p>Two.</p>", ["Two."]),
        ("<p>Before.</p><div id='b'><p>Two.</p></div>", ["Two."]),
        ("<div>Before.<br/><a id='b'></a>Two.<br/></div>", ["Two."]),
        ("<p><a id='b'></a><b>T</b>wo.</p>", ["Two."]),
        ("<blockquote><p>A <span>very <b id='b'>old</b></span> song.</p></blockquote>", ["A very old song."]),
    ],
)
def test_a_place_inside_a_paragraph_cuts_before_it(markup: str, lines: list[str]) -> None:
    found = read(f"<h2 id='a'>1</h2><p>One.</p>{markup}", contents=links(("A", "0.xhtml#a"), ("B", "0.xhtml#b")))
    assert titles(found) == ["A", "B"]
    assert [block.text for block in found.chapters[1].blocks] == lines


def test_entries_whose_anchors_are_lost_are_found_by_their_headings() -> None:
    names = ("The Gulls", "The Ferry", "The Wall")
    body = heads(*(f"2 {name}" for name in names))
    for place in ("0.xhtml#lost{}", "0.xhtml"):
        entries = links(*((name, place.format(n)) for n, name in enumerate(names)))
        assert titles(read(body, contents=entries)) == list(names)


# --- headings without a body ----------------------------------------------------------------------


def test_a_heading_without_a_body_opens_the_next_chapter() -> None:
    contents = links(("A Small Book", "0.xhtml"), ("Part One", "1.xhtml"), ("One", "2.xhtml"), ("Two", "3.xhtml"))
    found = read("<h1>A Small Book</h1>", "<h1>Part One</h1>", heads("2 One"), heads("2 Two"), contents=contents)
    assert titles(found) == ["One", "Two"]
    assert [block.text for block in found.chapters[0].blocks][:3] == ["A Small Book", "Part One", "One"]


def test_of_a_book_of_headings_alone_each_that_the_contents_name_is_a_chapter() -> None:
    bodies = [f"<h1>Chapter {n}</h1>" for n in range(1, 6)]
    contents = links(*((f"Chapter {n}", f"{n - 1}.xhtml") for n in range(1, 6)))
    assert titles(read(*bodies, contents=contents)) == [f"Chapter {n}" for n in range(1, 6)]
    assert titles(read(*bodies[:4], f"{bodies[4]}{LONG}", contents=contents)) == ["Chapter 5"]


@pytest.mark.parametrize(
    ("text", "chapter", "part"),
    [
        ("CHAPTER XII. The Ferry", True, False),
        ("Chapter Twenty-One", True, False),
        ("Drittes Kapitel", True, False),
        ("3. Kapitel: Die Fähre", True, False),
        ("Capítulo primero", True, False),
        ("Глава первая. Начало", True, False),
        ("第三章 渡船", True, False),
        ("第二部", False, True),
        ("제3장", True, False),
        ("Part One", False, True),
        ("BOOK THE FIRST: The River", False, True),
        ("Zweiter Teil", False, True),
        ("Première partie", False, True),
        ("The Letter", False, False),
        ("A Chapter of Accidents", False, False),
        ("Chapters", False, False),
        ("Part of it", False, False),
        ("XII", False, False),
    ],
)
def test_what_a_heading_opens(text: str, chapter: bool, part: bool) -> None:
    assert (opens_chapter(text), opens_part(text)) == (chapter, part)
