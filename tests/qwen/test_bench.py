"""benchmarks/engine.py from end to end, on a tiny model on the CPU; and kernels' times as a table."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.kernel_times import PRODUCTS, Kernel, short, table
from narrate.voices.tensors import Clone, export_safetensors

from .configs import HIDDEN
from .conftest import Folders

ROOT = Path(__file__).parents[2]


@pytest.mark.thorough
def test_two_builds_are_measured_each_by_its_own_code(folders: Folders, tmp_path: Path) -> None:
    model = folders("base", "narrow")
    embedding, codes = np.ones(HIDDEN["narrow"], np.float32), np.ones((5, 16), np.int64)
    export_safetensors(Clone(embedding), tmp_path / "voice.safetensors")
    export_safetensors(Clone(embedding, codes, "And so."), tmp_path / "clone.safetensors")
    other = tmp_path / "other"
    other.mkdir()
    (other / "narrate").symlink_to(ROOT / "narrate")
    (other / "benchmarks").mkdir()
    for path in (ROOT / "benchmarks").glob("*.py"):
        text = path.read_text("utf-8")
        if path.name == "qwen_bench.py":
            text = text.replace("def measure_prefill(", "def measured_otherwise(")
        (other / "benchmarks" / path.name).write_text(text, "utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "engine.py"), "--model", str(model), "--device", "cpu"]
    command += ["--voice", str(tmp_path / "voice.safetensors"), "--clone", str(tmp_path / "clone.safetensors")]
    (tmp_path / "book.txt").write_text("Yes, sir.\n", "utf-8")
    command += ["--slots", "1", "--book", str(tmp_path / "book.txt"), "--runs", "1", "--random-weights"]
    command += ["--against", str(other)]
    command += ["--pieces", "speech,prefill", "--commits", "one,two", "--results", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    )
    assert not done.returncode, done.stderr
    [result] = tmp_path.glob("engine-*.json")
    read = json.loads(result.read_text("utf-8"))
    assert str(tmp_path) not in read["command"]
    before, now = read["builds"]
    assert (before["commit"], now["commit"]) == ("one", "two")
    for build in (before, now):
        assert [row["voice"] for row in build["end_to_end"]] == ["x-vector", "clone"]
        assert len({row["audio_s"] for row in build["end_to_end"]}) == 1
    assert len(now["prefill"]) == 3
    assert not before["prefill"]
    assert "measure_prefill" in before["left_out"]["prefill"]
    assert not now["left_out"]


def test_kernels_are_named_as_who_wrote_them() -> None:
    assert short("_talker_attention") == "_talker_attention"
    assert short("nvjet_tst_128x256_64x4_2x1_v_bz_coopA_TNN") == PRODUCTS
    assert short("void cutlass::Kernel2<cutlass_80_wmma_tensorop_bf16>(Params)") == PRODUCTS
    elementwise = "void at::native::vectorized_elementwise_kernel<4, at::native::FillFunctor<int>>(int)"
    assert short(elementwise) == "at::native::vectorized_elementwise_kernel"


def test_small_kernels_are_one_row_and_shares_are_of_all() -> None:
    found = [Kernel("a", 2, 6.0), Kernel("b", 4, 3.95), Kernel("c", 1, 0.03), Kernel("d", 5, 0.02)]
    assert table(found, {"a": "700 TFLOP/s"}).splitlines()[2:] == [
        "| a | 2 | 6.000 | 60.0% | 700 TFLOP/s |",
        "| b | 4 | 3.950 | 39.5% |  |",
        "| 2 others | 6 | 0.050 | 0.5% |  |",
        "| all kernels | 12 | 10.000 | 100.0% |  |",
    ]
