"""English abbreviations, initialisms, addresses, signs and Roman numerals.

Mr., Mrs. and Ms. stay as they are: every engine says them right, and most lines of a novel that
hold an abbreviation hold one of these. Whatever can also be a plain word ("No.", "in.", "Fr.")
is touched only where what stands beside it leaves no doubt.
"""

import re
from functools import cache

from narrate.spoken import roman
from narrate.spoken.english_numbers import pairs, rank
from narrate.spoken.numbers import cardinal, digits
from narrate.spoken.scan import Rule

# Before a name.
_TITLES = {
    "Dr": "Doctor", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable", "Gen": "General", "Col": "Colonel",
    "Maj": "Major", "Capt": "Captain", "Cmdr": "Commander", "Lt": "Lieutenant", "Lieut": "Lieutenant",
    "Sgt": "Sergeant", "Sergt": "Sergeant", "Cpl": "Corporal", "Pvt": "Private", "Adm": "Admiral", "Gov": "Governor",
    "Sen": "Senator", "Rep": "Representative", "Pres": "President", "Supt": "Superintendent", "Insp": "Inspector",
    "Messrs": "Messieurs", "Mme": "Madame", "Mlle": "Mademoiselle", "Mgr": "Monsignor", "Msgr": "Monsignor",
    "Fr": "Father", "Bro": "Brother", "Sr": "Sister", "Mt": "Mount", "Ft": "Fort", "Ste": "Sainte", "Atty": "Attorney",
}  # fmt: skip
# After a name.
_AFTER_NAME = {
    "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Bros": "Brothers", "Co": "Company", "Ltd": "Limited",
    "Inc": "Incorporated", "Corp": "Corporation", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Sq": "Square",
    "Ln": "Lane", "Hwy": "Highway", "Pkwy": "Parkway", "Expy": "Expressway", "Univ": "University", "Dept": "Department",
}  # fmt: skip
# Before a number.
_BEFORE_NUMBER = {
    "no": ("number", "numbers"), "nos": ("numbers",) * 2, "vol": ("volume",) * 2, "vols": ("volumes",) * 2,
    "ch": ("chapter",) * 2, "chap": ("chapter",) * 2, "chaps": ("chapters",) * 2, "p": ("page",) * 2,
    "pp": ("pages",) * 2, "fig": ("figure",) * 2, "figs": ("figures",) * 2, "sec": ("section",) * 2,
    "art": ("article",) * 2, "pt": ("part",) * 2, "bk": ("book",) * 2, "ed": ("edition",) * 2, "ver": ("version",) * 2,
    "c": ("circa",) * 2, "ca": ("circa",) * 2, "approx": ("approximately",) * 2, "nr": ("number",) * 2,
}  # fmt: skip
# Anywhere, with their stops.
_ANYWHERE = {
    "etc.": "et cetera", "&c.": "et cetera", "e.g.": "for example", "i.e.": "that is", "viz.": "namely",
    "cf.": "compare", "vs.": "versus", "et al.": "et alii", "approx.": "approximately", "ibid.": "ibidem",
    "esp.": "especially", "incl.": "including", "w/o": "without",
}  # fmt: skip
_AFTER_RANK = {"inst": "instant", "ult": "ultimo", "prox": "proximo"}
_STREETS = {
    "St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Expy": "Expressway", "Dr": "Drive",
    "Ln": "Lane", "Ct": "Court", "Pl": "Place", "Sq": "Square", "Pkwy": "Parkway", "Hwy": "Highway", "Ter": "Terrace",
}  # fmt: skip
_WHOLE_STREETS = (
    "Street|Avenue|Road|Boulevard|Expressway|Drive|Lane|Court|Place|Square|Parkway|Highway|Terrace|Crescent|Gardens|"
    "Row|Hill|Way|Mews|Park"
)
_POINTS = {"N": "North", "S": "South", "E": "East", "W": "West", "NE": "Northeast", "NW": "Northwest",
           "SE": "Southeast", "SW": "Southwest"}  # fmt: skip
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine",
    "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "DC": "D C",
}  # fmt: skip
_ALSO_WORDS = frozenset("OK IN OR ME HI OH ID MA PA LA DE MS MD AL CO".split())
# What opens a sentence, and so is no saint.
_OPENERS = frozenset(
    "A After All An And As At Before But By For From He Her His How I If In It Its My No Not Now On Or Our She So "
    "That The Their Then There These They This To We What When Where Who Why With You Your".split()
)

