"""The faults that a night may bring, done to a real render, and what they cost.

    python benchmarks/overnight.py [--lines 120] [--only NAME]

Each fault befalls `narrate render` (draft engine, a process of its own) on a made-up book when a
third of its takes are there; then the same command is run until it is done. A row a fault: takes
before it and at the end, takes made again that were there, takes lost, seconds that the faulted
process took to end, its exit code, and whether that is what is promised. The engine error happens in
an engine that hums, behind the process that keeps engines alive; a full disk needs root, for a small
tmpfs. Exits with 1 when a promise is broken.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from faulty import FaultyEngine, requests  # noqa: E402

from narrate.audio import Audio  # noqa: E402
from narrate.engine.pool import Pool  # noqa: E402
from narrate.engine.processes import Processes  # noqa: E402
from narrate.takes import TakeStore  # noqa: E402
from narrate.work.loop import render  # noqa: E402

Takes = dict[str, int]  # keys, and when their files were changed
LATE_S = 30.0

# The wall clock put back a day, and every clock two hours ahead as after a sleep, three seconds on.
JUMP = """
import sys, time
wall, ran, began = time.time, time.monotonic, time.monotonic()
jumped = lambda: ran() - began > 3
time.time = lambda: wall() - 86400 * jumped()
time.monotonic = lambda: ran() + 7200 * jumped()
from narrate.cli import run
sys.exit(run(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Night:
    """What a fault did: the `seconds` and the exit `code` are of the process that it befell."""

    before: Takes
    after: Takes
    seconds: float
    code: int
    whole: int  # takes in all
    may_again: int = 0
    right_code: int = 0
    note: str = ""

    @property
    def again(self) -> int:
        return sum(self.after.get(key, changed) != changed for key, changed in self.before.items())

    @property
    def lost(self) -> int:
        return len(self.before.keys() - self.after.keys())

    @property
    def kept_promise(self) -> bool:
        ended_well = self.code == self.right_code and self.seconds < (LATE_S if self.code == 130 else 600)
        return ended_well and not self.lost and self.again <= self.may_again and len(self.after) == self.whole


class Book:
    """A home with one book in it, and its project."""

    def __init__(self, home: Path, lines: int) -> None:
        self.home, self.lines = home, lines
        self.project = home / "projects" / "tide"
        rows = (f"The tide came in over the stones for the {n}th time, and he wrote it down." for n in range(lines - 1))
        (home / "tide.txt").write_text("\n\n".join(rows) + "\n", "utf-8")
        self.finish("new", "tide.txt")

    def start(self, *arguments: str, code: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, *(("-c", code) if code else ("-m", "narrate")), *arguments]
        folder = {**os.environ, "NARRATE_HOME": str(self.home)}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.home, env=folder, stdout=pipe, stderr=pipe, text=True)

    def render(self, *arguments: str, code: str = "") -> subprocess.Popen[str]:
        return self.start("render", "projects/tide", "--check", "off", *arguments, code=code)

    def finish(self, *arguments: str) -> int:
        process = self.start(*arguments) if arguments else self.render()
        process.communicate()
        return process.returncode

    def takes(self) -> Takes:
        store = TakeStore(self.project / "takes")
        return {key: store.path(key).stat().st_mtime_ns for key in store}

    def third(self, *arguments: str, code: str = "") -> subprocess.Popen[str]:
        """A render of which a third of the takes are there, and which goes on."""
        process = self.render(*arguments, code=code)
        while len(self.takes()) < self.lines // 3:
            if process.poll() is not None:
                raise SystemExit(f"it ended too early: {process.communicate()[1]}")
            time.sleep(0.02)
        return process


def killed_driver(book: Book) -> Night:
    process = book.third()
    process.kill()
    seconds, _ = ended(process)
    before = book.takes()
    book.finish()
    return Night(before, book.takes(), seconds, process.returncode, book.lines, right_code=-signal.SIGKILL)


def killed_worker(book: Book) -> Night:
    process = book.third()
    workers = [pid for pid in children(process.pid) if "spawn_main" in command_of(pid)]
    before = book.takes()
    os.kill(workers[0], signal.SIGKILL)
    seconds, _ = ended(process)
    return Night(before, book.takes(), seconds, process.returncode, book.lines, note=f"1 of {len(workers)} workers")


def terminated(book: Book) -> Night:
    process = book.third()
    process.terminate()
    seconds, _ = ended(process)
    before = book.takes()
    book.finish()
    return Night(before, book.takes(), seconds, process.returncode, book.lines, right_code=130)


def full_disk(book: Book) -> Night:
    """Filled up, looked at until it says that it waits, and freed."""
    process = book.third()
    filler = book.home / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 14)):
            pass
    assert process.stderr is not None
    said = next((line for line in process.stderr if "waiting for space" in line), "")
    before = book.takes()
    filler.unlink()
    seconds, _ = ended(process)
    note = "it waited for space" if said else "it never said that it waits"
    return Night(before, book.takes(), seconds, process.returncode if said else -1, book.lines, note=note)


