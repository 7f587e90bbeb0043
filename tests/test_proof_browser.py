"""The proof page in a real Chromium: from disk and served, heard, followed, changed, and read by axe-core.

Needs Chromium and its driver (Debian: chromium, chromium-driver); PROOF_SCREENSHOTS names a folder for pictures.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from faulty import hum
from proofing import Rendering, Served, made_book, proof
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from studio import CHROMIUM, DRIVER, NO_BROWSER, PHONE, Window, chromium

from narrate.check import Verdict
from narrate.check.findings import Finding
from narrate.engine import Wanted
from narrate.project import Wishes
from narrate.takes import TakeStore
from narrate.work import set_up

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=NO_BROWSER),
]
DESKTOP = (1280, 800)
BOOK = (
    "# One\n\nIt rained all day. “Will it stop?” asked Anna. Nobody knew.\n\nThe water rose over the flat stones.\n\n"
    "# Two\n\nThe sun came out. It stayed.\n\nThe end, at last.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a finished project, of which one line failed its checks."""
    home = tmp_path_factory.mktemp("home")
    project = made_book(home, BOOK)
    takes = TakeStore(project / "takes")
    key = next(key for key in takes if str(takes.asked(key)["text"]).startswith("The sun"))
    takes.annotate(key, {"verdict": Verdict(2.0, (Finding("hole", 2.0, "a hole of 0.8 s"),)).noted()})
    return home


@pytest.fixture(scope="module")
def served(made: Path) -> Iterator[Served]:
    """Served; the page on disk is brought up to date with it."""
    with proof(made, "projects/rain", "--no-open") as running:
        yield running


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


