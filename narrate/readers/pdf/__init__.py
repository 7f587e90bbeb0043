"""PDF with a text layer to pages of a book. `read_pdf` is all that others need; the modules go one way:

pdfium (a file's pages as words in their places) → child (the process that asks it) → printed → lines → columns
(reading order) → furniture (what the paper added) → footnotes → paragraphs → headings → markup (pages, which the
reader of EPUBs reads) → book.

A PDF says where letters stand, and nothing of what they are. What is found by their places is written down as an
EPUB's markup, so that all rules of what is read aloud stand once, in `narrate.readers.epub`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)  # the child loads nothing but what it needs
