"""`narrate cast`: who speaks, how often, with which voice."""

from collections.abc import Sequence
from pathlib import Path

import click

from narrate import work
from narrate.cli.options import named_models, setting_type
from narrate.cli.show import print_columns, print_json, say

SAMPLE_CHARACTERS = 50


@click.command("cast")
@click.argument("project", type=click.Path(path_type=Path))
@click.argument("assignments", metavar="[SPEAKER=VOICE]...", nargs=-1)
@click.option(
    "--from",
    "series",
    type=click.Path(path_type=Path),
    help="Another project, or its cast.toml: take over the parts of everybody who speaks here too.",
)
@click.option("--auto", is_flag=True, help="Propose voices by who the speakers are and whom they meet.")
@click.option("--yes", is_flag=True, help="Write what --auto proposes.")
@click.option("--review", "reviewing", is_flag=True, help="Walk through the quotations whose speaker is least sure.")
@click.option(
    "--quotes",
    type=setting_type("quotes"),
    metavar="[off|confident|all]",
    help="Change whose quotations have a voice of their own; lines that you changed stay.",
)
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@click.pass_obj
def cast_command(
    home: Path,
    project: Path,
    assignments: tuple[str, ...],
    series: Path | None,
    auto: bool,
    yes: bool,
    reviewing: bool,
    quotes: str | None,
    as_json: bool,
) -> None:
    """Show who speaks in PROJECT and with which voice; SPEAKER=VOICE sets it.

    VOICE is a voice's name or path, "auto", or the name of another speaker who is the same person.
    """
    if yes and not auto:
        raise click.UsageError("--yes writes what --auto proposes")
    opened = work.open_project(project, home)
    if quotes:
        say(work.change_quotes(opened, quotes))
    if reviewing:
        _review(work.Review(opened))
        return
    if series is not None:
        say(work.take_parts(opened, series))
    if assignments:
        work.assign(opened, dict(_pair(assignment) for assignment in assignments))
    models = named_models(opened.settings.model)
    if auto:
        proposed = work.propose_voices(opened, models, write=yes)
        if as_json:
            print_json(proposed.voices)
        elif proposed.voices:
            rows = [(each.speaker, f"{each.lines:>6}", each.name, each.why) for each in proposed.voices]
            print_columns([("speaker", f"{'lines':>6}", "voice", "why"), *rows])
        for note in proposed.notes:
            say(note)
        return
    table = work.cast_table(opened, models)
    if as_json:
        print_json(table.rows)
    else:
        _print_table(table.rows)
    if table.unheard:
        say(table.unheard)


def _pair(assignment: str) -> tuple[str, str]:
    speaker, _, voice = assignment.partition("=")
    if not speaker or not voice:
        raise click.UsageError(f'"{assignment}" is not SPEAKER=VOICE')
    return speaker, voice


def _print_table(rows: Sequence["work.CastRow"]) -> None:
    table = [("speaker", "voice", f"{'lines':>6}", f"{'words':>7}", f"{'share':>6}", f"{'first':>7}", "sample")]
    for row in rows:
        name, voice = ", also ".join((row.speaker, *row.also)), work.cut(row.voice or "(none)", work.VOICE_CHARACTERS)
        counts = f"{row.lines:>6}", f"{row.words:>7}", f"{row.share:>6.1%}", f"{row.first:>7}"
        table.append((name, voice, *counts, work.cut(row.sample, SAMPLE_CHARACTERS)))
    print_columns(table)


def _review(review: "work.Review") -> None:
    """Walk through the least sure quotations, one key each; every answer is written at once."""
    if not len(review):
        say("Nothing to review: every quotation has a sure speaker.")
        return
    for question in review.questions():
        _print_question(question)
        if (answer := _answer(question)) is None:
            break
        if answer:
            review.decide(question, answer)
    say(f"{review.decided} quotations decided.")


def _print_question(question: "work.Question") -> None:
    entry = question.entry
    who = f"{entry.who or 'nobody'} ({entry.confidence:.0%}; {entry.reason or entry.kind})"
    click.echo(f"\n{question.number} of {question.of}, {entry.place}: {who}")
    for row in question.rows:
        click.echo(f"    {row}")
    click.echo(f"  {entry.text}")
    offered = "  ".join(f"{key}:{name}" for key, name in enumerate(question.choices, start=1))
    click.echo(f"  {offered}  n:narrator  o:other  s:skip  q:stop")


def _answer(question: "work.Question") -> str | None:
    """The speaker that one key names; "" to skip, None to stop."""
    keys = {"s": "", " ": "", "n": question.narrator}
    keys |= {str(number): name for number, name in enumerate(question.choices, start=1)}
    keys |= dict.fromkeys("\r\ny", question.choices[0]) if question.choices else {}
    while True:
        try:
            key = click.getchar()
        except (EOFError, KeyboardInterrupt):
            return None
        if key in ("q", "\x03", "\x04", "\x1b", ""):
            return None
        if key in keys:
            return keys[key]
        if key == "o":
            name = " ".join(click.prompt("  speaker", default="", show_default=False).split())
            if work.is_speaker(name):
                return name
            click.echo("  That is no speaker's name.")