class Page(Window):
    """The proof page in a browser."""

    def __init__(self, driver: webdriver.Chrome, address: str, size: tuple[int, int] = DESKTOP) -> None:
        super().__init__(driver, size)
        self.show(address)
        self.wait("the text", lambda: self.all(".line"))

    def line(self, place: str) -> WebElement:
        return self.one(f'.line[data-place="{place}"]')

    def keys(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    @property
    def played_s(self) -> float:
        return float(self.driver.execute_script("return Player.audio.currentTime"))

    @property
    def reading(self) -> str:
        """The place of the line that is being heard."""
        found = self.all('.line[aria-current="true"]')
        return str(found[0].get_attribute("data-place")) if found else ""

    def picture(self, name: str) -> None:
        if folder := os.environ.get("PROOF_SCREENSHOTS"):
            self.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


@pytest.fixture(params=["disk", "served"])
def page(request: pytest.FixtureRequest, driver: webdriver.Chrome, served: Served, made: Path) -> Page:
    on_disk = (made / "projects" / "rain" / "out" / "index.html").as_uri()
    return Page(driver, on_disk if request.param == "disk" else served.address)


def test_playing_the_page_marks_the_line_that_is_read(page: Page) -> None:
    page.line("1:4").click()
    page.wait("sound", lambda: page.played_s > 0.3)
    page.wait("the line that is read", lambda: page.reading == "1:4")
    page.driver.execute_script("document.activeElement.blur()")
    page.one("body").send_keys(Keys.ENTER)
    first = page.played_s
    page.wait("the sound goes on", lambda: page.played_s > first + 0.5)
    page.wait("the next line", lambda: page.reading == "1:5")
    page.one("#play").click()
    page.wait("a pause", lambda: page.driver.execute_script("return Player.audio.paused"))
    assert page.complaints == []


def test_keys_go_from_line_to_line_and_from_fault_to_fault(page: Page) -> None:
    page.line("1:3").click()
    body = page.one("body")
    body.send_keys("j")
    page.wait("the line after", lambda: page.one("#d-title").text == "Line 1:4")
    body.send_keys("k")
    page.wait("the line before", lambda: page.one("#d-title").text == "Line 1:3")
    places = [row.get_attribute("data-place") for row in page.all("#review li")]
    assert places[0] == "2:3", "what failed comes first"
    then = places[(places.index("1:3") + 1) % len(places)] if "1:3" in places else places[0]
    body.send_keys("n")
    page.wait("the next to review", lambda: page.one("#d-title").text == f"Line {then}")
    page.one('#review li[data-place="2:3"] button, #review li[data-place="2:3"] a').click()
    page.wait("the quarantined one", lambda: page.one("#d-title").text == "Line 2:3")
    assert "a hole of 0.8 s" in page.one("#d-body").text
    body.send_keys("?")
    page.wait("the help", lambda: page.one("#help").get_attribute("open") is not None)
    body.send_keys(Keys.ESCAPE)
    page.wait("no help", lambda: page.one("#help").get_attribute("open") is None)
    page.one('[data-chapter="1"]').click()
    page.wait("the first chapter", lambda: page.all('.line[data-place="1:3"]'))
    assert page.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_book_is_followed_while_it_is_made(tmp_path: Path, driver: webdriver.Chrome, size: tuple[int, int]) -> None:
    render = Rendering(tmp_path, BOOK)
    with proof_beside(render, tmp_path) as (served, ends):
        page = Page(driver, served.address + "#1:3", size)
        page.wait("the line", lambda: page.one("#d-title").get_attribute("textContent") == "Line 1:3")
        assert {line.get_attribute("data-verdict") for line in page.all(".line")} == {"missing"}
        assert page.all("#d-retake, #d-save, #d-accept") == []
        assert not page.one("#play").is_enabled()
        render.make(4)
        page.wait("the take", lambda: page.line("1:3").get_attribute("data-verdict") == "unchecked")
        assert page.one("#live-text").text == f"4 of {len(render.requests)} lines, 12.3 s of audio a second"
        page.picture(f"made-{size[0]}")
        assert page.findings() == []
        page.line("1:3").click()
        page.wait("the line after, as this one has been heard", lambda: page.reading == "1:4")
        assert page.played_s == 0, "the chapter has no sound yet"
        page.wait("the end of what is made", lambda: "1:7 is not made yet" in page.one("#message").text)
        ends()
        page.wait("the form", lambda: page.all("#d-retake"))
        if size == DESKTOP:
            page.line("1:7").click()
            page.wait("what was not made", lambda: page.one("#d-retake").text == "Make it")
            page.one("#d-retake").click()
            page.wait("a take", lambda: page.line("1:7").get_attribute("data-verdict") in ("good", "quarantined"))
        assert page.complaints == []


def test_a_line_is_asked_of_the_render_that_goes_on(tmp_path: Path, driver: webdriver.Chrome) -> None:
    render = Rendering(tmp_path, BOOK)
    project = render.project
    wishes = Wishes(project, project.cast(), set_up(project, Wanted("draft")).manner, ())
    with proof_beside(render, tmp_path) as (served, _), wishes.taken():
        page = Page(driver, served.address + "#1:7")
        page.wait("what was not made", lambda: page.one("#d-retake").text == "Make it")
        assert page.all("#d-word") == [], "how a name is said would change what is rendered"
        assert not page.one("#make").is_enabled()
        page.one("#d-retake").click()
        page.wait("the wish", lambda: wishes.waiting)
        assert "The render that goes on speaks it before its other lines." in page.one("#message").text
        (request,) = wishes.come()
        project.takes.put(request, hum(request))
        page.wait("a take", lambda: page.line("1:7").get_attribute("data-verdict") == "unchecked")
        page.wait("the form again", lambda: page.one("#d-save").is_enabled())
        assert page.complaints == []


@contextmanager
def proof_beside(render: Rendering, home: Path) -> Iterator[tuple[Served, Callable[[], None]]]:
    """`narrate proof` beside a render, and what ends that."""
    with ExitStack() as going:
        going.enter_context(render.going_on())
        with proof(home, "projects/rain", "--no-open") as served:
            yield served, going.close


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (1280, 400)], ids=["desktop", "phone", "low"])
def test_only_the_text_is_scrolled(driver: webdriver.Chrome, served: Served, size: tuple[int, int]) -> None:
    page = Page(driver, served.address + "#1:3", size)
    heights = "return [document.documentElement.scrollHeight, document.body.scrollHeight]"
    assert max(page.driver.execute_script(heights)) <= size[1]
    main = page.one("#main")
    most = page.driver.execute_script("return arguments[0].scrollHeight - arguments[0].clientHeight", main)
    assert most > 0 or size != (1280, 400)
    page.keys(Keys.END)
    page.wait("its end", lambda: page.driver.execute_script("return arguments[0].scrollTop", main) >= most - 1)


def test_buttons_are_there_only_with_a_server(driver: webdriver.Chrome, served: Served, made: Path) -> None:
    page = Page(driver, served.address + "#1:3")
    page.wait("the form", lambda: page.all("#d-retake"))
    page = Page(driver, (made / "projects" / "rain" / "out" / "index.html").as_uri() + "#1:3")
    page.wait("the line", lambda: page.one("#d-title").text == "Line 1:3")
    assert page.all("#d-retake, #d-save, #d-accept") == []


