"""Scripts as sources: Fountain, dialogue by name, tagged persons, the project's own form; their cues."""

import json
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from goldens import OWN, ROOT, SHARED, needs_shared
from hypothesis import given, settings, strategies as st

from narrate.errors import NarrateError, ProjectError, SourceError
from narrate.readers import is_show, read_show, sounds_of
from narrate.readers.dialogue import looks_like_show
from narrate.readers.show import Show
from narrate.script import NARRATOR, Cue, CueKind, Opening, format_script
from narrate.script.model import parse_script
from narrate.speakers import split_lines

SCREENPLAY = """\
Title: _**Night Ferry**_
Credit: by
Authors: A. Writer
Draft date: 3 May 2021
Notes:
    Two people
    and a boat.

# Out

= They meet.

EXT. HARBOUR - NIGHT #12#

Rain. A *ferry* waits,
lights on.

ANNA (V.O.)
I said I would not come.
(softly)
And I came. [[check this
line]]

BEN
(Takes her bag.)
You are late.
(He laughs.)
··
Very late.

/* ANNA
Never heard.

*/
@McArthur ^
Tickets?

!SHOUTED ACTION
[music: sea.mp3]

~la la la

> THE END <

# Home

.A KITCHEN

JOSÉ
Tea? [pause 1.5s] No?

CUT TO:

===

[[A note alone.]]

HIS SIGN READS: "NO"

JOSÉ
Bye.
""".replace("·", " ")


def lines(show: Show, chapter: int = 0) -> list[str]:
    return [row for row in format_script(show.scripts[chapter]).splitlines() if row]


def test_a_fountain_screenplay_becomes_scripts() -> None:
    show = read_show(Path("night-ferry.fountain"), SCREENPLAY.encode())
    assert (show.title, show.author, show.year) == ("Night Ferry", "A. Writer", "2021")
    assert show.description == "Two people and a boat."
    assert show.speakers == ("ANNA", "BEN", "McArthur", "JOSÉ")
    assert lines(show) == [
        "# Out",
        "## EXT. HARBOUR - NIGHT",
        "narrator: Rain. A ferry waits, lights on.",
        "ANNA: I said I would not come.",
        "ANNA (softly): And I came.",
        "narrator: Takes her bag.",
        "BEN: You are late.",
        "narrator: He laughs.",
        "BEN: Very late.",
        "McArthur: Tickets?",
        "narrator: SHOUTED ACTION",
        "[music: sea.mp3]",
        "narrator: la la la",
        "narrator: THE END",
    ]
    assert lines(show, 1) == [
        "# Home",
        "## A KITCHEN",
        "JOSÉ: Tea?",
        "[pause 1.5s]",
        "JOSÉ: No?",
        "narrator: CUT TO:",
        'narrator: HIS SIGN READS: "NO"',
        "JOSÉ: Bye.",
    ]
    cues = re.compile(r"\[(?:music|pause)[^]]*\]")
    assert [(n, str(cue)) for n, cue in show.cues] == [
        (n, cue) for n, row in enumerate(SCREENPLAY.splitlines(), 1) for cue in cues.findall(row)
    ]


def test_a_fountain_screenplay_is_read_without_directions() -> None:
    show = read_show(Path("night-ferry.fountain"), SCREENPLAY.encode(), directions="skip")
    assert lines(show) == [
        "# Out",
        "***",
        "ANNA: I said I would not come.",
        "ANNA (softly): And I came.",
        "BEN: You are late.",
        "BEN: Very late.",
        "McArthur: Tickets?",
        "[music: sea.mp3]",
    ]
    spoken = [line for script in show.scripts for line in script.lines if line.speakable and not line.level]
    assert all(line.speaker != NARRATOR for line in spoken)


def test_acts_are_chapters_where_nothing_else_is() -> None:
    show = read_show(Path("p.fountain"), b".ACT ONE\n\nA\nHi.\n\n.ACT TWO\n\nINT. HALL\n\nB\nHo.\n")
    assert [script.title for script in show.scripts] == ["ACT ONE", "ACT TWO"]


