"""The application: what each command does, with nothing of a command line in it.

In: typed arguments. Out: results, or events as they come.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
