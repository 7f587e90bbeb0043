"""Reading settings: which parts of a book are read aloud, as the `[reading]` table of project.toml says.

The defaults are a good narrator's: no notes, no colophon, captions but no descriptions of
pictures. Each is a word of a fixed choice, so that a typo is an error and not a surprise.
"""

from dataclasses import dataclass, fields
from typing import Annotated

from narrate.toml import OneOf

CHOICES: dict[str, tuple[str, ...]] = {
    "notes": ("skip", "inline", "end"),
    "tables": ("read", "skip"),
    "code": ("skip", "read"),
    "figures": ("captions", "alt", "skip"),
    "sidebars": ("read", "skip"),
    "directions": ("read", "skip"),
    "ruby": ("auto", "base", "reading"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of a book that are read. Raises ValueError for a word that is no choice.

    notes: footnotes and endnotes not at all, after the paragraph that refers to them, or at
    the chapter's end. tables: row by row. figures: captions, captions and the alternative text
    of pictures, or neither. directions: a play's stage directions, by the narrator. ruby: the
    base text or its reading; "auto" takes the reading in Japanese. `keep` brings back parts
    that are skipped ("colophon", or a page's file name), `skip` leaves out others.
    """

    notes: Annotated[str, OneOf(CHOICES["notes"])] = "skip"
    tables: Annotated[str, OneOf(CHOICES["tables"])] = "read"
    code: Annotated[str, OneOf(CHOICES["code"])] = "skip"
    figures: Annotated[str, OneOf(CHOICES["figures"])] = "captions"
    sidebars: Annotated[str, OneOf(CHOICES["sidebars"])] = "read"
    directions: Annotated[str, OneOf(CHOICES["directions"])] = "read"
    ruby: Annotated[str, OneOf(CHOICES["ruby"])] = "auto"
    keep: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            known = CHOICES.get(field.name)
            if known and (value := getattr(self, field.name)) not in known:
                raise ValueError(f"{field.name} = {value!r} is none of {', '.join(known)}")
