"""Shops: what they ask of an audiobook and what they think of a machine's reading, checked, and written down for them.

In: the files of a book, measured. Out: `Finding`s by the rules of one dated table, `shops.toml`, and a shop's sheets.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
