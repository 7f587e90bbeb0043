"""What a reading leaves out, adds and tells of files of any form: the words of each file against those of its script.

    python benchmarks/left_out.py FOLDER [--all]

Each file in FOLDER is made a project by `narrate new`. Its words are also read here, in another way: an EPUB's pages in
the order of the spine, with the standard library's HTML parser, without styles and scripts; any other file as it
is. A run of words that only the file has is left out, one that only the script has is added; both are printed with what
`new` said. With `--all` files of which nothing is left out are named too.
"""

import argparse
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from narrate.cli import run
from narrate.script import list_scripts
from narrate.script.model import parse_script

WORD = re.compile(r"[^\W_]+")
ENCODINGS = ("utf-8-sig", "shift_jis", "gb18030", "cp949", "cp1251", "cp1252")
BLOCKS = frozenset("p div h1 h2 h3 h4 h5 h6 li td th tr br dt dd section text tspan".split())


class Words(HTMLParser):
    """The text of a page's body, elements that begin a block apart."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.unread = io.StringIO(), 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unread += tag in ("head", "script", "style")
        self.text.write(" " if tag in BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in ("head", "script", "style")
        self.text.write(" " if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        self.text.write("" if self.unread else data)


def text_of(path: Path) -> str:
    """The text of a file, of an EPUB its pages'."""
    if path.suffix != ".epub":
        data = path.read_bytes()
        for encoding in ENCODINGS:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return data.decode("latin-1")
    pages = Words()
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        package = next(e.attrib["full-path"] for e in container.iter() if e.tag.endswith("}rootfile"))
        root = ElementTree.fromstring(archive.read(package))
        hrefs = {e.get("id"): e.get("href", "") for e in root.iter() if e.tag.endswith("}item")}
        for reference in (e.get("idref") for e in root.iter() if e.tag.endswith("}itemref")):
            name = str(PurePosixPath(package).parent / hrefs.get(reference, ""))
            if name in archive.namelist():
                pages.feed(archive.read(name).decode("utf-8", "replace"))
                pages.feed(" ")
    return pages.text.getvalue()


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold())


def runs(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Runs of words that only one has: those that only `before` has, and in their place those that only `after` has."""
    for kind, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield " ".join(before[a:b]), " ".join(after[c:d])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    for path in sorted(p for p in options.folder.iterdir() if p.is_file()):
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(told := io.StringIO()), redirect_stderr(told):
            status = run(["--home", folder, "new", str(path), "--project", f"{folder}/p"])
            lines = (
                line.text
                for script in (list_scripts(Path(folder) / "p" / "script") if not status else [])
                for line in parse_script(script.read_text("utf-8"), script).lines
            )
            said = " ".join(lines)
        found = list(runs(words_of(text_of(path)), words_of(said)))
        if found or options.all:
            print(f"{path.name}: {'' if found else 'nothing'}")
        for left, added in found:
            print(f"  - {left}" if left else "", f"  + {added}" if added else "", sep="\n" if left and added else "")
        for row in told.getvalue().splitlines():
            if found and (row.startswith("Skipped") or status):
                print(f"  told: {row}")


if __name__ == "__main__":
    main()
