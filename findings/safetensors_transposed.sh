#!/bin/sh
# A transposed array, written by safetensors for numpy and read again.
# Guess: the same numbers, or the error that its torch side raises. Seen: other numbers, without a word.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" safetensors==0.8.0 numpy==2.3.5
PYTHONPATH="$place" python3 - <<'P'
import numpy as np
import safetensors
from safetensors.numpy import load, save

whole = np.arange(6, dtype=np.float32).reshape(2, 3)
for name, array, right in (("whole", whole, True), ("transposed", whole.T, False), ("every other", whole[:, ::2], False)):
    back = load(save({"a": array}))["a"]
    print(f"safetensors {safetensors.__version__}, {name}: {array.tolist()} comes back as {back.tolist()}")
    assert back.shape == array.shape
    assert np.array_equal(back, array) == right, "it has changed"
P
