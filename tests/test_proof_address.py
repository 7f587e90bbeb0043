"""The proof page's address, which holds its token, is shown to the person alone."""

import re
import stat
import sys
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from narrate.cli import run
from narrate.serve import server


@pytest.mark.skipif(sys.platform == "win32", reason="a file's mode says nothing there")
def test_the_browser_is_started_with_a_private_file_and_not_with_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATE_HOME", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    (tmp_path / "rain.txt").write_text("It rained.\n", "utf-8")
    assert run(["new", "rain.txt"]) == 0
    opened: list[tuple[str, int, str]] = []
    served: list[bool] = []

    def browser(url: str) -> bool:
        file = Path(url2pathname(urlsplit(url).path))
        opened.append((url, stat.S_IMODE(file.stat().st_mode), file.read_text("utf-8")))
        return True

    def serve(*_: object) -> bool:
        (url, _mode, _page) = opened[0]
        served.append(Path(url2pathname(urlsplit(url).path)).is_file())
        return True

    monkeypatch.setattr(webbrowser, "open", browser)
    monkeypatch.setattr(server, "serve", serve)
    capsys.readouterr()
    assert run(["proof", "projects/rain"]) == 0
    address = next(row for row in capsys.readouterr().out.splitlines() if row.startswith("http://"))
    found = re.fullmatch(r"http://127\.0\.0\.1:\d+/([\w-]{32})/", address)
    assert found
    ((url, mode, page),) = opened
    assert found[1] not in url
    assert url.startswith("file:")
    assert mode == 0o600
    file = Path(url2pathname(urlsplit(url).path))
    # A browser that is a snap sees a /tmp of its own, and nothing hidden.
    assert file.parent == tmp_path / "projects" / "rain" / "out"
    assert not file.name.startswith(".")
    assert f'content="0; url={address}"' in page
    assert served == [True], "the file is there as long as the page is served"
    assert not Path(url2pathname(urlsplit(url).path)).exists()
