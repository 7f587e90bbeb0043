"""A chapter's pieces with the watermark in them, as they pass by."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydub import AudioSegment


def marked(pieces: "Iterable[AudioSegment]", payload: int, rate: int) -> "Iterator[AudioSegment]":
    """Each piece with what the watermark adds to it, as long as it was; a silent piece is as it was.

    A few seconds are held back.
    """
    import numpy as np

    from narrate.watermark import embed

    waiting: deque[AudioSegment] = deque()

    def samples() -> "Iterator[NDArray[np.float32]]":
        for piece in pieces:
            waiting.append(piece)
            yield np.frombuffer(piece.raw_data, np.int16).astype(np.float32) / np.float32(32768)

    held = np.zeros(0, np.int16)
    for block in embed(samples(), payload, rate):
        held = np.concatenate([held, np.rint(block * 32768).clip(-32768, 32767).astype(np.int16)])
        while waiting and (count := int(waiting[0].frame_count())) <= len(held):
            piece = waiting.popleft()
            yield piece._spawn(held[:count].tobytes()) if piece.max else piece
            held = held[count:]
