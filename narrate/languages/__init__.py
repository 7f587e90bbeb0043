"""Languages: all that is known of one language stands in the file that its code names.

`find_language("de-AT")` is what `de.py` says; a new language is a new file, found by itself. Of a language without
a file all is as most languages have it, so that nobody asks whether one is known. Words and facts stand here; the
rules that use them stand where their work is done, and ask.

In: a tag or a name as a book has it, or a text. Out: the language that narrate calls it, or an error that says
which there are.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
