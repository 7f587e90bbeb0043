"""What there is to know of a language. Each file of this folder that is named by a code fills it in for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LATIN = frozenset(("LATIN", "FULLWIDTH"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """A language: what it is called, how it is written, who speaks it.

    `iso` are ISO 639-2's codes, first the one that files are tagged with; `engines` says what each engine
    that speaks it calls it; `scripts` are the first words of its letters' names in Unicode. `passage` covers its
    sounds, for voices to be heard and designed by: vowels long and short, every kind of consonant, a question,
    a pause, the tone of somebody telling a story; about twelve seconds, written for this purpose.
    """

    code: str
    name: str = ""
    iso: tuple[str, ...] = ()
    engines: Mapping[str, str] = field(default_factory=dict)
    passage: str = ""
    scripts: frozenset[str] = LATIN
    spaced: bool = True  # spaces part its words
    right_to_left: bool = False
    dashes: bool = False  # a dash opens dialogue often enough to look for it
    reads_ruby: bool = False  # what stands above the signs is how they are read
