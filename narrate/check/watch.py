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

from narrate.audio import Audio
from narrate.check import Finding, Verdict, verdict
from narrate.check.light import light
from narrate.check.measures import Measures, measure
from narrate.check.norms import Norms, default_norms, learn
from narrate.errors import StorageError
from narrate.take import Request, TakeStore

MAX_RETRIED_SHARE = 0.25  # of what was judged: more is no bad luck, but a rule or a voice that is wrong
MAX_RETRIED_LINES = 20  # which a short book may always retry

log = logging.getLogger(__name__)

READERS = 4  # threads

UNJUDGED = Verdict(0.0)


@dataclass(slots=True, eq=False)
class Judged:
    """A take that is kept, what was measured of it, and what was found. `tried`: attempts made at the line."""

    request: Request
    measures: Measures
    capped: bool
    verdict: Verdict
    tried: int = 1


@dataclass(slots=True, eq=False)
class _Voice:
    """A voice's takes by key, and the norms learned when there were `learned_from` of them."""

    takes: dict[str, Judged] = field(default_factory=dict)
    norms: Norms = field(default_factory=default_norms)
    learned_from: int = 0


class Watch:
    """Judges the takes of one render. Methods may be called from several threads.

    `refused` says why failed lines are not asked again, when they are too many.
    """

    def __init__(self, store: TakeStore, *, attempts: int = 3, accepted: Container[str] = ()) -> None:
        self.attempts = attempts
        self.refused = ""
        self._store = store
        self._accepted = accepted
        self._voices: dict[tuple[str, str], _Voice] = defaultdict(_Voice)
        self._lock = threading.Lock()

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

    def keep(self, request: Request, audio: Audio, notes: Mapping[str, object]) -> Verdict:
        """Judge a take and write it, unless an earlier attempt at the line was better. What is kept is judged so."""
        measures, capped = measure(audio), bool(notes.get("capped"))
        voice, key = self._voice(request), request.key
        with self._lock:
            before = voice.takes.get(key)
            judged = Judged(request, measures, capped, Verdict(0.0), request.attempt)
            judged.verdict = _judge(judged, voice.norms)
            better = before is None or judged.verdict.score < before.verdict.score
            if better:
                voice.takes[key] = judged
                _learn(voice, at_doublings=True)
            else:
                assert before is not None
                before.tried = request.attempt
        if better:
            self._store.put(request, audio, made=dict(notes) | noted(judged))
            return judged.verdict
        self._store.annotate(key, {"tried": request.attempt})
        assert before is not None
        return before.verdict

    def settle(self) -> None:
        """Judge every take again by what is known of its voice now, and note the verdicts that changed."""
        for voice in self._voices.values():
            _learn(voice)
            for key, judged in voice.takes.items():
                before, judged.verdict = judged.verdict, _judge(judged, voice.norms)
                if (before is UNJUDGED or before.passed != judged.verdict.passed) and key in self._store:
                    self._store.annotate(key, noted(judged))

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
            judged.measures = found[0]
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
        total = sum(len(voice.takes) for voice in self._voices.values())
        if waiting and len(failed) > max(MAX_RETRIED_LINES, MAX_RETRIED_SHARE * total):
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
            judged
            for voice in self._voices.values()
            for judged in voice.takes.values()
            if not judged.verdict.passed and judged.request.key not in self._accepted
        ]

    def _voice(self, request: Request) -> _Voice:
        with self._lock:
            return self._voices[request.voice.fingerprint, request.model]


def noted(judged: Judged) -> dict[str, object]:
    """What a take's comment keeps of its checks."""
    made: dict[str, object] = {"measures": judged.measures.noted(), "verdict": judged.verdict.noted()}
    return made | {"attempt": judged.request.attempt, "tried": judged.tried}


def recalled(request: Request, comment: Mapping[str, object]) -> Judged | None:
    """A take as its comment has it; None when it was never checked, or by another release."""
    measures, found = Measures.read(comment.get("measures")), Verdict.read(comment.get("verdict"))
    if measures is None or found is None:
        return None
    attempt, tried = (count if isinstance(count := comment.get(name), int) else 1 for name in ("attempt", "tried"))
    return Judged(replace(request, attempt=attempt), measures, bool(comment.get("capped")), found, tried)


def _judge(judged: Judged, norms: Norms) -> Verdict:
    request = judged.request
    findings: list[Finding] = light(
        judged.measures, request.text, norms, capped=judged.capped, directed=bool(request.direction)
    )
    return verdict(findings)


def _learn(voice: _Voice, *, at_doublings: bool = False) -> None:
    """The voice's norms from its takes; `at_doublings`: only where there are half as many again as last time."""
    count = len(voice.takes)
    if count > (1.5 * voice.learned_from + 4 if at_doublings else 0):
        voice.norms = learn([(judged.request.text, judged.measures) for judged in voice.takes.values()])
        voice.learned_from = count
