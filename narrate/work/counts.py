"""Counts in a sentence: `1 line`, `2 lines`."""

from collections.abc import Callable


def counted(noun: str) -> Callable[[int], str]:
    """A counter of nouns: `counted("line")(2)` is `2 lines`."""
    return lambda n: f"{n} {noun}{'' if n == 1 else 's'}"


lines_of = counted("line")
chapters_of = counted("chapter")
