"""Cues in the assembly, measured on the waveform: pauses, sounds alone, beds that duck."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio import Audio, flac_bytes, read_flac
from narrate.chapters import ChapterPlan, Mastering, Segment, chapter_keys, find_ffmpeg, make_chapter
from narrate.chapters.arrange import arrange
from narrate.chapters.mix import BED_LU, DUCK_LU
from narrate.errors import AssemblyError
from narrate.project import PlacedChapter, PlacedLine
from narrate.script import Line, Opening, Pauses, after
from narrate.script.model import parse_script
from narrate.takes import Request
from narrate.voices import EMBEDDED, find_voice

pytestmark = pytest.mark.slow

RATE = 24_000
VOICE_HZ, SOUND_HZ = 500, 2000
Wave = NDArray[np.float64]
QUIET_EDGES = Mastering(head_ms=0, tail_ms=1000)


def tone(path: Path, seconds: float, hz: int, peak: float = 0.3) -> Path:
    times = np.arange(round(seconds * RATE)) / RATE
    samples = (peak * 32767 * np.sin(2 * np.pi * hz * times)).astype(np.int16)
    path.write_bytes(flac_bytes(Audio(samples, RATE), title=path.stem))
    return path


def made(plan: ChapterPlan, folder: Path, settings: Mastering = QUIET_EDGES) -> Wave:
    """The chapter's samples, of 1.0."""
    key = chapter_keys([plan], settings)[0]
    chapter = make_chapter(find_ffmpeg(), plan, key, folder / "chapters", settings)
    samples = read_flac(chapter.flac).samples
    assert len(samples) == chapter.frames
    assert [path.suffix for path in (folder / "chapters").iterdir() if path == chapter.flac] == [".flac"]
    assert not list((folder / "chapters").glob(".*"))  # no scratch is left
    return samples.astype(np.float64) / 32768


def level(wave: Wave, start_s: float, end_s: float, hz: int) -> float:
    """The level in dB of the tone of `hz` between two times."""
    part = wave[round(start_s * RATE) : round(end_s * RATE)]
    turn = np.exp(-2j * np.pi * hz * np.arange(len(part)) / RATE)
    return float(20 * np.log10(2 * abs(np.mean(part * turn)) + 1e-9))


def test_a_sound_plays_alone_as_loud_as_speech_whatever_its_file_is(tmp_path: Path) -> None:
    take = tone(tmp_path / "take.flac", 4, VOICE_HZ)
    for peak in (0.02, 0.9):
        sound = tone(tmp_path / f"sound-{peak}.flac", 3, SOUND_HZ, peak)
        plan = ChapterPlan("A", (Segment(0, take), Segment(500, None, sound=sound), Segment(500, take)))
        wave = made(plan, tmp_path / str(peak))
        voice = level(wave, 1, 3, VOICE_HZ)
        assert level(wave, 8.5, 11.5, VOICE_HZ) == pytest.approx(voice, abs=0.2)
        assert level(wave, 4.1, 4.4, SOUND_HZ) < -70
        assert level(wave, 4.7, 7.3, SOUND_HZ) == pytest.approx(voice, abs=4)  # LUFS weighs high tones more
        assert level(wave, 4.7, 7.3, VOICE_HZ) < -70
        assert level(wave, 7.6, 7.9, SOUND_HZ) < -70


def test_a_bed_goes_down_under_speech_and_comes_up_again(tmp_path: Path) -> None:
    take = tone(tmp_path / "take.flac", 4, VOICE_HZ)
    bed = tone(tmp_path / "bed.flac", 60, SOUND_HZ)
    segments = (Segment(0, take), Segment(0, None, bed=bed), Segment(5000, take), Segment(300, take))
    plan = ChapterPlan("A", (*segments, Segment(5000, take), Segment(0, None, stops_bed=True), Segment(4000, take)))
    wave = made(plan, tmp_path)
    alone_plan = ChapterPlan("A", tuple(Segment(s.pause_ms, s.take) for s in plan.segments))
    without = made(alone_plan, tmp_path / "without")
    full, ducked = level(wave, 5.5, 8.3, SOUND_HZ), level(wave, 9.2, 12.8, SOUND_HZ)
    assert level(wave, 0.5, 3.8, SOUND_HZ) < -70
    assert full - ducked == pytest.approx(DUCK_LU, abs=0.3)
    assert level(wave, 13.02, 13.28, SOUND_HZ) == pytest.approx(ducked, abs=0.3)  # a short pause lifts nothing
    assert level(wave, 18.5, 21.7, SOUND_HZ) == pytest.approx(full, abs=0.3)  # a long one does
    assert level(wave, 28.5, 30, SOUND_HZ) < -70  # it faded out
    assert level(wave, 27.0, 27.2, SOUND_HZ) < ducked + 10
    # speech is as it would be without the bed
    assert len(wave) == len(without)
    for start in (0.5, 9.5, 13.5, 22.8):
        assert level(wave, start, start + 3, VOICE_HZ) == pytest.approx(
            level(without, start, start + 3, VOICE_HZ), abs=0.1
        )
    voice = level(wave, 0.5, 3.5, VOICE_HZ)
    assert voice - full == pytest.approx(BED_LU, abs=4)


