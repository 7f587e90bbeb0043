"""Captions and transcripts: times counted to the sample, forms that other people's readers read."""

import json
import re
import subprocess
import wave
from itertools import pairwise
from pathlib import Path

import mutagen.mp3
import numpy as np
import pysrt
import pytest
import soundfile
import webvtt
from hypothesis import given, strategies as st

from narrate.audio import Audio, flac_bytes
from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Spoken, Tags, TimedChapter, find_ffmpeg
from narrate.chapters.chapters import _pieces
from narrate.chapters.mix import Track
from narrate.chapters.plan import Said
from narrate.chapters.timeline import timeline
from narrate.deliver import assemble
from narrate.deliver.ass import ass
from narrate.deliver.captions import ROW, WIDE_ROW, captions, lrc, pieces, srt, transcript, vtt
from narrate.script import Line
from narrate.timing import TimedWord

pytestmark = pytest.mark.slow

RATE = 24_000
LONG = (
    "It was the kind of morning on which nobody in the village would have been surprised to see the sea itself walk "
    "up the road, shake its wet skirts, and ask at the first open door whether the kettle was on."
)


def take(folder: Path, name: str, frames: int) -> Path:
    path = folder / f"{name}.flac"
    folder.mkdir(parents=True, exist_ok=True)
    samples = (np.random.default_rng(frames).normal(0, 3000, frames)).astype(np.int16)
    path.write_bytes(flac_bytes(Audio(samples, RATE), title=name))
    return path


def said(place: str, text: str, speaker: str = "narrator") -> Said:
    return Said(place, Line(text, speaker))


def book(folder: Path) -> list[ChapterPlan]:
    return [
        ChapterPlan(
            "One & <two>",
            (
                Segment(700, take(folder, "a", 24_011), said=said("1:1", "Who is there?", "Ines")),
                Segment(333, None),
                Segment(301, take(folder, "b", 240_005), said=said("1:2", LONG)),
            ),
        ),
        ChapterPlan("Empty", ()),
        ChapterPlan(
            "[Three] --> four", (Segment(0, take(folder, "c", 9_999), said=said("3:1", "[Nobody] --> said.")),)
        ),
    ]


def test_times_are_those_of_what_is_written(tmp_path: Path) -> None:
    for plan in book(tmp_path):
        track, settings = Track(RATE), Mastering()
        list(_pieces(plan, settings, track, {}))
        counted = list(timeline(plan, settings, RATE, lambda _: 0))
        assert [(spoken.start, spoken.end) for spoken in counted] == track.speech


def timed(texts: list[str], frames: int = 24_000) -> list[TimedChapter]:
    lines = tuple(Spoken(said(f"1:{n}", text, "Ann"), frames * n, frames * (n + 1)) for n, text in enumerate(texts))
    return [TimedChapter("A chapter", 48_000, frames * (len(texts) + 1), RATE, lines)]


# Long words are short ones again and again: to draw each of their letters takes longer than all else.
letters = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=4)
words = st.builds(lambda unit, times: unit * times, letters, st.integers(1, 15))
sentences = st.builds(
    lambda some, times: " ".join(some * times), st.lists(words, min_size=1, max_size=8), st.integers(1, 5)
)
texts = st.lists(sentences, min_size=1, max_size=4)


@given(texts)
def test_no_word_is_lost_and_no_row_too_long(given_texts: list[str]) -> None:
    shown = list(captions(timed(given_texts), whole=False))
    letters = ["".join(text.split()) for text in given_texts]
    assert "".join("".join("".join(row.split()) for row in caption.rows) for caption in shown) == "".join(letters)
    for caption in shown:
        assert 1 <= len(caption.rows) <= 2
        assert all(0 < len(row) <= ROW for row in caption.rows)
    for before, after in pairwise(shown):
        assert before.start_s <= before.end_s <= after.start_s
    for caption, latest in zip(shown, [*(after.start_s for after in shown[1:]), len(given_texts) + 1], strict=True):
        assert caption.end_s - caption.start_s >= min(1, latest - caption.start_s) - 1e-9
    assert shown[-1].end_s == max(len(given_texts), shown[-1].start_s + 1)


