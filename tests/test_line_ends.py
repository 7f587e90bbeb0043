"""Line breaks in prose: those that end a row of a letter, and those that merely break a sentence."""

import pytest
from epubs import epub, page

from narrate.readers.epub import read_epub


def rows(markup: str, language: str = "en") -> list[str]:
    metadata = f"<dc:title>Test</dc:title><dc:language>{language}</dc:language>"
    book = read_epub(epub({"a.xhtml": page(markup)}, metadata=metadata), "x.epub", "x")
    return [f"+{block.text}" if block.continues else block.text or "***" for c in book.chapters for block in c.blocks]


@pytest.mark.parametrize(
    ("language", "markup", "expected"),
    [
        ("en", "<p>14 Quay Street<br/>Whitby<br/>3 May 1891</p>", ["14 Quay Street", "+Whitby", "+3 May 1891"]),
        ("en", "<p>Dear Sir<br/>I have your letter<br/>Come</p>", ["Dear Sir", "+I have your letter", "+Come"]),
        ("en", "<p>Your servant,<br/><i>Thomas Reed</i></p>", ["Your servant,", "+Thomas Reed"]),
        ("en", "<address>The Old Mill<br/>near Whitby</address>", ["The Old Mill", "+near Whitby"]),
        ("en", "<p>“Who goes there?”<br/>“A friend.”</p>", ["“Who goes there?”", "+“A friend.”"]),
        ("en", '<p class="inscription">John Reed<br/>drowned 1891</p>', ["John Reed", "+drowned 1891"]),
        ("en", "<pre>Dear Sir\nCome at once\n\nReed</pre>", ["Dear Sir", "+Come at once", "Reed"]),
        ("de", "<p>HIER RUHT<br/>Johann Reed<br/>geb. 1820</p>", ["HIER RUHT", "+Johann Reed", "+geb. 1820"]),
        ("fr", "<p>M. Dupont<br/>12 rue du Port<br/>Calais</p>", ["M. Dupont", "+12 rue du Port", "+Calais"]),
        ("ru", "<p>Милостивый государь<br/>Приезжайте</p>", ["Милостивый государь", "+Приезжайте"]),
        ("ja", "<p>東京都港区<br/>三丁目</p>", ["東京都港区", "+三丁目"]),
        ("de", "<p>Liebe Frau Reed,<br/>ich danke Ihnen.</p>", ["Liebe Frau Reed,", "+ich danke Ihnen."]),
        ("en", "<p>bread<br/>butter<br/>cheese</p>", ["bread", "+butter", "+cheese"]),
        ("en", "<p>He left.<br/>* * *<br/>She came.</p>", ["He left.", "***", "+She came."]),
    ],
)
def test_rows_of_letters_and_addresses_are_lines(language: str, markup: str, expected: list[str]) -> None:
    assert rows(markup, language) == expected


@pytest.mark.parametrize(
    ("language", "markup", "expected"),
    [
        ("en", "<p>He saw that it was late,<br/>and went home.</p>", "He saw that it was late, and went home."),
        ("en", "<p>He went to the<br/>Harbour and looked<br/>at it.</p>", "He went to the Harbour and looked at it."),
        ("en", "<p>He spoke of old Mr.<br/>Reed.</p>", "He spoke of old Mr. Reed."),
        ("en", "<p>“Come in,”<br/>said Martha.</p>", "“Come in,” said Martha."),
        (
            "en",
            "<p>The captain said that the boat would never go to<br/>Whitby and that he was right about the weather, "
            "which they<br/>did not believe at all.</p>",
            "The captain said that the boat would never go to Whitby and that he was right about the weather, "
            "which they did not believe at all.",
        ),
        ("de", "<p>Er ging mit dem<br/>Hund hinaus.</p>", "Er ging mit dem Hund hinaus."),
        ("ja", "<p>彼は港へ<br/>行った。</p>", "彼は港へ行った。"),
        ("ja", "<p>彼は「行く」<br/>と言った。</p>", "彼は「行く」と言った。"),
        ("en", "<h1>One<br/>The Start</h1><p>a</p>", "One The Start"),
    ],
)  # fmt: skip
def test_a_break_inside_a_sentence_is_a_space(language: str, markup: str, expected: str) -> None:
    assert rows(markup, language)[0] == expected
