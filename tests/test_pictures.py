"""The report's pictures: well-formed whatever the names are, and the numbers in them are the data's."""

import math
import random
import re
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings, strategies as st

from narrate.project import Pace, Share
from narrate.project.report import PACE_POINTS
from narrate.report import report_pictures
from narrate.report.pictures import (
    ChapterLevel,
    Length,
    draw_lengths,
    draw_levels,
    draw_shares,
    draw_speed,
    find_outliers,
)

SVG = "{http://www.w3.org/2000/svg}"
HARD = 'مريم & <script>alert("x")</script> \x00\x1b 小川 \ud800 ]]> 🎧'


def parsed(svg: str) -> Element:
    root = ElementTree.fromstring(svg.encode("utf-8"))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert [element.get("id") for element in root[:2]] == named
    assert all(element.text for element in root[:2])
    assert not list(root.iter(f"{SVG}script"))
    return root


def of_class(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if element.get("class") == name]


def axis(root: Element, which: str, *, log: bool = False) -> tuple[float, float]:
    """Origin and pixels a unit of an axis, from what its marks say and where they stand."""
    ticks = of_class(root, f"{which}-tick")
    values = [float((t.text or "").replace("−", "-").replace(",", "")) for t in ticks]
    places = [float(t.get(which, "")) - (4 if which == "y" else 0) for t in ticks]
    at = [math.log(value) for value in values] if log else values
    unit = (places[-1] - places[0]) / (at[-1] - at[0])
    return places[0] - at[0] * unit, unit


def test_speed_steps_are_the_stretches_rtf() -> None:
    pace = [(100.0, 5_000.0), (200.0, 30_000.0), (300.0, 30_000.0), (400.0, 52_000.0)]
    root = parsed(draw_speed(pace))
    [steps] = of_class(root, "steps")
    heights = [float(v) for v in re.findall(r"V([\d.]+)H", steps.get("d", ""))]
    origin, unit = axis(root, "y")
    assert [(h - origin) / unit for h in heights] == pytest.approx([50, 250, 0, 220], abs=0.5)
    [label] = of_class(root, "mean-label")
    assert label.text == "– – on the whole 130"
    assert "14:26:40 of audio in 6:40, 130 times real time" in (root[1].text or "")


def test_pace_stays_small_and_keeps_the_sum() -> None:
    pace = Pace()
    for n in range(1, 50_001):
        pace.add(n * 0.7, n * 70.0)
    points = pace.points
    assert PACE_POINTS / 2 - 1 <= len(points) <= PACE_POINTS
    assert points[-1] == (35_000.0, 3_500_000.0)
    apart = [b - a for (a, _), (b, _) in pairwise(points[:-1])]
    assert max(apart) < 1.1 * min(apart)
    assert Pace().points == []
    short = Pace()
    short.add(0.2, 9.0)
    assert short.points == [(0.2, 9.0)]


def lines(count: int, seed: int = 1) -> list[Length]:
    """Takes of two voices, one a third slower, each with its own pace to within some per cent."""
    draws, found = random.Random(seed), []
    for n in range(count):
        voice, slow = draws.choice([("ann", 1.0), ("bob", 1.33)])
        characters = max(2, round(draws.lognormvariate(4, 0.7)))
        seconds = (0.4 + characters / 15) * slow * math.exp(draws.gauss(0, 0.05))
        found.append(Length(f"{n // 100 + 1}:{n % 100 + 1}", f"Line {n}", voice, voice, characters, seconds))
    return found


def test_outliers_are_those_and_are_named_where_they_lie() -> None:
    found = lines(2000)
    long, short = found[500], found[1200]
    found[500] = Length(long.place, HARD, "ann", long.voice, long.characters, long.seconds * 2)
    found[1200] = Length(short.place, "cut", "bob", short.voice, 80, 2.0)
    outliers = find_outliers(found)
    assert {o.length.place for o in outliers} == {long.place, short.place}
    assert next(o for o in outliers if o.length.place == long.place).expected_s == pytest.approx(long.seconds, rel=0.15)
    root = parsed(draw_lengths(found))
    (x0, dx), (y0, dy) = axis(root, "x", log=True), axis(root, "y", log=True)
    at = {
        (round(math.exp((float(c.get("cx", "")) - x0) / dx)), round(math.exp((float(c.get("cy", "")) - y0) / dy), 1))
        for c in of_class(root, "outlier")
    }
    assert at == {(o.length.characters, round(o.length.seconds, 1)) for o in outliers}
    assert {p.text for p in of_class(root, "place")} == {long.place, short.place}
    assert find_outliers(lines(2000)) == []


