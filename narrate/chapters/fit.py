"""Lines fitted to given times: first the pauses between them, then the tempo at which they are heard; what does not.

The lines after `[at 0:01:02 to 0:01:05]` have that window, up to the next one's start if that comes sooner. What is
too long for it has its inner pauses shortened to LEAST_PAUSE_MS, then is heard faster, FASTEST times at most. What
is too long even then runs on: into the silence that follows, or the next lines start late. A line that is short for
its window is never drawn out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.chapters.plan import ChapterPlan, Segment, Window
from narrate.chapters.timeline import Spoken, frames_of
from narrate.errors import StorageError
from narrate.script import end_ms

FASTEST = 1.25
LEAST_PAUSE_MS = 80
ALLOWED_MS = 40  # that a line may be late, or end late, and fits: a frame of a film


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that does not fit its time: its place and text, how late it starts, and how far it runs over its end."""

    place: str
    text: str
    late_ms: int = 0
    over_ms: int = 0


def fitted(plan: ChapterPlan) -> ChapterPlan:
    """The plan with the pauses and tempos by which its lines fit their windows; as it is where it has none, or where a
    take cannot be read."""
    if not any(segment.window for segment in plan.segments):
        return plan
    groups = list(_groups(plan.segments))
    found: list[Segment] = []
    at_ms = 0.0
    for (window, group), (following, _) in zip(groups, [*groups[1:], (None, ())], strict=True):
        if window is not None:
            found.append(Segment(0, None, window=window))
            at_ms = max(at_ms, window.at_ms)
        try:
            lengths = [_length_ms(segment.take) for segment in group]
        except (OSError, StorageError):
            return plan
        if window is not None and not any(segment.sound for segment in group):
            end = end_ms(window.at_ms, window.until_ms, following.at_ms if following else 0)
            group = _squeezed(group, lengths, end - at_ms)
        found += group
        at_ms += sum(s.pause_ms + length / s.tempo for s, length in zip(group, lengths, strict=True))
    return replace(plan, segments=tuple(found))


def misfits(plan: ChapterPlan, lines: Sequence[Spoken], sample_rate: int) -> Iterator[Misfit]:
    """The lines of a chapter that start or end later than their windows say; `lines` as `timeline` has them."""
    spoken = iter(lines)
    for window, group in _groups(plan.segments):
        heard = [next(spoken) for segment in group if segment.said is not None]
        if window is None or not heard:
            continue
        late = _ms(heard[0].start - frames_of(window.at_ms, sample_rate), sample_rate)
        over = _ms(heard[-1].end - frames_of(window.until_ms, sample_rate), sample_rate) if window.until_ms else 0
        late, over = (ms if ms > ALLOWED_MS else 0 for ms in (late, over))
        if late or over:
            said = heard[0].said
            yield Misfit(said.place, " ".join(one.said.line.text for one in heard), late, over)


def _groups(segments: Sequence[Segment]) -> Iterator[tuple[Window | None, list[Segment]]]:
    """What is heard in each window, the first without one where something is heard before."""
    window: Window | None = None
    group: list[Segment] = []
    for segment in segments:
        if segment.window is None:
            group.append(segment)
            continue
        if window is not None or group:
            yield window, group
        window, group = segment.window, []
    yield window, group


def _squeezed(group: list[Segment], lengths: Sequence[float], room_ms: float) -> list[Segment]:
    """The segments of a window with shorter pauses, and faster where that is not enough."""
    spoken, pauses = sum(lengths), sum(segment.pause_ms for segment in group)
    if spoken + pauses <= room_ms + ALLOWED_MS or not spoken:
        return group
    least = [min(segment.pause_ms, LEAST_PAUSE_MS) for segment in group]
    spare = max(0.0, room_ms - spoken - sum(least))
    share = min(1.0, spare / max(pauses - sum(least), 1))
    tempo = 1.0
    if spoken + sum(least) > room_ms + ALLOWED_MS:
        tempo = round(min(FASTEST, spoken / max(room_ms - sum(least), 1)), 3)
    return [
        replace(
            segment,
            pause_ms=round(low + share * (segment.pause_ms - low)),
            tempo=tempo if segment.take is not None else 1.0,
        )
        for segment, low in zip(group, least, strict=True)
    ]


def _length_ms(take: Path | None) -> float:
    if take is None:
        return 0.0
    from narrate.audio import flac_comment  # numpy

    _, frames, sample_rate = flac_comment(take)
    return 1000 * frames / sample_rate


def _ms(frames: int, sample_rate: int) -> int:
    return round(1000 * frames / sample_rate)
