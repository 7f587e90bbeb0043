"""Formats that a book can be made in, and targets with their loudness, ceiling, silence and MP3 settings.

`books` is for one's own player; `acx` meets Audible's rules (ACX audio submission requirements);
`podcast` the -19 LUFS of mono shows, `podcast-stereo` the -16 of stereo ones (AES TD1008).
`SHOPS` is what shops say of synthetic narration, as far as that is known for certain.
"""

from dataclasses import dataclass

# In the order in which they are told.
FORMATS = (
    "m4b", "mp3", "flac", "opus", "wav", "mp3-single", "stems", "epub", "srt", "vtt", "lrc", "json", "audiobookshelf",
    "podcast",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop, its rule for synthetic narration in a sentence, whose words these follow, and of when they are."""

    name: str
    rule: str
    source: str
    dated: str  # a month or a year: "2026-09"


SHOPS = (
    Shop(
        "ACX (Audible)",
        "as a rule a human must narrate: text-to-speech and AI are refused unless ACX has authorized them, "
        "as it does in programmes of its own",
        "ACX, Audio submission requirements",
        "2026-09",
    ),
    Shop(
        "Spotify for Authors",
        "digital voice narration is accepted, for Spotify alone",
        "Spotify for Authors, Help",
        "2026-09",
    ),
    Shop(
        "Google Play Books",
        "it sells auto-narration of its own making; ask how a file from elsewhere is to be labelled",
        "Publishers Weekly, Google Play Books expands AI audiobook narration",
        "2022",
    ),
    Shop(
        "Apple Books",
        "it sells digital narration of its own making, labelled as such; ask about files from elsewhere",
        "The Bookseller, Apple Books launches new suite of AI-narrated audiobooks",
        "2023",
    ),
)
SHOPS_DIFFER = (
    "Others differ: many take it where it is disclosed, some do not. Rules change: check the shop's current ones."
)
