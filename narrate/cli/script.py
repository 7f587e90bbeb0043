"""`narrate script` and `narrate lexicon`: a script as it is spoken and in figures, and its words worth a listen."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import project as projects, work
from narrate.cli.options import read_book_file
from narrate.cli.show import print_columns, print_json, say

if TYPE_CHECKING:
    from narrate.work import Figures, OpenedScript


@click.command("script")
@click.argument("source", metavar="BOOK|PROJECT", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--spoken", is_flag=True, help="Lines that are spoken otherwise than written: both, one under the other.")
@click.option("--all", "every", is_flag=True, help="With --spoken: all lines.")
@click.option("--stats", is_flag=True, help="Figures: chapters, words in and out, speakers, what is changed.")
@click.option("--json", "as_json", is_flag=True, help="With --spoken or --stats: as JSON.")
@click.option("--plain", is_flag=True, help="As if numbers and abbreviations were left to the engine.")
@click.pass_obj
def script_command(
    home: Path, source: Path, spoken: bool, every: bool, stats: bool, as_json: bool, plain: bool
) -> None:
    """Print the script of a BOOK, as `narrate new` would write it, or of a PROJECT."""
    if (every or as_json) and not (spoken or stats):
        raise click.UsageError("--all and --json go with --spoken or --stats")
    if work.is_project(source, home):
        opened = work.script_of_project(work.open_project(source, home), plain=plain)
    else:
        opened = work.script_of_book(read_book_file(source), home, plain=plain)
    for note in opened.notes:
        say(note)
    if stats:
        _print_figures(opened, work.script_figures(opened), as_json)
    elif spoken:
        _print_spoken(opened, every, as_json)
    else:
        click.echo(opened.text, nl=False)


def _print_spoken(opened: "OpenedScript", every: bool, as_json: bool) -> None:
    lines = list(work.spoken_lines(opened, every=every))
    if as_json:
        print_json(lines)
        return
    width = max((len(line.line) for line in lines), default=0)
    for line in lines:
        click.echo(f"{line.line:>{width}}  {line.written}")
        if line.spoken != line.written:
            click.echo(f"{'':{width}}  {line.spoken}")


def _print_figures(opened: "OpenedScript", figures: "Figures", as_json: bool) -> None:
    stats = figures.stats
    if as_json:
        about = {"title": opened.title, "language": opened.manner.language}
        times = {"read_s": opened.seconds, "count_s": figures.seconds}
        print_json(asdict(stats) | about | times)
        return
    into = "" if stats.words_in is None else f"{stats.words_in:,} in, "
    added = f" ({stats.words_added} of announced titles)" if stats.words_added else ""
    total = stats.words_out or 1
    speakers = ", ".join(f"{name} {words / total:.1%}" for name, words in list(stats.speakers.items())[:5])
    more = f", and {len(stats.speakers) - 5} more" if len(stats.speakers) > 5 else ""
    share = f", {stats.quotes_attributed / stats.quotes:.0%} with a speaker" if stats.quotes else ""
    speed = f"{stats.characters / max(opened.seconds, 1e-9):,.0f} characters a second"
    read, counted = f"{opened.seconds:.1f} s ({speed})", f"{figures.seconds:.1f} s"
    for name, text in (
        ("title", f"{opened.title} ({opened.manner.language})"),
        ("chapters", f"{stats.chapters:,}"),
        ("lines", f"{stats.lines:,}, the longest {stats.longest:,} characters ({stats.longest_at})"),
        ("words", f"{into}{stats.words_out:,} out{added}"),
        ("lower-case starts", f"{stats.lower_starts:,} after a sentence, {stats.clause_cuts:,} at a cut inside one"),
        ("speakers", f"{len(stats.speakers):,}: {speakers}{more}"),
        ("quotations", f"{stats.quotes:,}{share}"),
        ("spoken otherwise", f"{stats.words_changed:,} words in {stats.lines_changed:,} lines"),
        ("speed", f"read and cut in {read}; counted and spoken in {counted}"),
    ):
        click.echo(f"{name:<18}{text}")


@click.command("lexicon")
@click.argument("project", type=click.Path(path_type=Path))
@click.option("--top", default=25, show_default=True, type=click.IntRange(min=1), help="How many of each kind.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@click.pass_obj
def lexicon_command(home: Path, project: Path, top: int, as_json: bool) -> None:
    """Propose names and rare words of PROJECT to listen to, each with a command that says it.

    What sounds wrong goes into the project's lexicon.toml, or the home's for all books:
    "as written" = "as spoken".
    """
    opened = work.open_project(project, home)
    found = work.worth_hearing(opened, top)
    if as_json:
        print_json(found.words)
        return
    if found.words:
        print_columns([(w.word, w.kind, f"{w.count:>5}", f"{w.line:>7}", w.hear) for w in found.words])
    if found.more:
        say(f"{found.more} more: --top {found.most_of_a_kind}")
    if found.words:
        where = opened.folder / projects.LEXICON
        say(f'What sounds wrong goes into {where}: "as written" = "as spoken".')
    else:
        say("No names or rare words that the lexicon does not have.")
