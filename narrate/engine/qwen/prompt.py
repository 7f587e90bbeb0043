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
from math import ceil

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from narrate.engine.qwen.config import FRAMES_A_SECOND
from narrate.engine.qwen.facts import QWEN
from narrate.engine.qwen.voices import ClonedVoice, DesignedVoice, NamedVoice, OpenVoice
from narrate.engine.qwen.weights import Model
from narrate.errors import WrongEngineError
from narrate.languages import find_language, reading_s
from narrate.takes import Request, Sampling

RUNAWAY = 1.8  # how much longer than expected a line may get before it is stopped
SPARE_FRAMES = 50
LEAST_SPARE_FRAMES = 24  # of the shortest line: twice what the slowest reading of one was seen to need
LATE = 1.3  # how much longer than expected a line is late: few are, and the shortest slot has room for more (SLOW)
NEVER = 2**31 - 1  # a frame that no line reaches
LEAST_IDS = 64  # text ids read at once, filled up


MAX_FRAMINGS = 256  # kept ones; a book has far fewer, one that directs every line differently may have more


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """A line ready to be admitted into a slot."""

    embeddings: Tensor  # [T, H]
    seed: int
    cap: int  # frames at most
    sampling: Sampling
    reference: Tensor | None = None  # [R, 16], the clone's own codes: the codec hears them first
    due: int = NEVER  # the frame from which end-of-speech is a candidate whatever its rank


@dataclass(frozen=True, slots=True, eq=False)
class _Framing:
    """What stands around the text: the same for every line of one voice, language and direction."""

    before: Tensor  # [T1, H]
    after: Tensor  # [T2, H]


