"""Chapters to files that people play: M4B, MP3, FLAC, captions, read-along EPUB, a podcast, a shop's folder.

In: `ChapterPlan`s and `Mastering`. Out: files below `out/` by `assemble`, each made only where it is not there yet.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
