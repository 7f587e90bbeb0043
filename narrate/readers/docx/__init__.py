"""Word's documents (DOCX) to a page that the EPUB reader reads.

parts (the zip's XML) → styles, numbers (what a paragraph is by its style and its list) → runs (a paragraph's inside) →
blocks (paragraphs, lists, tables) → document (the page, its notes, what the file says of the book).
"""

from narrate.readers.docx.document import docx_page

__all__ = ["docx_page"]
