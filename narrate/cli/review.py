"""`narrate cast --review` and `--quotes`: who speaks the quotations, walked through and changed."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from narrate.cli.progress import say

if TYPE_CHECKING:
    from narrate.project import Labels, Project

_CONTEXT = 3  # rows shown before and after the quotation
_NEAR = 12  # quotations either way whose speakers are offered


def change_quotes(project: "Project", quotes: str) -> None:
    """Set project.toml's `quotes` and give the quotations their speakers by it."""
    from narrate.project import Labels, set_setting
    from narrate.project.relabel import relabel

    labels = Labels(project)
    changed, left = relabel(labels, quotes)
    labels.save(ours=True)
    set_setting(project.folder / "project.toml", "quotes", quotes)
    yours = f" {left} were left as you changed them." if left else ""
    say(f'quotes = "{quotes}": {changed} quotations have another speaker.{yours}')


def review(project: "Project") -> None:
    """Walk through the least sure quotations, one key each; every answer is written at once."""
    from narrate.project import Labels

    labels = Labels(project)
    queue = sorted((entry.review, index) for index, entry in enumerate(labels.entries) if entry.review)
    if not queue:
        say("Nothing to review: every quotation has a sure speaker.")
        return
    done = 0
    for number, (_, index) in enumerate(queue, start=1):
        entry = labels.entries[index]
        place = labels.untouched(entry.chapter).get(index)
        if place is None:
            continue  # the person has decided already
        choices = _choices(labels, index)
        _show(labels, index, f"{number} of {len(queue)}", choices)
        answer = _answer(choices)
        if answer is None:
            break
        if answer and labels.decide(index, answer):
            labels.save()
            done += 1
    say(f"{done} quotations decided.")


def _choices(labels: "Labels", index: int) -> list[str]:
    """Speakers on offer: the likeliest first, then who speaks nearby, the most frequent first."""
    from narrate.script import NARRATOR

    entry = labels.entries[index]
    near = Counter(
        other.who
        for other in labels.entries[max(0, index - _NEAR) : index + _NEAR]
        if other.chapter == entry.chapter and other.who and other.who != NARRATOR
    )
    names = [entry.who] if entry.who and entry.who != NARRATOR else []
    return list(dict.fromkeys([*names, *(name for name, _ in near.most_common())]))[:9]


def _show(labels: "Labels", index: int, count: str, choices: list[str]) -> None:
    entry = labels.entries[index]
    rows = labels.rows(entry.chapter)
    click.echo(
        f"\n{count}, {entry.place}: {entry.who or 'nobody'} ({entry.confidence:.0%}; {entry.reason or entry.kind})"
    )
    for row in rows[max(0, entry.line - 1 - _CONTEXT) : entry.line + _CONTEXT]:
        if row.strip():
            click.echo(f"    {row.strip()}")
    click.echo(f"  {entry.text}")
    offered = "  ".join(f"{key}:{name}" for key, name in enumerate(choices, start=1))
    click.echo(f"  {offered}  n:narrator  o:other  s:skip  q:stop")


def _answer(choices: list[str]) -> str | None:
    """The speaker that one key names; "" to skip, None to stop."""
    from narrate.script import NARRATOR, Line

    while True:
        try:
            key = click.getchar()
        except (EOFError, KeyboardInterrupt):
            return None
        if key in ("q", "\x03", "\x04", "\x1b", ""):
            return None
        if key in ("s", " "):
            return ""
        if key == "n":
            return NARRATOR
        if key in ("\r", "\n", "y") and choices:
            return choices[0]
        if key.isdigit() and 1 <= int(key) <= len(choices):
            return choices[int(key) - 1]
        if key == "o":
            name = " ".join(click.prompt("  speaker", default="", show_default=False).split())
            try:
                Line("x", name)
            except ValueError:
                click.echo("  That is no speaker's name.")
                continue
            return name
