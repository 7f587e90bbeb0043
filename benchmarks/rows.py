"""What benchmarks/engine.py measures, as rows; JSON and Markdown of them. How it is measured: qwen_bench.py.

RTF here is seconds of audio for each second of wall time: higher is faster.
"""

import json
import random
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from narrate.files import write_bytes


@dataclass(frozen=True, slots=True)
class StepRow:
    """One decode step of a full batch."""

    batch: int
    context: int  # positions that each row holds
    ms_per_step: float
    rtf: float
    gb_per_s: float  # weights and cache read, over the step's time
    share_of_peak: float  # of the bandwidth that a copy reaches


@dataclass(frozen=True, slots=True)
class PrefillRow:
    lines: int
    tokens: int
    ms: float

    @property
    def ms_per_line(self) -> float:
        return self.ms / self.lines


@dataclass(frozen=True, slots=True)
class CodecRow:
    lines: int
    frames: int  # of all lines
    dtype: str
    ms: float
    rtf: float
    snr_db: float  # of its waveform against qwen-tts's own decoder in float32


@dataclass(frozen=True, slots=True)
class SingleRow:
    """A line alone: batch 1."""

    rtf: float
    ms_per_step: float
    first_audio_ms: float  # a whole short line, from the request to its samples
    first_audio_frames: int


@dataclass(frozen=True, slots=True)
class EndToEndRow:
    """Requests to FLAC takes on disk."""

    lines: int
    audio_s: float
    wall_s: float
    slots: int
    gpu_gib: float  # reserved at most
    where: dict[str, float] = field(default_factory=dict)  # seconds of wall time by what they went into

    @property
    def rtf(self) -> float:
        return self.audio_s / self.wall_s


@dataclass(frozen=True, slots=True)
class PeerRow:
    name: str
    version: str
    batch: int
    lines: int
    audio_s: float
    wall_s: float
    rtf: float
    ours: float  # narrate's RTF on the same lines, the same batch size at most


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Everything that one run measured."""

    gpu: str
    model: str
    versions: dict[str, str]
    forced_frames: bool  # lines got the frames that their text would have (random weights)
    load_s: float
    ready_s: float  # load, compile and capture
    first_take_s: float | None
    copy_gb_per_s: float
    decode: list[StepRow]
    prefill: list[PrefillRow]
    codec: list[CodecRow]
    single: SingleRow | None
    end_to_end: list[EndToEndRow]
    peers: list[PeerRow]
    commit: str
    measured_at: str


def run_bench(
    model: str,
    lines: Sequence[str],
    *,
    voice: Path | None = None,
    batches: Sequence[int] = (1, 64, 256, 512, 768),
    slots: int | None = None,
    forced_frames: bool = False,
    peers: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> BenchReport:
    """Measure this machine with `model` (a folder or a hub name) on `lines` of text.

    voice: a Base model's cloned voice; without one, the model's first speaker. forced_frames: every
    line runs for as long as its text would take to read, as random weights never say that they are
    done. Raises EngineError without a GPU or the engine's packages.
    """
    from benchmarks.qwen_bench import measure  # torch, ten seconds

    return measure(model, lines, voice, batches, slots, forced_frames, peers, say)


def novel_lines(count: int) -> list[str]:
    """Made-up lines whose lengths are spread as a novel's are, the same ones every time.

    Lengths of sentences are close to log-normal; these have a median of 90 characters, a mean
    near 115, a tenth under 35 and a tenth over 240, much as Pride and Prejudice.
    """
    draws = random.Random(1813)
    lines = []
    for _ in range(count):
        length = min(400, max(4, round(draws.lognormvariate(4.5, 0.78))))
        words: list[str] = []
        while sum(map(len, words)) + len(words) < length:
            words.append(draws.choice(_WORDS))
        lines.append(" ".join(words)[:length].strip().capitalize() + ".")
    return lines


_WORDS = (
    "the a of and to it was not that could her his with every morning evening window harbour letter sister carriage "
    "answer quietly perhaps nothing because however impossible understanding remembered through before again stood"
).split()


def save_report(report: BenchReport, folder: Path) -> Path:
    """`report` as JSON in `folder`, named by its GPU, its model and its time."""
    words = f"{report.gpu} {report.model.split('@')[0]} {report.measured_at[:16]}"
    path = folder / f"{re.sub('[^a-z0-9.]+', '-', words.lower()).strip('-')}.json"
    shown = asdict(report)
    for row, entry in zip(report.end_to_end, shown["end_to_end"], strict=True):
        entry["rtf"] = round(row.rtf, 1)
    for made, entry in zip(report.prefill, shown["prefill"], strict=True):
        entry["ms_per_line"] = round(made.ms_per_line, 4)
    write_bytes(path, json.dumps(shown, indent=1, ensure_ascii=False).encode())
    return path


def markdown(report: BenchReport) -> str:
    """The report as Markdown tables."""
    out = [f"{report.gpu}, {report.model}, {report.measured_at[:10]}: ready in {report.ready_s:.1f} s", ""]
    for row in report.end_to_end:
        out += [
            f"**End to end: {row.rtf:,.0f}x real time**, {row.lines:,} lines, {row.audio_s:,.0f} s of audio "
            f"in {row.wall_s:.1f} s, {row.slots} slots, {row.gpu_gib:.1f} GiB"
        ]
    if report.single is not None:
        alone = report.single
        out += ["", f"One line alone: {alone.rtf:.1f}x, {alone.ms_per_step:.2f} ms a frame; a line of "]
        out[-1] += f"{alone.first_audio_frames} frames is heard after {alone.first_audio_ms:.0f} ms"
    out += ["", "| decode, slots | context | ms a step | x real time | GB/s | of copy |", "|---|---|---|---|---|---|"]
    out += [
        f"| {r.batch} | {r.context} | {r.ms_per_step:.2f} | {r.rtf:,.0f} | {r.gb_per_s:,.0f} | {r.share_of_peak:.0%} |"
        for r in report.decode
    ]
    out += ["", "| prefill, lines | tokens | ms | ms a line |", "|---|---|---|---|"]
    out += [f"| {r.lines} | {r.tokens} | {r.ms:.2f} | {r.ms_per_line:.3f} |" for r in report.prefill]
    out += ["", "| codec | lines | ms | x real time | SNR, dB |", "|---|---|---|---|---|"]
    out += [f"| {r.dtype} | {r.lines} | {r.ms:.1f} | {r.rtf:,.0f} | {r.snr_db:.1f} |" for r in report.codec]
    if report.peers:
        out += ["", "| peer | batch | x real time | narrate, same lines | ratio |", "|---|---|---|---|---|"]
        out += [
            f"| {r.name} {r.version} | {r.batch} | {r.rtf:.2f} | {r.ours:,.0f} | {r.ours / r.rtf:,.0f} |"
            for r in report.peers
        ]
    return "\n".join(out) + "\n"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def commit() -> str:
    """The checkout's commit, or nothing where there is none."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=here, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
