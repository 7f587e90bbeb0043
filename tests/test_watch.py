"""`narrate watch`: which files of a folder are books that have landed, and what becomes of them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bookshelf import KEY, bookshelf

from narrate.cli import run
from narrate.takes import TakeStore
from narrate.work import watch

STEADY_S, STALLED_S = watch.STEADY_S, watch.STALLED_S
DOCS = Path(__file__).parents[1] / "docs" / "watch.md"
EXAMPLE = Path(__file__).parents[1] / "examples" / "the-lighthouse-clock.epub"
Said = pytest.CaptureFixture[str]
# A real ^C can fall between a file's opening and its `with`: the collector closes that one, and warns of it.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, which is the current folder, with an empty folder to watch."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def put(path: Path, text: str = "It rained. Then it stopped.\n") -> Path:
    path.write_text(text, "utf-8")
    return path


# --- which files have landed ----------------------------------------------------------------------


def test_a_book_has_landed_when_it_stays_as_it_is(drop: Path) -> None:
    landing = watch.Landing(drop)
    assert landing.next_book(0) is None
    book = put(drop / "rain.txt", "It rained.")
    assert landing.next_book(10) is None
    put(book, "It rained. Then")
    assert landing.next_book(10 + STEADY_S) is None, "it has grown"
    put(book)
    assert landing.next_book(20) is None
    assert landing.next_book(20 + STEADY_S - 0.1) is None
    assert landing.next_book(20 + STEADY_S) == book
    assert landing.next_book(1000) is None, "each is given once"


def test_a_book_that_changed_is_given_again(drop: Path) -> None:
    landing, book = watch.Landing(drop), put(drop / "rain.txt")
    landing.next_book(0)
    assert landing.next_book(STEADY_S) == book
    os.utime(book, ns=(1, 1))
    assert landing.next_book(100) is None
    assert landing.next_book(100 + STEADY_S) == book
    book.unlink()
    assert landing.next_book(200) is None
    put(book)
    assert landing.next_book(300) is None
    assert landing.next_book(300 + STEADY_S) == book


def test_half_a_book_is_waited_for(drop: Path) -> None:
    """A copy that pauses stays as it is; only a whole EPUB opens."""
    landing, book, data = watch.Landing(drop), drop / "clock.epub", EXAMPLE.read_bytes()
    book.write_bytes(data[: len(data) // 2])
    assert landing.next_book(0) is None
    assert landing.next_book(STEADY_S) is None
    assert landing.next_book(STALLED_S - 0.1) is None
    book.write_bytes(data)
    assert landing.next_book(STALLED_S) is None
    assert landing.next_book(STALLED_S + STEADY_S) == book


def test_what_never_becomes_a_book_is_given_to_be_told(drop: Path) -> None:
    landing, book = watch.Landing(drop), put(drop / "bad.epub")
    good = put(drop / "good.txt")
    landing.next_book(0)
    assert landing.next_book(STEADY_S) == good, "it keeps nobody waiting"
    assert landing.next_book(STALLED_S) == book
    assert landing.next_book(10 * STALLED_S) is None


def test_books_come_as_they_landed_and_other_files_do_not(drop: Path) -> None:
    for name in ("notes.djvu", ".hidden.txt", "~$rain.txt", "rain.txt.part", "clock.epub.crdownload"):
        put(drop / name)
    (drop / "folder.txt").mkdir()
    put(drop / "below").unlink()
    names = ["c.txt", "a.MD", "b.fountain"]
    for age, name in enumerate(names):
        os.utime(put(drop / name), ns=(age, age))
    landing = watch.Landing(drop)
    landing.next_book(0)
    found = [landing.next_book(STALLED_S) for _ in range(4)]
    assert found == [*(drop / name for name in names), None]


def test_a_folder_that_is_gone_is_told_once_and_looked_for(drop: Path, caplog: pytest.LogCaptureFixture) -> None:
    landing, book = watch.Landing(drop), put(drop / "rain.txt")
    landing.next_book(0)
    assert landing.next_book(STEADY_S) == book
    drop.rename(drop.with_name("away"))
    assert [landing.next_book(at) for at in (20, 30, 40)] == [None] * 3
    assert [record.getMessage() for record in caplog.records] == [
        f"{drop} cannot be read (No such file or directory): it is looked for."
    ]
    drop.with_name("away").rename(drop)
    assert landing.next_book(100) is None, "the books that it had are the same"
    other = put(drop / "other.txt")
    landing.next_book(200)
    assert landing.next_book(200 + STEADY_S) == other


# --- what becomes of them -------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is waited for."""
    for name, value in (("LOOK_S", 0.05), ("STEADY_S", 0.0), ("STALLED_S", 0.0)):
        monkeypatch.setattr(watch, name, value)


def interrupted(when: Callable[[], bool], *arguments: str) -> int:
    """The exit code of `narrate ARGUMENTS`, which ^C ends when that holds."""

    def end() -> None:
        deadline = time.monotonic() + 120
        while not when() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        return run([*arguments, "--check", "off"])
    finally:
        thread.join()


def report_of(home: Path, name: str) -> Path:
    return home / "projects" / name / "out" / "report.json"


