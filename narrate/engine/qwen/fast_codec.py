"""The codec decoder, fast: lines of any length side by side, channels last, in 16-bit floats.

The decoder is causal, so lines lie in one batch padded on the right and the kernels skip
what is padding; long ones are cut with the left context that upstream gives them. A pass is
a captured graph, one for each of a few lengths: its 260 launches would keep the host longer
than the device. Samples come out as 16-bit integers and go to pinned memory, so nothing
here waits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrate.engine.qwen.capture import Graphs
from narrate.engine.qwen.codec import CHUNK, LEFT_CONTEXT
from narrate.engine.qwen.codec_decoder import Decoder
from narrate.engine.qwen.codec_layers import Convs, Front
from narrate.engine.qwen.memory import FRONT_FRAME
from narrate.engine.qwen.weights import Model

FRAMES = 2048  # padded frames a pass, unless told otherwise: 16 lines of 10 s fit
LENGTHS = (16, 32, 64, 96, 128, 160, 192, 256, CHUNK + LEFT_CONTEXT)  # frames a row that there is a graph for
ALONE = LENGTHS[-1]  # of a row alone: always so many, so that the front's products add up alike as a line grows


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line that is decoded as a row: frames [start, end), the first `context` of them dropped."""

    line: int
    start: int
    end: int
    context: int

    @property
    def frames(self) -> int:
        return self.end - self.start

    @property
    def made(self) -> int:
        return self.frames - self.context


@dataclass(slots=True, eq=False)
class Pending:
    """Lines that the device is decoding."""

    samples: Tensor  # [all samples] int16, pinned: the pieces' own, in their order
    pieces: list[Piece]
    heard: list[range]  # the frames of each line that have samples
    samples_per_frame: int
    done: "torch.cuda.Event | None"

    def ready(self) -> bool:
        """Whether `read` will not wait."""
        return self.done is None or self.done.query()

    def read(self) -> list[NDArray[np.int16]]:
        """Each line's samples, once they are there."""
        if self.done is not None:
            self.done.synchronize()
        packed, size = self.samples.numpy(), self.samples_per_frame
        lines = [np.empty(len(heard) * size, np.int16) for heard in self.heard]
        at = 0
        for piece in self.pieces:
            first = (piece.start + piece.context - self.heard[piece.line].start) * size
            lines[piece.line][first : first + piece.made * size] = packed[at : at + piece.made * size]
            at += piece.made * size
        return lines


