"""`narrate script` and `narrate lexicon`: a script as it is spoken and in figures, and its words worth a listen."""

import sys
from pathlib import Path

import click

from narrate import engine, project as projects, work
from narrate.cli.options import engine_options, read_book_file
from narrate.cli.show import print_columns, print_json, print_named, say as tell


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
        tell(note)
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
@click.option("--hear", "word", metavar="NAME", help="Hear NAME as written, respelt and by its phonemes.")
@click.option("--ipa", multiple=True, help="With --hear: its phonemes; may be given again.")
@click.option("--say", multiple=True, metavar="RESPELLING", help="With --hear: letters for it; may be given again.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --hear: a folder for the files.  [default: out/lexicon in PROJECT]",
)
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@engine_options
@click.pass_obj
def lexicon_command(
    home: Path,
    /,
    project: Path,
    top: int,
    word: str | None,
    ipa: tuple[str, ...],
    say: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    wanted: "engine.Wanted",
) -> None:
    """Propose names and rare words of PROJECT to listen to, each with a command that says it.

    With --hear the narrator says one name in several ways, into files that are printed, and played on a terminal,
    each with the row that has it said so. What sounds right goes into the project's lexicon.toml, or the home's for
    all books: "as written" = "as spoken", or "as written" = { ipa = "its phonemes" }.
    """
    opened = work.open_project(project, home)
    if word is not None:
        _hear(work.hear_word(opened, wanted, word, ipa=ipa, say=say, folder=output), as_json, bool(ipa or say))
        return
    if ipa or say or output:
        raise click.UsageError("--ipa, --say and -o go with --hear NAME")
    found = work.worth_hearing(opened, top)
    if as_json:
        print_json(found.words)
        return
    if found.words:
        print_columns([(w.word, w.kind, f"{w.count:>5}", f"{w.line:>7}", w.hear) for w in found.words])
    if found.more:
        tell(f"{found.more} more: --top {found.most_of_a_kind}")
    if found.words:
        where = opened.folder / projects.LEXICON
        tell(f'What sounds wrong goes into {where}: "as written" = "as spoken".')
    else:
        tell("No names or rare words that the lexicon does not have.")


def _hear(found: "list[work.Heard]", as_json: bool, given: bool) -> None:
    """Print the ways to say a name and play them, where somebody listens."""
    if as_json:
        print_json(found)
        return
    unheard = False
    for number, heard in enumerate(found, start=1):
        click.echo(f"{number}  {heard.file}  {heard.entry or '(no entry)'}  {heard.how}")
        if sys.stdout.isatty():  # nothing is played for a script or a pipe
            unheard = not work.play_file(Path(heard.file)) or unheard
    if unheard:
        tell("No program here could play them (ffplay comes with ffmpeg): open the files.")
    if len(found) == 1 and not given:
        tell('The lexicon does not have it: --ipa "its phonemes" or --say "other letters" gives more to hear.')
