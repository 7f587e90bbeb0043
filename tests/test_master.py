"""Mastering and the check of a shop's rules: what our target makes passes, and each way to spoil a file is named."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrate.audio import Audio, flac_bytes, from_float
from narrate.chapters import Assembled, ChapterPlan, Mastering, Measured, Segment, Tags, find_ffmpeg
from narrate.chapters.measure import loudness, measure
from narrate.chapters.tone import BELOW_SPEECH_DB, LOOP, room_tone
from narrate.cli import run
from narrate.deliver import assemble
from narrate.project import SHOPS, TARGETS
from narrate.shops import CoverFacts, Facts, Finding, check_book, find_shop

pytestmark = pytest.mark.slow

RATE = 24_000


def take(folder: Path, number: int, *, noise: float = 0.0005, seconds: float = 6.0, peak: float = 0.7) -> Path:
    """A buzz that comes and goes as syllables do, on a floor of noise, with a click now and then."""
    draws = np.random.default_rng(number)
    t = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * (120 + number) * k * t) / k for k in range(1, 10)) * 0.08
    syllables = np.clip(np.sin(2 * np.pi * 1.7 * t) + 0.3, 0, 1)
    samples = tone * syllables + draws.normal(0, noise, len(t))
    samples[RATE :: 2 * RATE] = peak
    path = folder / f"{number}.flac"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(flac_bytes(from_float(samples.astype(np.float32), RATE), title=str(number)))
    return path


def made(folder: Path, target: str, *, takes: int = 3) -> Path:
    """A chapter's MP3 of so many takes, mastered for `target`."""
    plan = ChapterPlan("One", tuple(Segment(500 if n else 0, take(folder / "takes", n)) for n in range(takes)))
    found = TARGETS[target]
    settings = Mastering(
        loudness_lufs=-18.0 if found.loudness_lufs is None else found.loudness_lufs,
        rms_db=found.rms_db,
        peak_dbfs=found.peak_dbfs,
        head_ms=700 if found.head_ms is None else found.head_ms,
        tail_ms=1500 if found.tail_ms is None else found.tail_ms,
        room_tone=True,
        mp3_kbps=found.mp3_kbps,
        mp3_rate=found.mp3_rate,
        channels=found.channels,
    )
    *_, done = assemble([plan], Tags("A Book"), ("mp3",), folder / "out", "book", settings)
    assert isinstance(done, Assembled)
    return done.files[0]


@pytest.fixture(scope="module")
def acx_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("acx"), "acx")


@pytest.fixture(scope="module")
def long_acx_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough to cut a shop's sample from."""
    return made(tmp_path_factory.mktemp("long"), "acx", takes=12)


ACX, BOTH = find_shop("acx"), Facts(opening=True, closing=True)


def failed(files: list[Measured], facts: Facts = BOTH, shop: str = "acx") -> list[Finding]:
    return [finding for finding in check_book(files, find_shop(shop), facts) if not finding.ok]


def failures(path: Path) -> list[str]:
    return [finding.rule for finding in failed([measure(find_ffmpeg(), path)])]


def test_files_made_for_acx_pass_its_rules(acx_file: Path, long_acx_file: Path) -> None:
    assert failures(acx_file) == []
    found = measure(find_ffmpeg(), long_acx_file)
    assert failed([found]) == []
    assert found.rms_db == pytest.approx(-20, abs=1)
    assert found.floor_db > -110  # room tone, not nothing


def test_other_targets_reach_their_loudness(tmp_path: Path) -> None:
    for name, wanted in (("books", -18.0), ("podcast", -19.0), ("podcast-stereo", -16.0)):
        path = made(tmp_path / name, name)
        lufs, peak = loudness(find_ffmpeg(), path)
        assert measure(find_ffmpeg(), path).channels == TARGETS[name].channels
        assert lufs == pytest.approx(wanted, abs=0.7)
        assert peak <= TARGETS[name].peak_dbfs + 0.6  # MP3 rings


NOISE = "anoisesrc=r=44100:a=0.004:d=90"
SPOILED: dict[str, tuple[tuple[str, ...], str]] = {
    "quiet": (("-af", "volume=-6dB"), "RMS"),
    "loud": (("-af", "volume=4dB"), "RMS"),
    "peaks": (("-af", "volume=8dB"), "peak"),
    "noisy": (("-filter_complex", f"{NOISE}[n];[0:a][n]amix=duration=first:normalize=0"), "noise floor"),
    "24 kHz": (("-ar", "24000"), "sample rate"),
    "slow": (("-b:a", "128k"), "bit rate"),
    "variable": (("-q:a", "0"), "bit rate"),
    "no head": (("-af", "atrim=start=0.6"), "head"),
    "long head": (("-af", "adelay=5000"), "head"),
    "no tail": (("-af", "areverse,atrim=start=2.4,areverse"), "tail"),
    "long tail": (("-af", "apad=pad_dur=5"), "tail"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPOILED)
def test_spoiled_files_fail_on_the_right_line(kind: str, acx_file: Path, tmp_path: Path) -> None:
    options, rule = SPOILED[kind]
    path = tmp_path / "a.mp3"
    quality = () if "-b:a" in options or "-q:a" in options else ("-b:a", "192k")
    command = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-i",
        str(acx_file),
        *options,
        *quality,
        "-c:a",
        "libmp3lame",
        str(path),
    ]
    subprocess.run(command, check=True)
    assert rule in failures(path)


