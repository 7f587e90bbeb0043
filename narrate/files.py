"""Files: whole or not there at all, and names that stay inside their folder.

A reader may wonder why we write our own `atomic` when click has
`open_file(atomic=True)`: click's replaces the target even when the block raised,
and never fsyncs.
"""

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from narrate.errors import StorageError

MAX_NAME_BYTES = 120  # a file name's share of the 255 bytes that most file systems allow


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; on success fsync it and rename it into place.

    When the block raises, the target is untouched and the temporary file is gone.
    Raises StorageError for a full disk, a read-only folder and their like.
    """
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with atomic(path) as file:
        file.write(data)


def copy_file(source: Path, path: Path) -> None:
    """Copy a file to `path`, whole or not at all."""
    with storage(source), source.open("rb") as given, atomic(path) as file:
        shutil.copyfileobj(given, file)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with LF line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turn the operating system's errors about `path` into one line with advice."""
    try:
        yield
    except OSError as error:
        advice = {
            errno.ENOSPC: "free some space and run the same command again; finished takes are kept",
            errno.EDQUOT: "free some space and run the same command again; finished takes are kept",
            errno.EACCES: "choose a folder you may write to with --project or --home",
            errno.EPERM: "choose a folder you may write to with --project or --home",
            errno.EROFS: "choose a folder you may write to with --project or --home",
        }.get(error.errno or 0, "")
        raise StorageError(error.strerror or str(error), where=path, do=advice) from error


def is_full(error: StorageError) -> bool:
    """Whether it was a full disk, or a full quota."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.ENOSPC, errno.EDQUOT)


def sweep_parts(folder: Path) -> None:
    """Remove the temporary files that a killed process left under `folder`."""
    for part in folder.rglob(".*.part"):
        part.unlink(missing_ok=True)


def digest(*values: object) -> str:
    """A 40-character hexadecimal digest of values that JSON can hold; equal for equal values."""
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def digest_file(path: Path) -> str:
    """A 40-character hexadecimal digest of a file's bytes."""
    total = hashlib.blake2b(digest_size=20)
    with storage(path), path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def slug(text: str, fallback: str = "untitled") -> str:
    """`text` as lower-case letters, digits and hyphens: safe as a file or folder name anywhere.

    Letters of any script stay; accents on Latin letters go.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", plain).replace("'", "")).replace("_", "-")
    return _cut(re.sub(r"-{2,}", "-", words).strip("-")) or fallback


def file_name(text: str, fallback: str = "untitled", *, longest: int = MAX_NAME_BYTES) -> str:
    """`text` as a file name people can read: case, spaces and accents stay; nothing unsafe does.

    It has `longest` bytes at most, and is none that Windows keeps for its devices.
    """
    kept = "".join(
        " " if c in '<>:"/\\|?*' or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
        for c in unicodedata.normalize("NFC", text)
    )
    name = _cut(" ".join(kept.split()).strip(" ."), longest)
    return f"{name[:3]}_{name[3:]}" if _DEVICE.match(name) else name or fallback


# CON, NUL, COM1 and their like, whatever follows a point.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)


def _cut(name: str, longest: int = MAX_NAME_BYTES) -> str:
    """`name` held to `longest` bytes of UTF-8 without splitting a character."""
    return name.encode("utf-8", "ignore")[:longest].decode("utf-8", "ignore").strip(" .-")


def inside(folder: Path, name: str) -> Path:
    """`folder / name`, refused when it would lie outside `folder` (`..`, absolute, symbolic links)."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise StorageError(f"{name!r} points outside its folder", where=folder)
    return path
