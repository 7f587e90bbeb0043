"""One line in the embedded voice: what a worker of the draft engine does.

How a voice is shifted: hibari's network gives the pitch and the spectral envelopes of
every 12.5 ms frame, and a waveform is only then made of them. So pitch is multiplied,
pace reads the frames faster or slower, and formants stretch the envelopes, all before
there is a waveform to blur. The network has a speed of its own, which we leave at 1: it
rounds each phoneme to whole steps, so that 1.3 gives 1.17 and 1.4 gives 1.49.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import from_float, silence
from narrate.engine.draft_espeak import espeak_english
from narrate.engine.draft_kokoro import in_japanese, load_kokoro
from narrate.engine.draft_phonemes import ENGLISH, LETTERS, phonemes_of
from narrate.engine.draft_piper import load_piper
from narrate.engine.draft_sound import Frames, waveform
from narrate.engine.draft_waves import SAMPLE_RATE, Values
from narrate.errors import EngineError
from narrate.install import DRAFT_ENGINE_COMMAND
from narrate.languages.english_sounds import english_sounds
from narrate.script import after
from narrate.takes import Request
from narrate.voices import HIBARI_VOICES, DraftVoice, EmbeddedVoice, is_style

BRITISH = "en-GB"
MAX_PHONEMES = 400  # a longer chunk costs the network memory by its square; hibari's own limit yields to long clauses
EDGE_MS = 30.0  # what a take keeps before its first sound and after its last; assembly makes the pauses
EDGE_DB = -55.0  # a sound is above this, relative to the take's peak; hibari's silence lies under -120
# Between the sentences of one request, and between the parts of a very long one; middles, as in a project's pauses.
SENTENCE_MS, CLAUSE_MS = 300.0, 120.0
NOTHING_MS = 200.0  # what is heard of a text that has no sound
# hibari 0.2 looks a word up together with a quotation mark before it, and then guesses: "Now is read as no.
_OPENING = re.compile(r"(?<!\w)[\"“](?=[\w‘’'])")
_POSSESSIVE = re.compile(r"['’]s\b")
# A space that it takes a numeral to follow, after "William" or "Part", where a name or an initial does: its
# pattern for numerals also fits the nothing before "Lucas", and William the zeroth is read.
_NO_NUMERAL = re.compile(r"(?<=\w) (?=[IVXLC])(?![IVXLCDM]{2,}\b(?!['’])|[IVXLC]\b(?![.'’]))")


@lru_cache(maxsize=8)
def load_hibari(model: Path | None = None, *, british: bool = False) -> Any:
    """hibari's model, or that of another of its voices, on one thread: the workers are the parallelism."""
    try:
        from hibari import Hibari
        from hibari.g2p import G2P

        g2p = G2P(british=True) if british else None
        return Hibari(threads=1, model=model and str(model), g2p=g2p)
    except Exception as error:
        do = "" if model else DRAFT_ENGINE_COMMAND
        raise EngineError(f"{model or 'the draft voice'} cannot be loaded: {error}", do=do) from error


def speak_line(hibari: Any, request: Request) -> NDArray[np.int16]:
    """Samples [N] int16 at SAMPLE_RATE for a request in a voice of this engine's, trimmed to EDGE_MS at both ends.

    The same request gives the same samples in any process and order: its own seed says
    which noise is heard. A text without a sound ("日本語", "***") gives NOTHING_MS of
    silence: a listener expects the book to go on, and an error would stop a whole render
    for one ornament.
    """
    return np.concatenate(list(speak_parts(hibari, request)))


def speak_parts(hibari: Any, request: Request) -> Iterator[NDArray[np.int16]]:
    """The same samples as they are made: of a sentence at a time, or of a part of a very long one."""
    gap_ms: float | None = None
    for phonemes, made in _sentences(hibari, request):
        samples = _trim(made)
        if not len(samples):
            continue
        if gap_ms is not None:
            yield silence(max(0.0, gap_ms - 2 * EDGE_MS), SAMPLE_RATE)
        yield from_float(samples, SAMPLE_RATE).samples
        gap_ms = after(phonemes, SENTENCE_MS if phonemes.rstrip('"”’)')[-1:] in tuple(".!?…") else CLAUSE_MS)
    if gap_ms is None:
        yield silence(NOTHING_MS, SAMPLE_RATE)


