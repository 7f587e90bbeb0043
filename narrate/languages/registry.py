"""The languages that narrate knows: the files of this folder that a code names. A new file is found by itself."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from narrate.errors import VoiceError
from narrate.languages.language import Language
from narrate.languages.tags import canonical, code_of, is_tag

_NO_LANGUAGE = ("und", "mul", "mis", "zxx")  # codes that name none
_NAME = re.compile(r"(?P<name>[^\W\d_]+(?: [^\W\d_]+)?)(?:(?: ?[(\[,;/–—]| -)(?P<more>[^()\[\]]{0,60})[)\]]?)?")
# What stands before a language's name and leaves it that language, as "Old" does not.
_VARIETIES = frozenset(
    "american australian austrian brazilian british canadian european mandarin mexican modern simplified standard "
    "swiss traditional uk us".split()
)


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
    """A language as somebody says it, "eng", "EN_gb", "English" or "Deutsch", as a tag; "" where it names none.

    What has no form of a tag stays as it is.
    """
    said = said.strip()
    tag = said.partition(".")[0].replace("_", "-")  # en_GB.UTF-8
    if is_tag(tag):
        first, dash, rest = canonical(tag).partition("-")
        first = _called().get(first, first)
        return "" if first in _NO_LANGUAGE else first + dash + rest
    return _named(said) or said


def _named(said: str) -> str:
    """The tag of a language that is called by its name: `English (UK)`, `Deutsch, Österreich`."""
    found = _NAME.fullmatch(said)
    if not found:
        return ""
    *before, name = found["name"].split() or [""]
    code = _called().get(_folded(name), "")
    if not code or not _VARIETIES.issuperset(word.casefold() for word in before):
        return ""
    region = (found["more"] or "").strip()
    return f"{code}-{ {'UK': 'GB'}.get(region, region) }" if re.fullmatch("[A-Z]{2}", region) else code


def _folded(name: str) -> str:
    """A name in small letters without the marks on them, which catalogues lose: "Français" → "francais"."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


@cache
def _called() -> Mapping[str, str]:
    """The code of each language by all else that it is called, in small letters without marks."""
    known = (*_others().values(), *languages().values())
    named = {name: one.code for one in known for name in (one.code, *one.iso, one.name, *one.called) if name}
    return {_folded(name): code for name, code in named.items()}


def language_name(tag: str) -> str:
    """`German (de)`, `English (en-GB)`; of a language that is not known the tag alone."""
    name = find_language(tag).name
    return f"{name} ({tag})" if name else tag


def check_language(given: str) -> str:
    """`given`, a code such as "en" or "en-GB", or "" for none. Raises VoiceError for one that no model speaks."""
    spoken, code = spoken_languages(), given.lower().partition("-")[0]
    if code and code not in spoken:
        meant = _called().get(_folded(code), "")
        do = f'say "{meant}"' if meant in spoken else f"one of {', '.join(spoken)}"
        raise VoiceError(f'no model speaks the language "{given}"', do=do)
    return given


def passage(tag: str) -> str:
    """The passage of a language such as "en" or "en-GB"; English for one that has none."""
    return find_language(tag).passage or find_language("en").passage
