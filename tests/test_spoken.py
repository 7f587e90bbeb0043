"""English as spoken: what changes, what must not, and that a quick look finds whatever a long one does."""

import re
from pathlib import Path

import pytest
from goldens import FOLDERS, OWN, normalisations, novels
from hypothesis import given, strategies as st

from narrate.words import apply, as_spoken, changes
from narrate.words.roman import value
from narrate.words.scan import Change, scan
from narrate.words.spoken import gate_of, rules_of


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        # counts
        ("There were 140 of them.", "There were one hundred and forty of them."),
        ("1,234.5 tons", "one thousand two hundred and thirty-four point five tons"),
        ("Prisoner 24601 stood up.", "Prisoner two four six zero one stood up."),
        ("-5 degrees, or 4½", "minus five degrees, or four and a half"),
        ("3/4 of it; 2 1/2 cups", "three quarters of it; two and one half cups"),
        ("the 21st, the 112th", "the twenty-first, the one hundred twelfth"),
        # years and dates
        ("In 1888 he had 1453 men and 1905 behind him.", "In eighteen eighty-eight he had one thousand four hundred "
         "and fifty-three men and nineteen oh-five behind him."),
        ("since 1066", "since ten sixty-six"),
        ("the 1890s, the ’60s and the 1900s", "the eighteen nineties, the sixties and the nineteen hundreds"),
        ("In January, ’85, and from 1914–18", "In January, eighty-five, and from nineteen fourteen to eighteen"),
        ("May 2nd, 1901", "May second, nineteen oh-one"),
        ("on 15 October 1887", "on the fifteenth of October eighteen eighty-seven"),
        ("the 4th of July", "the fourth of July"),
        ("On Sept. 6.", "On September sixth."),
        ("3/4/1998", "March fourth nineteen ninety-eight"),
        ("2024-02-29", "February twenty-ninth twenty twenty-four"),
        # times
        ("the 5:15 train at 10:05", "the five fifteen train at ten oh five"),
        ("at 7:00, or 6 p.m.", "at seven o'clock, or six PM."),
        ("11 a.m. to noon", "eleven AM to noon"),
        ("at 8.30, or 10 a.m.-5 p.m.", "at eight thirty, or ten AM to five PM."),
        ("John 3:16-18, odds of 2:1", "John three sixteen to eighteen, odds of two to one"),
        ("Sat. 5 Nov., on Tues.", "Saturday the fifth of November, on Tuesday."),
        # money
        ("It cost $20.50, not £1.", "It cost twenty dollars and fifty cents, not one pound."),
        ("a £5 note, the £4 a week", "a five pound note, the four pounds a week"),
        ("fifty £1,000 notes", "fifty one thousand pound notes"),
        ("£88 10s., no less", "eighty-eight pounds ten shillings, no less"),
        ("7s. 6d. and 8½d.", "seven shillings and six pence and eight and a half pence."),
        ("$3.2 million; £5bn", "three point two million dollars; five billion pounds"),
        # measures
        ("12 kg, 1 ft. and 70 mph", "twelve kilograms, one foot and seventy miles per hour"),
        ("at 20°C, 5 %", "at twenty degrees Celsius, five percent"),
        ("a 12-kg dog, 35mm film", "a twelve kilogram dog, thirty-five millimeter film"),
        ("6'2\" and 12st 4lb", "six foot two and twelve stone four pounds"),
        # ranges
        ("pp. 12–15", "pages twelve to fifteen"),
        ("aged 20-30", "aged twenty to thirty"),
        # codes
        ("221B, Baker Street", "two two one B, Baker Street"),
        ("226 Gordon Square", "two twenty-six Gordon Square"),
        ("call 555-123-4567", "call five five five, one two three, four five six seven"),
        ("see www.example.org/a-b now", "see WWW dot example dot org slash a dash b now"),
        ("ask me@example.com", "ask me at example dot com"),
        # Roman numerals
        ("Chapter IV, in Part II", "Chapter four, in Part two"),
        ("Henry VIII and Louis XIV’s", "Henry the Eighth and Louis the Fourteenth’s"),
        ("King Charles I was there", "King Charles the First was there"),
        ("World War II", "World War Two"),
        ("World War I’s end, WWII, the World War I veterans",
         "World War One’s end, World War Two, the World War One veterans"),
        ("vols. II and III, Chapters I–IV, nos. I–III",
         "volumes two and three, Chapters one to four, numbers one to three"),
        ("Part I of it, Super Bowl XLII", "Part one of it, Super Bowl Forty-two"),
        ("In Part II, I think, he came.", "In Part two, I think, he came."),
        ("Edward VII. died, and Louis XVI. was old", "Edward the Seventh died, and Louis the Sixteenth was old"),
        ("He gave three: I. The boats; II. The nets.", "He gave three: one. The boats; two. The nets."),
        ("II. The second part.", "two. The second part."),
        ("There were (i) The boat; (ii) the net.", "There were (one) The boat; (two) the net."),
        ("Hale (b. 1850, d. 1900), fl. 1870, ca. A.D. 500",
         "Hale (born eighteen fifty, died nineteen hundred), flourished eighteen seventy, circa AD five hundred"),
        ("the 2nd ed. of 1850, ed. by Hale, ed. 3",
         "the second edition of eighteen fifty, edited by Hale, edition three"),
        ("pp. 121–3, ll. 3–4, in 1850–1, of 1850/51",
         "pages one hundred and twenty-one to one hundred and twenty-three, "
         "lines three to four, in eighteen fifty to fifty-one, of eighteen fifty to fifty-one"),
        ("25l. a year, 25l. 10s. and £5 0s. 0d. more",
         "twenty-five pounds a year, twenty-five pounds ten shillings and five pounds more"),
        ("3s. 6d. and £1 2s. 3d.", "three shillings and six pence and one pound two shillings and three pence."),
        # abbreviations
        ("Dr. Roylott and Col. Moran", "Doctor Roylott and Colonel Moran"),
        ("Neville St. Clair of Elm St.", "Neville Saint Clair of Elm Street."),
        ("No. 4, vol. 2", "Number four, volume two"),
        ("e.g. tea, coffee, etc.", "for example tea, coffee, et cetera."),
        ("the 9th inst., Smith & Co.", "the ninth instant, Smith and Company."),
        ("J. R. R. Tolkien of the U.S.A.", "JRR Tolkien of the USA."),
        ("the ⸺shire, Lord ⸻’s", "the Blankshire, Lord Blank’s"),
    ],
)  # fmt: skip
def test_english_written_forms_are_read_as_spoken(written: str, spoken: str) -> None:
    assert as_spoken(written, "en") == spoken


