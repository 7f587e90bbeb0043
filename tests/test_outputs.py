"""What was delivered, as the closing summary and `narrate status` tell it."""

import random
from pathlib import Path

from narrate.work import output_rows

OUT = Path("p/out")


def test_the_audiobook_comes_first_and_a_folder_is_a_row() -> None:
    mp3s = [OUT / "mp3" / f"{n:02d} - A.mp3" for n in range(1, 31)]
    shelf = [OUT / "audiobookshelf/A/T" / name for name in ("T.m4b", "desc.txt", "metadata.json")]
    captions = [OUT / "t.srt", OUT / "srt/01 - A.srt", OUT / "srt/02 - B.srt", OUT / "t.transcript.json"]
    files = [*mp3s, *shelf, *captions, OUT / "t.m4b", OUT / "t.mp3", OUT / "flac/01 - A.flac"]
    random.Random(1).shuffle(files)
    assert output_rows(files, OUT) == [
        "p/out/t.m4b",
        "p/out/mp3 (30 files)",
        "p/out/flac/01 - A.flac",
        "p/out/t.mp3",
        "p/out/t.srt",
        "p/out/srt (2 files)",
        "p/out/t.transcript.json",
        "p/out/audiobookshelf (3 files)",
    ]


def test_nothing_delivered_is_nothing_told() -> None:
    assert output_rows([], OUT) == []
