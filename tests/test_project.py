"""The project folder: read strictly, made whole, edited without losing a comment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from narrate.cast import Cast, Manner, Part, load_cast, request_for, set_voices
from narrate.engine import ENGINES
from narrate.errors import NarrateError, ProjectError, VoiceError
from narrate.project import Project, Settings, create
from narrate.project.settings import format_settings, read_settings
from narrate.script import Line, Opening, Pauses, Script, pause_before
from narrate.script.model import parse_script
from narrate.voices import DraftVoice, StoredVoice, find_voice

SCRIPT = parse_script("# One\n\nnarrator: It rained.\nAnna: Still?\nnarrator: …\n\nnarrator: Still.\n")
MANNER = Manner("en", "draft", {"draft": "hibari-heart"})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "projects" / "rain"
    create(
        folder, Settings("Rain", source="source/rain.txt"), [SCRIPT], ("rain.txt", b"It rained."), narrator="narrator"
    )
    return Project(folder, tmp_path)


@pytest.mark.parametrize(
    ("engine", "language", "spoken"),
    [("qwen", "fr-CA", "fr-CA"), ("qwen", "la", "en"), ("draft", "fr", "en"), ("draft", "", "en")],
)
def test_a_line_is_spoken_in_its_language_where_the_engine_can(engine: str, language: str, spoken: str) -> None:
    manner = Manner("en", engine, {"draft": "hibari-heart"}, languages=ENGINES[engine].languages)
    assert request_for(Line("Voilà.", language=language), Part(DraftVoice("x")), manner).language == spoken


def settings_of(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "project.toml"
    path.write_text(text, "utf-8")
    return read_settings(path)


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    settings = Settings(
        'A "quoted" title', author="Ü", series="S", series_index="2", engine="draft", pauses_ms=Pauses(1)
    )
    assert settings_of(tmp_path, format_settings(settings)) == settings


def test_a_description_keeps_its_lines_and_nothing_else_does(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'title = "A\\n B"\ndescription = """\n  One  two\n\nthree; = #\n"""\n')
    assert (settings.title, settings.description) == ("A B", "One two\n\nthree; = #")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "A"\nautor = "B"\n', 'project.toml:2: unknown key "autor" (did you mean "author"?)'),
        (
            'title = "A"\n[pauses_ms]\nsentense = 3\n',
            'project.toml:3: unknown key "sentense" (did you mean "sentence"?)',
        ),
        ('title = "A"\n[pauses_ms]\nsentence = "long"\n', "project.toml:3: sentence = 'long' is not a whole number"),
        ('title = "A"\n[pauses_ms]\nsentence = -1\n', "project.toml:3: sentence = -1 is not a whole number"),
        ('title = "A"\npauses_ms = 3\n', "project.toml:2: pauses_ms is not a table"),
        ('title = "A"\n[output]\nformats = "m4b"\n', "project.toml:3: formats = 'm4b' is not a list"),
        ('title = "A"\n[output]\naac = "xhe"\n', 'project.toml:3: unknown aac "xhe" (one of lc, he; no ffmpeg'),
        ('title = "A"\nengine = "quen"\n', 'project.toml:2: unknown engine "quen" (did you mean "qwen"?)'),
        ("title = \n", "project.toml:1: is not valid TOML"),
        (
            'title = "A"\n[reading]\nnotes = "never"\n',
            'project.toml:3: unknown notes "never" (one of skip, inline, end)',
        ),
        ('author = "A"\n', 'project.toml: needs title = "…"'),
    ],
)
def test_a_broken_project_toml_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProjectError) as caught:
        settings_of(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_projects_chapters_have_their_lines_and_places(project: Project) -> None:
    assert [path.name for path in project.script_files()] == ["01-one.txt"]
    chapters = project.chapters(project.numbered_scripts(), MANNER, project.cast())
    assert [line.request.text for line in chapters[0].lines if line.request] == [
        "One",
        "It rained.",
        "Still?",
        "Still.",
    ]
    assert [line.place for line in chapters[0].lines] == ["1:1", "1:3", "1:4", "1:5", "1:7"]
    assert chapters[0].title == "One"


def test_making_a_project_twice_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not empty"):
        create(project.folder, Settings("Rain"), [SCRIPT], ("a.txt", b""), narrator="narrator")
    assert not list(project.folder.parent.glob(".*")), "nothing half made is left"


def test_a_project_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="boom"):
        create(tmp_path / "p", Settings("T"), Failing(), ("a.txt", b""), narrator="narrator")
    assert list(tmp_path.iterdir()) == []


class Failing(list[Script]):
    def __iter__(self) -> Iterator[Script]:
        raise OSError("boom")


def test_chapters_with_one_title_have_files_of_their_own(tmp_path: Path) -> None:
    titles = ["I", "I", "../../etc/passwd", "☃" * 300]
    scripts = [Script((Line(title, opens=Opening.HEADING, level=1),)) for title in titles]
    create(tmp_path / "p", Settings("T"), scripts, ("a.txt", b""), narrator="narrator")
    names = [path.name for path in Project(tmp_path / "p", tmp_path).script_files()]
    assert names[:3] == ["01-i.txt", "02-i.txt", "03-etc-passwd.txt"]
    assert len(names) == 4


