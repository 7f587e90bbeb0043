"""Where files come from: who signs, what is signed, and what a file says of itself.

In: an `Identity`, a `Narration` and a file. Out: the file with a C2PA manifest, or what was `Found` in one.
c2pa and cryptography are an extra: they are imported where they are used, and by this room alone.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
