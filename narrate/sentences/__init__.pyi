# What the room exports; loaded when it is asked for (lazy_loader).
from .clauses import shorten as shorten
from .splitter import Splitter as Splitter, split_sentences as split_sentences
