"""A plain EPUB 3 with overlays, out of the script alone: for sources that are no EPUB 3."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from types import MappingProxyType

from narrate.chapters import Spoken, Tags, TimedChapter
from narrate.deliver.readalong.access import Meta
from narrate.deliver.readalong.by_word import line_pieces, lit_text
from narrate.deliver.readalong.package import SMIL_TYPE, SOUND_TYPE, meta, narrator_metas, overlay_metas
from narrate.deliver.readalong.paragraphs import paragraphs
from narrate.deliver.readalong.printed import Starts
from narrate.deliver.readalong.smil import STYLE, Marked, Par, clips, duration_us, smil
from narrate.deliver.tags import plain
from narrate.files import digest
from narrate.languages import find_language
from narrate.readers import reader_of
from narrate.script import Opening

WHOLE = "whole"
NO_STARTS: Starts = MappingProxyType({})
NO_PAGES: Mapping[str, str] = MappingProxyType({})
FOLDER = "EPUB/"
PACKAGE = f"{FOLDER}package.opf"
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PLAIN_STYLE = """body { margin: 1em; line-height: 1.5; }
h1, h2, h3, h4, h5, h6 { text-align: center; line-height: 1.2; }
p { margin: 0; text-indent: 1.5em; }
h1 + p, h2 + p, h3 + p, hr + p, p.speech, p.verse { text-indent: 0; }
p.speech, p.verse { margin: 0.5em 0; }
.speaker { font-variant: small-caps; margin-right: 0.5em; }
hr { border: 0; border-top: 1px solid; width: 20%; margin: 1.5em auto; }
img { max-width: 100%; max-height: 100%; }
"""


@dataclass(frozen=True, slots=True)
class Plain:
    """A whole EPUB but for its sounds and its cover: text files and the names of the chapters' sounds, by chapter."""

    files: dict[str, str]
    sounds: tuple[str, ...]
    pars: tuple[Par, ...]


def plain_book(
    chapters: Sequence[TimedChapter],
    tags: Tags,
    modified: datetime,
    *,
    cover: str = "",
    speakers: bool = False,
    starts: Starts = NO_STARTS,
    access: Sequence[Meta] = (),
) -> Plain:
    """The script as an EPUB. `cover` is the picture's media type; `speakers`: a speech says whose it is.

    `starts` are the labels of printed pages by chapter and line, `access` is what is said of who can read it.
    """
    language = tags.language or "en"
    width = len(str(len(chapters)))
    names = [f"{n:0{width}d}" for n in range(1, len(chapters) + 1)]
    files = {"META-INF/container.xml": CONTAINER, f"{FOLDER}style.css": PLAIN_STYLE + STYLE}
    pars: list[Par] = []
    durations: dict[str, int] = {}
    listed: list[tuple[str, str]] = []  # where each printed page begins, and its label
    for number, (name, chapter) in enumerate(zip(names, chapters, strict=True)):
        marked, marks = [], {}
        for index, spoken in enumerate(chapter.lines):
            labels = starts.get((number, index), ())
            breaks = {f"page{n}": label for n, label in enumerate(labels, start=len(listed) + 1)}
            listed += [(f"{name}.xhtml#{identity}", label) for identity, label in breaks.items()]
            marks[identity_of(spoken)] = "".join(page_mark(*one) for one in breaks.items())
            pieces = line_pieces(spoken, identity_of(spoken), chapter.sample_rate)
            marked.append(Marked(index, number, pieces, breaks=tuple(breaks)))
        page = page_of(chapter, language, speakers=speakers, pages=marks, text_of=lit_text)
        files[f"{FOLDER}{name}.xhtml"] = page
        own = list(clips(number, chapter, marked))
        if own:
            files[f"{FOLDER}{name}.smil"] = smil(
                f"{name}.xhtml", own, [f"{n}.m4a" for n in names], "bodymatter chapter"
            )
            durations[f"overlay-{name}"] = duration_us(own)
        pars += own
    titles = [(f"{name}.xhtml", chapter.title) for name, chapter in zip(names, chapters, strict=True)]
    files[f"{FOLDER}contents.xhtml"] = _contents(titles, listed, tags.title, language)
    if cover:
        picture = f'<section epub:type="cover"><img src="{_cover_name(cover)}" alt="{escape(tags.title)}"/></section>'
        files[f"{FOLDER}cover.xhtml"] = xhtml(tags.title, language, picture)
    files[PACKAGE] = _package(names, durations, tags, modified, cover, access)
    sounds = tuple(f"{FOLDER}{name}.m4a" if f"overlay-{name}" in durations else "" for name in names)
    return Plain(files, sounds, tuple(pars))


