"""`narrate master`: a project's files, measured as a shop measures them."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from narrate.chapters import find_ffmpeg
from narrate.chapters.measure import measure
from narrate.deliver import check_book
from narrate.deliver.acx import RuleCheck
from narrate.errors import AssemblyError
from narrate.project import Project


def check_masters(project: Project) -> list[RuleCheck]:
    """A project's MP3 files held against ACX's rules. Raises AssemblyError when there are none."""
    files = sorted((project.out / "mp3").glob("*.mp3"))
    if not files:
        do = f"run `narrate assemble {project.folder} --format mp3`"
        raise AssemblyError("there are no MP3 files to check", where=project.out / "mp3", do=do)
    with ThreadPoolExecutor() as pool:
        measured = list(pool.map(partial(measure, find_ffmpeg()), files))
    spoken = project.settings.credits
    return list(check_book(measured, bool(spoken.opening), bool(spoken.closing)))
