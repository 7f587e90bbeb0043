#!/bin/sh
# A Qwen3 configuration written by transformers 5 and read by 4.57.3.
# Guess: what 4.57.3 does not know it refuses or warns of. Seen: it takes its own default for the angle's base.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for release in 5.16.1 4.57.3; do
  python3 -m pip install --quiet --target "$place/$release" "transformers==$release"
done
cat > "$place/write.py" <<'P'
import sys

from transformers import Qwen3Config

Qwen3Config(hidden_size=64, rope_parameters={"rope_type": "default", "rope_theta": 1e6}).save_pretrained(sys.argv[1])
P
cat > "$place/read.py" <<'P'
import sys
import warnings

import transformers

with warnings.catch_warnings():
    warnings.simplefilter("error")
    config = transformers.Qwen3Config.from_pretrained(sys.argv[1])
print("transformers", transformers.__version__, "rotates by", config.rope_theta)
assert config.rope_theta == 10_000.0, "it has changed"
P
PYTHONPATH="$place/5.16.1" python3 "$place/write.py" "$place/model" 2> "$place/notes"
grep '"rope_theta"' "$place/model/config.json"
PYTHONPATH="$place/4.57.3" python3 "$place/read.py" "$place/model"
