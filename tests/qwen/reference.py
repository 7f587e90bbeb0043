"""qwen-tts's own generation, and ours at its lowest level, in a form that tests can compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrate.engine.qwen.decode import EagerDecoder, Snapshot, new_state
from narrate.engine.qwen.prompt import Prompt, Prompter
from narrate.engine.qwen.slots import Schedule
from narrate.engine.qwen.voices import ClonedVoice, DesignedVoice, OpenVoice
from narrate.engine.qwen.weights import Model
from narrate.languages import find_language
from narrate.takes import Request

from .upstream import VoiceClonePromptItem, quiet


@dataclass(frozen=True)
class Case:
    """One line in one voice, as both sides need it."""

    request: Request
    voice: OpenVoice
    speaker: str = ""


class Reference:
    """qwen-tts, greedy, in float32 on the CPU."""

    def __init__(self, folder: Path) -> None:
        from qwen_tts import Qwen3TTSModel

        with quiet():
            self.model: Any = Qwen3TTSModel.from_pretrained(str(folder), dtype=torch.float32)
        self._codes: list[Tensor] = []
        generate = self.model.model.generate

        def listen(**arguments: Any) -> Any:
            self._codes, hidden = generate(**arguments)
            return self._codes, hidden

        self.model.model.generate = listen

    def speak(self, cases: Sequence[Case], frames: int) -> list[tuple[Tensor, NDArray[np.float32]]]:
        """Codes [T, 16] and waveform of each case, all generated as one batch, of `frames` at most."""
        # Upstream draws one more code than it makes frames.
        settings = {"do_sample": False, "subtalker_dosample": False, "max_new_tokens": frames + 1}
        settings |= {"non_streaming_mode": True}
        texts = [case.request.text for case in cases]
        languages = [find_language(case.request.language).qwen3_tts or "auto" for case in cases]
        voice = cases[0].voice
        with quiet():
            if isinstance(voice, ClonedVoice):
                items = [_item(case.voice) for case in cases]
                waves, _ = self.model.generate_voice_clone(texts, languages, voice_clone_prompt=items, **settings)
            elif isinstance(voice, DesignedVoice):
                prompts = [case.voice.prompt for case in cases if isinstance(case.voice, DesignedVoice)]
                waves, _ = self.model.generate_voice_design(texts, prompts, languages, **settings)
            else:
                speakers = [case.speaker for case in cases]
                directions = [case.request.direction for case in cases]
                waves, _ = self.model.generate_custom_voice(texts, speakers, languages, directions, **settings)
        return list(zip(self._codes, waves, strict=True))


def _item(voice: OpenVoice) -> VoiceClonePromptItem:
    assert isinstance(voice, ClonedVoice)
    in_context = voice.codes is not None
    return VoiceClonePromptItem(voice.codes, voice.embedding, not in_context, in_context, voice.transcript or None)


def prompts_of(model: Model, cases: Sequence[Case], caps: Sequence[int]) -> list[Prompt]:
    prompter = Prompter(model)
    return prompter.build([case.request for case in cases], [case.voice for case in cases], list(caps))


def decode_all(model: Model, prompts: Sequence[Prompt], slots: int, positions: int = 160) -> list[Tensor]:
    """Codes [T, 16] of every prompt, run in `slots` rows that are filled again as lines finish."""
    schedule = Schedule(enumerate(prompts), slots)
    decoder = EagerDecoder(model, new_state(model, slots, positions))
    codes: dict[int, Tensor] = {}
    while schedule.busy:
        if admitted := schedule.admit():
            decoder.prefill([row for row, _ in admitted], [prompt for _, (_, prompt) in admitted])
        decoder.step(schedule.rows)
        active, frames, *_ = Snapshot(decoder.state).read()
        for row, (number, _) in schedule.finish(schedule.stepped(), [r for r, on in enumerate(active) if not on]):
            assert number not in codes
            codes[number] = decoder.state.codes[row, : frames[row]].long().clone()
        if moves := schedule.moves():
            decoder.move(*zip(*moves, strict=True))
    return [codes[number] for number in range(len(prompts))]