def shows_speakers(source: Path | None) -> bool:
    """Whether a page says whose a speech is: where all of the book is a script, by its suffix."""
    reader = reader_of(source.suffix, b"") if source else None
    return reader is not None and reader.makes_show


def book_identity(tags: Tags) -> str:
    """An address of the book that is the same whenever it is made."""
    return f"urn:uuid:{uuid.UUID(digest('epub', tags.title, tags.author, tags.language)[:32])}"


def cover_path(media_type: str) -> str:
    """Where the cover's picture lies."""
    return FOLDER + _cover_name(media_type)


def _cover_name(media_type: str) -> str:
    return "cover.png" if media_type == "image/png" else "cover.jpg"


def identity_of(spoken: Spoken) -> str:
    """The id of a line on its page, by its place in the script."""
    return "n" + spoken.said.place.replace(":", "-")


def line_text(spoken: Spoken, identity: str) -> str:
    """A line as XHTML."""
    return escape(plain(spoken.said.line.text))


def page_of(
    chapter: TimedChapter,
    language: str,
    *,
    speakers: bool,
    pages: Mapping[str, str] = NO_PAGES,
    text_of: Callable[[Spoken, str], str] = line_text,
) -> str:
    """A chapter's page; `pages` and `text_of` as for `blocks`."""
    rows = [*title_rows(chapter), *blocks(chapter.lines, speakers=speakers, pages=pages, text_of=text_of)]
    body = "\n".join(['<section epub:type="chapter">', *rows, "</section>"])
    return xhtml(chapter.title, language, body)


def page_mark(identity: str, label: str) -> str:
    """The mark of a printed page, which nobody sees."""
    return f'<span epub:type="pagebreak" role="doc-pagebreak" id="{identity}" aria-label="{escape(label)}"></span>'


def title_rows(chapter: TimedChapter) -> Iterator[str]:
    """The chapter's title as a heading, where its first line is none; the heading of a chapter without a word has
    the id "whole"."""
    if not chapter.lines:
        yield f'<h1 id="{WHOLE}">{escape(plain(chapter.title))}</h1>'
    elif not chapter.lines[0].said.line.level:
        yield f"<h1>{escape(plain(chapter.title))}</h1>"


def blocks(
    lines: Sequence[Spoken],
    *,
    speakers: bool,
    pages: Mapping[str, str] = NO_PAGES,
    text_of: Callable[[Spoken, str], str] = line_text,
) -> Iterator[str]:
    """Headings, scene breaks and paragraphs, as XHTML of any version. `pages` are marks of printed pages by the id of
    the line before which they stand; `text_of` gives what stands in a line, which has that id."""
    for paragraph in paragraphs(lines, speakers=speakers):
        first = paragraph.lines[0]
        if level := first.said.line.level:
            identity = identity_of(first)
            text = text_of(first, identity)
            yield f'{pages.get(identity, "")}<h{level} id="{identity}">{text}</h{level}>'
            continue
        if paragraph.after_break:
            yield "<hr/>"
        rows = [f'<b class="speaker">{escape(plain(paragraph.speaker))}</b> '] if paragraph.speaker else []
        for spoken in paragraph.lines:
            line = spoken.said.line
            if spoken is not first:
                rows.append("<br/>" if line.opens is Opening.VERSE else " ")
            tag = f' xml:lang="{line.language}" lang="{line.language}"' if line.language else ""
            identity = identity_of(spoken)
            text = text_of(spoken, identity)
            rows.append(f'{pages.get(identity, "")}<span id="{identity}"{tag}>{text}</span>')
        kind = f' class="{paragraph.kind}"' if paragraph.kind else ""
        yield f"<p{kind}>{''.join(rows)}</p>"


