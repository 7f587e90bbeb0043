"""Who signs a project's deliverables, and what is said of them; before a render, whether that will work."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from narrate.errors import AssemblyError, NarrateError, ProjectError, StorageError, VoiceError
from narrate.install import install_command
from narrate.project import Project
from narrate.provenance import (
    Identity,
    Narration,
    Signing,
    VoiceHeard,
    is_installed,
    is_made,
    keys_folder,
    new_identity,
    own_identity,
    read_identity,
)
from narrate.voices import SETTINGS, Voice, read_settings
from narrate.watermark import payload_of
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory

UNSIGNED = "not signed: the extra narrate[provenance] is not installed"
SWITCHED_OFF = 'not signed: sign = "never" in [provenance] of project.toml'


def check_signing(project: Project) -> None:
    """Raise NarrateError where deliverables could not be signed as project.toml asks: before hours of rendering."""
    if _signs(project) and (is_made(keys_folder()) or project.settings.provenance.certificate):
        _identity(project)


def signing_of(project: Project, book: Inventory, revision: str) -> Telling[Signing | None]:
    """What signs the deliverables; on first use it is made, and told. None for unsigned ones, which is told as well.

    `revision` is the models' exact files. Raises NarrateError where the identity is lost or is none, or where
    signatures are demanded and the extra is not installed.
    """
    if not _signs(project):
        if project.settings.provenance.sign != "never":
            yield Notice(f"The files are {UNSIGNED} ({install_command('provenance')}).")
        return None
    if not project.settings.provenance.certificate and not is_made(keys_folder()):
        made = new_identity(keys_folder())
        yield Notice(
            f"Made the identity that signs your audiobooks, {made.name} ({made.fingerprint[:16]}), "
            f"in {keys_folder()}: keep a copy. docs/provenance.md says what is signed."
        )
    return _signing(project, book, revision, _identity(project))


def standing_signed(project: Project, book: Inventory, revision: str) -> str:
    """The digest of how deliverables would be signed now, without making anything; empty for unsigned ones."""
    try:
        if not _signs(project):
            return ""
        return _signing(project, book, revision, _identity(project)).digest
    except NarrateError as error:
        return f"unsigned: {error.what}"  # assembling says more, and stops


def signer_told(signing: Signing | None, project: Project) -> str:
    """Who signed, or why nobody did, for a person and for the report."""
    if signing is not None:
        return f"signed by {signing.identity.name} ({signing.identity.fingerprint[:16]})"
    return SWITCHED_OFF if project.settings.provenance.sign == "never" else UNSIGNED


def watermark_of(project: Project) -> int | None:
    """What the watermark of a project's chapters says; None where project.toml wants none."""
    settings = project.settings
    if not settings.provenance.watermark:
        return None
    return payload_of(settings.identity)


def _signs(project: Project) -> bool:
    """Whether deliverables are signed. Raises AssemblyError where they must be and cannot."""
    wanted = project.settings.provenance.sign
    if wanted == "never" or is_installed():
        return wanted != "never"
    if wanted == "always":
        raise AssemblyError(
            'sign = "always" in [provenance], and the extra narrate[provenance] is not installed',
            where=project.folder / "project.toml",
            do=install_command("provenance"),
        )
    return False


def _identity(project: Project) -> Identity:
    asked = project.settings.provenance
    toml = project.folder / "project.toml"
    if not asked.certificate and not asked.key:
        return read_identity(keys_folder())
    if not (asked.certificate and asked.key):
        raise ProjectError("[provenance] names one of certificate and key, and both are needed", where=toml)
    certificate, key = (project.folder / Path(name).expanduser() for name in (asked.certificate, asked.key))
    if key.resolve().is_relative_to(project.folder.resolve()):
        what = "[provenance] names a private key inside the project, which is copied and shared"
        raise ProjectError(what, where=toml, do="keep the key elsewhere")
    return own_identity(certificate, key)


def _signing(project: Project, book: Inventory, revision: str, identity: Identity) -> Signing:
    settings, manner = project.settings, book.manner
    voices = {request.voice.fingerprint: request.voice for request in book.work.requests}
    narration = Narration(
        title=settings.title,
        author=settings.author,
        language=settings.language,
        isbn=settings.isbn,
        engine=manner.engine,
        model=manner.model,
        revision=revision,
        voices=tuple(sorted((_heard(voice) for voice in voices.values()), key=lambda heard: heard.name)),
        project=settings.identity,
        mark="" if (payload := watermark_of(project)) is None else f"{payload:08x}",
    )
    return Signing(identity, narration, settings.provenance.timestamp)


def _heard(voice: Voice) -> VoiceHeard:
    folder = voice.tensors
    if folder is None or not (folder / SETTINGS).is_file():
        return VoiceHeard(voice.name, voice.fingerprint)
    try:
        said = read_settings(folder).entries
    except (VoiceError, StorageError):
        said = {}
    return VoiceHeard(voice.name, voice.fingerprint, _consent_digest(said))


def _consent_digest(said: Mapping[str, Any]) -> str:
    """SHA-256 of `consent` and `licence` as a voice.toml has them, a line each; empty for a voice without them."""
    kept = [str(said.get(name, "")) for name in ("consent", "licence")]
    return sha256("".join(f"{text}\n" for text in kept).encode()).hexdigest() if any(kept) else ""
