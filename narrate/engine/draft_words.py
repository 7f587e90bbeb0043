"""The dictionary of the embedded voice: which English words it lacks, and so pronounces by guess."""

from collections.abc import Iterable

from narrate.engine.draft_speech import load_hibari


def guessed_words(words: Iterable[str]) -> set[str]:
    """Those of `words` that hibari's dictionary has neither as they are nor inflected. Takes about a second."""
    from hibari.g2p import Context

    lexicon = load_hibari().g2p.lexicon
    context = Context()
    return {word for word in words if lexicon.get_word(word.replace("’", "'"), "NN", None, context)[0] is None}