class FastCodec:
    """Codes to samples. `submit` returns at once and runs in the current stream's order."""

    def __init__(self, model: Model, dtype: torch.dtype = torch.float16, frames: int = FRAMES) -> None:
        """Takes the weights of the codec of `model` in `dtype` (float32 for comparisons). On CUDA there is a graph
        for each of LENGTHS, of as many rows as `frames` holds, and for a row alone: what bounds the memory.

        `frames` is CHUNK + LEFT_CONTEXT at least. Raises torch.OutOfMemoryError when the largest does not fit.
        """
        self.frames = frames
        self.device = model.device
        self.samples_per_frame = model.samples_per_frame
        with torch.inference_mode():
            decoder = Decoder(model.codec, model.codec_config)
            self._front = Front(decoder, dtype, LENGTHS[-1])
            self._convs = Convs(decoder, dtype, self._front.per_frame, frames)
            del decoder  # four tenths of a gigabyte, which a small card wants for lines
            self._out = torch.empty(frames * self.samples_per_frame, dtype=torch.int16, device=self.device)
            self._passes: dict[tuple[int, int], _Pass] = {}
            self._graphs: Graphs[tuple[int, int]] | None = None
            if self.device.type == "cuda":
                self._graphs = Graphs(self.launch, (1, ALONE), self.device, frames * FRONT_FRAME)

    def launch(self, size: tuple[int, int] = (1, ALONE)) -> None:
        """The pass of so many rows and frames a row, kernel by kernel."""
        self._pass(size).decode()

    def _pass(self, size: tuple[int, int]) -> "_Pass":
        if size not in self._passes:  # of two threads that make one at the same time, both have the first
            self._passes.setdefault(size, _Pass(self._front, self._convs, *size, self._out))
        return self._passes[size]

    def captures(self) -> list[Callable[[], None]]:
        """A call for each pass of many rows that captures its graph if it is not there."""
        if self._graphs is None:
            return []
        return [partial(self._capture, (self.frames // length, length)) for length in LENGTHS]

    def _capture(self, size: tuple[int, int]) -> None:
        """The graph of a pass. What it reads is made before: else making it would be a part of the graph."""
        assert self._graphs is not None
        self._pass(size)
        self._graphs.capture(size)

    def lines(self, frames: int) -> int:
        """As many as fill a pass."""
        return self.frames // _length(frames)

    def submit(self, codes: Sequence[Tensor], unheard: Sequence[int]) -> Pending:
        """Start decoding lines, each [T, 16] integers on this device; samples from frame unheard[line] on."""
        with torch.inference_mode():
            heard = [range(first, len(line)) for first, line in zip(unheard, codes, strict=True)]
            flat = torch.cat([line.int() for line in codes])  # [frames, 16]
            starts = np.concatenate([[0], np.cumsum([len(line) for line in codes])])
            size, on_cuda = self.samples_per_frame, self.device.type == "cuda"
            samples = torch.empty(sum(map(len, heard)) * size, dtype=torch.int16, pin_memory=on_cuda)
            order: list[Piece] = []
            at = 0
            pieces = _pieces(heard)
            # Nor are the pieces of a line alone put side by side: the second is not there while the first is heard.
            batches = _batches(pieces, self.frames) if len(codes) > 1 else ((1, ALONE, [piece]) for piece in pieces)
            for rows, length, batch in batches:
                if self._graphs is None:  # so there is no need of their sizes
                    decoder = _Pass(self._front, self._convs, len(batch), batch[0].frames, self._out)
                    decoder.fill(flat, batch, starts, size)
                    decoder.decode()
                else:
                    self._pass((rows, length)).fill(flat, batch, starts, size)
                    self._graphs.replay((rows, length))
                made = sum(piece.made for piece in batch) * size
                samples[at : at + made].copy_(self._out[:made], non_blocking=True)
                order += batch
                at += made
            done = None
            if on_cuda:
                done = torch.cuda.Event()
                done.record(torch.cuda.current_stream(self.device))
            return Pending(samples, order, heard, size, done)


class _Pass:
    """The decoder over R rows of T frames, with inputs that stay where they are: what a graph captures."""

    def __init__(self, front: Front, convs: Convs, rows: int, length: int, out: Tensor) -> None:
        self._front, self._convs, self.rows, self.length, self._out = front, convs, rows, length, out
        self._codes = torch.zeros(rows, length, front.tables.shape[0], dtype=torch.int32, device=out.device)
        # Each row's frames, how many of them to drop, and where in `out` its samples go.
        self._numbers = torch.zeros(3, rows, dtype=torch.int64, device=out.device)

    def fill(self, flat: Tensor, pieces: Sequence[Piece], starts: NDArray[np.int64], samples_per_frame: int) -> None:
        """Take in `pieces`; samples follow one another in `out`. Lines lie in flat [frames, 16] from `starts` on."""
        numbers = np.zeros((3, self.rows), np.int64)
        where = np.zeros((self.rows, self.length), np.int64)
        at = 0
        for row, piece in enumerate(pieces):
            numbers[:, row] = piece.frames, piece.context, at * samples_per_frame
            # Padding repeats the last frame: it is decoded in part and thrown away.
            where[row] = starts[piece.line] + piece.start + np.minimum(np.arange(self.length), piece.frames - 1)
            at += piece.made
        packed = torch.from_numpy(np.concatenate([numbers.ravel(), where.ravel()]))
        if flat.is_cuda:
            packed = packed.pin_memory().to(flat.device, non_blocking=True)
        head, index = packed.split([numbers.size, where.size])
        self._numbers.copy_(head.view(3, -1))
        self._codes.copy_(flat[index].view(self._codes.shape))

    def decode(self) -> None:
        """Launch it, kernel by kernel."""
        frames, skip, target = self._numbers
        self._convs(self._front(self._codes), frames.int(), skip.int(), target.clone(), self._out)


def _length(frames: int) -> int:
    """The shortest rows that hold so many frames; a longer line is cut."""
    return next((size for size in LENGTHS if size >= frames), LENGTHS[-1])


def _pieces(heard: Sequence[range]) -> list[Piece]:
    """Lines as rows, of each the frames `heard`, cut where upstream's chunked_decode cuts the whole line."""
    pieces = []
    for line, frames in enumerate(heard):
        for cut in range(frames.start // CHUNK * CHUNK, frames.stop, CHUNK):
            start = cut - min(cut, LEFT_CONTEXT)
            pieces.append(Piece(line, start, min(cut + CHUNK, frames.stop), max(cut, frames.start) - start))
    return pieces


def _batches(pieces: Sequence[Piece], frames: int) -> Iterator[tuple[int, int, list[Piece]]]:
    """(rows, length, pieces), longest first: the graph of so many rows, and what it decodes. `frames`: at most."""
    waiting = sorted(pieces, key=lambda piece: -piece.frames)
    while waiting:
        length = next(size for size in LENGTHS if size >= waiting[0].frames) if len(waiting) > 1 else ALONE
        rows = frames // length if len(waiting) > 1 else 1
        yield rows, length, waiting[:rows]
        waiting = waiting[rows:]
