"""Talking books: every reference leads somewhere, and the times are the sound's, to the sample.

What is written by f-strings is read here by lxml and zipfile, and heard by a decoder that knows nothing of us.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from epubs import epub, links, nav, page
from hypothesis import given, strategies as st
from lxml import etree

from narrate.audio import Audio, flac_bytes
from narrate.book import Reading
from narrate.chapters import (
    Assembled,
    ChapterPlan,
    Mastering,
    Segment,
    Spoken,
    Tags,
    TimedChapter,
    find_ffmpeg,
    hear,
)
from narrate.chapters.frames import mp3_frame
from narrate.chapters.plan import Said
from narrate.chapters.timeline import timeline
from narrate.deliver import assemble
from narrate.deliver.readalong.marks import Piece
from narrate.deliver.readalong.smil import Marked, clips
from narrate.readers import read_book
from narrate.readers.epub.printed import printed_pages
from narrate.script import Line, Opening
from narrate.speakers.adapt import adapt

RATE = 24_000
FORMS = ("daisy202", "daisy3", "lpf", "audiobook")
TAGS = Tags("Tea & <Sympathy>", author="An Author", narrator="Synthetic voice", language="en", series="Cups",
            series_index="2", description="One.\n\nTwo.")  # fmt: skip
HEADING = Opening.HEADING
BOOK = {  # a silent title; headings that jump; a chapter whose title is said, with a line in French
    "Part One: The Pot": (
        Line("It was “late”, & dark.", opens=Opening.PARAGRAPH),
        Line("A Section", opens=HEADING, level=2),
        Line("Then it rained."),
        Line("Deep", opens=HEADING, level=5),
        Line("It stopped.", opens=Opening.SCENE),
    ),
    "The Cup": (
        Line("The Cup", opens=HEADING, level=1),
        Line("Il pleut.", opens=Opening.PARAGRAPH, language="fr"),
        Line("Once more", opens=HEADING, level=1),
        Line("And then it ended."),
    ),
}


def plans_in(folder: Path) -> list[ChapterPlan]:
    """The book; no take is of whole milliseconds, and one chapter has music of its own length before a line."""
    folder.mkdir()
    plans = []
    for number, (title, lines) in enumerate(BOOK.items(), start=1):
        segments = []
        for row, line in enumerate(lines, start=1):
            take = folder / f"{number}-{row}.flac"
            noise = np.random.default_rng(row).normal(0, 2000, 4_001 + 1_003 * row).astype(np.int16)
            take.write_bytes(flac_bytes(Audio(noise, RATE)))
            segments.append(Segment(120, take, said=Said(f"{number}:{row}", line)))
        if number == 2:
            music = folder / "music.wav"
            soundfile.write(music, np.zeros(7_777, np.int16), RATE)
            segments.insert(2, Segment(0, None, sound=music))
        plans.append(ChapterPlan(title, tuple(segments)))
    return plans


def make(plans: list[ChapterPlan], out: Path, forms: tuple[str, ...] = FORMS, tags: Tags = TAGS) -> Assembled:
    *_, done = assemble(plans, tags, list(forms), out, "b", Mastering())
    assert isinstance(done, Assembled)
    return done


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[ChapterPlan]:
    return plans_in(tmp_path_factory.mktemp("book") / "takes")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, plans: list[ChapterPlan]) -> Path:
    folder = tmp_path_factory.mktemp("out")
    make(plans, folder)
    return folder


def lengths(out: Path, count: int = 2) -> list[int]:
    """Frames of every chapter, as a decoder of LAME's MP3 that is not ffmpeg counts them."""
    return [soundfile.info(str(out / "daisy202" / f"{n:02}.mp3")).frames for n in range(1, count + 1)]


def frames(seconds: str) -> int:
    """A SMIL clock or a count of seconds in frames; it is one's own time, not near one."""
    total = 0.0
    for part in seconds.removeprefix("npt=").removesuffix("s").split(":"):
        total = total * 60 + float(part)
    assert abs(total * RATE - round(total * RATE)) < 0.02, seconds
    return round(total * RATE)


