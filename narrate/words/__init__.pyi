# What the room exports; loaded when it is asked for (lazy_loader).
from .capitals import NO_WORDS as NO_WORDS, Vocabulary as Vocabulary
from .lexicon import (
    Entry as Entry,
    Lexicon as Lexicon,
    book_lexicon as book_lexicon,
    has_letter as has_letter,
    load_lexicon as load_lexicon,
    phoneme_problems as phoneme_problems,
    phonemes_in as phonemes_in,
    say_word as say_word,
)
from .respelling import respelt as respelt, settled as settled
from .scan import Change as Change, apply as apply
from .spoken import as_spoken as as_spoken, changes as changes
