"""Recordings that were sent and are no voices yet: few of them, and not for long.

Each lies in a folder of its own, hidden on the shelf that it is meant for: HOME/voices/.recordings/ID/NAME.
"""

import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from narrate.errors import StorageError
from narrate.serve.uploads import Upload
from narrate.work import UnknownError

MOST = 20
LONGEST_S = 24 * 3600.0
_ID = re.compile(r"[0-9a-f]{24}")


class Recordings:
    """The recordings in `folder`, by ids that nobody can guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def add(self, upload: Upload) -> str:
        """Keep an upload; the id that it is asked for by. The oldest make room. Raises StorageError."""
        self._sweep()
        new = secrets.token_hex(12)
        await upload.save(self._folder / new / upload.name)
        return new

    def find(self, asked: str) -> Path:
        """The file of a recording. Raises UnknownError."""
        if _ID.fullmatch(asked):
            with suppress(OSError):
                for file in (self._folder / asked).iterdir():
                    if not file.name.startswith("."):  # one that is still being written
                        return file
        raise UnknownError("there is no such recording any more", do="send it again")

    def remove(self, asked: str) -> None:
        """Forget a recording. Raises UnknownError."""
        shutil.rmtree(self.find(asked).parent, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what is too old, and of the rest the oldest, so that another has room. Raises StorageError."""
        try:
            folders = sorted(self._folder.iterdir(), key=lambda folder: folder.stat().st_mtime)
        except FileNotFoundError:  # none yet, or another request removes them as well
            return
        except OSError as error:
            raise StorageError(f"cannot be read: {error.strerror}", where=self._folder) from error
        since = time.time() - LONGEST_S
        for number, folder in enumerate(folders, start=MOST - len(folders)):
            with suppress(OSError):
                if number < 1 or folder.stat().st_mtime < since:
                    shutil.rmtree(folder)
