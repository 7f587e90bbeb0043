"""What an open engine holds on its device."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from narrate.engine.qwen.codec import Codec
from narrate.engine.qwen.decode import State
from narrate.engine.qwen.memory import Layout
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model

MANY = 64  # slots from which on graphs are captured before they are needed: a step then takes as long


class Decoder(Protocol):
    """A maker of frames: decode.EagerDecoder or graphs.FastDecoder."""

    def prefill(self, rows: list[int], prompts: list[Prompt]) -> None: ...
    def step(self, rows: int) -> int: ...
    def move(self, sources: Sequence[int], targets: Sequence[int]) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Parts:
    """The slots, and what fills them and turns their codes into sound."""

    state: State
    decoder: Decoder
    codec: Codec
    captures: deque[Callable[[], None]] = field(default_factory=deque)  # of graphs, for when the device is busy


def fast_parts(model: Model, state: State, layout: Layout, codec: Codec | None) -> Parts:
    """What runs `state` fast; a `codec` that is there is kept. Raises torch.OutOfMemoryError."""
    # They need Triton, which only comes with CUDA.
    from narrate.engine.qwen.fast_codec import FastCodec
    from narrate.engine.qwen.graphs import FastDecoder

    decoder = FastDecoder(model, state, prefill_tokens=layout.prefill_tokens)
    fast = codec if isinstance(codec, FastCodec) else FastCodec(model, frames=layout.codec_frames)
    captures = fast.captures() + decoder.captures() if state.slots >= MANY else []
    return Parts(state, decoder, fast, deque(captures))
