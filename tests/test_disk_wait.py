"""Assembly on a disk that is full for a while: it waits as a render does, and goes on."""

import logging
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from narrate.audio import Audio
from narrate.engine import Wanted
from narrate.errors import StorageError
from narrate.project import Project, Settings, create
from narrate.script import Line, Script
from narrate.voices import EMBEDDED
from narrate.work import Rendered, Run, assemble_project, follow, take_inventory
from narrate.work.stop import Stop

pytestmark = [pytest.mark.slow, pytest.mark.ffmpegs]


@pytest.mark.parametrize("wait_s", [60.0, 0.0])
def test_assembly_waits_for_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wait_s: float
) -> None:
    create(tmp_path / "p", Settings("A Book"), [Script((Line("One."),))], ("a.txt", b"One."), narrator=EMBEDDED)
    project, out = Project(tmp_path / "p", tmp_path), tmp_path / "p" / "out"
    book = take_inventory(project, Wanted(engine="draft", check="off"))
    tone = (np.sin(np.arange(72_000) * 0.05) * 8000).astype(np.int16)
    for request in book.work.missing:
        project.takes.put(request, Audio(tone, 24_000))
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(out)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    try:
        (out / "chapters").mkdir()
        ballast = out / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        looks = 0

        stop = Stop()
        wait = stop.event.wait

        def waited(timeout: float | None = None) -> bool:
            """Somebody frees the disk during the third wait."""
            nonlocal looks
            looks += 1
            if looks == 3:
                ballast.unlink()
            return wait(0)

        monkeypatch.setattr(stop.event, "wait", waited)
        run = Run(stop, wait_s)
        with caplog.at_level(logging.WARNING):
            if not wait_s:
                with pytest.raises(StorageError, match="No space left"):
                    follow(assemble_project(project, Rendered(book), ["m4b"], run))
                return
            assert follow(assemble_project(project, Rendered(book), ["m4b"], run))
        assert looks >= 3
        assert "waiting for space" in caplog.text
        assert list(out.glob("*.m4b"))
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)
