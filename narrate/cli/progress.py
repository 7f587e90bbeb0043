"""Progress on stderr: two bars on a terminal, one plain line a minute anywhere else."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator

import click

from narrate.chapters import Assembled, Step
from narrate.errors import AssemblyError
from narrate.work import Made

CHARACTERS_A_SECOND = 14.5  # of audio: what the remaining text is worth, until this run's own takes tell
PLAIN_EVERY_S = 60.0

log = logging.getLogger(__name__)


def say(message: str) -> None:
    """A message to the person, beside the results, and to the log."""
    click.echo(message, err=True)
    log.info("%s", message.strip())


def shown(made: Iterable[Made], *, lines: int, kept: int, characters: int) -> Iterator[Made]:
    """Pass takes on, showing lines, hours of audio, time left and real-time factor (RTF) as they land.

    `lines` and `kept` count requests, `characters` the text still to be spoken.
    """
    show = _bars if sys.stderr.isatty() else _plain
    return show(made, lines, kept, characters)


class _Rate:
    """Audio made so far, and what the rest will come to at this run's own pace."""

    def __init__(self, characters: int) -> None:
        self.started = time.monotonic()
        self.audio_s = 0.0
        self.spoken = 0
        self.characters = characters

    def add(self, take: Made) -> None:
        self.audio_s += take.seconds
        self.spoken += len(take.request.text)

    @property
    def rtf(self) -> float:
        return self.audio_s / max(time.monotonic() - self.started, 1e-6)

    @property
    def total_s(self) -> float:
        """Seconds of audio when all is spoken: made so far, and the rest by characters."""
        pace = self.spoken / self.audio_s if self.audio_s > 60 else CHARACTERS_A_SECOND
        return self.audio_s + (self.characters - self.spoken) / pace

    @property
    def left_s(self) -> float:
        return (self.total_s - self.audio_s) / max(self.rtf, 1e-6)


def _bars(made: Iterable[Made], lines: int, kept: int, characters: int) -> Iterator[Made]:
    from tqdm import tqdm

    rate = _Rate(characters)
    style = {"dynamic_ncols": True, "file": sys.stderr, "mininterval": 0.2}
    with (
        tqdm(total=lines, initial=kept, desc="lines", unit="line", position=0, **style) as count,
        tqdm(
            total=round(rate.total_s / 3600, 2),
            desc="audio",
            position=1,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:.2f}/{total:.2f} h{postfix}",
            **style,
        ) as hours,
    ):
        for take in made:
            if take.again:
                yield take
                continue
            rate.add(take)
            count.update()
            hours.total = rate.total_s / 3600
            hours.set_postfix_str(f"RTF {rate.rtf:.0f}, {clock(rate.left_s)} left", refresh=False)
            hours.update(take.seconds / 3600)
            yield take


def _plain(made: Iterable[Made], lines: int, kept: int, characters: int) -> Iterator[Made]:
    rate = _Rate(characters)
    done, told = kept, time.monotonic()
    for take in made:
        if take.again:
            yield take
            continue
        rate.add(take)
        done += 1
        if time.monotonic() - told >= PLAIN_EVERY_S:
            told = time.monotonic()
            hours = f"{rate.audio_s / 3600:.2f} h of audio"
            click.echo(f"{done} of {lines} lines, {hours}, RTF {rate.rtf:.0f}, {clock(rate.left_s)} left", err=True)
        yield take


def watched(steps: Iterable[Step | Assembled]) -> Assembled:
    """Run an assembly to its end, with a bar for each stage on a terminal. What it came to."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}  # stages at work: several may be
    try:
        for step in steps:
            if isinstance(step, Assembled):
                return step
            if step.stage not in bars:
                bars[step.stage] = tqdm(desc=step.stage, total=step.of, unit="chapter", disable=None, leave=False)
            bars[step.stage].update(step.done - bars[step.stage].n)
            if step.done == step.of:
                bars.pop(step.stage).close()
    finally:
        for bar in bars.values():
            bar.close()
    raise AssertionError("an assembly ends with what it assembled")


def followed(steps: Iterable[Step | Assembled], tell: Callable[[Step], None], stop: threading.Event) -> Assembled:
    """Run an assembly to its end, telling its steps. Raises AssemblyError where it is to stop before."""
    for step in steps:
        if isinstance(step, Assembled):
            return step
        tell(step)
        if stop.is_set():
            if isinstance(steps, Generator):
                steps.close()
            raise AssemblyError("stopped; what was finished is kept")
    raise AssertionError("an assembly ends with what it assembled")


def clock(seconds: float) -> str:
    """Seconds as `1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def counted(noun: str) -> Callable[[int], str]:
    """A counter of nouns for messages: `1 line`, `2 lines`."""
    return lambda n: f"{n} {noun}{'' if n == 1 else 's'}"


lines_of = counted("line")
chapters_of = counted("chapter")
