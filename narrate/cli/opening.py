"""A project found, or made from a book."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from narrate.book import Book, Cover, Reading
from narrate.cast import set_voices
from narrate.cli.progress import chapters_of, lines_of, say
from narrate.cli.quoting import Attributing, scripts_of
from narrate.engine import Wanted, check_spoken, choose_engine
from narrate.errors import EngineError, ProjectError, SourceError, StorageError
from narrate.files import slug
from narrate.languages import code_of, is_tag, language_name, language_tag
from narrate.project import Project, Sample, Settings, create, same_source
from narrate.readers import is_show, read_book, read_show, sounds_of, suffix_of
from narrate.script import NARRATOR, Script, reading_changed
from narrate.speakers import OFF, split_lines
from narrate.voices import EMBEDDED, find_voice, given_path, put_voice, shelves_of
from narrate.words import book_lexicon, phonemes_in


def open_project(path: Path, home: Path, sample: Sample | None = None) -> Project:
    """The project in `path`, or the one of that name under the home's projects/; all of it, or a `sample`."""
    named = home / "projects" / path
    return sampled(Project(named if not path.exists() and named.is_dir() else path, home), sample)


def sampled(project: Project, sample: Sample | None) -> Project:
    """The project, of which only `sample` is made, into out/sample/."""
    if sample is not None:
        project.sample = sample
        project.out = project.folder / "out" / "sample"
    return project


def open_or_create(
    book: Path, home: Path, folder: Path | None, voice: str | None, wanted: Wanted, attributing: Attributing
) -> Project:
    """The project of `book`: gone on with when it is there, else made."""
    data = read_source(book)
    folder, loaded = place_of(book, data, home, folder, attributing)
    if not (folder / "project.toml").is_file():
        try:
            return _create(book, data, home, folder, voice, wanted, attributing, loaded, must_speak=True)
        except (ProjectError, StorageError):
            if not (folder / "project.toml").is_file():
                raise
            # Another process has made it in the meantime: it is there, and whole.
    project = Project(folder, home)
    if not same_source(project, data):
        raise ProjectError(
            f"was made from another {book.name}",
            where=folder,
            do="`narrate new BOOK --again` reads the new one into it; or choose a new --project",
        )
    if voice is not None:
        set_narrator(project, voice)
    if attributing.asked:
        say(f"{folder} is made already: `narrate cast {folder} --quotes …` changes who speaks.")
    say(f"Going on with {folder}.")
    if reading_changed(folder / "script", project.settings.reading):
        say("[reading] in project.toml has changed since: `narrate new BOOK --again` brings it into script/.")
    return project


def create_project(
    book: Path, home: Path, folder: Path | None, voice: str | None, wanted: Wanted, attributing: Attributing
) -> Project:
    """A new project of `book`. Raises ProjectError when there is one already."""
    data = read_source(book)
    folder, loaded = place_of(book, data, home, folder, attributing)
    return _create(book, data, home, folder, voice, wanted, attributing, loaded, must_speak=False)


def read_source(book: Path) -> bytes:
    """The bytes of a book's file, or of standard input for `-`. Raises SourceError."""
    if str(book) == "-":
        return sys.stdin.buffer.read()
    if not book.exists():
        raise SourceError("no such file", where=book, do="check the path")
    if book.is_dir():
        raise SourceError("is a folder, not a book", where=book, do="for a project, use `narrate render` or `status`")
    try:
        return book.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=book) from error


def source_name(book: Path, data: bytes) -> str:
    """What a book's file is called in its project's source/; one of standard input by what it is."""
    if str(book) == "-":
        return f"stdin{suffix_of(data)}"
    return slug(book.stem, "book") + book.suffix.lower()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A book's metadata and its chapters' scripts; its cues' sounds, each by its name in the script; its quotations."""

    book: Book
    scripts: Sequence[Script]
    sounds: Sequence[tuple[str, Path]] = ()
    attribution: str = ""  # the table of them, "" when there is none


def load_scripts(
    book: Path,
    data: bytes,
    reading: Reading | None = None,
    attributing: Attributing | None = None,
    language: str = "",
) -> Loaded:
    """What a book's file makes, whatever its form. `reading`: what is read of it; `language`: its own by the project.

    Without `attributing` the narrator reads all quotations.
    """
    if is_show(book, data):
        show = read_show(book, data, (reading or Reading()).directions)
        for note in show.notes:
            say(note)
        about = Book(
            title=show.title,
            chapters=(),
            author=show.author,
            language=language or show.language,
            language_said=show.language_said,
            language_found=show.language_found,
            year=show.year,
            description=show.description,
        )
        return Loaded(about, [split_lines(script, about.language) for script in show.scripts], sounds_of(show, book))
    read = read_book(None if str(book) == "-" else book, data=data, reading=reading, language=language)
    scripts, attribution = scripts_of(read, attributing or Attributing(OFF))
    return Loaded(read, scripts, attribution=attribution)