class Prompter:
    """Makes prompts for one model, and keeps what lines have in common."""

    def __init__(self, model: Model) -> None:
        self.model = model
        config, table = model.config, model.talker.codec_embedding
        self._role = self._text(model.tokenizer.ids("<|im_start|>assistant\n"))
        self._pad, self._bos, self._eos = self._text([config.tts_pad, config.tts_bos, config.tts_eos]).split(1)
        self._codec_pad = table[config.codec_pad]
        self._framings: dict[tuple[int, str, str], tuple[OpenVoice, _Framing]] = {}

    @torch.inference_mode()
    def build(self, requests: Sequence[Request], voices: Sequence[OpenVoice], caps: Sequence[int]) -> list[Prompt]:
        """The prompts of `requests` in their `voices`, each of at most so many frames as its cap.

        Their texts are read in one go. Raises EngineError for a language that the checkpoint lacks.
        """
        ids = self._spoken([request.text for request in requests])
        texts = self._text([i for line in ids for i in line]) + self._codec_pad
        prompts = []
        parts = zip(requests, voices, caps, texts.split([len(line) for line in ids]), strict=True)
        for request, voice, cap, text in parts:
            framing = self._framing(request, voice)
            reference = voice.codes if isinstance(voice, ClonedVoice) else None
            embeddings = torch.cat([framing.before, text, framing.after])
            due = NEVER if request.sampling.exact_upstream else due_frame(request.text)
            prompts.append(Prompt(embeddings, request.seed, cap, request.sampling, reference, due))
        return prompts

    def _framing(self, request: Request, voice: OpenVoice) -> _Framing:
        # The voice is kept beside its framing, so that its id() stays its own.
        key = (id(voice), request.language, request.direction)
        if key not in self._framings:
            if len(self._framings) >= MAX_FRAMINGS:
                self._framings.clear()
            self._framings[key] = voice, self._frame(request, voice)
        return self._framings[key][1]

    def _frame(self, request: Request, voice: OpenVoice) -> _Framing:
        codec = self._codec_side(request, voice)  # [C, H], its last position is codec_bos
        before = [self._role, torch.cat([self._pad.expand(len(codec) - 2, -1), self._bos]) + codec[:-1]]
        if direction := self._direction(request, voice):
            before.insert(0, self._text(direction))
        spoken = codec[-1:]
        if isinstance(voice, ClonedVoice) and voice.codes is not None:
            [transcript] = self._spoken([voice.transcript])
            before.append(self._text(transcript) + self._codec_pad)
            spoken = torch.cat([spoken, self._frames(voice.codes)])
        return _Framing(torch.cat(before), torch.cat([self._eos + self._codec_pad, spoken + self._pad]))

    def _direction(self, request: Request, voice: OpenVoice) -> list[int]:
        """Text ids of the instruction, if there is one and the checkpoint follows any."""
        words = request.direction if self.model.config.follows_direction else ""
        if isinstance(voice, DesignedVoice):
            words = " ".join(part for part in (voice.prompt, request.direction) if part)
        if not words:
            return []
        tokenizer = self.model.tokenizer
        [said] = tokenizer.literal_ids([f"user\n{words}"])
        return [*tokenizer.ids("<|im_start|>"), *said, *tokenizer.ids("<|im_end|>\n")]

    def _codec_side(self, request: Request, voice: OpenVoice) -> Tensor:
        """Language, speaker, pad and bos [C, H]."""
        config, table = self.model.config, self.model.talker.codec_embedding
        language = self._language(request, voice)
        if language is None:
            ids = [config.codec_nothink, config.codec_think_bos, config.codec_think_eos]
        else:
            ids = [config.codec_think, config.codec_think_bos, language, config.codec_think_eos]
        rows = [table[ids], table[[config.codec_pad, config.codec_bos]]]
        if isinstance(voice, ClonedVoice):
            rows.insert(1, voice.embedding.to(table)[None])
        elif isinstance(voice, NamedVoice):
            rows.insert(1, table[[voice.number]])
        return torch.cat(rows)

    def _language(self, request: Request, voice: OpenVoice) -> int | None:
        """The codec id of the language; None lets the model tell. A speaker's dialect takes Chinese's place."""
        config = self.model.config
        name = find_language(request.language).qwen3_tts or request.language.lower()
        if name != "auto" and name not in config.languages:
            known = ", ".join(("auto", *sorted(QWEN.languages)))
            raise WrongEngineError(f'Qwen3-TTS does not speak the language "{request.language}"', do=f"one of {known}")
        if name in ("auto", "chinese") and isinstance(voice, NamedVoice) and voice.dialect:
            name = voice.dialect
        return None if name == "auto" else config.languages[name]

    def _spoken(self, texts: Sequence[str]) -> list[list[int]]:
        """Text ids of what the assistant says, each cut out of its turn, as in training."""
        return [ids[2:] for ids in self.model.tokenizer.literal_ids([f"assistant\n{text}" for text in texts])]

    def _text(self, ids: Sequence[int]) -> Tensor:
        """Text ids as the talker reads them [T, H]."""
        talker = self.model.talker
        # In sizes that come again: for each new one cuBLAS looks for its kernels, and may have to load them.
        size = max(LEAST_IDS, 1 << (len(ids) - 1).bit_length())
        padded = torch.tensor([*ids, *[0] * (size - len(ids))], dtype=torch.int64, device=self.model.device)
        wide = talker.text_embedding[padded]
        return linear(silu(linear(wide, *talker.text_fc1)), *talker.text_fc2)[: len(ids)]

    def _frames(self, codes: Tensor) -> Tensor:
        """Frames of codes [R, 16] as the talker reads them [R, H]: the sum of their codes' embeddings."""
        codes = codes.to(self.model.device)
        first = self.model.talker.codec_embedding[codes[:, :1]]  # [R, 1, H]
        groups = torch.arange(codes.shape[1] - 1, device=self.model.device)
        rest = self.model.predictor.embeddings[groups, codes[:, 1:]]  # [R, 15, H]
        return torch.cat([first, rest], dim=1).sum(1)


def frame_cap(text: str) -> int:
    """Frames after which a line is a runaway: generously more than its text takes.

    A short line ("No.") is where the model is least stable, so it is held tighter: docs/engine.md.
    """
    expected = expected_frames(text)
    return int(expected * RUNAWAY + min(SPARE_FRAMES, LEAST_SPARE_FRAMES + expected))


def due_frame(text: str) -> int:
    """The frame from which a line should have ended: it is late, and no short one by what a slow reading needs."""
    return ceil(expected_frames(text) * LATE) + LEAST_SPARE_FRAMES // 2


def expected_frames(text: str) -> float:
    """Frames that a reader takes for `text`, roughly."""
    return reading_s(text) * FRAMES_A_SECOND
