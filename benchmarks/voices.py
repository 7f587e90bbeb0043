"""Every kind of voice made, kept, heard, handed on and cast, with full-size random checkpoints; the time of each.

    python benchmarks/voices.py [--size 0.6B] [--lines 200] [--work DIR] [--clip WAV --text TEXT]    on a GPU
    python benchmarks/voices.py --tiny [--lines 16]                            on the CPU, with tiny checkpoints

Makes three checkpoints (Base, CustomVoice, VoiceDesign; the last is always 1.7B, as released)
and a home of its own, and runs the commands that a person would. Without --clip the recording is
read by the draft engine's voice. Random weights end no line by themselves, so every line runs to its frame
cap: times are upper bounds, and what is said is noise. Ends with an error when qwen-tts makes
other tensors of the same recording than we have, or when a step fails. Needs no network. Runs
from the project's folder, as it borrows the tests' makers of checkpoints and speech.
"""

import argparse
import contextlib
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

KINDS = ("base", "custom_voice", "voice_design")
CONSENT = ("--consent", "read by the draft engine: nobody's voice")
CAST = """narrator = "clone"
Anna = "x-vector"
Tom = "speaker"
Mina = "designed"
Ines = { design = "a quick young woman, always about to laugh" }
Paul = { speaker = "serena" }
Lord = "live"
Bess = { voice = "clone", direction = "softly" }
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Every kind of voice, from nothing to a rendered script.")
    parser.add_argument("--size", choices=("0.6B", "1.7B"), default="0.6B", help="of Base and CustomVoice")
    parser.add_argument("--tiny", action="store_true", help="tiny checkpoints on the CPU")
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--clip", type=Path, help="the recording to clone")
    parser.add_argument("--text", default="", help="what is said in it")
    parser.add_argument("--work", type=Path, help="keep all that is made here; checkpoints that are there are used")
    options = parser.parse_args()
    if options.tiny:
        options.device = "cpu"
    if options.clip and not options.text:
        parser.error("--clip needs --text")
    folder = options.work or Path(tempfile.mkdtemp(prefix="voices-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return Bench(folder.resolve(), options).run()
    finally:
        if options.work is None:
            shutil.rmtree(folder, ignore_errors=True)


class Bench:
    """The steps, and a row for each that is done."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.home = folder / "home"
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir()
        self.rows: list[tuple[str, float, str]] = []
        self.failed: list[str] = []

    def run(self) -> int:
        began = time.perf_counter()
        with self.step("import torch and qwen-tts"):
            from tests.qwen import upstream  # noqa: F401
        self.checkpoints()
        self.recording()
        os.chdir(self.home)
        self.make()
        self.hear()
        self.hand_on()
        self.cast()
        self.rows.append(("all of it", time.perf_counter() - began, ""))
        print(self.table())
        for failure in self.failed:
            print(f"FAILED: {failure}")
        return 1 if self.failed else 0

    # --- the steps ------------------------------------------------------------------------------

    def checkpoints(self) -> None:
        from benchmarks.random_checkpoint import write
        from benchmarks.rows import novel_lines
        from tests.qwen.checkpoint import write_checkpoint

        if self.options.tiny:
            from narrate.languages import en

            # The whole passage takes a tiny model half a minute on a CPU.
            en.LANGUAGE = replace(en.LANGUAGE, passage="Well, who?")
        text = "\n".join(novel_lines(2000))
        for kind in KINDS:
            place, size = self.model(kind), "1.7B" if kind == "voice_design" else self.options.size
            if place.is_dir():
                continue
            with self.step(f"write a random {kind} checkpoint", "tiny" if self.options.tiny else size):
                if self.options.tiny:
                    write_checkpoint(place, kind, "wide" if kind == "voice_design" else "narrow")
                else:
                    write(place, size, kind, text, self.options.device)

    def recording(self) -> None:
        from narrate.audio import write_audio

        if self.options.clip:
            shutil.copy(self.options.clip, self.home / "clip.wav")
            self.text = self.options.text
            return
        from tests import speech

        with self.step("read a recording", "draft engine"):
            count = 1 if self.options.tiny else 3
            write_audio(self.home / "clip.wav", speech.audio(speech.recital(count=count)))
        self.text = " ".join(speech.TEXTS[:count])

    def make(self) -> None:
        base, custom, design = (("--model", str(self.model(kind))) for kind in KINDS)
        on = ("--device", self.options.device, "--eager")
        self.command("add a clone (ICL)", "add", "clone", "clip.wav", "--text", self.text, *CONSENT, *base, *on)
        self.command("add an x-vector voice", "add", "x-vector", "clip.wav", *CONSENT, *base, *on)
        self.command("add a CustomVoice speaker", "add", "speaker", "--speaker", "ryan", *custom)
        words = "a warm old storyteller, slow, with a smile"
        self.command("design: 4 candidates", "design", "designed", words, "--takes", "4", *design, *on)
        self.command("design: pick one, bake it", "design", "designed", "--pick", "2", *base, *on)
        self.command("design: keep the words alone", "design", "live", "a stiff old lord", "--live")
        self.command("list", "list")
        self.command("show", "show", "clone")

    def hear(self) -> None:
        models = [part for kind in KINDS for part in ("--model", str(self.model(kind)))]
        on = ("--device", self.options.device, "--eager")
        for name in ("clone", "x-vector", "speaker", "designed", "live"):
            told = self.command(f"hear {name}", "hear", name, "Good evening.", *models, *on, "-o", f"{name}.wav")
            self.check(Path(told).stat().st_size > 1000, f"hear {name}: nothing to be heard")

    def hand_on(self) -> None:
        """Exports, held against what qwen-tts itself makes of the same reference; and back."""
        import numpy as np
        import torch

        from narrate.audio import read_flac
        from tests.qwen.upstream import VoiceClonePromptItem, quiet

        for name in ("clone", "x-vector"):
            self.command(f"export {name}", "export", name, f"{name}.pt")
        with self.step("qwen-tts: load Base, float32"), quiet():
            from qwen_tts import Qwen3TTSModel

            theirs: Any = Qwen3TTSModel.from_pretrained(
                str(self.model("base")), dtype=torch.float32, device_map=self.options.device
            )
        for name in ("clone", "x-vector"):
            [fields] = torch.load(f"{name}.pt", weights_only=True)["items"]  # as its demo does
            ours = VoiceClonePromptItem(**fields)
            kept = read_flac(self.home / "voices" / name / "reference.flac")
            wave = kept.samples.astype(np.float32) / 32768
            silent = np.concatenate([wave, np.zeros(kept.sample_rate // 2, np.float32)])  # as ours hears its codes
            with self.step(f"qwen-tts: create_voice_clone_prompt, {name}"), quiet():
                [plain] = theirs.create_voice_clone_prompt((wave, kept.sample_rate), x_vector_only_mode=True)
                [padded] = theirs.create_voice_clone_prompt((silent, kept.sample_rate), self.text)
            away = float((ours.ref_spk_embedding - plain.ref_spk_embedding.cpu()).abs().max())
            away /= max(1.0, float(ours.ref_spk_embedding.abs().max()))  # random weights give large numbers
            self.note(f"embedding {list(ours.ref_spk_embedding.shape)}, at most {away:.1e} apart")
            self.check(away <= 1e-5, f"{name}: embeddings are {away:.1e} apart")
            if name == "clone":
                same = torch.equal(ours.ref_code, padded.ref_code.cpu())
                different = f"{len(ours.ref_code.unique())} different ones"
                self.note(f"codes {list(ours.ref_code.shape)}, {different}, {'equal' if same else 'NOT EQUAL'}")
                self.check(same and ours.ref_text == self.text, "clone: codes or text differ")
            with self.step(f"qwen-tts: speak with {name}.pt"), quiet():
                settings = {"max_new_tokens": 12}
                [spoken], _ = theirs.generate_voice_clone("Hm.", "english", voice_clone_prompt=[ours], **settings)
            self.check(len(spoken) > 0, f"qwen-tts says nothing with {name}.pt")
        del theirs
        base = ("--model", str(self.model("base")))
        self.command("import clone.pt", "import", "again", "clone.pt", *CONSENT, *base)
        self.command("rename", "rename", "again", "once more")
        self.command("remove", "remove", "once more")

    def cast(self) -> None:
        """One script, eight speakers, every kind of voice; then again with nothing to do."""
        from benchmarks.rows import novel_lines

        speakers = [row.split(" = ")[0] for row in CAST.splitlines()]
        count = self.options.lines
        texts = [f"{'Yes, ' * (n % 3)}no." for n in range(count)] if self.options.tiny else novel_lines(count)
        rows = [f"{speakers[n % len(speakers)]}: {text}" for n, text in enumerate(texts)]
        Path("play.script").write_text("# [silent] One\n\n" + "\n".join(rows) + "\n", "utf-8")
        self.command("make a project of the script", "new", "play.script", group=())
        Path("projects/play/cast.toml").write_text(CAST, "utf-8")
        models = [part for kind in KINDS for part in ("--model", str(self.model(kind)))]
        render = ("render", "projects/play", "--device", self.options.device, "--check", "off", *models)
        what = f"render {count} lines, {len(speakers)} speakers, 3 checkpoints"
        self.note(self.command(what, *render, group=(), codes=(0, 3)).strip())
        takes = len(list(Path("projects/play/takes").glob("??/*.flac")))
        self.check(takes > 0.5 * count, f"only {takes} takes of {count} lines")
        again = self.command("render again", *render, group=(), codes=(0, 3))
        self.note(again.strip())
        self.check("nothing to make" in again, "the second render made something")

    # --- how they are done ----------------------------------------------------------------------

    def model(self, kind: str) -> Path:
        return self.folder / "checkpoints" / f"{kind}-{'tiny' if self.options.tiny else self.options.size}"

    @contextlib.contextmanager
    def step(self, name: str, note: str = "") -> Iterator[None]:
        print(f"… {name}", end="", file=sys.stderr, flush=True)
        began = time.perf_counter()
        yield
        self.rows.append((name, time.perf_counter() - began, note))
        print(f": {self.rows[-1][1]:.1f} s", file=sys.stderr, flush=True)

    def command(
        self, name: str, *arguments: str, group: tuple[str, ...] = ("voices",), codes: tuple[int, ...] = (0,)
    ) -> str:
        """One narrate command line in this process; what it printed."""
        from narrate.cli import run
        from narrate.engine.qwen import release_memory

        release_memory()  # these share a process, which a person's commands do not
        printed = io.StringIO()
        with self.step(name), contextlib.redirect_stdout(printed):
            code = run([*group, *arguments])
        self.check(code in codes, f"{name}: exit code {code}")
        return printed.getvalue().strip()

    def note(self, text: str) -> None:
        name, seconds, before = self.rows[-1]
        self.rows[-1] = name, seconds, "; ".join(part for part in (before, text) if part)

    def check(self, right: bool, otherwise: str) -> None:
        if not right:
            self.failed.append(otherwise)

    def table(self) -> str:
        import torch

        on_cpu = self.options.device == "cpu"
        where = "CPU, tiny checkpoints" if on_cpu else f"{torch.cuda.get_device_name()}, {self.options.size}"
        lines = [f"| step | seconds | {where} |", "|---|---|---|"]
        return "\n".join(lines + [f"| {name} | {seconds:.2f} | {note} |" for name, seconds, note in self.rows])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests/ and benchmarks/
    sys.exit(main())
