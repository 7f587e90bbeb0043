"""The registry of deliverables: what makes each form, and what decides whether it is still of its book.

A new form is a module of its own (or a function in `captions`), a row of FORMS and its name in project's FORMATS.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from narrate.deliver.ass import ass
from narrate.deliver.captions import Writer, lrc, srt, transcript, vtt
from narrate.deliver.library import audiobookshelf
from narrate.deliver.media import chapter_files, m4b, mp3_single, stems
from narrate.deliver.press import Press
from narrate.deliver.texts import caption_files
from narrate.project import FORMATS


@dataclass(frozen=True, slots=True)
class Form:
    """A form of deliverable: its name, and what makes its files.

    whole: one process makes all of it, so it is begun first and no core waits for the last
    aac: "lc" for what is made of the chapters' AAC packets, "any" where that holds unless the book is to be HE-AAC
    worded: it holds the book's words or names of speakers
    shows: what it says of the book: "nothing", "title" (with author and language), "tags", "podcast" ([podcast] too)
           or "episodes" (all that is settled of each as well)
    of_source: it is made of the book as it was given
    signed: it carries a manifest where files are signed; stems, which are for a mix by hand, do not
    """

    name: str
    make: Callable[[Press], Iterator[Path]]
    whole: bool = False
    aac: str = ""
    worded: bool = False
    shows: str = "tags"
    of_source: bool = False
    signed: bool = False

    def takes_packets(self, aac: str) -> bool:
        """Whether it is made of the chapters' AAC packets in a book whose `aac` is "lc" or "he"."""
        return self.aac == "lc" or (self.aac == "any" and aac == "lc")


def _files(name: str) -> Form:
    return Form(name, partial(chapter_files, form=name), signed=True)


def _captions(name: str, write: Writer) -> Form:
    return Form(name, partial(caption_files, form=name, write=write), worded=True, shows="title")


def _epub(press: Press) -> Iterator[Path]:
    from narrate.deliver.readalong import epub  # lxml

    return epub(press)


def _podcast(press: Press) -> Iterator[Path]:
    from narrate.deliver.rss import podcast  # email and urllib

    return podcast(press)


def _daisy202(press: Press) -> Iterator[Path]:
    from narrate.deliver.accessible.daisy202 import daisy202  # lxml, by way of the read-along

    return daisy202(press)


def _daisy3(press: Press) -> Iterator[Path]:
    from narrate.deliver.accessible.daisy3 import daisy3

    return daisy3(press)


def _lpf(press: Press) -> Iterator[Path]:
    from narrate.deliver.accessible.webpub import lpf

    return lpf(press)


def _audiobook(press: Press) -> Iterator[Path]:
    from narrate.deliver.accessible.webpub import audiobook

    return audiobook(press)


FORMS = {
    form.name: form
    for form in (
        Form("m4b", m4b, whole=True, aac="any", signed=True),
        *map(_files, ("mp3", "flac", "opus", "wav")),
        Form("mp3-single", mp3_single, whole=True, signed=True),
        Form("stems", stems, worded=True, shows="nothing"),
        Form("epub", _epub, aac="lc", worded=True, of_source=True, signed=True),
        _captions("srt", srt),
        _captions("vtt", vtt),
        _captions("ass", ass),
        _captions("lrc", lrc),
        _captions("json", transcript),
        Form("audiobookshelf", audiobookshelf, aac="any", shows="podcast", signed=True),
        Form("podcast", _podcast, worded=True, shows="episodes", signed=True),
        Form("daisy202", _daisy202, worded=True, of_source=True, signed=True),
        Form("daisy3", _daisy3, worded=True, of_source=True, signed=True),
        Form("lpf", _lpf, aac="lc", worded=True, of_source=True, signed=True),
        Form("audiobook", _audiobook, aac="lc", worded=True, of_source=True, signed=True),
    )
}
assert tuple(FORMS) == FORMATS
