"""Members of an archive that we make: the same book is the same file, whenever it is made."""

import zipfile
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)


def add_bytes(target: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    """Put `data` into an archive by zip's `method`."""
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = method
    target.writestr(info, data)


def add_file(target: zipfile.ZipFile, name: str, file: Path) -> None:
    """Put a file of any size into an archive as it is, and remove it from where it was."""
    info = zipfile.ZipInfo(name, _DATE)
    with file.open("rb") as given, target.open(info, "w", force_zip64=file.stat().st_size > 1 << 31) as out:
        while block := given.read(1 << 20):
            out.write(block)
    file.unlink()
