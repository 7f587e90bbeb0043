#!/bin/sh
# How far back Mimi's encoder looks, by two releases of transformers.
# Guess: as far as its sliding_window says. Seen: to the beginning in 4.57.3, as far as it says in 5.16.1.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/torch" torch==2.13.0 numpy==2.3.5
cat > "$place/look.py" <<'P'
import sys

import torch
import transformers
from transformers import MimiConfig, MimiModel

WINDOW, LENGTH = 4, 20
torch.manual_seed(0)
config = MimiConfig(
    hidden_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, head_dim=16,
    intermediate_size=64, sliding_window=WINDOW, num_filters=4, codebook_dim=16, codebook_size=16,
    vector_quantization_hidden_dimension=16, num_quantizers=2, num_semantic_quantizers=1, upsample_groups=32,
    layer_scale_initial_scale=1.0,
)
layer = MimiModel(config).eval().encoder_transformer
sound = torch.randn(1, LENGTH, 32)
other = sound.clone()
other[0, 0] += 1
with torch.no_grad():
    apart = (layer(sound)[0] - layer(other)[0]).abs().amax(-1)[0]
last = max(place for place, value in enumerate(apart.tolist()) if value > 0)
print(f"transformers {transformers.__version__}: the last of {LENGTH} positions that hears the first is {last}, window {WINDOW}")
assert (last < WINDOW) == (sys.argv[1] == "windowed"), "it has changed"
P
for release in 4.57.3:whole 5.16.1:windowed; do
  python3 -m pip install --quiet --target "$place/${release%:*}" "transformers==${release%:*}"
  PYTHONPATH="$place/${release%:*}:$place/torch" python3 -W ignore "$place/look.py" "${release#*:}" 2> "$place/notes"
done
