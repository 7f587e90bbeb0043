"""How far one book scales over GPUs: a simulation with measured engine times.

    python benchmarks/cluster_sim.py [--lines 100000] [--gpus 1,2,4,8,16,64,256,1000] [--results FILE.json]

The policy is the real one (narrate/engine/blocks.py); the engines are clocks. Their times come from a
run of `python benchmarks/engine.py` (bench_results/): a decode step by batch size, the codec's and the prefill's
seconds of the whole run shared out by line, the time until an engine is ready. The driver takes
so much of one core for each take that it judges and writes: measured here before the simulation. One GPU
alone should come out as in the measured run: the first rows say how near that is.
"""

import argparse
import heapq
import json
import tempfile
import time
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import novel_lines
from narrate.audio import Audio
from narrate.check import Watch, measured
from narrate.engine.blocks import Blocks
from narrate.engine.qwen.memory import CUDA_SLOTS
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice

AHEAD = 256
FRAME_S = 0.08
CHARACTERS_PER_FRAME = 14.0 / 12.5
STEPS = 8  # frames that a simulated step makes at once
TALK_S = 0.002  # for a message from a worker to the driver and one back


@dataclass(frozen=True)
class Times:
    """What an engine takes, in seconds."""

    batches: list[int]
    step_s: list[float]
    per_line_s: float  # codec, prefill, waiting
    per_frame_s: float
    ready_s: float

    def step(self, rows: int) -> float:
        """A decode step of the smallest measured batch that holds `rows`; between two, by the line through them."""
        at = min(bisect_left(self.batches, rows), len(self.batches) - 1)
        if at == 0:
            return self.step_s[0]
        low, high = self.batches[at - 1], self.batches[at]
        share = (rows - low) / (high - low)
        return self.step_s[at - 1] + share * (self.step_s[at] - self.step_s[at - 1])


MEASURED = Path("bench_results/novel-h200-0.6B-2026-11-30.json")  # the last run with steps of every size


def read_build(path: Path) -> dict[str, Any]:
    """What benchmarks/engine.py measured of a build: the last one, where `path` holds several."""
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    build: dict[str, Any] = read["builds"][-1] if "builds" in read else read
    return build


def times_of(found: dict[str, Any]) -> Times:
    rows = [row for row in found["decode"] if row["context"] == 160]
    end = [row for row in found["end_to_end"] if row.get("voice") != "clone"][-1]
    frames = end["audio_s"] / FRAME_S
    return Times(
        [row["batch"] for row in rows],
        [row["ms_per_step"] / 1000 for row in rows],
        (end["where"]["prefill"] + end["where"]["moves"] + end["where"]["waiting"]) / end["lines"],
        end["where"]["codec"] / frames,
        found["ready_s"],
    )


@dataclass
class Worker:
    """A clock with rows: what it speaks, and what waits."""

    name: int
    now: float
    rows: dict[int, int] = field(default_factory=dict)  # frames left, by number
    frames: dict[int, int] = field(default_factory=dict)
    waiting: deque[tuple[int, int]] = field(default_factory=deque)


