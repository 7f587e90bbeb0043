"""What of a file is sound: the digest of its audio packets, whatever tags, cover or boxes lie around them.

By it "tags edited" is told from "sound changed". The packets are found by hand, since ffmpeg's own copy takes a
minute for a book of forty hours, and SHA-256 four seconds. ISO/IEC 14496-12 (MP4), ID3v2.3 and 2.4, RFC 9639 (FLAC),
EBU Tech 3306 (RF64), RFC 3533 and 7845 (Ogg Opus), ZIP for read-alongs.
"""

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from narrate.chapters.frames import id3_bytes, mp3_frame
from narrate.files import storage
from narrate.provenance.boxes import audio_chunks

BLOCK = 1 << 20
AUDIO = (".m4a", ".mp4", ".m4b", ".mp3", ".opus", ".ogg", ".flac", ".wav", ".aac")
# What readers of damaged files raise; an encrypted member of a zip is a RuntimeError.
DAMAGED = (struct.error, ValueError, IndexError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
FORMS = ("mp4", "mp3", "flac", "wav", "rf64", "ogg", "epub")


def form_of(path: Path) -> str:
    """What a file is by its first bytes: one of FORMS; empty for anything else. Raises StorageError."""
    with storage(path), path.open("rb") as file:
        start = _after_id3(file)
        file.seek(start)
        head = file.read(12)
    if head[:4] == b"fLaC":
        return "flac"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
        return "wav" if head[:4] == b"RIFF" else "rf64"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"PK\x03\x04":
        return "epub"
    return "mp3" if start or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0) else ""


def packets_digest(path: Path) -> str:
    """SHA-256 of a file's audio packets, in order, as hexadecimal digits; empty where none can be found.

    Of an EPUB the digest of its sounds, by name. Raises StorageError.
    """
    form = form_of(path)
    total = hashlib.sha256()
    found = False
    try:
        with storage(path), path.open("rb") as file:
            pieces = _of_epub(file) if form == "epub" else _blocks(file, _RANGES[form](file)) if form else iter(())
            for piece in pieces:
                total.update(piece)
                found = True
    except DAMAGED:
        return ""
    return total.hexdigest() if found else ""


def overlays_digest(path: Path) -> str:
    """SHA-256 of a read-along's overlays, which say what is heard when. Empty for a file that has none."""
    total, found = hashlib.sha256(), False
    try:
        with storage(path), zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith(".smil"):
                    found = True
                    total.update(f"{name}\n".encode())
                    for piece in _member(archive, name):
                        total.update(piece)
    except DAMAGED:
        return ""
    return total.hexdigest() if found else ""


Ranges = Iterator[tuple[int, int]]  # first byte and length


def _blocks(file: BinaryIO, ranges: Ranges) -> Iterator[bytes]:
    for at, length in ranges:
        file.seek(at)
        while length > 0 and (block := file.read(min(BLOCK, length))):
            length -= len(block)
            yield block


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _after_id3(file: BinaryIO) -> int:
    """Where what follows the ID3v2 tags at the beginning begins."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            return at
        at += 10 + id3_bytes(head[6:])
        at += 10 if head[5] & 0x10 else 0  # a footer


def _mp3(file: BinaryIO) -> Ranges:
    """All frames but the first where that only says how long the file is: a copy by ffmpeg writes it anew."""
    start, end = _after_id3(file), _size(file)
    file.seek(max(0, end - 128))
    if file.read(3) == b"TAG":
        end -= 128
    file.seek(max(0, end - 32))
    foot = file.read(32)
    if foot[:8] == b"APETAGEX":
        size, flags = struct.unpack("<I4xI", foot[12:24])
        end -= size + (32 if flags >> 31 else 0)
    file.seek(start)
    head = file.read(1500)
    if any(name in head[:64] for name in (b"Xing", b"Info")) and (frame := mp3_frame(head)):
        start += frame[1]
    yield start, max(0, end - start)


def _flac(file: BinaryIO) -> Ranges:
    at, last = _after_id3(file) + 4, False
    while not last:
        file.seek(at)
        kind, length = struct.unpack(">B3s", file.read(4))
        last, at = kind >= 0x80, at + 4 + int.from_bytes(length, "big")
    yield at, _size(file) - at


def _wav(file: BinaryIO) -> Ranges:
    at, end, long = 12, _size(file), 0
    while at + 8 <= end:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if name == b"ds64":
            long = struct.unpack("<8xQ", file.read(16))[0]
        if name == b"data":
            yield at + 8, long if length == 0xFFFFFFFF else length
            return
        at += 8 + length + length % 2


def _ogg(file: BinaryIO) -> Ranges:
    """The bodies of the pages behind the two header packets, which begin a page of their own (RFC 7845, 3)."""
    at, end, packets = 0, _size(file), 0
    while at + 27 <= end:
        file.seek(at)
        head = file.read(27)
        if head[:4] != b"OggS":
            raise ValueError("no page of Ogg")
        lacing = file.read(head[26])
        body, length = at + 27 + len(lacing), sum(lacing)
        if packets < 2:
            packets += sum(size < 255 for size in lacing)
        else:
            yield body, length
        at = body + length


def _of_epub(file: BinaryIO) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        for name in sorted(archive.namelist()):
            if name.lower().endswith(AUDIO):
                yield f"{name}\n".encode()
                yield from _member(archive, name)


def _member(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as member:
        while block := member.read(BLOCK):
            yield block


_RANGES = {"mp4": audio_chunks, "mp3": _mp3, "flac": _flac, "wav": _wav, "rf64": _wav, "ogg": _ogg}
