"""Chapters made beside the rendering: what comes out is what an assembly after it makes, whatever happens meanwhile."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import MadeOnce
from faulty import hum
from holding import HeldEngine
from speech import audio, line

from narrate.audio import Audio
from narrate.chapters import chapter_keys, find_ffmpeg
from narrate.check import Watch
from narrate.engine import Wanted
from narrate.project import CHARACTERS_A_SECOND, Project
from narrate.provenance.sound import packets_digest
from narrate.takes import Request
from narrate.work import Inventory, Made, open_project, render_checked, take_inventory
from narrate.work.early import EarlyChapters, early_chapters
from narrate.work.estimate import TAKE_BYTES_PER_S
from narrate.work.loop import render
from narrate.work.output import plans_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="signals, and processes by number in /proc"),
    pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="made beside the rendering on two cores and more"),
]

CHAPTERS, LINES = 4, 5  # the heading is a line, and the last chapter is longer
LONG = 60
HELD = 2 * LINES + 3  # a take is told of when one after it comes, or the one after that
FORMATS = "m4b,mp3,flac"
WORDS = "The keeper wrote it down in his book, and the {} tide of the {} day came in over the stones."
ORDINALS = ("first", "second", "third", "fourth", "fifth")


def book_text() -> str:
    chapters = [
        [f"# The {ORDINALS[n]} day", *(WORDS.format(ORDINALS[k], ORDINALS[n]) for k in range(LINES - 1))]
        for n in range(CHAPTERS)
    ]
    chapters[-1] += [WORDS.format(f"{n}th", "last") for n in range(LONG)]
    return "\n\n".join(row for rows in chapters for row in rows) + "\n"


def command(home: Path, lines: int, *arguments: str) -> list[str]:
    """`narrate` with an engine that speaks so many lines and goes on when home/go is there."""
    return [sys.executable, str(Path(__file__).with_name("holding.py")), str(home), str(lines), *arguments]


def new_home(folder: Path) -> Path:
    """A home with the book and its project, which does not sign: signatures always differ."""
    folder.mkdir(exist_ok=True)
    (folder / "tide.md").write_text(book_text(), "utf-8")
    subprocess.run(command(folder, 999, "new", "tide.md"), cwd=folder, check=True, capture_output=True)
    settings = folder / "projects" / "tide" / "project.toml"
    settings.write_text(re.sub(r'^sign = ".*"', 'sign = "never"', settings.read_text("utf-8"), flags=re.M), "utf-8")
    return folder


def afterwards(home: Path) -> None:
    """The book rendered, and only then assembled."""
    new_home(home)
    for rest in (
        ["render", "projects/tide", "--check", "off"],
        ["assemble", "projects/tide", "--format", FORMATS],
    ):
        subprocess.run(command(home, 999, *rest), cwd=home, check=True, capture_output=True)


Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """What starts the whole command, held within the third chapter."""
    begun: list[subprocess.Popen[str]] = []

    def begin(home: Path, **environment: str) -> "subprocess.Popen[str]":
        begun.append(started(home, environment))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def started(home: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(home, HELD, "tide.md", "--check", "off", "--format", FORMATS),
        cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "HOLDING_PACED": "1", **environment},
    )  # fmt: skip


def wait_for(there: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    deadline = time.monotonic() + 240
    while not there():
        if process is not None and process.poll() is not None:
            pytest.fail(f"it ended: {process.communicate()}")
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.02)


def chapters(home: Path) -> int:
    return len(list(home.glob("projects/tide/out/chapters/*.flac")))


def makers_of(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that make its chapters, by number."""
    makers = []
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        with suppress(OSError):  # a thread or a process that ends just now
            for pid in (task / "children").read_text().split():
                if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
                    makers.append(int(pid))
    assert makers
    return makers


def go_on(home: Path, process: "subprocess.Popen[str]") -> str:
    (home / "go").touch()
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return out


def made(home: Path) -> dict[str, bytes]:
    """All that an assembly makes, but for what tells of the run."""
    out = home / "projects/tide/out"
    folders = (out / "chapters", out / "mp3", out / "flac")
    files = [*out.glob("*.m4b"), *(path for folder in folders for path in folder.rglob("*"))]
    found = {str(path.relative_to(out)): path.read_bytes() for path in files}
    for name in found:
        if not name.startswith("chapters/"):  # signed at another time
            found[name] = packets_digest(out / name).encode()
    for record in ("chapters/deliverables.json", "chapters/made_of.json"):  # in the order in which they were finished
        found[record] = json.dumps(json.loads(found[record]), sort_keys=True).encode()
    return found


