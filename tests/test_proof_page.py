"""The proof page: data that are the timeline's to the frame, text that stays text, files that stay as they are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrate.assembly.plan import Said
from narrate.assembly.timeline import Spoken, TimedChapter
from narrate.audio import Audio
from narrate.check import Finding, Verdict
from narrate.project import PlacedChapter, PlacedLine
from narrate.proof.lines import ACCEPTED, GOOD, MISSING, QUARANTINED, SILENT, UNCHECKED, proof_lines
from narrate.script import Line, Opening
from narrate.take import Request, TakeStore
from narrate.voice import DraftVoice

RATE = 24_000
BAD = Verdict(1.5, (Finding("pause", 1.5, "a pause of 0.90 s inside"),))


def request(text: str, take: int = 1) -> Request:
    return Request(text, DraftVoice("george"), take=take)


def keep(store: TakeStore, asked: Request, verdict: Verdict | None = None, frames: int = 24_000) -> None:
    samples = np.random.default_rng(frames).normal(0, 3000, frames).astype(np.int16)
    store.put(asked, Audio(samples, RATE), made={"verdict": verdict.noted()} if verdict else None)


def test_lines_say_what_their_takes_say(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    two = request("Two.", take=2)
    keep(store, two, Verdict(0.25), 12_000)
    keep(store, replace(two, take=1), BAD)
    keep(store, replace(two, take=3))
    keep(store, replace(two, take=5))  # beyond a number that is not there: nothing that was asked for
    keep(store, request("Three."), BAD)
    keep(store, request("Four."))
    keep(store, request("Five."), BAD)
    lines = [
        PlacedLine(3, 1, Line("One.", opens=Opening.HEADING, level=1, silent=True), None),
        PlacedLine(3, 4, Line("Two.", "Ines", "softly", take=2), two),
        PlacedLine(3, 5, Line("3."), request("Three.")),
        PlacedLine(3, 6, Line("Four."), request("Four.")),
        PlacedLine(3, 7, Line("Five."), request("Five.")),
        PlacedLine(3, 8, Line("Six."), request("Six.")),
    ]
    spoken = tuple(Spoken(Said(p.place, p.line), 7 + n * 24_000, 24_001 + n * 24_000) for n, p in enumerate(lines[1:5]))
    timed = TimedChapter("Title", 99, 200_000, RATE, spoken)
    accepted = {request("Five.").key}
    shown = list(proof_lines(PlacedChapter("Title", tuple(lines)), timed, store, accepted))
    assert [line.verdict for line in shown] == [SILENT, GOOD, QUARANTINED, UNCHECKED, ACCEPTED, MISSING]
    assert [line.start_s for line in shown] == [None, *(round(s.start / RATE, 6) for s in spoken), None]
    assert [(t.number, t.kept, t.score, t.audio_s) for t in shown[1].takes] == [
        (1, False, 1.5, 1.0),
        (2, True, 0.25, 0.5),
        (3, False, None, 1.0),
    ]
    assert (shown[1].take, shown[1].voice, shown[1].spoken) == (two.key, "george", "")
    assert (shown[2].why, shown[2].spoken, shown[2].score) == ((BAD.failed[0].why,), "Three.", 1.5)
    assert (shown[5].take, shown[5].takes, shown[5].voice) == ("", (), "george")
    assert shown[1].data["takes"][1]["key"] == two.key


@pytest.mark.parametrize("number", [1, 40, 10**9])
def test_a_script_may_ask_for_any_take(tmp_path: Path, number: int) -> None:
    store = TakeStore(tmp_path)
    keep(store, request("Two.", number), frames=100)
    assert request("Two.", number) in list(store.readings(request("Two.", number)))
