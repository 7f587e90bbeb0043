"""A book made in the studio three more ways: with a finger on a phone, in dark, and by the keyboard alone.

And what a person is told when the server is gone.

STUDIO_SCREENSHOTS names a folder for pictures.
"""

import socket
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


def test_a_server_that_is_gone_is_told_of_and_found_again(driver: webdriver.Chrome, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    keyed = ["--port", port, "--key", "the-first-key-of-all"]
    with studio(tmp_path, *keyed) as address:
        screen = Screen(driver, address)
        screen.wait("the shelf", lambda: screen.all(".first"))
        screen.go("voices")
    screen.wait("a word", lambda: "server does not answer" in screen.one("#gone").text)
    with studio(tmp_path, *keyed):
        screen.wait("the server", lambda: not screen.one("#gone").is_displayed())
        assert screen.said == "The server is there again."
        screen.go("shelf")
    with studio(tmp_path, "--port", port, "--key", "another-key-than-before"):
        screen.wait("another word", lambda: "another address now" in screen.one("#gone").text)
