"""Tags, marks and covers: what is written is what a reader finds, whatever it holds."""

import re
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import example, given, settings, strategies as st
from test_assembly import hum

from narrate.audio import Audio, flac_bytes
from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Tags, find_ffmpeg
from narrate.deliver import assemble, media
from narrate.deliver.tags import SYNTHETIC, metadata, track_language
from narrate.errors import AssemblyError

pytestmark = [pytest.mark.slow, pytest.mark.ffmpegs]

TAGS = Tags(
    title="Sense; = Sensibility # \\ 😀",
    subtitle="Or: a “subtitle” \0= ü",
    author="Jane Austen",
    narrator="Narrator = One; Two",
    year="1811",
    description="First line.\nSecond; line = # \\ 'quoted' \"here\"\n\n[CHAPTER]\ntitle=no",
    series="The Series",
    series_index="2",
    publisher="A House",
    language="en-GB",
    isbn="9780141439662",
    copyright="© 1811 The Author",
    made_with="narrate, engine qwen, model Some/Model",
    voices=(("george", "9" * 40), ("Zoë", "a" * 40)),
)

HEARD = ("m4b", "mp3", "flac", "opus", "wav")


def ffmpeg(*arguments: object) -> bytes:
    found = subprocess.run([find_ffmpeg().path, "-v", "error", *map(str, arguments)], capture_output=True)
    assert found.returncode == 0, found.stderr
    return found.stdout


def read_back(path: Path, *source: str) -> tuple[dict[str, str], list[str]]:
    """The tags and the marks' titles of a file, out of ffmpeg's own ffmetadata."""
    text = ffmpeg(*source, "-i", path, "-f", "ffmetadata", "-").decode("utf-8")
    sections = re.split(r"(?<!\\)\n(?=\[CHAPTER\]|\[STREAM\])", text)
    parsed = []
    for section in sections:
        rows = re.findall(r"(?m)^((?:[^=;#\\\n]|\\.)+)=((?:[^\\\n]|\\(?:.|\n))*)$", section)
        parsed.append({re.sub(r"\\(.)", r"\1", k): re.sub(r"\\(.|\n)", r"\1", v) for k, v in rows})
    return parsed[0], [p["title"] for p, s in zip(parsed, sections, strict=True) if s.startswith("[CHAPTER]")]


def make(
    tmp_path: Path,
    formats: tuple[str, ...],
    tags: Tags,
    titles: tuple[str, ...] = ("One",),
    *,
    drawn_cover: bool = False,
) -> Assembled:
    take = tmp_path / "take.flac"
    if not take.exists():
        take.write_bytes(flac_bytes(Audio(hum(0.5), 24_000), title="x"))
    plans = [ChapterPlan(title, (Segment(n, take),)) for n, title in enumerate(titles)]
    sound = Mastering(head_ms=0, tail_ms=0, drawn_cover=drawn_cover)
    *_, last = assemble(plans, tags, formats, tmp_path / "out", "book", sound)
    assert isinstance(last, Assembled)
    return last


def test_the_book_s_tags_come_back_from_the_m4b(tmp_path: Path) -> None:
    (book,) = make(tmp_path, ("m4b",), TAGS).files
    found, _ = read_back(book)
    description = "First line.\nSecond; line = # \\ 'quoted' \"here\"\n\n[CHAPTER]\ntitle=no"
    assert found["title"] == found["album"] == TAGS.title
    assert found["artist"] == found["album_artist"] == TAGS.author
    assert found["composer"] == TAGS.narrator
    assert found["date"] == "1811"
    assert found["genre"] == "Audiobook"
    assert found["media_type"] == "2"
    assert found["description"] == found["synopsis"] == description
    assert found["comment"] == f"{description}\n\nRead by a synthetic voice."
    assert found["grouping"] == "The Series, 2"
    said = subprocess.run([find_ffmpeg().path, "-i", book], capture_output=True).stderr
    assert b"Stream #0:0[0x1](eng): Audio: aac (LC)" in said


