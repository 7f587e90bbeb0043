"""ffmpeg: which one, and running it."""

import errno
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from narrate.errors import AssemblyError
from narrate.files import full_disk, storage

if TYPE_CHECKING:
    from narrate.audio import Audio


_NO_SPACE = os.strerror(errno.ENOSPC)
ALOUD = ("-v", "level+info")  # has it say what its filters measured, and of each line how grave it is
_GRAVE = re.compile(r"\[(?:error|fatal|panic)\] ")


class Children:
    """Processes that run, so that whoever waits for none of them any more can end them all, and later ones."""

    def __init__(self) -> None:
        self.full: OSError | None = None  # a full disk that one of them met: the others met it too
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    @contextmanager
    def having(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Count `process` among them for the block."""
        with self._lock:
            self._running.add(process)
            if self._ended:
                process.kill()
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(process)

    def end(self) -> None:
        with self._lock:
            self._ended = True
            for process in self._running:
                process.kill()


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """A working ffmpeg, where it comes from, and its processes."""

    path: str
    version: str
    origin: Literal["NARRATE_FFMPEG", "system", "imageio-ffmpeg"]
    children: Children = field(default_factory=Children, compare=False, repr=False)


def find_ffmpeg() -> Ffmpeg:
    """The one that NARRATE_FFMPEG names; else the system's where there is one that runs, else imageio-ffmpeg's.

    Raises AssemblyError when the one that is named does not run, or none does.
    """
    if named := os.environ.get("NARRATE_FFMPEG", ""):
        path = shutil.which(named)
        version = _version(path) if path else None
        if not path or not version:
            raise AssemblyError("is no ffmpeg that runs", where=named, do="correct or unset NARRATE_FFMPEG")
        return Ffmpeg(path, version, "NARRATE_FFMPEG")
    system = shutil.which("ffmpeg")
    version = _version(system) if system else None
    if system and version:
        return Ffmpeg(system, version, "system")
    try:
        import imageio_ffmpeg

        bundled: str = imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        bundled = ""
    version = _version(bundled) if bundled else None
    if version:
        return Ffmpeg(bundled, version, "imageio-ffmpeg")
    broken = f"{system} does not run and " if system else ""
    raise AssemblyError(f"{broken}no ffmpeg was found", do="install ffmpeg, or `pip install imageio-ffmpeg`")


def _version(path: str) -> str | None:
    """The version an ffmpeg says it is, or None when it does not run."""
    try:
        found = subprocess.run([path, "-version"], capture_output=True, stdin=subprocess.DEVNULL, timeout=30, text=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    words = found.stdout.split()
    return words[2] if found.returncode == 0 and words[:2] == ["ffmpeg", "version"] and len(words) > 2 else None


def counted(ffmpeg: Ffmpeg, sample_rate: int, frames: int) -> list[str]:
    """What has an MP4 of that length count its time in samples; in milliseconds from a day on.

    ffmpeg 9 would count in 28,224,000ths of a second, as its reader of ADTS does. A chapter of more than 76 s
    does not fit into the chapter track's 31 bits then, and the track, the only marks that Apple's players read,
    is left out or wrong. Older ones that have no such option count in milliseconds.
    """
    if "-movie_timescale" not in _mp4_options(ffmpeg.path):
        return []
    return ["-movie_timescale", str(sample_rate if frames < 1 << 31 else 1000)]


@cache
def _mp4_options(path: str) -> str:
    """What an ffmpeg says of its muxer's options."""
    command = [path, "-hide_banner", "-h", "muxer=mp4"]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).stdout.decode("utf-8", "replace")


def local(path: Path) -> list[str]:
    """A file as ffmpeg's input. A playlist may name addresses: nothing is fetched."""
    return ["-protocol_whitelist", "file", "-i", f"file:{path}"]


def run(
    ffmpeg: Ffmpeg,
    arguments: Sequence[str],
    feed: Iterable[bytes] = (),
    *,
    making: Path | str = "",
    into: Path | None = None,
    forgiving: bool = False,
) -> str:
    """Run ffmpeg with `feed` on its standard input; return what it said on stderr.

    Unless it is `forgiving` of what it reads, any error ends one that writes a file: ffmpeg 5.1 takes the last
    block, not written on a full disk, for no failure.

    Raises AssemblyError with ffmpeg's own last line when it fails, naming what it was `making`, and
    StorageError when the disk is full on which `into` lies, the file that it writes.
    Whatever else goes wrong (an error out of `feed`, ^C), the process is gone afterwards.
    """
    command = [
        ffmpeg.path,
        "-hide_banner",
        "-nostats",
        "-y",
        *(["-xerror"] if into and not forgiving else []),
        *arguments,
    ]
    with storage(Path(tempfile.gettempdir())), tempfile.TemporaryFile() as said:
        code = _run(command, feed, said, ffmpeg.children)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    if code or (into and _NO_SPACE in text):
        if full := into and _met_full(ffmpeg.children, code, text, into):
            with storage(Path(making or into)):
                raise full
        raise failure(code, text, making)
    return text


