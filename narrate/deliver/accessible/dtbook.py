"""A talking book's words as DTBook 2005-3 (ANSI/NISO Z39.86-2005): levels inside levels, sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from narrate.chapters import Spoken, Tags
from narrate.deliver.accessible.parts import PageStart, Part, deeper, people
from narrate.deliver.readalong.paragraphs import Paragraph, paragraphs
from narrate.deliver.readalong.plain import WHOLE, book_identity, identity_of
from narrate.deliver.tags import one_line, plain
from narrate.languages import find_language
from narrate.script import Opening

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE dtbook PUBLIC "-//NISO//DTD dtbook 2005-3//EN" '
    '"http://www.daisy.org/z3986/2005/dtbook-2005-3.dtd">\n'
)


def dtbook(parts: Sequence[Part], tags: Tags, *, speakers: bool) -> str:
    """The whole book's words."""
    language, title = escape(tags.language or "en"), escape(one_line(tags.title))
    direction = ' dir="rtl"' if find_language(tags.language or "en").right_to_left else ""
    rows = [
        f'{HEAD}<dtbook xmlns="http://www.daisy.org/z3986/2005/dtbook/" version="2005-3" xml:lang="{language}">',
        "<head>",
        f'<meta name="dtb:uid" content="{book_identity(tags)}"/>',
        f'<meta name="dc:Title" content="{title}"/>',
        "</head>",
        f"<book{direction}>",
        "<frontmatter>",
        f"<doctitle>{title}</doctitle>",
        *(f"<docauthor>{escape(name)}</docauthor>" for name in people(tags)),
        "</frontmatter>",
        "<bodymatter>",
    ]
    for part in parts:
        rows += _levels(part, speakers=speakers)
    return "\n".join([*rows, "</bodymatter>", "</book>", "</dtbook>", ""])


def _levels(part: Part, *, speakers: bool) -> Iterator[str]:
    """A chapter: its title and what is in it, each heading inside opening a level."""
    smil, marks, lines = part.file(".smil"), part.page_marks(_pagenum), part.chapter.lines
    said = bool(lines) and lines[0].said.line.level == 1
    depth, bare = 1, True  # a level holds more than its heading
    yield "<level1>"
    if not said:
        whole = f' id="{WHOLE}" smilref="{smil}#p{WHOLE}"' if not lines else ""
        yield f"<h1{whole}>{escape(plain(part.title))}</h1>"
    for paragraph in paragraphs(lines, speakers=speakers):
        first = paragraph.lines[0]
        if not first.said.line.level:
            yield from _paragraph(paragraph, smil, marks)
            bare = False
            continue
        new = 1 if said and first is lines[0] else deeper(first.said.line.level, depth)
        if new > 1:
            yield from ["<p></p>"] * (bare and new <= depth)
            yield from (f"</level{n}>" for n in range(depth, new - 1, -1))
            yield f"<level{new}>"
        heading = escape(plain(first.said.line.text))
        yield f"<h{new}{_reference(first, smil)}>{marks.get(identity_of(first), '')}{heading}</h{new}>"
        depth, bare = new, True
    yield from ["<p></p>"] * bare
    yield from (f"</level{n}>" for n in range(depth, 0, -1))


def _paragraph(paragraph: Paragraph, smil: str, marks: Mapping[str, str]) -> Iterator[str]:
    rows = [f"<strong>{escape(plain(paragraph.speaker))}</strong> "] if paragraph.speaker else []
    for spoken in paragraph.lines:
        line = spoken.said.line
        if rows and spoken is not paragraph.lines[0]:
            rows.append("<br/>" if line.opens is Opening.VERSE else " ")
        tag = f' xml:lang="{line.language}"' if line.language else ""
        text = escape(plain(line.text))
        rows.append(f"{marks.get(identity_of(spoken), '')}<sent{_reference(spoken, smil)}{tag}>{text}</sent>")
    kinds = [*(["scene"] if paragraph.after_break else []), *([paragraph.kind] if paragraph.kind else [])]
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    yield f"<p{kind}>{''.join(rows)}</p>"


def _reference(spoken: Spoken, smil: str) -> str:
    identity = identity_of(spoken)
    return f' id="{identity}" smilref="{smil}#p{identity}"'


def _pagenum(page: PageStart) -> str:
    return f'<pagenum id="{page.identity}" page="{page.kind}">{escape(page.label)}</pagenum>'
