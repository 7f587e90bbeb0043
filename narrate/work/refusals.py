"""Errors for requests that are refused, of a book that is being proofed for instance."""

from narrate.errors import NarrateError


class RefusedError(NarrateError):
    """What is asked for cannot be done."""


class UnknownError(RefusedError):
    """There is no such line, or no such take."""


class BusyError(RefusedError):
    """Not now: another process works on the project, or the line is not what it is taken for."""


class FullError(RefusedError):
    """Not now: as much waits as may wait."""