@pytest.mark.parametrize(
    "text",
    [
        "“No.” He shook his head.",
        "“No. I will not.”",
        "Mr. and Mrs. Bennet",
        "when I came, and I alone",
        "In Part I believe him.",
        "Said Charles, I know.",
        "To Charles I said nothing.",
        "Malcolm X was there.",
        "He said AND did it, and/or not.",
        "He is in. Come in.",
        "It was so cold. In no time he came.",
        "A well-known, self-evident truth—and/or not.",
        "She said ‘Oh!’ and went.",
        "It’s the dog’s, isn’t it?",
        "MIX the DIM CIVIL light.",
        "I. Newton said so; it was I. The boat left.",
        "The World War I fought in was long.",
        "A size XL coat, and (v) is a letter.",
        "An appendix; a note; a letter I wrote.",
        "Neville St.—Oh, come!",
        "<break time='2s'/>",
    ],
)
def test_english_text_that_only_looks_written_is_left_alone(text: str) -> None:
    assert as_spoken(text, "en") == text


def test_the_date_follows_the_country() -> None:
    assert as_spoken("3/4/1998", "en-GB") == "the third of April nineteen ninety-eight"
    assert as_spoken("3/4/1998", "en-US") == "March fourth nineteen ninety-eight"


@pytest.mark.parametrize(
    ("heading", "spoken"),
    [
        ("I", "one"),
        ("XIV", "fourteen"),
        ("IV. The Storm", "four. The Storm"),
        ("CHAPTER XI", "Chapter eleven"),
        ("I Remember", "I Remember"),
        ("MIX", "Mix"),
        ("III The Storm", "three The Storm"),
        ("THE WRONG HOUR", "The Wrong Hour"),
        ("The FBI", "The FBI"),
    ],
)
def test_english_headings_are_read_as_spoken(heading: str, spoken: str) -> None:
    assert as_spoken(heading, "en", heading=True) == spoken


