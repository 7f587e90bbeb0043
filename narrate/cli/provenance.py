"""`narrate verify` and `narrate keys`: where files come from, and who signs them."""

from dataclasses import asdict
from pathlib import Path

import click

from narrate import work
from narrate.cli.options import json_option
from narrate.cli.show import print_json, print_named

WIDTH = 10


@click.command("verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="A .c2pa file, or a signed audiobook, that FILE is held against: for a copy that lost its own.",
)
@click.option(
    "--known", multiple=True, type=click.Path(path_type=Path), help="A certificate as PEM whose signatures you trust."
)
@click.option("--listen/--no-listen", default=True, help="Listen for a watermark.  [default: --listen]")
@json_option
@click.pass_obj
def verify_command(
    home: Path, files: tuple[Path, ...], manifest: Path | None, known: tuple[Path, ...], listen: bool, as_json: bool
) -> int:
    """Say where an audio FILE of any maker comes from, and whether it was changed since it was signed.

    Exit code 0: marked and intact; 3: marked, but changed; 4: nothing found; the worst of several. Nothing is fetched.
    """
    verdicts = work.verify(files, home, manifest, known, listen=listen)
    if as_json:
        print_json([asdict(verdict) | {"synthetic": verdict.synthetic} for verdict in verdicts])
    else:
        for verdict in verdicts:
            click.echo(f"{verdict.file}: {verdict.state}")
            print_named([(f"  {name}", text) for name, text in work.verdict_rows(verdict)], WIDTH)
    return max(verdict.code for verdict in verdicts)


@click.group("keys")
def keys_command() -> None:
    """Make or show the identity that signs your audiobooks."""


@keys_command.command("show")
@json_option
def show_command(as_json: bool) -> None:
    """Show who signs here; the private key is never shown."""
    _print(work.show_key(), as_json)


@keys_command.command("new")
@click.option("--name", default="", help="What it calls itself in your files; else a number, so that it names nobody.")
@click.option("--replace", is_flag=True, help="Set the one that is there aside; what it signed stays signed.")
@json_option
def new_command(name: str, replace: bool, as_json: bool) -> None:
    """Make an identity: a certificate signed by itself, and its private key."""
    key, aside = work.new_key(name, replace=replace)
    if aside:
        click.echo(f"The identity that was there lies in {aside} now.", err=True)
    _print(key, as_json)


def _print(key: "work.Key", as_json: bool) -> None:
    if as_json:
        print_json(asdict(key) | {"folder": str(key.folder)})
        return
    rows = [("name", key.name), ("certificate", key.fingerprint), ("algorithm", key.algorithm), ("until", key.until)]
    print_named([*rows, ("folder", str(key.folder))], 13)
