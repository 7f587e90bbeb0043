"""The command line as a person uses it: real engine, real ffmpeg, small books."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import MadeOnce
from proofing import BOOK, made_book

from narrate.cli import COMMANDS, run
from narrate.install import install_command
from narrate.script import after
from narrate.takes import TakeStore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "rain.md").write_text(BOOK, "utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def made(made_once: MadeOnce) -> Path:
    """A home with a finished project, made once; tests work on copies."""
    return made_once("rain", made_book)


@pytest.fixture
def copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "copy"
    shutil.copytree(made, home)
    monkeypatch.chdir(home)
    return home


def report(home: Path) -> dict[str, object]:
    found = json.loads((home / "projects" / "rain" / "out" / "report.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_a_book_becomes_an_audiobook(made: Path) -> None:
    told = report(made)
    assert set(told) == {
        "title", "engine", "model", "revision", "voices", "shares", "chapters", "lines", "takes_made", "takes_kept",
        "audio_s", "render_wall_s", "rtf", "made_at", "quarantined", "files", "run", "provenance", "watermark", "times",
        "words",
    }  # fmt: skip
    assert (told["takes_made"], told["takes_kept"], told["engine"]) == (7, 0, "draft")
    assert told["files"] == ["out/rain.m4b"]
    assert (made / "projects" / "rain" / "out" / "rain.m4b").stat().st_size > 20_000
    chapters = told["chapters"]
    assert isinstance(chapters, list)
    assert [(c["title"], c["lines"]) for c in chapters] == [("One", 4), ("Two", 3)]


def test_a_second_run_makes_nothing(copy: Path) -> None:
    before = (copy / "projects" / "rain" / "out" / "rain.m4b").stat().st_mtime_ns
    assert run(["rain.md"]) == 0
    assert report(copy)["takes_made"] == 0
    assert report(copy)["rtf"] is None
    assert (copy / "projects" / "rain" / "out" / "rain.m4b").stat().st_mtime_ns == before


def test_one_word_changed_makes_one_take_and_one_chapter(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = copy / "projects" / "rain" / "script" / "02-two.txt"
    script.write_text(script.read_text("utf-8").replace("at last", "at length"), "utf-8")
    assert run(["rain.md"]) == 0
    assert report(copy)["takes_made"] == 1
    assert "1 assembled, 1 kept" in capsys.readouterr().out


def test_a_renamed_speaker_and_an_inserted_line_remake_nothing_else(copy: Path) -> None:
    project = copy / "projects" / "rain"
    script = project / "script" / "01-one.txt"
    text = script.read_text("utf-8").replace("narrator: It rained", "Reader: It rained")
    script.write_text(text + "Reader: And it rained.\n", "utf-8")
    cast = project / "cast.toml"
    cast.write_text(cast.read_text("utf-8") + 'Reader = "narrator"\n', "utf-8")
    assert run(["render", "projects/rain"]) == 0
    assert len(TakeStore(project / "takes").keys()) == 8


@pytest.mark.parametrize("keep", [0, 0.6])
def test_a_damaged_take_is_made_again(copy: Path, keep: float, capsys: pytest.CaptureFixture[str]) -> None:
    project = copy / "projects" / "rain"
    store = TakeStore(project / "takes")
    path = next(store.path(key) for key in store if str(store.asked(key)["text"]).startswith("The sun"))
    whole = store.get(path.stem)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    shutil.rmtree(project / "out")
    assert run(["rain.md"]) == 0
    assert path.name in capsys.readouterr().err
    assert report(copy)["takes_made"] == 1
    assert (store.get(path.stem).samples == whole.samples).all()


def test_assemble_refuses_a_book_with_missing_takes(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = TakeStore(copy / "projects" / "rain" / "takes")
    store.discard(next(iter(store)))
    assert run(["assemble", "projects/rain"]) == 1
    assert "run `narrate render" in capsys.readouterr().err


def test_the_narrator_can_be_changed(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = copy / "voices" / "low"
    shelf.mkdir(parents=True)
    (shelf / "voice.toml").write_text('kind = "draft"\npitch = -4\n', "utf-8")
    assert run(["cast", "projects/rain", "narrator=low"]) == 0
    assert re.search(r"narrator\s+low\s+7", capsys.readouterr().out)
    assert run(["status", "projects/rain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["takes_missing"] == 7


def test_a_qwen_voice_is_never_replaced(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "me.pt").write_bytes(b"whatever")
    assert run(["rain.md", "--voice", "me.pt", "--engine", "draft"]) == 1
    said = capsys.readouterr().err
    assert install_command("qwen") in said
    assert not (home / "projects").exists()


def test_new_reads_a_book_from_standard_input(home: Path) -> None:
    command = [sys.executable, "-m", "narrate", "new", "-"]
    done = subprocess.run(command, input=b"Just a line.\n", capture_output=True, cwd=home, timeout=60)
    assert done.returncode == 0, done.stderr
    project = home / done.stdout.decode().strip()
    assert (project / "project.toml").is_file()
    assert "narrator: Just a line." in next((project / "script").glob("*.txt")).read_text("utf-8")


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.epub"], 1, "no such file"),
        (["stauts"], 2, 'did you mean "status"?'),
        (["rain.md", "--format", "m4c"], 2, 'did you mean "m4b"?'),
        (["rain.md", "--voice", "nobody"], 1, 'no voice called "nobody"'),
        (["rain.md", "--voice", "no/such.pt"], 1, "no such voice file"),
        (["rain.md", "--engine", "quen"], 2, "unknown engine"),
        (["render", "nowhere"], 1, "is not a project"),
        (["say", "…"], 1, "nothing to say"),
        (["say", "Hello.", "-o", "x.mp3"], 1, "neither .wav nor .flac"),
        (["."], 1, "is a folder"),
        (["empty.txt"], 1, "empty.txt"),
        (["odd.docx"], 1, "odd.docx"),
        (["cast", "nowhere", "a=b"], 1, "is not a project"),
        (["render"], 2, "Missing argument"),
        (["status", "a" * 300], 1, "File name too long"),
        (["script", "a" * 300], 1, "File name too long"),
        (["say", "Hello.", "--voice", "a" * 300], 1, "no voice called"),
        (["--home", "a" * 300, "new", "rain.md"], 1, "File name too long"),
    ],
)
def test_bad_input_is_one_line(
    home: Path, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "empty.txt").write_bytes(b"")
    (home / "odd.docx").write_bytes(b"PK")
    assert run(arguments) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    last = error.strip().splitlines()[-1]
    assert last.startswith({1: "narrate: ", 2: "Error: "}[code])


def test_another_book_of_the_same_name_is_refused(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "rain.md").write_text("# Snow\n\nIt snowed.\n", "utf-8")
    assert run(["rain.md"]) == 1
    assert "was made from another rain.md" in capsys.readouterr().err


def test_a_projects_folder_that_cannot_be_made_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "projects").write_text("a file where the folder should be")
    assert run(["rain.md"]) == 1
    assert "narrate: " in capsys.readouterr().err


# --- interruptions --------------------------------------------------------------------------------


def long_book(home: Path, lines: int = 400) -> None:
    rows = [
        f"The tide came in over the flat stones for the {n}th time, and the keeper wrote it down." for n in range(lines)
    ]
    (home / "rain.md").write_text("# Tide\n\n" + "\n\n".join(rows) + "\n", "utf-8")


def wait_for_takes(home: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if len(list(home.glob("projects/*/takes/??/*.flac"))) >= count:
            return
        time.sleep(0.02)
    pytest.fail("no takes came")


def held(home: Path, lines: int) -> list[str]:
    """The command of a render that speaks so many lines and goes on when home/go is there."""
    return [sys.executable, str(Path(__file__).with_name("holding.py")), str(home), str(lines)]


@pytest.mark.parametrize("engine", ["draft", "held"])
def test_an_interruption_finishes_what_is_in_hand(home: Path, engine: str) -> None:
    """^C reaches the draft engine's workers too, a batch system's SIGTERM the process alone."""
    long_book(home)
    command = [sys.executable, "-m", "narrate"] if engine == "draft" else held(home, 5)
    process = subprocess.Popen([*command, "rain.md"], cwd=home, stderr=subprocess.PIPE, start_new_session=True)
    wait_for_takes(home, 5)
    os.killpg(process.pid, signal.SIGINT) if engine == "draft" else process.send_signal(signal.SIGTERM)
    (home / "go").touch()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    told = re.search(r"Stopped\. (\d+) of 401 lines are kept; run the same command to go on\.", said.decode())
    assert told, said
    store = TakeStore(home / "projects" / "rain" / "takes")
    assert int(told[1]) == len(store.keys())
    assert 5 <= int(told[1]) < 401
    assert not list(home.rglob("*.part"))
    for key in store:
        store.get(key)


@pytest.mark.slow
def test_a_render_killed_again_and_again_ends_like_an_unbroken_one() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "resume.py"), "--kills", "2", "--lines", "12"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the README -----------------------------------------------------------------------------------


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh run\n(.*?)```", text, re.DOTALL)
    return [row for block in blocks for row in block.splitlines() if row.strip()]


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"| `narrate {name}" in text, name
    run_names = {shlex.split(row)[1] for row in readme_commands()}
    # The example is no book for a shop, proof, watch, studio and serve go on until stopped, send wants a server,
    # keys and verify an extra: they are tested elsewhere.
    assert (
        set(COMMANDS) - {"master", "package", "proof", "watch", "send", "studio", "serve", "keys", "verify"}
        <= run_names
    )


@pytest.mark.slow
def test_the_readme_commands_run(home: Path) -> None:
    shutil.copytree(ROOT / "examples", home / "examples")
    shutil.copytree(ROOT / "voices", home / "voices")
    for row in readme_commands():
        assert run(shlex.split(row)[1:]) == 0, row
    assert (home / "projects/the-lighthouse-clock/out/the-lighthouse-clock.m4b").is_file()
    assert list((home / "projects/show/out").rglob("*.opus"))


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """`home/projects` on a file system of its own that holds 64 MB."""
    folder = home / "projects"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root can make a small file system, and not everywhere")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_keeps_what_is_finished(home: Path, small_disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    long_book(home, 9)
    command = ["rain.md", "--disk-wait", "0", "--check", "off"]
    process = subprocess.Popen(
        [*held(home, 5), *command], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_takes(home, 5)
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))
    (home / "go").touch()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "free some space and run the same command again" in said
    assert "Traceback" not in said
    store = TakeStore(small_disk / "rain" / "takes")
    kept = store.keys()
    assert len(kept) == 5
    for key in kept:
        store.get(key)
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=600m", str(small_disk)], check=True)
    assert run(command) == 0
    assert "5 made, 5 kept" in capfd.readouterr().out


def test_a_book_is_read_again_after_its_reading_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from epubs import epub, links, nav, page

    pages = {
        "one.xhtml": page("<p>It rained.<a epub:type='noteref' href='#n'>1</a></p><aside epub:type='footnote' id='n'>"
        "A note.</aside>"),
        "colophon.xhtml": page("<p>Set in type.</p>", attributes="epub:type='colophon'"),
    }  # fmt: skip
    (home / "rain.epub").write_bytes(epub(pages, toc=nav(links(("One", "one.xhtml"), ("Colophon", "colophon.xhtml")))))
    assert run(["new", "rain.epub"]) == 0
    said = capsys.readouterr().err
    assert 'the colophon is not read aloud (keep = ["colophon"] brings it back)' in said
    script = home / "projects" / "rain" / "script"
    assert [path.name for path in sorted(script.glob("*.txt"))] == ["01-one.txt"]
    settings = home / "projects" / "rain" / "project.toml"
    text = (
        settings.read_text("utf-8")
        .replace('notes = "skip"', 'notes = "end"')
        .replace("keep = []", "keep = ['colophon']")
    )
    settings.write_text(text, "utf-8")
    assert run(["new", "rain.epub"]) == 1
    assert "--again" in capsys.readouterr().err
    assert run(["new", "rain.epub", "--again"]) == 0
    said = capsys.readouterr().err
    assert "Added script/02-colophon.txt." in said
    assert "Rewrote script/01-one.txt." in said
    assert "A note." in (script / "01-one.txt").read_text("utf-8")
    settings.write_text(text.replace('"end"', '"never"'), "utf-8")
    assert run(["new", "rain.epub", "--again"]) == 1
    assert "one of skip, inline, end" in capsys.readouterr().err


def test_a_play_becomes_an_episode_with_its_sounds(home: Path) -> None:
    (home / "sounds").mkdir()
    shutil.copy(ROOT / "examples" / "sounds" / "bell.wav", home / "sounds")
    play = "# One\n\nANNA\nHello there.\n\n[sfx: sounds/bell.wav]\n\nBEN\nHello.\n\n# Two\n\nANNA\nGood bye.\n"
    (home / "play.fountain").write_text(play, "utf-8")
    assert run(["play.fountain"]) == 0
    project = home / "projects" / "play"
    assert (project / "source" / "sounds" / "bell.wav").is_file()
    told = json.loads((project / "out" / "report.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in told["chapters"]] == ["One", "Two"]
    with_bell = told["chapters"][0]["duration_s"]
    script = project / "script" / "01-one.txt"
    script.write_text(script.read_text("utf-8").replace("[sfx: sounds/bell.wav]", "[pause 1s]"), "utf-8")
    assert run(["play.fountain"]) == 0
    again = json.loads((project / "out" / "report.json").read_text("utf-8"))
    assert again["takes_made"] == 0
    assert with_bell - again["chapters"][0]["duration_s"] == pytest.approx(
        1.8 + (after("Hello there.", 650) + 650) / 1000 - 1.0, abs=0.1
    )
    script.write_text(script.read_text("utf-8").replace("[pause 1s]", "[sfx: sounds/bel.wav]"), "utf-8")
    assert run(["render", str(project)]) == 1


def test_a_missing_sound_stops_before_anything_is_made(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.script").write_text("Ann: Hi.\n[music: no.mp3]\n", "utf-8")
    assert run(["new", "a.script"]) == 1
    assert 'a.script:2: there is no sound "no.mp3"' in capsys.readouterr().err
    assert not (home / "projects").exists()


@pytest.mark.slow
def test_words_are_timed_where_that_is_asked_for(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pocketsphinx")
    kept, out = copy / "projects/rain/takes/words.jsonl", copy / "projects/rain/out"
    assert run(["assemble", "projects/rain", "--words", "--format", "json,vtt"]) == 0
    told: Any = report(copy)["words"]
    assert told["timed"] + len(told["untimed"]) == report(copy)["lines"]
    assert told["timed"] >= 6
    assert all(set(line) == {"line", "text", "why"} for line in told["untimed"])
    chapters = json.loads((out / "rain.transcript.json").read_text("utf-8"))["chapters"]
    lines = [line for chapter in chapters for line in chapter["lines"] if "words" in line]
    assert sum(len(line["words"]) for line in lines) == told["words"]
    for line in lines:
        edges = [line["start_s"], *(line["words"][0][key] for key in ("start_s", "end_s"))]
        for word in line["words"][1:]:
            edges += [word["start_s"], word["end_s"]]
        assert edges == sorted(edges)
        assert edges[-1] <= line["end_s"]
    assert "<c>" in (out / "rain.vtt").read_text("utf-8")
    before = kept.read_bytes()
    assert run(["assemble", "projects/rain", "--words", "--format", "json"]) == 0
    assert kept.read_bytes() == before, "what is known is not found again"
    kept.unlink()
    assert run(["assemble", "projects/rain", "--format", "json,vtt"]) == 0
    assert report(copy)["words"] is None
    assert '"words"' not in (out / "rain.transcript.json").read_text("utf-8")
    assert "<c>" not in (out / "rain.vtt").read_text("utf-8")
    settings = copy / "projects/rain/project.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "en"', 'language = "de"'), "utf-8")
    capsys.readouterr()
    assert run(["render", "projects/rain", "--words"]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("narrate: ")
    assert "--asr-model" in error or "pip install" in error, "nothing is made before that is told"
