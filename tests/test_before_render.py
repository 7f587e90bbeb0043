"""What is wrong in a project's files is told before the first line is spoken, by a render and by its plan."""

from pathlib import Path

import pytest

from narrate.cli import run
from narrate.cli.show import show
from narrate.deliver import media
from narrate.project import Project, Settings, create
from narrate.script.model import parse_script
from narrate.work import check_output

SCRIPT = parse_script("# One\n\nnarrator: It rained.\nAnna: Still?\n")
WRONG = {
    "target": ("project.toml", 'target = "books"', 'target = "podcsat"', 'unknown target "podcsat" (did you mean'),
    "formats": ("project.toml", 'formats = ["m4b"]', 'formats = ["m4p"]', 'unknown format "m4p"'),
    "he-aac": ("project.toml", 'aac = "lc"', 'aac = "he"', "has no encoder for HE-AAC"),
    "cover": ("project.toml", 'author = ""', 'cover = "source/none.jpg"', 'cover "source/none.jpg" is not there'),
    "cover outside": ("project.toml", 'author = ""', 'cover = "../a.jpg"', 'cover "../a.jpg" lies outside the project'),
    "source outside": (
        "project.toml",
        "source/rain.txt",
        "../rain.txt",
        'source "../rain.txt" lies outside the project',
    ),
    "series": (
        "project.toml",
        'author = ""',
        'series = "../none.toml"',
        'the series\' cast "../none.toml" is not there',
    ),
    "language": ("project.toml", 'language = "en"', 'language = "fr"', "the draft engine speaks English only"),
    "lexicon": ("lexicon.toml", "", "lead = 3\n", "lead"),
    "voice": ("cast.toml", 'Anna = "auto"', 'Anna = "anna-who-is-not"', 'no voice called "anna-who-is-not"'),
    "speaker": ("cast.toml", 'Anna = "auto"', "", 'speaker "Anna" is not in cast.toml'),
    "sound": ("script/01-one.txt", "narrator: It", "[sfx: bell.wav]\nnarrator: It", 'there is no sound "bell.wav"'),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(media, "HE_ENCODERS", {"none_such": ()})
    settings = Settings("Rain", source="source/rain.txt")
    create(tmp_path / "p", settings, [SCRIPT], ("rain.txt", b"It rained."), narrator="narrator")
    return tmp_path / "p"


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_told_before_anything_is_spoken(
    folder: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    name, old, new, said = WRONG[wrong]
    path = folder / name
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(before.replace(old, new) if old else new, "utf-8")
    assert path.read_text("utf-8") != before
    for command in (["render", "p", "--assemble"], ["plan", "p"]):
        assert run(command) == 1
        out, err = capsys.readouterr()
        assert said in (out + err), command
    assert not list(folder.glob("takes/*/*.flac"))


def test_a_cover_that_cannot_be_read_is_told_before_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "source/c.jpg").write_bytes(b"no picture")
    path = folder / "project.toml"
    path.write_text(path.read_text("utf-8").replace('author = ""', 'cover = "source/c.jpg"'), "utf-8")
    assert show(check_output(Project(folder, folder), (), assemble=True)) == ("m4b",)
    assert "The cover will be left out, source/c.jpg: it is no JPEG" in capsys.readouterr().err
