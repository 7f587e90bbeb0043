"""A podcast's episodes: by what each is known again, and when it came out.

An episode keeps the day and the guid of its first feed: what episodes.toml has noted, else what
the feed says that is there. A new one has today's, the first ones project.toml's `published`.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

from narrate.chapters import ChapterPlan, Tags, chapter_titles
from narrate.deliver.tags import one_line
from narrate.project import Episode, Podcast, note_episodes, read_episodes

FORM = "podcast"
FEED = "feed.xml"
SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the podcast namespace's own, for podcast:guid
_APART = timedelta(minutes=1)
_ITEM = re.compile(r"<item>(.*?)</item>", re.DOTALL)
_DAY = re.compile(r"<pubDate>([^<]*)</pubDate>")
_GUID = re.compile(r"<guid[^>]*>([^<]*)</guid>")


@dataclass(frozen=True, slots=True)
class Issued:
    """An episode as the feed has it: its name in episodes.toml, its guid, when it came out, its show notes."""

    name: str
    guid: str
    at: datetime
    notes: str = ""


def issued(
    titles: Sequence[str],
    tags: Tags,
    podcast: Podcast,
    episodes: Mapping[str, Episode],
    feed: Path,
    now: datetime | None = None,
) -> list[Issued]:
    """The episodes of chapters' `titles`, in order. `feed` is the one that is there, or will be.

    None comes out after `now` but for those whose day is given and still to come: apps hide what is in the future.
    """
    names = _names(titles)
    there = _published(feed)
    given = [episodes.get(name, Episode()) for name in names]
    guids = [one.guid or guid for one, guid in zip(given, _guids(titles, tags), strict=True)]
    seen = any(one.published for one in given) or any(guid in there for guid in guids)
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    today = now.date()
    new = date.fromisoformat(podcast.published) if podcast.published and not seen else today
    days, kept = [], []
    for one, guid in zip(given, guids, strict=True):
        before = there.get(guid)
        day = date.fromisoformat(one.published) if one.published else before.date() if before else new
        days.append(day)
        kept.append(before if before and before.date() == day and (before <= now or day > today) else None)
    taken = set(kept)
    noon = _noon(now, sum(day == today and at is None for day, at in zip(days, kept, strict=True)))
    found: list[Issued] = []
    for name, one, guid, day, at in zip(names, given, guids, days, kept, strict=True):
        if at is None:
            at, apart = noon if day == today else (datetime.combine(day, time(12, tzinfo=UTC)), _APART)
            while at in taken:  # apart, so that apps which sort by time have them in order
                at += apart
            if day == today and at > now:
                at = now
                while at in taken:
                    at -= timedelta(seconds=1)
            taken.add(at)
        found.append(Issued(name, guid, at, one.notes.strip()))
    return found


def _noon(now: datetime, count: int) -> tuple[datetime, timedelta]:
    """When the first of today's `count` new episodes comes out, and how far apart they are: at noon, if that is past.

    Else the last one comes out now; they are less than a minute apart where the day has not so many yet.
    """
    start = datetime.combine(now.date(), time(tzinfo=UTC))
    if now >= start + timedelta(hours=12) + count * _APART:
        return start + timedelta(hours=12), _APART
    apart = max(min(_APART, (now - start) // max(count, 1)), timedelta(seconds=1))
    apart -= timedelta(microseconds=apart.microseconds)
    return now - (count - 1) * apart, apart


def note_issued(path: Path, plans: Sequence[ChapterPlan], tags: Tags, podcast: Podcast, out: Path) -> None:
    """Note in an episodes.toml the day and guid of all episodes that have none there. Raises NarrateError."""
    titles = chapter_titles([plan for plan in plans if plan.takes])
    found = issued(titles, tags, podcast, read_episodes(path), out / FORM / FEED)
    note_episodes(path, {one.name: Episode(one.at.date().isoformat(), one.guid) for one in found})


def show_words(tags: Tags) -> str:
    """What the guids of a show and its episodes are made of."""
    return f"{one_line(tags.title)}\n{one_line(tags.author)}"


def _names(titles: Sequence[str]) -> list[str]:
    """What each is called in episodes.toml: its title; of several alike the second is `Title (2)`."""
    counted = _counted([one_line(title) for title in titles])
    return [title if count == 1 else f"{title} ({count})" for title, count in counted]


def _guids(titles: Sequence[str], tags: Tags) -> list[str]:
    """The first guid of every episode: by its title, and by which of those of that title it is."""
    return [
        str(uuid.uuid5(SPACE, f"{show_words(tags)}\n{title}\n{count}"))
        for title, count in _counted([one_line(title) for title in titles])
    ]


def _counted(titles: Sequence[str]) -> list[tuple[str, int]]:
    return [(title, titles[: index + 1].count(title)) for index, title in enumerate(titles)]


def _published(feed: Path) -> dict[str, datetime]:
    """When each episode of a feed that is there came out, by guid; nothing of a feed that is none."""
    try:
        text = feed.read_text("utf-8")
    except (OSError, ValueError):
        return {}
    found = {}
    for item in _ITEM.findall(text):
        guid, day = _GUID.search(item), _DAY.search(item)
        if guid and day:
            try:
                found[unescape(guid[1])] = parsedate_to_datetime(day[1]).astimezone(UTC)
            except ValueError:
                continue
    return found
