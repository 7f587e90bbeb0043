"""Bit rates: what files have is what was asked for, or what was told."""

from pathlib import Path

import mutagen
import pytest
from test_assembly import hum

from narrate.audio import Audio, flac_bytes
from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Tags
from narrate.deliver import assemble
from narrate.deliver.rates import told_rates

pytestmark = pytest.mark.slow


def made(folder: Path, formats: tuple[str, ...], kbps: int) -> Assembled:
    (folder / "take.flac").write_bytes(flac_bytes(Audio(hum(3.0), 24_000), title="x"))
    plans = [ChapterPlan("One", (Segment(0, folder / "take.flac"),))]
    sound = Mastering(head_ms=0, tail_ms=0, drawn_cover=False, bitrate_kbps=kbps)
    *_, last = assemble(plans, Tags("Rates"), formats, folder / "out", "book", sound)
    assert isinstance(last, Assembled)
    return last


@pytest.mark.parametrize(
    ("asked", "kept", "rate", "told"),
    [
        (64, 64, 24_000, ()),
        (88, 80, 24_000, ("MP3 has no bitrate_kbps = 88: it is written with 80",)),
        (192, 192, 48_000, ("MP3 has no bitrate_kbps = 192 at 24000 Hz: it is written at 48000 Hz",)),
        (300, 256, 48_000, ("MP3 has no bitrate_kbps = 300: it is written with 256",)),
    ],
)
def test_an_mp3_has_the_rate_that_was_asked_for_or_told(
    tmp_path: Path, asked: int, kept: int, rate: int, told: tuple[str, ...]
) -> None:
    book = made(tmp_path, ("mp3-single",), asked)
    (info,) = (mutagen.File(path).info for path in book.files)
    assert (round(info.bitrate / 1000), info.sample_rate) == (kept, rate)
    assert book.notes == told


def test_more_than_aac_and_opus_take_is_told(tmp_path: Path) -> None:
    book = made(tmp_path, ("m4b", "opus"), 320)
    assert book.notes == (
        "bitrate_kbps = 320 is more than AAC takes at 24000 Hz: it is written with about 120",
        "bitrate_kbps = 320 is more than Opus takes: it is written with 256",
    )
    m4b = next(path for path in book.files if path.suffix == ".m4b")
    assert mutagen.File(m4b).info.bitrate < 140_000


def test_a_shop_s_own_rate_is_none_of_bitrate_kbps() -> None:
    shop = Mastering(bitrate_kbps=300, mp3_kbps=192, mp3_rate=44_100)
    assert not list(told_rates(("mp3",), shop, 24_000, aac=False))
    assert not list(told_rates(("mp3", "m4b", "opus"), Mastering(), 24_000, aac=True))
