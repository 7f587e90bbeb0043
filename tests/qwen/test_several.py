"""Several checkpoints in one book: who is spoken by which, and that company changes nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.cli import run
from narrate.engine import Engine, find_models, kinds_needed
from narrate.engine.qwen import QwenEngine, SeveralEngines, several as several_module
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.errors import EngineError
from narrate.takes import Request, TakeStore
from narrate.voices import DesignVoice, SpeakerVoice, Voice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN
from .conftest import Folders

KINDS = ("base", "custom_voice", "voice_design")
TEXTS = ("No.", "It rained all day.")
SMALL: dict[str, Any] = {"device": "cpu", "slots": 2, "positions": 96, "frame_cap": lambda text: 2 + len(text) % 5}


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Voice]:
    """A voice for each kind of checkpoint."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("voices") / "anna.pt"
    torch.save(torch.randn(HIDDEN["narrow"]), path)
    return {"base": load_voice(path), "custom_voice": SpeakerVoice("ryan"), "voice_design": DesignVoice("an old man")}


@pytest.fixture
def requests(folders: Folders, voices: dict[str, Voice]) -> list[Request]:
    """Two lines for each kind, one kind after another."""
    names = {kind: find_checkpoint(str(folders(kind, "few"))).name for kind in KINDS}
    return [Request(text, voices[kind], engine="qwen", model=names[kind]) for kind in KINDS for text in TEXTS]


@pytest.fixture
def several(folders: Folders) -> Iterator[SeveralEngines]:
    engine = SeveralEngines([str(folders(kind, "few")) for kind in KINDS], **SMALL)
    yield engine
    engine.close()


def heard(engine: Engine[Audio], requests: list[Request]) -> dict[str, NDArray[np.int16]]:
    sounds = [(request.key, audio.samples) for request, audio in engine.speak(requests)]
    assert len(sounds) == len(requests)
    return dict(sounds)


def alike(one: dict[str, NDArray[np.int16]], other: dict[str, NDArray[np.int16]]) -> None:
    assert one.keys() == other.keys()
    for key, samples in one.items():
        assert np.abs(samples.astype(int) - other[key]).max() <= 1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_each_line_is_spoken_by_the_checkpoint_of_its_voice(
    share: float, folders: Folders, several: SeveralEngines, requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an engine of that checkpoint alone speaks it; in order, mixed, and in a second round."""
    monkeypatch.setattr(several_module, "KEPT_SHARE", share)
    several = SeveralEngines([str(folders(kind, "few")) for kind in KINDS], **SMALL)
    alone: dict[str, NDArray[np.int16]] = {}
    for kind in KINDS:
        with QwenEngine(str(folders(kind, "few")), **SMALL) as engine:
            alone |= heard(engine, [request for request in requests if request.model == engine.model])
    alike(heard(several, requests), alone)
    assert len(several._engines) == (3 if share else 1), "weights are kept where they fit"
    alike(heard(several, requests[::2] + requests[1::2]), alone)
    for request in requests:
        assert several.notes(request)["capped"] is True
        assert several.notes(request)["revision"] == find_checkpoint(str(several._found[request.model].folder)).revision
    several.close()


def test_one_at_a_time_holds_slots(several: SeveralEngines, requests: list[Request]) -> None:
    several.keeps_weights = True
    for request, _ in several.speak(requests):
        assert [e.model for e in several._engines.values() if e._parts is not None] == [request.model]


def test_requests_are_pulled_as_there_is_room(several: SeveralEngines, requests: list[Request]) -> None:
    """Else ^C could not stop a book."""
    pulled: list[Request] = []
    speaking = several.speak(pulled.append(request) or request for request in requests)  # type: ignore[func-returns-value]
    next(speaking)
    assert len(pulled) <= 3, "one checkpoint's, and the line that ends them"


def test_a_model_that_is_not_open(several: SeveralEngines) -> None:
    with pytest.raises(EngineError, match='asks for the model "other"'):
        list(several.speak([Request("No.", SpeakerVoice("ryan"), model="other")]))


# --- which checkpoint speaks whom -------------------------------------------------------------------


def test_a_checkpoint_tells_its_kind(folders: Folders, voices: dict[str, Voice]) -> None:
    paths = {kind: str(folders(kind, "few")) for kind in KINDS}
    found = find_models("qwen", kinds_needed(voices), list(paths.values()))
    assert {kind: model.path for kind, model in found.items()} == paths
    # What is asked for now goes before what the project says, and only for its kind.
    other = str(folders("base", "wide"))
    found = find_models("qwen", kinds_needed(voices), [other], list(paths.values()))
    assert {kind: model.path for kind, model in found.items()} == paths | {"base": other}
    # A project's model that nobody needs is not even looked at.
    needed = {"base": '"Anna"'}
    assert find_models("qwen", needed, [other], ["no/where/at/all"])["base"].path == other


def test_a_missing_kind_says_which_and_for_whom(folders: Folders, voices: dict[str, Voice]) -> None:
    base = str(folders("base", "few"))
    with pytest.raises(EngineError) as caught:
        find_models("qwen", kinds_needed({"Anna": voices["base"], "Tom": voices["custom_voice"]}), [base])
    assert str(caught.value).startswith(f'"Tom" (ryan) needs a CustomVoice model, and {base} is Base (add one with')
    with pytest.raises(EngineError, match=r'"Anna" \(anna\) needs a Base model, and no model was given'):
        find_models("qwen", kinds_needed({"Anna": voices["base"]}), [])
    with pytest.raises(EngineError, match="two Base models"):
        find_models("qwen", {"base": "Anna"}, [base, str(folders("base", "wide"))])


def test_directions_are_heard_by_some(folders: Folders) -> None:
    follows = {kind: find_checkpoint(str(folders(kind, "wide"))).follows_direction for kind in KINDS}
    assert follows == {"base": False, "custom_voice": True, "voice_design": True}
    assert not find_checkpoint(str(folders("custom_voice", "few"))).follows_direction


# --- a whole project --------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voices: dict[str, Voice], folders: Folders) -> Path:
    """A show of three speakers, each of another kind of voice."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATE_MODEL", "")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "anna.pt").write_bytes(voices["base"].tensors.read_bytes())  # type: ignore[union-attr]
    (tmp_path / "show.script").write_text("narrator: No.\nTom: Yes.\nOld (softly): Well.\nnarrator: So.\n", "utf-8")
    made = run(["new", "show.script", "--project", "show", "--engine", "qwen", "--device", "cpu", "--voice", "anna"])
    assert made == 0
    (tmp_path / "voices" / "old").mkdir()
    (tmp_path / "voices" / "old" / "voice.toml").write_text('kind = "design"\nprompt = "an old man"\n', "utf-8")
    cast = 'narrator = "anna"\nTom = { speaker = "ryan" }\nOld = "old"\n'
    (tmp_path / "show" / "cast.toml").write_text(cast, "utf-8")
    return tmp_path


