"""`narrate verify`: what a file says of itself, who signed it, whether it was changed, whether a mark is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.chapters import Ffmpeg, find_ffmpeg
from narrate.errors import StorageError
from narrate.provenance import SYNTHETIC, Found, Sums, metadata_of, read, sums_of
from narrate.work.listening import Mark, heard_in

INTACT, CHANGED, NOTHING = 0, 3, 4  # exit codes
STATES = {INTACT: "marked and intact", CHANGED: "marked, but changed", NOTHING: "nothing found"}
_TAGS = ("narration", "digitalsourcetype", "made-with", "comment")
_NOTICE = "synthetic voice"  # what a comment says of itself where a form has no free tags


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a file.

    code: 0 marked and intact, 3 marked but changed, 4 nothing found; `state` says it in words
    changed: "" (nothing), "tags", "marks", "sound", "manifest" or "unknown"; `why` says it in a sentence
    manifest: what was found signed; None for nothing
    mark: the watermark that is heard; None for none, or where nobody listened
    tags: what the unsigned tags of a file without a manifest say of how it was made
    """

    file: str
    code: int
    state: str
    changed: str
    why: str
    manifest: Found | None
    mark: Mark | None
    tags: Mapping[str, str]

    @property
    def synthetic(self) -> bool:
        """Whether what is signed says that a model made it."""
        return self.manifest is not None and SYNTHETIC in self.manifest.source_types


def verdict_rows(verdict: Verdict) -> list[tuple[str, str]]:
    """A verdict for a person: what each row is of, and its text."""
    rows, found = [("file", verdict.why)], verdict.manifest
    if found is None:
        return [*rows, *_mark_rows(verdict), *[("tag", f"{name}: {text}") for name, text in verdict.tags.items()]]
    if not found.signer:
        return rows
    made = f"made by {found.generator}" if found.generator else "it does not say what made it"
    types = [kind.rpartition("/")[2] for kind in found.source_types]
    rows.append(("says", f"{made}{', ' if types else ''}{', '.join(types)} (the manifest is {found.place})"))
    said = found.narration
    if said:
        rows.append(("book", " by ".join(str(said[key]) for key in ("title", "author") if said.get(key))))
        engine = ", ".join(str(said[key]) for key in ("engine", "model", "revision") if said.get(key))
        rows.append(("engine", f"{engine}; {said.get('made', '')}"))
        rows += [("voice", _voice(one)) for one in said.get("voices") or () if isinstance(one, dict)]
    known = "known here" if found.known else "whom nothing here vouches for; --known names a certificate"
    rows.append(("signed", f"by {found.signer}, {known}{f', {found.signed_at}' if found.signed_at else ''}"))
    return [*rows, *_mark_rows(verdict)]


def _mark_rows(verdict: Verdict) -> list[tuple[str, str]]:
    if (mark := verdict.mark) is None:
        return []
    named = verdict.manifest.narration.get("mark") if verdict.manifest else None
    whose = f", of {mark.project}" if mark.project else ", of no project here"
    told = (
        "" if named is None else ", as the manifest says" if named == mark.payload else f"; the manifest says {named}"
    )
    return [("mark", f"heard: {mark.payload}{whose}{told}")]


def _voice(said: Mapping[str, str]) -> str:
    consent = said.get("consent", "")
    told = f", consent on record ({consent[:16]})" if consent else ""
    return f"{said.get('name', '')} {said.get('fingerprint', '')[:16]}{told}"


def verify(
    files: Sequence[Path],
    home: Path,
    manifest: Path | None = None,
    known: tuple[Path, ...] = (),
    *,
    listen: bool = True,
) -> list[Verdict]:
    """What is known of each file. A `manifest` is a sidecar or a signed file that they are held against.

    `known` are PEM files of certificates that are trusted; a watermark that is heard is looked for among the projects
    under `home`. Raises StorageError for a file that cannot be read.
    """
    ffmpeg = find_ffmpeg()
    for path in (*files, *known, *([manifest] if manifest else ())):
        if not path.is_file():
            raise StorageError("is not there", where=path)
    return [_verdict(ffmpeg, path, manifest, known, heard_in(ffmpeg, path, home) if listen else None) for path in files]


def _verdict(ffmpeg: Ffmpeg, path: Path, manifest: Path | None, known: tuple[Path, ...], mark: Mark | None) -> Verdict:
    found = read(path, manifest, known)
    if found is None:
        tags = _tags(ffmpeg, path)
        why = "no manifest in it or beside it"
        why += "; its tags say that a model made it, and tags prove nothing" if tags else ""
        if mark is not None:
            return Verdict(
                path.name, CHANGED, STATES[CHANGED], "manifest", f"{why}; a watermark is heard", None, mark, tags
            )
        return Verdict(path.name, NOTHING, STATES[NOTHING], "", why, None, None, tags)
    changed, why = "", "nothing was changed since it was signed"
    if not found.intact:
        changed, why = _change(found, sums_of(ffmpeg, path))
    code = CHANGED if changed else INTACT
    return Verdict(path.name, code, STATES[code], changed, why, found, mark, {})


def _change(found: Found, now: Sums) -> tuple[str, str]:
    """What was changed since the signature, as far as the manifest tells."""
    if not found.genuine:
        return "manifest", f"the manifest is not as it was signed: {', '.join(found.failures)}"
    if not found.sums.get("packets"):
        return "unknown", "changed since it was signed; what, this maker's manifest does not tell"
    if found.sums["packets"] != now.packets:
        return "sound", "the sound is not the one that was signed"
    if found.sums.get("marks", "") != now.marks:
        return "marks", "the chapter marks were changed; the sound is as signed"
    return "tags", "only tags, the cover or the container were changed; sound and chapter marks are as signed"


def _tags(ffmpeg: Ffmpeg, path: Path) -> dict[str, str]:
    """The tags in which files say that a model made them; none of a file that ffmpeg does not read."""
    found: dict[str, str] = {}
    for line in metadata_of(ffmpeg, path).split("[CHAPTER]")[0].splitlines():
        name, is_tag, value = line.partition("=")
        name = name.lower()
        if is_tag and name in _TAGS and (name != "comment" or _NOTICE in value):
            found[name] = value.replace("\\", "")
    return found
