"""What benchmarks/engine.py runs for each build: this file, with that build's `narrate` and `benchmarks` to import.

    python -P benchmarks/one_build.py MODEL LINES.json --began SECONDS [--voice V] [--clone C] [--pieces speech,alone]

Says a JSON object a line: a `piece` and its `row`, or the `error` that left it out. It asks of a build's
benchmarks/qwen_bench.py only what every one of them has.
"""

import argparse
import importlib.metadata
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.rows import EndToEndRow

START, SPEECH, ALONE, STREAM = "start", "speech", "alone", "stream"
DECODE, PREFILL, CODEC = "decode", "prefill", "codec"
PIECES = (SPEECH, ALONE, STREAM, DECODE, PREFILL, CODEC)
SHORT = "The lamp had burned low before anybody in the room spoke of it again."


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the build that is imported.")
    parser.add_argument("model")
    parser.add_argument("lines", type=Path, help="a JSON list of texts")
    parser.add_argument("--began", type=float, required=True, help="when this process was started, as time.time()")
    parser.add_argument("--voice", type=Path)
    parser.add_argument("--clone", type=Path)
    parser.add_argument("--pieces", default=",".join(PIECES))
    parser.add_argument("--batches", default="1,64,256,512,768")
    parser.add_argument("--slots", type=int)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--clone-runs", type=int)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--forced", action="store_true", help="each line has the frames of its text")
    parser.add_argument("--fill", action="store_true", help="after the start some lines, so that all is compiled")
    measure(parser.parse_args())


def measure(options: argparse.Namespace) -> None:
    """Say everything that is asked for."""
    from benchmarks import qwen_bench as bench
    from narrate.audio import encoded
    from narrate.engine.finishing import Finishers, finishers_here
    from narrate.voices import SpeakerVoice
    from narrate.voices.kinds import load_voice

    placed = {} if options.device == "cuda" else {"device": options.device}
    pieces, lines = options.pieces.split(","), json.loads(options.lines.read_text("utf-8"))
    engine = bench.open_engine(options.model, options.slots, options.forced, **placed)
    ready_s = time.time() - options.began
    speakers = engine._model.config.speakers
    voice = load_voice(options.voice) if options.voice else SpeakerVoice(sorted(speakers)[0])
    voices = {"x-vector" if options.voice else "speaker": voice}
    voices |= {"clone": load_voice(options.clone)} if options.clone else {}
    say("machine", machine(engine))
    if START in pieces:
        end_to_end(engine, [SHORT], voice)
        say(START, {"ready_s": ready_s, "first_take_s": time.time() - options.began, "slots": engine.slots})
    if pieces != [START]:
        say("ready", {"ready_s": ready_s})
    with Finishers(encoded, finishers_here()) as finish:
        for name, each in voices.items():
            if options.fill:
                end_to_end(engine, lines[::12], each, finish)
            if SPEECH in pieces:
                runs = (options.clone_runs if name == "clone" else None) or options.runs
                kept(SPEECH, partial(speech, engine, lines, name, each, runs, finish))
    model = engine._model
    engine.close()
    del engine
    bench.empty()
    if ALONE in pieces:
        kept(ALONE, lambda: [asdict(bench.measure_single(options.model, voice, options.forced, **placed))])
        bench.empty()
    if STREAM in pieces:
        kept(STREAM, lambda: streamed(partial(bench.open_engine, options.model, 1, options.forced, **placed), voice))
        bench.empty()
    for piece, rows in of_pieces(bench, model, pieces, [int(size) for size in options.batches.split(",")]):
        kept(piece, rows)
        bench.empty()


def speech(engine: Any, lines: list[str], name: str, voice: Any, runs: int, finish: Any) -> Iterator[dict[str, Any]]:
    """The lines end to end, `runs` times."""
    for run in range(1, runs + 1):
        yield asdict(end_to_end(engine, lines, voice, finish)) | {"voice": name, "run": run}


