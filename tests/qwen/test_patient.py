"""Requests that come over time: with None among them the takes are those of the same requests without, to the bit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from narrate.engine.engine import Asked
from narrate.engine.qwen import QwenEngine, SeveralEngines
from narrate.engine.qwen.decode import EagerDecoder
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


@contextmanager
def dropped_before(engine: QwenEngine, step: int, requests: Sequence[Request]) -> Iterator[list[int]]:
    """Within, nobody waits for `requests` any more from that step on; the steps that were made."""
    made: list[int] = []
    by_itself = EagerDecoder.step

    def counted(decoder: EagerDecoder, rows: int) -> int:
        if len(made) == step:
            engine.drop(requests)
        made.append(rows)
        return by_itself(decoder, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EagerDecoder, "step", counted)
        yield made


@settings(max_examples=8)
@given(st.data())
def test_lines_that_are_dropped_change_no_bit_of_the_others(
    engine: QwenEngine, alone: Sounds, data: st.DataObject
) -> None:
    asked = data.draw(st.permutations(lines(TEXTS)))
    unwanted = data.draw(st.sets(st.sampled_from(range(len(asked))), min_size=1))
    step = data.draw(st.integers(0, 12))
    with dropped_before(engine, step, [asked[number] for number in unwanted]):
        found = sounds(engine.speak(asked))
    assert found.items() <= alone.items()
    assert found.keys() >= {request.text for number, request in enumerate(asked) if number not in unwanted}


def test_a_row_that_is_dropped_is_free_for_the_next_frame(engine: QwenEngine, alone: Sounds) -> None:
    """Of three lines of five frames in the three slots one is dropped; one of two frames that waited has its row."""
    asked = lines(["Six, at last.", "Six, by then.", "Six, too soon"])
    asked += lines(["Five!"])
    with dropped_before(engine, 1, [asked[1]]) as steps:
        landed = [request for request, _ in engine.speak(asked)]
    assert sorted(map(id, landed)) == sorted(map(id, [asked[0], *asked[2:]]))
    assert len(steps) == 5


def test_a_line_that_waits_for_a_longer_slot_may_be_dropped(engine: QwenEngine, alone: Sounds) -> None:
    asked = lines([LONG, *TEXTS[:2]])
    with dropped_before(engine, 1, asked[:1]) as steps:
        assert sounds(engine.speak(asked)) == {text: alone[text] for text in TEXTS[:2]}
    assert len(steps) < 10


def test_a_stream_that_is_dropped_ends_before_the_next_frame(engine: QwenEngine, alone: Sounds) -> None:
    asked = lines(["Six, at last.", "Five!"])
    with dropped_before(engine, 2, asked[:1]) as steps:
        heard = [(request.text, len(piece.samples)) for request, piece in engine.stream(asked, 1)]
    frame = heard[0][1]
    assert heard == [("Six, at last.", frame)] * 3 + [("Five!", frame)] * 2
    assert len(steps) == 5, "the third was on its way"
