"""Voices from recordings: what qwen-tts makes of the same recording, and what the folder keeps of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from narrate.audio import Audio
from narrate.engine.qwen.cloning import clone
from narrate.engine.qwen.speaker import ModelSpeakerEncoder
from narrate.engine.qwen.voices import ClonedVoice, arrays_of, open_voice
from narrate.errors import EngineError, VoiceError
from narrate.voices import save_clone
from narrate.voices.kinds import load_voice

from .configs import HIDDEN
from .upstream import quiet

Maker = Callable[..., Any]


def recording(seconds: float = 1.3, sample_rate: int = 24000) -> Audio:
    time = np.arange(int(seconds * sample_rate)) / sample_rate
    wave = np.sin(2 * np.pi * 140 * time) * (1 + np.sin(2 * np.pi * 3 * time)) * 0.3
    return Audio((wave * 32000).astype(np.int16), sample_rate)


@pytest.mark.parametrize("sample_rate", [24000, 16000])
def test_a_cloned_voice_is_what_qwen_tts_makes_of_the_recording(
    sample_rate: int, models: Maker, references: Maker
) -> None:
    audio = recording(sample_rate=sample_rate)
    voice = clone(models("base", "wide"), audio, " What I \n said. ")
    wave = audio.samples.astype(np.float32) / 32768
    padded = np.concatenate([wave, np.zeros(sample_rate // 2, np.float32)])
    upstream = references("base", "wide").model
    with quiet():
        [plain] = upstream.create_voice_clone_prompt((wave, sample_rate), x_vector_only_mode=True)
        [with_silence] = upstream.create_voice_clone_prompt((padded, sample_rate), "What I said.")
    torch.testing.assert_close(voice.embedding, plain.ref_spk_embedding)
    assert voice.codes is not None
    assert torch.equal(voice.codes, with_silence.ref_code)
    assert voice.transcript == "What I said."
    assert clone(models("base", "wide"), audio).codes is None


def test_a_voice_folder_holds_embeddings_of_both_model_sizes(tmp_path: Path, models: Maker) -> None:
    (tmp_path / "voice.toml").write_text('kind = "clone"\n')
    made = {shape: clone(models("base", shape), recording(), "What I said.") for shape in HIDDEN}
    for voice in made.values():
        save_clone(arrays_of(voice), tmp_path)
    for shape, voice in made.items():
        opened = open_voice(load_voice(tmp_path), models("base", shape).config)
        assert isinstance(opened, ClonedVoice)
        assert torch.equal(opened.embedding, voice.embedding)
        assert opened.codes is not None
        assert voice.codes is not None
        assert torch.equal(opened.codes, voice.codes)
        assert opened.transcript == "What I said."


def test_models_and_recordings_unfit_for_cloning_are_refused(models: Maker) -> None:
    with pytest.raises(VoiceError, match="only a Base model"):
        clone(models("custom_voice", "narrow"), recording())
    model = models("base", "narrow")
    with pytest.raises(VoiceError, match=r"0\.2 s long"):
        clone(model, recording(0.2))
    with pytest.raises(VoiceError, match=r"70\.0 s long"):
        clone(model, recording(70))
    with pytest.raises(VoiceError, match="silent"):
        clone(model, Audio(np.zeros(48000, np.int16), 24000))


def test_the_checks_hear_voices_as_the_model_does(models: Maker, folders: Maker) -> None:
    """The encoder on its own gives the embedding that the whole model clones with."""
    encoder = ModelSpeakerEncoder(str(folders("base", "wide", False)), "cpu")
    audio = recording()
    whole = clone(models("base", "wide"), audio).embedding.numpy()
    [found, short, nothing] = encoder.embed(
        [audio, Audio(audio.samples[:1000], 24000), Audio(np.zeros(24000, np.int16), 24000)]
    )
    np.testing.assert_allclose(found, whole / np.linalg.norm(whole), atol=1e-6)
    assert short.any()
    assert not nothing.any()
    with pytest.raises(EngineError, match="has no speaker encoder"):
        ModelSpeakerEncoder(str(folders("custom_voice", "narrow", False)), "cpu")
