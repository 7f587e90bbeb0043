"""Subtitles: every word at the time that its caption gives, in the script and in the sound."""

import json
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.chapters import FASTEST
from narrate.cli import run
from narrate.errors import NarrateError, SourceError
from narrate.readers import is_show, read_show
from narrate.readers.show import Show
from narrate.script import CueKind, Line

VTT, SRT = Path("film.vtt"), Path("film.srt")


def read(text: str, path: Path = SRT) -> Show:
    assert is_show(path, text.encode())
    return read_show(path, text.encode())


def lines(show: Show) -> list[Line]:
    return [line for script in show.scripts for line in script.lines if not line.silent]


def rows(show: Show) -> list[str]:
    return [line.text if line.cue else f"{line.speaker}: {line.text}" for line in lines(show)]


def test_subrip_as_it_comes() -> None:
    show = read(
        "\ufeff1\r\n00:00:01,500 --> 00:00:03,000\r\n{\\an8}ANNA: Welcome <i>back</i>.\r\n\r\n"
        "2\r\n0:00:03,2 --> 00:00:04,000 X1:10 X2:20 Y1:5 Y2:6\r\nIt is <font color=\"#fff\">late &amp; cold</font>,"
        "\r\nand wet.\r\n\r\n3\r\n00:00:06,000 --> 00:00:08,000\r\n- Are you well?\r\n- I am.\r\n\r\n"
        "4\r\n00:00:08,500 --> 00:00:10,000\r\n[door slams]\r\n\r\n5\r\n00:00:11,000 --> 00:00:10,000"
        "\r\n♪ La la ♪\r\n\r\n"
        "6\r\n00:00:11,000 --> 00:00:12,000\r\nANNA: 1984\r\n"
    )  # fmt: skip
    assert rows(show) == [
        "[at 0:00:01.500 to 0:00:03.000]",
        "ANNA: Welcome back.",
        "[at 0:00:03.200 to 0:00:04.000]",
        "ANNA: It is late & cold, and wet.",
        "[at 0:00:06.000 to 0:00:08.000]",
        "narrator: Are you well?",
        "narrator: I am.",
        "[at 0:00:11.000]",
        "narrator: La la",
        "ANNA: 1984",
    ]
    assert any("door slams" in note for note in show.notes)
    assert any("1 captions" in note and "end before they start" in note for note in show.notes)


def test_webvtt_as_it_comes() -> None:
    show = read(
        "WEBVTT - The Harbour\nKind: captions\nLanguage: de\n\nSTYLE\n::cue { color: red }\n\nNOTE made by hand\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start line:0\n<v.loud Anna Hale>Willkommen im <c.x>Hafen</c>.</v>\n\n"
        "01:00:03.000 --> 01:00:04.000\nWer &lt;da&gt; spricht?\n\n"
        "01:00:05.000 --> 01:00:09.000\n<v Ben>Ich.</v>\n<v Anna Hale>Und ich, <00:00:06.000>wie immer.</v>\n",
        VTT,
    )
    assert (show.title, show.language_said) == ("The Harbour", "de")
    assert rows(show) == [
        "[at 0:00:01.000 to 0:00:02.500]",
        "Anna Hale: Willkommen im Hafen.",
        "[at 1:00:03.000 to 1:00:04.000]",
        "narrator: Wer <da> spricht?",
        "[at 1:00:05.000 to 1:00:09.000]",
        "Ben: Ich.",
        "Anna Hale: Und ich, wie immer.",
    ]


def test_captions_that_roll_say_each_row_once_and_others_what_they_repeat() -> None:
    roll = ["hello and", "welcome to the", "harbour hour", "with us"]
    text = "WEBVTT\n\n"
    for number, (row, before) in enumerate(zip(roll, [" ", *roll], strict=False)):
        text += f"00:{number * 2:02}.000 --> 00:{number * 2 + 1:02}.990\n{before}\n{row}\n\n"
        text += f"00:{number * 2 + 1:02}.990 --> 00:{number * 2 + 2:02}.000\n{row}\n \n\n"
    show = read(text, VTT)
    assert [line.text for line in lines(show) if not line.cue] == roll
    assert [line.cue.at_ms for line in lines(show) if line.cue] == [0, 2000, 4000, 6000]
    again = read("1\n00:00:01,000 --> 00:00:02,000\nNo!\n\n2\n00:00:02,000 --> 00:00:03,000\nNo!\n\n"
                 "3\n00:00:03,000 --> 00:00:04,000\nWait.\n\n4\n00:00:04,000 --> 00:00:05,000\nNo!\n")  # fmt: skip
    assert [line.text for line in lines(again) if not line.cue] == ["No!", "No!", "Wait.", "No!"]


