"""A checkpoint's name: another training, codec or vocabulary has another, and the whole model is not read for it."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from narrate.engine.qwen import checkpoint
from narrate.engine.qwen.checkpoint import _PIECE_BYTES, _PIECES, _pieces as pieces, find_checkpoint
from narrate.errors import EngineError
from narrate.takes import Request, Sampling
from narrate.voices import SpeakerVoice

from .conftest import Folders


@pytest.fixture
def copy(tmp_path: Path, folders: Folders) -> Path:
    """A checkpoint of one's own, to change."""
    return Path(shutil.copytree(folders("base", "narrow"), tmp_path / "model"))


def offsets(file: Path) -> dict[str, tuple[int, int]]:
    """Each tensor's first byte and the one after its last, in the file."""
    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {
        name: (start + entry["data_offsets"][0], start + entry["data_offsets"][1]) for name, entry in header.items()
    }


@pytest.mark.parametrize("part", ["model.safetensors", "speech_tokenizer/model.safetensors"])
def test_a_checkpoints_name_depends_on_every_tensor(part: str, copy: Path) -> None:
    """A training makes every weight of a tensor a little other: each piece that is read of it then differs."""
    file, name = copy / part, find_checkpoint(str(copy)).name
    spans = [span for span in offsets(file).values() if span[1] > span[0]]
    few = _PIECES * _PIECE_BYTES
    with file.open("r+b") as data:
        before = list(pieces(data, file.stat().st_size))
        for first, end in spans:
            tensor = os.pread(data.fileno(), end - first, first)
            os.pwrite(data.fileno(), bytes(byte ^ 1 for byte in tensor), first)
        data.seek(0)
        after = list(pieces(data, file.stat().st_size))
    assert before[0] == after[0], "the header"
    assert all(one != other for one, other in zip(before[1:], after[1:], strict=True) if one)
    assert sum(map(len, before[1:])) == sum(min(few, end - first) for first, end in spans)
    assert find_checkpoint(str(copy)).name != name


@pytest.mark.parametrize("part", ["model.safetensors", "speech_tokenizer/model.safetensors"])
def test_a_change_in_the_middle_is_another_model(part: str, copy: Path) -> None:
    """One tensor of many, as where an adapter was merged into it, and the file of the same size."""
    file, name = copy / part, find_checkpoint(str(copy)).name
    first, end = sorted(span for span in offsets(file).values() if span[1] - span[0] > 1000)[5]
    with file.open("r+b") as data:
        tensor = os.pread(data.fileno(), end - first, first)
        os.pwrite(data.fileno(), bytes(byte ^ 1 for byte in tensor), first)
    assert find_checkpoint(str(copy)).name != name


@pytest.mark.parametrize("part", ["merges.txt", "vocab.json", "speech_tokenizer/config.json", "generation_config.json"])
def test_a_change_to_any_other_file_is_another_model(part: str, copy: Path) -> None:
    before = find_checkpoint(str(copy)).name
    (copy / part).write_text((copy / part).read_text("utf-8") + "\n", "utf-8")
    assert find_checkpoint(str(copy)).name != before
    (copy / "README.md").write_text("Nothing that is read.", "utf-8")
    assert find_checkpoint(str(copy)).name != before


