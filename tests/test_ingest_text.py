"""Plain text read: encodings, paragraphs, headings; what `-` takes for what."""

import io
import time
from collections import Counter
from pathlib import Path

import pytest
from epubs import epub, page
from hypothesis import given, settings, strategies as st

from narrate.book import BlockKind, Book
from narrate.errors import SourceError
from narrate.readers import read_book
from narrate.readers.text import read_text


def read(text: str | bytes, name: str = "test") -> Book:
    return read_text(text.encode() if isinstance(text, str) else text, f"{name}.txt", name)


def shape(book: Book) -> list[tuple[str, list[str]]]:
    """Chapters as title and texts; headings as `# text`, scene breaks as `***`."""
    marks = {BlockKind.HEADING: "# ", BlockKind.SCENE_BREAK: "***", BlockKind.PARAGRAPH: "", BlockKind.NOTE: ""}
    return [(c.title, [marks[b.kind] + b.text for b in c.blocks]) for c in book.chapters]


def paragraphs(text: str | bytes) -> list[str]:
    return [b.text for c in read(text).chapters for b in c.blocks]


TEXT = "Caf\u00e9 na\u00efve \u2014 “yes”.\n\nTwo."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_plain_text_is_read_in_common_encodings(encoding: str) -> None:
    assert paragraphs(TEXT.encode(encoding)) == ["Café naïve — “yes”.", "Two."]


def test_utf_8_with_a_few_bytes_of_another_encoding() -> None:
    assert paragraphs("«Où? Là, à côté, très près.» ".encode() + b"caf\xe9") == ["«Où? Là, à côté, très près.» café"]
    assert paragraphs("É plain Latin-1".encode("latin-1")) == ["É plain Latin-1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_line_ends(end: str) -> None:
    assert paragraphs(f"One line{end}and on.{end}{end}Two{end}") == ["One line and on.", "Two"]


def test_nul_soft_hyphen_and_zero_width() -> None:
    assert paragraphs("a\0b so\u00adft ze\u200bro \u2060x\ufeff") == ["ab soft zero x"]
    assert paragraphs("\u2067\U0001f468\u200d\U0001f469 wa\u200dve") == ["\U0001f468\u200d\U0001f469 wave"]


def test_wrapped_paragraphs_by_blank_lines() -> None:
    assert paragraphs("The old man sat\ndown by the well-\nhouse.\n\nHe slept.\n") == [
        "The old man sat down by the well-house.",
        "He slept.",
    ]


def test_wrapped_paragraphs_by_indents() -> None:
    text = "  The man sat down in the\nshade of the wall and slept\nfor an hour or two.\n  Then he woke and saw the\n"
    assert len(paragraphs((text + "sea come in over the sands\nas it always did.\n") * 3)) == 6


def test_plain_text_with_a_paragraph_on_every_line_is_not_joined() -> None:
    one = "She said nothing for a long time. " * 5
    assert paragraphs(f"{one}\n{one}\n\n{one}\nShort.\n") == [one.strip(), one.strip(), "", one.strip(), "Short."]
    assert paragraphs("First line.\nSecond line.\nThird line.") == ["First line.", "Second line.", "Third line."]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("CHAPTER I", "CHAPTER I"),
        ("Chapter 12. The Sea", "Chapter 12. The Sea"),
        ("CHAPTER XIV: OUT", "CHAPTER XIV: OUT"),
        ("CHAPTER I THE SEA", "CHAPTER I THE SEA"),
        ("PART ONE", "PART ONE"),
        ("Chapter Twenty-One", "Chapter Twenty-One"),
        ("Chapter the First", "Chapter the First"),
        ("Prologue", "Prologue"),
        ("EPILOGUE.", "EPILOGUE"),
        ("XLII", "XLII"),
        ("IV.", "IV"),
        ("Chapter 3\nThe Sea", "Chapter 3: The Sea"),
        ("CHAPTER I.\n\nDown the Rabbit-Hole", "CHAPTER I: Down the Rabbit-Hole"),
    ],
)
def test_chapter_headings_of_plain_text_are_found(heading: str, title: str) -> None:
    front = "Long ago there was\na house.\n" * 6
    chapters = shape(read(f"{front}\n{heading}\n\nThe text goes on\nfrom here.\n"))
    assert chapters[-1][0] == title
    assert chapters[-1][1][-1] == "The text goes on from here."
    assert chapters[-1][1][0].startswith("# ")


