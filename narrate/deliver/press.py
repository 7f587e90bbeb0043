"""What all deliverables of a book share: its chapters and their times, tags and cover, and what was delivered.

Which inputs a deliverable was made of is in `chapters/deliverables.json`; losing that file
costs only time. Nothing here removes a file that assembly did not write.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from threading import BoundedSemaphore, Lock, RLock
from typing import TYPE_CHECKING

from narrate.chapters import (
    WORKERS,
    Chapter,
    ChapterPlan,
    Children,
    Ffmpeg,
    Mastering,
    Tags,
    TimedChapter,
    chapter_titles,
    find_ffmpeg,
    run,
    sound_lengths,
    timed_book,
)
from narrate.deliver.cover import VERSION as COVER, Picture
from narrate.deliver.native import fill_room
from narrate.errors import AssemblyError, NarrateError
from narrate.files import atomic, digest, file_name, followed, full_disk, placed, storage, write_text
from narrate.provenance import SIDECAR, Signing, sign

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrate.deliver.readalong.printed import Starts

_MOST_WAV = (1 << 31) - 1024  # samples of 16 bits in the 4 GiB that a WAV counts, less its header
VERSION = 1  # raise it when the same inputs would give another deliverable
BARE = ".opus"  # a form that holds no manifest: it lies beside the file


class Press:
    """What all deliverables of a book share, and the record of what was delivered.

    Several of them are made at once, each in a thread: what is worked out for all is worked out once.
    """

    def __init__(
        self,
        out: Path,
        stem: str,
        tags: Tags,
        settings: Mastering,
        scratch: Path,
        source: Path | None = None,
        signing: Signing | None = None,
    ) -> None:
        """`source` is the book as it was given, where there is a file of it; `signing` is None for unsigned files."""
        self.out, self.stem, self.tags, self.settings, self.scratch = out, stem, tags, settings, scratch
        self.source, self.signing = source, signing
        self.folder = out / "chapters"
        self.notes: list[str] = []
        self.chapters: list[tuple[str, Chapter]] = []
        self.plans: list[ChapterPlan] = []
        self.children = Children()
        self._lock = RLock()
        self._cores = BoundedSemaphore(WORKERS)
        self._record = self.folder / "deliverables.json"
        self._delivered, self._changed = read_record(self._record), False
        self._making: dict[str, Lock] = {}

    @property
    def ffmpeg(self) -> Ffmpeg:
        """The one of all of them; its processes are our `children`."""
        with self._lock:
            return self._ffmpeg

    @cached_property
    def _ffmpeg(self) -> Ffmpeg:
        return replace(find_ffmpeg(), children=self.children)

    @property
    def picture(self) -> Picture | None:
        """The cover: the given one, else one made of title and author, where that is wanted."""
        with self._lock:
            return self._picture

    @cached_property
    def _picture(self) -> Picture | None:
        from narrate.deliver.drawn import book_picture

        drawn = (self.tags.title, self.tags.author) if self.settings.drawn_cover else None
        picture, wrong = book_picture(self.tags.cover, drawn, self.scratch)
        if wrong:
            instead = "one is made of title and author" if drawn else "there is none"
            self.notes.append(f"the cover is left out: {wrong}; {instead}")
        return picture

    @cached_property
    def cover_digest(self) -> str:
        """The digest of all that decides the cover, so that a change is known without making it."""
        given = hashlib.blake2b(self.tags.cover.data).hexdigest() if self.tags.cover else ""
        drawn = [self.tags.title, self.tags.author] if self.settings.drawn_cover else []
        return digest("cover", COVER, given, drawn)

    def set_chapters(self, chapters: list[tuple[ChapterPlan, Chapter]]) -> None:
        """Plans and chapters of the book. Raises AssemblyError when their sample rates differ."""
        rates = sorted({chapter.sample_rate for _, chapter in chapters})
        if len(rates) > 1:
            raise AssemblyError(
                f"the chapters have different sample rates ({', '.join(map(str, rates))} Hz)",
                do="render the whole book with one engine",
            )
        self.plans = [plan for plan, _ in chapters]
        self.chapters = list(zip(chapter_titles(self.plans), (chapter for _, chapter in chapters), strict=True))

    @property
    def timed(self) -> list[TimedChapter]:
        """When every line is spoken."""
        with self._lock:
            return self._timed

    @cached_property
    def _timed(self) -> list[TimedChapter]:
        rate = self.chapters[0][1].sample_rate
        sounds = sound_lengths(lambda: self.ffmpeg, self.scratch)
        lengths = [chapter.frames for _, chapter in self.chapters]
        timed = timed_book(self.plans, lengths, self.settings, rate, partial(sounds, rate))
        return [replace(chapter, title=title) for chapter, (title, _) in zip(timed, self.chapters, strict=True)]

    @property
    def page_starts(self) -> "Starts":
        """Where the pages of the print book begin, where the source knows them."""
        with self._lock:
            return self._page_starts

    @cached_property
    def _page_starts(self) -> "Starts":
        from narrate.deliver.readalong.printed import page_starts
        from narrate.readers import printed_pages

        try:
            pages = printed_pages(self.source) if self.source else []
        except NarrateError as error:
            self.notes.append(f"the numbers of the print book's pages are left out: {error}")
            return {}
        starts = page_starts(pages, self.timed)
        labels = sum(1 for page in pages if page.label)
        if found := labels - sum(map(len, starts.values())):
            self.notes.append(
                f"{found} of the print book's {labels} pages have nothing that is read: no mark is theirs"
            )
        return starts

    @property
    def marks(self) -> list[tuple[str, int, int]]:
        """Title, first frame and frame after the last of every chapter."""
        marks, frames = [], 0
        for title, chapter in self.chapters:
            marks.append((title, frames, frames + chapter.frames))
            frames += chapter.frames
        return marks

    def chapter_path(self, form: str, number: int, title: str, suffix: str = "") -> Path:
        """`mp3/01 - Title.mp3`: where the file of a chapter goes; its `suffix` is the form, unless given."""
        width = max(2, len(str(len(self.chapters))))
        return self.out / form / f"{number:0{width}d} - {file_name(title)}{suffix or f'.{form}'}"

    def write_media(
        self,
        form: str,
        path: Path,
        key: str,
        source: Sequence[str],
        meta: str,
        sink: Sequence[str],
        feed: Iterable[bytes] = (),
        *,
        picture: bool,
        extra: bytes = b"",
    ) -> None:
        """Have ffmpeg write a deliverable: the sound of `source`, the tags of `meta`, the cover.

        `extra` are tags for the room that `meta` has ffmpeg leave.
        """
        text = self.scratch / f"{form}-{path.name}.txt"
        with storage(text):
            text.write_text(meta, encoding="utf-8", newline="\n")
        arguments = ["-v", "error", *source, "-f", "ffmetadata", "-i", f"file:{text}"]
        if picture and self.picture:
            arguments += ["-f", self.picture.demuxer, "-i", f"file:{self.picture.path}", "-map", "2:v", "-c:v", "copy"]
            arguments += ["-disposition:v:0", "attached_pic", "-metadata:s:v", "comment=Cover (front)"]
        arguments += ["-map", "0:a", "-map_metadata", "1", *sink]
        with self._cores, placed(path) as part:
            run(self.ffmpeg, [*arguments, f"file:{part}"], feed, making=path, into=part)
            if extra:
                fill_room(part, path.suffix[1:], extra)
            self.sign(part, path)
        self._deliver(form, path, key)

    def signed(self, *made_of: object) -> str:
        """The key of a deliverable that is made of these values, and signed where files are."""
        return digest(*made_of, *([self.signing.digest] if self.signing else []))

    def sign(self, part: Path, path: Path) -> None:
        """Sign the file at `part`, which becomes `path`, where files are signed; Opus, and WAV past 4 GB, beside it."""
        if self.signing and (store := sign(self.ffmpeg, self.signing, part, path.name)):
            with atomic(path.with_suffix(SIDECAR)) as file:
                file.write(store)

    def write_text(self, form: str, path: Path, text: str) -> Path:
        """Have a deliverable be this text, written only where it is not so yet."""
        key = digest(form, VERSION, text)
        if not self.is_delivered(path, key):
            write_text(path, text)
            self._deliver(form, path, key)
        return path

    def write_link(self, form: str, path: Path, key: str, original: Path) -> None:
        """Have a deliverable be the same file as another one; a copy where the file system knows no links."""
        with storage(path):
            followed(path).unlink(missing_ok=True)  # renaming one name of a file to another of its names does nothing
        with placed(path) as part, storage(part):
            part.unlink()
            try:
                part.hardlink_to(original)
            except OSError:
                shutil.copyfile(original, part)
        self._deliver(form, path, key)

    def write_samples(
        self, form: str, path: Path, key: str, sample_rate: int, frames: int, pieces: "Iterable[NDArray[np.int16]]"
    ) -> None:
        """Write a deliverable that is a mono WAV of these samples, `frames` in all; RF64 where WAV cannot hold it."""
        import soundfile

        header = "WAV" if frames < _MOST_WAV else "RF64"  # Python's wave and others read no RF64

        with storage(path), placed(path) as part:
            try:
                with soundfile.SoundFile(str(part), "w", sample_rate, 1, "PCM_16", format=header) as file:
                    for piece in pieces:
                        file.write(piece)
            except soundfile.SoundFileError as error:  # "System error": which one it does not say
                raise full_disk(part.parent) or OSError(str(error)) from error
        self._deliver(form, path, key)

    @contextmanager
    def placing(self, form: str, path: Path, key: str) -> Iterator[Path]:
        """A temporary name; the file that the block writes there becomes the deliverable `path`."""
        with storage(path), placed(path) as part:
            yield part
        self._deliver(form, path, key)

    def _deliver(self, form: str, path: Path, key: str) -> None:
        with self._lock:
            self._delivered[self._name(path)] = key, path.stat().st_size, form
            self._changed = True

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()

    def is_delivered(self, path: Path, key: str) -> bool:
        """Whether `path` is there as it was made, and made of these inputs."""
        with suppress(OSError):
            there = self._delivered.get(self._name(path), ())[:2] == (key, path.stat().st_size)
            return there and (self.signing is None or path.suffix != BARE or path.with_suffix(SIDECAR).is_file())
        return False

    @contextmanager
    def once(self, key: str) -> Iterator[Path | None]:
        """Lock that lets one form at a time make a file of the inputs in `key`: two forms may want the same file.

        It gives the file of another form that is of these inputs already, for `write_link`.
        """
        with self._making.setdefault(key, Lock()):
            same = (self.out / name for name, (of, _, _) in list(self._delivered.items()) if of == key)
            yield next((path for path in same if self.is_delivered(path, key)), None)

    def remove_stale(self, form: str, files: Sequence[Path]) -> None:
        """Remove the deliverables of this form that we made earlier and that are no more in the book."""
        current = {self._name(path) for path in files}
        with self._lock:
            for name in [n for n, (_, _, of) in self._delivered.items() if of == form and n not in current]:
                with suppress(OSError):
                    (self.out / name).unlink()
                    if name.endswith(BARE):
                        (self.out / name).with_suffix(SIDECAR).unlink(missing_ok=True)
                    for folder in (self.out / name).parents[: name.count("/")]:
                        folder.rmdir()  # until one has something in it
                del self._delivered[name]
                self._changed = True

    def save(self) -> None:
        if self._changed:
            write_text(self._record, json.dumps(self._delivered, ensure_ascii=False, indent=1) + "\n")


def read_record(path: Path) -> dict[str, tuple[str, int, str]]:
    """What was delivered: name in `out` → digest of its inputs, size, form. Empty when unreadable."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    record = {}
    for name, value in found.items():
        match value:
            case [str(key), int(size), str(form)] if _plain(name):
                record[name] = key, size, form
    return record


def _plain(name: str) -> bool:
    """Whether a recorded name stays inside `out`, so that removing it can hurt nothing else."""
    parts = name.split("/")
    return 1 <= len(parts) <= 5 and all(part not in ("", ".", "..") and "\\" not in part for part in parts)
