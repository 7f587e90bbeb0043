"""The output of a project: its formats, the plans and sound of its chapters, the tags that players show."""

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from narrate.book import Cover
from narrate.chapters import ChapterPlan, Mastering, Tags, chapter_keys, find_ffmpeg, fitted
from narrate.chapters.arrange import arrange
from narrate.deliver import FORMS, MAX_BYTES, Deliverable, check_formats, deliverables, he_encoder, prepare_cover
from narrate.errors import AssemblyError, StorageError
from narrate.files import storage
from narrate.project import FORMATS, TARGETS, PlacedChapter, Project
from narrate.script import NARRATOR
from narrate.voices import credit_of
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory
from narrate.work.signing import check_signing, standing_signed, watermark_of
from narrate.work.words import words_of

SINGLE = {"mp3": "mp3-single"}  # what makes a file beside the folders, where its suffix says otherwise
Planned = tuple[list[ChapterPlan], Mastering]  # what is heard in each chapter, and how it is to sound


def check_output(project: Project, formats: Sequence[str], *, assemble: bool) -> Telling[tuple[str, ...]]:
    """The formats that are wanted, once all that project.toml says of them is known to work: before hours of rendering.

    Raises NarrateError; of a cover that will be left out it is only told. Where nothing is to `assemble`
    yet, that may be done on another machine, so this one's ffmpeg does not matter.
    """
    wanted = wanted_formats(project, formats)
    if assemble:
        ffmpeg = find_ffmpeg()
        if any(FORMS[form].signed for form in wanted):
            check_signing(project)
        if project.settings.output.aac == "he" and any(FORMS[form].aac == "any" for form in wanted):
            he_encoder(ffmpeg)
    if cover := _given_cover(project):
        with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
            try:
                prepare_cover(cover, Path(scratch))
            except AssemblyError as error:
                yield Notice(f"The cover will be left out, {project.settings.cover}: {error.what}.")
    return wanted


def wanted_formats(project: Project, given: Sequence[str]) -> tuple[str, ...]:
    """The formats of `--format`, else the project's."""
    return tuple(check_formats(given or project.settings.output.formats))


def standing(project: Project, book: Inventory) -> list[Deliverable]:
    """The formats that are there or asked for, and which of them are older than the book as it is."""
    return standing_to(project, book, plans_of_whole(project, book.chapters))


def standing_to(project: Project, book: Inventory, planned: Planned) -> list[Deliverable]:
    """The same, for a book whose chapters are `planned` already."""
    (plans, settings), tags, source = planned, tags_of(project, book), project.source_file()
    keys, wanted = chapter_keys(plans, settings), project.settings.output.formats
    signed = standing_signed(project, book, known_revision(project, book))
    return deliverables(project.out, plans, keys, tags, settings, source, wanted, signed)


def plans_of(project: Project, chapters: Sequence[PlacedChapter]) -> Planned:
    """What is heard in each chapter, and how it is to sound."""
    settings, words = sound_of(project), words_of(project)
    pauses, take_of = project.settings.pauses_ms, project.takes.path
    return [fitted(arrange(chapter, pauses, take_of, words)) for chapter in chapters], settings


def plans_of_whole(project: Project, chapters: Sequence[PlacedChapter]) -> Planned:
    """The same, with nothing in a chapter of which takes are missing: it is on the page without its sound."""
    plans, settings = plans_of(project, chapters)
    there = project.takes.keys()
    for number, chapter in enumerate(chapters):
        if any(line.request and line.request.key not in there for line in chapter.lines):
            plans[number] = ChapterPlan(plans[number].title, ())
    return plans, settings


