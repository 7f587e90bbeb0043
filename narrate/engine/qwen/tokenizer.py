"""Text to ids: a byte-level BPE, token for token as qwen-tts's processor makes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.version import Version
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC
from tokenizers.pre_tokenizers import ByteLevel, Sequence as Steps, Split

from narrate.engine.qwen.checkpoint import read_object, reading

_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_MISTRALS_WORDS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_CONTROL = ("<|im_start|>", "<|im_end|>")  # that every prompt needs


class TextTokenizer:
    """A checkpoint's tokenizer."""

    def __init__(self, folder: Path) -> None:
        """Reads tokenizer_config.json, and tokenizer.json or else vocab.json and merges.txt. Raises EngineError."""
        settings, config = (read_object(folder / name) for name in ("tokenizer_config.json", "config.json"))
        with reading(folder):
            self._tokenizer = _built(folder)
            if _split_as_mistrals(config):
                self._tokenizer.pre_tokenizer[0] = Split(Regex(_MISTRALS_WORDS), "isolated")
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            self._tokenizer.add_tokens(_added(settings))  # those that it has already stay as they are
            for name in _CONTROL:
                if self._tokenizer.token_to_id(name) is None:
                    raise ValueError(f"its tokenizer knows no {name}")

    def ids(self, text: str) -> list[int]:
        """Ids of `text`, in which the name of a control token stands for it."""
        self._tokenizer.encode_special_tokens = False
        return list(self._tokenizer.encode(text).ids)

    def literal_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of what people wrote: a control token's name in it, <|im_end|>, is letters like any others."""
        self._tokenizer.encode_special_tokens = True
        return [list(found.ids) for found in self._tokenizer.encode_batch(list(texts))]


def _built(folder: Path) -> Tokenizer:
    try:
        if (folder / "tokenizer.json").is_file():
            return Tokenizer.from_file(str(folder / "tokenizer.json"))
        merges = BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    except Exception as error:  # tokenizers raises nothing narrower
        raise ValueError(f"its tokenizer: {error}") from error
    tokenizer = Tokenizer(merges)
    tokenizer.normalizer = NFC()
    tokenizer.pre_tokenizer = Steps([Split(Regex(_WORDS), "isolated"), ByteLevel(False, use_regex=False)])
    return tokenizer


def _split_as_mistrals(config: Mapping[str, Any]) -> bool:
    """Whether qwen-tts has transformers put Mistral's rule for words there, by what config.json says wrote it."""
    release = config.get("transformers_version")
    if release and Version(str(release)) <= Version("4.57.2"):
        return config.get("model_type") is None
    return not release or Version(str(release)) < Version("5.0.0")


def _added(settings: Mapping[str, Any]) -> list[AddedToken]:
    """The tokens of tokenizer_config.json in the order of their ids, which follow those of the vocabulary."""
    entries = sorted((settings.get("added_tokens_decoder") or {}).items(), key=lambda entry: int(entry[0]))
    named = [settings.get(f"{name}_token") for name in ("bos", "eos", "unk", "pad")]
    named += settings.get("additional_special_tokens") or []
    special = {token["content"] if isinstance(token, dict) else token for token in named}
    tokens = [AddedToken(**entry) for _, entry in entries]
    for token in tokens:
        token.special = token.special or token.content in special
    return tokens
