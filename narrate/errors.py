"""Every failure a person can cause or meet, as one tree.

NarrateError                 exit code 1, one line: what, where, what to do
├── SourceError              a book cannot be read
├── ProjectError             project.toml, cast.toml or a script line is wrong
├── VoiceError               a voice is missing, damaged or of the wrong kind
├── EngineError              an engine cannot start or cannot speak
│   └── WrongEngineError     it is not the one for this voice, language or line
├── StorageError             a folder cannot be read or written, the disk is full
└── AssemblyError            ffmpeg is missing or failed, takes are missing

The command line turns any of these into one line on stderr. Anything else that
escapes is a defect of ours and keeps its traceback: in the run's log where several
books are worked through, because the next one is still made.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class NarrateError(Exception):
    """An expected failure.

    `what` happened, `where` (a file, optionally with its line) and what to `do`.
    `str()` gives the one line that a person sees.
    """

    def __init__(self, what: str, *, where: Path | str | None = None, line: int | None = None, do: str = "") -> None:
        self.what, self.where, self.line, self.do = what, where, line, do
        place = "" if where is None else f"{where}: " if line is None else f"{where}:{line}: "
        advice = f" ({do})" if do else ""
        super().__init__(" ".join(f"{place}{what}{advice}".split()))

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip from a worker process, which pickles only `args` otherwise."""
        return _rebuild, (type(self), self.what, self.where, self.line, self.do)


def _rebuild(kind: type[NarrateError], what: str, where: Path | str | None, line: int | None, do: str) -> NarrateError:
    return kind(what, where=where, line=line, do=do)


class SourceError(NarrateError):
    """A book that cannot be read: missing, damaged, encrypted, empty, hostile."""


class ProjectError(NarrateError):
    """One of the person's files in a project says something we cannot follow."""


class VoiceError(NarrateError):
    """A voice that is not there, is damaged, or cannot be spoken by the engine asked for."""


class EngineError(NarrateError):
    """An engine that cannot start here, or that failed while it spoke."""


class WrongEngineError(EngineError):
    """What is asked for is not for this engine, or for none that is here: to ask again is of no use."""


class StorageError(NarrateError):
    """A folder that cannot be read or written, or a full disk."""


class AssemblyError(NarrateError):
    """Deliverables that cannot be made."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for the closest of `known`, or an empty string."""
    candidates = {k.casefold(): k for k in known}
    found = get_close_matches(word.casefold(), candidates, n=1, cutoff=0.5)
    return f'did you mean "{candidates[found[0]]}"?' if found else ""
