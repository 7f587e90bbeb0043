"""A book made in the studio three more ways: with a finger on a phone, in dark, and by the keyboard alone.

STUDIO_SCREENSHOTS names a folder for pictures.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from studio import CHROMIUM, DESKTOP, DRIVER, NO_BROWSER, PHONE, Hand, Screen, chromium, studio
from studio_way import NAME, go_the_whole_way

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=NO_BROWSER)]


@pytest.fixture
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(
    ("size", "scheme", "hand"),
    [(PHONE, "light", "finger"), (DESKTOP, "dark", "mouse"), (DESKTOP, "light", "keys")],
    ids=["phone", "dark", "keyboard"],
)
def test_a_book_is_made_the_whole_way(
    size: tuple[int, int],
    scheme: str,
    hand: Hand,
    driver: webdriver.Chrome,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    home, downloads = tmp_path / "home", tmp_path / "downloads"
    home.mkdir()
    downloads.mkdir()
    with studio(home) as address:
        screen = Screen(driver, address, size, scheme, hand)
        go_the_whole_way(screen, home / "projects" / NAME, downloads, f"{request.node.callspec.id}-")
