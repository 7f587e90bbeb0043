"""docs/reading.md does what it says: each example is read as `narrate new` reads it, and held to what is below."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from epubs import epub, links, nav, page

from narrate.cli import run

PAGE = Path(__file__).parents[1] / "docs" / "reading.md"
BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
INPUTS = ("html", "txt", "md", "fountain", "srt", "vtt", "ssml", "fb2", "fodt")
ABOUT = re.compile(r'(title|author|translator|year|language|genres) = (?!"")')
NEXT_PAGE = re.compile(r"^<!-- (\S+\.xhtml)(?:: (.*))? -->\n", re.M)


@dataclass(frozen=True, slots=True)
class Example:
    """An input of the page, `line` in it, and the blocks under it: script, spoken, told or project, with their rows."""

    line: int
    form: str
    language: str
    text: str
    wanted: tuple[tuple[str, list[str]], ...]


def examples() -> Iterator[Example]:
    text = PAGE.read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    for number, block in enumerate(blocks):
        if block[1] in INPUTS:
            below = []
            for after in blocks[number + 1 :]:
                if after[1] in INPUTS:
                    break
                below.append((after[1], after[3].splitlines()))
            line = text.count("\n", 0, block.start()) + 1
            yield Example(line, block[1], block[2] or "en", block[3], tuple(below))


def written(example: Example, folder: Path) -> Path:
    """The example as a file: HTML is a page of an EPUB, or several, each after a comment with its name and title."""
    path = folder / f"harbour.{'epub' if example.form == 'html' else example.form}"
    if example.form != "html":
        path.write_text(example.text, "utf-8")
        return path
    first, *rest = NEXT_PAGE.split(example.text)
    parts = [("one.xhtml", "", first)] if first.strip() else []
    parts += [(name, title or "", body) for name, title, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
    contents = links(*((title, name) for name, title, _ in parts if title))
    metadata = f"<dc:title>The Harbour</dc:title><dc:language>{example.language}</dc:language>"
    pages = {name: page(body, title="") for name, _, body in parts}
    path.write_bytes(epub(pages, toc=nav(contents) if contents else None, metadata=metadata))
    return path


def made(example: Example, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """What comes of an example: its script's rows but for titles that are not said, those as spoken, what is told, and
    what project.toml says of the book."""
    home = ["--home", str(folder / "home")]
    assert run([*home, "new", str(written(example, folder)), "--project", str(folder / "p")]) == 0
    new = capsys.readouterr()
    scripts = sorted((folder / "p" / "script").glob("*.txt"))
    rows = [row for path in scripts for row in path.read_text("utf-8").splitlines()]
    assert run([*home, "script", str(folder / "p"), "--spoken", "--all", "--json"]) == 0
    return {
        "script": [row for row in rows if row and not row.startswith("# [silent]")],
        "spoken": [line["spoken"] for line in json.loads(capsys.readouterr().out)],
        "project": [row for row in (folder / "p" / "project.toml").read_text("utf-8").splitlines() if ABOUT.match(row)],
        "told": [
            row for row in (new.out + new.err).splitlines() if row.startswith(("Skipped", "Left out of the speech"))
        ],
    }


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: f"line {example.line}")
def test_an_example_is_read_as_the_page_says(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    got = made(example, tmp_path, capsys)
    assert example.wanted, "nothing stands below it"
    assert {form: got[form] for form, _ in example.wanted} == dict(example.wanted)
