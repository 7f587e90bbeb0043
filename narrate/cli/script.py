"""`narrate script` and `narrate lexicon`: a script as it is spoken and in figures, and its words worth a listen."""

from pathlib import Path

import click

from narrate import project as projects, work
from narrate.cli.options import read_book_file
from narrate.cli.show import print_columns, print_json, print_named, say


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
        figures = work.script_figures(opened)
        if as_json:
            print_json(figures.data)
        else:
            print_named(figures.rows, 18)
    elif spoken:
        _print_spoken(opened, every, as_json)
    else:
        click.echo(opened.text, nl=False)


def _print_spoken(opened: "work.OpenedScript", every: bool, as_json: bool) -> None:
    lines = list(work.spoken_lines(opened, every=every))
    if as_json:
        print_json(lines)
        return
    width = max((len(line.line) for line in lines), default=0)
    for line in lines:
        click.echo(f"{line.line:>{width}}  {line.written}")
        if line.spoken != line.written:
            click.echo(f"{'':{width}}  {line.spoken}")


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
