"""Candidates for a designed voice, side by side: a folder with their FLAC files and one page to hear them.

teller.design/     beside the voices, and no voice itself
  design.toml      the words, the passage, the model, a seed for each candidate
  1.flac …         what was read
  index.html       all of it in one file, for any browser
"""

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.audio import Audio, flac_bytes, read_flac
from narrate.errors import VoiceError
from narrate.files import write_bytes, write_text
from narrate.toml import parse_toml

SUFFIX = ".design"


@dataclass(frozen=True, slots=True)
class Design:
    """What candidates were made by. `seeds` by candidate; `capped` are those that had to be stopped."""

    prompt: str
    language: str
    passage: str
    model: str
    revision: str
    seeds: Mapping[int, int]
    capped: Sequence[int] = ()


def save_audition(folder: Path, name: str, design: Design, candidates: Mapping[int, Audio]) -> Path:
    """Write the candidates of voice `name`; the page's path. Raises StorageError."""
    import tomlkit

    for stale in folder.glob("*.flac"):
        stale.unlink()
    files = {number: flac_bytes(audio, title=f"{name}, candidate {number}") for number, audio in candidates.items()}
    for number, data in files.items():
        write_bytes(folder / f"{number}.flac", data)
    write_text(folder / "index.html", _page(name, design, files, candidates))
    document = tomlkit.document()
    for key in ("prompt", "language", "passage", "model", "revision"):
        document.add(key, tomlkit.item(getattr(design, key)))
    document.add("capped", tomlkit.item(list(design.capped)))
    document.add("seeds", tomlkit.item({str(number): seed for number, seed in design.seeds.items()}))
    write_text(folder / "design.toml", tomlkit.dumps(document))
    return folder / "index.html"


def read_audition(folder: Path, number: int) -> tuple[Design, Audio]:
    """The design in `folder` and its candidate `number`. Raises VoiceError when it is not there."""
    return read_design(folder), read_flac(candidate_file(folder, number))


def read_design(folder: Path) -> Design:
    """The design whose candidates are in `folder`. Raises VoiceError when there are none."""
    try:
        found = parse_toml((folder / "design.toml").read_text("utf-8"))
        seeds = {int(key): int(seed) for key, seed in found.pop("seeds").items()}
        return Design(**found, seeds=seeds)
    except FileNotFoundError as error:
        do = "give the words to design it by"
        raise VoiceError("there are no candidates to pick from", where=folder, do=do) from error
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        do = "design it again"
        raise VoiceError(f"cannot be read: {error}", where=folder / "design.toml", do=do) from error


def candidate_file(folder: Path, number: int) -> Path:
    """The FLAC file of the candidate `number` in `folder`. Raises VoiceError when there is none."""
    seeds = read_design(folder).seeds
    if number not in seeds:
        do = f"there are {', '.join(str(n) for n in sorted(seeds))}"
        raise VoiceError(f"has no candidate {number}", where=folder, do=do)
    return folder / f"{number}.flac"


_STYLE = """
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
audio { width: 100%; } code { background: #8882; padding: .1rem .3rem; } small { opacity: .7; }
@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd; } }
"""


def _page(name: str, design: Design, files: Mapping[int, bytes], candidates: Mapping[int, Audio]) -> str:
    """A page with the sounds in it, so that it can be sent to somebody as it is."""
    parts = []
    for number, data in files.items():
        note = ", stopped before it was done" if number in design.capped else ""
        sound = base64.b64encode(data).decode()
        parts.append(
            f"<h2>{number} <small>{candidates[number].seconds:.0f} s{note}</small></h2>\n"
            f'<audio controls src="data:audio/flac;base64,{sound}"></audio>\n'
            f"<p><code>narrate voices design {html.escape(name)} --pick {number}</code></p>"
        )
    return (
        f'<!doctype html>\n<html lang="{html.escape(design.language)}"><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(name)}</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{html.escape(name)}</h1>\n<p><em>{html.escape(design.prompt)}</em></p>\n"
        f"<p>{html.escape(design.passage)}</p>\n" + "\n".join(parts) + "\n</html>\n"
    )
