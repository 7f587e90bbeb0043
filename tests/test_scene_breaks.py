"""Scenes that a picture or a blank paragraph parts; spacing that is the book's usual one parts nothing."""

import pytest
from epubs import epub, page
from hypothesis import given, strategies as st

from narrate.book import Book, Reading
from narrate.readers.epub import read_epub
from narrate.readers.markdown import read_markdown
from narrate.readers.text import read_text

BREAK = "***"


def shown(book: Book) -> list[str]:
    return [block.text or BREAK for chapter in book.chapters for block in chapter.blocks]


def epub_shown(markup: str, reading: Reading | None = None) -> list[str]:
    return shown(read_epub(epub({"a.xhtml": page(markup)}), "x.epub", "x", reading))


def markdown_shown(text: str) -> list[str]:
    return shown(read_markdown(text.encode(), "x.md", "x"))


def text_shown(text: str) -> list[str]:
    return shown(read_text(text.encode(), "x.txt", "x"))


@pytest.mark.parametrize(
    "ornament",
    [
        '<p class="ornament"><img src="a.png" alt=""/></p>',
        '<div class="fleuron"><img src="a.png" alt=""/></div>',
        '<p class="center"><img class="asterism1" src="a.png" alt=""/></p>',
        '<p><img src="../images/scene_break.png" alt=""/></p>',
        '<p><span><img src="Ornament-02.jpg"/></span></p>',
        '<p><img src="a.png" alt="* * *"/></p>',
        '<div><p><img src="a.png" alt="scene break"/></p></div>',
        '<img class="section-break" src="a.png" alt=""/>',
        '<div class="break"></div>',
        '<p><svg viewBox="0 0 1 1"><path d=""/></svg></p><p>* * *</p>',
        '<figure class="ornament"><img src="a.png" alt=""/></figure>',
        '<div class="ornamental-break"><img src="o.png" alt="Ornamental break"/></div>',
        '<p class="sceneBreak"><img src="a.png" alt=""/></p>',
        '<p><img src="a.png" alt="Zierlinie"/></p>',
        '<p><img src="cul-de-lampe2.png" alt=""/></p>',
        '<div role="separator"></div>',
        '<p><img src="a.png" role="separator"/></p>',
    ],
)
def test_an_ornament_alone_is_a_scene_break(ornament: str) -> None:
    assert epub_shown(f"<p>a</p>{ornament}<p>b</p>") == ["a", BREAK, "b"]
    assert epub_shown(f"<p>a</p>{ornament}<p>b</p>", Reading(figures="alt")) == ["a", BREAK, "b"]


@pytest.mark.parametrize(
    "picture",
    [
        '<p><img src="map.png" alt=""/></p>',
        '<p><img src="heartbreak.png" alt="A broken heart"/></p>',
        '<p class="page-break"><img src="a.png" alt=""/></p>',
        '<p class="linebreak"></p>',
        '<p class="ornament"><img src="ornament.png" alt=""/> c</p>',
    ],
)
def test_a_picture_that_is_no_ornament_is_no_scene_break(picture: str) -> None:
    assert BREAK not in epub_shown(f"<p>a</p>{picture}<p>b</p>")


def test_an_ornament_is_no_picture_that_was_left_out() -> None:
    data = epub({"a.xhtml": page('<p>a</p><p class="ornament"><img src="a.png" alt=""/></p><p>b</p>')})
    assert not any("picture" in skipped.what for skipped in read_epub(data, "x.epub", "x").skipped)


def test_an_ornament_below_a_heading_or_at_an_end_parts_nothing() -> None:
    ornament = '<p class="ornament"><img src="a.png" alt=""/></p>'
    markup = f"{ornament}<h1>One</h1>{ornament}<p>a</p>{ornament}<h2>Two</h2><p>b</p>{ornament}"
    assert epub_shown(markup) == ["One", "a", "Two", "b"]


ROWS_OF_SIGNS = (
    "* * *|***|⁂|◊|✦ ✦ ✦|❖|§|oOo|-o0o-|+ + +|⸻|xxx|● ● ●|—o—|~|— § —|[* * *]|x x x|X X X|× × ×|＊　＊　＊|☆|◇◇◇|~*~|"
    "xXx|⋆⋆⋆|⎯⎯⎯|---ooOoo---|o o o|///|❦|♦|———|═══|* — * — *|—*—|##|oOo oOo oOo|<oOo>|\ue123|о о о|х х х"
)
# Dots, a lone dash, words, numbers, signs that say something.
NO_ROWS = (
    "...|…|—|. . .|?|!|?!|XXX|Ooo|OOO|ooo|O|x|xx|000|I|&|+|%|zzz|“—”|☺|- 12 -|XX|oxo|→|✓|❤|O! O!|- 0 -|x = x|- 1 -|Oo"
)


@pytest.mark.parametrize("row", ROWS_OF_SIGNS.split("|"))
def test_a_row_of_signs_is_a_scene_break(row: str) -> None:
    assert epub_shown(f"<p>a</p><p>b</p><p>{row}</p><p>c</p>".replace("<oOo>", "&lt;oOo>")) == ["a", "b", BREAK, "c"]


@pytest.mark.parametrize("row", NO_ROWS.split("|"))
def test_a_row_that_says_something_is_no_scene_break(row: str) -> None:
    assert BREAK not in epub_shown(f"<p>a</p><p>b</p><p>{row.replace('&', '&amp;')}</p><p>c</p>")


