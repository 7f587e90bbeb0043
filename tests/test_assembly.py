"""Assembly with a real ffmpeg: what is heard, where the marks are, what is kept, what is refused."""

import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mutagen.mp4
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from narrate.audio import Audio, flac_bytes, from_float, read_flac
from narrate.chapters import (
    AAC_FRAME,
    Assembled,
    ChapterPlan,
    Mastering,
    Segment,
    Step,
    Tags,
    TakeError,
    encode_aac,
    find_ffmpeg,
    make_chapter,
)
from narrate.chapters.chapters import _pieces
from narrate.chapters.mix import Track
from narrate.deliver import assemble
from narrate.errors import AssemblyError, StorageError

pytestmark = pytest.mark.slow

RATE = 24_000
HEARD = ("m4b", "mp3", "flac", "opus", "wav")
Samples = NDArray[np.int16]


def hum(seconds: float, *, hz: float = 180.0, peak: float = 0.2, seed: int = 0) -> Samples:
    """A buzzing tone with a little noise."""
    times = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hz * k * times) / k for k in range(1, 8))
    noise = np.random.default_rng(seed).normal(0, 0.01, len(times))
    return from_float((peak * (0.5 * tone + noise)).astype(np.float32), RATE).samples


def put(folder: Path, samples: Samples, name: str, rate: int = RATE) -> Path:
    path = folder / f"{name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(flac_bytes(Audio(samples, rate), title=name))
    return path


def plans_in(folder: Path, chapters: int = 3, lines: int = 3) -> list[ChapterPlan]:
    """A small book; no two takes are alike."""
    return [
        ChapterPlan(
            f"Chapter {c}",
            tuple(
                Segment(100, put(folder, hum(0.4 + 0.137 * n + 0.05 * c, hz=150 + 40 * c + 7 * n), f"{c}-{n}"))
                for n in range(lines)
            ),
        )
        for c in range(chapters)
    ]


def done(
    plans: list[ChapterPlan], out: Path, formats: tuple[str, ...] = ("m4b",), tags: Tags | None = None, **sound: float
) -> Assembled:
    *steps, last = assemble(plans, tags or Tags("A Book", "An Author"), formats, out, "book", Mastering(**sound))  # type: ignore[arg-type]
    assert all(isinstance(step, Step) for step in steps)
    assert isinstance(last, Assembled)
    return last