def test_a_caption_can_be_read_or_stays_until_the_next() -> None:
    def shown(starts: list[int], ends: list[int], frames: int, *, whole: bool) -> list[tuple[float, float]]:
        lines = (Spoken(said("1:1", "No."), start, end) for start, end in zip(starts, ends, strict=True))
        chapters = [TimedChapter("A", 2 * RATE, frames, RATE, tuple(lines))]
        return [(caption.start_s, caption.end_s) for caption in captions(chapters, whole=whole)]

    half = RATE // 2
    starts, ends = [0, 3 * RATE, 3 * RATE + half], [half // 2, 3 * RATE + half // 2, 3 * RATE + half + half // 2]
    assert shown(starts, ends, 6 * RATE, whole=False) == [(0, 1), (3, 3.5), (3.5, 4.5)]
    assert shown(starts, ends, 4 * RATE, whole=True) == [(2, 3), (5, 5.5), (5.5, 6)]
    assert shown([0], [2 * RATE], 3 * RATE, whole=False) == [(0, 2)]


@given(texts)
def test_srt_and_vtt_are_read_by_other_libraries(given_texts: list[str]) -> None:
    chapters = timed(given_texts)
    shown = list(captions(chapters, whole=True))
    ours = ["\n".join(caption.rows) for caption in shown]
    theirs = pysrt.from_string(srt(chapters, whole=True))
    assert [item.text for item in theirs] == ours
    assert [item.start.ordinal for item in theirs] == [round(caption.start_s * 1000) for caption in shown]
    cues = webvtt.from_string(vtt(chapters, whole=True, title="T"))
    assert [cue.voice for cue in cues.captions] == ["Ann"] * len(shown)
    assert json.loads(transcript(chapters, whole=True))["chapters"][0]["lines"][0]["text"] == given_texts[0]


def test_captions_are_escaped_in_srt_and_vtt(tmp_path: Path) -> None:
    chapters = timed(["Tea & <cake>?", "[Nobody] --> said."])
    assert srt(chapters, whole=False).startswith("1\n00:00:00,000 --> 00:00:01,000\nTea & <cake>?\n\n2\n00:00:01,000")
    assert "00:00:02.000 --> 00:00:03.000\n<v Ann>Tea &amp; &lt;cake&gt;?\n" in vtt(chapters, whole=True)
    rows = lrc(chapters, whole=False, title="[A]", author="B").splitlines()
    assert rows == ["[ti: [A]]", "[ar:B]", "[re:narrate]", "[00:00.00]Tea & <cake>?", "[00:01.00] [Nobody] --> said."]
    wide = list(captions(timed(["這是一句很長很長的話" * 6]), whole=False))
    assert all(len(row) <= WIDE_ROW for caption in wide for row in caption.rows)


FORMS = ("srt", "vtt", "lrc", "json", "stems", "mp3-single")


def made(folder: Path, plans: list[ChapterPlan]) -> Assembled:
    *_, done = assemble(plans, Tags("A Book", "An Author", language="en"), FORMS, folder, "book", Mastering())
    assert isinstance(done, Assembled)
    return done


def test_deliverables_and_what_is_kept(tmp_path: Path) -> None:
    plans, out = book(tmp_path / "takes"), tmp_path / "it's out"
    done = made(out, plans)
    names = sorted(path.relative_to(out).as_posix() for path in done.files)
    chapter_names = ["01 - One & two", "02 - [Three] -- four"]
    expected = ["book.mp3", "book.srt", "book.vtt", "book.lrc", "book.transcript.json"]
    expected += [f"{form}/{name}.{form}" for form in ("srt", "vtt", "lrc", "json") for name in chapter_names]
    expected += [f"stems/{chapter_names[0]}/{speaker}.wav" for speaker in ("Ines", "narrator")]
    expected += [f"stems/{chapter_names[1]}/narrator.wav"]
    assert names == sorted(expected)
    before = {path: path.stat().st_mtime_ns for path in done.files}
    assert {path: path.stat().st_mtime_ns for path in made(out, plans).files} == before
    fewer = made(out, plans[:1])
    assert not (out / f"srt/{chapter_names[1]}.srt").exists()
    assert len(fewer.files) == 11


def test_stems_add_up_to_the_takes(tmp_path: Path) -> None:
    plans, out = book(tmp_path / "takes"), tmp_path / "out"
    made(out, plans)
    [ines, narrator] = [
        soundfile.read(out / f"stems/01 - One & two/{name}.wav", dtype="int16")[0] for name in ("Ines", "narrator")
    ]
    with wave.open(str(out / "stems/01 - One & two/Ines.wav")) as file:  # it reads no RF64
        assert file.getnframes() == len(ines)
    settings = Mastering()
    spoken = list(timeline(plans[0], settings, RATE, lambda _: 0))
    for samples, own in ((ines, spoken[0]), (narrator, spoken[1])):
        assert len(samples) == len(ines)
        assert samples[own.start : own.end].any()
        assert not samples[: own.start].any()
        assert not samples[own.end :].any()


def test_marks_of_the_one_mp3(tmp_path: Path) -> None:
    plans, out = book(tmp_path / "takes"), tmp_path / "out"
    done = made(out, plans)
    tags = mutagen.mp3.MP3(out / "book.mp3").tags  # type: ignore[no-untyped-call]
    assert tags is not None
    marks = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
    assert [mark.sub_frames["TIT2"].text[0] for mark in marks] == ["One & <two>", "[Three] --> four"]
    heard = [mark for mark in done.marks if mark.duration_s]
    for mark, ours in zip(marks, heard, strict=True):
        assert abs(mark.start_time / 1000 - ours.start_s) < 0.001
    assert str(tags["TIT2"]) == "A Book"
    said = subprocess.run([find_ffmpeg().path, "-i", out / "book.mp3"], capture_output=True, text=True).stderr
    assert "One & <two>" in said


@pytest.mark.parametrize("form", ["stem", "vt"])
def test_a_form_that_nobody_knows(form: str) -> None:
    from narrate.deliver import check_formats
    from narrate.errors import AssemblyError

    with pytest.raises(AssemblyError, match="did you mean"):
        check_formats([form])


def karaoke(text: str, *words: tuple[str, int, int]) -> TimedChapter:
    """A chapter with one line, whose words stand in it in order, each with its milliseconds there."""
    found, at = [], 0
    for word, start_ms, end_ms in words:
        at = text.index(word, at)
        found.append(TimedWord(at, at + len(word), start_ms / 1000, end_ms / 1000))
        at += len(word)
    spoken = Spoken(Said("1:1", Line(text, "Ada"), tuple(found)), RATE, 4 * RATE)
    return TimedChapter("One", 0, 5 * RATE, RATE, (spoken,))


def test_words_light_up_in_vtt_and_ass_as_they_are_heard() -> None:
    chapter = karaoke("“Well-known <1,250>,” he said.", ("Well", 0, 400), ("known", 400, 900), ("1,250", 1000, 1500),
                      ("he", 1500, 1600), ("said", 1600, 2900))  # fmt: skip
    assert vtt([chapter], whole=False).split("\n\n")[2].splitlines() == [
        "00:00:01.000 --> 00:00:04.000",
        "<v Ada><c>“Well-</c><00:00:01.400><c>known</c> <00:00:02.000><c>&lt;1,250&gt;,”</c> <00:00:02.500><c>he</c> "
        "<00:00:02.600><c>said.</c>",
    ]
    (event,) = [row for row in ass([chapter], whole=False).splitlines() if row.startswith("Dialogue")]
    assert event == (
        r"Dialogue: 0,0:00:01.00,0:00:04.00,Default,Ada,0,0,0,,"
        r"{\k40}“Well-{\k50}known {\k10}{\k50}<1,250>,” {\k10}he {\k130}said."
    )
    (line,) = json.loads(transcript([chapter], whole=False))["chapters"][0]["lines"]
    assert line["words"][2] == {"text": "1,250", "start_s": 2.0, "end_s": 2.5}


def test_screens_of_a_long_line_change_with_its_words() -> None:
    words = [f"word{n}" for n in range(30)]
    times = [(word, 90 * n, 90 * n + 80) for n, word in enumerate(words)]
    first, *others = captions([karaoke(" ".join(words), *times)], whole=False)
    assert first.start_s == 1.0
    for caption in others:
        assert caption.start_s == caption.words[0].start_s
        assert caption.words[0].first == 0
    assert sum(len(caption.words) for caption in (first, *others)) == 30


def test_braces_and_backslashes_open_no_tags_in_ass() -> None:
    text = ass([karaoke(r"A \N {\b1} in it", ("A", 0, 100), ("it", 500, 700))], whole=False)
    assert text.splitlines()[-1].endswith(",,{\\k10}A \\\u2060N \\{\\\u2060b1\\} in {\\k40}{\\k20}it")


@given(st.text("ab {}\\<>&-—“é日\u200d", min_size=1, max_size=120), st.data())
def test_karaoke_keeps_every_character(text: str, data: st.DataObject) -> None:
    text = " ".join(text.split()) or "a"
    spans = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    words = [
        TimedWord(start, end, n / 10, n / 10 + 0.05)
        for n, (start, end) in enumerate(zip(spans[::2], spans[1::2], strict=False))
        if not text[start].isspace() and not text[end - 1].isspace()
    ]
    spoken = Spoken(Said("1:1", Line(text, "Ada"), tuple(words)), 0, RATE)
    (chapter,) = [TimedChapter("One", 0, 2 * RATE, RATE, (spoken,))]
    for caption in captions([chapter], whole=False):
        assert "".join(before + shown for before, _, shown in pieces(caption)) == "\n".join(caption.rows)
    times = [
        int(h) * 1000 + int(ms) for h, ms in re.findall(r"<\d\d:\d\d:(\d\d)\.(\d{3})>", vtt([chapter], whole=False))
    ]
    assert times == sorted(set(times))