# What a Roman numeral counts; those where C, D, L and M alone are letters ("Appendix C").
_DIVISIONS = "chapter|chapters|book|books|act|canto|stave|volume|vol\\.|tome|psalm|sonnet|epistle|chap\\."
_LETTERED = "part|parts|section|scene|appendix|plate|figure|table|type|class|phase|stage|article|letter|no\\.|lesson|note"
_RULERS = frozenset(
    "Alexander Alfonso Alfred Amenhotep Anne Arthur Augustus Baldwin Benedict Boniface Carlos Caroline Catherine "
    "Charles Christian Clement Constantine Cyrus Darius David Edgar Edmund Edward Elizabeth Eric Eugene Ferdinand "
    "Francis Franz Frederick Friedrich George Gregory Gustav Gustavus Haakon Harald Harold Henri Henry Innocent Isabella "
    "Ivan James Joseph Juan Julius Karl Leo Leopold Louis Malcolm Margaret Maria Mary Maximilian Michael Napoleon "
    "Nicholas Olaf Oscar Otto Paul Pedro Peter Philip Philippe Pius Ptolemy Ramses Ramesses Richard Robert Rudolf Rupert "
    "Sigismund Sixtus Stephen Theodore Theodosius Thutmose Umberto Urban Victor Victoria Vittorio Wilhelm William Xerxes".split()
)
_OFFICES = "King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Prince|Sultan|Pharaoh|Duke|Shah"


def _stop(match: re.Match[str]) -> str:
    """The stop that an abbreviation shares with its sentence: kept at the end of the line."""
    return "." if match[0].endswith(".") and not any(c.isalnum() for c in match.string[match.end() :]) else ""


def _title(match: re.Match[str]) -> str:
    return _TITLES[match[1]]


def _after_name(match: re.Match[str]) -> str | None:
    before = match.string[: match.start()]
    if not re.search(r"(?:[A-Z][\w’']*|&|and)[,]?\s$", before):
        return None
    return _AFTER_NAME[match[1]] + _stop(match)


def _before_number(match: re.Match[str]) -> str | None:
    written = match[1]
    if written in ("No", "no") and re.search(r"(?i:\b(?:said|answer|yes or)\s)$", match.string[: match.start()]):
        return None
    word = _BEFORE_NUMBER[written.lower()][0]
    return word.capitalize() if written[0].isupper() else word


def _anywhere(match: re.Match[str]) -> str:
    return _ANYWHERE[match[0].lower()] + _stop(match)


