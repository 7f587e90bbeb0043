"""Options that several commands share."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from narrate import engine, project, work
from narrate.errors import ProjectError
from narrate.project import FORMATS

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.project import Sample
    from narrate.work import Attributing, Limits, Source

MOST_MEMORY = 10**12  # bytes: no card has more
Command = TypeVar("Command", bound=Callable[..., Any])


class Setting(click.ParamType[Any]):
    """An option that stands for a setting of project.toml, such as "check.attempts": it may be what that may be."""

    def __init__(self, name: str) -> None:
        self.name = name.rpartition(".")[2]
        self._setting = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return project.setting(self._setting, value)
        except ProjectError as error:
            self.fail(str(error), param, ctx)


class _Formats(Setting):
    """The output's formats, with commas between them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        names = [name for part in str(value).split(",") if (name := part.strip())]
        return super().convert(names, param, ctx)


def _joined(ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in value for name in names))


folder_type = click.Path(file_okay=False, path_type=Path)
book_argument = click.argument("book", type=click.Path(path_type=Path, allow_dash=True))
project_argument = click.argument("project", type=click.Path(path_type=Path))
folder_option = click.option(
    "--project",
    "folder",
    type=folder_type,
    help="The project's folder.  [default: projects/<book's name> under --home]",
)
shelf_option = click.option("--project", type=folder_type, help="A project, for its own voices/.")
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")
narrator_option = click.option(
    "--voice", help="The narrator: a voice's name, or a path to a .pt, .safetensors or voice folder."
)
formats_option = click.option(
    "--format",
    "formats",
    multiple=True,
    type=_Formats("output.formats"),
    callback=_joined,
    metavar="FORMAT",
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; repeat it, or list with commas.",
)


def read_book_file(book: Path) -> "Source":
    """A book's file, or standard input for `-`. Raises SourceError."""
    return work.Source(book, sys.stdin.buffer.read()) if str(book) == "-" else work.read_source(book)


class Memory(click.ParamType[int]):
    """Bytes of a card's memory, as 6GB, 6GiB, 6000MB, or 6 for gigabytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?) ?([gm]i?b?)?", str(value).strip().lower(), re.ASCII)
        if match is None:
            self.fail(f'"{value}" is no amount of memory such as 6GB, 6GiB or 6000MB', param, ctx)
        number, unit = float(match[1]), match[2] or "gb"
        found = round(number * (1024 if "i" in unit else 1000) ** (3 if unit[0] == "g" else 2))
        if not 0 < found <= MOST_MEMORY:
            self.fail(f'"{value}" is no size of a GPU: 6 is 6 GB, 6000 MB', param, ctx)
        return found


class TimeOfDay(click.ParamType[float]):
    """`07:00`, the next one to come, or a whole date and time: seconds since the epoch."""

    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        now = datetime.now()
        text = str(value).strip()
        try:
            if not re.fullmatch(r"\d{1,2}:\d{2}", text):
                moment = datetime.fromisoformat(text)
                if moment.timestamp() <= now.timestamp():
                    self.fail(f"{text} has passed", param, ctx)
                return moment.timestamp()
            hour, minute = (int(part) for part in text.split(":"))
            moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            self.fail(f'"{text}" is no time such as 07:00 or 2026-01-31T07:00', param, ctx)
        # By the calendar, not by 24 hours: the clocks may change in the night.
        return (moment if moment > now else moment + timedelta(days=1)).timestamp()


class _Models(click.ParamType[str]):
    """A model's name; in NARRATE_MODEL several stand with the system's path separator between them."""

    name = "text"
    envvar_list_splitter = os.pathsep


def with_home(command: click.Command) -> click.Command:
    """The command with --home, which takes the place of the one given before it."""

    def choose(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.obj = value

    if not any(parameter.name == "home" for parameter in command.params):
        text = "Folder that holds voices/ and projects/."
        command.params.append(
            click.Option(["--home"], type=folder_type, expose_value=False, callback=choose, help=text)
        )
    return command


def named_models(settled: Sequence[str]) -> tuple[str, ...]:
    """The models that NARRATE_MODEL and a project name, for commands that open none."""
    return (*filter(None, os.environ.get("NARRATE_MODEL", "").split(os.pathsep)), *settled)


def handed_as(name: str, make: Callable[..., Any], *options: click.Option) -> Callable[[Command], Command]:
    """A decorator that gives a command `options` and hands it one argument for them, `name`: what `make` makes of them.

    `make` is called with what a decorator above made of the same name, or None, and with the options by their names.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def packed(*args: Any, **values: Any) -> Any:
            own = {str(option.name): values.pop(str(option.name)) for option in options}
            return command(*args, **values | {name: make(values.get(name), **own)})

        packed.__click_params__ = [*getattr(command, "__click_params__", ()), *reversed(options)]  # type: ignore[attr-defined]
        return packed  # type: ignore[return-value]

    return decorate


def _wanted(before: "Wanted | None", **fields: Any) -> "Wanted":
    """The options of engines and checks, which are named as the fields of Wanted. Raises UsageError."""
    if fields.get("memory") and fields["device"] == "cpu":
        raise click.UsageError("--memory is a GPU's, and --device cpu has none")
    gpus = fields.get("gpus", "")
    if gpus not in ("", "all") and not (gpus.isdecimal() and int(gpus)):
        raise click.UsageError(f'--gpus "{gpus}" is neither a number nor "all"')
    return replace(before or engine.Wanted(), **fields)


