"""What a card is, and what doctor and plan say that it will do. The driver is a stand-in: nobody has every card."""

import ctypes
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from narrate.cli import run
from narrate.engine import Wanted, devices, speed
from narrate.engine.devices import Card, card, cards, gpu_name
from narrate.engine.qwen.memory import CUDA_CONTEXT, FULL, RELEASED
from narrate.engine.speed import Speed, recall_all, remember, speed_key
from narrate.work.cards import outlook, outlooks

GIB = 2**30
AMPERE, TURING = (8, 6), (7, 5)


def of(gib: float, capability: tuple[int, int] = AMPERE) -> Card:
    return Card(f"A card of {gib:g}", round(gib * GIB), capability)


class Driver:
    """The calls of libcuda that we make, for these cards; each returns 0 for success."""

    def __init__(self, shown: Sequence[Card]) -> None:
        self.shown = shown

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return 0

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802
        count._obj.value = len(self.shown)
        return 0

    def cuDeviceGet(self, device: Any, index: int) -> int:  # noqa: N802
        device._obj.value = index
        return 0

    def cuDeviceGetName(self, name: Any, size: int, device: Any) -> int:  # noqa: N802
        name.value = self.shown[device.value].name.encode()[: size - 1]
        return 0

    def cuDeviceTotalMem_v2(self, memory: Any, device: Any) -> int:  # noqa: N802
        memory._obj.value = self.shown[device.value].memory
        return 0

    def cuDeviceGetAttribute(self, value: Any, which: int, device: Any) -> int:  # noqa: N802
        value._obj.value = self.shown[device.value].capability[{75: 0, 76: 1}[which]]
        return 0


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """show(*cards): the driver has these. No speeds are known."""
    monkeypatch.setattr(speed, "speed_file", lambda: tmp_path / "speed.json")

    def has(*shown: Card) -> None:
        monkeypatch.setattr(ctypes, "CDLL", lambda name: Driver(shown))

    return has


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, tuple[bool, str]]:
    capsys.readouterr()
    run(["doctor", "--json", *arguments])
    return {row["what"]: (row["ok"], row["found"]) for row in json.loads(capsys.readouterr().out)}


def test_what_the_driver_says_of_a_card(show: Callable[..., None]) -> None:
    show(of(6), of(80, (9, 0)))
    assert cards() == [Card("A card of 6", 6 * GIB, AMPERE), Card("A card of 80", 80 * GIB, (9, 0))]
    assert card(1) == of(80, (9, 0)), "more than 32 bits hold"
    assert (card(2), gpu_name(1), gpu_name(2)) == (None, "A card of 80", "")


@pytest.mark.parametrize(
    ("size", "gib", "slots"),
    [
        ("0b6", 6, 29),
        ("0b6", 8, 58),
        ("0b6", 12, 111),
        ("0b6", 16, 162),
        ("0b6", 24, 278),
        ("1b7", 8, 29),
        ("1b7", 12, 87),
        ("1b7", 16, 140),
        ("1b7", 24, 249),
        ("1b7", 48, 577),
    ],
)
def test_predicted_slots_of_a_card_are_those_measured(size: str, gib: int, slots: int) -> None:
    """On a GPU, beside a process that held the rest of its memory: bench_results/cards-h200-2026-11-29.txt."""
    layout = RELEASED[size].on_card(gib * GIB, FULL)
    assert layout is not None
    assert abs(layout.slots - slots) <= 3 + 0.03 * slots, "a little more is left free since"


@pytest.mark.parametrize("size", RELEASED.values(), ids=lambda size: size.name)
def test_the_least_memory_that_is_said_to_be_needed_is_enough(size: Any) -> None:
    assert size.on_card(size.in_all) is not None
    assert size.on_card(size.in_all - 1) is None
    assert size.in_all - size.least == CUDA_CONTEXT


def test_the_smallest_cards_that_speak() -> None:
    assert outlook(RELEASED["0b6"], of(6))[0]
    assert outlook(RELEASED["1b7"], of(8))[0]


def test_a_card_with_too_little_memory() -> None:
    good, said = outlook(RELEASED["1b7"], of(6))
    assert not good
    assert said == "it needs about 6.2 GiB in all and has 6.0; 0.6B would fit"
    good, said = outlook(RELEASED["0b6"], of(24), 4 * 10**9)
    assert not good
    assert said.endswith("and has 3.7; no size would fit")


