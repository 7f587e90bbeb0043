"""Runs that nobody watches: limits, several books, two renders at once, a full disk, and what is told."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from holding import HeldEngine

from narrate.cli import run
from narrate.cli.options import time_type
from narrate.cli.signals import stopping
from narrate.engine.speed import Speed, recall, remember, speed_file
from narrate.errors import StorageError
from narrate.project import read_duration
from narrate.takes import TakeStore, holder, is_locked, locked
from narrate.work import Limits, Run, Stop, queued, run as work_run, stop as work_stop

pytestmark = pytest.mark.slow

Process = subprocess.Popen[str]
LINES = 8  # of the book of these tests, its title among them


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    write_book(tmp_path / "tide.txt", LINES - 1)  # and its title
    (tmp_path / "short.txt").write_text("It rained. Then it stopped.\n", "utf-8")
    return tmp_path


def write_book(path: Path, lines: int) -> None:
    rows = (f"The tide came in over the flat stones for the {n}th time, and he wrote it down." for n in range(lines))
    path.write_text("\n\n".join(rows) + "\n", "utf-8")


def started(home: Path, *arguments: str) -> Process:
    command = [sys.executable, "-m", "narrate", *arguments]
    return subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def held(home: Path, lines: int, *arguments: str) -> Process:
    """`narrate ARGUMENTS`, which renders so many lines and goes on when `let_go` was called."""
    command = [sys.executable, str(Path(__file__).with_name("holding.py")), str(home), str(lines), *arguments]
    return subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def let_go(home: Path) -> None:
    (home / "go").touch()


def said_until(process: Process, words: str) -> str:
    """What it says on stderr, to the row with these words."""
    assert process.stderr is not None
    rows: list[str] = []
    for row in process.stderr:
        rows.append(row)
        if words in row:
            break
    else:
        pytest.fail("".join(rows))
    return "".join(rows)


def wait_for(what: str, holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen in {seconds:.0f} s")
        time.sleep(0.02)


def takes(project: Path) -> dict[str, int]:
    """Every take's key and its file's time of change."""
    store = TakeStore(project / "takes")
    return {key: store.path(key).stat().st_mtime_ns for key in store}


def run_report(project: Path) -> dict[str, object]:
    found = json.loads((project / "out" / "run.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


# --- two at once ----------------------------------------------------------------------------------


def test_the_second_renderer_waits_and_finds_all_done(home: Path) -> None:
    project = home / "projects" / "tide"
    assert run(["new", "tide.txt"]) == 0
    first = held(home, 3, "render", "projects/tide", "--check", "off")
    wait_for("a take", lambda: len(takes(project)) >= 3)
    second = held(home, 0, "render", "projects/tide", "--check", "off")
    assert f"is being worked on by process {first.pid}, since" in said_until(second, "is being worked on by")
    assert len(takes(project)) == 3
    let_go(home)
    told, _ = first.communicate(timeout=120)
    between = takes(project)
    found, said = second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0), said
    assert f"Made {LINES} lines" in told
    assert f"All {LINES} lines are there" in found
    assert takes(project) == between


def test_the_second_renderer_goes_on_when_the_first_is_killed(home: Path) -> None:
    project = home / "projects" / "tide"
    assert run(["new", "tide.txt"]) == 0
    first = held(home, 3, "render", "projects/tide", "--check", "off")
    wait_for("a take", lambda: len(takes(project)) >= 3)
    second = held(home, LINES, "render", "projects/tide", "--check", "off")
    said_until(second, "is being worked on by")
    first.kill()
    first.communicate()
    before = takes(project)
    assert len(before) == 3
    found, said = second.communicate(timeout=120)
    assert second.returncode == 0, said
    after = takes(project)
    assert len(after) == LINES
    assert all(after[key] == changed for key, changed in before.items()), "made again"
    assert f"Made {LINES - len(before)} line" in found
    assert not list(home.rglob("*.part"))
    assert not is_locked(project / "takes")


def test_status_watches_until_the_end(home: Path) -> None:
    project = home / "projects" / "tide"
    assert run(["new", "tide.txt"]) == 0
    first = held(home, 1, "render", "projects/tide", "--check", "off")
    wait_for("a take", lambda: len(takes(project)) >= 1)
    watching = started(home, "status", "projects/tide", "--watch", "--json")
    assert watching.stdout is not None
    row = watching.stdout.readline()
    let_go(home)
    seen, said = watching.communicate(timeout=120)
    assert watching.returncode == 0, said
    first.communicate(timeout=60)
    rows = [json.loads(row)[0] for row in (row, *seen.splitlines())]
    assert rows[0]["run"]["pid"] == first.pid
    assert rows[0]["takes_missing"] == LINES - 1
    assert rows[-1]["run"] is None
    assert rows[-1]["takes_missing"] == 0


def test_two_commands_may_make_the_same_project(home: Path) -> None:
    command = ("short.txt", "--check", "off")
    both = [held(home, 3, *command), held(home, 3, *command)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(takes(home / "projects" / "short")) == 3
    assert sum("Made projects/short" in text for text in said) == 1, "the other one goes on with it"


def test_a_lock_says_who_holds_it_and_ends_with_the_block(tmp_path: Path) -> None:
    told: list[object] = []
    stop = threading.Event()
    with locked(tmp_path, told.append, stop) as held:
        assert held
        assert is_locked(tmp_path)
        who = holder(tmp_path)
        assert who is not None
        assert who.pid == os.getpid()
        stop.set()
        with locked(tmp_path, told.append, stop) as again:
            assert not again, "a run that is to stop does not wait"
    assert told == [who]
    assert not is_locked(tmp_path)
    assert holder(tmp_path) is None


# --- limits ---------------------------------------------------------------------------------------


def test_a_run_stops_at_its_time(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its engine would speak for a minute longer; what it has in hand when the time has come is finished."""
    write_book(home / "tide.txt", 599)
    assert run(["new", "tide.txt"]) == 0
    let_go(home)
    engine = HeldEngine(home / "go", line_s=0.1)
    monkeypatch.setattr(work_run, "open_lasting", lambda *_: engine)
    until = datetime.now().replace(microsecond=0) + timedelta(seconds=3)
    assert run(["tide.txt", "--check", "off", "--until", until.isoformat()]) == 130
    said = capfd.readouterr().err
    assert datetime.now() >= until
    project = home / "projects" / "tide"
    told = run_report(project)
    assert told["state"] == "stopped"
    assert told["why"] == f"it is {until:%H:%M}"
    assert told["made"] == len(takes(project))
    assert re.search(rf"Stopped\. {told['made']} of 600 lines are kept", said)
    assert "Stopped." in next((project / "out" / "logs").glob("*.log")).read_text("utf-8")


