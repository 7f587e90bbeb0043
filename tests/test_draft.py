"""The draft engine against hibari itself, against rulers for pitch and pace, and against dying processes."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.engine.draft import DraftEngine
from narrate.engine.draft_sound import NOISE, Frames, _blocks, _noise, waveform
from narrate.engine.draft_speech import EDGE_MS, NOTHING_MS, _chunks, inline, speak_line
from narrate.engine.draft_waves import SAMPLE_RATE
from narrate.errors import EngineError, VoiceError
from narrate.install import install_command
from narrate.script import Pauses, after
from narrate.takes import Request
from narrate.voices import EMBEDDED, DraftVoice, SpeakerVoice, draft_voice_for, find_voice, list_voices, packaged_shelf
from narrate.voices.draft import FORMANTS, MAX_SHIFT_SEMITONES, READING_PACES

hibari = pytest.importorskip("hibari")
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_workers")]

ROOT = Path(__file__).parents[1]
IN_FLIGHT = 2  # requests a worker: one in hand, one waiting
LINES = (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()
PLAIN = DraftVoice("narrator")
LONG = "The roses grew on one side of the wall, and between them and the road an old man was moving slowly along."


@pytest.fixture(scope="module")
def model() -> Any:
    return hibari.Hibari(threads=1)


@pytest.fixture(scope="module")
def engine() -> Iterator[DraftEngine]:
    with DraftEngine(2) as engine:
        yield engine


def say(model: Any, text: str, pitch: float = 0.0, pace: float = 1.0, formant: float = 1.0) -> Audio:
    request = Request(text, DraftVoice("test", pitch, pace, formant))
    return Audio(speak_line(model, request), SAMPLE_RATE)


# The sound


class Drawn:
    """A generator that gives hibari the noise that our waveform is made with."""

    def __init__(self, seed: int) -> None:
        self.starts = np.random.default_rng(seed).integers(NOISE, size=2)

    def standard_normal(self, shape: tuple[int, int], dtype: type) -> NDArray[np.float32]:
        bins, frames = shape[0], shape[1] // 2
        drawn: NDArray[np.float32] = np.empty((bins, frames, 2), dtype)
        for rows in _blocks(bins, frames):
            drawn[rows, :, 0], drawn[rows, :, 1] = _noise(self.starts, rows.start, (rows.stop - rows.start, frames))
        return drawn.reshape(shape)


@pytest.mark.parametrize("text", LINES[:3])
def test_the_plain_voice_is_hibari_to_the_sample_but_for_the_noise_drawn(model: Any, text: str) -> None:
    (phonemes,) = _chunks(model, text)
    feed = {"ids": np.array([model.ids(phonemes)]), "speed": np.ones(1, np.float32)}
    frames = Frames.of(model.sess.run(["lh", "theta", "ln", "lr", "phi", "f0"], feed))
    made = waveform(frames, PLAIN, np.random.default_rng(7))
    theirs = hibari.dsp.synth(*(getattr(frames, part) for part in Frames.__slots__), Drawn(7))
    assert np.abs(made - theirs).max() < 1e-4 * np.abs(theirs).max()


def test_the_silence_that_is_left_out_is_none_that_a_take_keeps(model: Any) -> None:
    for text in LINES[:20:4]:
        whole = np.abs(model(text, seed=1))
        made = say(model, text)
        heard = np.flatnonzero(whole > whole.max() * 10 ** (-50 / 20))
        assert made.seconds * SAMPLE_RATE >= heard[-1] - heard[0]


def chunks(model: Any, text: str) -> list[str]:
    """A line's phonemes as the engine asks hibari for them."""
    return list(_chunks(model, inline(Request(text, PLAIN))))


