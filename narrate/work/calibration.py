"""This machine's speed, measured on lines of the book."""

import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from narrate.audio import Sound
from narrate.check import Watch, measured
from narrate.engine import ENGINES, Engine, open_lasting
from narrate.engine.speed import Speed
from narrate.takes import Request, TakeStore
from narrate.work.estimate import CALIBRATION_LINES, calibration_lines
from narrate.work.inventory import Inventory
from narrate.work.loop import render
from narrate.work.render import finishing

MANY_SLOTS = 32  # an engine with more runs all its lines together


def calibrate(book: Inventory) -> Speed | None:
    """Speak lines of the book into a folder of their own, checked and written as a render does.

    None where every voice is a design that the first render has still to bake.

    CALIBRATION_LINES, or twice as many as the engine speaks at a time: a batch that is not full
    says nothing of a full one. Loading, and whatever a first line brings about, is counted apart, and on a
    GPU a second time: as a render will find it.
    """
    baked = [r for r in book.work.missing if not r.voice.baked_name]
    if not baked:
        return None
    models = [model.path for model in book.models.values()]
    opening = partial(open_lasting, book.manner.engine, models, book.wanted, measured)
    began = time.monotonic()
    engine = opening()
    try:
        lines = calibration_lines(baked, max(CALIBRATION_LINES, 2 * engine.slots))
        # The draft engine's processes load their model with their first line.
        first = lines[: 1 if engine.slots > MANY_SLOTS else 2 * engine.slots]
        load_s = _spoken_s(engine, first, began)
        with tempfile.TemporaryDirectory() as folder, finishing(book.manner.engine, book.wanted, True) as finish:
            store = TakeStore(Path(folder))
            began = time.monotonic()
            watch = Watch(store, attempts=1)
            ordered = sorted(lines, key=lambda request: (request.model, -len(request.text)))
            takes = render(engine, ordered, store, threading.Event(), watch, finish=finish)
            audio_s = sum(made.seconds for made in takes)
            wall_s = time.monotonic() - began
            size = sum(store.path(key).stat().st_size for key in store)
    finally:
        engine.close()
    if ENGINES[book.manner.engine].needs_gpu and book.wanted.device != "cpu":
        # The first time on a machine kernels are compiled, a minute of it that no render has to wait for again.
        began = time.monotonic()
        engine = opening()
        try:
            load_s = min(load_s, _spoken_s(engine, first, began))
        finally:
            engine.close()
    return Speed(
        rtf=round(audio_s / wall_s, 2),
        load_s=round(load_s, 2),
        characters_per_s=round(sum(len(request.text) for request in lines) / audio_s, 3),
        take_bytes_per_s=round(size / audio_s),
        lines=len(lines),
        measured_at=datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def _spoken_s(engine: Engine[Sound], lines: Sequence[Request], began: float) -> float:
    """Seconds since `began`, the opening of `engine`, once it has spoken `lines`."""
    for _ in engine.speak(lines):
        pass
    return time.monotonic() - began
