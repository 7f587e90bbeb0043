"""`narrate watch` and `narrate send`: books that come by themselves, and books sent to a library."""

import os
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from narrate import engine, work
from narrate.cli import options
from narrate.cli.make import CODES, WORDS, tell_outcome
from narrate.cli.show import PLAIN_EVERY_S, say, show
from narrate.cli.signals import running


@click.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.narrator_option
@options.engine_options
@options.cluster_options
@options.check_options
@options.quotes_options
@options.formats_option
@options.run_options
@click.pass_obj
def watch_command(
    home: Path,
    folder: Path,
    voice: str | None,
    formats: tuple[str, ...],
    wanted: "engine.Wanted",
    overnight: options.Overnight,
    attributing: "work.Attributing",
) -> int:
    """Make the audiobook of each book that lands in FOLDER, one after the other. ^C ends it.

    A file that is still being copied is waited for. What is made already is left alone, and what failed is tried
    again when its file has changed.
    """
    ends: set[str] = set()

    def heard(event: "work.Event") -> None:
        if not isinstance(event, work.Outcome):
            return
        ends.add(event.end)
        tell_outcome(event)
        if overnight.notify and event.end != "stopped":
            code, wall_s = CODES[event.end], event.rendered.wall_s if event.rendered else 0.0
            if wrong := work.notify(overnight.notify, [event], WORDS[code], code, "", wall_s):
                say(wrong)

    if told := overnight.limits.told(time.time()):
        say(told)
    say(f"Watching {folder}; ^C ends it.")
    with running(overnight.limits, disk_wait_s=overnight.disk_wait_s) as run:
        books = work.landed(folder, home, voice, wanted, attributing, formats, run)
        show(work.work_through(books, wanted, run, formats, assemble=True), heard)
    if "stopped" in ends:  # whatever came before: who watches it as a service asked for this
        return CODES["stopped"]
    return next((code for end, code in CODES.items() if end in ends), 0)


@click.command("send")
@options.project_argument
@click.option("--to", "where", type=click.Choice(["audiobookshelf"]), required=True, help="What kind of server it is.")
@click.option("--library", default="", metavar="NAME", help="Into this library.  [default: the only one of books]")
@options.engine_options
@click.pass_obj
def send_command(home: Path, project: Path, where: str, library: str, wanted: "engine.Wanted") -> int:
    """Upload PROJECT's finished book, with cover and metadata, to the server that you listen from.

    Its address and a key come from NARRATE_AUDIOBOOKSHELF_URL and NARRATE_AUDIOBOOKSHELF_KEY. A book that is there
    already is not sent again.
    """
    server, opened = work.Server.of(os.environ), work.open_project(project, home)
    with running() as run, closing(Upload()) as upload:

        def heard(event: "work.Event") -> None:
            if isinstance(event, work.Sending):
                upload.draw(event.sent, event.of)

        sent = show(work.send_project(opened, wanted, run, server, library), heard)
    if sent is None:
        return 130
    click.echo(sent.sentence)
    return 0


class Upload:
    """The progress of an upload: a bar on a terminal, elsewhere a plain line a minute."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._told = time.monotonic()

    def draw(self, sent: int, of: int) -> None:
        """Show how many bytes have been sent, `of` so many."""
        if not sys.stderr.isatty():
            if time.monotonic() - self._told >= PLAIN_EVERY_S:
                self._told = time.monotonic()
                say(f"{sent / 1e6:,.0f} of {of / 1e6:,.0f} MB sent")
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(desc="sending", total=of, unit="B", unit_scale=True, leave=False)
        self._bar.update(sent - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