def keys(project: Path) -> dict[str, str]:
    """Takes by text: the model each was made by."""
    store = TakeStore(project / "takes")
    return {str(asked["text"]): str(asked["model"]) for asked in map(store.asked, store)}


def test_a_show_of_three_kinds(
    home: Path, folders: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {kind: str(folders(kind, "few", True)) for kind in KINDS}
    on_cpu = ["--device", "cpu"]
    assert run(["render", "show", *on_cpu, "--model", paths["base"], "--model", paths["custom_voice"]]) == 1
    assert '"Old" (old) needs a VoiceDesign model' in capsys.readouterr().err
    assert run(["render", "show", *on_cpu, *(word for path in paths.values() for word in ("--model", path))]) == 0
    names = {kind: find_checkpoint(path).name for kind, path in paths.items()}
    assert keys(home / "show") == {
        "No.": names["base"],
        "So.": names["base"],
        "Yes.": names["custom_voice"],
        "Well.": names["voice_design"],
    }
    # The same three from the environment, and then from project.toml: nothing is made again.
    monkeypatch.setenv("NARRATE_MODEL", ":".join(paths.values()))
    assert run(["assemble", "show", *on_cpu, "--format", "wav"]) in (0, 3)
    report = json.loads((home / "show" / "out" / "report.json").read_text("utf-8"))
    assert report["model"] == ", ".join(sorted(names.values()))
    assert len(report["revision"].split(", ")) == 3
    monkeypatch.delenv("NARRATE_MODEL")
    settings = home / "show" / "project.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('\nmodel = ""', f"\nmodel = {list(paths.values())}"), "utf-8"
    )
    assert run(["render", "show", *on_cpu]) == 0
    assert "All 4 lines are there" in capsys.readouterr().out


@pytest.mark.usefixtures("in_this_process")
def test_a_second_model_redoes_no_take_of_the_first(
    home: Path, folders: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = home / "show" / "cast.toml"
    cast.write_text('narrator = "anna"\nTom = "anna"\nOld = "anna"\n', "utf-8")
    settings = home / "show" / "project.toml"
    one = settings.read_text("utf-8").replace('\nmodel = ""', f'\nmodel = "{folders("base", "few", True)}"')
    settings.write_text(one, "utf-8")
    assert run(["render", "show", "--device", "cpu", "--check", "off"]) in (0, 3)  # not every line ends by itself
    before = TakeStore(home / "show" / "takes").keys()
    cast.write_text('narrator = "anna"\nTom = "anna"\nOld = { speaker = "ryan" }\n', "utf-8")
    other = str(folders("custom_voice", "few", True))
    assert run(["render", "show", "--device", "cpu", "--check", "off", "--model", other]) in (0, 3)
    assert before < TakeStore(home / "show" / "takes").keys()
    assert len(TakeStore(home / "show" / "takes").keys()) == len(before) + 1