def _sentences(hibari: Any, request: Request) -> Iterator[tuple[str, Values]]:
    """The phonemes and the samples of each part of a request, by the model of its voice."""
    voice = request.voice
    assert isinstance(voice, DraftVoice | EmbeddedVoice)
    voice = replace(voice, pace=voice.pace * request.pace)
    if isinstance(voice, EmbeddedVoice) and is_style(voice.model):
        kokoro = load_kokoro(voice.model.parent)
        for sentence in in_japanese(kokoro.phonemizer, request):
            for phonemes in _cut(sentence):
                yield phonemes, kokoro.synthesize(phonemes, voice)
        return
    if isinstance(voice, EmbeddedVoice) and voice.model.name not in HIBARI_VOICES:
        piper = load_piper(voice.model)
        for phonemes in _piper_chunks(hibari, piper.config.kind, request, voice):
            yield phonemes, piper.synthesize(phonemes, voice)
        return
    if isinstance(voice, EmbeddedVoice):
        hibari = load_hibari(voice.model, british=voice.language == BRITISH)
        voice = DraftVoice(voice.name, pace=voice.pace)
    draws = np.random.default_rng(request.seed)
    for phonemes in _chunks(hibari, inline(request, british=hibari.g2p.british)):
        yield phonemes, _synthesize(hibari, phonemes, voice, draws)


def _piper_chunks(hibari: Any, kind: str, request: Request, voice: EmbeddedVoice) -> Iterator[str]:
    """A request as strings of at most MAX_PHONEMES of a Piper voice's symbols."""
    if kind == LETTERS or voice.spoken != (ENGLISH,):
        language = voice.language if request.language == "auto" else request.language
        for phonemes in phonemes_of(replace(request, language=language), kind):
            yield from _cut(phonemes)
        return
    british = voice.language == BRITISH
    if british:
        hibari = load_hibari(british=True)
    for phonemes in _chunks(hibari, inline(request, british=british)):
        yield espeak_english(phonemes, british=british)


def inline(request: Request, *, british: bool = False) -> str:
    """A request's text as hibari's phonemizer takes it, phonemes in the form of a link: `[x](/ʃɪvˈɔn/)`.

    In the link stands a letter and not the word, which may hold a full stop: sentences are cut before links are found.
    """
    parts, at = [], 0
    for span in request.phonemes:
        sounds = english_sounds(span.ipa, british=british)
        ending = _POSSESSIVE.match(request.text, span.end)
        parts += [_plain(request.text[at : span.start]), f"[x](/{sounds}{_possessive(sounds) if ending else ''}/)"]
        at = ending.end() if ending else span.end
    return "".join([*parts, _plain(request.text[at:])])


def _plain(text: str) -> str:
    """Text that hibari reads as it should: an asterisk is not read, and no link is made of brackets side by side."""
    return _NO_NUMERAL.sub("* ", _OPENING.sub("", text)).replace("](", "] (")


def _possessive(sounds: str) -> str:
    """How an English 's sounds after `sounds`: in cats, dogs or horses."""
    return "ᵻz" if sounds[-1:] in tuple("szʃʒʧʤ") else "s" if sounds[-1:] in tuple("ptkfθ") else "z"


def _chunks(hibari: Any, text: str) -> Iterator[str]:
    """The text as strings of at most MAX_PHONEMES phonemes, cut at sentences, then clauses, then words."""
    try:
        found = hibari.phonemize(text)
    except (ValueError, LookupError):
        # hibari 0.2 trips over numerals such as ❶ or 10⁻⁶ and numbers of 40 digits: read those digit by digit
        found = hibari.phonemize("".join(map(_spaced_digit, text)))
    for phonemes in found:
        yield from _cut(phonemes)


def _cut(phonemes: str) -> Iterator[str]:
    while len(phonemes) > MAX_PHONEMES:
        cut = phonemes.rfind(" ", 0, MAX_PHONEMES) + 1 or MAX_PHONEMES
        yield phonemes[:cut]
        phonemes = phonemes[cut:]
    yield phonemes


def _spaced_digit(character: str) -> str:
    digit = unicodedata.digit(character, -1)
    return character if digit < 0 else f" {digit} "


def _synthesize(hibari: Any, phonemes: str, voice: DraftVoice, draws: np.random.Generator) -> NDArray[np.float32]:
    """Samples [N] float32 of one chunk; with pitch 0, pace 1 and formant 1 what hibari gives but for its noise."""
    ids = hibari.ids(phonemes)
    if len(ids) < 3 or not any(map(str.isalpha, phonemes)):  # nothing but pads and points: hibari would breathe
        return np.zeros(0, np.float32)
    feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
    return waveform(Frames.of(hibari.sess.run(["lh", "theta", "ln", "lr", "phi", "f0"], feed)), voice, draws)


def _trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """`samples` from EDGE_MS before the first sound to EDGE_MS after the last; empty when there is none.

    hibari leaves about 280 ms before and 400 ms after, differing from line to line.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 1e-4:
        return samples[:0]
    step = SAMPLE_RATE // 200  # 5 ms
    blocks = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    level = np.sqrt(np.mean(blocks * blocks, axis=1))
    (loud,) = np.nonzero(level > peak * 10.0 ** (EDGE_DB / 20.0))
    if not len(loud):
        return samples[:0]
    edge = round(EDGE_MS * SAMPLE_RATE / 1000)
    return samples[max(0, loud[0] * step - edge) : (loud[-1] + 1) * step + edge]
