"""`narrate say --stream`: the sound of `say`, heard or written while it is made."""

import io
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio import Audio, write_audio
from narrate.cli import run
from narrate.engine import Wanted
from narrate.errors import AssemblyError, StorageError
from narrate.work import play_stream, save_stream, stream_text, write_stream

pytestmark = pytest.mark.slow

TEXT = "It rained all day. Nobody minded, for the harbour was warm! “Is it far?” asked Nora…"
SAY = [sys.executable, "-m", "narrate", "say"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    return tmp_path


def hums(count: int) -> list[Audio]:
    draws = np.random.default_rng(1)
    return [Audio(draws.integers(-9999, 9999, 100 * n, dtype=np.int16), 24_000) for n in range(count)]


def joined(pieces: list[Audio]) -> NDArray[np.int16]:
    return np.concatenate([piece.samples for piece in pieces])


def test_a_file_is_that_of_say_and_grows_a_sentence_at_a_time(home: Path) -> None:
    assert run(["say", TEXT, "-o", "whole.wav"]) == 0
    assert run(["say", TEXT, "--stream", "-o", "streamed.wav"]) == 0
    assert (home / "streamed.wav").read_bytes() == (home / "whole.wav").read_bytes()
    pieces = list(stream_text(TEXT, home, Wanted(), chunk_frames=1))
    assert len(pieces) == 5  # three sentences and the pauses between them


def test_standard_output_is_the_same_sound(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["say", TEXT, "-o", "whole.wav"]) == 0
    capfdbinary.readouterr()
    assert run(["say", TEXT, "--stream", "--chunk", "2", "-o", "-"]) == 0
    out = capfdbinary.readouterr().out
    assert out[44:] == (home / "whole.wav").read_bytes()[44:]


def test_a_stream_is_a_wav_file_without_an_end() -> None:
    import soundfile

    pieces, file = hums(4), io.BytesIO()
    write_stream(pieces, file)
    samples, rate = soundfile.read(io.BytesIO(file.getvalue()), dtype="int16")
    assert rate == 24_000
    assert np.array_equal(samples, joined(pieces))


def test_a_saved_file_is_whole_after_every_piece(home: Path) -> None:
    path, pieces = home / "x.wav", hums(5)

    def coming() -> Iterator[Audio]:
        for number, piece in enumerate(pieces):
            if number:
                with wave.open(str(path)) as file:
                    assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
                    assert file.readframes(10**6) == joined(pieces[:number]).astype("<i2").tobytes()
            yield piece

    save_stream(coming(), path)
    write_audio(home / "want.wav", Audio(joined(pieces), 24_000))
    assert path.read_bytes() == (home / "want.wav").read_bytes()


def test_a_file_that_was_there_stays_until_there_is_sound(home: Path) -> None:
    path = home / "x.wav"
    path.write_bytes(b"of yore")
    assert run(["say", "Bonjour.", "--language", "fr", "--stream", "-o", "x.wav"]) == 1
    assert path.read_bytes() == b"of yore"
    with pytest.raises(StorageError, match=r"is not a \.wav file"):
        save_stream(hums(1), home / "x.flac")

    def never() -> Iterator[Audio]:
        raise AssertionError("it was spoken, for nothing")
        yield

    with pytest.raises(StorageError, match="no such folder"):
        save_stream(never(), home / "nowhere" / "x.wav")


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    folder = home / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("samples", [1000, 5000, 60_000])  # less than what is written at once, more, more than the disk
def test_a_full_disk_is_told_and_what_was_written_is_whole(small_disk: Path, samples: int) -> None:
    path = small_disk / "x.wav"
    with pytest.raises(StorageError, match="No space left"):
        save_stream((Audio(np.ones(samples, np.int16), 24_000) for _ in range(100)), path)
    with wave.open(str(path)) as file:
        count = file.getnframes()
        assert count in range(0, 52_000, 1000)
        assert file.readframes(10**6) == b"\1\0" * count


def test_without_a_standard_output_it_says_so(home: Path) -> None:
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *SAY, "Hi.", "--stream", "-o", "-"], capture_output=True
    )
    assert closed.returncode == 2
    assert b"-o - writes sound" in closed.stderr


