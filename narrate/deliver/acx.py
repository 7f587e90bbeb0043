"""Audible's rules for audiobook files (ACX audio submission requirements), checked on the files themselves.

Every rule is a row with what was measured, what is asked and, where it fails, what to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from narrate.chapters import Measured

RMS_DB = (-23.0, -18.0)
PEAK_DB = -3.0
FLOOR_DB = -60.0
SAMPLE_RATE = 44_100
BIT_RATE_KBPS = 192
LONGEST_MIN = 120
HEAD_S = (0.5, 1.0)
TAIL_S = (1.0, 5.0)
SAMPLE_S = (60.0, 300.0)
SLACK = 0.05  # of a decibel or second: what the measuring itself may be off


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One rule for one file, or for the book where `file` is empty."""

    file: str
    rule: str
    measured: str
    wanted: str
    ok: bool
    do: str = ""


def check_file(found: Measured) -> Iterator[RuleCheck]:
    """The rules for one file."""
    remaster = 'set target = "acx" under [output] and assemble again'
    clean, part = (
        "the voice is noisy: make it again from a cleaner recording",
        "part the chapter's file in script/ in two",
    )
    constant = {True: "constant", False: "variable", None: "not an MP3"}[found.constant]
    fast = found.constant is True and round(found.bit_rate_kbps) >= BIT_RATE_KBPS
    quiet, short = found.floor_db <= FLOOR_DB + SLACK, found.seconds <= LONGEST_MIN * 60
    rows = [
        ("RMS", f"{found.rms_db:.1f} dB", _range(RMS_DB, "dB"), _within(found.rms_db, RMS_DB), remaster),
        ("peak", f"{found.peak_db:.1f} dB", f"{PEAK_DB:g} dB at most", found.peak_db <= PEAK_DB + SLACK, remaster),
        (
            "noise floor",
            f"{found.floor_db:.1f} dB",
            f"{FLOOR_DB:g} dB at most",
            quiet,
            clean,
        ),
        ("sample rate", f"{found.sample_rate} Hz", f"{SAMPLE_RATE} Hz", found.sample_rate == SAMPLE_RATE, remaster),
        ("bit rate", f"{found.bit_rate_kbps:.0f} kb/s {constant}", f"{BIT_RATE_KBPS} kb/s constant", fast, remaster),
        (
            "length",
            f"{found.seconds / 60:.1f} min",
            f"{LONGEST_MIN} min at most",
            short,
            part,
        ),
        ("head", f"{found.head_s:.2f} s", _range(HEAD_S, "s"), _within(found.head_s, HEAD_S), remaster),
        ("tail", f"{found.tail_s:.2f} s", _range(TAIL_S, "s"), _within(found.tail_s, TAIL_S), remaster),
    ]
    for rule, measured, wanted, ok, do in rows:
        yield RuleCheck(found.path.name, rule, measured, wanted, ok, "" if ok else do)


def _range(bounds: tuple[float, float], unit: str) -> str:
    return f"{bounds[0]:g} to {bounds[1]:g} {unit}"


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] - SLACK <= value <= bounds[1] + SLACK


def check_book(files: Sequence[Measured], opening: bool, closing: bool) -> Iterator[RuleCheck]:
    """The rules for all files of a book, and for the book: `opening` and `closing`: whether there are such credits."""
    for found in files:
        yield from check_file(found)
    channels = {found.channels for found in files}
    yield RuleCheck("", "channels", ", ".join(map(str, sorted(channels))), "mono or stereo throughout",
                  len(channels) == 1 and channels <= {1, 2}, "encode all files alike")  # fmt: skip
    for name, there in (("opening", opening), ("closing", closing)):
        yield RuleCheck("", f"{name} credits", "there" if there else "missing", "there", there,
                      f'write {name} = "…" under [credits] in project.toml')  # fmt: skip
    longest = max((found.seconds for found in files), default=0.0)
    low, high = SAMPLE_S
    yield RuleCheck("", "retail sample", f"{longest / 60:.1f} min to cut from", f"{low / 60:g} to {high / 60:g} min",
                  longest >= low, "the longest file is shorter than a sample")  # fmt: skip
