"""Which file or folder a voice is: called by its name on a shelf, or given by its path.

The first shelf that has the name answers, a folder before a file. The embedded voice is there whatever the
shelves hold.
"""

import glob
from collections.abc import Sequence
from pathlib import Path

from narrate.errors import VoiceError, nearest
from narrate.voices.folder import SETTINGS, TENSOR_SUFFIXES
from narrate.voices.installed import MODEL_SUFFIX, check_installed, config_of, installed_models, models_in

LONGEST = 200  # bytes of a file's name; with its ending a disk has room for it
EMBEDDED = "narrator"  # the embedded voice at a reader's pace: always there, whatever the shelves hold


def packaged_shelf() -> Path:
    """The folder of the voices that come with narrate: in the package, or beside it in a checkout."""
    inside = Path(__file__).parents[1] / "shelf_voices"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "voices"


def own_shelves(home: Path, project: Path | None = None) -> tuple[Path, ...]:
    """The shelves that are the person's to change."""
    return (home / "voices",) if project is None else (project / "voices", home / "voices")


def shelves_of(home: Path, project: Path | None = None) -> tuple[Path, ...]:
    """Where voices are looked up: the project's own shelf, the home's, then the one that comes with narrate."""
    own, packaged = own_shelves(home, project), packaged_shelf()
    return own if any(shelf.resolve() == packaged.resolve() for shelf in own) else (*own, packaged)


def find_path(name: str, shelves: Sequence[Path]) -> Path:
    """The file or folder of the voice that is called `name`, or given by that path.

    Raises VoiceError naming the shelves and the nearest name.
    """
    if (path := voice_path(name, shelves)) is not None:
        return path
    if (path := given_path(name)) is not None:
        if not path.exists():
            raise VoiceError("no such voice file", where=name, do="check the path")
        return path
    if name == EMBEDDED:
        return packaged_shelf() / EMBEDDED
    if (model := installed_models().get(name)) is not None:
        return model
    check_installed(name)
    known = voice_paths(shelves)
    hint = nearest(name, known) or (f"known: {', '.join(known)}" if known else "the shelf is empty")
    raise VoiceError(f'no voice called "{name}"', do=f"{hint}; a path to a voice file works too")


def given_path(name: str, shelves: Sequence[Path] = ()) -> Path | None:
    """The absolute path of a voice that is given by its file or folder; None where `name` is a name.

    A name on one of the `shelves` is one, wherever somebody stands who has a voice's folder of that name before them.
    """
    if voice_path(name, shelves) is not None or not _fits(name):
        return None
    path = Path(name).expanduser()
    is_path = path.suffix.lower() in (*TENSOR_SUFFIXES, MODEL_SUFFIX) or "/" in name or "\\" in name
    return path.absolute() if is_path or is_voice_folder(path) else None


def beside(name: str, folder: Path) -> str:
    """A voice as a file in `folder` names it: a relative path is looked up there first, all else stays as it is."""
    path = folder.absolute() / Path(name).expanduser()
    return str(path) if given_path(name) is not None and path.exists() else name


def voice_path(name: str, shelves: Sequence[Path]) -> Path | None:
    """The file or folder of the voice called `name`: on the first shelf that has it, a folder before a file."""
    if not name or name.startswith(".") or "/" in name or "\\" in name or not _fits(name):
        return None
    for shelf in shelves:
        if is_voice_folder(shelf / name):
            return shelf / name
        files = (file for file in sorted(shelf.glob(f"{glob.escape(name)}.*")) if file.stem == name)
        if file := next((file for file in files if _is_voice_file(file)), None):
            return file
    return None


def _fits(name: str) -> bool:
    """Whether there can be a path `name`: to ask for a longer one is an error to the system."""
    return all(len(part.encode("utf-8", "surrogatepass")) <= LONGEST for part in Path(name).parts)


def is_voice_folder(path: Path) -> bool:
    """Whether a folder is a voice: it has a voice.toml, or a Piper model with its settings."""
    return (path / SETTINGS).is_file() or bool(models_in(path))


def _is_voice_file(path: Path) -> bool:
    if path.suffix == MODEL_SUFFIX:
        return config_of(path).is_file()
    return path.suffix.lower() in TENSOR_SUFFIXES and path.is_file()


def voice_paths(shelves: Sequence[Path]) -> dict[str, Path]:
    """Where every voice on the shelves lies, by name; the first shelf wins where two share a name."""
    paths: dict[str, Path] = {}
    for shelf in shelves:
        if not shelf.is_dir():
            continue
        for path in sorted(shelf.iterdir()):
            # A name with a dot before it is a voice that is being put together.
            if path.name.startswith("."):
                continue
            if _is_voice_file(path) or is_voice_folder(path):
                paths.setdefault(path.stem if path.is_file() else path.name, path)
    return dict(sorted(paths.items()))
