"""Tags and chapter marks, in the forms that ffmpeg takes.

Every tag reaches ffmpeg in one ffmetadata file, never on its command line: there a
description may hold anything, and its length does not matter.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from narrate.chapters import Tags
from narrate.languages import find_language, language_tag
from narrate.sentences import Splitter

# The IPTC's word for what a model that learnt from recordings has made (NewsCodes, Digital Source Type).
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

MARK_BYTES = 250  # a mark's title in an MP4 file holds 255 bytes, and ffmpeg cuts inside a character


def book_tags(tags: Tags, form: str) -> dict[str, str]:
    """The tags of a file that holds the whole book, by the names that make ffmpeg write them into files of `form`.

    What it cannot write there is what `native.native_tags` gives.
    """
    described, part = description(tags), series(tags)
    common = {
        "title": tags.title,
        "album": tags.title,
        "artist": tags.author,
        "album_artist": tags.author,
        "composer": tags.narrator,  # where players look for the narrator
        "date": tags.year,
        "genre": "; ".join(dict.fromkeys(("Audiobook", *tags.genres))),  # the first is what players look for
        "copyright": tags.copyright,
    }
    match form:
        case "m4b":  # media_type 2 is what Apple's players take for an audiobook; synopsis is the long description
            own = {"grouping": part, "description": described, "synopsis": described, "comment": comment(tags)}
            own |= {"media_type": "2", "gapless_playback": "1"}
        case "mp3":
            own = {"TIT1": part, "TIT3": tags.subtitle, "description": described, **free_tags(tags)}
            own |= {"language": track_language(tags)}
        case "wav":
            own = {"comment": comment(tags), "language": track_language(tags), "encoded_by": tags.made_with}
        case _:  # Vorbis comments: ffmpeg writes and reads a comment as DESCRIPTION, as TinyTag reads it
            own = {"grouping": part, "comment": comment(tags), **free_tags(tags)}
    return {key: value for key, value in (common | own).items() if value.strip()}


def chapter_tags(tags: Tags, form: str, title: str, number: int, count: int) -> dict[str, str]:
    """The tags of one chapter's file."""
    place = {"track": str(number), "tracktotal": str(count)} if form in ("flac", "opus") else {}
    return book_tags(tags, form) | {"title": title, "track": f"{number}/{count}"} | place


def free_tags(tags: Tags) -> dict[str, str]:
    """The tags for which files have no field of their own but names that players agree on, and ours."""
    found = {
        "subtitle": tags.subtitle,
        "series": tags.series,
        "series-part": tags.series_index if tags.series else "",
        "publisher": tags.publisher,
        "isbn": tags.isbn,
        "language": tags.language,
        "narrator": tags.narrator,
        "translator": tags.translator,
        "narration": "synthetic",
        "digitalsourcetype": SYNTHETIC,
        "made-with": tags.made_with,
        "voices": "; ".join(f"{name} {fingerprint}" for name, fingerprint in tags.voices),
    }
    return {key: value for key, value in found.items() if value.strip()}


def series(tags: Tags) -> str:
    """`The Series, 2`; empty for a book that stands alone."""
    return f"{tags.series}, {tags.series_index}" if tags.series and tags.series_index else tags.series


def description(tags: Tags) -> str:
    """The book's description, its lines free of white space at their ends."""
    return "\n".join(one_line(line) for line in tags.description.splitlines()).strip()


def comment(tags: Tags, most: int | None = None) -> str:
    """What players show as the comment: the description, and that no person reads; in `most` bytes of UTF-8."""
    about = description(tags)
    told = notice(tags.language)
    if most is not None:
        about = shortened(about, most - size(f"\n\n{told}"), tags.language)
    return "\n\n".join(filter(None, (about, told)))


def notice(language: str) -> str:
    """That no person reads, in a line of the book's `language`; in English where we lack the words for it."""
    found = find_language(language_tag(language)).disclosure or find_language("en").disclosure
    assert found is not None
    return found.shown


def shortened(text: str, most: int, language: str) -> str:
    """Paragraphs cut after the last sentence within `most` bytes of UTF-8; after a word only where none is so short."""
    if size(text) <= most:
        return text
    splitter, end, at = Splitter(language or "en"), 0, 0
    for row in text.split("\n"):
        for sentence in splitter.sentences(row):
            at = max(at, text.find(sentence, at)) + len(sentence)
            if size(text[:at]) > most:
                return text[:end] or f"{_cut_words(text, most - len('…'.encode()))}…"
            end = at
    return text[:end]


def size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text.encode("utf-8", "ignore"))


def _cut_words(text: str, most: int) -> str:
    kept = text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:–—-")


def track_language(tags: Tags) -> str:
    """The three-letter code of the book's language; empty when it is not known."""
    return next(iter(find_language(language_tag(tags.language)).iso), "")


def metadata(tags: Mapping[str, str], marks: Iterable[tuple[str, int, int]] = (), sample_rate: int = 1) -> str:
    """An ffmetadata file: `tags`, and `marks` of title, first frame and frame after the last."""
    lines = [";FFMETADATA1", *(f"{_escape(key)}={_escape(value)}" for key, value in tags.items())]
    for title, start, end in marks:
        lines += ["[CHAPTER]", f"TIMEBASE=1/{sample_rate}", f"START={start}", f"END={end}"]
        lines += [f"title={_escape(_cut(title))}"]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    """A key or value as ffmetadata wants it: `= ; # \\` and line ends behind a backslash.

    A space shields a last backslash: ffmpeg takes a line that ends in one, escaped or not, as
    going on in the next.
    """
    kept = plain(text)
    escaped = re.sub(r"([=;#\\\n])", r"\\\1", kept)
    return f"{escaped} " if kept.endswith("\\") else escaped


def one_line(text: str) -> str:
    """`text` without what tags cannot hold, on one line, white space squeezed."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """`text` without what tags and XML cannot hold: control characters but line ends, surrogates, U+FFFE, U+FFFF."""
    return "".join(
        c for c in text if c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    )


def _cut(title: str) -> str:
    """A mark's title within MARK_BYTES of UTF-8, cut between words where it can be."""
    if len(title.encode("utf-8", "ignore")) <= MARK_BYTES:
        return title
    kept = title.encode("utf-8", "ignore")[: MARK_BYTES - 3].decode("utf-8", "ignore")
    words = kept.rpartition(" ")[0]
    return (words if len(words) > MARK_BYTES // 2 else kept).rstrip() + "…"
