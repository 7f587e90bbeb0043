"""Which file is a voice: given by a path, or called by a name; from whatever folder the question is asked."""

from pathlib import Path

import pytest

from narrate.cast import load_cast, take_over
from narrate.cli import run
from narrate.errors import VoiceError
from narrate.voices import (
    EMBEDDED,
    DesignVoice,
    DraftVoice,
    SpeakerVoice,
    StoredVoice,
    Voice,
    check_free,
    credit_of,
    design_name,
    find_shelved as shelved,
    find_voice,
    put_voice,
    speakers_with,
    voice_path,
    voice_paths,
)
from narrate.work import open_project, set_narrator


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.txt").write_text("It rained.\n", "utf-8")
    return tmp_path


def draft(folder: Path, pitch: float = -4) -> Path:
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text(f'kind = "draft"\npitch = {pitch}\n', "utf-8")
    return folder


def narrator(project: Path) -> Voice:
    return open_project(project, project.parent.parent).cast().parts["narrator"].voice


def test_a_voice_given_by_a_relative_path_is_the_projects_from_everywhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(home / "vv" / "geo", -4)
    draft(home / "vv" / "ann", 3)
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    assert run(["new", "rain.txt", "--voice", "./vv/geo"]) == 0
    project = home / "projects" / "rain"
    monkeypatch.chdir(elsewhere)
    assert narrator(project) == DraftVoice("geo", -4.0)
    monkeypatch.chdir(home)
    assert run(["cast", "projects/rain", "narrator=./vv/ann"]) == 0
    monkeypatch.chdir(elsewhere)
    assert narrator(project) == DraftVoice("ann", 3.0)
    monkeypatch.chdir(home / "vv")
    set_narrator(open_project(project, home), "geo")
    monkeypatch.chdir(elsewhere)
    assert narrator(project) == DraftVoice("geo", -4.0)
    (home / "vv").rename(home / "ww")
    assert narrator(project) == DraftVoice("geo", -4.0), "it was copied into the project"


def test_a_relative_path_in_cast_toml_counts_from_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft(home / "shared" / "geo")
    (home / "show").mkdir()
    cast = home / "show" / "cast.toml"
    cast.write_text('narrator = "../shared/geo"\nAnna = { voice = "../shared/geo", direction = "slow" }\n', "utf-8")
    for folder in (home, home / "shared", home / "show"):
        monkeypatch.chdir(folder)
        parts = load_cast(cast, []).parts
        assert {part.voice for part in parts.values()} == {DraftVoice("geo", -4.0)}
        assert speakers_with(shelved(str(home / "shared" / "geo"), []), home / "show") == ["narrator", "Anna"]


def test_a_path_that_is_taken_over_leads_to_the_same_voice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft(home / "first" / "mine" / "geo")
    (home / "second").mkdir()
    (home / "first" / "cast.toml").write_text('narrator = "./mine/geo"\n', "utf-8")
    mine = home / "second" / "cast.toml"
    mine.write_text('narrator = "narrator"\n', "utf-8")
    assert take_over(mine, home / "first" / "cast.toml", ["narrator"], [home / "second" / "voices"]) == ["narrator"]
    monkeypatch.chdir(home / "second")
    assert load_cast(mine, []).parts["narrator"].voice == DraftVoice("geo", -4.0)


@pytest.mark.parametrize("beside", ["jane.design", "jane.txt", "jane.part"])
def test_the_voice_is_taken_over_and_not_what_stands_beside_it(home: Path, beside: str) -> None:
    theirs = home / "first" / "voices"
    (theirs / beside).mkdir(parents=True)
    (theirs / beside / "design.toml").write_text("", "utf-8")
    draft(theirs / "jane")
    (home / "first" / "cast.toml").write_text('narrator = "jane"\n', "utf-8")
    (home / "second").mkdir()
    mine = home / "second" / "cast.toml"
    mine.write_text('narrator = "narrator"\n', "utf-8")
    take_over(mine, home / "first" / "cast.toml", ["narrator"], [home / "second" / "voices"])
    assert [p.name for p in (home / "second" / "voices").iterdir()] == ["jane"]
    assert load_cast(mine, [home / "second" / "voices"]).parts["narrator"].voice == DraftVoice("jane", -4.0)


