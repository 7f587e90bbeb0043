"""Where a book lies and what was asked of it: its folder, project.toml, its lines placed, its edits, its report.

In: a folder. Out: `Project`, the only thing that knows the folder's names.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
