"""How fast this engine's pieces are here. Rows: benchmarks/rows.py; who calls, and lines end to end: one_build.py.

Pieces are timed with device events over repeated launches, after a warm-up, and the median
counts. On the CPU, where all of it can be tried with a tiny model, the eager step and codec take the
captured ones' place.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from benchmarks.rows import CodecRow, PrefillRow, SingleRow, StepRow
from narrate.audio import Audio
from narrate.engine.qwen.card import costs_of_model
from narrate.engine.qwen.codec import Codec, EagerCodec
from narrate.engine.qwen.decode import EagerDecoder, State, new_state, settings_of
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.memory import kind_of
from narrate.engine.qwen.parts import Decoder
from narrate.engine.qwen.prompt import Prompt, frame_cap
from narrate.engine.qwen.weights import Layer, Model
from narrate.takes import Request, Sampling
from narrate.voices import Voice

FRAME_MS = 80.0
CHARACTERS_PER_FRAME = 14.0 / 12.5
KINDS = {"prefill": "prefill", "step": "decode", "move": "moves", "submit": "codec"}  # of launches, by their method
CONTEXTS = (160, 400)  # positions held: a line of 12 s half way, and a long one near its end
SHORT_LINE = "Yes, sir."
WARM_UP = "The lamp had burned low before anybody in the room spoke of it again."


def open_engine(model: str, slots: int | None, forced_frames: bool, device: str = "cuda") -> QwenEngine:
    """An engine; with `forced_frames`, one whose lines last as long as their text takes to read."""
    engine = QwenEngine(model, device=device, slots=slots, frame_cap=frames_of if forced_frames else frame_cap)
    if forced_frames:
        with torch.inference_mode():
            engine._model.talker.allowed[engine._model.config.codec_eos] = False
    return engine


def frames_of(text: str) -> int:
    """Frames that a reader takes for `text`."""
    return max(4, round(len(text) / CHARACTERS_PER_FRAME))


class Moment:
    """Now: on the device, in the order of what was launched, or on the host's clock."""

    def __init__(self, on_card: bool) -> None:
        self._event = torch.cuda.Event(enable_timing=True) if on_card else None
        self._s = time.perf_counter()
        if self._event is not None:
            self._event.record()

    def ms_until(self, later: "Moment") -> float:
        """Milliseconds from this moment to a later one of its kind; waits until that has come."""
        if self._event is None or later._event is None:
            return 1000 * (later._s - self._s)
        later._event.synchronize()
        return float(self._event.elapsed_time(later._event))


class Spans:
    """Watches what an engine asks of its device, and how long each kind of work takes there."""

    def __init__(self, engine: QwenEngine) -> None:
        self._engine = engine
        self._on_card = engine._model.device.type == "cuda"
        self._spans: list[tuple[str, Moment, Moment]] = []
        self._batches: list[int] = []

    def __enter__(self) -> Self:
        parts: Any = self._engine._parts
        self._before = parts.decoder, parts.codec
        parts.decoder, parts.codec = (_Watched(part, self) for part in self._before)
        return self

    def __exit__(self, *_: object) -> None:
        if (parts := self._engine._parts) is not None:
            parts.decoder, parts.codec = self._before

    def watch(self, name: str, launch: Callable[[], Any]) -> Any:
        """What `launch` returns, the launch of a method called `name`."""
        begin = Moment(self._on_card)
        made = launch()
        self._spans.append((KINDS[name], begin, Moment(self._on_card)))
        if name == "step":
            self._batches.append(made)
        return made

    def seconds(self, wall_s: float) -> dict[str, float]:
        """Seconds of the device by kind of work; what is left of the wall time it waited for the host."""
        found = dict.fromkeys(KINDS.values(), 0.0)
        for name, begin, end in self._spans:
            found[name] += begin.ms_until(end) / 1000
        found["waiting"] = wall_s - sum(found.values())
        found = {name: round(value, 3) for name, value in found.items()}
        return found | {"steps": len(self._batches), "mean_batch": round(statistics.mean(self._batches), 1)}


class _Watched:
    """A decoder or a codec whose launches are timed; all else that is asked of it, it answers itself."""

    def __init__(self, inner: Any, spans: Spans) -> None:
        self._inner, self._spans = inner, spans

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in KINDS:
            return found
        return lambda *asked, **options: self._spans.watch(name, lambda: found(*asked, **options))


def measure_single(model: str, voice: Voice, forced_frames: bool, device: str = "cuda") -> SingleRow:
    """One line at a time, on an engine of one slot."""
    with open_engine(model, 1, forced_frames, device) as engine:

        def speak(text: str, take: int) -> tuple[float, Audio]:
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
    decoder, state = full_rows(model, batch)
    rows = []
    for context in CONTEXTS:
        # Half of the launches before the context and half after it.
        hold(state, context - 16)
        ms = median_ms(lambda: decoder.step(batch), 30, warm=2, on_card=model.device.type == "cuda")
        moved = weight_bytes(model) + kv_bytes(model, batch, context)
        rows.append(
            StepRow(batch, context, ms, batch * FRAME_MS / ms, moved / ms / 1e6, moved / ms / 1e6 / peak_gb_per_s)
        )
    decoder.close()
    return rows


