# What the room exports; loaded when it is asked for (lazy_loader).
from .estimate import (
    CALIBRATION_LINES as CALIBRATION_LINES,
    TAKE_BYTES_PER_S as TAKE_BYTES_PER_S,
    Estimate as Estimate,
    calibration_lines as calibration_lines,
)
from .order import by_chapter as by_chapter, in_turn as in_turn
from .render import Made as Made, Work as Work, find_work as find_work, render_checked as render_checked
