"""`narrate new`: a project made from a book; and the main job's first step, which goes on with one that is there."""

from collections.abc import Iterator
from pathlib import Path

from narrate.book import Book
from narrate.engine import Wanted, check_spoken, choose_engine
from narrate.errors import EngineError, ProjectError, StorageError
from narrate.languages import code_of, is_tag, language_name, language_tag
from narrate.project import Project, Provenance, Sample, Settings, create, identity_of, same_source
from narrate.project.figures import chapters_of, lines_of
from narrate.script import reading_changed
from narrate.voices import EMBEDDED, find_voice, given_path, shelves_of
from narrate.words import book_lexicon, phoneme_problems, phonemes_in
from narrate.work.cast import set_narrator
from narrate.work.events import Notice, Telling
from narrate.work.quotations import Attributing
from narrate.work.source import Loaded, Source, load, place_of


def create_project(
    source: Source, home: Path, folder: Path | None, voice: str | None, wanted: Wanted, attributing: Attributing
) -> Telling[Project]:
    """A new project of a book. Raises ProjectError when there is one already."""
    folder, loaded = place_of(source, home, folder, attributing)
    yield from _create(source, home, folder, voice, wanted, attributing, loaded, must_speak=False)
    return Project(folder, home)


def open_or_create(
    source: Source,
    home: Path,
    folder: Path | None,
    voice: str | None,
    wanted: Wanted,
    attributing: Attributing,
    sample: Sample | None = None,
) -> Telling[Project]:
    """The project of a book: gone on with when it is there, else made; all of it, or a `sample`."""
    folder, loaded = place_of(source, home, folder, attributing)
    if not (folder / "project.toml").is_file():
        try:
            yield from _create(source, home, folder, voice, wanted, attributing, loaded, must_speak=True)
            return Project(folder, home, sample)
        except (ProjectError, StorageError):
            if not (folder / "project.toml").is_file():
                raise
            # Another process has made it in the meantime: it is there, and whole.
    elif loaded is not None:
        yield from loaded.told()
    project = Project(folder, home, sample)
    if not same_source(project, source.data):
        raise ProjectError(
            f"was made from another {source.path.name}",
            where=folder,
            do="`narrate new BOOK --again` reads the new one into it; or choose a new --project",
        )
    if voice is not None:
        set_narrator(project, voice)
    if attributing.asked:
        yield Notice(f"{folder} is made already: `narrate cast {folder} --quotes …` changes who speaks.")
    yield Notice(f"Going on with {folder}.")
    if reading_changed(folder / "script", project.settings.reading):
        yield Notice("[reading] in project.toml has changed since: `narrate new BOOK --again` brings it into script/.")
    return project


def _create(
    source: Source,
    home: Path,
    folder: Path,
    voice: str | None,
    wanted: Wanted,
    attributing: Attributing,
    loaded: Loaded | None,
    *,
    must_speak: bool,
) -> Telling[None]:
    """Make the project. Where it is to be spoken at once it is not made when that is no use."""
    narrator = find_voice(voice or EMBEDDED, shelves_of(home, folder))
    choice = choose_engine(wanted.engine or "auto", [narrator], wanted.place)  # say no before anything is made
    loaded = loaded or load(source, attributing=attributing)
    book, scripts = loaded.book, loaded.scripts
    yield from loaded.told()
    yield from loaded.told_skipped()
    yield from _told_language(book)
    try:
        check_spoken(choice.name, book.language, choice.languages)
    except EngineError as error:
        if must_speak or wanted.engine:
            raise
        yield Notice(f"It cannot be rendered as it is: {error}.")
    stored = given_path(voice, shelves_of(home, folder)) if voice else None
    cover = f"cover{book.cover.suffix}" if book.cover else ""
    settings = _settings(source, book, cover, wanted, attributing)
    lexicon = book_lexicon(book.pronunciations, settings.language, [line for s in scripts for line in s.lines])
    create(
        folder,
        settings,
        scripts,
        (source.kept_as, source.data),
        narrator=narrator.name if stored else (voice or EMBEDDED),
        cover=(cover, book.cover.data) if book.cover else None,
        voice=stored,
        lexicon=lexicon,
        sounds=loaded.sounds,
        attribution=loaded.attribution,
    )
    yield from _told_phonemes(book, lexicon)
    directed = sum(bool(line.direction) for script in scripts for line in script.lines)
    if directed and not choice.engine.directed:
        have = "has a direction" if directed == 1 else "have a direction"
        yield Notice(f"{lines_of(directed)} {have}, which the {choice.name} engine does not heed.")
    count = sum(line.speakable for script in scripts for line in script.lines)
    yield Notice(f"Made {folder}: {chapters_of(len(scripts))}, {lines_of(count)}.")


def _settings(source: Source, book: Book, cover: str, wanted: Wanted, attributing: Attributing) -> Settings:
    """What project.toml says of a new project; its identity stays when title and author are changed."""
    title = book.title or source.path.stem
    return Settings(
        title=title,
        subtitle=book.subtitle,
        author=book.author,
        authors=book.authors,
        translator=book.translator,
        language=book.language,
        source=f"source/{source.kept_as}",
        cover=f"source/{cover}" if cover else "",
        series=book.series,
        series_index=book.series_index,
        year=book.year,
        publisher=book.publisher,
        description=book.description,
        genres=book.genres,
        isbn=book.isbn,
        copyright=book.copyright,
        engine=wanted.engine or "auto",
        model=wanted.models,
        plain=wanted.plain,
        exact_upstream=wanted.exact_upstream,
        quotes=attributing.quotes,
        provenance=Provenance(id=identity_of(Provenance(), title, book.author)),
    )


def _told_phonemes(book: Book, lexicon: str) -> Iterator[Notice]:
    """How many words the book says in phonemes, and which it says in none that can be read."""
    if words := phonemes_in(lexicon):
        said = f"The book has phonemes for {words} of its words" if words > 1 else "The book has phonemes for a word"
        yield Notice(f"{said}: lexicon.toml says how they sound.")
    if problems := phoneme_problems(book.pronunciations):
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        yield Notice(f"Left out phonemes of the book: {problems[0]}{more}.")


def _told_language(book: Book) -> Iterator[Notice]:
    """What the book is read in, where its text shows that, and where it says something else of itself."""
    said, tag = book.language_said, language_tag(book.language_said)
    name = language_name(book.language)
    if tag and not is_tag(tag):
        what = f'The book is in "{said}", as it says, which is no language such as "en"'
        yield Notice(f"{what}; it is read as {name}.")
    elif book.language_found and not tag:
        yield Notice(f"Language: {name}, found from the text.")
    elif said and not tag:
        yield Notice(f'Language: {name}, as the book names none ("{said}") and its text is too short to tell.')
    elif book.language_found and code_of(tag) == code_of(book.language):
        yield Notice(f"Language: {name}, as the book says.")
    elif book.language_found:
        yield Notice(f'Language: {name}, found from the text, though the book says "{said}".')
