"""Finishers: takes encoded and measured in processes are what they would be here, and one that dies loses nothing."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from faulty import VOICE
from hypothesis import given, strategies as st

from narrate.audio import Audio, Encoded, commented, decoder_comment, encoded, flac_bytes, flac_comment
from narrate.check import measured
from narrate.check.measures import Measures
from narrate.engine.finishing import MOST, Finishers, finishers_here
from narrate.errors import StorageError
from narrate.takes import Request, TakeStore

pytestmark = pytest.mark.slow


def noise(seconds: float, seed: int = 1) -> Audio:
    drawn = np.random.default_rng(seed).normal(0, 3000, round(24_000 * seconds))
    return Audio(drawn.astype(np.int16), 24_000)


def numbers(sound: Encoded) -> list[float]:
    assert isinstance(sound.measures, Measures)
    every: list[float] = np.hstack(astuple(sound.measures)).tolist()
    return every


def refuses(audio: Audio) -> Encoded:
    raise ValueError(f"{len(audio.samples)} samples")


def test_processes_finish_as_here_and_one_that_dies_loses_nothing() -> None:
    takes = [noise(seconds / 4, seconds) for seconds in range(24)]  # the first one is empty
    here = [measured(audio) for audio in takes]
    with Finishers(measured, 2) as finish, ThreadPoolExecutor(6) as threads:
        done = list(threads.map(finish, takes))
        assert [(e.flac, e.seconds) for e in done] == [(e.flac, e.seconds) for e in here]
        # Sums of the linear algebra may be taken in another order there.
        assert np.allclose([numbers(e) for e in done], [numbers(e) for e in here], atol=1e-3)
        child = finish._free.get()
        finish._free.put(child)
        assert child.process.pid
        os.kill(child.process.pid, signal.SIGKILL)
        assert [e.flac for e in threads.map(finish, takes)] == [e.flac for e in here]
    finish.close()
    assert all(np.array_equal(e.audio.samples, a.samples) for e, a in zip(here[1:], takes[1:], strict=True))
    assert here[0].audio.samples.tolist() == [0], "an empty take is a file, too"


def test_what_cannot_be_finished_says_so_where_it_was_asked() -> None:
    with Finishers(refuses, 1) as finish, pytest.raises(ValueError, match="24000 samples"):
        finish(noise(1))


def test_a_small_machine_has_no_processes_to_spare() -> None:
    assert not any(finishers_here(cores=cores) for cores in (1, 2, 3))
    counts = [finishers_here(cores=cores) for cores in range(4, 200)]
    assert counts == sorted(counts)
    assert all(2 <= count <= cores / 2 for cores, count in enumerate(counts, start=4)), "the engine keeps half of them"
    assert max(counts) == MOST


def test_an_encoded_take_is_kept_as_samples_are(tmp_path: Path) -> None:
    audio, one, two = noise(1.5), Request("One.", VOICE), TakeStore(tmp_path / "b")
    TakeStore(tmp_path / "a").put(one, audio, made={"revision": "é"})
    two.put(one, encoded(audio), made={"revision": "é"})
    assert TakeStore(tmp_path / "a").path(one.key).read_bytes() == two.path(one.key).read_bytes()


def test_comments_are_replaced_and_the_sound_is_not_touched(tmp_path: Path) -> None:
    audio, path = noise(2.2), tmp_path / "take.flac"
    first = flac_bytes(audio, title="A title", comment="before " * 100)
    again = commented(first, title="Ein ähnlicher Titel", comment='{"say": "日本語"}')
    assert again.endswith(flac_bytes(audio)[-40_000:])
    assert b"before" not in again
    path.write_bytes(again)
    assert flac_comment(path) == ('{"say": "日本語"}', len(audio.samples), 24_000)
    assert commented(first, title="", comment="") == flac_bytes(audio)


@given(
    title=st.text(max_size=20),
    comment=st.text(max_size=3000).filter(lambda text: "\0" not in text),
    padding=st.integers(0, 9000),
    cut=st.none() | st.integers(0, 400),
)
def test_a_comment_is_what_a_decoder_reads(title: str, comment: str, padding: int, cut: int | None) -> None:
    """Of whole files and of those cut short, with room for tags before the sound or without."""
    flac = commented(flac_bytes(noise(0.2)), title=title.replace("\0", ""), comment=comment)
    info, rest = flac[4:42], flac[42:]
    flac = b"".join([b"fLaC", info, bytes([1]), padding.to_bytes(3, "big"), bytes(padding), rest])[:cut]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "take.flac"
        path.write_bytes(flac)
        assert found_by(flac_comment, path) == found_by(decoder_comment, path)


def found_by(read: Callable[[Path], tuple[str, int, int]], path: Path) -> tuple[str, int, int] | str:
    """What a file's comment is, or what is wrong with it."""
    try:
        return read(path)
    except StorageError as error:
        return str(error)


@pytest.mark.parametrize("damaged", [b"", b"fLaC", b"RIFF and so on", flac_bytes(noise(1))[:30]])
def test_no_comments_go_into_what_is_no_flac_file(damaged: bytes) -> None:
    with pytest.raises(StorageError, match="not a readable FLAC"):
        commented(damaged, title="x", comment="y")


def test_no_process_outlives_a_renderer_that_is_killed() -> None:
    code = (
        "import sys\nfrom narrate.audio import encoded\nfrom narrate.engine.finishing import Finishers\n"
        "finish = Finishers(encoded, 2)\nheld = [finish._free.get() for _ in range(2)]\n"
        "print(*[child.process.pid for child in held], flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as renderer:
        assert renderer.stdout
        processes = [int(number) for number in renderer.stdout.readline().split()]
        assert len(processes) == 2
        renderer.kill()
    deadline = time.monotonic() + 20
    while left := [number for number in processes if _runs(number)]:
        assert time.monotonic() < deadline, f"{left} still run"
        time.sleep(0.05)


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # Where nobody takes leave of orphans they stay as zombies.
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rpartition(") ")[2][:1] != "Z"
