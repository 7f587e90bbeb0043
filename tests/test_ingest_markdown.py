"""Markdown read: chapters by headings, front matter, and text out of every kind of markup."""

import pytest
from hypothesis import given, settings, strategies as st
from test_ingest_text import shape

from narrate.book import Book, Reading
from narrate.errors import SourceError
from narrate.readers.markdown import read_markdown


def read(text: str, **reading: str) -> Book:
    return read_markdown(text.encode(), "test.md", "test", Reading(**reading))  # type: ignore[arg-type]


def texts(text: str, **reading: str) -> list[str]:
    return [block for _, blocks in shape(read(text, **reading)) for block in blocks]


def test_one_h1_is_the_title_and_h2_are_chapters() -> None:
    book = read("# Book\n\nBy me.\n\n## One\n\na\n\n### Inner\n\nb\n\n## Two\n\nc\n")
    assert book.title == "Book"
    assert shape(book) == [
        ("Book", ["# Book", "By me."]),
        ("One", ["# One", "a", "# Inner", "b"]),
        ("Two", ["# Two", "c"]),
    ]


def test_a_title_alone_opens_the_first_chapter() -> None:
    assert shape(read("# Book\n\n## One\n\na\n")) == [("One", ["# Book", "# One", "a"])]


def test_several_h1_are_chapters() -> None:
    assert shape(read("# One\n\n## in\n\na\n\n# Two\n\nb")) == [
        ("One", ["# One", "# in", "a"]),
        ("Two", ["# Two", "b"]),
    ]


def test_h2_before_the_first_h1() -> None:
    assert [title for title, _ in shape(read("## Pre\n\na\n\n# One\n\nb"))] == ["test", "One"]


def test_markdown_without_headings_is_one_chapter() -> None:
    assert shape(read("Just *this*.")) == [("test", ["Just this."])]
    assert read("# Only\n\ntext").title == "Only"


def test_front_matter() -> None:
    book = read('---\ntitle: "A: B"\nauthor: Ann\nlanguage: de_AT\ndate: 2020-01-02\ntags: [x]\n---\n\ntext\n')
    assert (book.title, book.author, book.language_said, book.year) == ("A: B", "Ann", "de_AT", "2020")
    assert texts("---\ntitle: x\n---\ntext") == ["text"]
    assert texts("---\n\nno front matter\n\n---\n\nmore") == ["no front matter", "***", "more"]


@pytest.mark.parametrize(
    ("below", "author"),
    [
        ("*by Ann Example*", "Ann Example"),
        ("By Élodie de la Tour", "Élodie de la Tour"),
        ("by: J. R. Example", "J. R. Example"),
        ("By me.", ""),
        ("By the river stood a mill", ""),
        ("By Monday, it rained", ""),
        ("It rained.\n\nby Ann Example", ""),
        ("By Friday everybody who had come to the harbour was gone", ""),
    ],
)
def test_the_paragraph_below_the_title_names_the_author(below: str, author: str) -> None:
    assert read(f"# Book\n\n{below}\n\n## One\n\na\n").author == author
    assert read(f"---\nauthor: Ben\n---\n\n# Book\n\n{below}\n\n## One\n\na\n").author == "Ben"
    assert read(f"# One\n\n{below}\n\n# Two\n\na\n").author == "", "a chapter is no book"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("a *b* **c**d _e_ `f` ~g~", ["a b cd e f g"]),
        ("one\ntwo\\\nthree  \nfour", ["one two three four"]),
        ("[text](https://example.org 'title') <https://x.org> [ref][r]\n\n[r]: /y", ["text https://x.org ref"]),
        ("- a\n- b\n  - c\n\n1. d\n2. e", ["a", "b", "c", "1. d", "2. e"]),
        ("3. a\n\n   b\n4. c", ["3. a", "b", "4. c"]),
        ("> quote\n>\n> more\n\nend", ["quote", "more", "end"]),
        ("| a | b |\n|---|---|\n| c. | *d* |\n|  | e |", ["a, b", "c. d", "e"]),
        ("```py\nx = 1\n\ny = 2\n```\n\n    indented", ["indented"]),
        ("a<br>b <b>c</b>d &amp; &eacute; \\* <span class='x'>e</span>f", ["a b cd & é * ef"]),
        (
            "<div>one <i>t</i>wo<p>three</p></div>\n\n<!-- no -->\n\n<script>\nno\n</script>\n\nend",
            ["one two", "three", "end"],
        ),
        ("a\n\n***\n\nb\n\n* * *\n\nc\n\n⁂\n\nd\n\n<hr>\n\ne", ["a", "***", "b", "***", "c", "***", "d", "***", "e"]),
        ("Setext\n======\n\nso\u00adft", ["# Setext", "soft"]),
        ("# Closed #\n\n#nospace", ["# Closed", "#nospace"]),
    ],
)
def test_markdown_markup_becomes_plain_text(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


def test_pictures_are_listed() -> None:
    book = read("a ![alt](x.png) b\n\n![only](y.png)")
    assert texts("a ![alt](x.png) b\n\n![only](y.png)") == ["a b"]
    assert book.skipped[0].what == "2 pictures"


NOTED = (
    "# One\n\nText[^1] and^[An *aside*.] more.\n\nEnd[^b].\n\n# Two\n\nLast[^x].\n\n"
    "[^1]: A note\n    goes on.\n\n    And on.\n\n[^b]: Another.\n\n[^idle]: Idle.\n"
)


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("skip", ["# One", "Text and more.", "End.", "# Two", "Last[^x]."]),
        (
            "inline",
            [
                "# One",
                "Text and more.",
                "A note goes on.",
                "And on.",
                "An aside.",
                "End.",
                "Another.",
                "# Two",
                "Last[^x].",
            ],
        ),
        (
            "end",
            [
                "# One",
                "Text and more.",
                "End.",
                "A note goes on.",
                "And on.",
                "An aside.",
                "Another.",
                "# Two",
                "Last[^x].",
            ],
        ),
    ],
)
def test_footnotes(notes: str, expected: list[str]) -> None:
    assert texts(NOTED, notes=notes) == expected
    said = {skipped.what: skipped.back for skipped in read(NOTED, notes=notes).skipped}
    assert said == ({"4 notes": 'notes = "inline" or "end"'} if notes == "skip" else {"1 note": ""})