def test_limits_are_reached_by_clock_or_by_duration() -> None:
    limits = Limits(until=1000.0, most_s=60.0)
    assert not limits.reached(999.9, 59.9)
    assert limits.reached(1000.0, 0.0).startswith("it is ")
    assert limits.reached(0.0, 60.0) == "it has run for 0.0166667 hours"
    assert not Limits().reached(1e12, 1e12)


def test_when_a_run_will_stop_is_told_with_its_day() -> None:
    now = datetime(2026, 5, 3, 4, 31, 20)
    tomorrow = now.replace(day=4, second=0).timestamp()
    wanted = "Stops on Monday, 2026-05-04, at 04:31, in 24 h 0 min, if not done before."
    assert Limits(until=tomorrow).told(now.timestamp()) == wanted
    assert (
        Limits(until=tomorrow, most_s=5400.0).told(now.timestamp()).startswith("Stops on Sunday, 2026-05-03, at 06:01")
    )
    assert Limits().told(now.timestamp()) == ""


def test_a_clock_that_is_put_right_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_stop, "LOOK_S", 0.01)
    real, shift = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: real() + shift)
    stop = Stop()
    stop.watch(Limits(until=real() + 3600, most_s=7200))
    shift = -86400.0
    assert not stop.event.wait(0.2)
    shift = 3601.0
    assert stop.event.wait(5)
    assert stop.why.startswith("it is ")
    stop.over()


def test_a_graceful_stop_interrupts_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_stop, "GRACE_S", 0.3)
    with stopping(Limits()) as stop, pytest.raises(KeyboardInterrupt), stop.graceful():
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.why == "SIGTERM"
        time.sleep(60)
        pytest.fail("nobody interrupted it")


@pytest.mark.parametrize("text", ["7 o'clock", "25:00", "2001-01-01T07:00", ""])
def test_an_unreadable_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        time_type.convert(text, None, None)