def xhtml(title: str, language: str, body: str, links: str = "") -> str:
    """A page of XHTML 5; `links` are for its head, beside that to the style."""
    direction = ' dir="rtl"' if find_language(language).right_to_left else ""
    tag = escape(language)
    return "\n".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
            f'xml:lang="{tag}" lang="{tag}"{direction}>',
            f'<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/>'
            f"{links}</head>",
            f"<body>\n{body}\n</body>",
            "</html>\n",
        )
    )


def _contents(titles: Sequence[tuple[str, str]], pages: Sequence[tuple[str, str]], title: str, language: str) -> str:
    body = f'<nav epub:type="toc" id="toc">\n<h1>{escape(title)}</h1>\n<ol>\n{_entries(titles)}\n</ol>\n</nav>'
    if pages:
        body += f'\n<nav epub:type="page-list" id="pages" hidden="hidden">\n<ol>\n{_entries(pages)}\n</ol>\n</nav>'
    return xhtml(title, language, body)


def _entries(links: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f'<li><a href="{address}">{escape(text)}</a></li>' for address, text in links)


def _package(
    names: Sequence[str],
    durations: Mapping[str, int],
    tags: Tags,
    modified: datetime,
    cover: str,
    access: Sequence[Meta],
) -> str:
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid">',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        f'<dc:identifier id="uid">{book_identity(tags)}</dc:identifier>',
        f"<dc:title>{escape(tags.title)}</dc:title>",
        f"<dc:language>{escape(tags.language or 'en')}</dc:language>",
    ]
    told = [*(("creator", author) for author in tags.authors or (tags.author,)), ("publisher", tags.publisher)]
    told += [("description", tags.description), *(("subject", genre) for genre in tags.genres)]
    for name, text in told:
        rows += [f"<dc:{name}>{escape(text)}</dc:{name}>"] if text else []
    if tags.series:
        rows.append(f'<meta property="belongs-to-collection" id="series">{escape(tags.series)}</meta>')
        rows.append(f"<meta {meta('collection-type', 'series', 'series')}</meta>")
        if tags.series_index:
            rows.append(f"<meta {meta('group-position', 'series', tags.series_index)}</meta>")
    rows.append(f"<meta {meta('dcterms:modified', '', modified.strftime('%Y-%m-%dT%H:%M:%SZ'))}</meta>")
    said = [*overlay_metas(durations), *narrator_metas(tags.narrator), *access]
    if any(value == "pageBreakMarkers" for _, _, value in access):
        said.append(("pageBreakSource", "", f"urn:isbn:{tags.isbn}" if tags.isbn else tags.title))
    rows += [f"<meta {meta(*entry)}</meta>" for entry in said]
    rows += ["</metadata>", "<manifest>", '<item id="style" href="style.css" media-type="text/css"/>']
    page = 'media-type="application/xhtml+xml"'
    rows.append(f'<item id="contents" href="contents.xhtml" {page} properties="nav"/>')
    if cover:
        picture = f'href="{_cover_name(cover)}" media-type="{cover}" properties="cover-image"'
        rows += [f'<item id="cover-picture" {picture}/>', f'<item id="cover" href="cover.xhtml" {page}/>']
    for name in names:
        heard = f"overlay-{name}" in durations
        overlay = f' media-overlay="overlay-{name}"' if heard else ""
        rows.append(f'<item id="page-{name}" href="{name}.xhtml" {page}{overlay}/>')
        if heard:
            rows.append(f'<item id="overlay-{name}" href="{name}.smil" media-type="{SMIL_TYPE}"/>')
            rows.append(f'<item id="sound-{name}" href="{name}.m4a" media-type="{SOUND_TYPE}"/>')
    refs = [*(["cover"] if cover else []), "contents", *(f"page-{name}" for name in names)]
    rows += ["</manifest>", "<spine>", *(f'<itemref idref="{ref}"/>' for ref in refs), "</spine>", "</package>", ""]
    return "\n".join(rows)
