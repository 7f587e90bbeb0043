"""Our measuring against ffmpeg's own astats and ebur128, and MP3 frames as lame writes them."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrate.audio import flac_bytes, from_float, read_flac
from narrate.chapters import (
    Chapter,
    ChapterPlan,
    Mastering,
    Segment,
    find_ffmpeg,
    keep_level,
    make_chapter,
    read_level,
)
from narrate.chapters.levels import level_file
from narrate.chapters.measure import SILENT_DB, decibels, loudness, measure, mp3_frames
from narrate.errors import AssemblyError

pytestmark = pytest.mark.slow

RATE = 44_100


def speech(seconds: float = 12.0, *, head_s: float = 0.7, tail_s: float = 2.0, floor: float = 0.0004) -> np.ndarray:
    """Bursts of tone between pauses, on a steady floor of noise, silence of the same noise around."""
    draws = np.random.default_rng(3)
    t = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * 160 * k * t) / k for k in range(1, 9)) * 0.12
    bursts = (np.sin(2 * np.pi * 0.31 * t) > -0.4).astype(float)
    noise = draws.normal(0, floor, len(t) + round((head_s + tail_s) * RATE))
    whole = np.concatenate([np.zeros(round(head_s * RATE)), tone * bursts, np.zeros(round(tail_s * RATE))])
    return (whole + noise[: len(whole)]).astype(np.float32)


def ffmpeg(*arguments: object) -> str:
    command = [find_ffmpeg().path, "-hide_banner", "-nostats", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stderr


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("measure") / "speech.wav"
    soundfile.write(path, speech(), RATE, subtype="PCM_24")
    return path


def astats(path: Path, *, before: str = "") -> dict[str, float]:
    said = ffmpeg("-i", path, "-af", f"{before}astats=measure_perchannel=none", "-f", "null", "-")
    return {name: float(value) for name, value in re.findall(r"\] ([A-Z][\w ]+ dB): (-?[\d.]+)", said)}


@pytest.mark.ffmpegs
def test_levels_are_those_of_ffmpeg(wav: Path) -> None:
    found, theirs = measure(find_ffmpeg(), wav), astats(wav)
    assert found.rms_db == pytest.approx(theirs["RMS level dB"], abs=0.05)
    assert found.peak_db == pytest.approx(theirs["Peak level dB"], abs=0.05)
    room = astats(wav, before="atrim=start=13,")
    assert found.floor_db == pytest.approx(room["RMS level dB"], abs=0.2)
    assert (found.sample_rate, found.channels) == (RATE, 1)
    assert found.seconds == pytest.approx(14.7, abs=0.001)
    assert found.head_s == pytest.approx(0.7, abs=0.03)
    assert found.tail_s >= 2.0
    assert found.constant is None


@pytest.mark.parametrize(
    ("seconds", "gain", "channels"),
    [(0.6, 1.0, 1), (0.6, 0.003, 2), (8.0, 1.0, 2), (8.0, 2.2, 1)],
    ids=["short", "short-quiet-stereo", "long-stereo", "long-loud"],
)
def test_levels_agree_however_a_file_is(tmp_path: Path, seconds: float, gain: float, channels: int) -> None:
    left = np.clip(speech(seconds, floor=0.002) * gain, -1, 1)
    path = tmp_path / "a.wav"
    soundfile.write(path, left if channels == 1 else np.stack([left, left * 0.4], 1), RATE, subtype="PCM_24")
    found, theirs = measure(find_ffmpeg(), path), astats(path)
    assert found.rms_db == pytest.approx(theirs["RMS level dB"], abs=0.2)
    assert found.peak_db == pytest.approx(theirs["Peak level dB"], abs=0.2)
    windows = [f"atrim=start={start:.2f}:duration=0.5," for start in np.arange(0, found.seconds - 0.5, 0.25)]
    floors = [astats(path, before=window)["RMS level dB"] for window in windows[-4:]]  # the tail is quiet
    assert found.floor_db == pytest.approx(min(floors), abs=0.2)
    said = ffmpeg("-i", path, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
    assert loudness(find_ffmpeg(), path)[0] == pytest.approx(
        float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]), abs=0.2
    )


@pytest.mark.ffmpegs
def test_a_chapters_level_is_that_of_ffmpeg(tmp_path: Path) -> None:
    samples = np.rint(speech() * 32767).astype(np.int16)
    flac = tmp_path / "a.flac"
    soundfile.write(flac, samples, RATE, subtype="PCM_16")
    chapter = Chapter("a", flac, RATE, len(samples))
    keep_level(find_ffmpeg(), chapter)
    level, theirs = read_level(chapter), astats(flac)
    assert level is not None
    assert level.rms_db == pytest.approx(theirs["RMS level dB"], abs=0.05)
    assert level.peak_db == pytest.approx(theirs["Peak level dB"], abs=0.05)
    assert level.lufs == pytest.approx(loudness(find_ffmpeg(), flac)[0], abs=0.1)


def counted(chapter: Chapter) -> tuple[float, float]:
    """RMS and peak of a chapter's samples in dBFS, counted one by one."""
    samples = read_flac(chapter.flac).samples.astype(np.float64) / 32768
    return tuple(round(decibels(level), 2) for level in (np.sqrt(np.mean(samples**2)), np.abs(samples).max()))  # type: ignore[return-value]


