"""How fast the qwen engine is on this machine's GPU, and how fast another build of it is in the same call.

python benchmarks/engine.py --model MODEL --voice V [--clone C] [--random-weights] [--against CHECKOUT] [--peers]

Each build is measured in processes of its own, the other one first: first takes, lines end to end, a line alone, and
the engine's pieces. Prints a table with how many times better this build is, and writes JSON into bench_results.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.rows import BenchReport, Build, PeerRow, markdown, novel_lines, now, save_report
from narrate.engine import ENGINES, missing
from narrate.errors import EngineError
from narrate.readers import read_book
from narrate.speakers.adapt import adapt

HERE = Path(__file__).resolve().parents[1]
PIECES = "speech,alone,stream,decode,prefill,codec"
FILE, FOLDER = click.Path(exists=True, path_type=Path), click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--model", envvar="NARRATE_MODEL", required=True, help="A Qwen3-TTS checkpoint: a folder or a hub name.")
@click.option("--voice", type=FILE, help="A cloned voice, for a Base model: an x-vector.")
@click.option("--clone", type=FILE, help="A cloned voice with a reference, measured beside it.")
@click.option("--book", type=FILE, help="Read this book's lines.  [default: made-up lines of a novel's lengths]")
@click.option("--lines", "count", type=click.IntRange(1), default=2000, show_default=True, help="How many lines.")
@click.option("--runs", type=click.IntRange(1), default=2, show_default=True, help="End to end, so many times a voice.")
@click.option("--clone-runs", type=click.IntRange(1), help="The same of the clone.  [default: as many]")
@click.option("--batch", "batches", default="1,64,256,512,768", show_default=True, help="Batch sizes for the step.")
@click.option("--slots", type=click.IntRange(1), help="Lines at a time in the whole run.  [default: what fits]")
@click.option("--random-weights", is_flag=True, help="The model never ends a line: give each the frames of its text.")
@click.option("--against", type=FOLDER, help="Another checkout, which is measured before this one.")
@click.option("--starts", default="", help="Times to the first take: cold (nothing compiled), warm, or cold,warm.")
@click.option("--pieces", default=PIECES, show_default=True, help="What to measure.")
@click.option("--peers", is_flag=True, help="Time qwen-tts and its faster forks too, where they are installed.")
@click.option("--device", default="cuda", show_default=True, help="cpu tries all of this out, with a tiny model.")
@click.option("--commits", default="", help="BEFORE,NOW of checkouts without git.  [default: what git says]")
@click.option(
    "--results", type=click.Path(file_okay=False, path_type=Path), default=Path("bench_results"), show_default=True
)
def measure_engine(
    book: Path | None, count: int, against: Path | None, starts: str, peers: bool, commits: str, results: Path,
    **asked: Any,
) -> None:  # fmt: skip
    """Measure the qwen engine on this machine's GPU, and another build of it."""
    if asked["device"] == "cuda" and (reason := missing("qwen")):
        raise EngineError(f"there is nothing to measure: {reason}", do=ENGINES["qwen"].advice)
    lines = _book_lines(book, count) if book else novel_lines(count)
    folders = [*([against.resolve()] if against else []), HERE]
    names = ["before", "now"][-len(folders) :]
    told = commits.split(",") if commits else [_commit(folder) for folder in folders]
    builds = [Build(name, commit) for name, commit in zip(names, told, strict=True)]
    command = shlex.join(["python", "benchmarks/engine.py", *map(_shown, sys.argv[1:])])
    report = BenchReport(command, len(lines), bool(asked["random_weights"]), now(), builds, [])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with tempfile.TemporaryDirectory() as place:
            texts = Path(place, "lines.json")
            texts.write_text(json.dumps(lines), "utf-8")
            for build, folder in zip(builds, folders, strict=True):
                _measure(build, folder, texts, Path(place, build.name), starts.split(",") if starts else [], asked)
        report.peers.extend(_peers(asked, lines) if peers else [])
    finally:  # what was measured by then is worth keeping
        path = save_report(report, results)
        click.echo(markdown(report))
        click.echo(str(path))


def _measure(
    build: Build, folder: Path, texts: Path, kernels: Path, starts: Sequence[str], asked: Mapping[str, Any]
) -> None:
    """Everything about one build into `build`. Its kernels are compiled into `kernels` where a cold start is asked for.

    After a cold start a few lines are spoken, so that what follows finds everything compiled.
    """
    environment: dict[str, str] = {}
    if "cold" in starts:
        environment = {"TRITON_CACHE_DIR": str(kernels / "triton"), "XDG_CACHE_HOME": str(kernels)}
    for cache in starts:
        fill = ["--fill"] if cache == "cold" else []
        for message in _said(folder, texts, {**asked, "pieces": "start"}, fill, environment):
            if message["piece"] == "start" and "row" in message:
                message = message | {"row": message["row"] | {"cache": cache}}
            click.echo(f"{build.name}, {build.take(message)}", err=True)
    if asked["pieces"]:
        for message in _said(folder, texts, asked, [], environment):
            click.echo(f"{build.name}, {build.take(message)}", err=True)


def _said(
    folder: Path, texts: Path, asked: Mapping[str, Any], more: Sequence[str], environment: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """What benchmarks/one_build.py says with what is in `folder` to import, and that it ended badly if it did."""
    command = [sys.executable, "-P", str(HERE / "benchmarks" / "one_build.py"), asked["model"], str(texts)]
    for name in ("voice", "clone", "pieces", "batches", "slots", "runs", "clone_runs", "device"):
        if asked[name] is not None:
            command += [f"--{name.replace('_', '-')}", str(asked[name])]
    command += [*(["--forced"] if asked["random_weights"] else []), *more, "--began", str(time.time())]
    paths = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | environment | {"PYTHONPATH": paths},
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith("{"):
                    yield json.loads(line)
        except BaseException:  # this process is told to end
            process.kill()
            raise
        if process.wait():
            errors.seek(0)
            why = (errors.read().strip().splitlines() or ["it said nothing"])[-1]
            yield {"piece": asked["pieces"], "error": f"its process ended with {process.returncode}: {why[:300]}"}


def _peers(asked: Mapping[str, Any], lines: Sequence[str]) -> list[PeerRow]:
    from benchmarks.peers import measure_peers
    from narrate.voices.kinds import load_voice

    if asked["voice"] is None:
        raise click.UsageError("--peers speak with a cloned voice: give --voice")
    return measure_peers(asked["model"], lines, load_voice(asked["voice"]), lambda line: click.echo(line, err=True))


def _shown(word: str) -> str:
    """A word of the command line, of a path its name alone: results are kept, and where folders lay here is not."""
    return Path(word).name if Path(word).is_absolute() else word


def _commit(folder: Path) -> str:
    """The checkout's commit, or nothing where there is none."""
    try:
        asked = ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _book_lines(book: Path, count: int) -> list[str]:
    """The first `count` lines of a book that are spoken."""
    spoken = [line.text for script in adapt(read_book(book)) for line in script.lines if line.speakable]
    return spoken[:count]


if __name__ == "__main__":
    measure_engine()
