"""The config.json of tiny Qwen3-TTS checkpoints, as released ones have it. Nothing here needs qwen-tts."""

from typing import Any

LANGUAGES = {"chinese": 2055, "english": 2050, "german": 2053, "japanese": 2058, "beijing_dialect": 2074}
LANGUAGES |= {"italian": 2070, "portuguese": 2071, "spanish": 2054, "korean": 2064, "french": 2061, "russian": 2069}
SPEAKERS = {"Ryan": 3061, "Serena": 3066, "Dylan": 2878}  # ids on both sides of the reserved ones
SPECIAL = {
    "<|endoftext|>": 151643,
    "<|im_start|>": 151644,
    "<|im_end|>": 151645,
    "<tts_pad>": 151671,
    "<tts_text_bos>": 151672,
    "<tts_text_eod>": 151673,
}
HIDDEN = {"narrow": 64, "wide": 96}  # "wide" talks wider than it predicts, like the 1.7B
# How wide a shape is, and of how many codes its frames are. Of "few", a book is spoken in a third of the time, but
# voices are kept with all the 16 codes that released ones have.
SHAPES = {**{shape: (hidden, 16) for shape, hidden in HIDDEN.items()}, "few": (HIDDEN["narrow"], 4)}
PREDICTOR_HIDDEN = 64


def talker_config(kind: str, hidden: int, groups: int = 16) -> dict[str, Any]:
    """The config.json of a tiny checkpoint of `kind`, so wide and with so many codes a frame."""
    attention = {"head_dim": 16, "num_attention_heads": 4, "num_key_value_heads": 2, "attention_bias": False}
    common = attention | {"hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 1000000, "num_code_groups": groups}
    common |= {"attention_dropout": 0, "initializer_range": 0.02, "use_cache": True, "use_sliding_window": False}
    predictor = common | {
        "hidden_size": PREDICTOR_HIDDEN,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "vocab_size": 2048,
        "max_position_embeddings": 65536,
        "max_window_layers": 28,
        "model_type": "qwen3_tts_talker_code_predictor",
        "rope_scaling": None,
        "sliding_window": None,
    }
    custom = kind == "custom_voice"
    talker = common | {
        "hidden_size": hidden,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "vocab_size": 3072,
        "text_hidden_size": 32,
        "text_vocab_size": 151936,
        "max_position_embeddings": 1024,
        "model_type": "qwen3_tts_talker",
        "position_id_per_seconds": 13,
        "rope_scaling": {"interleaved": True, "mrope_section": [4, 2, 2], "rope_type": "default", "type": "default"},
        "sliding_window": None,
        "codec_pad_id": 2148,
        "codec_bos_id": 2149,
        "codec_eos_token_id": 2150,
        "codec_think_id": 2154,
        "codec_nothink_id": 2155,
        "codec_think_bos_id": 2156,
        "codec_think_eos_id": 2157,
        "codec_language_id": LANGUAGES,
        "spk_id": {name.lower(): number for name, number in SPEAKERS.items()} if custom else {},
        "spk_is_dialect": {"ryan": False, "serena": False, "dylan": "beijing_dialect"} if custom else {},
        "code_predictor_config": predictor,
    }
    speaker = {"enc_dim": hidden, "sample_rate": 24000, "enc_channels": [32, 32, 32, 32, 96]}
    speaker |= {"enc_attention_channels": 16, "enc_se_channels": 16, "enc_res2net_scale": 4}
    return {
        "architectures": ["Qwen3TTSForConditionalGeneration"],
        "model_type": "qwen3_tts",
        "tokenizer_type": "qwen3_tts_tokenizer_12hz",
        # The 0.6B's own name has upstream drop every instruction; the 1.7B's does not.
        "tts_model_size": "0b6" if hidden == HIDDEN["narrow"] else "1b7",
        "tts_model_type": kind,
        "assistant_token_id": 77091,
        "im_start_token_id": SPECIAL["<|im_start|>"],
        "im_end_token_id": SPECIAL["<|im_end|>"],
        "tts_pad_token_id": SPECIAL["<tts_pad>"],
        "tts_bos_token_id": SPECIAL["<tts_text_bos>"],
        "tts_eos_token_id": SPECIAL["<tts_text_eod>"],
        "talker_config": talker,
        "speaker_encoder_config": speaker,
    }
