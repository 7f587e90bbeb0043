"""One line at a time, its sound handed out while it is made.

Its frames are made in slot 0. After every few the codec is given all of its codes, and computes the samples
of those that are new: the same bits as of the whole line, since the decoder is causal and both go one way.
On CUDA neither waits for the host: how many frames a chunk has is presumed, and seen later, with the chunk's
samples, whose surplus is dropped. The codec runs beside the next steps, on a stream of its own.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from narrate.engine.qwen.codec import Growing, Pending, growing
from narrate.engine.qwen.decode import Snapshot
from narrate.engine.qwen.lines import End
from narrate.engine.qwen.parts import Parts
from narrate.engine.qwen.prompt import Prompt


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    """Frames that are on their way: `end` of the line with them, fewer where it ends before."""

    start: int
    end: int
    snapshot: Snapshot
    pending: Pending


def stream_line(
    parts: Parts, prompt: Prompt, chunk_frames: int, aside: "torch.cuda.Stream | None", unwanted: Callable[[], bool]
) -> Iterator[NDArray[np.int16] | End]:
    """The samples of the line of `prompt`, `chunk_frames` at a time and fewer at last, then how it ended.

    `aside`: the stream that the codec runs on; on CUDA the chunk after the one that is waited for is then on its way.
    It ends before the next frame, without a word, once the line is `unwanted`.
    A clone's own frames are heard from the first one on, whatever part of a sample `codec.trim` finds before it.
    """
    decode, waiting = growing(parts.codec), deque[_Chunk]()
    if aside is not None:  # the prompt was made there
        torch.cuda.current_stream(aside.device).wait_stream(aside)
    parts.decoder.prefill([0], [prompt])
    made, end = 0, None
    try:
        while end is None:
            while made < prompt.cap and len(waiting) < (1 if aside is None else 2):
                start, made = made, min(made + chunk_frames, prompt.cap)
                for _ in range(start, made):
                    if unwanted():
                        parts.state.active[0] = False
                        return
                    parts.decoder.step(1)
                waiting.append(_decoded(parts, prompt, decode, start, made, aside))
            ready = waiting.popleft()
            samples = ready.pending.read()[0]
            active, frames, token, late = (column[0] for column in ready.snapshot.read())
            size = len(samples) // (ready.end - ready.start)
            if frames > ready.start:
                yield samples[: (frames - ready.start) * size]
            if not active:
                end = End(frames, token, bool(late))
        yield end
    finally:
        if aside is not None:  # what comes next shares the codec's buffers
            torch.cuda.current_stream(aside.device).wait_stream(aside)


def _decoded(
    parts: Parts, prompt: Prompt, decode: Growing, start: int, end: int, aside: "torch.cuda.Stream | None"
) -> _Chunk:
    """Frames `start` to `end` of the line in slot 0, on their way through the codec behind all before them."""
    snapshot = Snapshot(parts.state)
    if aside is not None:
        aside.wait_stream(torch.cuda.current_stream(aside.device))
    with torch.cuda.stream(aside):
        codes, before = parts.state.codes[0, :end], 0
        if prompt.reference is not None:
            codes, before = torch.cat([prompt.reference.to(codes), codes]), len(prompt.reference)
        return _Chunk(start, end, snapshot, decode(codes, before + start))
