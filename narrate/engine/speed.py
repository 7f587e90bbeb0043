"""The speed of this machine: measured once for each engine, model and device, then remembered.

In `speed.json` in the user's cache folder (`~/.cache/narrate` on Linux); it can be deleted. A
render of some length puts the figures right by its own.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from narrate.engine.devices import card_number, gpu_name
from narrate.engine.registry import ENGINES
from narrate.engine.wanted import Wanted
from narrate.errors import StorageError
from narrate.files import write_text


@dataclass(frozen=True, slots=True)
class Speed:
    """`rtf` is seconds of audio made a second, `load_s` what comes before the first take.

    `characters_per_s` of text make a second of audio, and that `take_bytes_per_s` bytes of FLAC.
    """

    rtf: float
    load_s: float
    characters_per_s: float
    take_bytes_per_s: float
    lines: int
    measured_at: str


def speed_file() -> Path:
    """Where speeds are remembered."""
    from platformdirs import user_cache_path

    return user_cache_path("narrate", appauthor=False) / "speed.json"


def speed_key(engine: str, model: str, wanted: Wanted) -> str:
    """The key of a speed: the engine, its model, and the cores or the GPUs that it runs on."""
    return f"{engine} | {model} | {_place(engine, wanted)}"


def _place(engine: str, wanted: Wanted) -> str:
    """The cores or the GPUs that an engine runs on."""
    device = wanted.device
    if wanted.ray:
        where = f"{wanted.gpus or 'all'} of {wanted.ray}"
    elif not ENGINES[engine].needs_gpu or device == "cpu":
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        where = f"{cores} cores"
    else:
        where = f"{device}, {gpu_name(card_number(device) or 0)}" + (f" x {wanted.gpus}" if wanted.gpus else "")
        where += f", {wanted.memory / 1e9:g} GB of it" if wanted.memory else ""
        where += f", {wanted.cache} cache" if wanted.cache else ""
    return where


def recall(key: str) -> Speed | None:
    """The speed that was remembered under `key`, or None. A damaged file counts as none."""
    try:
        return Speed(**json.loads(speed_file().read_text("utf-8"))[key])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def recall_all(engine: str, wanted: Wanted) -> dict[str, Speed]:
    """The speeds of all models that were measured in the place of `wanted`, by the model's name."""
    try:
        keys = sorted(dict(json.loads(speed_file().read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return {}
    before, after = f"{engine} | ", f" | {_place(engine, wanted)}"
    models = [k[len(before) : -len(after)] for k in keys if k.startswith(before) and k.endswith(after)]
    return {model: speed for model in models if (speed := recall(speed_key(engine, model, wanted))) is not None}


def remember(key: str, speed: Speed) -> None:
    """Keep `speed` under `key`; a cache that cannot be written stays as it is."""
    path = speed_file()
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        found = {}
    if not isinstance(found, dict):
        found = {}
    found[key] = asdict(speed)
    try:
        write_text(path, json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    except StorageError:
        return
