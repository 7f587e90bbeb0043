"""narrate: an offline audiobook maker. `narrate --help` says what it does; README.md says how.

As a library it exports the names of its stub beside this file; docs/library.md shows them at work.
"""

from lazy_loader import attach_stub

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
