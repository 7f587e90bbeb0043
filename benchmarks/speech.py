"""How soon and how fast speech comes over HTTP, with one client and with many.

    python benchmarks/speech.py [--requests 200] [--clients 32]
    python benchmarks/speech.py --model MODEL --voice VOICE [--clients 64] [--random-weights]

Without a model: requests of one sentence with the draft engine; each client asks again as soon as it was answered. With
one: four lines from each client at once, 256 in all, against the same lines as `narrate render` makes them, by the same
engine in the same call. Clients are a process of their own. `first` is the time from a request to the first byte of its
sound. Samples are held against those of a render, to the bit.
"""

import argparse
import hashlib
import http.client
import json
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import numpy as np
import uvicorn

from benchmarks.rows import novel_lines
from narrate.audio import Audio, Finish, Sound
from narrate.engine import Engine, Wanted, hot as hot_module
from narrate.engine.draft import DraftEngine
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.serve.home import Home
from narrate.takes import Request, TakeStore
from narrate.work import Speech, in_order, speech_asked
from narrate.work.loop import render
from narrate.work.render import finishing

LINES = 4  # of a text of the second table
RATE = 24_000
ALONE = 9  # requests of one client alone
PIECE = 4  # frames of 80 ms, where a client asks for sound within a line


@dataclass(frozen=True, slots=True)
class Heard:
    """What a client heard: seconds until the first byte and until the last, the sound's length, its digest or ""."""

    first_s: float
    all_s: float
    audio_s: float
    digest: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Speech over HTTP, with one client and with many.")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int)
    parser.add_argument("--model")
    parser.add_argument("--voice", type=Path, help="a voice's file")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--random-weights", action="store_true", help="give lines the frames of their text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.model:
            card(
                Path(folder),
                options.model,
                options.voice,
                options.clients or 64,
                options.device,
                options.random_weights,
            )
        else:
            draft(Path(folder), options.requests, options.clients or 32)


def draft(home: Path, requests: int, clients: int) -> None:
    """The first table."""
    texts = [f"{line[:1]}{line[1:60].rstrip('.')}." for line in novel_lines(requests)]
    wanted = Wanted(engine="draft")
    with DraftEngine() as engine:
        alone = {text: digest(spoken(engine, text, home, wanted)) for text in texts}
    with served(home, wanted) as port, asking() as ask:
        ask(port, "narrator", texts[:16], 16)  # every worker has started
        rows = [("1 client", *ask(port, "narrator", texts[:ALONE], 1))]
        rows.append((f"{clients} clients", *ask(port, "narrator", texts, clients)))
    print(table(rows, alone))


