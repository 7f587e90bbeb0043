"""How fast this engine is here, piece by piece and end to end. Rows: benchmarks/bench.py.

Pieces are timed with device events over repeated launches, after a warm-up, and the median
counts. The end-to-end run is what a render does: requests in, FLAC files on disk.
"""

import gc
import importlib.metadata
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import torch
from torch import Tensor

from benchmarks.rows import BenchReport, CodecRow, EndToEndRow, PeerRow, PrefillRow, SingleRow, StepRow, commit, now
from narrate.audio import Audio
from narrate.engine.qwen.codec import EagerCodec, Pending
from narrate.engine.qwen.decode import new_state, settings_of
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.fast_codec import FastCodec
from narrate.engine.qwen.graphs import FastDecoder
from narrate.engine.qwen.prompt import Prompt, frame_cap
from narrate.engine.qwen.weights import Layer, Model
from narrate.takes import Request, Sampling, TakeStore
from narrate.voices import SpeakerVoice, Voice
from narrate.voices.kinds import load_voice
from narrate.work.loop import render

T = TypeVar("T")
FRAME_MS = 80.0
WRITERS = 4  # they share this process with the engine
CHARACTERS_PER_FRAME = 14.0 / 12.5
CONTEXTS = (160, 400)  # positions held: a line of 12 s half way, and a long one near its end
SHORT_LINE = "Yes, sir."
WARM_UP = "The lamp had burned low before anybody in the room spoke of it again."


def measure(
    model: str,
    lines: Sequence[str],
    voice: Path | None,
    batches: Sequence[int],
    slots: int | None,
    forced_frames: bool,
    peers: bool,
    say: Callable[[str], None],
) -> BenchReport:
    """See benchmarks.rows.run_bench."""
    began = time.perf_counter()
    engine = open_engine(model, slots, forced_frames)
    ready_s = time.perf_counter() - began
    say(f"ready after {ready_s:.1f} s with {engine.slots} slots")
    speaker = load_voice(voice) if voice is not None else SpeakerVoice(sorted(engine._model.config.speakers)[0])
    with tempfile.TemporaryDirectory() as folder:
        row = end_to_end(engine, [WARM_UP], speaker, Path(folder))
        first_take_s = ready_s + row.wall_s
        # Twice: the first run on a machine also loads and compiles what no capture has touched.
        end = []
        for repeat in range(2):
            end.append(end_to_end(engine, lines, speaker, Path(folder) / str(repeat)))
            say(f"end to end: {end[-1].rtf:,.0f}x")
    loaded, load_s = engine._model, engine.load_s
    engine.close()
    del engine
    empty()
    peak = copy_gb_per_s()
    single = measure_single(model, speaker, forced_frames)
    say(f"alone: {single.rtf:.1f}x, first audio after {single.first_audio_ms:.0f} ms")
    decode = []
    for batch in batches:
        decode += measure_steps(loaded, batch, peak)
        empty()  # what this batch held is gone with its call
    prefill = [measure_prefill(loaded, count) for count in (1, 16, 64)]
    codec = [measure_codec(loaded, count) for count in (1, 16)]
    report = BenchReport(
        gpu=torch.cuda.get_device_name(),
        model=loaded.checkpoint.name,
        versions=versions(),
        forced_frames=forced_frames,
        load_s=load_s,
        ready_s=ready_s,
        first_take_s=first_take_s,
        copy_gb_per_s=peak,
        decode=decode,
        prefill=prefill,
        codec=codec,
        single=single,
        end_to_end=end,
        peers=[],
        commit=commit(),
        measured_at=now(),
    )
    if peers:
        from benchmarks.peers import measure_peers

        del loaded
        empty()
        report.peers.extend(measure_peers(model, lines, speaker, say))
    return report


