"""What an open engine holds on its device."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from narrate.engine.qwen.codec import Codec
from narrate.engine.qwen.decode import State
from narrate.engine.qwen.prompt import Prompt


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