@dataclass(frozen=True, slots=True)
class Overnight:
    """How a run ends that nobody watches."""

    limits: "Limits"
    notify: str = ""
    disk_wait_s: float = 0.0


def _overnight(_: object, until: float | None, max_hours: float | None, disk_wait: float, notify: str) -> Overnight:
    limits = work.Limits(until, None if max_hours is None else max_hours * 3600)
    return Overnight(limits, notify, disk_wait * 60)


def _attributing(_: object, quotes: str | None, url: str, llm: str) -> "Attributing":
    """The options about quotations. Raises UsageError where one lacks the other."""
    if bool(url) != bool(llm):
        raise click.UsageError("--attribute-with and --llm go together")
    return work.Attributing.wished(quotes, url, llm)


def _sample(_: object, length: str | None, sample_of: str) -> "Sample | None":
    """The sample that is asked for. Raises UsageError for what is no length."""
    if length is None:
        return None
    try:
        return project.Sample(project.read_duration(length), sample_of == "book")
    except ValueError as error:
        raise click.UsageError(f"--sample {error}") from None


_MODELS = click.Option(
    ["--model", "models"],
    multiple=True,
    envvar="NARRATE_MODEL",
    type=_Models(),
    help="A Qwen3-TTS checkpoint, a folder or a hub name; repeat it where voices need several kinds.",
)
models_option = handed_as("models", lambda _, models: models, _MODELS)
engine_options = handed_as(
    "wanted",
    _wanted,
    click.Option(
        ["--engine"],
        type=Setting("engine"),
        help="draft (CPU, embedded voice) or qwen (GPU).  [default: what the voices need]",
    ),
    _MODELS,
    click.Option(["--device"], default="cuda", show_default=True, help="For qwen: cuda, cuda:1, … or cpu (very slow)."),
    click.Option(
        ["--memory"],
        type=Memory(),
        metavar="6GB",
        help="For qwen: how much of the GPU's memory it may have, of each one.",
    ),
    click.Option(["--eager"], is_flag=True, help="For qwen: plain PyTorch, without kernels and graphs of our own."),
    click.Option(["--exact-upstream"], is_flag=True, help="For qwen: late lines end by upstream's rule alone."),
    click.Option(["--plain"], is_flag=True, help="Leave numbers and abbreviations to the engine, as they are written."),
)
# What follows with "wanted" adds to it: it goes below engine_options.
cluster_options = handed_as(
    "wanted",
    _wanted,
    click.Option(["--gpus"], default="", metavar="N|all", help="Speak on so many GPUs of this machine at once."),
    click.Option(
        ["--ray"],
        default="",
        metavar="ADDRESS",
        help="Speak on a Ray cluster, such as auto or host:6379 (extra: cluster).",
    ),
)
check_options = handed_as(
    "wanted",
    _wanted,
    click.Option(
        ["--check"],
        type=Setting("check.level"),
        metavar="LEVEL",
        help="How takes are judged: light, full or off.  [default: light]",
    ),
    click.Option(
        ["--attempts"], type=Setting("check.attempts"), metavar="N", help="Tries at a line that fails.  [default: 3]"
    ),
    click.Option(
        ["--asr-model"],
        envvar="NARRATE_ASR_MODEL",
        metavar="MODEL",
        help="For --check full: faster-whisper's, a folder or a name.",
    ),
)
run_options = handed_as(
    "overnight",
    _overnight,
    click.Option(["--until"], type=TimeOfDay(), help="Stop at this time, such as 07:00; the same command goes on."),
    click.Option(["--max-hours"], type=click.FloatRange(0, min_open=True), help="Stop after so many hours."),
    click.Option(
        ["--disk-wait"],
        default=10.0,
        show_default=True,
        type=click.FloatRange(0),
        help="Minutes to wait for space when the disk is full, before stopping.",
    ),
    click.Option(
        ["--notify"], default="", metavar="COMMAND", help="Run this at the end, with NARRATE_RESULT and more."
    ),
)
quotes_options = handed_as(
    "attributing",
    _attributing,
    click.Option(
        ["--quotes"],
        type=Setting("quotes"),
        metavar="[off|confident|all]",
        help="Whose quotations have a voice of their own: nobody's, sure speakers', everybody's.  [default: confident]",
    ),
    click.Option(
        ["--attribute-with", "url"],
        metavar="URL",
        default="",
        help="Ask a language model at an OpenAI-compatible address (http://127.0.0.1:8080/v1) who speaks. Quotations "
        "leave this machine if the address does.",
    ),
    click.Option(["--llm"], metavar="NAME", default="", help="The model that --attribute-with asks for."),
)
sample_options = handed_as(
    "sample",
    _sample,
    click.Option(["--sample", "length"], metavar="2m", help="Only so much of each chapter, into out/sample/."),
    click.Option(
        ["--sample-of"],
        type=click.Choice(["chapter", "book"]),
        default="chapter",
        show_default=True,
        help="What --sample counts from.",
    ),
)