@pytest.fixture
def expected(made_once: MadeOnce) -> dict[str, bytes]:
    found = made(made_once("tide-afterwards", afterwards))
    assert len(found) == 1 + 3 * CHAPTERS + 2 + 2 * CHAPTERS
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return new_home(tmp_path)


def test_chapters_are_made_while_others_are_spoken(home: Path, begin: Begin, expected: dict[str, bytes]) -> None:
    process = begin(home)
    wait_for(lambda: chapters(home) == 2, process)
    assert not (home / "go").exists()
    out = go_on(home, process)
    assert f"{CHAPTERS} assembled, 0 kept" in out
    assert made(home) == expected


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_goes_on_to_the_same(
    home: Path, begin: Begin, expected: dict[str, bytes], number: int
) -> None:
    process = begin(home)
    wait_for(lambda: chapters(home) >= 1, process)
    below = makers_of(process)
    if number == signal.SIGINT:  # as a terminal sends it: to all of them
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    (home / "go").touch()
    process.communicate(timeout=240)
    assert process.returncode == (-number if number == signal.SIGKILL else 130)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    assert not list(home.rglob("projects/tide/out/**/*.part")), "what was at work leaves nothing"
    process = begin(home)
    go_on(home, process)
    assert made(home) == expected


def test_a_process_that_is_lost_costs_nothing(home: Path, begin: Begin, expected: dict[str, bytes]) -> None:
    process = begin(home)
    wait_for(lambda: chapters(home) == 2, process)
    for pid in makers_of(process):
        os.kill(pid, signal.SIGKILL)
    go_on(home, process)
    assert made(home) == expected


@pytest.mark.parametrize("what", ["out", "out/chapters"])
def test_chapters_that_are_removed_meanwhile_are_made_again(
    home: Path, begin: Begin, expected: dict[str, bytes], what: str
) -> None:
    process = begin(home)
    wait_for(lambda: len(list(home.glob("projects/tide/out/chapters/*.level.json"))) == 2, process)
    wait_for(lambda: chapters(home) == 2, process)
    # Moved away whole: a maker may be writing there, and rmtree does not bear files that vanish.
    (home / "projects/tide" / what).rename(home / "gone")
    go_on(home, process)
    assert made(home) == expected


def test_a_lexicon_that_changes_meanwhile(home: Path, begin: Begin, tmp_path: Path) -> None:
    """The run goes on with the book that it began with, and the next one makes what has changed."""
    rows = '"tide" = "tyde"\n"second" = "sekond"\n'
    process = begin(home)
    wait_for(lambda: chapters(home) == 2, process)
    with (home / "projects/tide/lexicon.toml").open("a") as file:
        file.write(rows)
    go_on(home, process)
    go_on(home, begin(home))
    other = new_home(tmp_path / "other")
    with (other / "projects/tide/lexicon.toml").open("a") as file:
        file.write(rows)
    for rest in (["render", "projects/tide", "--check", "off"], ["assemble", "projects/tide", "--format", FORMATS]):
        subprocess.run(command(other, 999, *rest), cwd=other, check=True, capture_output=True)
    assert made(home) == made(other)


def test_what_goes_wrong_is_told_by_the_assembly_and_stops_no_render(
    home: Path, begin: Begin, expected: dict[str, bytes]
) -> None:
    real, script = find_ffmpeg().path, home / "ffmpeg"
    failing = f'case "$*" in *filter_complex*) [ -e {shlex.quote(str(home / "mended"))} ] || exit 7 ;; esac'
    script.write_text(f'#!/bin/sh\n{failing}\nexec {shlex.quote(real)} "$@"\n')
    script.chmod(0o755)
    (home / "go").touch()
    process = begin(home, NARRATE_FFMPEG=str(script))
    _, err = process.communicate(timeout=240)
    assert process.returncode == 1
    assert "ffmpeg failed: exit code 7" in err
    assert len(list(home.glob("projects/tide/takes/??/*.flac"))) == CHAPTERS * LINES + LONG
    (home / "mended").touch()
    process = begin(home, NARRATE_FFMPEG=str(script))
    go_on(home, process)
    assert made(home) == expected


# --- what may be made, and when -------------------------------------------------------------------


