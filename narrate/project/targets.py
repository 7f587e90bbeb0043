"""Formats that a book can be made in, and targets with their loudness, ceiling, silence and MP3 settings.

`books` is for one's own player; `acx` meets Audible's rules (ACX audio submission requirements);
`podcast` the -19 LUFS of mono shows, `podcast-stereo` the -16 of stereo ones (AES TD1008).
"""

from dataclasses import dataclass

# In the order in which they are told.
FORMATS = (
    "m4b", "mp3", "flac", "opus", "wav", "mp3-single", "stems", "epub", "srt", "vtt", "ass", "lrc", "json",
    "audiobookshelf", "podcast", "daisy202", "daisy3", "lpf", "audiobook",
)  # fmt: skip
SHOPS = (
    "spotify",
    "google",
    "kobo",
    "inaudio",
    "authorsrepublic",
    "apple",
    "acx",
)  # rows of shops/shops.toml


@dataclass(frozen=True, slots=True)
class Target:
    """Give `rms_db` or `loudness_lufs`. None leaves what project.toml says."""

    name: str
    loudness_lufs: float | None = None
    rms_db: float | None = None
    peak_dbfs: float = -3.0  # true peak
    head_ms: int | None = None
    tail_ms: int | None = None
    mp3_kbps: int | None = None
    mp3_rate: int | None = None
    channels: int = 1


TARGETS = {
    target.name: target
    for target in (
        Target("books"),
        # The ceiling and the silence after lie well inside ACX's limits, since MP3 rings and rounds. The silence before
        # meets both that are told of its rules, 0.5 to 1 s and 1 to 5 s, with what a take has before its first word.
        Target("acx", rms_db=-20.0, peak_dbfs=-3.6, head_ms=960, tail_ms=2500, mp3_kbps=192, mp3_rate=44_100),
        Target("podcast", loudness_lufs=-19.0, peak_dbfs=-1.5, mp3_kbps=96, mp3_rate=44_100),
        # BS.1770 adds channels up: the same samples in two of them are 3 LU louder than in one.
        Target("podcast-stereo", loudness_lufs=-19.0, peak_dbfs=-1.5, mp3_kbps=128, mp3_rate=44_100, channels=2),
    )
}
