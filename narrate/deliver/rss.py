"""The podcast format: an episode a chapter, with transcripts and marks, and the feed that lists them.

RSS 2.0 with Apple's tags and the podcast namespace (podcastindex.org, version 1.0). What makes
an episode the same one to an app is its guid (episodes.py): neither a correction nor another
address makes listeners download everything again.
"""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from html import escape
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from narrate.chapters import TimedChapter
from narrate.deliver.captions import srt, vtt
from narrate.deliver.cover import square_cover
from narrate.deliver.episodes import FEED, FORM, SPACE, Issued, issued, show_words
from narrate.deliver.media import episode_mp3s
from narrate.deliver.press import VERSION, Press
from narrate.deliver.tags import comment, notice, one_line, plain, shortened, size
from narrate.files import digest, slug
from narrate.readers import reader_of

NAMESPACES = {
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
}
# What lies beside an episode: its suffix, media type, and how the feed calls it.
# Of several some readers keep the first, feedparser 6 the last: neither is JSON, which fewer show.
TRANSCRIPTS = ((".srt", "application/srt"), (".json", "application/json"), (".vtt", "text/vtt"))
# Apple's category where project.toml gives none: of a book, a screenplay, and any other show.
OF_BOOKS, OF_PLAYS, OF_SHOWS = "Arts > Books", "Fiction > Drama", "Society & Culture"
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
MOST_BYTES = 4000  # of a description, by Apple's rules
MARKS, MARKS_TYPE = ".chapters.json", "application/json+chapters"


def podcast(press: Press) -> Iterator[Path]:
    """The folder's files: the episodes first, the feed last."""
    folder = press.out / FORM
    width = max(2, len(str(len(press.chapters))))
    stems = [f"{n:0{width}d}-{slug(title)}" for n, (title, _) in enumerate(press.chapters, start=1)]
    yield from episode_mp3s(press, FORM, [folder / f"{stem}.mp3" for stem in stems])
    for stem, chapter in zip(stems, press.timed, strict=True):
        for suffix, text in _texts(press, chapter).items():
            yield press.write_text(FORM, folder / f"{stem}{suffix}", text)
    cover = next(_cover(press, folder), None)
    if cover:
        yield cover
    if not press.settings.podcast.url:
        press.notes.append(
            "the feed has relative addresses, which apps do not follow: "
            "write the folder's address as url under [podcast] in project.toml"
        )
    feed = folder / FEED
    found = issued(
        [title for title, _ in press.chapters], press.tags, press.settings.podcast, press.settings.episodes, feed
    )
    given = press.settings.podcast.published
    if given and given not in {one.at.date().isoformat() for one in found}:
        press.notes.append(f"published = {given} under [podcast] is no episode's day: theirs are in episodes.toml")
    press.notes += _told_cut(press, found)
    yield press.write_text(FORM, feed, feed_text(press, stems, cover, found, feed))


def _texts(press: Press, chapter: TimedChapter) -> dict[str, str]:
    """An episode's transcripts and marks, by suffix."""
    words = {"title": chapter.title, "language": press.tags.language}
    return {
        ".vtt": vtt([chapter], whole=False, **words),
        ".srt": srt([chapter], whole=False),
        ".json": _json({"version": "1.0.0", "segments": list(_segments(chapter))}),
        MARKS: _json({"version": "1.2.0", "title": one_line(chapter.title), "podcastName": one_line(press.tags.title),
                      "author": one_line(press.tags.author), "chapters": list(_marks(chapter))}),
    }  # fmt: skip


def _segments(chapter: TimedChapter) -> Iterator[dict[str, object]]:
    for spoken in chapter.lines:
        start, end = (round(chapter.seconds(frame), 3) for frame in (spoken.start, spoken.end))
        line = spoken.said.line
        yield {"speaker": line.speaker, "startTime": start, "endTime": end, "body": line.text}


