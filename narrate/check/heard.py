"""Recognised words: a recogniser (faster-whisper) transcribes a take, and the transcript is held against its text.

It runs where there is a GPU, else on the CPU, in batches and beside the rendering. A recogniser errs
in one line of thirty or so, and an alarm in each of these would be worth nothing. So a take it is unsure
of is heard a second time with more care, and where it still hears other words than the text's, it is asked
how likely the text's would be: they stand unless its own are far likelier. A line of a few words is
never failed on its word alone: there is too little to recognise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, resampled
from narrate.check.findings import Finding
from narrate.check.words import compare, doubts, put_right, words
from narrate.errors import EngineError
from narrate.languages import code_of
from narrate.voices import open_recogniser
from narrate.voices.transcription import RATE
from narrate.words import as_spoken

WINDOW = 3000  # frames of 10 ms, the recogniser's own window
LEAST_WINDOW = 1000  # a shorter one makes it say things twice
AFTER = 300  # frames of silence behind a take, for the same reason
BATCH = 16
SHORT_WORDS = 4
MISSING_LETTERS = 3.0  # of sounds that were asked for and not heard, to be a word
ADDED_LETTERS = 4.0
WRONG_SHARE = 0.45
FAR_LIKELIER = 4.0  # log of the odds of what was heard against what was asked, for it to have been said
MOST_DOUBTS = 8  # more are no slips of the recogniser
LEAKED_WORDS = 3  # of a reference's transcript in a row


def language_code(tag: str) -> str:
    """Whisper's name of a language: `pt_BR` → pt; English for "auto"."""
    code = code_of(tag)
    return "en" if code == "auto" else code


