"""`narrate proof`: the book heard and mended line by line, in a browser on this machine."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import check_options, engine_options, project_argument

if TYPE_CHECKING:
    from narrate.cli.proofing import ProofDesk
    from narrate.engine import Wanted


@click.command("proof")
@project_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen on this port.  [default: any free one]")
@click.option("--no-open", is_flag=True, help="Only print the address; no browser is started.")
@engine_options
@check_options
@click.pass_obj
def proof_command(home: Path, project: Path, port: int, no_open: bool, wanted: "Wanted") -> int:
    """Serve PROJECT's proof page on this machine: listen, retake, accept, change lines. ^C ends it.

    The address holds a token; whoever has it may change the script.
    """
    from narrate.cli.progress import say
    from narrate.cli.proofing import ProofDesk
    from narrate.cli.signals import running
    from narrate.serve import ADDRESS, listening, new_token, serve

    opened = work.open_project(project, home)
    with running() as run, listening(port) as ours, ExitStack() as until_the_end:
        desk = ProofDesk(opened, wanted, run)
        _bring_up_to_date(desk)
        token = new_token()
        address = f"http://{ADDRESS}:{ours.getsockname()[1]}/{token}/"
        click.echo(address)
        say("Serving the proof page; ^C ends it.")
        if not no_open and _has_screen():
            until_the_end.enter_context(_opened(address, opened.out))
        finishing = "\nFinishing what is in hand; ^C again stops at once."
        finished = serve(desk, opened.out, token, ours, lambda: say(finishing))
    if desk.changed:
        lines = "A line was" if desk.changed == 1 else f"{desk.changed} lines were"
        say(f"{lines} changed: `narrate assemble {opened.folder}` brings the audiobook up to date.")
    return 0 if finished else 130


def _bring_up_to_date(desk: "ProofDesk") -> None:
    """The page on disk as the lines and takes are now; while another process is at work that waits for its end."""
    from narrate.cli.progress import say
    from narrate.serve import BusyError

    try:
        desk.renew()
    except BusyError as busy:
        say(f"Lines can be heard as they are made, and what you ask for is made next: {busy.what}.")


def _has_screen() -> bool:
    """Whether somebody sits at a screen: a browser in a terminal would take it over."""
    import os
    import sys

    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(screen)


@contextmanager
def _opened(address: str, folder: Path) -> Iterator[None]:
    """The person's browser, at a file that only they can read and that leads it to `address`; it goes with the block.

    What a program is started with is visible to everybody on the machine, so the browser is not given the address.
    The file lies in `folder`: a browser that is confined to its own /tmp, as a snap's, could not open one there.
    """
    import html
    import secrets
    import webbrowser

    from narrate.files import atomic

    page = (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">\n'
        f'<title>narrate</title><meta http-equiv="refresh" content="0; url={html.escape(address)}">\n'
        f'<p><a href="{html.escape(address)}">The proof page</a></p></html>\n'
    )
    file = folder / f"proof-{secrets.token_hex(4)}.html"
    try:
        with atomic(file, mode=0o600) as out:
            out.write(page.encode())
        webbrowser.open(file.resolve().as_uri())
        yield
    finally:
        file.unlink(missing_ok=True)
