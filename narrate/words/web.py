"""Addresses of the net, spoken: name at place dot com. English; other languages bring their own words."""

import re
from collections.abc import Callable
from functools import cache

from narrate.languages import find_language
from narrate.words.scan import Rule

# After a name without http or www, only these endings make an address: "Stop.It" and "no.so" are sentences.
_ENDINGS = "com org net edu gov mil info biz app dev ai uk us de fr es pt ru cn jp kr eu ca au nz nl br pl tv".split()
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,8}"  # as the net itself limits them


def spell(address: str, signs: dict[str, str], digits: Callable[[str], str]) -> str:
    """Every sign by its name, every digit by itself, words as they are; `www` and `http` by their letters."""
    said = []
    for part in re.findall(r"\d+|[^\W\d_]+|.", address):
        if part.isdecimal():
            said.append(digits(part))
        elif part.lower() in ("http", "https", "www", "ftp", "html", "pdf", "php"):
            said.append(part.upper())
        else:
            said.append(signs.get(part, part))
    return " ".join(said)


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """Mail addresses, addresses with http or www, and bare hosts with a well-known ending."""
    from narrate.words.numbers import digits

    signs: dict[str, str] = {}
    for spoken in (find_language("en").spoken, find_language(language).spoken):
        signs |= spoken.addresses if spoken else {}

    def say(match: re.Match[str]) -> str:
        return spell(match[0], signs, lambda run: digits(run, language))

    path = r"(?:[/?#][\w\-./?=&%#~+:]*[\w/])?"
    ending = rf"(?:{'|'.join(_ENDINGS)})"
    forms = (
        rf"\w(?:[\w.+&-]{{0,62}}\w)?@(?:[\w-]{{1,63}}\.){{1,8}}[a-zA-Z]{{2,}}{path}",
        r"(?:https?|ftp|file)://[\w\-./?=&%#~+:@]*[\w/]",
        rf"www\.(?:[\w-]+\.)+[a-zA-Z]{{2,}}{path}",
        rf"(?:{_HOST}){ending}(?![\w]){path}",
    )
    return tuple(Rule(re.compile(form), say) for form in forms)
