"""Several checkpoints in one book: each kind of voice is spoken by its own.

One after another, since a batch is fastest when it has the card to itself: an engine gives
its slots back before the next one takes them. Its weights stay on the device where all of
them fit into a small part of it, so that a later round (retries) need not load them again.
"""

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import torch

from narrate.audio import Audio
from narrate.engine.engine import Asked
from narrate.engine.qwen.checkpoint import Checkpoint, find_checkpoint
from narrate.engine.qwen.config import SAMPLE_RATE
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.facts import QWEN
from narrate.engine.qwen.lines import noted
from narrate.engine.qwen.memory import CUDA_SLOTS, kind_of
from narrate.engine.worker import steady_still
from narrate.errors import EngineError
from narrate.takes import Request

KEPT_SHARE = 0.15  # of the device's memory, for the weights of engines that are not speaking


class SeveralEngines:
    """A QwenEngine for each of `models`, opened when a request first names it. Satisfies Patient.

    Requests of one checkpoint should follow one another, as `order.in_turn` has them: at
    every other one the slots change hands. Options are QwenEngine's.
    """

    name = QWEN.name
    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        models: Sequence[str],
        *,
        device: str = "cuda",
        eager: bool = False,
        memory: int | None = None,
        cache: str | None = None,
        **options: Any,
    ) -> None:
        """Looks at the checkpoints, loads none. Raises EngineError where one cannot be found."""
        self._found = {checkpoint.name: checkpoint for checkpoint in map(find_checkpoint, models)}
        self._cache = kind_of(cache, device, eager=eager)
        self._options = options | {"device": device, "memory": memory, "cache": self._cache, "eager": eager}
        self._engines: dict[str, QwenEngine] = {}
        self._speaking = ""
        self._ended: dict[str, dict[str, str]] = {}
        self.steady: bool | None = None  # as QwenEngine's, of those that were opened
        self.model = ", ".join(sorted(self._found))
        self.keeps_weights = fit_together(self._found.values(), torch.device(device), memory)

    @property
    def slots(self) -> int:
        """Of the engine that speaks; before that, as many as one has at most."""
        return self._engines[self._speaking].slots if self._speaking else CUDA_SLOTS

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, by the checkpoint it names, as it finishes.

        Raises EngineError for a checkpoint that is none of ours, and what QwenEngine.speak raises.
        """
        last = ""

        def model_of(request: Asked) -> str:
            nonlocal last
            last = last if request is None else request.model
            return last

        for name, group in groupby(requests, key=model_of):
            if name:  # before the first request nothing is in hand
                yield from self._turn_to(name).speak(group)

    def drop(self, requests: Sequence[Request]) -> None:
        """As Patient's."""
        for engine in [*self._engines.values()]:
            engine.drop(requests)

    def notes(self, request: Request) -> dict[str, object]:
        """As QwenEngine's, also when that engine has been put away since."""
        checkpoint, ended = self._found[request.model], self._ended.get(request.model, {})
        return noted(checkpoint.revision, self._cache, ended, request)

    def close(self) -> None:
        """Free everything. Harmless when called twice."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
        self._speaking = ""

    def _turn_to(self, name: str) -> QwenEngine:
        """The engine called `name` with the slots to itself."""
        if name not in self._found:
            raise EngineError(f'a line asks for the model "{name}", and {self.model} are open')
        if name != self._speaking:
            if self._speaking:
                self._put_away(self._speaking)
                self._speaking = ""  # until another is open: opening it may fail
            if name in self._engines:
                self._engines[name].reopen()
            else:
                self._engines[name] = QwenEngine(str(self._found[name].folder), **self._options)
                self._ended.setdefault(name, {})
            self._engines[name].ended = self._ended[name]
            self.steady = steady_still(self.steady, self._engines[name].steady)
            self._speaking = name
        return self._engines[name]

    def _put_away(self, name: str) -> None:
        """Free an engine's slots, and its weights where they would be in the way."""
        self._engines[name].close()
        if not self.keeps_weights:
            del self._engines[name]
            gc.collect()
            torch.cuda.empty_cache()


def fit_together(checkpoints: Iterable[Checkpoint], device: torch.device, memory: int | None = None) -> bool:
    """Whether the weights of all but the largest checkpoint take KEPT_SHARE of the memory at most.

    memory: bytes of the device's that there are for us, where that is not all of it.
    """
    # Released weights are bf16; the CPU holds them in float32.
    sizes = sorted(sum(f.stat().st_size for f in c.folder.glob("*.safetensors")) for c in checkpoints)
    if device.type == "cuda":
        there = torch.cuda.mem_get_info(device)[1]
    else:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return sum(sizes[:-1]) <= KEPT_SHARE * min(there, memory or there)