def tree(path: Path) -> Any:
    return etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)).getroot()


X = {"h": "http://www.w3.org/1999/xhtml"}


def metas(root: Any) -> dict[str, str]:
    return {e.get("name"): e.get("content") for e in root.iter("{*}meta") if e.get("name")}


def ids(path: Path) -> set[str]:
    return {e.get("id") for e in tree(path).iter() if e.get("id")}


# --- DAISY 2.02 ----------------------------------------------------------------------------------


def check_smil(folder: Path, name: str, before: int, sound: int) -> None:
    """DAISY 2.02, 2.3: pars of a text and a clip in one seq; here the clips are all of the sound, without a gap."""
    root = tree(folder / name)
    [seq] = root.findall("body/seq")
    told = metas(root)
    assert told["dc:format"] == "Daisy 2.02"
    assert frames(told["ncc:totalElapsedTime"]) == before
    assert frames(told["ncc:timeInThisSmil"]) == frames(seq.get("dur")) == sound
    clips = []
    for par in seq:
        assert (par.tag, par.get("endsync")) == ("par", "last")
        text, audio = par
        page, _, identity = text.get("src").partition("#")
        assert identity in ids(folder / page)
        assert (folder / audio.get("src")).is_file()
        clips.append((frames(audio.get("clip-begin")), frames(audio.get("clip-end"))))
    assert all(begin < end for begin, end in clips)
    assert all(one[1] == other[0] for one, other in pairwise(clips))
    assert (clips[0][0], clips[-1][1]) == (0, sound)
    identities = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(identities) == len(set(identities))


def check_ncc(folder: Path, total: int) -> list[tuple[str, str]]:
    """DAISY 2.02, 2.2: its metadata, its first heading, depths that never jump. Gives the headings."""
    root = tree(folder / "ncc.html")
    told = metas(root)
    wanted = "dc:title dc:creator dc:date dc:format dc:identifier dc:language dc:publisher ncc:charset ncc:pageFront"
    wanted += " ncc:pageNormal ncc:pageSpecial ncc:tocItems ncc:totalTime ncc:multimediaType ncc:narrator"
    assert all(told[name].strip() for name in wanted.split())
    items = root.findall("h:body/*", X)
    assert (items[0].get("class"), etree.QName(items[0]).localname) == ("title", "h1")
    assert int(told["ncc:tocItems"]) == len(items)
    assert int(told["ncc:files"]) == len(list(folder.iterdir()))
    hours, minutes, seconds = map(int, told["ncc:totalTime"].split(":"))
    assert abs(hours * 3600 + minutes * 60 + seconds - total / RATE) <= 0.5
    for kind in ("front", "normal", "special"):
        assert int(told[f"ncc:page{kind.title()}"]) == sum(e.get("class") == f"page-{kind}" for e in items)
    depths = [int(e.tag[-1]) for e in items if etree.QName(e).localname != "span"]
    assert all(after <= before + 1 for before, after in pairwise(depths))
    assert max(depths) == int(told["ncc:depth"])
    identities = [e.get("id") for e in items]
    assert None not in identities
    assert len(set(identities)) == len(identities)
    for item in items:
        name, _, identity = item[0].get("href").partition("#")
        assert identity in ids(folder / name)
    return [(etree.QName(e).localname, e[0].text) for e in items]