def _marks(chapter: TimedChapter) -> Iterator[dict[str, object]]:
    """The chapter itself, and every heading inside it."""
    yield {"startTime": 0, "title": one_line(chapter.title)}
    for spoken in chapter.lines[1:]:
        if spoken.said.line.level:
            yield {"startTime": round(chapter.seconds(spoken.start), 3), "title": one_line(spoken.said.line.text)}


def _cover(press: Press, folder: Path) -> Iterator[Path]:
    """`cover.jpg`: square, as podcasts' have to be."""
    path, key = folder / "cover.jpg", digest(FORM, VERSION, press.cover_digest)
    if not press.is_delivered(path, key):
        if press.picture is None:
            return
        with press.placing(FORM, path, key) as part:
            part.write_bytes(square_cover(press.picture))
    yield path


def feed_text(press: Press, stems: Sequence[str], cover: Path | None, found: Sequence[Issued], before: Path) -> str:
    """The feed; the newest episode, which is the last chapter, comes first. `before` is the feed that is there."""
    root = ElementTree.Element("rss", {"version": "2.0", **NAMESPACES})
    channel = ElementTree.SubElement(root, "channel")
    _show(press, channel, cover, before)
    episodes = enumerate(zip(stems, press.timed, found, strict=True), start=1)
    for number, (stem, chapter, one) in reversed(list(episodes)):
        _episode(press, ElementTree.SubElement(channel, "item"), number, stem, chapter, one)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _show(press: Press, channel: ElementTree.Element, cover: Path | None, before: Path) -> None:
    tags, settings = press.tags, press.settings.podcast
    _add(channel, "title", tags.title)
    _add(channel, "link", _address(press, ""))
    _add(channel, "description", comment(tags, MOST_BYTES))
    _add(channel, "language", tags.language)
    _add(channel, "copyright", tags.copyright)
    _add(channel, "generator", "narrate")
    _add(channel, "itunes:author", tags.author if one_line(tags.author) else tags.title)
    _add(channel, "itunes:type", "serial")
    _add(channel, "itunes:explicit", str(settings.explicit).lower())
    parent = channel
    for name in filter(None, (name.strip() for name in _category(press).split(">"))):
        parent = ElementTree.SubElement(parent, "itunes:category", {"text": one_line(name)})
    if settings.email:
        owner = ElementTree.SubElement(channel, "itunes:owner")
        _add(owner, "itunes:name", tags.author or tags.title)
        _add(owner, "itunes:email", settings.email)
    if cover:
        ElementTree.SubElement(channel, "itunes:image", {"href": _address(press, cover.name)})
        image = ElementTree.SubElement(channel, "image")
        _add(image, "url", _address(press, cover.name))
        _add(image, "title", tags.title)
        _add(image, "link", _address(press, ""))
    if settings.url:
        own = {"href": _address(press, FEED), "rel": "self", "type": "application/rss+xml"}
        ElementTree.SubElement(channel, "atom:link", own)
    _add(channel, "podcast:guid", _show_guid(press, before))
    _add(channel, "podcast:medium", _medium(press))


def _medium(press: Press) -> str:
    """What the feed holds: a podcast where it was written as a show, else an audiobook."""
    return press.settings.podcast.medium or ("audiobook" if _written_as(press) == "book" else "podcast")


def _written_as(press: Press) -> str:
    """What the source was written as: a "book", a "show" or a "play"."""
    reader = reader_of(press.source.suffix, press.source.read_bytes()) if press.source else None
    return reader.kind if reader else "book"


def _category(press: Press) -> str:
    if given := press.settings.podcast.category:
        return given
    if _medium(press) == "audiobook":
        return OF_BOOKS
    return OF_PLAYS if _written_as(press) == "play" else OF_SHOWS


