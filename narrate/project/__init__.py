"""Projects: the folder of a book, project.toml, its lines in their places, its edits and its report.

In: a folder. Out: `Project`, the only thing that knows the folder's names.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
