"""Transcripts, labels that name nobody, and marks of sounds beside what is said."""

from pathlib import Path

import pytest

from narrate.readers import is_show, read_show
from narrate.readers.marks import is_foreign_cue, without_marks, without_tags
from narrate.readers.show import Show
from narrate.script import format_script

SPOKEN = ["Anna Hale: Welcome back to the harbour hour.", "Ben Reed: Glad to be here.", "Anna Hale: You came by ferry?"]


def read(text: str, name: str = "show.txt") -> Show:
    path = Path(name)
    assert is_show(path, text.encode())
    return read_show(path, text.encode())


def lines(show: Show) -> list[str]:
    rows = [row for script in show.scripts for row in format_script(script).splitlines() if row]
    return [row for row in rows if not row.startswith("#")]


HEADS = {
    "before": "[00:00:{:02}] {}: {}",
    "before, bare": "00:00:{:02} - {}: {}",
    "before, bold": "[00:00:{:02}] **{}:** {}",
    "span": "[00:00:{0:02} - 00:00:10] {1} : {2}",
    "arrow": "[00:00:{0:02}.000 --> 00:00:{0:02}.900]  {1}: {2}",
    "full-width": "[00:00:{:02}] {}：{}",
    "dated": "[03/05/21, 10:02:{:02} AM] {}: {}",
    "dated, bare": "2021-05-03 10:02:{:02} {}: {}",
    "above": "00:00:{:02} {}\n{}",
    "above, dashed": "[00:00:{:02}.13] - {}\n{}",
}
NAMED = {
    "after": "{1} (00:{0:02}): {2}",
    "after, a row": "{1} (00:00:{0:02}):\n{2}",
    "after, a gap": "{1}  0:{0:02}\n{2}",
    "after, a tab": "{1}\t0:{0:02}\n{2}",
    "after, one space": "{1} 00:{0:02}\n{2}",
    "after, a bar": "{1} | 00:{0:02}\n{2}",
    "after, in brackets": "[{1}] 10:02:{0:02}\n{2}",
    "after the colon": "{1}: [00:{0:02}] {2}",
    "after bold": "**{1}:** [00:00:{0:02}] {2}",
    "a row of its own": "{1}\n00:{0:02}\n{2}",
    "under the time": "00:00:{0:02}:11 - 00:00:10:00\n{1}\n{2}",
    "in bold, a row apart": "**{1}** *(00:{0:02})*\n\n{2}",
    "a heading": "### {1} (00:{0:02})\n\n{2}",
    "a comma": "{1}, 00:{0:02}\n{2}",
    "a pronoun": "{1} (she/they)  0:{0:02}\n{2}",
    "captions": "{0}\n00:00:{0:02}.000 --> 00:00:{0:02}.900 align:start\n{1}: {2}",
    "voices": "00:00:{0:02}.000 --> 00:00:{0:02}.900\n<v {1}>{2}</v>",
    "SubRip": "{0}\n00:00:{0:02},000 --> 00:00:{0:02},900\n{1}: {2}",
    "numbered names": '{0} "{1}" (1234)\n00:00:{0:02}.000 --> 00:00:{0:02}.900\n{2}',
}


@pytest.mark.parametrize("form", [*HEADS.values(), *NAMED.values()], ids=[*HEADS, *NAMED])
def test_the_times_of_a_transcript_go_and_its_names_stay(form: str) -> None:
    said = [row.split(": ") for row in SPOKEN]
    text = "\n\n".join(form.format(at, *row) for at, row in zip((2, 5, 9), said, strict=True))
    show = read(text)
    assert lines(show) == SPOKEN
    assert any("times" in note for note in show.notes)


def test_times_before_what_nobody_is_named_for_go() -> None:
    show = read("[00:02] Welcome back\nto us.\n\n[00:05] Thank you.\n\n[00:09] At [the] end.\n")
    assert lines(show) == ["narrator: Welcome back to us.", "narrator: Thank you.", "narrator: At [the] end."]
    assert not is_show(Path("a.txt"), b"[00:02] Well.\n\nA day.\n\n[00:05] So.\n\nA night.\n\n[00:09] Yes.\n")


def test_captions_of_one_speaker_are_one_paragraph() -> None:
    text = (
        "WEBVTT\nKind: captions\n\nNOTE made by a machine\n\n1\n00:00:02.000 --> 00:00:05.000\n"
        "Anna: Welcome back to\n\n2\n00:00:05.100 --> 00:00:07.000\nAnna: the <i>harbour</i> hour.\n\n"
        "3\n00:00:07.000 --> 00:00:09.000\n>> Ben: Glad.\nWarning: it is late.\n"
    )
    assert lines(read(text)) == ["Anna: Welcome back to the harbour hour.", "Ben: Glad. Warning: it is late."]


