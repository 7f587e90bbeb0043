"""The watermark in the sound of assembled chapters, put there and heard again.

In: samples and a 32-bit payload that names a project. Out: the same number of samples, or what was `Heard` in some.
The pattern stands in `pattern`, in the open: it says where a sound comes from and protects nothing from copying.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
