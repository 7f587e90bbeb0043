"""Opening engines: in this process, in a process of their own, or many on a cluster. Heavy parts are imported then."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from pkgutil import resolve_name
from typing import Any

from narrate.audio import Audio, Finish, Sound, encoded
from narrate.engine.ahead import Ahead
from narrate.engine.devices import VISIBLE, card_number, cores_here, gpus, see_only
from narrate.engine.engine import Patient, Streaming
from narrate.engine.registry import ENGINES
from narrate.engine.wanted import Wanted
from narrate.errors import EngineError


def open_engine(name: str, models: Sequence[str] = (), *, slots: int | None = None, **options: Any) -> Patient[Audio]:
    """The engine called `name`, ready to speak. Imports its heavy parts only now.

    `models` are folders or hub names. One is loaded at once; of several, each when its turn comes.
    slots: lines at a time; what fits, unless given. options: the engine's own, see `Wanted.options`.
    """
    opening: Callable[..., Patient[Audio]] = resolve_name(ENGINES[name].opening)
    return opening(models, slots=slots, **options)


def open_streaming(name: str, models: Sequence[str] = (), **options: Any) -> Streaming:
    """The engine called `name`, in this process, to be heard while it speaks one line at a time."""
    engine = open_engine(name, models, slots=1, **options)
    assert isinstance(engine, Streaming)  # of one line and of one model, every engine is
    return engine


def open_on_one_card(
    name: str, models: Sequence[str], *, device: str, slots: int | None = None, **options: Any
) -> Patient[Audio]:
    """`open_engine` in a process of the engine's own, which from now on sees no card but `device`."""
    return open_engine(name, models, device=see_only(device), slots=slots, **options)


def open_few(name: str, models: Sequence[str], slots: int, wanted: Wanted, ahead: Ahead) -> Patient[Audio]:
    """The engine called `name` for `slots` lines at a time at most, in the process that is there `ahead`, if any is."""
    child = ahead.take()
    if child is None:
        return open_engine(name, models, slots=slots, **wanted.options)
    from narrate.engine.pool import Pool
    from narrate.engine.processes import Processes

    opening = partial(_open_at_most, name, models, slots, **wanted.options)
    return Pool(Processes([opening], ahead=child))


def _open_at_most(name: str, models: Sequence[str], most: int, *, slots: int | None, **options: Any) -> Patient[Audio]:
    return open_on_one_card(name, models, slots=slots or most, **options)


def open_lasting(
    name: str, models: Sequence[str], wanted: Wanted, finish: Finish = encoded, ahead: Ahead | None = None
) -> Patient[Sound]:
    """The engine called `name` for a long run: started anew when it is lost or stuck.

    One that needs a GPU gets a process to itself (the one that is there `ahead`, if any is), or one on each of
    several with `gpus`; one that needs none looks after its own. With `ray` there is one on every GPU of a cluster,
    or else on every core. Of several engines `finish` is called where the takes are made.
    """
    needs_gpu = ENGINES[name].needs_gpu
    if not needs_gpu and wanted.gpus:
        raise EngineError(f"the {name} engine has no use for GPUs", do="leave --gpus out; --ray uses every core")
    if not needs_gpu and not wanted.ray:
        return open_engine(name, models)
    if needs_gpu and (wanted.gpus or wanted.ray) and card_number(wanted.device):
        what = f"--device {wanted.device} is one card, and {'--ray' if wanted.ray else '--gpus'} takes what is free"
        raise EngineError(what, do=f"leave --device out, or name the cards that may be taken in {VISIBLE}")
    from narrate.engine.finishing import finishers_here
    from narrate.engine.pool import STUCK_CPU_S, STUCK_S, Pool
    from narrate.engine.processes import Processes
    from narrate.engine.workers import START_S

    # Of several models the next one is loaded between two takes.
    stuck_s = STUCK_CPU_S if wanted.device == "cpu" else START_S if len(models) > 1 else STUCK_S
    if not wanted.ray:
        cards = _cards(wanted)
        openings = [partial(open_on_one_card, name, models, **wanted.options | {"device": card}) for card in cards]
        finishing = (finish, finishers_here(len(cards))) if wanted.gpus else ()
        child = None if ahead is None else ahead.take()
        return Pool(Processes(openings, *finishing, ahead=child), stuck_s=stuck_s)
    from narrate.engine.cluster import Cluster

    opening = partial(open_engine, name, models, **wanted.options)
    if not needs_gpu:
        opening = partial(open_of_one, name, models)
    count = None if wanted.gpus in ("", "all") else int(wanted.gpus)
    gpu = needs_gpu and wanted.device != "cpu"
    # A worker may wait for a GPU as long as others have it.
    return Pool(
        Cluster(opening, workers=count, address=wanted.ray, gpu=gpu, finish=finish), start_s=math.inf, stuck_s=stuck_s
    )


def _cards(wanted: Wanted) -> list[str]:
    """The device of each process: the one that is wanted, or as many as `gpus` says and are here."""
    if not wanted.gpus:
        return [wanted.device]
    on_cpu = wanted.device == "cpu"
    here = cores_here() if on_cpu else gpus()
    count = here if wanted.gpus == "all" else min(int(wanted.gpus), here)
    return ["cpu" if on_cpu else f"cuda:{number}" for number in range(max(count, 1))]


def open_of_one(name: str, models: Sequence[str] = (), *, slots: int | None) -> Patient[Audio]:
    """`open_engine` with one line at a time: the workers are the parallelism."""
    return open_engine(name, models, slots=slots or 1)
