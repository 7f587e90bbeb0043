"""What narrate knows of languages: their names and codes, how long they take to read, a passage to test a voice with.

In: a tag or a name as a book has it. Out: the language that narrate calls it, or an error that says which there are.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
