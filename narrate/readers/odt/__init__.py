"""OpenDocument texts (ODT, and flat FODT) to a page that the EPUB reader reads.

styles (what a style says of language, hidden text and lists) → blocks (the text as XHTML, its notes) → document (the
parts of the file, and what it says of the book).
"""

from narrate.readers.odt.document import odt_page

__all__ = ["odt_page"]
