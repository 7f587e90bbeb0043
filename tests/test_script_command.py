"""`narrate script` and `narrate lexicon` as a person uses them."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from narrate.cli import run
from narrate.cli.script import _hear
from narrate.speakers import NAME, RARE, propose
from narrate.words import Lexicon
from narrate.work import Heard

BOOK = """# Chapter I

It was 1888. “Will it rain?” asked Dr. Grimesby Roylott. “It will,” said Holmes.

He had £5 and a clepsydra, and Roylott knew; because the sky was grey.

# II

Then Roylott left.
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    return tmp_path


def out(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_book_and_its_project_have_one_script(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = out(capsys, "script", "rain.md")
    assert not (home / "projects").exists()
    assert printed.startswith("# Chapter I\n\nnarrator: It was 1888.\n")
    out(capsys, "new", "rain.md")
    files = sorted((home / "projects" / "rain" / "script").glob("*.txt"))
    assert printed == "\n".join(file.read_text("utf-8") for file in files)
    assert out(capsys, "script", "rain") == printed


def test_script_spoken_shows_the_words_as_spoken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "lexicon.toml").write_text('Roylott = "Roy-lot"\n', "utf-8")
    rows = json.loads(out(capsys, "script", "rain.md", "--spoken", "--json"))
    assert {row["line"]: row["spoken"] for row in rows}["1:1"] == "Chapter one"
    said = " ".join(row["spoken"] for row in rows)
    assert "eighteen eighty-eight" in said
    assert "Doctor Grimesby Roy-lot" in said
    assert "five pounds" in said
    assert "Then Roy-lot left." in said
    every = json.loads(out(capsys, "script", "rain.md", "--spoken", "--all", "--json"))
    assert len(every) > len(rows)
    plain = json.loads(out(capsys, "script", "rain.md", "--spoken", "--plain", "--json"))
    assert all("Roy-lot" in row["spoken"] for row in plain)
    table = out(capsys, "script", "rain.md", "--spoken").splitlines()
    assert table[:2] == ["1:1  Chapter I", "     Chapter one"]


def test_script_stats_counts_chapters_words_and_quotes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stats = json.loads(out(capsys, "script", "rain.md", "--stats", "--json"))
    assert (stats["chapters"], stats["words_in"], stats["words_out"]) == (2, 34, 34)
    assert (stats["quotes"], stats["lower_starts"]) == (2, 0)
    assert stats["lines_changed"] >= 4
    assert stats["longest"] == max(len(row["written"]) for row in json.loads(
        out(capsys, "script", "rain.md", "--spoken", "--all", "--json")
    ))  # fmt: skip
    assert "34 in, 34 out" in out(capsys, "script", "rain.md", "--stats")


def test_options_that_do_not_go_together(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["script", "rain.md", "--json"]) == 2
    assert run(["script", "rainy.md"]) == 1
    assert "no such file" in capsys.readouterr().err


def test_names_and_rare_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out(capsys, "new", "rain.md")
    rows = json.loads(out(capsys, "lexicon", "rain", "--json"))
    by_word = {row["word"]: row for row in rows}
    assert (by_word["Roylott"]["kind"], by_word["Roylott"]["count"]) == ("name", 3)
    assert not {"Then", "because", "Dr", "rain"} & set(by_word)
    assert shlex.split(by_word["Roylott"]["hear"]) == ["narrate", "say", "Roylott", "--voice", "narrator"]
    (home / "projects" / "rain" / "lexicon.toml").write_text('Roylott = "Roy-lot"\n', "utf-8")
    assert "Roylott" not in out(capsys, "lexicon", "rain")


@pytest.mark.slow
def test_a_name_is_heard_in_its_ways(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out(capsys, "new", "rain.md")
    lexicon = home / "projects" / "rain" / "lexicon.toml"
    lexicon.write_text('Roylott = { ipa = "ˈraɪlət", say = "Rye-lot" }\nknew = "new"\n', "utf-8")
    args = ["lexicon", "rain", "--hear", "Roylott", "--ipa", "/ˈraɪ.lət/", "--say", "Rye-lot", "--json"]
    found = json.loads(out(capsys, *args))
    assert [(way["entry"], way["how"]) for way in found] == [
        ("", "as written"),
        ('Roylott = "Rye-lot"', "respelt"),
        ('Roylott = "Righ-lut"', "respelt"),
        ('Roylott = {ipa = "ˈraɪlət"}', "IPA"),
    ]
    files = [home / way["file"] for way in found]
    assert len({file.read_bytes() for file in files}) == len(found)
    assert {file.parent for file in files} == {home / "projects" / "rain" / "out" / "lexicon"}
    rows = out(capsys, "lexicon", "rain", "--hear", "clepsydra", "-o", "ways").splitlines()
    assert rows == [f"1  {Path('ways', 'clepsydra-1.wav')}  (no entry)  as written"]
    assert run(["lexicon", "rain", "--hear", "Roylott", "--ipa", "r!"]) == 1
    assert '--ipa "r!": "!" (U+0021) is no symbol of the IPA' in capsys.readouterr().err
    assert run(["lexicon", "rain", "--ipa", "a"]) == 2


def test_where_nothing_plays_a_name_it_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ways = [Heard(str(tmp_path / f"{n}.wav"), "", "as written") for n in (1, 2)]
    _hear(ways, as_json=False, given=True)
    assert capsys.readouterr().err == ""  # a pipe is played nothing
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    _hear(ways, as_json=False, given=True)
    told = capsys.readouterr()
    assert (len(told.out.splitlines()), told.err.count("No program here could play them")) == (2, 1)


def test_a_dictionary_decides_what_is_rare() -> None:
    lines = [("1:1", "We saw Anna and the zyzzyva."), ("1:2", "Where is Anna’s?"), ("1:3", "It’s NATO.")]
    found = propose(lines, Lexicon(), "en", lambda words: {word for word in words if word in ("zyzzyva", "Anna")})
    told = [(p.word, p.kind, p.count, p.place) for p in found]
    assert told == [
        ("Anna", NAME, 2, "1:1"),
        ("zyzzyva", RARE, 1, "1:1"),
    ]
    assert [p.word for p in propose(lines, Lexicon(), "de", None)] == ["Anna"]