def test_a_bed_ends_with_its_file_and_another_takes_over(tmp_path: Path) -> None:
    take = tone(tmp_path / "take.flac", 2, VOICE_HZ)
    short, other = tone(tmp_path / "short.flac", 3, SOUND_HZ), tone(tmp_path / "other.flac", 30, 3000)
    segments = (Segment(0, None, bed=short), Segment(8000, take), Segment(0, None, bed=other), Segment(6000, take))
    wave = made(ChapterPlan("A", segments), tmp_path)
    assert level(wave, 0.5, 2.5, SOUND_HZ) > -50
    assert level(wave, 3.2, 7.5, SOUND_HZ) < -70
    assert level(wave, 10.1, 10.5, 3000) > -50
    assert abs(wave[-4800:]).max() > 0  # it fades over the chapter's tail
    assert abs(wave[-24:]).max() < 0.01


def test_what_passes_the_ceiling_is_limited(tmp_path: Path) -> None:
    take = tone(tmp_path / "take.flac", 4, VOICE_HZ, 0.9)
    bed = tone(tmp_path / "bed.flac", 20, VOICE_HZ, 0.9)
    loud = Mastering(head_ms=0, tail_ms=0, loudness_lufs=-6.0)
    wave = made(ChapterPlan("A", (Segment(0, None, bed=bed), Segment(100, take), Segment(100, take))), tmp_path, loud)
    assert abs(wave).max() <= 10 ** (-3.0 / 20) + 0.005


def test_a_click_too_short_to_measure_is_heard(tmp_path: Path) -> None:
    take, click = tone(tmp_path / "take.flac", 2, VOICE_HZ), tone(tmp_path / "click.flac", 0.05, SOUND_HZ, 0.01)
    wave = made(ChapterPlan("A", (Segment(0, take), Segment(200, None, sound=click))), tmp_path)
    assert 0.1 < abs(wave[round(2.2 * RATE) : round(2.25 * RATE)]).max() < 0.71


@pytest.mark.parametrize("data", [b"", b"no sound at all", b"RIFF\0\0\0\0WAVE"])
def test_a_file_that_is_no_sound_is_named(tmp_path: Path, data: bytes) -> None:
    take, broken = tone(tmp_path / "take.flac", 1, VOICE_HZ), tmp_path / "theme.mp3"
    broken.write_bytes(data)
    with pytest.raises(AssemblyError, match=r"theme\.mp3"):
        made(ChapterPlan("A", (Segment(0, take), Segment(0, None, sound=broken))), tmp_path)


def test_the_key_of_a_chapter_holds_its_sounds(tmp_path: Path) -> None:
    take, sound = tone(tmp_path / "take.flac", 1, VOICE_HZ), tone(tmp_path / "bell.flac", 1, SOUND_HZ)
    plans = [
        ChapterPlan("A", (Segment(0, take), *more))
        for more in (
            (),
            (Segment(0, None, sound),),
            (Segment(0, None, bed=sound),),
            (Segment(0, None, stops_bed=True),),
        )
    ]
    keys = chapter_keys(plans, QUIET_EDGES)
    assert len(set(keys)) == 4
    tone(sound, 2, SOUND_HZ)
    assert chapter_keys(plans, QUIET_EDGES)[1] != keys[1]


def test_memory_does_not_grow_with_the_chapter(tmp_path: Path) -> None:
    take = tone(tmp_path / "take.flac", 5, VOICE_HZ)
    bed = tone(tmp_path / "bed.flac", 60, SOUND_HZ)
    peaks = []
    for count in (4, 40):
        plan = ChapterPlan("A", (Segment(0, None, bed=bed), *(Segment(0, take) for _ in range(count))))
        tracemalloc.start()
        made_frames = make_chapter(find_ffmpeg(), plan, f"{count:040d}", tmp_path / "chapters", QUIET_EDGES).frames
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made_frames > count * 5 * RATE
    assert peaks[1] < 1.3 * peaks[0]


def placed(text: str, folder: Path) -> PlacedChapter:
    def line(number: int, line: Line) -> PlacedLine:
        request = Request(line.text, find_voice(EMBEDDED, ())) if line.speakable else None
        return PlacedLine(1, number, line, request, folder / line.cue.file if line.cue and line.cue.file else None)

    return PlacedChapter("A", tuple(line(n, found) for n, found in enumerate(parse_script(text).lines, 1)))


def test_lines_and_cues_in_order(tmp_path: Path) -> None:
    pauses = Pauses(sentence=300, paragraph=650, heading=1200, after_heading=900, scene=1600, chapter_start=700)
    text = (
        "[music: theme.mp3]\n[pause 4s]\n# One\n\n[music: bed.mp3]\nnarrator: A.\n[sfx: door.wav]\nBob: B.\n"
        "[pause 0s]\nnarrator: C.\n\n***\n\n[music: stop]\n[pause 1s]\n[pause 500ms]\n"
    )
    plan = arrange(placed(text, tmp_path), pauses, lambda key: Path("take"))
    take = Path("take")
    assert tuple(replace(segment, said=None) for segment in plan.segments) == (
        Segment(0, None, bed=tmp_path / "theme.mp3"),
        Segment(4000, take),
        Segment(0, None, bed=tmp_path / "bed.mp3"),
        Segment(900, take),
        Segment(after("A.", 300), None, tmp_path / "door.wav"),
        Segment(300, take),
        Segment(0, take),
        Segment(0, None, stops_bed=True),
        Segment(1500, None),
    )
    assert plan.sounds == (tmp_path / "theme.mp3", tmp_path / "bed.mp3", tmp_path / "door.wav")
    assert Opening.SCENE in {line.line.opens for line in placed(text, tmp_path).lines}
