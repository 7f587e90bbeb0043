"""A book made in the studio by a person with a browser: dropped, cast, rendered, mended, delivered and saved.

Needs Chromium and its driver (Debian: chromium, chromium-driver). STUDIO_SCREENSHOTS names a folder for pictures; those
in docs/studio/ are from there.
"""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from studio import CHROMIUM, DESKTOP, DRIVER, EXAMPLE, NO_BROWSER, PHONE, Screen, chromium, studio
from studio_way import NAME, go_the_whole_way, look

from narrate.toml import read_toml

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=NO_BROWSER)]
OTHER = EXAMPLE.with_name("the-orchard-wall.md")


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
    go_the_whole_way(screen, project, tmp_path_factory.mktemp("downloads"))
    stale(screen, project)
    assert screen.complaints == []
    return project


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
        look(screen, f"{name}-{size[0]}-{scheme}")
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


def test_a_part_is_directed_joined_and_parted(address: str, finished: Path, driver: webdriver.Chrome) -> None:
    screen = Screen(driver, address)
    screen.go("cast", NAME)
    screen.click('[data-speaker="Ada"] [aria-expanded=false]')
    screen.click(".choice > details > summary")
    screen.write(".choice > details input", "slow, amused")
    screen.keys(Keys.ENTER)
    screen.wait("it is kept", lambda: "speaks so now: slow, amused" in screen.said)
    assert read_toml(finished / "cast.toml").entries["Ada"] == {"voice": "clara", "direction": "slow, amused"}
    assert "It is not heard with this voice: a draft voice takes none." in screen.one(".choice > details").text
    Select(screen.one(".choice > details select")).select_by_value("Tobias")
    screen.click("[data-focus$=' same']")
    screen.wait("one person", lambda: "one person now" in screen.said)
    assert screen.focused
    assert not screen.all('[data-speaker="Ada"]')
    assert screen.findings() == []
    screen.click("[data-focus*=' part Ada']")
    screen.wait("two again", lambda: screen.all('[data-speaker="Ada"]'))
    assert screen.focused
    assert screen.complaints == []


def test_what_players_are_told_of_a_book_is_changed(
    address: str, finished: Path, driver: webdriver.Chrome, tmp_path: Path
) -> None:
    screen = Screen(driver, address)
    screen.go("deliver", OTHER.stem)
    screen.click("#about > summary")
    screen.write("#about-title", "Another Wall")
    screen.write("#about-podcast_url", "https://example.org/wall/")
    screen.click("#save-about")
    screen.wait("it is kept", lambda: screen.said.startswith("Kept."))
    assert screen.one("#book-title").text == "Another Wall"
    settings = (finished.parent / OTHER.stem / "project.toml").read_text("utf-8")
    assert 'title = "Another Wall"' in settings
    assert "https://example.org/wall/" in settings
    assert not screen.one("#no-cover").is_displayed(), "it is drawn"
    Image.new("RGB", (600, 600), "navy").save(tmp_path / "cover.png")
    screen.one("#about-cover").send_keys(str(tmp_path / "cover.png"))
    screen.wait("a cover", lambda: screen.one("#no-cover").is_displayed())
    look(screen, "about")
    screen.click("#no-cover")
    screen.wait("none", lambda: not screen.one("#no-cover").is_displayed())
    assert screen.complaints == []
