"""What a package document says of its book, as catalogues write it: plain words and a year, or nothing."""

import tomllib
from pathlib import Path

import pytest
from epubs import epub, page

from narrate.book import Book
from narrate.cli import run
from narrate.project.settings import read_settings
from narrate.readers import read_book
from narrate.readers.described import plain_line, plain_paragraphs

DESCRIPTIONS = {
    "<div><p>Tom &amp; Jerry&#8217;s ferry.</p><p>Second&nbsp;one.</p></div>": "Tom & Jerry’s ferry.\n\nSecond one.",
    "&lt;p&gt;Twice &amp;amp; more&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;": "Twice & more\n\nB",
    "AT&T and <next>, x < y > z &amp; R&D": "AT&T and <next>, x < y > z & R&D",
    "One<br/>two<br><br />three": "One\ntwo\n\nthree",
    "A row that is\nwrapped by hand.\n\nSecond.": "A row that is wrapped by hand.\n\nSecond.",
    "First.\nSecond row.": "First.\n\nSecond row.",
    "First.\r\n\r\nSecond": "First.\n\nSecond",
    "<i>Best</i> book <b>ever</b>!<p class='x'>Next": "Best book ever!\n\nNext",
    "<p>broken\n in\n\n source</p>\n<p>b</p>": "broken in source\n\nb",
    "at ?a=1&copy=2 &copy; 2020 &eacute;t&eacute;": "at ?a=1&copy=2 © 2020 été",
    "<ul><li>One</li><li>Two</li></ul>": "One\n\nTwo",
    "<style>p {}</style><!-- x --><H2>UP</H2>down": "UP\n\ndown",
    "<![CDATA[<p>It&rsquo;s so.</p>]]>": "It’s so.",
    "&hellip;&mdash;&#x2019; &nosuch; &": "…—’ &nosuch; &",
    "": "",
}


@pytest.mark.parametrize(("written", "plain"), DESCRIPTIONS.items())
def test_a_description_is_plain_paragraphs(written: str, plain: str) -> None:
    assert plain_paragraphs(written) == plain


def test_a_title_is_one_line_without_entities() -> None:
    assert plain_line("Tom &amp; Jerry <i>again</i>") == "Tom & Jerry again"
    assert plain_line("AC/DC: “What’s <next>?”") == "AC/DC: “What’s <next>?”"


def book_of(metadata: str) -> Book:
    title = "" if "dc:title" in metadata else "<dc:title>T</dc:title>"
    return read_book(None, data=epub({"a.xhtml": page("<p>Nobody came.</p>")}, metadata=title + metadata))


def test_tags_inside_a_description_are_read_as_what_they_mean() -> None:
    body = '<p xmlns="http://www.w3.org/1999/xhtml">Tom &amp; <i>Jerry</i>.</p><p>Second.</p>'
    assert book_of(f"<dc:description>{body}</dc:description>").description == "Tom & Jerry.\n\nSecond."
    assert book_of("<dc:description>One.\n\n  Two\n  rows.</dc:description>").description == "One.\n\nTwo rows."
    assert book_of("<dc:title>Tom &amp;amp; I</dc:title><dc:publisher>A &amp;amp; B</dc:publisher>").title == "Tom & I"


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", ""),
        ("<dc:date>0100-12-31T22:00:00+00:00</dc:date>", ""),
        ("<dc:date>101</dc:date>", ""),
        ("<dc:date>0001-01-01</dc:date>", ""),
        ('<dc:date>0101-01-01</dc:date><dc:date opf:event="modification">2024-02-03</dc:date>', ""),
        ('<dc:date opf:event="conversion">2024-02-03</dc:date><dc:date opf:event="publication">1998</dc:date>', "1998"),
        ('<dc:date opf:event="creation">1990</dc:date><dc:date>1998-05-01</dc:date>', "1998"),
        ('<dc:date opf:event="creation">1990</dc:date>', "1990"),
        ("<dc:date>1703</dc:date>", "1703"),
        ("<dc:date>0101-01-01</dc:date><dc:date>2011</dc:date>", "2011"),
    ],
)
def test_a_year_that_is_none_is_left_out(dates: str, year: str) -> None:
    assert book_of(dates).year == year


def test_subjects_are_genres_each_once_and_with_their_commas() -> None:
    subjects = ("Sea stories", "Detective stories, English", "sea stories", "Fiction; Ships", "Tom &amp;amp; Co")
    written = "".join(f"<dc:subject>{subject}</dc:subject>" for subject in subjects)
    found = ("Sea stories", "Detective stories, English", "Fiction", "Ships", "Tom & Co")
    assert book_of(written).genres == found


def test_all_of_it_is_in_project_toml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metadata = (
        "<dc:title>Tom &amp;amp; I</dc:title><dc:language>en</dc:language><dc:creator>Ann Hale</dc:creator>"
        "<dc:creator>Hale &amp; Sons, Ltd.</dc:creator><dc:subject>Sea stories</dc:subject><dc:subject>A</dc:subject>"
        '<dc:contributor opf:role="trl">Ben Reed</dc:contributor>'
        "<dc:description>&lt;p&gt;It’s a \"book\" \\ so.&lt;/p&gt;&lt;p&gt;'Two'.&lt;/p&gt;</dc:description>"
    )
    (tmp_path / "a.epub").write_bytes(epub({"a.xhtml": page("<p>Nobody came.</p>")}, metadata=metadata))
    assert run(["--home", str(tmp_path), "new", str(tmp_path / "a.epub"), "--project", str(tmp_path / "p")]) == 0
    path = tmp_path / "p/project.toml"
    written = tomllib.loads(path.read_text("utf-8"))
    assert written["author"] == ["Ann Hale", "Hale & Sons, Ltd."]
    assert (written["translator"], written["genres"]) == ("Ben Reed", ["Sea stories", "A"])
    found = read_settings(path)
    assert (found.title, found.author) == ("Tom & I", "Ann Hale & Hale & Sons, Ltd.")
    assert found.description == "It’s a \"book\" \\ so.\n\n'Two'."
    assert found.authors == ("Ann Hale", "Hale & Sons, Ltd.")
