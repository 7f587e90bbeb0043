"""`narrate master`: a project's files, measured as a shop measures them."""

from narrate.errors import AssemblyError
from narrate.project import Project
from narrate.shops import Facts, Finding, Shop, check_book, find_shop
from narrate.work.measured import measured_files


def check_masters(project: Project, shop: Shop) -> list[Finding]:
    """A project's MP3 files held against a shop's rules. Raises AssemblyError when there are none."""
    files = sorted((project.out / "mp3").glob("*.mp3"))
    if not files:
        do = f"run `narrate assemble {project.folder} --format mp3`"
        raise AssemblyError("there are no MP3 files to check", where=project.out / "mp3", do=do)
    opening, closing = project.credits()
    return list(check_book(measured_files(files), shop, Facts(bool(opening), bool(closing))))


__all__ = ["check_masters", "find_shop"]