def full_rows(model: Model, batch: int) -> tuple[Decoder, State]:
    """A decoder and its State, all of whose rows are being spoken: caches and hidden states of noise."""
    positions = CONTEXTS[-1] + 112
    state = new_state(model, batch, positions, usual_cache(model))
    decoder = _decoder(model, state, (batch,))
    for layer in state.caches:
        for numbers, scales in ((layer.keys, layer.key_scales), (layer.values, layer.value_scales)):
            if layer.int8:
                numbers.random_(-127, 128)
                scales.uniform_(0.01, 0.03)
            else:
                numbers.normal_()
    state.hidden.normal_()
    whole, real = settings_of([Prompt(torch.empty(0), 7919 * row, positions, Sampling()) for row in range(batch)])
    state.whole.copy_(torch.tensor(whole))
    state.real.copy_(torch.tensor(real))
    return decoder, state


def hold(state: State, positions: int) -> None:
    """Let every row hold so many positions, and be at its first frame."""
    state.active.fill_(True)
    state.frame.zero_()
    state.lengths.fill_(positions)


def weight_bytes(model: Model) -> int:
    """Bytes of weights that a step reads: the talker once, the predictor's layers 15 times."""

    def layers(stack: Sequence[Layer]) -> int:
        return sum(t.nbytes for layer in stack for t in (layer.qkv, layer.o, layer.gate_up, layer.down))

    passes = model.config.groups - 1
    talker = layers(model.talker.layers) + model.talker.head.nbytes
    return talker + passes * layers(model.predictor.layers) + model.predictor.heads.nbytes


def kv_bytes(model: Model, batch: int, context: int) -> int:
    """Bytes of the talker's cache that a step reads."""
    return batch * context * costs_of_model(model, usual_cache(model)).position


def usual_cache(model: Model) -> str:
    """The kind of cache that an engine has on the model's device."""
    return kind_of(None, str(model.device), eager=False)


def measure_prefill(model: Model, count: int, tokens: int = 48) -> PrefillRow:
    """A prefill of `count` prompts of `tokens` tokens: what a line of about 150 characters has."""
    state = new_state(model, count, 2 * tokens, usual_cache(model))
    decoder = _decoder(model, state, ())
    made = torch.Generator(model.device).manual_seed(0)
    width = model.config.talker.hidden
    prompts = [
        Prompt(torch.randn(tokens, width, generator=made, device=model.device).to(model.dtype), n, 10, Sampling())
        for n in range(count)
    ]
    on_card = model.device.type == "cuda"
    ms = median_ms(lambda: decoder.prefill(list(range(count)), prompts), 12, warm=3, on_card=on_card)
    decoder.close()
    return PrefillRow(count, count * tokens, ms)


def measure_codec(model: Model, count: int, dtype: torch.dtype = torch.float16, frames: int = 100) -> CodecRow:
    """`count` lines of about `frames` frames, ragged, and their samples against the plain decoder in float32."""
    codec, on_card = codec_of(model, dtype), model.device.type == "cuda"
    codes = ragged_codes(model, count, frames)
    ms = median_ms(lambda: codec.submit(codes, [0] * count), 8, warm=2, on_card=on_card)
    got = codec.submit(codes, [0] * count).read()[0] / 32767
    [want] = EagerCodec(model).decode(codes[:1])
    noise = float(np.mean((got - want) ** 2)) or 1e-12
    snr_db = 10 * float(np.log10(np.mean(want**2) / noise))
    name, frames = str(dtype if on_card else torch.float32).removeprefix("torch."), sum(map(len, codes))
    return CodecRow(count, frames, name, ms, frames * FRAME_MS / ms, snr_db)


def ragged_codes(model: Model, count: int, frames: int = 100) -> list[Tensor]:
    """Codes at random of `count` lines, each three frames shorter than the one before."""
    made = torch.Generator().manual_seed(1)
    size = (model.config.groups,)
    most = min(2048, model.config.predictor.vocab)
    lengths = [max(1, frames - 3 * n) for n in range(count)]
    return [torch.randint(0, most, (length, *size), generator=made).to(model.device) for length in lengths]


def codec_of(model: Model, dtype: torch.dtype = torch.float16) -> Codec:
    if model.device.type != "cuda":
        return EagerCodec(model)
    from narrate.engine.qwen.fast_codec import FastCodec

    return FastCodec(model, dtype)


def _decoder(model: Model, state: State, batches: Sequence[int]) -> Decoder:
    if model.device.type != "cuda":
        return EagerDecoder(model, state)
    from narrate.engine.qwen.graphs import FastDecoder

    return FastDecoder(model, state, batches=batches)


def median_ms(launch: Callable[[], object], count: int, *, warm: int, on_card: bool) -> float:
    """Milliseconds between launches, which follow each other without a pause; on a card, of device time."""
    for _ in range(warm):
        launch()
    if on_card:
        torch.cuda.synchronize()
    moments = [Moment(on_card)]
    for _ in range(count):
        launch()
        moments.append(Moment(on_card))
    return statistics.median(a.ms_until(b) for a, b in pairwise(moments))


def copy_gb_per_s() -> float:
    """What a large copy moves, on the card where there is one; read and written bytes together."""
    on_card = torch.cuda.is_available()
    source = torch.empty(2**31 if on_card else 2**26, dtype=torch.uint8, device="cuda" if on_card else "cpu")
    source.random_()
    target = torch.empty_like(source)
    ms = median_ms(lambda: target.copy_(source), 10, warm=2, on_card=on_card)
    return 2 * source.nbytes / ms / 1e6


def empty() -> None:
    """Give back what nothing holds any more."""
    gc.collect()
    torch.cuda.empty_cache()
