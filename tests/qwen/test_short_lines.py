"""Short lines are held to a tight cap that a slow reader still fits into."""

from hypothesis import given, strategies as st

from narrate.engine.draft import DraftEngine
from narrate.engine.qwen.config import FRAMES_A_SECOND
from narrate.engine.qwen.prompt import SPARE_FRAMES, expected_frames, frame_cap
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.voices.draft import PACES

# Of a thousand short lines of three books: those that fit most tightly, and some common ones.
TIGHTEST = ["XXX", "XXXIV", "XXXIX", "No.", "Oh!", "Ah, yes.", "Precisely.", "Good heavens!"]


def test_the_slowest_reading_leaves_a_second() -> None:
    voice = DraftVoice("slow", pace=PACES[0])
    with DraftEngine(1) as engine:
        read = {
            r.text: audio.seconds * FRAMES_A_SECOND for r, audio in engine.speak(Request(t, voice) for t in TIGHTEST)
        }
    assert len(read) == len(TIGHTEST)
    for text, frames in read.items():
        assert frames + FRAMES_A_SECOND < frame_cap(text), text
    assert frame_cap("No.") < 2.6 * FRAMES_A_SECOND


@given(st.text(min_size=1, max_size=400), st.text(max_size=20))
def test_more_text_never_gets_fewer_frames(text: str, more: str) -> None:
    assert frame_cap(text) <= frame_cap(text + more)
    assert expected_frames(text) < frame_cap(text) <= int(expected_frames(text) * 1.8) + SPARE_FRAMES
