"""The bit rates that encoders keep, of mono speech at an engine's sample rate, and what is told where one is not kept.

ffmpeg says nothing of it: LAME takes another rate of its table, the AAC encoder as much as it can put into a frame.
"""

from collections.abc import Iterator, Sequence

from narrate.chapters import Mastering

# kb/s of MP3 (ISO/IEC 11172-3, 13818-3, layer III), from 32 kHz on and below.
_MP3 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG_1_HZ = 32_000
_WIDE_HZ = 48_000  # twice that of our engines
_AAC_BITS = 5  # a sample, which ffmpeg 5.1 and 9.0 reach with `aac_coder fast`: 120 kb/s at 24 kHz
_OPUS_KBPS = 256  # a channel


def mp3_rates(settings: Mastering, sample_rate: int) -> tuple[int, int]:
    """Bit rate and sample rate of MP3 files: what was asked for or the next lower that there is.

    What does not fit at an engine's sample rate is written at a higher one.
    """
    wanted = settings.mp3_kbps or settings.bitrate_kbps
    rate = settings.mp3_rate or (_WIDE_HZ if wanted > _MP3_LOW[-1] else sample_rate)
    table = _MP3 if rate >= _MPEG_1_HZ else _MP3_LOW
    return max((kbps for kbps in table if kbps <= wanted), default=table[0]), rate


def opus_kbps(settings: Mastering) -> int:
    return min(settings.bitrate_kbps, _OPUS_KBPS * settings.channels)


def told_rates(forms: Sequence[str], settings: Mastering, sample_rate: int, *, aac: bool) -> Iterator[str]:
    """What is to be told of bit rates that are not those asked for; `aac`: something holds AAC-LC."""
    wanted = f"bitrate_kbps = {settings.bitrate_kbps}"
    if aac and settings.bitrate_kbps > (most := _AAC_BITS * sample_rate // 1000):
        yield f"{wanted} is more than AAC takes at {sample_rate} Hz: it is written with about {most}"
    if {"mp3", "mp3-single", "podcast", "daisy202", "daisy3"} & set(forms) and not settings.mp3_kbps:
        kbps, rate = mp3_rates(settings, sample_rate)
        if kbps != settings.bitrate_kbps:
            yield f"MP3 has no {wanted}: it is written with {kbps}"
        elif rate != (settings.mp3_rate or sample_rate):
            yield f"MP3 has no {wanted} at {sample_rate} Hz: it is written at {rate} Hz"
    if "opus" in forms and (kbps := opus_kbps(settings)) != settings.bitrate_kbps:
        yield f"{wanted} is more than Opus takes: it is written with {kbps}"
