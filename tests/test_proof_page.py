"""The proof page: data that are the timeline's to the frame, text that stays text, files that stay as they are."""

import base64
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import example, given, strategies as st

from narrate.audio import Audio
from narrate.chapters import Spoken, TimedChapter
from narrate.chapters.plan import Said
from narrate.check import Verdict
from narrate.check.findings import Finding
from narrate.cli import run
from narrate.project import PlacedChapter, PlacedLine
from narrate.report.lines import ACCEPTED, GOOD, MISSING, QUARANTINED, SILENT, UNCHECKED, proof_lines
from narrate.report.page import script
from narrate.script import Line, Opening
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice

pytestmark = pytest.mark.slow

RATE = 24_000
BAD = Verdict(1.5, (Finding("pause", 1.5, "a pause of 0.90 s inside"),))


def request(text: str, take: int = 1) -> Request:
    return Request(text, DraftVoice("george"), take=take)


def keep(store: TakeStore, asked: Request, verdict: Verdict | None = None, frames: int = 24_000) -> None:
    samples = np.random.default_rng(frames).normal(0, 3000, frames).astype(np.int16)
    store.put(asked, Audio(samples, RATE), made={"verdict": verdict.noted()} if verdict else None)


def test_lines_say_what_their_takes_say(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    two = request("Two.", take=2)
    keep(store, two, Verdict(0.25), 12_000)
    keep(store, replace(two, take=1), BAD)
    keep(store, replace(two, take=3))
    keep(store, replace(two, take=5))  # beyond a number that is not there: nothing that was asked for
    keep(store, request("Three."), BAD)
    keep(store, request("Four."))
    keep(store, request("Five."), BAD)
    lines = [
        PlacedLine(3, 1, Line("One.", opens=Opening.HEADING, level=1, silent=True), None),
        PlacedLine(3, 4, Line("Two.", "Ines", "softly", take=2), two),
        PlacedLine(3, 5, Line("3."), request("Three.")),
        PlacedLine(3, 6, Line("Four."), request("Four.")),
        PlacedLine(3, 7, Line("Five."), request("Five.")),
        PlacedLine(3, 8, Line("Six."), request("Six.")),
    ]
    spoken = tuple(Spoken(Said(p.place, p.line), 7 + n * 24_000, 24_001 + n * 24_000) for n, p in enumerate(lines[1:5]))
    timed = TimedChapter("Title", 99, 200_000, RATE, spoken)
    accepted = {request("Five.").key}
    shown = list(proof_lines(PlacedChapter("Title", tuple(lines)), timed, store, accepted))
    assert [line.verdict for line in shown] == [SILENT, GOOD, QUARANTINED, UNCHECKED, ACCEPTED, MISSING]
    assert [line.start_s for line in shown] == [None, *(round(s.start / RATE, 6) for s in spoken), None]
    assert [(t.number, t.kept, t.score, t.audio_s) for t in shown[1].takes] == [
        (1, False, 1.5, 1.0),
        (2, True, 0.25, 0.5),
        (3, False, None, 1.0),
    ]
    assert (shown[1].take, shown[1].voice, shown[1].spoken) == (two.key, "george", "")
    assert (shown[2].why, shown[2].spoken, shown[2].score) == ((BAD.failed[0].why,), "Three.", 1.5)
    assert (shown[5].take, shown[5].takes, shown[5].voice) == ("", (), "george")
    assert shown[1].data["takes"][1]["key"] == two.key


@pytest.mark.parametrize("number", [1, 40, 10**9])
def test_a_script_may_ask_for_any_take(tmp_path: Path, number: int) -> None:
    store = TakeStore(tmp_path)
    keep(store, request("Two.", number), frames=100)
    assert request("Two.", number) in list(store.readings(request("Two.", number)))


# --- the page on disk -----------------------------------------------------------------------------

SCRIPT = """# The Hall & the <Gate>

Ines (softly): Who is </script> there?
narrator: Nobody.
[sfx: bell.wav]
narrator: The bell rang 3 times.

***

narrator: …
narrator: Nobody came.
"""


def narrate(*arguments: str | Path) -> None:
    assert run([*map(str, arguments)]) == 0


def value_of(path: Path) -> Any:
    """What a data file calls its function with."""
    text = path.read_text("utf-8")
    found = re.fullmatch(r"proof[A-Z][a-z]+\((.*)\);\n", text)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two chapters with a bell, assembled."""
    home = tmp_path_factory.mktemp("proof")
    (home / "book.md").write_text("# One\n\nOnce.\n\n# Two\n\nTwice, and once more.\n", "utf-8")
    folder = home / "book"
    narrate("new", home / "book.md", "--project", folder)
    first = min((folder / "script").glob("*.txt"))
    first.write_text(SCRIPT, "utf-8")
    ring = (8000 * np.sin(np.arange(12_345) / 9)).astype(np.int16)
    soundfile.write(folder / "source" / "bell.wav", ring, 16_000)
    cast = folder / "cast.toml"
    cast.write_text(cast.read_text("utf-8") + 'Ines = "auto"\n', "utf-8")
    narrate("render", folder)
    narrate("assemble", folder, "--format", "m4b")
    return folder


def test_every_line_starts_and_ends_where_it_is_heard(project: Path) -> None:
    """By the frames of the takes and of the silence around them, in the chapter's own file."""
    for number in (1, 2):
        data = value_of(project / f"out/proof/data/chapter-{number:04d}.js")
        with soundfile.SoundFile(str(project / "out" / data["audio"])) as file:
            samples, rate = file.read(dtype="int16"), file.samplerate
        assert data["duration_s"] == len(samples) / rate
        heard = [line for line in data["lines"] if line["start_s"] is not None]
        assert [line["verdict"] for line in data["lines"] if line["start_s"] is None] == ["silent"] * (
            len(data["lines"]) - len(heard)
        )
        edges = [(round(line["start_s"] * rate), round(line["end_s"] * rate)) for line in heard]
        for (start, end), line in zip(edges, heard, strict=True):
            take = project / "takes" / line["take"][:2] / f"{line['take']}.flac"
            frames = soundfile.info(str(take)).frames
            assert 0 <= end - start - frames <= rate / 1000  # filled up to a whole millisecond
            made = soundfile.read(take, dtype="int16")[0].astype(float)
            alike = [np.dot(samples[start + by : start + by + frames].astype(float), made) for by in range(-150, 151)]
            assert np.argmax(alike) == 150, line["place"]  # no frame earlier and none later
    lines = value_of(project / "out/proof/data/chapter-0001.js")["lines"]
    assert [line["place"] for line in lines] == ["1:1", "1:3", "1:4", "1:5", "1:6", "1:10", "1:11"]
    assert (lines[1]["text"], lines[1]["speaker"], lines[1]["direction"]) == (
        "Who is </script> there?",
        "Ines",
        "softly",
    )
    assert lines[4]["spoken"] == "The bell rang three times."
    assert lines[5]["opens"] == "scene"


def test_the_waveform_is_the_audio_s(project: Path) -> None:
    data = value_of(project / "out/proof/data/chapter-0001.js")
    found = value_of(project / f"out/proof/peaks/{data['peaks']}.js")
    levels = np.frombuffer(base64.b64decode(found["peaks"]), np.uint8)
    samples, rate = soundfile.read(project / "out" / data["audio"], dtype="int16")
    step = rate // data["peaks_per_s"]
    expected = [
        min(int(np.abs(samples[n : n + step].astype(int)).max()) >> 7, 255) for n in range(0, len(samples), step)
    ]
    assert levels.tolist() == expected


def test_the_page_runs_no_inline_script_and_sets_no_html(project: Path) -> None:
    page = (project / "out/index.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|https?://", page)
    for name in re.findall(r'(?:src|href)="(proof/[^"]+)"', page):
        assert (project / "out" / name).is_file(), name
    for path in (project / "out/proof").rglob("*.js"):
        if path.parent.name != "proof":
            assert "<" not in path.read_text("utf-8")
        elif ".min." not in path.name:
            text = path.read_text("utf-8")
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
            ), path
            assert text.count("\n") < 350


