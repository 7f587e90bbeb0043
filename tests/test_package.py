"""Packages for shops, read back by what each shop asks for: names, coding, loudness, cover, sheets, sums, ONIX."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from conftest import MadeOnce
from mutagen.mp3 import MP3, BitrateMode
from PIL import Image

from narrate.cli import run
from narrate.project import SHOPS
from narrate.shops import find_shop
from narrate.toml import edited

pytestmark = pytest.mark.slow
ISBN = "9780306406157"
NS = "{http://ns.editeur.org/onix/3.0/reference}"
Said = pytest.CaptureFixture[str]
# What each shop asks for, as its table has it and as a person would look at a package.
NAMES = {
    "spotify": [f"{ISBN}_0{n}.mp3" for n in range(1, 5)],
    "google": [f"{ISBN}_{n}of4.mp3" for n in range(1, 5)],
    "kobo": ["01 Opening Credits.mp3", "02 Évening Rain.mp3", "03 Two.mp3", "04 Closing Credits.mp3"],
    "inaudio": ["01 Opening Credits.mp3", "02 Évening Rain.mp3", "03 Two.mp3", "04 Closing Credits.mp3"],
    "authorsrepublic": ["01_Opening_Credits.mp3", "02_Evening_Rain.mp3", "03_Two.mp3", "04_Closing_Credits.mp3"],
    "apple": [f"{ISBN}.mp3"],
    "acx": ["01 Opening Credits.mp3", "02 Évening Rain.mp3", "03 Two.mp3", "04 Closing Credits.mp3"],
}
SAMPLES = {
    "spotify": f"{ISBN}_sample.mp3",
    "kobo": "sample.mp3",
    "inaudio": "Retail Sample.mp3",
    "authorsrepublic": "sample.mp3",
    "acx": "Retail Sample.mp3",
}
COVERS = {
    "spotify": (f"{ISBN}.jpg", 3000),
    "google": (f"{ISBN}_frontcover.jpg", 2400),
    "kobo": ("cover.jpg", 2400),
    "inaudio": ("cover.jpg", 2400),
    "authorsrepublic": (f"{ISBN}.jpg", 2400),
    "apple": (f"{ISBN}.jpg", 3000),
    "acx": ("cover.jpg", 2400),
}


def make_book(home: Path, often: int) -> None:
    """A book whose every line is one of two: it is spoken once, and heard `often`."""
    line = "The rain went on until the morning came, and nobody in the harbour spoke of it at all. "
    other = "Then it was light, the ferry came, and whoever had waited for it went down to the pier. "
    (home / "rain.md").write_text(f"# Évening Rain\n\n{line * often}\n\n# Two\n\n{other * often}\n", "utf-8")
    assert run(["--home", str(home), "new", str(home / "rain.md")]) == 0
    Image.new("RGB", (3000, 3000), "navy").save(home / "projects" / "rain" / "source" / "cover.jpg")
    with edited(home / "projects" / "rain" / "project.toml") as settings:
        settings.update({"title": "The Rain: a Tale", "author": ["Ann Hale", "Ben Reed"], "publisher": "Own & Sons"})
        settings.update(
            {"description": "It <rains>.", "series": "Weather", "series_index": "2", "isbn": "9783161484100"}
        )
        settings["credits"].update({"opening": "The Rain, by Ann Hale and Ben Reed, read by a machine of theirs."})
        settings["credits"].update(
            {"closing": "You have been listening to The Rain. The end.", "disclosure": "opening"}
        )
        settings["cover"] = "source/cover.jpg"
        settings["package"] = {"isbn": "978-0-306-40615-7"}
    assert run(["--home", str(home), "render", str(home / "projects" / "rain"), "--check", "off"]) == 0


def make_packages(home: Path) -> None:
    """A book of more than a minute, with a package for every shop; it is too short for one of them."""
    make_book(home, 7)
    for shop in SHOPS:
        anyway = ["--anyway"] if shop == "google" else []
        assert run(["--home", str(home), "package", str(home / "projects" / "rain"), "--for", shop, *anyway]) == 0, shop


def make_small(home: Path) -> None:
    """A book of some seconds, with one package."""
    make_book(home, 1)
    assert run(["--home", str(home), "package", str(home / "projects" / "rain"), "--for", "acx"]) == 0


@pytest.fixture
def made(made_once: MadeOnce) -> Path:
    """The packages, to look at."""
    return made_once("packages", make_packages) / "projects" / "rain" / "out" / "packages"


@pytest.fixture
def project(made_once: MadeOnce, tmp_path: Path) -> Path:
    """A copy of the small project with its package."""
    home = tmp_path / "home"
    shutil.copytree(made_once("small-package", make_small), home)
    return home / "projects" / "rain"


def level_db(path: Path) -> tuple[float, float]:
    """RMS and peak of a file as libsndfile decodes it."""
    samples, _ = soundfile.read(path, dtype="float64", always_2d=True)
    return 10 * float(np.log10((samples**2).mean())), 20 * float(np.log10(np.abs(samples).max()))


def mp3(path: Path) -> Any:
    return MP3(path)  # type: ignore[no-untyped-call]


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


@pytest.mark.parametrize("key", SHOPS)
def test_a_package_is_what_the_shop_asks_for(made: Path, key: str) -> None:
    folder, shop = made / key, find_shop(key)
    audio = sorted((folder / "audio").iterdir())
    assert [path.name for path in audio] == sorted(NAMES[key])
    samples = sorted((folder / "sample").iterdir()) if key in SAMPLES else []
    assert [path.name for path in samples] == [SAMPLES[key]] if key in SAMPLES else not (folder / "sample").exists()
    for path in [*audio, *samples]:
        found = mp3(path)
        assert found.info.bitrate_mode == BitrateMode.CBR
        assert (found.info.bitrate, found.info.sample_rate, found.info.channels) == (192_000, 44_100, 1)
        rms, peak = level_db(path)
        assert -23.1 <= rms <= -18, path.name
        assert peak <= -2.95, path.name
        assert "Read by a synthetic voice." in str(found.tags)
    if samples and (rule := shop.rules.get("sample_s")):
        assert (rule.least or 0) <= mp3(samples[0]).info.length <= (rule.most or 0)
    name, side = COVERS[key]
    with Image.open(folder / name) as cover:
        assert (cover.format, cover.mode, cover.size) == ("JPEG", "RGB", (side, side))
        assert min(cover.info["dpi"]) >= 72
    if (rule := shop.rules.get("cover_px")) is not None:
        assert (rule.least or 0) <= side <= (rule.most or side)


@pytest.mark.parametrize("key", SHOPS)
def test_sums_and_sheets_are_of_the_files(made: Path, key: str) -> None:
    folder = made / key
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: total for total, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(sums) == there - {"SHA256SUMS", "package.json"}
    for name, total in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == total
    told = dict(rows(folder / "sheets" / "metadata.csv"))
    wanted = {"title": "The Rain: a Tale", "isbn of the audiobook": ISBN, "isbn of the book": "9783161484100"}
    assert wanted.items() <= told.items()
    assert (told["narration"], told["disclosure"]) == ("AI voice", "Read by a synthetic voice.")
    tracks = rows(folder / "sheets" / "tracks.csv")[1:]
    assert [track[1] for track in tracks] == ["Opening Credits", "Évening Rain", "Two", "Closing Credits"]
    lengths: dict[str, float] = {}
    for _, _, file, start, length in tracks:
        assert seconds(start) == pytest.approx(lengths.get(file, 0.0), abs=0.002)
        lengths[file] = lengths.get(file, 0.0) + seconds(length)
    for file, heard in lengths.items():
        assert mp3(folder / file).info.length == pytest.approx(heard, abs=0.1)
    failed = [row[1] for row in rows(folder / "sheets" / "check.csv")[1:] if row[4] != "yes"]
    assert failed == (["length of all"] if key == "google" else [])
    about = (folder / "sheets" / "description.txt").read_text("utf-8")
    assert about == "Read by a synthetic voice.\n\nIt <rains>.\n"
    to_do = (folder / "sheets" / "to-do.txt").read_text("utf-8")
    assert to_do.startswith(find_shop(key).sentence)
    assert "accepted" not in to_do


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_the_record_names_a_synthesised_voice(made: Path) -> None:
    root = ElementTree.parse(made / "kobo" / "sheets" / "onix.xml").getroot()
    assert (root.tag, root.get("release")) == (f"{NS}ONIXMessage", "3.0")
    detail = root.find(f"{NS}Product/{NS}DescriptiveDetail")
    assert detail is not None
    people = [[part.text for part in one][1:] for one in detail.iter(f"{NS}Contributor")]
    assert people == [["A01", "Ann Hale"], ["A01", "Ben Reed"], ["E07", "06"]], "list 19: synthesised, female"
    found = {part.tag.removeprefix(NS): part.text for part in root.iter() if part.text and part.text.strip()}
    assert (found["ProductForm"], found["PrimaryContentType"], found["ExtentType"]) == ("AJ", "01", "09")
    assert found["Text"] == "Read by a synthetic voice.\n\nIt <rains>."
    identifiers = [[part.text for part in one] for one in root.iter(f"{NS}ProductIdentifier")]
    assert identifiers == [["15", ISBN], ["15", "9783161484100"]], "its own, and the book's as another format"


@pytest.mark.parametrize("release", ["3.0", "3.1"])
def test_the_record_is_valid_by_the_schema_of_editeur(made: Path, tmp_path: Path, release: str) -> None:
    onixcheck = pytest.importorskip("onixcheck")
    text = (made / "acx" / "sheets" / "onix.xml").read_text("utf-8")
    path = tmp_path / "onix.xml"
    path.write_text(
        text.replace("onix/3.0/", f"onix/{release}/").replace('release="3.0"', f'release="{release}"'), "utf-8"
    )
    assert onixcheck.validate(str(path)) == []
    path.write_text(path.read_text("utf-8").replace("<UnnamedPersons>06", "<UnnamedPersons>66"), "utf-8")
    assert onixcheck.validate(str(path)), "it looks into the lists"


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def test_nothing_changed_makes_nothing_again(project: Path, capsys: Said) -> None:
    folder = project / "out" / "packages"
    before = stamps(folder)
    assert run(["package", str(project), "--for", "acx"]) == 0
    out, err = capsys.readouterr()
    assert out.strip().endswith("out/packages/acx")
    assert err.splitlines()[0] == find_shop("acx").sentence
    assert "It is there already" in err
    assert stamps(folder) == before
    (folder / "acx" / "cover.jpg").unlink()
    with edited(project / "project.toml") as settings:
        settings["package"]["isbn"] = ""
    assert run(["package", str(project), "--for", "acx"]) == 0
    assert (folder / "acx" / "cover.jpg").is_file(), "what is gone is made anew"
    record = (folder / "acx" / "sheets" / "onix.xml").read_text("utf-8")
    assert "<IDValue>The_Rain_a_Tale<" in record
    work = {name: stamp for name, stamp in before.items() if name.startswith(".work")}
    assert {name: stamp for name, stamp in stamps(folder).items() if name.startswith(".work")} == work
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == [".work"]
    assert "<IDValue>9783161484100<" in record
    with edited(project / "project.toml") as settings:
        settings["isbn"] = "9783161484109"
    assert run(["package", str(project), "--for", "acx"]) == 0
    record = (folder / "acx" / "sheets" / "onix.xml").read_text("utf-8")
    assert "RelatedProduct" not in record, "the check digit is wrong, which no schema tells"


def test_what_fails_leaves_the_package_as_it_was(project: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project / "out" / "packages"
    before = stamps(folder / "acx")
    with edited(project / "project.toml") as settings:
        settings["credits"]["closing"] = ""
    capsys.readouterr()
    assert run(["package", str(project), "--for", "acx"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("FAIL  the book")
    assert 'write closing = "…" under [credits]' in err
    assert "--anyway" in err
    assert stamps(folder / "acx") == before, "what failed leaves it as it was"
    assert run(["package", str(project), "--for", "acx", "--anyway", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ai"], told["made"]) == ("refuses", True)
    assert [rule["rule"] for rule in told["rules"] if not rule["ok"]] == ["closing credits"]
    assert "closing credits missing" in (folder / "acx" / "sheets" / "to-do.txt").read_text("utf-8")

    def interrupted(*_: object) -> Iterator[None]:
        raise KeyboardInterrupt

    before = stamps(folder)
    with edited(project / "project.toml") as settings:
        settings["package"]["isbn"] = ""
    monkeypatch.setattr("narrate.work.package.sheets", interrupted)
    assert run(["package", str(project), "--for", "kobo"]) == 130
    assert {name: stamp for name, stamp in stamps(folder).items() if not name.startswith(".work")} == {
        name: stamp for name, stamp in before.items() if not name.startswith(".work")
    }


def test_a_cover_of_another_shape_is_told(project: Path, capsys: Said) -> None:
    Image.new("RGB", (1600, 2400), "navy").save(project / "source" / "cover.jpg")
    capsys.readouterr()
    assert run(["package", str(project), "--for", "acx"]) == 1
    failed = [row for row in capsys.readouterr().out.splitlines() if row.startswith("FAIL")]
    assert len(failed) == 2
    assert all("cover's" in row and "1600 x 2400 px" in row for row in failed)
    with edited(project / "project.toml") as settings:
        settings.pop("cover")
        settings["output"]["drawn_cover"] = False
    assert run(["package", str(project), "--for", "acx"]) == 1
    assert "0 x 0 px" in capsys.readouterr().out
    with edited(project / "project.toml") as settings:
        settings["output"]["drawn_cover"] = True
    assert run(["package", str(project), "--for", "acx"]) == 0
    with Image.open(project / "out" / "packages" / "acx" / "cover.jpg") as cover:
        assert cover.size == (2400, 2400), "one is drawn"


def test_lines_without_takes_and_a_wrong_isbn_are_one_line(project: Path, capsys: Said) -> None:
    with edited(project / "project.toml") as settings:
        settings["package"]["isbn"] = "978-0-306-40615-8"
    assert run(["package", str(project), "--for", "acx"]) == 1
    assert "an ISBN of 13 digits" in capsys.readouterr().err
    with edited(project / "project.toml") as settings:
        settings["package"]["isbn"] = ""
        settings["credits"]["closing"] = "Nobody has said this yet."
    assert run(["package", str(project), "--for", "acx"]) == 1
    assert "have no take" in capsys.readouterr().err
