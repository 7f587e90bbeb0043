"""Voices made, kept, exported and imported with tiny checkpoints, and what qwen-tts itself makes of the same files."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from narrate.audio import read_flac, write_audio
from narrate.cli import run
from narrate.cli.show import show
from narrate.engine import Wanted
from narrate.engine.qwen import QwenEngine
from narrate.engine.qwen.voices import ClonedVoice, open_voice
from narrate.errors import VoiceError
from narrate.languages import en
from narrate.project import Project
from narrate.takes import Request, TakeStore
from narrate.voices import find_shelved
from narrate.voices.folder import read_details
from narrate.voices.kinds import load_voice
from narrate.work import bake_cast, take_inventory

from .checkpoint import write_checkpoint
from .configs import HIDDEN
from .conftest import Folders
from .test_cloning import Maker
from .test_voices import Bomb, load_carelessly
from .upstream import VoiceClonePromptItem, quiet

sys.path.insert(0, str(Path(__file__).parents[1]))
from speech import MAN, TEXTS, WOMAN, audio, recital

CONSENT = ["--consent", "made by a machine, nobody's voice"]
TEXT = TEXTS[0]
Add = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NARRATE_HOME", "NARRATE_MODEL"):
        monkeypatch.delenv(name, raising=False)
    short = replace(en.LANGUAGE, passage="Well, who?")  # the whole one takes these models half a minute
    monkeypatch.setattr(en, "LANGUAGE", short)
    write_audio(tmp_path / "clip.wav", audio(recital(count=1)))
    write_audio(tmp_path / "other.wav", audio(recital(WOMAN, count=1)))
    return tmp_path


def voices(*arguments: object) -> int:
    return run(["voices", *map(str, arguments)])


@pytest.fixture
def add(home: Path, folders: Folders) -> Add:
    def make(name: str, *more: str, shape: str = "narrow", clip: str = "clip.wav") -> Path:
        model = ["--model", str(folders("base", shape)), "--device", "cpu"] if shape else []
        assert voices("add", name, clip, *CONSENT, *model, *more) == 0
        return home / "voices" / name

    return make


def upstream_item(reference: Any, folder: Path, text: str) -> VoiceClonePromptItem:
    """What qwen-tts makes of a voice's reference; its codes with half a second of silence behind it, as ours are."""
    kept = read_flac(folder / "reference.flac")
    wave = kept.samples.astype(np.float32) / 32768
    padded = np.concatenate([wave, np.zeros(kept.sample_rate // 2, np.float32)])
    with quiet():
        [plain] = reference.model.create_voice_clone_prompt((wave, kept.sample_rate), x_vector_only_mode=True)
        [silent] = reference.model.create_voice_clone_prompt((padded, kept.sample_rate), text)
    return VoiceClonePromptItem(silent.ref_code, plain.ref_spk_embedding, False, True, text)


@pytest.mark.parametrize("shape", ["narrow", "wide"])
def test_an_added_voice_is_what_qwen_tts_makes_and_comes_back_from_an_export(
    shape: str, add: Add, references: Maker, home: Path
) -> None:
    folder = add("count", "--text", TEXT, shape=shape)
    assert read_details(folder).model.startswith(f"base-{shape}@")
    theirs = upstream_item(references("base", shape), folder, TEXT)
    embedding = load_file(folder / "embedding.safetensors")[f"embedding.{HIDDEN[shape]}"]
    torch.testing.assert_close(embedding, theirs.ref_spk_embedding, atol=1e-5, rtol=1e-5)
    codes = load_file(folder / "codes.safetensors")["codes"]
    assert theirs.ref_code is not None
    assert torch.equal(codes.long(), theirs.ref_code)
    assert len(codes.unique()) > 100  # a comparison that could fail

    assert voices("export", "count", "out.pt") == 0
    payload = torch.load(home / "out.pt", weights_only=True)  # as its demo loads it
    [item] = [VoiceClonePromptItem(**entry) for entry in payload["items"]]
    assert torch.equal(item.ref_spk_embedding, theirs.ref_spk_embedding)
    assert item.ref_code is not None
    assert torch.equal(item.ref_code, theirs.ref_code)
    assert item.ref_code.dtype == theirs.ref_code.dtype
    assert (item.ref_text, item.icl_mode, item.x_vector_only_mode) == (TEXT, True, False)
    settings = {"max_new_tokens": 3, "do_sample": False, "subtalker_dosample": False}
    with quiet():
        speak = references("base", shape).model.generate_voice_clone
        [wave], _ = speak("Hm.", "english", voice_clone_prompt=[item], **settings)
    assert len(wave) > 0
    assert voices("show", "out.pt") == 0  # a path to a voice works wherever a name does


def test_an_x_vector_voice_is_exported_without_a_text(add: Add, home: Path) -> None:
    add("count", "--text", TEXT, "--xvector")
    assert voices("export", "count", "out.pt") == 0
    [entry] = torch.load(home / "out.pt", weights_only=True)["items"]
    assert (entry["ref_code"], entry["ref_text"], entry["x_vector_only_mode"]) == (None, None, True)


def test_another_size_is_made_once_and_changes_no_fingerprint(
    add: Add, folders: Folders, models: Maker, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = add("count", "--text", TEXT, shape="")
    before = load_voice(folder)
    assert voices("export", "count", "out.pt") == 1
    assert "has no embedding yet" in capsys.readouterr().err
    with pytest.raises(VoiceError, match="not yet made from its reference"):
        open_voice(before, models("base", "narrow").config)
    written: list[int] = []
    for shape in ("narrow", "wide", "narrow"):
        with QwenEngine(str(folders("base", shape)), device="cpu", frame_cap=lambda text: 2) as engine:
            [(request, _)] = engine.speak([Request("Hm.", load_voice(folder))])
        assert load_voice(folder).fingerprint == before.fingerprint == request.voice.fingerprint
        opened = open_voice(load_voice(folder), models("base", shape).config)
        assert isinstance(opened, ClonedVoice)
        assert opened.codes is not None
        assert len(opened.embedding) == HIDDEN[shape]
        written.append((folder / "embedding.safetensors").stat().st_mtime_ns)
    assert written[0] < written[1] == written[2]  # the third time there was nothing left to make
    assert find_shelved("count", [home / "voices"]).widths == tuple(sorted(HIDDEN.values()))
    assert voices("export", "count", "out.pt") == 1
    assert "--size 64 or 96" in capsys.readouterr().err
    assert voices("export", "count", "out.pt", "--size", "96") == 0
    # Another reference makes another embedding, and another voice.
    write_audio(folder / "reference.flac", audio(recital(MAN, count=1)))
    assert load_voice(folder).fingerprint != before.fingerprint
    assert find_shelved("count", [home / "voices"]).widths == ()
    stale = load_file(folder / "embedding.safetensors")["embedding.64"]
    with QwenEngine(str(folders("base", "narrow")), device="cpu", frame_cap=lambda text: 2) as engine:
        list(engine.speak([Request("Hm.", load_voice(folder))]))
    assert not torch.equal(load_file(folder / "embedding.safetensors")["embedding.64"], stale)


def test_a_text_is_wanted_before_anything_is_made(add: Add, folders: Folders) -> None:
    folder = add("count", shape="")
    (folder / "voice.toml").write_text('kind = "clone"\n', "utf-8")
    with QwenEngine(str(folders("base", "narrow")), device="cpu") as engine, pytest.raises(VoiceError, match="transcr"):
        list(engine.speak([Request("Hm.", load_voice(folder))]))


# --- import -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1024, 2048])
@pytest.mark.parametrize("form", ["bare", "safetensors", "items", "named"])
def test_what_others_saved_is_imported(form: str, width: int, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    embedding, codes = torch.linspace(-1, 1, width), torch.arange(48).view(3, 16)
    path = home / ("v.pt" if form in ("bare", "items") else "v.safetensors")
    if form == "bare":
        torch.save(embedding.bfloat16(), path)
    elif form == "items":
        item = {"ref_code": codes, "ref_spk_embedding": embedding, "x_vector_only_mode": False}
        torch.save({"items": [item | {"icl_mode": True, "ref_text": "What I said."}]}, path)
    else:
        save_file({"embedding" if form == "safetensors" else f"embedding.{width}": embedding}, path)
    assert voices("import", "theirs", path, *CONSENT, "--language", "en") == 0
    size = {1024: "0.6B", 2048: "1.7B"}[width]
    assert f"for the {size} model alone" in capsys.readouterr().err
    found = find_shelved("theirs", [home / "voices"])
    assert found.widths == (width,)
    assert found.details.kind == ("clone" if form == "items" else "clone-xvector")
    assert voices("list", "--json") == 0
    [row] = (row for row in json.loads(capsys.readouterr().out) if row["name"] == "theirs")
    assert (row["models"], row["sizes"]) == (size, [size])
    # As it came, so it goes.
    assert voices("export", "theirs", "out.pt") == 0
    [entry] = torch.load(home / "out.pt", weights_only=True)["items"]
    assert torch.equal(entry["ref_spk_embedding"], embedding.bfloat16().float() if form == "bare" else embedding)
    if form == "items":
        assert torch.equal(entry["ref_code"], codes)
        assert entry["ref_text"] == "What I said."


@pytest.mark.parametrize(
    ("saved", "says"),
    [
        (torch.ones(64), "64 wide, which fits no released model"),
        (torch.ones(2, 1024), "1024 wide, which fits no released model"),
        (torch.full((1024,), torch.nan), "not all numbers"),
        ({"items": []}, "0 voices"),
        ({"nothing": 1}, "no speaker embedding"),
    ],
)
def test_what_is_not_imported(saved: Any, says: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(saved, home / "v.pt")
    assert voices("import", "theirs", "v.pt", *CONSENT) == 1
    assert says in capsys.readouterr().err
    assert not (home / "voices" / "theirs").exists()


def test_a_width_is_held_against_the_model_that_was_named(
    home: Path, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save(torch.ones(1024), home / "v.pt")
    model = ["--model", str(folders("base", "narrow"))]
    assert voices("import", "theirs", "v.pt", *CONSENT, *model) == 1
    assert "made for the 0.6B model; this is a model 64 wide" in capsys.readouterr().err
    torch.save(torch.ones(64), home / "v.pt")
    assert voices("import", "theirs", "v.pt", *CONSENT, *model) == 0
    assert find_shelved("theirs", [home / "voices"]).widths == (64,)


def test_an_import_needs_consent_and_runs_no_pickle(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(torch.ones(1024), home / "v.pt")
    assert voices("import", "theirs", "v.pt") == 1
    assert "did they agree" in capsys.readouterr().err
    assert voices("import", "theirs", "nowhere.pt", *CONSENT) == 1
    assert voices("import", "theirs", "clip.wav", *CONSENT) == 1
    torch.save({"items": [{"ref_spk_embedding": Bomb(home / "hit")}]}, home / "bomb.pt")
    assert voices("import", "theirs", "bomb.pt", *CONSENT) == 1
    assert "more than tensors" in capsys.readouterr().err
    assert not (home / "hit").exists()
    assert not (home / "voices" / "theirs").exists()
    load_carelessly(home / "bomb.pt")
    assert (home / "hit").exists()


# --- design -----------------------------------------------------------------------------------------


def test_candidates_are_made_heard_and_one_is_baked(
    home: Path, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    # Of a model that ends lines by chance a take may be too short for a recording.
    model = write_checkpoint(home / "voice_design-narrow", "voice_design", "narrow", runs_on=True)
    design = ["--model", str(model), "--device", "cpu"]
    base = ["--model", str(folders("base", "narrow"))]
    assert voices("design", "teller", "a warm <old> storyteller", "--takes", 3, *design) == 0
    page = home / capsys.readouterr().out.strip()
    assert page == home / "voices" / "teller.design" / "index.html"
    text = page.read_text("utf-8")
    assert text.count("<audio") == text.count("data:audio/flac;base64,") == 3
    assert "a warm &lt;old&gt; storyteller" in text
    assert "http" not in text  # nothing of it lies elsewhere
    takes = {read_flac(page.with_name(f"{n}.flac")).samples.tobytes() for n in (1, 2, 3)}
    assert len(takes) == 3
    assert voices("design", "teller", "--pick", 7) == 1
    assert "there are 1, 2, 3" in capsys.readouterr().err
    assert voices("design", "teller", "--pick", 2, *design, *base) == 0
    found = find_shelved("teller", [home / "voices"])
    assert (found.details.kind, found.details.origin, found.widths) == ("clone", "design", (64,))
    assert found.details.prompt == "a warm <old> storyteller"
    assert found.details.model.startswith("voice_design-narrow@")
    assert found.details.seed
    assert voices("hear", "teller", "Hm.", *design, *base, "-o", "hm.wav") == 0
    assert (home / "hm.wav").is_file()


def test_speakers_of_a_checkpoint(folders: Folders, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    custom, base = str(folders("custom_voice", "narrow")), str(folders("base", "narrow"))
    assert voices("speakers", "--model", base, "--model", custom, "--json") == 0
    found = {row["name"]: row["language"] for row in json.loads(capsys.readouterr().out)}
    assert found == {"dylan": "zh (beijing_dialect)", "ryan": "en", "serena": "zh"}
    assert voices("speakers", "--model", base) == 1
    assert "no speakers of its own" in capsys.readouterr().err
    assert voices("add", "hero", "--speaker", "aiden", "--model", custom) == 1
    assert "no speaker called" in capsys.readouterr().err


# --- in a book --------------------------------------------------------------------------------------

SCRIPT = "# One\n\nnarrator: So.\nAnna: No.\nTom: Yes.\nAnna: Oh.\n"


@pytest.mark.usefixtures("in_this_process")
def test_a_design_in_the_cast_is_baked_once_and_a_new_reference_makes_its_lines_alone(
    add: Add, home: Path, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    add("count", "--text", TEXT, shape="")
    add("lady", clip="other.wav", shape="")
    (home / "play.script").write_text(SCRIPT, "utf-8")
    assert run(["new", "play.script"]) == 0
    folder = home / "projects" / "play"
    cast = 'narrator = "count"\nAnna = "lady"\nTom = { design = "a tall quiet man, with a smile" }\n'
    (folder / "cast.toml").write_text(cast, "utf-8")
    models = (str(folders("base", "narrow")), str(folders("voice_design", "narrow")))
    arguments = ["render", "projects/play", "--device", "cpu", "--check", "off"]
    assert run([*arguments, "--model", models[0]]) == 1
    assert '"Tom" needs a VoiceDesign model' in capsys.readouterr().err
    arguments += ["--model", models[0], "--model", models[1]]
    assert run(arguments) == 3  # these models end no line by themselves
    said = capsys.readouterr()
    assert "Baking 1 designed voice" in said.err
    [baked] = (folder / "voices").iterdir()
    assert baked.name.startswith("a-tall-quiet-man-with-")
    assert read_details(baked).origin == "design"
    assert "Made 5 lines" in said.out
    assert len(TakeStore(folder / "takes").keys()) == 5  # the heading too

    project = Project(folder, home)
    wanted = Wanted(models=models, device="cpu")
    assert take_inventory(project, wanted).work.missing == ()
    show(bake_cast(project, wanted))  # nothing is baked again
    assert "Baking" not in capsys.readouterr().err
    write_audio(home / "voices" / "lady" / "reference.flac", audio(recital(MAN, count=1)))
    assert {request.text for request in take_inventory(project, wanted).work.missing} == {"No.", "Oh."}
    assert voices("rename", "count", "old count") == 0
    assert {request.text for request in take_inventory(project, wanted).work.missing} == {"No.", "Oh."}


def test_a_series_bakes_its_designs_beside_its_own_cast(add: Add, home: Path, folders: Folders) -> None:
    add("count", "--text", TEXT, shape="")
    models = (str(folders("base", "narrow")), str(folders("voice_design", "narrow")))
    wanted = Wanted(models=models, device="cpu")
    (home / "play.script").write_text(SCRIPT, "utf-8")
    for name in ("one", "two"):
        assert run(["new", "play.script", "--project", f"projects/{name}"]) == 0
    one, two = home / "projects" / "one", home / "projects" / "two"
    (one / "cast.toml").write_text('narrator = "count"\nTom = { design = "a tall quiet man" }\n', "utf-8")
    (two / "cast.toml").write_text('Anna = { design = "a small loud woman" }\n', "utf-8")
    settings = (two / "project.toml").read_text("utf-8")
    (two / "project.toml").write_text(f'series_cast = "../one/cast.toml"\n{settings}', "utf-8")
    show(bake_cast(Project(two, home), wanted))
    assert [path.name[:10] for path in (one / "voices").iterdir()] == ["a-tall-qui"]
    assert [path.name[:10] for path in (two / "voices").iterdir()] == ["a-small-lo"]
    tom = [Project(folder, home).cast().parts["Tom"].voice for folder in (one, two)]
    assert tom[0] == tom[1]
