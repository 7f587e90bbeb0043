"""project.toml: what it may say, read and checked, and written once when a project is made."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from narrate.attribution.voicing import CONFIDENTLY, QUOTES
from narrate.casting import key_line
from narrate.engine import ENGINES
from narrate.errors import ProjectError, nearest
from narrate.files import storage
from narrate.pauses import Pauses
from narrate.podcast import FORMS, Podcast
from narrate.reading import CHOICES, Reading


@dataclass(frozen=True, slots=True)
class Output:
    """What is made of the takes. `target` is one of assembly.targets.TARGETS; it may overrule what follows it."""

    formats: tuple[str, ...] = ("m4b",)
    target: str = "books"
    loudness_lufs: float = -18.0
    bitrate_kbps: int = 64
    aac: str = "lc"
    room_tone: bool = True
    drawn_cover: bool = True


@dataclass(frozen=True, slots=True)
class Credits:
    """What the narrator says before the first chapter and after the last one; nothing where it is empty."""

    opening: str = ""
    closing: str = ""


AAC = ("lc", "he")  # as good as 64 kb/s at 32, where the ffmpeg can make it
CHECK_LEVELS = ("light", "full", "off")


@dataclass(frozen=True, slots=True)
class Checks:
    """How takes are judged. `asr_model`: a folder or name for faster-whisper, where `level` is "full"."""

    level: str = "light"
    attempts: int = 3
    asr_model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """project.toml."""

    title: str
    subtitle: str = ""
    author: str = ""
    narrator: str = ""  # as players show it; the narrator's voice where it is empty
    language: str = "en"
    source: str = ""
    cover: str = ""
    series: str = ""
    series_cast: str = ""
    series_index: str = ""
    year: str = ""
    publisher: str = ""
    description: str = ""
    isbn: str = ""
    copyright: str = ""
    engine: str = "auto"
    model: tuple[str, ...] = ()
    plain: bool = False
    quotes: str = CONFIDENTLY  # whose quotations have a voice of their own: see narrate/attribution/voicing.py
    pauses_ms: Pauses = Pauses()  # noqa: RUF009 (frozen)
    output: Output = Output()
    credits: Credits = Credits()
    reading: Reading = Reading()  # noqa: RUF009 (frozen)
    check: Checks = Checks()
    podcast: Podcast = Podcast()  # noqa: RUF009 (frozen)


def read_settings(path: Path) -> Settings:
    """project.toml as Settings. Raises ProjectError with the line and the nearest valid key."""
    with storage(path):
        data = path.read_bytes()
    try:
        text = data.decode("utf-8")
        entries = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(f"is not valid TOML: {error}", where=path) from error
    values = _check(entries, Settings, path, text)
    if not str(values.get("title", "")).strip():
        raise ProjectError('needs title = "…"', where=path)
    for key, known in (("engine", ENGINES), ("quotes", QUOTES)):
        if (value := values.get(key, known[0])) not in known:
            do = nearest(str(value), known) or f"one of {', '.join(known)}"
            raise ProjectError(f'unknown {key} "{value}"', where=path, line=key_line(text, key), do=do)
    if str(values.get("series", "")).endswith(".toml"):  # the shared cast, where the series has no other name
        values["series_cast"] = values.pop("series")
    return Settings(**values)


def _check(entries: Mapping[str, Any], form: type, path: Path, text: str) -> dict[str, Any]:
    """TOML entries as the keyword arguments of the dataclass `form`, each of its default's type."""
    defaults = {f.name: f.default for f in fields(form)} | ({"title": ""} if form is Settings else {})
    checked: dict[str, Any] = {}
    for key, value in entries.items():
        line = key_line(text, key)
        if key not in defaults:
            do = nearest(key, defaults) or f"known: {', '.join(defaults)}"
            raise ProjectError(f'unknown key "{key}"', where=path, line=line, do=do)
        default = defaults[key]
        if key == "model" and isinstance(value, str):  # one, as a rule
            checked[key] = (value.strip(),) if value.strip() else ()
        elif isinstance(default, Pauses | Output | Credits | Reading | Checks | Podcast):
            if not isinstance(value, dict):
                raise ProjectError(f"{key} is not a table", where=path, line=line, do=f"write it as [{key}]")
            checked[key] = type(default)(**_check(value, type(default), path, text))
        else:
            checked[key] = _value(key, value, default, path, line)
            if form is Checks and key == "level" and checked[key] not in CHECK_LEVELS:
                do = nearest(str(value), CHECK_LEVELS) or f"one of {', '.join(CHECK_LEVELS)}"
                raise ProjectError(f'unknown level "{value}"', where=path, line=line, do=do)
            if form is Output and key == "aac" and checked[key] not in AAC:
                do = f"one of {', '.join(AAC)}; no ffmpeg makes xHE-AAC"
                raise ProjectError(f"unknown aac {value!r}", where=path, line=line, do=do)
            if form is Podcast and key in FORMS and checked[key] and not FORMS[key][0](checked[key]):
                raise ProjectError(f"{key} = {value!r} is not {FORMS[key][1]}", where=path, line=line)
            if form is Reading and key in CHOICES and checked[key] not in CHOICES[key]:
                do = f"one of {', '.join(CHOICES[key])}"
                raise ProjectError(f"unknown {key} {value!r}", where=path, line=line, do=do)
    return checked


