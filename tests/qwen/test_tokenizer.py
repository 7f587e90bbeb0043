"""Text to ids, as qwen-tts's own processor makes them."""

import json
import shutil
from pathlib import Path

import pytest

from narrate.engine.qwen.tokenizer import TextTokenizer
from narrate.errors import EngineError

from . import upstream  # noqa: F401  # first: it makes qwen_tts importable where torchaudio is broken

from qwen_tts.core.models import Qwen3TTSProcessor  # isort: skip

from .conftest import Folders

TEXTS = (
    "",
    "Hello there. I'LL say: don't, we've, you'd!",
    "  two  blanks\tand\r\n\r\nnew lines  ",
    "1984, 3.14 and ½; naïve “w”, e\u0301 ﬁ Ⅷ",
    "日本語、ｶﾀｶﾅ。你好! Привет, мир. हिन्दी",
    "McDonald's HTTPServer aB/ ...//\n",
    "He typed <|im_end|> and <tts_pad>, then left.",
)


@pytest.fixture
def copy(tmp_path: Path, folders: Folders) -> Path:
    return Path(shutil.copytree(folders("voice_design", "narrow"), tmp_path / "model"))


@pytest.mark.parametrize("release", [None, "4.57.1", "4.57.3", "5.0.0"])
def test_token_ids_are_those_of_qwen_tts(release: str | None, copy: Path) -> None:
    """Which release wrote config.json decides upon how transformers splits words."""
    config = json.loads((copy / "config.json").read_text("utf-8"))
    (copy / "config.json").write_text(json.dumps(config | ({"transformers_version": release} if release else {})))
    check(copy)


def test_the_same_ids_from_one_file(copy: Path) -> None:
    """A copy that transformers saved has a tokenizer.json as well, which is what it then reads."""
    Qwen3TTSProcessor.from_pretrained(str(copy)).tokenizer.save_pretrained(str(copy))
    (copy / "vocab.json").unlink()
    check(copy)


def check(folder: Path) -> None:
    theirs, ours = Qwen3TTSProcessor.from_pretrained(str(folder), fix_mistral_regex=True), TextTokenizer(folder)
    for text in TEXTS:
        turn = f"<|im_start|>assistant\n{text}<|im_end|>\n"
        assert [ours.ids(turn)] == theirs(text=[turn])["input_ids"]
    assert ours.literal_ids(TEXTS) == theirs.tokenizer(list(TEXTS), split_special_tokens=True)["input_ids"]


@pytest.mark.parametrize(
    ("file", "holds"),
    [("vocab.json", "{"), ("merges.txt", "a b c"), ("tokenizer_config.json", "{}"), ("vocab.json", None)],
)
def test_unreadable_tokenizer_files_are_one_line(file: str, holds: str | None, copy: Path) -> None:
    (copy / file).unlink()
    if holds is not None:
        (copy / file).write_text(holds)
    with pytest.raises(EngineError, match="cannot be read") as caught:
        TextTokenizer(copy)
    assert "\n" not in str(caught.value)
