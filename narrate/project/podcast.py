"""Settings of a podcast's feed: the `[podcast]` table of project.toml, and episodes.toml."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from narrate.errors import ProjectError
from narrate.toml import Shape, edited, read_toml, typed

EPISODES = "episodes.toml"
MEDIA = ("podcast", "audiobook")
_HEAD = """\
# The podcast's episodes, each by its chapter's title; written when an episode is first made, and yours to edit.
# published: the day that it keeps; guid: by which apps know it again, never to be changed; notes: its show notes.
"""
# Apple's categories, and those below them.
_CATEGORIES = """
Arts: Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts
Business: Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit
Comedy: Comedy Interviews, Improv, Stand-Up
Education: Courses, How To, Language Learning, Self-Improvement
Fiction: Comedy Fiction, Drama, Science Fiction
Government:
Health & Fitness: Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality
History:
Kids & Family: Education for Kids, Parenting, Pets & Animals, Stories for Kids
Leisure: Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games
Music: Music Commentary, Music History, Music Interviews
News: Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News
Religion & Spirituality: Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality
Science: Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, Physics, Social Sciences
Society & Culture: Documentary, Personal Journals, Philosophy, Places & Travel, Relationships
Sports: Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, Swimming, Tennis, Volleyball, Wilderness, Wrestling
TV & Film: After Shows, Film History, Film Interviews, Film Reviews, TV Reviews
Technology:
True Crime:
"""  # noqa: E501


def is_address(text: str) -> bool:
    """Whether `text` is an http or https address, free of white space and of a query."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query + parts.fragment


@cache
def _categories() -> tuple[str, ...]:
    """Apple's categories as project.toml has them: "Fiction", "Fiction > Drama"."""
    found: list[str] = []
    for above, inside in (row.split(":") for row in _CATEGORIES.strip().splitlines()):
        found += [above, *(f"{above} > {below.strip()}" for below in inside.split(",") if below.strip())]
    return tuple(found)


def is_category(text: str) -> bool:
    """Whether `text` is one of Apple's categories, alone or with one below it: `Fiction > Drama`."""
    return " > ".join(part.strip() for part in text.split(">")) in _categories()


def nearest_category(text: str) -> str:
    """`did you mean "Arts > Books"?` for a category that is written otherwise, or is not there; or ""."""
    called = {part.casefold(): name for name in reversed(_categories()) for part in (name, name.split(" > ")[-1])}
    said = [text, *reversed(re.split("[>/:|,]", text))]
    said = [" ".join(part.casefold().replace(">", " > ").split()) for part in said]
    close = (match for part in said for match in get_close_matches(part, called, n=1, cutoff=0.6))
    found = next((part for part in said if part in called), None) or next(close, None)
    return f'did you mean "{called[found]}"?' if found else ""


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_Day = Annotated[str, Shape(partial(_parses, date.fromisoformat), "a day such as 2026-05-03")]
_Guid = Annotated[str, Shape(partial(_parses, uuid.UUID), "a UUID")]


@dataclass(frozen=True, slots=True)
class Podcast:
    """The feed of the `podcast` format.

    `url` is where its folder will lie on the web; `guid` is one that the show has already;
    `published` the first episodes' day (2026-05-03). `category` is Apple's, one below another;
    it and `medium` come of what the source is where they are empty.
    """

    url: Annotated[str, Shape(is_address, 'an address such as "https://example.org/shows/dracula/"')] = ""
    email: str = ""
    medium: Annotated[str, Shape(MEDIA.__contains__, '"podcast" or "audiobook"')] = ""
    category: Annotated[
        str,
        Shape(
            is_category, 'one of Apple\'s categories, such as "Arts > Books" or "Society & Culture"', nearest_category
        ),
    ] = ""
    explicit: bool = False
    published: _Day = ""
    guid: _Guid = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode's day and guid, which it keeps, and its show notes; empty where nothing is."""

    published: _Day = ""
    guid: Annotated[str, Shape(bool, "a text")] = ""
    notes: str = ""


def read_episodes(path: Path) -> dict[str, Episode]:
    """The episodes of an episodes.toml by title; none where it is not there. Raises ProjectError, StorageError."""
    if not path.exists():
        return {}
    file = read_toml(path)
    episodes = {}
    for title, entry in file.entries.items():
        if not isinstance(entry, dict):
            what, do = f"{title} is not a table", f'write it under the episode\'s title, as ["{title}"]'
            raise ProjectError(what, where=path, line=file.line(title), do=do)
        episodes[title] = typed(file, Episode, entry, title)
    return episodes


def note_episodes(path: Path, episodes: Mapping[str, Episode]) -> None:
    """Write what is settled of `episodes` into an episodes.toml, wherever that says nothing yet; all else is kept."""
    import tomlkit

    known = read_episodes(path)
    with edited(path, new=_HEAD) as document:
        for title, episode in episodes.items():
            before = known.get(title, Episode())
            if title not in known:
                document.add(tomlkit.nl())
                document.add(title, tomlkit.table())
            for field in fields(Episode):
                value = getattr(episode, field.name)
                if (value and not getattr(before, field.name)) or (title not in known and field.name == "notes"):
                    document[title][field.name] = tomlkit.string(value, multiline="\n" in value)
