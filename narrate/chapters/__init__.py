"""Takes to one sound a chapter: arranged, mixed, levelled, with the time of each line. Runs ffmpeg.

In: `ChapterPlan`s. Out: a lossless file a chapter, its AAC packets, and `TimedChapter`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
