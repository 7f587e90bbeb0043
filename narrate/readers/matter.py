"""Front and back matter: which parts of a book are not read aloud, why, and what brings them back.

What a part says of itself (epub:type, role) counts most, then what the landmarks and the guide
call it, then its title in the contents. So a foreword called "Copyright" is read.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath

from narrate.book import Reading, Skipped
from narrate.files import slug
from narrate.languages import languages

SHORT_PAGE_WORDS = 1500  # a page is taken for a cover or imprint by landmark or title only up to here
UNREAD = {
    "cover": "the cover",
    "titlepage": "the title page",
    "halftitlepage": "the half title",
    "toc": "the table of contents",
    "landmarks": "the table of contents",
    "loi": "a list of illustrations",
    "lot": "a list of tables",
    "loa": "a list of recordings",
    "lov": "a list of videos",
    "copyright-page": "the copyright page",
    "imprint": "the imprint",
    "imprimatur": "the imprimatur",
    "colophon": "the colophon",
    "index": "the index",
    "bibliography": "the bibliography",
    "footnotes": "the notes page",
    "endnotes": "the notes page",
    "rearnotes": "the notes page",
    "other-credits": "the list of credits",
    "dramatis-personae": "the list of roles",
    "transcriber-note": "the transcriber’s note",
    "also-by": "the list of other books",
    "newsletter": "the newsletter",
    "praise": "the praise of the book",
    "pg-header": "the Project Gutenberg header",
    "pg-footer": "the Project Gutenberg licence",
}
_WITH_EPIGRAPH = ("titlepage", "halftitlepage", "copyright-page", "imprint", "cover")
_FRAME = ("pg-header", "pg-footer")
LISTS = frozenset(("toc", "loi", "lot"))
# What a title alone does not make: what stands under it must be such a thing.
EVIDENT = LISTS | {"transcriber-note", "also-by", "newsletter", "praise"}
NOTES_PAGES = frozenset(("footnotes", "endnotes", "rearnotes"))
# What stands at a book's end, however long it is, and nowhere else: by title it is believed only there.
_BACK = NOTES_PAGES | {"index", "bibliography", "other-credits"}
# What a part may be that is read, whatever its title.
_READ = frozenset(
    "foreword preface introduction prologue dedication epigraph preamble chapter part volume epilogue afterword "
    "conclusion acknowledgments appendix bodymatter text start".split()
)


@cache
def _by_title() -> Mapping[str, str]:
    """Which unread part a title in the contents names, in any language, by the casefolded title."""
    return {
        title.casefold(): kind
        for language in languages().values()
        for kind, titles in language.unread.items()
        if kind not in EVIDENT
        for title in titles.split("|")
    }


def part_of_title(title: str) -> str:
    """The kind of unread part that a page with this title is ("Fußnoten": endnotes); "" for none."""
    return _by_title().get(" ".join(title.casefold().split()), "")


def kept(reading: Reading, kinds: Iterable[str], file: str, title: str) -> bool:
    """Whether project.toml's `keep` names the part: by kind, by file or by title."""
    return _named(reading.keep, kinds, file, title)


def _named(names: Collection[str], kinds: Iterable[str], file: str, title: str) -> bool:
    if not names:
        return False
    path = PurePosixPath(file)
    known = {*kinds, file, path.name, path.stem, title, slug(title) if title else ""} - {""}
    folded = {name.casefold() for name in known}
    return any(name.strip().casefold() in folded for name in names)


def may_have_epigraph(part: Skipped) -> bool:
    """Whether a page that is skipped is one on which an author's epigraph may stand."""
    return any(f'"{kind}"' in part.back for kind in _WITH_EPIGRAPH)


def skipped_part(file: str, kind: str) -> Skipped:
    """What a person is told of a part that is left out."""
    back = f'keep = ["{kind}"]'
    if kind in NOTES_PAGES:
        back = f'notes = "inline" or "end", or {back}'
    if kind in _FRAME:
        return Skipped(UNREAD[kind], "it is not the book's own text", back)
    return Skipped(file, f"{UNREAD[kind]} is not read aloud", back)


def unread(
    file: str,
    types: frozenset[str],
    roles: frozenset[str],
    titles: Collection[str],
    words: int,
    *,
    late: bool,
    linear: bool,
    reading: Reading,
) -> Skipped | None:
    """Why a page is not read aloud, or None.

    `roles` are the landmarks', `titles` those of the entries that point to it; `late` says that it
    stands in the book's last part.
    """
    title = next(iter(titles), "") if len(titles) == 1 else ""
    kind = _kind(types, roles, title, words, late=late)
    if _named(reading.skip, {kind} | types, file, title):
        return Skipped(file, "project.toml says skip")
    stem = PurePosixPath(file).stem
    if kind:
        return None if kept(reading, {kind} | types, file, title) else skipped_part(file, kind)
    if kept(reading, types, file, title):
        return None
    if not linear and not titles:
        return Skipped(file, "is not part of the reading order", f'keep = ["{stem}"]')
    if {"frontmatter", "drama"} <= types and not types & _READ:
        return Skipped(file, "the front matter of a play is not read aloud", f'keep = ["{stem}"]')
    return None


def _kind(types: frozenset[str], roles: frozenset[str], title: str, words: int, *, late: bool) -> str:
    """Which unread part a page is: by its own types, else by landmarks, else by title; "" for none."""
    if own := sorted(types & UNREAD.keys()):
        return own[0]
    if types & (_READ - {"bodymatter"}):
        return ""
    named = part_of_title(title)
    for kind in [*sorted(roles & UNREAD.keys()), named]:
        believed = kind and (late if kind in _BACK else words <= SHORT_PAGE_WORDS)
        if believed and not roles & _READ and (kind in roles or "bodymatter" not in types):
            return kind
    return ""
