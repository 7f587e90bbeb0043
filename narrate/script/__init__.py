"""Scripts, the form of a book that a person edits: lines with their speakers, cues, pauses, and script files.

In: text of a script. Out: `Script`, whose `format_script` gives the same text again.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
