"""Voices: stored embeddings, clones, designs, speakers of a model, draft voices; the shelf they stand on.

In: a name or a folder. Out: a `Voice`. Nothing untrusted is unpickled.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
