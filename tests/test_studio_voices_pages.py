"""The screens Voices and Try in a real Chromium whose microphone beeps: heard, made, changed, and read by axe-core.

STUDIO_SCREENSHOTS names a folder for pictures.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from speech import MAN, TEXTS, WOMAN, audio, recital
from studio import CHROMIUM, DESKTOP, DRIVER, NO_BROWSER, PHONE, Screen, chromium, studio

from narrate.audio import Audio, read_flac, write_audio
from narrate.cli import run
from narrate.voices import Design, save_audition
from narrate.voices.folder import read_details

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=NO_BROWSER)]

TEXT = " ".join(TEXTS[:2])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a voice of its own, which a book casts, and recordings good and bad."""
    home = tmp_path_factory.mktemp("home")
    (home / "rain.md").write_text("# One\n\nIt rained all day.\n", "utf-8")
    (home / "voices" / "low").mkdir(parents=True)
    (home / "voices" / "low" / "voice.toml").write_text('kind = "draft"\npitch = -3\ndescription = "a patient man"\n')
    assert run(["--home", str(home), "new", str(home / "rain.md"), "--voice", "low"]) == 0
    write_audio(home / "clip.wav", audio(recital(count=2)))
    consent = ["--consent", "made by a machine, nobody's voice"]
    assert run(["--home", str(home), "voices", "add", "old clone", str(home / "clip.wav"), *consent]) == 0
    read = {number: audio(recital(voice, count=2)) for number, voice in enumerate((MAN, WOMAN, MAN, WOMAN), start=1)}
    seeds = {number: 10 + number for number in read}
    for name in ("teller", "other"):  # what a VoiceDesign model has read, where one was
        design = Design("a warm old storyteller", "en", TEXT, "a model", "", seeds, [3])
        save_audition(home / "voices" / f"{name}.design", name, design, read)
    write_audio(home / "two.wav", audio(recital(MAN, WOMAN)))
    write_audio(home / "silent.wav", Audio(np.zeros(96_000, np.int16), 24_000))
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with studio(home) as address:
        yield address


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@pytest.fixture
def voices(driver: webdriver.Chrome, address: str) -> Screen:
    screen = Screen(driver, address)
    screen.go("voices")
    screen.wait("the shelf", lambda: screen.all(".shelved-voice"))
    return screen


@pytest.fixture
def attempt(driver: webdriver.Chrome, address: str) -> Screen:
    screen = Screen(driver, address)
    driver.execute_script("sessionStorage.clear()")
    screen.go("try")
    screen.wait("the text", lambda: screen.one("#try-text").get_attribute("value"))
    return screen


def fill(screen: Screen, selector: str, text: str) -> None:
    element = screen.one(selector)
    element.clear()
    element.send_keys(text)


def judged(screen: Screen, file: Path) -> None:
    """Send a recording, and wait for what is made of it."""
    if not screen.one("#make-recording").get_attribute("open"):
        screen.click("#make-recording > summary")
    screen.one("#clone-file").send_keys(str(file))
    screen.wait("the recording, judged", lambda: screen.all(".judged") or screen.one(".clone > .bad").is_displayed())


def measures(screen: Screen) -> dict[str, tuple[str, str]]:
    """The table of a judged recording: what was measured, and the verdict on it."""
    found = {}
    for row in screen.all(".measures tr"):
        name, value, verdict = row.find_elements("css selector", "th, td")
        found[name.text] = value.text, verdict.text
    return found


def test_voices_are_found_and_heard(voices: Screen) -> None:
    names = [row.get_attribute("data-voice") for row in voices.all(".shelved-voice")]
    assert names[0] == "low", "one's own come first"
    assert "george" in names
    voices.one("body").send_keys("f")
    assert voices.driver.switch_to.active_element.get_attribute("id") == "find-voice"
    voices.keys("old woman")
    voices.wait("a shorter list", lambda: len(voices.all(".shelved-voice")) < 4)
    fill(voices, "#find-voice", "george")
    fill(voices, "#hear-words", "Good evening.")
    voices.click('[data-voice="george"] .hear')
    voices.wait("sound", lambda: voices.played_s > 0.2)
    fill(voices, "#find-voice", "nobody at all")
    voices.wait("no voice", lambda: "No voice" in voices.one("#voice-lists").text)
    assert voices.complaints == []


