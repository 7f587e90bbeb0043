"""A book made in the studio by a person with a browser: dropped, cast, rendered, mended, delivered and saved.

Needs Chromium and its driver (Debian: chromium, chromium-driver). STUDIO_SCREENSHOTS names a folder for pictures; those
in docs/studio/ are from there.
"""

import shutil
import time
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from studio import CHROMIUM, DESKTOP, DRIVER, EXAMPLE, NO_BROWSER, PHONE, Screen, chromium, studio

from narrate.check import Verdict
from narrate.check.findings import Finding
from narrate.takes import TakeStore
from narrate.toml import read_toml

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=NO_BROWSER)]
OTHER = EXAMPLE.with_name("the-orchard-wall.md")
NAME = EXAMPLE.stem
SMALL = """
const hidden = ".skip, .visually-hidden, [tabindex='-1']";
const touched = "button, .button, nav a[href], .files a, .option, input[type=text], select, summary";
return [...document.querySelectorAll(touched)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(hidden))
  .filter((e) => e.getBoundingClientRect().height < 43.5)
  .map((e) => `${e.outerHTML.slice(0, 80)} ${e.getBoundingClientRect().height}`);
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with studio(home) as address:
        yield address


@pytest.fixture(scope="module")
def finished(home: Path, address: str, driver: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that a person has made on a desktop, the whole way in one go, and what it was like on the way."""
    screen = Screen(driver, address)
    project = home / "projects" / NAME
    drop(screen)
    cast(screen, project)
    review(screen, project)
    render(screen, project)
    mend(screen, project)
    deliver(screen, project, tmp_path_factory.mktemp("downloads"))
    stale(screen, project)
    assert screen.complaints == []
    return project


