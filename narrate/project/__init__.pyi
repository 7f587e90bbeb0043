# What the room exports; loaded when it is asked for (lazy_loader).
from .edits import is_credit as is_credit, other_reading as other_reading, respell as respell, rewrite as rewrite
from .folder import (
    LEXICON as LEXICON,
    NumberedScript as NumberedScript,
    Project as Project,
    create as create,
    same_source as same_source,
)
from .paces import paces_of as paces_of
from .placed import PlacedChapter as PlacedChapter, PlacedLine as PlacedLine
from .podcast import (
    EPISODES as EPISODES,
    Episode as Episode,
    Podcast as Podcast,
    note_episodes as note_episodes,
    read_episodes as read_episodes,
)
from .provenance import Provenance as Provenance, identity_of as identity_of
from .quotations import Labels as Labels, has_quotations as has_quotations, renew_table as renew_table
from .report import (
    NOT_THE_SAME as NOT_THE_SAME,
    ChapterReport as ChapterReport,
    Pace as Pace,
    Quarantined as Quarantined,
    Report as Report,
    RunReport as RunReport,
    Share as Share,
    Times as Times,
    Untimely as Untimely,
    Worst as Worst,
    read_report as read_report,
    write_report as write_report,
    write_run as write_run,
)
from .sample import CHARACTERS_A_SECOND as CHARACTERS_A_SECOND, Sample as Sample, read_duration as read_duration
from .settings import (
    Settings as Settings,
    set_setting as set_setting,
    set_settings as set_settings,
    setting as setting,
    squeezed as squeezed,
)
from .targets import FORMATS as FORMATS, SHOPS as SHOPS, TARGETS as TARGETS
from .wishes import POLL_S as POLL_S, Wish as Wish, Wishes as Wishes, ask as ask, session as session
