"""Which deliverables there are, and whether they are of the book as it is now.

What each format was made of is noted in `chapters/made_of.json` when it is made, and held against the book: its
chapters, its words, and what players show of it. The times of files say nothing here. Losing the note costs only
that a format counts as old until it has been made once more, which takes no time where nothing has changed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from narrate.chapters import ChapterPlan, Mastering, Tags
from narrate.deliver.forms import FORMS, Form
from narrate.deliver.press import read_record
from narrate.errors import StorageError
from narrate.files import digest, digest_file, write_text
from narrate.project import FORMATS

NOTE = "made_of.json"
_LATER = ("authors", "translator", "genres")  # which earlier releases had not: without them nothing has changed
_APART = ("podcast", "episodes", "by_word")  # settings of some formats alone
CURRENT, OLD, MISSING = "current", "old", "missing"

# Of one format: digests by "chapters" (one each, in order), "words" (likewise), "shown", "source" and "signed".
Ingredients = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A format that is there or asked for; `state` is current, old or missing, and `why` says what is old about it."""

    form: str
    state: str
    why: str = ""


def ingredients(
    form: str,
    plans: Sequence[ChapterPlan],
    keys: Sequence[str],
    tags: Tags,
    settings: Mastering,
    source: Path | None,
    signed: str = "",
) -> Ingredients:
    """What `form` is made of; `keys` are the chapters' (`chapter_keys`), `source` the book as it was given,
    `signed` the digest of its `Signing`, empty for unsigned files.

    Raises StorageError for a source that cannot be read.
    """
    made = FORMS[form]
    return {
        "chapters": [digest(plan.title, key)[:16] for plan, key in zip(plans, keys, strict=True)],
        "words": [_words(plan) for plan in plans] if made.worded else [],
        "shown": [_shown(made, tags, settings)],
        "source": [digest_file(source)] if made.of_source and source else [],
        "signed": [signed] if made.signed and signed else [],
    }


def _words(plan: ChapterPlan) -> str:
    said = [segment.said for segment in plan.segments if segment.said]
    rows = [(s.place, s.line.speaker, s.line.direction, s.line.text, s.line.level) for s in said]
    times = [[(w.start, w.end, w.start_s, w.end_s) for w in s.words] for s in said]
    return digest(rows, *([times] if any(times) else []))[:16]


def _shown(form: Form, tags: Tags, settings: Mastering) -> str:
    """A digest of what a deliverable says of the book besides its words, and of how it is encoded."""
    if form.shows == "nothing":
        return ""
    if form.shows == "title":
        return digest(tags.title, tags.author, tags.language)
    given = hashlib.blake2b(tags.cover.data).hexdigest() if tags.cover else ""
    words = {name: getattr(tags, name) for name in tags.__slots__ if name != "cover"}
    words = {name: value for name, value in words.items() if value or name not in _LATER}
    coding = {name: getattr(settings, name) for name in settings.__slots__ if name not in _APART}
    fed = asdict(settings.podcast) if form.shows in ("podcast", "episodes") else {}
    if form.shows == "episodes" and settings.episodes:
        fed["episodes"] = {title: asdict(one) for title, one in settings.episodes.items()}
    by_word = ["by word"] if form.of_source and settings.by_word else []
    return digest(given, words, coding, fed, *by_word)


def note_making(folder: Path, now: Mapping[str, Ingredients]) -> None:
    """Forget what formats were made of that are about to be made of `now`: stopped halfway, they are of neither."""
    noted = _noted(folder)
    _write(folder, noted, {form: of for form, of in noted.items() if now.get(form, of) == of})


def note_made(folder: Path, made: Mapping[str, Ingredients]) -> None:
    """Note in the chapters' `folder` what formats were made of just now. Raises StorageError."""
    noted = _noted(folder)
    _write(folder, noted, {**noted, **made})


def _write(folder: Path, before: Mapping[str, Ingredients], noted: Mapping[str, Ingredients]) -> None:
    if noted != before:
        write_text(folder / NOTE, json.dumps(noted, ensure_ascii=False, indent=1) + "\n")


def _noted(folder: Path) -> dict[str, Ingredients]:
    """The note; without what cannot be read of it."""
    try:
        found = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {form: of for form, of in found.items() if isinstance(of, dict) and _are_lists(of)}


def _are_lists(of: Mapping[str, object]) -> bool:
    return all(isinstance(value, list) for value in of.values())


def deliverables(
    out: Path,
    plans: Sequence[ChapterPlan],
    keys: Sequence[str],
    tags: Tags,
    settings: Mastering,
    source: Path | None,
    wanted: Sequence[str],
    signed: str = "",
) -> list[Deliverable]:
    """The formats that are in `out` or `wanted`, in the order of FORMATS, each as it stands to the book.

    A chapter of which takes are missing has an empty plan and an empty key.
    """
    folder = out / "chapters"
    files: dict[str, list[Path]] = {}
    for name, (_, _, form) in read_record(folder / "deliverables.json").items():
        files.setdefault(form, []).append(out / name)
    noted, found = _noted(folder), []
    for form in FORMATS:
        there = [path for path in files.get(form, ()) if path.is_file()]
        if there and (gone := len(files[form]) - len(there)):
            found.append(Deliverable(form, OLD, f"{gone} of its {len(files[form])} files are gone"))
        elif there:
            try:
                now = ingredients(form, plans, keys, tags, settings, source, signed)
                why = _difference(noted[form], now) if form in noted else "what it was made of is not noted"
            except StorageError as error:
                why = str(error)
            found.append(Deliverable(form, OLD if why else CURRENT, why))
        elif form in wanted:
            found.append(Deliverable(form, MISSING))
    return found


def _difference(before: Ingredients, now: Ingredients) -> str:
    """What has changed, in a few words; empty where nothing has."""
    old, new = before.get("chapters", ()), now["chapters"]
    if len(old) != len(new):
        return f"it has {len(old)} chapter{'s' * (len(old) != 1)}, and the book {len(new)}"
    if changed := sum(a != b for a, b in zip(old, new, strict=True)):
        return f"{changed} of {len(new)} chapters {'has' if changed == 1 else 'have'} changed"
    if before.get("words") != now["words"]:
        return "its words have changed"
    if before.get("shown") != now["shown"]:
        return "title, cover or settings have changed"
    if before.get("source") != now["source"]:
        return "the book's own file has changed"
    return "" if list(before.get("signed", ())) == now["signed"] else "it is not signed as it would be now"