def drop(screen: Screen) -> None:
    """An EPUB is dropped onto the shelf, is read at once, and is heard."""
    screen.wait("the shelf", lambda: screen.all(".books"))
    screen.picture("shelf-empty")
    began = time.monotonic()
    at = screen.one(".drop").rect
    dragged = {"items": [], "files": [str(EXAMPLE)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        event = {"type": kind, "x": at["x"] + 50, "y": at["y"] + 50, "data": dragged}
        screen.driver.execute_cdp_cmd("Input.dispatchDragEvent", event)
    screen.wait("the book", lambda: screen.one("#heading").text == "The Lighthouse Clock")
    read_s = time.monotonic() - began
    screen.click(".about .hear")
    screen.wait("sound", lambda: screen.played_s > 0)
    heard_s = time.monotonic() - began
    print(f"\nfrom dropping the book: read after {read_s:.1f} s, first sound after {heard_s:.1f} s")
    assert "4 chapters · 104 lines · 942 words · 4 speakers" in screen.one("#facts").text
    assert [name.text for name in screen.all(".speakers .name")] == ["narrator", "Ada", "Mr. Pell", "Tobias"]
    screen.click(".chapters summary")
    screen.wait("its lines", lambda: len(screen.all(".lines li")) > 20)
    assert screen.all(".lines li")[2].text == "Ada “Remove it,”"
    screen.picture("book")
    assert screen.findings() == []


def cast(screen: Screen, project: Path) -> None:
    """Two voices are cast, each after it was heard saying a line of the book."""
    screen.click('#book-screens a[href^="#cast"]')
    for speaker, voice, rival in (("Ada", "clara", "rosalind"), ("Mr. Pell", "silas", "edgar")):
        own = f'[data-speaker="{speaker}"]'
        screen.click(f"{own} [aria-expanded=false]")
        assert screen.one(f"{own} .choice select").get_attribute("value")
        for candidate in (rival, voice):
            screen.click(f'{own} [data-voice="{candidate}"] .hear')
            hear = f'{own} [data-voice="{candidate}"] .hear.playing'
            screen.wait(f"{candidate}'s sound", lambda hear=hear: screen.all(hear) and screen.played_s > 0)  # type: ignore[misc]
        if speaker == "Ada":
            screen.picture("cast")
            assert screen.findings() == []
        screen.click(f'{own} [data-voice="{voice}"] button[aria-pressed]:not(.hear)')
        screen.wait("its word", lambda voice=voice: f"speaks with {voice} now" in screen.said)  # type: ignore[misc]
        assert read_toml(project / "cast.toml").entries[speaker] == voice
        screen.click(f"{own} [aria-expanded=true]")
    screen.click("#propose")
    screen.wait("a proposal", lambda: "1 voice proposed" in screen.said)
    assert read_toml(project / "cast.toml").entries["Tobias"] not in ("auto", "clara", "silas", "narrator")
    screen.picture("cast-proposed")


def review(screen: Screen, project: Path) -> None:
    """The quotations that are unsure are decided: by a key, by a click, and by a name that is typed."""
    screen.wait("a question", lambda: screen.all("#unsure blockquote"))
    screen.one("#unsure").location_once_scrolled_into_view  # noqa: B018
    screen.picture("review")
    assert "3 quotations are unsure" in screen.one("#unsure").text
    first = screen.one("#unsure [data-key='1']").text.split()[0]
    screen.keys("1")
    screen.wait("the next", lambda: "2 quotations are unsure" in screen.one("#unsure").text)
    assert screen.said == f"{first} says it."
    screen.click("#unsure [data-key='n']")
    screen.wait("the last", lambda: "1 quotation is unsure" in screen.one("#unsure").text)
    screen.one("#other").send_keys("Tobias", Keys.ENTER)
    screen.wait("the end", lambda: "Every quotation has a sure speaker" in screen.one("#unsure").text)
    table = (project / "script" / "attribution.tsv").read_text("utf-8")
    assert table.count("\tperson\t") == 3


def render(screen: Screen, project: Path) -> None:
    """The render is started, watched, stopped and gone on with; a line that fails its checks is shown."""
    screen.go("render", NAME)
    screen.wait("the plan", lambda: "lines to speak" in screen.one("#told").text)
    screen.click("#start")
    screen.wait("speed", lambda: "RTF" in screen.one("#figures-now").text, 120)
    screen.wait("the picture", lambda: screen.all("#speed-now svg"))
    screen.wait("some lines", lambda: spoken(screen) > 20)
    screen.picture("render")
    screen.click("#start")
    screen.wait("a stop", lambda: screen.one("#start").text in ("Go on", "Start") or screen.all(".now a:not([hidden])"))
    stopped = len(list((project / "takes").rglob("*.flac")))
    assert stopped > 0, "what is spoken is kept"
    if screen.one("#start").is_displayed():
        screen.click("#start")
    screen.wait("all of it", lambda: "Every line is spoken." in screen.one("#told").text, 180)
    assert len(list((project / "takes").rglob("*.flac"))) >= stopped
    takes = TakeStore(project / "takes")
    key = next(key for key in takes if str(takes.asked(key)["text"]).startswith("The clock stood"))
    takes.annotate(key, {"verdict": Verdict(2.0, (Finding("hole", 2.0, "a hole of 0.8 s"),)).noted()})
    screen.driver.refresh()
    screen.wait("the line", lambda: "a hole of 0.8 s" in screen.one(".doubts").text)
    assert screen.findings() == []
    screen.picture("render-done")


def spoken(screen: Screen) -> int:
    """How many lines the render says that it has spoken."""
    return int(screen.one("#figures-now dd").text.split()[0])


def mend(screen: Screen, project: Path) -> None:
    """A line is changed on the proof page, and heard anew; then back."""
    screen.click(".now a.primary")
    screen.wait("the text", lambda: screen.all('.line[data-place="1:6"]'))
    screen.wait("the chapter's sound", lambda: screen.driver.execute_script("return Player.audio.duration || 0") > 60)
    screen.click('.line[data-place="1:6"]')
    screen.wait("the form", lambda: screen.all("#d-save"))
    text = screen.one("#d-text")
    text.clear()
    text.send_keys("said Ada, holding the page up to the window.")
    screen.picture("proof")
    screen.click("#d-save")
    screen.wait("the changed line", lambda: "up to the window" in screen.one('.line[data-place="1:6"]').text)
    assert "up to the window" in next((project / "script").glob("01-*.txt")).read_text("utf-8")
    assert screen.findings() == []
    screen.click("#back")
    screen.wait("the book", lambda: screen.one("#heading").text == "The Lighthouse Clock")


def deliver(screen: Screen, project: Path, downloads: Path) -> None:
    """Files are made in two formats, checked, and saved."""
    behaviour = {"behavior": "allow", "downloadPath": str(downloads)}
    screen.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    screen.go("deliver", NAME)
    screen.wait("formats", lambda: screen.one("input[value=m4b]").is_selected())
    screen.click("input[value=mp3]")
    screen.click("#make-files")
    screen.wait("the files", lambda: screen.said == "The audiobook is made.", 240)
    screen.wait("their links", lambda: len(screen.all(".files > li")) == 2)
    assert "up to date" in screen.one("[data-form=m4b]").text
    screen.click("#check")
    screen.wait("the checks", lambda: screen.all(".checks li"))
    assert "Every word of 1" in screen.one(".checks").text
    screen.picture("deliver")
    assert screen.findings() == []
    for link in screen.all(".files > li > a"):
        link.click()
    m4b, mp3s = downloads / f"{NAME}.m4b", downloads / f"{NAME}-mp3.zip"
    screen.wait("both on the disk", lambda: m4b.is_file() and mp3s.is_file())
    assert m4b.read_bytes() == (project / "out" / f"{NAME}.m4b").read_bytes()
    with zipfile.ZipFile(mp3s) as archive:
        assert archive.testzip() is None
        there = {path.relative_to(project / "out").as_posix() for path in (project / "out" / "mp3").iterdir()}
        assert set(archive.namelist()) == there


def stale(screen: Screen, project: Path) -> None:
    """A line that was changed in an editor makes the files older than the book, which the shelf shows; then another."""
    file = next((project / "script").glob("04-*.txt"))
    before = file.read_text("utf-8")
    file.write_text(before.replace("four lines long", "five lines long"), "utf-8")
    screen.go("shelf")
    screen.wait("the stale files", lambda: "m4b, mp3 older than the book" in screen.one(".book").text)
    file.write_text(before, "utf-8")
    screen.one("#file").send_keys(str(OTHER))
    screen.wait("the other book", lambda: screen.one("#heading").text == "The Orchard Wall")


def test_a_book_is_made_from_its_drop_to_its_files(finished: Path) -> None:
    assert (finished / "out" / f"{NAME}.m4b").is_file()


@pytest.mark.skipif(find_spec("axe_core_python") is None, reason="axe-core-python is not installed")
@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_every_screen_fits_and_is_accessible(
    address: str, finished: Path, driver: webdriver.Chrome, size: tuple[int, int], scheme: str
) -> None:
    screen = Screen(driver, address, size, scheme)
    for name in ("shelf", "voices", "try", "book", "cast", "render", "deliver"):
        screen.go(name, "" if name in ("shelf", "voices", "try") else NAME)
        if name == "cast":
            screen.click('[data-speaker="Ada"] [aria-expanded=false]')
            screen.wait("the voices", lambda: screen.all(".voices li"))
        if name == "shelf":
            screen.wait("the cover", lambda: screen.driver.execute_script(
                "return document.querySelector('.book img')?.naturalWidth > 0"
            ))  # fmt: skip
        assert screen.findings() == [], name
        assert screen.overflow <= 0, f"{name} is to be scrolled to the side"
        assert screen.driver.execute_script(SMALL) == [], name
        screen.picture(f"{name}-{size[0]}-{scheme}")
    assert screen.complaints == []


def test_the_keyboard_is_enough(address: str, finished: Path, driver: webdriver.Chrome) -> None:
    screen = Screen(driver, address)
    screen.wait("the shelf", lambda: screen.all(".book"))
    screen.keys(Keys.TAB)
    assert screen.driver.switch_to.active_element.text == "Skip to the screen"
    screen.keys(Keys.ENTER)
    assert screen.driver.switch_to.active_element.get_attribute("id") == "heading"
    screen.keys("?")
    screen.wait("the keys", lambda: screen.one("#help").get_attribute("open") is not None)
    assert "Choose a file" in screen.one("#keys").text
    screen.keys(Keys.ESCAPE)
    for _ in range(30):  # to the book
        screen.keys(Keys.TAB)
        if screen.driver.switch_to.active_element.text == "The Lighthouse Clock":
            break
    screen.keys(Keys.ENTER)
    screen.wait("the book", lambda: screen.all(".screen-book > *"))
    screen.wait("the heading", lambda: screen.driver.switch_to.active_element.get_attribute("id") == "heading")
    for key, name in (("c", "cast"), ("r", "render"), ("d", "deliver"), ("b", "book"), ("c", "cast")):
        screen.keys(key)
        screen.wait(name, lambda name=name: screen.all(f".screen-{name} > *"))  # type: ignore[misc]
    wanted = "Choose a voice for Tobias"
    for _ in range(40):
        screen.keys(Keys.TAB)
        if screen.driver.switch_to.active_element.get_attribute("aria-label") == wanted:
            break
    screen.keys(Keys.ENTER)
    screen.wait("the voices", lambda: screen.all('[data-speaker="Tobias"] .voices li'))
    focused = screen.driver.switch_to.active_element.get_attribute("aria-label")
    assert focused == "Close the voices for Tobias", "the focus stays where it was"
    screen.keys(Keys.TAB, "r")  # a field takes letters for itself
    assert screen.all(".screen-cast > *")
    screen.keys(Keys.ESCAPE)
    screen.keys("p")
    screen.wait("the proof page", lambda: screen.all(".line"))
    assert screen.complaints == []


def test_what_cannot_be_is_said_in_one_line(
    address: str, finished: Path, driver: webdriver.Chrome, tmp_path: Path
) -> None:
    screen = Screen(driver, address)
    screen.wait("the shelf", lambda: screen.all(".book"))
    broken = tmp_path / "broken.epub"
    broken.write_bytes(b"PK no book")
    screen.one("#file").send_keys(str(broken))
    screen.wait("a refusal", lambda: "bad" in (screen.one("#message").get_attribute("class") or ""))
    assert "broken.epub" in screen.said
    assert "\n" not in screen.said
    assert not (finished.parent / "broken").exists()
    same = tmp_path / EXAMPLE.name
    shutil.copy(EXAMPLE, same)
    screen.one("#file").send_keys(str(same))
    screen.wait("the book that is there", lambda: screen.one("#heading").text == "The Lighthouse Clock")
    assert sorted(path.name for path in finished.parent.glob("[!.]*")) == [NAME, OTHER.stem]
    screen.driver.execute_script("location.hash = '#render/no-such-book'")
    screen.wait("a failure", lambda: screen.all(".failure"))
    assert "no-such-book" in screen.one(".failure").text
