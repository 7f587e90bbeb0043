"""Checks: is a take what was asked for? Pure functions of a waveform and a request, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_SCORE = 9.9


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of one rule: `rule` names it, `score` from 1 fails, `why` tells a person."""

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
