"""Casting: aliases, the cast of a series, what the table counts, who meets whom."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from narrate.cast import Cast, load_cast, set_voices, take_over
from narrate.cli import run
from narrate.engine import deaf_to_direction
from narrate.errors import NarrateError, ProjectError, VoiceError
from narrate.project import Project
from narrate.project.settings import read_settings
from narrate.script import Line, Opening, numbered_lines
from narrate.speakers import meetings_of, roles_of
from narrate.voices import DesignVoice, DraftVoice, SpeakerVoice, StoredVoice, draft_voice_for, find_voice


def cast_of(folder: Path, text: str, series: Path | None = None) -> Cast:
    folder.mkdir(exist_ok=True)
    (folder / "cast.toml").write_text(text, "utf-8")
    return load_cast(folder / "cast.toml", [folder / "voices"], series)


def shelve(folder: Path, name: str, pitch: float) -> None:
    place = folder / "voices" / name
    place.mkdir(parents=True)
    (place / "voice.toml").write_text(f'kind = "draft"\npitch = {pitch}\n', "utf-8")


# --- aliases ----------------------------------------------------------------------------------------


def test_an_alias_is_the_same_person(tmp_path: Path) -> None:
    shelve(tmp_path, "deep", -5)
    cast = cast_of(
        tmp_path,
        'narrator = "narrator"\n"Elizabeth Bennet" = { voice = "deep", direction = "quick" }\n'
        'Lizzy = "Elizabeth Bennet"\nEliza = { alias = "Lizzy", direction = "sharp" }\nTom = "narrator"\n',
    )
    assert cast.aliases == {"Lizzy": "Elizabeth Bennet", "Eliza": "Elizabeth Bennet"}
    assert cast.parts["Lizzy"] == cast.parts["Elizabeth Bennet"]
    assert cast.parts["Eliza"].direction == "sharp"
    assert cast.parts["Eliza"].voice == DraftVoice("deep", -5.0)
    assert cast.parts["Tom"].voice == find_voice("narrator", ())


def test_an_alias_of_auto_has_the_other_ones_voice(tmp_path: Path) -> None:
    cast = cast_of(tmp_path, 'narrator = "narrator"\nAnna = "auto"\nAnn = "Anna"\n')
    assert cast.parts["Ann"].voice == draft_voice_for("Anna", "female")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('A = "B"\nB = "A"\n', 'cast.toml:2: "A": is an alias of itself'),
        (
            'A = { alias = "Bob" }\nRob = "auto"\n',
            'cast.toml:2: "A": nobody called "Bob" is cast (did you mean "Rob"?)',
        ),
        ('A = "Bobb"\nBob = "auto"\n', 'cast.toml:2: "A": no voice called "Bobb" (did you mean "Bob"?)'),
        ('A = { alias = "A" }\n', 'nobody called "A" is cast'),
        ('A = { alias = "B", voice = "x" }\nB = "auto"\n', "needs one of voice, design, speaker and alias"),
        ('deep = "auto"\nTom = "deep"\n', '"deep" is a voice and a speaker (write { voice = "deep" } or { alias ='),
    ],
)
def test_a_broken_alias_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    shelve(tmp_path, "deep", -5)
    with pytest.raises(NarrateError) as caught:
        cast_of(tmp_path, 'narrator = "narrator"\n' + text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=8))
def test_aliases_end_at_a_voice_or_say_so(pairs: list[tuple[str, str]]) -> None:
    import tempfile

    entries = {"narrator": "narrator"} | dict.fromkeys("ABCDEF", "auto") | dict(pairs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cast.toml"
        path.write_text("".join(f'{name} = "{entry}"\n' for name, entry in entries.items()), "utf-8")
        try:
            cast = load_cast(path, [])
        except NarrateError:
            return
    for alias, person in cast.aliases.items():
        assert person not in cast.aliases
        assert cast.parts[alias].voice == cast.parts[person].voice


def test_auto_is_the_narrators_voice_where_that_is_no_draft_voice(tmp_path: Path) -> None:
    """So that a cloned voice can read a whole book, whoever speaks in it."""
    cast = cast_of(
        tmp_path, 'narrator = { speaker = "ryan" }\nAnna = "auto"\nTom = { voice = "auto", direction = "low" }\n'
    )
    assert cast.parts["Anna"].voice == SpeakerVoice("ryan")
    assert (cast.parts["Tom"].voice, cast.parts["Tom"].direction) == (SpeakerVoice("ryan"), "low")
    assert cast.open == {"Anna", "Tom"}
    assert cast_of(tmp_path, 'narrator = "narrator"\nAnna = "auto"\nBen = "narrator"\n').open == {"Anna"}


# --- a series ---------------------------------------------------------------------------------------


def test_a_series_gives_what_is_left_open(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shelve(first, "count", -6)
    cast_of(first, 'narrator = "narrator"\nDracula = "count"\n"The Count" = "Dracula"\nMina = "auto"\nLucy = "count"\n')
    cast = cast_of(second, 'Dracula = "auto"\nLucy = "narrator"\nMina = "auto"\n', first / "cast.toml")
    assert cast.parts["Dracula"].voice == DraftVoice("count", -6.0)
    assert cast.parts["The Count"].voice == DraftVoice("count", -6.0)
    assert cast.parts["Lucy"].voice == find_voice("narrator", ())
    assert cast.parts["Mina"].voice == draft_voice_for("Mina", "female")
    assert cast.parts["narrator"].voice == find_voice("narrator", ())
    (first / "cast.toml").write_text('narrator = "narrator"\nDracula = "gone"\n', "utf-8")
    with pytest.raises(VoiceError, match=r'first/cast\.toml:2: "Dracula": no voice called "gone"'):
        load_cast(second / "cast.toml", [], first / "cast.toml")


@pytest.mark.parametrize("key", ["series", "series_cast"])
def test_project_toml_names_the_series(home: Path, key: str) -> None:
    shelve(home / "projects" / "first", "count", -6)
    cast_of(home / "projects" / "first", 'narrator = "narrator"\nAnna = "count"\n')
    settings = home / "projects" / "show" / "project.toml"
    text = settings.read_text("utf-8")
    settings.write_text(f'{key} = "../first/cast.toml"\n' + text, "utf-8")
    assert read_settings(settings).series_cast == "../first/cast.toml"
    assert Project(settings.parent, home).cast().parts["Anna"].voice == DraftVoice("count", -6.0)
    settings.write_text(f'{key} = "../frist/cast.toml"\n' + text, "utf-8")
    with pytest.raises(ProjectError, match=r"project\.toml:1: the series' cast \"\.\./frist/cast\.toml\" is not there"):
        Project(settings.parent, home).cast()


def test_take_over_copies_parts_and_their_voices(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shelve(first, "count", -6)
    (first / "voices" / "me.pt").write_bytes(b"tensors")
    theirs = 'narrator = "me"\nDracula = { voice = "count", direction = "slow" }\nVlad = "Dracula"\n'
    cast_of(first, theirs + 'Tom = { speaker = "ryan" }\nNobody = "count"\n')
    cast_of(second, '# mine\nnarrator = "narrator"\nVlad = "auto"\nTom = "auto"\nNew = "auto"\n')
    mine = second / "cast.toml"
    names = take_over(mine, first / "cast.toml", ["narrator", "Vlad", "Tom", "New"], [second / "voices"])
    assert names == ["narrator", "Vlad", "Dracula", "Tom"]
    assert "# mine" in mine.read_text("utf-8")
    cast = load_cast(mine, [second / "voices"])
    assert cast.parts["Vlad"].voice == DraftVoice("count", -6.0)
    assert cast.parts["Vlad"].direction == "slow"
    assert isinstance(cast.parts["narrator"].voice, StoredVoice)
    assert cast.parts["Tom"].voice == SpeakerVoice("ryan")
    assert "Nobody" not in cast.parts
    assert sorted(p.name for p in (second / "voices").iterdir()) == ["count", "me.pt"]


def test_what_cannot_be_taken_over_changes_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shelve(first, "count", -6)
    shelve(second, "count", -7)
    cast_of(first, 'narrator = "narrator"\nDracula = "count"\n')
    cast_of(second, 'narrator = "narrator"\nDracula = "auto"\n')
    mine = second / "cast.toml"
    before = mine.read_text("utf-8")
    with pytest.raises(ProjectError, match=r'has no "Draculla" \(did you mean "Dracula"\?\)'):
        take_over(mine, first / "cast.toml", ["Draculla"], [second / "voices"])
    with pytest.raises(VoiceError, match='"count" is another voice here'):
        take_over(mine, first / "cast.toml", ["Dracula"], [second / "voices"])
    assert mine.read_text("utf-8") == before


# --- what the script says of its speakers -------------------------------------------------------------

SHOW = """# Tea