def test_the_files_name_says_the_language() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n1984\n"
    show = read(text, Path("the_film.de.srt"))
    assert (show.title, show.language) == ("The Film", "de")
    assert read(text, Path("Vol.2.srt")).language == "en"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("Only words.\n\nMore.\n", None, "no times"),
        ("Hello.\n\n1\n00:00:01,000 --> 00:00:02,000\nA.\n", 1, "before the first time"),
        ("1\n00:00:01,000 -> 00:00:02,000\nA.\n", 2, "cannot be read"),
        ("1\n00:00:01:12 --> 00:00:02:00\nA.\n", 2, "cannot be read"),
        ("1\n00:00:01,000 --> 00:00:02,000\nA.\n\n2\n00:61:99 --> later\nB.\n", 6, "cannot be read"),
        ("1\n99:00:01,000 --> 99:00:02,000\nA.\n", 2, "24 hours"),
        ("1\n00:00:01,000 --> 00:00:02,000\n♪♪\n", None, "no lines to speak"),
        ("WEBVTT\n", None, "no times"),
    ],
)
def test_a_bad_file_is_refused_in_a_line(text: str, line: int | None, why: str) -> None:
    with pytest.raises(SourceError, match=why) as caught:
        read(text, VTT if text.startswith("WEBVTT") else SRT)
    assert "\n" not in str(caught.value)
    assert line is None or caught.value.line == line


PIECES = [
    "\n",
    "\n\n",
    " --> ",
    "00:00:01,000",
    "0:09",
    "<v ",
    ">",
    "A:",
    "- ",
    "7",
    "{\\",
    "&lt;",
    "WEBVTT",
    "NOTE",
    "[at 1s]",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_no_file_ends_in_a_traceback(text: str) -> None:
    with suppress(NarrateError):
        assert lines(read(text))


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzäéßжя", min_size=1, max_size=8), min_size=1, max_size=9)


@given(st.lists(st.tuples(WORDS, st.integers(1, 60_000), st.integers(1, 9_000)), min_size=1, max_size=8), st.booleans())
def test_no_word_is_lost_and_each_caption_has_its_time(drawn: list[tuple[list[str], int, int]], vtt: bool) -> None:
    starts = list(accumulate(gap for _, gap, _ in drawn))
    text = "WEBVTT\n\n" if vtt else ""
    for number, ((words, _, length), start) in enumerate(zip(drawn, starts, strict=True), 1):
        times = [f"{t // 3_600_000:02}:{t // 60_000 % 60:02}:{t // 1000 % 60:02}.{t % 1000:03}"
                 for t in (start, start + length)]  # fmt: skip
        half = len(words) // 2
        text += f"{number}\n{' --> '.join(times)}\n{' '.join(words[:half])}\n{' '.join(words[half:])}\n\n"
    text = text if vtt else text.replace(".", ",")
    show = read(text, VTT if vtt else SRT)
    cues = [line.cue for line in lines(show) if line.cue]
    assert [(cue.kind, cue.at_ms, cue.until_ms) for cue in cues] == [
        (CueKind.AT, start, start + length) for start, (_, _, length) in zip(starts, drawn, strict=True)
    ]
    assert [word for line in lines(show) if not line.cue for word in line.text.split()] == [
        word for words, _, _ in drawn for word in words
    ]


@pytest.mark.slow
def test_subtitles_become_sound_at_their_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from narrate.audio import read_flac

    film = tmp_path / "film.srt"
    film.write_text(
        "1\n00:00:00,250 --> 00:00:01,500\nYes.\n\n2\n00:00:02,017 --> 00:00:04,000\nThe old ferry never came back.\n\n"
        "3\n00:00:05,003 --> 00:00:05,203\nNobody knows why it was so late that day.\n",
        "utf-8",
    )
    project = tmp_path / "p"
    assert run(["--home", str(tmp_path), str(film), "--project", str(project), "--format", "json"]) == 0
    said = capsys.readouterr().err
    times = json.loads((project / "out" / "report.json").read_text("utf-8"))["times"]
    assert (times["lines"], times["tempo"]) == (3, FASTEST)
    [late] = times["untimely"]
    assert late["text"].startswith("Nobody knows")
    assert late["starts_late_s"] == 0.0
    assert late["ends_late_s"] > 0.5
    assert "Does not fit its time, 1:" in said
    (flac,) = (project / "out" / "chapters").glob("*.flac")
    wave = np.abs(read_flac(flac).samples.astype(np.int32))
    for start_s, quiet_from_s in ((0.25, 0.0), (2.017, 1.6), (5.003, 4.2)):
        heard = np.flatnonzero(wave[round(quiet_from_s * 24_000) :] > 300)[0] / 24_000 + quiet_from_s
        assert 0.0 <= heard - start_s < 0.06  # a take has 30 ms before its first sound