def test_daisy_202(out: Path) -> None:
    folder, sounds = out / "daisy202", lengths(out)
    check_smil(folder, "01.smil", 0, sounds[0])
    check_smil(folder, "02.smil", sounds[0], sounds[1])
    master = tree(folder / "master.smil")
    assert [ref.get("src") for ref in master.findall("body/ref")] == ["01.smil", "02.smil"]
    assert frames(metas(master)["ncc:timeInThisSmil"]) == sum(sounds)
    assert check_ncc(folder, sum(sounds)) == [
        ("h1", "Tea & <Sympathy>"),
        ("h1", "Part One: The Pot"),
        ("h2", "A Section"),
        ("h3", "Deep"),
        ("h1", "The Cup"),
        ("h2", "Once more"),
    ]
    words = " ".join("".join(tree(folder / f"{n:02}.html").find("h:body", X).itertext()) for n in (1, 2))
    assert all(line.text in words for lines in BOOK.values() for line in lines), "it is of class audioFullText"


def test_a_daisy_mp3_is_of_one_bit_rate_from_its_first_byte(out: Path) -> None:
    """Old players reckon a time as a place in the file: neither tags nor a frame of another length may lie before."""
    data, at, rates = (out / "daisy202" / "01.mp3").read_bytes(), 0, set()
    while at + 4 <= len(data):
        found = mp3_frame(data[at : at + 4])
        assert found, f"no frame at byte {at}"
        rates.add(found[0])
        at += found[1]
    assert rates == {64}
    assert len(hear(find_ffmpeg(), out / "daisy202" / "01.mp3", RATE, 60).samples) == lengths(out)[0]


def test_chapters_without_a_word_and_books_without_people(tmp_path: Path) -> None:
    take = tmp_path / "t.flac"
    take.write_bytes(flac_bytes(Audio(np.full(RATE, 900, np.int16), RATE)))
    make([ChapterPlan("", (Segment(0, take),))], tmp_path / "out", ("daisy202",), Tags("\x01 ", language="ar"))
    folder = tmp_path / "out" / "daisy202"
    [sound] = lengths(tmp_path / "out", 1)
    check_smil(folder, "01.smil", 0, sound)
    check_ncc_of_nobody = metas(tree(folder / "ncc.html"))
    assert check_ncc_of_nobody["dc:creator"] == check_ncc_of_nobody["dc:publisher"] == "Unknown"
    assert tree(folder / "ncc.html").get("dir") == "rtl"


# --- DAISY 3 ---------------------------------------------------------------------------------------

N = {
    "n": "http://www.daisy.org/z3986/2005/ncx/",
    "s": "http://www.w3.org/2001/SMIL20/",
    "d": "http://www.daisy.org/z3986/2005/dtbook/",
}


def test_daisy_3(out: Path) -> None:
    folder, sounds = out / "daisy3", lengths(out)
    package, book = tree(folder / "book.opf"), tree(folder / "book.xml")
    told = metas(package)
    assert frames(told["dtb:totalTime"]) == sum(sounds)
    assert (told["dtb:multimediaType"], told["dtb:audioFormat"]) == ("audioFullText", "MP3")
    items = {e.get("id"): e.get("href") for e in package.iter("{*}item")}
    assert sorted(items.values()) == sorted(path.name for path in folder.iterdir())
    assert [items[e.get("idref")] for e in package.iter("{*}itemref")] == ["01.smil", "02.smil"]
    [uid] = [e.text for e in package.iter("{*}Identifier")]
    references = {e.get("id"): e.get("smilref") for e in book.iter("{*}h1", "{*}h2", "{*}h3", "{*}sent")}
    heard: dict[str, str] = {}
    for name, before, sound in zip(("01.smil", "02.smil"), (0, sounds[0]), sounds, strict=True):
        root = tree(folder / name)
        assert metas(root)["dtb:uid"] == uid
        assert frames(metas(root)["dtb:totalElapsedTime"]) == before
        [seq] = root.findall("s:body/s:seq", N)
        assert frames(seq.get("dur")) == sound
        clips = [(frames(a.get("clipBegin")), frames(a.get("clipEnd"))) for a in seq.iter("{*}audio")]
        assert all(begin < end for begin, end in clips)
        assert [begin for begin, _ in clips] == [0, *(end for _, end in clips[:-1])]
        assert clips[-1][1] == sound
        heard |= {par[0].get("src").partition("#")[2]: f"{name}#{par.get('id')}" for par in seq}
    assert heard == {identity: place for identity, place in references.items() if identity}
    assert all("".join(e.itertext()).strip() for e in book.iter("{*}sent"))
    for level in book.iter(*(f"{{*}}level{n}" for n in range(1, 7))):
        assert level[0].tag[-2:] == f"h{level.tag[-1]}"
        assert len(level) > 1, "a level holds more than its heading"
    words = " ".join(book.find("d:book/d:bodymatter", N).itertext())
    assert all(line.text in words for lines in BOOK.values() for line in lines)