@pytest.mark.parametrize("form", ["mp3", "flac", "opus", "wav"])
def test_a_chapter_s_tags_come_back(tmp_path: Path, form: str) -> None:
    files = make(tmp_path, (form,), TAGS, ("One; = #", "Two")).files
    assert [path.name for path in files] == [f"01 - One; = #.{form}", f"02 - Two.{form}"]
    text = ffmpeg("-i", files[0], "-map_metadata:g", "0:s:a" if form == "opus" else "0:g", "-f", "ffmetadata", "-")
    found = {k.lower(): v for k, v in re.findall(r"(?m)^([^=\n;\[]+)=(.*)$", text.decode())}
    assert found["title"] == r"One\; \= \#"
    assert found["artist"] == "Jane Austen"
    assert found["track"] == {"mp3": "1/2", "wav": found["track"]}.get(form, "1")
    if form != "wav":
        assert found["composer"] == r"Narrator \= One\; Two"
        assert found["series"] == "The Series"
        assert found["series-part"] == "2"


# Where a reader that we did not write finds each thing: MP4's fields, ID3's frames, Vorbis' names.
FREE = "----:com.apple.iTunes:"
FIELDS = {
    "m4b": ("©nam", "©alb", "©ART", "aART", "©wrt", "©day", "cprt", "desc", "©cmt", "©grp", "©gen"),
    "mp3": ("TIT2", "TALB", "TPE1", "TPE2", "TCOM", "TDRC", "TCOP", "TXXX:description", "COMM::eng", "TIT1", "TCON"),
    "flac": tuple("title album artist albumartist composer date copyright - description grouping genre".split()),
}
FREE_TAGS = {
    "subtitle": "Or: a “subtitle” = ü",
    "series": "The Series",
    "series-part": "2",
    "publisher": "A House",
    "isbn": "9780141439662",
    "language": "en-GB",
    "narrator": TAGS.narrator,
    "narration": "synthetic",
    "digitalsourcetype": SYNTHETIC,
    "made-with": TAGS.made_with,
    "voices": f"george {'9' * 40}; Zoë {'a' * 40}",
}


@pytest.mark.parametrize("form", ["m4b", "mp3", "mp3-single", "flac", "opus"])
def test_every_tag_is_found_by_mutagen(tmp_path: Path, form: str) -> None:
    path = make(tmp_path, (form,), TAGS, ("One", "Two")).files[0]
    file = mutagen.File(path)
    found = {key.replace("\xa9", "©"): _text(value) for key, value in file.tags.items()}
    fields = FIELDS["mp3" if form == "mp3-single" else "flac" if form == "opus" else form]
    title = TAGS.title if form in ("m4b", "mp3-single") else "One"
    part, notice = "The Series, 2", f"{TAGS.description}\n\nRead by a synthetic voice."
    wanted = (title, TAGS.title, *[TAGS.author] * 2, TAGS.narrator, "1811", TAGS.copyright, TAGS.description)
    wanted += (notice, part, "Audiobook")
    assert {f: found[f] for f in fields if f != "-"} == {
        f: w for f, w in zip(fields, wanted, strict=True) if f != "-"
    }  # fmt: skip
    free = {key.casefold().removeprefix(FREE.casefold()).removeprefix("txxx:"): v for key, v in found.items()}
    own = {} if form == "m4b" or not form.startswith("mp3") else {"publisher": found["TPUB"], "language": "en-GB"}
    assert {key: (free | own)[key] for key in FREE_TAGS} == FREE_TAGS
    match form:
        case "m4b":
            assert (found["©mvn"], found["©mvi"], found["shwm"]) == ("The Series", "2", "1")
            assert (found["©nrt"], found["©pub"], found["stik"]) == (TAGS.narrator, "A House", "2")
        case "mp3" | "mp3-single":
            assert file.tags.version == (2, 3, 0)
            assert (found["TIT3"], found["TLAN"], found["MVNM"], found["MVIN"]) == (
                FREE_TAGS["subtitle"], "eng", "The Series", "2",
            )  # fmt: skip
            assert "TXXX:room" not in found
            assert found.get("TRCK") == ("1/2" if form == "mp3" else None)
        case _:
            assert (found["tracknumber"], found["tracktotal"]) == ("1", "2")