def test_a_large_card_speaks_at_full_speed() -> None:
    assert outlook(RELEASED["1b7"], of(140)) == (True, "about 1280 lines at a time, slots of 768 positions")


def test_doctor_says_what_a_card_will_do(show: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    show(of(6))
    rows = found(capsys)
    assert rows["gpu"] == (True, "1 NVIDIA GPU(s): A card of 6, 6.0 GiB")
    good, said = rows["qwen 0.6B"]
    assert good
    assert said.startswith("about 51 lines at a time")
    assert "lines at a time, slots of 640 positions; given up: more lines at a time" in said
    assert rows["qwen 1.7B"] == (False, "it needs about 6.2 GiB in all and has 6.0; 0.6B would fit")
    assert "not measured here yet" in rows["qwen speed"][1]
    assert found(capsys, "--memory", "2GB")["qwen 0.6B"][0] is False


def test_doctor_tells_kinds_of_cards_apart(show: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    show(of(24), of(24), of(16, TURING))
    rows = found(capsys)
    assert {"qwen 0.6B on cuda:0", "qwen 1.7B on cuda:0", "qwen 0.6B on cuda:2", "qwen 1.7B on cuda:2"} < set(rows)
    good, said = rows["qwen 0.6B on cuda:2"]
    assert not good
    assert "needs bfloat16, which this card does not have (compute capability 7.5, not 8.0)" in said
    assert "GeForce RTX 30" in said


def test_doctor_without_a_card(show: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    show()
    rows = found(capsys)
    assert rows["gpu"] == (False, "none (only the qwen engine needs one)")
    assert not [what for what in rows if what.startswith("qwen ") and what != "qwen engine"]


def test_speeds_that_are_known_are_told(show: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    show(of(12))
    figures = Speed(612.4, 20.0, 14.5, 28_000.0, 300, "2026-01-31T07:00:00+00:00")
    remember(speed_key("qwen", "Qwen/Some-0.6B", Wanted()), figures)
    remember(speed_key("qwen", "Qwen/Some-0.6B", Wanted(memory=6 * 10**9)), figures)
    remember(speed_key("draft", "embedded", Wanted()), figures)
    assert recall_all("qwen", Wanted()) == {"Qwen/Some-0.6B": figures}
    assert found(capsys)["qwen speed"] == (True, "Qwen/Some-0.6B: RTF 612")
    show(of(8))
    assert "not measured here yet" in found(capsys)["qwen speed"][1]


@pytest.mark.parametrize("text", ["", "[1, 2]", '["qwen | a | cuda, A card of 12"]', "{", "null", '{"qwen | a": 1}'])
def test_a_damaged_file_of_speeds_is_none(text: str, show: Callable[..., None]) -> None:
    show(of(12))
    speed.speed_file().write_text(text)
    assert recall_all("qwen", Wanted()) == {}


def test_an_older_driver_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "gpus", lambda: 0)
    assert card() is None
    assert cards() == []


def test_plan_says_what_the_card_asked_for_will_do(show: Callable[..., None]) -> None:
    """Each size of the book's models once; nothing for a checkpoint of a size of its own."""
    show(of(140), of(6))
    (small,) = outlooks(["0b6", "0b6", "tiny"], Wanted())
    assert small == "0.6B: about 1280 lines at a time, slots of 768 positions"
    small, large = outlooks(["0b6", "1b7"], Wanted(device="cuda:1"))
    assert small.startswith("0.6B: about 51 lines at a time, slots of 640 positions; given up: ")
    assert large == "1.7B: it needs about 6.2 GiB in all and has 6.0; 0.6B would fit"
    assert outlooks(["0b6"], Wanted(memory=6 * GIB)) == [small]
    for wanted in (Wanted(device="cuda:1", cache="bf16"), Wanted(device="cuda:1", eager=True)):
        (wide,) = outlooks(["0b6"], wanted)
        assert wide.startswith("0.6B: about 26 lines at a time, slots of 640 positions; given up: ")
    show()
    assert outlooks(["0b6"], Wanted()) == []
