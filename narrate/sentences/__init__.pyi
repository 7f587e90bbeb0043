# What the room exports; loaded when it is asked for (lazy_loader).
from .splitter import Splitter as Splitter, shorten as shorten, split_sentences as split_sentences
