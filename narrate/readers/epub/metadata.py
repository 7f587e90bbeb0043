"""Metadata of a book, its authors and series among it, from the package document."""

import re
from typing import Any

from narrate.book import natural, people_of, shown
from narrate.languages import is_tag, language_tag
from narrate.readers.dates import year_in
from narrate.readers.described import plain_line, plain_paragraphs
from narrate.readers.epub.package import dublin_core, metas

# Roles of those who did not write the text (MARC's relators): without a writer such a book names nobody.
_HELPED = frozenset(
    "ill trl nrt cov bkp bkd bkj pbl prt pfr pht art dst dsr clr com cwt mdc mrk tyg vac act rcp own".split()
)
_WROTE = frozenset(("aut", "cre"))
_ROLES = {
    **{"author": "aut", "writer": "aut", "creator": "cre", "editor": "edt", "illustrator": "ill", "narrator": "nrt"},
    **{"translator": "trl", "transl.": "trl", "trans.": "trl", "ed.": "edt", "ill.": "ill", "illus.": "ill"},
}
_TOLD_ROLE = re.compile(r"(?P<name>.*\S)\s*[(\[](?P<role>[^()\[\]]{2,20})[)\]]")
_NOBODY = frozenset(("unknown", "unknown author", "n/a"))  # what converters write for an author that they do not know
_WHOLE = re.compile(r"\.0+\Z")  # what a converter writes behind a whole number
_PUBLISHED = ("publication", "original-publication")
_FILES = ("modification", "conversion", "ops-publication")  # events of the file, not of the book
_MOST_SUBJECTS = 20

# By an element's id and a property: all that is said of it.
_Refined = dict[tuple[str, str], list[str]]


def title_of(data: dict[str, Any]) -> str:
    """The main title that a package's metadata has, or ""."""
    titles = _titles(data)
    plain = [title for title, kind in titles if kind != "subtitle"]
    return next((title for title, kind in titles if kind == "main"), (plain or [""])[0])


