"""What is known of engines before they are opened, and that every kind of voice has one."""

import subprocess
import sys
from pkgutil import resolve_name

import pytest

from narrate.engine import ENGINES, EngineFacts, engine_speaking
from narrate.engine.qwen.checkpoint import MODEL_KINDS
from narrate.project.settings import ENGINES as ASKED
from narrate.voices.kinds import VOICES
from narrate.voices.voice import Voice


def test_facts_load_nothing_heavy() -> None:
    code = (
        "import sys; from narrate.engine import ENGINES, choose_engine, find_models, missing; "
        "[missing(name, 'cpu') for name in ENGINES]; choose_engine('auto', []); "
        "find_models('draft', {'draft': ''}, []); "
        "print(*{'torch', 'tokenizers', 'soxr', 'huggingface_hub', 'hibari', 'onnxruntime', 'ray'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda engine: engine.name)
def test_an_engine_can_be_asked_for_and_opened(engine: EngineFacts) -> None:
    assert engine.name in ASKED
    assert callable(resolve_name(engine.opening))
    assert bool(engine.model) != bool(engine.find_model), "a model of its own, or checkpoints that are given"
    assert engine.directed <= engine.kinds.keys()


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.__name__)
def test_every_kind_of_voice_has_an_engine(voice: type[Voice]) -> None:
    engine = engine_speaking(voice.model_kind)
    assert engine.languages.issuperset(voice.languages)


def test_qwen_speaks_all_kinds_of_its_checkpoints() -> None:
    assert {engine_speaking(kind).name for kind in MODEL_KINDS} == {"qwen"}
