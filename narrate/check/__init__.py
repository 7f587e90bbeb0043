"""Checks: is a take what was asked for? Pure functions of a waveform and a request, each with its reason.

    measures   what can be measured of a waveform             always
    norms      what a voice's own takes are like              always
    light      the measures against the norms                 always
    heard      what was said, as a recogniser hears it        with `full`
    speaker    who said it, by an embedding of the voice      with `full`
    watch      all of it beside a render, and the retries

A check gives Findings. A finding's score says how far a take is from what is right: under 1 it
passes, from 1 it fails, and of several attempts at a line the one with the lowest score is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_SCORE = 9.9


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: `rule` names it, `score` from 1 fails, `why` tells a person."""

    rule: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on a take: its `score` is the worst one's; `why` is empty when it passed."""

    score: float
    failed: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failed

    @property
    def why(self) -> str:
        return "; ".join(finding.why for finding in self.failed)

    def noted(self) -> dict[str, object]:
        """For the take's comment."""
        failed = [[finding.rule, finding.score, finding.why] for finding in self.failed]
        return {"score": self.score} | ({"failed": failed} if failed else {})

    @classmethod
    def read(cls, noted: Any) -> "Verdict | None":
        """From a take's comment; None when it holds none."""
        try:
            failed = tuple(Finding(str(r), float(s), str(w)) for r, s, w in noted.get("failed", ()))
            return cls(float(noted["score"]), failed)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The verdict on what was found, the worst first."""
    ordered = sorted(findings, key=lambda finding: -finding.score)
    score = round(min(ordered[0].score, MAX_SCORE), 3) if ordered else 0.0
    failed = tuple(Finding(f.rule, round(min(f.score, MAX_SCORE), 3), f.why) for f in ordered if f.score >= 1)
    return Verdict(score, failed)
