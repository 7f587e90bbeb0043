"""docs/api.md does what it says: its commands and its code are run, block after block, against a server."""

import io
import json
import os
import re
import subprocess
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from home_server import KEY, narrate_serve

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.slow
def test_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATE_KEY", KEY)
    home = tmp_path / "audiobooks"
    home.mkdir()
    assert BLOCKS[0][1].splitlines()[1] == "narrate serve audiobooks --engine draft"
    names: dict[str, Any] = {"__name__": "page"}
    said: list[str] = []
    with narrate_serve(home) as (client, _):
        for language, block in BLOCKS[1:]:
            assert "127.0.0.1:8020" in block or language == "python"
            code = block.replace("127.0.0.1:8020", f"127.0.0.1:{client.served.port}")
            if language == "sh":
                done = subprocess.run(["bash", "-e", "-c", code], capture_output=True, text=True, env=os.environ)
                assert (done.returncode, done.stderr) == (0, ""), block
                said.append(done.stdout)
            else:
                with redirect_stdout(io.StringIO()) as told:
                    exec(compile(code, "api.md", "exec"), names)
                said.append(told.getvalue())
    assert said[0] == "[]"
    assert "<feed" in (tmp_path / "catalogue.xml").read_text("utf-8")
    assert (tmp_path / "rain.wav").read_bytes()[:4] == b"RIFF"
    assert (tmp_path / "rain.wav").stat().st_size > 48_000, "a second"
    assert json.loads(said[2])["project"] == "tide"
    assert "4 of 4 lines" in said[3]
    assert said[4].startswith("done [")
    assert "tide.m4b" in said[4]
    assert "srt/01 - One.srt" in said[4]
    assert (tmp_path / "tide.m4b").stat().st_size > 1000
    assert said[5] == "[]\n"
    assert json.loads(said[6])["title"] == "The Tide"
    cast = json.loads((tmp_path / "cast.json").read_text("utf-8"))
    assert [(one["voice"], one["direction"]) for one in cast["speakers"]] == [("clara", "slow, low")]
    assert json.loads(said[7])["error"].startswith('no voice called "nobody" (')
    assert json.loads((tmp_path / "openapi.json").read_text("utf-8"))["openapi"] == "3.1.0"
