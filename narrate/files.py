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
import secrets
import shutil
import stat
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from narrate.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_PROBE_BYTES = 1 << 20  # a disk on which these find no room is full
MAX_NAME_BYTES = 120  # a file name's share of the 255 bytes that most file systems allow


def parse_json(data: str | bytes | bytearray) -> Any:
    """What a JSON text of somebody else's says. Raises ValueError, also where it is nested without end."""
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


@contextmanager
def atomic(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; on success fsync it and rename it into place.

    When the block raises, the target is untouched and the temporary file is gone. What `placed`
    says of modes, links and errors holds here too.
    """
    with storage(path), placed(path, mode=mode) as part, part.open("wb") as file:
        yield file


@contextmanager
def placed(path: Path, *, keep: bool = True, mode: int = 0o666) -> Iterator[Path]:
    """A temporary name beside `path`; on success that file is fsynced and renamed to it, and the folder synced.

    A file that is there keeps its mode; a new one has `mode`, less what the umask takes off. A symbolic link
    stays one: the file that it names is written. Without `keep` the file is scratch and removed in any case.
    When the block raises, `path` is as it was and the temporary file is gone. Raises StorageError for a full
    disk, a read-only folder and their like.
    """
    target = followed(path)
    with storage(path):
        make_folder(target.parent)
        there = stat.S_IMODE(target.stat().st_mode) if target.is_file() else None
        part = _beside(target)
        # Private from its first byte where the file that is there is private.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 | (mode if there is None else there)))
    try:
        yield part
        with storage(path):
            if not keep:
                part.unlink()
                return
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            if there is not None:
                part.chmod(there)
            part.replace(target)
            sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def placed_folder(path: Path) -> Iterator[Path]:
    """A hidden folder beside `path` to fill; it becomes `path`, where nothing or an empty folder is, on success.

    The mode is that of the empty folder, else as the umask has it. When the block raises there is no trace.
    Raises StorageError for a full disk, a read-only folder and their like.
    """
    target = followed(path)
    with storage(path):
        make_folder(target.parent)
        there = stat.S_IMODE(target.stat().st_mode) if target.is_dir() else None
        draft = _beside(target)
        draft.mkdir(0o777 if there is None else 0o700 | there)
    try:
        yield draft
        with storage(path):
            if there is not None:
                draft.chmod(there)
                target.rmdir()
            draft.rename(target)
            sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _beside(target: Path) -> Path:
    """A name that nobody has, which `sweep_parts` knows."""
    name = target.name.encode("utf-8", "ignore")[:MAX_NAME_BYTES].decode("utf-8", "ignore")
    return target.with_name(f".{name}.{secrets.token_hex(6)}.part")


def followed(path: Path) -> Path:
    """Where writing to `path` writes: what a symbolic link names in the end."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def make_folder(folder: Path) -> None:
    """Make `folder` and those it lies in, where they are not there, so that a power failure leaves them."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` outlast a power failure, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # a folder that may be written but not read
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):  # file systems that sync no folders
            raise
    finally:
        os.close(handle)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with atomic(path) as file:
        file.write(data)


def copy_file(source: Path, path: Path) -> None:
    """Copy a file to `path`, whole or not at all. Where nothing is there yet, the copy is no more public than it."""
    with storage(source), source.open("rb") as given:
        mode = stat.S_IMODE(os.fstat(given.fileno()).st_mode)
        with atomic(path, mode=mode) as file:
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
            **dict.fromkeys(_FULL, "free some space and run the same command again; finished takes are kept"),
            errno.EACCES: "choose a folder you may write to with --project or --home",
            errno.EPERM: "choose a folder you may write to with --project or --home",
            errno.EROFS: "choose a folder you may write to with --project or --home",
        }.get(error.errno or 0, "")
        raise StorageError(error.strerror or str(error), where=path, do=advice) from error


def is_full(error: StorageError) -> bool:
    """Whether it was a full disk, or a full quota."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL


def full_disk(folder: Path) -> OSError | None:
    """The error of a full disk or quota that writing in `folder` meets now; None where there is room."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            left = memoryview(bytes(_PROBE_BYTES))
            while left:
                left = left[probe.write(left) :]
            os.fsync(probe.fileno())
    except OSError as error:
        return error if error.errno in _FULL else None
    return None


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


def sha256_file(path: Path) -> bytes:
    """The SHA-256 of a file's bytes, for those who compare it with others' tools."""
    with storage(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


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


def titled(name: str, fallback: str) -> str:
    """A file's name as a title: `my-show` is `My Show`."""
    return " ".join(re.sub("[-_]", " ", name).split()).title() or fallback


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
