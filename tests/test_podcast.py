"""The podcast format: episodes, transcripts, marks, and a feed that is valid whatever the book holds."""

import json
import re
import uuid
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import mutagen
import pysrt
import pytest
import webvtt
from lxml import etree
from PIL import Image
from test_assembly import hum, put
from test_assembly_tags import TAGS

from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Tags
from narrate.chapters.plan import Said
from narrate.deliver import assemble
from narrate.deliver.rss import NAMESPACES
from narrate.deliver.tags import notice as tags_notice
from narrate.errors import ProjectError
from narrate.project import Episode, Podcast
from narrate.project.settings import read_settings
from narrate.script import Line, Opening

pytestmark = pytest.mark.slow

ITUNES, PODCAST = (f"{{{NAMESPACES[f'xmlns:{name}']}}}" for name in ("itunes", "podcast"))
HOSTILE = "T & <b>]]>\0\x0b 😀 \ufffe \"'"
URL = "https://example.org/shows/one"
DAY = "2026-05-03"


def plans(folder: Path, titles: tuple[str, ...]) -> list[ChapterPlan]:
    take = put(folder, hum(0.7), "take")
    lines = (
        Line("Heading", level=1, opens=Opening.HEADING),
        Line("Said <by> T & <b>]]> 😀"),
        Line("Inside", level=2, opens=Opening.HEADING),
    )
    return [
        ChapterPlan(
            title, tuple(Segment(100 + n, take, said=Said(f"{n}:{m}", line)) for m, line in enumerate(lines, 1))
        )
        for n, title in enumerate(titles, 1)
    ]


def made(
    folder: Path,
    tags: Tags,
    titles: tuple[str, ...] = ("One", "Two"),
    podcast: Podcast | None = None,
    formats: tuple[str, ...] = ("podcast",),
) -> Assembled:
    settings = Mastering(podcast=podcast or Podcast(url=URL, published=DAY), drawn_cover=True)
    *_, last = assemble(plans(folder, titles), tags, formats, folder / "out", "book", settings)
    assert isinstance(last, Assembled)
    return last


