"""Recordings' embeddings and codes against qwen-tts's own, whatever the recording's length and rate and the config."""

import json
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pytest
import torch
from librosa.filters import mel as librosas_filters
from numpy.typing import NDArray
from safetensors.torch import save_file

from narrate.audio import mel_filters
from narrate.engine.qwen.codec_encoder import Encoder
from narrate.engine.qwen.speaker_encoder import SpeakerEncoder
from narrate.engine.qwen.waves import in_float32, log_mels, resampled
from narrate.errors import EngineError

from .checkpoint import _fill, write_codec
from .configs import HIDDEN
from .conftest import Folders
from .upstream import (
    Qwen3TTSSpeakerEncoder,
    Qwen3TTSSpeakerEncoderConfig,
    Qwen3TTSTokenizer,
    mel_spectrogram,
    quiet,
)

CPU = torch.device("cpu")
MELS: dict[str, Any] = {"n_fft": 1024, "num_mels": 128, "hop_size": 256, "win_size": 1024, "fmin": 0, "fmax": 12000}


def sound(samples: int, rate: int = 24_000, seed: int = 0) -> NDArray[np.float32]:
    """A tone that wanders through noise that swells."""
    draws, time = np.random.default_rng(seed), np.arange(samples) / rate
    tone = np.sin(2 * np.pi * (140 * time + 8 * np.sin(2 * np.pi * 2 * time))) * (1 + np.sin(2 * np.pi * 3 * time))
    wave = 0.3 * tone + 0.05 * (1 + time) * draws.standard_normal(samples)
    clipped: NDArray[np.float32] = wave.clip(-1, 1).astype(np.float32)
    return clipped


# --- resampling and mel spectrograms ------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 32000, 44100, 48000, 96000])
@pytest.mark.parametrize("samples", [1, 2205, 31_337])
def test_resampled_is_what_librosa_resamples(samples: int, rate: int) -> None:
    wave = sound(samples, rate)
    expected = librosa.resample(wave, orig_sr=rate, target_sr=24_000)
    found = resampled(wave, rate, 24_000)
    assert found.dtype == np.float32
    assert np.array_equal(found, expected)
    assert resampled(wave, rate, rate) is wave