def _value(key: str, value: object, default: object, path: Path, line: int | None) -> object:
    """`value` as the type of `default`, or ProjectError saying what was wanted."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, tuple):
        if isinstance(value, list) and (value or not default) and all(isinstance(v, str) for v in value):
            return tuple(value)
        wanted = "a list of names"
    elif isinstance(default, float):
        if number and -70 <= float(value) <= 0:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        wanted = "a number of decibels from -70 to 0"
    elif isinstance(default, bool):
        if isinstance(value, bool):
            return value
        wanted = "true or false"
    elif isinstance(default, int):
        if number and isinstance(value, int) and 0 <= value <= 60_000:
            return value
        wanted = "a whole number from 0 to 60000"
    else:
        if isinstance(value, str):
            rows = (" ".join(row.split()) for row in value.splitlines())
            return "\n".join(rows).strip() if key == "description" else " ".join(value.split())
        wanted = "a text in quotes"
    raise ProjectError(f"{key} = {value!r} is not {wanted}", where=path, line=line)


def format_settings(settings: Settings) -> str:
    """A new project.toml, with a comment a section; what is empty is left out, but for what people look for."""
    import tomlkit

    document = tomlkit.document()
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "model":
            value = value[0] if len(value) == 1 else list(value) or ""
        if isinstance(value, str | list | bool) and (value or field.name in ("author", "model")):
            document.add(field.name, tomlkit.item(value))
    for name, comment in (
        ("pauses_ms", "silence before a line, in milliseconds, by what the line opens"),
        (
            "output",
            'formats: "m4b", "mp3", "srt", …; '
            'target: "books", "acx", "podcast", "podcast-stereo"; drawn_cover: for a book without one',
        ),
        ("credits", "what the narrator says before the first chapter and after the last"),
        ("check", 'level: "light", "full" (what was said and who said it, slower) or "off"'),
        ("podcast", "for --format podcast: url is where its folder will lie on the web"),
        ("reading", "what of the book is read: after a change, `narrate new BOOK --again`"),
    ):
        table = tomlkit.table()
        table.add(tomlkit.comment(comment))
        for field in fields(getattr(settings, name)):
            value = getattr(getattr(settings, name), field.name)
            table.add(field.name, tomlkit.item(list(value) if isinstance(value, tuple) else value))
        document.add(tomlkit.nl())
        document.add(name, table)
    return tomlkit.dumps(document).rstrip() + "\n"
