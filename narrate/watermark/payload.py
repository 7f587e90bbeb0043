"""What a mark says: 32 bits, with 8 more that check them, in a code that bears errors.

The code is convolutional, rate 1/3, constraint length 9 (generators 557, 663 and 711 octal, free distance 18; Larsen,
IEEE Trans. Inf. Theory 19, 1973), and has no beginning or end: it starts in the state that it ends in ("tail-biting").
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from narrate.watermark.naming import PAYLOAD_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHECK_BITS = 8
BITS = PAYLOAD_BITS + CHECK_BITS
GENERATORS = (0o557, 0o663, 0o711)
STATES = 1 << 8  # eight bits that the code remembers
CODED = BITS * len(GENERATORS)
CRC_8 = 0x107  # x^8 + x^2 + x + 1 (ITU-T I.432)


def coded(payload: int) -> "NDArray[np.float32]":
    """The signs [CODED], 1 and -1, that say a payload. Raises ValueError for one that is not of PAYLOAD_BITS bits."""
    if not 0 <= payload < 1 << PAYLOAD_BITS:
        raise ValueError(f"a payload has {PAYLOAD_BITS} bits")
    word = payload << CHECK_BITS | _check(payload)
    bits = [word >> at & 1 for at in range(BITS - 1, -1, -1)]
    state = word & (STATES - 1)
    rows = []
    for bit in bits:
        rows.append(_outputs()[state << 1 | bit])
        state = (state << 1 | bit) & (STATES - 1)
    return np.concatenate(rows)


def decoded(soft: "NDArray[np.floating]") -> int | None:
    """The payload that signs [CODED] with errors say most likely; None where its check fails.

    Viterbi's algorithm, three times around the circle, of which the middle is read.
    """
    steps = np.tile(soft.reshape(BITS, len(GENERATORS)), (3, 1)).astype(np.float64)
    states = np.arange(STATES)
    before = np.stack([states >> 1, states >> 1 | STATES >> 1])  # the two states that lead to each
    gains = steps @ _outputs().T.astype(np.float64)  # of each register, [steps, 2 * STATES]
    metric = np.zeros(STATES)
    chosen = np.empty((len(steps), STATES), np.intp)
    for at, gain in enumerate(gains):
        ways = metric[before] + gain.reshape(2, STATES)
        upper = ways[1] > ways[0]
        metric = np.where(upper, ways[1], ways[0])
        chosen[at] = np.where(upper, before[1], before[0])
    state, bits = int(metric.argmax()), []
    for at in range(len(steps) - 1, BITS - 1, -1):
        bits.append(state & 1)
        state = int(chosen[at, state])
    word = sum(bit << at for at, bit in enumerate(bits[-BITS:]))
    payload = word >> CHECK_BITS
    return payload if word & ((1 << CHECK_BITS) - 1) == _check(payload) else None


def _check(payload: int) -> int:
    """The check of a payload: CRC-8 with the coset 0x55, as ITU-T I.432 has it."""
    rest = payload << CHECK_BITS
    for at in range(BITS - 1, CHECK_BITS - 1, -1):
        if rest >> at & 1:
            rest ^= CRC_8 << (at - CHECK_BITS)
    return rest ^ 0x55


@cache
def _outputs() -> "NDArray[np.float32]":
    """What the code says [2 * STATES, 3] for each content of its register: the state, and the new bit last."""
    return np.array(
        [[1 - 2 * ((register & taps).bit_count() & 1) for taps in GENERATORS] for register in range(2 * STATES)],
        np.float32,
    )
