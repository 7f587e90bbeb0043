"""A shop's rules held against the files of a book: what was measured, what is asked and, where it fails, what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from narrate.chapters import Measured
from narrate.shops.table import Rule, Shop

SLACK = 0.05  # of a decibel or second: what the measuring itself may be off
REMASTER = 'set target = "acx" under [output] and assemble again'
COVER = "give a square picture of that size as cover in project.toml; without one a cover is drawn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule for one file, or for the book where `file` is empty; `sure` says whose words the rule is."""

    file: str
    rule: str
    measured: str
    wanted: str
    ok: bool
    do: str = ""
    sure: str = ""


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """A cover: the sides of the picture as it was given, in pixels, and the bytes of the file that is delivered."""

    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a book beside its files; None where it is not looked at.

    `opening` and `closing`: whether there are such credits.
    """

    opening: bool
    closing: bool
    sample: Measured | None = None
    cover: CoverFacts | None = None


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a rule with bounds is told: its name, unit and decimals, how far it may be missed, what to do then."""

    name: str
    unit: str
    decimals: int = 1
    slack: float = 0.0
    do: str = REMASTER


_MEASURES = {
    "rms_db": _Measure("RMS", "dB", slack=SLACK),
    "peak_db": _Measure("peak", "dB", slack=SLACK),
    "floor_db": _Measure("noise floor", "dB", 1, SLACK, "the voice is noisy: make it again from a cleaner recording"),
    "hz": _Measure("sample rate", "Hz", 0),
    "kbps": _Measure("bit rate", "kb/s", 0, 0.5),
    "minutes": _Measure("length", "min", do="part the chapter's file in script/ in two"),
    "head_s": _Measure("head", "s", 2, SLACK),
    "tail_s": _Measure("tail", "s", 2, SLACK),
    "file_mb": _Measure("size", "MB", do="part the chapter's file in script/ in two"),
    "total_mb": _Measure("size of all", "MB", do="part the book in two"),
    "book_minutes": _Measure("length of all", "min", do="a shorter or longer book is not sold there"),
    "sample_s": _Measure("retail sample", "min", do="the book is too short to cut such a sample from"),
    "cover_px": _Measure("cover's sides", "px", 0, do=COVER),
    "cover_mb": _Measure("cover's size", "MB", do=COVER),
}


def check_book(files: Sequence[Measured], shop: Shop, facts: Facts) -> Iterator[Finding]:
    """The rules of a shop for each file, the sample among them, and for the book."""
    heard = [*files, facts.sample] if facts.sample else files
    for found in heard:
        yield from _check_file(found, shop)
    yield from _check_alike(heard, shop)
    yield from _check_whole(files, shop)
    for name in ("opening", "closing"):
        if name in shop.rules:
            there = bool(getattr(facts, name))
            do = f'write {name} = "…" under [credits] in project.toml'
            yield _demand(shop, name, f"{name} credits", "there" if there else "missing", "there", there, do)
    yield from _check_sample(files, shop, facts.sample)
    if facts.cover is not None:
        yield from _check_cover(facts.cover, shop)


def _check_file(found: Measured, shop: Shop) -> Iterator[Finding]:
    constant = {True: "constant", False: "variable", None: "not an MP3"}[found.constant]
    measured = {
        "rms_db": found.rms_db,
        "peak_db": found.peak_db,
        "floor_db": found.floor_db,
        "hz": found.sample_rate,
        "kbps": found.bit_rate_kbps,
        "minutes": found.seconds / 60,
        "head_s": found.head_s,
        "tail_s": found.tail_s,
        "file_mb": found.path.stat().st_size / 1e6 if "file_mb" in shop.rules else 0.0,
    }
    for name, value in measured.items():
        if (rule := shop.rules.get(name)) is None:
            continue
        if name == "kbps":
            yield _bit_rate(shop, rule, found, value, constant)
        else:
            yield _bounded(shop, name, rule, value, file=found.path.name)


