"""The proof page over HTTP: its guard, the orders it takes, and events for the pages that are open.

In: a request with the page's token. Out: what `report` makes of the book as it is now, and edits handed to `work`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
