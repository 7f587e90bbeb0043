"""What was delivered, as it is told: a form a row, the audiobook itself first."""

from collections.abc import Iterable
from pathlib import Path

from narrate.project import FORMATS

SINGLE = {"mp3": "mp3-single"}  # what makes a file beside the folders, where its suffix says otherwise


def output_rows(files: Iterable[Path], out: Path) -> list[str]:
    """The paths of deliverables in `out`: a folder with several of them once, with their number.

    In the order of FORMATS, so that the M4B comes first.
    """
    folders: dict[Path, list[Path]] = {}
    for file in files:
        parts = file.relative_to(out).parts
        folders.setdefault(out / parts[0] if len(parts) > 1 else file, []).append(file)
    return [_row(place, folders[place]) for place in sorted(folders, key=lambda place: _rank(place, folders[place]))]


def _rank(place: Path, files: list[Path]) -> tuple[int, bool, str]:
    suffix = place.suffix[1:]
    form = SINGLE.get(suffix, suffix) if files == [place] else place.name
    return FORMATS.index(form) if form in FORMATS else len(FORMATS), files != [place], place.name


def _row(place: Path, files: list[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{place} ({len(files)} files)"
