"""What a language calls numbers, money, measures and signs: a record for each set of rules in narrate.words.

A counted thing is a tuple of forms: one, several.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Powers:
    """How powers are called after their base: x², x³ and, with the number where `{}` is, all others.

    `rank` is CLDR's form of a rank, where the number is one; `power_below` is for negative ones. `formulas`: the
    figures of CO₂ are said in the language's own words. `joint` stands between words.
    """

    squared: str
    cubed: str
    power: str
    minus: str
    below: str = ""
    rank: str = ""
    formulas: bool = True
    joint: str = " "

    @property
    def power_below(self) -> str:
        return self.below or self.power


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Parts:
    """The parts of a whole: `named` has one and several of each kind, `one` is said for a single one of them.

    `over` is a pattern instead of these, {0} over {1}; `joint` stands after a whole number.
    """

    named: Mapping[int, Forms] = field(default_factory=dict)
    one: str = ""
    gender: str = ""
    over: str = ""
    joint: str = " "


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spoken:
    """What every set of rules asks: which of CLDR's rule sets say a number and a rank, and the signs of addresses.

    `form` is that of a rank of which nothing more is known; `declines`: a rank takes the case of its sentence.
    `initials` are read by their letters and are no words; `words_or_initials` are either.
    """

    cardinal: str = "spellout-numbering"
    ordinal: str = "spellout-ordinal"
    form: str = ""
    digit_space: str = " "  # between digits that are read one by one
    declines: bool = False
    powers: Powers | None = None  # English has rules of its own
    small_parts: Parts | None = None  # likewise
    initials: frozenset[str] = frozenset()
    words_or_initials: frozenset[str] = frozenset()
    addresses: Mapping[str, str] = field(default_factory=dict)  # where they are not called as in English


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class European(Spoken):
    """A language with number words that may agree with what they count.

    `group` are the marks between thousands, `decimal` is the one before decimals. `agreement` names the rule for
    numbers that are said alike whatever they count, `inflection` the rules for ranks, dates and times; "" where there
    are none. `genders` says which numbers have one: "all", "one" or "".
    """

    language: str
    group: str
    decimal: str
    point: str
    minus: str
    to: str
    hundredths: str  # between an amount and its cents
    percent: Forms
    months: tuple[str, ...]  # as dates have them
    money: Mapping[str, tuple[Forms, Forms]]
    units: Mapping[str, Forms]
    magnitudes: Mapping[str, Forms]
    parts: Mapping[str, str]  # ½ after a number, or after what is counted
    fractions: Mapping[str, str]  # those alone that are said alike in every case
    signs: Mapping[str, str]
    words: Mapping[str, str]  # abbreviations anywhere, with their stops
    titles: Mapping[str, str]  # only before a name
    counters: Mapping[str, str]  # only before a number
    divisions: tuple[str, ...]
    agreement: str = ""
    inflection: str = ""
    genders: str = ""
    feminine: tuple[str, ...] = ()  # how things that are counted in the feminine begin
    before_years: str = ""  # words that a year follows; a counted thing follows it in the plural
    of: str = ""  # between a million and what it counts, if anything
    elided: str = ""  # the letters before which `of` loses its own
    hundreds: bool = False  # years before 2000 are said in hundreds
    one_below_two: bool = False  # 1,5 is counted as one is
    one_for_none: bool = False  # 0 is counted as one is
    half_inside: bool = False  # the half is said before the thing: zweieinhalb
    capital_nouns: bool = False
    ranks_by_stop: bool = False  # `12.` is a rank
    joint: str = ""  # between hours and minutes
    hours: str = ""  # a pattern of what stands before a time
    date_of: str = ""  # between a day and its month
    rulers: frozenset[str] = frozenset()
    queens: frozenset[str] = frozenset()
    ranked_rulers: int = 0  # the last ruler who is called by a rank; the next by a number


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class English(Spoken):
    """English: what its rules look for, as it is written and as it is said.

    `currencies` are one, several, the hundredth part of one, of several; `codes` stand for their signs, and
    `countries` before them. `counters` are abbreviations before a number, of which a Roman numeral may follow
    `roman_counters`, and even an I `one_counters`. `words` are abbreviations anywhere, with their stops. `divisions`
    are what a Roman numeral counts; where C, D, L and M alone are letters, `lettered`. `openers` open a sentence, and
    so are no saint's name.
    """

    months: tuple[str, ...]
    short_months: Mapping[str, int]
    weekdays: Mapping[str, str]
    currencies: Mapping[str, tuple[str, str, str, str]]
    countries: Mapping[str, str]
    codes: Mapping[str, str]
    per: Mapping[str, str]
    units: Mapping[str, Forms]
    magnitudes: Mapping[str, str]
    titles: Mapping[str, str]
    after_name: Mapping[str, str]
    counters: Mapping[str, Forms]
    roman_counters: tuple[str, ...]
    one_counters: tuple[str, ...]
    words: Mapping[str, str]
    after_rank: Mapping[str, str]
    streets: Mapping[str, str]
    whole_streets: str
    points: Mapping[str, str]
    states: Mapping[str, str]
    states_or_words: frozenset[str]
    openers: frozenset[str]
    divisions: str
    lettered: str
    rulers: frozenset[str]
    offices: str
    signs: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Russian(Spoken):
    """Russian: months as dates have them, abbreviations anywhere, rulers."""

    months: tuple[str, ...]
    words: Mapping[str, str]
    rulers: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EastAsian(Spoken):
    """Chinese, Japanese or Korean. A pattern has `{}` where the number goes."""

    point: str
    minus: str
    to: str
    percent: str
    over: str  # {0} over {1}, as 3/4 is read
    date: str
    time: str  # {0} hours, {1} minutes
    currencies: Mapping[str, str]
    units: Mapping[str, str]
    signs: Mapping[str, str]
    space: str = ""


_METRIC = ("km", "m", "cm", "mm", "kg", "g", "t", "l", "km/h", "°C", "°", "ha", "kW", "m²", "km²", "m³")


def metric(*names: str, **others: Forms) -> dict[str, Forms]:
    """The metric units in order, each as `one/several`."""
    return dict(zip(_METRIC, (tuple(name.split("/")) for name in names), strict=True)) | others


def money(**signs: str) -> dict[str, tuple[Forms, Forms]]:
    """Currencies by code, sign and name as `one/several;one cent/several cents`."""
    codes = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
    made: dict[str, tuple[Forms, Forms]] = {}
    for code, forms in signs.items():
        whole, part = (tuple(named.split("/")) for named in forms.split(";"))
        # In words too, but French books are `livres` as well.
        names = {code, codes.get(code, code), *whole} - {"livre", "livres"}
        made |= dict.fromkeys(names, (whole, part))
    return made


def addresses(names: str) -> dict[str, str]:
    """How the signs @ . / : - _ are called, in this order and parted by bars."""
    return dict(zip("@./:-_", names.split("|"), strict=True))
