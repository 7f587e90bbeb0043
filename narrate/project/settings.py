"""project.toml: what it may say, read and checked, and written once when a project is made."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from msgspec import Meta

from narrate.book import Reading, people_of, shown
from narrate.errors import ProjectError
from narrate.languages import is_tag, language_tag
from narrate.project.podcast import Podcast
from narrate.project.provenance import Provenance, identity_of
from narrate.project.targets import FORMATS, TARGETS
from narrate.script import Pauses
from narrate.speakers import CONFIDENTLY, QUOTES
from narrate.toml import OneOf, Shape, convert, edited, read_toml, typed

ENGINES = ("auto", "draft", "qwen")
AAC = ("lc", "he")  # as good as 64 kb/s at 32, where the ffmpeg can make it
READ_ALONGS = ("lines", "words")
DISCLOSURES = ("none", "opening", "closing")
CHECK_LEVELS = ("light", "full", "off")


def _is_isbn(text: str) -> bool:
    from narrate.readers.epub.metadata import isbn_of  # lxml

    return len(isbn_of(text)) == 13


@dataclass(frozen=True, slots=True)
class Output:
    """Settings of the deliverables. The `target` may overrule what follows it."""

    formats: Annotated[tuple[Annotated[str, OneOf(FORMATS)], ...], Meta(min_length=1)] = ("m4b",)
    target: Annotated[str, OneOf(tuple(TARGETS))] = "books"
    loudness_lufs: Annotated[float, Meta(ge=-70, le=0)] = -18.0
    bitrate_kbps: Annotated[int, Meta(ge=8, le=320)] = 64
    aac: Annotated[str, OneOf(AAC, "no ffmpeg makes xHE-AAC")] = "lc"
    room_tone: bool = True
    drawn_cover: bool = True
    words: bool = False  # the time of each word, for what shows it
    read_along: Annotated[str, OneOf(READ_ALONGS)] = "lines"  # what lights up as it is heard


@dataclass(frozen=True, slots=True)
class Credits:
    """The credits spoken before the first chapter and after the last one; nothing where it is empty.

    `disclosure` says in which of them listeners are told that no person reads: by our words for it in the book's
    language, or by `disclosure_text`.
    """

    opening: str = ""
    closing: str = ""
    disclosure: Annotated[str, OneOf(DISCLOSURES)] = "none"
    disclosure_text: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """What shops want to know beside all else. `isbn`: the audiobook's own, no other edition's; empty: it has none."""

    isbn: Annotated[str, Shape(_is_isbn, "an ISBN of 13 digits, the last of which fits the others")] = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Settings of the checks of takes. `asr_model`: a folder or name for faster-whisper, where `level` is "full"."""

    level: Annotated[str, OneOf(CHECK_LEVELS)] = "light"
    attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    asr_model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """project.toml."""

    title: str
    subtitle: str = ""
    author: str = ""  # in project.toml also a list, which is `authors`
    authors: tuple[str, ...] = ()
    translator: str = ""
    narrator: str = ""  # as players show it; where it is empty, the voice's name and that it is synthetic
    language: Annotated[str, Shape(is_tag, 'a language such as "en" or "pt-BR"')] = "en"
    source: str = ""
    cover: str = ""
    series: str = ""
    series_cast: str = ""
    series_index: str = ""
    year: str = ""
    publisher: str = ""
    description: str = ""
    genres: tuple[str, ...] = ()
    isbn: str = ""
    copyright: str = ""
    engine: Annotated[str, OneOf(ENGINES)] = "auto"
    model: tuple[str, ...] = ()
    plain: bool = False
    exact_upstream: bool = False
    # whose quotations have a voice of their own: see narrate/speakers/policy.py
    quotes: Annotated[str, OneOf(QUOTES)] = CONFIDENTLY
    pauses_ms: Pauses = Pauses()  # noqa: RUF009 (frozen)
    output: Output = Output()
    credits: Credits = Credits()
    package: Package = Package()
    reading: Reading = Reading()  # noqa: RUF009 (frozen)
    check: Checks = Checks()
    podcast: Podcast = Podcast()  # noqa: RUF009 (frozen)
    provenance: Provenance = Provenance()  # noqa: RUF009 (frozen)

    @property
    def identity(self) -> str:
        """What watermarks and manifests call the project."""
        return identity_of(self.provenance, self.title, self.author)


