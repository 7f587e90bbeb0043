"""DAISY 2.02 (DAISY Consortium, 28 February 2001): what hardware players and libraries for the blind take.

Of class audioFullText: `ncc.html` is the way about the book, a chapter has its sound, its text and the SMIL 1.0 that
puts both together. What stands in the contents but is not said (a silent title) leads to the line after it.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from narrate import __version__
from narrate.chapters import Tags
from narrate.deliver.accessible.parts import (
    PageStart,
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
from narrate.deliver.readalong.plain import PLAIN_STYLE, blocks, book_identity, shows_speakers, title_rows
from narrate.deliver.readalong.smil import Par
from narrate.deliver.tags import description, one_line
from narrate.languages import find_language

FORM = "daisy202"
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
SMIL = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE smil PUBLIC "-//W3C//DTD SMIL 1.0//EN" '
    '"http://www.w3.org/TR/REC-smil/SMIL10.dtd">\n'
)
STYLE = "default.css"


def daisy202(press: Press) -> Iterator[Path]:
    """The folder's files: the sound first, `ncc.html` last."""
    folder, parts = press.out / FORM, parts_of(press.timed, press.page_starts)
    yield from bare_mp3s(press, FORM, [folder / part.file(".mp3") for part in parts])
    speakers = shows_speakers(press.source)
    for part in parts:
        yield press.write_text(FORM, folder / part.file(".html"), _text(part, press.tags, speakers=speakers))
        yield press.write_text(FORM, folder / part.file(".smil"), _smil(part, press.tags))
    yield press.write_text(FORM, folder / "master.smil", _master(parts, press.tags))
    yield press.write_text(FORM, folder / STYLE, PLAIN_STYLE)
    yield write_dated(press, FORM, folder / "ncc.html", lambda day: _ncc(parts, press.tags, day))


def _rounded(us: int) -> str:
    seconds = (us + 500_000) // 1_000_000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _seconds(us: int) -> str:
    """In milliseconds, as players expect it, or in microseconds where those would not be exact."""
    return f"{us // 1_000_000}.{us // 1000 % 1000:03}" + (f"{us % 1000:03}" if us % 1000 else "")


def _smil(part: Part, tags: Tags) -> str:
    """The part's clips."""
    head = _metas(
        ("dc:format", "Daisy 2.02"),
        ("dc:identifier", book_identity(tags)),
        ("dc:title", one_line(tags.title)),
        ("title", part.title),
        ("ncc:generator", f"narrate {__version__}"),
        ("ncc:totalElapsedTime", clock(part.before_us)),
        ("ncc:timeInThisSmil", clock(part.duration_us)),
    )
    rows = [SMIL + "<smil>", "<head>", *head, '<layout><region id="txtView"/></layout>', "</head>", "<body>"]
    rows.append(f'<seq dur="{_seconds(part.duration_us)}s">')
    for par in part.pars:
        clip = f'clip-begin="npt={_seconds(par.begin_us)}s" clip-end="npt={_seconds(par.end_us)}s"'
        rows += [
            f'<par endsync="last" id="{_at(par)}">',
            f'<text src="{part.file(".html")}#{par.identity}" id="t{par.identity}"/>',
            f'<audio src="{part.file(".mp3")}" {clip} id="a{par.identity}"/>',
            "</par>",
        ]
    return "\n".join([*rows, "</seq>", "</body>", "</smil>", ""])


def _at(par: Par) -> str:
    """The id of a clip in its SMIL."""
    return f"p{par.identity}"


def _master(parts: Sequence[Part], tags: Tags) -> str:
    """The order of the parts."""
    head = _metas(
        ("dc:format", "Daisy 2.02"),
        ("dc:identifier", book_identity(tags)),
        ("dc:title", one_line(tags.title)),
        ("ncc:generator", f"narrate {__version__}"),
        ("ncc:timeInThisSmil", clock(total_us(parts))),
    )
    refs = (f'<ref title="{escape(p.title)}" src="{p.file(".smil")}" id="m{p.name}"/>' for p in parts)
    layout = '<layout><region id="txtView"/></layout>'
    return "\n".join([SMIL + "<smil>", "<head>", *head, layout, "</head>", "<body>", *refs, "</body>", "</smil>", ""])