def test_a_recording_is_judged_kept_renamed_and_removed(voices: Screen, home: Path) -> None:
    judged(voices, home / "clip.wav")
    assert "nothing speaks against it" in voices.one(".verdict-of").text
    found = measures(voices)
    assert set(found) == {"Length", "Level", "Noise", "Clipping", "Above 4 kHz", "Music", "Readers"}
    assert {verdict for _, verdict in found.values()} == {"good"}
    fill(voices, "#clone-text", "Hello.")
    voices.keys(Keys.TAB)
    voices.wait("a fault of the text", lambda: measures(voices).get("Text", ("", ""))[1] == "not good")
    fill(voices, "#clone-text", TEXT)
    voices.keys(Keys.TAB)
    voices.wait("the text, judged again", lambda: measures(voices)["Text"][1] == "good")
    voices.picture("voices-judged")
    assert voices.findings() == []
    voices.click(".judged .hear")
    voices.wait("what is kept, heard", lambda: voices.played_s > 0.2)
    fill(voices, "#clone-name", "keeper")
    fill(voices, "#clone-consent", "made by a machine, nobody's voice")
    voices.click(".judged .primary")
    voices.wait("the voice on the shelf", lambda: voices.all('[data-voice="keeper"] details[open]'))
    assert not voices.all(".judged"), "the next one begins anew"
    assert (home / "voices" / "keeper" / "reference.txt").read_text("utf-8").strip() == TEXT
    assert not voices.one('[data-voice="keeper"] .hear').is_enabled()
    assert "needs the qwen engine" in voices.one("#why-base").text, "why it cannot be heard, and what to do"
    voices.wait("what is known of it", lambda: TEXT in voices.one('[data-voice="keeper"] dl').text)
    fill(voices, '[data-voice="keeper"] form input', "old keeper")
    voices.keys(Keys.ENTER)
    voices.wait("another name", lambda: voices.all('[data-voice="old keeper"] details[open]'))
    assert (home / "voices" / "old keeper").is_dir()
    voices.click('[data-voice="old keeper"] button[aria-expanded]')
    voices.wait("a question", lambda: voices.one('[data-voice="old keeper"] button.bad').is_displayed())
    voices.click('[data-voice="old keeper"] button.bad')
    voices.wait("it is gone", lambda: not voices.all('[data-voice="old keeper"]'))
    assert not (home / "voices" / "old keeper").exists()
    assert voices.complaints == []


def test_a_voice_in_use_says_where(voices: Screen, home: Path) -> None:
    voices.click('[data-voice="low"] summary')
    voices.click('[data-voice="low"] button[aria-expanded]')
    voices.wait("the question", lambda: "speaks in rain" in voices.one('[data-voice="low"]').text)
    voices.click('[data-voice="george"] summary')
    voices.wait("why it stays", lambda: "came with narrate" in voices.one('[data-voice="george"]').text)
    assert not voices.all('[data-voice="george"] form')


def test_a_recording_that_is_not_good_enough_is_kept_only_knowingly(voices: Screen, home: Path) -> None:
    judged(voices, home / "two.wav")
    assert "more than one person" in voices.one(".verdict-of").text
    assert measures(voices)["Readers"][1] == "not good"
    fill(voices, "#clone-name", "both")
    fill(voices, "#clone-consent", "machines")
    voices.click(".judged .primary")
    voices.wait("a refusal", lambda: "more than one person" in voices.said)
    voices.click("#clone-anyway")
    voices.click(".judged .primary")
    voices.wait("the voice on the shelf", lambda: voices.all('[data-voice="both"]'))


@pytest.mark.parametrize(
    ("name", "says"), [("silent.wav", "is silent"), ("rain.md", "is nothing that ffmpeg can hear")]
)
def test_what_is_no_recording_is_said_in_a_line(name: str, says: str, voices: Screen, home: Path) -> None:
    voices.click("#make-recording > summary")
    voices.one("#clone-file").send_keys(str(home / name))
    line = voices.wait("a line", lambda: voices.one(".clone > .bad").text)
    assert line.startswith(f"{name}: {says}")
    assert not voices.all(".judged")
    assert voices.findings() == []


