"""Options that several commands share."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from narrate import engine, project, work
from narrate.errors import NarrateError
from narrate.project import FORMATS

Command = TypeVar("Command", bound=Callable[..., Any])


class Read(click.ParamType[Any]):
    """What `read` makes of an option's text. The NarrateError or ValueError by which it refuses one is shown."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self._read(value)
        except (NarrateError, ValueError) as error:
            self.fail(str(error), param, ctx)


def setting_type(name: str) -> Read:
    """Of an option that stands for a setting of project.toml, such as "check.attempts": it may be what that may be."""
    return Read(name.rpartition(".")[2], lambda value: project.setting(name, value))


def _read_formats(text: str) -> Any:
    """The output's formats, with commas between them."""
    return project.setting("output.formats", [name for part in text.split(",") if (name := part.strip())])


def _joined(ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in value for name in names))


shop_type = Read("shop", lambda text: work.find_shop(text))
memory_type = Read("size", lambda text: engine.read_memory(text))
time_type = Read("HH:MM", lambda text: work.read_time(text))
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
    type=Read("formats", _read_formats),
    callback=_joined,
    metavar="FORMAT",
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; repeat it, or list with commas.",
)


def read_book_file(book: Path) -> "work.Source":
    """A book's file, or standard input for `-`. Raises SourceError."""
    return work.Source(book, sys.stdin.buffer.read()) if str(book) == "-" else work.read_source(book)


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
    The ValueError by which it refuses them is shown as wrong usage.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def packed(*args: Any, **values: Any) -> Any:
            own = {str(option.name): values.pop(str(option.name)) for option in options}
            try:
                made = make(values.get(name), **own)
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            return command(*args, **values | {name: made})

        packed.__click_params__ = [*getattr(command, "__click_params__", ()), *reversed(options)]  # type: ignore[attr-defined]
        return packed  # type: ignore[return-value]

    return decorate


def _wanted(before: "engine.Wanted | None", **fields: Any) -> "engine.Wanted":
    """The options of engines and checks, which are named as the fields of Wanted."""
    return replace(before or engine.Wanted(), **fields)


@dataclass(frozen=True, slots=True)
class Overnight:
    """How a run ends that nobody watches."""

    limits: "work.Limits"
    notify: str = ""
    disk_wait_s: float = 0.0


def _overnight(_: object, until: float | None, max_hours: float | None, disk_wait: float, notify: str) -> Overnight:
    limits = work.Limits(until, None if max_hours is None else max_hours * 3600)
    return Overnight(limits, notify, disk_wait * 60)


def _attributing(_: object, quotes: str | None, url: str, llm: str) -> "work.Attributing":
    return work.Attributing.wished(quotes, url, llm)


def _sample(_: object, length: str | None, sample_of: str) -> "project.Sample | None":
    try:
        return None if length is None else project.Sample(project.read_duration(length), sample_of == "book")
    except ValueError as error:
        raise ValueError(f"--sample {error}") from None


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
        type=setting_type("engine"),
        help="draft (CPU, embedded voice) or qwen (GPU).  [default: what the voices need]",
    ),
    _MODELS,
    click.Option(["--device"], default="cuda", show_default=True, help="For qwen: cuda, cuda:1, … or cpu (very slow)."),
    click.Option(
        ["--memory"],
        type=memory_type,
        metavar="6GB",
        help="For qwen: how much of the GPU's memory it may have, of each one.",
    ),
    click.Option(["--eager"], is_flag=True, help="For qwen: plain PyTorch, without kernels and graphs of our own."),
    click.Option(
        ["--cache"],
        type=click.Choice(["int8", "bf16"]),
        help="For qwen: what it keeps of what was said, in 8 bits or as qwen-tts does.  [default: int8 on a GPU]",
    ),
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
        type=setting_type("check.level"),
        metavar="LEVEL",
        help="How takes are judged: light, full or off.  [default: light]",
    ),
    click.Option(
        ["--attempts"],
        type=setting_type("check.attempts"),
        metavar="N",
        help="Tries at a line that fails.  [default: 3]",
    ),
    click.Option(
        ["--asr-model"],
        envvar="NARRATE_ASR_MODEL",
        metavar="MODEL",
        help="For --check full: faster-whisper's, a folder or a name.",
    ),
)
words_option = handed_as(
    "wanted",
    _wanted,
    click.Option(["--words"], is_flag=True, help="Also tell when each word is heard, in vtt, ass and json."),
)
run_options = handed_as(
    "overnight",
    _overnight,
    click.Option(["--until"], type=time_type, help="Stop at this time, such as 07:00; the same command goes on."),
    click.Option(["--max-hours"], type=click.FloatRange(0, min_open=True), help="Stop after so many hours."),
    click.Option(
        ["--disk-wait"],
        default=10.0,
        show_default=True,
        type=click.FloatRange(0),
        help="Minutes to wait for space when the disk is full, before stopping.",
    ),
    click.Option(
        ["--notify"],
        default="",
        metavar="COMMAND",
        help="Run this at the end (`watch`: of each book), with NARRATE_RESULT and more.",
    ),
)
quotes_options = handed_as(
    "attributing",
    _attributing,
    click.Option(
        ["--quotes"],
        type=setting_type("quotes"),
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