@pytest.fixture
def project(home: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(home)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    return open_project(Path("projects/tide"), home)


def inventory(project: Project) -> Inventory:
    return take_inventory(project, Wanted("draft"))


def keys_now(project: Project, book: Inventory) -> list[str]:
    return chapter_keys(*plans_of(project, book.chapters))


class Stumbling(HeldEngine):
    """Reads in the embedded voice; nothing is heard of the first attempt at a line with the text `lost`."""

    def __init__(self, folder: Path, lost: str) -> None:
        super().__init__(folder, lines=1000)
        self._lost = lost

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request in requests:
            found = audio(line(request.text))
            if request.text == self._lost and request.attempt == 1:
                found = Audio(np.zeros_like(found.samples), found.sample_rate)
            yield request, found


def test_a_chapter_waits_for_a_line_that_is_asked_again(project: Project) -> None:
    book = inventory(project)
    lost = next(line.request for line in book.chapters[1].lines[1:] if line.request)
    watch = Watch(project.takes, attempts=2)
    again: list[Made] = []
    with closing(EarlyChapters(project, ["m4b"], cores=4, least_s=0)) as early:
        early.begin(book, book.work.missing, watch)
        engine, stop = Stumbling(project.folder, lost.text), threading.Event()
        takes = render_checked(engine, book.work.missing, project.takes, stop, watch)
        for take in early.beside(takes):
            if take.again:
                again.append(take)
        begun = early.begun()
        assert [take.request.text for take in again] == [lost.text]
        assert again[0].verdict is not None
        assert again[0].verdict.passed
        assert set(begun) <= set(keys_now(project, book)), "nothing was made of the take that failed"
        assert begun, "what waited for nothing was made"
        assert {future.result().key for future in begun.values()} == set(begun)


def test_a_chapter_is_made_again_of_a_take_that_changed_after_it(project: Project) -> None:
    book = inventory(project)
    engine = HeldEngine(project.folder, lines=1000)
    with closing(EarlyChapters(project, ["m4b"], cores=4, least_s=0)) as early:
        early.begin(book, book.work.missing, None)
        list(early.beside(render(engine, book.work.missing, project.takes, threading.Event())))
        before = keys_now(project, book)
        changed = next(line.request for line in book.chapters[2].lines if line.request)
        other = hum(replace(changed, attempt=2))
        project.takes.put(changed, other)
        wait_for(lambda: (project.out / "chapters").is_dir())
        list(early.beside(iter([Made(changed, other.seconds, again=True)])))
        after = keys_now(project, book)
        assert [a != b for a, b in zip(before, after, strict=True)] == [False, False, True, False]
        wait_for(lambda: all((project.out / "chapters" / f"{key}.level.json").is_file() for key in {*before, *after}))


def test_chapters_that_are_there_are_left_alone_and_others_made_at_once(project: Project) -> None:
    """As after an interruption: the render is of the last chapter alone."""
    book = inventory(project)
    first = [line.request for chapter in book.chapters[:-1] for line in chapter.lines if line.request]
    list(render(HeldEngine(project.folder, lines=1000), first, project.takes, threading.Event()))
    book = inventory(project)
    whole = chapter_keys(*(plans_of(project, book.chapters[:-1])))
    with closing(EarlyChapters(project, ["m4b"], cores=4, least_s=0)) as early:
        early.begin(book, book.work.missing, None)
        wait_for(lambda: all(list((project.out / "chapters").glob(f"{key}.*k.aac")) for key in whole))
        begun = early.begun()
    assert set(begun) == set(whole)
    times = {path: path.stat().st_mtime_ns for path in (project.out / "chapters").iterdir()}
    with closing(EarlyChapters(project, ["m4b"], cores=4, least_s=0)) as early:
        early.begin(book, book.work.missing, None)
        assert not early.begun()
    assert times == {path: path.stat().st_mtime_ns for path in (project.out / "chapters").iterdir()}


def test_room_that_takes_to_come_may_need_is_not_taken(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk with room for the takes of the last chapter, that is made alone: no takes come after it."""
    book = inventory(project)
    last = sum(len(line.request.text) for line in book.chapters[-1].lines if line.request)
    free = int(last / CHARACTERS_A_SECOND * TAKE_BYTES_PER_S)
    usage = shutil.disk_usage(project.folder)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with closing(EarlyChapters(project, ["m4b"], cores=4, least_s=0)) as early:
        early.begin(book, book.work.missing, None)
        engine = HeldEngine(project.folder, lines=1000)
        list(early.beside(render(engine, book.work.missing, project.takes, threading.Event())))
        assert set(early.begun()) == set(keys_now(project, book)[-1:])


def test_the_end_of_a_render_is_left_to_the_assembly(project: Project) -> None:
    """Which has all cores by then, and needs no process for it."""
    book = inventory(project)
    with early_chapters(project, ["m4b"], assemble=True) as early:
        assert early is not None
        early.begin(book, book.work.missing, None)
        lines = book.work.missing[::-1]  # the long chapter first
        list(early.beside(render(HeldEngine(project.folder, lines=1000), lines, project.takes, threading.Event())))
        assert not early.begun()


def test_nothing_is_made_where_nothing_is_assembled(project: Project) -> None:
    with early_chapters(project, ["m4b"], assemble=False) as early:
        assert early is None