@pytest.mark.parametrize(
    ("path", "gold"),
    [
        (ROOT / "examples" / "night-ferry.fountain", OWN),
        pytest.param(SHARED / "fountain" / "earnest-act-1.fountain", SHARED / "fountain", marks=needs_shared),
        pytest.param(SHARED / "fountain" / "ascent-to-guru-peak.fountain", SHARED / "fountain", marks=needs_shared),
    ],
    ids=["own", "earnest", "guru"],
)
@pytest.mark.parametrize("directions", ["read", "skip"])
def test_screenplays_have_the_expected_characters_and_speeches(path: Path, gold: Path, directions: str) -> None:
    name = path.name
    expected = json.loads((gold / "expected.json").read_text("utf-8"))[name]
    source = path.read_text("utf-8")
    show = read_show(Path(name), source.encode(), directions)
    spoken = [line for script in show.scripts for line in script.lines if line.speaker != NARRATOR]
    speeches = Counter(line.speaker for line in spoken if line.opens is not Opening.SENTENCE)
    assert sorted(show.speakers) == expected["characters"]
    assert dict(speeches) == expected["by_character"]
    assert speeches.total() == expected["dialogues"]
    aside = [row.strip("() ") for row in source.splitlines() if row.startswith("(")]
    action = [row.lstrip("!. ") for row in source.splitlines() if row.startswith(("!", "."))]
    said = {line.text for line in spoken}
    assert not said & {*aside, *action}
    assert all(script == parse_script(format_script(script)) for script in show.scripts)


@pytest.mark.parametrize(
    ("name", "action", "word"),
    [
        ("玛莎（画外音）", "海鸥坐在墙上。\n它们在等人说话。", "水开了。"),
        ("マルタ", "カモメが壁にいる。\n雨が降る。", "お湯が沸いた。"),
        ("مارثا", "النوارس على الجدار.\nالجو بارد.", "الماء يغلي."),
        ("मार्था", "दीवार पर पक्षी हैं।\nबारिश हो रही है।", "पानी उबल गया।"),
        ("마르타 ^", "갈매기가 벽에 앉아 있다.\n비가 온다.", "물이 끓었다."),
    ],
)
def test_in_letters_without_capitals_only_the_sign_makes_a_character(name: str, action: str, word: str) -> None:
    text = f"INT. NHK - 1\n\n{action}\n\n@{name}\n({word.split()[0]})\n{word}\n\nNHK{action}\n\nMARTHA\nYes.\n"
    show = read_show(Path("a.fountain"), text.encode())
    assert show.speakers == (re.sub(r"（.*|[ ^]*$", "", name), "MARTHA")
    first, again = action.replace("\n", " "), f"NHK{action}".replace("\n", " ")
    assert [row for row in lines(show) if row.startswith("narrator")] == [f"narrator: {first}", f"narrator: {again}"]


def test_marks_of_a_page_that_ends_and_sounds_are_not_read_from_a_screenplay() -> None:
    text = (
        "CONTINUED:\n\nMARTHA\nYou heard\n(MORE)\n\n(CONTINUED)\n\nMARTHA (CONT’D)\nme [laughs], I hope.\n\n"
        "[MUSIC FADES]\n\n(applause)\n\n[Gulls cry.]\n\nHANS\nJa\n(FORTS.)\n\nMORE TEA\n\nHANS\nNein.\n"
    )
    show = read_show(Path("a.fountain"), text.encode())
    assert lines(show)[1:] == [
        "MARTHA: You heard",
        "MARTHA: me, I hope.",
        "narrator: [Gulls cry.]",
        "HANS: Ja",
        "narrator: MORE TEA",
        "HANS: Nein.",
    ]
    assert show.notes == ("Left out what is no speech: [laughs], [MUSIC FADES], (applause).",)


DIALOGUE = """\
Title: Tea for Two
Author: A. Writer

A kitchen, early.

ANNA: Good morning. Remember this: the kettle
is broken.
BEN (sleepily): Is it?

It was well yesterday.

(They look at it.)

# Later
Nobody is there.
ANNA: Now. [sfx: click.wav] There.
Ben: Oh.
***
Ben: Good night.
"""


