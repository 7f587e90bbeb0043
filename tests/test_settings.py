"""project.toml: what each setting may be, said with its line; and where a key stands in a TOML text."""

from pathlib import Path

import pytest
import tomlkit
from epubs import epub, page
from hypothesis import given, strategies as st

from narrate.cli import run
from narrate.deliver.forms import FORMS
from narrate.errors import ProjectError, VoiceError
from narrate.project import FORMATS, Project, Settings, setting
from narrate.project.settings import format_settings, read_settings
from narrate.toml import key_line, read_toml
from narrate.voices import read_settings as read_voice
from narrate.voices.kinds import load_voice
from narrate.words import load_lexicon


def error_of(folder: Path, text: str) -> str:
    path = folder / "project.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProjectError) as caught:
        read_settings(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("check", "attempts = 0", "attempts = 0 is not a whole number from 1 to 20"),
        ("check", "attempts = 21", "attempts = 21 is not a whole number from 1 to 20"),
        ("check", "attempts = true", "attempts = True is not a whole number from 1 to 20"),
        ("check", 'level = "ful"', 'unknown level "ful" (did you mean "full"?)'),
        ("output", "bitrate_kbps = 0", "bitrate_kbps = 0 is not a whole number from 8 to 320"),
        ("output", "bitrate_kbps = 64.5", "bitrate_kbps = 64.5 is not a whole number from 8 to 320"),
        ("output", "bitrate_kbps = 60000", "bitrate_kbps = 60000 is not a whole number from 8 to 320"),
        ("output", "loudness_lufs = 3", "loudness_lufs = 3 is not a number from -70 to 0"),
        ("output", "loudness_lufs = nan", "loudness_lufs = nan is not a number from -70 to 0"),
        ("output", 'target = "podcasts"', 'unknown target "podcasts" (did you mean "podcast"?)'),
        ("output", 'formats = ["m4b", "mp4"]', 'unknown format "mp4" (did you mean'),
        ("output", "formats = []", "formats = [] is not a list of names"),
        ("output", 'room_tone = "yes"', "room_tone = 'yes' is not true or false"),
        ("pauses_ms", "verse = 60001", "verse = 60001 is not a whole number from 0 to 60000"),
        ("podcast", 'published = "2026-13-01"', "published = '2026-13-01' is not a day such as 2026-05-03"),
        ("reading", 'ruby = "bas"', 'unknown ruby "bas" (did you mean "base"?)'),
        ("reading", "keep = [1]", "keep = [1] is not a list of names"),
        ("credits", "opening = 1", "opening = 1 is not a text in quotes"),
        ("credits", "title = 'x'", 'unknown key "title"'),
    ],
)
def test_a_setting_out_of_its_range_is_told_on_its_own_line(tmp_path: Path, table: str, row: str, said: str) -> None:
    text = f'title = "A"\nlanguage = "en"\n\n[{table}]  # a comment\n{row}\n'
    assert error_of(tmp_path, text).startswith(f"project.toml:5: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "A"\n\n[outputs]\naac = "lc"\n', 'project.toml:3: unknown table [outputs] (did you mean "output"?)'),
        ('title = "A"\noutputs.aac = "lc"\n', "project.toml:2: unknown table [outputs]"),
        ('title = "A"\n[credits]\ntitle = 1\n', "project.toml:3: unknown key"),
        ('title = "A"\noutput = { aac = "lc",  bitrate_kbps = 1 }\n', "project.toml:2: bitrate_kbps = 1 is"),
        ('title = "A"\noutput.target = "x"\n', 'project.toml:2: unknown target "x"'),
        ('title = "A"\ndescription = """\nattempts = 3\n"""\ncheck.attempts = 0\n', "project.toml:5: attempts = 0"),
        ('title = "A"\nquotes = "some"\n', 'project.toml:2: unknown quotes "some" (one of off, confident, all)'),
        ('title = "A"\nlanguage = "the English"\n', "project.toml:2: language = 'the English' is not a language"),
        ('title = "A"\ncheck = "full"\n', "project.toml:2: check is not a table (write it as [check])"),
        ('\n\ntitle = "  "\n', 'project.toml:3: needs title = "…"'),
        ('title = "A"\nauthor = B\n', "project.toml:2: is not valid TOML"),
        (f"a = {'[' * 5000}", "project.toml: is not valid TOML: tables or lists inside each other"),
    ],
)
def test_a_wrong_project_toml_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert error_of(tmp_path, text).startswith(said)


