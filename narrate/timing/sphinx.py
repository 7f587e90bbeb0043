"""English takes aligned by PocketSphinx: hidden Markov models of phones, and a dictionary, all in its wheel.

Names that the dictionary lacks are sounded out as the draft voice would say them. An alignment is believed by its
acoustic score: how far, frame by frame, the phones of the text are behind those that fit the sound best. The right
text is 0.7 to 1.5 behind (natural logarithms), another text 1.8 to 7.5 where it can be aligned at all
(benchmarks/alignment.py).
"""

import math
import unicodedata
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, resampled
from narrate.errors import EngineError, WrongEngineError
from narrate.install import install_command
from narrate.timing.alignment import NOTHING, SHORTEST_S, Alignment, settled
from narrate.timing.words import spoken_words

RATE = 16_000
FRAME_S = 0.01
# A frame looks at 25.6 ms of sound and stands for its middle.
LATE_S = 0.0128 - FRAME_S / 2
# Seconds of silence around a take, which is trimmed close: some are aligned with it alone, a few without it alone.
AROUND_S = (0.2, 0.0)
BEHIND = 2.5  # natural logarithm a frame; further behind than this an alignment is not believed
# hibari's phonemes, each with the phone of CMU's dictionary that is nearest.
_TABLE = """
A EY I AY O OW Q OW W AW Y OY a AE e EH i IY u UW o AO b B d D f F h HH j Y k K l L m M n N p P r R s S t T T T v V
w W z Z x K æ AE ɑ AA ɒ AA ɔ AO ə AH ɚ ER ɜ ER ɝ ER ɛ EH ɪ IH ʊ UH ʌ AH ᵊ AH ᵻ IH ɐ AH ð DH ŋ NG ɡ G ɹ R ɾ T ʔ T ʃ SH
ʒ ZH ʤ JH ʧ CH θ TH
""".split()
_PHONES = dict(zip(_TABLE[::2], _TABLE[1::2], strict=True))


class SphinxAligner:
    """PocketSphinx's decoder with its English model. Calls come from one thread at a time."""

    def __init__(self) -> None:
        """Raises EngineError where PocketSphinx is missing."""
        try:
            from pocketsphinx import Decoder
        except ImportError:
            what = "to tell when each word of an English take is heard, narrate needs PocketSphinx"
            raise WrongEngineError(what, do=install_command("words")) from None
        try:
            self._decoder: Any = Decoder(lm=None, loglevel="FATAL")
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"PocketSphinx cannot be opened: {error}", do=install_command("words")) from error
        self.name = f"pocketsphinx {version('pocketsphinx')}"

    def align(self, take: Audio, text: str) -> Alignment:
        """When each word of `text` is heard in `take`."""
        words = spoken_words(text)
        if not words or take.seconds < SHORTEST_S:
            return Alignment(why=NOTHING)
        names = [_entry(word) for word in words]
        if unknown := self._sound_out(names, words):
            return Alignment(why=f'nobody here knows how "{unknown}" sounds')
        samples = np.clip(resampled(take, RATE) * 32768.0, -32768, 32767).astype(np.int16)
        found = Alignment()
        for silence_s in AROUND_S:
            found = self._aligned(samples, names, take.seconds, silence_s)
            if found.spans:
                break
        return found

    def _aligned(self, samples: NDArray[np.int16], names: Sequence[str], seconds: float, silence_s: float) -> Alignment:
        """The alignment of `samples` [N] at RATE, with so much silence before and after them."""
        silence = np.zeros(round(silence_s * RATE), np.int16)
        try:
            self._decoder.set_align_text(" ".join(names))
            self._decoder.start_utt()
            try:
                self._decoder.process_raw(np.concatenate([silence, samples, silence]).tobytes(), full_utt=True)
            finally:
                self._decoder.end_utt()
        except (RuntimeError, ValueError):
            return Alignment(why="it cannot be aligned to its text")
        segments = [segment for segment in self._decoder.seg() or () if segment.word[0] not in "<[("]
        if not segments:
            return Alignment(why="other words than its text's may be heard in it")
        frames = sum(segment.end_frame - segment.start_frame + 1 for segment in segments)
        behind = -sum(math.log(max(segment.ascore, 1e-300)) for segment in segments) / max(frames, 1)
        if behind > BEHIND:
            return Alignment(why=f"what is heard in it fits its text badly ({behind:.1f}, {BEHIND} at most)")
        late_s = LATE_S - silence_s
        spans = ((s.start_frame * FRAME_S + late_s, (s.end_frame + 1) * FRAME_S + late_s) for s in segments)
        return settled(spans, len(names), seconds)

    def _sound_out(self, names: Sequence[str], words: Sequence[str]) -> str:
        """Add to the dictionary what it lacks of `names`, the entries of `words`; the first word nobody can sound."""
        lacking = {name: word for name, word in zip(names, words, strict=True) if self._lacks(name)}
        if not lacking:
            return ""
        from narrate.engine.draft_sounds import sounds_of

        for (name, word), sounds in zip(lacking.items(), sounds_of(lacking.values()), strict=True):
            phones = arpabet(sounds)
            if not name or not phones:
                return word
            self._decoder.add_word(name, phones, update=True)
        return ""

    def _lacks(self, name: str) -> bool:
        return not name or self._decoder.lookup_word(name) is None


def _entry(word: str) -> str:
    """A word as the dictionary writes it: small letters and inner apostrophes; other signs are left out."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(c for c in plain if c.isalnum() or c == "'")


def arpabet(sounds: str) -> str:
    """The phones of CMU's dictionary for phonemes of hibari's alphabet, without stress."""
    phones: list[str] = []
    for sound in sounds:
        phone = _PHONES.get(sound)
        if phone == "R" and phones[-1:] == ["ER"]:
            continue
        if phone:
            phones.append(phone)
    return " ".join(phones)