def _titles(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Every title, and what its refinement says it is ("main", "subtitle", "short", …)."""
    refined = _refined(data)
    return [(plain_line(title), _one(refined, a, "title-type")) for title, a in dublin_core(data, "title")]


def metadata_of(data: dict[str, Any]) -> dict[str, Any]:
    """The Book's fields that a package's metadata fills."""
    authors = _authors(data)
    series, index = _series(data)
    return {
        "subtitle": next((title for title, kind in _titles(data) if kind == "subtitle"), ""),
        "author": shown(authors),
        "authors": authors,
        "translator": shown(_translators(data)),
        "language_said": _language(data),
        "series": plain_line(series),
        "series_index": index,
        "year": _year(data),
        "publisher": _text(data, "publisher"),
        "description": plain_paragraphs(next((t for t, _ in dublin_core(data, "description")), "")),
        "genres": _genres(data),
        "isbn": next(filter(None, (isbn_of(text) for text, _ in dublin_core(data, "identifier"))), ""),
        "copyright": _text(data, "rights"),
    }


def _text(data: dict[str, Any], name: str) -> str:
    return next(filter(None, (plain_line(text) for text, _ in dublin_core(data, name))), "")


def _refined(data: dict[str, Any]) -> _Refined:
    found: _Refined = {}
    for text, a in metas(data):
        if a.get("refines"):
            found.setdefault((a["refines"].removeprefix("#"), a.get("property", "")), []).append(text)
    return found


def _one(refined: _Refined, attributes: dict[str, str], name: str) -> str:
    """What is said of an element by the property `name`: an attribute in EPUB 2, a refinement in EPUB 3."""
    return attributes.get(name) or next(iter(refined.get((attributes.get("id", ""), name), ())), "")


def _people(data: dict[str, Any], name: str) -> list[tuple[str, set[str]]]:
    """The people of all elements `name` in the order that the book gives, by the name that is said; and their roles."""
    refined = _refined(data)
    found: list[tuple[int, str, set[str]]] = []
    for text, a in dublin_core(data, name):
        said = [a["role"]] if a.get("role") else refined.get((a.get("id", ""), "role"), [])
        roles = {_ROLES.get(role, role) for role in (one.casefold().rpartition("/")[2].strip() for one in said)}
        place, filed = _one(refined, a, "display-seq"), _one(refined, a, "file-as")
        order = int(place) if re.fullmatch(r"\d{1,4}", place) else 0
        for person in people_of(plain_line(text), filed, typed=False):
            told = _TOLD_ROLE.fullmatch(person)  # "Ann Hale (Translator)"
            role = _ROLES.get(told["role"].casefold(), "") if told else ""
            name = natural(told["name"]) if told and role else person
            if name.casefold() not in _NOBODY:
                found.append((order, name, {role} if role else roles))
    return [(person, roles) for _, person, roles in sorted(found, key=lambda one: one[0])]


def _authors(data: dict[str, Any]) -> tuple[str, ...]:
    """Who wrote the book, each once; whoever translated, drew or printed it is no author.

    Where nobody is said to have written it, it is by its editors, and by whoever else is no mere help.
    """
    people = _people(data, "creator")
    wrote = [person for person, roles in people if not roles or roles & _WROTE]
    others = [person for person, roles in people if not roles & _HELPED]
    return tuple(dict.fromkeys(wrote or others))


def _translators(data: dict[str, Any]) -> tuple[str, ...]:
    people = [*_people(data, "creator"), *_people(data, "contributor")]
    return tuple(dict.fromkeys(person for person, roles in people if "trl" in roles))


def _language(data: dict[str, Any]) -> str:
    """The language that the book says it is in: of several the first that names one."""
    said = [text for text, _ in dublin_core(data, "language")]
    return next((text for text in said if is_tag(language_tag(text))), (said or [""])[0])


def _year(data: dict[str, Any]) -> str:
    """The year of publication: an event of the file says nothing of it."""
    dates = [(text, a.get("event", "").casefold()) for text, a in dublin_core(data, "date")]
    dates = [(text, event) for text, event in dates if event not in _FILES]
    dates.sort(key=lambda date: date[1] not in (*_PUBLISHED, ""))
    return next(filter(None, (year_in(text) for text, _ in dates)), "")


def _genres(data: dict[str, Any]) -> tuple[str, ...]:
    """The subjects, each once; commas are inside them ("Detective stories, English")."""
    found: dict[str, str] = {}
    for text, _ in dublin_core(data, "subject"):
        for subject in filter(None, map(str.strip, plain_line(text).split(";"))):
            found.setdefault(subject.casefold(), subject)
    return tuple(found.values())[:_MOST_SUBJECTS]


def isbn_of(text: str) -> str:
    """The ISBN that a text is, whatever its hyphens and what stands before it (`urn:isbn:`); "" for any other."""
    found = re.fullmatch(
        r"(?:urn:)?(?:isbn(?:-1[03])?:?)? *((?:\d[- ]?){9}[\dX]|(?:\d[- ]?){12}\d)", text.strip(), re.I
    )
    digits = re.sub("[- ]", "", found[1]).upper() if found else ""
    values = [10 if c == "X" else int(c) for c in digits]
    if len(values) == 10:
        return digits if sum(value * (10 - n) for n, value in enumerate(values)) % 11 == 0 else ""
    right = values and digits[:3] in ("978", "979") and sum(v * (1, 3)[n % 2] for n, v in enumerate(values)) % 10 == 0
    return digits if right else ""


def _series(data: dict[str, Any]) -> tuple[str, str]:
    """Series and place in it: EPUB 3's collections, of type `series` first, or calibre's own metas."""
    refined: dict[tuple[str, str], str] = {
        (a.get("refines", "")[1:], a.get("property", "")): text for text, a in metas(data)
    }
    best = ("", "")
    for text, attributes in metas(data):
        if attributes.get("property") == "belongs-to-collection" and text:
            kind = refined.get((attributes.get("id", ""), "collection-type"), "")
            place = refined.get((attributes.get("id", ""), "group-position"), "")
            place = _WHOLE.sub("", place)
            if kind == "series":
                return text, place
            best = best if best[0] or kind else (text, place)
    named = {a.get("name", ""): a.get("content", "") for _, a in metas(data)}
    index = _WHOLE.sub("", named.get("calibre:series_index", ""))
    return best if best[0] else (named.get("calibre:series", ""), index)
