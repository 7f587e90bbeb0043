"""`narrate package`: what a shop asks for, in one folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import engine, work
from narrate.cli.master import tell_findings
from narrate.cli.options import engine_options, json_option, project_argument, shop_type
from narrate.cli.show import print_json, say, show
from narrate.cli.signals import running
from narrate.project import SHOPS

if TYPE_CHECKING:
    from narrate import shops


@click.command("package")
@project_argument
@click.option(
    "--for", "shop", type=shop_type, required=True, metavar="SHOP", help=f"For which shop: {', '.join(SHOPS)}."
)
@click.option("--anyway", is_flag=True, help="Also where rules are not met; the sheet to-do.txt lists them.")
@engine_options
@json_option
@click.pass_obj
def package_command(
    home: Path, project: Path, shop: "shops.Shop", anyway: bool, wanted: "engine.Wanted", as_json: bool
) -> int:
    """Make the folder that a shop asks for of PROJECT: files, cover, sample, metadata and their checksums.

    What the shop thinks of narration by a synthetic voice comes first. The files are held against its rules before;
    where one is not met there is no package, and it is said what to do. Nothing is uploaded.
    """
    say(shop.sentence)
    opened = work.open_project(project, home)
    with running() as run:
        made = show(work.package_project(opened, wanted, run, shop, anyway=anyway))
    if made is None:
        return 130
    if as_json:
        print_json(made.data)
    elif made.folder is None or made.failed:
        tell_findings(made.findings, shop)
    if made.folder is None:
        say("No package was made: with --anyway it is.")
        return 1
    if not as_json:
        click.echo(str(made.folder))
        begun = "Made" if made.made else "It is there already"
        say(f"{begun}; {made.folder / 'sheets' / 'to-do.txt'} says what is left.")
    return 0
