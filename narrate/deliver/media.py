"""Audio deliverables: M4B and MP3 as one file, MP3, FLAC, Opus and WAV by chapter, stems by speaker.

Why the chapters are encoded to AAC one by one and joined as packets: an encoder runs on one
core, and a book of eleven hours of which one line changed would be encoded whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.chapters import AAC_FRAME, BITEXACT, Chapter, Ffmpeg, aac_packets, counted, each, run, streamed
from narrate.deliver.cover import picture_block
from narrate.deliver.native import MOST_LISTED, chapter_frames, native_tags, room_for
from narrate.deliver.press import VERSION, Press
from narrate.deliver.rates import mp3_rates, opus_kbps
from narrate.deliver.tags import book_tags, chapter_tags, metadata, track_language
from narrate.errors import AssemblyError
from narrate.files import digest, file_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of several inputs ffmpeg up to 5.1 reads a pipe into a queue, of 8 packets unless told otherwise, and sleeps 10 ms
# when that is empty: three minutes for a book of ten hours.
QUEUE = ("-thread_queue_size", "4096")
BARE_MP3 = "bare-mp3"
SILENCE = 240_000  # samples of silence written at a time


def m4b(press: Press) -> Iterator[Path]:
    """The book as one file: AAC, marks, cover, tags."""
    yield book_m4b(press, "m4b", press.out / f"{press.stem}.m4b")


def book_m4b(press: Press, form: str, path: Path) -> Path:
    """The same for any form; made by two, it is one file of two names."""
    rate, marks = press.chapters[0][1].sample_rate, press.marks
    extra, language = native_tags(press.tags, "m4b"), track_language(press.tags)
    meta = metadata(book_tags(press.tags, "m4b") | room_for(extra, "m4b", len(marks)), marks, rate)
    chapters, bitrate = [chapter for _, chapter in press.chapters], press.settings.bitrate_kbps
    high = he_encoder(press.ffmpeg) if press.settings.aac == "he" else []
    of = [chapter.key for chapter in chapters]
    key = press.signed("m4b", VERSION, bitrate, high, language, meta, extra.hex(), press.cover_digest, of, "counted")
    if press.is_delivered(path, key):
        return path
    sink = ["-map_chapters", "1", *BITEXACT, *counted(press.ffmpeg, rate, marks[-1][2])]
    sink += ["-metadata:s:a:0", f"language={language}"] if language else []
    sink += ["-movflags", "+faststart", "-brand", "M4B ", "-f", "ipod"]
    feed: Iterable[bytes] = ()
    if high:
        source, feed = _joined(press)
        sink = [*high, "-b:a", f"{bitrate}k", *sink]
    else:
        # The encoder's first packet is a frame of lead-in; a start before 0 has players skip it.
        source = [*QUEUE, "-itsoffset", f"{-AAC_FRAME / rate:.9f}", "-f", "aac", "-i", "pipe:0"]
        feed = aac_packets(chapters, bitrate)
        sink = ["-c:a", "copy", "-bsf:a", "aac_adtstoasc", *sink]
    with press.once(key) as same:
        if same:
            press.write_link(form, path, key, same)
        else:
            press.write_media(form, path, key, source, meta, sink, feed, picture=True, extra=extra)
    return path


# Encoders of HE-AAC, and what makes them make it. It is told in ffmpeg's own numbers: 4 is HE-AAC.
HE_ENCODERS = {"libfdk_aac": ("-profile:a", "4"), "aac_at": ("-profile:a", "4")}


def he_encoder(ffmpeg: Ffmpeg) -> list[str]:
    """The encoder for HE-AAC that this ffmpeg has. Raises AssemblyError when it has none."""
    known = b"".join(streamed(ffmpeg, ["-v", "error", "-encoders"])).decode("utf-8", "replace")
    for name, options in HE_ENCODERS.items():
        if re.search(rf"^\s*A\S+\s+{name}\s", known, re.MULTILINE):
            return ["-c:a", name, *options]
    what = f"this ffmpeg ({ffmpeg.origin}, {ffmpeg.version}) has no encoder for HE-AAC"
    raise AssemblyError(what, do=f'install one with {" or ".join(HE_ENCODERS)}, or write aac = "lc" in project.toml')


def chapter_files(press: Press, form: str) -> Iterator[Path]:
    """A file a chapter, as they finish."""
    paths = [press.chapter_path(form, number, title) for number, (title, _) in enumerate(press.chapters, start=1)]
    yield from _chapters_at(press, form, form, paths)


def episode_mp3s(press: Press, form: str, paths: Sequence[Path]) -> Iterator[Path]:
    """The chapters as MP3 at `paths`: the `mp3` format's own files under other names, where both are made."""
    yield from _chapters_at(press, form, "mp3", paths)


