"""How lines are cut into rows of the codec's batches. No kernel runs."""

import importlib.util

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen import codec, fast_codec


@pytest.mark.parametrize("frames", [fast_codec.FRAMES, 650, codec.CHUNK + codec.LEFT_CONTEXT])
def test_pieces_cover_every_frame_once(frames: int) -> None:
    heard = [range(1), range(300), range(301), range(950), range(124, 229), range(299, 310), range(300, 640)]
    pieces = fast_codec._pieces(heard)
    for line, asked in enumerate(heard):
        own = [p for p in pieces if p.line == line]
        made = [frame for p in own for frame in range(p.start + p.context, p.end)]
        assert made == list(asked)
        assert all(p.start in (0, 275, 575, 875) for p in own), "cut where a line is that is heard from its start"
    batches = list(fast_codec._batches(pieces, frames))
    assert sorted(map(id, pieces)) == sorted(id(p) for _, _, b in batches for p in b)
    for rows, length, batch in batches:
        assert len(batch) <= rows
        assert max(p.frames for p in batch) <= length
        assert rows * length <= frames
