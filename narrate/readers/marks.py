"""Marks in what somebody says: sounds, manners, times and tags that a script has beside the words.

    Welcome back [laughs] to the show.     (sighs) It is cold. *shivers* Very cold.     I did. [CROSSTALK]

What is made before the first word says how it is said, and is its direction; all else goes, and is named to
whoever reads the script. Brackets hold words as well ("[the] ferry", "(or so they say)"): they are taken for a
mark only by a word that is known for one, or where they stand between sentences in another way of writing than
these have.
"""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache

from narrate.languages import languages
from narrate.languages.language import Shows
from narrate.script import is_like_a_cue, parse_cue

_LONGEST = 100  # characters of a mark
_TAG = re.compile(
    r"</?(?P<name>speak|break|emphasis|prosody|say-as|sub|phoneme|voice|audio|mark|lang|p|s|w|"
    r"(?:amazon|mstts|google):[\w-]{1,30})(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_EMPHASIS = r"(?<![\w*_\\])[*_]{1,3}"
_MARK = re.compile(
    rf"(?:{_EMPHASIS})?(?:\[(?P<square>[^\[\]]{{1,{_LONGEST}}})\]|\({{1,2}}(?P<round>[^()]{{1,{_LONGEST}}})\){{1,2}}|"
    rf"（(?P<wide>[^（）]{{1,{_LONGEST}}})）|<(?P<angle>[^<>/=]{{1,{_LONGEST}}})>|\{{(?P<brace>[^{{}}]{{1,{_LONGEST}}})\}})"
    rf"(?:[*_]{{1,3}}(?![\w*_]))?|"
    rf"(?<![\w*\\])\*(?P<star>[^\s*][^*]{{0,{_LONGEST - 2}}})\*(?![\w*])|"
    rf"(?<![\w\\])_(?P<under>[^\s_][^_]{{0,{_LONGEST - 2}}})_(?!\w)"
)
_ROW = re.compile(r"\[(?P<square>[^\[\]]{1,200})\]|\((?P<round>[^()]{1,200})\)|（(?P<wide>[^（）]{1,200})）")
_TIME = re.compile(r"~?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?")
_SENTENCE_ENDED = re.compile(r"[.!?…:;—–。！？\])）*][\"”’»]*\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*")
_MOST_WORDS = 6  # of a mark that is known by one of its words
_SCENE = 4  # words of one that tells what is heard: [door closes]
_NEAR = 12  # characters beside a mark that tell whether it stands between sentences
_GONE = "\x02"  # where a mark was
_UNSPACED = "\u2e80"  # from here on words are not parted by spaces
_GAP = re.compile(rf"\s?{_GONE}[\s{_GONE}]*")
_CLOSES = ".,;:!?…。，、！？；："
_SOUND_FILE = re.compile(r"\.[a-z0-9]{2,4} ?\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A speech without its marks: its words, how the first of them are said, and the marks that went."""

    text: str
    direction: str = ""
    left: tuple[str, ...] = ()


def without_tags(text: str) -> str:
    """The text without the tags of speech markup, and without the gaps that they leave before a punctuation mark."""
    if "<" not in text:
        return text
    marked = _TAG.sub(lambda tag: f" {_GONE} " if tag["name"].casefold() == "break" else _GONE, text)
    return _closed(marked) if marked != text else text


def without_marks(text: str) -> Said:
    """What is said in a speech's text, which is squeezed."""
    if not any(c in text for c in "[(*（<{_"):
        return Said(text)
    directions: list[str] = []
    left: list[str] = []
    parts: list[str] = []
    reached, begun = 0, False  # whether a word has been said
    for mark in _MARK.finditer(text):
        inner = next(filter(None, mark.groups())).strip()
        begun = begun or any(c.isalnum() for c in text[reached : mark.start()])
        if not begun and _is_direction(mark, inner):
            directions.append(inner)
        elif _is_mark(mark, inner):
            left.append(mark[0])
        else:
            begun = True
            continue
        beside = text[max(0, mark.start() - 1) : mark.start()] + text[mark.end() : mark.end() + 1]
        parts += [text[reached : mark.start()], _GONE if min(beside, default="") >= _UNSPACED else f" {_GONE} "]
        reached = mark.end()
    if not parts:
        return Said(text)
    said = _closed("".join([*parts, text[reached:]]))
    if not any(c.isalnum() for c in said):  # nothing is left to be said in any manner
        return Said("", "", (*(f"[{direction}]" for direction in directions), *left))
    return Said(said, ", ".join(directions), tuple(left))


def is_sound(row: str, names: Set[str] | None = None) -> bool:
    """Whether a row in brackets is a sound, as other houses write them: `[MUSIC FADES]`, `(applause)`.

    One that tells of more ("[Enter Peter.]") is a stage direction. With the `names` of who speaks, so is one in
    capitals that names somebody: `[PETER ENTERS]`.
    """
    found = _ROW.fullmatch(row.strip("*_ "))
    if not found:
        return False
    inner = next(filter(None, found.groups())).strip()
    known = _known(inner)
    if known == "manner":
        return _few(inner) and inner[-1] not in ".!?"
    if known or not found["square"] or names is None or not inner.isupper():
        return known == "sound" or _is_time(inner)
    people = {word.casefold() for name in names for word in name.split()}
    return not any(word in people for word in _WORD.findall(inner.casefold()))


def is_sound_label(name: str) -> bool:
    """Whether a label stands before what is heard: `SFX: A door.`"""
    return name.casefold() in _words(_cues)


def is_foreign_cue(row: str) -> bool:
    """Whether a row that looks like a cue is another house's, and names no sound of ours: `[MUSIC: UPBEAT]`, `[Pause]`.

    `[sfx: bell]` and `[pause forever]` are ours, written wrong.
    """
    if not is_like_a_cue(row) or _SOUND_FILE.search(row):
        return False
    kind = row.strip("[ ").split(":")[0].split()[0].strip("]")
    try:
        cue = parse_cue(row)
    except ValueError:
        written = kind.islower() and (":" in row or (kind == "pause" and len(row.strip("[] ").split()) > 1))
        return not written
    return cue is not None and cue.file != "" and (not kind.islower() or " " in cue.file)


def is_continued(text: str) -> bool:
    """Whether a text is only the mark of a speech that a page's end cuts: (MORE), (CONT’D)."""
    return text.strip("()（） ").replace("’", "'").casefold().rstrip(":.") in _words(_continued)


def _is_direction(mark: re.Match[str], inner: str) -> bool:
    """Whether brackets before the first word say how it is said: `(to Anna) Well.`, `[softly] Come.`, not `[the]`."""
    after = mark.string[mark.end() : mark.end() + _NEAR]
    known = _known(inner)
    if known or not (mark["square"] or mark["round"] or mark["wide"]):
        return known == "manner" and after.strip() != ""
    following = after.lstrip(" \"“”„«»‘'…¿¡([*")
    lower = inner[:1].islower() and len(inner.split()) <= _MOST_WORDS and not re.search(r"[.!?:]", inner)
    return lower and following[:1].isupper() and (not mark["square"] or len(inner.split()) <= 4)


def _is_mark(mark: re.Match[str], inner: str) -> bool:
    known = _known(inner)
    if mark["square"]:
        told = inner.isupper() or (inner[0].islower() and inner[-1].isalpha() and 1 < len(inner.split()) <= _SCENE)
        return is_foreign_cue(mark[0]) or bool(known) or _is_time(inner) or (told and _between_sentences(mark))
    if mark["star"] or mark["under"]:
        return inner[0].islower() and inner[-1].isalpha() and _few(inner) and _between_sentences(mark)
    if _is_time(inner):
        return inner[0] == "0" or inner.count(":") > 1  # not (12:30)
    return bool(known) and _few(inner) and inner[-1] not in "!?,"


def _few(inner: str) -> bool:
    return len(inner.split()) <= 3


def _is_time(inner: str) -> bool:
    return _TIME.fullmatch(inner) is not None


def _between_sentences(mark: re.Match[str]) -> bool:
    before = mark.string[max(0, mark.start() - _NEAR) : mark.start()]
    after = mark.string[mark.end() : mark.end() + _NEAR].lstrip(" \"“”„«»‘'¿¡([")
    return (not before.strip() or _SENTENCE_ENDED.search(before) is not None) and not after[:1].islower()


def _known(inner: str) -> str:
    """What a mark is known for by its first or last word: a "sound", a "manner", or ""."""
    found = _WORD.findall(inner.casefold().replace("’", "'")) if len(inner) <= _LONGEST else []
    if not 0 < len(found) <= _MOST_WORDS:
        return ""
    for word in (found[0], found[-1]):
        if word in _words(_manners):
            return "manner"
        if word in _words(_sounds):
            return "sound"
    return ""


def _closed(text: str) -> str:
    """A text without marks, squeezed, and without a gap before a punctuation mark where one stood."""
    return " ".join(_GAP.sub(_gap, " ".join(text.split())).split())


def _gap(gone: re.Match[str]) -> str:
    after = gone.string[gone.end() : gone.end() + 1]
    return "" if after in _CLOSES or not any(map(str.isspace, gone[0])) else " "


def _sounds(shows: Shows) -> frozenset[str]:
    return shows.sounds


def _manners(shows: Shows) -> frozenset[str]:
    return shows.manners


def _cues(shows: Shows) -> frozenset[str]:
    return shows.cues


def _continued(shows: Shows) -> frozenset[str]:
    return frozenset(word.rstrip(".") for word in shows.continued)


@cache
def _words(of: Callable[[Shows], frozenset[str]]) -> frozenset[str]:
    """The words of every language: a script is read before its language is known."""
    return frozenset(word for language in languages().values() for word in of(language.shows))
