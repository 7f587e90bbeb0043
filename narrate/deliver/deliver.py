"""From plans to deliverables: what has to be made is made, the rest is kept."""

import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path

from narrate.chapters import (
    Assembled,
    Chapter,
    ChapterPlan,
    Mark,
    Mastering,
    Step,
    Tags,
    chapter_keys,
    chapters_in,
    complete_chapter,
    each,
    is_complete,
    read_level,
    sweep_chapters,
    together,
)
from narrate.deliver.delivered import Ingredients, ingredients, note_made, note_making
from narrate.deliver.forms import FORMS
from narrate.deliver.press import Press
from narrate.deliver.rates import told_rates
from narrate.errors import AssemblyError, nearest
from narrate.files import make_folder, storage, sweep_parts
from narrate.project import FORMATS
from narrate.provenance import Signing


def assemble(
    plans: Sequence[ChapterPlan],
    tags: Tags,
    formats: Sequence[str],
    out: Path,
    stem: str,
    settings: Mastering | None = None,
    source: Path | None = None,
    begun: Mapping[str, Future[Chapter]] | None = None,
    signing: Signing | None = None,
) -> Iterator[Step | Assembled]:
    """Make the deliverables in `out`: `<stem>.m4b`, and `mp3/01 - Title.mp3` and the like.

    `source` is the book as it was given: a read-along keeps an EPUB as it was. `begun` are chapters that are made or
    being made by others just now, by key; one that goes wrong is made here. With `signing` the files carry a manifest.
    Yields a Step for every chapter that is through a stage, and Assembled as the last item. The formats are
    made at once, so their steps come in any order; one that fails costs none of the others' files.
    Closing the iterator early stops the work; what was finished is kept and not made again.

    Raises TakeError for a take that is missing or damaged, AssemblyError when ffmpeg fails, for
    an unknown format or when there is nothing to assemble, StorageError for disks and folders.
    """
    settings = settings or Mastering()
    wanted = check_formats(formats)
    if not any(plan.takes for plan in plans):
        raise AssemblyError("there is nothing to assemble", do="`narrate render` makes the takes first")
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        press = Press(out, stem, tags, settings, Path(scratch), source, signing)
        with storage(out):
            make_folder(out)
            if not begun:  # theirs may be among them
                sweep_parts(out)
        keys = chapter_keys(plans, settings)
        there = chapters_in(press.folder)
        kept = {key for key in keys if key in there and key not in (begun or {})}
        aac = any(FORMS[form].takes_packets(settings.aac) for form in wanted)
        yield from _make_chapters(press, plans, keys, there, begun or {}, aac=aac)
        chapters = [(plan, there[key]) for plan, key in zip(plans, keys, strict=True) if key]
        press.set_chapters(chapters)
        press.notes += told_rates(wanted, settings, chapters[0][1].sample_rate, aac=aac)
        signed = signing.digest if signing else ""
        of = {form: ingredients(form, plans, keys, tags, settings, source, signed) for form in wanted}
        files = yield from _make_forms(press, of, len(chapters))
        wait((begun or {}).values())  # what was begun of a book that has changed since is swept up too
        sweep_chapters(press.folder, set(keys), f"{settings.bitrate_kbps}k.aac" if aac else "")
        marks = _marks(plans, [there.get(key) for key in keys])
        made = sum(1 for key in keys if key and key not in kept)
        seconds = sum(mark.duration_s for mark in marks)
        notes = (*press.notes, *(f"{plan.title!r} has no takes and is left out" for plan in plans if not plan.takes))
        yield Assembled(tuple(sorted(files)), marks, made, len(chapters) - made, seconds, notes)


def _make_forms(press: Press, of: Mapping[str, Ingredients], chapters: int) -> Generator[Step, None, list[Path]]:
    """Make the forms named in `of`, which says what each is made of, at once. Returns their files."""
    note_making(press.folder, of)
    made_of: dict[str, list[Path]] = {form: [] for form in of}
    finished: list[str] = []
    works = {form: partial(FORMS[form].make, press) for form in sorted(of, key=lambda form: not FORMS[form].whole)}
    try:
        for form, path in together(works, press.children.end):
            if path is not None:
                made_of[form].append(path)
                yield Step(form, min(len(made_of[form]), chapters), chapters)
                continue
            press.remove_stale(form, made_of[form])
            finished.append(form)
            yield Step(form, chapters, chapters)
    finally:
        press.save()
        note_made(press.folder, {form: of[form] for form in finished})
    return [path for paths in made_of.values() for path in paths]


def check_formats(formats: Sequence[str]) -> list[str]:
    """The formats asked for, once each, in the order of FORMATS. Raises AssemblyError for an unknown one."""
    for form in formats:
        if form not in FORMATS:
            advice = nearest(form, FORMATS) or f"choose from {', '.join(FORMATS)}"
            raise AssemblyError(f"there is no format {form!r}", do=advice)
    return [form for form in FORMATS if form in formats]


def _marks(plans: Sequence[ChapterPlan], chapters: Sequence[Chapter | None]) -> tuple[Mark, ...]:
    """Where the chapters lie, from counted frames, each divided once, and how loud they are."""
    marks, frames, rate = [], 0, next(c.sample_rate for c in chapters if c)
    for plan, chapter in zip(plans, chapters, strict=True):
        length = chapter.frames if chapter else 0
        marks.append(Mark(plan.title, frames / rate, length / rate, read_level(chapter) if chapter else None))
        frames += length
    return tuple(marks)


def _make_chapters(
    press: Press,
    plans: Sequence[ChapterPlan],
    keys: Sequence[str],
    there: dict[str, Chapter],
    begun: Mapping[str, Future[Chapter]],
    *,
    aac: bool,
) -> Iterator[Step]:
    """Put every chapter into `there`, made or kept, with its level, and its AAC when asked for."""
    by_key = {key: plan for plan, key in zip(plans, keys, strict=True) if key}
    settings = press.settings
    missing = [key for key in by_key if key not in there or not is_complete(there[key], settings, aac=aac)]
    done = len(by_key) - len(missing)
    yield Step("chapters", done, len(by_key))
    if not missing:
        return
    ffmpeg = press.ffmpeg

    def make(key: str) -> Chapter:
        future = begun.get(key)
        found = there.get(key) if future is None or future.exception() is not None else future.result()
        return complete_chapter(ffmpeg, by_key[key], key, found, press.folder, settings, aac=aac)

    # Longest first, so that no core is left alone with a long chapter at the end; what is at work needs no core here.
    missing.sort(key=lambda key: (key in begun, -len(by_key[key].segments)))
    for chapter in each([partial(make, key) for key in missing]):
        there[chapter.key] = chapter
        done += 1
        yield Step("chapters", done, len(by_key))
