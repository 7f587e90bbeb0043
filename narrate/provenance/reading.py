"""Reading back what a file says of itself, by c2pa's reader: of any maker's files."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from narrate.errors import StorageError
from narrate.files import sha256_file, storage
from narrate.install import install_command
from narrate.provenance.identity import CERTIFICATE, keys_folder
from narrate.provenance.manifest import NARRATION, SOUND, assertion
from narrate.provenance.signing import BESIDE, MIME, QUIET, SIDECAR, is_installed
from narrate.provenance.sound import form_of

MOST_SIDECAR_BYTES = 64 << 20
UNKNOWN = "signingCredential.untrusted"  # says nothing of the file
BROKEN = ("assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch",
          "assertion.collectionHash.mismatch")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest: where it lies, who signed it, what it says, and what c2pa's reader finds wrong.

    place: "in the file", "beside it" or the name of the file that was given
    known: whether the signer is this machine's user, or one of those that were named
    failures: c2pa's codes, without the one for an unknown signer; `intact` where there are none
    source_types: the digital source types of its actions
    narration, sums: narrate's own assertions, empty for another maker's
    """

    place: str
    signer: str
    algorithm: str
    signed_at: str
    known: bool
    failures: tuple[str, ...]
    generator: str
    title: str
    source_types: tuple[str, ...]
    narration: Mapping[str, Any]
    sums: Mapping[str, str]

    @property
    def intact(self) -> bool:
        return not self.failures

    @property
    def genuine(self) -> bool:
        """Whether the manifest is as it was signed, whatever became of the file."""
        return all(code in BROKEN for code in self.failures)


def read(path: Path, manifest: Path | None = None, known: tuple[Path, ...] = ()) -> Found | None:
    """The manifest in a file, beside it, or in the file `manifest`; None where there is none.

    `known` are PEM files of certificates that are trusted, as the user's own is. Raises StorageError.
    """
    if not is_installed():
        raise StorageError("reading manifests needs the extra narrate[provenance]", do=install_command("provenance"))
    form = form_of(path)
    given = manifest or path.with_suffix(SIDECAR)
    settings = _settings(known)
    if manifest is None and form in MIME and form not in BESIDE and (told := _told(path, form, None, settings)):
        return _found(told, "in the file")
    if not given.is_file():
        return None
    place = "beside it" if manifest is None else given.name
    with storage(given):
        store = given.read_bytes() if given.stat().st_size <= MOST_SIDECAR_BYTES else b""
    if form_of(given) or not store:  # a signed file, whose manifest is held against this one
        other = _told(given, form_of(given), None, settings) if form_of(given) in MIME else None
        if other is None:
            return None
        found = _found(other, place)  # of another file than this one, which only its sums can tell of
        return replace(found, failures=(*found.failures, BROKEN[0]))
    told = _told(path, form, store, settings)
    return None if told is None else _found(told, place)


def _settings(known: tuple[Path, ...]) -> dict[str, Any]:
    trusted = ""
    for path in (keys_folder() / CERTIFICATE, *known):
        if path.is_file() or path in known:
            with storage(path):
                trusted += path.read_text("utf-8", "replace") + "\n"
    trust = {"allowed_list": trusted, "user_anchors": trusted} if trusted.strip() else {}
    return {**QUIET, "trust": trust} if trust else dict(QUIET)


def _told(path: Path, form: str, store: bytes | None, settings: dict[str, Any]) -> dict[str, Any] | None:
    """What c2pa's reader says of a file, or of a `store` beside it; None where it finds no manifest.

    What c2pa knows no form of is summed here: there the store is read by itself.
    """
    import c2pa

    by_itself = form in BESIDE or (store is not None and form not in MIME)
    try:
        with c2pa.Context.from_dict(settings) as context, path.open("rb") as file:
            source = io.BytesIO(store or b"") if by_itself else file
            mime = "application/c2pa" if by_itself else MIME[form]
            with c2pa.Reader(mime, source, None if by_itself else store, context) as reader:
                told: dict[str, Any] = json.loads(reader.json())
                detailed = json.loads(reader.detailed_json()) if by_itself else {}
    except c2pa.C2paError as error:
        if "ManifestNotFound" in repr(error) or "no JUMBF" in str(error):
            return None
        return {"unread": str(error)}
    if by_itself:
        _hold_against(told, detailed, path)
    return told


def _hold_against(told: dict[str, Any], detailed: dict[str, Any], path: Path) -> None:
    """Put into `told` whether the sum in a manifest that was read by itself is that of the file."""
    manifest = detailed.get("manifests", {}).get(detailed.get("active_manifest"), {})
    bound = manifest.get("assertion_store", {}).get("c2pa.hash.data", {})
    results = told.setdefault("validation_results", {}).setdefault("activeManifest", {})
    kept = [it for it in results.get("failure") or () if it.get("code") not in BROKEN]
    if bound.get("exclusions") or bound.get("hash") != base64.b64encode(sha256_file(path)).decode():
        kept.append({"code": BROKEN[0]})
    results["failure"] = kept


def _found(told: dict[str, Any], place: str) -> Found:
    if "unread" in told:
        return Found(place, "", "", "", False, (f"manifest cannot be read: {told['unread']}",), "", "", (), {}, {})
    active = told.get("manifests", {}).get(told.get("active_manifest"), {})
    results = (told.get("validation_results") or {}).get("activeManifest") or {}
    codes = [str(it.get("code")) for it in results.get("failure") or ()]
    who = active.get("signature_info") or {}
    made = (active.get("claim_generator_info") or [{}])[0]
    actions = assertion(active, "c2pa.actions").get("actions") or []
    types = dict.fromkeys(str(it.get("digitalSourceType", "")) for it in actions if isinstance(it, dict))
    return Found(
        place,
        str(who.get("common_name") or who.get("issuer") or ""),
        str(who.get("alg") or "").lower(),
        str(who.get("time") or ""),
        bool(codes or results) and UNKNOWN not in codes,
        tuple(dict.fromkeys(code for code in codes if code != UNKNOWN)),
        " ".join(filter(None, (str(made.get("name", "")), str(made.get("version") or "")))),
        str(active.get("title") or ""),
        tuple(kind for kind in types if kind),
        assertion(active, NARRATION),
        {key: str(value) for key, value in assertion(active, SOUND).items()},
    )
