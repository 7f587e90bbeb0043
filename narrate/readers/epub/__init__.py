"""EPUB 2 and 3 to a Book. `read_epub` is all that others need, and `read_paged`
for another form that becomes pages; the modules go one way:

files, archive (the zip) → markup (a tree) → package (order, contents, metadata) → meaning (what an
element is) → text (paragraphs gathered) → pages (one file) → notes, matter (what is read) → sections,
outline (where chapters start) → book.
"""

from narrate.readers.epub.book import Paged, read_epub, read_paged

__all__ = ["Paged", "read_epub", "read_paged"]
