"""The protocol of every engine: requests in, sound out, as it finishes."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from narrate.takes import Request

S = TypeVar("S", covariant=True)


class Engine(Protocol[S]):
    """An engine speaks requests, perhaps for a whole night and on many devices. Close it to free what it holds.

    Its sound is samples (`Engine[Audio]`), or may be encoded where that was done in another process
    (`Engine[Sound]`).
    """

    name: str
    model: str
    sample_rate: int

    @property
    def slots(self) -> int:
        """How many lines it speaks at a time."""
        ...

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, S]]:
        """Every request once, with its sound, as it finishes.

        Raises EngineError when the engine itself fails, VoiceError for a voice it cannot speak.
        Closing the iterator early drops what is in flight and leaves the engine usable.
        """
        ...

    def notes(self, request: Request) -> dict[str, object]:
        """Notes for the take's comment on how it was made: `revision` of the model's files, `capped` for a
        line that was stopped at its frame cap, `ended_late` for one that would have gone on by upstream's rule.
        Asked once its sound is there.
        """
        ...

    def close(self) -> None:
        """Free processes, memory and devices. Harmless when called twice."""
        ...
