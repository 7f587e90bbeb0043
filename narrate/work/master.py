"""`narrate master`: a project's files, measured as a shop measures them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from narrate.chapters import Measured, find_ffmpeg
from narrate.chapters.measure import measure
from narrate.errors import AssemblyError
from narrate.project import Project
from narrate.shops import Facts, Finding, Shop, check_book, find_shop


def check_masters(project: Project, shop: Shop) -> list[Finding]:
    """A project's MP3 files held against a shop's rules. Raises AssemblyError when there are none."""
    files = sorted((project.out / "mp3").glob("*.mp3"))
    if not files:
        do = f"run `narrate assemble {project.folder} --format mp3`"
        raise AssemblyError("there are no MP3 files to check", where=project.out / "mp3", do=do)
    opening, closing = project.credits()
    return list(check_book(measured_files(files), shop, Facts(bool(opening), bool(closing))))


def measured_files(files: Iterable[Path]) -> list[Measured]:
    """Sound files as a shop would measure them, in their order. Raises AssemblyError."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(measure, find_ffmpeg()), files))


__all__ = ["check_masters", "find_shop", "measured_files"]
