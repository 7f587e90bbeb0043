"""What an open engine holds on its device."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from narrate.engine.qwen.capture import CapturingAhead
from narrate.engine.qwen.codec import Codec
from narrate.engine.qwen.decode import State
from narrate.engine.qwen.memory import Layout
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model

MANY = 64  # slots from which on graphs are captured before they are needed: a step then keeps the device busy
QUEUED = 2  # steps that the device has before it where there are MANY: 20 ms, while the host hands out takes


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
    # Calls that capture graphs, each with the rows of a step from which on it is wanted ahead.
    captures: Sequence[tuple[int, Callable[[], None]]] = ()
    capturing: CapturingAhead | None = None

    @property
    def queued(self) -> int:
        """Steps that the device has before it while the host sees to others."""
        return QUEUED if self.captures else 1

    def capture_ahead(self, rows: int) -> None:
        """Have a thread capture what steps of so many rows and fewer take, unless one was begun."""
        if self.captures and self.capturing is None:
            wanted = [capture for least, capture in self.captures if least <= rows]
            self.capturing = CapturingAhead(wanted, self.state.token.device)

    def close(self) -> None:
        """Free the step's graphs. The codec may be used again."""
        if self.capturing is not None:
            self.capturing.stop()
        self.decoder.close()


def fast_parts(model: Model, state: State, layout: Layout, codec: Codec | None) -> Parts:
    """What runs `state` fast; a `codec` that is there is kept. Raises torch.OutOfMemoryError."""
    # They need Triton, which only comes with CUDA.
    from narrate.engine.qwen.fast_codec import FastCodec
    from narrate.engine.qwen.graphs import FastDecoder

    decoder = FastDecoder(model, state, prefill_tokens=layout.prefill_tokens)
    fast = codec if isinstance(codec, FastCodec) else FastCodec(model, frames=layout.codec_frames)
    captures = [(0, capture) for capture in fast.captures()] + decoder.captures() if state.slots >= MANY else []
    return Parts(state, decoder, fast, captures)
