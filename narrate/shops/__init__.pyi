# What the room exports; loaded when it is asked for (lazy_loader).
from .check import CoverFacts as CoverFacts, Facts as Facts, Finding as Finding, check_book as check_book
from .names import Names as Names, plain_name as plain_name
from .onix import Record as Record, onix as onix
from .sheets import Track as Track, sheets as sheets
from .table import Rule as Rule, Shop as Shop, Source as Source, find_shop as find_shop
