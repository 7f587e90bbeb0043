"""Audio: mono 16-bit samples at a known rate, and FLAC files of them.

Sixteen bits because every deliverable and every engine we have ends there; a take
that is read back is the same array that was written, bit for bit.
"""

import hashlib
import io
import math
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from narrate.errors import StorageError
from narrate.files import storage, write_bytes


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """`samples` [N] int16, mono, at `sample_rate` Hz."""

    samples: NDArray[np.int16]
    sample_rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Audio as its FLAC file, made beside the engine, and what was measured on the way (check.measures)."""

    flac: bytes
    seconds: float
    measures: object = None

    @property
    def audio(self) -> Audio:
        """The samples again, bit for bit."""
        return read_flac(io.BytesIO(self.flac))


Sound = Audio | Encoded
Finish = Callable[[Audio], Encoded]  # a function of a module: it may be sent to another process


def encoded(audio: Audio) -> Encoded:
    """`audio` as a FLAC file without comments."""
    return Encoded(flac_bytes(audio), audio.seconds)


def audio_of(sound: Sound) -> Audio:
    """The samples of a sound, in whichever form it is."""
    return sound.audio if isinstance(sound, Encoded) else sound


def from_float(samples: NDArray[np.float32], sample_rate: int) -> Audio:
    """Samples [N] float in [-1, 1] as Audio; what lies outside is clipped.

    Where one is infinite or no number the sound is empty: a take of it is judged, and asked again, where each encoder
    would make something else of it, a click as loud as can be among them.
    """
    if not np.isfinite(samples).all():
        return Audio(np.zeros(0, np.int16), sample_rate)
    scaled = np.rint(np.clip(samples, -1.0, 1.0) * 32767.0)
    return Audio(scaled.astype(np.int16), sample_rate)


def resampled(audio: Audio, rate: int) -> NDArray[np.float32]:
    """Samples [about N * rate / sample_rate] float32 in [-1, 1] at `rate` Hz, by what of its spectrum fits."""
    whole = math.gcd(audio.sample_rate, rate)
    up, down = rate // whole, audio.sample_rate // whole
    step = down * 128  # lengths whose transforms are quick
    size = max(1, -(-len(audio.samples) // step)) * step
    target = size // down * up
    spectrum = np.fft.rfft(audio.samples.astype(np.float32) / np.float32(32768), size)
    kept = spectrum[: target // 2 + 1]
    samples = np.fft.irfft(kept, target) * (up / down)
    return samples[: -(-len(audio.samples) * up // down)].astype(np.float32)


def mel_filters(rate: int, fft: int, mels: int, top_hz: float) -> NDArray[np.float32]:
    """Slaney's mel filters [mels, fft // 2 + 1], from 0 to `top_hz`: linear to 1 kHz, each of area 1, as librosa's."""
    top = 15 + 27 * np.log(top_hz / 1000) / np.log(6.4)
    mel = np.linspace(0, top, mels + 2)
    corners = np.where(mel < 15, mel * (200 / 3), 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))
    ramps = corners[:, None] - np.fft.rfftfreq(fft, 1 / rate)
    widths = np.diff(corners)[:, None]
    filters = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1], ramps[2:] / widths[1:])).astype(np.float32)
    scaled: NDArray[np.float32] = (filters * (2 / (corners[2:] - corners[:-2]))[:, None]).astype(np.float32)
    return scaled


def silence(milliseconds: float, sample_rate: int) -> NDArray[np.int16]:
    """Zeros [round(milliseconds * sample_rate / 1000)] int16."""
    return np.zeros(round(milliseconds * sample_rate / 1000), np.int16)


def flac_bytes(audio: Audio, *, title: str = "", comment: str = "") -> bytes:
    """`audio` as a FLAC file in memory, with Vorbis comments TITLE and COMMENT."""
    import soundfile

    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", audio.sample_rate, channels=1, format="FLAC", subtype="PCM_16") as file:
        # Of nothing at all libsndfile makes no file, and a take has to be one: it is judged, and asked again.
        file.write(audio.samples if len(audio.samples) else np.zeros(1, np.int16))
    return commented(buffer.getvalue(), title=title, comment=comment)


FLAC_MAGIC, VENDOR = b"fLaC", b"narrate"
STREAMINFO, VORBIS_COMMENT, LAST_BLOCK = 0, 4, 0x80


def commented(flac: bytes, *, title: str, comment: str) -> bytes:
    """A FLAC file with these Vorbis comments, TITLE and COMMENT, in place of its own; empty ones are left out.

    The sound is not encoded again, which would cost more than all else that is done to a take when it is judged
    anew. Blocks as in RFC 9639, section 8. Raises StorageError for what is no FLAC file.
    """
    blocks: list[tuple[int, bytes]] = []
    at, last = len(FLAC_MAGIC), not flac.startswith(FLAC_MAGIC)
    while not last and at + 4 <= len(flac):
        kind, size = flac[at], int.from_bytes(flac[at + 1 : at + 4], "big")
        last = bool(kind & LAST_BLOCK)
        blocks.append((kind & ~LAST_BLOCK, flac[at + 4 : at + 4 + size]))
        at += 4 + size
    if not blocks or not last or at > len(flac):
        raise StorageError("is not a readable FLAC file: its blocks are cut short", where="a take")
    fields = [f"{name}={text}".encode() for name, text in (("TITLE", title), ("COMMENT", comment)) if text]
    body = b"".join([_sized(VENDOR), len(fields).to_bytes(4, "little"), *map(_sized, fields)])
    kept = [blocks[0], (VORBIS_COMMENT, body), *(block for block in blocks[1:] if block[0] != VORBIS_COMMENT)]
    parts = [FLAC_MAGIC]
    for number, (kind, data) in enumerate(kept, start=1):
        head = kind | LAST_BLOCK if number == len(kept) else kind
        parts += (bytes([head]), len(data).to_bytes(3, "big"), data)
    return b"".join([*parts, memoryview(flac)[at:]])


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(4, "little") + text


def read_flac(source: Path | BinaryIO) -> Audio:
    """A mono FLAC file as Audio. Raises StorageError when it is damaged or cut short."""
    import soundfile

    where = source if isinstance(source, Path) else "a take"
    try:
        with soundfile.SoundFile(str(source) if isinstance(source, Path) else source) as file:
            samples = file.read(dtype="int16", always_2d=True)
            if len(samples) != file.frames or file.channels != 1:
                raise StorageError("is cut short or not mono", where=where)
            return Audio(samples[:, 0], file.samplerate)
    except (soundfile.LibsndfileError, OSError, ValueError) as error:
        raise StorageError(f"is not a readable FLAC file: {error}", where=where) from error


def flac_blocks(path: Path, frames: int = 1 << 16) -> Iterator[NDArray[np.int16]]:
    """The samples of a mono FLAC file, `frames` at a time. Raises StorageError when it is damaged or cut short."""
    import soundfile

    try:
        with soundfile.SoundFile(str(path)) as file:
            left = file.frames
            for block in file.blocks(frames, dtype="int16"):
                left -= len(block)
                yield block
            if left or file.channels != 1:
                raise StorageError("is cut short or not mono", where=path)
    except (soundfile.LibsndfileError, OSError, ValueError) as error:
        raise StorageError(f"is not a readable FLAC file: {error}", where=path) from error


_NATIVE = (b"RIFF", b"RF64", b"fLaC", b"FORM")  # WAV, large WAV, FLAC and AIFF, by their first bytes
_RATES = range(4_000, 192_001)  # Hz; what says another is no recording of a voice


def read_recording(path: Path, rate: int, longest_s: float) -> Audio | None:
    """The first `longest_s` of a WAV, FLAC or AIFF file, its channels' mean, at `rate` Hz.

    None for a file of another form, for one that libsndfile cannot read, and for one of an odd rate. Raises
    StorageError where the file cannot be opened.
    """
    import soundfile

    with storage(path), path.open("rb") as file:
        if file.read(4) not in _NATIVE:
            return None
        file.seek(0)
        try:
            with soundfile.SoundFile(file) as sound:
                if sound.samplerate not in _RATES:
                    return None
                frames = min(sound.frames, round(longest_s * sound.samplerate))
                blocks = sound.blocks(1 << 16, frames=frames, dtype="float32", always_2d=True)
                means = [np.nan_to_num(block).mean(axis=1) for block in blocks]
                source_rate: int = sound.samplerate
        except (soundfile.LibsndfileError, ValueError, TypeError):
            return None
    whole = from_float(np.concatenate([np.zeros(0, np.float32), *means]), source_rate)
    return whole if source_rate == rate else from_float(resampled(whole, rate), rate)


def flac_comment(path: Path) -> tuple[str, int, int]:
    """A FLAC file's COMMENT, its frames and its sample rate, without decoding it.

    Read by hand: a command asks it of every take, several times, and to open a decoder takes five times as long.
    What is odd is left to one. Raises StorageError when the file is missing or damaged.
    """
    comment, about = "", b""
    try:
        with path.open("rb") as file:
            last = file.read(4) != FLAC_MAGIC
            while not last:
                head = file.read(4)
                last, kind, size = bool(head[0] & LAST_BLOCK), head[0] & ~LAST_BLOCK, int.from_bytes(head[1:], "big")
                if kind == STREAMINFO:
                    about = file.read(size)
                elif kind == VORBIS_COMMENT:
                    comment = _comment_in(file.read(size))
                else:
                    file.seek(size, os.SEEK_CUR)
            packed = int.from_bytes(about[10:18], "big")  # rate, channels, bits and frames in 20, 3, 5 and 36 bits
            frames, rate = packed & (1 << 36) - 1, packed >> 44
            if frames and rate and file.read(1):
                return comment, frames, rate
    except (OSError, ValueError, IndexError):
        pass
    return decoder_comment(path)


def decoder_comment(path: Path) -> tuple[str, int, int]:
    """The same as a decoder has it. Raises StorageError."""
    import soundfile

    try:
        with soundfile.SoundFile(str(path)) as file:
            return file.comment, file.frames, file.samplerate
    except (soundfile.LibsndfileError, OSError, ValueError) as error:
        raise StorageError(f"is not a readable FLAC file: {error}", where=path) from error


def _comment_in(block: bytes) -> str:
    """The first COMMENT of a block of Vorbis comments; empty where there is none. Raises ValueError, IndexError."""
    at = 4 + int.from_bytes(block[:4], "little")
    count, at = int.from_bytes(block[at : at + 4], "little"), at + 4
    for _ in range(count):
        size, at = int.from_bytes(block[at : at + 4], "little"), at + 4
        if at + size > len(block):
            raise ValueError("its comments are cut short")
        name, _, text = block[at : at + size].partition(b"=")
        if name.upper() == b"COMMENT":
            return text.decode("utf-8", "replace")
        at += size
    return ""


def sound_md5(path: Path) -> str:
    """The MD5 of a FLAC file's samples, in 32 hexadecimal digits, as its own STREAMINFO has it; no comment changes it.

    Raises StorageError when the file is missing or no FLAC file.
    """
    with storage(path), path.open("rb") as file:
        head = file.read(42)
    if len(head) < 42 or not head.startswith(b"fLaC") or head[4] & 0x7F:
        raise StorageError("is not a readable FLAC file", where=path)
    if any(head[26:]):
        return head[26:].hex()
    # An encoder that left it out: the same sum over the same bytes.
    return hashlib.md5(read_flac(path).samples.astype("<i2").tobytes(), usedforsecurity=False).hexdigest()


def write_audio(path: Path, audio: Audio) -> None:
    """Write `audio` as `.wav` or `.flac`, by the path's suffix. Raises StorageError for any other."""
    import soundfile

    formats = {".wav": "WAV", ".flac": "FLAC"}
    if path.suffix.lower() not in formats:
        raise StorageError("is neither .wav nor .flac", where=path, do="choose one of these two")
    buffer = io.BytesIO()
    soundfile.write(buffer, audio.samples, audio.sample_rate, format=formats[path.suffix.lower()], subtype="PCM_16")
    write_bytes(path, buffer.getvalue())


WAV_HEADER = 44  # bytes
UNKNOWN = 0xFFFFFFFF  # a length that players take for "until the end"


def wav_header(sample_rate: int, samples: int | None = None) -> bytes:
    """The WAV_HEADER bytes before so many mono 16-bit samples in a WAV file; None: as many as come, as in a pipe."""
    size = UNKNOWN if samples is None else 2 * samples
    whole = UNKNOWN if samples is None else size + WAV_HEADER - 8
    form = (1, 1, sample_rate, 2 * sample_rate, 2, 16)  # PCM, one channel, bytes a second and a frame, bits
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", whole, b"WAVE", b"fmt ", 16, *form, b"data", size)
