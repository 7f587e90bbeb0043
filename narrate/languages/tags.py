"""Tags of languages (BCP 47): what has the form of one, and the language that it names."""

import re


def is_tag(text: str) -> bool:
    """Whether `text` has the form of a language's tag (BCP 47): "en", "pt-BR"."""
    return re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", text) is not None


def code_of(tag: str) -> str:
    """The language of a tag without its country or script: "pt-BR" → "pt"."""
    return re.split("[-_]", tag.strip().lower())[0]
