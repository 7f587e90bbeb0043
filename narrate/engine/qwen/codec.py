"""Codes to samples in bounded batches, and the plain way to make them.

A clone with a reference is decoded with the reference's frames before its own, so that the
decoder is in the voice when the line begins; what they sound like is not asked for, or cut off.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pad

from narrate.audio import from_float
from narrate.engine.qwen.codec_decoder import NOTHING, Decoder
from narrate.engine.qwen.weights import Model

CHUNK = 300  # frames decoded at once at most, as upstream cuts them
LEFT_CONTEXT = 25  # frames before a later chunk that it hears, and that are dropped again
BLOCK = 8  # frames that the plain decoder is given at once: always so many, see EagerLine
LINES = 32  # in one batch at most
FRAMES = 4096  # in one batch of the plain decoder: bounds the memory that it takes
Line = TypeVar("Line")
Sample = TypeVar("Sample", bound=np.generic)


class Pending(Protocol):
    """A batch that is being decoded."""

    def ready(self) -> bool:
        """Whether `read` would return at once."""
        ...

    def read(self) -> list[NDArray[np.int16]]:
        """Each line's samples, in the order submitted."""
        ...


class Codec(Protocol):
    """Codes [T, 16] of some lines in, their samples out: those of the frames from unheard[line] on, of all of them.

    Those of a line alone are the same bits whatever is unheard of it, and whatever follows.
    """

    def submit(self, codes: Sequence[Tensor], unheard: Sequence[int]) -> Pending: ...

    def lines(self, frames: int) -> int:
        """How many lines of up to so many frames are best decoded at once; one at least."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """A batch that was ready when it was submitted."""

    samples: list[NDArray[np.int16]]

    def ready(self) -> bool:
        return True

    def read(self) -> list[NDArray[np.int16]]:
        return self.samples


class EagerCodec:
    """The checkpoint's decoder in plain torch, line by line, in chunks as upstream runs it."""

    def __init__(self, model: Model) -> None:
        """Reads the decoder's weights. Raises EngineError when any is not there, or of another size."""
        self._decoder = Decoder(model.codec, model.codec_config)
        self._device, self._sample_rate = model.device, model.sample_rate
        self._samples_per_frame = model.samples_per_frame

    def lines(self, frames: int) -> int:
        return max(1, FRAMES // frames)

    def submit(self, codes: Sequence[Tensor], unheard: Sequence[int]) -> Done:
        return self.sounds(self.growing().decode(*line) for line in zip(codes, unheard, strict=True))

    def sounds(self, waves: Iterable[NDArray[np.float32]]) -> Done:
        """Waveforms as samples."""
        return Done([from_float(wave, self._sample_rate).samples for wave in waves])

    def decode(self, codes: Sequence[Tensor]) -> list[NDArray[np.float32]]:
        """Waveforms [T * samples_per_frame] of codes [T, 16]."""
        return [self.growing().decode(line, 0) for line in codes]

    def growing(self) -> "EagerLine":
        """A line of which no frame is there yet."""
        return EagerLine(self._decoder, self._samples_per_frame, self._device)


# All codes [T, 16] that a line has so far, and how many of its frames are not asked for, as those that were heard
# before: the samples of the others.
Growing = Callable[[Tensor, int], Pending]


def growing(codec: Codec) -> Growing:
    """What decodes one line while it is made, to the bits that `codec` gives of the whole line alone."""
    if not isinstance(codec, EagerCodec):
        return lambda codes, unheard: codec.submit([codes], [unheard])
    line = codec.growing()
    return lambda codes, unheard: codec.sounds([line.decode(codes, unheard)])


class EagerLine:
    """A line, decoded as it grows, in blocks of BLOCK frames, each after what the layers keep of those before.

    Blocks lie at the same frames whatever is asked for when, and one that is not full yet is filled up and later
    decoded again: how torch adds up hangs on how much there is, so only so are the bits those of the whole line.
    """

    def __init__(self, decoder: Decoder, samples_per_frame: int, device: torch.device) -> None:
        self._decoder, self._size, self._device = decoder, samples_per_frame, device
        self._cut = 0  # where the chunk in hand begins to be heard; LEFT_CONTEXT before it are for its decoder alone
        self._at, self._past = 0, NOTHING  # the frames before are decoded

    @torch.inference_mode()
    def decode(self, codes: Tensor, unheard: int) -> NDArray[np.float32]:
        """Samples [(T - unheard) * samples_per_frame] of codes [T, 16], in which those of earlier calls go on."""
        codes, heard = codes.to(self._device), [torch.zeros(0, device=self._device)]
        while max(self._at, self._cut) < len(codes):
            end = min(self._at + BLOCK, self._cut + CHUNK)
            block = codes[self._at : end].long()
            wave, past = self._decoder(pad(block, (0, 0, 0, BLOCK - len(block)))[None], self._past)
            first = max(self._at, self._cut, unheard) - self._at
            heard.append(wave[0, first * self._size : len(block) * self._size])
            if len(codes) < end:
                break
            self._at, self._past = end, past
            if end == self._cut + CHUNK:
                self._cut, self._at, self._past = end, end - LEFT_CONTEXT, NOTHING
        return torch.cat(heard).float().cpu().numpy()


def trim(samples: NDArray[Sample], reference: int, frames: int, unheard: int = 0) -> NDArray[Sample]:
    """Samples of `frames` frames, of which the first `unheard` were not made, without the `reference`'s.

    Cut where upstream cuts, whose quotient of floats may lie a sample before the frame.
    """
    made = frames - unheard
    size = len(samples) // max(made, 1)
    return samples[int(reference / max(frames, 1) * (frames * size)) - unheard * size :]


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken(Generic[Line]):
    line: Line
    codes: Tensor  # [T, 16], the reference's frames first
    reference: int  # frames

    @property
    def unheard(self) -> int:
        """Frames whose samples are not asked for: all of the reference but the last, into which `trim` may cut."""
        return max(0, self.reference - 1)


class Voicing(Generic[Line]):
    """Finished lines on their way through a codec: gathered into batches, handed out as these are ready."""

    def __init__(self, codec: Codec, lines: int = LINES) -> None:
        self.codec, self._lines = codec, min(lines, LINES)
        self._spoken: list[_Spoken[Line]] = []
        self._decoding: list[tuple[list[_Spoken[Line]], Pending]] = []

    def add(self, line: Line, codes: Tensor, reference: Tensor | None) -> None:
        """A line with its codes [T, 16], and those of its voice's reference [R, 16]."""
        if reference is not None:
            codes = torch.cat([reference.to(codes), codes])
        self._spoken.append(_Spoken(line, codes, 0 if reference is None else len(reference)))
        self._spoken.sort(key=lambda spoken: -len(spoken.codes))

    @property
    def busy(self) -> bool:
        """Whether any line is still on its way."""
        return bool(self._spoken or self._decoding)

    def ready(self, *, last: bool = False) -> Iterator[tuple[Line, NDArray[np.int16]]]:
        """Lines whose batches are through; all there are, however long it takes, when these are the `last`.

        Raises torch.OutOfMemoryError when not one line more fits. What was not handed out by then is still on its way.
        """
        while self._spoken and len(self._spoken) >= (1 if last else self._count()):
            self._submit()
        while self._decoding and (last or self._decoding[0][1].ready()):
            yield from self._read()

    def _count(self) -> int:
        """Lines of a batch with the longest that waits."""
        return max(1, min(self._lines, self.codec.lines(len(self._spoken[0].codes))))

    def _submit(self) -> None:
        """Start one batch of the longest lines that wait; of one line at least. Halved where memory runs out."""
        count = self._count()
        while True:
            batch = self._spoken[:count]
            try:
                pending = self.codec.submit([spoken.codes for spoken in batch], [spoken.unheard for spoken in batch])
                break
            except torch.OutOfMemoryError:
                if count == 1:
                    raise
                count //= 2
        del self._spoken[:count]
        self._decoding.append((batch, pending))

    def _read(self) -> Iterator[tuple[Line, NDArray[np.int16]]]:
        batch, pending = self._decoding[0]
        waves = pending.read()
        del self._decoding[0]
        for spoken, samples in zip(batch, waves, strict=True):
            yield spoken.line, trim(samples, spoken.reference, len(spoken.codes), spoken.unheard)
