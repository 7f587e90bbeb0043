# What the room exports; loaded when it is asked for (lazy_loader).
from .aligner import Aligner as Aligner, check_aligner as check_aligner, open_aligner as open_aligner
from .alignment import Alignment as Alignment, Span as Span
from .store import TimeStore as TimeStore
from .teams import Done as Done, Job as Job, Team as Team
from .words import (
    TimedWord as TimedWord,
    spoken_words as spoken_words,
    timed_words as timed_words,
    with_marks as with_marks,
)