def _text(value: object) -> str:
    """A tag's one value as text, whatever mutagen has for it."""
    value = getattr(value, "text", value)
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return bytes(value).decode() if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("form", ["m4b", "mp3-single"])
def test_mutagen_finds_the_marks_where_the_chapters_are(tmp_path: Path, form: str) -> None:
    titles = ("Eins", "二", "Ⅲ 😀")
    take = tmp_path / "long.flac"
    take.write_bytes(flac_bytes(Audio(hum(1.3371), 24_000), title="x"))
    plans = [ChapterPlan(title, (Segment(17 * n, take),)) for n, title in enumerate(titles)]
    *_, made = assemble(plans, Tags("T"), (form,), tmp_path / "out", "book", Mastering())
    assert isinstance(made, Assembled)
    file = mutagen.File(made.files[0])
    if form == "m4b":
        found = [(mark.title, mark.start) for mark in file.chapters]
        frame = 1024 / 24_000
    else:
        marks = sorted(file.tags.getall("CHAP"), key=lambda mark: mark.start_time)
        found = [(_text(mark.sub_frames["TIT2"]), mark.start_time / 1000) for mark in marks]
        assert file.tags.getall("CTOC")[0].child_element_ids == [mark.element_id for mark in marks]
        frame = 576 / 24_000
    assert [title for title, _ in found] == list(titles)
    for (_, start), mark in zip(found, made.marks, strict=True):
        assert abs(start - mark.start_s) <= min(frame, 0.001)


def test_chapters_of_other_block_sizes_are_one_sound(tmp_path: Path) -> None:
    """ffmpeg's list of files would decode all of them by the first one's largest block."""
    made = make(tmp_path, ("flac",), Tags("T"), ("One", "Two", "Three"))
    first, second = sorted(made.files)[:2]
    assert len(list((tmp_path / "out/chapters").glob("*.flac"))) == 3
    for path, frames in ((first, 512), (second, 4096)):
        kept = next(p for p in (tmp_path / "out/chapters").glob("*.flac") if _sound(p) == _sound(path))
        ffmpeg("-y", "-i", path, "-c:a", "flac", "-frame_size", frames, tmp_path / "other.flac")
        kept.write_bytes((tmp_path / "other.flac").read_bytes())
    book = mutagen.File(make(tmp_path, ("mp3-single",), Tags("T"), ("One", "Two", "Three")).files[0])
    assert book.info.length == pytest.approx(made.seconds, abs=0.1)


def _sound(path: Path) -> bytes:
    return ffmpeg("-i", path, "-f", "md5", "-")


def test_subjects_people_and_translators_have_their_places(tmp_path: Path) -> None:
    tags = replace(
        TAGS,
        author="Arthur Hale, Jr. & Marie Roux",
        authors=("Arthur Hale, Jr.", "Marie Roux"),
        translator="Ada Turner",
        genres=("Fiction", "Sea stories"),
    )
    for form in ("m4b", "mp3", "flac"):
        file = mutagen.File(make(tmp_path, (form,), tags).files[0])
        found = {key.replace("\xa9", "©").casefold(): _text(value) for key, value in file.tags.items()}
        free = {key.removeprefix(FREE.casefold()).removeprefix("txxx:"): value for key, value in found.items()}
        assert free["translator"] == "Ada Turner"
        genre = found[{"m4b": "©gen", "mp3": "tcon", "flac": "genre"}[form]]
        assert genre == "Audiobook; Fiction; Sea stories"
        assert found[{"m4b": "©art", "mp3": "tpe1", "flac": "artist"}[form]] == tags.author


HOSTILE = "عنوان; 吾輩 = \\ # \0\n[CHAPTER]\n;FFMETADATA1\ntitle=no \x1b\ufffe\x85 😀"


@pytest.mark.parametrize("form", ["m4b", "mp3", "mp3-single", "flac", "opus"])
def test_hostile_words_in_every_tag_stay_words(tmp_path: Path, form: str) -> None:
    words: dict[str, Any] = {f.name: HOSTILE for f in fields(Tags) if f.type == "str" or f.type is str}
    tags = replace(Tags(HOSTILE), voices=((HOSTILE, "f"),), **words)
    file = mutagen.File(make(tmp_path, (form,), tags, ("One",)).files[0])
    found = {key: _text(value) for key, value in file.tags.items()}
    named = [value for key, value in found.items() if "吾輩" in value]
    assert len(named) >= 12
    shown = "عنوان; 吾輩 = \\ # [CHAPTER] ;FFMETADATA1 title=no 😀"
    for value in named:
        assert shown in " ".join(value.split())
        assert not re.search("[\0\x1b\ufffe\x85]", value)
    assert not [key for key in found if key.casefold() in ("no", "room", "txxx:room")]


