"""`narrate doctor`: what this machine has, and what is missing for what."""

from pathlib import Path

import click

from narrate.cli.options import Memory


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.option(
    "--memory", type=Memory(), metavar="6GB", help="What the GPU does when the qwen engine has so much of it."
)
@click.pass_obj
def doctor_command(home: Path, as_json: bool, memory: int | None) -> int:
    """Show what this machine has: engines, GPU, ffmpeg, voices, free space. Exit code 1 when it cannot make a book."""
    import json

    findings = _findings(home, memory)
    if as_json:
        click.echo(json.dumps([{"what": w, "ok": ok, "found": found} for w, ok, found in findings], indent=2))
    else:
        width = max(len(what) for what, _, _ in findings)
        for what, ok, found in findings:
            click.echo(f"{'ok ' if ok else 'no '} {what:<{width}}  {found}")
    return 0 if all(ok for what, ok, _ in findings if what in ("draft engine", "ffmpeg", "home")) else 1


def _findings(home: Path, memory: int | None) -> list[tuple[str, bool, str]]:
    import os
    import platform
    import shutil
    from importlib.util import find_spec

    from narrate import __version__
    from narrate.cli.cards import card_findings
    from narrate.engine import qwen_missing
    from narrate.install import install_command

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = shutil.disk_usage(home).free / 1e9 if home.is_dir() else 0.0
    missing = qwen_missing()
    heard = find_spec("faster_whisper") is not None
    return [
        ("narrate", True, f"{__version__}, Python {platform.python_version()}, {cores} cores"),
        _draft(),
        (
            "qwen engine",
            not missing,
            f"{missing}: {install_command('qwen')}" if missing else "torch, transformers and qwen-tts are installed",
        ),
        *card_findings(memory),
        (
            "recogniser",
            heard,
            "faster-whisper is installed"
            if heard
            else f"for --check full and --transcribe; faster-whisper is not installed: {install_command('asr')}",
        ),
        _ffmpeg(),
        ("home", home.is_dir() and os.access(home, os.W_OK), f"{home.resolve()}, {free:.1f} GB free"),
        _voices(home),
    ]


def _draft() -> tuple[str, bool, str]:
    from importlib.metadata import PackageNotFoundError, version

    from narrate.install import DRAFT_ENGINE_COMMAND

    try:
        return ("draft engine", True, f"hibari-tts {version('hibari-tts')}, onnxruntime {version('onnxruntime')}")
    except PackageNotFoundError as error:
        return ("draft engine", False, f"{error.name} is not installed: {DRAFT_ENGINE_COMMAND}")


def _ffmpeg() -> tuple[str, bool, str]:
    from narrate.chapters import find_ffmpeg
    from narrate.errors import AssemblyError

    try:
        found = find_ffmpeg()
    except AssemblyError as error:
        return ("ffmpeg", False, str(error))
    return ("ffmpeg", True, f"{found.version} ({found.origin})")


def _voices(home: Path) -> tuple[str, bool, str]:
    from narrate.errors import VoiceError
    from narrate.voices import EMBEDDED, list_voices, shelves_of

    try:
        names = [voice.name for voice in list_voices(shelves_of(home))]
    except VoiceError as error:
        return ("voices", False, str(error))
    return ("voices", True, ", ".join(dict.fromkeys([EMBEDDED, *names])))
