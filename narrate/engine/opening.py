"""How engines are opened: here, in a process of their own, or many on a cluster. Heavy parts are imported then."""

from collections.abc import Callable, Sequence
from functools import partial
from pkgutil import resolve_name
from typing import Any

from narrate.audio import Audio, Finish, Sound, encoded
from narrate.engine.devices import VISIBLE, card_number, see_only
from narrate.engine.engine import Engine
from narrate.engine.registry import ENGINES
from narrate.engine.wanted import Wanted
from narrate.errors import EngineError


def open_engine(name: str, models: Sequence[str] = (), *, slots: int | None = None, **options: Any) -> Engine[Audio]:
    """The engine called `name`, ready to speak. Imports its heavy parts only now.

    `models` are folders or hub names. One is loaded at once; of several, each when its turn comes.
    slots: lines at a time; what fits, unless given. options: the engine's own, see `Wanted.options`.
    """
    opening: Callable[..., Engine[Audio]] = resolve_name(ENGINES[name].opening)
    return opening(models, slots=slots, **options)


def open_on_one_card(
    name: str, models: Sequence[str], *, device: str, slots: int | None = None, **options: Any
) -> Engine[Audio]:
    """`open_engine` in a process of the engine's own, which from now on sees no card but `device`."""
    return open_engine(name, models, device=see_only(device), slots=slots, **options)


def open_lasting(name: str, models: Sequence[str], wanted: Wanted, finish: Finish = encoded) -> Engine[Sound]:
    """The engine called `name` for a long run: started anew when it is lost or stuck.

    One that needs a GPU gets a process to itself; one that needs none looks after its own. With `gpus` or `ray`
    there is one on every GPU, or else on every core; there `finish` is called where the takes are made.
    """
    if wanted.gpus or wanted.ray:
        return _open_cluster(name, models, wanted, finish)
    if not ENGINES[name].needs_gpu:
        return open_engine(name, models)
    from narrate.engine.child import START_S, STUCK_CPU_S, STUCK_S, ChildEngine

    opening = partial(open_on_one_card, name, models, **wanted.options)
    stuck_s = (
        STUCK_CPU_S if wanted.device == "cpu" else START_S if len(models) > 1 else STUCK_S
    )  # the next one is loaded
    return ChildEngine(opening, stuck_s=stuck_s)


def _open_cluster(name: str, models: Sequence[str], wanted: Wanted, finish: Finish) -> Engine[Sound]:
    from narrate.engine.cluster import ClusterEngine

    count = None if wanted.gpus in ("", "all") else int(wanted.gpus)
    if not ENGINES[name].needs_gpu:
        if wanted.gpus:
            raise EngineError(f"the {name} engine has no use for GPUs", do="leave --gpus out; --ray uses every core")
        return ClusterEngine(partial(open_of_one, name, models), address=wanted.ray, gpu=False, finish=finish)
    if card_number(wanted.device):
        what = f"--device {wanted.device} is one card, and {'--ray' if wanted.ray else '--gpus'} takes what is free"
        raise EngineError(what, do=f"leave --device out, or name the cards that may be taken in {VISIBLE}")
    opening = partial(open_engine, name, models, **wanted.options)
    return ClusterEngine(opening, workers=count, address=wanted.ray, gpu=wanted.device != "cpu", finish=finish)


def open_of_one(name: str, models: Sequence[str] = (), *, slots: int | None) -> Engine[Audio]:
    """`open_engine` with one line at a time: the workers are the parallelism."""
    return open_engine(name, models, slots=slots or 1)
