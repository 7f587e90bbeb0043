"""The command line: the only place that imports click, prints, or decides an exit code.

The first argument is a command or a book, so `narrate book.epub` is the main job: a name that
is no command goes to the hidden command `book`. Command modules import rooms, which load what is
asked of them, because `narrate --help` must answer at once.
"""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from narrate import __version__
from narrate.cli.options import folder_type, with_home
from narrate.cli.show import warnings_shown
from narrate.errors import NarrateError, nearest

# numpy's matrix products here are small ones, made on many threads of ours beside an engine: with a
# thread a core each, as OpenBLAS would start, checking a take took ten times the CPU. Before numpy's import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "new": "make",
    "cast": "cast",
    "plan": "plan",
    "render": "make",
    "lexicon": "script",
    "check": "checking",
    "retake": "checking",
    "accept": "checking",
    "assemble": "make",
    "script": "script",
    "proof": "proof",
    "watch": "watch",
    "send": "watch",
    "studio": "studio",
    "serve": "studio",
    "master": "master",
    "package": "package",
    "verify": "provenance",
    "keys": "provenance",
    "status": "status",
    "voices": "voices",
    "say": "voices",
    "doctor": "status",
}

_MAIN_JOB = "\0"  # what no file can be called
BOOK = "BOOK"  # how its usage calls the main job, so that `narrate BOOK --help` works as it is told


class Commands(click.Group):
    """Commands loaded when they are called; any other first argument is a book."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = "make" if cmd_name == "book" else COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"narrate.cli.{module}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return with_home(command)  # so that --home may also follow the command or the book

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        if args[0] == _MAIN_JOB:
            args = args[1:]
        else:
            self._refuse_typo(ctx, args[0])
        return BOOK, self.get_command(ctx, "book"), args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # An option of the main job may come before the book: `narrate --voice v.pt book.epub`.
        own = {"--help", "--version", "--home"}
        if args and args[0].startswith("--") and args[0].split("=")[0] not in own:
            args = [_MAIN_JOB, *args]
        return super().parse_args(ctx, args)

    def _refuse_typo(self, ctx: click.Context, word: str) -> None:
        """A bare word that is no file is a mistyped command, not a book that is missing."""
        if word in ("-", BOOK) or "." in word or "/" in word or Path(word).exists():
            return
        hint = nearest(word, COMMANDS) or "a book is a file such as book.epub"
        ctx.fail(f'no command and no book called "{word}"; {hint}')


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="The main job: narrate BOOK [--voice V] makes, or goes on making, the whole audiobook; "
    "narrate BOOK --help lists its options.",
)
@click.version_option(__version__, prog_name="narrate")
@click.option(
    "--home",
    type=folder_type,
    envvar="NARRATE_HOME",
    default=Path(),
    help="Folder that holds voices/ and projects/ (or NARRATE_HOME).  [default: the current folder]",
)
@click.pass_context
def app(ctx: click.Context, home: Path) -> None:
    """Turn a book into a chaptered audiobook, offline.

    \b
    narrate book.epub                  the whole audiobook, on the embedded voice
    narrate book.epub --voice me.pt    with a Qwen3-TTS voice, on a GPU
    """
    ctx.obj = home


def main() -> None:
    """Run the command line and exit: 0 done, 1 an expected failure, 2 usage, 3 quarantined lines, 130 interrupted."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line."""
    try:
        with warnings_shown():
            result = app.main(arguments, prog_name="narrate", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except NarrateError as error:
        click.echo(f"narrate: {error}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`narrate status | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A name that no file can have is looked up in many places; output may go to a disk that is full.
        if error.errno not in (errno.ENAMETOOLONG, errno.ENOSPC):
            raise
        where = f"{str(error.filename)[:60]}…" if error.filename else "standard output"
        click.echo(f"narrate: {where}: {error.strerror}", err=True)
        return 1
