"""--memory: what it may say, and that every way of opening the engine is given it."""

from collections.abc import Sequence
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, strategies as st

from narrate import engine
from narrate.cli.options import engine_options
from narrate.engine import Wanted, open_lasting
from narrate.engine.speed import speed_key
from narrate.errors import EngineError


@click.command()
@engine_options
def told(wanted: Wanted) -> None:
    click.echo(wanted.memory)


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(told, list(arguments))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("6GB", 6_000_000_000),
        ("6", 6_000_000_000),
        ("6gib", 6 * 2**30),
        ("6000MB", 6_000_000_000),
        ("6144 MiB", 6 * 2**30),
        ("5.5G", 5_500_000_000),
        ("500M", 500_000_000),
    ],
)
def test_how_memory_is_written(text: str, count: int) -> None:
    assert asked("--memory", text).output == f"{count}\n"


@pytest.mark.parametrize("text", ["six", "", "-6GB", "6KB", "6 %", "1e3", "nan", "6GB 7GB", "٦GB", "6.", "1" * 400])
def test_what_is_no_amount_of_memory(text: str) -> None:
    done = asked("--memory", text)
    assert done.exit_code == 2
    assert "is no amount of memory such as 6GB, 6GiB or 6000MB" in done.output


@pytest.mark.parametrize("text", ["0", "0.0GB", "6000", "2000GiB"])
def test_an_amount_that_no_card_has(text: str) -> None:
    """6000 was meant for megabytes: read as gigabytes, it would leave nothing to the desktop."""
    done = asked("--memory", text)
    assert done.exit_code == 2
    assert "is no size of a GPU: 6 is 6 GB" in done.output


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    assert asked(f"--memory={text}").exit_code in (0, 2)


def test_the_processor_has_no_card() -> None:
    assert "--device cpu has none" in asked("--memory", "6GB", "--device", "cpu").output
    assert asked().output == "\n", "all of it"


class OpenedError(Exception):
    """The engine's options, in place of an engine."""


@pytest.mark.parametrize("models", [["one"], ["one", "other"]])
def test_the_engine_is_opened_with_it(models: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from narrate.engine import qwen

    def opened(*arguments: Any, **options: Any) -> None:
        raise OpenedError(options)

    for name in ("QwenEngine", "SeveralEngines"):
        monkeypatch.setitem(vars(qwen), name, opened)  # torch is not imported
    with pytest.raises(OpenedError, match="'memory': 6000000000"):
        engine.open_engine("qwen", models, **Wanted(memory=6 * 10**9).options)


def test_the_child_is_told_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the child opens its engine with."""
    from narrate.engine import pool

    monkeypatch.setattr(pool, "Pool", lambda machines, **_: machines)
    machines: Any = open_lasting("qwen", ["no-such-model"], Wanted(device="cuda:1", memory=10**9))
    (opening,) = machines._openings
    assert opening.keywords == {"device": "cuda:1", "eager": False, "memory": 10**9, "cache": None}
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(EngineError, match="there is no cuda:1"):
        opening(slots=None)


def test_a_part_of_a_card_has_a_speed_of_its_own() -> None:
    keys = {speed_key("qwen", "m", Wanted(memory=memory)) for memory in (None, 6 * 10**9, 8 * 10**9)}
    assert len(keys) == 3
    assert speed_key("draft", "m", Wanted(memory=10**9)) == speed_key("draft", "m", Wanted())