def test_every_setting_is_accepted_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text(format_settings(Settings("A", model=("x", "y"))), "utf-8")
    assert read_settings(path) == Settings("A", model=("x", "y"))


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--attempts", "0", "attempts = '0' is not a whole number from 1 to 20"),
        ("--attempts", "many", "attempts = 'many' is not a whole number from 1 to 20"),
        ("--check", "ful", 'unknown level "ful" (did you mean "full"?)'),
        ("--engine", "quen", 'unknown engine "quen" (did you mean "qwen"?)'),
        ("--format", "m4b,mp4", 'unknown format "mp4"'),
        ("--quotes", "some", 'unknown quotes "some"'),
    ],
)
def test_an_option_may_be_what_its_setting_may_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, value: str, said: str
) -> None:
    assert run([str(tmp_path / "book.txt"), option, value]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_an_options_text_becomes_the_settings_value() -> None:
    assert setting("check.attempts", "20") == 20
    assert setting("output.formats", ["mp3", "m4b"]) == ("mp3", "m4b")


def test_a_cover_that_is_not_there_is_told_on_opening(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('title = "A"\n[credits]\nopening = "cover"\n', "utf-8")
    Project(tmp_path, tmp_path)
    (tmp_path / "project.toml").write_text('title = "A"\ncover = "source/cover.jpg"\n', "utf-8")
    with pytest.raises(ProjectError, match=r'project\.toml:2: cover "source/cover\.jpg" is not there'):
        Project(tmp_path, tmp_path)


def test_a_book_that_names_no_language_still_makes_a_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = epub(
        {"a.xhtml": page("<p>It rained.</p>")},
        metadata="<dc:title>Rain</dc:title><dc:language>Plain English</dc:language>",
    )
    (tmp_path / "rain.epub").write_bytes(data)
    assert run(["--home", str(tmp_path), "new", str(tmp_path / "rain.epub")]) == 0
    assert 'in "Plain English", as it says' in " ".join(capsys.readouterr().err.split())
    assert read_settings(tmp_path / "projects" / "rain" / "project.toml").language == "en"


def test_every_format_has_its_maker() -> None:
    assert tuple(FORMS) == FORMATS


def test_a_lexicons_word_has_the_line_of_its_own_table(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text('lead = "led"\n\n["de"]\n"lead" = { say = "lied", cased = true }\n', "utf-8")
    with pytest.raises(ProjectError, match=r'lexicon.toml:4: "lead": unknown key "cased"'):
        load_lexicon([path])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "draft"\npitch = 99\n', r"voice\.toml:2: pitch = 99 is not a number from"),
        ('# mine\nkind = "drat"\n', r"voice\.toml:2: unknown kind 'drat' \(did you mean \"draft\"\?\)"),
        ('kind = "design"\nprompt = ""\n', r"voice\.toml:2: needs prompt"),
        ('kind = "draft"\npitch = \n', r"voice\.toml:2: cannot be read: is not valid TOML"),
    ],
)
def test_a_voices_settings_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "voice.toml").write_text(text, "utf-8")
    with pytest.raises(VoiceError, match=said):
        load_voice(tmp_path)


def test_a_voice_that_nests_without_end_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "voice.toml").write_text(f"kind = {'[' * 5000}", "utf-8")
    with pytest.raises(VoiceError, match="cannot be read"):
        read_voice(tmp_path)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "cast.toml").write_bytes(b'narrator = "narrator"\nJos\xe9 = "auto"\n')
    with pytest.raises(ProjectError, match=r"cast\.toml:2: is not UTF-8"):
        read_toml(tmp_path / "cast.toml")


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
VALUES = st.one_of(
    st.integers(0, 9), KEYS, st.just("a\nb = 1\n[c]\n"), st.just(["x", "a, b = 1"]), st.lists(KEYS, max_size=2)
)


@given(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), max_size=3),
)
def test_every_key_of_a_text_is_found_on_its_line(top: dict[str, object], tables: dict[str, dict[str, object]]) -> None:
    """Rows are written one by one, so where each key stands is known."""
    rows: list[str] = []
    places: dict[tuple[str, ...], int] = {}

    def write(row: str, *keys: str) -> None:
        places[keys] = sum(row.count("\n") + 1 for row in rows) + 1
        rows.append(row.rstrip("\n"))

    for key, value in top.items():
        write(tomlkit.dumps({key: value}), key)
    for name, entries in tables.items():
        if name in top:
            continue
        header = tomlkit.key(name).as_string()
        write(f"[{header}]  # x = 1", name)
        for key, value in entries.items():
            write(tomlkit.dumps({key: value}), name, key)
    text = "\n".join(rows)
    assert {keys: key_line(text, *keys) for keys in places} == places
    assert key_line(text, "no such key at all") is None