def test_dialogue_by_name() -> None:
    show = read_show(Path("tea.txt"), DIALOGUE.encode())
    assert (show.title, show.author) == ("Tea for Two", "A. Writer")
    assert lines(show) == [
        "# [silent] Tea for Two",
        "narrator: A kitchen, early.",
        "ANNA: Good morning. Remember this: the kettle is broken.",
        "BEN (sleepily): Is it?",
        "BEN: It was well yesterday.",
        "narrator: They look at it.",
    ]
    assert lines(show, 1) == [
        "# Later",
        "narrator: Nobody is there.",
        "ANNA: Now.",
        "[sfx: click.wav]",
        "ANNA: There.",
        "Ben: Oh.",
        "***",
        "Ben: Good night.",
    ]
    assert show.cues == ((16, Cue(CueKind.SFX, "click.wav")),)


def test_bold_names_in_markdown() -> None:
    text = (
        "---\ntitle: Talk\nlanguage: de\n---\n\n## One\n\n**Anna:** Das ist *gut*. Siehe [hier](http://x.y).\n\n"
        "**Ben** (leise): Ja.\n\nUnd nein.\n\n**Anna (froh)**: Aha.\n\n[pause 2s]\n\n- **Ben:** Ende.\n"
    )
    path = Path("talk.md")
    assert is_show(path, text.encode())
    show = read_show(path, text.encode())
    assert (show.title, show.language) == ("Talk", "de")
    assert lines(show) == [
        "# [silent] Talk",
        "## One",
        "Anna: Das ist gut. Siehe hier.",
        "Ben (leise): Ja.",
        "Ben: Und nein.",
        "Anna (froh): Aha.",
        "[pause 2s]",
        "Ben: Ende.",
    ]
    assert show.cues == ((16, Cue(CueKind.PAUSE, pause_ms=2000)),)


def test_dialogue_in_person_tags_becomes_a_show() -> None:
    text = (
        "<Person1>Hello &amp; welcome.\nToday: tea.</Person1>\n"
        "<Person2>Tea <emphasis>now</emphasis>?\n<Person1>Yes.</Person1>\nA bell."
    )
    path = Path("show.txt")
    assert is_show(path, text.encode())
    show = read_show(path, text.encode())
    assert lines(show) == [
        "# [silent] Show",
        "Person1: Hello & welcome. Today: tea.",
        "Person2: Tea now?",
        "Person1: Yes.",
        "narrator: A bell.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It was late. He said: go.\n\nShe said: no.\n\nHe said: go.\n\nShe said: no.\n\nThe end.",
        "Chapter 1: The Sea\n\nIt was blue.\n\nChapter 2: The Land\n\nIt was green.",
        "Apple: a fruit.\nBeet: a root.\nCorn: a grain.\nDill: a herb.\n",
        "Note: this.\n\nA story.\n\nNote: that.\n\nAnd ends.\n\nWarning: it is long.\n\nWarning: very.\n\nFine.",
        "",
        "http://a.b: x",
    ],
)
def test_books_are_no_shows(text: str) -> None:
    assert not looks_like_show(text)


@pytest.mark.parametrize("name", ["the-last-bus.txt", "the-orchard-wall.md"])
def test_the_examples_of_books_are_no_shows(name: str) -> None:
    assert not looks_like_show((Path(__file__).parents[1] / "examples" / name).read_text("utf-8"))


def test_cues_of_the_own_form_inside_a_line() -> None:
    show = read_show(Path("a.script"), b"# A\n\nBob (low): Well. [pause 2s] Now.\n| Bob: Verse.\n")
    assert lines(show) == ["# A", "Bob (low): Well.", "[pause 2s]", "Bob (low): Now.", "| Bob: Verse."]


def test_the_own_form_with_hard_wraps() -> None:
    text = "Ann: One\n  and two.\nBen (low): Three.\n\n[pause 1s]\n"
    show = read_show(Path("a.script"), text.encode())
    assert lines(show) == ["# [silent] A", "Ann: One and two.", "Ben (low): Three.", "[pause 1s]"]
    assert show.notes == ("1 row without a speaker (the first is a.script:2) went on with the row above.",)
    for bad in ("Ann: One.\n\nNobody says this.\n", "# A\nNobody.\n", "[pause 1s]\nNobody.\n"):
        with pytest.raises(ProjectError, match="not a script line"):
            read_show(Path("a.script"), bad.encode())


