"""The sheets of a package: what a person types into a shop's forms, the files' times, and what is left to do."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from narrate.chapters import Tags
from narrate.deliver.tags import description, notice, series
from narrate.shops.check import Finding
from narrate.shops.onix import Record
from narrate.shops.table import SECOND_HAND, Shop


@dataclass(frozen=True, slots=True)
class Track:
    """A chapter: its title, the file that it is in, when it begins in that file, and how long it is."""

    title: str
    file: str
    start_s: float
    seconds: float


def sheets(shop: Shop, tags: Tags, record: Record, tracks: Sequence[Track], found: Sequence[Finding]) -> dict[str, str]:
    """The sheets by their names, as text."""
    return {
        "metadata.csv": _csv([("field", "value"), *_fields(tags, record, len(tracks))]),
        "tracks.csv": _csv([("number", "title", "file", "start", "length"), *_tracks(tracks)]),
        "description.txt": "\n\n".join(filter(None, (notice(tags.language), description(tags)))) + "\n",
        "check.csv": _csv([("file", "rule", "measured", "wanted", "met", "whose words"), *_rules(found)]),
        "to-do.txt": _to_do(shop, record, found),
    }


def _fields(tags: Tags, record: Record, chapters: int) -> list[tuple[str, str]]:
    rows = [
        ("title", tags.title),
        ("subtitle", tags.subtitle),
        ("author", tags.author),
        ("translator", tags.translator),
        ("narrator", tags.narrator),
        ("narration", "AI voice"),
        ("disclosure", notice(tags.language)),
        ("series", series(tags)),
        ("language", tags.language),
        ("publisher", tags.publisher),
        ("isbn of the audiobook", record.isbn),
        ("isbn of the book", tags.isbn),
        ("year of the book", tags.year),
        ("copyright", tags.copyright),
        ("subjects", "; ".join(tags.genres)),
        ("length", clock(record.seconds)),
        ("chapters", str(chapters)),
        ("made with", tags.made_with),
    ]
    return [(name, value) for name, value in rows if value.strip()]


def _tracks(tracks: Sequence[Track]) -> list[tuple[str, ...]]:
    return [
        (str(number), track.title, track.file, clock(track.start_s), clock(track.seconds))
        for number, track in enumerate(tracks, start=1)
    ]


def _rules(found: Sequence[Finding]) -> list[tuple[str, ...]]:
    return [(f.file, f.rule, f.measured, f.wanted, "yes" if f.ok else "NO", f.sure) for f in found]


def _to_do(shop: Shop, record: Record, found: Sequence[Finding]) -> str:
    """What is left to a person, in plain lines."""
    failed = [f"{f.file or 'the book'}: {f.rule} {f.measured}, wanted {f.wanted}" for f in found if not f.ok]
    heard = sorted({f.rule for f in found if f.sure == SECOND_HAND})
    lines = [shop.sentence, "That is no promise: the shop decides, and its rules change. Read them before you upload."]
    lines += [f"- {remaining}" for remaining in shop.remains]
    if not record.isbn:
        lines.append("- The files carry the book's title in place of an ISBN: isbn under [package] in project.toml.")
    if failed:
        lines += ["", "Rules that these files do not meet:", *(f"- {row}" for row in failed)]
    if heard:
        lines += ["", f"Known at second hand alone: {', '.join(heard)}."]
    lines.append("")
    lines.append(f"The table of rules is of {shop.dated}.")
    return "\n".join(lines) + "\n"


def clock(seconds: float) -> str:
    """A time as h:mm:ss.mmm."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
