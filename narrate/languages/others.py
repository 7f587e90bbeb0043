"""Languages without a file of their own: a row each, which goes when the language gets one.

A row is a code, ISO 639-2's codes, and what else is known: `dashes` open dialogue, it is written `right-to-left`.
"""

from collections.abc import Iterator

from narrate.languages.language import Disclosure, Language, Sentences, words

_ROWS = """
    ar ara right-to-left
    bg bul dashes
    ca cat dashes
    cs ces/cze dashes
    cy cym/wel
    da dan dashes
    el ell/gre dashes
    eo epo
    et est
    eu eus/baq
    fa fas/per right-to-left
    fi fin dashes
    ga gle
    gl glg dashes
    he heb right-to-left
    hi hin
    hr hrv
    hu hun dashes
    id ind
    is isl/ice
    la lat
    lt lit
    lv lav
    nb nob dashes
    nl nld/dut
    nn nno
    no nor
    pl pol dashes
    ro ron/rum dashes
    sk slk/slo dashes
    sl slv
    sr srp dashes
    sv swe dashes
    th tha
    tr tur dashes
    uk ukr dashes
    ur urd right-to-left
    vi vie
    yi yid right-to-left
"""


_DISCLOSURES = {
    "nl": Disclosure(
        "Dit luisterboek wordt voorgelezen door een synthetische stem.", "Voorgelezen door een synthetische stem."
    ),
    "pl": Disclosure("Ten audiobook czyta głos syntetyczny.", "Czyta głos syntetyczny."),
}

# Titles that most languages of the Latin alphabet share, and which end no sentence.
_TITLES = Sentences(titles=words("dr prof mr mrs ms ing mgr"))


def others() -> Iterator[Language]:
    """A language for each row."""
    for row in filter(str.strip, _ROWS.splitlines()):
        code, iso, *facts = row.split()
        codes = tuple(iso.split("/"))
        yield Language(
            code=code,
            iso=codes,
            disclosure=_DISCLOSURES.get(code),
            dashes="dashes" in facts,
            right_to_left="right-to-left" in facts,
            sentences=_TITLES,
        )
