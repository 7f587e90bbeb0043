"""The book as it was, with overlays: which of its files change, and which are added."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from narrate.chapters import TimedChapter
from narrate.deliver.readalong.access import added_access
from narrate.deliver.readalong.by_word import mark_words
from narrate.deliver.readalong.marks import Marks, child_rules
from narrate.deliver.readalong.package import (
    SOUND_TYPE,
    Opf,
    Overlay,
    UnfitError,
    narrator_metas,
    read_opf,
    relative,
    with_overlays,
)
from narrate.deliver.readalong.page_text import Page, read_marked
from narrate.deliver.readalong.places import find_lines
from narrate.deliver.readalong.smil import STYLE, Marked, Par, clips, duration_us, smil
from narrate.deliver.readalong.structures import PageMarks, structure_of
from narrate.errors import SourceError
from narrate.files import storage
from narrate.readers import Archive, HostileMarkupError

_PICTURES = frozenset(("img", "image", "svg", "picture", "video", "object", "canvas"))
# What of a page's epub:type its overlay repeats.
_KINDS = frozenset(
    "frontmatter bodymatter backmatter volume part chapter division prologue epilogue preface foreword introduction "
    "afterword conclusion appendix endnotes footnotes dedication epigraph".split()
)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A book with overlays: `files` are its new and changed text files, `sounds` the names of its chapters' sound.

    `archive` is the book itself; `unmarked` are the lines that no page shows, as (chapter, index).
    """

    archive: Archive
    files: dict[str, str]
    sounds: tuple[str, ...]
    pars: tuple[Par, ...]
    unmarked: tuple[tuple[int, int], ...]


def overlay(source: Path, chapters: Sequence[TimedChapter], narrator: str, modified: datetime) -> Overlaid:
    """Overlays for the EPUB in `source`. Raises UnfitError for a book that cannot carry them."""
    try:
        with storage(source):
            archive = Archive(source.read_bytes(), source)
        if archive.truncated:
            raise UnfitError("its file is cut off")
        archive.check()
        opf = read_opf(archive)
        pages = dict(_pages(archive, opf))
        rules = {pair for item in opf.items if item.media_type == "text/css"
                 for pair in child_rules(archive.read(item.name).data.decode("utf-8", "replace"))}  # fmt: skip
    except SourceError as error:
        raise UnfitError(f"it {error.what}") from error
    except HostileMarkupError as error:
        raise UnfitError(f"one of its files {error}") from error
    folder = _folder(archive, opf)
    sounds = tuple(f"{folder}{number:0{len(str(len(chapters)))}d}.m4a" for number in range(1, len(chapters) + 1))
    marks = {number: Marks(page, _prefix(page), rules) for number, page in pages.items()}
    printed = {number: PageMarks(page) for number, page in pages.items()}
    marked: dict[int, list[Marked]] = {}
    for found in find_lines(chapters, pages):
        chapter, on = chapters[found.chapter], marks[found.page]
        spoken = chapter.lines[found.line]
        name = spoken.said.place.replace(":", "-")
        if pieces := mark_words(on, found, spoken, name, chapter.sample_rate):
            inside = structure_of(on.page, on, found.ranges[0][0])
            breaks = printed[found.page].before(on, pieces)
            line = Marked(found.line, found.page, pieces, inside.kind, inside.identity, breaks)
            marked.setdefault(found.chapter, []).append(line)
    pars = [par for number, lines in marked.items() for par in clips(number, chapters[number], lines)]
    if not pars:
        raise UnfitError("none of the script's lines stands in its pages")
    style, files, overlays = f"{folder}read-along.css", {f"{folder}read-along.css": STYLE}, []
    by_page: dict[int, list[Par]] = {}
    for par in pars:
        by_page.setdefault(par.page, []).append(par)
    for number, own in by_page.items():
        item, name = opf.spine[number], f"{folder}{number + 1}.smil"
        files[item.name] = marks[number].result(quote(relative(style, item.name)))
        files[name] = smil(relative(item.name, name), own, [relative(s, name) for s in sounds], _kinds(pages[number]))
        overlays.append(Overlay(item, name, duration_us(own)))
    heard = {par.chapter for par in pars}
    kinds = {style: "text/css"} | {name: SOUND_TYPE for number, name in enumerate(sounds) if number in heard}
    pictures = any(element.name in _PICTURES for page in pages.values() for element in page.elements)
    access = list(added_access(opf.source, pictures=pictures))
    files[opf.name] = with_overlays(opf, overlays, kinds, [*narrator_metas(narrator), *access], modified)
    there = {(number, line.line) for number, lines in marked.items() for line in lines}
    missing = ((n, i) for n, chapter in enumerate(chapters) for i in range(len(chapter.lines)) if (n, i) not in there)
    kept = tuple(name if number in heard else "" for number, name in enumerate(sounds))
    return Overlaid(archive, files, kept, tuple(pars), tuple(missing))


def _pages(archive: Archive, opf: Opf) -> Iterator[tuple[int, Page]]:
    """The pages that marks may be put into, by their place in the reading order; the contents' page is none."""
    for number, item in enumerate(opf.spine):
        if item.media_type == "application/xhtml+xml" and not item.is_nav:
            member = archive.read(item.name)
            page = None if member.problem else read_marked(member.data)
            if page is not None:
                yield number, page


def _folder(archive: Archive, opf: Opf) -> str:
    """A folder beside the package document that the book does not have."""
    base = opf.name.rpartition("/")[0]
    stem = f"{base}/read-along" if base else "read-along"
    names = [f"{stem}/", *(f"{stem}-{n}/" for n in range(2, 99))]
    return next(name for name in names if not any(n.casefold().startswith(name.casefold()) for n in archive.names))


def _prefix(page: Page) -> str:
    """What the page's new ids begin with, so that none is there already."""
    taken = {element.identity for element in page.elements}
    stems = ("n", *(f"n{'x' * k}" for k in range(1, 99)))
    return next(s for s in stems if not any(i.startswith(s) and i[len(s) : len(s) + 1].isdigit() for i in taken))


def _kinds(page: Page) -> str:
    """What the page is, by the body and the part that fills it."""
    outer = [e for e in page.elements if e.name in ("body", "section", "article")][:2]
    outer = [e for e in outer if not (page.text[: e.first] + page.text[e.last :]).strip()]
    return " ".join(sorted({kind for element in outer for kind in element.types & _KINDS}))


def copy_members(archive: Archive, target: zipfile.ZipFile, changed: Mapping[str, str], method: int) -> None:
    """The EPUB's own files into `target` by zip's `method`, in their order, those in `changed` with their new text.

    Raises SourceError for a file that cannot be copied, where `Archive.check` has not looked first.
    """
    for name in sorted(archive.names, key=lambda name: name != "mimetype"):  # which must be first
        kept = zipfile.ZipInfo(name, archive.date_of(name))
        kept.compress_type = zipfile.ZIP_STORED if name == "mimetype" else method
        if name in changed:
            target.writestr(kept, changed[name].encode("utf-8"))
            continue
        with target.open(kept, "w", force_zip64=archive.size_of(name) > 1 << 31) as out:
            for piece in archive.copied(name):
                out.write(piece)