def test_the_way_about_a_daisy_3(out: Path) -> None:
    root = tree(out / "daisy3" / "book.ncx")
    points = list(root.iter("{*}navPoint"))
    named = [(point.get("class"), point.findtext("n:navLabel/n:text", namespaces=N)) for point in points]
    assert named == [("h1", "Part One: The Pot"), ("h2", "A Section"), ("h3", "Deep"), ("h1", "The Cup"),
                     ("h2", "Once more")]  # fmt: skip
    nested = [sum(e.tag.endswith("navPoint") for e in point.iterancestors()) + 1 for point in points]
    assert nested == [int(kind[1]) for kind, _ in named]
    assert [int(point.get("playOrder")) for point in points] == [1, 2, 3, 4, 5]
    said = [point.find("n:navLabel/n:audio", N) is not None for point in points]
    assert said == [False, True, True, True, True], "the first is a title that nobody says"
    for content in root.iter("{*}content"):
        name, _, identity = content.get("src").partition("#")
        assert identity in ids(out / "daisy3" / name)


# --- W3C Audiobooks and Readium's ------------------------------------------------------------------


def sounds_in(path: Path, names: list[str], folder: Path) -> list[int]:
    """Frames of each sound in an archive, decoded."""
    counted = []
    with zipfile.ZipFile(path) as file:
        for name in names:
            (folder / "sound.m4a").write_bytes(file.read(name))
            counted.append(len(hear(find_ffmpeg(), folder / "sound.m4a", RATE, 60).samples))
    return counted


def iso(duration: str) -> int:
    match = re.fullmatch(r"PT(\d+(?:\.\d{1,6})?)S", duration)
    assert match, duration
    return frames(match[1])


