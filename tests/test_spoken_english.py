"""English numbers beside what they are easily taken for: each rule with its neighbours, said or left alone."""

import pytest
from hypothesis import given, strategies as st

from narrate.languages import languages
from narrate.words import as_spoken

SAID = {
    # a counter before a number, touching it or not
    "She ranked No.1 in the world.": "She ranked Number one in the world.",
    "She ranked No. 5.": "She ranked Number five.",
    "No.10 Downing Street": "Number ten Downing Street",
    "No.221B": "Number two two one B",
    "No.1-3": "Number one to three",
    "Op. 27, No.2": "Op. twenty-seven, Number two",
    "Fig.3": "Figure three",
    "p.7": "page seven",
    "pp. 3-5": "pages three to five",
    "pp.3-5": "pages three to five",
    "c. 1850": "circa eighteen fifty",
    "c.1850": "circa eighteen fifty",
    "ca. 1850": "circa eighteen fifty",
    # and before a Roman one
    "vol. IV": "volume four",
    "Vol. IV of the work": "Volume four of the work",
    "vol.IV": "volume four",
    "vols. I-III": "volumes one to three",
    "chap. IV": "chapter four",
    "pp. ix-xii": "pages nine to twelve",
    "p. xii": "page twelve",
    "pt. II": "part two",
    # Roman numerals
    "He died in World War I.": "He died in World War One.",
    "World War I was long.": "World War One was long.",
    "after World War I, he": "after World War One, he",
    "World War I and World War II": "World War One and World War Two",
    "Henry I.": "Henry the First.",
    "Part I": "Part one",
    "the XIXth century": "the nineteenth century",
    "The XIX century": "The nineteenth century",
    "In XIX-century Paris": "In nineteenth-century Paris",
    "XVIIIth-century": "eighteenth-century",
    "the XVI and XVII centuries": "the sixteenth and seventeenth centuries",
    "the V century": "the fifth century",
    # feet and inches
    "He was 5' 10\" tall.": "He was five foot ten tall.",
    "He was 5'10\" tall.": "He was five foot ten tall.",
    "5’ 10”": "five foot ten",
    "6' 2½\"": "six foot two and a half",
    "He was 6' tall.": "He was six feet tall.",
    "1' high": "one foot high",
    "10' x 12'": "ten feet by twelve feet",
    "6 ft 2 in": "six feet two inches",
    "6 ft. 2 in. tall": "six feet two inches tall",
    "5 ft 1 in.": "five feet one inch.",
    # verses
    "James 1:1-3": "James one one to three",
    "John 3:16-18": "John three sixteen to eighteen",
    "Genesis 1:1-2:3": "Genesis one one to two three",
    "Psalm 119:1–6": "Psalm one hundred and nineteen one to six",
    # measures
    "4 1/2 lbs": "four and a half pounds",
    "4-1/2 lbs.": "four and a half pounds.",
    "2 1/2 in. wide": "two and a half inches wide",
    "2 1/2 miles": "two and one half miles",
    "½ lb": "half a pound",
    "3/4 oz": "three quarters of an ounce",
    "1/4 km": "a quarter of a kilometer",
    "100 million kg": "one hundred million kilograms",
    "3 billion km": "three billion kilometers",
    "3 million km²": "three million square kilometers",
    "12KG": "twelve kilograms",
    "12 KG": "twelve kilograms",
    "5LB": "five pounds",
    "1KG": "one kilogram",
    "100ML": "one hundred milliliters",
    "3kg": "three kilograms",
    "5lb": "five pounds",
    "5 m²": "five square meters",
    "people per km²": "people per square kilometer",
    # powers and formulas
    "CO₂": "CO two",
    "H₂O": "H two O",
    "C₆H₁₂O₆": "C six H twelve O six",
    "x²": "x squared",
    "x³ + y²": "x cubed plus y squared",
    "A² + B²": "A squared plus B squared",
    "E = mc²": "E equals mc squared",
    "10⁶": "ten to the power of six",
    "10⁻⁶": "ten to the power of minus six",
    "10^6": "ten to the power of six",
    "3 × 10²": "three times ten squared",
    "About 10² cells": "About ten squared cells",
    "an area of πr²": "an area of pi r squared",
    "2πr³": "two pi r cubed",
    "9 s⁻¹": "nine s to the power of minus one",
    "2ⁿ of them": "two to the n of them",
    "sin² x": "sin squared x",
    "log₂ 8": "log two eight",
    "x₁ and xₙ": "x one and x n",
    "(a + b)²": "(a plus b) squared",
    "Ca(OH)₂": "Ca(OH) two",
    "2⅝ cups": "two and five eighths cups",
    "2⁸ = 256": "two to the power of eight equals two hundred and fifty-six",
    "In 1850² he left": "In eighteen fifty² he left",
    # shillings and pence
    "3s. 6d. a week": "three shillings and six pence a week",
    "3s 6d": "three shillings and six pence",
    "£3 4s. 6d. a week": "three pounds four shillings and six pence a week",
    "cost 3s. 6½d. each": "cost three shillings and six and a half pence each",
    "1s. 1d. each": "one shilling and one penny each",
}


@pytest.mark.parametrize(("written", "spoken"), SAID.items())
def test_unambiguous_english_forms_are_read_out(written: str, spoken: str) -> None:
    assert as_spoken(written, "en") == spoken


@pytest.mark.parametrize(
    "text",
    [
        "No. He left.",
        "P. I. Smith",
        "fig. C",
        "Wait a sec. I think so.",
        "In Part I believe.",
        "the World War I fought in",
        "Henry I was told of",
        "Ist das so?",
        "a MIX of them",
        "note¹",
        "(as he said)²",
        "word.² Then",
        "vitamin B¹²",
        "Plan B² failed",
        "SO₄²⁻",
        "James’s² book",
    ],
)
def test_ambiguous_english_forms_are_left_alone(text: str) -> None:
    said = as_spoken(text, "en")
    assert said.replace("PI Smith", "P. I. Smith") == text


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("“No. 12 men came.”", "“No. twelve men came.”"),
        ("“No. 5 of them came.”", "“No. five of them came.”"),
        ("“No. 12 is empty.”", "“Number twelve is empty.”"),
        ("5 feet 10 in the air", "five feet ten in the air"),
        ("a 1960 MG", "a nineteen sixty MG"),
        ("the score was 3:1", "the score was three to one"),
        ("At 9:10-11:30 we", "At nine ten to eleven thirty we"),
        ("“I was 6’ he said", "“I was six’ he said"),
        ("5 thousand m", "five thousand m"),
    ],
)
def test_a_number_is_said_and_what_it_is_of_is_left_alone(written: str, spoken: str) -> None:
    assert as_spoken(written, "en") == spoken


ROWS = st.lists(
    st.sampled_from([*SAID, "I", "No.", "½", "10", "²", "₂", "XIX", "’", '"', "ft", "1:1-3", "-"]), max_size=6
)


@given(ROWS, st.sampled_from(["", " ", ", "]), st.sampled_from(sorted(languages())))
def test_english_forms_in_any_order_are_read_without_an_error(parts: list[str], joint: str, language: str) -> None:
    said = as_spoken(joint.join(parts), language)
    assert bool(said.strip()) == bool(joint.join(parts).strip())
