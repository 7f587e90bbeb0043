"""How much faster several workers are than one: the same lines on 1, 2, … GPUs in one run.

    python benchmarks/cluster.py MODEL [--workers 1,2] [--lines 8000] [--random-weights] [--voice FILE] [--ray ADDRESS]
    python benchmarks/cluster.py draft [--workers 1,2] [--lines 400]

MODEL is a checkpoint's folder or hub name, `draft` the draft engine on cores. Requests go through the
pool into FLAC takes on disk, judged by the light checks, as in a render. One worker is measured
first and again at the end, because machines drift; workers are loaded and warmed before the clock starts.
With --random-weights (benchmarks/random_checkpoint.py) every line lasts as long as its text would take to read.
"""

import argparse
import json
import math
import random
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from benchmarks.rows import novel_lines
from narrate.audio import Audio, Sound
from narrate.check import Watch, measured
from narrate.engine import Engine
from narrate.engine.cluster import Cluster
from narrate.engine.devices import see_only
from narrate.engine.draft import DraftSpeaker
from narrate.engine.finishing import finishers_here
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.worker import Opening
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice, SpeakerVoice, Voice
from narrate.voices.kinds import load_voice
from narrate.work.loop import render


def open_qwen(model: str, random_weights: bool, device: str, *, slots: int | None) -> Engine[Audio]:
    """With a `device`, in a process of its own; Ray's workers see one GPU as it is."""
    from benchmarks.qwen_bench import open_engine as open_forced

    if device:
        see_only(device)
    return open_forced(model, slots, random_weights)


def opened(options: argparse.Namespace, count: int) -> Pool[Sound]:
    """`count` workers, all of them ready."""
    draft, devices = options.model == "draft", [""] if options.ray else [f"cuda:{n}" for n in range(count)]
    openings: list[Opening] = [partial(open_qwen, options.model, options.random_weights, device) for device in devices]
    if draft:
        openings = [DraftSpeaker] * len(devices)
    if options.ray:
        cluster = Cluster(openings[0], workers=count, address=options.ray, gpu=not draft, finish=measured)
        engine = Pool[Sound](cluster, start_s=math.inf)
    else:
        engine = Pool[Sound](Processes(openings, measured, 0 if draft else finishers_here(count)))
    engine.await_ready(count)
    return engine


def voice_of(model: str, file: Path | None) -> Voice:
    """The voice in `file`, or the first speaker of a CustomVoice model."""
    if model == "draft":
        return DraftVoice("narrator")
    if file is not None:
        return load_voice(file)
    from narrate.engine.qwen.checkpoint import find_checkpoint

    config = json.loads((find_checkpoint(model).folder / "config.json").read_text("utf-8"))
    return SpeakerVoice(sorted(config["talker_config"]["spk_id"])[0])


def measure(engine: Pool[Sound], lines: list[str], voice: Voice, takes: int) -> tuple[float, float]:
    """Seconds of audio and of wall time; `takes` makes the requests others than before."""
    requests = [
        Request(text, voice, take=takes + n, engine=engine.name, model=engine.model) for n, text in enumerate(lines)
    ]
    requests.sort(key=lambda request: -len(request.text))
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        store = TakeStore(Path(folder))
        takes_made = render(engine, requests, store, threading.Event(), Watch(store, attempts=1))
        audio_s = sum(made.seconds for made in takes_made)
        return audio_s, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--lines", type=int)
    parser.add_argument("--voice", type=Path)
    parser.add_argument("--ray", default="")
    parser.add_argument("--random-weights", action="store_true")
    options = parser.parse_args()
    voice = voice_of(options.model, options.voice)
    lines = novel_lines(options.lines or (400 if options.model == "draft" else 8000))
    random.Random(1).shuffle(lines)
    counts = [int(count) for count in options.workers.split(",")]
    single: list[float] = []
    print(f"{'workers':>7} {'lines':>7} {'audio, s':>10} {'wall, s':>8} {'x real time':>11} {'x one worker':>12}")
    for turn, count in enumerate([*counts, counts[0]]):
        engine = opened(options, count)
        try:
            measure(engine, lines[: 40 * count], voice, 10**6 * (turn + 1))
            audio_s, wall_s = measure(engine, lines, voice, 1)
        finally:
            engine.close()
        speed = audio_s / wall_s
        if count == counts[0]:
            single.append(speed)
        print(
            f"{count:>7} {len(lines):>7} {audio_s:>10.0f} {wall_s:>8.1f} {speed:>11.1f} {speed / single[0]:>12.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
