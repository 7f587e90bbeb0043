"""Figures as people read them: counts (`1 line`, `2 lines`) and times (`1:02:03`)."""

from collections.abc import Callable


def counted(noun: str) -> Callable[[int], str]:
    """A counter of nouns: `counted("line")(2)` is `2 lines`."""
    return lambda n: f"{n} {noun}{'' if n == 1 else 's'}"


lines_of = counted("line")
chapters_of = counted("chapter")


def clock(seconds: float) -> str:
    """Seconds as people read them: `1:02:03`, or `2:03` of less than an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
