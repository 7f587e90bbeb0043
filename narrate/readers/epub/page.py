"""What one file of the spine holds, and what it is read with."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from narrate.book import Block, Pronunciation, Reading, Skipped
from narrate.readers.epub.evidence import About
from narrate.readers.epub.gathering import Item
from narrate.readers.epub.links import Marks, Places
from narrate.readers.epub.package import TocEntry
from narrate.readers.epub.sheets import Sheets
from narrate.readers.epub.styled import Styled
from narrate.readers.titled import names_part


@dataclass(slots=True)
class Apart:
    """What was taken out of a page: what is told of it, and the ids in it. Filled while it is taken.

    `frame` are the parts of Project Gutenberg's frame that it had; `epigraph`: some text calls itself one.
    """

    skipped: list[Skipped] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    frame: set[str] = field(default_factory=set)
    epigraph: bool = False


@dataclass(slots=True)
class Page:
    """What one file of the spine holds: `items` in order, what it says of itself, what was left out.

    `notes` are its notes' blocks by each id in them; `left` counts what the reading leaves out
    ("pictures", "tables"), `matter` has the parts skipped. Filled while the page is read.
    """

    items: list[Item] = field(default_factory=list)
    types: frozenset[str] = frozenset()  # epub:type and roles of the body and of what alone fills it
    notes: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    matter: list[Skipped] = field(default_factory=list)
    sounds: dict[Pronunciation, None] = field(default_factory=dict)
    problem: str = ""
    title: str = ""  # for a browser's window
    look: Styled = field(default_factory=Styled)
    apart: Apart = field(default_factory=Apart)

    @property
    def words(self) -> int:
        return sum(len(item.text.split()) for item in self.items if isinstance(item, Block))

    def own(self, entries: list[TocEntry]) -> list[TocEntry]:
        """The entries of the contents that lead to what is read of it."""
        if self.apart.skipped and not self.words:
            return []
        gone = [e for e in entries if e.anchor in self.apart.ids and names_part(e.title)]
        gone += [e for e in entries if self.apart.frame and "gutenberg" in e.title.casefold()]
        return [entry for entry in entries if entry not in gone]


@dataclass(frozen=True, slots=True)
class Context:
    """What a page is read with: its file, the ids that become marks, the book's language, the policy.

    `refs` are the notes that text has referred to so far, by file and id; pages add to it.
    """

    file: str = ""
    wanted: Collection[str] = ()
    language: str = "en"
    reading: Reading = Reading()  # noqa: RUF009 (frozen)
    refs: dict[str, set[str]] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    places: Places = field(default_factory=lambda: Places(lambda _: b""))
    sheets: Sheets | None = None
    about: About = About()  # noqa: RUF009 (frozen)
    epigraphs: bool = False  # of a page that is not read otherwise
