"""The routes behind the screens Shelf, Cast, Render and Deliver: what they answer, and how they refuse."""

import io
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Answer, Serving, serving

from narrate.engine import Wanted
from narrate.readers.readers import SUFFIXES
from narrate.serve.home import Home
from narrate.toml import read_toml
from narrate.work import begin_ahead

pytestmark = pytest.mark.slow
EXAMPLE = Path(__file__).parents[1] / "examples" / "the-lighthouse-clock.epub"
PROJECT = f"/api/projects/{EXAMPLE.stem}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[Serving]:
    """A home with one book, which was sent as a page sends it."""
    with serving(Home(folder, Wanted("draft")).app()) as home:
        answer = home.send("/api/shelf", EXAMPLE.read_bytes(), EXAMPLE.name)
        assert answer.status == 201, answer.body
        assert (answer.json["name"], answer.json["fresh"]) == (EXAMPLE.stem, True)
        yield home


def refusal(answer: Answer, status: int) -> str:
    """What is said in a refusal, which is one line of JSON."""
    assert answer.status == status, answer.body
    (text,) = answer.json.values()
    assert "\n" not in text
    return str(text)


def test_the_same_book_again_is_the_one_that_is_there(home: Serving) -> None:
    answer = home.send("/api/shelf", EXAMPLE.read_bytes(), f"../../{EXAMPLE.name}")
    assert (answer.status, answer.json["fresh"]) == (200, False)
    (book,) = home.get("/api/shelf").json
    assert (book["name"], book["title"], book["state"]) == (EXAMPLE.stem, "The Lighthouse Clock", "new")


def test_what_is_no_book_is_refused_and_leaves_nothing(home: Serving, folder: Path) -> None:
    for name, data, said in (
        ("x.epub", b"PK not one", "x.epub"),
        ("x.txt", b"", "x.txt"),
        ("x.pdf", b"%PDF-1.7", "pdf"),
    ):
        text = refusal(home.send("/api/shelf", data, name), 400)
        assert said in text
        assert not text.startswith("/"), "a folder of ours says nothing to a person"
    assert "voice" in refusal(home.send("/api/shelf", b"It rained.", "y.txt", voice="nobody"), 400)
    assert "multipart" in refusal(home.post("/api/shelf"), 415)
    assert [path.name for path in (folder / "projects").iterdir()] == [EXAMPLE.stem]


def test_the_shelf_takes_what_the_registry_of_readers_has(home: Serving) -> None:
    assert tuple(home.get("/api/forms").json) == SUFFIXES


def test_the_engine_is_opened_before_there_is_a_book(home: Serving) -> None:
    assert home.post("/api/ready").status == 202
    assert "unknown" in refusal(home.post("/api/ready", {"now": True}), 400)


def test_a_tiny_book_is_begun_ahead_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begin_ahead()
    assert [*tmp_path.iterdir()] == []


def test_a_project_is_shown_with_its_cover_and_lines(home: Serving) -> None:
    found = home.get(PROJECT).json
    assert (found["status"]["lines"], found["job"], len(found["chapters"])) == (104, None, 4)
    cover = home.get(f"{PROJECT}/cover")
    assert cover.headers["content-type"] == "image/jpeg"
    assert cover.body.startswith(b"\xff\xd8")
    assert home.get(f"{PROJECT}/chapters/2").json[0]["place"].startswith("2:")
    for path in ("/chapters/9", "/zip/m4b", "/files/project.toml", "/files/..%2f..%2fproject.toml", "/nothing"):
        refusal(home.get(PROJECT + path), 404)
    for name in ("nobody", "..", "%2e%2e", f"..%2fprojects%2f{EXAMPLE.stem}"):
        refusal(home.get(f"/api/projects/{name}/cast"), 404)


def test_lines_are_heard_as_wav(home: Serving) -> None:
    answer = home.post(f"{PROJECT}/cast/hear", {"place": "1:5", "voice": "clara"})
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.body)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 24_000)
        assert 0.3 < sound.getnframes() / sound.getframerate() < 5
    assert "clara" in refusal(home.post(f"{PROJECT}/cast/hear", {"place": "1:5", "voice": "clarra"}), 404)
    refusal(home.post(f"{PROJECT}/cast/hear", {"place": "99:1"}), 404)
    assert "place" in refusal(home.post(f"{PROJECT}/cast/hear"), 400)


def test_voices_are_given_proposed_and_refused(home: Serving, folder: Path) -> None:
    cast = folder / "projects" / EXAMPLE.stem / "cast.toml"
    found = home.post(f"{PROJECT}/cast", {"speaker": "Ada", "voice": "clara"}).json
    assert next(one["voice"] for one in found["speakers"] if one["speaker"] == "Ada") == "clara"
    assert set(home.post(f"{PROJECT}/cast/propose").json["why"]) == {"Mr. Pell", "Tobias"}
    entries = read_toml(cast).entries
    assert entries["Ada"] == "clara"
    assert "auto" not in entries.values()
    before = cast.read_bytes()
    refusal(home.post(f"{PROJECT}/cast", {"speaker": "Anna", "voice": "clara"}), 404)
    assert "Tobias" in refusal(home.post(f"{PROJECT}/cast", {"speaker": "Tobis", "voice": "clara"}), 404)
    assert "speaker" in refusal(home.post(f"{PROJECT}/cast", {"speeker": "Ada"}), 400)
    assert "confident" in refusal(home.post(f"{PROJECT}/cast", {"quotes": "some"}), 400)
    refusal(home.ask("POST", f"{PROJECT}/cast", b"{}", {"Content-Type": "text/plain"}), 415)
    assert cast.read_bytes() == before
    home.post(f"{PROJECT}/cast", {"quotes": "off"})
    assert [one["speaker"] for one in home.get(f"{PROJECT}/cast").json["speakers"]] == ["narrator"]
    home.post(f"{PROJECT}/cast", {"quotes": "confident"})


