"""`narrate check`, `narrate retake`, `narrate accept`: takes judged again, asked again, or trusted."""

from collections.abc import Sequence
from pathlib import Path

import click

from narrate import engine, work
from narrate.cli.options import check_options, engine_options, project_argument
from narrate.cli.results import tell_quarantined
from narrate.cli.show import print_json, say, show
from narrate.cli.signals import running
from narrate.project.figures import lines_of


@click.command("check")
@project_argument
@engine_options
@check_options
@click.option("--coverage", is_flag=True, help="Prove instead that every word is said, once and in order.")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
@click.pass_obj
def check_command(home: Path, project: Path, wanted: "engine.Wanted", coverage: bool, as_json: bool) -> int:
    """Judge every take of PROJECT again; list the lines to redo."""
    opened = work.open_project(project, home)
    if coverage:
        proof = show(work.prove_coverage(opened, wanted))
        rows: Sequence[object] = proof.flaws
        told = [f"{flaw.place}  {flaw.what}: {flaw.words}" for flaw in proof.flaws]
        told.append(f"{len(rows)} gaps and repeats in {proof.lines} lines, {proof.proof}.")
    else:
        with running() as run:
            found = work.check_takes(opened, wanted, run)
        rows = [line.reported for line in found.quarantined]
        told = [f"{line.line.place}  {line.verdict.why}: {line.line.line.text}" for line in found.quarantined]
        asked = found.book.work
        missing = f", {len(asked.missing)} missing" if asked.missing else ""
        told.append(f"{found.judged} of {len(asked.requests)} takes judged{missing}: {len(rows)} lines to redo.")
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(told))
    return 3 if rows else 0


@click.command("retake")
@project_argument
@click.argument("selections", metavar="[LINES]... [NEW TEXT]", nargs=-1)
@click.option("--say", "words", help="The one line's new text, whatever it looks like.")
@click.option("--speaker", help="Every line of a speaker.")
@click.option("--quarantined", "bad", is_flag=True, help="Every line whose take failed its checks.")
@engine_options
@check_options
@click.pass_obj
def retake_command(
    home: Path,
    project: Path,
    selections: tuple[str, ...],
    words: str | None,
    speaker: str | None,
    bad: bool,
    wanted: "engine.Wanted",
) -> int:
    """Another reading of LINES: 3:14 is chapter 3, line 14; 3:14-20, 3:14-4:2 and 3 work too.

    After one line, its NEW TEXT may follow; one that looks like a line's place, such as 1984, goes behind --say.
    The script is changed (`[take 2]`), then the lines are made: by the process that renders PROJECT, where one does.
    """
    chosen = list(selections)
    if words is None and len(chosen) == 2 and not work.is_place(chosen[1]):
        words = chosen.pop()
    text = " ".join((words or "").split())
    if words is not None and not text:
        raise click.UsageError("a new text has words")
    opened = work.open_project(project, home)
    selection = work.Selection(chosen, speaker, bad)
    with running() as run:
        try:
            done = show(work.retake_lines(opened, wanted, selection, text, run))
        except work.SelectionError as error:
            raise click.UsageError(str(error)) from None
    if done.rendered is None:
        click.echo(f"Made {lines_of(done.lines)}; the render goes on.")
    elif done.rendered.stopped:
        return 130
    else:
        click.echo(done.rendered.sentence)
    code = tell_quarantined(opened.folder, done.quarantined)
    if done.outdated:
        say(f"{done.outdated[0].upper()}{done.outdated[1:]}.")
    return code


@click.command("accept")
@project_argument
@click.argument("selections", metavar="[LINES]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every line whose take failed its checks.")
@click.pass_obj
def accept_command(home: Path, project: Path, selections: tuple[str, ...], everything: bool) -> None:
    """Trust the takes of LINES although they failed their checks; kept in PROJECT's accepted.txt."""
    opened = work.open_project(project, home)
    if not (selections or everything):
        raise click.UsageError("name lines, such as 3:14, or --all")
    selection = work.Selection(quarantined=True) if everything else work.Selection(selections)
    try:
        count = work.accept_takes(opened, selection)
    except work.SelectionError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"Accepted {lines_of(count)} in {work.accepted_file(opened)}.")
