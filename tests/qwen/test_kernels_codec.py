"""The fast codec against qwen-tts's own decoder, on the GPU or, with TRITON_INTERPRET=1, anywhere."""

import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.audio import Audio
from narrate.check import verdict
from narrate.check.light import light
from narrate.check.measures import measure
from narrate.check.norms import learn
from narrate.engine.qwen.codec import CHUNK, LEFT_CONTEXT
from narrate.engine.qwen.fast_codec import FastCodec, _batches, _pieces
from narrate.engine.qwen.kernels.codec import last_conv
from narrate.engine.qwen.weights import Model, load

from .checkpoint import write_checkpoint
from .configs import SHAPES

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"
pytestmark = (
    [] if INTERPRETED else [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]
)


ON_A_CARD = pytest.mark.skipif(INTERPRETED, reason="interpreted, a frame takes seconds")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    place = tmp_path_factory.mktemp("tiny") / "model"
    # Interpreted, a frame of 1920 samples takes seconds.
    folder = write_checkpoint(place, "base", "few", rates=(3, 5, 2, 2) if INTERPRETED else (8, 5, 4, 3))
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    return load(str(folder), DEVICE, torch.float32)


def lines(model: Model, lengths: list[int]) -> list[torch.Tensor]:
    made = torch.Generator().manual_seed(3)
    return [torch.randint(0, 2048, (n, SHAPES["few"][1]), generator=made).to(model.device) for n in lengths]


@cache
def decoder_of(folder: Path, device: torch.device) -> Any:
    """qwen-tts's own decoder."""
    from .upstream import Qwen3TTSTokenizer

    codec = Qwen3TTSTokenizer.from_pretrained(f"{folder}/speech_tokenizer", dtype=torch.float32)
    return codec.model.eval().decoder.to(device)


def upstream(model: Model, line: torch.Tensor) -> np.ndarray:
    """Samples [N] in [-1, 1] of one line alone."""
    with torch.inference_mode():
        wave = decoder_of(model.checkpoint.folder, model.device).chunked_decode(
            line.t()[None].long(), CHUNK, LEFT_CONTEXT
        )
    found: np.ndarray = wave[0, 0].float().cpu().numpy()
    return found


def test_ragged_lines_sound_as_upstream_makes_each_alone(model: Model) -> None:
    codes = lines(model, [1, 3] if INTERPRETED else [75, 1, 310, 24, 700, 130])
    got = FastCodec(model, torch.float32).submit(codes, [0] * len(codes)).read()
    for line, samples in zip(codes, got, strict=True):
        want = upstream(model, line)
        assert samples.dtype == np.int16
        assert len(samples) == len(want) == len(line) * model.samples_per_frame
        assert np.abs(want).max() > 0.01
        assert np.abs(samples / 32767 - want).max() < 1e-4


@pytest.mark.skipif(INTERPRETED, reason="the interpreter rounds 16-bit products its own way")
@pytest.mark.parametrize(("dtype", "least_db"), [(torch.float16, 45.0), (torch.bfloat16, 27.0)])
def test_codec_in_sixteen_bits_stays_close_to_upstream(model: Model, dtype: torch.dtype, least_db: float) -> None:
    codes = lines(model, [75, 40, 120])
    got = FastCodec(model, dtype).submit(codes, [0] * len(codes)).read()
    for line, samples in zip(codes, got, strict=True):
        want = upstream(model, line)
        noise = samples / 32767 - want
        assert 10 * np.log10(np.mean(want**2) / np.mean(noise**2)) > least_db


@pytest.mark.skipif(INTERPRETED, reason="slow there, and each line has been held against upstream's alone")
def test_neighbours_do_not_change_a_line(model: Model) -> None:
    codes = lines(model, [75, 130, 9])
    codec = FastCodec(model, torch.float32)
    together = codec.submit(codes, [0] * 3).read()
    alone = codec.submit(codes[:1], [0]).read()
    assert np.abs(together[0].astype(int) - alone[0]).max() <= 1


@pytest.mark.parametrize(
    ("lengths", "unheard"),
    [
        ([4, 1], [3, 0]),
        pytest.param([9, 8, 3], [8, 6, 0], marks=pytest.mark.thorough),
        pytest.param([229, 130, 450, 700, 9], [123, 129, 320, 298, 0], marks=ON_A_CARD),
    ],
)
def test_what_is_not_asked_for_changes_no_sample_after_it(lengths: list[int], unheard: list[int], model: Model) -> None:
    """As after a reference, in the first piece, past one piece and past two: the same bits as of the whole line."""
    codec, codes = FastCodec(model, torch.float32 if INTERPRETED else torch.float16), lines(model, lengths)
    whole = codec.submit(codes, [0] * len(codes)).read()
    for line, frames, samples in zip(whole, unheard, codec.submit(codes, unheard).read(), strict=True):
        assert np.array_equal(samples, line[frames * model.samples_per_frame :])


@pytest.mark.skipif(INTERPRETED, reason="its buffers are made for a card")
def test_as_many_lines_as_are_best_fill_one_pass(model: Model) -> None:
    codec = FastCodec(model)
    for frames in (1, 16, 17, 100, 325, 700):
        count = codec.lines(frames)
        batches = list(_batches(_pieces([range(min(frames, CHUNK))] * count), codec.frames))
        assert [len(batch) for _, _, batch in batches] == [count]


@pytest.mark.skipif(INTERPRETED, reason="captures graphs")
def test_a_pass_that_was_captured_before_it_was_needed_decodes_what_it_is_given(model: Model) -> None:
    codes = lines(model, [75, 130, 9, 40])
    expected = FastCodec(model).submit(codes, [0] * len(codes)).read()
    codec = FastCodec(model)
    for capture in codec.captures():
        capture()
    for _ in range(2):
        for wanted, samples in zip(expected, codec.submit(codes, [0] * len(codes)).read(), strict=True):
            assert np.array_equal(samples, wanted)


@pytest.mark.skipif(INTERPRETED, reason="the interpreter's least of two numbers is numpy's, not a card's")
@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_what_is_no_number_becomes_full_scale_which_no_check_lets_pass(broken: float) -> None:
    samples = torch.zeros(24_000, dtype=torch.int16, device=DEVICE)
    once, none = (torch.tensor([n], dtype=torch.int32, device=DEVICE) for n in (1, 0))
    x = torch.full((1, len(samples), 96), broken, device=DEVICE)
    weight = torch.randn(7, 96, device=DEVICE)
    last_conv(x, weight, torch.zeros(1, device=DEVICE), once, none, none.long(), len(samples), samples)
    heard = samples.cpu().numpy()[7:]  # before, there is none of it under the weights
    assert (np.abs(heard.astype(int)) == 32767).all()
    assert not verdict(light(measure(Audio(heard, 24_000)), "It rained.", learn([]))).passed
