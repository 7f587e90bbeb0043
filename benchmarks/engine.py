"""How fast the qwen engine is on this machine's GPU, as a table and JSON: load, prefill, decode, codec, end to end.

python benchmarks/engine.py --model MODEL [--book BOOK] [--random-weights] [--peers]
"""

from pathlib import Path

import click

from benchmarks.rows import markdown, novel_lines, run_bench, save_report
from narrate.engine import ENGINES, missing
from narrate.errors import EngineError
from narrate.readers import read_book
from narrate.speakers.adapt import adapt


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--model", envvar="NARRATE_MODEL", default="", help="A Qwen3-TTS checkpoint: a folder or a hub name.")
@click.option(
    "--book",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read this book's lines.  [default: made-up lines of a novel's lengths]",
)
@click.option("--lines", "count", type=click.IntRange(1), default=2000, show_default=True, help="How many lines.")
@click.option("--batch", "batches", default="1,64,256,512,768", show_default=True, help="Batch sizes for the step.")
@click.option("--slots", type=click.IntRange(1), help="Lines at a time in the whole run.  [default: what fits]")
@click.option("--voice", type=click.Path(exists=True, path_type=Path), help="A cloned voice, for a Base model.")
@click.option("--random-weights", is_flag=True, help="The model never ends a line: give each the frames of its text.")
@click.option("--peers", is_flag=True, help="Time qwen-tts and its faster forks too, where they are installed.")
@click.option(
    "--results", type=click.Path(file_okay=False, path_type=Path), default=Path("bench_results"), show_default=True
)
def measure_engine(
    model: str,
    book: Path | None,
    count: int,
    batches: str,
    slots: int | None,
    voice: Path | None,
    random_weights: bool,
    peers: bool,
    results: Path,
) -> None:
    """Measure the qwen engine on this machine's GPU: load, prefill, decode, codec, end to end."""
    try:
        sizes = [int(size) for size in batches.split(",")]
        if min(sizes) < 1:
            raise ValueError
    except ValueError:
        raise click.UsageError(f'--batch "{batches}" is not a list of numbers such as 1,64,256') from None
    if reason := missing("qwen"):
        raise EngineError(f"there is nothing to measure: {reason}", do=ENGINES["qwen"].advice)
    report = run_bench(
        model,
        _book_lines(book, count) if book else novel_lines(count),
        voice=voice,
        batches=sizes,
        slots=slots,
        forced_frames=random_weights,
        peers=peers,
        say=click.echo,
    )
    path = save_report(report, results)
    click.echo(markdown(report))
    click.echo(str(path))


def _book_lines(book: Path, count: int) -> list[str]:
    """The first `count` lines of a book that are spoken."""
    spoken = [line.text for script in adapt(read_book(book)) for line in script.lines if line.speakable]
    return spoken[:count]


if __name__ == "__main__":
    measure_engine()