def test_a_w3c_audiobook(out: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(out / "b.lpf") as file:
        names = file.namelist()
        assert names[0] == "publication.json"
        manifest = json.loads(file.read("publication.json"))
        contents: Any = etree.fromstring(file.read("index.html"))
        assert all(info.compress_type == zipfile.ZIP_STORED for info in file.infolist() if "m4a" in info.filename)
    order = manifest["readingOrder"]
    listed = [one["url"] for one in (*order, *manifest["resources"])]
    assert sorted(names) == sorted(["publication.json", *listed])
    assert all(other["url"] in listed for one in order for other in one["alternate"])
    assert manifest["@context"][:2] == ["https://schema.org", "https://www.w3.org/ns/pub-context"]
    assert (manifest["conformsTo"], manifest["type"]) == ("https://www.w3.org/TR/audiobooks/", "Audiobook")
    counted = sounds_in(out / "b.lpf", [one["url"] for one in order], tmp_path)
    assert [iso(one["duration"]) for one in order] == counted == lengths(out)
    assert iso(manifest["duration"]) == sum(counted)
    [toc] = contents.iterfind(".//h:nav[@role='doc-toc']", X)
    assert [a.text for a in toc.iter("{*}a")] == ["Part One: The Pot", "A Section", "Deep", "The Cup", "Once more"]
    assert len(toc.findall("h:ol/h:li/h:ol/h:li/h:ol/h:li", X)) == 1
    check_places([a.get("href") for a in toc.iter("{*}a")], out)


def check_places(hrefs: list[str], out: Path) -> None:
    """They are the same times as DAISY's."""
    smils = [tree(out / "daisy202" / f"{n:02}.smil") for n in (1, 2)]
    begins = [{frames(a.get("clip-begin")) for a in smil.iter("audio")} for smil in smils]
    for href in hrefs:
        name, _, at = href.partition("#t=")
        assert frames(at or "0") in begins[int(name[:2]) - 1]


def flat(toc: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in toc:
        yield entry
        yield from flat(entry.get("children", []))


def test_a_readium_audiobook(out: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(out / "b.audiobook") as file:
        manifest = json.loads(file.read("manifest.json"))
        names = file.namelist()
    order, told = manifest["readingOrder"], manifest["metadata"]
    assert sorted(names) == sorted(["manifest.json", *(one["href"] for one in order)])
    assert told["conformsTo"] == "https://readium.org/webpub-manifest/profiles/audiobook"
    assert told["belongsTo"] == {"series": {"name": "Cups", "position": 2}}
    counted = sounds_in(out / "b.audiobook", [one["href"] for one in order], tmp_path)
    assert [frames(str(one["duration"])) for one in order] == counted == lengths(out)
    assert frames(str(told["duration"])) == sum(counted)
    entries = list(flat(manifest["toc"]))
    assert [entry["title"] for entry in entries] == ["Part One: The Pot", "A Section", "Deep", "The Cup", "Once more"]
    check_places([entry["href"] for entry in entries], out)


def test_sounds_that_a_person_put_in_are_not_called_harmless(out: Path) -> None:
    with zipfile.ZipFile(out / "b.audiobook") as file:
        assert "unknownSoundHazard" in json.loads(file.read("manifest.json"))["metadata"]["accessibility"]["hazard"]


# --- the pages of the print book -------------------------------------------------------------------

MARK = '<span epub:type="pagebreak" id="p{0}" title="{0}"/>'
PAGED = (
    f"<h1>One</h1><p>{MARK.format('xii')}The rain fell on the town. Nobody {MARK.format('1')}came to the door.</p>"
    '<p><a id="page_2"/>She waited by the fire.</p>',
    f'<h1>Two</h1><p>Then she left.</p><section epub:type="footnotes">{MARK.format("3")}<aside epub:type="footnote">'
    f'<p>A remark.</p></aside></section><p><span role="doc-pagebreak" title="A-4"></span>Later it cleared.</p>',
)
STARTS = {"xii": (1, 2), "1": (1, 3), "2": (1, 4), "A-4": (2, 3)}  # the chapter and line of each page that is read


def paged(folder: Path) -> Path:
    source = folder / "paged.epub"
    pages = {"a.xhtml": page(PAGED[0]), "b.xhtml": page(PAGED[1])}
    source.write_bytes(epub(pages, toc=nav(links(("One", "a.xhtml"), ("Two", "b.xhtml")))))
    return source


def test_labels_are_of_marks_and_of_lists() -> None:
    listed = nav(links(("One", "a.xhtml"))).replace(
        '<nav epub:type="landmarks">',
        '<nav epub:type="page-list"><ol><li><a href="a.xhtml#x">Page 7</a></li></ol></nav><nav>',
    )
    body = '<p>One <b id="x">two</b> <a id="pg_8"/>three</p><p role="doc-pagebreak" aria-label=" Page 9. ">9</p>'
    body += "<p>fo<i>ur</i></p>"
    found = printed_pages(epub({"a.xhtml": page(body)}, toc=listed), "a.epub")
    assert [(one.label, one.text.split()) for one in found] == [
        ("", ["One"]), ("7", ["two"]), ("8", ["three"]), ("9", ["four"]),
    ]  # fmt: skip


def test_pages_begin_in_the_lines_that_are_read(tmp_path: Path) -> None:
    source, out = paged(tmp_path), tmp_path / "out"
    plans = plans_of(source, tmp_path)
    *_, done = assemble(plans, TAGS, list(FORMS), out, "b", Mastering(), source)
    assert isinstance(done, Assembled)
    assert [note for note in done.notes if "1 of the print book's 5 pages have nothing that is read" in note]
    wanted = [(label, f"{c:02}.smil#pn{c}-{line}") for label, (c, line) in STARTS.items()]
    ncc = tree(out / "daisy202" / "ncc.html")
    check_ncc(out / "daisy202", sum(lengths(out)))
    spans = ncc.findall("h:body/h:span", X)
    assert [(e[0].text, e[0].get("href")) for e in spans] == wanted
    assert [e.get("class") for e in spans] == ["page-front", "page-normal", "page-normal", "page-special"]
    assert metas(ncc)["ncc:maxPageNormal"] == "2"
    targets = list(tree(out / "daisy3" / "book.ncx").iter("{*}pageTarget"))
    assert [(t.findtext(".//n:text", namespaces=N), t.find("n:content", N).get("src")) for t in targets] == wanted
    assert [t.get("type") for t in targets] == ["front", "normal", "normal", "special"]
    orders = [int(e.get("playOrder")) for e in tree(out / "daisy3" / "book.ncx").iter("{*}navPoint", "{*}pageTarget")]
    assert sorted(set(orders)) == list(range(1, 7)), "two chapters and four pages, none at one place"
    book = tree(out / "daisy3" / "book.xml")
    assert [e.text for e in book.iter("{*}pagenum")] == list(STARTS)
    with zipfile.ZipFile(out / "b.audiobook") as file:
        listed = json.loads(file.read("manifest.json"))["pageList"]
    with zipfile.ZipFile(out / "b.lpf") as file:
        shown: Any = etree.fromstring(file.read("pages.html"))
        assert file.read("01.xhtml").count(b'role="doc-pagebreak"') == 3
    assert [entry["title"] for entry in listed] == list(STARTS)
    assert [(a.text, a.get("href")) for a in shown.iter("{*}a")] == [(e["title"], e["href"]) for e in listed]
    check_places([entry["href"] for entry in listed], out)
    begins = {
        a.getparent().get("id"): a.get("clip-begin")
        for n in "12"
        for a in tree(out / f"daisy202/0{n}.smil").iter("audio")
    }
    at = [frames(entry["href"].partition("#t=")[2] or "0") for entry in listed]
    assert at == [frames(begins[place.partition("#")[2]]) for _, place in wanted]


# --- read-alongs ----------------------------------------------------------------------------------

NOTED = (
    '<h1>One</h1><p><span epub:type="pagebreak" id="p1" title="1"/>It rained.<a epub:type="noteref" href="#f">1</a></p>'
    '<ul><li>A pot.</li><li>A cup.</li></ul><p>She left. <span epub:type="pagebreak" id="p2" title="2"/>It cleared.</p>'
    '<aside epub:type="footnote" id="f"><p>1. Or so they say. Who knows?</p></aside>'
)
OVERLAY = {"s": "http://www.w3.org/ns/SMIL"}
TYPE, TEXTREF = (f"{{http://www.idpf.org/2007/ops}}{name}" for name in ("type", "textref"))


def plans_of(source: Path, folder: Path) -> list[ChapterPlan]:
    """The book in `source`, its notes read at the end of each chapter."""
    take = folder / "t.flac"
    take.write_bytes(flac_bytes(Audio(np.full(5_555, 900, np.int16), RATE)))
    plans = []
    for number, script in enumerate(adapt(read_book(source, reading=Reading(notes="end"))), start=1):
        said = [Said(f"{number}:{row}", line) for row, line in enumerate(script.lines, start=1)]
        plans.append(ChapterPlan(script.title, tuple(Segment(100, take, said=one) for one in said)))
    return plans


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 40), st.booleans(), st.integers(0, 3)), min_size=1, max_size=9
    )
)
def test_clips_and_page_marks_part_a_chapter_without_a_gap(rows: list[tuple[int, int, bool, int]]) -> None:
    """Lines of any pause and length, shown on a page or not, with any number of page marks before them."""
    at, lines, marked = 0, [], []
    for index, (pause, length, shown, marks) in enumerate(rows):
        lines.append(Spoken(Said(f"1:{index}", Line("Word.")), at + pause, at + pause + length))
        at += pause + length
        if shown:
            breaks = tuple(f"b{index}-{n}" for n in range(marks))
            marked.append(Marked(index, 0, (Piece(f"n{index}", 1),), breaks=breaks))
    found = list(clips(0, TimedChapter("", 0, at + 5, 1_000_000, tuple(lines)), marked))
    assert [par.begin_us for par in found] == [0, *(par.end_us for par in found[:-1])] * bool(found)
    assert not found or found[-1].end_us == at + 5
    assert [par.identity for par in found if not par.kind] == [f"n{line.line}" for line in marked]
    for par in found:
        assert par.begin_us <= par.end_us
        if par.kind:
            assert par.begin_us < par.end_us
            assert all(par.end_us <= one.start or one.end <= par.begin_us for one in lines), "no word is in a pause"