def test_reading_settings_bring_markdown_tables_code_and_captions_back() -> None:
    table = "| a | b |\n|---|---|\n| c | d |\n\nend"
    assert texts(table, tables="skip") == ["end"]
    assert texts("```\nx = 1\n```\n\nend", code="read") == ["x = 1", "end"]
    assert texts("a ![a map](x.png) b", figures="alt") == ["a a map b"]
    book = read(f"```\nx\n```\n\n{table}", tables="skip")
    assert [(s.what, s.back) for s in book.skipped] == [
        ("1 piece of code", 'code = "read"'),
        ("1 table", 'tables = "read"'),
    ]


def test_deep_nesting_loses_nothing() -> None:
    assert texts(">" * 5000 + " word\n\nend") == ["word", "end"]
    nested = "".join("  " * i + f"- w{i}\n" for i in range(300))
    assert " ".join(texts(nested)).count("w") == 300
    assert "word" in " ".join(texts("[" * 5000 + "word" + "]" * 5000))
    assert "word" in " ".join(texts("*" * 5000 + "word"))


def test_markdown_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="no readable text"):
        read("![x](y.png)\n\n---\n")


WORD = st.text("abcDE.,’é&", max_size=5).map("w".__add__)
INLINE = st.sampled_from(["{}", "*{}*", "**{}**", "[{}](x)", "<i>{}</i>"])
BLOCK = st.sampled_from(["{}", "# {}", "## {}", "- {}", "> {}", "1. {}", "<div>{}</div>", "| {} |\n|---|"])


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, list[str]]:
    said = draw(st.lists(WORD, min_size=1, max_size=6))
    block = draw(BLOCK)
    inline = "{}" if block.startswith("<") else draw(INLINE)
    return block.format(" ".join(inline.format(word) for word in said)), said


@settings(max_examples=100)
@given(st.lists(blocks(), min_size=1, max_size=8))
def test_no_word_is_lost_or_added(made: list[tuple[str, list[str]]]) -> None:
    found = [w for text in texts("\n\n".join(text for text, _ in made)) for w in text.split() if w[0] == "w"]
    assert found == [word for _, said in made for word in said]


def test_front_matter_in_toml_is_no_text() -> None:
    block = '+++\ntitle = "The Wall"\nauthors = ["Ann Hale", "Ben Reed"]\ndate = 2020-01-01\n[params]\nx = 1\n+++\n'
    book = read_markdown(f"{block}\n# One\n\nText.\n".encode(), "t.md", "t")
    assert (book.title, book.author, book.year) == ("The Wall", "Ann Hale, Ben Reed", "2020")
    assert [block.text for chapter in book.chapters for block in chapter.blocks] == ["One", "Text."]
    other = read_markdown(b"+++\nnot a = = table\n+++\n\nText.\n", "t.md", "t")
    assert "not a" in other.chapters[0].blocks[0].text
