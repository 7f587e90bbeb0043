"""The year in a date, and a title's own quotation marks: one rule for every form of book."""

from pathlib import Path

import pytest
from epubs import epub, page

from narrate.readers import read_book, read_show
from narrate.readers.dates import year_in

DATES = {
    "3 May 2026": "2026", "May 3, 2026": "2026", "2026": "2026", "2026-05-03": "2026", "2026-05-03T10:00:00Z": "2026",
    "20260503": "2026", "2026年5月3日": "2026", "c1850": "1850", "05/03/1998": "1998", "": "", "soon": "", "12345": "",
    "0101-01-01T00:00:00+00:00": "", "no. 20261303": "",
}  # fmt: skip


@pytest.mark.parametrize(("date", "year"), DATES.items())
def test_the_year_in_a_date(date: str, year: str) -> None:
    assert year_in(date) == year


def years(date: str) -> list[str]:
    """The year that each form of book takes from one date."""
    dialogue = f"---\ntitle: T\ndate: {date}\n---\n\n" + "Anna: One.\n\nBen: Two.\n\n" * 3
    gutenberg = f"Title: T\nRelease date: {date}\n\n*** START OF THE PROJECT GUTENBERG EBOOK T ***\n\nText.\n"
    return [
        read_book(None, data=f"---\ntitle: T\ndate: {date}\n---\n\n# One\n\nText.\n".encode()).year,
        read_book(Path("t.txt"), data=gutenberg.encode()).year,
        read_book(Path("t.epub"), data=epub({"a.xhtml": page("<p>Text.</p>")}, metadata="<dc:title>T</dc:title>"
                                            f"<dc:date>{date}</dc:date>")).year,
        read_show(Path("t.md"), dialogue.encode()).year,
        read_show(Path("t.fountain"), f"Title: T\nDate: {date}\n\nINT. HALL\n\nANNA\nOne.\n".encode()).year,
    ]  # fmt: skip


@pytest.mark.parametrize("date", ["3 May 2026", "2026-05-03", "20260503"])
def test_every_form_takes_the_same_year(date: str) -> None:
    assert years(date) == ["2026"] * 5


TITLES = {
    "'Tis Pity She's a Whore": "'Tis Pity She's a Whore",
    "'Tis Pity": "'Tis Pity",
    "The Boys'": "The Boys'",
    '"Quoted"': "Quoted",
    "'Quoted'": "Quoted",
    "'It''s'": "It's",
    r'"A \"word\""': 'A "word"',
    '"Yes" and "No"': '"Yes" and "No"',
    '"Master Harold" ... and the Boys': '"Master Harold" ... and the Boys',
}


@pytest.mark.parametrize(("written", "title"), TITLES.items())
def test_a_title_keeps_the_marks_that_are_its_own(written: str, title: str) -> None:
    assert read_book(None, data=f"---\ntitle: {written}\n---\n\nText.\n".encode()).title == title


def test_a_screenplays_title_keeps_the_marks_that_are_its_own() -> None:
    def title(written: str) -> str:
        return read_show(Path("t.fountain"), f"Title: {written}\n\nINT. HALL\n\nANNA\nOne.\n".encode()).title

    assert title('"Night Ferry"') == "Night Ferry"
    assert title("“Night Ferry”") == "Night Ferry"
    assert title('"Master Harold" ... and the Boys') == '"Master Harold" ... and the Boys'
    assert title('"Yes" and "No"') == '"Yes" and "No"'
