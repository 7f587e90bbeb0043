"""Speaking and cloning need none of the packages that tests compare them with, and nothing of theirs that is broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from narrate.engine import ENGINES

from .conftest import Folders

NEEDLESS = ("transformers", "qwen_tts", "librosa", "numba", "sklearn", "scipy", "torchaudio", "torchvision")
PROGRAM = """
import sys
from pathlib import Path

class Broken:
    # Packages that are there and cannot be loaded, as torchaudio is beside a torch of another CUDA.
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in NEEDLESS:
            raise OSError(f"{name}: undefined symbol")

NEEDLESS = sys.argv[2:]
sys.meta_path.insert(0, Broken())
import numpy as np
import torch
from narrate.audio import Audio
from narrate.engine.qwen import QwenEngine
from narrate.engine.qwen.cloning import clone
from narrate.engine.qwen.speaker import ModelSpeakerEncoder
from narrate.engine.qwen.voices import arrays_of, export_pt
from narrate.engine.qwen.weights import load
from narrate.takes import Request
from narrate.voices import save_clone
from narrate.voices.kinds import load_voice

model, place = sys.argv[1], Path.cwd()
recording = Audio((np.sin(np.arange(20_000) / 9) * 9000).astype(np.int16), 16_000)
made = arrays_of(clone(load(model, "cpu", torch.float32), recording, "What I said."))
(place / "voice.toml").write_text('kind = "clone"')
save_clone(made, place)
export_pt(made, place / "made.pt")
ModelSpeakerEncoder(model, "cpu").embed([recording])
with QwenEngine(model, device="cpu", frame_cap=lambda text: 2) as engine:
    requests = [Request("Hm.", load_voice(voice)) for voice in (place, place / "made.pt")]
    spoken = [sound.seconds for _, sound in engine.speak(requests)]
print(len(spoken), min(spoken) > 0, sorted({name.partition(".")[0] for name in sys.modules} & set(NEEDLESS)))
"""


def test_a_clone_is_made_and_speaks_where_nothing_of_upstreams_can_be_loaded(folders: Folders, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folders("base", "narrow")), *NEEDLESS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (done.stdout, done.stderr[-2000:]) == ("2 True []\n", "")


@pytest.mark.parametrize("package", NEEDLESS)
def test_the_engine_asks_for_none_of_them(package: str) -> None:
    assert package not in ENGINES["qwen"].packages