def end_to_end(engine: Any, lines: Sequence[str], voice: Any, finish: Any = None) -> "EndToEndRow":
    """Lines to takes on disk, longest first, as a render does it: encoded by `finish`, or on threads here."""
    import torch

    from benchmarks.qwen_bench import Spans
    from benchmarks.rows import EndToEndRow
    from narrate.takes import Request, TakeStore
    from narrate.work.loop import WRITERS, render

    requests = [Request(text, voice, take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines, 1)]
    requests.sort(key=lambda request: -len(request.text))
    writers = WRITERS if getattr(finish, "count", 0) else 4  # threads that encode share this process with the engine
    on_card = torch.cuda.is_available()
    if on_card:
        torch.cuda.reset_peak_memory_stats()
    with tempfile.TemporaryDirectory() as folder, Spans(engine) as spans:
        began = time.perf_counter()
        takes = render(engine, requests, TakeStore(Path(folder)), threading.Event(), writers=writers, finish=finish)
        audio_s = sum(made.seconds for made in takes)
        wall_s = time.perf_counter() - began
    gpu_gib = torch.cuda.max_memory_reserved() / 2**30 if on_card else 0.0
    return EndToEndRow(len(lines), audio_s, wall_s, engine.slots, gpu_gib, spans.seconds(wall_s))


def streamed(open_engine: Callable[[], Any], voice: Any) -> Iterator[dict[str, Any]]:
    """A line handed out by so many frames at once, on an engine of one slot."""
    from narrate.engine.qwen import QwenEngine

    QwenEngine.stream  # noqa: B018  # a build that does not stream says so here, before anything is loaded
    from benchmarks.stream import measure_streaming

    with open_engine() as engine:
        yield from map(asdict, measure_streaming(engine, voice, [1, 2, 4, 8, 12]))


def of_pieces(
    bench: Any, model: Any, pieces: list[str], batches: list[int]
) -> Iterator[tuple[str, Callable[[], Iterable[dict[str, Any]]]]]:
    """What is timed alone, a piece at a time: its name and what makes its rows."""

    def rows(measure: str, *asked: Any) -> Iterator[dict[str, Any]]:
        found = getattr(bench, measure)(model, *asked)
        yield from map(asdict, found if isinstance(found, list) else [found])

    if DECODE in pieces:
        peak = bench.copy_gb_per_s()
        say("copy", {"gb_per_s": peak})
        for batch in batches:
            yield DECODE, partial(rows, "measure_steps", batch, peak)
    for piece, name, counts in ((PREFILL, "measure_prefill", (1, 16, 64)), (CODEC, "measure_codec", (1, 16))):
        for count in counts if piece in pieces else ():
            yield piece, partial(rows, name, count)


def kept(piece: str, rows: Callable[[], Iterable[dict[str, Any]]]) -> None:
    """Say a piece's rows as they come, or why there are none: a build that lacks one has the others."""
    try:
        for row in rows():
            say(piece, row)
    except Exception as error:
        print(json.dumps({"piece": piece, "error": f"{type(error).__name__}: {str(error)[:300]}"}), flush=True)


def say(piece: str, row: dict[str, Any]) -> None:
    print(json.dumps({"piece": piece, "row": row}), flush=True)


def machine(engine: Any) -> dict[str, str]:
    """The card, its driver, the releases that the figures hang on, and the checkpoint."""
    import torch

    on_card = torch.cuda.is_available()
    found = {"gpu": torch.cuda.get_device_name() if on_card else "CPU", "driver": driver() if on_card else ""}
    found |= {
        "model": engine._model.checkpoint.name,
        "size": size_of(engine._model.config),
        "cuda": torch.version.cuda or "",
    }
    for name in ("torch", "triton", "transformers", "qwen-tts"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def size_of(config: Any) -> str:
    """The size's name, by the talker's width, or the width."""
    hidden = config.talker.hidden
    return {1024: "0.6B", 2048: "1.7B"}.get(hidden, f"hidden{hidden}")


def driver() -> str:
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return ""


if __name__ == "__main__":
    main()
