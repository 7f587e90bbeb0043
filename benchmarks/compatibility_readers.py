"""What Python readers find in a file, as JSON on standard output; run by benchmarks/compatibility.py, without narrate.

python benchmarks/compatibility_readers.py READER FILE
"""

import json
import sys
from pathlib import Path
from typing import Any

Found = dict[str, Any]


def read_mutagen(path: str) -> Found:
    import mutagen

    file = mutagen.File(path)
    named = dict(file.tags or {})
    tags = {key.split(":")[0] if key[:4] in ("COMM", "APIC") else key: value for key, value in named.items()}
    if "covr" in tags or "\xa9nam" in tags:
        keys = ("\xa9nam", "\xa9ART", "\xa9cmt", "covr")
    elif "TIT2" in tags:
        keys = ("TIT2", "TPE1", "COMM", "APIC")
    else:
        keys = ("title", "artist", "description", "metadata_block_picture")
    title, author, comment, cover = (tags.get(key) for key in keys)
    marks = [[one.title, one.start] for one in getattr(file, "chapters", None) or ()]
    if not marks and "TIT2" in tags:
        marks = [[str(one.sub_frames["TIT2"]), one.start_time / 1000] for one in file.tags.getall("CHAP")]
    cover = cover or getattr(file, "pictures", None)
    first = [str(value[0]) if isinstance(value, list) else str(value or "") for value in (title, author, comment)]
    return dict(zip(("title", "author", "comment"), first, strict=True)) | {
        "cover": bool(cover), "length_s": file.info.length, "marks": marks,
    }  # fmt: skip


def read_tinytag(path: str) -> Found:
    from tinytag import TinyTag

    tag = TinyTag.get(path, image=True)
    cover = tag.images.any is not None
    return {"title": tag.title, "author": tag.artist, "comment": tag.comment, "cover": cover, "length_s": tag.duration}


def read_eyed3(path: str) -> Found:
    import eyed3

    file = eyed3.load(path)
    marks = [[one.title, one.times[0] / 1000] for one in file.tag.chapters]
    comment = next((one.text for one in file.tag.comments), "")
    return {
        "title": file.tag.title, "author": file.tag.artist, "comment": comment, "cover": len(file.tag.images) > 0,
        "length_s": file.info.time_secs, "marks": sorted(marks, key=lambda mark: mark[1]),
    }  # fmt: skip


def read_wave(path: str) -> Found:
    import wave

    with wave.open(path) as file:
        return {"length_s": file.getnframes() / file.getframerate()}


def read_soundfile(path: str) -> Found:
    import soundfile

    return {"length_s": soundfile.info(path).duration}


def read_pysrt(path: str) -> Found:
    import pysrt

    cues = pysrt.open(path)
    return {"cues": len(cues), "end_s": cues[-1].end.ordinal / 1000}


def read_srt(path: str) -> Found:
    import srt

    cues = list(srt.parse(Path(path).read_text(encoding="utf-8")))
    return {"cues": len(cues), "end_s": cues[-1].end.total_seconds()}


def read_pysubs2(path: str) -> Found:
    import pysubs2

    cues = pysubs2.load(path)
    return {"cues": len(cues), "end_s": cues[-1].end / 1000}


def read_webvtt(path: str) -> Found:
    import webvtt

    cues = webvtt.read(path)
    return {"cues": len(cues), "end_s": cues[-1].end_in_seconds + float(f"0.{cues[-1].end[-3:]}")}


def read_pylrc(path: str) -> Found:
    import pylrc

    return {"cues": len(pylrc.parse(Path(path).read_text(encoding="utf-8")))}


def read_ebooklib(path: str) -> Found:
    from ebooklib import epub

    book = epub.read_epub(path)
    (title, _), (author, _) = (book.get_metadata("DC", name)[0] for name in ("title", "creator"))
    return {"title": title, "author": author}


def read_feedparser(path: str) -> Found:
    import feedparser

    feed = feedparser.parse(path)
    kept = {entry.get("podcast_transcript", {}).get("type", "") for entry in feed.entries}
    return {"title": feed.feed.title, "episodes": len(feed.entries), "transcripts": sorted(kept),
            "sounds": sum(len(entry.enclosures) for entry in feed.entries)}  # fmt: skip


def read_podcastparser(path: str) -> Found:
    import podcastparser

    with Path(path).open("rb") as file:
        feed = podcastparser.parse("https://example.org/feed.xml", file)
    return {"title": feed["title"], "episodes": len(feed["episodes"]),
            "sounds": sum(len(one["enclosures"]) for one in feed["episodes"])}  # fmt: skip


def read_screenplain(path: str) -> Found:
    from screenplain.parsers import fountain
    from screenplain.types import Dialog, DualDialog

    with Path(path).open(encoding="utf-8") as file:
        parts = list(fountain.parse(file))
    said = [one for part in parts for one in ((part.left, part.right) if isinstance(part, DualDialog) else (part,))]
    names = {str(one.character).partition(" (")[0].strip() for one in said if isinstance(one, Dialog)}
    return {"speakers": sorted(names)}


def main() -> None:
    try:
        found = globals()[f"read_{sys.argv[1]}"](sys.argv[2])
    except Exception as error:
        found = {"error": f"{type(error).__name__}: {error}"[:120]}
    print(json.dumps(found))


main()
