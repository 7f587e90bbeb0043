"""What benchmarks/engine.py measures of each build, as rows; JSON and a Markdown table of them. How: one_build.py.

x here is seconds of audio for each second of wall time: higher is faster.
"""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from narrate.files import write_bytes

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class StartRow:
    """A process of its own, from its start to the first take of a short line."""

    cache: str  # of compiled kernels: "cold" is an empty one, "warm" what the run before left
    ready_s: float  # until the engine is open
    first_take_s: float
    slots: int


@dataclass(frozen=True, slots=True)
class EndToEndRow:
    """Requests to FLAC takes on disk."""

    lines: int
    audio_s: float
    wall_s: float
    slots: int
    gpu_gib: float  # reserved at most
    where: dict[str, float] = field(default_factory=dict)  # seconds of wall time by what they went into
    voice: str = ""  # "x-vector", "clone" or "speaker"
    run: int = 1  # of this voice in its process

    @property
    def rtf(self) -> float:
        return self.audio_s / self.wall_s


@dataclass(frozen=True, slots=True)
class SingleRow:
    """A line alone: batch 1."""

    rtf: float
    ms_per_step: float
    first_audio_ms: float  # a whole short line, from the request to its samples
    first_audio_frames: int


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A line handed out `chunk` frames at a time; 0: whole."""

    chunk: int
    first_audio_ms: float
    rtf: float
    equal: int  # runs with the samples of the whole line
    runs: int


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


@dataclass(frozen=True, slots=True)
class CodecRow:
    lines: int
    frames: int  # of all lines
    dtype: str
    ms: float
    rtf: float
    snr_db: float  # of its waveform against qwen-tts's own decoder in float32


@dataclass(frozen=True, slots=True)
class PeerRow:
    name: str
    version: str
    batch: int
    lines: int
    audio_s: float
    wall_s: float
    rtf: float
    ours: float  # narrate's x on the same lines, the same batch size at most


@dataclass(slots=True)
class Build:
    """What was measured of one checkout. What a build could not do is in `left_out`, by the piece's name."""

    name: str  # "now" or "before"
    commit: str
    machine: dict[str, str] = field(default_factory=dict)  # card, driver, releases; the checkpoint's name and size
    ready_s: float = 0.0  # from the start of the process that measured to an open engine
    copy_gb_per_s: float = 0.0
    starts: list[StartRow] = field(default_factory=list)
    end_to_end: list[EndToEndRow] = field(default_factory=list)
    single: SingleRow | None = None
    stream: list[StreamRow] = field(default_factory=list)
    decode: list[StepRow] = field(default_factory=list)
    prefill: list[PrefillRow] = field(default_factory=list)
    codec: list[CodecRow] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def take(self, message: Mapping[str, Any]) -> str:
        """Keep what benchmarks/one_build.py says, a `piece` and its row or why there is none; a line to show of it."""
        piece, values = str(message["piece"]), message.get("row", {})
        if "error" in message:
            self.left_out[piece] = str(message["error"])
            return f"{piece} was left out: {message['error']}"
        match piece:
            case "machine":
                self.machine = values
            case "ready":
                self.ready_s = values["ready_s"]
            case "copy":
                self.copy_gb_per_s = values["gb_per_s"]
            case "alone":
                self.single = _row(SingleRow, values)
            case "start":
                self.starts.append(_row(StartRow, values))
            case "speech":
                self.end_to_end.append(_row(EndToEndRow, values))
            case "stream":
                self.stream.append(_row(StreamRow, values))
            case "decode":
                self.decode.append(_row(StepRow, values))
            case "prefill":
                self.prefill.append(_row(PrefillRow, values))
            case "codec":
                self.codec.append(_row(CodecRow, values))
            case _:
                raise ValueError(piece)
        shown = {name: round(value, 2) if isinstance(value, float) else value for name, value in values.items()}
        return f"{piece}: {', '.join(f'{name} {value}' for name, value in shown.items())}"


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Everything that one run measured."""

    command: str
    lines: int
    forced_frames: bool  # lines got the frames that their text would have (random weights)
    measured_at: str
    builds: list[Build]  # this one last
    peers: list[PeerRow]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a build's that is set beside another's."""

    what: str
    value: float
    shown: str
    better: int = 0  # 1 where more is better, -1 where less is, 0 where neither


