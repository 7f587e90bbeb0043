"""What the narrator says before the first chapter and after the last: the person's words, and that no person reads."""

from pathlib import Path

from narrate.errors import ProjectError
from narrate.languages import find_language, language_name
from narrate.project.settings import Settings
from narrate.toml import read_toml


def spoken_credits(settings: Settings, file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of the opening and of the closing credits, in order; none for a credit that is not wanted.

    `file` is the project.toml that says so. Raises ProjectError for a disclosure in a language whose words are not
    here, where it gives none of its own.
    """
    credits_, told = settings.credits, _disclosure(settings, file)
    opening = (credits_.opening, told if credits_.disclosure == "opening" else "")
    # Last is what tells that the book is over.
    closing = (told if credits_.disclosure == "closing" else "", credits_.closing)
    return tuple(filter(None, opening)), tuple(filter(None, closing))


def _disclosure(settings: Settings, file: Path) -> str:
    credits_ = settings.credits
    if credits_.disclosure == "none" or credits_.disclosure_text:
        return credits_.disclosure_text
    if found := find_language(settings.language).disclosure:
        return found.spoken
    what = f"there is no disclosure in {language_name(settings.language)} to be spoken"
    do = 'write disclosure_text = "…" under [credits], in the book\'s language'
    raise ProjectError(what, where=file, line=read_toml(file).line("credits", "disclosure"), do=do)
