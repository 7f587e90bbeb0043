"""The year in a date, however the date is written."""

import re

_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?(?!\d)")


def year_in(date: str) -> str:
    """The first year from 1000 on that a date names, or "".

    `3 May 2026`, `2026-05-03`, `20260503` and `Mai 2026` are all of 2026; a year of three digits, or calibre's
    `0101-01-01` for no date at all, is none.
    """
    found = _YEAR.search(date)
    return found[1] if found else ""
