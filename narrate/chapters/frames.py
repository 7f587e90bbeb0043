"""Sound as files hold it: the frames of MPEG layer III, the tag before them, and the boxes of MP4.

ISO/IEC 11172-3 and 13818-3 (layer III), ID3v2.3 and 2.4, ISO/IEC 14496-12 (boxes).
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

# Bit rates in kb/s by a frame header's index: MPEG-1, and MPEG-2 with 2.5.
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def mp3_frame(header: bytes) -> tuple[int, int] | None:
    """The bit rate in kb/s and the bytes of a layer III frame, by its first 4 bytes; None where it is no such frame."""
    word = int.from_bytes(header[:4], "big")
    version, layer, index, rate_index = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15, word >> 10 & 3
    if word >> 21 != 0x7FF or version == 1 or layer != 1 or not 0 < index < 15 or rate_index == 3:
        return None
    rate = (_RATES_1 if version == 3 else _RATES_2)[index]
    samples = 1152 if version == 3 else 576
    return rate, samples * rate * 125 // _SAMPLE_RATES[version][rate_index] + (word >> 9 & 1)


def id3_bytes(size: bytes) -> int:
    """What the 4 bytes of an ID3v2 tag's size say, which hold seven bits each."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of every box of an MP4 file between `start` and `end`."""
    while start + 8 <= end:
        file.seek(start)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:  # a long box: 64 bits of length follow
            (length,) = struct.unpack(">Q", file.read(8))
        elif length == 0:  # all the rest
            length = end - start
        if length < 8:
            return
        yield name, start, length
        start += length
