"""Words in, words out of PDFs: an EPUB's body is set on pages, and what is read of them is compared with it in order.

    python benchmarks/pdfs.py BOOK.epub FOLDER [--chapters N]

BOOK is an EPUB with an `X.expected.json` beside it, as for `benchmarks/words.py`, whose other reading of the pages is
taken. WeasyPrint sets it in four layouts (a novel with running heads left and right, two columns, paragraphs parted by
gaps, footnotes), and pdflatex, where it is there, in two (a book with footnotes, two columns). The PDFs stay in FOLDER.
`diff` compares the words; time is the processor's, of this process and of the one that reads the pages.
"""

import argparse
import html
import json
import resource
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from words import UNSEEN  # type: ignore[import-not-found]  # beside this file

from narrate.readers import read_book

_TYPE = "{http://www.idpf.org/2007/ops}type"
_SANS, _SERIF = '"DejaVu Sans"', '"DejaVu Serif"'
_RUNNING = "p{margin:0;text-indent:1.3em;text-align:justify;hyphens:auto} h2+p,h3+p{text-indent:0} "
LAYOUTS = {
    "novel": f"@page{{size:130mm 200mm;margin:20mm}} @page:left{{@top-left{{content:counter(page)}}"
    "@top-center{content:'THE BOOK OF ALL'}} @page:right{@top-right{content:counter(page)}"
    "@top-center{content:string(title);font-style:italic}} h2{break-before:page;text-align:center;"
    f"string-set:title content()}} body{{font:10.5pt/1.35 {_SERIF}}} {_RUNNING}",
    "columns": "@page{size:A4;margin:18mm;@bottom-center{content:counter(page)}@top-center{content:'Journal of All'}} "
    f"section{{columns:2;column-gap:8mm;break-before:page}} body{{font:9.5pt/1.25 {_SERIF}}} {_RUNNING}",
    "gaps": "@page{size:A5;margin:18mm;@bottom-right{content:'Page ' counter(page) ' of ' counter(pages)}} "
    f"p{{margin:0 0 .8em}} h2{{break-before:page}} body{{font:10pt/1.4 {_SANS}}}",
    "notes": "@page{size:140mm 210mm;margin:20mm;@bottom-center{content:'– ' counter(page) ' –'}"
    "@footnote{border-top:.5pt solid;padding-top:1mm}} .note{float:footnote;font-size:8pt;text-indent:0} "
    f"body{{font:10.5pt/1.35 {_SERIF}}} {_RUNNING}",
}
_TEX = {"latex": "twoside", "latex-columns": "twocolumn"}
_NOTE = "See the record of the parish, volume {}, and what the clerk wrote on it at the time, late in the year."
_EVERY = 25  # paragraphs from one note to the next


def blocks(book: Path, most: int) -> Iterator[tuple[str, str]]:
    """Headings ("h" for the first of a page, "s" for others) and paragraphs ("p") of the body's pages."""
    expected = json.loads(book.with_name(f"{book.stem}.expected.json").read_text("utf-8"))
    with zipfile.ZipFile(book) as archive:
        for end in expected["body_files"][:most]:
            page = archive.read(next(name for name in archive.namelist() if name.endswith(end)))
            opened = False
            for element in ElementTree.fromstring(page).iter():
                name = element.tag.rpartition("}")[2]
                if name in ("h1", "h2", "h3", "h4", "p"):
                    text = " ".join(_text(element).translate(UNSEEN).split())
                    if text:
                        yield ("p" if name == "p" else "s" if opened else "h"), text
                        opened = True