def place_of(
    book: Path, data: bytes, home: Path, folder: Path | None, attributing: Attributing
) -> tuple[Path, Loaded | None]:
    """Where a book's project lies, `folder` if one is given; and the book, where it was read for its title."""
    if folder is not None:
        return folder, None
    if str(book) != "-":
        return home / "projects" / slug(book.stem), None
    loaded = load_scripts(book, data, attributing=attributing)
    return home / "projects" / slug(loaded.book.title), loaded


def _create(
    path: Path,
    data: bytes,
    home: Path,
    folder: Path,
    voice: str | None,
    wanted: Wanted,
    attributing: Attributing,
    loaded: Loaded | None,
    *,
    must_speak: bool,
) -> Project:
    """The project. Where it is to be spoken at once it is not made when that is no use."""
    narrator = find_voice(voice or EMBEDDED, shelves_of(home, folder))
    choice = choose_engine(wanted.engine or "auto", [narrator], wanted.place)  # say no before anything is made
    loaded = loaded or load_scripts(path, data, attributing=attributing)
    book, scripts = loaded.book, loaded.scripts
    tell_skipped(book)
    stored = given_path(voice, shelves_of(home, folder)) if voice else None
    source = source_name(path, data)
    cover = _cover_name(book.cover)
    _tell_language(book)
    try:
        check_spoken(choice.name, book.language)
    except EngineError as error:
        if must_speak or wanted.engine:
            raise
        say(f"It cannot be rendered as it is: {error}.")
    settings = Settings(
        title=book.title or path.stem,
        subtitle=book.subtitle,
        author=book.author,
        language=book.language,
        source=f"source/{source}",
        cover=f"source/{cover}" if cover else "",
        series=book.series,
        series_index=book.series_index,
        year=book.year,
        publisher=book.publisher,
        description=book.description,
        isbn=book.isbn,
        copyright=book.copyright,
        engine=wanted.engine or "auto",
        model=wanted.models,
        plain=wanted.plain,
        exact_upstream=wanted.exact_upstream,
        quotes=attributing.quotes,
    )
    lexicon = book_lexicon(book.pronunciations, settings.language, [line for s in scripts for line in s.lines])
    create(
        folder,
        settings,
        scripts,
        (source, data),
        narrator=narrator.name if stored else (voice or EMBEDDED),
        cover=(cover, book.cover.data) if cover and book.cover else None,
        voice=stored,
        lexicon=lexicon,
        sounds=loaded.sounds,
        attribution=loaded.attribution,
    )
    _tell_phonemes(lexicon)
    count = sum(line.speakable for script in scripts for line in script.lines)
    say(f"Made {folder}: {chapters_of(len(scripts))}, {lines_of(count)}.")
    return Project(folder, home)


def _tell_language(book: Book) -> None:
    """Say what the book is read in, where its text shows that, and where it says something else of itself."""
    said, tag = book.language_said, language_tag(book.language_said)
    if tag and not is_tag(tag):
        what = f'The book is in "{said}", as it says, which is no language such as "en"'
        say(f"{what}; it is read as {language_name(book.language)}.")
    elif book.language_found and not tag:
        say(f"Language: {language_name(book.language)}, found from the text.")
    elif book.language_found and code_of(tag) == code_of(book.language):
        say(f"Language: {language_name(book.language)}, as the book says.")
    elif book.language_found:
        say(f'Language: {language_name(book.language)}, found from the text, though the book says "{said}".')


def _tell_phonemes(lexicon: str) -> None:
    """Say what of the book's own lexicon is not spoken, and where it went."""
    if words := phonemes_in(lexicon):
        say(
            f"The book gives phonemes for {words} {'word' if words == 1 else 'words'}, which no engine here reads: "
            "they are in lexicon.toml, to be written in plain letters."
        )


def tell_skipped(book: Book) -> None:
    """What of the book is not read, why, and the line that brings it back."""
    for skipped in book.skipped:
        back = f" ({skipped.back} brings it back)" if skipped.back else ""
        say(f"Skipped {skipped.what}: {skipped.why}{back}.")
    if any(skipped.back for skipped in book.skipped):
        say("Such a line belongs under [reading] in project.toml; then `narrate new BOOK --again` reads it.")


def _cover_name(cover: Cover | None) -> str:
    suffixes = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
    return f"cover{suffixes.get(cover.media_type, '.img')}" if cover else ""


def set_narrator(project: Project, voice: str) -> None:
    """Cast `voice` as the narrator; one that is given by its path is copied into the project, which may be moved."""
    if (path := given_path(voice, project.shelves)) is not None:
        find_voice(voice, ())  # a voice indeed
        voice = put_voice(path, project.folder / "voices")
    find_voice(voice, project.shelves)
    set_voices(project.cast_file, {NARRATOR: voice})


def describe(project: Project) -> None:
    """Where the project lies and what can be edited."""
    click.echo(str(project.folder))
    say(f"Edit {project.folder}/script/*.txt and {project.cast_file}, then run `narrate render {project.folder}`.")
