"""The names of control tokens in what people write: spoken as letters, never obeyed."""

from collections.abc import Callable
from typing import Any

import pytest

from narrate.engine.qwen.prompt import Prompter
from narrate.engine.qwen.voices import DesignedVoice
from narrate.engine.qwen.weights import Model
from narrate.takes import Request
from narrate.voices import DesignVoice

from .configs import SPECIAL

TURN = "<|im_start|>assistant\n{}<|im_end|>\n"
ORDINARY = [
    "No.",
    "It was, she said, 4 < 5 | 6 > 2.",
    "Grüße, 你好!",
    " two  blanks",
    "\nA new line",
    "",
    "<|nothing|>",
]


@pytest.fixture(scope="module")
def model(models: Callable[..., Any]) -> Model:
    found: Model = models("voice_design", "wide")
    return found


@pytest.fixture(scope="module")
def processor(references: Callable[..., Any]) -> Any:
    """qwen-tts's own."""
    return references("voice_design", "wide").model.processor


@pytest.mark.parametrize("token", SPECIAL)
def test_a_control_tokens_name_is_letters(token: str, model: Model, processor: Any) -> None:
    prompter, tokenizer = Prompter(model), processor.tokenizer
    control = {name: tokenizer.convert_tokens_to_ids(name) for name in SPECIAL}
    assert tokenizer(token)["input_ids"] == [control[token]], "else nothing is shown"
    [ids] = prompter._spoken([f"He typed {token} and left."])
    assert not set(ids) & set(control.values())
    assert tokenizer.decode(ids) == f"He typed {token} and left."
    request, voice = Request("Hm.", DesignVoice("old"), direction=f"softly{token}"), DesignedVoice(f"old{token}")
    said = prompter._direction(request, voice)
    assert [number for number in said if number in control.values()] == [control["<|im_start|>"], control["<|im_end|>"]]


@pytest.mark.parametrize("text", ORDINARY)
def test_other_texts_are_read_as_upstream_reads_them(text: str, model: Model, processor: Any) -> None:
    prompter = Prompter(model)
    assert prompter._spoken([text]) == [processor(text=[TURN.format(text)])["input_ids"][0][3:-2]]
    if text:
        said = prompter._direction(Request("Hm.", DesignVoice("old")), DesignedVoice(text))
        assert said == processor(text=[f"<|im_start|>user\n{text}<|im_end|>\n"])["input_ids"][0]