def test_roman_numerals_are_read_one_way_only() -> None:
    assert [value(text) for text in ("I", "IV", "XIV", "MCMXC", "xlii", "IIII", "VX", "", "A")] == [
        1, 4, 14, 1990, 42, 0, 0, 0, 0,
    ]  # fmt: skip


def test_a_decided_part_is_left_alone() -> None:
    text = "In 1888 at 221B"
    fixed = [Change(11, 15, "two twenty-one bee")]
    assert as_spoken(text, "en", fixed=fixed) == "In eighteen eighty-eight at two twenty-one bee"


@given(st.text(alphabet=st.sampled_from(list("aIVX .,’'\"-–/:$£%&@0123456789½stndrhTheDM()\n")), max_size=60))
def test_nothing_but_what_is_found_is_touched(text: str) -> None:
    """Changes are in order, do not overlap, and begin and end at the edges of words."""
    at = 0
    for change in changes(text, "en"):
        assert at <= change.start < change.end <= len(text)
        inside = text[change.start - 1 : change.start + 1] if change.start else ""
        assert not re.fullmatch(r"[^\W\d_]{2}", inside), "begins inside a word"
        assert not re.fullmatch(r"[^\W\d_]{2}", text[change.end - 1 : change.end + 1]), "ends inside a word"
        at = change.end


@given(st.text(max_size=80))
def test_any_english_text_is_spoken_without_an_error(text: str) -> None:
    """Where there were letters or digits there still are some."""
    assert any(map(str.isalnum, as_spoken(text, "en"))) >= any(map(str.isalnum, text))


@given(st.text(st.characters(categories=["Ll", "Lu", "Zs"]), max_size=80))
def test_words_alone_are_left_alone(text: str) -> None:
    assert as_spoken(text.lower(), "en") == text.lower()


each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=["own", "shared"][: len(FOLDERS)])


def test_a_few_written_forms_are_spoken_as_a_reader_would() -> None:
    for kind, written, spoken in normalisations(OWN):
        assert as_spoken(written, "en") == spoken, kind


@each_folder
def test_a_quick_look_finds_what_a_long_one_does(folder: Path) -> None:
    """The gate is the fast path; scanning every line is the reference."""
    for text in [*novels(folder), *(written for _, written, _ in normalisations(folder))]:
        if not gate_of("en").search(text):
            assert apply(text, scan(text, rules_of("en"))) == text, text


@each_folder
def test_plain_words_of_novels_do_not_change(folder: Path) -> None:
    """Whatever changes holds a digit, a sign, a stop inside or after it, or is a Roman numeral or in capitals."""
    for text in novels(folder):
        for change in changes(text, "en"):
            written = text[change.start : change.end]
            told = re.search(r"[\d&%@$£=§#⸺⸻]|\.|\b[IVXLCDMivxlcdm]+\b", written)
            assert told or (written.isupper() and change.spoken.upper() == written), (written, change.spoken)


@pytest.mark.parametrize(
    "text", ["1" * 5000, "1" + ",111" * 2000, "1." * 3000, "A." * 3000, "x" + "1" * 5000, "a1" * 3000]
)
def test_very_long_written_forms_are_spoken(text: str) -> None:
    for language in ("en", "de", "ru", "zh"):
        assert as_spoken(text, language)


@pytest.mark.parametrize("text", ["x²", "a①b", "²3", "٣ km", "5\u0664", "A²1", "½²"])
def test_digits_of_every_kind(text: str) -> None:
    """Superscripts and circled numbers are digits to Python, but no numbers; other scripts' digits are."""
    for language in ("en", "de", "zh"):
        assert as_spoken(text, language)
