"""`narrate plan`: the time, disk space and voices that a book will take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import engine, project as projects, work
from narrate.cli.options import (
    cluster_options,
    engine_options,
    formats_option,
    project_argument,
    sample_options,
    shop_type,
)
from narrate.cli.show import print_json, print_named, say, show
from narrate.project import SHOPS

if TYPE_CHECKING:
    from narrate import shops


@click.command("plan")
@project_argument
@engine_options
@cluster_options
@formats_option
@sample_options
@click.option(
    "--for",
    "shop",
    type=shop_type,
    metavar="SHOP",
    help=f"Say first what a shop thinks of a machine's reading: {', '.join(SHOPS)}; ACX's by itself for its target.",
)
@click.option("--again", is_flag=True, help="Measure this machine's speed again.")
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.pass_obj
def plan_command(
    home: Path,
    project: Path,
    wanted: "engine.Wanted",
    formats: tuple[str, ...],
    sample: "projects.Sample | None",
    shop: "shops.Shop | None",
    again: bool,
    as_json: bool,
) -> int:
    """Say what PROJECT will take: audio, time, disk, voices. Exit code 1 when it cannot be made as it is.

    The time is this machine's own: twenty lines of the book are spoken once, and the speed is remembered.
    """
    opened = work.open_project(project, home, sample)
    if shop is None and opened.settings.output.target in SHOPS:
        shop = work.find_shop(opened.settings.output.target)
    if shop is not None:
        say(shop.sentence) if as_json else click.echo(shop.sentence)
    plan = show(work.plan_book(opened, wanted, formats, again=again, quiet=as_json))
    if isinstance(plan, list):
        if as_json:
            print_json({"project": str(project), "problems": [str(problem) for problem in plan]})
        else:
            print_named([("missing", str(problem)) for problem in plan], 11)
        return 1
    if as_json:
        print_json({"project": str(project)} | plan.data)
    else:
        print_named(plan.rows, 14)
    return 0 if plan.estimate.fits else 1
