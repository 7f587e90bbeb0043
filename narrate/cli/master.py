"""`narrate master`: measure what was made as a shop measures it."""

from pathlib import Path

import click

from narrate import project as projects, work
from narrate.cli.options import json_option, project_argument
from narrate.cli.show import print_json


@click.command("master")
@project_argument
@click.option("--check", "rules", type=click.Choice(["acx"]), default="acx", show_default=True, help="Whose rules.")
@json_option
@click.pass_obj
def master_command(home: Path, project: Path, rules: str, as_json: bool) -> int:
    """Measure PROJECT's MP3 files by a shop's rules: a table, and what to do where one fails.

    What shops say of narration by a synthetic voice comes last: no file passes where none is taken.
    """
    findings = work.check_masters(work.open_project(project, home))
    failed = [finding for finding in findings if not finding.ok]
    if as_json:
        print_json(findings)
    else:
        for finding in sorted(findings, key=lambda finding: finding.ok):  # what fails first
            mark = "pass" if finding.ok else "FAIL"
            name = finding.file or "the book"
            click.echo(f"{mark}  {name[:40]:<40}  {finding.rule:<15} {finding.measured:<24} {finding.wanted}")
        for do in dict.fromkeys(finding.do for finding in failed):
            click.echo(f"narrate: {do}", err=True)
        click.echo(f"{len(findings) - len(failed)} of {len(findings)} rules are met ({rules}).")
        click.echo("\nThe narration is synthetic, and the files' tags say so. What shops say of that:")
        for shop in projects.SHOPS:
            click.echo(f"  {shop.name}: {shop.rule} ({shop.source}, {shop.dated}).")
        click.echo(f"  {projects.SHOPS_DIFFER}")
    return 1 if failed else 0