@pytest.mark.parametrize(
    "line",
    [
        "Part one of the plan had failed.",
        "Chapter 3 was the one he liked",
        "chapter 3",
        "Introduction to a friend followed.",
        "I am here.",
        "MIX",
        "“NO!”",
        "NO!",
        "Act now, he said,",
        "Book two seats for us.",
        "Letters came, and then none.",
        "CIVIL WAR, THEY CRIED,",
        "Part I played in it was small.",
    ],
)
def test_lines_that_only_look_like_headings_stay_text(line: str) -> None:
    assert len(read(f"Long ago there was\na house.\n\n{line}\n\nThe text goes on\nfrom here.\n").chapters) == 1
    assert line in paragraphs(f"Long ago there was\na house.\n\n{line}\n\nThe text goes on\nfrom here.\n")


def test_lines_in_capitals_are_chapters_only_where_they_are_rare() -> None:
    long = "\n".join(["the sea came in over the sands again and again until"] * 30)
    assert [c.title for c in read(f"THE SEA\n\n{long}\n\nTHE LAND\n\n{long}\n").chapters] == ["THE SEA", "THE LAND"]
    assert (
        len(read(f"{long}\n\nKEEP OUT\n\nsaid the sign\non the gate, and\n\nDANGER\n\nsaid\nthe next.").chapters) == 1
    )


def test_title_page_opens_the_first_chapter() -> None:
    book = read(
        "The Salt Road\nby Ann Example\n\nCHAPTER I\n\nIt was late\nin the year.\n\n* * *\n\nThen it was not.\n"
    )
    assert (book.title, book.author) == ("The Salt Road", "Ann Example")
    opening = ["The Salt Road by Ann Example", "# CHAPTER I", "It was late in the year.", "***", "Then it was not."]
    assert shape(book) == [("CHAPTER I", opening)]


def test_the_frame_of_project_gutenberg_is_left_out() -> None:
    text = (
        "The Project Gutenberg eBook of A Tale\n\nTitle: A Tale\n      of Two\n\nAuthor: Ann Example\n\n"
        "Release date: May 1, 1998\nLanguage: French\n\n*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\n"
        "CHAPTER I\n\nThe text.\n\n*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\nLicence licence.\n"
    )
    book = read(text)
    assert (book.title, book.author, book.year, book.language_said) == (
        "A Tale of Two",
        "Ann Example",
        "1998",
        "French",
    )
    assert shape(book) == [("CHAPTER I", ["# CHAPTER I", "The text."])]
    assert len(book.skipped) == 2


def test_without_headings_the_title_names_the_chapter() -> None:
    assert shape(read("Some words here.", "my-book")) == [("my-book", ["Some words here."])]
    assert read_book(None, data=b"Some words here.").title == "Some words here."


def test_standard_input_is_told_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [c.title for c in read_book(None, data=b"# One\n\ntext\n\n# Two\n\ntext").chapters] == ["One", "Two"]
    assert read_book(None, data=b"---\ntitle: T\n---\ntext").title == "T"
    assert read_book(None, data=epub({"a.xhtml": page("<p>A.</p>")})).title == "Test"
    assert [c.title for c in read_book(None, data=b"Chapter 1\n\n#1 fan\n").chapters] == ["Chapter 1"]
    with pytest.raises(SourceError, match="standard input: is empty"):
        read_book(None, data=b"")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"From a pipe.")))
    assert read_book(None).title == "From a pipe."


def test_a_very_long_line_takes_time_by_its_length(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    sentence = b"It was a dark night - and the rain fell. "
    path.write_bytes(sentence * (20_000_000 // len(sentence)))
    start = time.process_time()
    block = read_book(path).chapters[0].blocks[0]
    assert len(block.text) == 20_000_000 // len(sentence) * len(sentence) - 1
    assert time.process_time() - start < 30  # a quadratic reader would need hours


LINE = st.lists(
    st.text("abcDE.,’é-*#", max_size=5).map("w".__add__)
    | st.sampled_from(["Chapter", "I", "IV", "Part", "one", "Prologue"]),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=150)
@given(st.lists(LINE | st.just("") | st.just("  ") | LINE.map("    ".__add__), min_size=1, max_size=20))
def test_no_word_is_lost_or_added(lines: list[str]) -> None:
    said = [word for line in lines for word in line.split()]
    if said:
        book = read_text("\n".join(lines).encode(), "test.txt", "test")
        found = [word for chapter in book.chapters for block in chapter.blocks for word in block.text.split()]
        heads = {line for line, count in Counter(map(str.strip, lines)).items() if line and count > 2}
        if heads and book.skipped:  # what comes back inside sentences is a running head: left out, and told
            assert all("running head" in left.what for left in book.skipped)
            assert not Counter(found) - Counter(said)
            assert {*(Counter(said) - Counter(found))} <= {word for head in heads for word in head.split()}
        elif any(line.rstrip().endswith("-") for line in lines):  # a word that is cut there is one word
            assert "".join(found).replace("-", "") == "".join(said).replace("-", "")
        else:
            assert found == said
