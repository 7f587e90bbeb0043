"""Events for the pages that are open, as a stream that a browser reads (server-sent events, WHATWG HTML 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator

ALIVE_S = 15.0  # a comment to a listener who would hear nothing, so that a lost one is noticed
MAX_WAITING = 200  # events that a listener may be behind


def event_of(name: str, data: object) -> bytes:
    """An event as it goes over the wire."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class Feed:
    """Events for whoever listens. All of it belongs to the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes]] = set()
        self._over = False

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, name: str, data: object) -> None:
        """Send an event to all listeners; one that is far behind is let go, and comes back by itself."""
        event = event_of(name, data)
        for queue in [*self._listeners]:
            if queue.qsize() < MAX_WAITING:
                queue.put_nowait(event)
            else:
                self._end(queue)

    async def listen(self) -> AsyncIterator[bytes]:
        """Events from now on, as they go over the wire."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        if self._over:
            return
        self._listeners.add(queue)
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), ALIVE_S)
                except TimeoutError:
                    event = b": still here\n\n"
                if not event:
                    return
                yield event
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End all listening."""
        self._over = True
        for queue in [*self._listeners]:
            self._end(queue)

    def _end(self, queue: asyncio.Queue[bytes]) -> None:
        self._listeners.discard(queue)
        queue.put_nowait(b"")
