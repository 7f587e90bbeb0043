"""`narrate master`: measure what was made as a shop measures it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import json_option, project_argument, shop_type
from narrate.cli.show import print_json, say
from narrate.project import SHOPS

if TYPE_CHECKING:
    from narrate import shops


@click.command("master")
@project_argument
@click.option(
    "--check",
    "shop",
    type=shop_type,
    default="acx",
    show_default=True,
    metavar="SHOP",
    help=f"Whose rules: {', '.join(SHOPS)}.",
)
@json_option
@click.pass_obj
def master_command(home: Path, project: Path, shop: "shops.Shop", as_json: bool) -> int:
    """Measure PROJECT's MP3 files by a shop's rules: a table, and what to do where one fails.

    What the shop thinks of narration by a synthetic voice comes first: no file passes where none is taken.
    """
    opened = work.open_project(project, home)
    if as_json:
        say(shop.sentence)
    else:
        click.echo(shop.sentence)
    findings = work.check_masters(opened, shop)
    if as_json:
        print_json(findings)
    else:
        tell_findings(findings, shop)
    return 1 if any(not finding.ok for finding in findings) else 0


def tell_findings(findings: "Sequence[shops.Finding]", shop: "shops.Shop") -> None:
    """A table of rules, those that fail first, and what to do about them."""
    failed = [finding for finding in findings if not finding.ok]
    for finding in sorted(findings, key=lambda finding: finding.ok):
        mark, name = "pass" if finding.ok else "FAIL", finding.file or "the book"
        row = f"{mark}  {name[:40]:<40}  {finding.rule:<15} {finding.measured:<24} {finding.wanted:<24} {finding.sure}"
        click.echo(row)
    for do in dict.fromkeys(finding.do for finding in failed):
        click.echo(f"narrate: {do}", err=True)
    click.echo(f"{len(findings) - len(failed)} of {len(findings)} rules are met ({shop.key}, as of {shop.dated}).")
