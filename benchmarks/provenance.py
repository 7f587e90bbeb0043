"""What signing does to every format, told by readers that we did not write: a small book, and one of forty hours.

    python benchmarks/provenance.py [--hours 40] [--long m4b,mp3,flac,wav,opus] [--work FOLDER]

The small book is made with the draft engine, unsigned and signed. The long one is ten minutes of noise, encoded once
and repeated as packets: one M4B, one MP3 and, of an hour, FLAC, WAV and Opus. It needs the extra `provenance`, mutagen
and, where it is there, tinytag. `byte`: what is said once a byte of sound is changed. `kept`: what mutagen, tinytag and
ffmpeg read of tags, cover and chapters, and the packets, are the same before and after; of an EPUB its files are.
"""

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import c2pa
import mutagen

from narrate import work
from narrate.chapters import find_ffmpeg
from narrate.cli import run
from narrate.provenance import Narration, Signing, VoiceHeard, keys_folder, new_identity, sign
from narrate.provenance.signing import MIME, SIDECAR
from narrate.provenance.sound import form_of, packets_digest

BOOK = "# One\n\nIt rained all day.\n\n# Two\n\nThe sun came out.\n\n# Three\n\nThe end, at last.\n"
FORMS = ("m4b", "mp3-single", "mp3", "flac", "wav", "opus", "epub")
COLUMNS = (
    "format",
    "MB",
    "signed",
    "c2pa",
    "intact",
    "byte",
    "tag edit",
    "remux",
    "kept",
    "bytes added",
    "sign s",
    "verify s",
)
FFMPEG = find_ffmpeg()


