"""Write a full-size Qwen3-TTS checkpoint with random weights, to measure speed without the released ones.

    python benchmarks/random_checkpoint.py FOLDER {0.6B,1.7B} {base,custom_voice,voice_design} TEXT [--device cuda]

Sizes are the released checkpoints'. The tokenizer is trained on TEXT (a file), so that a
line has about as many tokens as it would have with the real one: 4 to 5 characters each.
With `base` there is a voice beside the weights, FOLDER/voice.safetensors. Needs the test
suite's own maker of tiny checkpoints, so it runs from the project's folder.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from narrate.engine.qwen import upstream
from tests.qwen import checkpoint as tiny

HIDDEN = {"0.6B": (1024, 3072), "1.7B": (2048, 6144)}
VOCABULARY = 12_000


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
        model = upstream.Qwen3TTSForConditionalGeneration(upstream.Qwen3TTSConfig(**settings))
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
        save_file({"embedding": torch.randn(HIDDEN[size][0])}, str(folder / "voice.safetensors"))


def talker_settings(size: str, kind: str) -> dict[str, Any]:
    hidden, intermediate = HIDDEN[size]
    settings = tiny._config(kind, hidden)
    heads = {"head_dim": 128, "num_attention_heads": 16, "num_key_value_heads": 8}
    talker = settings["talker_config"]
    talker.update(heads, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=28)
    talker.update(text_hidden_size=2048, max_position_embeddings=32768)
    talker["rope_scaling"]["mrope_section"] = [24, 20, 20]
    predictor = talker["code_predictor_config"]
    predictor.update(heads, hidden_size=1024, intermediate_size=3072, num_hidden_layers=5)
    settings["tts_model_size"] = {"0.6B": "0b6", "1.7B": "1b7"}[size]
    settings["speaker_encoder_config"] = {"enc_dim": hidden, "sample_rate": 24000}
    return settings


def learn_tokenizer(folder: Path, text: str) -> None:
    """Replace the tiny tokenizer's merges by ones learned from `text`; its special tokens stay."""
    from tokenizers import ByteLevelBPETokenizer

    learned = ByteLevelBPETokenizer()
    learned.train_from_iterator([text, *["assistant user"] * 100], VOCABULARY, show_progress=False)
    learned.save_model(str(folder))


def write_codec(folder: Path, device: str) -> None:
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model

    # The decoder's and the encoder's defaults are the released sizes, but for these.
    decoder = {"latent_dim": 1024, "codebook_dim": 512, "decoder_dim": 1536, "hidden_size": 512, "head_dim": 64}
    decoder |= {"intermediate_size": 1024, "num_attention_heads": 16, "num_key_value_heads": 16}
    decoder |= {"num_hidden_layers": 8, "codebook_size": 2048, "num_quantizers": 16, "num_semantic_quantizers": 1}
    decoder |= {"sliding_window": 72, "upsample_rates": [8, 5, 4, 3], "upsampling_ratios": [2, 2]}
    decoder |= {"rms_norm_eps": 1e-5, "rope_theta": 10000, "vector_quantization_hidden_dimension": 512}
    decoder |= {"max_position_embeddings": 8000, "layer_scale_initial_scale": 0.01}
    encoder = {"num_quantizers": 32, "codebook_size": 2048, "frame_rate": 12.5, "sampling_rate": 24000}
    encoder |= {"upsampling_ratios": [8, 6, 5, 4], "use_cache": False, "rope_theta": 10000.0}
    settings = {"decoder_config": decoder, "encoder_config": encoder, "encoder_valid_num_quantizers": 16}
    settings |= {"input_sample_rate": 24000, "output_sample_rate": 24000, "decode_upsample_rate": 1920}
    settings |= {"encode_downsample_rate": 1920, "model_type": "qwen3_tts_tokenizer_12hz"}
    with torch.device(device):
        model = Qwen3TTSTokenizerV2Model(Qwen3TTSTokenizerV2Config(**settings))
    with torch.no_grad():
        tiny._fill_codec(model.decoder)
        tiny._fill_codebooks(model.encoder)
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