def simulate(lines: list[int], gpus: int, times: Times, driver_s: float) -> tuple[float, float, int]:
    """Wall seconds with and without loading, and lines made twice, for lines of so many frames."""
    blocks: Blocks[int, int] = Blocks(sorted(lines, reverse=True))
    workers = [Worker(name, times.ready_s) for name in range(gpus)]
    agenda = [(worker.now, worker.name) for worker in workers]
    heapq.heapify(agenda)
    driver, made, twice = times.ready_s, 0, 0
    while made < len(lines):
        now, name = heapq.heappop(agenda)
        worker = workers[name]
        if (most := AHEAD - len(worker.waiting)) > 0:
            block = blocks.ask(name, most)
            worker.waiting.extend((number, frames) for number, frames in block)
        filling = len(worker.rows) + len(worker.waiting) < CUDA_SLOTS and bool(worker.waiting)
        while worker.waiting and len(worker.rows) < CUDA_SLOTS:
            number, frames = worker.waiting.popleft()
            worker.rows[number] = worker.frames[number] = frames
        if filling:
            heapq.heappush(agenda, (now + TALK_S, name))  # the next block is on its way
            continue
        if not worker.rows:
            if not blocks.done:
                heapq.heappush(agenda, (now + 0.05, name))
            continue
        now += STEPS * times.step(len(worker.rows))
        done = [number for number, left in worker.rows.items() if left <= STEPS]
        for number in worker.rows:
            worker.rows[number] -= STEPS
        for number in done:
            del worker.rows[number]
            now += times.per_line_s + times.per_frame_s * worker.frames.pop(number)
            # The driver takes them one after the other; a worker waits when it lags behind.
            if blocks.finish(name, number) is None:
                twice += 1
                continue
            made += 1
            driver = max(driver, now + TALK_S) + driver_s
        heapq.heappush(agenda, (max(now, driver - 1.0), name))
    end = max(driver, now)
    return end, end - times.ready_s, twice


def measured_driver_s() -> float:
    """Seconds of a core of this machine that a take of 8 s costs the driver: judged, written, renamed.

    The workers have encoded and measured it. Its threads share one interpreter, so it counts as one core.
    """
    rng = np.random.default_rng(1)
    noise = measured(Audio((rng.normal(0, 1, 8 * 24_000) * 4000).astype(np.int16), 24_000))
    voice = DraftVoice("narrator")
    requests = [Request(text, voice, take=n) for n, text in enumerate(novel_lines(2000))]
    with tempfile.TemporaryDirectory() as folder:
        watch = Watch(TakeStore(Path(folder)), order=[request.key for request in requests])
        began = time.process_time()
        for request in requests:
            watch.keep(request, noise, {})
        return (time.process_time() - began) / len(requests)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--gpus", default="1,2,4,8,16,64,256,1000")
    parser.add_argument("--results", type=Path, default=MEASURED, help="what benchmarks/engine.py wrote")
    parser.add_argument("--driver-ms", type=float, help="Milliseconds a take at the driver, instead of measuring it.")
    options = parser.parse_args()
    build = read_build(options.results)
    times = times_of(build)
    frames = [max(4, round(len(text) / CHARACTERS_PER_FRAME)) for text in novel_lines(2000)]
    measured = [row for row in build["end_to_end"] if row.get("voice") != "clone"][-1]
    _, wall_s, _ = simulate(frames, 1, times, 0.0)
    print(
        f"measured: {measured['lines']} lines in {measured['wall_s']:.2f} s; simulated: {len(frames)} in {wall_s:.2f} s"
    )
    driver_s = options.driver_ms / 1000 if options.driver_ms is not None else measured_driver_s()
    many = [max(4, round(len(text) / CHARACTERS_PER_FRAME)) for text in novel_lines(options.lines)]
    audio_s = sum(many) * FRAME_S
    print(f"{len(many)} lines, {audio_s / 3600:.0f} h of audio; {times.ready_s:.1f} s until an engine is ready;")
    print(f"driver: {driver_s * 1000:.2f} ms a take, that is {1 / driver_s:,.0f} takes a second")
    print(f"{'GPUs':>5} {'driver':>9} {'wall, s':>9} {'x real time':>12} {'speedup':>8} {'made twice':>10}")
    for cost in (driver_s, 0.0):
        first = 0.0
        for gpus in (int(count) for count in options.gpus.split(",")):
            _, wall_s, twice = simulate(many, gpus, times, cost)
            first = first or wall_s
            label = f"{cost * 1000:.2f} ms" if cost else "free"
            row = f"{gpus:>5} {label:>9} {wall_s:>9.1f} {audio_s / wall_s:>12,.0f} {first / wall_s:>8.1f} {twice:>10}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
