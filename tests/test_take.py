"""Takes: keys that hold what decides the sound, files that are whole."""

import os
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrate.audio import Audio
from narrate.errors import StorageError
from narrate.takes import Request, Sampling, TakeStore
from narrate.voices import DraftVoice, find_voice

ASKED = Request("Call me Ishmael.", DraftVoice("narrator"), engine="draft", model="hibari-heart")


def tone(seconds: float = 0.5) -> Audio:
    time = np.arange(round(24000 * seconds)) / 24000
    return Audio((np.sin(time * 2764) * 9000).astype(np.int16), 24000)


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, text="Call me Ishmael!"),
        replace(ASKED, voice=DraftVoice("narrator", pitch=1.0)),
        replace(ASKED, language="de"),
        replace(ASKED, direction="softly"),
        replace(ASKED, take=2),
        replace(ASKED, engine="qwen"),
        replace(ASKED, model="other"),
        replace(ASKED, sampling=Sampling(exact_upstream=True)),
        replace(ASKED, sampling=Sampling(temperature=0.8)),
    ],
)
def test_whatever_changes_the_sound_changes_the_key(other: Request) -> None:
    assert other.key != ASKED.key


def test_a_voice_by_another_name_is_the_same_take() -> None:
    assert replace(ASKED, voice=DraftVoice("someone else")).key == ASKED.key


def test_keys_do_not_move_between_releases() -> None:
    """A release that changes keys throws away every take that people have made."""
    assert ASKED.key == "2d0fc5ac3e99df57d6ff6c23b92471f3ee212eaf"


VOICES = {  # of every kind: its file or the lines of its voice.toml, and the key of a line in it
    "draft": ('kind = "draft"\npitch = -2\npace = 0.8\nformant = 0.9', "fa4805cc52e1bdda9470e9bc67f49986b154a08f"),
    "clone": ('kind = "clone"', "b977df62558284af4f29decec94e9f7e1f210fc0"),
    "clone-xvector": ('kind = "clone-xvector"', "31fb53344fac5ab590d37a67171d123d6daa4e85"),
    "speaker": ('kind = "speaker"\nspeaker = "Ryan"', "6239f55b26cc03fa35b3d96b5a3846f9ade46e73"),
    "design": ('kind = "design"\nprompt = "a warm old storyteller"', "14a3a9b060164f84cad886b6ca98f35c57e78164"),
    "file": ("", "c88b09c60d3afa074aec3f746a532d48cc59b59c"),
}


@pytest.mark.parametrize("kind", VOICES)
def test_keys_of_every_kind_of_voice_do_not_move_between_releases(kind: str, tmp_path: Path) -> None:
    settings, key = VOICES[kind]
    folder = tmp_path / "somebody"
    if settings:
        folder.mkdir()
        (folder / "voice.toml").write_text(settings, "utf-8")
        if kind.startswith("clone"):
            (folder / "reference.flac").write_bytes(b"a recording")
            (folder / "reference.txt").write_text("What is said.", "utf-8")
    else:
        (tmp_path / "somebody.pt").write_bytes(b"tensors")
    voice = find_voice("somebody", [tmp_path])
    assert Request("Call me Ishmael.", voice, engine="qwen", model="some-model").key == key


def test_a_take_comes_back_as_it_was(tmp_path: Path) -> None:
    store, audio = TakeStore(tmp_path), tone()
    assert ASKED.key not in store
    store.put(ASKED, audio, made={"revision": "abc"})
    assert ASKED.key in store
    assert store.keys() == {ASKED.key}
    np.testing.assert_array_equal(store.get(ASKED.key).samples, audio.samples)
    assert store.seconds(ASKED.key) == 0.5
    asked = store.asked(ASKED.key)
    assert asked["text"] == ASKED.text
    assert asked["revision"] == "abc"
    assert asked["voice_name"] == "narrator"


@pytest.mark.parametrize("keep", [0, 3, 60, 0.5, 0.97])
def test_a_damaged_take_is_noticed(tmp_path: Path, keep: float) -> None:
    store = TakeStore(tmp_path)
    store.put(ASKED, tone())
    path = store.path(ASKED.key)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    with pytest.raises(StorageError) as caught:
        store.get(ASKED.key)
    assert str(path) in str(caught.value)
    store.discard(ASKED.key)
    assert ASKED.key not in store


def test_a_folder_in_a_takes_place_is_one_line(tmp_path: Path) -> None:
    store = TakeStore(tmp_path / "takes")
    store.path(ASKED.key).mkdir(parents=True)
    with pytest.raises(StorageError, match=ASKED.key):
        store.discard(ASKED.key)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="may not mount")
@pytest.mark.parametrize("way", ["put", "annotate"])
def test_every_way_to_write_a_take_waits_for_a_full_disk(tmp_path: Path, way: str) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    try:
        store, ballast = TakeStore(tmp_path / "takes"), tmp_path / "ballast"
        store.put(ASKED, tone())
        ballast.touch()
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        asked: list[StorageError] = []

        def full(error: StorageError) -> bool:
            asked.append(error)
            if len(asked) == 3:
                ballast.unlink()
            return True

        store.full = full
        if way == "put":
            store.put(ASKED, tone(), made={"verdict": "good"})
        else:
            store.annotate(ASKED.key, {"verdict": "good"})
        assert len(asked) == 3
        assert store.asked(ASKED.key)["verdict"] == "good"
        assert np.array_equal(store.get(ASKED.key).samples, tone().samples)
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