@pytest.mark.parametrize("name", ["space-break", "scene_break", "after-scene-break", "first-para-after-break"])
def test_a_paragraph_that_is_said_to_open_a_scene_opens_one(name: str) -> None:
    assert epub_shown(f'<p>a</p><p class="{name}">b</p><p>c</p>') == ["a", BREAK, "b", "c"]
    assert epub_shown(f'<p>a</p><hr/><p class="{name}">b</p>') == ["a", BREAK, "b"]


BLANKS = [
    "<br/>",
    '<div class="blank"/>',
    '<div class="empty-line"></div>',
    "<p>&#160;</p>",
    "<p>&nbsp;</p>",
    "<p></p><p/>",
    '<p class="MsoNormal"><span>&#160;</span></p>',
    "<p><br/></p>",
    "<div>&#160;</div>",
    '<p id="x">&#160;</p>',
]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_paragraph_between_some_is_a_scene_break(blank: str) -> None:
    assert epub_shown(f"<p>a</p><p>b</p>{blank}<p>c</p><p>d</p>") == ["a", "b", BREAK, "c", "d"]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_paragraph_between_all_is_spacing_and_more_of_them_a_scene_break(blank: str) -> None:
    assert epub_shown(blank.join(f"<p>{c}</p>" for c in "abcd")) == list("abcd")
    spaced = blank.join(f"<p>{c}</p>" for c in "abcd") + 3 * blank + blank.join(f"<p>{c}</p>" for c in "efgh")
    assert epub_shown(spaced) == [*"abcd", BREAK, *"efgh"]


def test_a_chapter_that_is_spaced_throughout_has_no_breaks_in_a_book_that_is_not() -> None:
    pages = {
        "a.xhtml": page("".join(f"<p>a{n}</p>" for n in range(40))),
        "b.xhtml": page("<h1>Letters</h1>" + "<p>&#160;</p>".join(f"<p>b{n}</p>" for n in range(9))),
    }
    assert BREAK not in shown(read_epub(epub(pages), "x.epub", "x"))


@pytest.mark.parametrize(
    "anchor",
    [
        '<p><a id="p12"></a></p>',
        '<p id="p12"/>',
        '<p><span epub:type="pagebreak" title="12" id="p12"/></p>',
        '<p class="pagenum">12</p>',
        "<div></div>",
    ],
)
def test_an_invisible_anchor_is_no_scene_break(anchor: str) -> None:
    assert BREAK not in epub_shown(f"<p>a</p><p>b</p>{anchor}<p>c</p><p>d</p>")


def test_blanks_beside_headings_and_in_verse_are_spacing() -> None:
    blank = "<p>&#160;</p>"
    verse = f'<div class="poem"><p>c</p>{blank}<p>d</p></div>'
    markup = f"<h1>One</h1>{blank}<p>a</p><p>b</p>{blank}{verse}{blank}<p>e</p><p>f</p>{blank}<h2>Two</h2><p>g</p>"
    assert BREAK not in epub_shown(markup)


@pytest.mark.parametrize(
    "row",
    [
        "&nbsp;",
        "<br>",
        "<p>&nbsp;</p>",
        "<p></p>",
        "![](images/ornament.png)",
        "![* * *](a.png)",
        '<p class="scene-break"></p>',
        '<p align="center"><img src="fleuron.png" alt=""></p>',
        "<div class='ornament'><img src='a.png'></div>",
    ],
)
def test_a_row_of_marks_in_markdown_is_a_scene_break(row: str) -> None:
    text = f"a\n\nb\n\n{row}\n\nc\n\nd\n"
    assert markdown_shown(text) == ["a", "b", BREAK, "c", "d"]
    assert not read_markdown(text.encode(), "x.md", "x").skipped


def test_markdown_with_a_blank_between_all() -> None:
    assert markdown_shown("\n\n&nbsp;\n\n".join("abcd")) == list("abcd")
    assert markdown_shown("a\n\nb\n\n![](map.png)\n\nc\n\nd\n") == list("abcd")


def test_text_with_more_blank_lines_than_usual() -> None:
    paragraphs = [f"{c}{c} is a line that was\nwrapped by hand." for c in "abcdef"]
    told = [paragraph.replace("\n", " ") for paragraph in paragraphs]
    assert text_shown("\n\n".join(paragraphs)) == told
    assert text_shown("\n\n\n".join(paragraphs)) == told
    for wide in ("\n\n\n\n", "\n\n\u00a0\n\n", "\n \n\n"):
        assert text_shown("\n\n".join(paragraphs[:3]) + wide + "\n\n".join(paragraphs[3:])) == [
            *told[:3],
            BREAK,
            *told[3:],
        ]
    assert BREAK not in text_shown("\n\n".join(paragraphs[:3]) + "\n\n\f\n\n" + "\n\n".join(paragraphs[3:]))


def test_text_by_indents_with_a_blank_line() -> None:
    paragraph = "  Then he woke and saw the\nsea come in over the sands\nas it always did.\n"
    found = text_shown(paragraph * 8 + "\n" + paragraph * 8)
    assert found.count(BREAK) == 1
    assert found[8] == BREAK


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_breaks_are_few_and_stand_where_blanks_do(blanks: list[int]) -> None:
    markup = "<p>w</p>" + "".join("<p>&#160;</p>" * count + "<p>w</p>" for count in blanks)
    found = epub_shown(markup)
    assert [text for text in found if text != BREAK] == ["w"] * (len(blanks) + 1)
    assert 3 * found.count(BREAK) <= len(blanks)
    at = [sum(text != BREAK for text in found[:index]) - 1 for index, text in enumerate(found) if text == BREAK]
    assert all(blanks[place] > 0 for place in at)
    if at:
        assert min(blanks[place] for place in at) > max(n for place, n in enumerate(blanks) if place not in at)
