"""The podcast format: an episode a chapter, with transcripts and marks, and the feed that lists them.

RSS 2.0 with Apple's tags and the podcast namespace (podcastindex.org, version 1.0). What makes
an episode the same one to an app is its guid: it comes of the book's and the chapter's titles, so
neither a correction nor another address makes listeners download everything again.
"""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from narrate.assembly.captions import srt, vtt
from narrate.assembly.cover import square_cover
from narrate.assembly.media import episode_mp3s
from narrate.assembly.press import VERSION, Press
from narrate.assembly.tags import comment, one_line, plain
from narrate.assembly.timeline import TimedChapter
from narrate.files import digest, slug

FORM = "podcast"
FEED = "feed.xml"
SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the podcast namespace's own, for podcast:guid
NAMESPACES = {
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
}
# What lies beside an episode: its suffix, media type, and how the feed calls it.
TRANSCRIPTS = ((".vtt", "text/vtt"), (".srt", "application/srt"), (".json", "application/json"))
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
    yield press.write_text(FORM, feed, feed_text(press, stems, cover, _first_day(press, feed)))


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


def _first_day(press: Press, feed: Path) -> date:
    """When the first episode came out: as project.toml says, else as the feed that is there does, else today."""
    if given := press.settings.podcast.published:
        return date.fromisoformat(given)
    try:
        days = re.findall(r"<pubDate>\w{3}, (\d\d \w{3} \d{4}) ", feed.read_text("utf-8"))
        return min(datetime.strptime(day, "%d %b %Y").date() for day in days)
    except (OSError, ValueError):
        return datetime.now(UTC).date()


def feed_text(press: Press, stems: Sequence[str], cover: Path | None, first_day: date) -> str:
    """The feed; the newest episode, which is the last chapter, comes first."""
    root = ElementTree.Element("rss", {"version": "2.0", **NAMESPACES})
    channel = ElementTree.SubElement(root, "channel")
    _show(press, channel, cover)
    noon = datetime(first_day.year, first_day.month, first_day.day, 12, tzinfo=UTC)
    guids = _guids(press)
    episodes = enumerate(zip(stems, press.timed, guids, strict=True), start=1)
    for number, (stem, chapter, guid) in reversed(list(episodes)):
        item = ElementTree.SubElement(channel, "item")
        # a minute apart, so that apps which sort by time have them in order
        _episode(press, item, number, stem, chapter, guid, noon + timedelta(minutes=number - 1))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _show(press: Press, channel: ElementTree.Element, cover: Path | None) -> None:
    tags, settings = press.tags, press.settings.podcast
    _add(channel, "title", tags.title)
    _add(channel, "link", _address(press, ""))
    _add(channel, "description", comment(tags))
    _add(channel, "language", tags.language)
    _add(channel, "copyright", tags.copyright)
    _add(channel, "generator", "narrate")
    _add(channel, "itunes:author", tags.author)
    _add(channel, "itunes:type", "serial")
    _add(channel, "itunes:explicit", str(settings.explicit).lower())
    parent = channel
    for name in filter(None, (name.strip() for name in settings.category.split(">"))):
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
    _add(channel, "podcast:guid", _show_guid(press))
    show = press.source is not None and press.source.suffix.lower() in (".script", ".fountain")
    _add(channel, "podcast:medium", "podcast" if show else "audiobook")


def _episode(
    press: Press,
    item: ElementTree.Element,
    number: int,
    stem: str,
    chapter: TimedChapter,
    guid: str,
    published: datetime,
) -> None:
    tags = press.tags
    by = f"{tags.title}, by {tags.author}" if tags.author else tags.title
    _add(item, "title", chapter.title)
    _add(item, "description", f"Part {number} of {len(press.timed)} of {by}. Read by a synthetic voice.")
    _add(item, "pubDate", format_datetime(published))
    ElementTree.SubElement(item, "guid", {"isPermaLink": "false"}).text = guid
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


def _show_guid(press: Press) -> str:
    """The show's own, else as the namespace makes it from the feed's address, else from the book's words."""
    settings = press.settings.podcast
    if settings.guid:
        return str(uuid.UUID(settings.guid))
    named = re.sub("^https?://", "", _address(press, FEED)).rstrip("/") if settings.url else _book(press)
    return str(uuid.uuid5(SPACE, named))


def _book(press: Press) -> str:
    return f"{one_line(press.tags.title)}\n{one_line(press.tags.author)}"


def _guids(press: Press) -> list[str]:
    """Every episode's: by its title, and by which of those of that title it is."""
    seen: dict[str, int] = {}
    found = []
    for chapter in press.timed:
        title = one_line(chapter.title)
        seen[title] = seen.get(title, 0) + 1
        found.append(str(uuid.uuid5(SPACE, f"{_book(press)}\n{title}\n{seen[title]}")))
    return found


__all__ = ["podcast"]