def test_a_time_of_day_is_the_next_one() -> None:
    now = datetime.now()
    for minutes in (-90, -2, 2, 90):
        moment = now + timedelta(minutes=minutes)
        at = time_type.convert(f"{moment:%H:%M}", None, None)
        assert 0 < at - now.timestamp() <= 25 * 3600
        assert f"{datetime.fromtimestamp(at):%H:%M}" == f"{moment:%H:%M}"


# --- several books --------------------------------------------------------------------------------


def test_a_queue_goes_on_after_a_book_that_fails(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (home / "other.txt").write_text("The sun came out.\n", "utf-8")
    (home / "queue.txt").write_text("# tonight\nshort.txt\n\nnowhere\nother.txt\nshort.txt\n", "utf-8")
    notify = f"{sys.executable} -c \"import os, json; json.dump(dict(os.environ), open('told.json', 'w'))\""
    assert run(["render", "--check", "off", "--queue", "queue.txt", "--assemble", "--notify", notify]) == 1
    out, err = capfd.readouterr()
    assert (home / "projects" / "short" / "out" / "short.m4b").is_file()
    assert (home / "projects" / "other" / "out" / "other.m4b").is_file()
    assert "nowhere: is not a project" in err
    assert "short.txt: done; 3 lines made" in out
    assert "nowhere: failed" in out
    told = json.loads((home / "told.json").read_text("utf-8"))
    assert (told["NARRATE_RESULT"], told["NARRATE_EXIT_CODE"], told["NARRATE_MADE"]) == ("failed", "1", "5")
    assert told["NARRATE_PROJECTS"].split(os.pathsep) == ["projects/short", "projects/other"]
    assert (home / told["NARRATE_REPORTS"].split(os.pathsep)[0]).read_text("utf-8").startswith("done: ")
    report = json.loads((home / "projects" / "short" / "out" / "report.json").read_text("utf-8"))
    assert report["run"]["made"] == 3
    assert report["run"]["state"] == "done"


def test_a_notification_that_fails_is_told(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "short.txt", "--check", "off", "--notify", "exit 9"]) == 0
    assert "--notify ended with exit code 9." in capfd.readouterr().err


def test_rows_added_to_a_queue_are_rendered_too(tmp_path: Path) -> None:
    queue = tmp_path / "queue.txt"
    queue.write_text("one\n", "utf-8")
    rows = queued(queue)
    assert next(rows) == "one"
    queue.write_text("zero\none\ntwo\n", "utf-8")
    assert list(rows) == ["zero", "two"]