def test_a_microphone_is_recorded_in_the_page(voices: Screen, home: Path) -> None:
    voices.click("#make-recording > summary")
    assert "fox" in voices.one("#passage").text
    voices.click('label[for="read-passage"]')
    voices.click("#record")
    voices.wait("four seconds", lambda: voices.one(".microphone .length").text >= "4.2 s")
    voices.picture("voices-microphone")
    voices.click("#record")
    voices.wait("the recording, judged", lambda: voices.all(".judged"))
    assert voices.one(".judged h3").text == "microphone.wav"
    seconds = float(measures(voices)["Length"][0].split(" of ")[1].removesuffix(" s"))
    assert 4 < seconds < 12
    fill(voices, "#clone-name", "beeper")
    fill(voices, "#clone-consent", "a browser's own beeps")
    if voices.one("#clone-anyway").is_displayed():
        voices.click("#clone-anyway")
    voices.click(".judged .primary")
    voices.wait("the voice on the shelf", lambda: voices.all('[data-voice="beeper"]'))
    kept = read_flac(home / "voices" / "beeper" / "reference.flac")
    assert 3 <= kept.seconds <= seconds
    assert np.abs(kept.samples).max() > 1000, "it beeps"
    assert read_details(home / "voices" / "beeper").source == "microphone.wav"
    assert voices.complaints == []


def test_without_a_microphone_the_page_says_what_to_do(voices: Screen) -> None:
    voices.click("#make-recording > summary")
    voices.driver.execute_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotFoundError'))"
    )
    voices.click("#record")
    voices.wait("a line", lambda: "There is no microphone here" in voices.said)
    assert voices.one("#record").text == "Record"


def test_what_needs_a_model_says_so_before_anybody_tries(voices: Screen, home: Path) -> None:
    voices.click("#make-words > summary")
    assert "cannot be designed here: this needs the qwen engine" in voices.one("#make-words").text
    assert not voices.one("#make-words .primary").is_enabled()
    voices.click("#make-speaker > summary")
    assert "not be heard here: this needs the qwen engine" in voices.one("#make-speaker").text
    voices.wait("the speakers", lambda: "ryan" in voices.one("#make-speaker").text)
    fill(voices, 'input[aria-label="Name of ryan on the shelf"]', "Ryan")
    voices.keys(Keys.ENTER)
    voices.wait("him on the shelf", lambda: voices.all('[data-voice="Ryan"]'))
    assert (home / "voices" / "Ryan").is_dir()
    assert "A model's speakers cannot be heard here" in voices.one("#why-custom_voice").text
    assert voices.complaints == []


def test_candidates_are_heard_and_one_is_kept(voices: Screen, home: Path) -> None:
    voices.click("#make-words > summary")
    voices.wait("the candidates", lambda: len(voices.all('[data-design="teller"] li')) == 4)
    assert "read on and was stopped" in voices.all('[data-design="teller"] li')[2].text
    voices.picture("voices-candidates")
    assert voices.findings() == []
    voices.click('[data-design="teller"] li:nth-child(2) .hear')
    voices.wait("sound", lambda: voices.played_s > 0.2)
    voices.click('[aria-label="Keep candidate 2 of teller"]')
    voices.wait("the voice on the shelf", lambda: voices.all('[data-voice="teller"] details[open]'))
    assert not voices.all('[data-design="teller"]'), "it is made"
    details = read_details(home / "voices" / "teller")
    assert (details.kind, details.origin, details.seed) == ("clone", "design", 12)
    voices.click('[aria-label="Forget the candidates for other"]')
    voices.wait("they are gone", lambda: not voices.all('[data-design="other"]'))
    assert not (home / "voices" / "other.design").exists()
    assert voices.complaints == []