def figures(build: Build) -> list[Figure]:
    """All of a build's numbers, in the table's order."""
    out = []
    for start in build.starts:
        out.append(_seconds(f"first take, {start.cache} kernels, s", start.first_take_s))
        out.append(_seconds(f"of that until the engine is open, {start.cache}, s", start.ready_s))
    if build.ready_s:
        out.append(_seconds("until the engine is open, s", build.ready_s))
    for row in build.end_to_end:
        out.append(Figure(f"**end to end, {row.voice}, run {row.run}, x**", row.rtf, f"**{row.rtf:,.0f}**", 1))
        for name in ("prefill", "decode", "codec", "moves", "waiting"):
            if name in row.where:
                out.append(_seconds(f"{row.voice}, run {row.run}: {name}, s", row.where[name]))
        out.append(Figure(f"{row.voice}, run {row.run}: slots", row.slots, f"{row.slots}"))
        out.append(Figure(f"{row.voice}, run {row.run}: GPU memory, GiB", row.gpu_gib, f"{row.gpu_gib:.1f}"))
    if build.single is not None:
        alone = build.single
        out.append(Figure("a line alone, x", alone.rtf, f"{alone.rtf:.1f}", 1))
        out.append(_milliseconds("a line alone, a frame, ms", alone.ms_per_step))
        out.append(_milliseconds(f"a line of {alone.first_audio_frames} frames is there, ms", alone.first_audio_ms))
    for piece in build.stream:
        what = f"streamed by {piece.chunk} frames" if piece.chunk else "the same line, whole"
        out.append(_milliseconds(f"{what}: first sound, ms", piece.first_audio_ms))
        out.append(Figure(f"{what}, x", piece.rtf, f"{piece.rtf:.1f}", 1))
    for step in build.decode:
        shown = (
            f"{step.ms_per_step:.2f} ({step.rtf:,.0f}x, {step.gb_per_s:,.0f} GB/s, {step.share_of_peak:.0%} of copy)"
        )
        out.append(Figure(f"step, {step.batch} slots, {step.context} positions, ms", step.ms_per_step, shown, -1))
    for fill in build.prefill:
        out.append(_milliseconds(f"prefill, {fill.lines} lines, {fill.tokens} tokens, ms", fill.ms))
    for pass_ in build.codec:
        what = f"codec {pass_.dtype}, lines {pass_.lines}, frames {pass_.frames}"
        out.append(Figure(f"{what}, ms", pass_.ms, f"{pass_.ms:.2f} ({pass_.rtf:,.0f}x)", -1))
        out.append(Figure(f"{what}, SNR in dB", pass_.snr_db, f"{pass_.snr_db:.1f}"))
    return out


def _seconds(what: str, value: float) -> Figure:
    return Figure(what, value, f"{value:.2f}", -1)


def _milliseconds(what: str, value: float) -> Figure:
    return Figure(what, value, f"{value:.2f}", -1)


def markdown(report: BenchReport) -> str:
    """The report as Markdown: all builds side by side, how many times better the last is than the first, and peers."""
    machine = next((build.machine for build in reversed(report.builds) if build.machine), {})
    releases = ", ".join(f"{name} {machine[name]}" for name in ("torch", "triton", "driver") if machine.get(name))
    out = [f"{machine.get('gpu', '')}, {machine.get('size', '')} ({machine.get('model', '')}), {releases}, "
           f"{report.measured_at[:10]}, {report.lines:,} lines", f"$ {report.command}", ""]  # fmt: skip
    names = [f"{build.name} ({build.commit})" if build.commit else build.name for build in report.builds]
    compared = len(report.builds) > 1
    heads = ["", *names, *(["times better"] if compared else [])]
    out += [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    tables = [{figure.what: figure for figure in figures(build)} for build in report.builds]
    for what in dict.fromkeys(what for table in reversed(tables) for what in table):
        row = [table.get(what) for table in tables]
        cells = [figure.shown if figure else "-" for figure in row]
        out.append(f"| {' | '.join([what, *cells, *([_ratio(row[0], row[-1])] if compared else [])])} |")
    for build in report.builds:
        out += [f"{build.name} without {piece}: {why}" for piece, why in build.left_out.items()]
    if report.peers:
        out += ["", "| peer | batch | x | narrate, same lines | ratio |", "|---|---|---|---|---|"]
        out += [
            f"| {r.name} {r.version} | {r.batch} | {r.rtf:.2f} | {r.ours:,.1f} | {r.ours / r.rtf:,.1f} |"
            for r in report.peers
        ]
    return "\n".join(out) + "\n"


def _ratio(before: Figure | None, now: Figure | None) -> str:
    if before is None or now is None or not now.better or min(before.value, now.value) <= 0:
        return ""
    return f"{(now.value / before.value) ** now.better:.2f}"


def save_report(report: BenchReport, folder: Path) -> Path:
    """`report` as JSON in `folder`, by card, model size and day; one of that day is kept, and this one numbered."""
    machine = next((build.machine for build in reversed(report.builds) if build.machine), {})
    words = " ".join([machine.get("gpu", "").removeprefix("NVIDIA "), machine.get("size", ""), report.measured_at[:10]])
    stem = "engine-" + re.sub("[^a-zA-Z0-9.]+", "-", words).strip("-").replace("H", "h")
    number, path = 1, folder / f"{stem}.json"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    shown = asdict(report)
    for build, entry in zip(report.builds, shown["builds"], strict=True):
        for made, row in zip(build.end_to_end, entry["end_to_end"], strict=True):
            row["rtf"] = round(made.rtf, 1)
    write_bytes(path, (json.dumps(shown, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def _row(kind: type[Row], values: Mapping[str, Any]) -> Row:
    """A row of what another build, whose rows may have more fields, measured."""
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in values.items() if name in known})


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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