def test_render_wants_something_to_render(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render"]) == 2
    assert "--queue" in capsys.readouterr().err


# --- a full disk ----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """`home/projects` on a file system of its own that holds 16 MB."""
    folder = home / "projects"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root can make a small file system, and not everywhere")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that leaves no space in `folder`'s file system."""
    path = folder / "filler"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    with suppress(OSError), path.open("ab", buffering=0) as file:
        while file.write(bytes(1 << 9)):
            pass
    return path


def test_a_book_that_cannot_fit_is_refused_before_it_is_begun(
    home: Path, small_disk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_book(home / "tide.txt", 200)
    assert run(["new", "tide.txt"]) == 0
    assert run(["render", "projects/tide"]) == 1
    assert "the takes need about" in capfd.readouterr().err
    assert not takes(small_disk / "tide")
    assert run(["plan", "projects/tide"]) == 1
    assert "NOT ENOUGH" in capfd.readouterr().out


def test_a_full_disk_is_waited_for(home: Path, small_disk: Path) -> None:
    project = small_disk / "tide"
    assert run(["new", "tide.txt"]) == 0
    process = held(home, 1, "render", "projects/tide", "--check", "off")
    wait_for("a take", lambda: len(takes(project)) >= 1)
    filler = fill(small_disk)
    let_go(home)
    lines = said_until(process, "waiting for space")
    kept = takes(project)
    assert len(kept) == 1
    assert process.poll() is None, lines
    filler.unlink()
    told, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert f"Made {LINES} lines" in told
    after = takes(project)
    assert len(after) == LINES
    assert all(after[key] == changed for key, changed in kept.items())


def test_waiting_for_space_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_run, "FULL_LOOK_S", 0.1)
    full = StorageError("No space left on device", where=tmp_path)
    stop = Stop()
    assert not Run(stop, 0.0)._wait_for_space(full)
    run = Run(stop, 0.4)
    assert 1 <= sum(1 for _ in iter(lambda: run._wait_for_space(full), False)) <= 5, "looks every tenth of a second"
    stop.event.set()
    assert not Run(stop, 60.0)._wait_for_space(full), "nor does a run that is to stop wait"


# --- before the run -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Speeds are remembered in a folder of the test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def test_a_plan_says_what_a_book_takes(home: Path, cache: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_book(home / "tide.txt", 29)
    assert run(["new", "tide.txt"]) == 0
    capfd.readouterr()
    assert run(["plan", "projects/tide", "--json"]) == 0
    out, err = capfd.readouterr()
    told = json.loads(out)
    assert err == "Measuring this machine's speed on lines of the book.\n"
    assert (told["chapters"], told["lines"], told["takes_missing"], told["takes_there"]) == (1, 30, 30, 0)
    assert told["words"] == 1 + 29 * 17
    assert told["fits"] is True
    assert 100 < told["audio_s"] < 250
    assert told["takes_bytes"] > 1_000_000
    assert told["output_bytes"] > told["takes_bytes"]
    assert not takes(home / "projects" / "tide"), "a plan changes nothing"
    remembered = json.loads((cache / "narrate" / "speed.json").read_text("utf-8"))
    (speed,) = remembered.values()
    assert speed["lines"] == 20
    assert told["time_s"] == pytest.approx(speed["load_s"] + told["audio_left_s"] / speed["rtf"], rel=0.01)
    assert run(["plan", "projects/tide"]) == 0
    out, err = capfd.readouterr()
    assert "Measuring" not in err
    assert re.search(r"time +\d+:\d\d, at RTF \d+ as measured here", out)
    assert re.search(r"voices +narrator; none is missing", out)


def test_a_plan_names_every_voice_that_is_missing(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (home / "two.script").write_text("# Two\n\nAnna: Yes.\nBen: No.\nClara: Perhaps.\n", "utf-8")
    assert run(["new", "two.script"]) == 0
    cast = home / "projects" / "two" / "cast.toml"
    cast.write_text('narrator = "narrator"\nAnna = "nobody"\nBen = "no-one"\n', "utf-8")
    capfd.readouterr()
    assert run(["plan", "projects/two"]) == 1
    out = capfd.readouterr().out
    assert '"Anna": no voice called "nobody"' in out
    assert '"Ben": no voice called "no-one"' in out
    cast.write_text('narrator = "narrator"\nAnna = "auto"\nBen = "auto"\n', "utf-8")
    assert run(["plan", "projects/two"]) == 1
    assert 'speaker "Clara" is not in cast.toml' in capfd.readouterr().out


def test_a_damaged_cache_is_measured_anew(cache: Path) -> None:
    speed = Speed(100.0, 2.0, 14.0, 25_000.0, 20, "now")
    remember("a", speed)
    assert recall("a") == speed
    assert recall("b") is None
    speed_file().write_text("[1]", "utf-8")
    assert recall("a") is None
    remember("a", speed)
    assert recall("a") == speed


@pytest.mark.parametrize(
    ("text", "seconds"), [("2m", 120.0), ("90s", 90.0), ("45", 45.0), ("1h30m", 5400.0), ("1.5m", 90.0)]
)
def test_durations_are_read_in_seconds(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "two minutes", "0s", "-1m", "1m2h"])
def test_an_unreadable_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no length"):
        read_duration(text)


def test_a_sample_is_made_beside_the_book(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = "\n\n".join(f"# Part {n}\n\n" + "The rain fell on the roof all night. " * 30 for n in (1, 2))
    (home / "rain.md").write_text(rows, "utf-8")
    assert run(["rain.md", "--sample", "10s", "--check", "off"]) == 0
    project = home / "projects" / "rain"
    made = len(takes(project))
    report = json.loads((project / "out" / "sample" / "report.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in report["chapters"]] == ["Part 1", "Part 2"]
    assert all(5 < chapter["duration_s"] < 25 for chapter in report["chapters"])
    assert (project / "out" / "sample" / "rain.m4b").is_file()
    assert not (project / "out" / "rain.m4b").exists()
    assert run(["assemble", "projects/rain", "--sample", "5s", "--sample-of", "book", "--format", "flac"]) == 0
    report = json.loads((project / "out" / "sample" / "report.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in report["chapters"]] == ["Part 1"]
    assert len(takes(project)) == made
    capfd.readouterr()
    assert run(["render", "projects/rain", "--sample", "soon"]) == 2
    assert "is no length such as 2m" in capfd.readouterr().err
