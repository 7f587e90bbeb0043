"""Word times: when each word of a take is heard, by forced alignment of the take to its own text.

    words      a line's words as they are written and as they are spoken, and which are which
    sphinx     English, by PocketSphinx's acoustic model
    whisper    other languages, by what Whisper attends to
    aligner    which of them times a language here
    teams      takes timed on all cores
    store      what was found, beside the takes

In: a take and its words. Out: `Alignment`. A take whose alignment is not sure has no word times, and says why.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
