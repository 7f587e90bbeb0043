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
BUSY = 256  # rows whose steps keep the device busy meanwhile; of fewer slots half
CAPTURING = 6  # steps that it then has before it: capturing takes the host as long as five
BETWEEN = 10  # steps from one capture to the next: what ends in the CAPTURING ones before it is seen late


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
    # Calls that capture graphs, for when the device is busy: each with the rows of the steps that it is for, or 0.
    captures: deque[tuple[int, Callable[[], None]]] = field(default_factory=deque)

    def capture(self, steps: int, rows: int) -> int:
        """Capture a graph, if this is the time: after so many steps, of so many rows now. Returns the steps that the
        device is to have before it from here on."""
        if not self.captures or rows <= min(BUSY, self.state.slots // 2):
            return 0
        left = -steps % BETWEEN
        while not left and self.captures:
            least, capture = self.captures.popleft()
            if least <= rows:  # so many do not run any more
                capture()
                break
        return CAPTURING if left < CAPTURING else 0


def fast_parts(model: Model, state: State, layout: Layout, codec: Codec | None) -> Parts:
    """What runs `state` fast; a `codec` that is there is kept. Raises torch.OutOfMemoryError."""
    # They need Triton, which only comes with CUDA.
    from narrate.engine.qwen.fast_codec import FastCodec
    from narrate.engine.qwen.graphs import FastDecoder

    decoder = FastDecoder(model, state, prefill_tokens=layout.prefill_tokens)
    fast = codec if isinstance(codec, FastCodec) else FastCodec(model, frames=layout.codec_frames)
    captures = [(0, capture) for capture in fast.captures()] + decoder.captures() if state.slots >= MANY else []
    return Parts(state, decoder, fast, deque(captures))
