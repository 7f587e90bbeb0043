"""Sentences: nothing lost, nothing too long, quotations with their tags."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.sentences import MAX_CHARACTERS, shorten, split_sentences

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.parametrize(
    "sentences",
    [
        ["“Where?” he asked.", "Nobody knew."],
        ["“Is he married?” Mrs. Long asked.", "“Oh, single, my dear, to be sure!”"],
        ["Mr. Bennet replied that he had not.", "“But it is,” returned she; “for Mrs. Long has just been here.”"],
        ["It cost $3.50 at 6 p.m. on Jan. 5.", "He paid."],
        ["He lived in the U.S. Government house.", "It was small."],
        ["J. R. R. Tolkien wrote it.", "I read it."],
        ["“No!” cried Elizabeth.", "“Never.”"],
        ["‘Come in,’ said the Count.", "He did."],
        ["Wait … what?", "Nothing."],
        ['She turned to him, "This is great."', "She held the book out."],
        ["«Où?» demanda-t-il.", "«Là.»"],
    ],
)
def test_sentences_end_where_readers_end_them(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


@given(st.text(alphabet="ab cDE.,;:!?…—“”\"'() 1I\n\u2028", max_size=900), st.integers(20, 80))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    parts = split_sentences(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    speaking = [part for part in parts if any(c.isalnum() for c in part)]
    assert len(speaking) == len(parts) or len(parts) <= 1
    for part in parts:
        assert part == " ".join(part.split())


@given(st.text(alphabet="ab ,;—", min_size=1, max_size=3000).map(lambda t: " ".join(t.split())))
@settings(max_examples=200, deadline=None)
def test_long_sentences_are_cut_to_the_limit(text: str) -> None:
    parts = list(shorten(text, 100))
    assert all(0 < len(part) <= 100 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    sentence = ("the road went on and on past the mill; " * 20).strip()
    assert all(part.endswith(";") for part in split_sentences(sentence))


def test_a_word_longer_than_the_limit() -> None:
    assert [len(part) for part in split_sentences("x" * 1000)] == [400, 400, 200]


def test_a_huge_line_takes_no_time_to_speak_of() -> None:
    parts = split_sentences("word " * 400_000)
    assert sum(len(part.split()) for part in parts) == 400_000
    assert max(map(len, parts)) <= MAX_CHARACTERS


def test_golden_rules() -> None:
    path = SHARED / "sentences-en.jsonl"
    if not path.exists():
        pytest.skip("the shared data is not here")
    cases = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    right = sum(split_sentences(case["text"]) == [" ".join(s.split()) for s in case["sentences"]] for case in cases)
    assert right >= 39, f"{right} of {len(cases)}"
