"""Verdicts beside the takes: the last row of a take counts, and only while its sound is what was looked at."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio
from narrate.takes import Request, TakeStore
from narrate.takes.verdicts import FILE
from narrate.voices import DraftVoice

ASKED = [Request(text, DraftVoice("narrator")) for text in ("One.", "Two — drei.", "三。")]


def tone(hz: int = 220) -> Audio:
    at = np.arange(2_400) / 24_000
    return Audio((8_000 * np.sin(2 * np.pi * hz * at)).astype(np.int16), 24_000)


@pytest.fixture
def store(tmp_path: Path) -> TakeStore:
    store = TakeStore(tmp_path / "takes")
    for request in ASKED:
        store.put(request, tone(), made={"verdict": {"score": 0.1}, "tried": 1})
    return store


def test_the_last_of_what_was_found_counts_and_the_take_stays_as_it_is(store: TakeStore) -> None:
    key = ASKED[0].key
    before = store.path(key).read_bytes()
    store.annotate(key, {"verdict": {"score": 2.0}, "heard": True})
    store.annotate(key, {"tried": 3})
    found = store.asked(key)
    assert (found["verdict"], found["heard"], found["tried"], found["text"]) == ({"score": 2.0}, True, 3, "One.")
    assert store.path(key).read_bytes() == before
    assert store.asked(ASKED[1].key)["verdict"] == {"score": 0.1}
    assert TakeStore(store.folder).asked(key) == found


def test_a_take_that_is_made_again_has_only_its_own_verdict(store: TakeStore) -> None:
    key = ASKED[0].key
    store.annotate(key, {"verdict": {"score": 2.0}})
    store.put(ASKED[0], tone(330), made={"verdict": {"score": 0.2}})
    assert store.asked(key)["verdict"] == {"score": 0.2}
    store.put(ASKED[0], tone(), made={"verdict": {"score": 0.1}})
    assert store.asked(key)["verdict"] == {"score": 2.0}, "the sound that was looked at is there again"


def test_another_process_s_rows_are_seen(store: TakeStore) -> None:
    other = TakeStore(store.folder)
    assert store.asked(ASKED[0].key)["tried"] == 1
    other.annotate(ASKED[0].key, {"tried": 2})
    assert store.asked(ASKED[0].key)["tried"] == 2


@pytest.mark.parametrize("damage", ["cut", "noise", "other"])
def test_a_row_that_is_damaged_is_left_out(store: TakeStore, damage: str) -> None:
    store.annotate(ASKED[0].key, {"tried": 2})
    store.annotate(ASKED[1].key, {"tried": 2})
    path = store.folder / FILE
    data = path.read_bytes()
    path.write_bytes(
        {"cut": data[:-20], "noise": data[:-30] + bytes(range(30)), "other": data + b"[1, 2]\n{}\n"}[damage]
    )
    again = TakeStore(store.folder)
    assert again.asked(ASKED[0].key)["tried"] == 2
    assert again.asked(ASKED[1].key)["tried"] == (2 if damage == "other" else 1)
    again.annotate(ASKED[1].key, {"tried": 3})
    again.annotate(ASKED[2].key, {"tried": 4})
    assert [TakeStore(store.folder).asked(request.key)["tried"] for request in ASKED] == [2, 3, 4]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("add", "cut", "tidy", "open")),
            st.integers(0, len(ASKED) - 1),
            st.dictionaries(st.sampled_from(("verdict", "heard", "é")), st.integers() | st.text(max_size=8)),
        ),
        max_size=24,
    )
)
def test_any_order_of_writing_cutting_and_tidying(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, dict[str, Any]]]
) -> None:
    store = TakeStore(tmp_path_factory.mktemp("takes"))
    for request in ASKED:
        store.put(request, tone())
    known: dict[int, dict[str, Any]] = {n: {} for n in range(len(ASKED))}
    path = store.folder / FILE
    for step, number, found in steps:
        if step == "add":
            store.annotate(ASKED[number].key, found)
            known[number] |= found
        elif step == "cut" and path.is_file():  # a killed process: only a row that nobody was told of
            with path.open("ab") as file:
                file.write(b'{"key": "' + ASKED[number].key.encode() + b'", "sound')
        elif step == "tidy":
            store.sweep()
        elif step == "open":
            store = TakeStore(store.folder)
        for at, request in enumerate(ASKED):
            assert store.asked(request.key) == request.asked | {"voice_name": request.voice.name} | known[at]


def test_rows_that_no_longer_count_do_not_pile_up(store: TakeStore) -> None:
    for tried in range(100):
        for request in ASKED:
            store.annotate(request.key, {"tried": tried})
    store.sweep()
    assert (store.folder / FILE).read_bytes().count(b"\n") == len(ASKED)
    assert {store.asked(request.key)["tried"] for request in ASKED} == {99}