@pytest.mark.parametrize(
    ("rate", "fft", "mels", "top_hz"), [(24_000, 1024, 128, 12_000), (16_000, 400, 40, 8000), (16_000, 512, 80, 7600)]
)
def test_mel_filters_are_librosas(rate: int, fft: int, mels: int, top_hz: int) -> None:
    expected = librosas_filters(sr=rate, n_fft=fft, n_mels=mels, fmin=0, fmax=top_hz)
    np.testing.assert_allclose(mel_filters(rate, fft, mels, top_hz), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("samples", [385, 1024, 5000, 24_000])
def test_mel_spectrograms_are_those_of_qwen_tts(samples: int) -> None:
    wave = sound(samples)
    expected = mel_spectrogram(torch.from_numpy(wave)[None], sampling_rate=24_000, **MELS)[0]
    torch.testing.assert_close(log_mels(wave, 24_000), expected, rtol=1e-6, atol=2e-6)


def test_encoders_leave_torchs_settings_as_they_were() -> None:
    cudnn = torch.backends.cudnn
    before = (cudnn.enabled, cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark)
    with in_float32():
        assert (cudnn.enabled, cudnn.allow_tf32, cudnn.deterministic) == (True, False, True)
        assert torch.is_inference_mode_enabled()
    assert before == (cudnn.enabled, cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark)


# --- the speaker encoder ------------------------------------------------------------------------------


def speaker_folder(folder: Path, **config: Any) -> tuple[Path, Any]:
    """A checkpoint of a speaker encoder alone, and qwen-tts's network with the same weights."""
    theirs = Qwen3TTSSpeakerEncoder(Qwen3TTSSpeakerEncoderConfig(**config)).eval()
    torch.manual_seed(1)
    with torch.no_grad():
        for name, tensor in theirs.named_parameters():
            _fill(name, tensor)
    save_file(
        {f"speaker_encoder.{k}": v.detach().clone() for k, v in theirs.state_dict().items()},
        folder / "model.safetensors",
    )
    (folder / "config.json").write_text(json.dumps({"speaker_encoder_config": config}))
    return folder, theirs


SMALL = {"enc_channels": [32, 32, 32, 32, 96], "enc_attention_channels": 16, "enc_se_channels": 24, "enc_dim": 40}
CONFIGS: dict[str, dict[str, Any]] = {
    "released": {"enc_dim": 2048, "sample_rate": 24_000},
    "small": SMALL,
    "fewer blocks": {
        **SMALL,
        "enc_channels": [32, 32, 32, 64],
        "enc_kernel_sizes": [5, 3, 3, 1],
        "enc_dilations": [1, 2, 3, 1],
    },
    "kernels and dilations": {**SMALL, "enc_kernel_sizes": [3, 5, 4, 3, 3], "enc_dilations": [2, 1, 3, 5, 2]},
    "groups": {**SMALL, "enc_res2net_scale": 2},
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_embeddings_are_those_of_qwen_tts(config: dict[str, Any], tmp_path: Path) -> None:
    folder, theirs = speaker_folder(tmp_path, **config)
    ours, found = SpeakerEncoder(folder, CPU), []
    for samples, rate in ((24_000, 24_000), (30_001, 24_000), (20_011, 16_000), (48_000, 44_100)):
        wave = sound(samples, rate, samples)
        heard = wave if rate == 24_000 else librosa.resample(wave, orig_sr=rate, target_sr=24_000)
        mels = mel_spectrogram(torch.from_numpy(heard)[None], sampling_rate=24_000, **MELS)
        with torch.no_grad():
            expected = theirs(mels.transpose(1, 2))[0]
        found.append(ours(wave, rate))
        torch.testing.assert_close(found[-1], expected, rtol=1e-5, atol=1e-5 * float(expected.abs().max()))
    apart = (found[0] - found[1]).abs().max() / found[0].abs().max()
    assert apart > 0.01, "sounds that make no difference would prove nothing"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mel_dim": 80}, "80 mels"),
        ({"enc_dilations": [1, 2]}, "not of one number"),
        ({"enc_channels": [32, 64, 32, 32, 96]}, "differ in channels"),
        ({"enc_res2net_scale": 5}, "no even groups"),
        ({"enc_channels": "wide"}, "cannot be read"),
        ({"enc_dim": 41}, r"fc\.weight is \[40, 192, 1\] and not \[41"),
    ],
)
def test_a_speaker_encoder_of_another_shape_is_refused(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    folder, _ = speaker_folder(tmp_path, **SMALL)
    (folder / "config.json").write_text(json.dumps({"speaker_encoder_config": {**SMALL, **change}}))
    with pytest.raises(EngineError, match=says) as caught:
        SpeakerEncoder(folder, CPU)
    assert "\n" not in str(caught.value)


# --- the codec's encoder ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def tokenizer_of(folder: Path) -> Any:
    """qwen-tts's own."""
    with quiet():
        return Qwen3TTSTokenizer.from_pretrained(str(folder), dtype=torch.float32)


def their_codes(folder: Path, wave: NDArray[np.float32], rate: int) -> torch.Tensor:
    """The codes [R, 16] by qwen-tts."""
    with quiet():
        codes: torch.Tensor = tokenizer_of(folder).encode([wave], sr=rate).audio_codes[0]
    return codes


@pytest.fixture(scope="module")
def codec(folders: Folders) -> Path:
    return folders("base", "narrow") / "speech_tokenizer"


LENGTHS = [(n, 24_000) for n in (1, 7, 959, 1919, 1920, 1921, 3841, 24_000, 48_960, 50_003)]
LENGTHS += [(n, 16_000) for n in (1, 1280, 1281, 20_011)] + [(33_333, rate) for rate in (8000, 22_050, 44_100, 48_000)]


@pytest.mark.parametrize(("samples", "rate"), LENGTHS)
def test_codes_are_those_of_qwen_tts(samples: int, rate: int, codec: Path) -> None:
    wave = sound(samples, rate, samples)
    found = Encoder(codec, CPU)(wave, rate)
    assert found.shape == (ceil(ceil(samples * 24_000 / rate) / 1920), 16)
    assert found.dtype == torch.int64
    assert torch.equal(found, their_codes(codec, wave, rate))
    assert len(found.unique()) > min(10 * len(found), 100), "codes that never change would prove nothing"


def test_codes_of_a_long_recording_with_silence_behind_it(codec: Path) -> None:
    """Longer than the ten seconds of the window that the config has and that upstream does not use."""
    wave = np.concatenate([sound(17 * 24_000), np.zeros(12_000, np.float32)])
    found = Encoder(codec, CPU)(wave, 24_000)
    assert torch.equal(found, their_codes(codec, wave, 24_000))


ENCODERS: dict[str, dict[str, Any]] = {
    "more residual units": {"num_residual_layers": 3, "dilation_growth_rate": 3, "compress": 4, "num_filters": 8},
    "kernels": {"kernel_size": 5, "last_kernel_size": 5, "residual_kernel_size": 5},
    "other strides": {"upsampling_ratios": [10, 8, 6, 2]},
    "a group of heads": {"num_key_value_heads": 2, "head_dim": 12, "rope_theta": 500.0, "norm_eps": 1e-3},
    "no head_dim": {"head_dim": None, "intermediate_size": 80, "num_hidden_layers": 1},
    "no projection": {"vector_quantization_hidden_dimension": 32, "codebook_dim": 32},
    "codebooks": {"num_semantic_quantizers": 2, "codebook_size": 512, "num_quantizers": 20},
    "what is not told": {"frame_rate": None, "upsampling_ratios": None},
}


@pytest.mark.parametrize("changes", ENCODERS.values(), ids=ENCODERS)
def test_codes_are_those_of_qwen_tts_for_other_sizes(changes: dict[str, Any], tmp_path: Path) -> None:
    torch.manual_seed(5)
    write_codec(tmp_path, 16, (8, 5, 4, 3), **changes)
    features = {"feature_extractor_type": "EncodecFeatureExtractor", "sampling_rate": 24_000}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(features))
    for samples in (24_000, 40_001):
        wave = sound(samples)
        found = Encoder(tmp_path, CPU)(wave, 24_000)
        assert torch.equal(found, their_codes(tmp_path, wave, 24_000))
        assert len(found.unique()) > 50


