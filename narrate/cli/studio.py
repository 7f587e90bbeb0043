"""`narrate serve` and `narrate studio`: a home served to programs, and to a person in a browser."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from narrate import engine
from narrate.cli.options import check_options, cluster_options, engine_options, folder_type, handed_as
from narrate.cli.proof import has_screen
from narrate.cli.show import say
from narrate.cli.signals import stopping
from narrate.errors import StorageError
from narrate.work.stop import Limits

PORT = 8020
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # and how this machine reaches what listens there
_KEY = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server listens, and the key that it asks for; "" for one of its own making."""

    host: str
    key: str


def _door(_: object, host: str | None, key: str) -> Door:
    if key and not _KEY.fullmatch(key):
        raise ValueError("--key (NARRATE_KEY) takes 16 letters, digits, hyphens and underscores or more")
    if host is not None and not key:
        raise ValueError("--host needs --key (or NARRATE_KEY): whoever reaches the server and has it may change books")
    return Door(host or "127.0.0.1", key)


home_argument = click.argument("folder", metavar="[HOME]", type=folder_type, required=False)
door_options = handed_as(
    "door",
    _door,
    click.Option(
        ["--host"], metavar="ADDRESS", help="Listen there, not only on this machine: 0.0.0.0 is for all who reach it."
    ),
    click.Option(
        ["--key"],
        envvar="NARRATE_KEY",
        default="",
        help="The key that is asked for; NARRATE_KEY is out of others' sight.  [default: a new one]",
    ),
)

idle_option = click.option(
    "--idle",
    "idle_min",
    type=click.FloatRange(0),
    default=0,
    metavar="MINUTES",
    help="Free the engine's memory after so long without work; what is asked next loads it again.  [default: it stays]",
)


@click.command("serve")
@home_argument
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Listen on this port.")
@door_options
@idle_option
@engine_options
@cluster_options
@check_options
@click.pass_obj
def serve_command(
    home: Path, folder: Path | None, port: int, door: Door, idle_min: float, wanted: "engine.Wanted"
) -> int:
    """Serve HOME to programs and browsers. ^C ends it.

    Speech, books made in the background, a catalogue for reading apps, the studio: docs/api.md says how to ask.

    HOME holds voices/ and projects/. The address holds a key; whoever has it may change what is there.
    """
    return _serve(folder or home, port, door, idle_min, wanted, opened=False)


@click.command("studio")
@home_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen on this port.  [default: any free one]")
@click.option("--no-open", is_flag=True, help="Only print the address; no browser is started.")
@door_options
@idle_option
@engine_options
@cluster_options
@check_options
@click.pass_obj
def studio_command(
    home: Path, folder: Path | None, port: int, no_open: bool, door: Door, idle_min: float, wanted: "engine.Wanted"
) -> int:
    """Make audiobooks in a browser. ^C ends it.

    HOME holds voices/ and projects/. The address holds a key; whoever has it may change what is there.
    """
    return _serve(folder or home, port, door, idle_min, wanted, opened=not no_open)


def _serve(home: Path, port: int, door: Door, idle_min: float, wanted: "engine.Wanted", *, opened: bool) -> int:
    from narrate import serve

    if not home.is_dir():
        raise StorageError("no such folder", where=home, do="make it, or give another HOME")
    key, served = door.key or serve.new_token(), serve.Home(home, wanted, idle_s=60 * idle_min)
    served.jobs.claim()
    with stopping(Limits()), serve.listening(port, door.host) as ours, ExitStack() as until_the_end:
        local = serve.is_local(door.host)
        here = _EVERYWHERE.get(door.host, door.host)
        name = f"[{here}]" if ":" in here else here
        address = f"http://{name}:{ours.getsockname()[1]}"
        say(f"Serving {home.resolve()}; ^C ends it.")
        if not local:
            say(f"Whoever reaches {door.host} and has the key may listen, and may change what is there.")
        click.echo(f"{address}/{key}/")
        if opened and has_screen():
            until_the_end.enter_context(serve.browser_at(f"{address}/{key}/", home))
        finishing = "\nFinishing what is in hand; ^C again stops at once. Jobs go on with the next start."
        finished = serve.serve_home(served, key, ours, door.host, lambda: say(finishing))
    return 0 if finished else 130
