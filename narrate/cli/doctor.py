"""`narrate doctor`: what this machine has, and what is missing for what."""

from pathlib import Path

import click

from narrate import work
from narrate.cli.options import Memory
from narrate.cli.show import print_json


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.option(
    "--memory", type=Memory(), metavar="6GB", help="What the GPU does when the qwen engine has so much of it."
)
@click.pass_obj
def doctor_command(home: Path, as_json: bool, memory: int | None) -> int:
    """Show what this machine has: engines, GPU, ffmpeg, voices, free space. Exit code 1 when it cannot make a book."""
    findings = work.examine(home, memory)
    if as_json:
        print_json(findings)
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            click.echo(f"{'ok ' if finding.ok else 'no '} {finding.what:<{width}}  {finding.found}")
    return 0 if work.can_make_books(findings) else 1