def test_the_picture_of_line_lengths_stays_small() -> None:
    assert len(draw_lengths(lines(20_000))) < 40_000
    assert draw_lengths(lines(500)) == draw_lengths(lines(500))


def test_levels_marks_are_the_levels() -> None:
    levels = [ChapterLevel(f"{n} {HARD}", -18 - n / 10, -20 - n / 10, -3 - n / 10) for n in range(20)]
    levels[4] = ChapterLevel("Loud", -12.0, -14.0, -1.0)
    root = parsed(draw_levels(levels))
    origin, unit = axis(root, "y")
    columns = of_class(root, "chapter")
    assert len(columns) == 20
    for column, level in zip(columns, levels, strict=True):
        lufs, rms = (float(of_class(column, name)[0].get("cy", "")) for name in ("lufs", "rms"))
        peak = float(of_class(column, "peak")[0].get("d", "").split()[1].split("h")[0])
        drawn = [(value - origin) / unit for value in (lufs, rms, peak)]
        assert drawn == pytest.approx([level.lufs, level.rms_db, level.peak_db], abs=0.01)
    assert [t.text for t in of_class(root, "apart")] == ["5 Loud: −12.0 LUFS, 6.9 louder than the middle chapter"]


def test_thousands_of_chapters_share_columns() -> None:
    levels = [ChapterLevel("x", -18 - n % 7 / 10, -20.0, -3.0) for n in range(3000)]
    root = parsed(draw_levels(levels))
    told = [element.text or "" for element in root.iter(f"{SVG}title")]
    assert len(of_class(root, "chapter")) <= 120
    assert "1 to 25: loudness −18.6 to −18.0 LUFS, RMS −20.0 dB, peak −3.0 dB" in told


def test_shares_bars_are_the_shares() -> None:
    shares = [Share("ann", "clara", 40, 600.0), Share(HARD, "auto", 1, 300.0), Share("silent", "x", 0, 0.0)]
    root = parsed(draw_shares(shares))
    widths = [float(bar.get("width", "")) for bar in of_class(root, "bar")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.02)
    told = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "10:00, 66.7%, 40 lines" in told
    assert "5:00, 33.3%, 1 line" in told
    many = parsed(draw_shares([Share(f"p{n}", "v", 2, 10.0 + n) for n in range(400)]))
    assert len(of_class(many, "bar")) == 14
    assert any("387 others" in (text.text or "") for text in many.iter(f"{SVG}text"))


def test_nothing_to_draw_is_no_picture() -> None:
    assert (draw_speed([]), draw_lengths([]), draw_levels([]), draw_shares([])) == ("", "", "", "")
    old = {"chapters": [{"title": "One", "start_s": 0, "duration_s": 1, "lines": 1}], "run": None}
    assert report_pictures(old, []) == {}


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0, 1e6)), max_size=8),
    st.lists(st.tuples(st.text(), st.integers(1, 10_000), st.floats(0.001, 1e5)), max_size=8),
    st.lists(st.tuples(st.text(), *[st.floats(-120, 6)] * 3), max_size=8),
)
def test_any_values_make_well_formed_pictures(
    pace: list[tuple[float, float]], takes: list[tuple[str, int, float]], levels: list[tuple[str, float, float, float]]
) -> None:
    wall = audio = 0.0
    points = [(wall := wall + more, audio := audio + made) for more, made in pace]
    chapters = [{"title": t, "lufs": u, "rms_db": r, "peak_db": p} for t, u, r, p in levels]
    shares = [{"speaker": text, "voice": text, "lines": n, "audio_s": s} for text, n, s in takes]
    report = {"run": {"pace": points}, "chapters": chapters, "shares": shares}
    lengths = [Length("1:1", text, text, text, n, s) for text, n, s in takes]
    for name, svg in report_pictures(report, lengths).items():
        assert f'id="{name}-title"' in svg
        assert "nan" not in re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", svg)
        parsed(svg)
