"""DAISY 3 (ANSI/NISO Z39.86-2005): a talking book of full text and sound.

`book.opf` lists the files, `book.ncx` is the way about the book, `book.xml` its words; a chapter has its sound and the
SMIL that puts both together.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from narrate import __version__
from narrate.chapters import Tags
from narrate.deliver.accessible.dtbook import dtbook
from narrate.deliver.accessible.parts import (
    Heading,
    Part,
    clock,
    highest_page,
    parts_of,
    people,
    total_us,
    write_dated,
)
from narrate.deliver.media import bare_mp3s
from narrate.deliver.press import Press
from narrate.deliver.readalong.plain import book_identity, shows_speakers
from narrate.deliver.readalong.smil import Par
from narrate.deliver.tags import description, one_line

FORM = "daisy3"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'
OPF = (
    f'{XML}<!DOCTYPE package PUBLIC "+//ISBN 0-9673008-1-9//DTD OEB 1.2 Package//EN" '
    '"http://openebook.org/dtds/oeb-1.2/oebpkg12.dtd">\n'
)
NCX = (
    f'{XML}<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">\n'
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"'
)
SMIL = (
    f'{XML}<!DOCTYPE smil PUBLIC "-//NISO//DTD dtbsmil 2005-2//EN" '
    '"http://www.daisy.org/z3986/2005/dtbsmil-2005-2.dtd">\n<smil xmlns="http://www.w3.org/2001/SMIL20/">'
)
RESOURCE = (
    f'{XML}<!DOCTYPE resources PUBLIC "-//NISO//DTD resource 2005-1//EN" '
    '"http://www.daisy.org/z3986/2005/resource-2005-1.dtd">\n'
    '<resources xmlns="http://www.daisy.org/z3986/2005/resource/" version="2005-1">\n'
    '<scope nsuri="http://www.daisy.org/z3986/2005/ncx/">\n<nodeSet id="pages" select="//pageTarget">\n'
    '<resource xml:lang="en" id="page"><text>page</text></resource>\n</nodeSet>\n</scope>\n</resources>\n'
)
BOOK = "book.xml"


def daisy3(press: Press) -> Iterator[Path]:
    """The folder's files: the sound first, `book.opf` last."""
    folder, tags = press.out / FORM, press.tags
    parts = parts_of(press.timed, press.page_starts)
    yield from bare_mp3s(press, FORM, [folder / part.file(".mp3") for part in parts])
    yield press.write_text(FORM, folder / BOOK, dtbook(parts, tags, speakers=shows_speakers(press.source)))
    for part in parts:
        yield press.write_text(FORM, folder / part.file(".smil"), _smil(part, tags))
    yield press.write_text(FORM, folder / "book.ncx", _ncx(parts, tags))
    yield press.write_text(FORM, folder / "text.res", RESOURCE)
    yield write_dated(press, FORM, folder / "book.opf", lambda day: _opf(parts, tags, day))


def _smil(part: Part, tags: Tags) -> str:
    """The part's clips."""
    rows = [SMIL, "<head>"]
    rows += [
        f'<meta name="dtb:uid" content="{book_identity(tags)}"/>',
        f'<meta name="dtb:generator" content="narrate {__version__}"/>',
        f'<meta name="dtb:totalElapsedTime" content="{clock(part.before_us)}"/>',
        "</head>",
        "<body>",
        f'<seq id="s{part.name}" dur="{clock(part.duration_us)}" fill="remove">',
    ]
    for par in part.pars:
        rows += [f'<par id="{_at(par)}">', f'<text src="{BOOK}#{par.identity}"/>', _audio(part, par), "</par>"]
    return "\n".join([*rows, "</seq>", "</body>", "</smil>", ""])


def _at(par: Par) -> str:
    """The id of a clip in its SMIL."""
    return f"p{par.identity}"


def _audio(part: Part, par: Par) -> str:
    return f'<audio src="{part.file(".mp3")}" clipBegin="{clock(par.begin_us)}" clipEnd="{clock(par.end_us)}"/>'