def _text(element: ElementTree.Element) -> str:
    if "noteref" in (element.get(_TYPE) or ""):
        return ""
    inner = (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
    return f" {inner} " if element.tag.endswith("}br") else inner


def as_html(found: list[tuple[str, str]], layout: str) -> str:
    """The page that WeasyPrint sets."""
    parts: list[str] = []
    for at, (kind, text) in enumerate(found):
        note = f'<span class="note">{_NOTE.format(at)}</span>' if _has_note(at, kind, layout) else ""
        tag = {"h": "h2", "s": "h3", "p": "p"}[kind]
        parts.append(("</section><section>" if kind == "h" else "") + f"<{tag}>{html.escape(text)}{note}</{tag}>")
    return f'<html lang="en"><style>{LAYOUTS[layout]}</style><section>{"".join(parts)}</section></html>'


def as_tex(found: list[tuple[str, str]], layout: str) -> str:
    """The file that pdflatex sets."""
    signs = {"“": "``", "”": "''", "‘": "`", "’": "'", "—": "---", "–": "--", "…": "\\ldots{}", "£": "\\pounds{}"}
    signs |= {sign: f"\\{sign}" for sign in "#$%&_{}"} | {"\u00a0": "~", "\u2009": "", "\u200a": ""}
    parts: list[str] = []
    for at, (kind, text) in enumerate(found):
        note = f"\\footnote{{{_NOTE.format(at)}}}" if _has_note(at, kind, layout) else ""
        said = text.translate(str.maketrans(signs))
        form = {"h": f"\\chapter*{{{said}}}\\markboth{{{said}}}{{{said}}}", "s": f"\\section*{{{said}}}"}
        parts.append(form.get(kind, said + note))
    head = f"\\documentclass[10pt,{_TEX[layout]}]{{book}}\\usepackage[T1]{{fontenc}}\\usepackage[utf8]{{inputenc}}"
    return (
        head + "\\usepackage{lmodern}\\pagestyle{headings}\\begin{document}\n" + "\n\n".join(parts) + "\\end{document}"
    )


def _has_note(at: int, kind: str, layout: str) -> bool:
    return kind == "p" and at % _EVERY == 0 and layout in ("notes", *_TEX)


def pdf_of(found: list[tuple[str, str]], layout: str, folder: Path) -> Path:
    """The book as a PDF in this layout."""
    made = folder / f"{layout}.pdf"
    if layout in LAYOUTS:
        import weasyprint  # type: ignore[import-not-found]

        weasyprint.HTML(string=as_html(found, layout)).write_pdf(made)
    else:
        made.with_suffix(".tex").write_text(as_tex(found, layout), "utf-8")
        command = ["pdflatex", "-interaction=batchmode", made.with_suffix(".tex").name]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return made


def compare(found: list[tuple[str, str]], layout: str, made: Path) -> str:
    """A row of the table."""
    started = _seconds()
    book = read_book(made)
    took = _seconds() - started
    wanted = [word for _, text in found for word in text.split()]
    said = [word for chapter in book.chapters for block in chapter.blocks for word in block.text.split()]
    with tempfile.TemporaryDirectory() as folder:
        pair = [Path(folder, name) for name in ("in", "out")]
        for path, words in zip(pair, (wanted, said), strict=True):
            path.write_text("\n".join(words) + "\n", "utf-8")
        told = subprocess.run(["diff", *map(str, pair)], capture_output=True, text=True, check=False).stdout.split("\n")
    lost, extra = (sum(row.startswith(sign) for row in told) for sign in ("< ", "> "))
    notes = sum(_has_note(at, kind, layout) for at, (kind, _) in enumerate(found))
    out = next((part.what for part in book.skipped if "note" in part.what), "0 notes").partition(" ")[0]
    f1 = 2 * (len(wanted) - lost) / (len(wanted) + len(said))
    figures = (f"{len(wanted):,}", f"{len(said):,}", lost, extra, f"{f1:.4f}", f"{out} of {notes}", f"{took:.1f}")
    return " | ".join((layout, *map(str, figures)))


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chapters", type=int, default=1000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    found = list(blocks(options.book, options.chapters))
    print("| layout | words in | words out | lost | extra | F1 | notes left out | processor s |")
    print("|" + "---|" * 8)
    for layout in (*LAYOUTS, *(_TEX if shutil.which("pdflatex") else ())):
        print(f"| {compare(found, layout, pdf_of(found, layout, options.folder))} |", flush=True)


if __name__ == "__main__":
    main()
