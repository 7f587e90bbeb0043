"""`narrate studio` started as a person starts it, and used in a real Chromium: for the tests of its screens."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
DRIVER = shutil.which("chromedriver")
NO_BROWSER = "no Chromium and chromedriver here (apt-get install chromium chromium-driver)"
DESKTOP, PHONE = (1280, 900), (390, 844)
EXAMPLE = Path(__file__).parents[1] / "examples" / "the-lighthouse-clock.epub"
MOST_TABS = 150  # from anywhere on a screen to anywhere
HIDDEN = """
const shown = arguments[0].matches(".visually-hidden") ? arguments[0].nextElementSibling : arguments[0];
const box = shown.getClientRects()[0];
const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
return !top || !(shown.contains(top) || top.contains(shown));
"""


@contextmanager
def studio(home: Path, *arguments: str) -> Iterator[str]:
    """The address of `narrate studio` in `home` with the draft engine, ended with the block."""
    command = [sys.executable, "-m", "narrate", "studio", str(home), "--no-open", "--engine", "draft", *arguments]
    environment = os.environ | {"PYTHONWARNINGS": "error::ResourceWarning", "XDG_CACHE_HOME": str(home / "cache")}
    process = subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]+/", address):
            raise AssertionError(f"it did not start: {process.communicate(timeout=30)}")
        yield address
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said, said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """A Chromium without a window; downloads are its own affair."""
    options = Options()
    assert CHROMIUM is not None
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
        "--autoplay-policy=no-user-gesture-required", "--force-prefers-reduced-motion",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Window:
    """A page in a browser, as a person has it. `patience_s` is how long `wait` waits, unless told otherwise."""

    patience_s = 20.0

    def __init__(self, driver: webdriver.Chrome, size: tuple[int, int]) -> None:
        self.driver, self.size = driver, size
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def show(self, address: str) -> None:
        """Go to an address; what other pages said is forgotten."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get(address)

    def wait(self, what: str, holds: Callable[[], Any], seconds: float = 0.0) -> Any:
        seconds = seconds or self.patience_s
        drawn_anew = [StaleElementReferenceException, NoSuchElementException]
        return WebDriverWait(self.driver, seconds, 0.05, drawn_anew).until(
            lambda _: holds(), f"{what}: not in {seconds:.0f} s"
        )

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def colours(self, scheme: str) -> None:
        """Prefer the colours of a `scheme`, light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    @property
    def complaints(self) -> list[str]:
        """What the console has of warnings and errors."""
        log = self.driver.get_log("browser")
        return [str(entry["message"]) for entry in log if entry["level"] in ("WARNING", "SEVERE")]

    def findings(self) -> list[str]:
        """What axe-core finds that is serious or critical."""
        import axe_core_python

        axe = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
        self.driver.execute_script(axe)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then((found) => done(found.violations))"
        )
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:160]}: {node['failureSummary']}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]


Hand = Literal["mouse", "finger", "keys"]


class Screen(Window):
    """The studio in a browser, as a person has it, who has a mouse, a finger or the keyboard alone."""

    patience_s = 60.0

    def __init__(
        self,
        driver: webdriver.Chrome,
        address: str,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        hand: Hand = "mouse",
    ) -> None:
        super().__init__(driver, size)
        self.address, self.hand = address, hand
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": size == PHONE})
        self.colours(scheme)
        self.show(address)

    def go(self, screen: str, project: str = "") -> None:
        """Show a screen, and wait for it."""
        self.driver.execute_script("location.hash = arguments[0]", f"#{screen}/{project}" if project else f"#{screen}")
        self.wait(f"the screen {screen}", lambda: self.all(f".screen-{screen} > *"))

    def click(self, selector: str) -> None:
        """Press what is there, wherever it has scrolled to, with what the person has."""
        element = self.wait(selector, lambda: self.one(selector))
        if self.hand == "keys":
            element = self.tab(selector)
            on_space = element.get_attribute("type") in ("checkbox", "radio")
            self.keys(Keys.SPACE if on_space else Keys.ENTER)
            return
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        if self.hand == "finger":
            box = self.driver.execute_script("return arguments[0].getClientRects()[0]", element)
            at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
            assert not self.driver.execute_script(HIDDEN, element), f"{selector} is covered"
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        else:
            element.click()

    def tab(self, selector: str) -> WebElement:
        """Go on with the Tab key to what is there; it can then be seen."""
        for _ in range(MOST_TABS):
            self.keys(Keys.TAB)
            element = self.driver.switch_to.active_element
            if self.driver.execute_script("return arguments[0].matches(arguments[1])", element, selector):
                hidden = partial(self.driver.execute_script, HIDDEN, element)
                self.wait(f"{selector} to be seen", lambda hidden=hidden: not hidden(), 2)  # type: ignore[misc]
                return element
        raise AssertionError(f"no Tab leads to {selector}")

    def write(self, selector: str, text: str) -> None:
        """Write into a field in place of what is there."""
        if self.hand == "keys":
            if not self.driver.execute_script("return document.activeElement.matches(arguments[0])", selector):
                self.tab(selector)
            ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
            self.keys(text)
        else:
            field = self.one(selector)
            field.clear()
            field.send_keys(text)

    def give(self, selector: str, file: Path) -> None:
        """Ask for a file with what the person has, and choose one: the window that opens is the system's."""
        ask = "const input = document.querySelector(arguments[0]); window.asked = false;"
        ask += "input.onclick = (event) => { window.asked = true; event.preventDefault(); }"
        self.driver.execute_script(ask, selector)
        self.click(selector if self.hand == "keys" else f"{selector} + label")
        assert self.driver.execute_script("return window.asked"), "a window to choose from would open"
        self.one(selector).send_keys(str(file))

    def keys(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    @property
    def focused(self) -> bool:
        """Whether something of the page has the focus."""
        return bool(self.driver.execute_script("return document.activeElement !== document.body"))

    @property
    def said(self) -> str:
        """The line in which things are told."""
        return self.one("#message").text

    @property
    def played_s(self) -> float:
        """How much has been heard of what sounds."""
        return float(self.driver.execute_script("return document.getElementById('sound').currentTime"))

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.driver.execute_script(script))

    def picture(self, name: str, *, top: bool = True) -> None:
        """A picture of the window, of its page's `top` or as it is, where STUDIO_SCREENSHOTS names a folder for it."""
        if folder := os.environ.get("STUDIO_SCREENSHOTS"):
            from PIL import Image

            if top:
                self.driver.execute_script("scrollTo(0, 0)")
            image = Image.open(io.BytesIO(self.driver.get_screenshot_as_png())).convert("RGB")
            few = image.quantize(128, dither=Image.Dither.NONE)  # a third of the size, and nobody sees it
            few.save(Path(folder) / f"{name}.png", optimize=True)
