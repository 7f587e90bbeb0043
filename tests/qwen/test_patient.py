"""Requests that come over time: with None among them the takes are those of the same requests without, to the bit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from narrate.engine.engine import Asked
from narrate.engine.qwen import QwenEngine, SeveralEngines
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .conftest import Folders

RYAN = SpeakerVoice("ryan")
TEXTS = ["One.", "Two and a half.", "Three", "Number four is longer.", "Five!", "Six, at last.", "Seven"]
LONG = "This line is so much longer than the others that no slot has room for it as the slots are. " * 2
Sounds = dict[str, bytes]


def cap_of(text: str) -> int:
    return 60 if text == LONG else 2 + len(text) % 5


@pytest.fixture(scope="module")
def engine(folders: Folders) -> Iterator[QwenEngine]:
    folder = str(folders("custom_voice", "few"))
    with QwenEngine(folder, device="cpu", slots=3, positions=64, frame_cap=cap_of) as opened:
        yield opened


@pytest.fixture(scope="module")
def alone(engine: QwenEngine) -> Sounds:
    """What the engine says of every text when it is told all at once."""
    return sounds(engine.speak(lines([*TEXTS, LONG])))


def lines(texts: Sequence[str]) -> list[Request]:
    return [Request(text, RYAN, model="tiny") for text in texts]


def sounds(spoken: Iterator[tuple[Request, object]]) -> Sounds:
    found: Sounds = {}
    for request, audio in spoken:
        assert request.text not in found, "said twice"
        found[request.text] = np.asarray(getattr(audio, "samples", None)).tobytes()
    return found


def slowly(
    asked: Sequence[Request],
    pauses: Sequence[int],
    speak: Callable[[Iterator[Asked]], Iterator[tuple[Request, object]]],
) -> Sounds:
    """What comes of requests before each of which None is given so many times, while something is in hand."""
    in_hand = 0

    def source() -> Iterator[Asked]:
        nonlocal in_hand
        for request, pause in zip(asked, pauses, strict=True):
            for _ in range(pause):
                if in_hand:
                    yield None
            in_hand += 1
            yield request
        while in_hand:
            yield None

    def landing() -> Iterator[tuple[Request, object]]:
        nonlocal in_hand
        for made in speak(source()):
            in_hand -= 1
            yield made

    return sounds(landing())


@settings(max_examples=12)
@given(st.data())
def test_a_stream_with_pauses_gives_the_takes_of_one_without(
    engine: QwenEngine, alone: Sounds, data: st.DataObject
) -> None:
    asked = data.draw(st.permutations(lines([*TEXTS, LONG])))
    pauses = data.draw(st.lists(st.integers(0, 90), min_size=len(asked), max_size=len(asked)))
    assert slowly(asked, pauses, engine.speak) == alone
    assert engine.slots == 3


def test_a_line_that_no_slot_has_room_for_is_spoken_where_nothing_else_is_in_hand(
    engine: QwenEngine, alone: Sounds
) -> None:
    """It does not wait for the end of a stream that may have none."""
    given: list[str] = []

    def source() -> Iterator[Asked]:
        for request in lines([LONG, *TEXTS[:3]]):
            given.append(request.text)
            yield request
        while len(landed) < 4:
            yield None
        given.append("the end")
        for request in lines(TEXTS[3:5]):
            yield request

    landed: list[str] = []
    for request, audio in engine.speak(source()):
        assert audio.samples.tobytes() == alone[request.text]
        landed.append(request.text)
    assert landed.index(LONG) == 3
    assert sorted(landed[4:]) == sorted(TEXTS[3:5])
    assert engine._positions == engine._usual


def test_of_several_checkpoints_none_belongs_to_the_one_that_speaks(folders: Folders) -> None:
    folder = str(folders("custom_voice", "few"))
    several = SeveralEngines([folder], device="cpu", slots=2, positions=96, frame_cap=cap_of)
    asked = [replace(request, model=several.model) for request in lines(TEXTS)]
    whole = sounds(several.speak(asked))
    assert slowly(asked, [0, 9, 0, 30, 1, 0, 2], several.speak) == whole
    assert sounds(several.speak(iter([None, *asked[:2], None, asked[2]]))) == {text: whole[text] for text in TEXTS[:3]}
    several.close()
