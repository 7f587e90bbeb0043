"""`narrate package`: a folder with all that a shop asks for: files, cover, sample, sheets and their checksums.

The sound is assembled in out/packages/.work, where a changed line costs one chapter; a package is put together of it
in a folder of another name, checked there, and renamed, so that it is whole or not there.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from narrate.chapters import Assembled, ChapterPlan, Mark, Mastering, Measured, Tags, chapter_keys
from narrate.deliver import assemble, sized_cover
from narrate.engine import Wanted
from narrate.files import copy_file, digest, make_folder, parse_json, placed_folder, sha256_file, storage, write_bytes
from narrate.project import Project
from narrate.provenance import Signing
from narrate.readers.epub.metadata import isbn_of
from narrate.shops import (
    CoverFacts,
    Facts,
    Finding,
    Names,
    Record,
    Shop,
    Track,
    check_book,
    onix,
    plain_name,
    sheets,
)
from narrate.shops.table import TABLE
from narrate.work.assemble import need_takes, steps_told
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.measured import kept_measured
from narrate.work.output import known_revision, plans_of, sound_of, tags_of
from narrate.work.run import Run
from narrate.work.sample import sample_plan
from narrate.work.signing import signing_of
from narrate.work.who_reads import reader_codes

VERSION = 1  # raise it when the same book would give another package
NOTE, SUMS, SHEETS, AUDIO, SAMPLE, RECORD = "package.json", "SHA256SUMS", "sheets", "audio", "sample", "onix.xml"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package: its `folder`, None where rules are not met and none was made, and what was found of every rule.

    `made` is False for one that was there already.
    """

    shop: Shop
    folder: Path | None
    made: bool
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        return any(not finding.ok for finding in self.findings)

    @property
    def data(self) -> dict[str, object]:
        """For JSON."""
        return {
            "shop": self.shop.key,
            "ai": self.shop.ai,
            "says": self.shop.sentence,
            "folder": None if self.folder is None else str(self.folder),
            "made": self.made,
            "rules": [asdict(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a package is put together of: the sound as it was assembled, and what it is called and held against."""

    shop: Shop
    tags: Tags
    record: Record
    names: Names
    marks: Sequence[Mark]
    files: Sequence[Path]
    sample: Path | None
    opening: bool
    closing: bool


def package_project(
    project: Project, wanted: Wanted, run: Run, shop: Shop, *, anyway: bool
) -> Telling[Packaged | None]:
    """The package of a book for a shop, made where it is not there yet; None where the run is to stop.

    Where a rule is not met none is made, unless `anyway`. Raises AssemblyError where takes are missing.
    """
    with run.on(project) as held:
        if not held:
            return None
        book = take_inventory(project, wanted)
        need_takes(project, book)
        plans, _ = plans_of(project, book.chapters)
        settings, tags = sound_of(project, shop.target), tags_of(project, book)
        folder, voices = project.out / "packages" / shop.key, reader_codes(project, book)
        signing = yield from signing_of(project, book, known_revision(project, book))
        key = _key(project, shop, plans, settings, tags, [*voices, signing.digest if signing else ""])
        if (there := _noted(folder, key, anyway=anyway)) is not None:
            return Packaged(shop, folder, False, there)
        work = project.out / "packages" / ".work" / shop.target
        assembled, files, sample = yield from _assemble(project, book, shop, plans, tags, settings, work, signing)
        yield from map(Notice, assembled.notes)
        isbn = isbn_of(project.settings.package.isbn)
        identity = isbn or plain_name(tags.title)
        of_book = isbn_of(tags.isbn)
        of_book = of_book if len(of_book) == 13 else ""  # of ten digits it is another kind
        record = Record(identity, isbn, of_book, assembled.seconds, voices, datetime.now(UTC))
        opening, closing = project.credits()
        marks = [mark for mark in assembled.marks if mark.duration_s]
        parts = _Parts(shop, tags, record, Names(shop, identity), marks, files, sample, bool(opening), bool(closing))
        return _place(folder, parts, settings, key, anyway=anyway)


def _key(
    project: Project, shop: Shop, plans: Sequence[ChapterPlan], settings: Mastering, tags: Tags, told: Sequence[str]
) -> str:
    """A digest of all that decides a package, `told` being who reads and who signs: the same makes nothing again."""
    words = {name: getattr(tags, name) for name in tags.__slots__ if name != "cover"}
    cover = hashlib.blake2b(tags.cover.data).hexdigest() if tags.cover else ""
    encoding = (settings.mp3_kbps, settings.mp3_rate, settings.channels, settings.drawn_cover)
    chapters = [(plan.title, key) for plan, key in zip(plans, chapter_keys(plans, settings), strict=True)]
    owned = [project.settings.package.isbn, project.credits()]
    rules = hashlib.blake2b(TABLE.read_bytes()).hexdigest()
    return digest(VERSION, shop.key, rules, encoding, chapters, words, cover, owned, list(told))


def _noted(folder: Path, key: str, *, anyway: bool) -> tuple[Finding, ...] | None:
    """What was found of the rules when the package was made that is there; None for another one, or an incomplete."""
    try:
        note = parse_json((folder / NOTE).read_bytes())
        there = note["key"] == key and all((folder / name).stat().st_size == size for name, size in note["files"])
        found = tuple(Finding(**finding) for finding in note["rules"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if there and (anyway or all(finding.ok for finding in found)) else None


def _assemble(
    project: Project,
    book: Inventory,
    shop: Shop,
    plans: Sequence[ChapterPlan],
    tags: Tags,
    settings: Mastering,
    work: Path,
    signing: Signing | None,
) -> Telling[tuple[Assembled, list[Path], Path | None]]:
    """The files of the book and of its sample, as ordinary deliverables."""
    form = "mp3" if shop.files == "chapters" else "mp3-single"
    made = yield from steps_told(assemble(plans, tags, (form,), work, "book", settings, signing=signing))
    sample = None
    if shop.sample and (plan := sample_plan(project, book, plans, shop.rules.get("sample_s"), settings)):
        steps = assemble([plan], tags, ("mp3",), work / "sample", "sample", settings, signing=signing)
        cut = yield from steps_told(steps)
        sample = cut.files[0]
    return made, sorted(made.files), sample


def _place(folder: Path, parts: _Parts, settings: Mastering, key: str, *, anyway: bool) -> Packaged:
    """Put the package together beside its place, check it there, and rename it."""
    beside = folder.with_name(f".{folder.name}.next")
    with storage(folder):
        make_folder(folder.parent)
        for left in (beside, beside.with_suffix(".old")):
            shutil.rmtree(left, ignore_errors=True)
        for part in folder.parent.glob(".*.part"):
            shutil.rmtree(part, ignore_errors=True)
    failing: list[Finding] = []
    try:
        with placed_folder(beside) as draft:
            findings = _fill(draft, parts, settings)
            if not anyway and any(not finding.ok for finding in findings):
                failing = findings
                raise _RulesError
            _note(draft, key, findings)
    except _RulesError:
        return Packaged(parts.shop, None, False, tuple(failing))
    _exchange(beside, folder)
    return Packaged(parts.shop, folder, True, tuple(findings))


class _RulesError(Exception):
    """Rules are not met: nothing is to be placed."""


def _exchange(new: Path, folder: Path) -> None:
    """Have `new` be in the place of `folder`, which is never there in part."""
    old = new.with_suffix(".old")
    with storage(folder):
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _fill(draft: Path, parts: _Parts, settings: Mastering) -> list[Finding]:
    """Files, cover and sheets into the draft of a package; what is found of the shop's rules there."""
    tracks = list(_link_audio(draft, parts))
    places = dict.fromkeys(draft / track.file for track in tracks)
    found = kept_measured(parts.files, _note_of(parts.files[0]))
    measured = [replace(of, path=place) for of, place in zip(found, places, strict=True)]
    sample: Measured | None = None
    if parts.sample is not None:
        place = draft / SAMPLE / parts.names.sample(".mp3")
        _link(parts.sample, place)
        (cut,) = kept_measured([parts.sample], _note_of(parts.sample))
        sample = replace(cut, path=place)
    cover = _write_cover(draft, parts, settings)
    facts = Facts(parts.opening, parts.closing, sample, cover)
    findings = list(check_book(measured, parts.shop, facts))
    for name, text in sheets(parts.shop, parts.tags, parts.record, tracks, findings).items():
        write_bytes(draft / SHEETS / name, text.encode())
    write_bytes(draft / SHEETS / RECORD, onix(parts.tags, parts.record))
    return findings


def _note_of(file: Path) -> Path:
    return file.parent / "measured.json"


def _link_audio(draft: Path, parts: _Parts) -> Iterator[Track]:
    """The files under the shop's names, and where each chapter is in them."""
    if parts.shop.files == "one":
        name = f"{AUDIO}/{parts.names.whole('.mp3')}"
        _link(parts.files[0], draft / name)
        for mark in parts.marks:
            yield Track(mark.title, name, mark.start_s, mark.duration_s)
        return
    names = parts.names.chapters([mark.title for mark in parts.marks], ".mp3")
    for mark, file, name in zip(parts.marks, parts.files, names, strict=True):
        _link(file, draft / AUDIO / name)
        yield Track(mark.title, f"{AUDIO}/{name}", 0.0, mark.duration_s)


def _link(file: Path, place: Path) -> None:
    """The same file at `place`; a copy where the file system knows no links."""
    with storage(place):
        make_folder(place.parent)
        try:
            place.hardlink_to(file)
        except OSError:
            copy_file(file, place)


def _write_cover(draft: Path, parts: _Parts, settings: Mastering) -> CoverFacts:
    """The cover in the shop's size; how large the picture was before, none being a picture of no size."""
    drawn = (parts.tags.title, parts.tags.author) if settings.drawn_cover else None
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        cover = sized_cover(parts.tags.cover, drawn, parts.shop.cover_px, Path(scratch))
    if cover is None:
        return CoverFacts(0, 0, 0)
    write_bytes(draft / parts.names.cover(".jpg"), cover.data)
    return CoverFacts(cover.width, cover.height, len(cover.data))


def _note(draft: Path, key: str, findings: Sequence[Finding]) -> None:
    """The checksums of all files, and the note by which the package is known again."""
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    sums = {path.relative_to(draft).as_posix(): sha256_file(path).hex() for path in files}
    write_bytes(draft / SUMS, "".join(f"{total}  {name}\n" for name, total in sums.items()).encode())
    sizes = [(path.relative_to(draft).as_posix(), path.stat().st_size) for path in [*files, draft / SUMS]]
    note: Mapping[str, object] = {"key": key, "files": sizes, "rules": [asdict(finding) for finding in findings]}
    write_bytes(draft / NOTE, (json.dumps(note, ensure_ascii=False, indent=1) + "\n").encode())
