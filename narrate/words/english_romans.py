"""English Roman numerals: vol. IV, Chapters I–III, Henry VIII, World War II, the XIXth century.

What can be a word, a letter, a pronoun or somebody's initials is left alone.
"""

import re
from collections.abc import Iterable
from functools import cache

from narrate.languages.english_spoken import SPOKEN as EN
from narrate.words import roman
from narrate.words.english_numbers import rank
from narrate.words.numbers import cardinal
from narrate.words.scan import Rule, before

_ENDED = re.compile(r"\s*(?:$|[.,:;!?)\]—–’”\"])")
_ONE_ENDS = re.compile(r"\s*(?:$|[.,:;!?)\]—–’”\"]|(?:and|or|to)\s+[IVX]+\b|of\b)")
# Further numerals: Chapters I, II and IV, vols. I–III. An I alone is mostly somebody who speaks.
_FURTHER = rf"(?!I(?!\w))(?=[IVXL]+(?!\w)){roman.ROMAN}"
_LIST = rf"((?:(?:,\s|,?\s(?:and|or|to|&)\s|[-–]){_FURTHER}(?!\w))*)"
# What the war is said of: the World War I veterans, but the World War I fought in.
_WAR_NOUNS = re.compile(
    r"\s(?:veterans?|battles?|battlefields?|trench(?:es)?|soldiers?|armistice|memorials?|uniforms?|helmets?|monuments?|poets?|"
    r"eras?|period|years|front|aces?|pilots?|ambulances?|tanks?|cemeter(?:y|ies)|histor(?:y|ies)|generation|peace|campaigns?)\b"
)


def _before_roman(match: re.Match[str]) -> str | None:
    """`vol. IV`, `pp. ix-xii`, `vols. II and III`."""
    written, numeral, last, further = match.groups()
    page = written.lower() in ("p", "pp")
    ended = further or _ENDED.match(match.string, match.end())
    for one in filter(None, (numeral, last)):
        single = len(one) == 1
        if not roman.value(one) or one in ("C", "D", "L", "M") or (page and not one.islower()):
            return None  # fig. C, P. I. Tchaikovsky
        if single and not page and (one.islower() or (not ended and written.lower() not in EN.one_counters)):
            return None  # a sec. I thought
    if written == "P":
        return None
    word = EN.counters[written.lower()][0]
    counter = word.capitalize() if written[0].isupper() else word
    return f"{counter} {' to '.join(_cardinal(n) for n in (numeral, last) if n)}{_further(further)}"


def _cardinal(numeral: str) -> str:
    return cardinal(roman.value(numeral), "en")


def _further(written: str) -> str:
    """`, II and III` → , two and three."""
    said = re.sub(r"[IVXL]+", lambda m: _cardinal(m[0]), written)
    return re.sub("[-–]", " to ", said)


def _world_war(match: re.Match[str]) -> str | None:
    """“the World War I fought in” may be I; all others are the first."""
    noun = re.search(r"(?i:\b(?:the|a|that|this|our|great|last|first)\s)$", before(match))
    ended = re.match(r"\s*(?:$|[-.,:;!?)\]—–’”\"]|and\s)", match.string[match.end() :])
    known = ended or not noun or _WAR_NOUNS.match(match.string, match.end())
    return "World War One" if known else None


def _short_war(match: re.Match[str]) -> str:
    return f"World War {'One' if match[1] in ('I', '1') else 'Two'}"


def _roman_rank(match: re.Match[str]) -> str | None:
    """`XIXth century`, `the XIX century`."""
    numeral, suffix = match.groups()
    number = roman.value(numeral)
    known = suffix != "st" if suffix else re.search(r"(?i:\bthe\s)$", before(match))  # "Ist" is German
    if not 0 < number < 100 or (len(numeral) == 1 and not (known and numeral in "IVX")):
        return None
    said = rank(number)
    return said if not suffix or said.endswith(suffix) else None


def _division(match: re.Match[str]) -> str | None:
    word, numeral, further = match.groups()
    number = roman.value(numeral)
    small = numeral.islower()
    if not number or (small and len(numeral) < 2):
        return None
    if numeral in ("C", "D", "L", "M") and not re.fullmatch(EN.divisions, word, re.IGNORECASE):
        return None
    opens = match.start() == 0 and word.lower() in ("chapter", "canto", "stave")  # Chapter I In Which He Speaks
    if numeral == "I" and not (further or opens or _ONE_ENDS.match(match.string, match.end())):
        return None  # "in Part I believe"
    full = {"chap.": "chapter", "vol.": "volume", "no.": "number"}.get(word.lower(), word)
    full = full.capitalize() if word[0].isupper() and not word.isupper() else full
    return f"{full} {cardinal(number, 'en')}{_further(further)}"


def _ruler(match: re.Match[str]) -> str | None:
    """`Henry VIII` → Henry the Eighth; `World War II` → World War two; `I` only where it can be no pronoun."""
    office, name, numeral = match.groups()
    rest = match.string[match.end() :]
    ruler = bool(office) or name in EN.rulers
    number = roman.value(numeral)
    if not number or not (ruler or len(numeral) > 1) or re.match(r"[\s-](?:century|centuries)\b", rest):
        return None  # "The XIX century" is no ruler
    if "L" in numeral and len(numeral) < 3:
        return None  # a size
    if numeral == "I" and not (office or re.match(r"[’']s\b|\s(?:of|the)\s+[A-Z]|[.!?)”’\"]*$", rest)):
        return None
    said = f"the {rank(number).capitalize()}" if ruler else cardinal(number, "en").capitalize()
    return f"{office or ''}{name} {said}"


def gate() -> str:
    """A pattern that is found wherever one of these rules could agree."""
    return (
        rf"\b(?i:{EN.divisions}|{EN.lettered}) [IVXLCDMivxlcdm]+\b"
        rf"|\b(?i:{'|'.join(EN.roman_counters)})\.\s?[IVXLivxl]"
        r"|\b(?i:World War) I\b|\bWW|\b[IVXL]+(?:th|st|nd|rd|[\s-]centur(?:y|ies))\b"
        rf"|\b(?:[A-Z][a-zé]+) (?:[IVXL]{{2,}}|[VX])\b|\b(?:{EN.offices}) [A-Z][a-zé]+ I\b"
        r"|\b[A-Z][a-zé]+ I(?:[’'.!?)”\"]|$|\s(?:of|the)\s[A-Z])"
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def rules() -> tuple[Rule, ...]:
    """Before abbreviations, which are also counters."""
    romans = _any_of([*EN.roman_counters, *(word.capitalize() for word in EN.roman_counters)])
    numeral = rf"(?:{roman.ROMAN}|[ivxl]+)"
    forms = (
        (rf"({romans})\.\s?({numeral})(?:[-–]({numeral}))?(?!\w){_LIST}", _before_roman),
        (rf"(?i:({EN.divisions}|{EN.lettered})) ({roman.ROMAN}|[ivxlc]+)(?!\w){_LIST}", _division),
        (r"(?i:World War) I(?!\w)(?![’'](?!s\b))", _world_war),
        (r"WW[\s-]?(II?|[12])(?!\w)", _short_war),
        (rf"({roman.ROMAN})(th|st|nd|rd)(?!\w)", _roman_rank),
        (rf"({roman.ROMAN})()(?=(?:\s?(?:[-–]|and|or|to)\s?[IVXL]+)?[\s-](?:century|centuries)(?!\w))", _roman_rank),
        (rf"((?:{EN.offices})\s)?([A-Z][a-zé]+) ([IVXL]+)(?:\.(?=\s[a-z]))?(?!\w)", _ruler),
    )
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)
