# What the room exports; loaded when it is asked for (lazy_loader).
from .model import (
    Block as Block,
    BlockKind as BlockKind,
    Book as Book,
    Chapter as Chapter,
    Cover as Cover,
    PrintedPage as PrintedPage,
    Pronunciation as Pronunciation,
    Skipped as Skipped,
    Span as Span,
    squeeze as squeeze,
)
from .people import natural as natural, people_of as people_of, shown as shown
from .quotes import Marks as Marks, Quote as Quote, before_space as before_space, quotes_of as quotes_of
from .reading import Reading as Reading
