"""Tiny Qwen3-TTS checkpoints with random weights: files, names and config keys as released ones have them.

Random weights at the usual scale say almost nothing with certainty, so two ways of rounding
would often pick different codes; here they are large enough for every choice to be clear.
`eos_after` tilts the head so that end-of-speech comes up by itself.
"""

import json
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers.pre_tokenizers import ByteLevel

from . import upstream  # noqa: F401  # first: it makes qwen_tts importable where torchaudio is broken
from .configs import SHAPES, SPECIAL, talker_config

from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration  # isort: skip


def write_checkpoint(
    folder: Path,
    kind: str,
    shape: str,
    *,
    seed: int = 0,
    ends: bool = False,
    runs_on: bool = False,
    groups: int | None = None,
    rates: Sequence[int] = (8, 5, 4, 3),
) -> Path:
    """A checkpoint of `kind` ("base", …) and `shape` ("narrow", "wide", "few") in `folder`.

    With `ends`, end-of-speech is about as likely as any other code, so lines end by themselves. With `runs_on`
    it is about the thousandth in rank, always: outside the top 50.
    A frame has as many codes as `groups` says, or as the shape does, and four times the product of `rates` samples.
    """
    torch.manual_seed(seed)
    hidden, codes = SHAPES[shape]
    groups = groups or codes
    settings = talker_config(kind, hidden, groups)
    model = Qwen3TTSForConditionalGeneration(Qwen3TTSConfig(**settings)).eval()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            _fill(name, tensor)
        if ends:
            _tilt_to_end(model.talker.codec_head.weight, settings["talker_config"]["codec_eos_token_id"])
        if runs_on:
            model.talker.codec_head.weight[settings["talker_config"]["codec_eos_token_id"]] *= 0.1
    (folder / "speech_tokenizer").mkdir(parents=True)
    _save(model, folder)
    _write(folder / "config.json", settings)
    generation = {"do_sample": True, "temperature": 0.9, "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.05}
    generation |= {"subtalker_dosample": True, "subtalker_temperature": 0.9, "subtalker_top_k": 50}
    _write(folder / "generation_config.json", generation | {"subtalker_top_p": 1.0, "max_new_tokens": 8192})
    features = {"feature_extractor_type": "EncodecFeatureExtractor", "feature_size": 1, "padding_side": "right"}
    features |= {"padding_value": 0.0, "return_attention_mask": True, "sampling_rate": 24000}
    _write(folder / "preprocessor_config.json", features | {"processor_class": "Qwen3TTSProcessor"})
    _write(folder / "speech_tokenizer" / "preprocessor_config.json", features)
    _write_tokenizer(folder)
    torch.manual_seed(seed)  # released checkpoints of all sizes share one codec
    write_codec(folder / "speech_tokenizer", groups, rates)
    return folder


def _fill(name: str, tensor: torch.Tensor) -> None:
    if tensor.ndim == 1:
        tensor.normal_(1.0 if "norm" in name else 0.0, 0.1)
    elif "embedding" in name:
        tensor.normal_(0.0, 1.0)
    else:
        tensor.normal_(0.0, 1.5 * tensor[0].numel() ** -0.5)


def _tilt_to_end(head: torch.Tensor, eos: int) -> None:
    """End-of-speech becomes the strongest code of a wide share of hidden states."""
    head[eos] *= 2.5


def write_codec(folder: Path, groups: int, rates: Sequence[int], **changes: Any) -> None:
    """The 12 Hz tokenizer. `changes` are to its encoder's config."""
    decoder: dict[str, Any] = {
        "latent_dim": 32,
        "codebook_dim": 32,
        "decoder_dim": 32,
        "hidden_size": 32,
        "intermediate_size": 64,
    }
    decoder |= {"head_dim": 8, "num_attention_heads": 4, "num_key_value_heads": 4, "num_hidden_layers": 2}
    decoder |= {"codebook_size": 2048, "num_quantizers": groups, "num_semantic_quantizers": 1, "sliding_window": 72}
    decoder |= {"upsample_rates": list(rates), "upsampling_ratios": [2, 2], "rms_norm_eps": 1e-5, "rope_theta": 10000}
    decoder |= {"vector_quantization_hidden_dimension": 32, "max_position_embeddings": 8000}
    encoder: dict[str, Any] = {
        "hidden_size": 32,
        "num_filters": 4,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "head_dim": 8,
    }
    encoder |= {"num_key_value_heads": 4, "intermediate_size": 64, "codebook_dim": 16, "upsample_groups": 32}
    encoder |= {"vector_quantization_hidden_dimension": 16, "num_quantizers": 32, "codebook_size": 2048}
    encoder |= {"frame_rate": 12.5, "sampling_rate": 24000, "upsampling_ratios": [8, 6, 5, 4], "use_cache": False}
    encoder |= changes
    settings = {"decoder_config": decoder, "encoder_config": encoder, "encoder_valid_num_quantizers": groups}
    settings |= {"input_sample_rate": 24000, "output_sample_rate": 24000, "decode_upsample_rate": 4 * prod(rates)}
    settings |= {"encode_downsample_rate": 1920, "model_type": "qwen3_tts_tokenizer_12hz"}
    from qwen_tts.core import Qwen3TTSTokenizerV2Config, Qwen3TTSTokenizerV2Model

    model = Qwen3TTSTokenizerV2Model(Qwen3TTSTokenizerV2Config(**settings))
    with torch.no_grad():
        _fill_codec(model.decoder)
        fill_encoder(model.encoder)
    _save(model, folder)
    _write(folder / "config.json", {"architectures": ["Qwen3TTSTokenizerV2Model"], **settings})


def _fill_codec(decoder: torch.nn.Module) -> None:
    """Weights of a decoder that is as loud at its end as at its start."""
    for name, tensor in decoder.named_parameters():
        if name.endswith("embedding_sum"):
            tensor.normal_(0.0, 1.0)
        elif name.endswith(("alpha", "beta", "gamma", "scale")):
            # Upstream leaves these at constants, which would make every code sound the same.
            tensor.normal_(0.0, 0.3)
        elif tensor.ndim > 1:
            doubled = ".block.1." in name  # a transposed convolution whose kernel is two strides long
            transposed = doubled or (name.startswith("upsample.") and ".0.conv." in name)
            fan = tensor.shape[0] * (1 + doubled) if transposed else tensor[0].numel()
            tensor.normal_(0.0, 0.6 * fan**-0.5)


def fill_encoder(encoder: torch.nn.Module) -> None:
    """Weights that tell sounds apart and leave no part of it idle.

    Upstream leaves codebooks at zero, where every sound has code 0, and the transformer at a hundredth of its input.
    """
    for name, tensor in [*encoder.named_parameters(), *encoder.named_buffers()]:
        if name.endswith("embed_sum"):
            tensor.normal_(0.0, 1.0)
        elif name.endswith("cluster_usage"):
            tensor.uniform_(0.5, 2.0)
        elif name.endswith("scale"):
            tensor.normal_(0.0, 1.0)
        elif "layernorm" in name:
            tensor.normal_(1.0 if name.endswith("weight") else 0.0, 0.2)
        elif name.endswith("conv.bias"):
            tensor.normal_(0.0, 0.1)
        elif tensor.ndim > 1:
            tensor.normal_(0.0, 1.2 * tensor[0].numel() ** -0.5)


def _save(model: torch.nn.Module, folder: Path) -> None:
    tensors = {name: tensor.detach().clone().contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})


def _write_tokenizer(folder: Path) -> None:
    """A byte-level BPE of single bytes, with "user" and "assistant" as one token each, as prompts need them."""
    vocab = {char: number for number, char in enumerate(sorted(ByteLevel.alphabet()))}
    merges = []
    for word in ("assistant", "user"):
        for end in range(2, len(word) + 1):
            merges.append(f"{word[: end - 1]} {word[end - 1]}")
            vocab.setdefault(word[:end], len(vocab))
    _write(folder / "vocab.json", vocab)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    flags = {"lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True}
    settings = {
        "tokenizer_class": "Qwen2Tokenizer",
        "added_tokens_decoder": {str(number): {"content": text, **flags} for text, number in SPECIAL.items()},
        "additional_special_tokens": list(SPECIAL),
        "pad_token": "<|endoftext|>",
        "eos_token": "<|im_end|>",
        "bos_token": None,
        "unk_token": None,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "errors": "replace",
        "model_max_length": 131072,
        "split_special_tokens": False,
    }
    _write(folder / "tokenizer_config.json", settings)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