@pytest.mark.parametrize("name", ["Lucas", "Collins’s", "C. Smith", "L’Estrange", "Xavier, I’ll go", "I. Vane"])
def test_a_name_after_a_king_s_is_no_numeral(model: Any, name: str) -> None:
    """hibari reads "William Lucas" as William the zeroth, and "Edward C." as the hundredth."""
    for king, other in (("William", "Robert"), ("Sir Edward", "Sir Robert"), ("King", "Duke"), ("Part", "Port")):
        (said,), (plain,) = (chunks(model, f"It was {who} {name} then.") for who in (king, other))
        assert said.split()[2 + king.count(" ") + 1 :] == plain.split()[2 + other.count(" ") + 1 :]
    (numeral,) = chunks(model, "Henry VIII was king.")
    assert numeral == model.phonemize("Henry VIII was king.")[0]


@pytest.mark.parametrize("mark", ["“", '"', "(“"])
def test_a_word_after_a_quotation_mark_is_read_as_ever(model: Any, mark: str) -> None:
    """hibari reads “Yes as yez, “Now as no and “The as a th."""
    for text in ("Yes, now.", "Now then.", "The end.", "That was it.", "Very good."):
        (said,), (plain,) = chunks(model, f"{mark}{text}"), chunks(model, text)
        assert said.strip("(") == plain


def pitch_hz(audio: Audio) -> float:
    """The median pitch of the voiced 40 ms windows, from the peak of their autocorrelation."""
    size, step = SAMPLE_RATE // 25, SAMPLE_RATE // 100
    low, high = SAMPLE_RATE // 600, SAMPLE_RATE // 70
    samples = audio.samples.astype(np.float64)
    squares = np.concatenate([[0.0], np.cumsum(samples**2)])
    found = []
    for at in range(0, len(samples) - size - high, step):
        window = samples[at : at + size]
        if np.sqrt(np.mean(window**2)) < 600:
            continue
        later = np.lib.stride_tricks.sliding_window_view(samples[at + low : at + high + size - 1], size)
        energy = np.lib.stride_tricks.sliding_window_view(squares[at + low : at + high + size], high - low)[[0, size]]
        match = later @ window / np.sqrt((energy[1] - energy[0]) * (window @ window) + 1.0)
        if match.max() > 0.8:
            # the first lag nearly as good as the best: multiples of the period match as well
            best = int(np.flatnonzero(match > 0.93 * match.max())[0])
            while best + 1 < len(match) and match[best + 1] > match[best]:
                best += 1
            found.append(SAMPLE_RATE / (low + best))
    assert len(found) > 30
    return float(np.median(found))


@pytest.fixture(scope="module")
def plain_pitches(model: Any) -> dict[str, float]:
    """Several lines, since every voice draws its own melody."""
    return {text: pitch_hz(say(model, text)) for text in (LONG, *sorted(LINES, key=len)[-2:])}


@pytest.mark.parametrize(
    ("pitch", "formant"), [(4.0, 1.0), (-4.0, 1.0), (7.0, 1.15), (-7.0, 0.85), (0.0, 0.85), (0.0, 1.15)]
)
def test_pitch_moves_by_the_semitones_asked_for(
    model: Any, plain_pitches: dict[str, float], pitch: float, formant: float
) -> None:
    shifted = [pitch_hz(say(model, text, pitch=pitch, formant=formant)) for text in plain_pitches]
    moved = 12 * np.log2(np.array(shifted) / np.array(list(plain_pitches.values())))
    assert np.median(moved) == pytest.approx(pitch, abs=0.5), moved


@pytest.mark.parametrize(("pace", "formant"), [(1.2, 1.0), (0.8, 1.0), (1.0, 0.85), (1.0, 1.15), (1.2, 1.15)])
def test_pace_divides_the_length_whatever_the_formant(model: Any, pace: float, formant: float) -> None:
    plain, paced = say(model, LONG).seconds, say(model, LONG, pace=pace, formant=formant).seconds
    assert plain / paced == pytest.approx(pace, rel=0.05)


