# What the room exports; loaded when it is asked for (lazy_loader).
from .able import Able as Able, able as able
from .about import (
    AboutBook as AboutBook,
    SaidOfBook as SaidOfBook,
    about_book as about_book,
    give_cover as give_cover,
    say_of_book as say_of_book,
    take_cover as take_cover,
)
from .accept import accept_takes as accept_takes, accepted_file as accepted_file
from .ahead import begin_ahead as begin_ahead, open_ahead as open_ahead
from .assemble import Audiobook as Audiobook, assemble_project as assemble_project
from .audiobookshelf import Server as Server
from .auditions import (
    Audition as Audition,
    candidate_of as candidate_of,
    forget_audition as forget_audition,
    list_auditions as list_auditions,
    show_audition as show_audition,
)
from .cards import Diagnosis as Diagnosis
from .cast import (
    VOICE_CHARACTERS as VOICE_CHARACTERS,
    CastRow as CastRow,
    CastTable as CastTable,
    assign as assign,
    cast_table as cast_table,
    change_quotes as change_quotes,
    cut as cut,
    set_narrator as set_narrator,
    take_parts as take_parts,
)
from .check import (
    Checked as Checked,
    Coverage as Coverage,
    check_takes as check_takes,
    prove_coverage as prove_coverage,
)
from .design import audition as audition, bake_cast as bake_cast, design_live as design_live, pick as pick
from .doctor import can_make_books as can_make_books, examine as examine
from .estimate import Estimate as Estimate
from .events import (
    Event as Event,
    Notice as Notice,
    Progress as Progress,
    Stage as Stage,
    Telling as Telling,
    follow as follow,
)
from .finished import (
    FinishedBook as FinishedBook,
    cover_jpeg as cover_jpeg,
    finished_book as finished_book,
    finished_books as finished_books,
    has_cover as has_cover,
)
from .hear import (
    CastByEar as CastByEar,
    cast_by_ear as cast_by_ear,
    hear_line as hear_line,
)
from .inventory import (
    Inventory as Inventory,
    Setup as Setup,
    Work as Work,
    find_work as find_work,
    set_up as set_up,
    take_inventory as take_inventory,
)
from .job import Choices as Choices, Job as Job
from .jobs import JOBS as JOBS, Jobs as Jobs
from .join import join_project as join_project
from .keys import Key as Key, new_key as new_key, show_key as show_key
from .lexicon import Words as Words, worth_hearing as worth_hearing
from .loop import Made as Made, render_checked as render_checked
from .master import check_masters as check_masters, find_shop as find_shop
from .new import create_project as create_project, open_or_create as open_or_create
from .night import (
    Opening as Opening,
    Outcome as Outcome,
    queued as queued,
    to_open as to_open,
    work_through as work_through,
)
from .notify import notify as notify
from .opening import (
    find_project as find_project,
    home_id as home_id,
    is_project as is_project,
    open_project as open_project,
    project_named as project_named,
    projects_in as projects_in,
)
from .order import by_chapter as by_chapter, in_turn as in_turn
from .output import check_output as check_output, output_rows as output_rows, plans_of as plans_of, standing as standing
from .overview import (
    Overview as Overview,
    ReadLine as ReadLine,
    files_of as files_of,
    lines_of_chapter as lines_of_chapter,
    made_file as made_file,
    overview_of as overview_of,
)
from .package import Packaged as Packaged, package_project as package_project
from .parts import PartChange as PartChange, change_part as change_part
from .plan import Plan as Plan, plan_book as plan_book
from .play import (
    find_player as find_player,
    play_file as play_file,
    play_stream as play_stream,
    save_stream as save_stream,
    write_stream as write_stream,
)
from .pronunciations import Heard as Heard, hear_word as hear_word
from .proof import Proof as Proof
from .proof_lines import SeenLine as SeenLine
from .proposals import Proposed as Proposed, ProposedVoice as ProposedVoice, propose_voices as propose_voices
from .quality import quarantined_lines as quarantined_lines
from .quotations import Attributing as Attributing
from .readiness import Readiness as Readiness, readiness as readiness
from .record import (
    Judged as Judged,
    Recorded as Recorded,
    Terms as Terms,
    add_recording as add_recording,
    add_speaker as add_speaker,
    export_file as export_file,
    import_file as import_file,
    judge_recording as judge_recording,
    kept_recording as kept_recording,
)
from .refusals import (
    BusyError as BusyError,
    FullError as FullError,
    RefusedError as RefusedError,
    UnknownError as UnknownError,
)
from .render import Rendered as Rendered, judge_again as judge_again, render_project as render_project
from .renew import renew_project as renew_project
from .retake import Retaken as Retaken, retake_lines as retake_lines
from .review import (
    Question as Question,
    Review as Review,
    is_speaker as is_speaker,
    open_questions as open_questions,
)
from .run import Opens as Opens, Run as Run
from .say import say_text as say_text, stream_text as stream_text
from .script import (
    Figures as Figures,
    OpenedScript as OpenedScript,
    script_figures as script_figures,
    script_of_book as script_of_book,
    script_of_project as script_of_project,
    spoken_lines as spoken_lines,
)
from .selection import Selection as Selection, SelectionError as SelectionError, is_place as is_place
from .send import Sending as Sending, send_project as send_project
from .shelf import (
    Begun as Begun,
    BookOnShelf as BookOnShelf,
    begin_book as begin_book,
    books_on_shelf as books_on_shelf,
)
from .source import PIPE as PIPE, Loaded as Loaded, Source as Source, load as load, read_source as read_source
from .speaker import Speaker as Speaker
from .speech import Speech as Speech, in_order as in_order, in_pieces as in_pieces, speech_asked as speech_asked
from .status import Status as Status, is_worked_on as is_worked_on, outdated as outdated, status_of as status_of
from .stop import Limits as Limits, Stop as Stop, read_time as read_time
from .told import told_error as told_error, told_text as told_text
from .verify import Verdict as Verdict, verdict_rows as verdict_rows, verify as verify
from .voices import (
    VoiceRow as VoiceRow,
    hear_voice as hear_voice,
    languages_without_gpu as languages_without_gpu,
    list_voices as list_voices,
    model_speakers as model_speakers,
    recording_of as recording_of,
    remove_voice as remove_voice,
    rename_voice as rename_voice,
    shelves_with as shelves_with,
    show_voice as show_voice,
)
from .watch import landed as landed
