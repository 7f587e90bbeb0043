#!/bin/sh
# What the first sum on torch's meta device imports.
# Guess: a tensor without data costs its shape. Seen: torch's compiler and sympy are imported, which takes a second and more.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" torch==2.13.0 numpy==2.3.5
PYTHONPATH="$place" python3 - <<'P'
import sys
import time

import torch

print("torch", torch.__version__)
for device in ("cpu", "meta"):
    before, began = set(sys.modules), time.process_time()
    ones = torch.ones(2, device=device)
    ones + ones
    seconds, new = time.process_time() - began, set(sys.modules) - before
    heavy = sorted(name for name in ("sympy", "torch._dynamo") if name in new)
    print(f"{device}: {seconds:.2f} s, {len(new)} modules more, of them {heavy}")
    assert bool(heavy) == (device == "meta"), "it has changed"
P