def feed_of(folder: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring((folder / "out/podcast/feed.xml").read_bytes(), parser)
    channel = root.find("channel")
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert channel is not None
    return channel


def text(element: etree._Element, name: str) -> str:
    return element.findtext(name) or ""


def test_an_episode_a_chapter_and_a_feed_that_lists_them(tmp_path: Path) -> None:
    found = made(tmp_path, TAGS)
    assert not found.notes
    channel = feed_of(tmp_path)
    assert text(channel, "title") == " ".join(TAGS.title.split())
    assert (text(channel, "link"), text(channel, "language")) == (f"{URL}/", "en-GB")
    assert (text(channel, f"{ITUNES}author"), text(channel, f"{ITUNES}explicit")) == (TAGS.author, "false")
    assert [e.get("text") for e in channel.iter(f"{ITUNES}category")] == ["Arts", "Books"]
    # what a show's guid is made of: the feed's address without its scheme
    space = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert text(channel, f"{PODCAST}guid") == str(uuid.uuid5(space, "example.org/shows/one/feed.xml"))
    items = channel.findall("item")
    assert [text(item, "title") for item in items] == ["Two", "One"]
    assert [text(item, f"{ITUNES}episode") for item in items] == ["2", "1"]
    dates = [parsedate_to_datetime(text(item, "pubDate")) for item in items]
    assert dates == sorted(dates, reverse=True)
    assert {date.date().isoformat() for date in dates} == {DAY}
    assert len({text(item, "guid") for item in items}) == 2
    named: set[str] = set()
    for item, mark in zip(items, reversed(found.marks), strict=True):
        sound = item.find("enclosure")
        assert sound is not None
        path = local(tmp_path, sound.get("url") or "")
        assert (sound.get("length"), sound.get("type")) == (str(path.stat().st_size), "audio/mpeg")
        assert int(text(item, f"{ITUNES}duration")) == round(mark.duration_s)
        assert mutagen.File(path).info.length == pytest.approx(mark.duration_s, abs=0.1)
        linked = [item.find(f"{PODCAST}chapters"), *item.findall(f"{PODCAST}transcript")]
        addresses = [element.get("url") or "" for element in linked if element is not None]
        assert len(addresses) == 4
        suffixes = [address.rpartition(".")[2] for address in addresses[1:]]
        assert (suffixes[0], suffixes[-1]) == ("srt", "vtt"), "readers that keep one keep the first or the last"
        named |= {path.name, *(local(tmp_path, address).name for address in addresses)}
    there = {path.name for path in (tmp_path / "out/podcast").iterdir()}
    assert there == named | {"feed.xml", "cover.jpg"} == {path.name for path in found.files}


def local(folder: Path, address: str) -> Path:
    """The file at an address of the feed."""
    path = urlsplit(urljoin(f"{URL}/feed.xml", address)).path
    name = unquote(path).rpartition("/")[2]
    found = folder / "out/podcast" / name
    assert found.is_file()
    return found


def test_transcripts_and_marks_are_read_by_others(tmp_path: Path) -> None:
    made(tmp_path, TAGS, ("One",))
    folder = tmp_path / "out/podcast"
    body = [line.strip() for line in ("Heading", "Inside")]
    captions = webvtt.read(str(folder / "01-one.vtt")).captions
    assert [captions[0].text, captions[-1].text] == body
    assert [pysrt.open(str(folder / "01-one.srt"))[n].text for n in (0, -1)] == body
    segments = json.loads((folder / "01-one.json").read_text("utf-8"))["segments"]
    assert [segment["body"] for segment in segments][::2] == body
    assert all(0 < segment["startTime"] < segment["endTime"] for segment in segments)
    assert {segment["speaker"] for segment in segments} == {"narrator"}
    marks = json.loads((folder / "01-one.chapters.json").read_text("utf-8"))
    assert marks["version"] == "1.2.0"
    assert [mark["title"] for mark in marks["chapters"]] == ["One", "Inside"]
    assert [mark["startTime"] for mark in marks["chapters"]] == [0, segments[2]["startTime"]]


def test_the_cover_is_square_and_of_a_size_that_is_taken(tmp_path: Path) -> None:
    from narrate.deliver.cover import Picture, square_cover

    Image.new("RGB", (400, 600), "navy").save(tmp_path / "c", "PNG")
    (tmp_path / "d").write_bytes(square_cover(Picture(tmp_path / "c", "image/png")))
    with Image.open(tmp_path / "d") as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1400, 1400))
    made(tmp_path, TAGS, ("One",))
    with Image.open(tmp_path / "out/podcast/cover.jpg") as image:
        assert image.size[0] == image.size[1] >= 1400


def test_words_of_any_kind_make_a_valid_feed(tmp_path: Path) -> None:
    titles = (HOSTILE, HOSTILE, "吾輩は猫である", "ألف ليلة", "]]>", "&amp;", "\n\t", "../..")
    tags = Tags(HOSTILE, author=HOSTILE, description=f"a\n{HOSTILE}\nb", copyright=HOSTILE, language="ar")
    found = made(tmp_path, tags, titles, Podcast(url=URL, category=HOSTILE, email="a&b@example.org"))
    channel = feed_of(tmp_path)
    shown = "T & <b>]]> 😀 \"'"
    assert " ".join(text(channel, "title").split()) == shown
    items = channel.findall("item")[::-1]
    assert [" ".join(text(item, "title").split()) for item in items[:4]] == [shown, shown, *titles[2:4]]
    assert len({text(item, "guid") for item in items}) == len(titles)
    for path in found.files:
        assert path.resolve().parent == (tmp_path / "out/podcast").resolve()
    for item in items:
        sound = item.find("enclosure")
        assert sound is not None
        local(tmp_path, sound.get("url") or "")


def test_without_an_address_the_feed_is_relative_and_says_so(tmp_path: Path) -> None:
    found = made(tmp_path, TAGS, ("One",), Podcast(published=DAY))
    assert [note for note in found.notes if "url under [podcast]" in note]
    channel = feed_of(tmp_path)
    sound = channel.find("item/enclosure")
    assert sound is not None
    assert sound.get("url") == "01-one.mp3"


