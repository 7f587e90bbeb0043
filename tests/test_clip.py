"""Recordings judged: read speech passes, what is none of it does not, and the best of a long one is taken."""

import sys
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray
from speech import MAN, PLAIN, TEXTS, WOMAN, audio, line, noise, recital, tune

from narrate.audio import Audio
from narrate.errors import VoiceError
from narrate.languages import language_of, other_language, passage, reading_s, spoken_languages
from narrate.languages.identify import CHARACTERS_A_SECOND
from narrate.voices import LONGEST_CLIP_S, at_level, faults, measure, reading, reference, text_faults
from narrate.voices.clip import BEST_S, LONGEST_READING_S, LONGEST_S, PEAK, RATE, SHORTEST_S, pitches, to_wave


def telephone(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum, bins = np.fft.rfft(wave), np.fft.rfftfreq(len(wave), 1 / RATE)
    return np.fft.irfft(np.where((bins > 300) & (bins < 3400), spectrum, 0), len(wave)).astype(np.float32)


LANGUAGES = spoken_languages()


@pytest.mark.parametrize("voice", [PLAIN, MAN, WOMAN])
def test_read_speech_passes(voice: object) -> None:
    clip = reference(audio(recital(voice)))  # type: ignore[arg-type]
    assert SHORTEST_S <= clip.seconds <= LONGEST_S
    assert list(faults(measure(clip))) == []


@pytest.mark.parametrize("db", [-55, -45])
def test_a_quiet_room_passes(db: float) -> None:
    speech = recital()
    assert list(faults(measure(reference(audio(speech + noise(len(speech) / RATE, db)[: len(speech)]))))) == []


@pytest.mark.parametrize(
    ("wave", "says"),
    [
        (noise(8, -20), "noise or music lies under the voice"),
        (recital() + noise(len(recital()) / RATE, -28)[: len(recital())], "noise or music lies under the voice"),
        (tune(9), "sounds like music|noise or music"),
        (np.clip(recital() * 4, -1, 1) * np.float32(0.5), "clipped"),
        (telephone(recital()), "no sound above 4 kHz"),
        (recital(MAN, WOMAN), "more than one person"),
        (recital(WOMAN, PLAIN, MAN), "more than one person"),
    ],
    ids=["noise", "noisy", "tune", "clipped", "telephone", "two", "three"],
)
def test_faults_of_a_clip_are_named(wave: NDArray[np.float32], says: str) -> None:
    import re

    measured = measure(reference(audio(wave)))
    found = list(faults(measured))
    assert any(re.search(says, fault.text) for fault in found), found
    assert all("\n" not in fault.text for fault in found)
    assert {fault.of for fault in found} <= {field.name for field in fields(measured)}


@pytest.mark.parametrize(
    ("wave", "says"),
    [
        (np.zeros(0, np.float32), "no sound at all"),
        (np.zeros(5 * RATE, np.float32), "silent"),
        (noise(5, -80), "silent"),
        (recital(count=1)[: 2 * RATE], r"only 2\.0 s"),
        (np.concatenate([np.zeros(9 * RATE, np.float32), line(TEXTS[2])[: 2 * RATE]]), "s of sound"),
        (np.zeros(round((LONGEST_CLIP_S + 1) * RATE), np.float32), "longer than 10 minutes"),
    ],
)
def test_audio_that_is_no_clip_is_refused(wave: NDArray[np.float32], says: str) -> None:
    with pytest.raises(VoiceError, match=says):
        reference(audio(wave))


def test_silence_around_is_cut_off_and_a_text_keeps_the_rest_whole() -> None:
    wave = np.concatenate([np.zeros(4 * RATE, np.float32), recital(count=2), np.zeros(3 * RATE, np.float32)])
    clip = reference(audio(wave), whole=True)
    spoken = len(recital(count=2)) / RATE
    assert spoken - 0.9 < clip.seconds < spoken + 0.3
    with pytest.raises(VoiceError, match="its text belongs to all of it"):
        reference(audio(recital(PLAIN, PLAIN)), whole=True)


def test_the_best_stretch_of_a_long_clip_is_the_clean_one_cut_at_pauses() -> None:
    bad = recital() + noise(len(recital()) / RATE, -30)[: len(recital())]
    wave = np.concatenate([bad, np.clip(recital() * 6, -1, 1), recital(), bad])
    clip = reference(audio(wave))
    assert abs(clip.seconds - BEST_S) < 4
    assert list(faults(measure(clip))) == []
    ends = np.abs(to_wave(clip))
    assert max(ends[: RATE // 20].max(), ends[-RATE // 20 :].max()) < 0.02  # nothing is cut through


def test_somebody_who_never_pauses_is_cut_at_fifteen_seconds() -> None:
    speech = np.concatenate([line(TEXTS[0])[3000:-3000]] * 8)
    drone = speech + noise(len(speech) / RATE, -32)
    assert reference(audio(drone)).seconds <= LONGEST_S


@pytest.mark.parametrize("gain", [0.02, 0.3, 1.5])
def test_every_clip_comes_out_equally_loud_and_unclipped(gain: float) -> None:
    loud = to_wave(at_level(reference(audio(recital() * np.float32(gain)))))
    plain = to_wave(at_level(reference(audio(recital()))))
    assert np.abs(loud).max() <= PEAK + 1e-3
    assert 20 * np.log10(np.std(loud) / np.std(plain)) == pytest.approx(0, abs=0.5)


def test_what_a_model_read_is_kept_up_to_where_it_runs_away() -> None:
    long = np.concatenate([np.zeros(RATE, np.float32), recital(), recital(), recital()])
    assert reading(audio(long)).seconds == pytest.approx(LONGEST_READING_S)
    assert reading(audio(recital(count=1))).seconds < 6
    with pytest.raises(VoiceError, match="silent"):
        reading(Audio(np.zeros(9 * RATE, np.int16), RATE))


@pytest.mark.parametrize("hertz", [80, 140, 233, 390])
def test_pitch_against_a_known_one(hertz: float) -> None:
    time = np.arange(RATE) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * h * time) / h for h in range(1, 9)) / 8
    found = pitches(np.asarray(wave, np.float32))
    assert np.median(found) == pytest.approx(hertz, rel=0.02)
    assert (found > 0).all()


# --- the text ---------------------------------------------------------------------------------------


def test_a_text_that_fits() -> None:
    text = " ".join(TEXTS[:2])
    assert list(text_faults(text, len(recital(count=2)) / RATE, "en")) == []
    assert list(text_faults(text, len(recital(count=2)) / RATE, "")) == []


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("The tide.", "en", "takes about 1 s to read"),
        (" ".join(TEXTS) * 2, "en", "takes about 4"),
        ("12 … 34!", "en", "no words"),
        ("", "en", "no words"),
        ("Die Flut kam über die flachen Steine, und der Wärter schrieb es in sein Buch.", "en", "looks like German"),
        (TEXTS[0], "fr", "looks like English"),
        (TEXTS[0], "ru", "looks like English"),
        ("Прилив пришёл, и смотритель записал это в свою книгу, как всегда.", "en", "looks like Russian"),
        ("مرحبا بكم في هذا الكتاب الجميل عن البحر والريح وكل شيء آخر هنا", "en", "looks like arabic letters"),
    ],
)
def test_faults_of_a_clips_text_are_named(text: str, language: str, says: str) -> None:
    assert any(says in fault.text for fault in text_faults(text, 5.5, language)), list(text_faults(text, 5.5, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_passages_to_record_are_in_their_language_and_long_enough(language: str) -> None:
    text = passage(language)
    assert language_of(text) == language
    assert 9 < reading_s(text) < 15
    assert "?" in text or "？" in text
    assert not other_language(text, language)
    assert all(other_language(text, other) == LANGUAGES[language] for other in LANGUAGES if other != language)


def test_a_reader_takes_three_times_as_long_for_a_sign_and_five_for_a_digit_of_any_script() -> None:
    def times(c: str) -> int:
        sign = "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af"
        return 1 + 2 * sign + 4 * c.isdigit()

    assert not [c for c in map(chr, range(sys.maxunicode + 1)) if round(reading_s(c) * CHARACTERS_A_SECOND) != times(c)]
    assert reading_s("19 人") * CHARACTERS_A_SECOND == pytest.approx(5 + 5 + 1 + 3)


def test_names_and_short_words_accuse_nobody() -> None:
    for text in ("Darcy.", "Elizabeth Bennet", "No.", "He paused.", "Monsieur Poirot said yes.", "Tokyo, 1984"):
        assert not other_language(text, "en"), text
        assert not other_language(text, "es") or len(text) > 12, text
    assert language_of("No.") == language_of("He paused.") == "", "it may be any of several"
