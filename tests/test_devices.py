"""Which GPU an engine gets: what --device names, and what CUDA_VISIBLE_DEVICES makes of it in a process of its own."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from narrate.engine import ENGINES, Wanted, choice, choose_engine, devices, open_lasting, opening, pool
from narrate.engine.devices import card_number, missing_card, see_only, visible_card
from narrate.errors import EngineError
from narrate.voices import SpeakerVoice

GPU = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"
MIG = "MIG-GPU-8932f937-d72c-4106-c12f-20bd9faed9f6/1/2"


@pytest.mark.parametrize(("device", "number"), [("cuda", 0), ("cuda:0", 0), ("cuda:11", 11), ("cpu", None)])
def test_a_device_has_the_number_of_its_card(device: str, number: int | None) -> None:
    assert card_number(device) == number


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:-1", "cuda:x", "cuda 1", "CUDA:1", "", "cuda:1,2", "cuda:१"])
def test_an_unknown_device_is_refused(device: str) -> None:
    for refuse in (card_number, missing_card):
        with pytest.raises(EngineError, match=r"is no device.*cuda:1, … or cpu"):
            refuse(device)


@pytest.mark.parametrize(
    ("number", "visible", "alone"),
    [
        (0, None, "0"),
        (3, None, "3"),
        (1, "2,3", "3"),
        (0, " 5 , 1", "5"),
        (1, f"0,{GPU}", GPU),
        (0, MIG, MIG),
        (1, "GPU-89,GPU-1f", "GPU-1f"),
    ],
)
def test_visible_card_is_one_entry_of_cuda_visible_devices(number: int, visible: str | None, alone: str) -> None:
    assert visible_card(number, visible) == alone


@pytest.mark.parametrize(("number", "visible"), [(1, "0"), (0, ""), (0, "-1"), (2, "0,1,-1,3"), (0, "NoDevFiles")])
def test_a_card_hidden_by_cuda_visible_devices_is_refused(number: int, visible: str) -> None:
    with pytest.raises(EngineError, match=f"there is no cuda:{number}: CUDA_VISIBLE_DEVICES is '{visible}'"):
        visible_card(number, visible)


def test_a_process_of_its_own_sees_its_card_as_the_first() -> None:
    environment = {"CUDA_VISIBLE_DEVICES": "4,7", "HOME": "/"}
    assert see_only("cuda:1", environment) == "cuda"
    assert environment == {"CUDA_VISIBLE_DEVICES": "7", "HOME": "/"}
    environment = {}
    assert see_only("cpu", environment) == "cpu"
    assert environment == {}
    assert see_only("cuda", environment) == "cuda"
    assert environment == {"CUDA_VISIBLE_DEVICES": "0"}


def test_the_child_narrows_what_it_sees_before_it_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of a card that is hidden, the child says so: it has looked before torch could."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(EngineError, match="there is no cuda:1: CUDA_VISIBLE_DEVICES is '0'"):
        open_lasting("qwen", ["no-such-model"], Wanted(device="cuda:1"))
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0"


@pytest.mark.parametrize("wanted", [Wanted(device="cuda:1", gpus="2"), Wanted(device="cuda:1", ray="auto")])
def test_one_card_and_many_contradict_each_other(wanted: Wanted) -> None:
    with pytest.raises(EngineError, match=r"--device cuda:1 is one card.*CUDA_VISIBLE_DEVICES"):
        open_lasting("qwen", ["no-such-model"], wanted)


@pytest.mark.parametrize(
    ("wanted", "there", "devices"),
    [
        (Wanted(gpus="2"), 4, ["cuda:0", "cuda:1"]),
        (Wanted(gpus="all"), 3, ["cuda:0", "cuda:1", "cuda:2"]),
        (Wanted(gpus="8"), 2, ["cuda:0", "cuda:1"]),
        (Wanted(device="cuda:1"), 2, ["cuda:1"]),
    ],
)
def test_a_process_for_each_card(
    wanted: Wanted, there: int, devices: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "gpus", lambda: there)
    monkeypatch.setattr(pool, "Pool", lambda machines, **_: machines)
    machines: Any = open_lasting("qwen", ["no-such-model"], wanted)
    assert [opened.keywords["device"] for opened in machines._openings] == devices


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """cards(n): the driver shows n cards. Nobody has a machine for each."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def show(count: int) -> None:
        for module in (devices, choice):
            monkeypatch.setattr(module, "gpus", lambda: count)

    return show


@pytest.mark.parametrize(
    ("count", "device", "said"),
    [
        (0, "cuda", "there is no NVIDIA GPU here"),
        (0, "cuda:1", "there is no NVIDIA GPU here"),
        (0, "cpu", ""),
        (1, "cuda:0", ""),
        (1, "cuda:1", "there is no cuda:1 here, but cuda:0 alone"),
        (4, "cuda:3", ""),
        (4, "cuda:4", "there is no cuda:4 here, but cuda:0 to cuda:3"),
    ],
)
def test_a_missing_card_is_said_with_those_there_are(
    count: int, device: str, said: str, cards: Callable[[int], None]
) -> None:
    cards(count)
    assert missing_card(device) == said


def test_a_missing_card_is_told_before_anything_is_loaded(cards: Callable[[int], None]) -> None:
    if choice.absent(ENGINES["qwen"]):
        pytest.skip("the qwen engine's packages are not installed")
    cards(2)
    with pytest.raises(EngineError, match=r'"ryan" needs.* there is no cuda:2 here.*name one of those with --device'):
        choose_engine("auto", [SpeakerVoice("ryan")], "cuda:2")


def test_cards_that_are_hidden_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "gpus", lambda: 0)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert missing_card("cuda") == "there is no NVIDIA GPU here (CUDA_VISIBLE_DEVICES is '')"