def test_times_alone_go_between_speeches() -> None:
    text = "00:00:02\n\nAnna: Well.\nBen: So.\n\n00:05:02\n\nAnna: And?\nBen: Yes. [00:06:12] No. (12:30) (00:07)\n"
    assert lines(read(text)) == ["Anna: Well.", "Ben: So.", "Anna: And?", "Ben: Yes. No. (12:30)"]


@pytest.mark.parametrize(
    "text",
    [
        "9:00 Ann Hale: Opening\n\n9:30 Ben Reed: Tea\n\n10:00 Ann Hale: Panel\n\n10:30 Ben Reed: End\n",
        "John 3:16\nFor God.\n\nJohn 3:17\nFor he.\n\nJohn 4:11\nThe woman.\n\nJohn 4:12\nArt thou?\n",
        "Monday 8:10\nIt rained.\n\nMonday 9:12\nIt rained again.\n\nTuesday 7:15\nSun.\n",
        "He came at 12:30.\n\nShe came at 12:45.\n\nAnna 0:02 was the file's name.\n",
        "他说：“走吧。”\n\n她说：“不。”\n\n他说：“为什么？”\n\n她说：“因为下雨。”\n",
    ],
    ids=["timetable", "verses", "diary", "times", "quotations"],
)
def test_what_has_times_or_colons_and_no_speakers_is_no_show(text: str) -> None:
    assert not is_show(Path("a.txt"), text.encode())


CAKE = """\
Anna: Welcome. Here is the first rule.

Remember: Never swim alone.

Ben: I like that one.

{once}

Anna: For the cake you need:

Flour: 200 g

Ben: Good night.
"""


@pytest.mark.parametrize(
    "once", ["Doorman: Tickets, please.", "Old Man: Go away!", "Ann Hale: Wait for me.", "Guard Two: Halt!"]
)
def test_who_speaks_once_is_named_as_the_others_are(once: str) -> None:
    assert once in lines(read(CAKE.format(once=once)))


@pytest.mark.parametrize(
    "once",
    [
        "Warning: The tide comes in.",
        "Dear Sir: I write.",
        "Hinweis: Es ist kalt.",
        "Sugar: Two cups",
        "Today: a test.",
        "Fun Fact: It rains.",
    ],
)
def test_what_stands_once_before_a_colon_and_is_no_name_goes_on_with_who_speaks(once: str) -> None:
    found = lines(read(CAKE.format(once=once)))
    assert f"Ben: {once}" in found
    assert {"Anna: Remember: Never swim alone.", "Anna: Flour: 200 g"} <= set(found)


def test_labels_in_letters_without_capitals_are_names_that_come_back() -> None:
    text = "主持人：欢迎。\n\n安娜：很高兴（笑）来。\n\n主持人：坐船？[掌声]\n\n安娜：是的。\n\n注意：潮水很快。\n"
    assert lines(read(text)) == [
        "主持人: 欢迎。",
        "安娜: 很高兴来。",
        "主持人: 坐船？",
        "安娜: 是的。",
        "安娜: 注意：潮水很快。",
    ]


def test_sounds_of_other_houses_are_left_out_and_named() -> None:
    text = (
        "HOST: Welcome [MUSIC: UPBEAT] to the show.\n\n[MUSIC FADES]\n\nGUEST: Thanks. [APPLAUSE]\n\n"
        "[SFX: DOOR SLAMS]\n\nSFX: A gull.\n\nHOST: So <break time='1s'/>, [pause 2s] who is\n[PAUSE]\nit?\n\n"
        "[HOST LEAVES]\n\n(They look at it.)\n\nGUEST: [crosstalk]\n\nHOST: (MORE)\n\nGUEST: Bye.\n"
    )
    show = read(text)
    assert lines(show) == [
        "HOST: Welcome to the show.",
        "GUEST: Thanks.",
        "HOST: So,",
        "[pause 2s]",
        "HOST: who is it?",
        "narrator: HOST LEAVES",
        "narrator: They look at it.",
        "GUEST: Bye.",
    ]
    named = show.notes[-1]
    for row in ("[MUSIC: UPBEAT]", "[MUSIC FADES]", "[APPLAUSE]", "[SFX: DOOR SLAMS]", "SFX: A gull", "[crosstalk]"):
        assert row in named