def sound_of(project: Project, target_name: str = "") -> Mastering:
    """The mastering of the chapters: what project.toml says, overruled by its target, or by the one of that name."""
    output, pauses = project.settings.output, project.settings.pauses_ms
    target = TARGETS[target_name or output.target]
    return Mastering(
        loudness_lufs=output.loudness_lufs if target.loudness_lufs is None else target.loudness_lufs,
        rms_db=target.rms_db,
        peak_dbfs=target.peak_dbfs,
        bitrate_kbps=output.bitrate_kbps,
        aac=output.aac,
        head_ms=pauses.chapter_start if target.head_ms is None else target.head_ms,
        tail_ms=pauses.chapter_end if target.tail_ms is None else target.tail_ms,
        room_tone=output.room_tone,
        watermark=watermark_of(project),
        mp3_kbps=target.mp3_kbps,
        mp3_rate=target.mp3_rate,
        channels=target.channels,
        drawn_cover=output.drawn_cover,
        by_word=output.read_along == "words",
        podcast=project.settings.podcast,
        episodes=project.episodes(),
    )


def tags_of(project: Project, book: Inventory) -> Tags:
    """The tags that players show of the book, and how its narration was made."""
    settings, manner = project.settings, book.manner
    voices = {request.voice.fingerprint: request.voice.name for request in book.work.requests}
    made_with = ["narrate", f"engine {manner.engine}", f"model {manner.model}" if manner.model else ""]
    made_with.append(known_revision(project, book))
    return Tags(
        title=settings.title,
        subtitle=settings.subtitle,
        author=settings.author,
        authors=settings.authors,
        translator=settings.translator,
        narrator=narrator_of(project),
        year=settings.year,
        description=settings.description,
        genres=settings.genres,
        series=settings.series,
        series_index=settings.series_index,
        publisher=settings.publisher,
        language=settings.language,
        isbn=settings.isbn,
        copyright=settings.copyright,
        made_with=", ".join(filter(None, made_with)),
        voices=tuple(sorted((name, fingerprint) for fingerprint, name in voices.items())),
        cover=_given_cover(project),
    )


def narrator_of(project: Project) -> str:
    """Who reads, as players show it. Raises NarrateError where that is nowhere written and the cast cannot be read."""
    return project.settings.narrator or credit_of(project.cast().parts[NARRATOR].voice)


def _given_cover(project: Project) -> Cover | None:
    path = project.cover_file()
    return None if path is None else read_cover(path)


def read_cover(path: Path) -> Cover:
    """A cover's file; of one that is far too large for one only the beginning, which is then refused."""
    with storage(path), path.open("rb") as file:
        return Cover(file.read(MAX_BYTES + 1))


def known_revision(project: Project, book: Inventory) -> str:
    """The same, empty where a take is damaged: that is found, and made again, where it is assembled."""
    with suppress(StorageError):
        return revision_of(project, book)
    return ""


def revision_of(project: Project, book: Inventory) -> str:
    """The models' exact files, as the newest way of making takes recorded them, in the order of their names."""
    by_model: dict[str, str] = {}
    for request in (*book.work.missing, *book.work.requests):
        by_model.setdefault(request.model, request.key)
    keys = [by_model[model] for model in sorted(by_model) if by_model[model] in project.takes]
    return ", ".join(str(project.takes.asked(key).get("revision", "")) for key in keys)


def output_rows(files: Iterable[Path], out: Path) -> list[str]:
    """The paths of deliverables in `out`: a folder with several of them once, with their number.

    In the order of FORMATS, so that the M4B comes first.
    """
    folders: dict[Path, list[Path]] = {}
    for file in files:
        parts = file.relative_to(out).parts
        folders.setdefault(out / parts[0] if len(parts) > 1 else file, []).append(file)
    return [_row(place, folders[place]) for place in sorted(folders, key=lambda place: _rank(place, folders[place]))]


def _rank(place: Path, files: list[Path]) -> tuple[int, bool, str]:
    suffix = place.suffix[1:]
    form = SINGLE.get(suffix, suffix) if files == [place] else place.name
    return FORMATS.index(form) if form in FORMATS else len(FORMATS), files != [place], place.name


def _row(place: Path, files: list[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{place} ({len(files)} files)"