def _bit_rate(shop: Shop, rule: Rule, found: Measured, kbps: float, constant: str) -> Finding:
    measure = _MEASURES["kbps"]
    ok = _fits(rule, kbps, measure.slack) and (found.constant is True or not rule.constant)
    least = f"{rule.least:g} kb/s" if rule.least is not None else ""
    wanted = " ".join(filter(None, (least, "constant" if rule.constant else "at least")))
    told = f"{kbps:.0f} kb/s {constant}"
    return Finding(found.path.name, measure.name, told, wanted, ok, "" if ok else measure.do, shop.sure("kbps"))


def _check_alike(files: Sequence[Measured], shop: Shop) -> Iterator[Finding]:
    if "alike" in shop.rules:
        channels = {found.channels for found in files}
        ok, told = len(channels) == 1 and channels <= {1, 2}, ", ".join(map(str, sorted(channels)))
        yield _demand(shop, "alike", "channels", told, "mono or stereo throughout", ok, "encode all files alike")


def _check_whole(files: Sequence[Measured], shop: Shop) -> Iterator[Finding]:
    """How long and how large all files are together."""
    if (rule := shop.rules.get("total_mb")) is not None:
        yield _bounded(shop, "total_mb", rule, sum(found.path.stat().st_size for found in files) / 1e6)
    if (rule := shop.rules.get("book_minutes")) is not None:
        yield _bounded(shop, "book_minutes", rule, sum(found.seconds for found in files) / 60)


def _check_sample(files: Sequence[Measured], shop: Shop, sample: Measured | None) -> Iterator[Finding]:
    """The retail sample, or whether one can be cut from the longest file."""
    if (rule := shop.rules.get("sample_s")) is None:
        return
    low = 0.0 if rule.least is None else rule.least
    seconds = sample.seconds if sample else max((found.seconds for found in files), default=0.0)
    ok = _fits(rule, seconds, SLACK) if sample else seconds >= low
    told = f"{seconds / 60:.1f} min" + ("" if sample else " to cut from")
    in_minutes = Rule("", low / 60 if low else None, None if rule.most is None else rule.most / 60)
    measure = _MEASURES["sample_s"]
    file = sample.path.name if sample else ""
    do = "" if ok else measure.do
    yield Finding(file, measure.name, told, _wanted(in_minutes, measure.unit), ok, do, shop.sure("sample_s"))


def _check_cover(cover: CoverFacts, shop: Shop) -> Iterator[Finding]:
    told = f"{cover.width} x {cover.height} px"
    if "square" in shop.rules:
        yield _demand(shop, "square", "cover's shape", told, "square", cover.width == cover.height, COVER)
    if (rule := shop.rules.get("cover_px")) is not None:
        # A larger picture is made smaller, and a smaller one would have to be stretched.
        least = Rule("", rule.least)
        ok = _fits(least, min(cover.width, cover.height), 0)
        wanted = _wanted(rule, "px")
        yield Finding("", "cover's sides", told, wanted, ok, "" if ok else COVER, shop.sure("cover_px"))
    if (rule := shop.rules.get("cover_mb")) is not None:
        yield _bounded(shop, "cover_mb", rule, cover.size / 1e6)


def _bounded(shop: Shop, name: str, rule: Rule, value: float, file: str = "") -> Finding:
    measure = _MEASURES[name]
    ok = _fits(rule, value, measure.slack)
    told = f"{value:.{measure.decimals}f} {measure.unit}"
    return Finding(file, measure.name, told, _wanted(rule, measure.unit), ok, "" if ok else measure.do, shop.sure(name))


def _demand(shop: Shop, name: str, told: str, measured: str, wanted: str, ok: bool, do: str) -> Finding:
    return Finding("", told, measured, wanted, ok, "" if ok else do, shop.sure(name))


def _fits(rule: Rule, value: float, slack: float) -> bool:
    above = rule.least is None or value >= rule.least - slack
    return above and (rule.most is None or value <= rule.most + slack)


def _wanted(rule: Rule, unit: str) -> str:
    if rule.least is not None and rule.most is not None:
        return f"{rule.least:g} {unit}" if rule.least == rule.most else f"{rule.least:g} to {rule.most:g} {unit}"
    return f"{rule.least:g} {unit} at least" if rule.least is not None else f"{rule.most:g} {unit} at most"
