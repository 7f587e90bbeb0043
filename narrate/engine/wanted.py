"""Options of an engine on the command line, against what the project says."""

from dataclasses import dataclass
from typing import Any

CLUSTER = "cluster"  # a device that is somewhere else


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for on the command line. None: what the project says.

    `models` may be several, one for each kind of voice; for the kinds that they do not speak,
    the project's are looked at. `device`, `eager` and `memory` are the qwen engine's: "cuda", "cuda:1"
    or "cpu"; plain PyTorch; bytes of the card's that it may have; and so is `exact_upstream`, see `Sampling`.
    `plain`: text as it is written, see `narrate.words`. `check`, `attempts` and `asr_model` are [check]'s in
    project.toml. `gpus` ("all" or a number; "" for the one of `device`) and `ray`, a cluster's address, spread
    the work over many engines.
    """

    engine: str | None = None
    models: tuple[str, ...] = ()
    device: str = "cuda"
    eager: bool = False
    plain: bool = False
    exact_upstream: bool = False
    check: str | None = None
    attempts: int | None = None
    asr_model: str | None = None
    gpus: str = ""
    ray: str = ""
    memory: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The qwen engine's own, as `open_engine` takes them."""
        return {"device": self.device, "eager": self.eager, "memory": self.memory}

    @property
    def place(self) -> str:
        """The device, or CLUSTER when it is not for this machine to have one."""
        return CLUSTER if self.ray else self.device
