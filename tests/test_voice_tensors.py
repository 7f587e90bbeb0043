"""Clones in safetensors files, read, imported and exported without torch; a .pt file needs it, in one line."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import deserialize
from safetensors.numpy import load_file, save_file

from narrate.cli import run
from narrate.errors import VoiceError
from narrate.voices import Clone, Found, export_safetensors, read_clone, save_clone
from narrate.voices.folder import read_details

CONSENT = ("--consent", "my own voice")
EMBEDDING = np.linspace(-1, 1, 1024, dtype=np.float32)
CODES = np.arange(48).reshape(3, 16)


def no_pickles(path: Path, width: int | None) -> Found:
    raise AssertionError(f"{path} was unpickled")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home on a machine without torch."""
    monkeypatch.chdir(tmp_path)
    for name in ("NARRATE_HOME", "NARRATE_MODEL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "voices").mkdir()
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("voices", "cloning", "engine"):
        monkeypatch.delitem(sys.modules, f"narrate.engine.qwen.{name}", raising=False)
    return tmp_path


@pytest.mark.parametrize("transcript", ["", "What I said."])
def test_a_voice_comes_and_goes_without_torch(transcript: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export_safetensors(Clone(EMBEDDING, CODES if transcript else None, transcript), home / "theirs.safetensors")
    assert run(["voices", "import", "jane", "theirs.safetensors", *CONSENT]) == 0
    assert "for the 0.6B model alone" in capsys.readouterr().err
    folder = home / "voices" / "jane"
    assert read_details(folder).kind == ("clone" if transcript else "clone-xvector")
    assert np.array_equal(load_file(folder / "embedding.safetensors")["embedding.1024"], EMBEDDING)
    assert run(["voices", "export", "jane", "mine.safetensors"]) == 0
    again = read_clone(home / "mine.safetensors", None, no_pickles)
    assert np.array_equal(again.embedding, EMBEDDING)
    assert again.transcript == transcript
    assert (again.codes is None) == (not transcript)
    if again.codes is not None:
        assert np.array_equal(again.codes, CODES)


def test_a_pt_file_needs_torch_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "theirs.pt").write_bytes(b"PK\x03\x04")
    save_file({"embedding": EMBEDDING}, home / "theirs.safetensors")
    assert run(["voices", "import", "jane", "theirs.safetensors", *CONSENT]) == 0
    capsys.readouterr()
    for words, what, otherwise in (
        (["import", "john", "theirs.pt", *CONSENT], "read", "ask its maker for a .safetensors file"),
        (["export", "jane", "out.pt"], "write", "export a .safetensors file"),
    ):
        assert run(["voices", *words]) == 1
        error = capsys.readouterr().err
        assert f"only torch can {what} a .pt file" in error
        assert "torch" in error
        assert otherwise in error
        assert "pip install" in error
        assert len(error.strip().splitlines()) == 1
    assert not (home / "voices" / "john").exists()
    assert not (home / "out.pt").exists()
    assert run(["voices", "export", "jane", "out.bin"]) == 1
    assert "is no form of a voice" in capsys.readouterr().err


def test_bfloat16_is_read_whole(tmp_path: Path) -> None:
    """No numpy type holds it; float32 holds each of its numbers."""
    kept = (EMBEDDING.view(np.uint32) >> 16).astype(np.uint16)
    header = json.dumps({"embedding": {"dtype": "BF16", "shape": [1024], "data_offsets": [0, 2048]}}).encode()
    (tmp_path / "v.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + kept.tobytes())
    found = read_clone(tmp_path / "v.safetensors", 1024, no_pickles).embedding
    assert found.dtype == np.float32
    assert np.array_equal(found.view(np.uint32) >> 16, kept)
    assert not (found.view(np.uint32) & 0xFFFF).any()


def test_another_size_is_kept_beside_the_first(tmp_path: Path) -> None:
    save_clone(Clone(EMBEDDING), tmp_path, made_from="a" * 40)
    save_clone(Clone(np.ones(2048, np.float32)), tmp_path)
    stored = dict(deserialize((tmp_path / "embedding.safetensors").read_bytes()))
    assert sorted(stored) == ["embedding.1024", "embedding.2048"]
    assert bytes(stored["embedding.1024"]["data"]) == EMBEDDING.tobytes()


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({"embedding": np.full(1024, np.nan, np.float32)}, "damaged"),
        ({"embedding": np.full(1024, 1e300)}, "damaged"),
        ({"embedding": np.ones(1000, np.float32)}, "fits no released model"),
        ({"embedding": np.ones(1024, np.int32)}, "not a list of numbers"),
        ({"embedding": np.ones(0, np.float32)}, "not a list of numbers"),
        ({"a": EMBEDDING, "b": EMBEDDING}, "no speaker embedding"),
        ({"embedding": EMBEDDING, "codes": CODES}, "not its transcript"),
        ({"embedding": EMBEDDING, "codes": CODES.astype(np.float32)}, "whole numbers"),
        ({"embedding": EMBEDDING, "codes": CODES - 1}, "out of range"),
        ({"embedding": EMBEDDING, "codes": CODES[:, :8].copy()}, "frames of 16"),
    ],
)
def test_what_is_no_voice_is_refused(tensors: dict[str, np.ndarray], says: str, tmp_path: Path) -> None:
    save_file(tensors, tmp_path / "v.safetensors")
    with pytest.raises(VoiceError, match=says) as caught:
        read_clone(tmp_path / "v.safetensors", None, no_pickles)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(VoiceError, match="far too large"):
        read_clone(tmp_path / "model.safetensors", None, no_pickles)
