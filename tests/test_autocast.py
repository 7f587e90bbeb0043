"""A cast proposed: who the speakers are, and that nobody talks to their own voice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import SHARED, needs_shared, story
from hypothesis import given, strategies as st

from narrate.cast import Candidate, load_cast, propose, traits_told
from narrate.cli import run
from narrate.project import Project
from narrate.script import numbered_lines
from narrate.speakers import Character, Meetings, Role, persons_of, reasons
from narrate.speakers.persons import paragraphs_of_lines
from narrate.voices import DraftVoice, read_shelves
from narrate.work.proposals import proposals_for

ROOT = Path(__file__).parents[1]
SHELF = ROOT / "voices"
PLAY = """# One

Butler Green: Good morning, sir.
Tom: Good morning, Green.
Mrs. Lane: You are late, Tom.
Tom (to Kim): Yes, madam. This is Kim.
Kim: Hello.

narrator: Kim took off her hat. Kim was tired, and her feet were wet.

***

Old Woman: Who is there?
Pat: Only me.
"""


# --- who they are -------------------------------------------------------------------------------------


def test_persons_of_a_play() -> None:
    lines = list(numbered_lines(PLAY))
    speakers = list(dict.fromkeys(line.speaker for _, line in lines))
    roles = ["Characters of the play", "Pat Doyle, a young footman", "Rev. Kim Lee, M.A."]
    persons = persons_of(speakers, [lines], roles)
    told = {name: (person.gender, person.age) for name, person in persons.items()}
    assert told == {
        "narrator": ("", ""),
        "Butler Green": ("male", ""),
        "Tom": ("male", ""),
        "Mrs. Lane": ("female", ""),
        "Kim": ("female", ""),
        "Old Woman": ("female", "old"),
        "Pat": ("male", "young"),
    }
    assert reasons(persons["Pat"]) == "list of roles: is a footman; list of roles: young footman"
    assert 'called "sir", 1 times' in reasons(persons["Tom"])
    assert "pronouns near: he 0, she 2" in reasons(persons["Kim"])


def test_without_a_word_nobody_is_told() -> None:
    lines = list(numbered_lines("X: Well?\nY: Well.\n"))
    assert [(p.gender, p.age, reasons(p)) for p in persons_of(["X", "Y"], [lines]).values()] == [("", "", "")] * 2


def test_paragraphs_are_put_together_again() -> None:
    lines = list(
        numbered_lines("# One\n\nnarrator: “Yes,”\nnarrator: said he.\n\nTom: No.\n\n## Two\n\n***\n\nTom: Go.\n")
    )
    assert list(paragraphs_of_lines([lines])) == ["“Yes,” said he.", "No.", "Go."]


@pytest.mark.parametrize(
    ("words", "traits"),
    [
        ("A deep voice, unhurried: a large man past fifty.", ("male", "old")),
        ("a young American man, sunny and clear", ("male", "young")),
        ("Warm, gentle young female voice.", ("female", "young")),
        ("an old lady’s voice", ("female", "old")),
        ("a playful young woman, light and quick", ("female", "young")),
        ("a bright boy", ("male", "child")),
        ("clear and even", ("", "")),
        ("a man and a woman", ("", "")),
    ],
)
def test_a_description_tells_whose_a_voice_is(words: str, traits: tuple[str, str]) -> None:
    assert traits_told(words) == traits
    assert traits_told(words, "female", "child") == ("female", "child")


def test_speakers_of_the_released_model_have_a_gender() -> None:
    from narrate.engine.qwen.speakers import RELEASED

    women = {speaker.name for speaker in RELEASED if traits_told(speaker.description)[0] == "female"}
    men = {speaker.name for speaker in RELEASED if traits_told(speaker.description)[0] == "male"}
    assert women == {"vivian", "serena", "ono_anna", "sohee"}
    assert men == {"uncle_fu", "dylan", "eric", "ryan", "aiden"}


# --- who gets which voice -----------------------------------------------------------------------------


def candidate(name: str, pitch: float, gender: str = "", age: str = "") -> Candidate:
    return Candidate(name, DraftVoice(name, pitch), gender, age)


NARRATOR = {"narrator": DraftVoice("narrator")}
WOMEN = [candidate("w1", 1, "female"), candidate("w2", 2, "female", "old"), candidate("w3", 3, "female", "young")]
MEN = [candidate("m1", -6, "male"), candidate("m2", -7, "male", "old")]


def met(*pairs: str, scenes: tuple[str, ...] = ()) -> Meetings:
    return Meetings({frozenset(pair): 1 for pair in pairs}, dict.fromkeys(map(frozenset, (*pairs, *scenes)), 1))


def chosen(
    roles: list[Role], persons: dict[str, Character], meetings: Meetings, candidates: list[Candidate]
) -> dict[str, str]:
    named = {r.speaker: persons.get(r.speaker, Character(r.speaker)) for r in roles}
    found = propose(roles, named, meetings, candidates, NARRATOR)
    return {p.role.speaker: p.candidate.name if p.candidate else "" for p in found}


def women(*names: str) -> dict[str, Character]:
    return {name: Character(name, gender="female") for name in names}


def test_auto_cast_matches_gender_before_age() -> None:
    roles = [Role(name, lines=20, words=100) for name in "ABC"]
    persons = {
        "A": Character("A", gender="female", age="old"),
        "B": Character("B", gender="male"),
        "C": Character("C", gender="female", age="young"),
    }
    assert chosen(roles, persons, met(), [*WOMEN, *MEN]) == {"A": "w2", "B": "m1", "C": "w3"}


def test_a_childs_voice_is_for_a_child() -> None:
    roles = [Role("A", lines=20, words=90), Role("B", lines=20, words=80), Role("C", lines=20, words=70)]
    kid = candidate("kid", 5, "female", "child")
    persons = women("A", "B") | {"C": Character("C", gender="female", age="child")}
    assert chosen(roles, persons, met(), [WOMEN[0], kid]) == {"A": "w1", "B": "w1", "C": "kid"}
    assert chosen(roles[:2], persons, met("AB"), [WOMEN[0], kid]) == {"A": "w1", "B": "kid"}


def test_the_narrators_voice_is_nobody_elses() -> None:
    roles = [Role("A", lines=20, words=100)]
    assert chosen(roles, {}, met(), [Candidate("same", DraftVoice("other name"), "female")]) == {"A": ""}


def test_major_speakers_do_not_share_while_there_are_voices() -> None:
    roles = [Role(name, lines=20, words=words) for name, words in (("A", 90), ("B", 80), ("C", 70), ("D", 60))]
    given = chosen(roles, women(*"ABCD"), met(), WOMEN)
    assert len({given[name] for name in "ABC"}) == 3
    assert given["D"]


def test_minor_speakers_share_with_whom_they_never_meet() -> None:
    roles = [Role("A", lines=20, words=90), Role("B", lines=20, words=80), Role("x", lines=2, words=9)]
    given = chosen(roles, women(*"ABx"), met(scenes=("Ax",)), WOMEN[:2])
    assert given["x"] == given["B"] != given["A"]


def test_whose_gender_is_not_told_takes_what_is_left() -> None:
    roles = [Role("X", lines=50, words=900), Role("A", lines=20, words=80)]
    assert chosen(roles, women("A"), met("XA"), [WOMEN[0], MEN[0]]) == {"X": "m1", "A": "w1"}


@given(st.data())
def test_nobody_talks_to_their_own_voice(data: st.DataObject) -> None:
    """Whatever the book: rules 1 to 3 hold, and who has no voice could not have had one then."""
    names = "ABCDEFGH"
    roles = [Role(name, lines=data.draw(st.integers(1, 30)), words=data.draw(st.integers(1, 99))) for name in names]
    persons = {name: Character(name, gender=data.draw(st.sampled_from(["", "female", "male"]))) for name in names}
    pairs = data.draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda p: p[0] < p[1])))
    meetings = met(*map("".join, pairs))
    candidates = [*WOMEN, *MEN, candidate("any", 5)]
    fixed = NARRATOR | {"A": WOMEN[0].voice}
    found = propose(roles, persons, meetings, candidates, fixed)
    given = {p.role.speaker: p.candidate for p in found} | {"A": WOMEN[0]}
    assert set(given) == set(names)
    for one, other in pairs:
        a, b = given[one], given[other]
        assert a is None or b is None or a.voice.fingerprint != b.voice.fingerprint
    for name, choice in given.items():
        gender = persons[name].gender
        if choice is None:
            partners = {n for pair in pairs if name in pair for n in pair} - {name}
            fitting = [c for c in candidates if not gender or c.gender in ("", gender)]
            assert all(any(given[p] == c for p in partners) for c in fitting)
        elif name != "A" and gender:
            assert choice.gender in ("", gender)


def test_reasons_say_who_is_met_and_who_shares() -> None:
    roles = [Role(name, lines=5, words=9) for name in "ABC"]
    persons = women(*"ABC")
    proposals = propose(roles, persons, Meetings({frozenset("AB"): 7}, {}), WOMEN[:1], NARRATOR)
    assert [p.why for p in proposals] == [
        "female; talks with B 7x; shares with C",
        "female; talks with A 7x; no female voice is left",
        "female; shares with A",
    ]


# --- the shelf and the command ------------------------------------------------------------------------


def test_the_shelf_can_cast_a_book() -> None:
    """Women and men of all ages, told apart, with the pitch of such people."""
    voices = [shelved for shelved in read_shelves([SHELF]) if isinstance(shelved.voice, DraftVoice)]
    ages: dict[str, set[str]] = {"female": set(), "male": set()}
    for shelved in voices:
        assert isinstance(shelved.voice, DraftVoice)
        gender, age = shelved.details.gender, shelved.details.age
        ages[gender].add(age)
        assert traits_told(shelved.details.description, gender, age) == (gender, age)
        if age != "child":  # the plain voice lies at 205 Hz, and men under 160
            assert (
                (shelved.voice.pitch <= -5) == (gender == "male") == (shelved.voice.formant < 0.95 and gender == "male")
            )
    assert ages["female"] == ages["male"] == {"child", "young", "adult", "old"}
    assert sum(s.details.gender == "male" for s in voices) >= 6
    for at, one in enumerate(voices):
        for other in voices[:at]:
            assert one.voice is not None
            assert other.voice is not None
            assert one.voice.likeness(other.voice) < 0.5, (one.name, other.name)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voices").symlink_to(SHELF)
    (tmp_path / "show.script").write_text(PLAY, "utf-8")
    assert run(["new", "show.script"]) == 0
    return tmp_path


def test_nothing_is_written_without_yes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast = home / "projects" / "show" / "cast.toml"
    before = cast.read_bytes()
    capsys.readouterr()
    assert run(["cast", "show", "--auto"]) == 0
    told = capsys.readouterr()
    assert "Nothing is written yet: add --yes." in told.err
    assert "Two who talk to each other never share one." in told.err
    assert cast.read_bytes() == before
    assert run(["cast", "show", "--auto", "--json"]) == 0
    rows = {row["speaker"]: row for row in json.loads(capsys.readouterr().out)}
    assert run(["cast", "show", "--auto", "--yes"]) == 0
    parts = load_cast(cast, [SHELF]).parts
    assert {name: part.voice.name for name, part in parts.items() if name != "narrator"} == {
        name: row["voice"] for name, row in rows.items()
    }
    assert rows["Tom"]["gender"] == "male"
    capsys.readouterr()
    assert run(["cast", "show", "--auto"]) == 0
    assert "Everybody has a voice of yours" in capsys.readouterr().err


def test_a_persons_choice_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cast", "show", "Tom=alice"]) == 0
    assert run(["cast", "show", "--auto", "--yes"]) == 0
    parts = load_cast(home / "projects" / "show" / "cast.toml", [SHELF]).parts
    assert parts["Tom"].voice.name == "alice"
    talks_to_tom = [parts[name].voice.name for name in ("Mrs. Lane", "Kim", "Butler Green")]
    assert "alice" not in talks_to_tom
    assert run(["cast", "show", "--yes"]) == 2


def test_an_unknown_gender_in_voice_toml_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voices = home / "projects" / "show" / "voices" / "odd"
    voices.mkdir(parents=True)
    (voices / "voice.toml").write_text('kind = "draft"\ngender = "femal"\n', "utf-8")
    assert run(["cast", "show", "--auto"]) == 1
    assert 'odd/voice.toml: gender = "femal" is not known (did you mean "female"?)' in capsys.readouterr().err


def test_models_speakers_and_designs_are_candidates(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a narrator of the qwen engine; a hub name tells its kind, and nothing is fetched."""
    monkeypatch.setenv("NARRATE_MODEL", "Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice")
    cast = home / "projects" / "show" / "cast.toml"
    text = cast.read_text("utf-8").replace('narrator = "narrator"', 'narrator = { speaker = "vivian" }')
    cast.write_text(text, "utf-8")
    capsys.readouterr()
    assert run(["cast", "show", "--auto", "--yes"]) == 0
    parts = load_cast(cast, [SHELF]).parts
    women = {parts[name].voice.name for name in ("Mrs. Lane", "Kim", "Old Woman")}
    assert women <= {"serena", "ono_anna", "sohee"}
    assert {parts[name].voice.name for name in ("Tom", "Butler Green")} <= {
        "ryan",
        "aiden",
        "eric",
        "dylan",
        "uncle_fu",
    }
    monkeypatch.setenv("NARRATE_MODEL", "Qwen/Qwen3-TTS-12Hz-1.7B-VoiceDesign")
    cast.write_text(text, "utf-8")
    assert run(["cast", "show", "--auto", "--yes"]) == 0
    parts = load_cast(cast, [SHELF]).parts
    assert parts["Old Woman"].voice.name.startswith("an old woman, ")
    assert parts["Tom"].voice.name != parts["Butler Green"].voice.name


def test_the_people_of_a_story_have_their_gender(tmp_path: Path) -> None:
    """Who speaks is found in the story's own words, and so is who they are."""
    (tmp_path / "weir.md").write_text("# The Weir\n\n" + "\n\n".join(story()[0]) + "\n", "utf-8")
    assert run(["--home", str(tmp_path), "new", str(tmp_path / "weir.md")]) == 0
    project = Project(tmp_path / "projects" / "weir", tmp_path)
    scripts = [numbered for _, numbered in project.numbered_scripts()]
    found = {p.role.speaker: p.person.gender for p in proposals_for(project, scripts, project.cast(), {})}
    told = {"Ines": "female", "Tobias": "male", "Mr. Penhallow": "male", "Mrs. Arkwright": "female"}
    assert {name: gender for name, gender in found.items() if name != "narrator"} == told


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("book", ["importance-of-being-earnest", "pride-and-prejudice"])
def test_auto_cast_knows_the_gender_of_main_speakers_in_real_books(book: str) -> None:
    """At least nine in ten of the speakers of ten lines have their gender, by a gold written by hand."""
    command = [sys.executable, str(ROOT / "benchmarks" / "casting.py"), str(SHARED / f"{book}.epub")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
