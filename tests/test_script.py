"""The script form: what is written is what is read."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from narrate.errors import ProjectError
from narrate.script import Cue, CueKind, Line, Opening, Saying, Script, cut_at_cues, format_script, parse_cue
from narrate.script.cue import MAX_AT_MS, MAX_PAUSE_MS
from narrate.script.model import parse_script

words = st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
awkward = st.sampled_from(
    [
        "[take 2] x",
        "[pause 2s]",
        "[music: a.mp3]",
        "[at 0:00:01]",
        "[silent] y",
        "[take 2]",
        "# a",
        "***",
        "a: b",
        "| a: b",
        "[fr]: c",
        "(softly): x",
        "narrator: no",
        ":",
        "…",
        "\\",
        "# #",
    ]
)
texts = words | awkward
sounds = st.sampled_from(["ʃɪˈvɔːn", "a", "ˈlɛstə"])
marks = st.sampled_from(
    ["{a|b}", "\\{a|b}", "{a|/a/}", "{", "}", "|", "{a|", "\\", "x", "[take 2] x", "a: b", "/a/", " "]
)
marked_texts = st.lists(marks, min_size=1, max_size=6).map(lambda parts: " ".join("".join(parts).split())).filter(bool)


@st.composite
def sayings(draw: st.DrawFn, text: str) -> tuple[Saying, ...]:
    """Words of the text that are said otherwise, wherever a Line allows it."""
    found: list[Saying] = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        try:
            said = Saying(start, end, "", draw(sounds)) if draw(st.booleans()) else Saying(start, end, draw(texts))
            Line(text, sayings=(*found, said))
        except ValueError:
            continue
        found.append(said)
    return tuple(found)


@st.composite
def cues(draw: st.DrawFn, opens: Opening) -> Line | None:
    kind = draw(st.sampled_from(list(CueKind)))
    file = draw(st.sampled_from(["", "theme.mp3", "sounds/a door.wav", "日.flac", "stop", "../x.mp3"]) | words)
    try:
        if kind is CueKind.AT:
            times = st.integers(0, MAX_AT_MS)
            return Line.of(Cue(kind, at_ms=draw(times), until_ms=draw(st.just(0) | times)), opens)
        pause = kind is CueKind.PAUSE
        cue = Cue(kind, "" if pause else file, draw(st.integers(0, MAX_PAUSE_MS)) if pause else 0)
        return Line.of(cue, opens)
    except ValueError:
        return None


@st.composite
def lines(draw: st.DrawFn) -> Line | None:
    opens = draw(st.sampled_from(list(Opening)))
    if draw(st.integers(0, 4)) == 0:
        return draw(cues(opens))
    take = draw(st.integers(1, 3))
    text = draw(texts | marked_texts)
    said = draw(sayings(text))
    try:
        if opens is Opening.HEADING:
            level, silent = draw(st.integers(1, 6)), draw(st.booleans())
            return Line(text, take=take, opens=opens, level=level, silent=silent, sayings=said)
        speaker = draw(st.sampled_from(["narrator", "Dr. X", "Anna-Lena d'Arc", "王"]) | words)
        language = draw(st.sampled_from(["", "fr", "zh-Hant", "take"]))
        direction = draw(st.just("") | words)
        return Line(text, speaker, direction, take, opens, language=language, sayings=said)
    except ValueError:
        return None  # what a Line refuses never reaches a file


@given(st.lists(lines(), max_size=8))
@settings(max_examples=200)
def test_what_is_written_is_read_back(drawn: list[Line | None]) -> None:
    script = Script(tuple(line for line in drawn if line is not None))
    assert parse_script(format_script(script)) == script


def test_a_script_written_by_hand_is_parsed() -> None:
    script = parse_script(
        "# Jonathan Harker's Journal\n\n"
        "narrator: The Count smiled.\n"
        "Dracula (softly): Welcome to my house.\n"
        "Dracula [take 2]: Enter freely: and of your own will!\n"
        "\n"
        "narrator:   He made   no motion.\n"
        "***\n"
        "narrator (dry) [take 3]: Later.\n"
        "## A section\n"
        "narrator: On.\n"
    )
    heading, first, second, third, paragraph, scene, section, last = script.lines
    assert script.title == "Jonathan Harker's Journal"
    assert heading == Line("Jonathan Harker's Journal", opens=Opening.HEADING, level=1)
    assert first == Line("The Count smiled.", opens=Opening.PARAGRAPH)
    assert second == Line("Welcome to my house.", "Dracula", "softly")
    assert third == Line("Enter freely: and of your own will!", "Dracula", take=2)
    assert paragraph == Line("He made no motion.", opens=Opening.PARAGRAPH)
    assert scene == Line("Later.", direction="dry", take=3, opens=Opening.SCENE)
    assert section.level == 2
    assert last.opens is Opening.SENTENCE


def test_words_are_said_otherwise_where_they_stand() -> None:
    heading, line = parse_script(
        "# {Siobhán|/ʃɪ.ˈvɔːn/}\n\nTom: Read the { lead | lɛd }, \\{a|b}, {X|the tenth} x.\n"
    ).lines
    assert heading.text == "Siobhán"
    assert heading.sayings == (Saying(0, 7, ipa="ʃɪˈvɔːn"),)
    assert line.text == "Read the lead, {a|b}, X x."
    assert line.sayings == (Saying(9, 13, "lɛd"), Saying(22, 23, "the tenth"))
    assert [part.text for part in line.parts(["Read the le", "ad, {a|b},", "X x."])] == [
        "Read the lead, {a|b},",
        "X x.",
    ]
    assert line.part(9, 23).sayings == (Saying(0, 4, "lɛd"), Saying(13, 14, "the tenth"))
    assert line.anew("Or X, the lead.").sayings == (Saying(10, 14, "lɛd"),)
    assert line.anew("{Y|why}.") == replace(line, text="Y.", sayings=(Saying(0, 1, "why"),))
    with pytest.raises(ProjectError, match=r'x.txt:2: .*"!" \(U\+0021\) is no symbol of the IPA'):
        parse_script("\na: {b|/c!/}", "x.txt")


def test_windows_line_ends_and_byte_order_mark() -> None:
    assert parse_script("\ufeff# A\r\n\r\nnarrator: B.\r\n").lines[1] == Line("B.", opens=Opening.PARAGRAPH)


@pytest.mark.parametrize(
    "row",
    [
        "no colon here",
        "narrator:",
        ": text",
        "a (b: text",
        "[take 2]: x",
        "narrator [take 0]: x",
        "[pause soon]",
        "[sfx:]",
        "[music: ]",
    ],
)
def test_a_bad_line_is_named_with_its_number(row: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_script(f"# Title\n\n{row}\n", Path("script/01-title.txt"))
    assert str(caught.value).startswith("script/01-title.txt:3: ")
    assert "\n" not in str(caught.value)


def test_silent_headings_and_marks_alone_are_not_spoken() -> None:
    assert not Line("One", opens=Opening.HEADING, level=1, silent=True).speakable
    assert not Line("— … !").speakable
    assert Line("7").speakable


def test_cues_are_parsed_and_formatted() -> None:
    script = parse_script(
        "narrator: A.\n\n[music: sounds/a theme.mp3]\n[ Pause: 1.5 sec ]\n[SFX: bell.wav]\n[music: STOP]\n"
    )
    first, *cues = script.lines
    assert first.speakable
    assert not any(line.speakable for line in cues)
    assert [line.cue for line in cues] == [
        Cue(CueKind.MUSIC, "sounds/a theme.mp3"),
        Cue(CueKind.PAUSE, pause_ms=1500),
        Cue(CueKind.SFX, "bell.wav"),
        Cue(CueKind.MUSIC),
    ]
    assert cues[0].opens is Opening.PARAGRAPH
    assert [str(line.cue) for line in cues[1:]] == ["[pause 1.5s]", "[sfx: bell.wav]", "[music: stop]"]
    assert parse_cue("[pause 2]") == parse_cue("[pause 2000ms]") == Cue(CueKind.PAUSE, pause_ms=2000)
    assert parse_cue("[laughs]") is None


def test_cues_inside_a_text() -> None:
    assert cut_at_cues("Well. [pause 2s] So [laughs] [sfx: a.wav]") == [
        "Well.",
        "[pause 2s]",
        "So [laughs]",
        "[sfx: a.wav]",
    ]
