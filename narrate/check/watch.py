"""The checks beside a render: takes judged as they land, voices learned, failures asked again.

A take that fails is kept all the same and its verdict with it, in its own comment: an interrupted
run loses nothing and goes on with the retries. Verdicts given while a voice was hardly known are
given again at the end of a round, when it is.
"""

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from narrate.audio import Audio, Encoded, Sound, audio_of
from narrate.check.ears import Ears, Heard, Listener
from narrate.check.findings import Finding, Verdict, verdict
from narrate.check.light import drift, light
from narrate.check.measures import Measures, measure
from narrate.check.norms import ENOUGH, Norms, default_norms, learn
from narrate.check.pace import LEAST_S, Drift, drifts
from narrate.check.voiceprint import Print, Voiceprint, learn_print
from narrate.errors import StorageError
from narrate.takes import Request, TakeStore

MAX_RETRIED_SHARE = 0.25  # of what was judged: more is no bad luck, but a rule or a voice that is wrong
NO_PACE = 1.5  # times the limit: what is nearer, and loses no word, is how a voice that is asked again reads a text
MAX_RETRIED_LINES = 20  # which a short book may always retry

log = logging.getLogger(__name__)

READERS = 4  # threads
BY_EAR = ("missing words", "added words", "wrong words", "reference", "voice")  # the rules of the full checks
VOICE_ONLY = "voice"  # what a take's comment says of a line whose words the recogniser could not understand

UNJUDGED = Verdict(0.0)


@dataclass(slots=True, eq=False)
class Judged:
    """A take that is kept, what was measured of it, and what was found. `tried`: attempts made at the line.

    `heard`: what was found by ear, None where nobody has listened; `voice`: who said it.
    `words`: whether the words were listened to, and not only the voice.
    `run`: the run of lines at another pace that this one is part of.
    """

    request: Request
    measures: Measures
    capped: bool
    verdict: Verdict
    tried: int = 1
    heard: tuple[Finding, ...] | None = None
    voice: Print | None = None
    run: Drift | None = None
    words: bool = True


@dataclass(slots=True, eq=False)
class _Voice:
    """A voice's takes by key, and the norms learned when there were `learned_from` of them."""

    takes: dict[str, Judged] = field(default_factory=dict)
    norms: Norms = field(default_factory=default_norms)
    voiceprint: Voiceprint | None = None
    learned_from: int = 0


