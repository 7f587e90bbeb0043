"""Engines: requests in, audio out.

One method. Results come as they finish, in any order; requests are pulled as there is
room for them. Batching, back-pressure, progress and crash safety follow from that, with no
callback and no queue class: the caller's loop is the queue. A retry is another round of
`speak` over what failed, so retries are batched too.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from narrate.audio import Audio
from narrate.take import Request


class Engine(Protocol):
    """Something that speaks. Close it (or leave its `with` block) to free what it holds."""

    name: str
    model: str
    sample_rate: int

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes.

        Raises EngineError when the engine itself fails, VoiceError for a voice it cannot speak.
        Closing the iterator early drops what is in flight and leaves the engine usable.
        """
        ...

    def close(self) -> None:
        """Free processes, memory and devices. Harmless when called twice."""
        ...