def ffmpeg(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([find_ffmpeg().path, "-hide_banner", *map(str, arguments)], capture_output=True)


def decode(path: Path) -> Samples:
    found = ffmpeg("-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", "-")
    assert found.returncode == 0, found.stderr
    return np.frombuffer(found.stdout, np.int16)


def chapter_pcm(out: Path, plans: list[ChapterPlan]) -> dict[int, bytes]:
    """The samples of every intermediate, by length: its name ends in its number of frames."""
    return {int(p.name.split(".")[2]): read_flac(p).samples.tobytes() for p in (out / "chapters").glob("*.flac")}


@pytest.mark.ffmpegs
@pytest.mark.parametrize("peak", [0.2, 0.002], ids=["limited", "quiet"])
def test_packets_of_the_chapter_s_own_pass_are_those_of_its_file(tmp_path: Path, peak: float) -> None:
    plan = ChapterPlan("One", tuple(Segment(200, put(tmp_path, hum(1.3, peak=peak, seed=n), str(n))) for n in range(4)))
    folder, sound = tmp_path / "chapters", Mastering(loudness_lufs=-14)
    chapter = make_chapter(find_ffmpeg(), plan, "0" * 40, folder, sound, aac=True)
    packets, flac = chapter.aac(sound.bitrate_kbps), chapter.flac.read_bytes()
    together = packets.read_bytes()
    packets.unlink()
    encode_aac(find_ffmpeg(), chapter, sound.bitrate_kbps)
    assert packets.read_bytes() == together
    alone = make_chapter(find_ffmpeg(), plan, "1" * 40, folder, sound)
    assert alone.flac.read_bytes() == flac
    assert not alone.aac(sound.bitrate_kbps).exists()


def test_pieces_are_head_pauses_faded_takes_and_a_tail_of_whole_aac_frames(tmp_path: Path) -> None:
    @settings(max_examples=40)
    @given(
        takes=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 4000)), min_size=1, max_size=5),
        fade_ms=st.integers(0, 40),
        head_ms=st.integers(0, 300),
        tail_ms=st.integers(0, 300),
    )
    def check(takes: list[tuple[int, int]], fade_ms: int, head_ms: int, tail_ms: int) -> None:
        segments, expected = [], [np.zeros(head_ms * 24, np.int16)]
        for n, (pause_ms, length) in enumerate(takes):
            samples = np.random.default_rng(n).integers(-9000, 9000, length).astype(np.int16)
            segments.append(Segment(pause_ms, put(tmp_path, samples, str(n))))
            whole = np.zeros(-(-length // 24) * 24, np.int16)  # takes end on a whole millisecond
            whole[:length] = samples
            fade = min(fade_ms, len(whole) // 24 // 2) * 24
            if fade:
                ramp = np.arange(fade) / fade
                whole[:fade] = np.floor(whole[:fade] * ramp)
                whole[-fade:] = np.floor(whole[-fade:] * (1 - ramp))
            expected += [np.zeros(pause_ms * 24, np.int16), whole]
        sound = Mastering(fade_ms=fade_ms, head_ms=head_ms, tail_ms=tail_ms)
        got = np.concatenate(
            [
                np.frombuffer(p.raw_data, np.int16)
                for p in _pieces(ChapterPlan("", tuple(segments)), sound, Track(RATE), {})
            ]
        )
        body = np.concatenate(expected)
        # one step of 16 bits: pydub's ramp starts at -120 dB and not at nothing
        assert np.abs(got[: len(body)].astype(int) - body).max() <= 1
        tail = got[len(body) :]
        assert not tail.any()
        assert len(got) % AAC_FRAME == 0
        assert max(tail_ms * 24, 2 * AAC_FRAME) <= len(tail) < max(tail_ms * 24, 2 * AAC_FRAME) + AAC_FRAME

    check()


@pytest.mark.parametrize("peak", [0.01, pytest.param(0.1, marks=pytest.mark.ffmpegs), 0.9])
def test_a_chapter_has_the_target_loudness_by_one_gain(tmp_path: Path, peak: float) -> None:
    take = hum(4, peak=peak)
    plan = ChapterPlan("One", (Segment(0, put(tmp_path, take, "a")),))
    done([plan], tmp_path / "out", fade_ms=0, head_ms=0)
    (path,) = (tmp_path / "out/chapters").glob("*.flac")
    said = ffmpeg("-nostats", "-i", path, "-af", "ebur128=framelog=verbose", "-f", "null", "-").stderr.decode()
    assert float(re.findall(r"I:\s+(-[\d.]+) LUFS", said)[-1]) == pytest.approx(-18, abs=0.15)
    heard = read_flac(path).samples[: len(take)].astype(float)
    gain = (heard @ take) / (take.astype(float) @ take)
    assert np.abs(heard - gain * take).max() <= 1


@pytest.mark.ffmpegs
def test_one_loud_peak_is_limited_and_does_not_hold_the_chapter_down(tmp_path: Path) -> None:
    take = hum(6, peak=0.05)
    take[3 * RATE : 3 * RATE + 40] = 12_000
    done([ChapterPlan("One", (Segment(0, put(tmp_path, take, "a")),))], tmp_path / "out")
    (path,) = (tmp_path / "out/chapters").glob("*.flac")
    said = ffmpeg("-nostats", "-i", path, "-af", "ebur128=framelog=verbose", "-f", "null", "-").stderr.decode()
    assert float(re.findall(r"I:\s+(-[\d.]+) LUFS", said)[-1]) == pytest.approx(-18, abs=0.5)
    assert 20 * math.log10(int(np.abs(read_flac(path).samples.astype(int)).max()) / 32768) <= -3 + 0.01


def test_silence_stays_silent_and_a_click_is_not_blown_up(tmp_path: Path) -> None:
    quiet = ChapterPlan("Quiet", (Segment(0, put(tmp_path, np.zeros(RATE, np.int16), "q")),))
    done([quiet], tmp_path / "out")
    (path,) = (tmp_path / "out/chapters").glob("*.flac")
    assert not read_flac(path).samples.any()


@pytest.mark.ffmpegs
def test_marks_durations_and_sound_of_the_m4b(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", chapters=4)
    found = done(plans, tmp_path / "out", tail_ms=0, head_ms=0)
    (book,) = found.files
    said = ffmpeg("-i", book).stderr.decode()
    read = re.findall(r"Chapter #0:\d+: start ([\d.]+), end ([\d.]+)", said)
    true = [(mark.start_s, mark.start_s + mark.duration_s) for mark in found.marks]
    assert len(read) == len(true)
    assert np.allclose(np.array(read, float), true, rtol=0, atol=0.001)
    keys = {p.name.split(".")[2]: p for p in (tmp_path / "out/chapters").glob("*.flac")}
    whole = np.concatenate([read_flac(keys[str(round(m.duration_s * RATE))]).samples for m in found.marks])
    heard = decode(book)
    assert abs(len(heard) - len(whole)) <= RATE // 1000  # the container counts milliseconds
    assert found.seconds == len(whole) / RATE

    # The joined packets are as near to the chapters as one encoding of all of them is.
    (tmp_path / "whole.pcm").write_bytes(whole.tobytes())
    source = ("-f", "s16le", "-ar", RATE, "-ac", 1, "-i", tmp_path / "whole.pcm")
    ffmpeg("-v", "error", *source, "-c:a", "aac", "-aac_coder", "fast", "-b:a", "64k", tmp_path / "whole.m4a")
    reference = decode(tmp_path / "whole.m4a")
    length = min(len(heard), len(reference), len(whole))

    def error(other: Samples, where: slice) -> float:
        return float(np.sqrt(np.mean((other[:length].astype(float) - whole[:length])[where] ** 2)))

    everywhere = slice(None)
    assert error(heard, everywhere) < 1.1 * error(reference, everywhere) + 1
    assert error(heard, everywhere) < 0.1 * float(np.sqrt(np.mean(whole.astype(float) ** 2)))
    for mark in found.marks[1:]:
        seam = round(mark.start_s * RATE)
        around = slice(seam - 2 * AAC_FRAME, seam + 2 * AAC_FRAME)
        assert error(heard, around) < 1.5 * error(reference, around) + 5


@pytest.mark.ffmpegs
def test_the_index_comes_before_the_sound(tmp_path: Path) -> None:
    (book,) = done(plans_in(tmp_path / "takes", 1), tmp_path / "out").files
    data = book.read_bytes()
    assert data[4:12] == b"ftypM4B "
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_second_run_makes_nothing_and_loads_nothing(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    first = done(plans, tmp_path / "out", HEARD)
    assert (first.chapters_made, first.chapters_kept) == (2, 0)
    assert len(first.files) == 1 + 4 * 2
    times = {path: path.stat().st_mtime_ns for path in first.files}
    program = f"""
import sys
from pathlib import Path
from narrate.chapters import *
from narrate.deliver import *
takes = Path({str(tmp_path / "takes")!r})
plans = [ChapterPlan(f"Chapter {{c}}", tuple(Segment(100, takes / f"{{c}}-{{n}}.flac") for n in range(3)))
         for c in range(2)]
*_, done = assemble(plans, Tags("A Book", "An Author"), {HEARD!r}, Path({str(tmp_path / "out")!r}), "book", Mastering())
assert (done.chapters_made, done.chapters_kept) == (0, 2), done
assert not {{"numpy", "soundfile", "pydub", "imageio_ffmpeg"}} & set(sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert ran.returncode == 0, ran.stderr
    assert {path: path.stat().st_mtime_ns for path in first.files} == times


def test_only_the_chapter_with_another_take_is_made_again(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    done(plans, tmp_path / "out", ("m4b", "mp3"))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*") if path.suffix != ".json"}
    put(tmp_path / "takes", hum(1.0), "1-1")
    found = done(plans, tmp_path / "out", ("m4b", "mp3"))
    assert (found.chapters_made, found.chapters_kept) == (1, 1)
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*") if path.suffix != ".json"}
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert {name for name in changed if name.endswith((".m4b", ".mp3"))} == {"book.m4b", "02 - Chapter 1.mp3"}
    assert len(changed) == 4  # and one chapter's FLAC and AAC; the old ones are gone
    assert len(after) == len(before)


def test_a_take_with_other_samples_is_noticed_and_one_with_another_comment_is_not(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    done(plans, tmp_path / "out")
    take = plans[0].takes[0]
    audio = read_flac(take)
    take.write_bytes(flac_bytes(audio, title="another title", comment="judged again"))
    assert done(plans, tmp_path / "out").chapters_made == 0
    take.write_bytes(flac_bytes(Audio(audio.samples[::-1].copy(), RATE), title="another title"))
    assert done(plans, tmp_path / "out").chapters_made == 1


def test_titles_and_tags_change_deliverables_but_no_chapter(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    done(plans, tmp_path / "out", ("m4b", "mp3"))
    mine = tmp_path / "out/mp3/99 - mine.mp3"
    mine.write_bytes(b"not ours")
    renamed = [ChapterPlan("Renamed", plans[0].segments), plans[1]]
    found = done(renamed, tmp_path / "out", ("m4b", "mp3"))
    assert found.chapters_made == 0
    names = {path.name for path in (tmp_path / "out/mp3").iterdir()}
    assert names == {"01 - Renamed.mp3", "02 - Chapter 1.mp3", "99 - mine.mp3"}
    assert b"Renamed" in ffmpeg("-i", tmp_path / "out/book.m4b").stderr


def test_the_same_takes_give_the_same_samples(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    one, two = done(plans, tmp_path / "a"), done(plans, tmp_path / "b")
    assert one.marks == two.marks
    assert chapter_pcm(tmp_path / "a", plans) == chapter_pcm(tmp_path / "b", plans)
    assert (tmp_path / "a/book.m4b").read_bytes() == (tmp_path / "b/book.m4b").read_bytes()


def test_an_empty_chapter_has_no_length_and_no_mark(tmp_path: Path) -> None:
    one, two = plans_in(tmp_path / "takes", 2)
    found = done([one, ChapterPlan("Void", (Segment(500, None),)), two], tmp_path / "out", ("m4b", "mp3"))
    assert [mark.duration_s > 0 for mark in found.marks] == [True, False, True]
    assert found.marks[1].start_s == found.marks[2].start_s
    assert [path.name for path in found.files] == ["book.m4b", "01 - Chapter 0.mp3", "02 - Chapter 1.mp3"]
    assert any("Void" in note for note in found.notes)
    assert b"Void" not in ffmpeg("-i", tmp_path / "out/book.m4b").stderr


def test_equal_chapters_and_equal_titles_are_both_there(tmp_path: Path) -> None:
    (plan,) = plans_in(tmp_path / "takes", 1)
    found = done([plan, plan], tmp_path / "out", ("m4b", "wav"))
    assert [path.name for path in found.files[1:]] == ["01 - Chapter 0.wav", "02 - Chapter 0.wav"]
    assert found.marks[1].start_s == found.marks[0].duration_s
    assert ffmpeg("-i", tmp_path / "out/book.m4b").stderr.count(b"Chapter #0:") == 2


@pytest.mark.ffmpegs
def test_every_format_sounds_as_long_as_its_chapter(tmp_path: Path) -> None:
    found = done(plans_in(tmp_path / "takes", 2), tmp_path / "out", HEARD)
    lengths: dict[str, list[tuple[str, float]]] = {path.stem: [] for path in found.files}
    for path in found.files[1:]:
        rate = 48_000 if path.suffix == ".opus" else RATE
        lengths[path.stem].append((path.suffix, len(decode(path)) / rate))
    for number, mark in enumerate(found.marks):
        for suffix, seconds in lengths[f"{number + 1:02d} - Chapter {number}"]:
            assert seconds == pytest.approx(mark.duration_s, abs=0 if suffix in (".flac", ".wav") else 0.03), suffix


def test_closing_early_leaves_nothing_half_made(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes")
    steps = assemble(plans, Tags("A Book"), HEARD, tmp_path / "out", "book", Mastering())
    next(steps), next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert not list((tmp_path / "out").rglob(".*.part"))
    assert not list((tmp_path / "out").glob("*.m4b"))
    assert done(plans, tmp_path / "out").chapters_kept >= 1


@pytest.mark.ffmpegs
def test_long_chapters_have_their_marks_in_both_of_an_m4b_s_lists(tmp_path: Path) -> None:
    """QuickTime's chapter track, which ffmpeg prefers and Apple's players read alone, and Nero's list."""
    takes = [put(tmp_path, hum(seconds), str(seconds)) for seconds in (1, 80, 2, 160)]
    plans = [ChapterPlan(f"Part {n}", (Segment(0, take),)) for n, take in enumerate(takes)]
    marks = done(plans, tmp_path / "out").marks
    said = ffmpeg("-i", tmp_path / "out/book.m4b").stderr.decode()
    assert "Data: bin_data (text" in said
    found = re.findall(r"Chapter #0:\d: start ([\d.]+), end ([\d.]+)", said)
    wanted = [(mark.start_s, mark.start_s + mark.duration_s) for mark in marks]
    assert [float(end) for pair in found for end in pair] == pytest.approx(np.ravel(wanted).tolist(), abs=1e-3)
    assert re.findall(r"title +: (Part \d)", said) == [plan.title for plan in plans]
    nero = mutagen.mp4.MP4(tmp_path / "out/book.m4b").chapters or ()  # type: ignore[no-untyped-call]
    assert [chapter.start for chapter in nero] == pytest.approx([mark.start_s for mark in marks], abs=1e-6)


def test_out_may_be_a_link_to_another_file_system(tmp_path: Path) -> None:
    if not os.access("/dev/shm", os.W_OK) or Path("/dev/shm").stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no other file system")
    plans = plans_in(tmp_path / "takes", 2)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        (tmp_path / "out").symlink_to(other)
        found = done(plans, tmp_path / "out", HEARD)
        assert len(found.files) == len([path for path in Path(other).rglob("*.*") if "chapters" not in path.parts])
        assert done(plans, tmp_path / "out", HEARD).chapters_kept == 2


@pytest.mark.ffmpegs
@pytest.mark.parametrize("options", ["ro", "size=200k"])
def test_a_disk_that_is_read_only_or_full_is_named(tmp_path: Path, options: str) -> None:
    plans, out = plans_in(tmp_path / "takes"), tmp_path / "out"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(out)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    try:
        with pytest.raises(StorageError, match="Read-only" if options == "ro" else "No space left"):
            done(plans, out, ("m4b", "wav", "flac", "mp3"))
        assert not list(out.rglob(".*.part"))
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)


MANY = ("m4b", "mp3", "flac", "opus", "mp3-single", "stems", "epub", "srt", "json")


def contents(out: Path) -> dict[str, bytes]:
    """The deliverables; an EPUB's own pages say when they were made."""
    paths = (p for p in out.rglob("*") if p.is_file() and "chapters" not in p.parts and p.suffix != ".epub")
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


@pytest.mark.ffmpegs
def test_formats_made_at_once_are_those_made_one_by_one(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    at_once = done(plans, tmp_path / "once", MANY)
    files = [path for form in MANY for path in done(plans, tmp_path / "single", (form,)).files]
    assert sorted(p.relative_to(tmp_path / "single") for p in files) == [
        p.relative_to(tmp_path / "once") for p in at_once.files
    ]
    assert contents(tmp_path / "once") == contents(tmp_path / "single")
    before = {path: path.stat().st_mtime_ns for path in at_once.files}
    assert {path: path.stat().st_mtime_ns for path in done(plans, tmp_path / "once", MANY).files} == before


def test_a_format_that_fails_costs_none_of_the_others_files(tmp_path: Path) -> None:
    plans, out = plans_in(tmp_path / "takes", 2), tmp_path / "out"
    out.mkdir()
    (out / "flac").write_text("a file where a folder goes")
    steps: list[object] = []
    with pytest.raises(StorageError, match="flac"):
        steps.extend(assemble(plans, Tags("A Book", "An Author"), ("m4b", "mp3", "flac"), out, "book", Mastering()))
    assert Step("mp3", 2, 2) in steps
    made = {path: path.stat().st_mtime_ns for path in [out / "book.m4b", *(out / "mp3").glob("*.mp3")]}
    assert len(made) == 3
    (out / "flac").unlink()
    assert len(done(plans, out, ("m4b", "mp3", "flac")).files) == 5
    assert {path: path.stat().st_mtime_ns for path in made} == made, "made again"


def test_closing_early_ends_what_is_at_work_and_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The book as one file never ends: it is at work when we close.
    slow = tmp_path / "bin" / "ffmpeg"
    slow.parent.mkdir()
    real = shlex.quote(find_ffmpeg().path)
    hold = f"echo $$ > {shlex.quote(str(tmp_path / 'pid'))}; exec sleep 86400"
    slow.write_text(f'#!/bin/sh\ncase "$*" in *mp3-single-book*) {hold} ;; esac\nexec {real} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)
    monkeypatch.delenv("NARRATE_FFMPEG", raising=False)
    take = put(tmp_path, hum(5), "take")
    plans = [ChapterPlan(f"Part {n}", (Segment(n, take),)) for n in range(6)]
    out = tmp_path / "out"
    steps = assemble(plans, Tags("A Book"), ("mp3", "mp3-single", "opus"), out, "book", Mastering())
    assert any(isinstance(step, Step) and (step.stage, step.done) in (("mp3", 1), ("opus", 1)) for step in steps)
    started, ends = tmp_path / "pid", time.monotonic() + 60
    while not (started.is_file() and started.read_text().strip()):
        assert time.monotonic() < ends, "the book as one file was never begun"
        time.sleep(0.05)
    steps.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert not (out / "book.mp3").exists()
    assert not list(out.rglob(".*.part"))
    kept = {path.relative_to(out).as_posix() for form in ("mp3", "opus") for path in (out / form).glob("*")}
    assert kept
    assert set(json.loads((out / "chapters/deliverables.json").read_text())) == kept


def test_killed_and_started_again_it_gives_what_an_unbroken_run_gives(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 4)
    whole = done(plans, tmp_path / "whole")
    program = f"""
from pathlib import Path
from narrate.chapters import *
from narrate.deliver import *
takes = Path({str(tmp_path / "takes")!r})
plans = [ChapterPlan(f"Chapter {{c}}", tuple(Segment(100, takes / f"{{c}}-{{n}}.flac") for n in range(3)))
         for c in range(4)]
for _ in assemble(plans, Tags("A Book", "An Author"), ["m4b"], Path({str(tmp_path / "out")!r}), "book", Mastering()):
    print("step", flush=True)
"""
    for steps in (1, 3):
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
        assert child.stdout is not None
        for _ in range(steps):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        book = tmp_path / "out/book.m4b"
        assert not book.exists() or book.read_bytes() == (tmp_path / "whole/book.m4b").read_bytes()
    found = done(plans, tmp_path / "out")
    assert found.marks == whole.marks
    assert chapter_pcm(tmp_path / "out", plans) == chapter_pcm(tmp_path / "whole", plans)
    assert (tmp_path / "out/book.m4b").read_bytes() == (tmp_path / "whole/book.m4b").read_bytes()
    deadline = time.monotonic() + 60  # an ffmpeg that outlived its parent ends soon; the next run sweeps what it left
    while left := list((tmp_path / "out").rglob(".*.part")):
        assert time.monotonic() < deadline, left
        done(plans, tmp_path / "out")


@pytest.mark.parametrize("what", ["missing", "cut", "flipped", "empty", "rate"])
def test_a_bad_take_is_named_and_nothing_is_delivered(tmp_path: Path, what: str) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    take = plans[1].takes[2]
    data = bytearray(take.read_bytes())
    if what == "missing":
        take.unlink()
    elif what == "cut":
        take.write_bytes(data[: len(data) // 2])
    elif what == "flipped":
        data[-len(data) // 3] ^= 16
        take.write_bytes(data)
    elif what == "empty":
        take.write_bytes(b"")
    else:
        put(tmp_path / "takes", hum(1), "1-2", rate=22_050)
    with pytest.raises(TakeError) as caught:
        done(plans, tmp_path / "out")
    assert caught.value.where == take
    assert "\n" not in str(caught.value)
    assert "render" in str(caught.value)
    assert not list((tmp_path / "out").glob("*.m4b"))
    assert not list((tmp_path / "out").rglob(".*.part"))


def test_chapters_of_different_rates_are_refused(tmp_path: Path) -> None:
    (plan,) = plans_in(tmp_path / "takes", 1)
    other = ChapterPlan("Other", (Segment(0, put(tmp_path, hum(1), "x", rate=48_000)),))
    with pytest.raises(AssemblyError, match="24000, 48000 Hz"):
        done([plan, other], tmp_path / "out")


def test_an_unknown_format_names_the_nearest(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 1)
    with pytest.raises(AssemblyError, match='did you mean "m4b"'):
        done(plans, tmp_path / "out", ("m4a",))


def test_a_book_of_no_takes_is_not_assembled(tmp_path: Path) -> None:
    for plans in ([], [ChapterPlan("Void", ())]):
        with pytest.raises(AssemblyError, match="nothing to assemble"):
            done(plans, tmp_path / "out")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    plans = plans_in(tmp_path / "takes", 1)
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StorageError, match="out"):
        done(plans, tmp_path / "out")


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
@pytest.mark.parametrize(
    ("script", "kind", "says"),
    [
        ("printf 'first\\nNo encoder x\\nConversion failed!\\n' >&2; exit 1", AssemblyError, "No encoder x"),
        ("kill -9 $$", AssemblyError, "SIGKILL"),
        ("echo 'av_write_frame(): No space left on device' >&2; exit 228", StorageError, "free some space"),
        ("exit 3", AssemblyError, "exit code 3"),
    ],
)
def test_an_ffmpeg_that_fails_is_quoted_and_the_old_file_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, kind: type[Exception], says: str
) -> None:
    plans = plans_in(tmp_path / "takes", 1)
    done(plans, tmp_path / "out")
    before = (tmp_path / "out/book.m4b").read_bytes()
    broken = tmp_path / "bin/ffmpeg"
    broken.parent.mkdir()
    broken.write_text(f"#!/bin/sh\n[ \"$1\" = -version ] && echo 'ffmpeg version 9 x' && exit 0\n{script}\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("NARRATE_FFMPEG", raising=False)
    assert find_ffmpeg().origin == "system"
    renamed = [ChapterPlan("Renamed", plan.segments) for plan in plans]  # the deliverable alone fails
    for changed in (renamed, [ChapterPlan("Shorter", plans[0].segments[:1])]):
        with pytest.raises(kind, match=says) as caught:
            done(changed, tmp_path / "out")
        assert "\n" not in str(caught.value)
        assert (tmp_path / "out/book.m4b").read_bytes() == before
        assert not list((tmp_path / "out").rglob(".*.part"))


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
def test_a_system_ffmpeg_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("NARRATE_FFMPEG", raising=False)
    assert find_ffmpeg().origin == "imageio-ffmpeg"
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(AssemblyError, match="no ffmpeg was found"):
        find_ffmpeg()
