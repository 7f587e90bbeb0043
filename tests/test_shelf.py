"""The shelf: voices whole or not there, fingerprints over what is heard, names that cannot do harm."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio, write_audio
from narrate.errors import NarrateError, VoiceError
from narrate.voices import (
    DesignVoice,
    Details,
    DraftVoice,
    SpeakerVoice,
    StoredVoice,
    check_name,
    find_shelved,
    find_voice,
    list_voices,
    new_voice,
    projects_under,
    read_shelves,
    remove_voice,
    rename_voice,
    users,
)
from narrate.voices.folder import format_details, read_details, stored_tensors
from narrate.voices.kinds import load_voice

CLONE = Details("clone", ("en",), "An old count.", "recording", "clip.wav", consent="me, my own voice")


def recording(pitch: float = 140.0) -> Audio:
    time = np.arange(24000) / 24000
    return Audio((np.sin(2 * np.pi * pitch * time) * 9000).astype(np.int16), 24000)


def safetensors(tensors: dict[str, np.ndarray], made_from: str = "") -> bytes:
    """A .safetensors file, by its published form."""
    import json

    header: dict[str, object] = {"__metadata__": dict.fromkeys(tensors, made_from)} if made_from else {}
    body = b""
    for name, tensor in tensors.items():
        data = tensor.astype(np.float32).tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def add(shelf: Path, name: str = "count", details: Details = CLONE, pitch: float = 140.0) -> Path:
    with new_voice(shelf, name, details) as folder:
        if details.kind.startswith("clone"):
            write_audio(folder / "reference.flac", recording(pitch))
            (folder / "reference.txt").write_text("Good evening.\n", "utf-8")
    return shelf / name


def fingerprint(folder: Path) -> str:
    return load_voice(folder).fingerprint


def test_a_voice_is_found_with_its_details(tmp_path: Path) -> None:
    folder = add(tmp_path)
    found = find_shelved("count", [tmp_path])
    assert found.voice == find_voice("count", [tmp_path]) == StoredVoice("count", folder, fingerprint(folder))
    assert replace(found.details, made_at="") == CLONE
    assert found.details.made_at.endswith("+00:00")
    assert found.reference_s == 1.0
    assert found.widths == ()
    assert [p.name for p in tmp_path.iterdir()] == ["count"]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(words, words, st.lists(words, max_size=3), words)
def test_details_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, description: str, consent: str, languages: list[str], prompt: str
) -> None:
    folder = tmp_path_factory.mktemp("v")
    details = Details("clone", tuple(languages), description, prompt=prompt, consent=consent, seed=7)
    (folder / "voice.toml").write_text(format_details("n", details), "utf-8")
    assert read_details(folder) == details


def test_the_fingerprint_covers_what_is_heard_and_nothing_else(tmp_path: Path) -> None:
    folder = add(tmp_path)
    first = fingerprint(folder)
    moved = rename_voice(find_shelved("count", [tmp_path]), "old count")
    assert fingerprint(moved) == first
    assert read_details(moved).consent == CLONE.consent
    assert 'name = "old count"' in (moved / "voice.toml").read_text("utf-8")
    (moved / "voice.toml").write_text((moved / "voice.toml").read_text("utf-8") + 'licence = "CC0"\n', "utf-8")
    (moved / "reference.txt").write_text("Good\n  evening.", "utf-8")
    assert fingerprint(moved) == first
    (moved / "reference.txt").write_text("Good morning.", "utf-8")
    assert fingerprint(moved) != first
    (moved / "reference.txt").write_text("Good evening.", "utf-8")
    write_audio(moved / "reference.flac", recording(141))
    assert fingerprint(moved) != first


def test_sizes_made_from_the_reference_change_nothing_and_given_ones_do(tmp_path: Path) -> None:
    from narrate.voices.folder import reference_digest

    folder = add(tmp_path)
    first = fingerprint(folder)
    mark = reference_digest(folder)
    (folder / "embedding.safetensors").write_bytes(safetensors({"embedding.1024": np.ones(1024)}, mark))
    (folder / "codes.safetensors").write_bytes(safetensors({"codes": np.ones((3, 16))}, mark))
    assert fingerprint(folder) == first
    assert find_shelved("count", [tmp_path]).widths == (1024,)
    (folder / "reference.flac").unlink()  # still what they were made from
    assert fingerprint(folder) == first
    (folder / "embedding.safetensors").write_bytes(safetensors({"embedding.1024": np.ones(1024)}))
    assert fingerprint(folder) != first


def test_an_embedding_of_another_reference_does_not_stand(tmp_path: Path) -> None:
    folder = add(tmp_path)
    (folder / "embedding.safetensors").write_bytes(safetensors({"embedding.2048": np.ones(2048)}, "0" * 40))
    assert find_shelved("count", [tmp_path]).widths == ()


def test_every_kind_is_listed_and_a_damaged_one_says_why(tmp_path: Path) -> None:
    add(tmp_path)
    add(tmp_path, "ryan-here", Details("speaker", speaker="ryan"))
    add(tmp_path, "teller", Details("design", prompt="a warm old storyteller"))
    add(tmp_path, "low", Details("draft"))
    (tmp_path / "theirs.safetensors").write_bytes(safetensors({"embedding": np.ones(1024)}))
    found = {shelved.name: shelved for shelved in read_shelves([tmp_path])}
    assert list(found) == ["count", "low", "ryan-here", "teller", "theirs"]
    assert found["ryan-here"].voice == SpeakerVoice("ryan")
    assert found["teller"].voice == DesignVoice("a warm old storyteller")
    assert found["theirs"].widths == (1024,)
    assert [voice.name for voice in list_voices([tmp_path])] == list(found)
    (tmp_path / "count" / "reference.flac").unlink()
    damaged = {shelved.name: shelved.damage for shelved in read_shelves([tmp_path])}["count"]
    assert "neither an embedding nor a recording" in damaged
    # Another's damage does not stand in the way of a voice that is whole.
    assert find_voice("low", [tmp_path]) == DraftVoice("low")
    with pytest.raises(VoiceError, match='did you mean "teller"'):
        find_voice("tellr", [tmp_path])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        (1 << 40).to_bytes(8, "little"),
        b"\x02" + bytes(7) + b"[]",
        b"\x02" + bytes(7) + b"{{",
        b"\x36" + bytes(7) + b'{"x":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}',
    ],
)
def test_damaged_tensor_files_are_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "embedding.safetensors").write_bytes(data)
    with pytest.raises(VoiceError, match="not a readable"):
        stored_tensors(tmp_path / "embedding.safetensors")


def test_a_model_among_the_voices_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(1 << 32)
    with pytest.raises(VoiceError, match="too large"):
        stored_tensors(tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "/etc/x", "a\\b", "..", ".", "", ".x", "-x", "auto", "Auto", "x.pt", "x.safetensors", "a\nb", " x"],
)
def test_names_that_no_voice_may_have(name: str, tmp_path: Path) -> None:
    with pytest.raises(VoiceError):
        check_name(name)
    shelf = tmp_path / "voices"
    with pytest.raises(VoiceError), new_voice(shelf, name, CLONE):
        pass
    assert not shelf.exists()


def test_a_taken_name_and_a_block_that_fails_leave_the_shelf_alone(tmp_path: Path) -> None:
    add(tmp_path)
    before = fingerprint(tmp_path / "count")
    with pytest.raises(VoiceError, match="already"), new_voice(tmp_path, "count", CLONE):
        pass
    with pytest.raises(NarrateError), new_voice(tmp_path, "other", CLONE) as folder:
        (folder / "reference.txt").write_text("half")
        raise VoiceError("no")
    assert [p.name for p in tmp_path.iterdir()] == ["count"]
    assert fingerprint(tmp_path / "count") == before
    add(tmp_path, "other")
    with pytest.raises(VoiceError, match="already"):
        rename_voice(find_shelved("other", [tmp_path]), "count")


def test_a_voice_that_comes_with_narrate_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match='narrate comes with a voice called "george"'):
        add(tmp_path, "george")
    add(tmp_path)
    with pytest.raises(VoiceError, match='narrate comes with a voice called "george"'):
        rename_voice(find_shelved("count", [tmp_path]), "george")
    assert [p.name for p in tmp_path.iterdir()] == ["count"]


def test_killed_in_the_middle_there_is_no_voice(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from narrate.voices.shelf import new_voice; "
        "from narrate.voices.folder import Details\n"
        "with new_voice(Path(sys.argv[1]), 'count', Details('draft')) as folder:\n"
        "    (folder / 'voice.toml').write_text('kind = \"draft\"')\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(list(tmp_path.iterdir())) == 1
    assert list(read_shelves([tmp_path])) == []
    with pytest.raises(VoiceError, match='no voice called "count"'):
        find_voice("count", [tmp_path])
    add(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["count"]  # what the killed one left is swept


def test_voice_users_are_the_projects_whose_cast_names_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shelf = home / "voices"
    add(shelf, "low", Details("draft"))
    for name, cast in {
        "one": 'narrator = "low"\n',
        "two": 'narrator = "narrator"\nTom = { voice = "low", direction = "slow" }\n',
        "three": 'narrator = "narrator"\nlow = "narrator"\n',
        "path": f'narrator = "{shelf}/low"\n',
        "broken": "narrator = \n",
        "own": 'narrator = "low"\n',
    }.items():
        (home / "projects" / name).mkdir(parents=True)
        (home / "projects" / name / "cast.toml").write_text(cast, "utf-8")
    add(home / "projects" / "own" / "voices", "low", Details("draft"))
    low = find_shelved("low", [shelf])
    assert users(low, projects_under(home)) == ["one", "path", "two"]
    remove_voice(low)
    assert list(shelf.iterdir()) == []


def test_the_embedded_voice_is_on_no_shelf(tmp_path: Path) -> None:
    found = find_shelved("narrator", [tmp_path])
    assert found.voice == find_voice("narrator", ())
    assert found.details.origin == "embedded"
