"""The pages of a PDF, read by a process of its own that is watched: no file can hang or end this one."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from narrate.errors import SourceError
from narrate.install import install_command
from narrate.readers.pdf.pdfium import MAX_CHARACTERS, About, Bookmark, Sheet, Word

PAGE_S = 60.0  # that one page may take
_MOST_BAD = 3  # pages that may end the process
_CODE = "import sys; sys.path[:] = {!r}; from narrate.readers.pdf.child import main; main()"


class Printed:
    """A PDF that is being read. `about` is what it says of itself."""

    def __init__(self, data: bytes, where: Path | str, page_s: float = PAGE_S) -> None:
        """Raises SourceError where PDFium is not installed, and for what is encrypted, damaged or too long.

        A page that takes longer than `page_s` seconds is given up.
        """
        if importlib.util.find_spec("pypdfium2") is None:
            raise SourceError("is a PDF, and what reads PDFs is not installed", where=where, do=install_command("pdf"))
        self._data, self._where, self._page_s = data, where, page_s
        self._process: subprocess.Popen[bytes] | None = None
        self._late = False
        try:
            told = self._begin(1)
            if told is None:
                raise self._hopeless()
        except SourceError:
            self.close()
            raise
        title, author, language, marks = told["about"]
        self.about = About(title, author, language, tuple(Bookmark(*mark) for mark in marks))
        self._count = int(told["count"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    if stream:
                        stream.close()
            self._process.wait()
            self._process = None

    def sheets(self) -> Iterator[Sheet | None]:
        """Each page, or None for one that is damaged. Raises SourceError for a book that is too long."""
        characters = bad = 0
        for number in range(1, self._count + 1):
            told = self._next()
            if told is None:
                bad += 1
                if bad > _MOST_BAD:
                    raise self._hopeless()
                if number < self._count and self._begin(number + 1) is None:
                    raise self._hopeless()
                yield None
                continue
            sheet = _sheet(told["sheet"])
            characters += sum(len(word.text) for word in sheet.words) if sheet else 0
            if characters > MAX_CHARACTERS:
                raise SourceError(f"has more than {MAX_CHARACTERS:,} letters", where=self._where, do="give it in parts")
            yield sheet

    def _hopeless(self) -> SourceError:
        if self._late:
            return SourceError(f"has pages that take more than {self._page_s:.0f} s to read", where=self._where)
        return SourceError("is a damaged PDF", where=self._where, do="get the file again")

    def _begin(self, page: int) -> dict[str, Any] | None:
        """Start the process at a page; what it says of the file, None where it ended."""
        self.close()
        command = [sys.executable, "-c", _CODE.format(sys.path), str(page)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        Thread(target=self._give, args=(self._process.stdin,), daemon=True).start()
        return self._next()

    def _give(self, stream: Any) -> None:
        with suppress(OSError, ValueError):  # it has ended
            stream.write(self._data)
            stream.close()

    def _next(self) -> dict[str, Any] | None:
        """The next line, None where the process has ended or was late."""
        process = self._process
        if process is None or process.stdout is None:
            return None
        timer = Timer(self._page_s, self._give_up, (process,))
        timer.start()
        try:
            line = process.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            return None
        told: dict[str, Any] = json.loads(line)
        if refused := told.get("refused"):
            raise SourceError(refused[0], where=self._where, do=refused[1])
        return told

    def _give_up(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        process.kill()


def _sheet(told: list[Any] | None) -> Sheet | None:
    if told is None:
        return None
    number, label, width, height, words, rules, *counts = told
    return Sheet(number, label, width, height, tuple(Word(*word) for word in words), tuple(map(tuple, rules)), *counts)
