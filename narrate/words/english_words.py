"""English abbreviations, initialisms, addresses and signs.

Mr., Mrs. and Ms. stay as they are: every engine says them right, and most lines of a novel that
hold an abbreviation hold one of these. Whatever can also be a plain word ("No.", "in.", "Fr.")
is touched only where what stands beside it leaves no doubt.
"""

import re
from collections.abc import Iterable
from functools import cache

from narrate.languages.english_spoken import SPOKEN as EN
from narrate.words.english_numbers import counted, pairs, plain_number, rank, year
from narrate.words.numbers import digits
from narrate.words.scan import Rule, before, shared_stop

_LIVED = {"b": "born", "d": "died", "r": "reigned", "fl": "flourished"}


def _title(match: re.Match[str]) -> str:
    return EN.titles[match[1]]


def _after_name(match: re.Match[str]) -> str | None:
    if not re.search(r"(?:[A-Z][\w’']*|&|and)[,]?\s$", before(match)):
        return None
    return EN.after_name[match[1]] + shared_stop(match)


def _before_number(match: re.Match[str]) -> str | None:
    written = match[1]
    if written in ("No", "no") and re.search(r"(?i:\b(?:said|answer|yes or)\s)$", before(match)):
        return None
    if written == "No" and _answer(match):
        return None
    glued = match.string[match.end()].isdecimal()
    return _counter(written) + (" " if glued else "")


def _answer(match: re.Match[str]) -> bool:
    """“No. 12 men came.”: what opens a sentence may be an answer, where the number counts something."""
    opens = re.search(r"(?:^|[.!?:—–“‘\"'(]\s?)$", before(match))
    number = re.match(r"\s?\d[\d,]*(?=(\s+of\b)?)", match.string[match.end() :])
    return bool(opens and number and (number[1] or counted(match.string, match.end() + number.end())))


def _counter(written: str) -> str:
    """`Vol` → Volume."""
    word = EN.counters[written.lower()][0]
    return word.capitalize() if written[0].isupper() else word


def _glued_number(match: re.Match[str]) -> str | None:
    """`No.1`, `pp.3-5`, `c.1850`."""
    written, first, last = match.groups()
    if written in ("No", "no") and _answer(match):
        return None
    say = year if written.lower() in ("c", "ca") and len(first) == 4 else None
    said = [say(int(part)) if say and len(part) == 4 else plain_number(part) for part in (first, last) if part]
    return f"{_counter(written)} {' to '.join(said)}"


def _after_rank(match: re.Match[str]) -> str | None:
    """`the 9th inst.` is of this month."""
    ranked = re.search(r"\d(?:st|nd|rd|th)\s$", before(match))
    return EN.after_rank[match[1]] + shared_stop(match) if ranked else None


def _anywhere(match: re.Match[str]) -> str:
    return EN.words[match[0].lower()] + shared_stop(match)


def _saint(match: re.Match[str]) -> str | None:
    """`St.` by what stands around it: a saint before a name, a street after one."""
    after = match.string[match.end() : match.end() + 40]
    name = re.match(r"\s?([A-Z][\w’']*)", after)
    named = re.search(r"(\d+\s+)?\b[A-Z][\w’']*\s$", before(match))
    if name and name[1] not in EN.openers and not (named and named[1]):
        return "Saint"
    if named and not after.startswith(("—", "–", "…")):  # a name may be cut off there
        return "Street" + shared_stop(match)
    return None


def _address(match: re.Match[str]) -> str:
    number, letter, name, street = match.groups()
    words = []
    for word in name.split():
        bare = word.rstrip(".")
        found = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", bare, re.IGNORECASE)
        words.append(rank(int(found[1])) if found else EN.points.get(bare, word))
    bare = street.rstrip(".")
    said = EN.streets.get(bare.title(), bare)
    return " ".join([pairs(number) + (f" {letter}" if letter else ""), *words, said]) + shared_stop(match)


def _state(match: re.Match[str]) -> str | None:
    state, code = match.groups()
    if state not in EN.states or (not code and state in EN.states_or_words):
        return None
    return EN.states[state] + (f" {digits(code, 'en')}" if code else "")


def _initials(match: re.Match[str]) -> str:
    """U.S.A. → USA. A last stop that ends the line stays."""
    return match[0].replace(".", "").replace(" ", "") + shared_stop(match)


def _blank(match: re.Match[str]) -> str:
    """A name struck out with a long dash, as readers say it: Lord ⸻ → Lord Blank."""
    return f"Blank{match[1]}" if match[1] else "Blank"


def _phone(match: re.Match[str]) -> str:
    said = ["plus"] if match[0].startswith("+") else []
    groups = re.findall(r"\d+", match[0])
    words = [digits(group, "en") for group in groups]
    return " ".join([*said, ", ".join(words)])


def _network(match: re.Match[str]) -> str:
    return " dot ".join(digits(part, "en") for part in match[0].split("."))