@pytest.mark.parametrize(
    ("text", "said", "direction"),
    [
        ("Welcome back [laughs] to us.", "Welcome back to us.", ""),
        ("Back [laughs], and here [coughs].", "Back, and here.", ""),
        ("(sighs) It is cold. *shivers* Very cold.", "It is cold. Very cold.", "sighs"),
        ("(to Anna) Well.", "Well.", "to Anna"),
        ("[whispering] “Who is it?”", "“Who is it?”", "whispering"),
        ("Ja. [LACHEN] Nein. (lacht leise)", "Ja. Nein.", ""),
        ("Oui [rires] ! (applaudissements)", "Oui!", ""),
        ("[crosstalk 00:01:02] Yes.", "Yes.", ""),
        ("[crosstalk]", "", ""),
        ("[laughter] [applause]", "", ""),
        ("Welcome _[laughs]_ back. ((coughs)) {sighs} <laughs> So.", "Welcome back. So.", ""),
        ("**[laughing]** Thank **you**. _shivers_ Very _cold_.", "Thank **you**. Very _cold_.", "laughing"),
        ("Well [door closes] yes — [door closes] I go.", "Well [door closes] yes — I go.", ""),
        ("[the] ferry [that] I like", "[the] ferry [that] I like", ""),
        ("A boat (or so they say) and [NATO] again.", "A boat (or so they say) and [NATO] again.", ""),
        ("It is *very* cold. *very* cold.", "It is *very* cold. *very* cold.", ""),
        ("The (12:30) train, 2 * 3 * 4.", "The (12:30) train, 2 * 3 * 4.", ""),
    ],
)
def test_marks_go_and_words_stay(text: str, said: str, direction: str) -> None:
    found = without_marks(text)
    assert (found.text, found.direction) == (said, direction)


def test_tags_of_speech_markup_go_without_a_gap() -> None:
    text = '<speak>You <emphasis level="strong">came</emphasis> <break time="1s"/>, by<break/>ferry </prosody>?</speak>'
    assert without_tags(text) == "You came, by ferry?"
    assert without_tags("a <b>c</b> < d") == "a <b>c</b> < d"


def test_cues_that_are_ours_and_written_wrong_are_no_foreign_ones() -> None:
    assert all(map(is_foreign_cue, ("[MUSIC FADES]", "[music]", "[Pause]", "[MUSIC: UP]", "[sfx: a door slams]")))
    ours = ("[sfx: bell]", "[pause forever]", "[pause 2s]", "[music: stop]", "[Music: a b.mp3]", "[music theme.mp3]")
    assert not any(map(is_foreign_cue, ours))


@pytest.mark.parametrize("piece", ["[00:02] A: ", "A  0:02\n", "0:02 ", "[laughs] ", "*a* ", "(sighs", "a --> ", "<s>"])
def test_any_amount_of_marks_is_read_in_time(piece: str) -> None:
    data = f"A: b\n\nB: c\n\n{piece * (300_000 // len(piece))}\n\nA: d\n\nB: e\n".encode()
    if is_show(Path("a.txt"), data):
        read_show(Path("a.txt"), data)


def test_a_transcript_of_times_alone_is_read_without_them() -> None:
    told = "0:00\nwelcome back to the channel\n0:04\ntoday we look at the wall\n{}\n[Music]\n{}\nthanks for watching\n"
    assert lines(read(told.format("0:09", "1:02:20")))[0].startswith("narrator: welcome back to the channel today we")
    for times in (("0:09", "0:02"), ("10:00 the ferry", "11:00 the bus")):  # no player's: they go back; no times
        assert not is_show(Path("a.txt"), told.format(*times).encode())
    hours = "9:00\nBreakfast\n10:00\nThe harbour\n11:30\nThe ferry\n"
    assert not is_show(Path("a.txt"), hours.encode())


def test_when_a_meeting_was_recorded_is_not_said() -> None:
    heads = "Anna Hale   0:03\nGood morning.\n\nBen Reed   0:10\nYes, in 2019 it was.\n\nAnna Hale   0:15\nGood.\n"
    for when in ("March 4, 2024, 10:01AM\n12m 5s", "4 March 2024, 10:01\n1h 2m 5s"):
        said = lines(read(f"Harbour meeting\n\n{when}\n\n{heads}"))
        assert said == [
            "narrator: Harbour meeting",
            "Anna Hale: Good morning.",
            "Ben Reed: Yes, in 2019 it was.",
            "Anna Hale: Good.",
        ]
