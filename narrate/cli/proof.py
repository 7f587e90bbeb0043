"""`narrate proof`: the book heard and mended line by line, in a browser on this machine."""

import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from narrate import engine, work
from narrate.cli.options import check_options, engine_options, project_argument
from narrate.cli.show import Bars, say, tell
from narrate.cli.signals import running


@click.command("proof")
@project_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen on this port.  [default: any free one]")
@click.option("--no-open", is_flag=True, help="Only print the address; no browser is started.")
@engine_options
@check_options
@click.pass_obj
def proof_command(home: Path, project: Path, port: int, no_open: bool, wanted: "engine.Wanted") -> int:
    """Serve PROJECT's proof page on this machine: listen, retake, accept, change lines. ^C ends it.

    The address holds a token; whoever has it may change the script.
    """
    from narrate import serve

    opened = work.open_project(project, home)
    with running() as run, serve.listening(port) as ours, ExitStack() as until_the_end:
        proof = work.Proof(opened, wanted, run, partial(tell, bars=Bars()))
        try:
            proof.renew()
        except work.BusyError as busy:
            say(f"Lines can be heard as they are made, and what you ask for is made next: {busy.what}.")
        token = serve.new_token()
        address = f"http://{serve.ADDRESS}:{ours.getsockname()[1]}/{token}/"
        click.echo(address)
        say("Serving the proof page; ^C ends it.")
        if not no_open and has_screen():
            until_the_end.enter_context(serve.browser_at(address, opened.out))
        finishing = "\nFinishing what is in hand; ^C again stops at once."
        finished = serve.serve(proof, opened.out, token, ours, lambda: say(finishing))
    if proof.changed:
        lines = "A line was" if proof.changed == 1 else f"{proof.changed} lines were"
        say(f"{lines} changed: `narrate assemble {opened.folder}` brings the audiobook up to date.")
    return 0 if finished else 130


def has_screen() -> bool:
    """Whether somebody sits at a screen: a browser in a terminal would take it over."""
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(screen)
