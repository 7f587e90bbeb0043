"""Options of an engine on the command line, against what the project says."""

import re
from dataclasses import dataclass
from typing import Any

CLUSTER = "cluster"  # a device that is somewhere else
MOST_MEMORY = 10**12  # bytes: no card has more


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for on the command line. None: what the project says.

    `models` may be several, one for each kind of voice; for the kinds that they do not speak,
    the project's are looked at. `device`, `eager`, `memory` and `cache` are the qwen engine's: "cuda", "cuda:1"
    or "cpu"; plain PyTorch; bytes of the card's that it may have; what keys and values are kept in, "int8" or
    "bf16", None for the engine's choice; and so is `exact_upstream`, see `Sampling`.
    `plain`: text as it is written, see `narrate.words`. `check`, `attempts` and `asr_model` are [check]'s in
    project.toml, and `words` is [output]'s: whether word times are wanted. `gpus` ("all" or a number; "" for the
    one of `device`) and `ray`, a cluster's address, spread the work over many engines. ValueError where one of them
    rules out another, or is nothing of the kind.
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
    words: bool = False
    gpus: str = ""
    ray: str = ""
    memory: int | None = None
    cache: str | None = None

    def __post_init__(self) -> None:
        if self.memory and self.device == "cpu":
            raise ValueError("--memory is a GPU's, and --device cpu has none")
        if self.gpus not in ("", "all") and not (self.gpus.isdecimal() and int(self.gpus)):
            raise ValueError(f'--gpus "{self.gpus}" is neither a number nor "all"')

    @property
    def options(self) -> dict[str, Any]:
        """The qwen engine's own, as `open_engine` takes them."""
        return {"device": self.device, "eager": self.eager, "memory": self.memory, "cache": self.cache}

    @property
    def place(self) -> str:
        """The device, or CLUSTER when it is not for this machine to have one."""
        return CLUSTER if self.ray else self.device


def read_memory(text: str) -> int:
    """Bytes of a card's memory, as 6GB, 6GiB, 6000MB, or 6 for gigabytes. Raises ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?) ?([gm]i?b?)?", text.strip().lower(), re.ASCII)
    if match is None:
        raise ValueError(f'"{text}" is no amount of memory such as 6GB, 6GiB or 6000MB')
    number, unit = float(match[1]), match[2] or "gb"
    found = round(number * (1024 if "i" in unit else 1000) ** (3 if unit[0] == "g" else 2))
    if not 0 < found <= MOST_MEMORY:
        raise ValueError(f'"{text}" is no size of a GPU: 6 is 6 GB, 6000 MB')
    return found
