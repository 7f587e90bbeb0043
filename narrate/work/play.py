"""Sound played on this machine, where there is something to play it with."""

import shutil
import subprocess
from pathlib import Path

PLAYERS = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("afplay",),
    ("paplay",),
    ("aplay", "-q"),
)


def play_file(path: Path) -> bool:
    """Play a .wav or .flac file; whether anything could."""
    for name, *options in PLAYERS:
        if name == "aplay" and path.suffix != ".wav":
            continue
        if (program := shutil.which(name)) is not None:
            command = [program, *options, str(path.resolve())]
            return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    return False