def test_a_stereo_file_among_mono_ones_is_named(acx_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "wide.mp3"
    wide = ["-ac", "2", "-b:a", "192k", "-c:a", "libmp3lame"]
    subprocess.run([find_ffmpeg().path, "-v", "error", "-i", acx_file, *wide, path], check=True)
    files = [measure(find_ffmpeg(), found) for found in (acx_file, path)]
    assert [f.channels for f in files] == [1, 2]
    assert [f.measured for f in failed(files) if f.rule == "channels"] == ["1, 2"]


def test_rules_that_need_hours_or_two_files() -> None:
    good = Measured(Path("a.mp3"), 600, 44_100, 1, 192.0, True, -20, -3.5, -66, 1.0, 2.5)
    change: Callable[..., Measured] = lambda **new: Measured(  # noqa: E731
        **{name: new.get(name, getattr(good, name)) for name in Measured.__slots__}
    )
    assert failed([good]) == []
    assert [f.rule for f in failed([good, change(seconds=7300)])] == ["length"]
    assert [f.rule for f in failed([good, change(channels=2)])] == ["channels"]
    assert [f.rule for f in failed([good], Facts(opening=False, closing=False))] == [
        "opening credits",
        "closing credits",
    ]
    assert all(f.do and f.sure for f in failed([change(rms_db=-30)], Facts(opening=False, closing=True)))
    assert [(f.rule, f.wanted) for f in failed([change(seconds=240)], shop="google")] == [
        ("length of all", "5 to 6000 min")
    ]
    assert failed([change(rms_db=-15)], shop="google") == [], "nobody says how loud"
    assert [f.rule for f in failed([change(bit_rate_kbps=190.0, constant=False)], shop="spotify")] == ["bit rate"]


def test_a_sample_and_a_cover_are_held_to_their_rules(tmp_path: Path) -> None:
    for name in ("a.mp3", "s.mp3"):
        (tmp_path / name).write_bytes(bytes(99))
    long = Measured(tmp_path / "a.mp3", 600, 44_100, 1, 192.0, True, -20, -3.5, -66, 1.0, 2.5)
    short = Measured(tmp_path / "s.mp3", 40, 44_100, 1, 192.0, True, -20, -3.5, -66, 1.0, 2.5)

    def told(sample: Measured | None, cover: CoverFacts | None) -> list[tuple[str, str, str]]:
        found = check_book([long], find_shop("authorsrepublic"), Facts(True, True, sample, cover))
        rules = ("retail sample", "cover's shape", "cover's sides", "cover's size")
        return [(f.rule, f.measured, f.do) for f in found if f.rule in rules and not f.ok]

    assert told(None, None) == []
    assert told(short, CoverFacts(2400, 2400, 900_000)) == [
        ("retail sample", "0.7 min", "the book is too short to cut such a sample from")
    ]
    assert [rule for rule, _, _ in told(None, CoverFacts(1600, 2400, 6_000_000))] == [
        "cover's shape",
        "cover's sides",
        "cover's size",
    ]
    assert told(None, CoverFacts(3000, 3000, 900_000)) == [], "a larger picture is made smaller"


def test_room_tone_is_like_the_takes_quiet(tmp_path: Path) -> None:
    takes = [take(tmp_path, n, noise=0.0002) for n in range(6)]
    tone = room_tone(takes)
    assert tone is not None
    assert len(tone) == LOOP
    level = float(np.sqrt((tone.astype(float) ** 2).mean()))
    assert 20 * np.log10(level / 32768 / 0.0002) == pytest.approx(0, abs=1.5)
    again = room_tone(takes)
    assert again is not None
    assert np.array_equal(tone, again)
    jump = abs(int(tone[0]) - int(tone[-1]))
    assert jump < 8 * level  # no seam where it is repeated
    noisy = [take(tmp_path / "loud", n, noise=0.05) for n in range(6)]
    loud = room_tone(noisy)
    assert loud is not None
    speech = np.median([np.sqrt((soundfile.read(p, dtype="int16")[0].astype(float) ** 2).mean()) for p in noisy])
    assert 20 * np.log10(float(np.sqrt((loud.astype(float) ** 2).mean())) / speech) < 1 - BELOW_SPEECH_DB
    clean = tmp_path / "clean.flac"
    clean.write_bytes(flac_bytes(Audio(np.repeat(np.array([0, 9000], np.int16), 6000), RATE), title="x"))
    assert room_tone([clean]) is None


def test_the_command_and_the_credits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "small.md"
    book.write_text("# One\n\n" + "The lamp burned low, and nobody spoke of it. " * 12, "utf-8")
    project = tmp_path / "small"
    assert run(["new", str(book), "--project", str(project), "--home", str(tmp_path)]) == 0
    settings = (project / "project.toml").read_text("utf-8")
    changes = {
        'target = "books"': 'target = "acx"',
        '["m4b"]': '["mp3"]',
        'opening = ""': 'opening = "Small. Written by nobody at all, and read to you by a patient machine."',
        'closing = ""': 'closing = "This was the end of it. You have heard everything that there is to hear."',
    }
    for old, new in changes.items():
        assert old in settings
        settings = settings.replace(old, new)
    (project / "project.toml").write_text(settings, "utf-8")
    assert run(["master", str(project)]) == 1
    assert "no MP3 files" in capsys.readouterr().err
    assert run(["render", str(project), "--check", "off", "--assemble"]) == 0
    names = [path.name for path in sorted((project / "out/mp3").glob("*.mp3"))]
    assert names == ["01 - Opening Credits.mp3", "02 - One.mp3", "03 - Closing Credits.mp3"]
    capsys.readouterr()
    code = run(["master", str(project), "--check", "acx", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [finding for finding in found if not finding["ok"]] == []
    assert code == 0


def test_master_tells_missing_credits_samples_and_files_too_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No credits and nothing to cut a sample from; then a file of more than two hours."""
    (tmp_path / "small.md").write_text("# One\n\nThe lamp burned low.\n", "utf-8")
    project = tmp_path / "small"
    assert run(["new", str(tmp_path / "small.md"), "--project", str(project), "--home", str(tmp_path)]) == 0
    folder = project / "out" / "mp3"
    folder.mkdir(parents=True)

    source = ["-f", "lavfi", "-i", "sine=r=8000:d=50", "-c:a", "libmp3lame", "-b:a", "8k", "-write_xing", "0"]
    subprocess.run([find_ffmpeg().path, "-v", "error", *source, "-id3v2_version", "0", folder / "01.mp3"], check=True)

    def missed(rules: set[str], shop: str = "acx") -> set[tuple[str, str, str]]:
        capsys.readouterr()
        assert run(["master", str(project), "--check", shop, "--json"]) == 1
        found = json.loads(capsys.readouterr().out)
        assert all(finding["do"] for finding in found if not finding["ok"] and finding["rule"] in rules)
        return {(f["file"], f["rule"], f["measured"]) for f in found if not f["ok"] and f["rule"] in rules}

    credits_ = {("", "opening credits", "missing"), ("", "closing credits", "missing")}
    rules = {"length", "opening credits", "closing credits", "retail sample"}
    assert missed(rules) == credits_
    assert missed(rules, "inaudio") == credits_ | {("", "retail sample", "0.8 min to cut from")}
    settings = project / "project.toml"
    settings.write_text(settings.read_text("utf-8").replace('opening = ""', 'opening = "Small."'), "utf-8")
    (folder / "02.mp3").write_bytes(146 * (folder / "01.mp3").read_bytes())
    assert missed(rules) == {("", "closing credits", "missing"), ("02.mp3", "length", "122.1 min")}


def test_what_the_shop_thinks_comes_first_then_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.md").write_text("# One\n\nThe lamp burned low.\n", "utf-8")
    project = tmp_path / "small"
    assert run(["new", str(tmp_path / "small.md"), "--project", str(project), "--home", str(tmp_path)]) == 0
    folder = project / "out" / "mp3"
    folder.mkdir(parents=True)
    source = ["-f", "lavfi", "-i", "sine=r=8000:d=5", "-c:a", "libmp3lame", "-b:a", "8k"]
    subprocess.run([find_ffmpeg().path, "-v", "error", *source, folder / "01.mp3"], check=True)
    for key in SHOPS:
        shop = find_shop(key)
        capsys.readouterr()
        code = run(["master", str(project), "--check", key])
        first, *rows, last = capsys.readouterr().out.splitlines()
        assert first == shop.sentence
        marks = [row[:4] for row in rows]
        assert code == ("FAIL" in marks) == (key != "apple"), "Apple asks for little of a file"
        assert marks == sorted(marks), "FAIL is before pass"
        assert re.fullmatch(rf"\d+ of {len(rows)} rules are met \({key}, as of 20\d\d-\d\d-\d\d\)\.", last)
    assert "a human must narrate" in find_shop("acx").sentence
    assert run(["master", str(project), "--check", "spotfy"]) == 2
    assert 'did you mean "spotify"?' in capsys.readouterr().err