def test_one_rule_says_which_file_a_name_is(home: Path) -> None:
    shelf = home / "voices"
    draft(shelf / "both")
    draft(shelf / ".hidden")
    (shelf / "notes.design").mkdir()
    for name in ("both.pt", "mr. smith.pt", "upper.PT", "st[a]r*.pt", "two.pt", "two.safetensors", "x.txt"):
        (shelf / name).write_bytes(name.encode())
    (shelf / "folder.pt").mkdir()
    listed = voice_paths([shelf])
    assert sorted(listed) == ["both", "mr. smith", "st[a]r*", "two", "upper"]
    assert {name: voice_path(name, [shelf]) for name in listed} == listed
    assert {name: shelved(name, [shelf]).path for name in listed} == listed
    for name in listed:
        assert find_voice(name, [shelf]).fingerprint == shelved(name, [shelf]).voice.fingerprint  # type: ignore[union-attr]
        with pytest.raises(VoiceError):
            check_free(shelf, name)
    (home / "made").mkdir()
    (home / "made" / "both.safetensors").write_bytes(b"tensors")
    with pytest.raises(VoiceError, match='already a voice called "both"'):
        put_voice(home / "made" / "both.safetensors", shelf)
    with pytest.raises(VoiceError, match='"both" is another voice there'):
        put_voice(draft(home / "made" / "both", 5), shelf)
    assert put_voice(home / "voices" / "both", shelf) == "both"
    for name in ("notes", ".hidden", "x", "folder", "", "st", "../voices/both"):
        assert voice_path(name, [shelf]) is None


def test_a_voice_that_cast_toml_would_take_for_nobody_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft(home / "vv" / "auto")
    assert run(["new", "rain.txt", "--voice", "./vv/auto"]) == 1
    assert "a voice cannot be called 'auto'" in capsys.readouterr().err
    assert not (home / "projects" / "rain").exists()
    assert run(["new", "rain.txt"]) == 0
    assert run(["rain.txt", "--voice", "./vv/auto"]) == 1
    assert narrator(home / "projects" / "rain") == find_voice("narrator", ())


def test_another_voice_of_the_project_does_not_hide_the_one_that_is_given(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "rain.txt"]) == 0
    project = home / "projects" / "rain"
    draft(project / "voices" / "jane", 5)
    draft(home / "vv" / "jane", -4)
    (home / "jane.pt").write_bytes(b"tensors")
    for given in ("jane.pt", "./vv/jane"):
        assert run(["rain.txt", "--voice", given]) == 1
        assert "jane" in capsys.readouterr().err
    assert narrator(project) == find_voice("narrator", ())
    assert not (project / "voices" / "jane.pt").exists()
    assert run(["cast", "projects/rain", "narrator=./projects/rain/voices/jane"]) == 0
    assert narrator(project) == DraftVoice("jane", 5.0)


def test_a_name_on_the_shelf_is_that_voice_wherever_one_stands(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft(home / "voices" / "geo", -4)
    draft(home / "elsewhere" / "geo", 5)
    assert run(["new", "rain.txt", "--voice", "geo"]) == 0
    monkeypatch.chdir(home / "elsewhere")
    assert narrator(home / "projects" / "rain") == DraftVoice("geo", -4.0)
    assert run(["--home", str(home), "cast", "rain", "narrator=geo"]) == 0
    assert narrator(home / "projects" / "rain") == DraftVoice("geo", -4.0)
    assert 'narrator = "geo"' in (home / "projects" / "rain" / "cast.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("voice", "credit"),
    [
        (DraftVoice(EMBEDDED), "Synthetic voice"),
        (StoredVoice("george", Path("george"), "f"), "George (synthetic voice)"),
        (StoredVoice("old-tom", Path("old-tom"), "f"), "Old Tom (synthetic voice)"),
        (StoredVoice("Mary McCarthy", Path("m.pt"), "f"), "Mary McCarthy (synthetic voice)"),
        (SpeakerVoice("uncle_fu"), "Uncle Fu (synthetic voice)"),
        (DesignVoice("a warm old storyteller"), "Synthetic voice"),
        (StoredVoice(design_name("a warm old storyteller"), Path("x"), "f"), "Synthetic voice"),
        (DesignVoice("a warm old storyteller", "teller"), "Teller (synthetic voice)"),
    ],
)
def test_a_listener_is_told_who_reads(voice: Voice, credit: str) -> None:
    assert credit_of(voice) == credit
