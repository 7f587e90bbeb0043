"""A podcast's episodes: each keeps its day and its guid, has its show notes, and a further file is the next one."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import podcastparser  # type: ignore[import-untyped]
import pytest
from test_assembly import hum, put

from narrate.chapters import ChapterPlan, Mastering, Segment, Tags
from narrate.cli import run
from narrate.deliver import assemble, note_issued
from narrate.deliver.episodes import Issued, issued
from narrate.errors import ProjectError
from narrate.project import Episode, Podcast, note_episodes, read_episodes
from narrate.project.podcast import is_category
from narrate.project.settings import read_settings
from narrate.work import open_project

SHOW = Tags("Small Repairs", author="A. Author", language="en")
GUIDS = re.compile(rb"<(?:podcast:)?guid.*")
FIRST, SECOND, LATER = date(2001, 3, 4), date(2001, 3, 11), date(2001, 4, 1)


def told(found: list[Issued]) -> list[tuple[str, str, str]]:
    return [(one.name, one.guid, one.at.isoformat()) for one in found]


def at_three(day: date) -> datetime:
    return datetime.combine(day, time(15), UTC)


def episodes_at(
    folder: Path, titles: tuple[str, ...], day: date | datetime, podcast: Podcast | None = None
) -> list[Issued]:
    path, now = folder / "episodes.toml", day if isinstance(day, datetime) else at_three(day)
    found = issued(titles, SHOW, podcast or Podcast(), read_episodes(path), folder / "feed.xml", now)
    note_episodes(path, {one.name: Episode(one.at.date().isoformat(), one.guid) for one in found})
    return found


def test_an_episode_keeps_the_day_it_was_first_made(tmp_path: Path) -> None:
    first = episodes_at(tmp_path, ("One",), FIRST)
    second = episodes_at(tmp_path, ("One", "Two"), SECOND)
    assert [one.at.date() for one in second] == [FIRST, SECOND]
    assert told(second[:1]) == told(first)
    assert told(episodes_at(tmp_path, ("One", "Two"), LATER)) == told(second)


def test_chapters_made_on_one_day_are_a_minute_apart_in_order(tmp_path: Path) -> None:
    at = [one.at for one in episodes_at(tmp_path, ("One", "Two", "One", "Three"), FIRST)]
    assert at == sorted(set(at))
    assert {when.date() for when in at} == {FIRST}


@pytest.mark.parametrize("clock", [time(0, 0, 4), time(0, 1), time(7, 30), time(11, 59, 59), time(12), time(12, 2)])
@pytest.mark.parametrize("count", [1, 3, 300])
def test_no_episode_comes_out_in_the_future(tmp_path: Path, clock: time, count: int) -> None:
    now, titles = datetime.combine(FIRST, clock, UTC), tuple(f"Chapter {n}" for n in range(count))
    feed = tmp_path / "feed.xml"
    found = issued(titles, SHOW, Podcast(), {}, feed, now)
    at = [one.at for one in found]
    assert at == sorted(set(at))
    assert max(at) <= now
    assert now - min(at) <= timedelta(hours=12, minutes=count)
    feed.write_text("".join(feed_item(one.guid, format_datetime(one.at)) for one in found), "utf-8")
    later = now + timedelta(seconds=20)
    more = [one.at for one in issued((*titles, "The last"), SHOW, Podcast(), {}, feed, later)]
    assert more[:-1] == at
    assert (more[-1] <= later, more[-1] in at) == (True, False)


def test_a_feed_of_the_morning_that_was_dated_at_noon_is_put_right(tmp_path: Path) -> None:
    morning = datetime.combine(FIRST, time(8), UTC)
    (one,) = issued(("One",), SHOW, Podcast(), {}, tmp_path / "feed.xml", morning)
    (tmp_path / "feed.xml").write_text(feed_item(one.guid, "Sun, 04 Mar 2001 12:00:00 +0000"), "utf-8")
    (found,) = episodes_at(tmp_path, ("One",), morning)
    assert (found.at, found.guid) == (morning, one.guid)


def test_a_day_to_come_is_kept_where_a_person_gave_it(tmp_path: Path) -> None:
    podcast = Podcast(published=LATER.isoformat())
    assert [one.at.date() for one in episodes_at(tmp_path, ("One", "Two"), FIRST, podcast)] == [LATER, LATER]


def test_the_first_ones_day_is_project_toml_s_and_later_ones_their_own(tmp_path: Path) -> None:
    podcast = Podcast(published=FIRST.isoformat())
    assert [one.at.date() for one in episodes_at(tmp_path, ("One", "Two"), SECOND, podcast)] == [FIRST, FIRST]
    assert [one.at.date() for one in episodes_at(tmp_path, ("One", "Two", "Three"), LATER, podcast)][2] == LATER
    path = tmp_path / "episodes.toml"
    path.write_text(path.read_text("utf-8").replace(LATER.isoformat(), SECOND.isoformat()), "utf-8")
    assert [one.at.date() for one in episodes_at(tmp_path, ("One", "Two", "Three"), LATER, podcast)][2] == SECOND


def feed_item(guid: str, at: str) -> str:
    return f'<item><pubDate>{at}</pubDate><guid isPermaLink="false">{guid}</guid></item>'


def test_a_feed_from_before_keeps_its_days_and_times(tmp_path: Path) -> None:
    guids = [one.guid for one in issued(("One", "Two"), SHOW, Podcast(), {}, tmp_path / "feed.xml", at_three(FIRST))]
    times = ("Sun, 04 Mar 2001 12:00:00 +0000", "Sun, 04 Mar 2001 12:01:00 +0000")
    items = (feed_item(guid, at) for guid, at in zip(guids, times, strict=True))
    (tmp_path / "feed.xml").write_text(f"<rss>{''.join(items)}</rss>", "utf-8")
    found = episodes_at(tmp_path, ("Zero", "One", "Two"), LATER)
    assert [one.at.isoformat()[:16] for one in found] == ["2001-04-01T12:00", "2001-03-04T12:00", "2001-03-04T12:01"]
    path = tmp_path / "episodes.toml"
    path.write_text(path.read_text("utf-8").replace(FIRST.isoformat(), SECOND.isoformat()), "utf-8")
    found = episodes_at(tmp_path, ("Zero", "One", "Two"), LATER)
    assert [one.at.isoformat()[:16] for one in found][1:] == ["2001-03-11T12:00", "2001-03-11T12:01"]


def test_a_feed_that_is_none_says_nothing(tmp_path: Path) -> None:
    items = feed_item("x", "yesterday") + feed_item("", "") + "<item></item><item>"
    (tmp_path / "feed.xml").write_text(items, "utf-8")
    assert [one.at.date() for one in episodes_at(tmp_path, ("One",), FIRST)] == [FIRST]


def test_another_title_of_the_show_changes_no_guid(tmp_path: Path) -> None:
    before = episodes_at(tmp_path, ("One",), FIRST)
    renamed = replace(SHOW, title="The Repair Shop", author="Another")
    noted, feed = read_episodes(tmp_path / "episodes.toml"), tmp_path / "feed.xml"
    after = issued(["One"], renamed, Podcast(), noted, feed, at_three(LATER))
    assert told(after) == told(before)


def test_what_a_person_wrote_stays_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "episodes.toml"
    path.write_text('# mine\n["One"]\nnotes = """\nA\nB"""   # as it is\n', "utf-8")
    episodes_at(tmp_path, ("One",), FIRST)
    text = path.read_text("utf-8")
    assert text.startswith('# mine\n["One"]\nnotes = """\nA\nB"""   # as it is\n')
    assert read_episodes(path)["One"].notes == "A\nB"
    episodes_at(tmp_path, ("One",), LATER)
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["One"]\npublished = "3 May"', "episodes.toml:2: published = .*a day such as"),
        ('["One"]\npublishd = "2026-05-03"', 'episodes.toml:2: unknown key "publishd"'),
        ('One = "2026-05-03"', "episodes.toml:1: One is not a table"),
    ],
)
def test_a_wrong_episodes_toml_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "episodes.toml"
    path.write_text(text + "\n", "utf-8")
    with pytest.raises(ProjectError, match=said):
        read_episodes(path)


@pytest.mark.parametrize(
    ("category", "known"),
    [
        ("Arts > Books", True),
        ("Technology", True),
        ("Health & Fitness>Mental Health", True),
        ("Books", False),
        ("Arts > Drama", False),
        ("Technology >", False),
        ("arts", False),
    ],
)
def test_a_category_is_one_that_directories_know(tmp_path: Path, category: str, known: bool) -> None:
    assert is_category(category) is known
    path = tmp_path / "project.toml"
    path.write_text(f'title = "T"\n[podcast]\ncategory = "{category}"\n', "utf-8")
    if known:
        assert read_settings(path).podcast.category == category
    else:
        with pytest.raises(ProjectError, match=r"project.toml:3: .*Apple's categories"):
            read_settings(path)


@pytest.mark.parametrize(
    ("category", "meant"),
    [
        ("Books", "Arts > Books"),
        ("Audiobooks > Sea", "Arts > Books"),
        ("arts>books", "Arts > Books"),
        ("Arts/Books", "Arts > Books"),
        ("Arts: Books", "Arts > Books"),
        ("Fiction > Horror", "Fiction"),
        ("Science Fiction", "Fiction > Science Fiction"),
        ("True crime", "True Crime"),
        ("Socity & Culture", "Society & Culture"),
        ("history", "History"),
        ("Xyzzy", ""),
    ],
)
def test_the_category_that_is_meant_is_named(tmp_path: Path, category: str, meant: str) -> None:
    path = tmp_path / "project.toml"
    path.write_text(f'title = "T"\n[podcast]\ncategory = "{category}"\n', "utf-8")
    with pytest.raises(ProjectError, match=r"project.toml:3: ") as refused:
        read_settings(path)
    assert refused.value.do == (f'did you mean "{meant}"?' if meant else "")
    assert not meant or is_category(meant)


def made(folder: Path, titles: tuple[str, ...], settings: Mastering, source: Path | None = None) -> bytes:
    take = put(folder, hum(0.4), "take")
    plans = [ChapterPlan(title, (Segment(100, take),)) for title in titles]
    note_issued(folder / "episodes.toml", plans, SHOW, settings.podcast, folder / "out")
    settings = replace(settings, episodes=read_episodes(folder / "episodes.toml"))
    for _ in assemble(plans, SHOW, ["podcast"], folder / "out", "show", settings, source):
        pass
    return (folder / "out/podcast/feed.xml").read_bytes()


@pytest.mark.slow
def test_a_reader_of_feeds_finds_episodes_with_their_days_and_notes(tmp_path: Path) -> None:
    source = tmp_path / "ep1.script"
    source.write_text("# One\n\nAnna: Hello.\n", "utf-8")
    settings = Mastering(podcast=Podcast(url="https://example.org/show"))
    (tmp_path / "episodes.toml").write_text(
        f'["One"]\npublished = "{FIRST}"\n["Two"]\npublished = "{SECOND}"\n'
        'notes = """\nA zip & <more>.\n\nSee https://example.org/a?b=1&c=2."""\n',
        "utf-8",
    )
    first = made(tmp_path, ("One",), settings, source)
    before = podcastparser.parse("https://example.org/show/feed.xml", (tmp_path / "out/podcast/feed.xml").open("rb"))
    both = made(tmp_path, ("One", "Two"), settings, source)
    found = podcastparser.parse("https://example.org/show/feed.xml", (tmp_path / "out/podcast/feed.xml").open("rb"))
    assert found["title"] == SHOW.title
    assert found["itunes_categories"] == [["Society & Culture"]]
    two, one = sorted(found["episodes"], key=lambda episode: -episode["published"])
    assert one == before["episodes"][0]
    assert [datetime.fromtimestamp(episode["published"], UTC).date() for episode in (one, two)] == [FIRST, SECOND]
    assert "A zip & <more>." in html.unescape(two["description_html"])
    assert one["description"] == "Episode 1 of Small Repairs, by A. Author. Read by a synthetic voice."
    assert '<a href="https://example.org/a?b=1&amp;c=2">' in two["description_html"]
    assert [e["enclosures"][0]["url"].rpartition("/")[2] for e in (one, two)] == ["01-one.mp3", "02-two.mp3"]
    assert b"<podcast:medium>podcast<" in both
    assert first != both == made(tmp_path, ("One", "Two"), settings, source)
    moved = made(tmp_path, ("One", "Two"), Mastering(podcast=Podcast(url="https://example.com/other")), source)
    assert GUIDS.findall(moved) == GUIDS.findall(both)


