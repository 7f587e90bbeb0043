"""Who speaks with what: cast.toml, a cast that is proposed, and one that a series goes on with.

In: the speakers of a script and the voices there are. Out: the `Request` of each line.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