def card(home: Path, model: str, voice: Path, clients: int, device: str, forced: bool) -> None:
    """The second table."""
    (home / "voices").mkdir()
    (home / "voices" / f"reader{voice.suffix}").write_bytes(voice.read_bytes())
    lines = novel_lines(clients * LINES)
    texts = [" ".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    wanted = Wanted(engine="qwen", models=(model,), device=device)
    asked = [speech_asked(Speech(text, "reader", language="en"), home, wanted).requests for text in texts]
    requests = [request for of_text in asked for request in of_text]
    pool = Pool[Sound](Processes([partial(opened, model, device, forced)]))
    hot_module.open_lasting = lambda *_: pool  # type: ignore[assignment]
    print(f"{len(requests)} lines of {len(texts)} texts; {pool.slots} slots")
    with finishing("qwen", wanted, checked=False) as finish, tempfile.TemporaryDirectory() as folder:
        rendering(pool, requests, TakeStore(Path(folder) / "warm"), finish)
        store = TakeStore(Path(folder))
        audio_s, wall_s = rendering(pool, requests, store, finish)
        alone = {text: digest(in_order(Kept(store), of)) for text, of in zip(texts, asked, strict=True)}
    print(f"render: {audio_s:.0f} s of audio in {wall_s:.2f} s, {audio_s / wall_s:.0f} x real time", flush=True)
    with served(home, wanted) as port, asking() as ask:
        ask(port, "reader", texts, clients)
        rows = [("1 client, a line of 60", *ask(port, "reader", [f"{line[:60]}." for line in lines[:ALONE]], 1))]
        few = [f"{line[:60]}." for line in lines[:ALONE]]
        rows.append((f"the same, {PIECE} frames at a time", *ask(port, "reader", few, 1, PIECE)))
        rows.append((f"{clients} clients, {LINES} lines each", *ask(port, "reader", texts, clients)))
        print(table(rows, alone))
    heard, spoken_s = rows[-1][1:]
    speed = sum(one.audio_s for one in heard) / spoken_s
    print(f"of a render's throughput: {speed / (audio_s / wall_s):.0%}")


def rendering(
    pool: Pool[Sound], requests: Sequence[Request], store: TakeStore, finish: Finish | None
) -> tuple[float, float]:
    """Seconds of audio, and those that a render takes for it."""
    began = time.perf_counter()
    ordered = sorted(requests, key=lambda request: -len(request.text))
    audio_s = sum(made.seconds for made in render(pool, ordered, store, threading.Event(), finish=finish))
    return audio_s, time.perf_counter() - began


class Kept:
    """An engine whose takes are there already."""

    def __init__(self, store: TakeStore) -> None:
        self._store = store
        self.name, self.model, self.sample_rate, self.slots = "kept", "", RATE, 1

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request in requests:
            yield request, self._store.get(request.key)

    def notes(self, request: Request) -> dict[str, object]:
        return {}

    def close(self) -> None: ...


def opened(model: str, device: str, forced: bool, *, slots: int | None) -> Engine[Sound]:
    from benchmarks.qwen_bench import open_engine  # torch is imported in the engine's process alone

    return open_engine(model, slots, forced, device)


def spoken(engine: Engine[Audio], text: str, home: Path, wanted: Wanted) -> Iterator[Audio]:
    return in_order(engine, speech_asked(Speech(text), home, wanted).requests)


def digest(pieces: Iterator[Audio]) -> str:
    return hashlib.md5(np.concatenate([piece.samples for piece in pieces]).astype("<i2").tobytes()).hexdigest()


@contextmanager
def served(home: Path, wanted: Wanted) -> Iterator[int]:
    """A server of `home`, without its guard, on a thread here; its port."""
    ours = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(Home(home, wanted).app(), http="h11", ws="none", loop="asyncio", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([ours],))
    thread.start()
    try:
        yield ours.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


class Ask(Protocol):
    """Every text, by so many clients at a time -> what was heard, and the wall time."""

    def __call__(
        self, port: int, voice: str, texts: Sequence[str], clients: int, frames: int = 0
    ) -> tuple[list[Heard], float]: ...


@contextmanager
def asking() -> Iterator[Ask]:
    """Clients in a process of their own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield lambda *arguments: process.submit(ask_all, *arguments).result()


def ask_all(port: int, voice: str, texts: Sequence[str], clients: int, frames: int = 0) -> tuple[list[Heard], float]:
    """Asks, as `Ask` says; sound comes in pieces of `frames`, or in lines for 0."""
    with ThreadPoolExecutor(clients) as threads:
        began = time.perf_counter()
        heard = list(threads.map(lambda text: ask_one(port, voice, text, frames), texts))
        return heard, time.perf_counter() - began


def ask_one(port: int, voice: str, text: str, frames: int) -> Heard:
    asked = {"model": "narrate", "input": text, "voice": voice, "response_format": "pcm", "chunk_frames": frames}
    body = json.dumps(asked)
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    head = answer.read(1)
    first_s = time.perf_counter() - began
    sound = head + answer.read()
    all_s = time.perf_counter() - began
    connection.close()
    whole = answer.status == 200 and sound
    return Heard(first_s, all_s, len(sound) / 2 / RATE, hashlib.md5(sound).hexdigest() if whole else "")


def table(rows: Sequence[tuple[str, list[Heard], float]], alone: dict[str, str]) -> str:
    """The rows as a Markdown table; `alone`: the digests of what a render gives."""
    head = ("asked by", "requests", "lost", "first p50, ms", "first p95, ms", "all p50, s", "x real time", "equal")
    out = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    known = set(alone.values())
    for who, heard, wall_s in rows:
        firsts = sorted(one.first_s * 1000 for one in heard)
        p95 = firsts[min(len(firsts) - 1, round(0.95 * len(firsts)))]
        speed = sum(one.audio_s for one in heard) / wall_s
        lost, same = sum(not one.digest for one in heard), sum(one.digest in known for one in heard)
        all_s = statistics.median(one.all_s for one in heard)
        equal = f"{same} of {len(heard)}" if same else "-"
        cells = (who, len(heard), lost, f"{statistics.median(firsts):.0f}", f"{p95:.0f}", f"{all_s:.2f}")
        out.append(f"| {' | '.join(map(str, cells))} | {speed:.1f} | {equal} |")
    return "\n".join(out)


if __name__ == "__main__":
    main()