def _ncx(parts: Sequence[Part], tags: Tags) -> str:
    """Headings inside each other, and the pages of the print book."""
    pages = [page for part in parts for page in part.pages]
    order = {(place.par.chapter, place.par.identity): 0 for part in parts for place in part.places}
    order = {key: count for count, key in enumerate(order, start=1)}  # what leads to one clip is one stop on the way
    told = [
        ("dtb:uid", book_identity(tags)),
        ("dtb:depth", str(max(heading.depth for part in parts for heading in part.headings))),
        ("dtb:generator", f"narrate {__version__}"),
        ("dtb:totalPageCount", str(len(pages))),
        ("dtb:maxPageNumber", str(highest_page(parts))),
    ]
    rows = [f'{NCX} xml:lang="{escape(tags.language or "en")}">', "<head>"]
    rows += [f'<meta name="{name}" content="{escape(text)}"/>' for name, text in told]
    rows += ["</head>", f"<docTitle><text>{escape(one_line(tags.title))}</text></docTitle>"]
    rows += [f"<docAuthor><text>{escape(name)}</text></docAuthor>" for name in people(tags)]
    rows.append('<navMap id="navmap">')
    for part in parts:
        depth = 0
        for number, heading in enumerate(part.headings, start=1):
            rows += ["</navPoint>"] * (depth - heading.depth + 1)
            place = order[heading.par.chapter, heading.par.identity]
            rows.append(f'<navPoint id="h{part.name}-{number}" class="h{heading.depth}" playOrder="{place}">')
            rows += [_label(part, heading), _content(part, heading.par)]
            depth = heading.depth
        rows += ["</navPoint>"] * depth
    rows.append("</navMap>")
    if pages:
        rows.append('<pageList id="pagelist" class="pagelist">')
        for part in parts:
            for page in part.pages:
                value = f' value="{page.label}"' if page.kind == "normal" else ""
                place = order[page.par.chapter, page.par.identity]
                rows.append(f'<pageTarget id="{page.identity}" type="{page.kind}"{value} playOrder="{place}">')
                rows += [f"<navLabel><text>{escape(page.label)}</text></navLabel>", _content(part, page.par)]
                rows.append("</pageTarget>")
        rows.append("</pageList>")
    return "\n".join([*rows, "</ncx>", ""])


def _label(part: Part, heading: Heading) -> str:
    """A heading's text, and its sound where the clip says it."""
    index = part.pars.index(heading.par)
    lines = part.chapter.lines
    sound = _audio(part, heading.par) if lines and lines[index].said.line.level else ""
    return f"<navLabel><text>{escape(heading.text)}</text>{sound}</navLabel>"


def _content(part: Part, par: Par) -> str:
    return f'<content src="{part.file(".smil")}#{_at(par)}"/>'


def _opf(parts: Sequence[Part], tags: Tags, day: str) -> str:
    """The package: what is said of the book, its files, and the order of its chapters."""
    told = [
        ("Title", tags.title),
        *(("Creator", name) for name in people(tags)),
        ("Publisher", tags.publisher or "Unknown"),
        ("Date", day),
        ("Format", "ANSI/NISO Z39.86-2005"),
        ("Language", tags.language or "en"),
        ("Source", f"urn:isbn:{tags.isbn}" if tags.isbn else ""),
        *(("Subject", genre) for genre in tags.genres),
        ("Description", description(tags)),
        ("Rights", tags.copyright),
    ]
    more = [
        ("dtb:sourceDate", tags.year if tags.year.isdecimal() else ""),
        ("dtb:sourcePublisher", tags.publisher),
        ("dtb:narrator", one_line(tags.narrator)),
        ("dtb:producedDate", day),
        ("dtb:multimediaType", "audioFullText"),
        ("dtb:multimediaContent", "audio,text"),
        ("dtb:audioFormat", "MP3"),
        ("dtb:totalTime", clock(total_us(parts))),
    ]
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    package = 'xmlns="http://openebook.org/namespaces/oeb-package/1.0/" unique-identifier="uid"'
    rows = [f"{OPF}<package {package}>", "<metadata>", f"<dc-metadata {names}>"]
    rows.append(f'<dc:Identifier id="uid">{book_identity(tags)}</dc:Identifier>')
    rows += [f"<dc:{name}>{escape(one_line(text))}</dc:{name}>" for name, text in told if text.strip()]
    rows += ["</dc-metadata>", "<x-metadata>"]
    rows += [f'<meta name="{name}" content="{escape(one_line(text))}"/>' for name, text in more if text.strip()]
    rows += ["</x-metadata>", "</metadata>", "<manifest>"]
    rows += [
        '<item id="opf" href="book.opf" media-type="text/xml"/>',
        '<item id="ncx" href="book.ncx" media-type="application/x-dtbncx+xml"/>',
        f'<item id="text" href="{BOOK}" media-type="application/x-dtbook+xml"/>',
        '<item id="resource" href="text.res" media-type="application/x-dtbresource+xml"/>',
    ]
    for part in parts:
        rows.append(f'<item id="smil{part.name}" href="{part.file(".smil")}" media-type="application/smil"/>')
        rows.append(f'<item id="sound{part.name}" href="{part.file(".mp3")}" media-type="audio/mpeg"/>')
    rows += ["</manifest>", "<spine>", *(f'<itemref idref="smil{part.name}"/>' for part in parts), "</spine>"]
    return "\n".join([*rows, "</package>", ""])


__all__ = ["daisy3"]
