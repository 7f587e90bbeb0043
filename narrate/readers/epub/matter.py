"""Front and back matter: which parts of a book are not read aloud, why, and what brings them back.

What a part says of itself (epub:type, role) counts most, then what the landmarks and the guide
call it, then its title in the contents. So a foreword called "Copyright" is read.
"""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from narrate.book import Reading, Skipped
from narrate.files import slug

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
}
NOTES_PAGES = frozenset(("footnotes", "endnotes", "rearnotes"))
# What stands at a book's end, however long it is, and nowhere else: by title it is believed only there.
_BACK = NOTES_PAGES | {"index", "bibliography", "other-credits"}
# What a part may be that is read, whatever its title.
_READ = frozenset(
    "foreword preface introduction prologue dedication epigraph preamble chapter part volume epilogue afterword "
    "conclusion acknowledgments appendix bodymatter text start".split()
)
# Contents titles in the ten languages that narrate reads, in lower case.
_TITLES = {
    "cover": "cover|front cover|umschlag|einband|couverture|cubierta|copertina|capa|обложка|封面|表紙|표지",
    "titlepage": "title page|titlepage|title|titelseite|titel|page de titre|portada|frontespizio|folha de rosto|"
    "титульный лист|титульная страница|扉页|書名頁|扉|속표지",
    "halftitlepage": "half title|half title page|half-title|halftitle|schmutztitel|faux-titre|anteportada|portadilla|"
    "occhiello|falsa folha de rosto",
    "copyright-page": "copyright|copyright page|copyright notice|uncopyright|mentions légales|créditos|"
    "copyright e crediti|derechos de autor|página de créditos|direitos autorais|"
    "авторские права|版权|版权页|版权信息|版權頁|著作権|판권",
    "imprint": "imprint|impressum|выходные данные",
    "colophon": "colophon|colophón|kolophon|colofón|colofon|achevé d’imprimer|achevé d'imprimer|奥付|간기",
    "toc": "contents|table of contents|inhalt|inhaltsverzeichnis|sommaire|table des matières|índice|"
    "índice general|tabla de contenido|indice|sommario|sumário|содержание|оглавление|目录|目錄|目次|차례|목차",
    "index": "index|general index|index of names|register|sachregister|namensregister|índice onomástico|"
    "índice analítico|indice dei nomi|indice analitico|índice remissivo|указатель|именной указатель|索引|색인|찾아보기",
    "bibliography": "bibliography|works cited|selected bibliography|literatur|literaturverzeichnis|bibliographie|"
    "bibliografía|bibliografia|библиография|список литературы|参考文献|參考文獻|참고문헌",
    "endnotes": "notes|endnotes|footnotes|anmerkungen|endnoten|fußnoten|notas|note|примечания|注释|註釋|注|주석|미주",
    "other-credits": "credits|picture credits|illustration credits|photo credits",
}
_BY_TITLE = {title: kind for kind, titles in _TITLES.items() for title in titles.split("|")}


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


def skipped_part(file: str, kind: str) -> Skipped:
    """What a person is told of a part that is left out."""
    back = f'keep = ["{kind}"]'
    if kind in NOTES_PAGES:
        back = f'notes = "inline" or "end", or {back}'
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
    named = _BY_TITLE.get(" ".join(title.casefold().split()), "")
    for kind in [*sorted(roles & UNREAD.keys()), named]:
        believed = kind and (late if kind in _BACK else words <= SHORT_PAGE_WORDS)
        if believed and not roles & _READ and (kind in roles or "bodymatter" not in types):
            return kind
    return ""