class Recogniser:
    """A Whisper model, on the GPU where there is one. Calls may come from one thread at a time.

    `language` is the book's; a take may be in another one that the model `knows`.
    """

    def __init__(self, model: str, language: str) -> None:
        """Opens `model`, see hearing.open_recogniser. Raises EngineError, also for a language it does not know."""
        self._model = open_recogniser(model, "auto")
        self._tokens: dict[str, Any] = {}
        self.language = language_code(language)
        if not self.knows(language):
            what = f'the recogniser cannot listen to "{language}"'
            raise EngineError(what, where=model, do="give --asr-model another, or use --check light")

    def knows(self, language: str) -> bool:
        """Whether it can listen to a language (a BCP 47 tag, "auto" for English)."""
        return language_code(language) in self._model.supported_languages

    def write(self, takes: Sequence[Audio], languages: Sequence[str] = (), *, careful: bool = False) -> list[str]:
        """What is heard in each take, by its language, or by the book's where there are no `languages`.

        `careful`: in whole windows and with five guesses beside each other.
        """
        pieces = [(n, resampled(piece, RATE)) for n, take in enumerate(takes) for piece in _pieces(take)]
        spoken = [language_code(language) for language in languages] or [self.language] * len(takes)
        order = sorted(range(len(pieces)), key=lambda at: -len(pieces[at][1]))
        heard = [""] * len(pieces)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            for at, text in zip(
                batch,
                self._hear([pieces[at][1] for at in batch], [spoken[pieces[at][0]] for at in batch], careful),
                strict=True,
            ):
                heard[at] = text
        said = [""] * len(takes)
        for (n, _), text in zip(pieces, heard, strict=True):
            said[n] = f"{said[n]} {text}".strip()
        return said

    def doubted(self, take: Audio, text: str, heard: str, language: str = "") -> str:
        """`heard`, with the text's own words wherever those are not far less likely than the ones heard."""
        places = doubts(text, heard)
        if not 0 < len(places) <= MOST_DOUBTS or len(_pieces(take)) > 1:
            return heard
        samples = resampled(take, RATE)
        encoded = self._encode([samples], WINDOW)
        frames = min(WINDOW, len(samples) // 160)
        tokenizer = self._tokenizer(language_code(language) if language else self.language)
        least = self._log_likelihood(tokenizer, encoded, frames, heard) - FAR_LIKELIER
        right = [d for d in places if self._log_likelihood(tokenizer, encoded, frames, put_right(heard, [d])) > least]
        return put_right(heard, right)

    def attended(self, take: Audio, text: str, language: str = "") -> list[tuple[str, float, float, float]]:
        """When Whisper attends to `text` in `take`: its pieces of the text, start and end in seconds, and likelihood.

        Empty for a take longer than its window.
        """
        if len(_pieces(take)) > 1:
            return []
        samples = resampled(take, RATE)
        window = min(WINDOW, max(LEAST_WINDOW, len(samples) // 160 + AFTER) // 2 * 2)
        tokenizer = self._tokenizer(language_code(language) if language else self.language)
        encoded, frames = self._encode([samples], window), min(window, len(samples) // 160)
        (found,) = self._model.find_alignment(tokenizer, [tokenizer.encode(f" {text}")], encoded, [frames])
        return [(str(w["word"]), float(w["start"]), float(w["end"]), float(w["probability"])) for w in found]

    def _tokenizer(self, language: str) -> Any:
        """Whisper is told a take's language by the first tokens of what it is to go on with."""
        if language not in self._tokens:
            from faster_whisper.tokenizer import Tokenizer

            multilingual = bool(self._model.model.is_multilingual)
            self._tokens[language] = Tokenizer(
                self._model.hf_tokenizer, multilingual, task="transcribe", language=language
            )
        return self._tokens[language]

    def _log_likelihood(self, tokenizer: Any, encoded: Any, frames: int, text: str) -> float:
        tokens = [*tokenizer.encode(f" {text}"), tokenizer.eot]
        (found,) = self._model.model.align(encoded, list(tokenizer.sot_sequence), [tokens], frames)
        return float(np.log(np.maximum(found.text_token_probs, 1e-9)).sum())

    def _hear(self, pieces: Sequence[NDArray[np.float32]], languages: Sequence[str], careful: bool) -> list[str]:
        window = WINDOW if careful else min(WINDOW, max(LEAST_WINDOW, len(pieces[0]) // 160 + AFTER) // 2 * 2)
        encoded = self._encode(pieces, window)
        tokenizers = [self._tokenizer(language) for language in languages]
        results = self._model.model.generate(
            encoded,
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps] for tokenizer in tokenizers],
            beam_size=5 if careful else 1,
            max_length=200,
            suppress_blank=True,
        )
        return [t.decode(result.sequences_ids[0]).strip() for t, result in zip(tokenizers, results, strict=True)]

    def _encode(self, pieces: Sequence[NDArray[np.float32]], window: int) -> Any:
        silence = np.zeros(window * 160, np.float32)
        features = [
            self._model.feature_extractor(np.concatenate([piece, silence])[: window * 160])[:, :window]
            for piece in pieces
        ]
        return self._model.encode(np.stack(features))


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """A take to be listened to: its text, and its voice's reference transcript, which may leak into it.

    `spoilt`: it has failed already, so that it need not be heard twice to be sure.
    """

    text: str
    audio: Audio
    reference: str = ""
    spoilt: bool = False
    language: str = "en"


def listen(recogniser: Recogniser, takes: Sequence[Hearing]) -> list[list[Finding]]:
    """The findings of the recogniser in each of `takes`."""
    heard = recogniser.write([take.audio for take in takes], [take.language for take in takes])
    found = [judge(take.text, said, take.reference, take.language) for take, said in zip(takes, heard, strict=True)]
    for n, take in enumerate(takes):
        if take.spoilt or all(finding.score < 1 for finding in found[n]):
            continue
        (again,) = recogniser.write([take.audio], [take.language], careful=True)
        found[n] = _milder(found[n], judge(take.text, again, take.reference, take.language))
        if any(finding.score >= 1 for finding in found[n]):
            likely = recogniser.doubted(take.audio, take.text, again, take.language)
            found[n] = _milder(found[n], judge(take.text, likely, take.reference, take.language))
    return found


def _milder(found: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """Of each rule that both know, the finding with the lower score."""
    second = {finding.rule: finding for finding in others}
    return [min(f, second[f.rule], key=lambda x: x.score) for f in found if f.rule in second]


def judge(text: str, heard: str, reference: str = "", language: str = "en") -> list[Finding]:
    """Findings of a transcript against the text: words missing, added and wrong, a reference leaked."""
    findings = _judge(text, heard, reference)
    if any(c.isdigit() for c in heard):  # it was asked for in words, and is written in figures
        spoken = _judge(text, as_spoken(heard, language), reference)
        findings = min(findings, spoken, key=lambda found: max((f.score for f in found), default=0.0))
    return findings


def _judge(text: str, heard: str, reference: str) -> list[Finding]:
    found = compare(text, heard)
    findings = _leaks(found.asked, found.heard, words(reference))
    if len(found.asked) < SHORT_WORDS:
        return findings
    gone, letters = max(found.missing, key=lambda part: part[1], default=("", 0))
    findings.append(Finding("missing words", letters / MISSING_LETTERS, f'not heard: "{gone[:60]}"'))
    more, letters = max(found.added, key=lambda part: part[1], default=("", 0))
    findings.append(Finding("added words", letters / ADDED_LETTERS, f'heard besides: "{more[:60]}"'))
    findings.append(Finding("wrong words", found.wrong / WRONG_SHARE, f'heard instead: "{heard[:80]}"'))
    return findings


def _leaks(asked: Sequence[str], heard: Sequence[str], reference: Sequence[str]) -> list[Finding]:
    """The longest run of the reference's own words that was heard and not asked for."""
    if not reference:
        return []
    run = SequenceMatcher(None, heard, reference, autojunk=False).find_longest_match()
    leaked = " ".join(heard[run.a : run.a + run.size])
    if run.size < 2 or f" {leaked} " in f" {' '.join(asked)} ":
        return []
    return [Finding("reference", run.size / LEAKED_WORDS, f'the voice\'s reference is heard: "{leaked[:60]}"')]


def _pieces(audio: Audio) -> list[Audio]:
    """Audio of any length in pieces that fit the window, cut at their quietest."""
    block = audio.sample_rate // 100
    longest, slack = (WINDOW - AFTER) * block, 400 * block
    pieces, samples = [], audio.samples
    while len(samples) > longest:
        tail = np.abs(samples[longest - slack : longest].astype(np.int32)).reshape(-1, block).sum(axis=1)
        cut = longest - slack + int(tail.argmin()) * block + block // 2
        pieces.append(Audio(samples[:cut], audio.sample_rate))
        samples = samples[cut:]
    return [*pieces, Audio(samples, audio.sample_rate)]
