"""What a book is mastered for: loudness, ceiling, silence at the ends, and the MP3 that a shop takes.

`books` is for one's own player; `acx` meets Audible's rules (ACX audio submission requirements);
`podcast` the -19 LUFS of mono shows, `podcast-stereo` the -16 of stereo ones (AES TD1008).
"""

from dataclasses import dataclass

from narrate.errors import ProjectError, nearest


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
        # The ceiling and both silences lie well inside ACX's limits, since MP3 rings and rounds.
        Target("acx", rms_db=-20.0, peak_dbfs=-3.6, head_ms=750, tail_ms=2500, mp3_kbps=192, mp3_rate=44_100),
        Target("podcast", loudness_lufs=-19.0, peak_dbfs=-1.5, mp3_kbps=96, mp3_rate=44_100),
        # BS.1770 adds channels up: the same samples in two of them are 3 LU louder than in one.
        Target("podcast-stereo", loudness_lufs=-19.0, peak_dbfs=-1.5, mp3_kbps=128, mp3_rate=44_100, channels=2),
    )
}


def find_target(name: str) -> Target:
    """The target called `name`. Raises ProjectError naming the nearest."""
    if name not in TARGETS:
        do = nearest(name, TARGETS) or f"one of {', '.join(TARGETS)}"
        raise ProjectError(f'there is no target "{name}"', do=do)
    return TARGETS[name]
