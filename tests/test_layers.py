"""The rules that keep the code one-way: who may import whom, and what the command line may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "narrate"

# Each row may import the rows above it and its own; `cli` may import everything.
ROWS = (
    ("errors", "files", "install"),
    ("audio", "book", "lock", "reading", "quotes", "language", "clip", "hearing", "podcast", "targets", "toml"),
    ("cue", "sentences", "script", "script_files", "voice", "voice_folder", "voice_tensors"),
    ("shelf", "passages", "audition"),
    ("attribution", "pauses"),
    ("ingest",),
    ("adapt", "heads", "take", "spoken", "lexicon", "rare_words"),
    ("casting", "roles", "persons", "autocast", "series"),
    ("engine",),
    ("settings", "project", "sample", "speed"),
    ("render", "order", "check", "relabel", "rewriting", "wishes"),
    ("bench",),
    ("assembly", "report", "stats"),
    ("estimate", "pictures"),
    ("proof",),
    ("cli",),
)
OWNERS: dict[str, str | tuple[str, ...]] = {
    "torch": "narrate/engine/qwen/",
    "transformers": "narrate/engine/qwen/",
    "qwen_tts": "narrate/engine/qwen/",
    "triton": "narrate/engine/qwen/",
    "safetensors": ("narrate/engine/qwen/", "narrate/voice_tensors.py"),
    "msgspec": ("narrate/toml.py", "narrate/settings.py", "narrate/pauses.py"),
    "click": "narrate/cli/",
    "tqdm": "narrate/cli/",
    "pydub": "narrate/assembly/",
    "PIL": "narrate/assembly/",
    # bench asks git for the commit, overnight runs the command of --notify
    "subprocess": (
        "narrate/assembly/",
        "narrate/bench.py",
        "narrate/cli/playing.py",
        "narrate/cli/overnight.py",
    ),
    "ebooklib": "narrate/ingest/",
    "lxml": "narrate/ingest/",
    "hibari": "narrate/engine/draft",
    "onnxruntime": "narrate/engine/draft",
    "ray": "narrate/engine/cluster.py",
    "starlette": "narrate/proof/",
    "uvicorn": "narrate/proof/server.py",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def row_of(module: str) -> int:
    return next(i for i, row in enumerate(ROWS) if module in row)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    # How the engine is measured is written beside it, and belongs to the measuring.
    measuring = str(relative) in ("engine/qwen/bench.py", "engine/qwen/peers.py")
    own = "bench" if measuring else relative.parts[0].removesuffix(".py")
    where = f"narrate/{relative.as_posix()}"
    for name in imported(path):
        top = name.split(".")[0]
        assert top not in OWNERS or where.startswith(OWNERS[top]), f"{where} imports {name}"
        if top == "narrate" and name != "narrate" and own not in ("__init__", "__main__"):
            other = name.split(".")[1]
            assert row_of(other) <= row_of(own), f"{where} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    prints = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]
    assert not prints or path.is_relative_to(PACKAGE / "cli")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_fit_in_a_head(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 410
    assert ast.get_docstring(ast.parse(text)), "a module opens with what lives there"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 75, node.name


def test_help_loads_nothing_heavy() -> None:
    """Quick is what loads little: 19 modules of its own, 105 in all."""
    code = (
        "import sys; before = set(sys.modules); from narrate.cli import run; run(['--help']); "
        "print(*sorted(set(sys.modules) - before), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "audiobook" in done.stdout
    loaded = done.stderr.split()
    heavy = {"torch", "nltk", "pydub", "numpy", "lxml", "soundfile", "tqdm", "hibari", "PIL", "msgspec"}
    assert not heavy & set(loaded)
    assert len([name for name in loaded if name.startswith("narrate")]) <= 25, loaded
    assert len(loaded) <= 130, loaded