def read_settings(path: Path) -> Settings:
    """project.toml as Settings. Raises ProjectError with the line and the nearest valid key."""
    file = read_toml(path)
    entries = _squeezed(file.entries)
    if isinstance(model := entries.get("model"), str):  # one, as a rule
        entries["model"] = [model] if model else []
    if isinstance(language := entries.get("language"), str):
        entries["language"] = language_tag(language) or language  # "eng" and "English" are "en"
    if isinstance(author := entries.get("author"), list) and all(isinstance(one, str) for one in author):
        entries |= {"author": shown(author), "authors": author}
    if not entries.get("title"):
        raise ProjectError('needs title = "…"', where=path, line=file.line("title"))
    settings = typed(file, Settings, entries)
    if settings.series.endswith(".toml"):  # the shared cast, where the series has no other name
        return replace(settings, series_cast=settings.series, series="")
    return settings


def _squeezed(entries: Mapping[str, Any]) -> dict[str, Any]:
    """TOML entries with no more white space in their texts than there need be; a description keeps its lines."""
    values: dict[str, Any] = {}
    for key, value in entries.items():
        if isinstance(value, dict):
            value = _squeezed(value)
        elif isinstance(value, str):
            value = squeezed(key, value)
        values[key] = value
    return values


def squeezed(name: str, text: str) -> str:
    """The text of a setting without white space that nobody hears or sees; a description keeps its lines."""
    rows = [" ".join(row.split()) for row in text.splitlines()]
    return "\n".join(rows).strip() if name == "description" else " ".join(" ".join(rows).split())


def setting(name: str, value: object) -> Any:
    """A value from elsewhere, also as a text, as one of the setting `name`: "check.attempts". Raises ProjectError."""
    form: Any = Settings
    *tables, key = name.split(".")
    for table in tables:
        form = get_type_hints(form)[table]
    return convert(key, value, get_type_hints(form, include_extras=True)[key], strict=False)


def set_setting(path: Path, key: str, value: str) -> None:
    """Change one setting, as `set_settings`."""
    set_settings(path, {key: value})


def set_settings(path: Path, changes: Mapping[str, str]) -> None:
    """Change settings such as "title" or "output.target" of a project.toml; its comments and all else are kept.

    Raises StorageError, ProjectError.
    """
    import tomlkit

    with edited(path) as document:
        for key, value in changes.items():
            *tables, last = key.split(".")
            table = document
            for name in tables:
                table = table.setdefault(name, {})
            table[last] = tomlkit.string(value, multiline="\n" in value)


def format_settings(settings: Settings) -> str:
    """A new project.toml, with a comment a section; what is empty is left out, but for what people look for."""
    import tomlkit

    document = tomlkit.document()
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "model":
            value = value[0] if len(value) == 1 else list(value) or ""
        elif field.name == "author" and settings.authors not in ((), people_of(value)):
            value = list(settings.authors)
        elif field.name == "genres":
            value = list(value)
        if isinstance(value, str | list | bool) and (value or field.name in ("author", "model")):
            rows = isinstance(value, str) and "\n" in value
            document.add(field.name, tomlkit.string(f"\n{value}", multiline=True) if rows else tomlkit.item(value))
    for name, comment in (
        ("pauses_ms", "silence before a line, in milliseconds, by what the line opens"),
        (
            "output",
            'formats: "m4b", "mp3", "srt", …; '
            'target: "books", "acx", "podcast", "podcast-stereo"; drawn_cover: for a book without one; '
            'words: also tell when each word is heard; read_along = "words" has the EPUB light them up',
        ),
        (
            "credits",
            "what the narrator says before the first chapter and after the last; "
            'disclosure = "opening" or "closing" has it say that the voice is synthetic',
        ),
        ("package", "for `narrate package`: isbn is the audiobook's own, no other edition's"),
        ("check", 'level: "light", "full" (what was said and who said it, slower) or "off"'),
        ("podcast", "for --format podcast: url is where its folder will lie on the web"),
        (
            "provenance",
            'sign: "auto", "always" or "never"; certificate and key: PEM files of your own, outside this folder; '
            "id: what marks and manifests call this project",
        ),
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
