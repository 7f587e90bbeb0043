"""Signing a file: its manifest goes into it, or beside it where its form has no place for one."""

import hashlib
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

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
MOST_RIFF = 0xFFFFFFFF  # bytes behind the first eight
_GEOB = b"\x00application/c2pa\x00c2pa\x00c2pa manifest store\x00"  # Latin-1, type, file name, description

Pieces = Iterable[bytes]
# What goes before a manifest's room, what there belongs to it and is not signed, and what goes behind.
Around = Callable[[BinaryIO, int, str], tuple[Pieces, bytes, Pieces]]


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
        if form in _AROUND:
            _sign_placed(signing, manifest, part, signed, _AROUND[form])
        else:
            _sign_whole(signing, manifest, part, signed)
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


def _sign_placed(signing: Signing, manifest: dict[str, Any], part: Path, signed: Path, around: Around) -> None:
    """The file with the manifest between what `around` gives, in the memory of a block.

    c2pa would hold a whole WAV or FLAC file in memory several times, and write an MP3's tag anew.
    """
    with part.open("rb") as source, signed.open("w+b") as target:

        def place(room: int) -> tuple[list[tuple[int, int]], bytes]:
            total = hashlib.sha256()
            before, head, after = around(source, room, manifest["title"])
            for piece in before:
                total.update(piece)
                target.write(piece)
            at = target.tell()
            target.write(head + bytes(room))
            for piece in after:
                total.update(piece)
                target.write(piece)
            places.append(at + len(head))
            return [(at, len(head) + room)], total.digest()

        places: list[int] = []
        store = sealed(manifest, signing.identity, signing.timestamp, place)
        target.seek(places[0])
        target.write(store)


def _in_mp3(source: BinaryIO, room: int, title: str) -> tuple[Pieces, bytes, Pieces]:
    """A frame before the others of an ID3v2.3 tag; no other byte but the tag's length changes."""
    head = source.read(10)
    if head[:4] != b"ID3\x03" or head[5]:
        raise AssemblyError("has no tag of the kind that this ffmpeg was asked for", where=title)
    return [_tag(room, id3_bytes(head[6:]))], b"", _blocks(source)


def _in_flac(source: BinaryIO, room: int, title: str) -> tuple[Pieces, bytes, Pieces]:
    """An ID3v2.3 tag before all else (C2PA 2.2, "Embedding manifests into ID3")."""
    return [_tag(room, 0)], b"", _blocks(source)


def _in_wav(source: BinaryIO, room: int, title: str) -> tuple[Pieces, bytes, Pieces]:
    """A chunk of its own after the others (C2PA 2.2, "Embedding manifests into RIFF")."""
    length = source.seek(0, os.SEEK_END)
    odd = length % 2
    whole = length + odd + room + room % 2  # the chunk's own head in place of the file's
    if whole > MOST_RIFF:
        raise AssemblyError("is too long for a WAV file with a manifest", where=title, do="deliver FLAC")
    source.seek(8)
    before = chain([b"RIFF" + struct.pack("<I", whole)], _blocks(source), [bytes(odd)])
    return before, b"C2PA" + struct.pack("<I", room), [bytes(room % 2)]


def _tag(room: int, others: int) -> bytes:
    """The beginning of an ID3v2.3 tag of a frame with `room` bytes of manifest and of `others` bytes of frames."""
    body = len(_GEOB) + room
    sizes = bytes(others + 10 + body >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sizes + struct.pack(">4sIH", b"GEOB", body, 0) + _GEOB


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block


_AROUND: dict[str, Around] = {"mp3": _in_mp3, "flac": _in_flac, "wav": _in_wav}