narrator: They sat down.
Anna: Tea? With milk, as you always took it?
Tom (softly): Yes.
narrator: He looked at her.
Anna (softly): No.

***

Tom: Well then.
Ben: So here I am at last, and wet.
"""


def test_roles_count_lines_and_words_of_each_speaker(tmp_path: Path) -> None:
    lines = list(numbered_lines(SHOW))
    anna, narrator, *others = sorted(roles_of([lines, lines], {"Ben": "Anna"}), key=lambda role: -role.words)
    assert (anna.speaker, anna.also, anna.lines, anna.words, anna.first) == ("Anna", ("Ben",), 6, 34, "1:4")
    assert anna.sample == "Tea? With milk, as you always took it?"
    assert anna.directions == {"softly": 2}
    assert (narrator.lines, narrator.first) == (6, "1:1"), "headings are the narrator's"
    assert [(role.speaker, role.sample) for role in others] == [("Tom", "Yes.")]
    assert sum(role.share for role in (anna, narrator, *others)) == pytest.approx(1)


def test_meetings_are_turns_and_scenes() -> None:
    meetings = meetings_of([list(numbered_lines(SHOW))], {})
    assert meetings.exchanges == {frozenset(("Anna", "Tom")): 2, frozenset(("Tom", "Ben")): 1}
    assert meetings.scenes == {frozenset(("Anna", "Tom")): 1, frozenset(("Tom", "Ben")): 1}
    assert meetings.partners("Tom") == [("Anna", 2), ("Ben", 1)]
    assert not meetings_of([list(numbered_lines(SHOW))], {"Ben": "Tom", "Anna": "Tom"}).exchanges


@given(st.lists(st.tuples(st.sampled_from(["narrator", "A", "B", "C"]), st.booleans()), max_size=20))
def test_a_scene_ends_all_talk(turns: list[tuple[str, bool]]) -> None:
    """Counted again the slow way: scene by scene, everybody's lines without the narrator's."""
    lines = [(n, Line("Hm.", s, opens=Opening.SCENE if cut else Opening.SENTENCE)) for n, (s, cut) in enumerate(turns)]
    scenes: list[list[str]] = [[]]
    for speaker, cut in turns:
        if cut:
            scenes.append([])
        if speaker != "narrator":
            scenes[-1].append(speaker)
    meetings = meetings_of([lines], {})
    for pair in (frozenset("AB"), frozenset("AC"), frozenset("BC")):
        turned = sum(frozenset(two) == pair for scene in scenes for two in pairwise(scene))
        assert meetings.exchanges.get(pair, 0) == turned
        assert meetings.scenes.get(pair, 0) == sum(pair <= set(scene) for scene in scenes)


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "show.script").write_text(SHOW, "utf-8")
    assert run(["new", "show.script"]) == 0
    return tmp_path


def test_cast_prints_a_table_of_speakers_and_voices(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["cast", "show", "Ben=Tom"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["speaker", "voice", "lines", "words", "share", "first", "sample"]
    tom = next(row for row in rows if row.startswith("Tom"))
    assert tom.split() == [
        "Tom,",
        "also",
        "Ben",
        "Tom",
        "3",
        "11",
        "39.3%",
        "1:6",
        *"So here I am at last, and wet.".split(),
    ]
    assert run(["cast", "show", "--json"]) == 0
    found = {row["speaker"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["Tom"]["also"] == ["Ben"]
    assert (found["Anna"]["first"], found["Anna"]["lines"], found["Anna"]["words"]) == ("1:4", 3, 9)


def test_directions_that_will_not_be_heard_are_told_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["cast", "show"]) == 0
    told = capsys.readouterr().err
    assert told == "Directions that will not be heard: Anna: softly (1); Tom: softly (1): a draft voice takes none.\n"
    cast = home / "projects" / "show" / "cast.toml"
    set_voices(cast, {"Anna": {"speaker": "ryan"}, "Tom": {"design": "an old man"}})
    assert run(["cast", "show"]) == 0
    assert "Tom: softly (1): a designed voice becomes a clone, which takes none" in capsys.readouterr().err
    set_voices(cast, {"Tom": {"speaker": "ryan"}})
    assert run(["cast", "show"]) == 0
    assert capsys.readouterr().err == ""


def test_kinds_of_voices_that_take_no_direction_say_so() -> None:
    clone, speaker, design = StoredVoice("x", Path("x"), "f"), SpeakerVoice("ryan"), DesignVoice("old", "on-a-shelf")
    assert deaf_to_direction(DraftVoice("d")) == "a draft voice takes none"
    assert deaf_to_direction(clone) == "a cloned voice takes none"
    assert not deaf_to_direction(design)
    assert not deaf_to_direction(speaker, ["Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice", "Qwen/Qwen3-TTS-12Hz-0.6B-Base"])
    assert deaf_to_direction(speaker, ["Qwen/Qwen3-TTS-12Hz-0.6B-CustomVoice"]) == "the 0.6B model takes none"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Annna=auto"], 'nobody called "Annna" speaks (did you mean "Anna"?)'),
        (["Anna=Benn"], 'no voice called "Benn" (did you mean "Ben"?)'),
        (["--from", "nowhere"], "nowhere: no such cast"),
    ],
)
def test_wrong_names(home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    before = (home / "projects" / "show" / "cast.toml").read_bytes()
    assert run(["cast", "show", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert (home / "projects" / "show" / "cast.toml").read_bytes() == before


def test_cast_from_takes_parts_of_another_project(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelve(home / "first", "high", 4)
    cast_of(home / "first", 'narrator = "narrator"\nAnna = "high"\n')
    capsys.readouterr()
    assert run(["cast", "show", "--from", "first"]) == 0
    assert capsys.readouterr().err.startswith("Took 2 parts from first/cast.toml. Not in it: Tom, Ben.")
    assert Project(home / "projects" / "show", home).cast().parts["Anna"].voice == DraftVoice("high", 4.0)
