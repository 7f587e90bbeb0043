# What the room exports; loaded when it is asked for (lazy_loader).
from .aac import (
    AAC_FRAME as AAC_FRAME,
    BITEXACT as BITEXACT,
    aac_packets as aac_packets,
    encode_aac as encode_aac,
)
from .assembled import assembled_chapters as assembled_chapters
from .chapters import make_chapter as make_chapter
from .ffmpeg import (
    Children as Children,
    Ffmpeg as Ffmpeg,
    counted as counted,
    find_ffmpeg as find_ffmpeg,
    hear as hear,
    run as run,
    streamed as streamed,
)
from .files import (
    Chapter as Chapter,
    TakeError as TakeError,
    chapter_keys as chapter_keys,
    chapters_in as chapters_in,
    sweep_chapters as sweep_chapters,
)
from .fit import FASTEST as FASTEST, Misfit as Misfit, fitted as fitted, misfits as misfits
from .levels import keep_level as keep_level, read_level as read_level
from .live import FORMS as FORMS, PLAIN as PLAIN, encoded_live as encoded_live
from .makers import (
    ChapterMakers as ChapterMakers,
    complete_chapter as complete_chapter,
    is_complete as is_complete,
)
from .measure import Measured as Measured
from .mix import sound_lengths as sound_lengths
from .plan import (
    Assembled as Assembled,
    ChapterPlan as ChapterPlan,
    Level as Level,
    Mark as Mark,
    Mastering as Mastering,
    Segment as Segment,
    Step as Step,
    Tags as Tags,
    chapter_titles as chapter_titles,
)
from .threads import WORKERS as WORKERS, each as each, together as together
from .timeline import Spoken as Spoken, TimedChapter as TimedChapter, timed_book as timed_book
