"""Where in time and frequency the mark lies: public constants, the same for everybody.

Sound is seen in cells of BINS spectral lines and CELL_FRAMES frames (188 Hz by 21 ms). Four cells make a chip: two
neighbours in frequency in two neighbouring stretches of time. One diagonal is made a little louder, the other softer:
level and timbre stay, and what neighbours have in common, which is most of speech, cancels when the mark is heard
("patchwork": Bender and others, IBM Systems Journal 35, 1996; on logarithms of spectra: Kirovski and Malvar, IEEE
Trans. Signal Process. 51, 2003). Chips lie in ROWS rows and PERIOD columns, five seconds, over and over from the
beginning of a chapter. A third of them find the place, the others carry the payload's signs.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from narrate.watermark.payload import CODED

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 24_000  # Hz, at which all of this is said
FRAME = 512  # samples of a spectrum
HOP = 256  # samples from one frame to the next
BINS = 4  # spectral lines of a cell
CELL_FRAMES = 2
CHIP_FRAMES = 2 * CELL_FRAMES
FIRST_BIN = 7  # 328 Hz
ROWS = 18  # up to 7 kHz
PERIOD = 117  # chips, 4.99 s
SYNC = 1 / 3  # of all chips
SEED = 20_261_130  # of the pattern: PCG-64, as numpy has it


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """`signs` [PERIOD, ROWS] are 1 and -1; `bits` [PERIOD, ROWS] the sign of the payload that each carries, or -1."""

    signs: "NDArray[np.float32]"
    bits: "NDArray[np.intp]"

    def carrying(self, code: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """The signs [PERIOD, ROWS] of a mark that says `code` [CODED]."""
        return np.where(self.bits >= 0, code[self.bits], np.float32(1)) * self.signs

    @property
    def sync(self) -> "NDArray[np.float32]":
        """The signs [PERIOD, ROWS] of what every mark has, 0 elsewhere."""
        return np.where(self.bits < 0, self.signs, np.float32(0))


@cache
def pattern() -> Pattern:
    """The pattern: drawn from raw words of PCG-64, which numpy keeps as they are for a seed."""
    words = np.random.PCG64(SEED).random_raw(2 * PERIOD * ROWS)
    signs = np.where(words[: PERIOD * ROWS] >> np.uint64(63), np.float32(1), np.float32(-1))
    order = np.argsort(words[PERIOD * ROWS :], kind="stable")
    bits = np.full(PERIOD * ROWS, -1)
    carrying = order[round(SYNC * len(order)) :]
    bits[carrying] = np.arange(len(carrying)) % CODED
    return Pattern(signs.reshape(PERIOD, ROWS), bits.reshape(PERIOD, ROWS))
