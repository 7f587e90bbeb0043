"""`narrate lexicon`: the names and rare words of a project that are worth a listen."""

from pathlib import Path

import click

from narrate import project as projects, work
from narrate.cli.show import print_columns, print_json, say


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