def envelope_db(audio: Audio) -> NDArray[np.float64]:
    """The long-term spectrum in dB at every 10 Hz up to 8 kHz, smoothed over 400 Hz."""
    samples = audio.samples.astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2400)[::600] * np.hanning(2400)
    power = np.mean(np.abs(np.fft.rfft(windows, axis=1)) ** 2, axis=0)[:800]
    return 10 * np.log10(np.convolve(power, np.hanning(41), "same") + 1.0)


@pytest.mark.parametrize("formant", [0.8, 0.9, 1.12, 1.2])
def test_formant_stretches_the_spectrum_by_its_factor(model: Any, formant: float) -> None:
    text = " ".join(LINES[4:8])
    plain, moved = envelope_db(say(model, text)), envelope_db(say(model, text, formant=formant))
    places = np.arange(100, 620)  # 1 to 6.2 kHz
    factors = np.arange(0.7, 1.4, 0.01)
    likeness = [np.corrcoef(np.interp(places / k, np.arange(800), plain), moved[places])[0, 1] for k in factors]
    assert factors[int(np.argmax(likeness))] == pytest.approx(formant, rel=0.05)


SHIFTS = [(-7.0, 0.9, 0.85), (5.0, 1.1, 1.13), (-3.0, 1.3, 1.1), (8.0, 1.0, 1.0)]


@pytest.mark.parametrize(("pitch", "pace", "formant"), SHIFTS)
def test_every_voice_is_as_loud_as_the_plain_one(model: Any, pitch: float, pace: float, formant: float) -> None:
    plain = say(model, LONG).samples.astype(np.float64)
    shifted = say(model, LONG, pitch, pace, formant).samples.astype(np.float64)
    assert 10 * np.log10(np.mean(shifted**2) / np.mean(plain**2)) == pytest.approx(0.0, abs=1.0)


def test_a_take_starts_and_ends_close_to_its_sound(model: Any) -> None:
    edge = round(EDGE_MS * SAMPLE_RATE / 1000)
    for text in LINES[:12]:
        samples = np.abs(say(model, text).samples.astype(np.int32))
        quiet = samples.max() / 100  # -40 dB
        loud = np.flatnonzero(samples > quiet)
        assert edge <= loud[0] + SAMPLE_RATE // 200
        assert loud[0] < edge + 0.1 * SAMPLE_RATE
        assert len(samples) - loud[-1] < edge + 0.2 * SAMPLE_RATE
        assert samples[0] < quiet
        assert samples[-1] < quiet


@pytest.mark.parametrize("text", ["日本語", "***", "😀", "", "\u200b", "."])
def test_a_text_without_a_sound_is_a_short_silence(model: Any, text: str) -> None:
    audio = say(model, text)
    assert audio.seconds == pytest.approx(NOTHING_MS / 1000)
    assert not audio.samples.any()


@pytest.mark.parametrize("text", ["Ten to the 10⁻⁶.", "It cost $" + "9" * 41 + ".", "❶ and ₉ᐎ", "CO₂", "1," * 50])
def test_numerals_that_hibari_trips_over_are_read(model: Any, text: str) -> None:
    assert say(model, text).samples.any()


def test_a_very_long_sentence_is_spoken_in_parts(model: Any) -> None:
    once = say(model, "word " * 20).seconds
    assert say(model, "word " * 200).seconds == pytest.approx(10 * once, rel=0.25)
    assert say(model, "a" * 3000).samples.any()


# The engine


