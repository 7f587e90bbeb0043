"""The studio's voices with tiny checkpoints on the CPU: designed by words and cloned, kept, and written to files."""

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from safetensors.numpy import load

from narrate.audio import write_audio
from narrate.cli import run
from narrate.engine import Wanted
from narrate.languages import en
from narrate.serve.home import Home
from narrate.voices import find_shelved

from .checkpoint import write_checkpoint
from .conftest import Folders

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import Serving, serving
from speech import TEXTS, audio, recital

CONSENT = "made by a machine, nobody's voice"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    short = replace(en.LANGUAGE, passage="Well, who?")  # the whole one takes these models half a minute
    monkeypatch.setattr(en, "LANGUAGE", short)
    return tmp_path


@pytest.fixture
def site(home: Path, folders: Folders) -> Iterator[Serving]:
    # Of a model that ends lines by chance a take may be too short for a recording.
    design = write_checkpoint(home / "voice_design-narrow", "voice_design", "narrow", runs_on=True)
    models = (str(design), str(folders("base", "narrow")), str(folders("custom_voice", "narrow")))
    with serving(Home(home, Wanted(models=models, device="cpu")).app()) as running:
        yield running


def test_four_candidates_are_read_heard_and_one_is_kept(site: Serving, home: Path) -> None:
    able = site.get("/api/voices/able").json
    assert set(able["speak"].values()) == {""}
    assert able["direct"]["custom_voice"] == "the 0.6B model takes none"
    words = "a warm <old> storyteller"
    design = site.post("/api/voices/design", {"name": "teller", "words": words}).json
    assert (design["words"], design["passage"], design["made"]) == (words, "Well, who?", False)
    assert list(design["seconds"]) == ["1", "2", "3", "4"]
    sounds = [site.get(f"/api/designs/teller/{number}").body for number in (1, 2, 3, 4)]
    assert len(set(sounds)) == 4
    assert soundfile.info(io.BytesIO(sounds[1])).duration == pytest.approx(design["seconds"]["2"], abs=0.01)
    assert "has no candidate 9" in site.get("/api/designs/teller/9").json["error"]
    assert "has no candidate 9" in site.post("/api/designs/teller/keep", {"number": 9}).json["error"]
    assert site.post("/api/designs/teller/keep", {"number": "one"}).status == 400
    kept = site.post("/api/designs/teller/keep", {"number": 2}).json["voice"]
    assert (kept["kind"], kept["description"], kept["own"]) == ("clone", words, True)
    assert find_shelved("teller", [home / "voices"]).details.origin == "design"
    assert [one["made"] for one in site.get("/api/designs").json] == [True]
    again = site.post("/api/voices/design", {"name": "teller", "words": words})
    assert "already a voice" in again.json["error"], "before anything is read"
    assert site.post("/api/designs/teller/forget").json == {}
    assert site.get("/api/designs").json == []
    assert find_shelved("teller", [home / "voices"]).voice is not None


def test_speakers_are_those_of_the_model_that_is_there(site: Serving) -> None:
    assert [speaker["name"] for speaker in site.get("/api/voices/speakers").json] == ["dylan", "ryan", "serena"]
    assert "no speaker" in site.post("/api/voices", {"name": "a", "speaker": "aiden"}).json["error"]


def test_a_clone_is_made_by_upload_speaks_and_is_exported(site: Serving, home: Path, folders: Folders) -> None:
    write_audio(home / "clip.wav", audio(recital(count=1)))
    judged = site.send("/api/recordings", (home / "clip.wav").read_bytes(), text=TEXTS[0]).json
    asked = {"recording": judged["id"], "name": "keeper", "text": TEXTS[0], "consent": CONSENT}
    assert site.post("/api/voices", asked).json["voice"]["sizes"] == [], "the engine makes its embedding"
    said = site.ask(
        "POST", "/v1/audio/speech", {"model": "narrate", "voice": "keeper", "input": "Hm.", "response_format": "wav"}
    )
    assert said.status == 200, said.body
    assert said.body.startswith(b"RIFF")
    assert site.get("/api/voices/keeper/about").json["sizes"] == ["64"]
    export = site.get("/api/voices/keeper/export?form=safetensors")
    assert 'filename="keeper.safetensors"' in export.headers["content-disposition"]
    assert len(load(export.body)) >= 2
    (home / "voices" / "mine.safetensors").write_bytes(export.body)
    assert run(["--home", str(home), "voices", "show", "mine"]) == 0
