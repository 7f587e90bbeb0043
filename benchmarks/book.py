"""A whole book, measured as a person would meet it.

    python benchmarks/book.py BOOK [--home DIR] [--keep]

Runs `narrate render`, `narrate assemble`, both again with nothing to do, and once more after one
word of one line was changed. Prints wall times, RTF, the peak memory of all processes together
(their proportional set size, sampled every 0.2 s) in the first and the last quarter of the
rendering, and how far the chapter marks in the M4B lie from the chapters' true starts.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from narrate.audio import read_flac
from narrate.chapters import find_ffmpeg

AAC_FRAME = 1024


@dataclass
class Run:
    """One command: its wall time and memory over time, in MB."""

    wall_s: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    said: str = ""

    def peak(self, start: float = 0.0, end: float = 1.0) -> float:
        count = len(self.memory_mb)
        return max(self.memory_mb[int(start * count) : max(int(end * count), 1)] or [0.0])


def tree(root: int) -> list[int]:
    """A process and all below it."""
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            waiting += [int(child) for child in task.read_text().split()]
    return found


def memory_mb(root: int) -> float:
    total = 0
    for process in tree(root):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        if pss := re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE):
            total += int(pss[1])
    return total / 1024


def narrate(home: Path, *arguments: str) -> Run:
    """Run the command line, watched. Fails when it does."""
    run = Run()
    started = time.monotonic()
    command = [sys.executable, "-m", "narrate", "--home", str(home), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            try:
                run.memory_mb.append(memory_mb(process.pid))
            except OSError:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    run.said, _ = process.communicate()
    done.set()
    watcher.join()
    run.wall_s = time.monotonic() - started
    if process.returncode != 0:
        sys.exit(run.said)
    return run


def mark_error(project: Path, report: dict[str, object]) -> tuple[int, float]:
    """Chapters in the M4B, and the largest distance in samples of a mark from the chapter's true start."""
    m4b = next((project / "out").glob("*.m4b"))
    command = [find_ffmpeg().path, "-v", "error", "-i", str(m4b), "-f", "ffmetadata", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    starts = [int(s) * int(n) / int(d) for n, d, s in re.findall(r"TIMEBASE=(\d+)/(\d+)\s+START=(\d+)", said)]
    rate, truth, position = 24000, [], 0
    flacs = {path.name: path for path in (project / "out" / "chapters").glob("*.flac")}
    lengths = {round(read_flac(path).seconds, 6): path for path in flacs.values()}
    chapters = report["chapters"]
    assert isinstance(chapters, list)
    for chapter in chapters:
        truth.append(position / rate)
        position += len(read_flac(lengths[min(lengths, key=lambda s: abs(s - chapter["duration_s"]))]).samples)
    return len(starts), max(abs(a - b) for a, b in zip(starts, truth, strict=True)) * rate


def change_one_word(project: Path) -> None:
    scripts = sorted((project / "script").glob("*.txt"))
    path = scripts[len(scripts) // 2]
    rows = path.read_text("utf-8").split("\n")
    row = next(i for i, r in enumerate(rows) if r.startswith("narrator: ") and len(r.split()) > 4)
    words = rows[row].split()
    words[3] = "changed"
    rows[row] = " ".join(words)
    path.write_text("\n".join(rows), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp())
    project = home / "projects" / "book"
    new = narrate(home, "new", str(options.book), "--project", str(project))
    render = narrate(home, "render", str(project))
    assemble = narrate(home, "assemble", str(project))
    report = json.loads((project / "out" / "report.json").read_text())
    audio_s = report["audio_s"]
    again = narrate(home, str(options.book), "--project", str(project))
    speed = audio_s / assemble.wall_s
    count, error = mark_error(project, report)
    change_one_word(project)
    change = narrate(home, str(options.book), "--project", str(project))
    changed = json.loads((project / "out" / "report.json").read_text())
    rows = [
        ("book", f"{report['title']}: {count} chapters, {report['lines']} lines, {audio_s / 3600:.2f} h assembled"),
        ("new", f"{new.wall_s:.1f} s, peak {new.peak():.0f} MB"),
        ("render", render.said.strip().splitlines()[-1]),
        ("render, memory", f"peak {render.peak():.0f} MB; first quarter {render.peak(0, 0.25):.0f}, "
                           f"last quarter {render.peak(0.75):.0f}"),
        ("assemble", f"{assemble.wall_s:.1f} s: {speed:.0f} x real time, peak {assemble.peak():.0f} MB"),
        ("nothing to do", f"{again.wall_s:.2f} s"),
        ("one word", f"{change.wall_s:.1f} s: {changed['takes_made']} take made, "
                     + next(row for row in change.said.splitlines() if row.startswith("chapters"))[11:]),
        ("chapter marks", f"at most {error:.1f} samples from the true starts ({AAC_FRAME} are one AAC frame)"),
    ]  # fmt: skip
    for name, value in rows:
        print(f"{name:<16} {value}")
    if options.home is None:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
