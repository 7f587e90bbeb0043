"""From plans to deliverables: what has to be made is made, the rest is kept.

Which inputs a deliverable was made of is in `chapters/deliverables.json`; losing that file
costs only time. Nothing here removes a file that assembly did not write.

Why the chapters are encoded to AAC one by one and joined as packets: an encoder runs on one
core, and a book of eleven hours of which one line changed would be encoded whole.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from narrate.assembly.chapters import (
    AAC_FRAME,
    BITEXACT,
    Chapter,
    aac_packets,
    chapter_keys,
    chapters_in,
    encode_aac,
    make_chapter,
    sweep_chapters,
)
from narrate.assembly.ffmpeg import Ffmpeg, find_ffmpeg, placed, run
from narrate.assembly.plan import Assembled, ChapterPlan, Mark, Settings, Step, Tags
from narrate.assembly.tags import (
    Picture,
    book_tags,
    chapter_tags,
    demuxer_of,
    metadata,
    picture_block,
    prepare_cover,
    track_language,
)
from narrate.errors import AssemblyError, nearest
from narrate.files import digest, file_name, storage, sweep_parts, write_text

FORMATS: tuple[str, ...] = ("m4b", "mp3", "flac", "opus", "wav")
VERSION = 1  # raise it when the same inputs would give another deliverable
WORKERS = min(os.cpu_count() or 1, 8)

T = TypeVar("T")


def assemble(
    plans: Sequence[ChapterPlan],
    tags: Tags,
    formats: Sequence[str],
    out: Path,
    stem: str,
    settings: Settings | None = None,
) -> Iterator[Step | Assembled]:
    """Make the deliverables in `out`: `<stem>.m4b`, and `mp3/01 - Title.mp3` and the like.

    Yields a Step for every chapter that is through a stage, and Assembled as the last item.
    Closing the iterator early stops the work; what was finished is kept and not made again.

    Raises TakeError for a take that is missing or damaged, AssemblyError when ffmpeg fails, for
    an unknown format or when there is nothing to assemble, StorageError for disks and folders.
    """
    settings = settings or Settings()
    wanted = check_formats(formats)
    if not any(plan.takes for plan in plans):
        raise AssemblyError("there is nothing to assemble", do="`narrate render` makes the takes first")
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        press = _Press(out, stem, tags, settings, Path(scratch))
        with storage(out):
            out.mkdir(parents=True, exist_ok=True)
            sweep_parts(out)
        keys = chapter_keys(plans, settings)
        there = chapters_in(press.folder)
        kept = {key for key in keys if key in there}
        yield from _make_chapters(press, plans, keys, there, aac="m4b" in wanted)
        chapters = [(plan.title, there[key]) for plan, key in zip(plans, keys, strict=True) if key]
        press.set_chapters(chapters)
        files: list[Path] = []
        try:
            for form in wanted:
                for path in press.m4b() if form == "m4b" else press.chapter_files(form):
                    files.append(path)
                    yield Step(form, len(chapters) if form == "m4b" else len(files), len(chapters))
                press.remove_stale(form, files)
        finally:
            press.save()
        sweep_chapters(press.folder, set(keys), f"{settings.bitrate_kbps}k.aac" if "m4b" in wanted else "")
        marks = _marks(plans, [there.get(key) for key in keys])
        made = sum(1 for key in keys if key and key not in kept)
        seconds = sum(mark.duration_s for mark in marks)
        notes = (*press.notes, *(f"{plan.title!r} has no takes and is left out" for plan in plans if not plan.takes))
        yield Assembled(tuple(sorted(files)), marks, made, len(chapters) - made, seconds, notes)


def check_formats(formats: Sequence[str]) -> list[str]:
    """The formats asked for, once each, in the order of FORMATS. Raises AssemblyError for an unknown one."""
    for form in formats:
        if form not in FORMATS:
            advice = nearest(form, FORMATS) or f"choose from {', '.join(FORMATS)}"
            raise AssemblyError(f"there is no format {form!r}", do=advice)
    return [form for form in FORMATS if form in formats]


def _marks(plans: Sequence[ChapterPlan], chapters: Sequence[Chapter | None]) -> tuple[Mark, ...]:
    """Where the chapters lie, from counted frames, each divided once."""
    marks, frames, rate = [], 0, next(c.sample_rate for c in chapters if c)
    for plan, chapter in zip(plans, chapters, strict=True):
        length = chapter.frames if chapter else 0
        marks.append(Mark(plan.title, frames / rate, length / rate))
        frames += length
    return tuple(marks)


def _each(jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
    """The jobs' results as they finish. After an error, or closed early, no further job begins."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for future in as_completed([pool.submit(job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _make_chapters(
    press: "_Press", plans: Sequence[ChapterPlan], keys: Sequence[str], there: dict[str, Chapter], *, aac: bool
) -> Iterator[Step]:
    """Put every chapter into `there`, made or kept, with its AAC when asked for."""
    by_key = {key: plan for plan, key in zip(plans, keys, strict=True) if key}
    bitrate = press.settings.bitrate_kbps
    missing = [key for key in by_key if key not in there or (aac and not there[key].aac(bitrate).is_file())]
    done = len(by_key) - len(missing)
    yield Step("chapters", done, len(by_key))
    if not missing:
        return
    ffmpeg = press.ffmpeg

    def make(key: str) -> Chapter:
        chapter = there.get(key) or make_chapter(ffmpeg, by_key[key], key, press.folder, press.settings)
        if aac:
            encode_aac(ffmpeg, chapter, bitrate)
        return chapter

    # Longest first, so that no core is left alone with a long chapter at the end.
    missing.sort(key=lambda key: -len(by_key[key].segments))
    for chapter in _each([partial(make, key) for key in missing]):
        there[chapter.key] = chapter
        done += 1
        yield Step("chapters", done, len(by_key))


