"""The cast: cast.toml read and changed, voices proposed for speakers, and parts taken over within a series.

In: the speakers of a script and the voices there are. Out: the `Request` of each line.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