def test_only_what_changed_is_written_again(project: Path) -> None:
    folder = project / "out/proof"
    for path in [*folder.rglob("*"), project / "out/index.html"]:
        os.utime(path, (1, 1))
    narrate("assemble", project, "--format", "m4b")
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.stat().st_mtime > 1}
    assert written <= {"data/book.js", "data/pictures.js"}  # when it was assembled, and how fast
    second = max((project / "script").glob("*.txt"))
    text = second.read_text("utf-8")
    before = value_of(folder / "data/chapter-0002.js")["peaks"]
    try:
        second.write_text(text.replace("Twice", "Thrice"), "utf-8")
        narrate("render", project)
        narrate("assemble", project, "--format", "m4b")
    finally:
        second.write_text(text, "utf-8")
    after = value_of(folder / "data/chapter-0002.js")["peaks"]
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.stat().st_mtime > 1}
    assert written == {"data/book.js", "data/pictures.js", "data/chapter-0002.js", f"peaks/{after}.js"}
    assert not (folder / f"peaks/{before}.js").exists()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
@example("</script><!--<script> \u2028\u2029 ]]> &lt; */ ${x} `'\"\\")
def test_values_cannot_end_the_script_that_holds_them(value: object) -> None:
    text = script("proofBook", value)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert re.findall("[\n\r\u2028\u2029]", text) == ["\n"]
    assert json.loads(text.removeprefix("proofBook(").removesuffix(");\n")) == value