EPISODE = "# {title}\n\nAnna: Hello.\nBen: Good day, Anna. [sfx: sounds/bell.wav]\n"


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A show of one episode in `show`, and the script of its second beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds/bell.wav").write_bytes(b"RIFF")
    (tmp_path / "ep1.script").write_text(EPISODE.format(title="One"), "utf-8")
    (tmp_path / "ep2.script").write_text(EPISODE.format(title="Two").replace("Ben", "Cara"), "utf-8")
    assert run(["new", "ep1.script", "--project", "show"]) == 0
    return tmp_path


def test_a_second_file_joins_a_show_as_its_next_episode(show: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (show / "show/script/01-one.txt").read_bytes()
    assert run(["new", "ep2.script", "--into", "show"]) == 0
    assert "New in cast.toml: Cara." in capsys.readouterr().err
    project = open_project(show / "show", show)
    assert [path.name for path in project.script_files()] == ["01-one.txt", "02-two.txt"]
    assert (show / "show/script/01-one.txt").read_bytes() == before
    assert set(project.cast().parts) >= {"Anna", "Ben", "Cara"}
    assert project.episodes() == {"Two": Episode()}
    assert sorted(path.name for path in (show / "show/source").glob("*.script")) == ["ep1.script", "ep2.script"]
    # the first file read again knows nothing of the second, and leaves it
    assert run(["new", "ep1.script", "--project", "show", "--again"]) == 0
    assert [path.name for path in project.script_files()] == ["01-one.txt", "02-two.txt"]


def test_an_episode_joins_once_and_brings_no_other_sound_of_a_name(
    show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "ep2.script", "--into", "show"]) == 0
    assert run(["new", "ep2.script", "--into", "show"]) == 1
    assert "is in the show already" in capsys.readouterr().err
    (show / "ep3.script").write_text(EPISODE.format(title="Three"), "utf-8")
    (show / "sounds/bell.wav").write_bytes(b"RIFF, another")
    assert run(["new", "ep3.script", "--into", "show"]) == 1
    assert "another sound of this name" in capsys.readouterr().err
    assert len(open_project(show / "show", show).script_files()) == 2


def test_new_into_with_options_that_contradict_it_is_a_usage_error(show: Path) -> None:
    assert run(["new", "ep2.script", "--into", "show", "--again"]) == 2
    assert run(["new", "ep2.script", "--into", "nowhere"]) == 1
