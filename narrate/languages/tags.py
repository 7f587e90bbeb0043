"""Tags of languages (BCP 47): what has the form of one, and the language that it names."""

import re


def is_tag(text: str) -> bool:
    """Whether `text` has the form of a language's tag (BCP 47): "en", "pt-BR"."""
    return re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", text) is not None


def code_of(tag: str) -> str:
    """The language of a tag without its country or script: "pt-BR" → "pt"."""
    return re.split("[-_]", tag.strip().lower())[0]


def canonical(tag: str) -> str:
    """A tag in the letters that BCP 47 recommends: "EN_us" → "en-US", "zh-hant" → "zh-Hant"."""
    first, *rest = re.split("[-_]", tag.strip())
    cased = (part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest)
    return "-".join([first.lower(), *cased])
