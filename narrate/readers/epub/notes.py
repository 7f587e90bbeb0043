"""Notes put where they are to be heard: after the paragraph that refers to them, or at the chapter's end."""

from collections.abc import Iterable, Mapping

from narrate.book import Block
from narrate.readers.epub.gathering import NoteRef


class Notes:
    """All notes of a book, by file and id. A note is read once, where text first refers to it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Block, ...]] = {}
        self._read: set[int] = set()

    def add(self, file: str, notes: Mapping[str, tuple[Block, ...]]) -> None:
        self._found.update({(file, anchor): blocks for anchor, blocks in notes.items()})

    def placed(self, items: Iterable[Block | NoteRef], policy: str) -> list[Block | NoteRef]:
        """A section's items with notes for references: "inline", at the "end", or (any other word) none."""
        placed: list[Block | NoteRef] = []
        ending: list[Block | NoteRef] = []
        for item in items:
            if isinstance(item, Block):
                placed.append(item)
            elif policy in ("inline", "end"):
                (placed if policy == "inline" else ending).extend(self._take(item))
        return placed + ending

    def _take(self, ref: NoteRef) -> tuple[Block, ...]:
        blocks = self._found.get((ref.file, ref.anchor), ())
        if id(blocks) in self._read:
            return ()
        self._read.add(id(blocks))
        return blocks

    @property
    def idle(self) -> int:
        """How many notes were not read, because nothing refers to them."""
        return len({id(blocks) for blocks in self._found.values() if blocks} - self._read)
