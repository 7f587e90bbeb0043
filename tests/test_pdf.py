"""PDFs read: what the paper added goes, what a typesetter cut is whole again, and what cannot be read is refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pdfs import HEIGHT, LEADING, LEFT, RIGHT, WIDTH, Press, rows
from PIL import Image

from narrate.book import BlockKind, Book, Reading
from narrate.errors import SourceError
from narrate.readers import printed_pages, read_book
from narrate.readers.pdf import read_pdf
from narrate.readers.pdf.printed import Printed

SENTENCES = (
    "The har|bour was quiet that mor|ning, and the gulls sat on the wall as if they were wait|ing for some|one.",
    "No|body spoke about the weather, which was cold and grey and would re|main so un|til the fer|ry came back.",
    "The may|or, who had been read|ing all night, count|ed twen|ty-five boats and went home with|out a word.",
    "In the eve|ning the lamps were lit along the quay, and the old men told one an|oth|er what they had seen.",
)


def read(data: bytes, reading: Reading | None = None) -> Book:
    return read_book(Path("book.pdf"), data=data, reading=reading)


def plainly(text: str) -> str:
    """A text without its places for hyphens and its raised figures."""
    return "".join(part for n, part in enumerate(text.replace("|", "").split("^")) if n % 2 == 0)


def shape(book: Book) -> list[tuple[str, list[str]]]:
    """Chapters as title and texts; headings as `# text`, scene breaks as `***`."""
    marks = {BlockKind.HEADING: "# ", BlockKind.SCENE_BREAK: "***", BlockKind.NOTE: "NOTE "}
    return [(c.title, [marks.get(b.kind, "") + b.text for b in c.blocks]) for c in book.chapters]


def texts(book: Book) -> list[str]:
    return [text for _, blocks in shape(book) for text in blocks]


def told(book: Book) -> list[str]:
    return [f"{part.what}: {part.why}" for part in book.skipped]


def prose(count: int, start: int = 0) -> list[str]:
    """Paragraphs, each another."""
    return [
        f"Day {start + n + 1}. " + " ".join(SENTENCES[(n + k) % len(SENTENCES)] for k in range(2 + n % 3))
        for n in range(count)
    ]


def novel(press: Press, chapters: int = 2, size: int = 9) -> list[tuple[str, list[str]]]:
    """Set chapters of running text; what is to be read of them."""
    wanted = []
    for number in range(1, chapters + 1):
        title = f"Chapter {number}"
        press.heading(title)
        found = prose(size, start=number * 100)
        for text in found:
            press.paragraph(text)
        press.turn()
        wanted.append((title, [f"# {title}", *map(plainly, found)]))
    return wanted


def done(press: Press) -> bytes:
    """The PDF of a press whose last page has ended."""
    press.canvas.save()
    return press.held.getvalue()


def test_a_novel_is_its_chapters_and_paragraphs_without_what_the_paper_added() -> None:
    press = Press("The Harbour Year", "Ann Hale", head="THE HARBOUR YEAR", foot="{n}")
    wanted = novel(press)
    book = read(done(press))
    assert shape(book) == wanted
    assert (book.title, book.author, book.language) == ("The Harbour Year", "Ann Hale", "en")
    numbers = f"{2 * (press.page - 1)} page numbers or running heads: of the paper, not of the text"
    assert told(book) == [numbers, "the table of contents: the PDF has no outline; headings name the chapters"]


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("{n}   THE HARBOUR YEAR", ""),
        ("", "Page {n} of 12"),
        ("", "– {n} –"),
        ("The Harbour Year | {n}", "Whitby Press"),
    ],
)
def test_running_heads_and_feet_have_many_forms(head: str, foot: str) -> None:
    press = Press(head=head, foot=foot)
    wanted = novel(press)
    assert shape(read(done(press))) == wanted


def test_paragraphs_with_a_gap_between_them_and_no_indent_are_told_apart() -> None:
    press = Press(indent=0, gap=6, foot="{n}")
    wanted = novel(press)
    assert shape(read(done(press))) == wanted


def test_two_columns_are_read_one_after_the_other() -> None:
    press = Press(foot="{n}")
    found = prose(12)
    lines = [(row, n == 0) for text in found for n, row in enumerate(rows(text, 125, 10))]
    while lines:
        down, lines = lines[:60], lines[60:]
        places = [(LEFT + side, 480 - LEADING * n) for side in (0, 135) for n in range(30)]
        both = [(row, x + (10 if opens else 0), y) for (row, opens), (x, y) in zip(down, places, strict=False)]
        for row, x, y in sorted(both, key=lambda one: (-one[2], one[1])):  # in the file row by row
            press.line(row, x, y)
        press.turn()
    assert texts(read(done(press))) == list(map(plainly, found))


def noted() -> bytes:
    press = Press(foot="{n}")
    press.heading("Chapter 1")
    press.paragraph(
        "The treaty was signed in June.^1^ Nobody kept it, and the town knew^2^ that it would be so in the end."
    )
    press.note(
        [
            "^1^ See the town records, which are kept in the cellar of the har-",
            "bour office.",
            "^2^ Or so the mayor says.",
        ]
    )
    press.turn()
    for text in prose(6):
        press.paragraph(text)
    press.turn()
    return done(press)


@pytest.mark.parametrize("notes", ["skip", "inline", "end"])
def test_notes_at_the_foot_are_read_where_it_is_wanted(notes: str) -> None:
    book = read(noted(), Reading(notes=notes))
    said = [
        "NOTE See the town records, which are kept in the cellar of the harbour office.",
        "NOTE Or so the mayor says.",
    ]
    first = "The treaty was signed in June. Nobody kept it, and the town knew that it would be so in the end."
    body = list(map(plainly, prose(6)))
    wanted = {"skip": [first, *body], "inline": [first, *said, *body], "end": [first, *body, *said]}
    assert texts(book) == ["# Chapter 1", *wanted[notes]]
    assert any("2 notes" in part for part in told(book)) == (notes == "skip")


def test_the_outline_makes_the_chapters_and_their_parts() -> None:
    press = Press("The Harbour Year", foot="{n}")
    for part in ("North", "South"):
        press.heading(f"Part {part}", level=0)
        for name in ("Gulls", "Ferry"):
            press.heading(f"{name} of the {part}", size=13, level=1)
            for text in prose(3, start=len(name) + len(part)):
                press.paragraph(text)
            press.turn()
    book = read(done(press))
    assert [chapter.mark for chapter in book.chapters] == [
        "Part North: Gulls of the North",
        "Part North: Ferry of the North",
        "Part South: Gulls of the South",
        "Part South: Ferry of the South",
    ]


def test_a_large_first_letter_is_its_words() -> None:
    press = Press()
    press.heading("Chapter 1")
    y = press.y
    press.line("T", LEFT, y - LEADING, 30)
    lines = list(rows("he " + plainly(SENTENCES[0]) + " " + plainly(SENTENCES[1]), RIGHT - LEFT - 25, 0))
    for n, row in enumerate(lines):
        press.line(row, LEFT + (22 if n < 2 else 0), y - LEADING * n)
    press.y = y - LEADING * (len(lines))
    press.paragraph(SENTENCES[2])
    press.turn()
    assert texts(read(done(press))) == [
        "# Chapter 1",
        f"The {plainly(SENTENCES[0])} {plainly(SENTENCES[1])}",
        plainly(SENTENCES[2]),
    ]


def test_a_page_that_lies_on_its_side_is_read_and_what_runs_up_its_edge_is_not() -> None:
    press = Press()
    canvas = press.canvas
    canvas.setPageRotation(90)
    canvas.rotate(90)
    for n, row in enumerate(rows(SENTENCES[0] + " " + SENTENCES[1], 300, 0)):
        press.line(row, 60, -100 - LEADING * n)
    canvas.rotate(-90)
    press.line("DRAFT", 100, 20)
    book = read(press.done())
    assert texts(book) == [plainly(SENTENCES[0] + " " + SENTENCES[1])]
    assert "5 letters: they run in another direction than their page" in told(book)


def refusal(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(data)
    said = str(caught.value)
    assert said.startswith("book.pdf: ")
    assert "\n" not in said
    return said


def scan(pages: int, with_text: int = 0) -> bytes:
    press = Press()
    for number in range(pages):
        press.canvas.rect(20, 20, 300, 500, fill=1)
        if number < with_text:
            press.line("A sheet of the library.", 50, 530)
        press.canvas.showPage()
    return done(press)


def test_a_scan_is_refused_with_the_way_to_its_text() -> None:
    assert "holds pictures of pages and no text (make its text first, `ocrmypdf --skip-text" in refusal(scan(3))
    assert "9 of 10 have no text" in refusal(scan(10, with_text=1))


def test_pages_without_text_among_others_are_told() -> None:
    press = Press(foot="{n}")
    novel(press, chapters=1)
    pages = press.page - 1
    press.canvas.rect(20, 20, 300, 500, fill=1)
    press.canvas.showPage()
    assert f"page {pages + 1}: without text: blank, or a picture" in told(read(done(press)))


def test_what_is_encrypted_or_damaged_is_refused() -> None:
    press = Press(encrypted=("sesame", "owner"))
    press.paragraph(SENTENCES[0])
    assert "is encrypted with a password" in refusal(press.done())
    assert "is a damaged PDF" in refusal(b"%PDF-1.7\nnothing more")
    assert "sesame" not in refusal(press.held.getvalue())


def test_what_only_its_owner_may_change_is_read() -> None:
    press = Press(encrypted=("", "owner"))
    press.paragraph(SENTENCES[0])
    assert texts(read(press.done())) == [plainly(SENTENCES[0])]


def test_bytes_from_a_pipe_are_known_and_a_wrong_name_is_told() -> None:
    press = Press()
    press.paragraph(SENTENCES[0])
    data = press.done()
    assert texts(read_book(None, data=data)) == [plainly(SENTENCES[0])]
    with pytest.raises(SourceError, match="is a PDF, not text"):
        read_book(Path("book.txt"), data=data)


def test_without_pdfium_the_line_has_the_command_that_installs_it() -> None:
    code = (
        "import sys; sys.modules['pypdfium2'] = None; from pathlib import Path; from narrate.readers import read_book; "
        "read_book(Path('book.pdf'), data=b'%PDF-1.7')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    last = done.stderr.strip().splitlines()[-1]
    assert "book.pdf: is a PDF, and what reads PDFs is not installed (pip install " in last
    assert "[pdf]" in last


def test_a_file_that_keeps_its_reader_too_long_is_given_up() -> None:
    press = Press()
    press.paragraph(SENTENCES[0])
    with pytest.raises(SourceError, match=r"book\.pdf: has pages that take more than 0 s to read"):
        Printed(press.done(), "book.pdf", page_s=0.001)


def test_numbers_of_pages_are_marked_where_they_begin() -> None:
    press = Press(foot="{n}", head="THE HARBOUR YEAR")
    press.page = 9
    novel(press, chapters=1)
    made = read_pdf(done(press), "book.pdf", "book")
    marks = re.findall(
        r'(\w+)<span epub:type="pagebreak" title="(\d+)"/>',
        "".join(made.files.read(name).data.decode() for name, _ in made.spine),
    )
    assert [label for _, label in marks] == [str(number) for number in range(10, press.page)]


def test_pages_of_the_print_book_are_called_by_what_is_printed_on_them(tmp_path: Path) -> None:
    """A page without a number counts on: a chapter's first, which has none; a title page before all has no number."""
    press = Press()
    press.heading("The Harbour Year")
    press.turn()
    for number, text in enumerate(prose(4), start=12):
        press.paragraph(text)
        if number != 14:
            press.line(str(number), 175, 40)
        press.turn()
    source = tmp_path / "book.pdf"
    source.write_bytes(done(press))
    pages = [page for page in printed_pages(source) if page.text.strip()]
    assert [page.label for page in pages][1:] == ["12", "13", "14", "15"]
    assert [page.text.split()[:2] for page in pages][1:] == [["Day", f"{n}."] for n in range(1, 5)]


def test_text_that_was_recognised_in_pictures_is_told_as_such() -> None:
    press = Press()
    press.canvas.drawInlineImage(Image.new("L", (36, 54), 255), 0, 0, WIDTH, HEIGHT)
    press.paragraph(SENTENCES[0])
    book = read(press.done())
    assert texts(book) == [plainly(SENTENCES[0])]
    assert "the pictures of the pages: a program recognised their text, and may have misread words" in told(book)
