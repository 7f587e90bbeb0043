"""The outlook of a card with Qwen3-TTS, in words: for `narrate doctor` and `narrate plan`. Nothing is loaded for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from narrate.engine import Wanted
from narrate.engine.devices import Card, card, card_number, cards
from narrate.engine.qwen.facts import QWEN
from narrate.engine.qwen.memory import INT8, RELEASED, WITH_BFLOAT16, Layout, Released, kind_of, no_bfloat16
from narrate.engine.speed import recall_all


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Something that a machine has or lacks."""

    what: str
    ok: bool
    found: str


def card_findings(memory: int | None = None) -> list[Diagnosis]:
    """This machine's GPUs, what each released size does on each kind of them, and how fast that was found to be."""
    found = cards()
    if not found:
        return [Diagnosis("gpu", False, "none (only the qwen engine needs one)")]
    names = "; ".join(f"{each.name}, {each.memory / 2**30:.1f} GiB" for each in found)
    rows = [Diagnosis("gpu", True, f"{len(found)} NVIDIA GPU(s): {names}")]
    kinds = list(dict.fromkeys(found))
    for kind in kinds:
        on = f" on cuda:{found.index(kind)}" if len(kinds) > 1 else ""
        rows += [Diagnosis(f"qwen {size.name}{on}", *outlook(size, kind, memory)) for size in RELEASED.values()]
    speeds = recall_all(QWEN.name, Wanted(memory=memory))
    told = "; ".join(f"{model}: RTF {speed.rtf:.0f}" for model, speed in speeds.items())
    return [*rows, Diagnosis("qwen speed", True, told or "not measured here yet: `narrate plan PROJECT` does it")]


def outlooks(sizes: Iterable[str], wanted: Wanted) -> list[str]:
    """What the card of `wanted` does with models of these sizes, as config.json has them, each size once."""
    here = card(card_number(wanted.device) or 0)
    released = [RELEASED[size] for size in dict.fromkeys(sizes) if size in RELEASED]
    cache = kind_of(wanted.cache, wanted.device, eager=wanted.eager)
    return [f"{size.name}: {outlook(size, here, wanted.memory, cache)[1]}" for size in released if here is not None]


def outlook(size: Released, card: Card, memory: int | None = None, cache: str = INT8) -> tuple[bool, str]:
    """Whether a size of model speaks on a card, and how, in words. `memory`: bytes of it that it may have; `cache`: the
    kind, one of memory.CACHES."""
    if why := no_bfloat16(card.capability):
        return False, f"{why}: {WITH_BFLOAT16}"
    layout = layout_on(size, card, memory, cache)
    if layout is not None:
        return True, in_words(layout)
    fits = [other.name for other in RELEASED.values() if layout_on(other, card, memory, cache) is not None]
    need, there = size.in_all / 2**30, min(card.memory, memory or card.memory) / 2**30
    return (
        False,
        f"it needs about {need:.1f} GiB in all and has {there:.1f}; {' and '.join(fits) or 'no size'} would fit",
    )


def layout_on(size: Released, card: Card, memory: int | None, cache: str) -> Layout | None:
    """How the engine would share the card out with nothing else on it."""
    return size.on_card(min(card.memory, memory or card.memory), cache)


def in_words(layout: Layout) -> str:
    """How many lines a layout speaks at a time, and what it lacks."""
    lines = "1 line" if layout.slots == 1 else f"about {layout.slots} lines"
    text = f"{lines} at a time, slots of {layout.positions} positions"
    return f"{text}; given up: {layout.given_up}" if layout.given_up else text
