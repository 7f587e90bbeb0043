# What the room exports; loaded when it is asked for (lazy_loader).
from .lines import proof_line as proof_line
from .now import page_now as page_now
from .page import ASSETS as ASSETS, ShownBook as ShownBook, write_page as write_page
from .pictures import find_shares as find_shares, report_pictures as report_pictures, take_lengths as take_lengths
from .stats import Stats as Stats, count_script as count_script