def _sign(match: re.Match[str]) -> str:
    """A sign alone, with the spaces that its word needs."""
    text, start, end = match.string, match.start(), match.end()
    before = " " if start and not text[start - 1].isspace() and text[start - 1] not in "(“‘\"'" else ""
    after = " " if end < len(text) and text[end].isalnum() else ""
    return before + EN.signs[match[0]] + after


def gate() -> str:
    """A pattern that is found wherever a rule for words could agree: a line without it needs no scanning."""
    abbreviations = {
        word.rstrip(".") for table in (EN.titles, EN.after_name, EN.words, EN.after_rank) for word in table
    }
    words = "|".join(sorted(map(re.escape, abbreviations | {"St", "no", "nos"}), key=len, reverse=True))
    return rf"\b(?i:{words})\.|&c|w/o|\.[A-Za-z]|[A-Z]\.\s[A-Z]\.|\s/\s|``|''"


@cache
def rules() -> tuple[Rule, ...]:
    """What comes before numbers are looked at: whatever holds numbers as a part of something else."""

    def any_of(words: Iterable[str]) -> str:
        return "|".join(sorted(map(re.escape, words), key=len, reverse=True))

    name = r"[A-Z][\w’'.-]*"
    streets = rf"(?:{any_of(EN.streets)}|{EN.whole_streets})"
    counters = any_of([*EN.counters, *(word.capitalize() for word in EN.counters)])
    forms = (
        (r"</?[A-Za-z][^<>]{0,80}>", lambda m: m[0]),  # mark-up that came through is no text
        (r"24/7(?!\w)", lambda m: "twenty-four seven"),
        (r"9/11(?!\w)", lambda m: "nine eleven"),
        (r"50[/-]50(?!\w)", lambda m: "fifty-fifty"),
        (r"401\(k\)", lambda m: "four oh one k"),
        (r"\+\d{1,3}[\s.-]?\(?\d{2,4}\)?(?:[\s.-]\d{2,4}){1,4}(?![\w-])", _phone),
        (r"(?:\(\d{3}\)\s?|\d{3}[-.])\d{3}[-.]\d{4}(?:-\d+)?(?![\w-])", _phone),
        (r"\d{3}-\d{2}-\d{4}(?![\w-])", _phone),
        (r"\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)(?!\w)", _network),
        (r"(?<=ending in )\d{2,8}(?!\w)", lambda m: digits(m[0], "en")),
        (
            rf"(\d{{1,5}})([A-Z])?\s+((?:(?:{'|'.join(EN.points)})\.?\s+)?(?:(?:{name}|\d+(?:st|nd|rd|th|ST|TH))\s+){{1,4}}?)"
            rf"({streets}|st|ave|rd|blvd)\b\.?",
            _address,
        ),
        (r"(?<=, )([A-Z]{2})(?:\s+(\d{5})(?!\w)|(?=$|[.,;]))", _state),
        (rf"({any_of(EN.titles)})\.(?=\s[A-Z“‘])", _title),
        (r"St\.", _saint),
        (rf"({counters})\.(\d+)(?:[-–](\d+))?(?![-–.,:/]?\d)(?!\w)", _glued_number),
        (rf"(?<![’'])({counters})\.(?=\s?#?\d)", _before_number),
        (r"(c|ca)\.(?=\s?A\.?\s?D\.?\s?\d)", lambda m: "circa"),
        (r"([bdr]|fl)\.(?=\s(?:c\.\s?|ca\.\s?)?1?\d{3}(?!\d))", lambda m: _LIVED[m[1]]),
        (rf"(?i:{any_of(EN.words)})", _anywhere),
        (rf"({any_of(EN.after_name)})\.", _after_name),
        (rf"({'|'.join(EN.after_rank)})\.", _after_rank),
        (r"(?:[A-Z]\.\s?){2,5}(?=\s?[A-Z][a-z])(?<!\s)|(?:[A-Z]\.){2,8}(?:[A-Z](?![\w.]))?", _initials),
        (r"(?<!\w)[⸺⸻]([a-z]+)?", _blank),
        (r"#(?=\d)", lambda m: "number "),
        (r"§§?\s?(?=\d)", lambda m: "section "),
        (r"~(?=\d)", lambda m: "about "),
    )  # fmt: skip
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)


@cache
def sign_rules() -> tuple[Rule, ...]:
    """Signs that nothing else has taken."""
    forms = (
        (r"(?<=[A-Za-z])\+\+(?!\w)", lambda m: " plus plus"),
        (r"(?<=\d)/(?!\w)", lambda m: " slash"),
        (r"(?<=\s)/(?=\s)", lambda m: "slash"),
        (r"[™®]", lambda m: ""),
        (r"[&%@=§©±≈≠→°¢$£€№]|(?<=\s)[+×](?=\s)", _sign),
        (r"``|''(?!\w)", lambda m: '"'),
    )
    return tuple(Rule(re.compile(pattern), say) for pattern, say in forms)
