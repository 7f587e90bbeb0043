"""A request as what the talker reads before it speaks: embeddings [T, H].

A position is the sum of a text side and a codec side, as in training:

    text side    instruct │ role │ pad ×3…5     bos │ text            eos │ pad
    codec side            │      │ language, speaker, pad │ pad … pad │ bos

The whole text is in the prompt (upstream's non-streaming mode), so every frame that follows
adds `tts_pad` alone. With a reference (ICL) its transcript comes before the text, and its
frames after, so that the talker goes on in the reference's voice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from narrate.engine.qwen.voices import ClonedVoice, DesignedVoice, NamedVoice, OpenVoice
from narrate.engine.qwen.weights import Model
from narrate.errors import EngineError
from narrate.take import Request, Sampling

LANGUAGES = {
    "auto": "auto",
    "zh": "chinese",
    "en": "english",
    "ja": "japanese",
    "ko": "korean",
    "de": "german",
    "fr": "french",
    "ru": "russian",
    "pt": "portuguese",
    "es": "spanish",
    "it": "italian",
}
FRAMES_A_SECOND = 12.5
CHARACTERS_A_SECOND = 14.0  # of read English; a Chinese or Japanese sign takes the time of three
RUNAWAY = 1.8  # how much longer than expected a line may get before it is stopped
SPARE_FRAMES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """A line ready to be admitted into a slot."""

    embeddings: Tensor  # [T, H]
    seed: int
    cap: int  # frames at most
    sampling: Sampling
    reference: Tensor | None = None  # [R, 16], the clone's own codes: the codec hears them first


def build_prompt(model: Model, request: Request, voice: OpenVoice) -> Prompt:
    """The prompt of `request` in `voice`. Raises EngineError for a language that the checkpoint lacks."""
    ids = _ids(model, f"<|im_start|>assistant\n{request.text}<|im_end|>\n<|im_start|>assistant\n")
    role, text = ids[:3], ids[3:-5]
    direction = _direction(model, request, voice)
    codec = _codec_side(model, request, voice)  # [C, H], its last position is codec_bos
    pad, bos, eos = _text(model, [model.config.tts_pad, model.config.tts_bos, model.config.tts_eos]).split(1)
    head = torch.cat([pad.expand(len(codec) - 2, -1), bos]) + codec[:-1]
    parts = [_text(model, direction)] if direction else []
    parts += [_text(model, role), head]
    codec_pad = model.talker.codec_embedding[model.config.codec_pad]
    reference = voice.codes if isinstance(voice, ClonedVoice) else None
    if isinstance(voice, ClonedVoice) and reference is not None:
        transcript = _ids(model, f"<|im_start|>assistant\n{voice.transcript}<|im_end|>\n")[3:-2]
        spoken = torch.cat([codec[-1:], _frames(model, reference)])
        parts += [torch.cat([_text(model, transcript + text), eos]) + codec_pad, spoken + pad]
    else:
        parts += [torch.cat([_text(model, text), eos]) + codec_pad, pad + codec[-1:]]
    return Prompt(torch.cat(parts), request.seed, frame_cap(request.text), request.sampling, reference)


def frame_cap(text: str) -> int:
    """Frames after which a line is a runaway: generously more than its text takes."""
    return int(expected_frames(text) * RUNAWAY) + SPARE_FRAMES


def expected_frames(text: str) -> float:
    """Frames that a reader takes for `text`, roughly."""
    wide = sum(1 for c in text if "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af")
    digits = sum(c.isdigit() for c in text)  # "1984" is read as words
    return (len(text) + 2 * wide + 4 * digits) / CHARACTERS_A_SECOND * FRAMES_A_SECOND


def _direction(model: Model, request: Request, voice: OpenVoice) -> list[int]:
    """Text ids of the instruction, if there is one and the checkpoint follows any."""
    words = request.direction
    if isinstance(voice, DesignedVoice):
        words = " ".join(part for part in (voice.prompt, request.direction) if part)
    elif isinstance(voice, ClonedVoice) or not model.config.follows_direction:
        words = ""
    return _ids(model, f"<|im_start|>user\n{words}<|im_end|>\n") if words else []


def _codec_side(model: Model, request: Request, voice: OpenVoice) -> Tensor:
    """Language, speaker, pad and bos [C, H]."""
    config = model.config
    language = _language(model, request, voice)
    if language is None:
        ids = [config.codec_nothink, config.codec_think_bos, config.codec_think_eos]
    else:
        ids = [config.codec_think, config.codec_think_bos, language, config.codec_think_eos]
    table = model.talker.codec_embedding
    rows = [table[ids], table[[config.codec_pad, config.codec_bos]]]
    if isinstance(voice, ClonedVoice):
        rows.insert(1, voice.embedding.to(table)[None])
    elif isinstance(voice, NamedVoice):
        rows.insert(1, table[[voice.number]])
    return torch.cat(rows)


def _language(model: Model, request: Request, voice: OpenVoice) -> int | None:
    """The codec id of the language; None lets the model tell. A speaker's dialect takes Chinese's place."""
    config = model.config
    name = LANGUAGES.get(request.language.lower(), request.language.lower())
    if name != "auto" and name not in config.languages:
        known = ", ".join(LANGUAGES)
        raise EngineError(f'Qwen3-TTS does not speak the language "{request.language}"', do=f"one of {known}")
    if name in ("auto", "chinese") and isinstance(voice, NamedVoice) and voice.dialect:
        name = voice.dialect
    return None if name == "auto" else config.languages[name]


def _ids(model: Model, text: str) -> list[int]:
    ids: list[int] = model.tokenizer(text=text)["input_ids"][0]
    return ids


def _text(model: Model, ids: Sequence[int]) -> Tensor:
    """Text ids as the talker reads them [T, H]."""
    talker = model.talker
    wide = talker.text_embedding[torch.tensor(ids, device=model.device)]
    return F.linear(F.silu(F.linear(wide, *talker.text_fc1)), *talker.text_fc2)


def _frames(model: Model, codes: Tensor) -> Tensor:
    """Frames of codes [R, 16] as the talker reads them [R, H]: the sum of their codes' embeddings."""
    codes = codes.to(model.device).long()
    first = model.talker.codec_embedding[codes[:, :1]]  # [R, 1, H]
    groups = torch.arange(codes.shape[1] - 1, device=model.device)
    rest = model.predictor.embeddings[groups, codes[:, 1:]]  # [R, 15, H]
    return torch.cat([first, rest], dim=1).sum(1)
