"""The layout of a card's memory: slots and their positions, the codec's work, the prefill's work.

Plain arithmetic without torch, so that `narrate doctor` can say what a card would do. The costs were measured
on a GPU stage by stage; docs/engine.md has the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.engine.qwen.config import SAMPLES_PER_FRAME

MIB = 1 << 20
INT8, FULL = CACHES = "int8", "bf16"  # kinds of the talker's cache: 8 bits, or the model's own dtype
SCALE = 4  # bytes of a scale, of which a key and a value of 8 bits have one each for every head
CUDA_SLOTS = 1280  # more gain little
AMPLE_SLOTS = 768  # where fewer fit they are made shorter, to be more: long lines then come last, which costs less
LEAST_SLOTS = 8  # with fewer, the codec and the prefill give up memory first
POSITIONS = 768  # a slot's prompt and frames: 400 characters of text and a slow reading of them
SHORTER = 640  # where memory is short: it still holds a line of 400 characters with a plain voice
CODEC_FRAMES = (2048, 1024, 650, 325)  # padded frames a pass; the last is one row of the longest piece
PREFILL_TOKENS = (4096, 2048, 1024, 1024)  # packed prompt tokens a pass, for each of these; the last holds any prompt
SMALL_WORK = 0.12  # of the free memory at most, for the codec and the prefill together where slots are wanting
CODEC = 450 * MIB  # its decoder's layers in 16 bits, and its encoder in 32 where a recording becomes a voice
CUDA_CONTEXT = 800 * MIB  # of CUDA itself and of loaded kernels, which no allocator counts
RESERVE = 640 * MIB  # left free: what cuBLAS, graphs and the allocator take beside what is counted


def kind_of(asked: str | None, device: str, *, eager: bool) -> str:
    """The kind of cache that an engine on `device` has, one of CACHES: the one `asked` for, or else 8 bits for the
    captured steps and the model's own dtype for plain PyTorch."""
    return asked or (FULL if eager or not device.startswith("cuda") else INT8)


@dataclass(frozen=True, slots=True)
class Costs:
    """Bytes of device memory that one of each takes."""

    position: int  # of the cache of one slot
    slot: int  # all else of a slot
    codec_frame: int  # of a pass
    token: int  # of a prefill


@dataclass(frozen=True, slots=True)
class Layout:
    """How an engine is laid out on a card."""

    slots: int
    positions: int  # a slot
    codec_frames: int  # a pass, padding counted
    prefill_tokens: int  # a pass

    @property
    def given_up(self) -> str:
        """The parts of the full layout that this card lacks, in words; empty for none."""
        less = []
        if self.slots < CUDA_SLOTS:
            less.append(f"more lines at a time ({CUDA_SLOTS} are as many as help)")
        if self.positions < POSITIONS:
            less.append(f"slots of {POSITIONS} positions (so long lines come last)")
        if self.codec_frames < CODEC_FRAMES[0]:
            less.append(f"longer passes of the codec than {self.codec_frames} frames")
        return ", ".join(less)


def costs_of(
    *,
    dtype_bytes: int,
    talker: Sequence[int],
    predictor: Sequence[int],
    hidden: int,
    intermediate: int,
    vocab: int,
    groups: int,
    cache: str = INT8,
) -> Costs:
    """Costs of a model; `talker` and `predictor` are (layers, KV heads, head size) of each stack."""
    layers, kv_heads, size = talker
    number = size + SCALE if cache == INT8 else size * dtype_bytes
    position = 2 * layers * kv_heads * number + 4 * groups
    layers, kv_heads, size = predictor
    scratch = 2 * dtype_bytes * layers * kv_heads * size * groups
    # The seen ids, the logits in float32, and the rows that a step's products work in.
    slot = scratch + vocab * 10 + (intermediate + hidden) * 8 * dtype_bytes
    # Residual stream, norm, delta, q, attended, qkv, gate and up, and what is gated.
    layers, kv_heads, size = talker
    token = dtype_bytes * (7 * hidden + 4 * intermediate + 8 * kv_heads * size)
    return Costs(position, slot, _CODEC_FRAME, token)


# Three buffers of float16 at 24 kHz, codes and the front's activations.
FRONT_FRAME = 384 * 1024
_CODEC_FRAME = 3 * SAMPLES_PER_FRAME * 96 * 2 + FRONT_FRAME


