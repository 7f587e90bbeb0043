"""HTML to pages that the EPUB reader reads: one page, a zip of pages, or a folder of them that is packed into a zip.

tidy (a page as XHTML, without the site around it) and about (what a page says of the book) → pages (one or many).
"""

from narrate.readers.html.folder import holds_pages, packed
from narrate.readers.html.pages import html_page, zipped_pages

__all__ = ["holds_pages", "html_page", "packed", "zipped_pages"]
