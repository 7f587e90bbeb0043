"""Several checkpoints, one of which cannot be opened when its turn comes."""

import pytest

from narrate.engine.qwen import SeveralEngines, several as several_module
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.memory import CUDA_SLOTS
from narrate.errors import EngineError
from narrate.takes import Request
from narrate.voices import DesignVoice, SpeakerVoice

from .conftest import Folders

KINDS = ("custom_voice", "voice_design")


@pytest.mark.parametrize("kept", [False, True], ids=["weights go", "weights stay"])
def test_an_engine_that_cannot_be_opened_leaves_the_others_usable(
    kept: bool, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(folders(kind, "few", True)) for kind in KINDS]
    several = SeveralEngines(paths, device="cpu", slots=1, positions=96, frame_cap=lambda text: 2)
    several.keeps_weights = kept
    names = {found.kind: name for name, found in several._found.items()}
    one = Request("Yes.", SpeakerVoice("ryan"), model=names["custom_voice"])
    other = Request("Well.", DesignVoice("an old man"), model=names["voice_design"])
    assert len(list(several.speak([one]))) == 1
    tries = []

    def full(model: str, **options: object) -> object:
        tries.append(model)
        if len(tries) == 1:
            raise EngineError("not enough GPU memory for the model")
        return QwenEngine(model, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(several_module, "QwenEngine", full)
    with pytest.raises(EngineError, match="not enough GPU memory"):
        list(several.speak([other]))
    assert several.slots == CUDA_SLOTS
    assert [request for request, _ in several.speak([one, other])] == [one, other]
    several.close()
