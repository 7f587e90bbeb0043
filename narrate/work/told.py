"""What is told over HTTP: no paths but those within the home, and advice for who has no command line."""

import errno
import os
import re
import tempfile
from pathlib import Path

from narrate.errors import NarrateError, StorageError

# What else to do than the command line says, by the error of the operating system.
_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some space there, and ask again; what is finished is kept"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "let the server write there"),
}
_SCRATCH = re.compile(re.escape(tempfile.gettempdir() + os.sep) + r"narrate-\w+[/\\]")


def told_error(error: NarrateError, home: Path, *, do: str = "") -> str:
    """The one line of a failure, with what to `do` where that is given. A file outside the home goes by its name."""
    cause, where = error.__cause__, error.where
    if isinstance(error, StorageError) and isinstance(cause, OSError):
        do = do or _ADVICE.get(cause.errno or 0, "")
    if where is not None and Path(where).is_absolute():
        where = told_text(str(where), home)
        where = Path(where).name if Path(where).is_absolute() else where
    return told_text(str(type(error)(error.what, where=where, line=error.line, do=do or error.do)), home)


def _beneath(found: re.Match[str]) -> str:
    return "" if found[1] else "the home"


def told_text(text: str, home: Path) -> str:
    """A text in which paths are as they are in the home, and files that were sent go by their names."""
    for folder in {str(home.absolute()), str(home.resolve())}:
        if Path(folder) != Path(Path(folder).anchor):
            text = re.sub(rf"(?<![\w/\\.-]){re.escape(folder)}(?:([/\\])|(?![\w-]|\.\w))", _beneath, text)
    return _SCRATCH.sub("", text)
