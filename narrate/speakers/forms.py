"""The forms of a name and a noun while a book's people are gathered from them."""

from collections import Counter
from dataclasses import dataclass, field

from narrate.speakers.traits import gender_of_given, gender_of_title

NameKey = tuple[str, tuple[str, ...]]  # title, words in lower case
NounKey = tuple[str, str, str]  # owner ("my", "his", "" for none), age adjective, head


@dataclass(slots=True)
class Form:
    """A name's form while it is counted."""

    key: NameKey
    texts: Counter[str] = field(default_factory=Counter)
    person: float = 0.0
    place: float = 0.0
    pronouns: Counter[str] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(self.texts.values())


@dataclass(slots=True)
class Told:
    """What a group's forms say between them: titles, first names before a surname, genders. Grows with each form."""

    titles: set[str] = field(default_factory=set)
    firsts: set[str] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)

    def add(self, form: Form) -> None:
        title, words = form.key
        self.titles |= {title} - {""}
        self.genders |= {gender_of_title(title) or gender_of_given(words[0])} - {""}
        if len(words) > 1:
            self.firsts.add(words[0])
