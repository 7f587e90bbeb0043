"""Files to books: one reader a form, chosen by suffix, or by content for what comes from a pipe.

A reader takes bytes that anyone may have made. It gives a Book, with all that it left out in
`skipped`, or raises SourceError with one line; it never writes, fetches or expands anything.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
