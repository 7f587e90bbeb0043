"""Which of a machine's NVIDIA GPUs an engine gets: what `--device` names, and what a process sees of it.

The driver is asked, not torch, whose import takes seconds. `cuda:N` counts the cards that this process sees,
as torch does: CUDA_VISIBLE_DEVICES may hide some and put the others in another order.
"""

import os
import re
from collections.abc import MutableMapping
from dataclasses import dataclass

from narrate.errors import EngineError

_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_…
VISIBLE = "CUDA_VISIBLE_DEVICES"


def card_number(device: str) -> int | None:
    """N of "cuda:N", 0 of "cuda", None of "cpu". Raises EngineError for what is no device."""
    if device == "cpu":
        return None
    match = re.fullmatch(r"cuda(?::(\d{1,4}))?", device, re.ASCII)
    if match is None:
        raise EngineError(f'"{device}" is no device', do="--device takes cuda, cuda:1, … or cpu")
    return int(match[1] or 0)


def missing_card(device: str) -> str:
    """Why `device` cannot be had on this machine, or an empty string. Raises EngineError for what is no device."""
    number = card_number(device)
    if number is None or number < (count := gpus()):
        return ""
    if not count:
        hidden = f" ({VISIBLE} is {os.environ[VISIBLE]!r})" if VISIBLE in os.environ else ""
        return f"there is no NVIDIA GPU here{hidden}"
    there = "cuda:0 alone" if count == 1 else f"cuda:0 to cuda:{count - 1}"
    return f"there is no {device} here, but {there}"


def see_only(device: str, environment: MutableMapping[str, str] = os.environ) -> str:
    """Let this process see no card but `device`; returns what the device is called from then on.

    To be called before the first call of CUDA, in a process of the engine's own. Raises EngineError when
    CUDA_VISIBLE_DEVICES shows fewer cards.
    """
    number = card_number(device)
    if number is None:
        return device
    environment[VISIBLE] = visible_card(number, environment.get(VISIBLE))
    return "cuda"


def visible_card(number: int, visible: str | None) -> str:
    """CUDA_VISIBLE_DEVICES for card `number` alone, of those that the value `visible` shows (None: all).

    Its entries are kept as they are: numbers, and names as GPU-… and MIG-… Raises EngineError when it shows
    fewer cards.
    """
    if visible is None:
        return str(number)
    cards: list[str] = []
    for entry in visible.split(","):
        # CUDA stops reading at the first entry that is none.
        if re.fullmatch(r"\d+|(GPU|MIG)-\S+", entry.strip(), re.ASCII) is None:
            break
        cards.append(entry.strip())
    if number >= len(cards):
        what = f"there is no cuda:{number}: {VISIBLE} is {visible!r}"
        raise EngineError(what, do="count from cuda:0 the cards that it names")
    return cards[number]


def gpus() -> int:
    """How many NVIDIA GPUs the driver shows this process; 0 without a driver."""
    import ctypes

    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def wake(number: int) -> None:
    """Have the driver make the context that CUDA will use on GPU `number`: a third of a second, without Python's lock.

    Nothing happens where there is no such GPU: whoever wants it will find out.
    """
    import ctypes

    if number < gpus():
        driver, device, context = ctypes.CDLL("libcuda.so.1"), ctypes.c_int(), ctypes.c_void_p()
        if driver.cuDeviceGet(ctypes.byref(device), number) == 0:
            driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), device)


def gpu_name(index: int = 0) -> str:
    """What the driver calls a GPU; empty without one."""
    found = card(index)
    return "" if found is None else found.name


@dataclass(frozen=True, slots=True)
class Card:
    """A GPU as its driver describes it: bytes of memory, and the compute capability, such as (8, 6)."""

    name: str
    memory: int
    capability: tuple[int, int]


def card(index: int = 0) -> Card | None:
    """GPU `index` of those that the driver shows this process; None without one."""
    import ctypes

    if index >= gpus():
        return None
    driver, device, name = ctypes.CDLL("libcuda.so.1"), ctypes.c_int(), ctypes.create_string_buffer(100)
    memory, major, minor = ctypes.c_size_t(), ctypes.c_int(), ctypes.c_int()
    if (
        driver.cuDeviceGet(ctypes.byref(device), index)
        or driver.cuDeviceGetName(name, 100, device)
        or driver.cuDeviceTotalMem_v2(ctypes.byref(memory), device)  # without _v2: 32 bits
        or driver.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, device)
        or driver.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, device)
    ):
        return None
    return Card(name.value.decode("utf-8", "replace"), memory.value, (major.value, minor.value))


def cards() -> list[Card]:
    """Every GPU that the driver shows this process."""
    return [found for index in range(gpus()) if (found := card(index)) is not None]


def cores_here() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
