"""Other engines for the same model, timed on the same lines: what `python benchmarks/engine.py --peers` runs.

A peer that is not installed, or that fails, is told of and left out. Lines are of nearly one
length, so that no engine is charged for padding, and end-of-speech is taken out of every
model, ours too: each line runs for the frames of its text.
"""

import gc
import importlib.metadata
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from torch import Tensor

from benchmarks.rows import PeerRow
from narrate.engine.qwen.voices import ClonedVoice, open_voice
from narrate.voices import Voice
from tests.qwen import upstream  # noqa: F401  # readies what qwen_tts imports

BATCH = 32
CHARACTERS = 84  # 75 frames, 6 seconds
FRAMES = 75
FRAME_S = 0.08
LANGUAGE = "English"


def measure_peers(model: str, lines: Sequence[str], voice: Voice, say: Callable[[str], None]) -> list[PeerRow]:
    """qwen-tts, faster-qwen3-tts and faster-qwen3-tts-batch, where installed, against narrate's own RTF."""
    from benchmarks.one_build import end_to_end
    from benchmarks.qwen_bench import open_engine

    near = sorted(lines, key=lambda line: abs(len(line) - CHARACTERS))[:BATCH]
    ours: dict[int, float] = {}
    embedding: Tensor | None = None
    for batch in (1, BATCH):
        with open_engine(model, batch, True) as engine:
            end_to_end(engine, near[:batch], voice)
            ours[batch] = end_to_end(engine, near[:batch], voice).rtf
            opened = open_voice(voice, engine._model.config)
            embedding = opened.embedding if isinstance(opened, ClonedVoice) else None
        _empty()
    if embedding is None:
        say("peers need a cloned voice of a Base model: none was timed")
        return []
    embedding = embedding.to("cuda", torch.bfloat16)
    rows: list[PeerRow] = []
    for name, batches, opens in (
        ("qwen-tts", (1, BATCH), _qwen_tts),
        ("faster-qwen3-tts", (1,), _faster),
        ("faster-qwen3-tts-batch", (BATCH,), _faster_batch),
    ):
        try:
            release = importlib.metadata.version(name)
            for batch, wall_s in _timed(opens, model, near, batches, embedding):
                audio_s = batch * FRAMES * FRAME_S
                rows.append(PeerRow(name, release, batch, batch, audio_s, wall_s, audio_s / wall_s, ours[batch]))
                say(f"{name} {release}, batch {batch}: {audio_s / wall_s:.2f}x, narrate {ours[batch]:.1f}x")
        except Exception as error:  # whatever goes wrong in a peer is the peer's
            say(f"{name} was left out: {type(error).__name__}: {str(error)[:200]}")
        _empty()
    return rows


Speaks = Callable[[Sequence[str], int], None]
Opens = Callable[[str, int, Tensor], AbstractContextManager[Speaks]]


def _timed(
    opens: Opens, model: str, lines: Sequence[str], batches: Sequence[int], embedding: Tensor
) -> Iterator[tuple[int, float]]:
    """Batch sizes, and the seconds for as many lines of FRAMES frames, each after a short run that warms it up."""
    with opens(model, max(batches), embedding) as speak:
        for batch in batches:
            speak(lines[:batch], 4)
            torch.cuda.synchronize()
            began = time.perf_counter()
            speak(lines[:batch], FRAMES)
            torch.cuda.synchronize()
            yield batch, time.perf_counter() - began


@contextmanager
def _qwen_tts(model: str, batch: int, embedding: Tensor) -> Iterator[Speaks]:
    import qwen_tts

    talker = qwen_tts.Qwen3TTSModel.from_pretrained(
        model, device_map="cuda", dtype=torch.bfloat16, attn_implementation="sdpa"
    )
    _endless(talker.model.talker)
    voice = qwen_tts.VoiceClonePromptItem(
        ref_code=None, ref_spk_embedding=embedding, x_vector_only_mode=True, icl_mode=False, ref_text=None
    )

    def speak(lines: Sequence[str], frames: int) -> None:
        talker.generate_voice_clone(
            text=list(lines),
            language=[LANGUAGE] * len(lines),
            voice_clone_prompt=[voice] * len(lines),
            non_streaming_mode=True,
            max_new_tokens=frames + 1,
        )

    yield speak


@contextmanager
def _faster(model: str, batch: int, embedding: Tensor) -> Iterator[Speaks]:
    from faster_qwen3_tts import FasterQwen3TTS

    faster = FasterQwen3TTS.from_pretrained(model)
    _endless(faster.model.model.talker)

    def speak(lines: Sequence[str], frames: int) -> None:
        for line in lines:
            faster.generate_voice_clone(
                text=line,
                language=LANGUAGE,
                voice_clone_prompt=_prompt(embedding),
                non_streaming_mode=True,
                max_new_tokens=frames,
            )

    yield speak


@contextmanager
def _faster_batch(model: str, batch: int, embedding: Tensor) -> Iterator[Speaks]:
    from faster_qwen3_tts import FasterQwen3TTS
    from faster_qwen3_tts_batch import BatchedFasterQwen3TTS

    faster = FasterQwen3TTS.from_pretrained(model)
    _endless(faster.model.model.talker)
    prepare = faster._prepare_generation

    def with_embedding(text: str, language: str, **_: object) -> Any:
        """Its batches take recordings only; the embedding goes in where it would have made one."""
        return prepare(
            text=text,
            language=language,
            ref_audio=None,
            ref_text="",
            xvec_only=True,
            non_streaming_mode=True,
            append_silence=True,
            voice_clone_prompt=_prompt(embedding),
            instruct=None,
        )

    faster._prepare_generation = with_embedding
    batched = BatchedFasterQwen3TTS(faster, max_batch_size=batch, max_seq_len=512)

    def speak(lines: Sequence[str], frames: int) -> None:
        requests = [{"text": line, "language": LANGUAGE, "ref_audio": None, "ref_text": ""} for line in lines]
        batched.generate_voice_clone_batch(requests, max_new_tokens=frames)

    yield speak


def _prompt(embedding: Tensor) -> dict[str, list[Any]]:
    return {"ref_spk_embedding": [embedding], "x_vector_only_mode": [True], "icl_mode": [False], "ref_code": [None]}


def _endless(talker: Any) -> None:
    """Take end-of-speech's row out of the head, so that a line runs to its last frame."""
    with torch.no_grad():
        talker.codec_head.weight[talker.config.codec_eos_token_id].zero_()


def _empty() -> None:
    gc.collect()
    torch.cuda.empty_cache()