def player(home: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """A program called ffplay, the only one there, which does that with its input."""
    (home / "bin").mkdir()
    path = home / "bin" / "ffplay"
    path.write_text(f"#!{sys.executable}\nimport sys\n{does}\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(home / "bin"))


def test_it_is_played_where_there_is_a_player(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player(home, monkeypatch, "open('heard', 'wb').write(sys.stdin.buffer.read()); print('ffplay talks')")
    assert run(["say", TEXT, "--stream"]) == 0
    assert run(["say", TEXT, "-o", "whole.wav"]) == 0
    assert (home / "heard").read_bytes()[44:] == (home / "whole.wav").read_bytes()[44:]


def test_a_player_that_goes_away_ends_it_quietly(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    player(home, monkeypatch, "sys.stdin.buffer.read(1000)")
    assert run(["say", TEXT * 3, "--stream"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_player_that_fails_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player(home, monkeypatch, "sys.exit('Could not open audio device')")
    with pytest.raises(AssemblyError, match="ffplay does not play: Could not open audio device"):
        play_stream(hums(2000), [str(home / "bin" / "ffplay")])


def test_ffplay_without_a_device_is_no_success(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why, says more, and exits with 0."""
    lines = "No more combinations to try, audio open failed", "Failed to open file 'pipe:' or configure filtergraph"
    player(home, monkeypatch, f"sys.stdin.buffer.read(10); print(*{lines!r}, sep=chr(10), file=sys.stderr)")
    with pytest.raises(AssemblyError, match="ffplay does not play: No more combinations to try, audio open failed"):
        play_stream(hums(20), [str(home / "bin" / "ffplay")])


def test_without_a_player_it_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "bin").mkdir()
    monkeypatch.setenv("PATH", str(home / "bin"))
    assert run(["say", TEXT, "--stream"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("narrate: no program here plays sound as it comes")
    assert "-o FILE.wav" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--chunk", "4"], "--chunk goes with --stream"),
        (["-o", "-"], "-o - goes with --stream"),
        (["--stream", "--chunk", "0"], "x>=1"),
    ],
)
def test_what_goes_together(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["say", "Hello.", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_who_stops_listening_to_a_pipe_ends_it_quietly(home: Path) -> None:
    with subprocess.Popen(
        [*SAY, TEXT * 3, "--stream", "-o", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as at:
        assert at.stdout is not None
        assert at.stderr is not None
        assert len(at.stdout.read(1000)) == 1000
        at.stdout.close()
        said = at.stderr.read()
        assert (at.wait(timeout=60), said) == (0, b"")


def test_an_interruption_keeps_what_was_said(home: Path) -> None:
    """^C once two sentences are there: the file plays, and is the beginning of the whole one.

    It is heard also where it is ignored to begin with, as whatever a script starts in the background has it.
    """
    deaf = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
    text = " ".join(f"{TEXT} Number {number}." for number in range(200))
    command = [*deaf, *SAY, text, "--stream", "-o", "x.wav"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=home) as saying:
        path = home / "x.wav"
        while not path.exists() or path.stat().st_size < 100_000:
            assert saying.poll() is None
            time.sleep(0.01)
        os.kill(saying.pid, signal.SIGINT)
        assert saying.stderr is not None
        assert saying.stderr.read().strip() == b"Stopped."
        assert saying.wait(timeout=60) == 130
    assert run(["say", TEXT, "-o", "whole.wav"]) == 0
    with wave.open("x.wav") as file, wave.open("whole.wav") as whole:
        assert file.readframes(40_000) == whole.readframes(40_000)
        assert 100_000 <= file.getnframes() * 2 + 44 <= path.stat().st_size
