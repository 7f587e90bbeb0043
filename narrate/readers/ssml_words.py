"""What SSML's elements say of how words sound: breaks in milliseconds, manners in words, what is said in place.

The elements are SSML 1.1's (https://www.w3.org/TR/speech-synthesis11/), with the manners that large services add.
"""

import re
from collections.abc import Mapping

from narrate.languages import code_of
from narrate.languages.phonetics import canonical_ipa, ipa_of_xsampa
from narrate.script.cue import MAX_PAUSE_MS
from narrate.words import as_spoken
from narrate.words.numbers import cardinal, digits, ordinal
from narrate.words.spoken import letters_apart

# Of a strength SSML says no length; these are between the words and the paragraphs of a usual reading.
STRENGTHS_MS = {"none": 0, "x-weak": 0, "weak": 150, "medium": 300, "strong": 600, "x-strong": 1000}
_TIME = re.compile(r"\+?(?P<number>\d{0,9}(?:\.\d{1,6})?)\s*(?P<unit>ms|s)", re.IGNORECASE)
_PROSODY = {
    "rate": {"x-slow": "very slowly", "slow": "slowly", "fast": "quickly", "x-fast": "very quickly"},
    "pitch": {"x-low": "in a very low voice", "low": "in a low voice", "high": "in a high voice",
              "x-high": "in a very high voice"},
    "volume": {"x-soft": "very softly", "soft": "softly", "loud": "loudly", "x-loud": "very loudly",
               "silent": "without a sound"},
}  # fmt: skip
# By how much (in %) it is named, from "slow" and "fast" on, and where it is "very".
_RATE, _PITCH, _VOLUME = ((80, 120), (60, 150)), ((92, 108), (80, 125)), ((-3.0, 3.0), (-9.0, 9.0))
_EMPHASIS = {"strong": "with strong emphasis", "moderate": "with emphasis", "": "with emphasis", "reduced": "lightly"}
# Elements of services (Azure, Amazon, Google) that say how something is said, and the attribute that has it.
STYLES = {"express-as": "style", "effect": "name", "emotion": "name", "domain": "name", "style": "name"}
_CHANGE = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,4}(?:\.\d{1,4})?)(?P<unit>%|dB|st|Hz)?", re.IGNORECASE)
_SPELT = ("characters", "spell-out", "verbatim", "letters", "digits")
_BY_RULE = ("", "time", "telephone", "currency", "unit", "fraction", "address", "vxml:currency", "vxml:time", "number")
_DIGITS = re.compile(r"\d+")


def break_ms(attributes: Mapping[str, str]) -> int:
    """A break's length in milliseconds, as a cue can have it. Raises ValueError for what is none."""
    if time := attributes.get("time", "").strip():
        found = _TIME.fullmatch(time)
        if not found or not found["number"].strip("."):
            raise ValueError(f'<break time="{time[:20]}">')
        return min(round(float(found["number"]) * (1 if found["unit"].lower() == "ms" else 1000)), MAX_PAUSE_MS)
    strength = attributes.get("strength", "medium").strip().lower()
    if strength not in STRENGTHS_MS:
        raise ValueError(f'<break strength="{strength[:20]}">')
    return STRENGTHS_MS[strength]


def manner(name: str, attributes: Mapping[str, str]) -> str:
    """How an element has its words said, as a direction; "" for an element that says nothing of it."""
    if name == "emphasis":
        return _EMPHASIS.get(attributes.get("level", "").strip().lower(), "")
    if name == "prosody":
        return ", ".join(filter(None, (_prosody(kind, attributes.get(kind, "")) for kind in _PROSODY)))
    return " ".join(re.sub(r"[^\w' ]+", " ", attributes.get(STYLES[name], "")).split()) if name in STYLES else ""


def _prosody(kind: str, value: str) -> str:
    """A prosody's rate, pitch or volume in words: those of a label, or by how far a number is from the usual."""
    value = value.strip().lower()
    words = _PROSODY[kind]
    if value in words:
        return words[value]
    found = _CHANGE.fullmatch(value)
    if not found or found["unit"] == "hz":
        return ""
    number = float(found["number"]) * (-1 if found["sign"] == "-" else 1)
    if kind == "volume":
        bounds, amount = _VOLUME, number if found["unit"] == "db" else 0.0
    elif found["unit"] == "st":
        bounds, amount = _PITCH, 100 * 2 ** (min(number, 48.0) / 12)
    else:
        relative = found["sign"] or kind == "pitch"  # a rate of 80% is slower, a pitch of 80% higher
        percent = number if found["unit"] else number * 100
        bounds, amount = (_RATE if kind == "rate" else _PITCH), percent + (100 if relative else 0)
    (low, high), (very_low, very_high) = bounds
    labels = list(words.values())
    if amount <= low:
        return labels[0] if amount <= very_low else labels[1]
    return "" if amount < high else labels[3] if amount >= very_high else labels[2]


def phonemes(attributes: Mapping[str, str]) -> str:
    """The canonical IPA of a `phoneme` element. Raises ValueError for another alphabet and for what is not in it."""
    alphabet = attributes.get("alphabet", "ipa").strip().lower()
    if alphabet not in ("ipa", "x-sampa", "xsampa"):
        raise ValueError(f'"{alphabet[:20]}" is an alphabet that is not read')
    given = attributes.get("ph", "")
    return canonical_ipa(given) if alphabet == "ipa" else ipa_of_xsampa(given)


def said_as(text: str, attributes: Mapping[str, str], language: str) -> str:
    """What is said for a `say-as` element's text; "" where that is what the usual rules make of it.

    Raises ValueError where there is no rule for what it asks for.
    """
    interpreted = attributes.get("interpret-as", "").strip().lower()
    if interpreted in _SPELT:
        if text.isdecimal():
            return digits(text, code_of(language))
        return " ".join(letters_apart(word) for word in text.split())
    if interpreted in ("cardinal", "ordinal"):
        whole = text.replace(",", "").strip()
        count = cardinal if interpreted == "cardinal" else ordinal
        return count(int(whole), code_of(language)) if whole.isdecimal() and len(whole) < 13 else ""
    if interpreted == "date":
        return _date(text, attributes.get("format", "").strip().lower(), language)
    if interpreted not in _BY_RULE:
        raise ValueError(f'there is no rule for "{interpreted[:30]}"')
    return ""


def _date(text: str, form: str, language: str) -> str:
    """A date whose `form` says which number is which, such as "dmy", in words; "" where its rules are as good."""
    numbers = _DIGITS.findall(text)
    if sorted(form) != ["d", "m", "y"] or len(numbers) != 3:
        return ""
    day, month, year = (numbers[form.index(part)] for part in "dmy")
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return ""
    code = code_of(language)
    clear = {"en": f"{year:0>4}-{month:0>2}-{day:0>2}", "de": f"{int(day)}.{int(month)}.{year}"}
    written = clear.get(code, f"{int(day)}/{int(month)}/{year}")
    said = as_spoken(written, language)
    return "" if said == written else said
