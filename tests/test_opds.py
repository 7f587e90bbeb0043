"""The OPDS catalogue: a feed by the rules of Atom and OPDS 1.2, and files that reading apps get by it."""

import io
import shutil
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import mutagen
import pytest
from conftest import MadeOnce
from lxml import etree
from PIL import Image
from proofing import BOOK
from serving import Serving, serving
from starlette.applications import Starlette

from narrate.cli import run
from narrate.deliver.opds import MEDIA_TYPE, Link, Listed, catalogue
from narrate.serve.guard import Guard
from narrate.serve.opds import routes
from narrate.toml import edited

SCHEMA = Path(__file__).with_name("data") / "opds.rng"
ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/terms/}"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SOUND = Link("rain/rain.m4b", "audio/mp4", "Audiobook (M4B)", 1234)


def valid(data: bytes) -> etree._Element:
    """The feed, held against the schema, and against what no schema says."""
    feed = etree.fromstring(data)
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    schema.assertValid(feed)
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids), "an id is nobody else's"
    moments = [entry.findtext(f"{ATOM}updated") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True), "a complete feed begins with what changed last"
    assert not moments or feed.findtext(f"{ATOM}updated") == moments[0]
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self", "start"]
    for entry in feed.iter(f"{ATOM}entry"):
        relations = Counter(link.get("rel") for link in entry.findall(f"{ATOM}link"))
        assert relations.pop("http://opds-spec.org/acquisition/open-access") >= 1
        assert all(count == 1 for count in relations.values())
    return feed


# --- the feed -------------------------------------------------------------------------------------


def test_an_empty_catalogue_is_a_feed() -> None:
    assert not list(valid(catalogue([], "./", "home")).iter(f"{ATOM}entry"))


def test_all_that_is_known_of_a_book_is_said() -> None:
    book = Listed(
        name="rain",
        title="Rain & <Sun>",
        updated=NOON,
        files=[SOUND, Link("rain/rain.epub", "application/epub+zip", "", 99)],
        about="1:02:03 in 4 chapters",
        cover=Link("rain/cover.jpg", "image/jpeg"),
        thumbnail=Link("rain/thumbnail.jpg", "image/jpeg"),
        subtitle="A Tale",
        authors=["Ann Hale", "Ben Reed"],
        contributors=["George (synthetic voice)"],
        series="Weather, 2",
        description="It rains.\n\nThen it stops.",
        language="pt-BR",
        publisher="Own",
        year="1897",
        isbn="9780306406157",
        genres=["Fiction", "Weather"],
        copyright="© 1897",
    )
    (entry,) = valid(catalogue([book], "./", "home")).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Rain & <Sun>"
    assert [one.findtext(f"{ATOM}name") for one in entry.findall(f"{ATOM}author")] == ["Ann Hale", "Ben Reed"]
    assert entry.findtext(f"{ATOM}updated") == "2026-05-03T12:00:00Z"
    said = "A Tale. Weather, 2. 1:02:03 in 4 chapters. Lido por uma voz sintética."
    assert entry.findtext(f"{ATOM}content") == f"It rains.\n\nThen it stops.\n\n{said}"
    assert entry.findtext(f"{DC}identifier") == "urn:isbn:9780306406157"
    assert entry.findtext(f"{DC}issued") == "1897"
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["Fiction", "Weather"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "\x00\ud800"),
        ("title", "]]>\ufffe"),
        ("subtitle", " "),
        ("authors", ["", "\n", "A\u2028B"]),
        ("genres", ["", " "]),
        ("description", "\x0b"),
        ("year", "about 1900"),
        ("year", "-44"),
        ("publisher", "\ud83d"),
        ("language", ""),
    ],
)
def test_whatever_a_book_says_of_itself_the_feed_is_valid(field: str, value: object) -> None:
    words: dict[str, object] = {"title": "Rain", "about": "0:10 in 1 chapter", field: value}
    valid(catalogue([Listed(name="rain", updated=NOON, files=[SOUND], **words)], "./", "home"))  # type: ignore[arg-type]


def test_an_id_stays_when_all_else_changes() -> None:
    before = Listed(name="rain", title="Rain", updated=NOON, files=[SOUND])
    after = Listed(name="rain", title="Snow", updated=NOON + timedelta(days=1), files=[SOUND])
    ids = [[e.text for e in valid(catalogue([book], "./", "home")).iter(f"{ATOM}id")] for book in (before, after)]
    assert ids[0] == ids[1]
    elsewhere = [e.text for e in valid(catalogue([after], "./", "another home")).iter(f"{ATOM}id")]
    assert not set(elsewhere) & set(ids[0]), "a book of the same name in another home is another"


def test_the_schema_refuses() -> None:
    """What the schema is for: a feed that breaks a rule."""
    good = catalogue([Listed(name="rain", title="Rain", updated=NOON, files=[SOUND])], "./", "home").decode()
    for old, new in (
        ("<title>Rain</title>", ""),
        ("<title>Rain</title>", "<title>Rain</title><title>Rain</title>"),
        ("T12:00:00Z</updated>", "T12:00:00</updated>"),
        ("acquisition/open-access", "acquisition/buy"),
        ('type="audio/mp4"', ""),
        (";kind=acquisition", ""),
        ("rain/rain.m4b", "rain/two words.m4b"),
        ('length="1234"', 'length="long"'),
    ):
        assert old in good
        with pytest.raises(etree.DocumentInvalid):
            valid(good.replace(old, new).encode())


# --- over HTTP ------------------------------------------------------------------------------------