class Watch:
    """Judges the takes of one render. Methods may be called from several threads.

    With `ears`, every take is listened to as well: first attempts beside the rendering, from their
    files; later ones, which are few, before it is decided whether they are kept.
    `order`: the keys as the book has them; without it, no pace is held over several lines.
    `refused` says why failed lines are not asked again, when they are too many.
    """

    def __init__(
        self,
        store: TakeStore,
        *,
        attempts: int = 3,
        accepted: Container[str] = (),
        ears: Ears | None = None,
        order: Iterable[str] = (),
    ) -> None:
        self.attempts = attempts
        self.refused = ""
        self._store = store
        self._ears = ears
        self._listener: Listener | None = None
        self._accepted = accepted
        self._order = {key: at for at, key in enumerate(order)}
        self._voices: dict[tuple[str, str, float], _Voice] = defaultdict(_Voice)
        self._lock = threading.Lock()
        self._closed = False

    def recall(self, requests: Iterable[Request]) -> None:
        """Take up what the comments of takes that are there say of them."""
        for request in requests:
            try:
                noted = self._store.asked(request.key)
            except StorageError:
                continue  # damaged: the assembly finds it, and has it made again
            if judged := recalled(request, noted):
                self._voice(request).takes[request.key] = judged
        for voice in self._voices.values():
            _learn(voice)

    def tell_foreign(self, key: str) -> None:
        """Say of a line that comes to the book's that its voice does not speak its language."""
        if self._ears is not None:
            self._ears.foreign.add(key)

    @property
    def busy(self) -> bool:
        """Whether a run that makes no takes would still have something to do."""
        return bool(self.again()) or (self._ears is not None and bool(self.unheard()))

    def unheard(self) -> list[Request]:
        """The takes that nobody has listened to, or not to their words, which these ears would understand."""
        return [
            judged.request
            for judged in self._all()
            if judged.heard is None
            or (not judged.words and self._ears is not None and self._ears.understands(judged.request))
        ]

    def _all(self) -> list[Judged]:
        return [judged for voice in list(self._voices.values()) for judged in list(voice.takes.values())]

    def listen(self) -> None:
        """Have those takes listened to, where there are ears, that nobody has listened to."""
        if self._ears is not None:
            for request in self.unheard():
                self._hear_later(request)

    def close(self, wait_s: float | None = None) -> None:
        """End the listening, or leave it after `wait_s`, and tell of lines that nobody understood.

        Harmless when called twice.
        """
        if self._listener is not None:
            self._listener.close(wait_s)
        unknown = Counter(judged.request.language for judged in self._all() if not judged.words)
        if unknown and self._ears is not None and not self._closed:
            what = "The words of %d lines were not listened to: the recogniser does not know their language."
            log.warning(what, unknown.total())
        self._closed = True

    def keep(self, request: Request, audio: Sound, notes: Mapping[str, object]) -> Verdict:
        """Judge a take and write it, unless an earlier attempt at the line was better. What is kept is judged so."""
        voice, key = self._voice(request), request.key
        measures = audio.measures if isinstance(audio, Encoded) else None
        if not isinstance(measures, Measures):
            measures = measure(audio_of(audio))
        judged = Judged(request, measures, bool(notes.get("capped")), UNJUDGED, request.attempt)
        before = voice.takes.get(key)
        if before is not None and before.run is not None:
            pace, was = (voice.norms.pace(request.text, one.measures)[0] for one in (judged, before))
            judged.run = replace(before.run, line=before.run.line + pace - was)
        if self._ears is not None and before is not None:
            (found,) = self._ears.hear([(request, audio_of(audio), False)])
            judged.heard, judged.voice, judged.words = found.findings, found.voice, found.words
        with self._lock:
            judged.verdict = judge(judged, voice.norms, voice.voiceprint)
            better = before is None or judged.verdict.score < before.verdict.score
            if better:
                voice.takes[key] = judged
                _learn(voice, at_doublings=True)
            else:
                assert before is not None
                before.tried = request.attempt
        if better:
            self._store.put(request, audio, made=dict(notes) | noted(judged))
            if self._ears is not None and judged.heard is None:
                self._hear_later(request)
            return judged.verdict
        self._store.annotate(key, {"tried": request.attempt})
        assert before is not None
        return before.verdict

    def settle(self, stop: threading.Event | None = None) -> None:
        """Judge every take again by what is known of its voice now, and note the verdicts that changed.

        Waits for the listening, unless `stop` is set. Raises what went wrong with it.
        """
        if self._listener is not None:
            if left := self._listener.left:
                log.warning("Listening to the last %d.", left)
            self._listener.finish(stop or threading.Event())
        for voice in self._voices.values():
            _learn(voice)
            self._find_runs(voice)
            for key, judged in voice.takes.items():
                last = judged.tried >= self.attempts
                before, judged.verdict = judged.verdict, judge(judged, voice.norms, voice.voiceprint, last=last)
                if (before is UNJUDGED or before.passed != judged.verdict.passed) and key in self._store:
                    self._store.annotate(key, noted(judged))

    def _find_runs(self, voice: _Voice) -> None:
        """Tell lines which runs of lines, read at another pace, they are part of.

        That is a reason to ask for a line again, and none to hold it back: what is read at that pace every
        time, or by an engine that knows no second attempt, is read as its text wants it.
        """
        if voice.norms.takes < ENOUGH:
            return
        # What is directed may be read at any pace, and so is a word or two.
        held = [
            (self._order[key], judged)
            for key, judged in voice.takes.items()
            if key in self._order and not judged.request.direction and judged.measures.speech_s >= LEAST_S
        ]
        held.sort(key=lambda line: line[0])
        norms = voice.norms
        off = [norms.pace(judged.request.text, judged.measures)[0] for _, judged in held]
        spread = [norms.pace_off.norm(norms.expected_s(judged.request.text)).spread for _, judged in held]
        for (_, judged), run in zip(held, drifts(off, spread), strict=True):
            judged.run = run if judged.tried < self.attempts else None

    def judge_again(self, requests: Sequence[Request]) -> int:
        """Judge takes that are there by their audio, not their comments; damaged ones go. How many were judged."""
        with ThreadPoolExecutor(READERS, "take-reader") as readers:
            measured = list(readers.map(self._measured, requests))
        for request, found in zip(requests, measured, strict=True):
            takes = self._voice(request).takes
            if found is None:
                takes.pop(request.key, None)
                continue
            judged = takes.setdefault(request.key, Judged(request, found[0], found[1], UNJUDGED))
            judged.measures, judged.heard, judged.voice, judged.words = found[0], None, None, True
        self.listen()
        self.settle()
        return len(requests) - measured.count(None)

    def _measured(self, request: Request) -> tuple[Measures, bool] | None:
        try:
            return measure(self._store.get(request.key)), bool(self._store.asked(request.key).get("capped"))
        except StorageError as damaged:
            log.warning("%s; `narrate render` makes it again.", damaged)
            self._store.discard(request.key)
            return None

    def again(self) -> list[Request]:
        """The lines to ask once more, as an engine likes them; none and `refused` when they are too many."""
        failed = self.quarantined()
        waiting = [judged for judged in failed if judged.tried < self.attempts]
        if waiting and self._too_many(failed):
            total = len(self._all())
            rule, count = Counter(judged.verdict.failed[0].rule for judged in failed).most_common(1)[0]
            self.refused = (
                f'{len(failed)} of {total} takes failed their checks, {count} of them by "{rule}": '
                "too many to ask again. Listen to some; if they are good, run with --check off"
            )
            return []
        again = [replace(judged.request, attempt=judged.tried + 1) for judged in waiting]
        return sorted(again, key=lambda request: (request.model, -len(request.text), request.text))

    def quarantined(self) -> list[Judged]:
        """The takes that failed and that nobody has accepted."""
        return [
            judged for judged in self._all() if not judged.verdict.passed and judged.request.key not in self._accepted
        ]

    def undecided(self) -> set[str]:
        """The keys of takes that may yet be replaced, by what is known now: to be asked again, or not listened to."""
        failed = self.quarantined()
        again = [] if self._too_many(failed) else [judged for judged in failed if judged.tried < self.attempts]
        unheard = self.unheard() if self._ears is not None else []
        return {judged.request.key for judged in again} | {request.key for request in unheard}

    def _too_many(self, failed: Sequence[Judged]) -> bool:
        """Whether so many takes `failed` that none is asked again."""
        return len(failed) > max(MAX_RETRIED_LINES, MAX_RETRIED_SHARE * len(self._all()))

    def _hear_later(self, request: Request) -> None:
        with self._lock:
            if self._listener is None:
                assert self._ears is not None
                self._listener = Listener(self._ears, self._read, self._told)
            self._listener.add(request)

    def _read(self, request: Request) -> tuple[Request, Audio, bool] | None:
        judged = self._voice(request).takes.get(request.key)
        try:
            return None if judged is None else (request, self._store.get(request.key), not judged.verdict.passed)
        except StorageError:
            return None  # damaged: the assembly finds it, and has it made again

    def _told(self, request: Request, heard: Heard) -> None:
        voice = self._voice(request)
        judged = voice.takes[request.key]
        judged.heard, judged.voice, judged.words = heard.findings, heard.voice, heard.words
        judged.verdict = judge(judged, voice.norms, voice.voiceprint)
        self._store.annotate(request.key, noted(judged))

    def _voice(self, request: Request) -> _Voice:
        with self._lock:
            return self._voices[request.voice.fingerprint, request.model, request.pace]


