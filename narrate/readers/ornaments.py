"""What stands between two scenes: rows of signs, pictures and empty blocks that are called so.

A row of signs has nothing to be read, so a sign that is only ever an ornament may stand alone. Signs that also say
something (`+`, `%`, `/`) must be three of a kind, and letters are signs only in the forms that printers use: oOo,
-o0o-, xxx. Dots and a lone dash are somebody who says nothing.
"""

import re
from pathlib import PurePosixPath

_WORDS_OF_ORNAMENT = 3  # a picture that is described with more is one to be looked at
_LONGEST = 120  # characters of a row of signs

# Asterisks, daggers, bullets, paragraph signs; Unicode's shapes, symbols (but faces), dingbats (but ticks, a heart,
# marks of punctuation and arrows), ornaments; what a font of ornaments has in place of letters.
_SIGN = (
    "*⁂⁑⁎#~•·∗⁕⁓⋆∙⋄⟡⦿⊙⊛⊗⊕※§¶¤†‡◊⁘⁙⁜⸺⸻∞∴∵∽≈〜～＊＃٭۞۩❦"
    "\u25a0-\u25ff\u2600-\u2638\u263c-\u26ff\u2701-\u2704\u2719-\u274b\u274d\u274f-\u2752\u2756\u2758-\u275a"
    "\u2761-\u2763\u2765-\u2767\u2e0e-\u2e16\u2e19\u2b12-\u2b2f\u2b50-\u2bff\U0001f650-\U0001f67f\ue000-\uf8ff"
)
_DASH = "-–—―‒_=─━═⎯﹘﹣－＿"
_FRAME = f"{_DASH}~<>(){{}}\\[\\]«»‹›:|· "
_SIGNS = re.compile(
    rf"(?:[{_SIGN}] ?){{1,60}}|(?:[{_DASH}] ?){{3,120}}|([+＋×%@&^/\\|<>]) ?(?:\1 ?){{2,40}}"
    rf"|[{_FRAME}]{{0,20}}(?:[{_SIGN}][{_DASH} ]{{0,6}}){{1,20}}[{_FRAME}]{{0,20}}"
)
_FIRST_LETTERS = "oO0xXоОхХ"  # the last four are Cyrillic
_AS_LATIN = str.maketrans("оОхХ", "oOxX")
_FRAMED = re.compile(rf"(?P<before>[{_FRAME}]*)(?P<inside>.*?)(?P<after>[{_FRAME}]*)")

# Words by which books call an ornament between scenes, in classes, in the names of picture files, in descriptions.
_CALLED = (
    r"tb|thought-?break|asterisms?|asterisks|ornament(?:al|o|e|i)?s?|ornements?|fleurons?|flourish(?:es)?|dingbats?|"
    r"squiggles?|swirls?|curlicues?|culs?-de-lampe|tailpieces?|decorat(?:ion|ions|ive)|"
    r"zierst(?:ü|ue)cke?|zierlinien?|schmucklinien?|adornos?|fregi(?:o)?|"
    r"(?:szenen|absatz|abschnitts?)-?_?(?:trenner|wechsel)|"
    r"орнаменты?|разделител[ьи]|飾り(?:罫)?|装飾|区切り(?:線)?|分隔(?:线|符)|花饰|장식|구분선|"
    r"(?:text|scene|section|space|chapter|story)-?_?(?:divider|separator|ornament)s?|"
    r"(?:scene|section|space|text|context|ornament(?:al)?|story|thematic)-?_?breaks?"
)
_NAMED = re.compile(
    rf"(?:^|[\s_-])(?:{_CALLED})(?:[-_]?(?:img|image|pic|line|rule))?[-_]?\d*(?:$|[\s_-])|"
    r"(?:^|\s)(?:break|divider|separator|hr|hr|s[eé]parateur|separador|separatore|trenner|trennlinie)s?"
    r"(?:[-_]?\d*(?:$|\s)|[-_](?:\d|line|image|img|star|orn))",
    re.IGNORECASE,
)
# A paragraph that opens a scene, and not the break itself.
_BREAK_BEFORE = re.compile(
    r"(?:^|[\s_-])(?:(?:scene|section|space|thought)-?_?break(?:-?_?(?:before|above|first|para\w{0,8}|text))?|"
    r"(?:first-?_?(?:para\w{0,8}-?_?)?)?(?:after|post|opens)-?_?(?:scene|section|space|thought|text)?-?_?break)\d*(?:$|\s)",
    re.IGNORECASE,
)
_BLANK = re.compile(
    r"(?:^|[\s_-])(?:blank|empty|space|spacer|leerzeile|vspace|(?:blank|empty|white|line)-?_?(?:line|para|paragraph|space)|"
    r"(?:big|med|small|line)-?_?skip)s?[-_]?\d*(?:$|\s)",
    re.IGNORECASE,
)


def is_scene_break(text: str) -> bool:
    """Whether a paragraph is only an ornament: `* * *`, `⁂`, `#`, `———`, `❖`, `+ + +`, `-o0o-`."""
    if not text or len(text) > _LONGEST or (text[0].isalnum() and text[0] not in _FIRST_LETTERS):
        return False
    return _SIGNS.fullmatch(text) is not None or _is_of_letters(text.translate(_AS_LATIN))


def _is_of_letters(text: str) -> bool:
    """`oOo`, `-o-`, `o o o`, `xxx`, `X X X`; not `Ooo`, and not XXX, which is a number."""
    found = _FRAMED.fullmatch(text)
    inside = found["inside"] if found else ""
    letters = re.sub(rf"[{_DASH} ~]", "", inside)
    framed = bool(found and found["before"].strip() and found["after"].strip())
    apart = len(letters) >= 3 and len(inside) > len(letters)
    if letters and set(letters) <= set("oO0") and letters != len(letters) * "0":
        mixed = len(set(letters)) > 1 and len(letters) >= 3
        return letters == letters[::-1] and (framed or apart or mixed)
    if letters and set(letters) <= set("xX"):
        mixed = len(set(letters)) > 1 or letters[0] == "x"
        return letters == letters[::-1] and (framed or apart or (mixed and len(letters) >= 3))
    return False


def names_scene_break(name: str) -> bool:
    """Whether a class or another name says that something is a scene break: `ornament`, `scene-break`."""
    return _NAMED.search(name) is not None


def names_break_before(classes: str) -> bool:
    """Whether a paragraph's classes say that a scene opens with it: `space-break`, `after-scene-break`."""
    return _BREAK_BEFORE.search(classes) is not None


def names_blank(classes: str) -> bool:
    """Whether a block's classes say that it stands for an empty line: `blank`, `empty-line`, `spacer`."""
    return _BLANK.search(classes) is not None


def is_ornament(file: str, described: str, *names: str) -> bool:
    """Whether a picture is an ornament between scenes: by its file's name, its description or what else it is called.

    `described` is its alternative text, empty as a rule.
    """
    if is_scene_break(described):
        return True
    called = (PurePosixPath(file.partition("?")[0]).stem, described, *names)
    return len(described.split()) <= _WORDS_OF_ORNAMENT and any(map(names_scene_break, called))
