"""A chapter's waveform for the page: its highest sample, PER_S times a second, in 8 bits.

Named after its chapter, which is named after what went into it: one that is there is right.
"""

import base64
from pathlib import Path

from narrate.errors import StorageError

PER_S = 20  # 72 kB an hour, a third more as text; a line of two seconds is 40 of them
BLOCK_S = 60


def peaks(flac: Path) -> str:
    """The peaks of a mono FLAC file, 0 to 255, as base64. Memory does not grow with its length. Raises StorageError."""
    import numpy as np
    import soundfile

    found = bytearray()
    try:
        with soundfile.SoundFile(str(flac)) as file:
            bin_frames = file.samplerate // PER_S
            for block in file.blocks(BLOCK_S * PER_S * bin_frames, dtype="int16"):
                padded = np.pad(block, (0, -len(block) % bin_frames)).reshape(-1, bin_frames)
                highest = np.maximum(padded.max(axis=1).astype(np.int32), -padded.min(axis=1).astype(np.int32))
                found += np.minimum(highest >> 7, 255).astype(np.uint8).tobytes()
    except (soundfile.LibsndfileError, OSError, ValueError) as error:
        raise StorageError(f"is not a readable FLAC file: {error}", where=flac) from error
    return base64.b64encode(found).decode()