def versions() -> dict[str, str]:
    """Versions of what the figures depend on."""
    found = {"cuda": str(torch.version.cuda)}
    for name in ("torch", "triton", "transformers", "qwen-tts"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def open_engine(model: str, slots: int | None, forced_frames: bool) -> QwenEngine:
    """An engine; with `forced_frames`, one whose lines last as long as their text takes to read."""
    engine = QwenEngine(model, slots=slots, frame_cap=frames_of if forced_frames else frame_cap)
    if forced_frames:
        with torch.inference_mode():
            engine._model.talker.allowed[engine._model.config.codec_eos] = False
    return engine


def frames_of(text: str) -> int:
    """Frames that a reader takes for `text`."""
    return max(4, round(len(text) / CHARACTERS_PER_FRAME))


def end_to_end(engine: QwenEngine, lines: Sequence[str], voice: Voice, folder: Path) -> EndToEndRow:
    """Render `lines` into a take store in `folder`, longest first as the most of a book's missing takes are."""
    requests = [Request(text, voice, take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines, 1)]
    requests.sort(key=lambda request: -len(request.text))
    store = TakeStore(folder)
    torch.cuda.reset_peak_memory_stats()
    with Spans(engine) as spans:
        began = time.perf_counter()
        takes = render(engine, requests, store, threading.Event(), writers=WRITERS)
        audio_s = sum(made.seconds for made in takes)
        wall_s = time.perf_counter() - began
    gpu_gib = torch.cuda.max_memory_reserved() / 2**30
    return EndToEndRow(len(lines), audio_s, wall_s, engine.slots, gpu_gib, spans.seconds(wall_s))


class Spans:
    """Watches what an engine asks of its device, and how long each kind of work takes there."""

    def __init__(self, engine: QwenEngine) -> None:
        self._engine = engine
        self._spans: list[tuple[str, torch.cuda.Event, torch.cuda.Event]] = []
        self._batches: list[int] = []

    def __enter__(self) -> Self:
        parts = self._engine._parts
        assert parts is not None
        self._before = parts.decoder, parts.codec
        parts.decoder = self
        parts.codec = self
        return self

    def __exit__(self, *_: object) -> None:
        if (parts := self._engine._parts) is not None:
            parts.decoder, parts.codec = self._before

    def prefill(self, rows: list[int], prompts: list[Prompt]) -> None:
        self._watch("prefill", lambda: self._before[0].prefill(rows, prompts))

    def step(self, rows: int) -> int:
        batch = self._watch("decode", lambda: self._before[0].step(rows))
        self._batches.append(batch)
        return batch

    def move(self, source: int, target: int, length: int) -> None:
        self._watch("moves", lambda: self._before[0].move(source, target, length))

    def submit(self, codes: Sequence[Tensor], unheard: Sequence[int]) -> Pending:
        return self._watch("codec", lambda: self._before[1].submit(codes, unheard))

    def close(self) -> None:
        self._before[0].close()

    def _watch(self, name: str, launch: Callable[[], T]) -> T:
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        made = launch()
        end.record()
        self._spans.append((name, begin, end))
        return made

    def seconds(self, wall_s: float) -> dict[str, float]:
        """Seconds of the device by kind of work; what is left of the wall time it waited for the host."""
        torch.cuda.synchronize()
        found = dict.fromkeys(("prefill", "decode", "codec", "moves"), 0.0)
        for name, begin, end in self._spans:
            found[name] += begin.elapsed_time(end) / 1000
        found["waiting"] = wall_s - sum(found.values())
        found = {name: round(value, 3) for name, value in found.items()}
        return found | {"steps": len(self._batches), "mean_batch": round(statistics.mean(self._batches), 1)}


def measure_single(model: str, voice: Voice, forced_frames: bool) -> SingleRow:
    """One line at a time, on an engine of one slot."""
    with open_engine(model, 1, forced_frames) as engine:

        def speak(text: str, take: int) -> tuple[float, Audio]:
            torch.cuda.synchronize()
            began = time.perf_counter()
            ((_, audio),) = engine.speak([Request(text, voice, take=take, engine="qwen", model=engine.model)])
            return time.perf_counter() - began, audio

        for take in range(2):
            speak(WARM_UP, take)
            speak(SHORT_LINE, take)
        long = [speak(WARM_UP, take) for take in range(2, 7)]
        short = [speak(SHORT_LINE, take) for take in range(2, 9)]
        wall, audio = sorted(long, key=lambda pair: pair[0])[len(long) // 2]
        first, heard = sorted(short, key=lambda pair: pair[0])[len(short) // 2]
        step = measure_steps(engine._model, 1, 1.0)[0].ms_per_step
        return SingleRow(audio.seconds / wall, step, first * 1000, round(heard.seconds * 1000 / FRAME_MS))


def measure_steps(model: Model, batch: int, peak_gb_per_s: float) -> list[StepRow]:
    """A decode step of `batch` full rows at each of CONTEXTS."""
    positions = CONTEXTS[-1] + 112
    state = new_state(model, batch, positions)
    decoder = FastDecoder(model, state, batches=(batch,))
    state.keys.normal_()
    state.values.normal_()
    state.hidden.normal_()
    whole, real = settings_of([Prompt(torch.empty(0), 7919 * row, positions, Sampling()) for row in range(batch)])
    state.whole.copy_(torch.tensor(whole))
    state.real.copy_(torch.tensor(real))
    rows = []
    for context in CONTEXTS:
        state.active.fill_(True)
        state.frame.zero_()
        # Half of the launches before the context and half after it.
        state.lengths.fill_(context - 16)
        ms = median_ms(lambda: decoder.step(batch), 30, warm=2)
        moved = weight_bytes(model) + kv_bytes(model, batch, context)
        rows.append(
            StepRow(batch, context, ms, batch * FRAME_MS / ms, moved / ms / 1e6, moved / ms / 1e6 / peak_gb_per_s)
        )
    decoder.close()
    return rows


def weight_bytes(model: Model) -> int:
    """Bytes of weights that a step reads: the talker once, the predictor's layers 15 times."""

    def layers(stack: Sequence[Layer]) -> int:
        return sum(t.nbytes for layer in stack for t in (layer.qkv, layer.o, layer.gate_up, layer.down))

    passes = model.config.groups - 1
    talker = layers(model.talker.layers) + model.talker.head.nbytes
    return talker + passes * layers(model.predictor.layers) + model.predictor.heads.nbytes


def kv_bytes(model: Model, batch: int, context: int) -> int:
    """Bytes of the talker's cache that a step reads."""
    shape = model.config.talker
    return 2 * model.dtype.itemsize * shape.layers * shape.kv_heads * shape.head_dim * batch * context


def measure_prefill(model: Model, count: int, tokens: int = 48) -> PrefillRow:
    """A prefill of `count` prompts of `tokens` tokens: what a line of about 150 characters has."""
    state = new_state(model, count, 2 * tokens)
    decoder = FastDecoder(model, state, batches=())
    made = torch.Generator(model.device).manual_seed(0)
    width = model.config.talker.hidden
    prompts = [
        Prompt(torch.randn(tokens, width, generator=made, device=model.device).to(model.dtype), n, 10, Sampling())
        for n in range(count)
    ]
    ms = median_ms(lambda: decoder.prefill(list(range(count)), prompts), 12, warm=3)
    decoder.close()
    return PrefillRow(count, count * tokens, ms)


def measure_codec(model: Model, count: int, dtype: torch.dtype = torch.float16, frames: int = 100) -> CodecRow:
    """`count` lines of about `frames` frames, ragged, and their samples against the plain decoder in float32."""
    codec = FastCodec(model, dtype)
    made = torch.Generator().manual_seed(1)
    lengths = [frames - 3 * n for n in range(count)]
    codes = [torch.randint(0, 2048, (length, 16), generator=made).to(model.device) for length in lengths]
    ms = median_ms(lambda: codec.submit(codes, [0] * count), 8, warm=2)
    got = codec.submit(codes, [0] * count).read()[0] / 32767
    [want] = EagerCodec(model).decode(codes[:1])
    noise = float(np.mean((got - want) ** 2)) or 1e-12
    snr_db = 10 * float(np.log10(np.mean(want**2) / noise))
    return CodecRow(count, sum(lengths), str(dtype).removeprefix("torch."), ms, sum(lengths) * FRAME_MS / ms, snr_db)


def median_ms(launch: Callable[[], object], count: int, *, warm: int) -> float:
    """Milliseconds of device time between launches, which follow each other without a pause."""
    for _ in range(warm):
        launch()
    torch.cuda.synchronize()
    events = [torch.cuda.Event(enable_timing=True) for _ in range(count + 1)]
    events[0].record()
    for event in events[1:]:
        launch()
        event.record()
    torch.cuda.synchronize()
    return float(statistics.median(a.elapsed_time(b) for a, b in pairwise(events)))


def copy_gb_per_s() -> float:
    """What a large copy on the device moves, read and written bytes together."""
    source = torch.empty(2**31, dtype=torch.uint8, device="cuda")
    source.random_()
    target = torch.empty_like(source)
    ms = median_ms(lambda: target.copy_(source), 10, warm=2)
    return 2 * source.nbytes / ms / 1e6


def empty() -> None:
    """Give back what nothing holds any more."""
    gc.collect()
    torch.cuda.empty_cache()


__all__ = ["PeerRow", "measure", "measure_codec", "measure_prefill", "measure_single", "measure_steps"]