@pytest.mark.parametrize("gain", [0.0, 0.00004, 0.02, 0.6, 1.0], ids=["silent", "one-bit", "quiet", "speech", "loud"])
@pytest.mark.parametrize("loudness_lufs", [-40.0, -18.0, -9.0])
def test_a_chapters_level_is_that_of_its_file(tmp_path: Path, gain: float, loudness_lufs: float) -> None:
    """Measured while the file is written, it is what measuring the file gives, and what counting its samples does."""
    take = tmp_path / "take.flac"
    take.write_bytes(flac_bytes(from_float((np.clip(speech(3.0) * gain, -1, 1)).astype(np.float32), RATE)))
    plan, settings = ChapterPlan("One", (Segment(100, take),)), Mastering(loudness_lufs=loudness_lufs)
    chapter = make_chapter(find_ffmpeg(), plan, "0" * 40, tmp_path / "chapters", settings)
    level = read_level(chapter)
    assert level is not None
    assert (level.rms_db, level.peak_db) == counted(chapter)
    level_file(chapter).unlink()
    keep_level(find_ffmpeg(), chapter)
    assert read_level(chapter) == level


@pytest.mark.ffmpegs
def test_loudness_is_that_of_ebur128(wav: Path) -> None:
    said = ffmpeg("-i", wav, "-af", "loudnorm=print_format=json", "-f", "null", "-")
    lufs, peak = loudness(find_ffmpeg(), wav)
    assert lufs == pytest.approx(float(re.findall(r'"input_i" : "(-?[\d.]+)"', said)[0]), abs=0.2)
    assert peak == pytest.approx(float(re.findall(r'"input_tp" : "(-?[\d.]+)"', said)[0]), abs=0.2)


@pytest.mark.ffmpegs
@pytest.mark.parametrize(("options", "constant", "kbps"), [
    (("-b:a", "192k"), True, 192), (("-b:a", "64k", "-ar", "24000"), True, 64), (("-q:a", "4"), False, None),
])  # fmt: skip
def test_mp3_bit_rate_and_constancy_are_read_from_its_frames(
    wav: Path, tmp_path: Path, options: tuple[str, ...], constant: bool, kbps: int | None
) -> None:
    path = tmp_path / "a.mp3"
    ffmpeg("-i", wav, "-c:a", "libmp3lame", *options, "-id3v2_version", "3", "-metadata", "title=A title", path)
    found = measure(find_ffmpeg(), path)
    assert found.constant is constant
    if kbps:
        assert found.bit_rate_kbps == pytest.approx(kbps, rel=0.01)
    assert found.rms_db == pytest.approx(astats(path)["RMS level dB"], abs=0.05)


def test_stereo_silence_and_no_sound(tmp_path: Path) -> None:
    left = speech(4)
    soundfile.write(tmp_path / "two.wav", np.stack([left, left / 2], 1), RATE)
    found = measure(find_ffmpeg(), tmp_path / "two.wav")
    assert found.channels == 2
    assert found.rms_db == pytest.approx(astats(tmp_path / "two.wav")["RMS level dB"], abs=0.1)
    soundfile.write(tmp_path / "none.wav", np.zeros(RATE), RATE)
    silent = measure(find_ffmpeg(), tmp_path / "none.wav")
    assert (silent.rms_db, silent.floor_db, silent.head_s) == (SILENT_DB, SILENT_DB, 1.0)
    (tmp_path / "bad.mp3").write_bytes(b"no sound at all")
    with pytest.raises(AssemblyError):
        measure(find_ffmpeg(), tmp_path / "bad.mp3")
    with pytest.raises(AssemblyError, match="no MP3 frames"):
        mp3_frames(tmp_path / "bad.mp3")
    assert decibels(0) == SILENT_DB