def properties(package: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for e in package.iter("{*}meta"):
        if not e.get("refines"):
            found.setdefault(e.get("property"), []).append(e.text)
    return found


def clips_in(smil: Any) -> list[tuple[str, str, int, int]]:
    """Type of the par or of the seq around it, id of the text, begin and end."""
    found = []
    for par in smil.iter("{*}par"):
        kind = par.get(TYPE) or (par.getparent().get(TYPE) if par.getparent().tag.endswith("seq") else "") or ""
        text, audio = par
        times = (frames(audio.get("clipBegin")), frames(audio.get("clipEnd")))
        found.append((kind, text.get("src").partition("#")[2], *times))
    return found


def test_notes_lists_and_page_marks_can_be_skipped_in_a_read_along(tmp_path: Path) -> None:
    source, out = tmp_path / "noted.epub", tmp_path / "out"
    source.write_bytes(epub({"a.xhtml": page(NOTED)}, toc=nav(links(("One", "a.xhtml")))))
    plans = plans_of(source, tmp_path)
    make_of(plans, out, source)
    with zipfile.ZipFile(out / "b.epub") as file:
        smil: Any = etree.fromstring(file.read("OEBPS/read-along/1.smil"))
        shown: Any = etree.fromstring(file.read("OEBPS/a.xhtml"))
        said = properties(etree.fromstring(file.read("OEBPS/book.opf")))
    clips = clips_in(smil)
    kinds = ["", "pagebreak", "", "list", "list", "", "pagebreak", "", "footnote", "footnote"]
    assert [kind for kind, *_ in clips] == kinds
    assert [name for kind, name, *_ in clips if kind == "pagebreak"] == ["p1", "p2"]
    assert [begin for _, _, begin, _ in clips] == [0, *(end for *_, end in clips[:-1])], (
        "nothing is lost or heard twice"
    )
    spoken = [(s.start, s.end) for s in timeline(plans[0], Mastering(), RATE, lambda _: 0)]
    for kind, _, begin, end in clips:
        assert (kind == "pagebreak") == all(end <= s or e <= begin for s, e in spoken), (
            "a mark has a pause, and no word"
        )
    elements = {e.get("id"): e for e in shown.iter() if e.get("id")}
    for seq in smil.iter("{*}seq"):
        around = elements[seq.get(TEXTREF).partition("#")[2]]
        assert all(around in [*elements[par[0].get("src").partition("#")[2]].iterancestors()] for par in seq)
    order = {e.get("id"): at for at, e in enumerate(shown.iter())}
    places = [order[name] for _, name, *_ in clips]
    assert places == sorted(places), "as the page has them"
    assert said["schema:accessMode"] == ["textual", "auditory"]
    assert "dcterms:conformsTo" not in said, "nobody has looked"
    assert frames(said["media:duration"][0]) == clips[-1][-1]


def make_of(plans: list[ChapterPlan], out: Path, source: Path) -> None:
    *_, done = assemble(plans, TAGS, ["epub"], out, "b", Mastering(), source)
    assert isinstance(done, Assembled)


@pytest.mark.thorough
def test_what_a_publisher_says_of_access_is_kept(tmp_path: Path) -> None:
    source, out = tmp_path / "said.epub", tmp_path / "out"
    metadata = '<dc:title>T</dc:title><dc:language>en</dc:language><meta property="schema:accessMode">textual</meta>'
    metadata += (
        '<meta property="schema:accessibilityHazard">none</meta><meta property="schema:accessibilitySummary">Fine.'
    )
    metadata += '</meta><meta property="schema:accessibilityFeature">index</meta>'
    source.write_bytes(epub({"a.xhtml": page(NOTED)}, toc=nav(links(("One", "a.xhtml"))), metadata=metadata))
    make_of(plans_of(source, tmp_path), out, source)
    with zipfile.ZipFile(out / "b.epub") as file:
        said = properties(etree.fromstring(file.read("OEBPS/book.opf")))
    assert said["schema:accessMode"] == ["textual", "auditory"]
    assert said["schema:accessibilityFeature"] == ["index", "synchronizedAudioText"]
    assert (said["schema:accessibilityHazard"], said["schema:accessibilitySummary"]) == (["none"], ["Fine."])


@pytest.mark.thorough
def test_a_plain_read_along_has_the_pages_of_the_print_book(tmp_path: Path) -> None:
    source, out = paged(tmp_path), tmp_path / "out"
    with zipfile.ZipFile(source) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(source, "w") as file:
        for name, data in members.items():
            file.writestr(name, data.replace(b'version="3.0" unique', b'version="2.0" unique'))
    make_of(plans_of(source, tmp_path), out, source)
    with zipfile.ZipFile(out / "b.epub") as file:
        contents: Any = etree.fromstring(file.read("EPUB/contents.xhtml"))
        smils = [etree.fromstring(file.read(f"EPUB/{n}.smil")) for n in (1, 2)]
        said = properties(etree.fromstring(file.read("EPUB/package.opf")))
        shown = file.read("EPUB/1.xhtml") + file.read("EPUB/2.xhtml")
    [listed] = [e for e in contents.iter("{*}nav") if e.get(TYPE) == "page-list"]
    assert [a.text for a in listed.iter("{*}a")] == list(STARTS)
    assert [name for smil in smils for kind, name, *_ in clips_in(smil) if kind == "pagebreak"] == [
        a.get("href").partition("#")[2] for a in listed.iter("{*}a")
    ]
    assert all(f'aria-label="{label}"'.encode() in shown for label in STARTS)
    assert {"pageBreakMarkers", "pageNavigation"} <= set(said["schema:accessibilityFeature"])
    assert said["schema:accessModeSufficient"] == ["textual", "auditory", "textual,auditory"]
    assert said["pageBreakSource"] == [TAGS.title]


# --- all of them ------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_made_again(out: Path, plans: list[ChapterPlan]) -> None:
    before = {
        path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and "chapters" not in path.parts
    }
    files = make(plans, out).files
    assert {path for path in before if path.name != "deliverables.json"} == set(files)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.thorough
def test_a_chapter_less_leaves_no_file_of_it(out: Path, plans: list[ChapterPlan], tmp_path: Path) -> None:
    make(plans, tmp_path, ("daisy202",))
    make(plans[:1], tmp_path, ("daisy202",))
    folder = tmp_path / "daisy202"
    assert {path.name for path in folder.iterdir()} == {
        "01.html", "01.mp3", "01.smil", "default.css", "master.smil", "ncc.html",
    }  # fmt: skip
    check_ncc(folder, lengths(tmp_path, 1)[0])
