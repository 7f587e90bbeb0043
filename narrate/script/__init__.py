"""What is said, as a person edits it: lines of a speaker each, cues, pauses, and the files they stand in.

In: text of a script. Out: `Script`, whose `format_script` gives the same text again.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
