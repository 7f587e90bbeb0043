"""The languages that narrate knows: the files of this folder that a code names. A new file is found by itself."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from narrate.errors import VoiceError
from narrate.languages.language import Language
from narrate.languages.tags import code_of

_NO_LANGUAGE = ("und", "mul", "mis", "zxx")  # codes that name none


@cache
def codes() -> tuple[str, ...]:
    """The codes of all languages that have a file; none is imported."""
    files = iter_modules([str(Path(__file__).parent)])
    return tuple(sorted(file.name for file in files if re.fullmatch("[a-z]{2,3}", file.name)))


def find_language(tag: str) -> Language:
    """The language of a tag such as "en-GB"; of one that is not known all is as most languages have it."""
    code = code_of(tag)
    if code in codes():
        found: Language = import_module(f"narrate.languages.{code}").LANGUAGE
        return found
    return _others().get(code) or Language(code=code)


@cache
def _others() -> Mapping[str, Language]:
    """The languages without a file, by each of their codes."""
    from narrate.languages.others import others

    return {code: language for language in others() for code in (language.code, *language.iso)}


@cache
def languages() -> Mapping[str, Language]:
    """Every language that has a file, by its code."""
    return {code: find_language(code) for code in codes()}


@cache
def spoken_languages() -> Mapping[str, str]:
    """The names of the languages that a model speaks, by their codes; a file may be there before any does."""
    return {code: language.name for code, language in languages().items() if language.qwen3_tts}


def language_tag(said: str) -> str:
    """A language as somebody says it, "eng", "en_GB" or "English", as a tag; "" where it names none.

    What has no form of a tag stays as it is.
    """
    first, dash, rest = said.strip().replace("_", "-").partition("-")
    first = _called().get(first.lower(), first)
    return "" if first.lower() in _NO_LANGUAGE else first + dash + rest


@cache
def _called() -> Mapping[str, str]:
    """The code of each language by all else that it is called, in small letters."""
    return {name.lower(): code for code, one in languages().items() for name in (*one.iso, one.name)}


def language_name(tag: str) -> str:
    """`German (de)`, `English (en-GB)`; of a language that is not known the tag alone."""
    name = find_language(tag).name
    return f"{name} ({tag})" if name else tag


def check_language(given: str) -> str:
    """`given`, a code such as "en" or "en-GB", or "" for none. Raises VoiceError for one that no model speaks."""
    spoken, code = spoken_languages(), given.lower().partition("-")[0]
    if code and code not in spoken:
        meant = _called().get(code, "")
        do = f'say "{meant}"' if meant in spoken else f"one of {', '.join(spoken)}"
        raise VoiceError(f'no model speaks the language "{given}"', do=do)
    return given


def passage(tag: str) -> str:
    """The passage of a language such as "en" or "en-GB"; English for one that has none."""
    return find_language(tag).passage or find_language("en").passage
