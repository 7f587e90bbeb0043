"""A note is read once, by whatever name text refers to it."""

import pytest
from epubs import epub, page

from narrate.book import BlockKind, Reading
from narrate.readers.epub import read_epub

NOTE = '<aside id="n1" epub:type="footnote"><p id="n1p">What the note says.</p></aside>'


def ref(anchor: str) -> str:
    return f'<a epub:type="noteref" href="#{anchor}">1</a>'


@pytest.mark.parametrize("anchors", [("n1", "n1p"), ("n1p", "n1"), ("n1p",), ("n1",)])
@pytest.mark.parametrize("policy", ["inline", "end"])
def test_a_note_with_two_ids_is_one_note(anchors: tuple[str, ...], policy: str) -> None:
    body = "".join(f"<p>Text {number}.{ref(anchor)}</p>" for number, anchor in enumerate(anchors)) + NOTE
    book = read_epub(epub({"a.xhtml": page(body)}), "t.epub", "t", Reading(notes=policy))
    blocks = [block for chapter in book.chapters for block in chapter.blocks]
    assert [block.text for block in blocks if block.kind is BlockKind.NOTE] == ["What the note says."]
    assert not [skipped for skipped in book.skipped if "note" in skipped.what]
