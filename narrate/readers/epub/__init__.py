"""EPUB 2 and 3 to a Book. `read_epub` is all that others need; the modules go one way:

archive (the zip) → markup (a tree) → package (order, contents, metadata) → meaning (what an
element is) → text (paragraphs gathered) → pages (one file) → notes, matter (what is read) → sections,
outline (where chapters start) → book.
"""

from narrate.readers.epub.book import read_epub

__all__ = ["read_epub"]
