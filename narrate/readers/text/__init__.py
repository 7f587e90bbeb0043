"""Plain text to a Book. `read_text` is all that others need; the modules go one way:

frame, aozora (what is around the book) → brackets (what is no text of it) → pages (what the paper added) → rows
(paragraphs) → hyphens (words cut at a row's end) → contents, notes (what is not read) → headings → book.
"""

from narrate.readers.text.book import read_text

__all__ = ["read_text"]