def test_a_speaker_without_a_part_is_named_with_the_line(project: Project) -> None:
    file = project.script_files()[0]
    file.write_text("# One\n\nnarrator: Yes.\nAna: No.\n", "utf-8")
    with pytest.raises(ProjectError) as caught:
        project.chapters(project.numbered_scripts(), MANNER, project.cast())
    assert '01-one.txt:4: speaker "Ana" is not in cast.toml (did you mean "Anna"?)' in str(caught.value)


def test_a_script_that_is_not_utf8(project: Project) -> None:
    project.script_files()[0].write_bytes(b"# One\n\nnarrator: caf\xe9\n")
    with pytest.raises(ProjectError, match=r"01-one.txt:3: is not UTF-8"):
        list(project.numbered_scripts())


MIDDLING = "A line of seventy letters or so is what a pause is set for, sir or madam."


def test_pauses_follow_what_a_line_opens() -> None:
    pauses = Pauses(sentence=1, paragraph=2, heading=3, after_heading=4, scene=5, chapter_start=6)
    heading = Line("H", opens=Opening.HEADING, level=2)
    lines = {opens: Line(MIDDLING, opens=opens) for opens in Opening if opens is not Opening.HEADING}
    assert pause_before(heading, None, pauses) == 6
    assert pause_before(lines[Opening.SENTENCE], lines[Opening.SCENE], pauses) == 1
    assert pause_before(lines[Opening.PARAGRAPH], lines[Opening.SENTENCE], pauses) == 2
    assert pause_before(heading, lines[Opening.SENTENCE], pauses) == 3
    assert pause_before(lines[Opening.PARAGRAPH], heading, pauses) == 4
    assert pause_before(lines[Opening.SCENE], heading, pauses) == 5


# --- the cast -------------------------------------------------------------------------------------


def cast_of(tmp_path: Path, text: str) -> Cast:
    path = tmp_path / "cast.toml"
    path.write_text(text, "utf-8")
    return load_cast(path, [tmp_path / "voices"])


def test_a_cast_in_every_form(tmp_path: Path) -> None:
    shelf = tmp_path / "voices"
    (shelf / "deep").mkdir(parents=True)
    (shelf / "deep" / "voice.toml").write_text('kind = "draft"\npitch = -3\n', "utf-8")
    (shelf / "me.pt").write_bytes(b"not opened here")
    parts = cast_of(
        tmp_path,
        'narrator = "narrator"\nTom = "deep"\nAnn = "auto"\nMe = { voice = "me", direction = "warm" }\n'
        'Old = { design = "an old count" }\n"Dr. X" = { speaker = "ryan" }\n',
    ).parts
    assert parts["narrator"].voice == find_voice("narrator", ())
    assert parts["Tom"].voice == DraftVoice("deep", pitch=-3.0)
    assert isinstance(parts["Me"].voice, StoredVoice)
    assert parts["Me"].direction == "warm"
    assert parts["Ann"].voice != parts["narrator"].voice
    assert parts["Dr. X"].voice.name == "ryan"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Tom = "narrator"\n', 'has no "narrator"'),
        ('narrator = "narrator"\nTom = "narator"\n', 'cast.toml:2: "Tom": no voice called "narator"'),
        ('narrator = "narrator"\nTom = 3\n', 'cast.toml:2: "Tom": 3 is not a voice'),
        ('narrator = "narrator"\nTom = { voce = "x" }\n', 'unknown key "voce" (did you mean "voice"?)'),
        ('narrator = "narrator"\nTom = { direction = "x" }\n', "needs one of voice, design, speaker and alias"),
        ('narrator = "narrator"\nTom = "missing.pt"\n', "no such voice file"),
        ("narrator\n", "is not valid TOML"),
    ],
)
def test_a_broken_cast_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(NarrateError) as caught:
        cast_of(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_setting_a_voice_keeps_comments(tmp_path: Path) -> None:
    path = tmp_path / "cast.toml"
    path.write_text('# mine\nnarrator = "narrator" # stays\nTom = { design = "old", direction = "slow" }\n', "utf-8")
    set_voices(path, {"Tom": "narrator", "New": "auto"})
    text = path.read_text("utf-8")
    assert "# mine" in text
    assert "# stays" in text
    parts = load_cast(path, []).parts
    assert parts["Tom"].direction == "slow"
    assert parts["Tom"].voice == find_voice("narrator", ())
    assert "New" in parts


@pytest.mark.parametrize(
    "text", ["kind = 3", 'kind = "draft"\npitch = 99', 'kind = "draft"\npace = "x"', "x", 'kind = "clone"']
)
def test_a_broken_voice_is_one_line(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "voices" / "v"
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text(text, "utf-8")
    with pytest.raises(VoiceError) as caught:
        cast_of(tmp_path, 'narrator = "v"\n')
    assert "\n" not in str(caught.value)
    assert "cast.toml:1" in str(caught.value) or "voice.toml" in str(caught.value)
