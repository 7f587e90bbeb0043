"""Files in a ZIP that is made while it is sent: nothing is kept in memory or on disk, and nothing is compressed."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PIECE = 1 << 20  # bytes


def zipped(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The bytes of a ZIP of `files`, each with its name in it."""
    sink = _Sink()
    # Sound is compressed already.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files:
            info = zipfile.ZipInfo.from_file(path, name)
            with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as entry:
                while piece := source.read(PIECE):
                    entry.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What a ZIP is written to: it can only go on, as a connection can."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What was written since this was called last."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