def _text(part: Part, tags: Tags, *, speakers: bool) -> str:
    """The part's words, with the ids that its SMIL leads to."""
    pages = part.page_marks(
        lambda page: f'<span class="page-{page.kind}" id="{page.identity}">{escape(page.label)}</span> '
    )
    rows = [*title_rows(part.chapter), *blocks(part.chapter.lines, speakers=speakers, pages=pages)]
    style = f'<link rel="stylesheet" type="text/css" href="{STYLE}"/>'
    return _page(tags.language, part.title, [style], rows)


def _ncc(parts: Sequence[Part], tags: Tags, day: str) -> str:
    """The way about the book: its title, and each heading and page with the clip that it leads to."""
    rows = [f'<h1 class="title" id="title">{_link(parts[0], parts[0].pars[0], tags.title)}</h1>']
    for part in parts:
        for number, place in enumerate(part.places, start=1):
            if isinstance(place, PageStart):
                link = _link(part, place.par, place.label)
                rows.append(f'<span class="page-{place.kind}" id="{place.identity}">{link}</span>')
            else:
                link = _link(part, place.par, place.text)
                rows.append(f'<h{place.depth} id="h{part.name}-{number}">{link}</h{place.depth}>')
    kinds = [page.kind for part in parts for page in part.pages]
    told = [
        ("dc:title", tags.title),
        *(("dc:creator", name) for name in people(tags)),
        ("dc:date", day),
        ("dc:format", "Daisy 2.02"),
        ("dc:identifier", book_identity(tags)),
        ("dc:language", tags.language or "en"),
        ("dc:publisher", tags.publisher or "Unknown"),
        ("dc:source", f"urn:isbn:{tags.isbn}" if tags.isbn else ""),
        *(("dc:subject", genre) for genre in tags.genres),
        ("dc:description", description(tags)),
        ("dc:rights", tags.copyright),
        ("ncc:sourceDate", tags.year if tags.year.isdecimal() else ""),
        ("ncc:narrator", tags.narrator),
        ("ncc:producedDate", day),
        ("ncc:generator", f"narrate {__version__}"),
        ("ncc:charset", "utf-8"),
        ("ncc:multimediaType", "audioFullText"),
        ("ncc:depth", str(max(heading.depth for part in parts for heading in part.headings))),
        ("ncc:files", str(3 * len(parts) + 3)),
        ("ncc:pageFront", str(kinds.count("front"))),
        ("ncc:pageNormal", str(kinds.count("normal"))),
        ("ncc:pageSpecial", str(kinds.count("special"))),
        ("ncc:maxPageNormal", str(highest_page(parts))),
        ("ncc:setInfo", "1 of 1"),
        ("ncc:tocItems", str(len(rows))),
        ("ncc:totalTime", _rounded(total_us(parts))),
    ]
    kind = '<meta http-equiv="Content-type" content="text/html; charset=utf-8"/>'
    metas = _metas(*((name, one_line(text)) for name, text in told if text.strip()))
    return _page(tags.language, one_line(tags.title), [kind, *metas], rows)


def _link(part: Part, par: Par, text: str) -> str:
    return f'<a href="{part.file(".smil")}#{_at(par)}">{escape(one_line(text))}</a>'


def _metas(*told: tuple[str, str]) -> list[str]:
    return [f'<meta name="{name}" content="{escape(text)}"/>' for name, text in told]


def _page(language: str, title: str, head: Sequence[str], body: Sequence[str]) -> str:
    """A page of XHTML 1.0."""
    tag = escape(language or "en")
    direction = ' dir="rtl"' if find_language(language or "en").right_to_left else ""
    rows = [f'{XHTML}<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{tag}" lang="{tag}"{direction}>']
    rows += ["<head>", f"<title>{escape(title)}</title>", *head, "</head>", "<body>", *body, "</body>", "</html>", ""]
    return "\n".join(rows)


__all__ = ["daisy202"]
