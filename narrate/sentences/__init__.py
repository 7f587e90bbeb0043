"""Paragraphs into sentences, in ten languages; nothing is ever reworded.

White space apart, the sentences of a text joined are the text. nltk's Punkt proposes where a
sentence ends, by the abbreviations of the language and what the book itself shows
(`punkt`). Its proposals are only proposals: `_joins` undoes the cuts that no reader would make
(`"Where?" | he asked.`, `vom 12. | Juni`), and `_misses` finds those that Punkt cannot see.
Chinese and Japanese are cut by their own marks (`cjk`); lists and blank lines cut first
(`rows`); what is still too long for an engine is cut at clauses (`clauses`).
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
