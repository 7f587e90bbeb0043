"""Pauses that go with the text: longer after what is long or left in the air, and round the setting."""

from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, strategies as st

from narrate.script import Line, Opening, Pauses, after, pause_before
from narrate.script.pauses import LONGEST, SHORTEST

MIDDLING = "It had rained since noon, and the road to the mill was under water now."


def test_a_line_of_middling_length_is_followed_by_the_setting() -> None:
    for set_ms in (0, 120, 300, 650, 5000):
        assert after(MIDDLING, set_ms) == pytest.approx(set_ms, rel=0.04)


def test_a_pause_is_longer_after_a_longer_sentence_and_after_a_question() -> None:
    lengths = [after("The rain fell" + " and fell" * n + ".", 300) for n in (0, 2, 5, 10, 20, 40)]
    assert lengths == sorted(lengths)
    assert lengths[0] < 300 < lengths[-1]
    assert after("Will you come with me to the mill?", 300) > after("You will come with me to the mill.", 300)
    assert after("“Will you come with me to the mill?” ", 300) > after("“You will come with me to the mill.” ", 300)
    assert after("I had thought that perhaps…", 300) > after("I had thought that perhaps.", 300)


def test_chinese_is_measured_by_the_time_that_it_takes() -> None:
    assert after("他把门关上，站在那里听了很久，什么也没有听见。", 300) == pytest.approx(300, rel=0.05)


@given(st.text(), st.integers(0, 60_000))
def test_every_pause_is_near_its_setting(text: str, set_ms: int) -> None:
    pause_ms = after(text, set_ms)
    assert round(SHORTEST * set_ms) <= pause_ms <= round(LONGEST * set_ms)
    assert pause_ms == after(text, set_ms)


def test_pauses_of_headings_and_scenes_stay_as_set() -> None:
    pauses = Pauses()
    short = Line("No.")
    assert pause_before(Line("H", opens=Opening.HEADING, level=2), short, pauses) == pauses.heading
    assert pause_before(Line("Then.", opens=Opening.SCENE), short, pauses) == pauses.scene
    assert pause_before(Line("Then", opens=Opening.VERSE), short, pauses) == pauses.verse
    assert pause_before(short, Line("H", opens=Opening.HEADING, level=2), pauses) == pauses.after_heading
    assert pause_before(short, None, pauses) == pauses.chapter_start


def test_a_pages_pauses_differ_from_each_other_round_the_setting() -> None:
    texts = "No.|Why would it not be open?|He put down the lamp and looked at her.|It was late by then.".split("|")
    texts += ["There was nothing to be done, he said, and in any case the boat had been sold to a man from the north."]
    lines = [Line(text) for text in [*texts, MIDDLING, "Well…", MIDDLING]]
    found = [pause_before(line, before, Pauses(sentence=400)) for before, line in pairwise(lines)]
    assert len(set(found)) >= 5
    assert median(found) == pytest.approx(400, rel=0.15)
