"""Whichever ffmpeg it is: which one is taken, what a full disk is called, and that none sleeps over a pipe."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from test_assembly import RATE, done, hum, plans_in, put

from narrate.chapters import find_ffmpeg, hear
from narrate.chapters.mix import sound_of
from narrate.chapters.plan import Said
from narrate.errors import AssemblyError, StorageError
from narrate.files import full_disk, is_full
from narrate.project import FORMATS
from narrate.script import Line

pytestmark = [pytest.mark.slow, pytest.mark.ffmpegs, pytest.mark.skipif(os.name == "nt", reason="shell scripts")]


def instead(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An ffmpeg that is taken for the real one ($real in the script) and says its version as it does."""
    path = folder / "bin" / "ffmpeg"
    path.parent.mkdir()
    real = f"real={shlex.quote(find_ffmpeg().path)}\n"
    path.write_text(f'#!/bin/sh\n{real}[ "$1" = -version ] && exec "$real" "$@"\n{script}\n')
    path.chmod(0o755)
    monkeypatch.setenv("NARRATE_FFMPEG", str(path))


def test_the_one_that_is_named_is_taken_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = find_ffmpeg()
    monkeypatch.setenv("NARRATE_FFMPEG", there.path)
    found = find_ffmpeg()
    assert (found.path, found.version, found.origin) == (there.path, there.version, "NARRATE_FFMPEG")
    monkeypatch.setenv("NARRATE_FFMPEG", "")
    assert find_ffmpeg().origin != "NARRATE_FFMPEG"
    for named in (tmp_path / "nowhere", tmp_path):
        monkeypatch.setenv("NARRATE_FFMPEG", str(named))
        with pytest.raises(AssemblyError, match="NARRATE_FFMPEG") as caught:
            find_ffmpeg()
        assert str(named) in str(caught.value)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all room there is."""
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass
    return disk / "ballast"


WORDLESS = 'case "$*" in *-encoders*|*muxer=*) exec "$real" "$@" ;; esac\n"$real" "$@" 2>/dev/null && exit 0\n'
WORDLESS += "echo 'Error marking filters as finished' >&2; exit 1"


def test_a_full_disk_is_told_whatever_an_ffmpeg_says(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, takes = small_disk / "out", plans_in(tmp_path / "takes", 2)
    said = Said("1:1", Line("Hum."))
    plans = [replace(plan, segments=tuple(replace(s, said=said) for s in plan.segments)) for plan in takes]
    done(plans, out, ())
    ballast = fill(small_disk)
    assert full_disk(small_disk)
    instead(tmp_path, monkeypatch, WORDLESS)
    for form in FORMATS:
        with pytest.raises(StorageError, match=r"No space left on device.*free some space") as caught:
            done(plans, out, (form,))
        assert is_full(caught.value)
        assert not list(out.rglob(".*.part"))
    ballast.unlink()
    assert full_disk(small_disk) is None
    monkeypatch.delenv("NARRATE_FFMPEG")
    assert len(done(plans, out, FORMATS).files) > len(FORMATS)


def test_chapters_on_a_full_disk(tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several at once: what one of them had written is gone before another looks at the disk."""
    plans = plans_in(tmp_path / "takes", 6)
    fill(small_disk)
    with (small_disk / "ballast").open("rb+") as file:
        file.truncate(file.seek(0, 2) - 150_000)
    instead(tmp_path, monkeypatch, WORDLESS)
    with pytest.raises(StorageError, match="No space left on device"):
        done(plans, small_disk / "out")


def test_a_failure_on_a_disk_with_room_is_ffmpeg_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(tmp_path, monkeypatch, "echo 'Error marking filters as finished' >&2; exit 1")
    with pytest.raises(AssemblyError, match="ffmpeg failed: Error marking filters as finished"):
        done(plans_in(tmp_path / "takes", 1), tmp_path / "out")


def test_of_a_failure_the_error_is_told_not_what_is_said_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chapter's two passes measure, and what they measured comes after the error that ended them."""
    said = """\
        [info] Output #0, flac, to 'file:a.flac':
        [out#0/flac @ 0x563a3f713c40] [error] Error muxing a packet: Input/output error
        [Parsed_ebur128_2 @ 0x7fdc7c002f40] [info] Summary:
            LRA high:  -17.2 LUFS
        [aac @ 0x563a3f757980] [info] Qavg: 1270.945
        [info] Conversion failed!"""
    instead(tmp_path, monkeypatch, f'case "$*" in *level+info*) echo {shlex.quote(said)} >&2; exit 1 ;; esac')
    with pytest.raises(AssemblyError, match=r"ffmpeg failed: .* Error muxing a packet: Input/output error [(]"):
        done(plans_in(tmp_path / "takes", 1), tmp_path / "out")


def test_a_pipe_beside_other_inputs_has_a_long_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ffmpeg 5.1 sleeps 10 ms whenever the queue is empty: at 8 packets that is a minute for 4 hours of audio."""
    instead(tmp_path, monkeypatch, f'echo "$@" >> {shlex.quote(str(tmp_path / "said"))}\nexec "$real" "$@"')
    done(plans_in(tmp_path / "takes", 2), tmp_path / "out", FORMATS)
    commands = [line.split() for line in (tmp_path / "said").read_text().splitlines()]
    beside = [words for words in commands if "pipe:0" in words and words.count("-i") > 1]
    assert beside
    for words in beside:
        before = words[: words.index("pipe:0")]
        assert int(before[before.index("-thread_queue_size") + 1]) >= 1024


def test_nothing_is_fetched_for_a_sound(tmp_path: Path) -> None:
    """The two ways to hear a file, and a playlist that names an address and another file."""
    sound = put(tmp_path, hum(0.5), "real")
    assert hear(find_ffmpeg(), sound, RATE, 9).seconds == 0.5
    assert sound_of(find_ffmpeg(), sound, tmp_path / "raw", RATE).frames == RATE // 2
    for name in ("http://127.0.0.1:9/x.ts", "concat:real.flac"):
        (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXTINF:1,\n{name}\n#EXT-X-ENDLIST\n")
        with pytest.raises(AssemblyError):
            hear(find_ffmpeg(), tmp_path / "list.m3u8", RATE, 9)
        with pytest.raises(AssemblyError, match="no sound that ffmpeg can read"):
            sound_of(find_ffmpeg(), tmp_path / "list.m3u8", tmp_path / "raw", RATE)


@pytest.mark.parametrize("held", [b"", b"\xff", b"\xff\xf1\x58"])
def test_packets_that_are_damaged_are_named(tmp_path: Path, held: bytes) -> None:
    plans = plans_in(tmp_path / "takes", 2)
    done(plans, tmp_path / "out")
    for file in (tmp_path / "out/chapters").glob("*.aac"):
        file.write_bytes(held)
    (tmp_path / "out/book.m4b").unlink()
    with pytest.raises(AssemblyError, match="is damaged"):
        done(plans, tmp_path / "out")