def test_guids_and_days_stay_through_corrections_moves_and_new_chapters(tmp_path: Path) -> None:
    def seen(tags: Tags, titles: tuple[str, ...], podcast: Podcast) -> dict[str, tuple[str, str]]:
        made(tmp_path, tags, titles, podcast)
        return {text(i, "title"): (text(i, "guid"), text(i, "pubDate")[:16]) for i in feed_of(tmp_path).findall("item")}

    first = seen(TAGS, ("One", "Two"), Podcast())
    feed = tmp_path / "out/podcast/feed.xml"
    feed.write_text(re.sub(r"<pubDate>.{16}", "<pubDate>Sun, 03 May 2026", feed.read_text("utf-8")), "utf-8")
    later = seen(replace(TAGS, description="Another", year="1812"), ("Zero", "One", "Two"), Podcast(url=URL))
    assert {title: guid for title, (guid, _) in later.items() if title != "Zero"} == {
        t: g for t, (g, _) in first.items()
    }
    assert {title for title, (_, day) in later.items() if day == "Sun, 03 May 2026"} == {"One", "Two"}


def test_episodes_are_the_mp3_format_s_files_where_there_are_some(tmp_path: Path) -> None:
    found = made(tmp_path, TAGS, ("One",), formats=("mp3", "podcast"))
    one, other = sorted(path for path in found.files if path.suffix == ".mp3")
    assert one.samefile(other)
    assert made(tmp_path, TAGS, ("One",), formats=("mp3", "podcast")).files == found.files


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('url = "ftp://example.org"', "an address such as"),
        ('url = "https://exa mple.org/"', "an address such as"),
        ('url = "https://"', "an address such as"),
        ('published = "3 May"', "a day such as 2026-05-03"),
        ('guid = "1"', "a UUID"),
        ("explicit = 1", "true or false"),
        ('adress = "x"', 'unknown key "adress"'),
    ],
)
def test_what_is_wrong_under_podcast_is_said_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "project.toml"
    path.write_text(f'title = "T"\n[podcast]\n{row}\n', "utf-8")
    with pytest.raises(ProjectError, match=f"project.toml:3: .*{said}"):
        read_settings(path)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Sentence {} tells of the harbour, and of Mr. Reed’s ferry that came back to it.", "en"),
        ("第{}句说的是港口，还有那艘回来的渡船。", "zh"),
        ("Das ist der {}. Satz über den Hafen und über die Fähre, die im Frühling wiederkam.", "de"),
    ],
)
def test_a_long_description_ends_with_a_sentence(tmp_path: Path, sentence: str, language: str) -> None:
    space = "" if language == "zh" else " "
    paragraphs = [space.join(sentence.format(n) for n in range(10 * p, 10 * p + 10)) for p in range(20)]
    tags = replace(TAGS, description="\n\n".join(paragraphs), language=language)
    found = made(tmp_path, tags)
    told = text(feed_of(tmp_path), "description")
    about, _, notice = told.rpartition("\n\n")
    assert notice == tags_notice(language)
    assert 3500 < len(told.encode()) <= 4000
    assert tags.description.startswith(about)
    assert about[-1] == sentence[-1]
    assert len(told.encode()) + 150 > 4000, "as many sentences as there is room for"
    assert "the description: " in " ".join(found.notes)


def test_a_description_without_a_sentence_is_cut_at_a_word(tmp_path: Path) -> None:
    made(tmp_path, replace(TAGS, description="harbour " * 900))
    about = text(feed_of(tmp_path), "description").partition("\n\n")[0]
    assert re.fullmatch(r"(harbour )+harbour…", about)


def test_long_show_notes_are_cut_too(tmp_path: Path) -> None:
    notes = "\n\n".join(f"Sentence {n} is at https://example.org/{n} <again>. And so on." for n in range(90))
    settings = Mastering(podcast=Podcast(url=URL, published=DAY), episodes={"One": Episode(notes=notes)})
    *_, last = assemble(plans(tmp_path, ("One", "Two")), TAGS, ("podcast",), tmp_path / "out", "book", settings)
    assert isinstance(last, Assembled)
    shown = feed_of(tmp_path).findall("item")[-1].findtext("description") or ""
    assert 3000 < len(shown.encode()) <= 4000
    assert shown.endswith("<p>Read by a synthetic voice.</p>")
    assert re.search(r"(again&gt;|so on)\.</p><p>Read by", shown)
    assert "the notes of 'One': " in " ".join(last.notes)


def test_a_show_that_nobody_wrote_is_its_own_author(tmp_path: Path) -> None:
    made(tmp_path, replace(TAGS, author="  "))
    assert text(feed_of(tmp_path), f"{ITUNES}author") == TAGS.title