@pytest.mark.skipif(find_spec("axe_core_python") is None, reason="axe-core-python is not installed")
@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")],  # a phone's panels are beside the text on a desktop
    ids=["desktop-light", "desktop-dark", "phone-light"],
)
def test_the_page_has_no_serious_accessibility_fault(
    driver: webdriver.Chrome, served: Served, scheme: str, size: tuple[int, int]
) -> None:
    page = Page(driver, served.address + "#2:3", size)
    page.colours(scheme)
    try:
        page.wait("the line", lambda: page.all("#d-body .reasons"))
        page.picture(f"{scheme}-{size[0]}")
        assert page.findings() == []
        wide = page.driver.execute_script("return document.documentElement.scrollWidth")
        assert wide <= size[0], "nothing is to be scrolled to the side"
        if size == PHONE:
            for panel in ("chapters", "review"):
                page.one(f"#show-{panel}").click()
                page.wait("the panel", lambda: page.all('.panel-button[aria-expanded="true"]'))
                page.picture(f"{scheme}-{size[0]}-{panel}")
                assert page.findings() == []
                page.one("body").send_keys(Keys.ESCAPE)
        else:
            page.one("body").send_keys("?")
            page.picture(f"{scheme}-{size[0]}-help")
            assert page.findings() == []
            page.one("body").send_keys(Keys.ESCAPE)
            page.one("#show-report").click()
            page.wait("the pictures", lambda: page.all("#pictures svg"))
            page.picture(f"{scheme}-{size[0]}-report")
            assert page.findings() == []
        assert page.complaints == []
    finally:
        page.colours("")


def test_a_line_is_changed_spoken_again_accepted_and_assembled(
    made: Path, tmp_path: Path, driver: webdriver.Chrome
) -> None:
    shutil.copytree(made / "projects", tmp_path / "projects")
    script = tmp_path / "projects" / "rain" / "script"
    with proof(tmp_path, "projects/rain", "--no-open") as served:
        page = Page(driver, served.address + "#1:3")
        page.wait("the form", lambda: page.all("#d-retake"))
        page.one("#d-retake").click()
        page.wait("two takes", lambda: len(page.all("#d-body .take")) == 2)
        assert "[take 2]: It rained" in (script / "01-one.txt").read_text("utf-8")
        heard = "return document.getElementById('take-audio').currentTime"
        page.wait("the new take", lambda: page.driver.execute_script(heard) > 0.2)
        page.one("#d-body .take-keep").click()
        page.wait("the first take", lambda: "[take 2]" not in (script / "01-one.txt").read_text("utf-8"))
        page.wait("the form again", lambda: page.one("#d-save").is_enabled())
        text = page.one("#d-text")
        text.clear()
        text.send_keys("It rained all day, all night, and all of the next day.")
        page.one("#d-save").click()
        page.wait("the changed line", lambda: "all night" in page.line("1:3").text)
        assert "narrator: It rained all day, all night" in (script / "01-one.txt").read_text("utf-8")
        page.picture("changed")
        before_s = page.driver.execute_script("return Player.audio.duration")
        page.one('#review li[data-place="2:3"] button, #review li[data-place="2:3"] a').click()
        page.wait("the quarantined one", lambda: page.one("#d-title").text == "Line 2:3")
        page.one("#d-accept").click()
        page.wait("its mark gone", lambda: page.line("2:3").get_attribute("data-verdict") == "accepted")
        assert "The sun came out" in (script.parent / "accepted.txt").read_text("utf-8")
        assert before_s
        page.one('[data-chapter="1"]').click()
        page.wait("the first chapter", lambda: page.all('.line[data-place="1:3"]'))
        assert served.post("assemble")[0] == 200
        page.wait("the new sound", lambda: page.driver.execute_script("return Player.audio.duration || 0") > before_s)
        assert "all night" in page.line("1:3").text
        assert page.complaints == []