def changed(codec: Path, folder: Path, change: dict[str, Any]) -> Path:
    """The codec with another config of its encoder, in `folder`."""
    (folder / "model.safetensors").symlink_to(codec / "model.safetensors")
    config = json.loads((codec / "config.json").read_text())
    config["encoder_config"] |= change
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_a_config_that_transformers_5_wrote_is_read(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write_codec(tmp_path, 16, (8, 5, 4, 3), rope_theta=300.0)
    rope = {"rope_parameters": {"rope_theta": 300.0, "rope_type": "default"}, "rope_theta": None}
    newer = changed(tmp_path, tmp_path_factory.mktemp("newer"), rope)
    other = changed(tmp_path, tmp_path_factory.mktemp("other"), {"rope_theta": 3.0})
    found, same, different = (Encoder(folder, CPU)(sound(50_000), 24_000) for folder in (tmp_path, newer, other))
    assert torch.equal(found, same)
    assert not torch.equal(found, different)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rope_parameters": {"rope_type": "linear", "factor": 2.0}}, "rotary embeddings are of the type linear"),
        ({"use_causal_conv": False}, "use_causal_conv is False"),
        ({"hidden_act": "relu"}, "hidden_act is 'relu'"),
        ({"attention_bias": True}, "attention_bias is True"),
        ({"pad_mode": "reflect"}, "pad_mode is 'reflect'"),
        ({"frame_rate": 25.0}, "other than 12.5 frames a second"),
        ({"num_quantizers": 8}, "uses 16 codebooks of 8"),
        ({"upsampling_ratios": "many"}, "cannot be read"),
        ({"hidden_size": 64}, r"is \[.*\] and not \["),
    ],
)
def test_an_encoder_of_another_shape_is_refused(change: dict[str, Any], says: str, codec: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=says) as caught:
        Encoder(changed(codec, tmp_path, change), CPU)
    assert "\n" not in str(caught.value)


def test_widths_of_tiny_checkpoints_are_their_encoders(folders: Folders) -> None:
    for shape, width in HIDDEN.items():
        assert SpeakerEncoder(folders("base", shape), CPU)(sound(24_000), 24_000).shape == (width,)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_card_hears_what_the_cpu_hears(folders: Folders) -> None:
    """Near-equal entries of a codebook may still change places; few do."""
    folder, wave = folders("base", "narrow"), sound(48_000)
    expected, found = (
        Encoder(folder / "speech_tokenizer", torch.device(on))(wave, 24_000).cpu() for on in ("cpu", "cuda")
    )
    assert (expected == found).float().mean() > 0.95
    here, there = (SpeakerEncoder(folder, torch.device(on))(wave, 24_000).cpu() for on in ("cpu", "cuda"))
    torch.testing.assert_close(there, here, rtol=1e-4, atol=1e-4 * float(here.abs().max()))
