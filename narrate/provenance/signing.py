"""Signing a file: its manifest goes into it, or beside it where its form has no place for one."""

import hashlib
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from narrate.chapters import Ffmpeg
from narrate.chapters.frames import id3_bytes
from narrate.errors import AssemblyError
from narrate.files import full_disk, sha256_file, storage
from narrate.provenance.manifest import Signing, Sums, definition
from narrate.provenance.marks import marks_digest
from narrate.provenance.native import sealed
from narrate.provenance.sound import BLOCK, form_of, packets_digest

MIME = {
    "mp4": "audio/mp4",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "epub": "application/epub+zip",
    "ogg": "audio/ogg",
    "rf64": "audio/wav",
}
BESIDE = ("ogg", "rf64")  # which c2pa puts nothing into: it takes Ogg for no format of its own and RF64 for no RIFF
SIDECAR = ".c2pa"  # a manifest beside its file, of the same name (C2PA 2.2, "External manifests")
# Nothing is fetched; what was written is read back by the tests, and by `narrate verify`.
QUIET = {"verify": {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False}}
_GEOB = b"\x00application/c2pa\x00c2pa\x00c2pa manifest store\x00"  # Latin-1, type, file name, description


def is_installed() -> bool:
    """Whether files can be signed here, without loading what signs them."""
    return find_spec("c2pa") is not None and find_spec("cryptography") is not None


def sums_of(ffmpeg: Ffmpeg, path: Path) -> Sums:
    """The digests by which edited tags are told from changed sound."""
    return Sums(packets_digest(path), marks_digest(ffmpeg, path))


def sign(ffmpeg: Ffmpeg, signing: Signing, part: Path, name: str) -> bytes:
    """Put a manifest into the file at `part`, which is called `name`; where it takes none give it, for a file beside.

    The file is as it was until it is signed whole. Raises AssemblyError, StorageError.
    """
    form = form_of(part)
    manifest = definition(signing, name, MIME[form], sums_of(ffmpeg, part))
    if form in BESIDE:
        return sealed(manifest, signing.identity, signing.timestamp, lambda _: ([], sha256_file(part)))
    with _beside(part) as signed:
        (_sign_mp3 if form == "mp3" else _sign_whole)(signing, manifest, part, signed)
    return b""


@contextmanager
def _beside(part: Path) -> Iterator[Path]:
    """A temporary name; what the block writes there takes the place of `part`."""
    signed = part.with_name(f".{part.name.strip('.').removesuffix('.part')}.signed.part")
    try:
        with storage(part):
            yield signed
            shutil.copymode(part, signed)
            signed.replace(part)
    finally:
        signed.unlink(missing_ok=True)


def _sign_whole(signing: Signing, manifest: dict[str, Any], part: Path, signed: Path) -> None:
    """Have c2pa write the file anew with the manifest where its form wants it."""
    import c2pa

    who = signing.identity
    try:
        info = c2pa.C2paSignerInfo(who.algorithm, who.certificates, who.key, signing.timestamp or None)
        with (
            c2pa.Context.from_dict(QUIET) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(manifest, context) as builder,
            part.open("rb") as source,
            signed.open("w+b") as target,
        ):
            builder.sign(signer, manifest["format"], source, target)
    except c2pa.C2paError as error:
        if full := full_disk(part.parent):
            raise full from error
        do = "`narrate keys show` says by whom"
        do = f'{do}; without a network, timestamp = "" in [provenance]' if signing.timestamp else do
        raise AssemblyError(f"cannot be signed: {error}", where=manifest["title"], do=do) from error


def _sign_mp3(signing: Signing, manifest: dict[str, Any], part: Path, signed: Path) -> None:
    """A frame before the others of an ID3v2.3 tag; no other byte but the tag's length changes."""
    with part.open("rb") as source, signed.open("w+b") as target:
        head = source.read(10)
        if head[:4] != b"ID3\x03" or head[5]:
            raise AssemblyError("has no tag of the kind that this ffmpeg was asked for", where=manifest["title"])
        length = id3_bytes(head[6:])
        at = 10 + 10 + len(_GEOB)

        def place(room: int) -> tuple[list[tuple[int, int]], bytes]:
            total, body = hashlib.sha256(), len(_GEOB) + room
            whole = length + 10 + body
            begin = b"ID3\x03\x00\x00" + bytes(whole >> shift & 127 for shift in (21, 14, 7, 0))
            begin += struct.pack(">4sIH", b"GEOB", body, 0) + _GEOB
            total.update(begin)
            target.write(begin + bytes(room))
            while block := source.read(BLOCK):
                total.update(block)
                target.write(block)
            return [(at, room)], total.digest()

        store = sealed(manifest, signing.identity, signing.timestamp, place)
        target.seek(at)
        target.write(store)