@pytest.mark.parametrize(
    ("cue", "says"),
    [
        ("[sfx: bell.wav]", 'there is no sound "bell.wav"'),
        ("[music: ../theme.wav]", "lies outside"),
        ("[music: /etc/passwd]", "lies outside"),
        ("[sfx: them.wav]", "theme.wav"),
        ("[sfx: notes.txt]", "is no sound"),
        ("[pause forever]", "not a cue"),
    ],
)
@pytest.mark.parametrize("suffix", [".script", ".fountain", ".txt"])
def test_a_wrong_cue_is_named_with_its_line(tmp_path: Path, cue: str, says: str, suffix: str) -> None:
    (tmp_path / "show").mkdir()
    for folder in (tmp_path, tmp_path / "show"):
        (folder / "theme.wav").write_bytes(b"RIFF")
        (folder / "notes.txt").write_text("no sound")
    path = tmp_path / "show" / f"a{suffix}"
    body = {".script": "# A\n\nA: Hi.\n", ".fountain": "A\nHi.\n\n", ".txt": "A: Hi.\nB: Ho.\n\n"}[suffix]
    path.write_text(f"{body}{cue}\n")
    with pytest.raises(ProjectError) as caught:
        show = read_show(path, path.read_bytes())
        sounds_of(show, path)
    assert str(caught.value).startswith(f"a{suffix}:{body.count(chr(10)) + 1}: ")
    assert ("not a script line" if says == "not a cue" and suffix == ".script" else says) in str(caught.value)


def test_sounds_are_found_beside_the_script(tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "a bell.wav").write_bytes(b"RIFF")
    text = b"A: Hi.\n[sfx: sounds/a bell.wav]\n[music: sounds/a bell.wav]\n[music: stop]\n"
    path = tmp_path / "a.script"
    assert sounds_of(read_show(path, text), path) == [("sounds/a bell.wav", tmp_path / "sounds" / "a bell.wav")]


@pytest.mark.parametrize("data", [b"", b"Title: X\n\n", b"/* all gone", b"[pause 2s]\n", b"\x00\x01\x02\x03" * 50])
def test_a_show_without_words_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_show(Path("a.fountain"), data)


@pytest.mark.parametrize("piece", ["[[", "/*", "*", "_a ", "A: ", "(", "<Person1>", "[pause ", "A" + " " * 50, "**"])
@pytest.mark.parametrize("suffix", [".fountain", ".txt", ".md", ".script"])
def test_any_long_show_is_read_or_refused_in_time(piece: str, suffix: str) -> None:
    data = f"A\n{piece * (200_000 // len(piece))}\n\nA: b\n".encode()
    is_show(Path(f"a{suffix}"), data)
    with suppress(NarrateError):
        read_show(Path(f"a{suffix}"), data)


def test_a_cue_is_not_cut_into_sentences() -> None:
    script = parse_script("[music: No. 5. A waltz.mp3]\nAnn: One. Two.\n")
    assert [line.text for line in split_lines(script).lines] == ["[music: No. 5. A waltz.mp3]", "One.", "Two."]


pieces = st.lists(
    st.sampled_from(
        [
            *SCREENPLAY.splitlines(),
            *DIALOGUE.splitlines(),
            "",
            "",
            "**Bo:** a",
            "<Person1>x",
            "</Person1>",
            "[[",
            "/*",
            "]]",
            "*/",
            "(",
            "A:",
        ]
    )
    | st.text(max_size=20),
    max_size=25,
)


@given(pieces, st.sampled_from([".fountain", ".txt", ".md", ".script"]), st.sampled_from(["read", "skip"]))
@settings(max_examples=400)
def test_any_rows_are_a_show_or_an_error(rows: list[str], suffix: str, directions: str) -> None:
    path = Path(f"a{suffix}")
    data = "\n".join(rows).encode("utf-8", "surrogatepass")
    is_show(path, data)
    try:
        show = read_show(path, data, directions)
    except NarrateError:
        return
    for script in (*show.scripts, *(split_lines(script) for script in show.scripts)):
        assert script == parse_script(format_script(script))
    rows_in = data.decode("utf-8", "replace").count("\n") + 1
    assert all(1 <= number <= rows_in + data.count(b"\r") for number, _ in show.cues)
