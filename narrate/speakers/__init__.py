"""Speakers: quotations attributed to characters, by rules that each can be tested alone."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