def test_files_that_are_as_they_were_are_read_once(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_SETTLED_NS", 0)
    name, read = find_checkpoint(str(copy)).name, []

    def counted(file: BinaryIO, size: int) -> Iterator[bytes]:
        read.append(file.name)
        yield from pieces(file, size)

    monkeypatch.setattr(checkpoint, "_pieces", counted)
    assert find_checkpoint(str(copy)).name == name
    assert not read
    (copy / "model.safetensors").touch()
    assert find_checkpoint(str(copy)).name == name
    assert len(read) > 5


def test_naming_a_large_checkpoint_reads_little_of_it(tmp_path: Path) -> None:
    """A few pieces of each tensor of a file of two gigabytes, which takes no room on the disk."""
    size, count = 1 << 21, 1000
    entries = {
        f"w{n}": {"dtype": "BF16", "shape": [size // 2], "data_offsets": [n * size, n * size + size]}
        for n in range(count)
    }
    header = json.dumps(entries).encode()
    file = tmp_path / "model.safetensors"
    with file.open("wb") as data:
        data.write(len(header).to_bytes(8, "little") + header)
        data.truncate(8 + len(header) + size * count)
    with file.open("rb") as data:
        read = sum(len(piece) for piece in pieces(data, file.stat().st_size))
    assert read == len(header) + count * _PIECES * _PIECE_BYTES


@pytest.mark.parametrize(
    "header",
    [b"", b"{", b"[]", b'{"a": 1}', b'{"a": {"data_offsets": [5, -5]}}', b'{"a": {"data_offsets": ["x", 1e9]}}'],
)
def test_a_damaged_header_is_no_end_of_the_name(header: bytes, copy: Path) -> None:
    """What cannot be read is told where it is loaded, with one line."""
    (copy / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"rest")
    assert find_checkpoint(str(copy)).name.startswith("model@")
    (copy / "model.safetensors").write_bytes(b"\xff" * 20)
    assert find_checkpoint(str(copy)).name.startswith("model@")


def test_generation_config_is_how_codes_are_drawn(copy: Path) -> None:
    said = {"temperature": 0.2, "top_k": 5, "top_p": 0.8, "repetition_penalty": 1.5}
    said |= {"subtalker_temperature": 0.3, "subtalker_top_k": 7, "subtalker_top_p": 0.9}
    file = copy / "generation_config.json"
    file.write_text(json.dumps(said), "utf-8")
    assert find_checkpoint(str(copy)).sampling == Sampling(0.2, 5, 0.8, 1.5, 0.3, 7, 0.9)
    file.write_text(json.dumps({"do_sample": False, "subtalker_dosample": False, "top_k": None}), "utf-8")
    assert find_checkpoint(str(copy)).sampling == Sampling(greedy=True)
    file.write_text(json.dumps({"do_sample": False}), "utf-8")
    assert find_checkpoint(str(copy)).sampling == Sampling(top_k=1)
    file.write_text(json.dumps({"subtalker_dosample": False}), "utf-8")
    assert find_checkpoint(str(copy)).sampling == Sampling(predictor_top_k=1)
    file.unlink()
    assert find_checkpoint(str(copy)).sampling == Sampling()


def test_the_usual_values_leave_keys_as_they_were(copy: Path) -> None:
    """However they are written: 1 and 1.0 are one setting."""
    request = Request("Yes.", SpeakerVoice("ryan"))
    for top_p in (1, 1.0):
        (copy / "generation_config.json").write_text(json.dumps({"top_p": top_p, "top_k": 50.0}), "utf-8")
        found = find_checkpoint(str(copy)).sampling
        assert Request("Yes.", SpeakerVoice("ryan"), sampling=found).key == request.key
    (copy / "generation_config.json").write_text('{"temperature": 0.2}', "utf-8")
    other = Request("Yes.", SpeakerVoice("ryan"), sampling=find_checkpoint(str(copy)).sampling)
    assert other.key != request.key


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("[]", "not a JSON object"),
        ("{", "cannot be read"),
        ('{"temperature": "hot"}', 'temperature is "hot"'),
        ('{"temperature": 0}', "temperature is 0"),
        ('{"temperature": NaN}', "temperature is NaN"),
        ('{"top_k": 2.5}', "top_k is 2.5"),
        ('{"top_k": -1}', "top_k is -1"),
        ('{"top_p": 1.5}', "top_p is 1.5"),
        ('{"subtalker_top_k": true}', "subtalker_top_k is true"),
        ('{"repetition_penalty": 0}', "repetition_penalty is 0"),
    ],
)
def test_values_that_cannot_be_are_told(said: str, what: str, copy: Path) -> None:
    (copy / "generation_config.json").write_text(said, "utf-8")
    with pytest.raises(EngineError, match=what) as caught:
        find_checkpoint(str(copy))
    assert "\n" not in str(caught.value)
    assert "generation_config.json" in str(caught.value)
