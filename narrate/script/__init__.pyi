# What the room exports; loaded when it is asked for (lazy_loader).
from .cue import (
    MAX_AT_MS as MAX_AT_MS,
    Cue as Cue,
    CueKind as CueKind,
    cut_at_cues as cut_at_cues,
    end_ms as end_ms,
    find_sound as find_sound,
    is_like_a_cue as is_like_a_cue,
    parse_cue as parse_cue,
)
from .files import (
    Rewritten as Rewritten,
    add_scripts as add_scripts,
    list_scripts as list_scripts,
    reading_changed as reading_changed,
    remember_change as remember_change,
    rewrite_scripts as rewrite_scripts,
    write_scripts as write_scripts,
)
from .model import (
    NARRATOR as NARRATOR,
    SCENE_BREAK as SCENE_BREAK,
    Line as Line,
    Opening as Opening,
    Script as Script,
    format_script as format_script,
    line_at as line_at,
    numbered_lines as numbered_lines,
    parse_rows as parse_rows,
    replace_line as replace_line,
    speaker_name as speaker_name,
)
from .pauses import Pauses as Pauses, after as after, pause_before as pause_before
from .saying import Saying as Saying, marked as marked
