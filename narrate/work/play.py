"""Sound played on this machine, where there is something to play it with, or written while it is made."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from narrate.audio import WAV_HEADER, Audio, wav_header
from narrate.errors import AssemblyError, StorageError
from narrate.files import storage

PLAYERS = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("afplay",),
    ("paplay",),
    ("aplay", "-q"),
)
# Those that play a WAV file of unknown length from their input; ffplay without looking far into it first.
PIPED = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error", "-probesize", "32", "-f", "wav", "-i", "-"),
    ("paplay",),
    ("aplay", "-q", "-"),
)

NO_DEVICE = "audio open failed"  # what ffplay says where nothing can be heard, and exits with 0


def play_file(path: Path) -> bool:
    """Play a .wav or .flac file; whether anything could."""
    for name, *options in PLAYERS:
        if name == "aplay" and path.suffix != ".wav":
            continue
        if (program := shutil.which(name)) is not None:
            command = [program, *options, str(path.resolve())]
            played = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
            return not _failure(played.returncode, played.stderr)
    return False


def find_player() -> list[str]:
    """The command of a program that plays sound while it comes. Raises AssemblyError where there is none."""
    for name, *options in PIPED:
        if (program := shutil.which(name)) is not None:
            return [program, *options]
    names = ", ".join(name for name, *_ in PIPED)
    do = "install ffmpeg with its ffplay, or write it with -o FILE.wav, or with -o - for another program"
    raise AssemblyError(f"no program here plays sound as it comes, none of {names}", do=do)


def play_stream(pieces: Iterable[Audio], player: list[str]) -> None:
    """Play `pieces` as they come, until the end or until the player is ended. Raises AssemblyError when it fails."""
    with tempfile.TemporaryFile() as said:
        playing = subprocess.Popen(player, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        assert playing.stdin is not None
        try:
            with suppress(BrokenPipeError):  # it went away: of itself, or for a reason that it says
                write_stream(pieces, playing.stdin)
                playing.stdin.close()
            code = playing.wait()
        except BaseException:
            playing.kill()
            playing.wait()
            raise
        finally:
            with suppress(BrokenPipeError):
                playing.stdin.close()
        said.seek(0)
        if why := _failure(code, said.read()):
            raise AssemblyError(f"{Path(player[0]).name} does not play: {why}", do="write it with -o FILE.wav")


def _failure(code: int, said: bytes) -> str:
    """Why a player that ended with `code` has played nothing, in one line; empty where it has."""
    reasons = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    silent = [line for line in reasons if NO_DEVICE in line]
    return (silent or reasons or [f"exit code {code}"])[-1] if code != 0 or silent else ""


def write_stream(pieces: Iterable[Audio], file: IO[bytes]) -> None:
    """Write `pieces` as they come, as a WAV file of unknown length. Raises BrokenPipeError when nobody reads on."""
    head = True
    for piece in pieces:
        file.write((wav_header(piece.sample_rate) if head else b"") + piece.samples.astype("<i2").tobytes())
        file.flush()
        head = False


def save_stream(pieces: Iterable[Audio], path: Path) -> None:
    """Write `pieces` as they come to a .wav file that is whole after each of them, and stays when they are stopped.

    Raises StorageError for a path of another suffix or in a folder that is not there, before the first piece is asked
    for, and where it cannot be written.
    """
    if path.suffix.lower() != ".wav":
        raise StorageError("is not a .wav file, and a stream is written as one", where=path, do="leave --stream out")
    if not path.parent.is_dir():
        raise StorageError("no such folder", where=path.parent, do="make it, or give another -o")
    file: IO[bytes] | None = None
    written = 0
    try:
        for piece in pieces:  # of a file that was there, nothing is lost before there is something to write
            with storage(path):
                if file is None:
                    file = path.open("wb")
                    file.write(wav_header(piece.sample_rate, 0))
                file.seek(WAV_HEADER + 2 * written)
                file.write(piece.samples.astype("<i2").tobytes())
                written += len(piece.samples)
                file.seek(0)
                file.write(wav_header(piece.sample_rate, written))
                file.flush()
    finally:
        if file is not None:
            with storage(path):  # what found no room is tried once more
                file.close()