SMALL = """
const touched = ["button", ".button", ".option", "input", "select", "summary"].map((name) => `#view ${name}`).join();
return [...document.querySelectorAll(touched)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".visually-hidden, .option input"))
  .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 120));
"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_screens_are_for_all(
    size: tuple[int, int], scheme: str, driver: webdriver.Chrome, address: str, home: Path
) -> None:
    name = f"{'phone' if size == PHONE else 'desktop'}-{scheme}"
    screen = Screen(driver, address, size, scheme)
    screen.go("voices")
    screen.wait("the shelf", lambda: screen.all(".shelved-voice"))
    screen.picture(f"voices-{name}")
    judged(screen, home / "two.wav")
    for part in ("words", "speaker"):
        screen.click(f"#make-{part} > summary")
    screen.click('[data-voice="low"] summary')
    screen.wait("what is known", lambda: screen.one('[data-voice="low"] dl').text)
    screen.picture(f"voices-open-{name}")
    assert screen.findings() == []
    assert screen.overflow == 0
    assert screen.driver.execute_script(SMALL) == [], "for a finger"
    screen.go("try")
    screen.wait("the text", lambda: screen.all("#try-text"))
    screen.picture(f"try-{name}")
    assert screen.driver.execute_script(SMALL) == []
    assert screen.findings() == []
    assert screen.overflow == 0
    assert screen.complaints == []


def figures(screen: Screen) -> dict[str, str]:
    """What it took, as it is shown."""
    return {name: screen.one(f"#try-{name}").text for name in ("first", "rtf", "frames", "audio", "wall", "gaps")}


def saved(screen: Screen, folder: Path) -> tuple[str, Audio]:
    """The WAV file that the page gives when it is asked to, read by a reader that is not ours; its name and sound."""
    downloads = {"behavior": "allow", "downloadPath": str(folder)}
    screen.driver.execute_cdp_cmd("Browser.setDownloadBehavior", downloads)
    screen.click("a[download]")
    file = screen.wait("the file", lambda: next(folder.glob("*.wav"), None))
    samples, rate = soundfile.read(file, dtype="int16")
    file.unlink()
    return file.name, Audio(samples, rate)


def test_a_text_is_heard_while_it_is_made_and_saved(attempt: Screen, tmp_path: Path) -> None:
    fill(attempt, "#try-text", "It was late. Nobody came to the house by the sea. So the lamp went out.")
    ActionChains(attempt.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    attempt.wait("the first sound", lambda: figures(attempt)["first"] != "–")
    attempt.wait("the end of it", lambda: attempt.all(".took ~ .actions:not([hidden])"))
    took = figures(attempt)
    name, sound = saved(attempt, tmp_path)
    assert name == "it-was-late-nobody-came-to.wav"
    assert sound.sample_rate == 24_000
    assert abs(float(took["audio"].removesuffix(" s")) - sound.seconds) < 0.06
    assert abs(int(took["frames"]) - 12.5 * sound.seconds) <= 1
    assert float(took["rtf"]) > 0
    assert np.abs(sound.samples).max() > 1000
    attempt.picture("try-heard")
    attempt.click(".took ~ .actions .hear")
    attempt.wait("it is heard again", lambda: attempt.played_s > 0.2)
    assert attempt.findings() == []
    assert attempt.complaints == []


def test_whole_or_streamed_the_sound_is_the_same(attempt: Screen, tmp_path: Path) -> None:
    fill(attempt, "#try-text", "It was late. Nobody came.")
    made = []
    for how in ("streamed", "whole"):
        attempt.click(f'label[for="try-{how}"]')
        attempt.click(".try .primary")
        attempt.wait("its begin", lambda: not attempt.all(".took ~ .actions:not([hidden])"))
        attempt.wait("its end", lambda: attempt.all(".took ~ .actions:not([hidden])"))
        made.append(saved(attempt, tmp_path)[1].samples)
    assert np.array_equal(made[0], made[1])


def test_what_is_said_can_be_stopped(attempt: Screen) -> None:
    fill(attempt, "#try-text", " ".join(TEXTS) * 20)
    attempt.click(".try .primary")
    attempt.wait("the first sound", lambda: figures(attempt)["first"] != "–")
    attempt.click(".try .actions button:not(.primary)")
    attempt.wait("an end", lambda: not attempt.one(".try .actions button:not(.primary)").is_enabled())
    assert attempt.one(".try .primary").get_attribute("aria-busy") is None
    fill(attempt, "#try-text", "Hello again.")
    attempt.click(".try .primary")
    attempt.wait("another one", lambda: attempt.all(".took ~ .actions:not([hidden])"))
    assert attempt.complaints == []


def test_a_failure_is_a_line_beside_the_button(attempt: Screen) -> None:
    fill(attempt, "#try-text", "…")
    attempt.click(".try .primary")
    line = attempt.wait("a line", lambda: attempt.one(".try .bad").text)
    assert "nothing to say" in line
    assert attempt.one(".try .primary").get_attribute("aria-busy") is None


def test_voices_that_cannot_speak_here_cannot_be_chosen(attempt: Screen, home: Path) -> None:
    choice = Select(attempt.one("#try-voice"))
    options = {option.text: option.is_enabled() for option in choice.options}
    assert options["narrator"]
    assert options["low"]
    assert not options["old clone"]
    assert "Cannot be heard here: " in attempt.one(".why").text
    assert not attempt.one("#try-direction").is_enabled()
    assert "a draft voice takes none" in attempt.one("#try-deaf").text
    assert not attempt.one("#try-chunk").is_enabled()
    assert "a sentence at once" in attempt.one("#try-chunk-note").text
