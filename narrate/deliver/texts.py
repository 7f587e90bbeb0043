"""Deliverables that are read: captions of the whole book and of every chapter."""

from collections.abc import Iterator
from pathlib import Path

from narrate.deliver.captions import Writer
from narrate.deliver.press import Press


def caption_files(press: Press, form: str, write: Writer) -> Iterator[Path]:
    """`<stem>.srt` for the book and `srt/01 - Title.srt` for every chapter, and so for the other text forms."""
    tags = {"title": press.tags.title, "author": press.tags.author, "language": press.tags.language}
    name = f"{press.stem}.transcript.json" if form == "json" else f"{press.stem}.{form}"
    whole = write(press.timed, whole=True, **tags)
    yield press.write_text(form, press.out / name, whole)
    for number, chapter in enumerate(press.timed, start=1):
        text = write([chapter], whole=False, **tags | {"title": chapter.title})
        yield press.write_text(form, press.chapter_path(form, number, chapter.title), text)
