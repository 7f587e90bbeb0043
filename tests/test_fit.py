"""Lines fitted to times: where they are heard, to the sample, and how much faster."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio, flac_bytes, read_flac
from narrate.chapters import FASTEST, ChapterPlan, Mastering, Segment, chapter_keys, find_ffmpeg, fitted, make_chapter
from narrate.chapters.arrange import arrange
from narrate.chapters.fit import ALLOWED_MS, LEAST_PAUSE_MS, misfits
from narrate.chapters.plan import Said, Window
from narrate.chapters.stretch import stretched
from narrate.chapters.timeline import timeline
from narrate.engine.draft import DraftEngine
from narrate.project import PlacedChapter, PlacedLine, Untimely, paces_of
from narrate.script import Line, Pauses
from narrate.script.model import parse_script
from narrate.takes import Request
from narrate.voices import EMBEDDED, find_voice

RATE = 24_000
SETTINGS = Mastering(head_ms=700, tail_ms=500)
FADE = round(0.005 * RATE)


def take(folder: Path, ms: int, hz: int = 500) -> Path:
    path = folder / f"{ms}-{hz}.flac"
    if not path.exists():
        samples = 9000 * np.sin(2 * np.pi * hz * np.arange(ms * RATE // 1000) / RATE)
        path.write_bytes(flac_bytes(Audio(samples.astype(np.int16), RATE)))
    return path


def plan_of(text: str, folder: Path, ms: dict[str, int]) -> ChapterPlan:
    """The plan of a script whose lines take so many milliseconds by their text."""

    def line(number: int, line: Line) -> PlacedLine:
        request = Request(line.text, find_voice(EMBEDDED, ())) if line.speakable else None
        return PlacedLine(1, number, line, request)

    numbered = tuple(line(n, found) for n, found in enumerate(parse_script(text).lines, 1))
    takes = {line.request.key: take(folder, ms[line.line.text]) for line in numbered if line.request}
    return fitted(arrange(PlacedChapter("A", numbered), Pauses(), takes.__getitem__))


def starts_ms(plan: ChapterPlan) -> list[tuple[float, float]]:
    lines = timeline(plan, SETTINGS, RATE, lambda _: 0)
    return [(1000 * line.start / RATE, 1000 * line.end / RATE) for line in lines]


def test_lines_start_at_their_times_and_late_ones_are_named(tmp_path: Path) -> None:
    plan = plan_of(
        "[at 0:00:00.123 to 0:00:01]\nA: Fits.\n\n[at 0:00:02 to 0:00:03]\nA: Faster.\n\n"
        "[at 0:00:04 to 0:00:05]\nA: Too long.\n\n[at 0:00:05.5 to 0:00:06.5]\nB: Late.\n\n[at 0:00:10]\nA: Free.\n",
        tmp_path,
        {"Fits.": 800, "Faster.": 1100, "Too long.": 2500, "Late.": 300, "Free.": 9000},
    )
    assert starts_ms(plan) == [(123, 923), (2000, 3000), (4000, 6000), (6000, 6300), (10_000, 19_000)]
    assert [segment.tempo for segment in plan.segments if segment.take] == [1.0, 1.1, FASTEST, 1.0, 1.0]
    found = list(misfits(plan, list(timeline(plan, SETTINGS, RATE, lambda _: 0)), RATE))
    assert [(one.place, one.late_ms, one.over_ms) for one in found] == [("1:6", 0, 1000), ("1:8", 500, 0)]
    told = [Untimely(one.place, one.text, one.late_ms / 1000, one.over_ms / 1000) for one in found]
    assert [one.why for one in told] == ["ends 1.00 s late", "starts 0.50 s late"]


def test_pauses_give_way_before_the_voices_do(tmp_path: Path) -> None:
    ms = {"One.": 900, "Two.": 900}
    roomy, tight, tighter = (
        plan_of(f"[at 0:00:01 to 0:00:{end}]\nA: One.\nB: Two.\n", tmp_path, ms) for end in ("03.2", "02.9", "02.7")
    )
    assert starts_ms(roomy)[0] == (1000, 1900)
    assert starts_ms(tight) == [(1000, 1900), (2000, 2900)]
    (_, first), (second, last) = starts_ms(tighter)
    assert second - first == LEAST_PAUSE_MS
    assert last == pytest.approx(2700, abs=3)


def test_what_a_person_adds_to_the_script_keeps_its_pauses(tmp_path: Path) -> None:
    plan = plan_of("A: One.\n\n[at 0:00:05]\n[pause 1s]\nA: Two.\n[pause 2s]\n[at 0:00:04]\nA: Six.\n", tmp_path,
                   {"One.": 1000, "Two.": 1000, "Six.": 1000})  # fmt: skip
    assert starts_ms(plan) == [(700, 1700), (6000, 7000), (7000, 8000)]
    assert chapter_keys([plan], SETTINGS) != chapter_keys([ChapterPlan("A", plan.segments[:1])], SETTINGS)


def test_a_plan_without_times_or_without_its_takes_stays_as_it_is(tmp_path: Path) -> None:
    plain = ChapterPlan("A", (Segment(0, tmp_path / "none.flac"),))
    assert fitted(plain) is plain
    timed = ChapterPlan("A", (Segment(0, None, window=Window(5)), Segment(0, tmp_path / "none.flac")))
    assert fitted(timed) is timed


windows = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 3000), st.lists(st.integers(50, 2500), min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


@given(windows)
def test_no_line_is_lost_or_drawn_out_or_early(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, int, list[int]]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    at, segments = 0, []
    for gap, length, takes in drawn:
        at += gap
        segments.append(Segment(0, None, window=Window(at, at + length)))
        for n, ms in enumerate(takes):
            rounded = -(-ms // 50) * 50
            said = Said(f"1:{len(segments)}", Line("A."))
            segments.append(Segment(300 if n else 0, take(folder, rounded), said=said))
    plan = ChapterPlan("A", tuple(segments))
    fit = fitted(plan)
    assert [segment.take for segment in fit.segments] == [segment.take for segment in segments]
    assert all(1.0 <= segment.tempo <= FASTEST for segment in fit.segments)
    assert all(new.pause_ms <= old.pause_ms for new, old in zip(fit.segments, segments, strict=True))
    before = [line.end for line in timeline(plan, SETTINGS, RATE, lambda _: 0)]
    lines = list(timeline(fit, SETTINGS, RATE, lambda _: 0))
    assert all(new.end <= old for new, old in zip(lines, before, strict=True))
    first, named = 0, {one.place for one in misfits(fit, lines, RATE)}
    reached = 0
    for (_, _, takes), window in zip(drawn, [s.window for s in segments if s.window], strict=True):
        group = lines[first : first + len(takes)]
        assert group[0].start == max(reached, window.at_ms * RATE // 1000)
        late = group[0].start - window.at_ms * RATE // 1000 > ALLOWED_MS * RATE // 1000 + RATE // 2000
        over = group[-1].end - window.until_ms * RATE // 1000 > ALLOWED_MS * RATE // 1000 + RATE // 2000
        assert (group[0].said.place in named) == (late or over)
        first, reached = first + len(takes), group[-1].end


@pytest.mark.slow
def test_the_sound_is_where_the_times_say_to_the_sample(tmp_path: Path) -> None:
    text = "[at 0:00:00.25 to 0:00:01]\nA: Fits.\n\n[at 0:00:02.003 to 0:00:03.003]\nA: Faster.\n"
    plan = plan_of(text, tmp_path, {"Fits.": 500, "Faster.": 1250})
    key = chapter_keys([plan], replace(SETTINGS, fade_ms=0))[0]
    made = make_chapter(find_ffmpeg(), plan, key, tmp_path / "chapters", replace(SETTINGS, fade_ms=0))
    heard = np.flatnonzero(np.abs(read_flac(made.flac).samples.astype(np.int32)) > 60)
    jumps = np.flatnonzero(np.diff(heard) > RATE // 10)
    starts, ends = [heard[0], *heard[jumps + 1]], [*heard[jumps], heard[-1]]
    assert starts[0] == pytest.approx(0.25 * RATE, abs=3)
    assert starts[1] == pytest.approx(2.003 * RATE, abs=0.005 * RATE)  # it was made faster
    assert ends[0] == pytest.approx(0.75 * RATE, abs=3)
    assert ends[1] == pytest.approx(3.003 * RATE, abs=0.006 * RATE)


@pytest.mark.slow
@pytest.mark.parametrize("tempo", [1.05, FASTEST])
def test_a_faster_take_keeps_its_pitch_and_its_places(tmp_path: Path, tempo: float) -> None:
    times = np.arange(3 * RATE) / RATE
    wave = 12_000 * np.sin(2 * np.pi * 220 * times) * ((times % 0.5) > 0.25)
    audio = stretched(find_ffmpeg(), Audio(wave.astype(np.int16), RATE), tempo, tmp_path / "scratch")
    assert len(audio.samples) == -(-len(wave) // 1) / tempo // 1 + (len(wave) % tempo > 0)
    assert list(tmp_path.iterdir()) == []
    loud = np.abs(audio.samples.astype(np.int32)) > 2000
    onsets = [n for n in np.flatnonzero(loud) if not loud[max(0, n - RATE // 20) : n].any()]
    assert np.array(onsets) / RATE == pytest.approx(np.arange(0.25, 3, 0.5) / tempo, abs=0.006)
    spectrum = np.abs(np.fft.rfft(audio.samples * np.hanning(len(audio.samples))))
    assert np.argmax(spectrum) * RATE / len(audio.samples) == pytest.approx(220, abs=2)


def test_an_engine_is_asked_for_the_pace_that_a_line_needs() -> None:
    text = (
        "A: Before any time this is a very long line of words.\n[at 0:00:01 to 0:00:09]\nA: Fits well.\n"
        "[at 0:00:10 to 0:00:12]\nA: The ferry left in the spring at noon.\n[pause 1s]\n"
        "[at 0:00:20]\nA: Nobody knows why it was so late that day.\nB: It was.\n[at 0:00:21]\nA: Free to go on.\n"
    )
    paces = paces_of(list(enumerate(parse_script(text).lines, 1)))
    assert not paces_of([])
    assert not paces_of([(1, Line("A plain line."))])
    assert paces == {5: 1.25, 8: 1.25, 9: 1.25}


def test_a_pace_is_another_take_and_without_one_takes_of_old_stay() -> None:
    plain = Request("Hello there.", find_voice(EMBEDDED, ()))
    assert "pace" not in plain.asked
    assert replace(plain, pace=1.1).key != plain.key


@pytest.mark.slow
def test_the_draft_engine_speaks_at_the_pace_that_is_asked() -> None:
    plain = Request("Nobody knows why it was so late that day.", find_voice(EMBEDDED, ()), engine="draft")
    with DraftEngine(1) as engine:
        spoken = {request.pace: audio.seconds for request, audio in engine.speak([plain, replace(plain, pace=1.25)])}
    assert spoken[1.0] / spoken[1.25] == pytest.approx(1.25, abs=0.06)