def engine_error(book: Book) -> Night:
    """A CUDA error's like in the engine's process; what was in flight is asked of the next process."""
    folder, store = book.home / "hum", TakeStore(book.home / "hummed")
    folder.mkdir()
    asked = requests(book.lines)
    began = time.monotonic()
    engine = Pool[Audio](Processes([partial(FaultyEngine, folder, "cuda", book.lines // 3)]))
    before: Takes = {}
    for _ in render(engine, asked, store, threading.Event()):
        if not engine.losses:
            before = {key: store.path(key).stat().st_mtime_ns for key in store}
    engine.close()
    after = {key: store.path(key).stat().st_mtime_ns for key in store}
    spoken = [path.name.split(".")[1] for path in folder.glob("spoken.*")]
    note = f"{engine.losses} engine lost, {len(spoken) - len(set(spoken))} lines in flight spoken twice"
    return Night(before, after, time.monotonic() - began, 0, len(asked), note=note)


def clock_jump(book: Book) -> Night:
    until = (datetime.now() + timedelta(hours=1)).isoformat(timespec="seconds")
    process = book.third("--until", until, code=JUMP)
    before = book.takes()
    seconds, _ = ended(process)
    return Night(before, book.takes(), seconds, process.returncode, book.lines, note="a day back; two hours asleep")


def halved_take(book: Book) -> Night:
    book.finish()
    before, store = book.takes(), TakeStore(book.project / "takes")
    path = store.path(min(before))
    whole = store.get(path.stem)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    process = book.start("tide.txt", "--check", "off")
    seconds, _ = ended(process)
    same = bool((store.get(path.stem).samples == whole.samples).all())
    note = "found by the assembly and made again, the same" if same else "not the same as before"
    code = process.returncode if same else -1
    return Night(before, book.takes(), seconds, code, book.lines, may_again=1, note=note)


def two_renders(book: Book) -> Night:
    first = book.third()
    second = book.render()
    before = book.takes()
    ended(first)
    between = book.takes()
    seconds, said = ended(second)
    code = max(first.returncode, second.returncode)
    waited = "the second waited" if "is being worked on by" in said else "the second did not wait"
    return Night(before | between, book.takes(), seconds, code, book.lines, note=waited)


def until(book: Book) -> Night:
    at = datetime.now().replace(microsecond=0) + timedelta(seconds=8)
    process = book.render("--until", at.isoformat())
    ended(process)
    late_s = time.time() - at.timestamp()
    before = book.takes()
    book.finish()
    note = f"stopped with {len(before)} takes"
    return Night(before, book.takes(), late_s, process.returncode, book.lines, right_code=130, note=note)


def ended(process: subprocess.Popen[str]) -> tuple[float, str]:
    """How long it took to end, and what it said."""
    began = time.monotonic()
    _, said = process.communicate(timeout=600)
    return time.monotonic() - began, said


def children(pid: int) -> list[int]:
    return [int(p) for path in Path(f"/proc/{pid}/task").glob("*/children") for p in path.read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


FAULTS: dict[str, Callable[[Book], Night]] = {
    "kill -9 of narrate": killed_driver,
    "kill -9 of a worker": killed_worker,
    "SIGTERM": terminated,
    "full disk": full_disk,
    "engine error": engine_error,
    "clock jump": clock_jump,
    "take cut in half": halved_take,
    "two renders at once": two_renders,
    "--until": until,
}
LONG = 8  # times as many lines, for the one that has to last some seconds


@contextmanager
def home_for(fault: str) -> Iterator[Path | None]:
    """A folder; for the full disk a file system of 40 MB, None where none can be made."""
    with tempfile.TemporaryDirectory() as folder:
        if fault != "full disk":
            yield Path(folder)
            return
        mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=120)
    parser.add_argument("--only", choices=list(FAULTS))
    options = parser.parse_args()
    print("| fault | takes before | after | made again | lost | seconds | exit code | as promised | |")
    print("|---|---|---|---|---|---|---|---|---|")
    broken = 0
    for name, befall in FAULTS.items():
        if options.only and name != options.only:
            continue
        with home_for(name) as home:
            if home is None:
                print(f"| {name} | | | | | | | not tried | no small file system can be made here |")
                continue
            night = befall(Book(home, options.lines * (LONG if befall is until else 1)))
        broken += not night.kept_promise
        print(f"| {name} | {len(night.before)} | {len(night.after)} of {night.whole} | {night.again} | {night.lost} "
              f"| {night.seconds:.1f} | {night.code} | {'yes' if night.kept_promise else 'NO'} | {night.note} |",
              flush=True)  # fmt: skip
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
