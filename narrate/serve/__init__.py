"""The application over HTTP: the studio's pages, the API of programs, a project's proof page, and the guard of all.

In: a request with the server's key. Out: what `report` and `work` make of a home as it is now, and orders for `work`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