def lay_out(free: int, costs: Costs, *, positions: int = POSITIONS) -> Layout | None:
    """How `free` bytes are shared out, weights being loaded; None where not one slot fits.

    As many slots as there can be, with short codec passes rather than few slots: a pass of one row is nearly as
    fast, and slots are what speed comes from.
    """
    room = free - RESERVE
    for frames, tokens in _works(room, costs):
        left = room - frames * costs.codec_frame - tokens * costs.token
        slots = left // (positions * costs.position + costs.slot)
        if slots >= AMPLE_SLOTS:
            return Layout(min(CUDA_SLOTS, slots), positions, frames, tokens)
        shorter = min(positions, SHORTER)
        slots = left // (shorter * costs.position + costs.slot)
        if slots >= LEAST_SLOTS:
            return Layout(min(CUDA_SLOTS, slots), shorter, frames, tokens)
    frames, tokens = CODEC_FRAMES[-1], PREFILL_TOKENS[-1]
    left = room - frames * costs.codec_frame - tokens * costs.token
    slots = left // (min(positions, SHORTER) * costs.position + costs.slot)
    return Layout(slots, min(positions, SHORTER), frames, tokens) if slots >= 1 else None


def least(costs: Costs) -> int:
    """Bytes that must be free, weights being loaded, for one slot."""
    work = CODEC_FRAMES[-1] * costs.codec_frame + PREFILL_TOKENS[-1] * costs.token
    return RESERVE + work + SHORTER * costs.position + costs.slot


def _works(room: int, costs: Costs) -> list[tuple[int, int]]:
    """Codec frames and prefill tokens that take SMALL_WORK of the room at most, largest first; the least always."""
    sizes = list(zip(CODEC_FRAMES, PREFILL_TOKENS, strict=True))
    fit = [(f, t) for f, t in sizes if f * costs.codec_frame + t * costs.token <= SMALL_WORK * room]
    return fit[:1] or sizes[-1:]


@dataclass(frozen=True, slots=True)
class Released:
    """A size in which Qwen3-TTS is released, and what it takes of a card's memory in bfloat16."""

    name: str
    weights: int  # bytes
    hidden: int
    intermediate: int

    def costs(self, cache: str = INT8) -> Costs:
        """What a slot, a frame of the codec and a token of a prefill take."""
        return costs_of(
            dtype_bytes=2,
            talker=(28, 8, 128),
            predictor=(5, 8, 128),
            hidden=self.hidden,
            intermediate=self.intermediate,
            vocab=3072,
            groups=16,
            cache=cache,
        )

    @property
    def least(self) -> int:
        """Bytes that must be free beside CUDA's own, before it is loaded, for one slot."""
        return self.weights + CODEC + least(self.costs())

    @property
    def in_all(self) -> int:
        """The same with CUDA's own: what a card must have."""
        return self.least + CUDA_CONTEXT

    def on_card(self, memory: int, cache: str = INT8) -> Layout | None:
        """How it is laid out with `memory` bytes of a card in all; None where not one line fits."""
        return lay_out(memory - CUDA_CONTEXT - CODEC - self.weights, self.costs(cache))


SMALLEST = "0b6"
RELEASED = {  # by what config.json calls its size
    SMALLEST: Released("0.6B", 1844 * MIB, hidden=1024, intermediate=3072),
    "1b7": Released("1.7B", 3834 * MIB, hidden=2048, intermediate=6144),
}


def what_would_fit(size: str, room: int, *, asked: bool = False) -> str:
    """The advice where `room` bytes beside CUDA's own are too few for a model of `size`, as config.json has it.

    asked: they are no more because --memory says so.
    """
    more = "give it more by --memory" if asked else "end what else runs on the card"
    small = RELEASED[SMALLEST]
    if size != SMALLEST and room >= small.least:
        return f"use the {small.name} model, which needs about {small.least / 2**30:.1f} GiB, or {more}"
    needs = " and ".join(f"{model.in_all / 2**30:.1f} GiB for {model.name}" for model in RELEASED.values())
    return f"{more}; it takes about {needs} in all"


BFLOAT16 = (8, 0)  # the compute capability that has it


def no_bfloat16(capability: tuple[int, int]) -> str:
    """The reason why a card of this compute capability is refused, or an empty string."""
    if capability >= BFLOAT16:
        return ""
    found = ".".join(map(str, capability))
    return f"Qwen3-TTS needs bfloat16, which this card does not have (compute capability {found}, not 8.0)"


WITH_BFLOAT16 = "cards of 2020 and later have it: GeForce RTX 30 and up, RTX A2000 and up, A10, A100, L4, H100"
