"""The engine in a process of its own speaks as it does in this one, also after that process was killed."""

import os
import signal
from functools import partial

import numpy as np
import pytest

from narrate.audio import Audio
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.qwen import QwenEngine
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .conftest import Folders

LINES = [Request(text, SpeakerVoice("ryan")) for text in ("One.", "Two.", "Three", "Four!", "Five", "Six")]


@pytest.mark.slow
def test_killed_in_the_middle_every_line_sounds_the_same(folders: Folders) -> None:
    opening = partial(QwenEngine, str(folders("custom_voice", "few")), device="cpu", positions=96)
    here = opening(slots=2)
    alone = {request.key: audio for request, audio in here.speak(LINES)}
    here.close()
    engine = Pool[Audio](Processes([opening]), stuck_s=120.0)
    try:
        spoken = engine.speak(LINES)
        made = [next(spoken)]
        os.kill(engine.workers[0].about["pid"], signal.SIGKILL)
        made += spoken
        assert engine.losses == 1
        assert "revision" in engine.notes(made[-1][0])
    finally:
        engine.close()
    assert sorted(request.key for request, _ in made) == sorted(alone)
    for request, audio in made:
        expected = alone[request.key].samples
        assert len(audio.samples) == len(expected)
        # The same codes: the codec rounds by a step where it decodes them in other company.
        assert np.abs(audio.samples.astype(int) - expected).max() <= 1