def _episode(
    press: Press, item: ElementTree.Element, number: int, stem: str, chapter: TimedChapter, one: Issued
) -> None:
    _add(item, "title", chapter.title)
    language = press.tags.language
    notes = _notes(one.notes, language) if one.notes else f"{_about(press, number)} {notice(language)}"
    _add(item, "description", notes)
    _add(item, "pubDate", format_datetime(one.at))
    ElementTree.SubElement(item, "guid", {"isPermaLink": "false"}).text = plain(one.guid).strip()
    sound = press.out / FORM / f"{stem}.mp3"
    found = {"url": _address(press, sound.name), "length": str(sound.stat().st_size), "type": "audio/mpeg"}
    ElementTree.SubElement(item, "enclosure", found)
    _add(item, "itunes:title", chapter.title)
    _add(item, "itunes:duration", str(round(chapter.frames / chapter.sample_rate)))
    _add(item, "itunes:episode", str(number))
    _add(item, "itunes:episodeType", "full")
    _add(item, "itunes:explicit", str(press.settings.podcast.explicit).lower())
    ElementTree.SubElement(item, "podcast:chapters", {"url": _address(press, stem + MARKS), "type": MARKS_TYPE})
    for suffix, media_type in TRANSCRIPTS:
        found = {"url": _address(press, stem + suffix), "type": media_type, "rel": "captions"}
        ElementTree.SubElement(item, "podcast:transcript", found)


def _about(press: Press, number: int) -> str:
    """What is said of an episode that has no show notes."""
    tags = press.tags
    by = f"{tags.title}, by {tags.author}" if tags.author else tags.title
    return (
        f"Episode {number} of {by}." if _medium(press) == "podcast" else f"Part {number} of {len(press.timed)} of {by}."
    )


def _notes(notes: str, language: str) -> str:
    """Show notes as an episode's description: as many of their sentences as directories take."""
    kept, told = notes, notice(language)
    while (there := size(shown := _html(f"{kept}\n\n{told}"))) > MOST_BYTES and kept:
        kept = shortened(notes, size(kept) * MOST_BYTES // there, language)  # tags take their share
    return shown


def _told_cut(press: Press, found: Sequence[Issued]) -> Iterator[str]:
    """Which descriptions are cut, for the person."""
    long, told = [("the description", size(comment(press.tags)))], notice(press.tags.language)
    long += [(f"the notes of {one.name!r}", size(_html(f"{one.notes}\n\n{told}"))) for one in found if one.notes]
    for what, count in long:
        if count > MOST_BYTES:
            yield f"{what}: {count:,} bytes in the feed, cut after a sentence within {MOST_BYTES:,}, as directories do"


def _html(notes: str) -> str:
    """Show notes as the HTML that apps take a description for: paragraphs, line ends, and addresses as links."""
    text = _URL.sub(lambda m: f'<a href="{m[0]}">{m[0]}</a>', escape(plain(notes), quote=False))
    return "".join("<p>" + part.replace("\n", "<br/>") + "</p>" for part in re.split(r"\n{2,}", text) if part.strip())


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    """An element of one text, if there is any; it holds nothing that XML cannot."""
    if text := plain(text).strip():
        ElementTree.SubElement(parent, name).text = text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _address(press: Press, name: str) -> str:
    """Where a file of the folder will be; relative to the feed while nobody has said where that is."""
    base = press.settings.podcast.url
    return f"{base.rstrip('/')}/{quote(name)}" if base else quote(name) or "./"


def _show_guid(press: Press, before: Path) -> str:
    """The show's own, else that of a feed with an address that is there, as a move changes none; else a new one.

    The namespace makes it from the feed's address; without one it comes of the book's words.
    """
    settings = press.settings.podcast
    if settings.guid:
        return str(uuid.UUID(settings.guid))
    if not settings.url:
        return str(uuid.uuid5(SPACE, show_words(press.tags)))
    try:
        text = before.read_text("utf-8").partition("<item>")[0]
    except (OSError, ValueError):
        text = ""
    if 'rel="self"' in text and (found := re.search(r"<podcast:guid>([0-9a-f-]{36})</podcast:guid>", text)):
        return found[1]
    return str(uuid.uuid5(SPACE, re.sub("^https?://", "", _address(press, FEED)).rstrip("/")))


__all__ = ["podcast"]