def bare_mp3s(press: Press, form: str, paths: Sequence[Path]) -> Iterator[Path]:
    """The chapters as MP3 at `paths` with neither tags nor cover: players of talking books find times by bytes."""
    yield from _chapters_at(press, form, BARE_MP3, paths)


def _chapters_at(press: Press, form: str, coding: str, paths: Sequence[Path]) -> Iterator[Path]:
    count, jobs = len(press.chapters), []
    extra = native_tags(press.tags, coding)
    for number, ((title, chapter), path) in enumerate(zip(press.chapters, paths, strict=True), start=1):
        tags = chapter_tags(press.tags, coding, title, number, count) | room_for(extra, coding)
        if coding == BARE_MP3:
            tags = {"title": title} if press.signing else {}  # a manifest lies in a tag
        encoding = _mp3(press) if coding in ("mp3", BARE_MP3) else [press.settings.bitrate_kbps, *_wide(press)]
        key = press.signed(coding, VERSION, encoding, chapter.key, tags, extra.hex(), press.cover_digest)
        if press.is_delivered(path, key):
            yield path
        else:
            jobs.append(partial(_chapter_file, press, form, coding, path, key, chapter, tags, extra))
    if jobs:
        _ = press.ffmpeg, press.picture  # found once, before threads ask for them
    yield from each(jobs)


def _chapter_file(
    press: Press,
    form: str,
    coding: str,
    path: Path,
    key: str,
    chapter: Chapter,
    tags: Mapping[str, str],
    extra: bytes,
) -> Path:
    sink = {
        "mp3": [*_mp3(press), "-id3v2_version", "3", "-f", "mp3"],
        BARE_MP3: [*_mp3(press), "-id3v2_version", "3" if tags else "0", "-f", "mp3"],
        "flac": ["-c:a", "flac" if _wide(press) else "copy", *_wide(press), "-f", "flac"],
        "opus": ["-c:a", "libopus", "-b:a", f"{opus_kbps(press.settings)}k", *_wide(press), "-f", "opus"],
        "wav": ["-c:a", "pcm_s16le", *_wide(press), "-rf64", "auto", "-f", "wav"],
    }[coding]
    if coding == "opus" and press.picture:
        tags = {**tags, "METADATA_BLOCK_PICTURE": picture_block(press.picture)}
    source = ["-f", "flac", "-i", f"file:{chapter.flac}"]
    sink = ["-map_chapters", "-1", "-threads", "1", *BITEXACT, *sink]
    with press.once(key) as same:
        if same:
            press.write_link(form, path, key, same)
        else:
            pictured = coding in ("mp3", "flac")
            press.write_media(form, path, key, source, metadata(tags), sink, picture=pictured, extra=extra)
    return path


def chapter_m4a(press: Press, chapter: Chapter, file: Path) -> None:
    """Write a chapter's AAC to `file`, an MP4 whose edit list has players leave out the encoder's lead-in."""
    source = ["-v", "error", "-itsoffset", f"{-AAC_FRAME / chapter.sample_rate:.9f}", "-f", "aac", "-i", "pipe:0"]
    sink = ["-map", "0:a", "-c:a", "copy", "-bsf:a", "aac_adtstoasc", *BITEXACT, "-movflags", "+faststart"]
    sink += counted(press.ffmpeg, chapter.sample_rate, chapter.frames)
    packets = aac_packets([chapter], press.settings.bitrate_kbps)
    run(press.ffmpeg, [*source, *sink, "-f", "mp4", f"file:{file}"], packets, making=file)


