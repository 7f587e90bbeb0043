"""Write a full-size Qwen3-TTS checkpoint with random weights, to measure speed without the released ones.

    python benchmarks/random_checkpoint.py FOLDER {0.6B,1.7B} {base,custom_voice,voice_design} TEXT [--device cuda]

Sizes are the released checkpoints'. The tokenizer is trained on TEXT (a file), so that a
line has about as many tokens as it would have with the real one: 4 to 5 characters each.
With `base` there are two voices beside the weights: FOLDER/voice.safetensors, an x-vector, and
FOLDER/clone.safetensors, which has a reference of ten seconds, too. Needs the test suite's own maker of
tiny checkpoints, so it runs from the project's folder.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from narrate.voices.tensors import Clone, export_safetensors
from tests.qwen import checkpoint as tiny
from tests.qwen.checkpoint import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration
from tests.qwen.full_size import HIDDEN, codec_settings, talker_settings

VOCABULARY = 12_000
REFERENCE_FRAMES = 124  # 9.9 s
TRANSCRIPT = (  # what is said in ten seconds
    "The lamp had burned low before anybody in the room spoke of it again, and when at last somebody did, it was "
    "only to ask whether the boat had come in."
)


def main() -> None:
    parser = argparse.ArgumentParser(description="A full-size checkpoint with random weights.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", choices=HIDDEN)
    parser.add_argument("kind", choices=("base", "custom_voice", "voice_design"))
    parser.add_argument("text", type=Path, help="what the tokenizer learns from")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    write(options.folder, options.size, options.kind, options.text.read_text("utf-8"), options.device)


def write(folder: Path, size: str, kind: str, text: str, device: str) -> None:
    """The checkpoint, in bfloat16 as released ones are."""
    torch.manual_seed(0)
    settings = talker_settings(size, kind)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        model = Qwen3TTSForConditionalGeneration(Qwen3TTSConfig(**settings))
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tiny._fill(name, tensor)
    torch.set_default_dtype(torch.float32)
    (folder / "speech_tokenizer").mkdir(parents=True)
    save(model, folder, torch.bfloat16)
    tiny._write(folder / "config.json", settings)
    tiny._write(folder / "generation_config.json", {"do_sample": True, "temperature": 0.9, "top_k": 50})
    features: dict[str, Any] = {"feature_extractor_type": "EncodecFeatureExtractor", "feature_size": 1}
    features |= {"padding_side": "right", "padding_value": 0.0, "return_attention_mask": True, "sampling_rate": 24000}
    tiny._write(folder / "preprocessor_config.json", features | {"processor_class": "Qwen3TTSProcessor"})
    tiny._write(folder / "speech_tokenizer" / "preprocessor_config.json", features)
    tiny._write_tokenizer(folder)
    learn_tokenizer(folder, text)
    write_codec(folder / "speech_tokenizer", device)
    if kind == "base":
        write_voices(folder, HIDDEN[size][0])


def write_voices(folder: Path, width: int, groups: int = 16, codes: int = 2048) -> None:
    """A voice of each kind for a Base model `width` wide, in what they are made of at random."""
    draws = np.random.default_rng(0)
    embedding = draws.standard_normal(width, np.float32)
    export_safetensors(Clone(embedding), folder / "voice.safetensors")
    reference = draws.integers(0, codes, (REFERENCE_FRAMES, groups))
    export_safetensors(Clone(embedding, reference, TRANSCRIPT), folder / "clone.safetensors")


def learn_tokenizer(folder: Path, text: str) -> None:
    """Replace the tiny tokenizer's merges by ones learned from `text`; its special tokens stay."""
    from tokenizers import ByteLevelBPETokenizer

    learned = ByteLevelBPETokenizer()
    learned.train_from_iterator([text, *["assistant user"] * 100], VOCABULARY, show_progress=False)
    learned.save_model(str(folder))


def write_codec(folder: Path, device: str) -> None:
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model

    settings = codec_settings()
    with torch.device(device):
        model = Qwen3TTSTokenizerV2Model(Qwen3TTSTokenizerV2Config(**settings))
    with torch.no_grad():
        tiny._fill_codec(model.decoder)
        tiny.fill_encoder(model.encoder)
    save(model, folder, torch.float32)
    tiny._write(folder / "config.json", {"architectures": ["Qwen3TTSTokenizerV2Model"], **settings})


def save(model: torch.nn.Module, folder: Path, dtype: torch.dtype) -> None:
    def stored(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.detach().to("cpu", dtype if tensor.is_floating_point() else tensor.dtype).contiguous().clone()

    tensors = {name: stored(tensor) for name, tensor in model.state_dict().items()}
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    print(f"{folder}: {json.dumps(sum(t.numel() for t in tensors.values()) // 10**6)} M parameters")


if __name__ == "__main__":
    main()
