"""Reports on a book: the page, its pictures, its waveforms, and the figures of a script.

In: a report, lines and levels as values. Out: files below `out/`, and the same text for a page that is served.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