def mp3_single(press: Press) -> Iterator[Path]:
    """The book as one MP3 with a CHAP frame a chapter (ID3v2 Chapter Frame Addendum 1.0)."""
    path = press.out / f"{press.stem}.mp3"
    rate, marks = press.chapters[0][1].sample_rate, press.marks
    extra = native_tags(press.tags, "mp3")
    own = len(marks) > MOST_LISTED  # ffmpeg writes one table of contents, which counts in a byte
    extra += chapter_frames(marks, rate) if own else b""
    meta = metadata(book_tags(press.tags, "mp3") | room_for(extra, "mp3"), [] if own else marks, rate)
    of = [chapter.key for _, chapter in press.chapters]
    key = press.signed("mp3-single", VERSION, _mp3(press), meta, extra.hex(), press.cover_digest, of)
    if not press.is_delivered(path, key):
        sink = ["-map_chapters", "-1" if own else "1", *_mp3(press), "-id3v2_version", "3", *BITEXACT, "-f", "mp3"]
        source, feed = _joined(press)
        press.write_media("mp3-single", path, key, source, meta, sink, feed, picture=True, extra=extra)
    yield path


def _joined(press: Press) -> tuple[list[str], Iterator[bytes]]:
    """The chapters as one input for ffmpeg, and the samples to feed it with.

    Not ffmpeg's own list of files: it decodes all by what the first file says of itself, and its FLAC encoder cuts
    one chapter into larger blocks than another (ffmpeg 9).
    """
    from narrate.audio import flac_blocks

    rate = str(press.chapters[0][1].sample_rate)
    samples = (block.tobytes() for _, chapter in press.chapters for block in flac_blocks(chapter.flac))
    return [*QUEUE, "-f", "s16le", "-ar", rate, "-ac", "1", "-i", "pipe:0"], samples


def _mp3(press: Press) -> list[str]:
    """The encoder's settings: one bit rate in every frame."""
    own = press.chapters[0][1].sample_rate
    kbps, rate = mp3_rates(press.settings, own)
    return ["-c:a", "libmp3lame", *(["-ar", str(rate)] if rate != own else []), *_wide(press), "-b:a", f"{kbps}k"]


def _wide(press: Press) -> list[str]:
    """What makes two like channels of one, each as loud as it was, where that is asked for."""
    return ["-af", "pan=stereo|c0=c0|c1=c0"] if press.settings.channels == 2 else []


def stems(press: Press) -> Iterator[Path]:
    """A WAV of every speaker alone in every chapter, each as long as the chapter: for a mix by hand.

    The takes as they were made, before the chapter's gain; cues are not in them.
    """
    for number, (chapter, plan) in enumerate(zip(press.timed, press.plans, strict=True), start=1):
        folder = press.chapter_path("stems", number, chapter.title, suffix="").with_suffix("")
        takes = [segment.take for segment in plan.segments if segment.take and segment.said]
        speakers = dict.fromkeys(spoken.said.line.speaker for spoken in chapter.lines)
        names: dict[str, str] = {}
        for speaker in speakers:
            names[speaker] = _unlike(file_name(speaker, "speaker"), names.values())
        for speaker in speakers:
            own = [(s.start, take) for s, take in zip(chapter.lines, takes, strict=True)
                   if s.said.line.speaker == speaker and take]  # fmt: skip
            path = folder / f"{names[speaker]}.wav"
            key = digest("stems", VERSION, press.chapters[number - 1][1].key, speaker, [at for at, _ in own], "wav")
            if not press.is_delivered(path, key):
                press.write_samples("stems", path, key, chapter.sample_rate, chapter.frames, _stem(own, chapter.frames))
            yield path


def _stem(takes: Sequence[tuple[int, Path]], frames: int) -> "Iterator[NDArray[np.int16]]":
    """Silence and the takes at their frames, in pieces, `frames` in all."""
    import numpy as np

    from narrate.audio import read_flac

    at = 0
    for start, take in takes:
        yield from (np.zeros(min(SILENCE, start - n), np.int16) for n in range(at, start, SILENCE))
        samples = read_flac(take).samples
        yield samples
        at = start + len(samples)
    yield from (np.zeros(min(SILENCE, frames - n), np.int16) for n in range(at, frames, SILENCE))


def _unlike(name: str, taken: Iterable[str]) -> str:
    """`name`, numbered where a file system that ignores case would take it for another."""
    used = {other.casefold() for other in taken}
    return next(n for n in (name, *(f"{name} {k}" for k in range(2, len(used) + 3))) if n.casefold() not in used)
