"""A book as its author wrote it: chapters of blocks, what is quoted in them, and which parts are read.

In: what a reader of a file found. Out: `Book`, with nothing in it of voices or of speaking.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