def notes(home: Path) -> str:
    """A command that writes down what a notification says."""
    code = (
        "import os; open('told.txt','a').write(os.environ['NARRATE_RESULT']+' '+os.environ['NARRATE_PROJECTS']+chr(10))"
    )
    return f'{sys.executable} -c "{code}"'


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_what_lands_is_made_and_what_fails_is_told_once(drop: Path, capfd: Said) -> None:
    home, told = drop.parent, drop.parent / "told.txt"
    put(drop / "bad.epub")
    put(drop / "rain.txt")
    landed = threading.Event()

    def over() -> bool:
        if report_of(home, "rain").is_file() and not landed.is_set():
            put(drop / "later.txt", "The sun came out.\n")
            landed.set()
        return told.is_file() and len(told.read_text("utf-8").splitlines()) == 3

    assert interrupted(over, "watch", "drop", "--format", "mp3-single", "--notify", notes(home)) == 130
    out, err = capfd.readouterr()
    assert "Watching drop; ^C ends it." in err
    assert err.count("narrate: drop/bad.epub") == 1
    assert err.rstrip().endswith("Stopped.")
    assert "Traceback" not in err
    for name in ("rain", "later"):
        assert (home / "projects" / name / "out" / f"{name}.mp3").is_file()
        assert out.count(f"projects/{name}/out/{name}.mp3") == 1
    assert sorted(told.read_text("utf-8").splitlines()) == ["done projects/later", "done projects/rain", "failed "]


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_what_failed_is_made_when_its_file_has_changed(drop: Path, capfd: Said) -> None:
    home, told = drop.parent, drop.parent / "told.txt"
    bad = put(drop / "rain.txt", "")

    def over() -> bool:
        if told.is_file() and bad.stat().st_size == 0:
            put(bad)
        return report_of(home, "rain").is_file()

    assert interrupted(over, "watch", "drop", "--notify", notes(home)) == 130
    assert capfd.readouterr().err.count("narrate: drop/rain.txt: ") == 1
    assert (home / "projects" / "rain" / "out" / "rain.m4b").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_a_restart_goes_on_and_leaves_alone_what_is_made(drop: Path, capfd: Said) -> None:
    home = drop.parent
    put(drop / "tide.txt", "\n\n".join(f"The tide came in for the {n}th time." for n in range(7)))
    held = [sys.executable, str(Path(__file__).with_name("holding.py")), str(home), "3", "watch", "drop"]
    first = subprocess.Popen([*held, "--check", "off"], cwd=home, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    store = TakeStore(home / "projects" / "tide" / "takes")
    while len(store.keys()) < 3:
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.wait()
    before = {key: store.path(key).stat().st_mtime_ns for key in store}
    assert interrupted(report_of(home, "tide").is_file, "watch", "drop") == 130
    assert "Going on with projects/tide." in capfd.readouterr().err
    assert all(store.path(key).stat().st_mtime_ns == changed for key, changed in before.items()), "made again"
    assert json.loads(report_of(home, "tide").read_text("utf-8"))["takes_kept"] == len(before)

    put(drop / "other.txt")
    assert interrupted(report_of(home, "other").is_file, "watch", "drop") == 130
    out, err = capfd.readouterr()
    assert "tide" not in out + err


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_another_edition_of_a_book_is_refused_with_the_way_on(drop: Path, capfd: Said) -> None:
    home, told = drop.parent, drop.parent / "told.txt"
    book = put(drop / "rain.txt")
    assert interrupted(report_of(home, "rain").is_file, "watch", "drop") == 130
    put(book, "It snowed.\n")
    assert interrupted(told.is_file, "watch", "drop", "--notify", notes(home)) == 130
    assert "`narrate new BOOK --again` reads the new one into it" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_what_is_made_can_be_sent(drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/watch.md puts the two together."""
    (recipe,) = re.findall(r"--notify '(.*)'", DOCS.read_text("utf-8"))
    with bookshelf(tmp_path / "library") as shelf:
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_URL", shelf.url)
        monkeypatch.setenv("NARRATE_AUDIOBOOKSHELF_KEY", KEY)
        put(drop / "bad.epub")
        put(drop / "rain.txt")
        command = recipe.replace("narrate send", f"{sys.executable} -m narrate send")
        arguments = ("watch", "drop", "--format", "m4b,audiobookshelf", "--notify", command)
        assert interrupted(lambda: any(shelf.root.rglob("*.m4b")), *arguments) == 130
        assert [path.name for path in shelf.root.rglob("*.m4b")] == ["rain.m4b"]


@pytest.mark.usefixtures("at_once")
def test_a_watch_ends_at_its_time(drop: Path, capsys: Said) -> None:
    assert run(["watch", "drop", "--max-hours", "0.0002"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("Stops on ")
    assert "Stopped" not in said, "nothing was at hand"


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["rain.txt"]])
def test_only_a_folder_is_watched(drop: Path, arguments: list[str], capsys: Said) -> None:
    put(drop.parent / "rain.txt")
    assert run(["watch", *arguments]) == 2
    assert "FOLDER" in capsys.readouterr().err
