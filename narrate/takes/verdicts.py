"""Verdicts on takes that were written before: `verdicts.jsonl`, one row each; the last row of a take counts.

A row names the take's key and the MD5 of its sound, so that it says nothing of a take that was made again. Rows are
only added: one that a full disk or a killed process cut short is left out, and what it said is found anew.
"""

import json
import os
import threading
from contextlib import suppress
from pathlib import Path

from narrate.audio import sound_md5
from narrate.files import make_folder, parse_json, storage, write_bytes

FILE = "verdicts.jsonl"
_KEY = slice(9, 49)  # of a row, which begins {"key": "…
_MOST_ROWS = 2  # for each take, before those that no longer count are left out


class Verdicts:
    """The rows of one folder of takes. Methods may be called on several threads; other processes may add rows."""

    def __init__(self, folder: Path, file: str = FILE) -> None:
        self._path = folder / file
        self._rows: dict[str, bytes] = {}
        self._count = 0
        self._file = self._size = 0  # the inode, and how many bytes of it were read
        self._lock = threading.Lock()

    def of(self, key: str, take: Path) -> dict[str, object]:
        """The last verdict on the take in the file `take`; empty where that has another sound. Raises StorageError."""
        with self._lock:
            self._read()
            row = self._rows.get(key)
        found = {} if row is None else _parsed(row)
        return found if found and found.pop("sound", "") == sound_md5(take) else {}

    def add(self, key: str, take: Path, found: dict[str, object]) -> None:
        """Keep what was found of a take, beside what rows say of it already. Raises StorageError."""
        row = {"key": key, "sound": sound_md5(take)} | self.of(key, take) | found
        data = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with self._lock, storage(self._path):
            make_folder(self._path.parent)
            with self._path.open("ab", buffering=0) as file:
                if self._torn():
                    file.write(b"\n")
                left = memoryview(data)
                while left:  # a disk that is nearly full takes a part, and then says so
                    left = left[file.write(left) :]

    def tidy(self) -> None:
        """Leave out the rows that no longer count, where there are many. Nobody else may be adding any."""
        with self._lock:
            self._read()
            if self._count > _MOST_ROWS * len(self._rows):
                write_bytes(self._path, b"".join(row + b"\n" for row in self._rows.values()))

    def _torn(self) -> bool:
        with self._path.open("rb") as file, suppress(OSError):  # it is empty
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
        return False

    def _read(self) -> None:
        """Take up the rows that have been added since, or all of them in a file that was written anew."""
        with storage(self._path):
            try:
                there = self._path.stat()
            except FileNotFoundError:
                self._forget(0)
                return
            if there.st_ino != self._file or there.st_size < self._size:
                self._forget(there.st_ino)
            if there.st_size == self._size:
                return
            with self._path.open("rb") as file:
                file.seek(self._size)
                data = file.read()
        rows, _, _ = data.rpartition(b"\n")
        self._size += len(rows) + 1 if rows else 0
        for row in rows.split(b"\n"):
            if _parsed(row):
                self._rows[row[_KEY].decode("ascii", "replace")] = row
                self._count += 1

    def _forget(self, file: int) -> None:
        self._rows, self._count, self._file, self._size = {}, 0, file, 0


def _parsed(row: bytes) -> dict[str, object]:
    """A row without its key; nothing where it is no row."""
    try:
        found = parse_json(row)
    except ValueError:
        return {}
    if not isinstance(found, dict) or found.pop("key", None) != row[_KEY].decode("ascii", "replace"):
        return {}
    return found