def make_catalogue(home: Path) -> None:
    """A home with a finished book that has all forms, and one that is not finished."""
    (home / "rain.md").write_text(BOOK, "utf-8")
    assert run(["--home", str(home), str(home / "rain.md"), "--format", "m4b,epub,mp3-single,mp3"]) == 0
    (home / "begun.md").write_text(BOOK, "utf-8")
    assert run(["--home", str(home), "new", str(home / "begun.md")]) == 0


@pytest.fixture
def home(made_once: MadeOnce, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(made_once("catalogue", make_catalogue), copy)
    return copy


@pytest.fixture
def served(home: Path) -> Iterator[Serving]:
    with serving(Starlette(routes=routes(home))) as running:
        yield running


def entry_of(served: Serving, path: str = "/opds/") -> etree._Element:
    answer = served.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    (entry,) = valid(answer.body).iter(f"{ATOM}entry")
    return entry


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/opds/", "/opds"])
def test_every_link_of_the_feed_leads_to_what_it_says(served: Serving, path: str) -> None:
    answer = served.get(path)
    found = {}
    for link in valid(answer.body).iter(f"{ATOM}link"):
        address = urlsplit(urljoin(f"http://127.0.0.1{path}", link.get("href"))).path
        there = served.get(address)
        assert there.status == 200, address
        assert there.headers["content-type"] == link.get("type")
        assert link.get("length", str(len(there.body))) == str(len(there.body))
        found[address.rpartition("/")[2] or "opds"] = there.body
    assert found.keys() == {"opds", "cover.jpg", "thumbnail.jpg", "rain.m4b", "rain.epub", "rain.mp3"}
    for name, side in (("cover.jpg", 1200), ("thumbnail.jpg", 400)):
        with Image.open(io.BytesIO(found[name])) as picture:
            assert (picture.format, max(picture.size)) == ("JPEG", side)
    with ZipFile(io.BytesIO(found["rain.epub"])) as book:
        assert any(name.endswith(".smil") for name in book.namelist()), "to be heard while it is read"
    assert mutagen.File(io.BytesIO(found["rain.m4b"])).info.length > 5


@pytest.mark.slow
def test_a_part_of_a_file_can_be_had(served: Serving) -> None:
    whole = served.get("/opds/rain/rain.m4b").body
    part = served.ask("GET", "/opds/rain/rain.m4b", headers={"Range": "bytes=100-199"})
    assert (part.status, part.body) == (206, whole[100:200])
    head = served.ask("HEAD", "/opds/rain/rain.m4b")
    assert (head.status, head.headers["content-length"], head.body) == (200, str(len(whole)), b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "/opds/begun/begun.m4b",
        "/opds/begun/cover.jpg",
        "/opds/nowhere/cover.jpg",
        "/opds/rain/report.json",
        "/opds/rain/..%2f..%2fproject.toml",
        "/opds/..%2frain/cover.jpg",
        "/opds/%2e%2e/rain.m4b",
        "/opds/rain/01%20-%20One.mp3",
    ],
)
def test_nothing_else_can_be_had(served: Serving, path: str) -> None:
    assert served.get(path).status == 404


@pytest.mark.slow
def test_a_catalogue_is_only_read(served: Serving) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert served.ask(method, "/opds/").status == 405


@pytest.mark.slow
def test_what_a_project_says_is_listed_and_a_broken_one_hurts_no_other(home: Path, served: Serving) -> None:
    with edited(home / "projects" / "rain" / "project.toml") as settings:
        settings.update({"title": "The Rain", "author": "Ann Hale and Ben Reed", "series": "Weather", "year": "2026"})
    project, other = home / "projects" / "rain", home / "projects" / "ça va: 50%?"
    shutil.copytree(project, other)
    (home / "projects" / "begun" / "project.toml").write_text("title = ", "utf-8")
    answer = served.get("/opds/")
    entries = list(valid(answer.body).iter(f"{ATOM}entry"))
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["The Rain"] * 2
    for entry in entries:
        assert [one.findtext(f"{ATOM}name") for one in entry.findall(f"{ATOM}author")] == ["Ann Hale", "Ben Reed"]
        assert [one.findtext(f"{ATOM}name") for one in entry.findall(f"{ATOM}contributor")] == ["Synthetic voice"]
        for link in entry.iter(f"{ATOM}link"):
            assert served.get(urljoin("/opds/", link.get("href"))).status == 200
    (other / "out" / "report.json").write_text("{}", "utf-8")
    (project / "out" / "rain.m4b").unlink()
    types = [link.get("type") for link in entry_of(served).iter(f"{ATOM}link")]
    assert types == ["image/jpeg", "image/jpeg", "application/epub+zip", "audio/mpeg"]


@pytest.mark.slow
def test_a_book_without_a_cover_has_none(home: Path, served: Serving) -> None:
    with edited(home / "projects" / "rain" / "project.toml") as settings:
        settings["output"]["drawn_cover"] = False
    relations = [link.get("rel") for link in entry_of(served).iter(f"{ATOM}link")]
    assert relations == ["http://opds-spec.org/acquisition/open-access"] * 3
    assert served.get("/opds/rain/cover.jpg").status == 404


@pytest.mark.slow
def test_apps_that_know_only_a_password_get_in(home: Path) -> None:
    key = "0123456789abcdef-key"
    with serving(Guard(Starlette(routes=routes(home)), key, programs=True)) as guarded:
        refused = guarded.get("/opds/")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="narrate"')
        password = {"Authorization": f"Basic {b64encode(f'anybody:{key}'.encode()).decode()}"}
        for path in ("/opds", "/opds/", "/opds/rain/cover.jpg"):
            assert guarded.ask("GET", path, headers=password).status == 200
            assert guarded.get(path).status == 401
            within = guarded.get(f"/{key}{path}")
            assert within.status == 200
            assert key.encode() not in within.body
