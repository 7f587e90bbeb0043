"""Made-up pages and damaged books: an error in one line or a script, never a traceback, a hang or a lost word.

CI reads a share of the mutations; `NARRATE_MUTATIONS=200` reads that many of each book.
"""

import json
import os
import re
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from itertools import takewhile
from pathlib import Path
from types import FrameType

import pytest
from epubs import epub, links, nav, page
from goldens import SHARED
from hypothesis import example, given, settings, strategies as st
from mutations import letters, mutate, pack, page_letters, unpack

from narrate.book import BlockKind, Book, Reading
from narrate.book.reading import CHOICES
from narrate.errors import NarrateError
from narrate.readers.epub import read_epub
from narrate.script import Script, format_script
from narrate.script.model import parse_script
from narrate.speakers.adapt import adapt

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
MUTATIONS = int(os.environ.get("NARRATE_MUTATIONS", "0"))
LIMIT_S = 60  # a book takes a second; a loaded machine some more
BOOKS = {"the-lighthouse-clock": ROOT / "examples" / "the-lighthouse-clock.epub"} | {
    path.stem: path for path in sorted(SHARED.glob("*.epub"))
}


@contextmanager
def no_hang() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still reading after {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def scripts_of(book: Book) -> list[Script]:
    """The book's scripts, which read back as they were written."""
    scripts = adapt(book)
    for script in scripts:
        assert parse_script(format_script(script)) == script
    return scripts


def book_or_line(data: bytes) -> Book | None:
    """The book, whose scripts are sound; or None where it was refused in one line."""
    try:
        book = read_epub(data, "test.epub", "test")
    except NarrateError as error:
        return None if "\n" not in str(error) else pytest.fail(str(error))
    scripts_of(book)
    return book


def said(book: Book) -> str:
    """All letters and digits of a book, speakers' names where they open a speech: of two together the first one's."""
    blocks = (block for chapter in book.chapters for block in chapter.blocks)
    return "".join(letters(("" if b.continues else b.speaker) + b.text) for b in blocks)


def heard(scripts: list[Script]) -> str:
    return "".join(letters(line.text) for script in scripts for line in script.lines[1:])


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def check_nothing_is_lost(book: Book, scripts: list[Script]) -> None:
    """All of a chapter's text is in its script, and its head but for what another heading says: `1` beside `1. Ab`."""
    for chapter, script in zip(book.chapters, scripts, strict=True):
        heads = list(takewhile(lambda block: block.kind is BlockKind.HEADING, chapter.blocks))
        # speakers' names are in front of their lines
        rest = letters("".join(block.text for block in chapter.blocks[len(heads) :]))
        assert heard([script]).endswith(rest), chapter.title
        read = [words(line.text) for line in script.lines if line.level and line.speakable]
        for own in filter(None, (words(head.text) for head in heads)):
            assert any(other[: len(own)] == own for other in read)


def body_files(name: str, path: Path) -> list[str]:
    expected = path.with_name(f"{name}.expected.json")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if expected.exists():
        ends = json.loads(expected.read_text("utf-8"))["body_files"]
        return [next(n for n in names if n.endswith(end)) for end in ends]
    return [n for n in names if n.rpartition("/")[2][0].isdigit()]


def without_noterefs(data: bytes) -> bytes:
    """The book without the marks that must not be read, so that all text that is left must be."""
    files = unpack(data)
    noteref = re.compile(rb"<a\b[^>]*noteref[^>]*>.*?</a>")
    return pack({name: noteref.sub(b"", text) if name.endswith("html") else text for name, text in files.items()})


@pytest.mark.parametrize("name", BOOKS)
def test_damaged_epubs_become_a_book_or_one_line(name: str) -> None:
    data = without_noterefs(BOOKS[name].read_bytes())
    body = body_files(name, BOOKS[name])
    assert body
    share = MUTATIONS or (30 if name == "the-lighthouse-clock" else 4)
    for number in range(share):
        mutant = mutate(data, body, f"{name} {number}")
        with no_hang():
            book = book_or_line(mutant.data)
        assert book or mutant.pages is None, f"{number}, {mutant.what}: refused"
        if book is None or mutant.pages is None:
            continue
        found = said(book)
        skipped = {s.what for s in book.skipped}
        for file, whole in mutant.pages.items():
            # Of two who speak together the first has the voice, and is named alone.
            text = re.sub("(Gwendolen|Jack)and(?:Cecily|Algernon)(?=Speakingtogether)", r"\1", whole)
            assert file in skipped or text in found, f"{number}, {mutant.what}: words of {file} are lost"


# --- made-up pages ----------------------------------------------------------------------------

NAMES = (
    "p div span i b em h1 h2 h3 hgroup section article aside blockquote ul ol li dl dt dd table tr td th caption "
    "figure figcaption img br hr a sup abbr ruby rt rp pre code math svg nav header footer q wbr x-y"
).split()
TYPES = (
    "noteref footnote endnotes endnote backlink pagebreak z3998:verse z3998:persona z3998:stage-direction z3998:roman "
    "sidebar title chapter colophon copyright-page z3998:initialism bodymatter"
).split()
CLASSES = (
    "dropcap noteref footnote pagenum poem line stanza speaker stage-direction caption tb code running-head".split()
)
TEXT = st.text(st.sampled_from("abcZ 19.,:;!?()[]—“”'’\u00ad\u2060\u00a0é漢の\n#*|&<>"), max_size=12)


@st.composite
def elements(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(NAMES))
    attributes = ""
    for key, values in (("epub:type", TYPES), ("class", CLASSES), ("role", ["doc-noteref", "doc-footnote", "heading"])):
        if draw(st.integers(0, 4)) == 0:
            attributes += f' {key}="{draw(st.sampled_from(values))}"'
    if draw(st.integers(0, 6)) == 0:
        attributes += draw(
            st.sampled_from([' id="n1"', ' href="#n1"', ' xml:lang="fr"', ' hidden=""', ' alt="A"', ' start="x"'])
        )
    return f"<{name}{attributes}>{''.join(draw(st.lists(inside, max_size=3)))}</{name}>"


MARKUP = st.recursive(TEXT.map(escape), elements, max_leaves=25)
READINGS = st.fixed_dictionaries({key: st.sampled_from(words) for key, words in CHOICES.items()})


@settings(max_examples=max(2 * settings().max_examples, MUTATIONS * 10))
@given(st.lists(MARKUP, max_size=6), READINGS)
@example(["<h2>1</h2>", "1"], {})
@example(["<h2>1</h2>", "<p>1</p>", "<p>a</p>", "<h2>1</h2>"], {})
def test_made_up_pages_become_a_script_or_a_line(parts: list[str], reading: dict[str, str]) -> None:
    data = epub({"a.xhtml": page("".join(parts)), "b.xhtml": page("<p>End.</p>")}, toc=nav(links(("A", "a.xhtml"))))
    with no_hang():
        book = read_epub(data, "test.epub", "test", Reading(**reading))  # type: ignore[arg-type]
        scripts = scripts_of(book)
    assert book.chapters[-1].blocks[-1].text == "End."
    check_nothing_is_lost(book, scripts)


# Elements that mean nothing to a reader aloud: all of their text is read, in order, whatever their nesting.
# Without figures and stars: at a word's end and before another block these are a note and its mark.
LETTERS = TEXT.map(lambda text: re.sub("[19*]", "", text))
PLAIN = st.sampled_from(
    "p div span i b em h2 section article blockquote ul li dl dt dd table tr td figure figcaption q abbr x-y".split()
)


@st.composite
def plain(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    name = draw(PLAIN)
    return f"<{name}>{''.join(draw(st.lists(inside, max_size=4)))}</{name}>"


@settings(max_examples=max(2 * settings().max_examples, MUTATIONS * 10))
@given(st.lists(st.recursive(LETTERS.map(escape), plain, max_leaves=20), max_size=6))
@example(["<h2>1</h2>", "1"])
def test_made_up_pages_lose_no_letter(parts: list[str]) -> None:
    text = page("".join(parts))
    data = epub({"a.xhtml": text, "b.xhtml": page("<p>End.</p>")}, toc=nav(links(("Heading", "a.xhtml"))))
    book = read_epub(data, "test.epub", "test")
    expected = page_letters(text.encode()) + "End"
    assert said(book) == expected
    check_nothing_is_lost(book, scripts_of(book))
