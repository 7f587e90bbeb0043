"""How the proof page that is on disk stands to the lines and takes, and when it is to be written anew."""

import math
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from narrate.deliver import CURRENT, OLD, Deliverable
from narrate.project.figures import chapters_of
from narrate.work.beside import edited_at

REST_S = 8.0  # without a change, before the chapters are assembled anew


class ProofPage:
    """The page of a project. `stale`: the chapters whose audio is older than their lines.

    `behind`: the page on disk may be older than the lines and takes. `revision` changes with the page on disk.
    """

    def __init__(self) -> None:
        self.stale: set[int] = set()
        self.behind = True
        self.revision = ""
        self._deliverables: tuple[Deliverable, ...] = ()
        self._rest_until = math.inf
        self._edited = 0  # nanoseconds
        self._was_other = False

    def look(self, folder: Path, out: Path, *, other: bool, held: bool) -> None:
        """See what was changed here, in an editor or by an `other` process; `held`: this one holds the project."""
        self.behind = self.behind or other
        if not other and self._was_other:
            self._rest()  # it may assemble what it has rendered
        self._was_other = other
        edited, self._edited = self._edited, edited_at(folder)
        if edited and edited != self._edited and self._rest_until == math.inf:
            self._rest()
        if not held and not other:
            with suppress(OSError):
                self.revision = str((out / "proof" / "data").stat().st_mtime_ns)

    def changed(self, chapters: Iterable[int]) -> None:
        """Lines of these chapters were changed: they are assembled when nothing has been changed for a while."""
        self.stale |= set(chapters)
        self._rest()

    def _rest(self) -> None:
        self._rest_until = time.monotonic() + REST_S

    def want(self) -> None:
        """Have the page written as soon as may be."""
        self._rest_until = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is to be written anew, and nothing has been changed for a while."""
        return time.monotonic() >= self._rest_until

    def begin(self) -> None:
        """It is being written; where that fails, it is tried again after the next change."""
        self._rest_until = math.inf

    def written(self, deliverables: Sequence[Deliverable]) -> None:
        """It is written; how the `deliverables` stand to the book."""
        self._deliverables = tuple(deliverables)
        self.stale.clear()
        self.behind = False

    @property
    def deliverables(self) -> tuple[Deliverable, ...]:
        """The deliverables, as they stood to the book when the page was written, and what was changed since."""
        if not self.stale:
            return self._deliverables
        why = f"lines have changed in {chapters_of(len(self.stale))}"
        return tuple(replace(it, state=OLD, why=why) if it.state == CURRENT else it for it in self._deliverables)
