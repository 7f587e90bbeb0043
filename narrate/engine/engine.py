"""The protocol of every engine: requests in, sound out, as it finishes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from narrate.audio import Audio
from narrate.takes import Request

S = TypeVar("S", covariant=True)

Asked = Request | None
"""What comes of requests that are asked over time: None where there is none for now."""


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
        line that was stopped at its frame cap, `ended_late` for one that would have gone on by upstream's rule,
        and the kind of `cache` where it is in 8 bits.
        Asked once its sound is there.
        """
        ...

    def close(self) -> None:
        """Free processes, memory and devices. Harmless when called twice."""
        ...


class Patient(Engine[S], Protocol[S]):
    """An engine that need not be told at once all that it is to speak."""

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, S]]:
        """As Engine's. None among the requests: nothing for now; it goes on with what it has in hand, and asks again.

        Whoever asks gives None only while something is in hand, and lets the engine wait where nothing is. The takes
        are those of the same requests without it, to the bit.
        """
        ...

    def drop(self, requests: Sequence[Request]) -> None:
        """Have done with `requests`, these very objects: nobody waits for their takes, which come only if they were all
        but made. The takes of others are the same to the bit. On any thread."""
        ...


@runtime_checkable
class Streaming(Protocol):
    """An engine whose sound is heard while it is made, one line at a time. Close it to free what it holds."""

    sample_rate: int

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        """Pieces of every request's sound, one request after the other: joined, they are what `speak` gives.

        An engine that makes frames of 80 ms hands out `chunk_frames` at once, any other what it has at a time.
        Raises what `speak` raises. Closing the iterator early leaves the engine usable.
        """
        ...

    def close(self) -> None: ...
