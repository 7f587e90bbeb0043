"""The watermark: heard after what happens to audio, not heard where there is none, and softer than an ear can tell."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from narrate.audio import Audio, flac_bytes, read_flac
from narrate.chapters import ChapterPlan, Mastering, Segment, chapter_keys, find_ffmpeg, make_chapter
from narrate.engine.draft import DraftEngine
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.watermark import bark, embed, hear, listen, payload_of, thresholds
from narrate.watermark.masking import NOISE_DB, TONE_DB, spreading_db
from narrate.watermark.payload import CODED, coded, decoded

RATE = 24_000
PAYLOAD = payload_of("a project of these tests")
Samples = NDArray[np.float32]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def takes() -> list[Audio]:
    """About a minute of speech, a take a sentence."""
    lines = (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()[:14]
    with DraftEngine(1) as engine:
        voice = DraftVoice("reader", 0.0, 1.0, 1.0)
        spoken = engine.speak(Request(line, voice, model=DraftEngine.model) for line in lines)
        return [getattr(sound, "audio", sound) for _, sound in spoken]


@pytest.fixture(scope="module")
def speech(takes: list[Audio]) -> Samples:
    """Takes with pauses between them [about 60 * RATE]."""
    pause = np.zeros(RATE // 2, np.int16)
    joined = np.concatenate([part for take in takes for part in (take.samples, pause)])
    return (joined / np.float32(32768)).astype(np.float32)


@pytest.fixture(scope="module")
def marked(speech: Samples) -> Samples:
    return np.concatenate(list(embed([speech], PAYLOAD, RATE)))


def through(samples: Samples, folder: Path, name: str, *arguments: str) -> Samples:
    """Samples after ffmpeg wrote them with `arguments` to a file called `name`, and read that."""
    ffmpeg = [find_ffmpeg().path, "-v", "error", "-y"]
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1"]
    out = folder / name
    subprocess.run([*ffmpeg, *raw, "-i", "-", *arguments, str(out)], input=samples.tobytes(), check=True)
    said = subprocess.run([*ffmpeg, "-i", str(out), *raw, "-"], capture_output=True, check=True)
    return np.frombuffer(said.stdout, np.float32)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a.opus", ["-c:a", "libopus", "-b:a", "32k"]),
        ("a.wav", ["-af", "asetrate=23760,aresample=24000"]),  # one per cent slower
    ],
)
def test_it_is_heard_in_twenty_seconds_of_what_is_left(
    marked: Samples, tmp_path: Path, name: str, arguments: list[str]
) -> None:
    left = through(marked, tmp_path, name, *arguments)
    heard = hear(left[7 * RATE : 27 * RATE] * 0.7, RATE)
    assert heard is not None
    assert heard.payload == PAYLOAD
    assert heard.false_alarm < 1e-9
    assert abs(heard.speed - (0.99 if name == "a.wav" else 1.0)) < 0.0006
    assert (heard.start_s, heard.end_s) == (0.0, 20.0)


def test_another_sample_rate_is_heard_as_well(marked: Samples, tmp_path: Path) -> None:
    spectrum = np.fft.rfft(marked[: 20 * RATE])
    heard = hear(np.fft.irfft(spectrum[: 22_050 * 10 + 1], 22_050 * 20), 22_050)
    assert heard is not None
    assert heard.payload == PAYLOAD


def test_where_it_is_is_told(speech: Samples, marked: Samples) -> None:
    half = np.concatenate([speech[: 30 * RATE], marked[30 * RATE :]])
    heard = list(listen(np.array_split(half, 50), RATE))
    assert heard
    assert min(found.start_s for found in heard) >= 15
    assert {found.payload for found in heard} == {PAYLOAD}


def test_what_has_no_mark_has_none(speech: Samples) -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, 12 * RATE)
    hum = np.sin(np.arange(20 * RATE) * 0.05)
    unheard = [speech[: 20 * RATE], hum, np.zeros(20 * RATE), np.zeros(0), np.full(8 * RATE, 0.5)]
    unheard += [noise[:100], np.full(RATE * 8, np.nan), np.where(np.arange(len(noise)) == 99, np.inf, noise)]
    for samples in unheard:
        assert hear(samples.astype(np.float32), RATE) is None


def test_it_lies_thirty_decibels_down_or_below_what_masks_it(speech: Samples, marked: Samples) -> None:
    """In other frames than those it is made in: in every critical band that is less than 70 dB below the mean."""

    def power(samples: Samples) -> NDArray[np.floating]:
        frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::256] * np.hanning(1025)[:-1]
        return np.abs(np.fft.rfft(frames)) ** 2

    threshold, there = thresholds(power(speech), 1024, RATE)
    _, mark = thresholds(power(marked - speech), 1024, RATE)
    loud = there > there.mean() * 1e-7
    assert loud.sum() > 50_000
    assert np.all((mark < there * 1e-3) | (mark < threshold), where=loud)
    assert np.sum(mark) > np.sum(there) * 1e-4  # and it is there


def test_levels_and_silence_stay(speech: Samples, marked: Samples) -> None:
    assert len(marked) == len(speech)
    assert abs(10 * np.log10(np.mean(marked**2) / np.mean(speech**2))) < 0.02
    pauses = np.lib.stride_tricks.sliding_window_view(speech, 1024)[::512]
    silent = np.flatnonzero(np.abs(pauses).max(axis=1) == 0)
    assert len(silent) > 50
    assert not any(marked[512 * at + 256 : 512 * at + 768].any() for at in silent)


@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.integers(0, 5 * RATE), max_size=6), length=st.integers(0, 5 * RATE))
def test_blocks_change_nothing(cuts: list[int], length: int) -> None:
    samples = np.random.default_rng(length).normal(0, 0.1, length).astype(np.float32)

    def marks(blocks: list[Samples]) -> Samples:
        return np.concatenate([np.zeros(0, np.float32), *embed(blocks, 1, RATE)])

    whole = marks([samples])
    assert len(whole) == length
    assert np.array_equal(marks(np.split(samples, sorted(min(cut, length) for cut in cuts))), whole)


@given(payload=st.integers(0, 2**32 - 1), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_payload_is_read_with_errors_in_it(payload: int, seed: int) -> None:
    code = coded(payload)
    assert decoded(code) == payload
    wrong = np.random.default_rng(seed).choice(CODED, 8, replace=False)
    code[wrong] *= -1  # the code's free distance is 18
    assert decoded(code) == payload


def test_the_model_of_masking_is_the_published_one() -> None:
    # Zwicker's critical bands (J. Acoust. Soc. Am. 33, 1961): the edges of the 1st to the 22nd, in Hz.
    edges = [100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150]
    edges += [3700, 4400, 5300, 6400, 7700, 9500]
    assert np.abs(bark(np.array(edges, float)) - np.arange(1, 23)).max() < 0.25
    # Schroeder's spreading: nothing is lost in the band itself, 25 dB a Bark below it and 10 dB above far away.
    assert abs(float(spreading_db(np.array(0.0)))) < 0.01
    assert np.diff(spreading_db(np.array([-9.0, -8.0, 8.0, 9.0])))[[0, 2]] == pytest.approx([25, -10], abs=0.2)
    # Below the masking indices of MPEG-1's psychoacoustic model 1 (ISO 11172-3, annex D) up to the mark's top.
    barks = np.arange(3.0, 20.0)
    assert np.all(TONE_DB + barks > 6.025 + 0.275 * barks)
    assert np.all(2.025 + 0.175 * barks - 0.05 < NOISE_DB)


def test_noise_masks_more_than_a_tone() -> None:
    """As Johnston has it: in its own band white noise masks 5.5 dB down, a tone at 1 kHz 14.5 + 8.5 dB down."""

    def offset_db(samples: Samples, band: slice) -> float:
        frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::1024] * np.blackman(1024)
        threshold, there = thresholds(np.abs(np.fft.rfft(frames)) ** 2, 1024, RATE)
        return float(10 * np.log10(np.mean(there[:, band]) / np.mean(threshold[:, band])))

    times = np.arange(10 * RATE) / RATE
    tone = np.sin(2 * np.pi * 1000 * times).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 0.1, len(times)).astype(np.float32)
    assert offset_db(noise, slice(3, 20)) == pytest.approx(5.5, abs=1.5)
    assert offset_db(tone, slice(8, 9)) == pytest.approx(14.5 + 8.5, abs=3)


@pytest.fixture
def plan(takes: list[Audio], tmp_path: Path) -> ChapterPlan:
    files = []
    for number, take in enumerate(takes[:5]):
        files.append(tmp_path / f"{number}.flac")
        files[-1].write_bytes(flac_bytes(take))
    return ChapterPlan("One", tuple(Segment(300, file) for file in files))


def test_chapters_carry_it_and_say_so_in_their_key(plan: ChapterPlan, tmp_path: Path) -> None:
    plain, other = Mastering(), Mastering(watermark=PAYLOAD)
    (key,), (marked_key,) = chapter_keys([plan], plain), chapter_keys([plan], other)
    assert key != marked_key
    chapters = [
        make_chapter(find_ffmpeg(), plan, name, tmp_path, how) for name, how in ((key, plain), (marked_key, other))
    ]
    without, with_it = (read_flac(chapter.flac).samples for chapter in chapters)
    assert len(without) == len(with_it)
    assert not with_it[-2048:].any()
    heard = hear(with_it / np.float32(32768), RATE)
    assert heard is not None
    assert heard.payload == PAYLOAD
