# What the room exports; loaded when it is asked for (lazy_loader).
from .checks import check_level as check_level, recogniser_for as recogniser_for, watch_for as watch_for
from .design import bake_cast as bake_cast
from .estimate import (
    CALIBRATION_LINES as CALIBRATION_LINES,
    TAKE_BYTES_PER_S as TAKE_BYTES_PER_S,
    Estimate as Estimate,
    calibration_lines as calibration_lines,
)
from .events import Event as Event, Notice as Notice, Progress as Progress, Telling as Telling
from .inventory import (
    Inventory as Inventory,
    Setup as Setup,
    Work as Work,
    find_work as find_work,
    set_up as set_up,
    take_inventory as take_inventory,
)
from .loop import Made as Made, render_checked as render_checked
from .order import by_chapter as by_chapter, in_turn as in_turn
from .render import Rendered as Rendered, judge_again as judge_again, render_project as render_project
from .run import Run as Run
from .stop import Limits as Limits, Stop as Stop