SIZES = {"phone": (360, 740), "middling": (800, 800), "wide": (1400, 900)}
SMALL = """
const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip, [tabindex='-1']");
const size = (e) => { const box = e.getBoundingClientRect(); return [box.width, box.height]; };
return [...document.querySelectorAll("button, a[href], input, select, textarea, summary")].filter(shown)
  .filter((e) => Math.min(...size(e)) < 44).map((e) => `${e.outerHTML.slice(0, 80)} ${size(e)}`);
"""
IN_VIEW = """
const box = document.getElementById("d-save").getBoundingClientRect();
const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
return box.top >= 0 && box.bottom <= innerHeight && top?.id === "d-save";
"""


@pytest.mark.parametrize("name", SIZES)
def test_buttons_are_large_enough_for_a_finger_and_save_is_in_view(
    driver: webdriver.Chrome, served: Served, name: str
) -> None:
    page = Page(driver, served.address + "#2:3", SIZES[name])
    page.wait("the form", lambda: page.all("#d-save"))
    assert page.driver.execute_script(SMALL) == []
    if name != "wide":
        page.one("#show-review").click()
    page.one("#d-word summary").click()
    page.wait("the fields", lambda: page.one("#d-spoken").is_displayed())
    assert page.driver.execute_script(IN_VIEW) is True
    assert page.driver.execute_script(SMALL) == []
    assert page.findings() == []
    page.one("body").send_keys(Keys.ESCAPE)
    if name != "wide":
        page.one("#show-search").click()
        page.wait("the field", lambda: page.one("#search").is_displayed())
        assert page.driver.execute_script(SMALL) == []
    assert page.complaints == []


def test_the_text_is_searched_without_a_mouse(page: Page) -> None:
    """On disk, too: its chapters are read one after another."""
    page.one("body").send_keys("/")
    page.wait("the field", lambda: page.driver.switch_to.active_element.get_attribute("id") == "search")
    page.keys("THE ")
    page.wait("what is found", lambda: len(page.all("#found li")) > 2)
    page.keys("sun")
    page.wait("one line", lambda: page.one("#found-note").text == "1 line has it.")
    assert page.one("#found li mark").text == "The sun"
    assert page.findings() == []
    page.keys(Keys.ENTER)
    page.wait("its line", lambda: page.reading == "2:3")
    page.keys(Keys.CONTROL + "a")
    page.keys("nowhere at all")
    page.wait("nothing", lambda: page.one("#found-note").text == "No lines have it.")
    page.keys(Keys.CONTROL + "a")
    page.keys('"will it')  # as it is typed, not as it is set
    page.wait("the question", lambda: [it.text for it in page.all("#found mark")] == ["“Will it"])
    assert page.complaints == []


def test_the_page_shows_no_scores(page: Page) -> None:
    page.driver.execute_script("location.hash = '#2:3'")
    page.wait("the line", lambda: "a hole of 0.8 s" in page.one("#d-body").text)
    for part in ("#d-body", "#review", "#review-note"):
        assert "score" not in page.one(part).text
    assert "failed its checks" in page.one("#d-body").text


def test_a_name_is_fixed_and_the_audiobook_made(made: Path, tmp_path: Path, driver: webdriver.Chrome) -> None:
    shutil.copytree(made / "projects", tmp_path / "projects")
    project = tmp_path / "projects" / "rain"
    before = (project / "out" / "rain.m4b").read_bytes()
    with proof(tmp_path, "projects/rain", "--no-open") as served:
        page = Page(driver, served.address + "#1:4")
        page.wait("the form", lambda: page.all("#d-word"))
        assert not page.one("#made").is_displayed()
        page.one("body").send_keys("w")
        page.wait("the word", lambda: page.one("#d-written").get_attribute("value") == "Anna")
        page.one("#d-spoken").send_keys("Ahna", Keys.ENTER)
        page.wait("the entry", lambda: (project / "lexicon.toml").is_file())
        assert 'Anna = "Ahna"' in (project / "lexicon.toml").read_text("utf-8")
        page.wait("it is old", lambda: page.one("#made-text").text.startswith("M4B is older than the book: 1 of 2"))
        page.wait("how it is said", lambda: "asked Ahna" in page.one("#d-body .spoken").text)
        page.wait("it can be made", lambda: page.one("#make").is_enabled())
        assert page.findings() == []
        page.picture("old")
        page.one("#make").click()
        page.wait("it is made", lambda: not page.one("#made").is_displayed())
        page.wait("its word", lambda: page.one("#message").text in (
            "The audiobook is up to date.", "The chapter is assembled anew."))  # fmt: skip
        assert (project / "out" / "rain.m4b").read_bytes() != before
        assert page.complaints == []