def test_without_an_encoder_for_he_aac_it_says_so_and_with_one_the_book_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = tmp_path / "long.flac"
    take.write_bytes(flac_bytes(Audio(hum(1.3371), 24_000), title="x"))
    plans = [ChapterPlan(title, (Segment(0, take),)) for title in ("One", "Two", "Three")]

    def book() -> Assembled:
        *_, last = assemble(plans, TAGS, ("m4b",), tmp_path / "out", "book", Mastering(aac="he"))
        assert isinstance(last, Assembled)
        return last

    monkeypatch.setattr(media, "HE_ENCODERS", {"no_such_encoder": ()})
    with pytest.raises(
        AssemblyError, match=r"has no encoder for HE-AAC \(install one with no_such_encoder, or write aac"
    ):
        book()
    # any encoder goes the same way: the whole book at once, marks and length from what it says of itself
    monkeypatch.setattr(media, "HE_ENCODERS", {"aac": ("-profile:a", "1")})
    made = book()
    assert not list((tmp_path / "out/chapters").glob("*.aac"))
    file = mutagen.File(made.files[0])
    assert [mark.title for mark in file.chapters] == ["One", "Two", "Three"]
    assert [mark.start for mark in file.chapters] == [pytest.approx(m.start_s, abs=0.001) for m in made.marks]
    assert file.info.length == pytest.approx(made.seconds, abs=2048 / 24_000)
    assert file.tags[f"{FREE}NARRATION"] == [b"synthetic"]


def test_a_book_of_no_words_but_a_title_has_its_marks_and_nothing_empty(tmp_path: Path) -> None:
    for path in make(tmp_path, HEARD, Tags("T")).files:
        if path.suffix != ".wav":
            tags = mutagen.File(path).tags
            assert all(_text(value).strip() for value in tags.values())
            assert any("synthetic" in _text(value) for value in tags.values())


def test_awkward_titles_reach_the_marks(tmp_path: Path) -> None:
    titles = ("a\nb\u2028c", "x=y;z#\\", "😀" * 100, "word " * 60, "../../etc/passwd", "  ", "[CHAPTER]", "é" * 300)
    found = make(tmp_path, ("m4b", "flac"), Tags("T"), titles)
    _, marks = read_back(found.files[0] if found.files[0].suffix == ".m4b" else found.files[-1])
    assert marks[:2] == ["a b c", "x=y;z#\\ "]
    assert set(marks[2]) == {"😀", "…"}
    assert re.fullmatch("(word )+word…", marks[3])
    assert marks[4:7] == ["../../etc/passwd", "Chapter 6", "[CHAPTER]"]
    assert len(marks) == len(titles)
    assert all(path.parent.name == "flac" for path in found.files if path.suffix == ".flac")


def test_any_text_survives_ffmetadata(tmp_path: Path) -> None:
    @settings(max_examples=8)
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
    @example("\\")
    @example("ends in a backslash\\")
    @example(";comment")
    @example("[CHAPTER]")
    @example("#=;\\\\=")
    def check(text: str) -> None:
        (tmp_path / "in.txt").write_text(metadata({"title": text}, [(text, 0, 100)], 100), "utf-8", newline="\n")
        tags, marks = read_back(tmp_path / "in.txt", "-f", "ffmetadata")
        assert marks == [tags["title"]]
        assert tags["title"].removesuffix(" ") == text.removesuffix(" ")

    check()


@pytest.mark.parametrize(
    ("language", "code"), [("en", "eng"), ("de-AT", "deu"), ("FR_fr", "fra"), ("spa", "spa"), ("", ""), ("tlh", "")]
)
def test_a_track_has_the_iso_639_2_code_of_its_language(language: str, code: str) -> None:
    assert track_language(Tags("T", language=language)) == code