def streamed(ffmpeg: Ffmpeg, arguments: Sequence[str], *, making: Path | str = "") -> Iterator[bytes]:
    """What ffmpeg writes to its standard output, as it comes. Raises AssemblyError when it fails in the end.

    Closed early, the process is gone afterwards.
    """
    command = [ffmpeg.path, "-hide_banner", "-nostats", "-nostdin", *arguments]
    with storage(Path(tempfile.gettempdir())), tempfile.TemporaryFile() as said:
        process = started(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        code = yield from blocks_of(process, 1 << 18)
        said.seek(0)
        if code:
            raise failure(code, said.read().decode("utf-8", "replace"), making)


def started(command: Sequence[str], **pipes: Any) -> subprocess.Popen[bytes]:
    """The process of an ffmpeg's `command`; `pipes` as for Popen. Raises AssemblyError."""
    try:
        return subprocess.Popen(command, **pipes)
    except OSError as error:
        raise AssemblyError(f"ffmpeg does not start: {error.strerror}", where=command[0]) from error


def blocks_of(process: subprocess.Popen[bytes], size: int) -> Generator[bytes, None, int]:
    """What a process writes to its standard output, `size` bytes at once at most; its exit code.

    Closed early, the process is gone afterwards.
    """
    assert process.stdout is not None
    try:
        while block := process.stdout.read(size):
            yield block
        return process.wait()
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def decode_sound(
    ffmpeg: Ffmpeg, path: Path, raw: Path, sample_rate: int, *, filters: str = "anull", longest_s: float | None = None
) -> str:
    """Write the first audio stream of any file that ffmpeg reads, or `longest_s` of it, to `raw`: mono, int16.

    Returns what ffmpeg said, its `filters` included. Raises AssemblyError with ffmpeg's own last line when it
    finds no audio in it, StorageError.
    """
    source = [*([] if longest_s is None else ["-t", f"{longest_s}"]), *local(path.resolve())]
    form = ["-map", "0:a:0", "-af", filters, "-ac", "1", "-ar", str(sample_rate), "-f", "s16le", f"file:{raw}"]
    return run(ffmpeg, ["-v", "info", *source, *form], making=path, into=raw, forgiving=True)


def hear(ffmpeg: Ffmpeg, path: Path, sample_rate: int, longest_s: float) -> "Audio":
    """`longest_s` at most of what `decode_sound` finds in a file, in memory."""
    import numpy as np

    from narrate.audio import Audio

    with storage(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "samples"
        decode_sound(ffmpeg, path, raw, sample_rate, longest_s=longest_s)
        return Audio(np.fromfile(raw, "<i2"), sample_rate)


def _run(command: list[str], feed: Iterable[bytes], said: IO[bytes], children: Children) -> int:
    """The exit code of `command`, fed and waited for."""
    process = started(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
    try:
        with children.having(process):
            _pour(process, feed)
            return process.wait()
    except BaseException:
        process.kill()
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        process.wait()
        raise


def _pour(process: subprocess.Popen[bytes], feed: Iterable[bytes]) -> None:
    """Write `feed` to the process and close its input. A process that stopped reading tells why when it ends."""
    assert process.stdin is not None
    try:
        for block in feed:
            process.stdin.write(block)
        process.stdin.close()
    except BrokenPipeError:
        with suppress(OSError):
            process.stdin.close()


def _met_full(children: Children, code: int, said: str, into: Path) -> OSError | None:
    """The full disk that ended an ffmpeg. Not all say so; those that do may have met one that is not full now."""
    found = full_disk(into.parent)
    if found is None and (code == 256 - errno.ENOSPC or _NO_SPACE in said):
        found = OSError(errno.ENOSPC, _NO_SPACE)
    # What another of our processes had written may be gone by now, and room there again.
    children.full = children.full or found
    return children.full


def failure(code: int, said: str, making: Path | str) -> AssemblyError:
    """What to raise for an ffmpeg that ended with `code`."""
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return AssemblyError(f"ffmpeg was ended by {name}", where=making or None, do="run the same command again")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    grave = [_GRAVE.sub("", line, count=1) for line in lines if _GRAVE.search(line)]
    telling = [line for line in lines if not line.startswith(("Conversion failed", "Error opening output files"))]
    last = (grave or telling or lines or [f"exit code {code}, without a word"])[-1]
    return AssemblyError(f"ffmpeg failed: {last}", where=making or None, do="`narrate doctor` shows which ffmpeg it is")