def ffmpeg(*arguments: object) -> bytes:
    command = [FFMPEG.path, "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout


def readings(path: Path) -> list[object]:
    """What others read of a file: tags, cover, chapters, and its packets."""
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as archive:
            own = (SIDECAR, ".opf")  # the package says when it was made
            names = sorted(name for name in archive.namelist() if not name.endswith((*own, "/")))
            return [(name, sha256(archive.read(name)).hexdigest()) for name in names]
    found: Any = mutagen.File(path)
    tags = {key: str(value)[:500] for key, value in (found.tags or {}).items() if not key.startswith("GEOB")}
    told: list[object] = [tags, [len(p.data) for p in getattr(found, "pictures", [])], packets_digest(path)]
    told.append(ffmpeg("-i", path, "-f", "ffmetadata", "-"))
    try:
        from tinytag import TinyTag
    except ImportError:
        return told
    tag: Any = TinyTag.get(path, image=True)
    told.append({key: value for key, value in tag.as_dict().items() if key not in ("filename", "filesize", "bitrate")})
    image = tag.images.any
    return [*told, sha256(image.data).hexdigest() if image else ""]


def valid(path: Path) -> str:
    """What c2pa's own reader says."""
    form = form_of(path)
    if form == "ogg":
        with c2pa.Reader("application/c2pa", io.BytesIO(path.with_suffix(SIDECAR).read_bytes())) as reader:
            codes = [it["code"] for it in reader.get_validation_results()["activeManifest"]["success"]]
        return "signature" if "claimSignature.validated" in codes else "no"
    with path.open("rb") as file, c2pa.Reader(MIME[form], file) as reader:
        return str(reader.get_validation_state())


def verdict(path: Path) -> str:
    [told] = work.verify([path], path.parent, listen=False)
    return {0: "yes", 3: told.changed, 4: "nothing"}[told.code]


def with_byte(path: Path) -> str:
    """What is said of the file with a byte of its sound changed; the byte is put back."""
    at = path.stat().st_size * (2 if path.suffix == ".wav" else 2.9) // 3  # its manifest is at the end of a WAV
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as archive:
            sounds = [it for it in archive.infolist() if it.filename.endswith(".m4a")]
            at = sounds[0].header_offset + sounds[0].file_size // 2
    with path.open("r+b") as file:
        file.seek(int(at))
        byte = file.read(1)
        file.seek(int(at))
        file.write(bytes([byte[0] ^ 1]))
    said = verdict(path)
    with path.open("r+b") as file:
        file.seek(int(at))
        file.write(byte)
    return said


def with_tag(path: Path) -> str:
    """What is said of a copy with another title."""
    if path.suffix == ".epub":
        return "-"
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(shutil.copy(path, folder))
        if path.with_suffix(SIDECAR).is_file():
            shutil.copy(path.with_suffix(SIDECAR), folder)
        found: Any = mutagen.File(copy, easy=path.suffix != ".wav")
        if path.suffix == ".wav":
            found.tags or found.add_tags()
            found.tags.add(mutagen.id3.TIT2(encoding=3, text=["Another"]))
        else:
            found["title"] = "Another"
        found.save()
        return verdict(copy)


def remuxed(path: Path) -> str:
    """What is left after ffmpeg's copy, and what the signed file tells of the copy."""
    if path.suffix == ".epub":
        return "-"
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / f"copy{path.suffix}"
        form = ["-f", "ipod"] if path.suffix == ".m4b" else []
        ffmpeg("-i", path, "-map", "0:a", "-c", "copy", *form, copy)
        given = path.with_suffix(SIDECAR) if path.suffix == ".opus" else path
        [held] = work.verify([copy], path.parent, given, listen=False)
        return f"{verdict(copy)}; held against: {held.changed}"


def row(name: str, plain: Path, signed: Path, sign_s: float | None) -> list[str]:
    """A line of the table."""
    before = readings(plain)
    kept = "yes" if readings(signed) == before else "NO"
    sidecar = signed.with_suffix(SIDECAR)
    added = signed.stat().st_size - plain.stat().st_size
    added += sidecar.stat().st_size if sidecar.is_file() and signed.suffix == ".opus" else 0
    began = time.monotonic()
    intact = verdict(signed)
    took = time.monotonic() - began
    size = f"{plain.stat().st_size / 1e6:.1f}"
    state = [name, size, "yes", valid(signed), intact, with_byte(signed), with_tag(signed), remuxed(signed), kept]
    return [*state, f"{added:,}", "-" if sign_s is None else f"{sign_s:.2f}", f"{took:.1f}"]


def small(folder: Path) -> Iterator[list[str]]:
    """The small book: assembled unsigned, then signed."""
    (folder / "rain.md").write_text(BOOK, "utf-8")
    command = ["--home", str(folder), "assemble", str(folder / "projects" / "rain"), "--format", ",".join(FORMS)]
    assert run(["--home", str(folder), "new", str(folder / "rain.md")]) == 0
    toml = folder / "projects" / "rain" / "project.toml"
    text = toml.read_text("utf-8").replace('author = ""', 'author = "A. Byre/C. Dale"')
    toml.write_text(text.replace('sign = "auto"', 'sign = "never"'), "utf-8")
    assert run(["--home", str(folder), "render", str(toml.parent)]) == 0
    took = {}
    for state, place in (("never", "plain"), ("always", "signed")):
        toml.write_text(text.replace('sign = "auto"', f'sign = "{state}"'), "utf-8")
        shutil.rmtree(toml.parent / "out", ignore_errors=True)
        began = time.monotonic()
        assert run(command) == 0
        took[place] = time.monotonic() - began
        shutil.copytree(toml.parent / "out", folder / place)
    print(f"assembly of the small book in all formats: {took['plain']:.2f} s unsigned, {took['signed']:.2f} s signed\n")
    for form in FORMS:
        single = {"m4b": "rain.m4b", "mp3-single": "rain.mp3", "epub": "rain.epub"}.get(form)
        signed = folder / "signed"
        at = Path(single) if single else next((signed / form).glob(f"*.{form}")).relative_to(signed)
        yield row(f"small {form}", folder / "plain" / at, signed / at, None)


def long(folder: Path, hours: float, wanted: str) -> Iterator[list[str]]:
    """Noise of many hours, as packets repeated; signed as a deliverable is."""
    identity = new_identity(folder / "long-keys", "benchmark")
    voices = tuple(VoiceHeard(f"voice {n}", f"{n:040x}", f"{n:064x}") for n in range(8))
    said = Narration("Noise", "Nobody", "en", "", "draft", "none", "none", voices, "0123456789abcdef")
    codecs = {
        "m4b": ("aac", ["-b:a", "64k"], ["-movflags", "+faststart", "-f", "ipod"], hours),
        "mp3": ("libmp3lame", ["-b:a", "64k"], ["-id3v2_version", "3"], hours),
        "flac": ("flac", [], [], 1),
        "wav": ("pcm_s16le", [], [], 1),
        "opus": ("libopus", ["-b:a", "64k"], [], 1),
    }
    for suffix in wanted.split(","):
        codec, options, mux, length = codecs[suffix]
        short, plain = folder / f"short.{suffix}", folder / f"plain.{suffix}"
        began = cpu_s()
        noise = "anoisesrc=r=24000:a=0.1:d=600"
        ffmpeg("-f", "lavfi", "-i", noise, "-c:a", codec, *options, *(mux if suffix == "m4b" else []), short)
        encode_s = (cpu_s() - began) * length * 6
        many = round(length * 6) - 1
        tags = ["-metadata", "title=Noise", "-metadata", "artist=A/B"]
        ffmpeg("-stream_loop", many, "-i", short, "-map", "0:a", "-c", "copy", *tags, *mux, plain)
        short.unlink()
        signed = folder / f"signed.{suffix}"
        shutil.copy(plain, signed)
        began, worked = time.monotonic(), cpu_s()
        store = sign(FFMPEG, Signing(identity, said), signed, signed.name)
        sign_s, worked = time.monotonic() - began, cpu_s() - worked
        if store:
            signed.with_suffix(SIDECAR).write_bytes(store)
        share = f"{worked:.1f} s of processor time to sign, {worked / encode_s:.2%} of {encode_s:.0f} s to encode"
        print(f"{length:g} h {suffix}: {share}; memory at most {memory_mb()} MB", flush=True)
        told = row(f"{length:g} h {suffix}", plain, signed, sign_s)
        print("  ".join(told), flush=True)  # the table comes last, and that is a while yet
        yield told
        plain.unlink()
        signed.unlink()


def cpu_s() -> float:
    """Processor time of this process and of those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def table(rows: list[list[str]]) -> None:
    rows = [list(COLUMNS), *rows]
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    print()
    for one in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(one, widths, strict=True)).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hours", type=float, default=40.0, help="of the long book; 0 leaves it out")
    parser.add_argument("--long", default="m4b,mp3,flac,wav,opus", help="its formats")
    parser.add_argument("--work", type=Path, help="where the files go; 5 GB for 40 hours")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as name:
        folder = Path(name)
        os.environ["NARRATE_KEYS"] = str(folder / "keys")
        new_identity(keys_folder(), "benchmark")
        rows = list(small(folder))
        table(rows)
        if given.hours:
            table(list(long(folder, given.hours, given.long)))
        wrong = [row[0] for row in rows if row[4] != "yes" or row[8] != "yes"]
        print(json.dumps({"c2pa": c2pa.sdk_version(), "ffmpeg": FFMPEG.version, "wrong": wrong}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