def requests(count: int, voice: DraftVoice = PLAIN) -> list[Request]:
    return [Request(LINES[n % len(LINES)], voice, take=1 + n // len(LINES)) for n in range(count)]


def spoken(engine: DraftEngine, asked: list[Request]) -> dict[str, NDArray[np.int16]]:
    made = [(request.key, audio.samples) for request, audio in engine.speak(asked)]
    assert sorted(key for key, _ in made) == sorted(request.key for request in asked)
    return dict(made)


def test_the_same_request_gives_the_same_samples_in_any_order_and_worker(engine: DraftEngine) -> None:
    asked = [*requests(8), *requests(4, DraftVoice("deep", -5.0, 1.1, 0.9))]
    once = spoken(engine, asked)
    with DraftEngine(1) as alone:
        again = spoken(alone, asked[::-1])
    assert all(np.array_equal(once[key], again[key]) for key in once)


def test_a_worker_says_what_hibari_says(model: Any, engine: DraftEngine) -> None:
    for request, audio in engine.speak(requests(3)):
        assert np.array_equal(audio.samples, speak_line(model, request))


def test_requests_are_pulled_only_as_there_is_room(engine: DraftEngine) -> None:
    pulled = 0

    def source() -> Iterator[Request]:
        nonlocal pulled
        for request in requests(20):
            pulled += 1
            yield request

    for done, _ in enumerate(engine.speak(source())):
        assert pulled - done <= 2 * IN_FLIGHT + 1
    assert pulled == 20


def test_closing_early_drops_what_is_in_flight_and_leaves_the_engine_usable(engine: DraftEngine) -> None:
    first = engine.speak(requests(20))
    next(first)
    first.close()  # type: ignore[attr-defined]
    asked = requests(6, DraftVoice("other", 2.0))
    assert len(spoken(engine, asked)) == 6


def test_a_second_speak_at_the_same_time_is_refused(engine: DraftEngine) -> None:
    first = engine.speak(requests(3))
    next(first)
    with pytest.raises(RuntimeError, match="speaking already"):
        next(engine.speak(requests(1)))
    assert len(list(first)) == 2


def test_no_requests_give_no_takes() -> None:
    with DraftEngine() as engine:
        assert list(engine.speak([])) == []
        engine.close()
        engine.close()


def test_a_voice_of_another_kind_is_refused_with_what_to_install(engine: DraftEngine) -> None:
    with pytest.raises(VoiceError, match=f'"Ryan".*{re.escape(install_command("qwen"))}'):
        list(engine.speak([Request("Hello.", SpeakerVoice("Ryan"))]))


@pytest.mark.parametrize("language", ["de", "zh", "fr-CA", ""])
def test_another_language_is_refused(engine: DraftEngine, language: str) -> None:
    with pytest.raises(EngineError, match=r"English only|no engine speaks"):
        list(engine.speak([Request("Hallo.", PLAIN, language=language)]))


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us", "auto"])
def test_english_by_any_tag_is_spoken(engine: DraftEngine, language: str) -> None:
    assert len(list(engine.speak([Request("Hello.", PLAIN, language=language)]))) == 1


def children() -> set[int]:
    """This process's workers, from /proc: the resource tracker of multiprocessing is no worker."""
    found = set()
    for task in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, task.read_text("utf-8").split()):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


@needs_proc
def test_a_killed_worker_loses_nothing() -> None:
    others = children()
    asked = requests(24)
    with DraftEngine(2) as engine:
        made = {}
        for request, audio in engine.speak(asked):
            made[request.key] = audio
            if len(made) in (3, 9):
                os.kill(min(children() - others), signal.SIGKILL)
        assert set(made) == {request.key for request in asked}
    assert children() == others


@needs_proc
def test_three_deaths_on_one_request_name_it() -> None:
    others = children()

    def assassin() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not stop.is_set():
            for pid in children() - others:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    stop = threading.Event()
    thread = threading.Thread(target=assassin)
    thread.start()
    try:
        with DraftEngine(1) as engine:
            with pytest.raises(EngineError, match=r'died \(exit code -9\) on "She had not'):
                list(engine.speak([Request(LINES[1], PLAIN)]))
            stop.set()
            thread.join()
            assert len(spoken(engine, requests(2))) == 2
    finally:
        stop.set()
        thread.join()


_PARENT = """
import sys
from narrate.engine.draft import DraftEngine
from narrate.takes.take import Request
from narrate.voices.draft import DraftVoice

if __name__ == "__main__":
    engine = DraftEngine(2)
    long = "The old man walked on and on, and then he walked on again. " * 40
    asked = (Request(long if n > 2 else "Yes.", DraftVoice("x"), take=n + 1) for n in range(99))
    for n, _ in enumerate(engine.speak(asked)):
        print(n, flush=True)
"""


@needs_proc
def test_workers_go_when_the_parent_is_killed_and_stay_when_it_is_interrupted(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, "utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert parent.stdout is not None
    with parent.stdout:
        for _ in range(3):
            assert parent.stdout.readline()
        workers = [
            int(pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text("utf-8").split()
        ]
        workers = [pid for pid in workers if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(workers) == 2
        for pid in workers:
            os.kill(pid, signal.SIGINT)
        time.sleep(0.2)
        assert all(Path(f"/proc/{pid}").exists() for pid in workers)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 60
    while (left := [pid for pid in workers if _runs(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _runs(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2]
    except FileNotFoundError:
        return False


# The voices


def test_the_shelf_has_draft_voices_that_can_be_told_apart_and_the_plain_narrator() -> None:
    shelf = list(list_voices([ROOT / "voices"]))
    drafts = {voice.name: voice for voice in shelf if isinstance(voice, DraftVoice)}
    assert {"narrator", "george", "edith", "alice"} <= set(drafts)
    narrator = drafts["narrator"]
    assert (narrator.pitch, narrator.formant) == (0.0, 1.0)
    assert find_voice(EMBEDDED, ()) == narrator
    assert all(voice.description for voice in drafts.values())
    for one, other in combinations(drafts.values(), 2):
        apart = abs(one.pitch - other.pitch) + 20 * abs(one.formant - other.formant) + 40 * abs(one.pace - other.pace)
        assert apart >= 1, (one.name, other.name)


def test_every_voice_reads_at_a_readers_pace(model: Any) -> None:
    """150 to 190 words a minute, with the silence between lines and without it; pitch and formant change no length."""
    shelf = [voice for voice in list_voices([packaged_shelf()]) if isinstance(voice, DraftVoice)]
    assert len(shelf) >= 19
    paces = {voice.pace for voice in shelf} | set(READING_PACES)
    assert (min(paces), max(paces)) == READING_PACES  # where voices made from names lie too
    lines = LINES[::12]
    words = sum(len(line.split()) for line in lines)
    silence_s = sum(after(line, Pauses().sentence) for line in lines) / 1000
    for pace in READING_PACES:
        takes_s = sum(say(model, line, pace=pace).seconds for line in lines)
        assert words / takes_s * 60 < 190
        assert words / (takes_s + silence_s) * 60 > 150


def test_a_name_gives_its_own_voice_within_the_clear_range() -> None:
    names = [
        f"{first} {last}" for first in ("Anne", "Bo", "Mr", "Old", "Élise") for last in ("Bell", "Cole", "道", "Day")
    ]
    voices = [draft_voice_for(name) for name in names]
    assert voices == [draft_voice_for(name) for name in names]
    assert len({voice.fingerprint for voice in voices}) == len(voices)
    assert all(draft_voice_for(name, "male").pitch <= -2.5 for name in names)
    assert all(draft_voice_for(name, "female").pitch >= 2.5 for name in names)
    assert draft_voice_for("  anne   BELL ").fingerprint == draft_voice_for("Anne Bell").fingerprint
    for voice in voices:
        assert 2.5 <= abs(voice.pitch) <= MAX_SHIFT_SEMITONES
        assert READING_PACES[0] <= voice.pace <= READING_PACES[1]
        assert FORMANTS[0] <= voice.formant <= FORMANTS[1]
    assert any(voice.pitch > 0 for voice in voices)
    assert any(voice.pitch < 0 for voice in voices)
