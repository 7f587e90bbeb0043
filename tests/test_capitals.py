"""Words in capitals: said as words where the book writes them in small letters, left where they are initials."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from narrate.cast import Manner, spoken_text
from narrate.engine import Wanted
from narrate.project import Project, Settings, create
from narrate.script.model import parse_script
from narrate.words import Vocabulary, apply, as_spoken
from narrate.words.capitals import small_letters
from narrate.work.inventory import set_up
from narrate.work.script import script_of_project, spoken_lines

BOOK = Vocabulary(
    [
        "It was a dark and stormy night, and she came to the summit.",
        "The house of Dalloway’s was near; NATO and ACME came too. Mr. O’Brien and McDonald slept.",
        "“We didn’t know what was the matter,” said Mrs. Pell of London. The agents of the US Army told us so.",
        "He said that the ACME house slept.",
    ]
)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("IT WAS A DARK and stormy night.", "It was a dark and stormy night."),
        ("IT was a dark night.", "It was a dark night."),
        ("THE OLD COAL DOCK closed.", "The old coal dock closed."),
        ("THE NATO SUMMIT began.", "The NATO summit began."),
        ("THE FBI AGENTS CAME at night.", "The FBI agents came at night."),
        ("THE US ARMY CAME.", "The US Army came."),
        ("IT WAS US AGAINST the night.", "It was us against the night."),
        ("I AM an old man, and I’LL say so.", "I am an old man, and I’LL say so."),
        ("I’LL SAY WHAT was the matter.", "I’ll say what was the matter."),
        ("MR. O’BRIEN CAME to London.", "Mr. O’Brien came to London."),
        ("MRS. DALLOWAY SAID SHE would come.", "Mrs. Dalloway said she would come."),
        ("MRS. PELL WENT DOWN to the house.", "Mrs. Pell went down to the house."),
        ("MCDONALD WAS near.", "McDonald was near."),
        ("“WHAT WAS THE MATTER?” she said.", "“What was the matter?” she said."),
        ("WE DIDN’T KNOW what it was.", "We didn’t know what it was."),
        ("A HOUSE SAID “DO NOT COME”.", "A house said “Do not come”."),
        ("NASA AND THE BBC AND THE UN SLEPT.", "NASA and the BBC and the UN slept."),
        ("NATO’S SUMMIT WAS near.", "NATO’s summit was near."),
        ("LOUIS XIV CAME to the house.", "Louis the Fourteenth came to the house."),
        ("IN 1888 SHE CAME at 5 P.M. to London.", "In eighteen eighty-eight she came at five PM to London."),
        ("J. R. PELL SLEPT.", "JR Pell slept."),
        ("PELL AND DALLOWAY", "Pell and Dalloway"),
        ("WORLD WAR I WAS near.", "World War One was near."),
    ],
)
def test_what_opens_in_capitals_is_said_as_words(written: str, spoken: str) -> None:
    assert as_spoken(written, "en", vocabulary=BOOK, opening=True) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "He was NOT there, and SHE WAS THE MATTER.",
        "“SHE did it!”",
        "NO!",
        "NATO said so.",
        "NASA said so.",
        "ACME NATO FBI came.",
        "FBI HQ said so.",
        "US Army agents came.",
        "A. E. HOUSMAN",
        "I, II, III, and IV came.",
        "ZWORBL FNARG slept.",
    ],
)
def test_emphasis_and_initials_stay(text: str) -> None:
    assert as_spoken(text, "en", vocabulary=BOOK, opening=True) == text


def test_one_word_inside_a_paragraph_is_emphasis() -> None:
    assert as_spoken("SHE was there.", "en", vocabulary=BOOK) == "SHE was there."
    assert as_spoken("SHE was there.", "en", vocabulary=BOOK, opening=True) == "She was there."


def test_without_a_book_the_language_has_its_commonest_words() -> None:
    assert as_spoken("IT WAS SO.") == "It was so."
    assert as_spoken("ZWORBL FNARG.") == "ZWORBL FNARG."


@pytest.mark.parametrize(
    ("language", "known", "written", "spoken"),
    [
        ("de", "einmal dunkel", "ES WAR EINMAL ein König.", "Es war einmal ein König."),
        ("de", "fern", "DIE USA UND DIE CDU waren fern.", "Die USA und die CDU waren fern."),
        ("fr", "homme n’était", "L’HOMME N’ÉTAIT pas là.", "L’homme n’était pas là."),
        ("fr", "homme entra", "UN HOMME ENTRA.", "Un homme entra."),
        ("fr", "dit que", "ELLE DIT QUE L’ONU était là.", "Elle dit que l’ONU était là."),
        ("es", "había vez", "HABÍA UNA VEZ un rey.", "Había una vez un rey."),
        ("it", "volta", "C’ERA UNA VOLTA un re.", "C’era una volta un re."),
        ("pt", "vez disse", "ERA UMA VEZ; A ONU DISSE que não.", "Era uma vez; a ONU disse que não."),
        ("ru", "тёмная", "БЫЛА ТЁМНАЯ ночь.", "Была тёмная ночь."),
        ("ru", "зима", "В США БЫЛА ЗИМА, А В СССР лето.", "В США была зима, а в СССР лето."),
        ("ja", "", "ＡＢＣ順とABC順です。", "ＡＢＣ順とABC順です。"),
    ],
)
def test_capitals_in_other_languages(language: str, known: str, written: str, spoken: str) -> None:
    assert as_spoken(written, language, vocabulary=Vocabulary([known])) == spoken


@pytest.mark.parametrize(
    ("heading", "spoken"),
    [
        ("THE NATO SUMMIT", "The NATO Summit"),
        ("THE ACME AFFAIR", "The ACME Affair"),
        ("THE BBC’S WAR", "The BBC’s War"),
        ("WHO KILLED US?", "Who Killed Us?"),
        ("Chapter One: THE HOUSE AT THE SUMMIT", "Chapter One: The house at the summit"),
        ("The FBI CIA Affair", "The FBI CIA Affair"),
    ],
)
def test_headings_in_capitals(heading: str, spoken: str) -> None:
    assert as_spoken(heading, "en", heading=True, vocabulary=BOOK) == spoken


def test_a_heading_in_capitals_has_its_languages_words() -> None:
    assert as_spoken("UN HOMME ET L’UE", "fr", heading=True) == "Un Homme Et L’ue"
    assert as_spoken("СССР И США", "ru", heading=True) == "СССР И США"


SCRIPT = parse_script(
    "# One\n\nnarrator: THE ACME HOUSE stood there.\n\n"
    "narrator: The old house slept, and ACME with it; then came ACME too.\n"
)


def test_a_project_speaks_what_its_script_shows(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    create(folder, Settings("P", engine="draft"), [SCRIPT], ("p.txt", b"x"), narrator="narrator")
    project = Project(folder, tmp_path)
    [shown] = spoken_lines(script_of_project(project, plain=False), every=False)
    assert (shown.written, shown.spoken) == ("THE ACME HOUSE stood there.", "The ACME house stood there.")
    setup = set_up(project, Wanted("draft"))
    assert spoken_text(SCRIPT.lines[1], setup.manner) == shown.spoken
    bare = Manner("en", "draft", {})
    assert spoken_text(SCRIPT.lines[2], bare) == SCRIPT.lines[2].text


@given(st.text(st.sampled_from("ITWASNO itwasno’ÉßİΣ.,“”-5"), max_size=60), st.booleans(), st.booleans())
def test_nothing_but_the_case_of_letters_changes(text: str, opening: bool, heading: bool) -> None:
    lowered = small_letters(text, "en", BOOK, opening=opening, heading=heading)
    assert apply(text, lowered).casefold() == text.casefold()
    assert all(a.end <= b.start for a, b in pairwise(lowered))
