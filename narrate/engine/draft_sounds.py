"""The sounds of single words, as the embedded voice would say them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from narrate.errors import EngineError
from narrate.install import DRAFT_ENGINE_COMMAND


def sounds_of(words: Iterable[str]) -> list[str]:
    """Each of `words` in the phonemes of hibari's alphabet; "" for one that has no sound in English.

    Raises EngineError where hibari is missing.
    """
    speller = _speller()
    return [_sounds(speller, word) for word in words]


def _sounds(speller: Any, word: str) -> str:
    try:
        return str(speller(word))
    except (ValueError, LookupError):  # hibari 0.2 trips over numbers of 40 digits
        return ""


@cache
def _speller() -> Any:
    try:
        from hibari.g2p import G2P

        return G2P()
    except Exception as error:
        raise EngineError(f"the draft voice's dictionary cannot be loaded: {error}", do=DRAFT_ENGINE_COMMAND) from error