def noted(judged: Judged) -> dict[str, object]:
    """What a take's comment keeps of its checks."""
    made: dict[str, object] = {"measures": judged.measures.noted(), "verdict": judged.verdict.noted()}
    if judged.heard is not None:
        made["heard"] = True if judged.words else VOICE_ONLY
    return made | {"attempt": judged.request.attempt, "tried": judged.tried}


def recalled(request: Request, comment: Mapping[str, object]) -> Judged | None:
    """A take as its comment has it; None when it was never checked, or by another release."""
    measures, found = Measures.read(comment.get("measures")), Verdict.read(comment.get("verdict"))
    if measures is None or found is None:
        return None
    attempt, tried = (count if isinstance(count := comment.get(name), int) else 1 for name in ("attempt", "tried"))
    heard = tuple(f for f in found.failed if f.rule in BY_EAR) if comment.get("heard") else None
    words = comment.get("heard") != VOICE_ONLY
    request = replace(request, attempt=attempt)
    return Judged(request, measures, bool(comment.get("capped")), found, tried, heard, words=words)


def judge(judged: Judged, norms: Norms, voiceprint: Voiceprint | None, *, last: bool = False) -> Verdict:
    """The verdict on a take by everything that is known of it and of its voice. `last`: no other attempt is made."""
    request, measures = judged.request, judged.measures
    directed = bool(request.direction)
    findings: list[Finding] = light(measures, request.text, norms, capped=judged.capped, directed=directed)
    if judged.run:
        findings.append(drift(judged.run))
    findings += judged.heard or ()
    if judged.voice is not None and voiceprint is not None:
        timbre = norms.bands_off.away(norms.timbre(measures), measures.seconds)
        findings.append(voiceprint.judge(judged.voice, timbre, directed=directed))
    if last:
        findings = [found for found in findings if found.rule != "pace" or not 1 <= found.score < NO_PACE]
    return verdict(findings)


def _learn(voice: _Voice, *, at_doublings: bool = False) -> None:
    """The voice's norms from its takes; `at_doublings`: only where there are half as many again as last time."""
    count = len(voice.takes)
    if count > (1.5 * voice.learned_from + 4 if at_doublings else 0):
        takes = list(voice.takes.values())
        voice.norms = learn([(judged.request.text, judged.measures) for judged in takes])
        voice.voiceprint = learn_print([judged.voice for judged in takes if judged.voice is not None])
        voice.learned_from = count
