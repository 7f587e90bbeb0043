"""qwen-tts's own classes, quietly, and without torchaudio where that is broken: tests and benchmarks compare with them.

qwen-tts 0.1.1 runs on transformers 4.57.3; its fork qwen-tts-hf, under the same module name, on 5.15 and 5.16.
Importing this module takes about ten seconds.
"""

import contextlib
import importlib
import importlib.machinery
import io
import logging
import shutil
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

__all__ = [
    "Qwen3TTSSpeakerEncoder",
    "Qwen3TTSSpeakerEncoderConfig",
    "Qwen3TTSTokenizer",
    "VoiceClonePromptItem",
    "mel_spectrogram",
    "quiet",
]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow what qwen_tts and its imports print (no flash-attn, no sox): it concerns nothing that we call."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


class _Absent(ModuleType):
    """A module that is not there: importing it works, using it says why it cannot."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
        self.__path__: list[str] = []
        self._reason = reason

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise ImportError(f"{self.__name__} cannot be loaded here: {self._reason}")


def _stand_in(*names: str, because: str) -> None:
    """Put empty modules where `names` (a package, then what lies in it) cannot be had."""
    for name in names:
        sys.modules[name] = _Absent(name, because)
    for name in names[1:]:
        parent, _, child = name.rpartition(".")
        setattr(sys.modules[parent], child, sys.modules[name])


def _stand_in_for_25_hz() -> None:
    """qwen_tts imports torchaudio and sox for its 25 Hz tokenizer alone, which no 12 Hz checkpoint uses.

    torchaudio often fails to load (built for another torch or CUDA than the one here), and sox
    complains on the terminal where its program is missing. Neither may stop or clutter an engine
    that never calls them.
    """
    importlib.import_module("transformers")  # asks which packages there are, and must find them as they are

    try:
        importlib.import_module("torchaudio.compliance.kaldi")
    except (ImportError, OSError, RuntimeError) as error:
        _stand_in("torchaudio", "torchaudio.compliance", "torchaudio.compliance.kaldi", because=str(error))
    if shutil.which("sox") is None:
        _stand_in("sox", because="the sox program is not installed")


with quiet():
    _stand_in_for_25_hz()
    from qwen_tts.core.models.configuration_qwen3_tts import Qwen3TTSSpeakerEncoderConfig
    from qwen_tts.core.models.modeling_qwen3_tts import Qwen3TTSSpeakerEncoder, mel_spectrogram
    from qwen_tts.inference.qwen3_tts_model import VoiceClonePromptItem
    from qwen_tts.inference.qwen3_tts_tokenizer import Qwen3TTSTokenizer
