# What the room exports; loaded when it is asked for (lazy_loader).
from .adapt import split_lines as split_lines
from .characters import Character as Character
from .lines import Finder as Finder, Found as Found
from .model import Server as Server, label as label
from .persons import persons_of as persons_of, reasons as reasons
from .policy import CONFIDENTLY as CONFIDENTLY, OFF as OFF, QUOTES as QUOTES
from .rare_words import NAME as NAME, RARE as RARE, propose as propose
from .roles import (
    Meetings as Meetings,
    NumberedLines as NumberedLines,
    Role as Role,
    meetings_of as meetings_of,
    roles_of as roles_of,
)
from .table import (
    PERSON as PERSON,
    TABLE as TABLE,
    Quotation as Quotation,
    entries_of as entries_of,
    format_table as format_table,
    parse_table as parse_table,
    ranked as ranked,
)
from .traits import decide as decide, evidence_of_noun as evidence_of_noun, traits_of_name as traits_of_name
from .voicing import (
    Guess as Guess,
    Likely as Likely,
    Unsure as Unsure,
    guess_speakers as guess_speakers,
    paragraphs_of_book as paragraphs_of_book,
    parts_of as parts_of,
    unsure_speaker as unsure_speaker,
    voices as voices,
)
from .words import ADJECTIVE_AGES as ADJECTIVE_AGES
