"""Takes aligned by Whisper: when its decoder, made to write a take's own text, attends to which sound.

For the languages that its model knows. The heads of the decoder that follow the sound are found by OpenAI; their
attention lags behind the sound by half a tenth of a second and is no finer than 20 ms (benchmarks/alignment.py).
"""

from narrate.audio import Audio
from narrate.check import Recogniser
from narrate.timing.alignment import NOTHING, SHORTEST_S, Alignment, Span, settled
from narrate.timing.words import Place, places

LIKELY = 0.4  # mean likelihood of the pieces of a text: of the right one 0.75 to 0.95 (tiny.en), of others under 0.2


class WhisperAligner:
    """Whisper's model as an aligner, on the GPU where there is one. Calls come from one thread at a time."""

    def __init__(self, model: str, language: str) -> None:
        """`model` as for --asr-model. Raises EngineError where it cannot be opened, or does not know `language`."""
        self._recogniser = Recogniser(model, language)
        self.name = f"whisper {model}".strip()

    def align(self, take: Audio, text: str) -> Alignment:
        """When each word of `text` is heard in `take`."""
        own = list(places(text))
        if not own or take.seconds < SHORTEST_S:
            return Alignment(why=NOTHING)
        found = self._recogniser.attended(take, text)
        if not found:
            return Alignment(why="it is longer than Whisper can align")
        likely = sum(likelihood for _, _, _, likelihood in found) / len(found)
        if likely < LIKELY:
            return Alignment(why=f"what is heard in it fits its text badly ({likely:.2f}, {LIKELY} at least)")
        timed = [(piece, start, end) for piece, start, end, _ in found]
        spans = [_span((start + 1, end + 1), timed) for start, end in own]  # a blank was set before the text
        return settled(spans, len(own), take.seconds)


def _span(place: Place, pieces: list[tuple[str, float, float]]) -> Span:
    """The time of characters of a text that is the `pieces` one after the other; shared out inside a piece."""
    at, start_s, end_s = 0, -1.0, 0.0
    for piece, begin, end in pieces:
        lead = len(piece) - len(piece.lstrip())
        inner, after = at + lead, at + len(piece)
        low, high = max(place[0], inner), min(place[1], after)
        if low < high:
            second = (end - begin) / (after - inner)
            if start_s < 0:
                start_s = begin + (low - inner) * second
            end_s = begin + (high - inner) * second
        at = after
    return max(start_s, 0.0), end_s