def _saint(match: re.Match[str]) -> str | None:
    """`St.` by what stands around it: a saint before a name, a street after one."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    name = re.match(r"\s?([A-Z][\w’']*)", after)
    named = re.search(r"(\d+\s+)?\b[A-Z][\w’']*\s$", before)
    if name and name[1] not in _OPENERS and not (named and named[1]):
        return "Saint"
    if named and not after.startswith(("—", "–", "…")):  # a name may be cut off there
        return "Street" + _stop(match)
    return None


def _address(match: re.Match[str]) -> str:
    number, letter, name, street = match.groups()
    words = []
    for word in name.split():
        bare = word.rstrip(".")
        found = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", bare, re.IGNORECASE)
        words.append(rank(int(found[1])) if found else _POINTS.get(bare, word))
    bare = street.rstrip(".")
    said = _STREETS.get(bare.title(), bare)
    return " ".join([pairs(number) + (f" {letter}" if letter else ""), *words, said]) + _stop(match)


def _state(match: re.Match[str]) -> str | None:
    state, code = match.groups()
    if state not in _STATES or (not code and state in _ALSO_WORDS):
        return None
    return _STATES[state] + (f" {digits(code, 'en')}" if code else "")


def _initials(match: re.Match[str]) -> str:
    """U.S.A. → USA. A last stop that ends the line stays."""
    return match[0].replace(".", "").replace(" ", "") + _stop(match)


def _division(match: re.Match[str]) -> str | None:
    word, numeral = match.groups()
    number = roman.value(numeral)
    small = numeral.islower()
    if not number or (small and len(numeral) < 2):
        return None
    if numeral in ("C", "D", "L", "M") and not re.fullmatch(_DIVISIONS, word, re.IGNORECASE):
        return None
    rest = match.string[match.end() :]
    if numeral == "I" and not re.match(r"\s*(?:$|[.,:;!?)\]—–’”\"]|and\s+[IVX]+\b|to\s+[IVX]+\b)", rest):
        return None  # "in Part I believe"
    full = {"chap.": "chapter", "vol.": "volume", "no.": "number"}.get(word.lower(), word)
    full = full.capitalize() if word[0].isupper() and not word.isupper() else full
    return f"{full} {cardinal(number, 'en')}"


def _ruler(match: re.Match[str]) -> str | None:
    """`Henry VIII` → Henry the Eighth; `World War II` → World War two; `I` only where it can be no pronoun."""
    office, name, numeral = match.groups()
    rest = match.string[match.end() :]
    ruler = bool(office) or name in _RULERS
    number = roman.value(numeral)
    if not number or not (ruler or len(numeral) > 1):
        return None
    if numeral == "I" and not (office or re.match(r"[’']s\b|\s(?:of|the)\s+[A-Z]|[.!?)”’\"]*$", rest)):
        return None
    said = f"the {rank(number).capitalize()}" if ruler else cardinal(number, "en").capitalize()
    return f"{office or ''}{name} {said}"


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


_WORDS_OF_SIGNS = {"&": "and", "%": "percent", "@": "at", "=": "equals", "§": "section", "#": "number", "©": "copyright",
                   "±": "plus or minus", "≈": "about", "~": "about", "→": "to", "°": "degrees", "¢": "cents",
                   "$": "dollar", "£": "pound", "€": "euro", "+": "plus", "×": "times", "≠": "is not", "№": "number"}  # fmt: skip


def _sign(match: re.Match[str]) -> str:
    """A sign alone, with the spaces that its word needs."""
    text, start, end = match.string, match.start(), match.end()
    before = " " if start and not text[start - 1].isspace() and text[start - 1] not in "(“‘\"'" else ""
    after = " " if end < len(text) and text[end].isalnum() else ""
    return before + _WORDS_OF_SIGNS[match[0]] + after


def gate() -> str:
    """A pattern that is found wherever a rule for words could agree: a line without it needs no scanning."""
    abbreviations = {word.rstrip(".") for table in (_TITLES, _AFTER_NAME, _ANYWHERE, _AFTER_RANK) for word in table}
    words = "|".join(sorted(map(re.escape, abbreviations | {"St", "no", "nos"}), key=len, reverse=True))
    return (
        rf"\b(?i:{words})\.|&c|w/o|\.[A-Za-z]|[A-Z]\.\s[A-Z]\.|\s/\s|``|''"
        rf"|\b(?i:{_DIVISIONS}|{_LETTERED}) [IVXLCDMivxlcdm]+\b"
        rf"|\b(?:[A-Z][a-zé]+) (?:[IVX]{{2,}}|[VX])\b|\b(?:{_OFFICES}) [A-Z][a-zé]+ I\b"
        r"|\b[A-Z][a-zé]+ I(?:[’'.!?)”\"]|$|\s(?:of|the)\s[A-Z])"
    )


@cache
def rules() -> tuple[Rule, ...]:
    """What comes before numbers are looked at: whatever holds numbers as a part of something else."""

    def any_of(words: dict[str, object] | dict[str, str]) -> str:
        return "|".join(sorted(map(re.escape, words), key=len, reverse=True))

    name = r"[A-Z][\w’'.-]*"
    streets = rf"(?:{any_of(_STREETS)}|{_WHOLE_STREETS})"
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
            rf"(\d{{1,5}})([A-Z])?\s+((?:(?:{'|'.join(_POINTS)})\.?\s+)?(?:(?:{name}|\d+(?:st|nd|rd|th|ST|TH))\s+){{1,4}}?)"
            rf"({streets}|st|ave|rd|blvd)\b\.?",
            _address,
        ),
        (r"(?<=, )([A-Z]{2})(?:\s+(\d{5})(?!\w))?(?=$|[.,;\s])(?:(?<=\d)|(?=$|[.,;]))", _state),
        (rf"(?i:({_DIVISIONS}|{_LETTERED})) ({roman.ROMAN}|{roman.ROMAN.replace('[IVXLCDM]', '[ivxlcdm]').lower()})(?![\w])", _division),
        (rf"((?:{_OFFICES})\s)?([A-Z][a-zé]+) ({roman.ROMAN.replace('[IVXLCDM]', '(?:[IVX])+(?![A-Z])')})(?!\w)", _ruler),
        (rf"({any_of(_TITLES)})\.(?=\s[A-Z“‘])", _title),
        (r"St\.", _saint),
        (rf"({any_of(_BEFORE_NUMBER)}|{any_of({w.capitalize(): 0 for w in _BEFORE_NUMBER})})\.(?=\s?\d)", _before_number),
        (r"(?i:(no)s?\.)\s?(?=[#]?\d)", _before_number),
        (rf"(?i:{any_of(_ANYWHERE)})", _anywhere),
        (rf"({any_of(_AFTER_NAME)})\.", _after_name),
        (rf"({'|'.join(_AFTER_RANK)})\.", lambda m: _AFTER_RANK[m[1]] + _stop(m) if re.search(r"\d(?:st|nd|rd|th)\s$", m.string[: m.start()]) else None),
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
