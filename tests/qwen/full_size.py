"""The released checkpoints' sizes, as their config.json has them."""

from typing import Any

from .configs import talker_config

HIDDEN = {"0.6B": (1024, 3072), "1.7B": (2048, 6144)}


def talker_settings(size: str, kind: str) -> dict[str, Any]:
    """The config.json of a checkpoint of `size` and `kind`."""
    hidden, intermediate = HIDDEN[size]
    settings = talker_config(kind, hidden)
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


def codec_settings() -> dict[str, Any]:
    """The speech tokenizer's config.json, the same for all sizes."""
    # The decoder's and the encoder's defaults are the released sizes, but for these.
    decoder: dict[str, Any] = {
        "latent_dim": 1024,
        "codebook_dim": 512,
        "decoder_dim": 1536,
        "hidden_size": 512,
        "head_dim": 64,
    }
    decoder |= {"intermediate_size": 1024, "num_attention_heads": 16, "num_key_value_heads": 16}
    decoder |= {"num_hidden_layers": 8, "codebook_size": 2048, "num_quantizers": 16, "num_semantic_quantizers": 1}
    decoder |= {"sliding_window": 72, "upsample_rates": [8, 5, 4, 3], "upsampling_ratios": [2, 2]}
    decoder |= {"rms_norm_eps": 1e-5, "rope_theta": 10000, "vector_quantization_hidden_dimension": 512}
    decoder |= {"max_position_embeddings": 8000, "layer_scale_initial_scale": 0.01}
    encoder: dict[str, Any] = {"num_quantizers": 32, "codebook_size": 2048, "frame_rate": 12.5, "sampling_rate": 24000}
    encoder |= {"upsampling_ratios": [8, 6, 5, 4], "use_cache": False, "rope_theta": 10000.0}
    settings: dict[str, Any] = {
        "decoder_config": decoder,
        "encoder_config": encoder,
        "encoder_valid_num_quantizers": 16,
    }
    settings |= {"input_sample_rate": 24000, "output_sample_rate": 24000, "decode_upsample_rate": 1920}
    settings |= {"encode_downsample_rate": 1920, "model_type": "qwen3_tts_tokenizer_12hz"}
    return settings