class _Press:
    """What all deliverables of a book share, and the record of what was delivered."""

    def __init__(self, out: Path, stem: str, tags: Tags, settings: Settings, scratch: Path) -> None:
        self.out, self.stem, self.tags, self.settings, self.scratch = out, stem, tags, settings, scratch
        self.folder = out / "chapters"
        self.notes: list[str] = []
        self.chapters: list[tuple[str, Chapter]] = []
        self._record = self.folder / "deliverables.json"
        self._delivered, self._changed = _read_record(self._record), False
        if tags.cover and demuxer_of(tags.cover) is None:
            self._no_cover()

    @cached_property
    def ffmpeg(self) -> Ffmpeg:
        return find_ffmpeg()

    @cached_property
    def picture(self) -> Picture | None:
        cover = self.tags.cover
        if cover is None or demuxer_of(cover) is None:
            return None
        found = prepare_cover(self.ffmpeg, cover, self.scratch)
        if found is None:
            self._no_cover()
        return found

    def _no_cover(self) -> None:
        self.notes.append("the cover is left out: it is not a whole JPEG, PNG, GIF, WebP or BMP picture")

    @cached_property
    def _cover_digest(self) -> str:
        return hashlib.blake2b(self.tags.cover.data).hexdigest() if self.tags.cover else ""

    def set_chapters(self, chapters: list[tuple[str, Chapter]]) -> None:
        """Titles and chapters of the book. Raises AssemblyError when their sample rates differ."""
        rates = sorted({chapter.sample_rate for _, chapter in chapters})
        if len(rates) > 1:
            raise AssemblyError(
                f"the chapters have different sample rates ({', '.join(map(str, rates))} Hz)",
                do="render the whole book with one engine",
            )
        self.chapters = [(" ".join(t.split()) or f"Chapter {n}", c) for n, (t, c) in enumerate(chapters, start=1)]

    def m4b(self) -> Iterator[Path]:
        """The book as one file: AAC, marks, cover, tags."""
        path = self.out / f"{self.stem}.m4b"
        rate, marks, frames = self.chapters[0][1].sample_rate, [], 0
        for title, chapter in self.chapters:
            marks.append((title, frames, frames + chapter.frames))
            frames += chapter.frames
        # media_type 2 is what Apple's players take for an audiobook; synopsis is the long description
        tags = book_tags(self.tags) | {"media_type": "2", "gapless_playback": "1"}
        tags |= {"synopsis": tags["description"]} if "description" in tags else {}
        meta, language = metadata(tags, marks, rate), track_language(self.tags)
        chapters, bitrate = [chapter for _, chapter in self.chapters], self.settings.bitrate_kbps
        key = digest("m4b", VERSION, bitrate, language, meta, self._cover_digest, [c.key for c in chapters])
        if not self._is_delivered(path, key):
            # The encoder's first packet is a frame of lead-in; a start before 0 has players skip it.
            lead_in = ["-itsoffset", f"{-AAC_FRAME / rate:.9f}"]
            sink = ["-map_chapters", "1", "-c:a", "copy", "-bsf:a", "aac_adtstoasc", *BITEXACT]
            sink += ["-metadata:s:a:0", f"language={language}"] if language else []
            sink += ["-movflags", "+faststart", "-brand", "M4B ", "-f", "ipod"]
            source = [*lead_in, "-f", "aac", "-i", "pipe:0"]
            self._write(path, key, source, meta, sink, aac_packets(chapters, bitrate), picture=True)
        yield path

    def chapter_files(self, form: str) -> Iterator[Path]:
        """A file a chapter, as they finish."""
        count = len(self.chapters)
        width, jobs = max(2, len(str(count))), []
        for number, (title, chapter) in enumerate(self.chapters, start=1):
            path = self.out / form / f"{number:0{width}d} - {file_name(title)}.{form}"
            tags = chapter_tags(self.tags, title, number, count)
            key = digest(form, VERSION, self.settings.bitrate_kbps, chapter.key, tags, self._cover_digest)
            if self._is_delivered(path, key):
                yield path
            else:
                jobs.append(partial(self._chapter_file, form, path, key, chapter, tags))
        if jobs:
            _ = self.ffmpeg, self.picture  # found once, before threads ask for them
        yield from _each(jobs)

    def _chapter_file(self, form: str, path: Path, key: str, chapter: Chapter, tags: Mapping[str, str]) -> Path:
        lossy = ["-b:a", f"{self.settings.bitrate_kbps}k"]
        sink = {
            "mp3": ["-c:a", "libmp3lame", *lossy, "-id3v2_version", "3", "-f", "mp3"],
            "flac": ["-c:a", "copy", "-f", "flac"],
            "opus": ["-c:a", "libopus", *lossy, "-f", "opus"],
            "wav": ["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav"],
        }[form]
        if form == "opus" and self.picture:
            tags = {**tags, "METADATA_BLOCK_PICTURE": picture_block(self.picture)}
        source = ["-f", "flac", "-i", f"file:{chapter.flac}"]
        sink = ["-map_chapters", "-1", "-threads", "1", *BITEXACT, *sink]
        self._write(path, key, source, metadata(tags), sink, picture=form in ("mp3", "flac"))
        return path

    def _write(
        self,
        path: Path,
        key: str,
        source: Sequence[str],
        meta: str,
        sink: Sequence[str],
        feed: Iterable[bytes] = (),
        *,
        picture: bool,
    ) -> None:
        """Have ffmpeg write a deliverable: the sound of `source`, the tags of `meta`, the cover."""
        text = self.scratch / f"{path.name}.{path.suffix[1:]}.txt"
        text.write_text(meta, encoding="utf-8", newline="\n")
        arguments = ["-v", "error", *source, "-f", "ffmetadata", "-i", f"file:{text}"]
        if picture and self.picture:
            arguments += ["-f", self.picture.demuxer, "-i", f"file:{self.picture.path}", "-map", "2:v", "-c:v", "copy"]
            arguments += ["-disposition:v:0", "attached_pic", "-metadata:s:v", "comment=Cover (front)"]
        arguments += ["-map", "0:a", "-map_metadata", "1", *sink]
        with placed(path) as part:
            run(self.ffmpeg, [*arguments, f"file:{part}"], feed, making=path)
        self._delivered[self._name(path)] = key, path.stat().st_size
        self._changed = True

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()

    def _is_delivered(self, path: Path, key: str) -> bool:
        """Whether `path` is there as it was made, and made of these inputs."""
        with suppress(OSError):
            return self._delivered.get(self._name(path)) == (key, path.stat().st_size)
        return False

    def remove_stale(self, form: str, files: Sequence[Path]) -> None:
        """Remove the deliverables of this form that we made earlier and that are no more in the book."""
        current = {self._name(path) for path in files}
        for name in [n for n in self._delivered if n.endswith(f".{form}") and n not in current]:
            with suppress(OSError):
                (self.out / name).unlink()
            del self._delivered[name]
            self._changed = True

    def save(self) -> None:
        if self._changed:
            write_text(self._record, json.dumps(self._delivered, ensure_ascii=False, indent=1) + "\n")


def _read_record(path: Path) -> dict[str, tuple[str, int]]:
    """What was delivered: name in `out` → digest of its inputs and size. Empty when unreadable."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: (key, size)
        for name, value in found.items()
        if isinstance(value, list) and len(value) == 2
        for key, size in [value]
        if isinstance(key, str) and isinstance(size, int) and _plain(name)
    }


def _plain(name: str) -> bool:
    """Whether a recorded name stays inside `out`, so that removing it can hurt nothing else."""
    parts = name.split("/")
    return 1 <= len(parts) <= 2 and all(part not in ("", ".", "..") and "\\" not in part for part in parts)