def test_a_part_has_a_direction_and_other_names(home: Serving, folder: Path) -> None:
    def part(name: str, found: Answer) -> dict[str, object]:
        assert found.status == 200, found.body
        (one,) = (one for one in found.json["speakers"] if one["speaker"] == name)
        return dict(one)

    ada = part("Ada", home.post(f"{PROJECT}/cast", {"speaker": "Ada", "direction": "dry"}))
    assert (ada["direction"], "takes none" in str(ada["unheard"])) == ("dry", True)
    assert part("Ada", home.post(f"{PROJECT}/cast", {"speaker": "Tobias", "same_as": "Ada"}))["also"] == ["Tobias"]
    assert "is nobody else" in refusal(home.post(f"{PROJECT}/cast", {"speaker": "Ada", "same_as": "Ada"}), 400)
    found = home.post(f"{PROJECT}/cast", {"speaker": "Tobias", "voice": "auto"})
    assert part("Tobias", found)["chosen"] is False
    assert part("Ada", home.post(f"{PROJECT}/cast", {"speaker": "Ada", "direction": ""}))["direction"] == ""
    assert "nothing is asked" in refusal(home.post(f"{PROJECT}/cast", {"speaker": "Ada"}), 400)


def test_what_is_told_of_a_book_is_changed(home: Serving, folder: Path) -> None:
    before = home.get(f"{PROJECT}/about").json
    assert (before["title"], before["own_cover"]) == ("The Lighthouse Clock", True)
    after = home.post(f"{PROJECT}/about", {"opening": "The Clock.", "podcast_url": "https://a.example/clock/"}).json
    assert after == before | {"opening": "The Clock.", "podcast_url": "https://a.example/clock/"}
    said = refusal(home.post(f"{PROJECT}/about", {"opening": "", "podcast_url": "a.example"}), 400)
    assert str(folder) not in said
    assert "pictures" not in said
    assert home.get(f"{PROJECT}/about").json == after, "all of it or nothing"
    assert home.post(f"{PROJECT}/about", {"opening": "", "podcast_url": ""}).json == before
    own = home.get(f"{PROJECT}/cover").body
    assert home.ask("DELETE", f"{PROJECT}/cover").json["own_cover"] is False
    drawn = home.get(f"{PROJECT}/cover").body
    assert drawn != own
    assert "it is no JPEG, PNG" in refusal(home.send(f"{PROJECT}/cover", b"GIF", "a.gif"), 400)
    assert home.send(f"{PROJECT}/cover", own, "../../red.jpg").json["own_cover"] is True
    assert home.get(f"{PROJECT}/cover").body != drawn
    refusal(home.send("/api/projects/nobody/cover", own, "red.jpg"), 404)
    refusal(home.get("/api/projects/nobody/about"), 404)


def test_unsure_quotations_are_decided_once(home: Serving) -> None:
    first, *others = home.get(f"{PROJECT}/review").json
    decided = {"index": first["index"], "text": first["text"], "speaker": "Tobias"}
    left = home.ask("POST", f"{PROJECT}/review", decided).json
    assert [one["index"] for one in left] == [one["index"] for one in others]
    assert "meanwhile" in refusal(home.ask("POST", f"{PROJECT}/review", decided), 409)
    refusal(home.ask("POST", f"{PROJECT}/review", decided | {"index": 999}), 404)
    refusal(home.ask("POST", f"{PROJECT}/review", decided | {"index": "one"}), 400)
    bad = {"index": others[0]["index"], "text": others[0]["text"], "speaker": "a: b"}
    assert "is no speaker's name" in refusal(home.ask("POST", f"{PROJECT}/review", bad), 400)


def test_a_render_is_a_job_and_there_is_one_at_a_time(home: Serving, folder: Path) -> None:
    assert "nothing is at work" in refusal(home.post(f"{PROJECT}/stop"), 400)
    job = home.post(f"{PROJECT}/render").json
    assert (job["project"], job["until"]) == (EXAMPLE.stem, "takes")
    assert job["id"] in refusal(home.post(f"{PROJECT}/render"), 409)
    assert "formats" in refusal(home.ask("POST", f"{PROJECT}/deliver", {"formats": "m4b"}), 400)
    assert home.get(PROJECT).json["job"]["id"] == job["id"]
    assert home.post(f"{PROJECT}/stop").status == 200
    ends = time.monotonic() + 120
    while (now := home.get(PROJECT).json["job"])["state"] in ("waiting", "working"):
        assert time.monotonic() < ends
        time.sleep(0.2)
    assert now["state"] in ("stopped", "done")
    assert "mp5" in refusal(home.ask("POST", f"{PROJECT}/deliver", {"formats": ["mp5"]}), 400)
    assert not (folder / "projects" / EXAMPLE.stem / "out" / "report.json").exists()
